use domain::incident::{Event, EventAt, Incident, PageReason};
use domain::setup::{Language, RoomKind};
use domain::storm::{Board, BoardLine, BoardTotals};
use domain::{Actor, ChatChannelId, ChatMessageId, Link, PageId, PageVia, Place};
use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{World, acknowledged, at, budi, resolved};
use crate::render::{self, Prefill, limits};

/// Every string in a body, with the limit Discord sets for it.
fn texts<'a>(body: &'a Value, key: &str, out: &mut Vec<(&'a str, usize)>) {
    match body {
        Value::String(text) => {
            let limit = match key {
                "content" => limits::CONTENT,
                "title" => limits::EMBED_TITLE,
                "description" => limits::EMBED_DESCRIPTION,
                "text" => limits::EMBED_FOOTER,
                "label" => limits::BUTTON_LABEL,
                "placeholder" => limits::INPUT_PLACEHOLDER,
                "value" => limits::INPUT_TEXT,
                "custom_id" => crate::custom_id::LIMIT,
                _ => usize::MAX,
            };
            out.push((text, limit));
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, key, out)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| texts(field, name, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn check(body: &Value) -> Result<(), TestCaseError> {
    let mut all = Vec::new();
    texts(body, "", &mut all);
    for (text, limit) in &all {
        let length = words::length(text);
        prop_assert!(length <= *limit, "{} > {}: {}", length, limit, text);
    }
    let sum: usize = body["embeds"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|embed| {
            let mut parts = Vec::new();
            texts(embed, "", &mut parts);
            parts.iter().map(|(text, _)| words::length(text)).sum::<usize>()
        })
        .sum();
    prop_assert!(sum <= limits::EMBED_SUM);
    // What Discord shows: form fields are plain text and are not parsed.
    let shown: Vec<&str> =
        [body["content"].as_str(), body["embeds"][0]["title"].as_str(), body["embeds"][0]["description"].as_str()]
            .into_iter()
            .flatten()
            .collect();
    for text in &shown {
        check_mentions(text)?;
    }
    let content = body["content"].as_str().unwrap_or_default();
    let embeds = body["embeds"].as_array().map_or(0, Vec::len);
    prop_assert!(!content.is_empty() || embeds > 0 || body["custom_id"].is_string(), "an empty message");
    prop_assert!(body["allowed_mentions"]["parse"].as_array().is_none_or(Vec::is_empty));
    Ok(())
}

/// Only the people, roles, rooms and instants of the fixture may be there.
fn check_mentions(text: &str) -> Result<(), TestCaseError> {
    let lower = text.to_lowercase();
    prop_assert!(!lower.contains("@everyone") && !lower.contains("@here"), "{}", text);
    for (at, _) in text.match_indices('<') {
        let escaped = text[..at].ends_with('\\');
        let ours =
            ["<@11>", "<@12>", "<@&90>", "<#5>", "<#6>", "<t:17"].iter().any(|mark| text[at..].starts_with(mark));
        prop_assert!(escaped || ours, "{}", &text[at..]);
    }
    // The one masked link of the fixture's own shape: its address is http(s).
    for (at, _) in text.match_indices("](") {
        let escaped = text[..at].ends_with('\\');
        prop_assert!(escaped || text[at + 2..].to_lowercase().starts_with("http"), "{}", &text[at..]);
    }
    Ok(())
}

/// Puts a text from outside wherever one can stand.
fn fill(incident: &mut Incident, text: &str) {
    let actor = Actor { name: text.into(), ..budi() };
    incident.title = text.into();
    incident.impact = Some(text.into());
    incident.service = Some(text.into());
    incident.owner = Some(text.into());
    incident.commander = Some(actor.clone());
    if let Some((holder, _)) = &mut incident.acknowledged {
        *holder = actor.clone();
    }
    if let Some(resolution) = &mut incident.resolution {
        resolution.by = Some(actor.clone());
        resolution.fixed = Some(text.into());
    }
    incident.links = vec![
        Link { label: text.into(), url: format!("https://x.example/{text}") },
        Link { label: text.into(), url: text.into() },
        Link { label: "Source".into(), url: format!("https://x.example/?q={}", "a".repeat(480)) },
        Link { label: "Source".into(), url: format!("https://x.example/?p={}", "a".repeat(480)) },
    ];
    incident.runbook = None;
    incident.why = domain::routing::Why::Person { name: text.into() };
    incident.runbook_url = Some(format!("https://x.example/{text}"));
    for n in 0..5 {
        let key = domain::DedupKey(n.to_string());
        incident.alerts.fires(&key, domain::incident::AlertBrief::firing(text), false);
        if n % 2 == 1 {
            incident.alerts.resolves(&key);
        }
    }
    incident.updates.push(domain::incident::StatusUpdate {
        by: actor.clone(),
        at: at(3),
        know: text.into(),
        doing: text.into(),
        next: Some(at(9)),
        seq: 2,
    });
    incident.pages[0].reason = PageReason::ByHand { by: actor, reason: text.into() };
}

fn check_all(text: &str) -> Result<(), TestCaseError> {
    let stories: [Vec<Event>; 3] = [vec![], acknowledged(), resolved()];
    for events in stories {
        for room in [RoomKind::Line, RoomKind::Channel] {
            let mut world = World::after(events.clone());
            world.incident.room = room;
            fill(&mut world.incident, text);
            world.directory.people.insert("budi".into(), (domain::ChatUserId(11), text.into()));
            let cx = world.cx();
            check(&render::card(&cx))?;
            check(&render::status(&cx))?;
            for via in [PageVia::Room, PageVia::Direct] {
                check(&render::page(PageId(1), &"budi".into(), via, &cx))?;
                check(&render::page_settled(PageId(1), via, &cx))?;
            }
            let said: Vec<EventAt> =
                posts(text).into_iter().map(|event| EventAt { seq: 9, at: at(1), event }).collect();
            for said in &said {
                for place in [Place::Room, Place::Status, Place::PolicyEnd] {
                    check(&render::post(said, place, &cx))?;
                }
            }
            let said: Vec<(EventAt, Place)> = said.into_iter().map(|said| (said, Place::Room)).collect();
            check(&render::outage(at(0), &said, &cx))?;
            check(&render::update_form(&world.incident, world.world.setup(), Language::En))?;
            check(&render::resolve_form(&world.incident, Language::En))?;
            let name = render::thread_name(&world.incident, Language::En);
            prop_assert!(words::length(&name) <= limits::CHANNEL_NAME && !name.is_empty());
            prop_assert!(render::channel_name(&world.incident, Language::En).len() <= limits::CHANNEL_NAME);
            let topic = render::channel_topic(&world.incident, "siaga:x:INC-8", Language::En);
            prop_assert!(words::length(&topic) <= limits::CHANNEL_TOPIC && topic.ends_with("siaga:x:INC-8"));
        }
    }
    let world = World::after(vec![]);
    let prefill = Prefill { title: text, service: Some(text) };
    check(&render::open_form(ChatChannelId(4), ChatMessageId(7), prefill, Language::En))?;
    check(&render::candidate(1, text, ChatMessageId(7), &world.cx()))?;
    check(&render::candidate_settled(None, text, &world.cx()))?;
    for ended in [None, Some(at(9))] {
        let board = board(text, ended);
        check(&render::board(&board, &world.cx()))?;
        check(&render::storm_over(&board, &world.cx()))?;
    }
    Ok(())
}

/// The board of a storm in which every incident has this title.
fn board(text: &str, ended: Option<domain::Timestamp>) -> Board {
    let line = |id| BoardLine {
        id: domain::IncidentId(id),
        title: text.to_owned(),
        service: Some(text.to_owned()),
        severity: domain::Severity::Sev4,
        alerts: u64::MAX / 2,
        firing: 1,
    };
    Board {
        number: 3,
        began: at(0),
        ended,
        rooms: u32::MAX,
        within: std::time::Duration::MAX,
        quiet: std::time::Duration::MAX,
        revision: 1,
        totals: BoardTotals { alerts: u64::MAX, incidents: 99_999, open: 99_999, ..BoardTotals::default() },
        by_severity: domain::Severity::ALL.iter().map(|severity| (*severity, u64::MAX)).collect(),
        worst: (100_000..100_012).map(line).collect(),
    }
}

fn posts(text: &str) -> Vec<Event> {
    let s = || text.to_owned();
    let by = || Actor { name: s(), ..budi() };
    vec![
        Event::Unfolded { why: domain::storm::UnfoldWhy::AfterStorm, by: None },
        Event::EscalationEnded { policy: Some("payments".into()), gaps: vec![s(), s()], plan: None, again_at: None },
        Event::SeverityChanged {
            from: domain::Severity::Sev1,
            to: domain::Severity::Sev2,
            by: Some(by()),
            reason: Some(s()),
            room: RoomKind::Channel,
            why: None,
        },
        Event::UpdatePosted { by: by(), know: s(), doing: s(), next: Some(at(1)), number: Some(1) },
        Event::Noted { by: by(), text: s(), link: Some(format!("https://x.example/{text}")) },
        Event::AlertFired { dedup_key: "v1:a:1".into(), title: s(), again: true, value: None, endless: false },
        Event::Resolved { by: Some(by()), fixed: Some(s()), postmortem_due: None, report: None, fires_on_at: None },
        Event::AckQuestioned { until: at(1), why: None, holder: Some(by()) },
    ]
}

#[test]
fn hostile_titles_stay_inert_and_within_limits() {
    let table = [
        String::new(),
        "@everyone @here <@11> <@&90> <#5>".into(),
        "](https://evil.example) [click](javascript:alert(1))".into(),
        "```\n# big\n> quote\n||spoiler||".into(),
        "\u{202E}\u{2066}\u{200B}\u{FEFF}".into(),
        "\\".repeat(3_000),
        "*".repeat(5_000),
        "😀".repeat(3_000),
        "a\u{300}".repeat(3_000),
        "word ".repeat(2_000),
        "https://evil.example/".to_owned() + &"a".repeat(4_000),
        "\n".repeat(100),
        "%s%n${jndi:ldap://x} <script>alert(1)</script> '; DROP TABLE".into(),
        "<t:1790000000:R></ack:1><:e:1><a:e:1>".replace("<t:17", "<t:9"),
    ];
    for title in table {
        check_all(&title).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_text_whatsoever_exceeds_a_limit_or_mentions_anybody(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(vec!["@everyone", "@here", "<@1>", "<@&2>", "<#3>", "</x:4>", "<t:9:R>", "[a](http://b)", "](", "\\", "`", "\n", "https://x/"]).prop_map(str::to_owned),
            any::<String>(),
        ], 0..8),
        times in 1usize..60,
    ) {
        check_all(&parts.concat().repeat(times))?;
    }
}
