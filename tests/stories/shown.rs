//! Card, thread and `/why` agree: whatever becomes of an incident, every message that stands says what is so, and every button on it
//! does what it says or is gone. What is compared after every other story is in `harness/shown.rs`; here are the kinds one by one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::pin::Pin;

use domain::IncidentId;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::phone::PushServer;
use crate::harness::{Story, story, story_with};
use crate::outside::{link, with_phone};

#[test]
fn what_was_merged_says_where_it_goes_on_and_nothing_of_it_fires_there() {
    story(async |s| {
        s.checkout_breaks().await;
        s.search_is_slow().await;
        s.advance(1).await;
        let asked = s.agus().slash("/incident merge", json!({ "incident": "INC-2", "into": "INC-1" })).await;
        s.agus().sure(asked).await.done();
        assert_snapshot!(s.card("INC-2").await, @"
        Siaga (silent):
          | INC-2 · SEV-3 · CLOSED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [1 min ago] ([2 Mar 03:10])
          | **Goes on in** INC-1 #inc-1-checkout
          | **Room** #INC-2 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [More]
        ");
        assert!(s.card("INC-1").await.contains("**Alerts** 2 firing"), "{}", s.card("INC-1").await);
        let shown = s.agus().slash("/incident show", json!({ "incident": "INC-2" })).await.to_string();
        assert!(shown.contains("It goes on in INC-1.") && !shown.contains("nobody"), "{shown}");
        let listed = s.agus().slash("/incident list", json!({ "filter": "recent" })).await.to_string();
        assert!(listed.contains("INC-2 · SEV-3 · Search answers in 2.4 s · goes on in INC-1"), "{listed}");
        // Its alert ends where it went.
        s.alert("search").warning().resolves().await;
        assert!(s.card("INC-1").await.contains("1 firing · 1 resolved"), "{}", s.card("INC-1").await);
        s.read_all().await;
    });
}

#[test]
fn stakeholders_of_what_was_merged_read_where_it_goes_on_and_of_what_was_none_that_it_was_none() {
    story(async |s| {
        s.checkout_breaks().await;
        s.alert("orders").critical().saying("Orders fail").fires().await;
        let asked = s.rina().slash("/incident merge", json!({ "incident": "INC-1", "into": "INC-2" })).await;
        s.rina().sure(asked).await.done();
        s.settled().await;
        let status = s.channel("#incident-status").await;
        assert!(status.contains("**State** Continues as INC-2."), "{status}");
        s.rina().slash("/triage", json!({ "incident": "INC-2" })).await.done();
        s.rina().press("Not an incident").await.done();
        s.rina().fills(&[Some("A load test.")]).await.done();
        s.settled().await;
        let status = s.channel("#incident-status").await;
        assert!(status.contains("**State** Was a false alarm."), "{status}");
        assert!(s.card("INC-2").await.contains("not an incident (Rina): A load test"), "{}", s.card("INC-2").await);
        s.read_all().await;
    });
}

/// Whoever is paged outside Discord and presses the link of what was merged meanwhile reads where it goes on: "it is over" would be
/// a reason to sleep.
#[test]
fn the_page_behind_a_link_says_where_what_was_merged_goes_on() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phone(options, &server),
        async move |s| {
            s.checkout_breaks().await;
            s.search_is_slow().await;
            s.advance(1).await;
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            let asked = s.rina().slash("/incident merge", json!({ "incident": "INC-1", "into": "INC-2" })).await;
            s.rina().sure(asked).await.done();
            let (status, page) = link(s, reqwest::Method::GET, &phone.token("budi")).await;
            assert_eq!(status, 200);
            assert!(page.contains("<h1>INC-1 goes on in INC-2</h1>") && !page.contains("<form"), "{page}");
            assert!(page.contains("Somebody merged it. /ack in Discord takes INC-2."), "{page}");
            s.read_all().await;
        },
    );
}

