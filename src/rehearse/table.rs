//! Purpose: the results, for people on 80 columns and for programs.

use std::fmt::Write as _;
use std::path::Path;

use discord::rehearse::{Left, Row, Seen, Verdict};
use serde_json::{Value, json};

/// Columns of a terminal.
const WIDTH: usize = 80;
/// Columns of the state and of the effect's name.
const STATE: usize = 6;
const EFFECT: usize = 28;

/// The table.
pub(super) fn text(rows: &[Row]) -> String {
    let mut out = String::new();
    for Row { effect, verdict } in rows {
        let (state, said, change) = match verdict {
            Verdict::Ok => ("ok", String::new(), None),
            Verdict::Refused { change, .. } | Verdict::Different { change, .. } => {
                ("FIX", short(verdict), Some(change.as_str()))
            }
            Verdict::Unanswered { .. } => ("FIX", short(verdict), None),
            Verdict::NotTried { .. } => ("--", short(verdict), None),
        };
        let head = format!("{state:<STATE$}{effect:<EFFECT$}");
        let line = wrap(&said, WIDTH - STATE - EFFECT).join(&format!("\n{}", " ".repeat(STATE + EFFECT)));
        let _infallible = writeln!(out, "{}", format!("{head}{line}").trim_end());
        for line in change.map(|change| wrap(change, WIDTH - STATE)).unwrap_or_default() {
            let _infallible = writeln!(out, "{}{line}", " ".repeat(STATE));
        }
    }
    out
}

/// How an effect went, in a few words.
pub(super) fn short(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Ok => "ok".to_owned(),
        Verdict::Refused { status, code, message, .. } => {
            format!("{status}{} {message}", code.map(|code| format!(" ({code})")).unwrap_or_default())
        }
        Verdict::Different { what, .. } => what.clone(),
        Verdict::Unanswered { reason } => format!("no answer: {reason}"),
        Verdict::NotTried { why } => format!("not tried: {why}"),
    }
}

/// How many effects work.
pub(super) fn summary(rows: &[Row], stopped: bool) -> String {
    let works = rows.iter().filter(|row| row.verdict.is_ok()).count();
    let tail = if stopped { " It was stopped before its end." } else { "" };
    if works == rows.len() {
        format!("\nAll {works} work.{tail}")
    } else {
        format!("\n{works} of {} work.{tail}", rows.len())
    }
}

/// What could not be deleted, and how to get rid of it.
pub(super) fn left_text(left: &[Left]) -> String {
    let mut out = String::new();
    for Left { what, why, change } in left {
        let lines = [format!("LEFT  {what}"), wrapped(why, STATE), wrapped(change, STATE)];
        let _infallible = writeln!(out, "{}", lines.join("\n"));
    }
    out
}

/// The same for programs.
pub(super) fn left_json(left: &[Left]) -> Value {
    left.iter().map(|left| json!({ "what": left.what, "why": left.why, "change": left.change })).collect()
}

/// The results for programs. `ok` of a row is `null` when it was not tried.
pub(super) fn json(rows: &[Row], seen: Option<Seen>, left: &[Left], report: Option<&Path>) -> Value {
    let row = |row: &Row| {
        let mut told = json!({ "effect": row.effect });
        match &row.verdict {
            Verdict::Ok => told["ok"] = json!(true),
            Verdict::Refused { status, code, message, change } => {
                told["ok"] = json!(false);
                told["status"] = json!(status);
                told["code"] = json!(code);
                told["message"] = json!(message);
                told["change"] = json!(change);
            }
            Verdict::Different { what, change } => {
                told["ok"] = json!(false);
                told["message"] = json!(what);
                told["change"] = json!(change);
            }
            Verdict::Unanswered { reason } => {
                told["ok"] = json!(false);
                told["message"] = json!(reason);
            }
            Verdict::NotTried { why } => {
                told["ok"] = Value::Null;
                told["message"] = json!(why);
            }
        }
        told
    };
    json!({
        "ok": left.is_empty() && rows.iter().all(|row| row.verdict.is_ok()),
        "seen_by": seen.map(Seen::as_str),
        "effects": rows.iter().map(row).collect::<Vec<_>>(),
        "left": left_json(left),
        "report": report.map(|path| path.display().to_string()),
    })
}

/// Text on lines of 80 columns, each with an indent.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let lines: Vec<String> = wrap(text, WIDTH - indent).into_iter().map(|line| format!("{pad}{line}")).collect();
    lines.join("\n")
}

/// Lines of at most so many characters; a longer word stands alone.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_eighty_columns_and_says_what_to_change() {
        let row = |effect: &str, verdict| Row { effect: effect.to_owned(), verdict };
        let refused = Verdict::Refused {
            status: 403,
            code: Some(50_013),
            message: "Missing Permissions (reading it back)".to_owned(),
            change: "Read Message History: allow it for siaga in Edit Channel, Permissions of #incidents-of-the-shop"
                .to_owned(),
        };
        let rows = [
            row("card", Verdict::Ok),
            row("thread on the card", refused),
            row("archive and lock the thread", Verdict::NotTried { why: "it needs the thread".to_owned() }),
        ];
        insta::assert_snapshot!(text(&rows), @r"
        ok    card
        FIX   thread on the card          403 (50013) Missing Permissions (reading it
                                          back)
              Read Message History: allow it for siaga in Edit Channel, Permissions of
              #incidents-of-the-shop
        --    archive and lock the thread not tried: it needs the thread
        ");
        assert!(text(&rows).lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(summary(&rows, false), "\n1 of 3 work.");
    }
}
