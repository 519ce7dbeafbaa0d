//! Purpose: targets of what we show: cards of whatever was reported, the words themselves, mails and push messages.

use std::time::Duration;

use discord::render;
use domain::incident::{AlertOutcome, Event, EventAt, Incident};
use domain::setup::Language;
use domain::storm::{Board, BoardLine, BoardTotals};
use domain::{
    Access, Actor, AlertOrigin, AlertReport, AlertStatus, ChatChannelId, ChatMessageId, ChatUserId, DedupKey, Effect,
    IntegrationName, Labels, Link, PageVia, Place,
};
use jiff::tz::TimeZone;

use super::inert;
use super::world::{self, SETUP};

/// A report that says the text wherever a report says something; not cleaned, as if it came from an old database.
pub fn report_of(text: &str) -> AlertReport {
    let labels = [("alertname", text), ("severity", "critical"), ("service", text), (text, text)];
    AlertReport {
        integration: IntegrationName::from("alertmanager"),
        dedup_key: DedupKey(format!("v1:alertmanager:{}", text.len())),
        status: AlertStatus::Firing,
        title: text.to_owned(),
        body: Some(text.to_owned()),
        labels: Labels::from(labels.map(|(name, value)| (name.to_owned(), value.to_owned()))),
        value: Some(text.to_owned()),
        links: vec![
            Link { label: text.to_owned(), url: format!("https://x.example/{text}") },
            Link { label: "Source".to_owned(), url: text.to_owned() },
        ],
        runbook_url: Some(format!("https://x.example/{text}")),
        starts_at: text.parse().ok(),
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: None,
        drill: None,
        sender: None,
    }
}

/// Reports are decided, planned and rendered as they would be.
pub fn card(data: &[u8]) {
    let name = IntegrationName::from("alertmanager");
    let mut reports = intake::alertmanager::parse(&name, data).reports;
    reports.truncate(3);
    let text = String::from_utf8_lossy(data);
    // Longer than what any intake lets through.
    reports.push(report_of(&text[..text.floor_char_boundary(8_000)]));
    for report in &reports {
        let Some(events) = opens(report) else { continue };
        let (incident, timeline) = world::after(events).unwrap_or_else(|| panic!("nothing opens: {report:?}"));
        let plan = domain::plan::plan(None, &incident, &timeline, &world::WORLD);
        assert!(plan.effects.iter().any(|planned| matches!(planned.effect, Effect::Card { .. })), "no card");
        for planned in &plan.effects {
            let text = serde_json::to_string(&planned.effect).unwrap();
            assert_eq!(serde_json::from_str::<Effect>(&text).unwrap(), planned.effect);
            effect(&planned.effect, &incident, &timeline);
        }
        everywhere(&incident);
    }
}

/// What an effect sends, as the deliverer renders it.
pub fn effect(effect: &Effect, incident: &Incident, timeline: &[EventAt]) {
    let cx = world::render(incident);
    match effect {
        Effect::Card { .. } => inert::body(&render::card(&cx)),
        Effect::RoomCard { .. } => inert::body(&render::room_card(&cx)),
        Effect::Topic { .. } => {
            let topic = render::people_topic(incident, Language::En);
            assert!(words::length(&topic) <= render::limits::CHANNEL_TOPIC, "{topic}");
        }
        Effect::Status { .. } => inert::body(&render::status(&cx)),
        Effect::Post { seq, place, .. } => {
            let said = timeline.iter().find(|entry| entry.seq == *seq).unwrap_or_else(|| panic!("{effect:?}"));
            inert::body(&render::post(said, *place, &cx));
            if matches!(said.event, Event::SeverityChanged { .. }) {
                inert::body(&render::left(said, &cx));
                inert::body(&render::brought(timeline, &cx));
            }
        }
        Effect::FollowerTold { seq, user, .. } => {
            let said = timeline.iter().find(|entry| entry.seq == *seq).unwrap_or_else(|| panic!("{effect:?}"));
            inert::body(&render::follower_told(said, *user, &cx));
        }
        Effect::PostEdited { seq, .. } => {
            let said = timeline.iter().find(|entry| entry.seq == *seq).unwrap_or_else(|| panic!("{effect:?}"));
            inert::body(&render::post(said, Place::Room, &cx));
        }
        Effect::ItemTold { number, given_by, .. } => {
            let items = &incident.postmortem.action_items;
            if let Some(item) = items.iter().find(|item| item.number == *number) {
                let today = jiff::civil::date(2026, 3, 2);
                inert::shown(&words::action_item_told(incident, item, given_by.as_deref(), today, Language::En));
            }
        }
        Effect::Outage { since, place, .. } => {
            let said: Vec<(EventAt, Place)> = timeline.iter().map(|entry| (entry.clone(), *place)).collect();
            inert::body(&render::outage(*since, &said, &cx));
        }
        Effect::Page { page, person, via, .. } => inert::body(&render::page(*page, person, *via, &cx)),
        Effect::PageSettled { page, via, .. } => inert::body(&render::page_settled(*page, *via, &cx)),
        Effect::Candidate { journal, title, message, .. } => {
            inert::body(&render::candidate(*journal, title, *message, &cx));
        }
        Effect::OpeningAsked { asked, by, title, severity } => {
            inert::body(&render::opening_asked(*asked, by, title, *severity, &cx));
        }
        Effect::Known { incident, message, .. } => inert::body(&render::known(*incident, *message, &cx)),
        Effect::NoteShows { note } => chat_notes(note, incident),
        Effect::CandidateSettled { incident, by, .. } => inert::body(&render::candidate_settled(*incident, by, &cx)),
        Effect::Operators { text, .. } => {
            // It is text of ours, Markdown and all; what it quotes was made inert where it was written.
            let body = render::operators(text, &cx);
            assert!(words::length(body["content"].as_str().unwrap()) <= render::limits::CONTENT);
        }
        Effect::Thread { .. } | Effect::Channel { .. } => {
            let thread = render::thread_name(incident, Language::En);
            assert!(!thread.is_empty() && words::length(&thread) <= render::limits::CHANNEL_NAME, "{thread}");
            let channel = render::channel_name(incident, Language::En);
            assert!(channel.len() <= render::limits::CHANNEL_NAME, "{channel}");
            assert!(channel.chars().all(|c| c.is_alphanumeric() || c == '-'), "{channel}");
            let topic = render::channel_topic(incident, "siaga:x:INC-8", Language::En);
            assert!(words::length(&topic) <= render::limits::CHANNEL_TOPIC && topic.ends_with("siaga:x:INC-8"));
        }
        Effect::Board { storm } | Effect::StormOver { storm } => board(*storm, &incident.title),
        Effect::Pin { .. }
        | Effect::Unpin { .. }
        | Effect::Admit { .. }
        | Effect::Member { .. }
        | Effect::Record { .. } => {}
        // They say what was decided, with names that are made inert one by one.
        Effect::Said { .. } | Effect::Question { .. } | Effect::Role { .. } => {}
    }
}

