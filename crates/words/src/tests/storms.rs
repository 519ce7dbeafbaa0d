//! The board of a storm while it runs and when it is over, and the post at its end.

use std::time::Duration;

use domain::storm::{Board, BoardLine, BoardTotals};
use domain::{IncidentId, Severity};
use insta::assert_snapshot;

use super::fixture::at;
use super::in_both;

fn board() -> Board {
    let line = |id, severity, title: &str, service: Option<&str>, alerts, firing| BoardLine {
        id: IncidentId(id),
        title: title.to_owned(),
        service: service.map(str::to_owned),
        severity,
        alerts,
        firing,
    };
    Board {
        number: 3,
        began: at(0),
        ended: None,
        rooms: 10,
        within: Duration::from_secs(60),
        quiet: Duration::from_secs(300),
        revision: 17,
        totals: BoardTotals {
            alerts: 12_340,
            firing: 11_000,
            alerts_unfolded: 240,
            incidents: 200,
            open: 190,
            over: 8,
            unfolded: 2,
            services: 198,
        },
        by_severity: vec![(Severity::Sev4, 150), (Severity::Sev5, 40)],
        worst: vec![
            line(12, Severity::Sev4, "Stock is slow", Some("orders"), 3_100, 3_000),
            line(14, Severity::Sev4, "@everyone **free** <@1>", None, 1, 1),
        ],
    }
}

/// A storm in which hardly anything happened.
fn little() -> Board {
    let totals = BoardTotals { alerts: 1, incidents: 1, over: 1, services: 1, ..BoardTotals::default() };
    Board { ended: Some(at(6)), totals, by_severity: Vec::new(), worst: Vec::new(), ..board() }
}

#[test]
fn a_board_says_how_many_were_folded_and_which_are_worst() {
    in_both(|lang| {
        for (name, board) in
            [("storm", board()), ("storm_over", Board { ended: Some(at(48)), ..board() }), ("storm_little", little())]
        {
            let mut text = format!("{}\n{}\n", crate::storm_headline(&board, lang), crate::storm_about(&board, lang));
            for (label, line) in crate::storm_lines(&board, lang) {
                text += &format!("{label}: {line}\n");
            }
            text += &crate::storm_worst(&board, lang).join("\n");
            if board.ended.is_some() {
                text += &format!("\n\nPOST {}", crate::storm_over(&board, lang));
            }
            assert_snapshot!(name, text);
        }
    });
}

#[test]
fn the_end_of_a_storm_fits_into_a_message_whatever_the_titles() {
    let worst = BoardLine { title: "*x*".repeat(400), service: Some("y".repeat(300)), ..board().worst.remove(0) };
    let board = Board { ended: Some(at(48)), worst: vec![worst; 12], ..board() };
    in_both(|lang| {
        let post = crate::storm_over(&board, lang);
        assert!(crate::length(&post) <= 2_000);
        assert!(
            post.lines().all(|line| !line.starts_with("- ") || line.ends_with(|c: char| c.is_alphabetic())),
            "{post}"
        );
    });
}
