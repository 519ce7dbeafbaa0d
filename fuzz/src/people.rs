//! Purpose: targets of what comes from people through Discord, and of what they type: ids of buttons, events of the gateway,
//! lengths of time, signed links.

use std::sync::LazyLock;

use discord::custom_id::{self, CustomId};
use discord::inbound::{self, Inbound};
use domain::setup::Language;
use domain::{IncidentId, Severity, Timestamp};
use jiff::SignedDuration;
use jiff::civil::Date;

use super::inert;
use super::world::now;

const TODAY: Date = jiff::civil::date(2026, 3, 2);

/// An id is read as it was written, and no other text is one that changes.
pub fn custom_id(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(id) = CustomId::parse(&text) else { return };
    let written = id.to_string();
    assert!(written.len() <= custom_id::LIMIT, "{written}");
    assert_eq!(CustomId::parse(&written), Some(id), "{written}");
}

/// The data of a gateway event.
pub fn gateway(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match inbound::read(text, TODAY) {
        Some(Inbound::Line(line)) => {
            let mut all = line.text.clone().into_bytes();
            all.extend(line.author.bytes());
            super::intake::chat_line(&all);
        }
        Some(Inbound::Form { fields, times, .. }) => assert!(times <= fields.len()),
        Some(Inbound::Press { id: Some(id), .. }) => assert!(id.to_string().len() <= custom_id::LIMIT),
        Some(Inbound::Press { .. } | Inbound::Command { .. }) | None => {}
    }
}

/// What is typed where a length of time, a day, a severity or an incident is asked for; and instants as they are shown.
pub fn times(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (length, minutes, day) = inbound::times(&text, TODAY);
    if let Some(length) = length {
        assert!(!length.is_zero() && length.as_secs() <= 7 * 24 * 3_600, "{length:?}");
    }
    if let Some(minutes) = minutes {
        let _ = words::duration(SignedDuration::from_mins(minutes.into()), Language::En);
    }
    let _ = day;
    let _ = text.parse::<Severity>();
    let _ = IncidentId::parse(&text);
    let quoted = serde_json::to_string(&text).unwrap();
    let [means, policy] = ["update_every", "ack_timeout"].map(|key| format!("{key} = {quoted}"));
    let small = super::world::SMALL.replace("page = false", &format!("page = false, {means}"));
    let _ =
        config::from_text("siaga.toml", &format!("{small}[[escalations]]\nname = \"e\"\n{policy}\nsteps = []\n"), &[]);
    let alert = format!("{{\"alerts\":[{{\"status\":\"firing\",\"labels\":{{\"a\":\"b\"}},\"startsAt\":{quoted}}}]}}");
    super::intake::alertmanager(alert.as_bytes());
    for starts_at in [quoted.as_str(), text.as_ref()] {
        let mapping = "dedup_key = \"'k'\"\ntitle = \"'t'\"\nstarts_at = \"body.at\"\n===\n";
        super::intake::json_mapping(format!("{mapping}{{\"at\":{starts_at}}}").as_bytes());
    }
    if let Some(seconds) = data.first_chunk::<8>().map(|bytes| i64::from_le_bytes(*bytes)) {
        let _ = words::duration(SignedDuration::from_secs(seconds), Language::Id);
        if let Ok(at) = Timestamp::from_second(seconds) {
            inert::shown(&words::timestamp(at, words::TimeStyle::Relative));
            let _ = words::duration(now().duration_since(at), Language::En);
        }
    }
}

/// The token of a link: only what we signed is taken.
pub fn link(data: &[u8]) {
    static SIGNER: LazyLock<notify::Signer> = LazyLock::new(|| notify::Signer::new(b"a key of the fuzzers").unwrap());
    let text = String::from_utf8_lossy(data);
    assert!(SIGNER.read(&text, now()).is_err(), "a link nobody signed: {text}");
    let claim = notify::Claim {
        all: false,
        incident: IncidentId(7),
        page: domain::PageId(1),
        person: domain::PersonId::from(text.as_ref()),
        expires: now() + SignedDuration::from_hours(1),
    };
    let token = SIGNER.sign(&claim);
    if token.len() <= 512 {
        assert_eq!(SIGNER.read(&token, now()), Ok(claim));
        assert!(SIGNER.read(&token[1..], now()).is_err());
    }
}