/// A message under lines of chat, wherever it stands: names and titles in it are of others.
fn chat_notes(key: &str, incident: &Incident) {
    use domain::chat_note::{ChatNote, NoteState};
    for state in [
        NoteState::Asking,
        NoteState::Opened,
        NoteState::Declined,
        NoteState::Withdrawn,
        NoteState::Over,
        NoteState::Known,
    ] {
        let note = ChatNote {
            key: key.to_owned(),
            about: String::new(),
            state,
            journal: 1,
            title: incident.title.clone(),
            channel: domain::ChatChannelId(3),
            at: incident.changed_at,
            incident: Some(incident.id),
            by: Some(incident.title.clone()),
            people: vec![incident.title.clone(); 12],
        };
        inert::body(&render::chat_note(&note, &world::render(incident)));
    }
}

/// The card, the stakeholders' message, forms, pages: whatever shows an incident.
pub fn everywhere(incident: &Incident) {
    let cx = world::render(incident);
    inert::body(&render::card(&cx));
    inert::body(&render::status(&cx));
    chat_notes("candidate", incident);
    for lang in [Language::En, Language::Id] {
        inert::body(&render::update_form(incident, &SETUP, lang));
        inert::body(&render::resolve_form(incident, lang));
        inert::body(&render::write_form(incident, lang));
        inert::body(&render::postmortem(incident, &SETUP, None, None, lang));
    }
    for page in &incident.pages {
        for via in [PageVia::Room, PageVia::Direct] {
            inert::body(&render::page(page.id, &page.person, via, &cx));
        }
        let text = words::outside_page(incident, page, Some(&incident.title), false, Language::En);
        letter(&text.title, &text.lines);
    }
}

/// Escaped text does nothing and reads as written; a cut text fits.
pub fn words(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let text = &text[..text.floor_char_boundary(16_000)];
    for escaped in [words::escape(text), words::escape_lines(text)] {
        inert::shown(&escaped);
        for limit in [0, 1, 7, 100] {
            let cut = words::cut(&escaped, limit);
            assert!(words::length(&cut) <= limit.max(words::length(&escaped).min(limit)));
            inert::shown(&cut);
        }
    }
    assert_eq!(words::plain(&words::plain(text)), words::plain(text));
    if let Some(link) = words::link(text, text) {
        inert::shown(&link);
    }
    let at = text.len() / 2;
    let (label, url) = text.split_at(text.floor_char_boundary(at));
    words::link(label, &format!("https://{url}")).iter().for_each(|link| inert::shown(link));
    let (incident, timeline) = opened(text);
    let by = Actor { user: ChatUserId(1), name: text.to_string(), person: None, access: Access::Open };
    let event = Event::Noted { by, text: text.to_string(), link: Some(text.to_string()) };
    let said = EventAt { seq: incident.last_seq + 1, at: incident.changed_at, event };
    let all: Vec<(EventAt, Place)> =
        timeline.into_iter().chain([said.clone()]).map(|entry| (entry, Place::Room)).collect();
    board(1, text);
    let cx = world::render(&incident);
    for place in [Place::Room, Place::Thread, Place::Status] {
        inert::body(&render::post(&said, place, &cx));
    }
    inert::body(&render::outage(incident.opened_at, &all, &cx));
    let prefill = render::Prefill { title: text, service: Some(text) };
    inert::body(&render::open_form(ChatChannelId(4), ChatMessageId(7), prefill, Language::En));
    inert::body(&render::candidate(1, text, ChatMessageId(7), &cx));
}

