use std::collections::BTreeSet;
use std::sync::Arc;

use domain::setup::Language;
use domain::triage::{Impact, Urgency, preview};
use domain::{Incident, IncidentId, Severity};
use insta::assert_json_snapshot;
use serde_json::Value;

use super::fixture::{World, budi};
use crate::custom_id::{Chosen, CustomId, LIMIT};
use crate::render::{self, limits};

const EN: Language = Language::En;

fn custom_ids(body: &Value) -> Vec<String> {
    let rows = body["components"].as_array().unwrap();
    let all = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    all.map(|component| component["custom_id"].as_str().unwrap().to_owned()).collect()
}

fn check(body: &Value) {
    let ids = custom_ids(body);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "one id stands twice: {ids:?}");
    assert!(ids.iter().all(|id| id.len() <= LIMIT && CustomId::parse(id).is_some()), "{ids:?}");
    for row in body["components"].as_array().unwrap() {
        for option in row["components"][0]["options"].as_array().into_iter().flatten() {
            for field in ["label", "description", "value"] {
                let text = option[field].as_str().unwrap();
                assert!((1..=limits::OPTION_TEXT).contains(&words::length(text)), "{field}: {text}");
            }
        }
    }
}

#[test]
fn the_message_of_triage_carries_its_choices_in_every_id() {
    let world = World::after(vec![]);
    let (directory, incident) = (&world.directory, &world.incident);
    let asked = render::triage(incident, Chosen::default(), None, None, directory, EN);
    check(&asked);
    assert_eq!(
        custom_ids(&asked),
        ["v1:triage:8:-:-:impact", "v1:triage:8:-:-:urgency", "v1:triage:8:-:-:dismiss", "v1:triage:8:-:-:merge"]
    );
    let chosen = Chosen { impact: Some(Impact::Many), urgency: Some(Urgency::Hours) };
    let shown = preview(incident, &budi(), Impact::Many, Urgency::Hours, &world.world, world.cx().now).unwrap();
    let body = render::triage(incident, chosen, Some(&shown), Some(Severity::Sev3), directory, EN);
    check(&body);
    assert_json_snapshot!("triage_previewed", body);
}

#[test]
fn no_more_incidents_are_offered_than_discord_takes() {
    let world = World::after(vec![]);
    let others: Vec<Arc<Incident>> = (100..140)
        .map(|number| {
            let title = format!("**{number}** {}", "word ".repeat(60));
            Arc::new(Incident { id: IncidentId(number), title, ..world.incident.clone() })
        })
        .collect();
    let body = render::merge_choice(&world.incident, Chosen::default(), &others, EN);
    check(&body);
    assert_eq!(body["components"][0]["components"][0]["options"].as_array().unwrap().len(), limits::SELECT_OPTIONS);
    let nothing = render::merge_choice(&world.incident, Chosen::default(), &[], EN);
    assert_eq!(custom_ids(&nothing), ["v1:triage:8:-:-:back"]);
}