#[test]
fn pages_that_wait_for_an_answer_say_how_bad_it_is_now_and_why_names_the_rule_that_raised_it() {
    story(async |s| {
        s.search_is_slow().await;
        let (before, rung) = (s.direct("agus").await, s.phone("agus").await);
        assert!(before.contains("SEV-3 INC-1"), "{before}");
        s.alert("search").critical().numbered(2).saying("Search is down").fires().await;
        let now = s.direct("agus").await;
        assert!(now.contains("SEV-2 INC-1") && !now.contains("SEV-3"), "{now}");
        let room = s.thread("INC-1").await;
        assert!(room.contains("@Agus SEV-2 INC-1") && !room.contains("@Agus SEV-3"), "{room}");
        assert_eq!(s.phone("agus").await.lines().count(), rung.lines().count(), "an edit rings nobody");
        let why = s.agus().slash_in("INC-1", "/why", json!({})).await.to_string();
        let raised = why.lines().find(|line| line.contains("raised the severity")).unwrap_or_default();
        assert_snapshot!(raised.trim(), @r#"[03:10] An alert raised the severity from SEV-3 to SEV-2: Search is down. SEV-2: rule 2 of routing (severity="critical"), siaga.toml:[line]."#);
        // What a person does to it later hides nothing of that.
        s.agus().slash_in("INC-1", "/severity", json!({ "level": "SEV-3", "reason": "it answers" })).await.done();
        let why = s.agus().slash_in("INC-1", "/why", json!({})).await.to_string();
        assert!(why.contains(raised.trim()) && why.contains("lowered the severity from SEV-2 to SEV-3"), "{why}");
        s.read_all().await;
    });
}

/// The severity that stakeholders hear of was lowered: their message must not say SEV-1 for ever.
#[test]
fn stakeholders_of_what_was_lowered_read_what_it_is_now_and_how_it_ends() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        let lower = json!({ "level": "SEV-3", "reason": "one customer" });
        s.budi().slash_in("room INC-1", "/severity", lower).await.done();
        assert!(s.channel("#incident-status").await.contains("SEV-3, open"), "{}", s.channel("#incident-status").await);
        s.budi().press("Resolve").await.done();
        s.budi().fills(&[Some("rolled back")]).await.done();
        let status = s.channel("#incident-status").await;
        assert!(status.contains("SEV-3, resolved") && !status.contains("SEV-1, open"), "{status}");
        s.read_all().await;
    });
}

#[test]
fn a_question_in_the_room_loses_its_buttons_with_its_answer_or_its_sense() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").warning().resolves().await;
        assert_eq!(s.thread("INC-1").await.matches("[Resolve] [Keep open]").count(), 1);
        // It fires again: the question has no sense any more.
        s.pass(std::time::Duration::from_secs(20 * 60)).await;
        s.alert("search").warning().numbered(2).fires().await;
        assert!(!s.thread("INC-1").await.contains("[Keep open]"), "{}", s.thread("INC-1").await);
        s.alert("search").warning().numbered(2).resolves().await;
        assert_eq!(s.thread("INC-1").await.matches("[Keep open]").count(), 1, "{}", s.thread("INC-1").await);
        s.agus().press_in("INC-1", "Keep open").await.done();
        assert!(!s.thread("INC-1").await.contains("[Keep open]"), "{}", s.thread("INC-1").await);
        // Asked again four hours later, the same answer is taken again.
        s.pass(std::time::Duration::from_secs(4 * 3_600 + 60)).await;
        assert_eq!(s.thread("INC-1").await.matches("[Keep open]").count(), 1, "{}", s.thread("INC-1").await);
        let kept = s.agus().press_in("INC-1", "Keep open").await.to_string();
        assert_eq!(kept, "Siaga (private): INC-1 stays open. `/resolve` ends it.");
        assert!(!s.thread("INC-1").await.contains("[Keep open]"));
        s.read_all().await;
    });
}

#[test]
fn nobody_is_asked_whether_they_are_still_on_it_once_they_said_so() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").critical().numbered(2).saying("Search is down").fires().await;
        assert!(s.thread("INC-1").await.contains("[Still on it]"), "{}", s.thread("INC-1").await);
        s.agus().press("Still on it").await.done();
        assert!(!s.thread("INC-1").await.contains("[Still on it]"), "{}", s.thread("INC-1").await);
        s.read_all().await;
    });
}

/// Nobody is called while it is silenced, so nobody can say that they cannot come.
#[test]
fn what_is_held_back_names_nobody_who_is_next_and_asks_nobody() {
    story(async |s| {
        s.checkout_breaks().await;
        s.agus().press_in("#incidents", "Silence").await.done();
        s.agus().press("2 hours").await.done();
        s.settled().await;
        let card = s.card("INC-1").await;
        assert!(!card.contains("next ") && !card.contains("Paged") && !card.contains("Can't take it"), "{card}");
        assert!(!s.direct("budi").await.contains("[Acknowledge]"), "{}", s.direct("budi").await);
        s.read_all().await;
    });
}

#[test]
fn nothing_of_a_drill_that_is_over_fires_for_ever() {
    story(async |s| {
        let options = json!({ "scenario": "checkout-outage", "people": "budi" });
        s.budi().slash("/drill start", options).await.done();
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in("room INC-1", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("practised")]).await.done();
        s.settled().await;
        assert!(!s.card("INC-1").await.contains("firing"), "{}", s.card("INC-1").await);
        s.read_all().await;
    });
}

