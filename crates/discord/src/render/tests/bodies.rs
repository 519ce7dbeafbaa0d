use domain::incident::{Event, EventAt, PageReason};
use domain::setup::{Language, RoomKind};
use domain::triage::{Impact, Urgency};
use domain::{Actor, ChatChannelId, ChatMessageId, ChatUserId, IncidentId, PageId, PageVia, Place};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use super::fixture::{World, acknowledged, at, budi, quiet, resolved};
use crate::custom_id::{CustomId, Spot};
use crate::render::{self, Prefill};

const EN: Language = Language::En;

fn labels(body: &Value) -> Vec<String> {
    let rows = body["components"].as_array().unwrap();
    let buttons = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    buttons.map(|button| button["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_card_of_each_status_as_discord_receives_it() {
    assert_json_snapshot!("card_triggered", render::card(&World::after(vec![]).cx()));
    assert_json_snapshot!("card_acknowledged", render::card(&World::after(acknowledged()).cx()));
    assert_json_snapshot!("card_all_alerts_resolved", render::card(&World::after(quiet()).cx()));
    assert_json_snapshot!("card_resolved", render::card(&World::after(resolved()).cx()));
    let mut line = World::after(vec![]);
    (line.incident.room, line.incident.severity) = (RoomKind::Line, domain::Severity::Sev4);
    assert_json_snapshot!("card_line", render::card(&line.cx()));
}

#[test]
fn every_card_is_found_again_by_a_button_and_has_three_at_most_a_fourth_until_somebody_looked_and_silence_last() {
    let kept = quiet().into_iter().chain([Event::KeptOpen { by: budi() }]).collect();
    let triaged =
        Event::Triaged { by: budi(), impact: Impact::Most, urgency: Urgency::Now, severity: domain::Severity::Sev1 };
    for (events, expected) in [
        (vec![], vec!["Acknowledge", "Can't take it", "Runbook", "Triage", "Silence"]),
        (vec![triaged], vec!["Acknowledge", "Can't take it", "Runbook", "Silence"]),
        (acknowledged(), vec!["Update", "Resolve", "More", "Silence"]),
        (quiet(), vec!["Resolve", "Keep open"]),
        (kept, vec!["Update", "Resolve", "More"]),
        (resolved(), vec!["More"]),
    ] {
        for room in [RoomKind::Line, RoomKind::Thread, RoomKind::Channel] {
            let mut world = World::after(events.clone());
            world.incident.room = room;
            if room == RoomKind::Line {
                world.incident.severity = domain::Severity::Sev4;
            }
            let card = render::card(&world.cx());
            if room == RoomKind::Line {
                let mut line: Vec<&str> = match (world.incident.status.is_open(), events.is_empty()) {
                    (true, true) => vec!["Raise to SEV-2 (pages people)", "Triage"],
                    (true, false) => vec!["Raise to SEV-2 (pages people)"],
                    (false, _) => vec!["More"],
                };
                line.extend(expected.last().filter(|last| **last == "Silence"));
                assert_eq!(labels(&card), line);
            } else {
                assert_eq!(labels(&card), expected);
            }
            let id = card["components"][0]["components"][0]["custom_id"].as_str().unwrap();
            assert!(
                matches!(CustomId::parse(id), Some(CustomId::Button { incident: IncidentId(8), spot: Spot::Card, .. })),
                "{id}"
            );
        }
    }
}

#[test]
fn many_alerts_are_counted_exactly_and_a_few_are_named() {
    let mut world = World::after(vec![]);
    for n in 0..9_999 {
        world.incident.alerts.fires(
            &domain::DedupKey(format!("k{n:05}")),
            domain::incident::AlertBrief::firing(&format!("Shop {n} down")),
            false,
        );
    }
    let card = render::card(&world.cx());
    let text = card["embeds"][0]["description"].as_str().unwrap();
    assert!(
        text.contains("**Alerts** 10,000 firing\n- Shop 0 down\n- Shop 1 down\n- Shop 2 down\n- and 9,997 more\n"),
        "{text}"
    );
}

#[test]
fn a_page_makes_a_sound_and_mentions_only_the_paged_person() {
    let world = World::after(vec![]);
    let room = render::page(PageId(1), &"budi".into(), PageVia::Room, &world.cx());
    assert_eq!(room["flags"], Value::Null);
    assert_json_snapshot!("page_room", room);
    let direct = render::page(PageId(1), &"budi".into(), PageVia::Direct, &world.cx());
    assert_eq!(direct["flags"], Value::Null);
    assert_json_snapshot!("page_direct", direct);
    let by_hand = PageReason::ByHand { by: budi(), reason: "knows the gateway".into() };
    let asked = World::after(vec![Event::Paged {
        page: PageId(2),
        person: "rina".into(),
        reason: by_hand,
        contacts: Vec::new(),
        ways: Vec::new(),
        account: None,
    }]);
    assert_json_snapshot!("page_by_hand", render::page(PageId(2), &"rina".into(), PageVia::Room, &asked.cx()));
}

#[test]
fn a_page_that_is_over_says_how_and_loses_its_buttons() {
    let world = World::after(acknowledged());
    assert_json_snapshot!("page_settled_room", render::page_settled(PageId(1), PageVia::Room, &world.cx()));
    assert_json_snapshot!("page_settled_direct", render::page_settled(PageId(1), PageVia::Direct, &world.cx()));
    assert_eq!(render::page_settled(PageId(7), PageVia::Room, &world.cx()), Value::Null);
}

#[test]
fn the_stakeholders_message_as_discord_receives_it() {
    let update = Event::UpdatePosted {
        by: budi(),
        know: "payments fail".into(),
        doing: "rolling back".into(),
        next: Some(at(60)),
        number: None,
    };
    let updated = acknowledged().into_iter().chain([update]).collect();
    assert_json_snapshot!("status_updated", render::status(&World::after(updated).cx()));
    assert_json_snapshot!("status_resolved", render::status(&World::after(resolved()).cx()));
}

#[test]
fn posts_are_quiet_unless_somebody_must_act_now() {
    let world = World::after(acknowledged());
    let post =
        |event: &Event, place| render::post(&EventAt { seq: 9, at: at(1), event: event.clone() }, place, &world.cx());
    let said = Event::Acknowledged { by: budi(), holds_ms: None, update_by: None, spared: Some("rina".into()) };
    assert_json_snapshot!("post_quiet", post(&said, Place::Room));
    // A question has its buttons as long as it is open.
    let open = |before: Vec<Event>, event: &Event| {
        let world = World::after(before.into_iter().chain([event.clone()]).collect());
        let said = EventAt { seq: world.incident.last_seq, at: at(1), event: event.clone() };
        render::post(&said, Place::Room, &world.cx())
    };
    let over = Event::AllAlertsResolved { closes_at: None };
    assert_json_snapshot!("post_all_alerts_resolved", open(acknowledged(), &over));
    let asked = Event::AckQuestioned { until: at(35), why: None, holder: Some(budi()) };
    assert_json_snapshot!("post_still_on_it", open(acknowledged(), &asked));
    for answered in [post(&over, Place::Room), post(&asked, Place::Room)] {
        assert_eq!(answered["components"], Value::Null);
    }
    assert_json_snapshot!("post_update_overdue", post(&Event::UpdateOverdue { whom: Some(budi()) }, Place::Room));
    let ended = |policy: Option<&str>| Event::EscalationEnded {
        policy: policy.map(str::to_owned),
        gaps: Vec::new(),
        plan: None,
        again_at: None,
    };
    assert_json_snapshot!("post_policy_ended", post(&ended(Some("payments")), Place::PolicyEnd));
    assert_json_snapshot!("post_no_policy", post(&ended(None), Place::PolicyEnd));
    let by = Actor { name: "Rina".into(), ..budi() };
    let (know, doing) = ("a".to_owned(), "b".to_owned());
    let update = Event::UpdatePosted { by, know, doing, next: Some(at(60)), number: Some(1) };
    assert_json_snapshot!("post_update_in_status_channel", post(&update, Place::Status));
}

#[test]
fn the_question_about_a_chat_line_is_a_reply_and_is_settled_without_buttons() {
    let world = World::after(vec![]);
    let cx = render::RenderContext { incident: None, ..world.cx() };
    assert_json_snapshot!("candidate", render::candidate(5, "Users report checkout trouble", ChatMessageId(7), &cx));
    assert_json_snapshot!("candidate_opened", render::candidate_settled(Some(IncidentId(8)), "Budi", &world.cx()));
    assert_json_snapshot!("candidate_declined", render::candidate_settled(None, "Budi", &cx));
    assert_json_snapshot!("operators", render::operators("Not delivered: page of INC-8.", &cx));
    assert_eq!(render::card(&cx), Value::Null);
}

#[test]
fn forms_as_discord_receives_them() {
    let world = World::after(vec![]);
    assert_json_snapshot!("form_update", render::update_form(&world.incident, world.world.setup(), EN));
    assert_json_snapshot!("form_resolve", render::resolve_form(&world.incident, EN));
    let prefill = Prefill { title: "checkout is\ndown @everyone", service: Some("checkout") };
    assert_json_snapshot!("form_open", render::open_form(ChatChannelId(4), ChatMessageId(7), prefill, EN));
}

#[test]
fn private_answers_carry_the_buttons_that_make_sense() {
    let world = World::after(acknowledged());
    let undo = render::acknowledged_components(&world.incident, world.world.setup(), EN);
    assert_json_snapshot!("private_acknowledged", render::private("You have it.", &undo));
    for (events, viewer, expected) in [
        // Nobody in particular, who may read only.
        (vec![], 0, vec!["Runbook"]),
        (acknowledged(), 0, vec!["Runbook"]),
        (
            vec![],
            11,
            vec![
                "Acknowledge",
                "Resolve",
                "Runbook",
                "Page someone",
                "Severity",
                "Triage",
                "Commander",
                "Note",
                "Escalate",
                "Silence",
                "Edit",
                "Merge",
            ],
        ),
        (
            acknowledged(),
            11,
            vec![
                "Update",
                "Impact is over",
                "Resolve",
                "Runbook",
                "Page someone",
                "Severity",
                "Triage",
                "Commander",
                "Note",
                "Escalate",
                "Silence",
                "Edit",
                "Merge",
                "Undo",
            ],
        ),
        (
            acknowledged(),
            12,
            vec![
                "Update",
                "Impact is over",
                "Resolve",
                "Runbook",
                "Page someone",
                "Severity",
                "Triage",
                "Commander",
                "Note",
                "Escalate",
                "Silence",
                "Edit",
                "Merge",
            ],
        ),
        (resolved(), 11, vec!["Runbook"]),
    ] {
        let components = render::more_components(&World::after(events).incident, ChatUserId(viewer), viewer != 0, EN);
        assert_eq!(labels(&json!({ "components": components })), expected);
    }
    assert!(world.incident.acknowledged.is_some());
}

#[test]
fn threads_and_channels_are_named_once_and_for_good() {
    let mut world = World::after(vec![]);
    assert_eq!(render::thread_name(&world.incident, EN), "INC-8 Checkout errors 12 %");
    assert_eq!(render::channel_name(&world.incident, EN), "inc-8-checkout");
    let topic = render::channel_topic(&world.incident, "siaga:x:INC-8", EN);
    assert!(topic.starts_with("SEV-1 · Checkout errors 12 %") && topic.ends_with(" · siaga:x:INC-8"), "{topic}");
    assert!(render::people_topic(&world.incident, EN).starts_with("SEV-1 · Checkout errors 12 %"));
    assert!(!render::people_topic(&world.incident, EN).contains("siaga:"));
    world.incident.service = Some("結帳".into());
    assert_eq!(render::channel_name(&world.incident, EN), "inc-8-checkout-errors-12");
    world.incident.title = "結帳".into();
    assert_eq!(render::channel_name(&world.incident, EN), "inc-8");
}

#[test]
fn an_edit_that_changes_nothing_is_recognised() {
    let one = render::card(&World::after(vec![]).cx());
    assert_eq!(render::digest(&one), render::digest(&render::for_edit(one.clone())));
    assert_eq!(render::digest(&json!({ "a": 1, "b": ["x"] })), "785dfd1e8336e310");
    let reordered: Value = serde_json::from_str(r#"{"b":["x"],"a":1}"#).unwrap();
    assert_eq!(render::digest(&reordered), render::digest(&json!({ "a": 1, "b": ["x"] })));
    assert_ne!(render::digest(&json!(["ab", "c"])), render::digest(&json!(["a", "bc"])));
    assert_ne!(render::digest(&one), render::digest(&render::card(&World::after(acknowledged()).cx())));
    assert!(render::for_edit(one).get("flags").is_none());
}
