//! Purpose: posts of releases before `0014_rendered`, which held the parts of their text in the row and not the number of an event.
//! What they say is told as the events of today, with the same words.

use domain::incident::EventAt;
use domain::{Effect, IncidentId, Place, Said, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A row that was planned then.
#[derive(Deserialize)]
struct Old {
    incident: IncidentId,
    place: Place,
    post: Map<String, Value>,
}

/// The effect and the events of a row that an earlier release planned; none when it is not a post of then, or not one we know.
pub(crate) fn read(text: &str) -> Option<(Effect, Vec<EventAt>)> {
    // A cheap look first: every row that waits passes here.
    if !text.contains("\"says\"") {
        return None;
    }
    let old: Old = serde_json::from_str(text).ok()?;
    let (incident, place) = (old.incident, old.place);
    if old.post.get("says")? == "outage" {
        let since: Timestamp = serde_json::from_value(old.post.get("since")?.clone()).ok()?;
        let posts = old.post.get("posts")?.as_array()?;
        let said = (1..).zip(posts).map(|(seq, post)| event(seq, place, post.as_object()?.clone()));
        let said: Vec<(EventAt, Place)> = said.collect::<Option<_>>()?;
        let posts = said.iter().map(|(entry, place)| Said { seq: entry.seq, place: *place }).collect();
        let effect = Effect::Outage { incident, place, since, posts };
        return Some((effect, said.into_iter().map(|(entry, _)| entry).collect()));
    }
    let (entry, place) = event(0, place, old.post)?;
    Some((Effect::Post { incident, seq: 0, place }, vec![entry]))
}

/// The event that says the same today, and where.
fn event(seq: u32, place: Place, mut old: Map<String, Value>) -> Option<(EventAt, Place)> {
    let says = old.remove("says")?;
    let says = says.as_str()?;
    let at = old.remove("at").and_then(|at| serde_json::from_value(at).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    // Then only the name was kept of whoever acted.
    let actor = |name: &Value, user: u64| json!({ "user": user, "name": name, "access": "member" });
    if let Some(by) = old.get("by").filter(|by| by.is_string() && !matches!(says, "help_coming" | "commander")) {
        let by = actor(by, 1);
        old.insert("by".to_owned(), by);
    }
    let mut take = |field: &str| old.remove(field).unwrap_or(Value::Null);
    // What stands in the event of today under another name, or besides; the other fields are called the same.
    let (kind, place, besides) = match says {
        // It says why the incident opened, which the incident knows.
        "why" => ("unfolded", place, json!({ "why": "after_storm" })),
        "help_coming" => {
            let end = json!({ "kind": "acknowledged", "by": take("by") });
            ("page_ended", place, json!({ "page": 0, "end": end }))
        }
        "declined" => {
            let end = json!({ "kind": "declined", "person": take("person"), "next": take("next") });
            ("page_ended", place, json!({ "page": 0, "end": end }))
        }
        "gaps" => ("escalation_ended", Place::Room, json!({ "policy": null, "gaps": take("schedules") })),
        // Also of a drill, whose room this was.
        "policy_ended" => ("escalation_ended", Place::PolicyEnd, json!({})),
        "direct_message_failed" => ("contact_failed", place, json!({ "page": 0, "via": "direct" })),
        "still_on_it" => ("ack_questioned", place, json!({})),
        "ack_expired" => ("ack_expired", place, json!({ "holder": actor(&take("holder"), 1) })),
        "severity_changed" => ("severity_changed", place, json!({ "room": "thread" })),
        "commander" => {
            let (commander, by) = (actor(&take("commander"), 1), take("by"));
            let by = if by.is_null() { commander.clone() } else { actor(&by, 2) };
            ("commander_set", place, json!({ "commander": commander, "by": by }))
        }
        "update" => ("update_posted", place, json!({})),
        "note" => ("noted", place, json!({})),
        "fires_again" => ("alert_fired", place, json!({ "dedup_key": "" })),
        "absorbed" => {
            let more = json!({ "new": take("alerts"), "again": 0, "resolved": 0 });
            ("absorbed", place, json!({ "alerts": [], "more": more, "group_keys": [] }))
        }
        "similar" => ("similar_found", place, json!({})),
        "contacted" => ("contacted", place, json!({ "page": 0 })),
        "contact_failed" => ("contact_failed", place, json!({ "page": 0 })),
        "postmortem_due" => ("postmortem_reminded", place, json!({})),
        "action_item_due" => ("action_item_reminded", place, json!({ "number": take("item")["number"] })),
        "drill_report" => {
            let fields = ["acknowledged_after_ms", "lasted_ms", "commander", "updates", "unanswered"];
            let report: Map<String, Value> = fields.iter().map(|field| ((*field).to_owned(), take(field))).collect();
            ("resolved", Place::Debrief, json!({ "by": null, "fixed": null, "report": report }))
        }
        // These are called as they were.
        same => (same, place, json!({})),
    };
    old.extend(besides.as_object()?.clone());
    old.insert("kind".to_owned(), json!(kind));
    let event = serde_json::from_value(Value::Object(old)).ok()?;
    Some((EventAt { seq, at, event }, place))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use domain::incident::{Event, PageEnd};

    use super::*;

    fn row(place: &str, post: Value) -> Option<(Effect, Vec<EventAt>)> {
        read(&json!({ "kind": "post", "incident": 7, "place": place, "post": post }).to_string())
    }

    /// Each post there was, as the last release that stored them wrote it.
    fn posts() -> Vec<Value> {
        let by = "Budi";
        let actor = json!({ "user": 11, "name": "Budi", "person": "budi", "access": "responder" });
        let at = "2026-11-30T03:10:00Z";
        vec![
            json!({ "says": "why", "why": { "kind": "no_rule" }, "runbook": ["Payments are down", "Check the gateway"] }),
            json!({ "says": "acknowledged", "by": by, "at": at, "spared": "rina" }),
            json!({ "says": "help_coming", "by": by }),
            json!({ "says": "declined", "person": "budi", "next": "rina" }),
            json!({ "says": "gaps", "schedules": ["payments"] }),
            json!({ "says": "policy_ended", "policy": null }),
            json!({ "says": "direct_message_failed", "person": "budi" }),
            json!({ "says": "still_on_it", "holder": actor, "until": at }),
            json!({ "says": "ack_expired", "holder": by }),
            json!({ "says": "ack_withdrawn", "by": by }),
            json!({ "says": "severity_changed", "from": "SEV-2", "to": "SEV-1", "by": by, "reason": "all of EU" }),
            json!({ "says": "severity_changed", "from": "SEV-2", "to": "SEV-1", "by": null, "reason": null }),
            json!({ "says": "escalation_stopped", "reason": "severity_lowered" }),
            json!({ "says": "commander", "commander": "Rina", "by": null }),
            json!({ "says": "commander", "commander": "Rina", "by": by }),
            json!({ "says": "update", "number": 2, "by": by, "know": "a", "doing": "b", "next": at }),
            json!({ "says": "update_overdue", "whom": actor }),
            json!({ "says": "note", "by": by, "text": "a", "link": null }),
            json!({ "says": "all_alerts_resolved", "closes_at": at }),
            json!({ "says": "kept_open", "by": by }),
            json!({ "says": "fires_again", "title": "Checkout errors" }),
            json!({ "says": "resolved", "by": by, "opened_at": at, "at": at, "fixed": "rolled back", "postmortem_due": at }),
            json!({ "says": "resolved", "by": null, "opened_at": at, "at": at, "fixed": null }),
            json!({ "says": "reopened", "by": by, "reason": "again" }),
            json!({ "says": "triaged", "by": by, "impact": "few", "urgency": "now", "severity": "SEV-2" }),
            json!({ "says": "dismissed", "by": by, "reason": "a test" }),
            json!({ "says": "merged_into", "into": 3, "by": by }),
            json!({ "says": "absorbed", "from": 3, "title": "Login errors", "alerts": 4, "by": by }),
            json!({ "says": "similar", "incidents": [{ "id": 2, "title": "Checkout errors", "fixed": "rolled back" }] }),
            json!({ "says": "contacted", "person": "budi", "via": "ntfy", "why": "rule" }),
            json!({ "says": "contact_failed", "person": "budi", "via": "email", "reason": "refused" }),
            json!({ "says": "thing_lost", "thing": "thread", "why": { "kind": "deleted" } }),
            json!({ "says": "postmortem_due", "whom": actor, "due": at, "missing": [] }),
            json!({ "says": "action_item_due", "item": { "number": 3, "what": "a", "owner": "b", "due": "2026-12-01", "done": null, "reminded": false } }),
            json!({ "says": "postmortem_closed", "by": by }),
            json!({ "says": "drill_report", "acknowledged_after_ms": 5, "lasted_ms": 9, "commander": by, "updates": [1, 0], "unanswered": 0 }),
        ]
    }

    #[test]
    fn every_post_of_before_is_an_event_of_today() {
        for post in posts() {
            let read = row("room", post.clone()).unwrap_or_else(|| panic!("{post}"));
            assert_eq!(read.1.len(), 1);
        }
        let since = "2026-11-30T03:00:00Z";
        let outage = json!({ "says": "outage", "since": since, "posts": posts() });
        let (effect, said) = row("thread", outage).unwrap();
        assert!(matches!(effect, Effect::Outage { posts, .. } if posts.len() == said.len()));
        assert_eq!(said.len(), posts().len());
    }

    #[test]
    fn what_is_said_today_is_what_was_said_then() {
        let (effect, said) = row("room", posts().remove(1)).unwrap();
        assert_eq!(effect, Effect::Post { incident: IncidentId(7), seq: 0, place: Place::Room });
        assert!(
            matches!(&said[0].event, Event::Acknowledged { by, spared: Some(spared), .. } if by.name == "Budi" && spared.as_str() == "rina")
        );
        assert_eq!(said[0].at.to_string(), "2026-11-30T03:10:00Z");
        let declined = row("room", posts().remove(3)).unwrap().1.remove(0).event;
        assert!(matches!(declined, Event::PageEnded { end: PageEnd::Declined { person: Some(_), next: Some(_) }, .. }));
        // The place says which of its two sentences an event means.
        assert!(matches!(row("room", posts().remove(5)).unwrap().0, Effect::Post { place: Place::PolicyEnd, .. }));
    }

    #[test]
    fn other_rows_are_not_touched_and_an_unknown_post_is_not_guessed() {
        assert!(read(r#"{"kind":"post","incident":7,"seq":3,"place":"room"}"#).is_none());
        assert!(read(r#"{"kind":"operators","text":"it \"says\" so"}"#).is_none());
        assert!(row("room", json!({ "says": "tomorrow", "by": "Budi" })).is_none());
    }
}
