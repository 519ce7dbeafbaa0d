use domain::incident::{CategoryTrouble, LostWhy, StopReason, Thing};
use domain::routing::Why;
use domain::{Post, Severity};

use super::fixture::{EN, at, budi, incident, names, rule, source};
use super::{in_both, table};
use crate::post;

fn no_category(category: Option<&str>, trouble: CategoryTrouble) -> LostWhy {
    LostWhy::NoCategory { category: category.map(str::to_owned), trouble }
}

fn lost(thing: Thing, why: LostWhy) -> Post {
    Post::ThingLost { thing, why }
}

#[test]
fn every_post_says_state_who_and_next_step() {
    in_both(|lang| {
        let posts = [
            (
                "why",
                Post::Why { why: rule(), runbook: Some(("Payments are down".into(), "Check payment-gateway".into())) },
            ),
            ("why without runbook", Post::Why { why: Why::NoRule, runbook: None }),
            ("acknowledged", Post::Acknowledged { by: "Budi".into(), at: at(1), spared: Some("rina".into()) }),
            ("acknowledged, nobody spared", Post::Acknowledged { by: "Budi".into(), at: at(1), spared: None }),
            ("help coming", Post::HelpComing { by: "Rina".into() }),
            ("declined", Post::Declined { person: "budi".into(), next: Some("rina".into()) }),
            ("declined, nobody left", Post::Declined { person: "budi".into(), next: None }),
            ("gaps", Post::Gaps { schedules: vec!["payments".into(), "login".into()] }),
            ("policy ended", Post::PolicyEnded { policy: Some("payments".into()) }),
            ("no policy", Post::PolicyEnded { policy: None }),
            ("direct message failed", Post::DirectMessageFailed { person: "budi".into() }),
            ("card deleted", lost(Thing::Card, LostWhy::Deleted)),
            ("thread deleted", lost(Thing::Thread, LostWhy::Deleted)),
            ("channel deleted", lost(Thing::Channel, LostWhy::Deleted)),
            (
                "channel refused",
                lost(Thing::Channel, LostWhy::Refused { reason: "refused with 400 (code 30013)".into() }),
            ),
            ("no category", lost(Thing::Channel, no_category(None, CategoryTrouble::NotConfigured))),
            ("category missing", lost(Thing::Channel, no_category(Some("Incidents"), CategoryTrouble::Missing))),
            ("categories of one name", lost(Thing::Channel, no_category(Some("In_cidents"), CategoryTrouble::Several))),
            ("still on it", Post::StillOnIt { holder: budi(), until: at(5) }),
            ("acknowledgement expired", Post::AckExpired { holder: "Budi".into() }),
            ("acknowledgement withdrawn", Post::AckWithdrawn { by: "Budi".into() }),
            (
                "raised",
                Post::SeverityChanged {
                    from: Severity::Sev2,
                    to: Severity::Sev1,
                    by: Some("Budi".into()),
                    reason: Some("all of EU".into()),
                },
            ),
            (
                "raised by an alert",
                Post::SeverityChanged { from: Severity::Sev2, to: Severity::Sev1, by: None, reason: None },
            ),
            (
                "lowered",
                Post::SeverityChanged {
                    from: Severity::Sev1,
                    to: Severity::Sev3,
                    by: Some("Budi".into()),
                    reason: Some("one shop".into()),
                },
            ),
            ("escalation stopped", Post::EscalationStopped { reason: StopReason::SeverityLowered }),
            ("commander", Post::Commander { commander: "Rina".into(), by: None }),
            ("commander by other", Post::Commander { commander: "Rina".into(), by: Some("Budi".into()) }),
            (
                "update",
                Post::Update {
                    number: 1,
                    by: "Rina".into(),
                    know: "payments fail".into(),
                    doing: "rolling back.".into(),
                    next: Some(at(30)),
                },
            ),
            (
                "last update",
                Post::Update { number: 2, by: "Rina".into(), know: "a".into(), doing: "b".into(), next: None },
            ),
            ("update overdue", Post::UpdateOverdue { whom: Some(budi()) }),
            ("update overdue, nobody", Post::UpdateOverdue { whom: None }),
            ("note", Post::Note { by: "Budi".into(), text: "rolling back 4.2\n# now".into(), link: None }),
            (
                "note from a message",
                Post::Note {
                    by: "Budi".into(),
                    text: "see".into(),
                    link: Some("https://discord.com/channels/1/2/3".into()),
                },
            ),
            ("all resolved", Post::AllAlertsResolved { closes_at: None }),
            ("all resolved, untaken", Post::AllAlertsResolved { closes_at: Some(at(10)) }),
            ("kept open", Post::KeptOpen { by: "Budi".into() }),
            ("fires again", Post::FiresAgain { title: "@everyone [x](https://evil.example)".into() }),
            (
                "resolved",
                Post::Resolved {
                    by: Some("Budi".into()),
                    opened_at: at(0),
                    at: at(21),
                    fixed: Some("rolled back 4.2".into()),
                    postmortem_due: None,
                },
            ),
            (
                "resolved without words",
                Post::Resolved {
                    by: Some("Budi".into()),
                    opened_at: at(0),
                    at: at(65),
                    fixed: None,
                    postmortem_due: None,
                },
            ),
            (
                "resolved by itself",
                Post::Resolved { by: None, opened_at: at(0), at: at(1), fixed: None, postmortem_due: None },
            ),
        ];
        insta::assert_snapshot!(table(posts.map(|(case, said)| (case, post(&said, &names, lang)))));
    });
}

