//! Purpose: lines of watched channels become alerts, also those written while the bot was away.

use serde_json::json;

use crate::world::World;

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