/// The comparison itself: each of these lies is put into a message that stands, found, and taken out again.
#[test]
fn a_message_that_says_what_is_not_so_is_found() {
    story_with(
        |options| options.limits = sandbox::Limits::unlimited(),
        async |s| {
            s.checkout_breaks().await;
            s.settled().await;
            assert_eq!(s.disagreements().await, Vec::<String>::new());
            let card = s.card_message("INC-1").await;
            let direct = s.place("budi", "DM").await;
            let page = s.control.messages("budi", &direct).await.pop().unwrap();
            let button = |verb: &str| json!([{ "type": 1, "components": [{ "type": 2, "style": 2, "label": "x", "custom_id": format!("v1:{verb}:1:card") }] }]);
            let lies = [
                (&card, "1 firing", "2 firing", None),
                (&card, "SEV-1", "SEV-3", None),
                (&card, "TRIGGERED", "ACKNOWLEDGED", None),
                (&card, "next Rina", "next Agus", None),
                (&card, "Budi, ", "Dewi, ", None),
                (&card, "**Commander**", "**Has it** Budi, since <t:1:R>\\n**Commander**", None),
                (&card, "", "", Some(button("keep"))),
                (&card, "", "", Some(json!([]))),
                (&page, "SEV-1", "SEV-3", None),
                (&page, "", "", Some(json!([]))),
            ];
            for (message, is, says, buttons) in lies {
                let (channel, id) = (message["channel_id"].as_str().unwrap(), message["id"].as_str().unwrap());
                let path = format!("/channels/{channel}/messages/{id}");
                let embeds: Vec<_> = message["embeds"].as_array().unwrap().iter().map(|embed| {
                json!({ "title": embed["title"], "description": embed["description"], "color": embed["color"] })
            }).collect();
                let body =
                    json!({ "content": message["content"], "embeds": embeds, "components": message["components"] });
                let mut lie: serde_json::Value = serde_json::from_str(&body.to_string().replace(is, says)).unwrap();
                if is.is_empty() {
                    lie = body.clone();
                    lie["components"] = buttons.clone().unwrap();
                }
                assert_ne!(lie, body, "{is}");
                s.bot_calls("siaga", "PATCH", &path, &lie).await;
                assert_ne!(s.disagreements().await, Vec::<String>::new(), "nobody notices {says:?} {buttons:?}");
                s.bot_calls("siaga", "PATCH", &path, &body).await;
                assert_eq!(s.disagreements().await, Vec::<String>::new());
            }
            s.read_all().await;
        },
    );
}

/// A state of an incident, and how it comes about.
type State = for<'a> fn(&'a Story) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

const STATES: [(&str, State); 7] = [
    ("ringing", |s| Box::pin(async move { s.checkout_breaks().await })),
    ("acknowledged", |s| {
        Box::pin(async move {
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
        })
    }),
    ("calm", |s| {
        Box::pin(async move {
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
            s.checkout_recovers().await;
        })
    }),
    ("kept open", |s| {
        Box::pin(async move {
            s.checkout_breaks().await;
            s.checkout_recovers().await;
            s.budi().press("Keep open").await.done();
        })
    }),
    ("asked for a sign", |s| {
        Box::pin(async move {
            s.search_is_slow().await;
            s.budi().press_in("#incidents", "Acknowledge").await.done();
            s.alert("search").critical().numbered(2).saying("Search is down").fires().await;
        })
    }),
    ("held back", |s| {
        Box::pin(async move {
            s.checkout_breaks().await;
            s.budi().press_in("#incidents", "Silence").await.done();
            s.budi().press("2 hours").await.done();
        })
    }),
    ("resolved", |s| {
        Box::pin(async move {
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
            s.budi().press("Resolve").await.done();
            s.budi().fills(&[Some("rolled back")]).await.done();
        })
    }),
];

/// Every button on every message that stands, in each state: a press does something, shows something or asks something, and is
/// never refused.
#[test]
fn every_button_that_stands_does_what_it_says() {
    for (name, state) in STATES {
        // What only shows or asks is pressed in one world, what changes it in one of its own.
        let mut changing = Vec::new();
        story(async |s| {
            state(s).await;
            let all = s.budi().standing().await;
            assert!(!all.is_empty(), "{name}: no button stands");
            for (id, seen) in all {
                let verb = id.split(':').nth(1).unwrap_or_default().to_owned();
                if ["ack", "ack-all", "decline", "keep", "still"].contains(&verb.as_str()) {
                    changing.push(id);
                    continue;
                }
                let told = s.budi().press_seen(&seen).await.to_string();
                let begins = match verb.as_str() {
                    "update" | "resolve" => "form",
                    _ => "Siaga (private):",
                };
                assert!(told.starts_with(begins), "{name}: [{id}] answers {told}");
                assert!(!told.contains("already") && !told.contains("not open"), "{name}: [{id}] is refused: {told}");
            }
            s.read_all().await;
        });
        for id in changing {
            story(async |s| {
                state(s).await;
                s.settled().await;
                let all = s.budi().standing().await;
                let (_, seen) = all.into_iter().find(|(known, _)| *known == id).unwrap();
                let before = s.bot().engine.timeline(IncidentId(1)).await.unwrap().len();
                let told = s.budi().press_seen(&seen).await.to_string();
                let after = s.bot().engine.timeline(IncidentId(1)).await.unwrap().len();
                assert!(after > before, "{name}: [{id}] changes nothing: {told}");
                s.read_all().await;
            });
        }
    }
}
