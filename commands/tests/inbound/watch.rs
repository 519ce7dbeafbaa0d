//! Purpose: lines of watched channels become alerts, also those written while the bot was away.

use serde_json::json;

use crate::world::{World, text};

#[tokio::test]
async fn a_line_in_a_watched_channel_opens_an_incident_and_others_do_not() {
    let world = World::start().await;
    let connected = world.connect().await;
    let sari = format!("people/{}/messages", world.person("sari"));
    world.post(&sari, json!({ "channel": world.channel("general"), "content": "login is down here" })).await;
    world.post(&sari, json!({ "channel": world.channel("support"), "content": "good morning" })).await;
    world.post(&sari, json!({ "channel": world.channel("support"), "content": "checkout is down!" })).await;
    world.until("the incident", || !world.engine.open_incidents().is_empty()).await;
    world.engine.settled().await;
    let open = world.engine.open_incidents();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].title, "Users report checkout trouble");
    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn what_was_written_while_the_bot_was_away_is_read_once_it_is_back() {
    let world = World::start().await;
    let sari = format!("people/{}/messages", world.person("sari"));
    let support = world.channel("support");
    world.post(&sari, json!({ "channel": support, "content": "login is down (before we ever watched)" })).await;
    let first = world.connect().await;
    world.post(&sari, json!({ "channel": support, "content": "hello" })).await;
    let channel = domain::ChatChannelId(support.parse().unwrap());
    while world.engine.high_water(channel).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    first.stop().await;

    world.post(&sari, json!({ "channel": support, "content": "checkout is down" })).await;
    let second = world.connect().await;
    world.until("the incident", || !world.engine.open_incidents().is_empty()).await;
    world.engine.settled().await;
    let titles: Vec<String> = world.engine.open_incidents().iter().map(|incident| incident.title.clone()).collect();
    assert_eq!(titles, ["Users report checkout trouble"], "history from before the first start is not read");
    second.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_line_that_may_be_an_incident_is_asked_about_and_a_person_decides() {
    let world = World::start().await;
    let connected = world.connect().await;
    let sari = format!("people/{}/messages", world.person("sari"));
    let say = |line: &'static str| world.post(&sari, json!({ "channel": world.channel("support"), "content": line }));
    say("somebody says the cart button looks broken").await;
    let asked = question(&world, 1).await;
    let declined = world.press("budi", &asked, &declining(&asked)).await;
    assert!(text(&declined).starts_with("Not an incident."), "{declined}");

    say("the cart is broken").await;
    let asked = question(&world, 2).await;
    let opened = world.press("budi", &asked, "v1:candidate:").await;
    assert!(text(&opened).starts_with("INC-1 is open"), "{opened}");
    connected.stop().await;
    world.end().await;
}

/// The bot's public message number `count` in #support.
async fn question(world: &World, count: usize) -> serde_json::Value {
    let mut found = Vec::new();
    for _ in 0..200 {
        world.engine.settled().await;
        let messages = world.messages("support", "budi").await;
        let question =
            |message: &serde_json::Value| message["author"]["bot"] == true && message["ephemeral_for"].is_null();
        found = messages.into_iter().filter(question).collect();
        if found.len() >= count {
            return found.swap_remove(count - 1);
        }
    }
    panic!("no question {count} in {found:#?}, open: {:#?}", world.engine.open_incidents());
}

/// The `custom_id` of the second answer.
fn declining(question: &serde_json::Value) -> String {
    question["components"][0]["components"][1]["custom_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_incident_without_a_room_gets_one_by_a_button() {
    let world = World::start().await;
    let connected = world.connect().await;
    let sari = format!("people/{}/messages", world.person("sari"));
    world.post(&sari, json!({ "channel": world.channel("support"), "content": "orders are late" })).await;
    world.until("the incident", || !world.engine.open_incidents().is_empty()).await;
    world.engine.settled().await;
    let card = world.messages("incidents", "budi").await.pop().unwrap();
    let asked = world.press("budi", &card, "v1:room:1").await;
    assert!(text(&asked).starts_with("Raise INC-1 from SEV-4 to SEV-3?"), "{asked}");
    let raised = world.press("budi", &asked["message"], "v1:sure:1:raise").await;
    assert!(text(&raised).starts_with("INC-1 is SEV-3 now."), "{raised}");
    world.engine.settled().await;
    assert_eq!(world.get("world").await["threads"].as_array().unwrap().len(), 1);
    connected.stop().await;
    world.end().await;
}
