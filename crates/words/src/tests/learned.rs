//! The postmortem's page, and the record as a file.

use std::collections::BTreeMap;

use domain::detection::{Detection, Evidence};
use domain::incident::{Event, Similar};
use domain::postmortem::{ActionItem, Collateral, Gap, Proof};
use domain::{ChatUserId, IncidentId, KnownBy};
use jiff::tz::TimeZone;

use super::fixture::{acknowledged, at, budi, incident, names, opening, rina, timeline};
use super::in_both;
use crate::{PostmortemFacts, RecordFacts, postmortem_page, postmortem_title, record};

fn resolved() -> Vec<Event> {
    let mut events = acknowledged();
    events.extend([
        Event::Followed { user: ChatUserId(11), how: domain::incident::FollowHow::Thread },
        Event::Noted {
            by: rina(),
            text: "# not a heading\n===\n<script>alert(1)</script> @everyone | <t:1:R>".into(),
            link: Some("https://discord.com/channels/1/2/3".into()),
        },
        Event::UpdatePosted {
            by: rina(),
            know: "payments fail".into(),
            doing: "rolling back".into(),
            next: Some(at(30)),
            number: None,
        },
        Event::Resolved {
            by: Some(budi()),
            fixed: Some("rolled back *4.2*".into()),
            postmortem_due: Some(at(5_000)),
            report: None,
            fires_on_at: None,
        },
    ]);
    events
}

fn learned() -> Vec<Event> {
    let item = |number, what: &str, owner: &str| ActionItem {
        number,
        what: what.into(),
        owner: owner.into(),
        due: "2026-12-31".parse().unwrap(),
        done: None,
        account: None,
        person: None,
        remind: Vec::new(),
        reminded: false,
    };
    let similar = Similar {
        id: IncidentId(3),
        title: "Checkout errors".into(),
        fixed: Some("rolled back 4.1".into()),
        shared_labels: 1,
        unfinished: vec!["alert on the key's end".into()],
    };
    let mut events = resolved();
    events.extend([
        Event::SimilarFound { incidents: vec![similar] },
        Event::PostmortemWritten {
            by: rina(),
            core_problem: "The gateway refused our key".into(),
            root_cause: "Nobody is told when a key runs out\n- and [nobody](https://evil.example) asks".into(),
            lessons: "Keys end".into(),
        },
        Event::CollateralChecked {
            by: rina(),
            found: BTreeMap::from([
                ("orders".to_owned(), Collateral::Affected),
                ("customer-care".to_owned(), Collateral::Clear),
            ]),
        },
        Event::ActionItemAdded { by: rina(), item: item(1, "alert on the end | of keys", "Budi") },
        Event::ActionItemAdded { by: rina(), item: item(2, "write it down", "Rina") },
        Event::ActionItemDone { by: rina(), number: 2 },
        Event::ProofGiven { by: rina(), proof: Proof::Changed { url: "https://git.example.com/pull/7".into() } },
        Event::DetectionConfirmed {
            by: rina(),
            detection: Detection {
                by: KnownBy::UserReport,
                since: Some(at(-12)),
                evidence: Some(Evidence::Link { url: "https://help.example.com/1".into() }),
                confirmed: true,
            },
        },
    ]);
    events
}

fn closed() -> Vec<Event> {
    learned().into_iter().chain([Event::PostmortemClosed { by: rina() }]).collect()
}

fn units() -> Vec<String> {
    vec!["customer-care".into(), "orders".into(), "warehouse".into()]
}

fn missing_all() -> Vec<Gap> {
    vec![
        Gap::CoreProblem,
        Gap::RootCause,
        Gap::Lessons,
        Gap::Collateral { units: units() },
        Gap::ActionItems,
        Gap::Proof,
        Gap::Detection,
    ]
}

#[test]
fn the_page_shows_each_part_done_or_missing() {
    in_both(|lang| {
        let page = |events: Vec<Event>, missing: &[Gap], offered| {
            let incident = incident(events);
            let dependents = units();
            let facts = PostmortemFacts { incident: &incident, dependents: &dependents, missing, offered, asked: None };
            format!("{}\n{}", postmortem_title(&incident, lang), postmortem_page(&facts, lang))
        };
        insta::assert_snapshot!("page_begun", page(resolved(), &missing_all(), 3));
        let gap = [Gap::Collateral { units: vec!["warehouse".into()] }];
        insta::assert_snapshot!("page_nearly", page(learned(), &gap, 2));
        insta::assert_snapshot!("page_closed", page(closed(), &[], 3));
    });
}

#[test]
fn the_record_is_markdown_that_says_everything_and_does_nothing() {
    in_both(|lang| {
        let written = |events: Vec<Event>, missing: &[Gap], limit| {
            let all: Vec<Event> = opening().into_iter().chain(events.clone()).collect();
            let (timeline, incident, dependents) = (timeline(all), incident(events), units());
            let zone = TimeZone::get("Asia/Jakarta").unwrap();
            let facts = RecordFacts {
                incident: &incident,
                timeline: &timeline,
                dependents: &dependents,
                missing,
                timezone: &zone,
                guild: None,
                limit,
            };
            record(&facts, &names, lang)
        };
        insta::assert_snapshot!("record_draft", written(resolved(), &missing_all(), usize::MAX));
        insta::assert_snapshot!("record_closed", written(closed(), &[], usize::MAX));
        let short = written(closed(), &[], 4_000);
        assert!(short.len() <= 4_000 && short.contains("`siaga export INC-8`"), "{short}");
    });
}