#[test]
fn long_texts_of_people_are_cut_visibly_and_fit_a_message() {
    in_both(|lang| {
        let long = "*".repeat(1_500);
        let posts = [
            Post::Update {
                number: 9_999,
                by: long.clone(),
                know: long.clone(),
                doing: long.clone(),
                next: Some(at(1)),
            },
            Post::Note {
                by: long.clone(),
                text: long.clone(),
                link: Some(format!("https://x.example/{}", "a".repeat(400))),
            },
            Post::Resolved {
                by: Some(long.clone()),
                opened_at: at(0),
                at: at(9_999),
                fixed: Some(long.clone()),
                postmortem_due: None,
            },
            Post::SeverityChanged {
                from: Severity::Sev1,
                to: Severity::Sev2,
                by: Some(long.clone()),
                reason: Some(long.clone()),
            },
            Post::Gaps { schedules: vec![long.clone(); 40] },
            Post::Why { why: Why::Person { name: long.clone() }, runbook: Some((long.clone(), long)) },
        ];
        for said in posts {
            let text = post(&said, &names, lang);
            assert!(crate::length(&text) <= 2_000, "{} characters", crate::length(&text));
            assert!(text.contains('…'));
        }
    });
}

#[test]
fn every_reason_for_a_severity_is_named() {
    in_both(|lang| {
        let reasons = [
            ("rule", rule()),
            ("rule without conditions", Why::Rule { number: 4, conditions: String::new(), source: source() }),
            ("no rule", Why::NoRule),
            ("integration", Why::Integration { name: "support-chat".into(), source: Some(source()) }),
            ("integration that is gone", Why::Integration { name: "support-chat".into(), source: None }),
            ("person", Why::Person { name: "Budi".into() }),
            ("unmapped", Why::Unmapped),
        ];
        insta::assert_snapshot!(table(reasons.map(|(case, why)| (case, crate::why(&why, lang)))));
    });
}

#[test]
fn a_post_elsewhere_names_its_incident() {
    insta::assert_snapshot!(crate::elsewhere(&incident(vec![]), Some(domain::ChatChannelId(5)), EN), @"SEV-1 INC-8 Checkout errors 12 % <#5>: ");
}
