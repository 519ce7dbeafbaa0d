use std::collections::BTreeMap;

use domain::incident::Event;
use domain::postmortem::{ActionItem, Collateral};
use domain::setup::{Language, Service, SourceRef};
use serde_json::Value;

use super::fixture::{World, budi, resolved};
use crate::render::{self, Typed};

const EN: Language = Language::En;

/// A world whose service has so many dependents.
fn world(events: Vec<Event>, dependents: usize) -> World {
    let mut world = World::after(resolved().into_iter().chain(events).collect());
    let name = world.incident.service.clone().unwrap();
    let mut setup = world.world.setup().clone();
    setup.services = vec![Service {
        name,
        matchers: Vec::new(),
        owner: None,
        escalation: None,
        dependents: (1..=dependents).map(|number| format!("unit-{number:02}")).collect(),
        dashboard: None,
        source: SourceRef { file: "siaga.toml".into(), line: 1 },
    }];
    world.world = domain::World::new(setup);
    world
}

fn page(world: &World) -> Value {
    render::postmortem(&world.incident, world.world.setup(), None, None, EN)
}

fn options(page: &Value, row: usize) -> Vec<String> {
    let options = page["components"][row]["components"][0]["options"].as_array().unwrap();
    options.iter().map(|option| option["value"].as_str().unwrap().to_owned()).collect()
}

fn item(number: u32) -> Event {
    let (what, owner) = ("*".repeat(300), "_".repeat(100));
    let item = ActionItem {
        number,
        what,
        owner,
        account: None,
        person: None,
        due: "2026-12-31".parse().unwrap(),
        done: None,
        remind: Vec::new(),
        reminded: false,
    };
    Event::ActionItemAdded { by: budi(), item }
}

#[test]
fn with_more_dependents_than_a_menu_takes_those_nobody_checked_come_first() {
    let page_begun = page(&world(Vec::new(), 40));
    assert_eq!(options(&page_begun, 2).len(), 25);
    assert_eq!(page_begun["components"][2]["components"][0]["max_values"], 25);
    assert!(page_begun["embeds"][0]["description"].as_str().unwrap().contains("The menus offer 25 of 40 dependents"));
    let found: BTreeMap<String, Collateral> =
        (1..=25).map(|number| (format!("unit-{number:02}"), Collateral::Clear)).collect();
    let page = page(&world(vec![Event::CollateralChecked { by: budi(), found }], 40));
    let offered = options(&page, 3);
    assert_eq!(offered.len(), 25);
    assert!((26..=40).all(|number| offered.contains(&format!("unit-{number:02}"))), "{offered:?}");
}

#[test]
fn the_fullest_page_keeps_discords_limits() {
    let long = |c: &str| c.repeat(1_500);
    let mut events: Vec<Event> = (1..=60).map(item).collect();
    events.push(Event::PostmortemWritten {
        by: budi(),
        core_problem: long("*"),
        root_cause: long("`"),
        lessons: long("😀"),
    });
    let world = world(events, 200);
    let texts = ["core", "root", "lessons"].map(|label| (label.to_owned(), long("`|\n")));
    let typed = Typed::free(texts.to_vec());
    for typed in [None, Some(&typed)] {
        let page = render::postmortem(&world.incident, world.world.setup(), Some(&long("x")), typed, EN);
        let embeds = page["embeds"].as_array().unwrap();
        let texts = embeds.iter().flat_map(|embed| [&embed["title"], &embed["description"]]);
        let sum: usize = texts.map(|text| words::length(text.as_str().unwrap())).sum();
        assert!(sum <= 6_000, "{sum}");
        assert!(embeds.iter().all(|embed| words::length(embed["description"].as_str().unwrap()) <= 4_096));
        assert!(embeds.iter().all(|embed| words::length(embed["title"].as_str().unwrap()) <= 256));
        let rows = page["components"].as_array().unwrap();
        assert_eq!(rows.len(), 5);
        for menu in rows.iter().flat_map(|row| row["components"].as_array().unwrap()).filter(|one| one["type"] == 3) {
            assert!(menu["options"].as_array().unwrap().len() <= 25, "{menu}");
            for option in menu["options"].as_array().unwrap() {
                assert!(words::length(option["label"].as_str().unwrap()) <= 100, "{option}");
            }
        }
    }
}