/// An incident about a text.
pub fn opened(text: &str) -> (Incident, Vec<domain::incident::EventAt>) {
    let events = opens(&report_of(text)).unwrap_or_else(|| panic!("nothing opens: {text}"));
    world::after(events).unwrap()
}

/// Mails and push messages: a header is one line, whatever an alert says.
pub fn outside(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    letter(&text, &[text.to_string(), text.to_string()]);
    let _ = notify::mail_text(&text, "rina@shop.example", &message(&text, &[]));
    let _ = notify::push_text(&text.to_string().into(), &message(&text, &[]));
}

fn message(title: &str, lines: &[String]) -> notify::Message {
    notify::Message {
        id: title.to_owned(),
        thread: title.to_owned(),
        about: Vec::new(),
        title: title.to_owned(),
        lines: lines.to_vec(),
        acknowledge: Some(notify::Button { label: title.to_owned(), url: format!("https://siaga.example/a/{title}") }),
        room_url: Some(title.to_owned()),
        urgent: true,
        footer: Some(title.to_owned()),
        at: world::now(),
    }
}

const HEADERS: [&str; 13] = [
    "from",
    "to",
    "date",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "importance",
    "x-priority",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

fn letter(title: &str, lines: &[String]) {
    let message = message(title, lines);
    let mail = notify::mail_text("Siaga <siaga@shop.example>", "rina@shop.example", &message).unwrap();
    let mail = String::from_utf8(mail).unwrap();
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        assert!(HEADERS.contains(&name.as_str()), "a header nobody wrote: {line:?}");
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    assert_eq!(head.matches("\r\nTo:").count() + usize::from(head.starts_with("To:")), 1);
    let push = notify::push_text(&"https://ntfy.example/topic".to_owned().into(), &message).unwrap();
    let push: serde_json::Value = serde_json::from_str(&push).unwrap();
    assert_eq!(push["topic"], "topic");
    let title = push["title"].as_str().unwrap();
    assert!(title.len() <= 250 && !title.contains(char::is_control), "{title:?}");
    assert!(push["message"].as_str().unwrap().len() <= 4_096);
}

/// The record of an incident as a file.
pub fn record(incident: &Incident, timeline: &[domain::incident::EventAt]) {
    for limit in [2_000, 1_000_000] {
        let facts = words::RecordFacts {
            incident,
            timeline,
            dependents: &[],
            missing: &domain::postmortem::gaps(incident, &SETUP),
            timezone: &TimeZone::UTC,
            guild: None,
            limit,
        };
        let names = |person: &domain::PersonId| person.to_string();
        let text = words::record(&facts, &names, Language::En);
        assert!(!text.is_empty());
        for (at, _) in text.match_indices("<script") {
            assert!(text[..at].ends_with('\\'), "HTML in a record: {}", &text[at..]);
        }
    }
    let json = engine::record_json(incident, timeline, 1_000_000);
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
}

/// The board of a storm in which everything says the text.
fn board(storm: u32, text: &str) {
    let (incident, _) = opened("Checkout errors");
    let cx = world::render(&incident);
    let line = BoardLine {
        id: incident.id,
        title: text.to_owned(),
        service: Some(text.to_owned()),
        severity: incident.severity,
        alerts: u64::MAX,
        firing: 1,
    };
    let mut board = Board {
        number: storm,
        began: world::now(),
        ended: None,
        rooms: 10,
        within: Duration::from_secs(60),
        quiet: Duration::from_secs(300),
        revision: 1,
        totals: BoardTotals { alerts: u64::MAX, incidents: u64::MAX, ..BoardTotals::default() },
        by_severity: vec![(incident.severity, u64::MAX)],
        worst: vec![line; 30],
    };
    inert::body(&render::board(&board, &cx));
    board.ended = Some(world::now());
    inert::body(&render::storm_over(&board, &cx));
}

/// The first events of the incident that a report opens.
fn opens(report: &AlertReport) -> Option<Vec<domain::Event>> {
    let input = domain::Input::Report { report, known: &world::Nothing, approved: true };
    let (verdict, events) = domain::decide(&world::WORLD, &input, world::now()).of_report()?;
    (verdict.outcome == AlertOutcome::Opens).then_some(events)
}
