//! Each permission that the install link asks for is taken away in turn: the table names it, and no other.

use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{INVITED, Said, World, guild_without};

/// The permissions that the table tells people to change.
fn named(said: &Said) -> Vec<String> {
    let mut names: Vec<String> = said
        .wrong()
        .iter()
        .filter_map(|(_, _, change)| Some(change.split_once(": ")?.0.to_owned()))
        .filter(|name| !name.starts_with("look at"))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_permission_that_is_missing_is_named() {
    let mut cases = JoinSet::new();
    for (name, shown) in INVITED {
        cases.spawn(async move {
            let w = World::of(guild_without(&[name])).await;
            let said = w.rehearse(&["--me", "budi", "--yes", "--output", "json"]).await;
            let wrong = said.wrong();
            assert_eq!(named(&said), [shown], "without {name}: {wrong:#?}");
            assert_eq!(said.code, Some(2), "without {name}");
            for (effect, message, change) in wrong {
                assert!(change.ends_with("switch it on for siaga in Server Settings, Roles"), "{effect}: {change}");
                // What Discord drops without a word is different; what it refuses, it refuses so.
                let refused = message.starts_with("Missing Permissions") || message.starts_with("Missing Access");
                let dropped = message.starts_with("Discord d");
                assert!(refused || dropped, "without {name}, {effect}: {message}");
            }
            assert_eq!(said.json()["left"], json!([]), "without {name}");
            w.nothing_is_left().await;
            assert!(w.rung().await.keys().all(|person| person == "budi"), "without {name}");
        });
    }
    cases.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_channel_denies_is_named_with_the_channel() {
    let mut cases = JoinSet::new();
    for (name, shown) in INVITED {
        for (channel, label) in [("incidents", "#incidents"), ("Incidents", "the category Incidents")] {
            // Only these have to do with that channel.
            let in_category = matches!(name, "MANAGE_CHANNELS" | "SEND_MESSAGES" | "ATTACH_FILES" | "VIEW_CHANNEL");
            if (channel == "Incidents") != in_category && !matches!(name, "SEND_MESSAGES" | "VIEW_CHANNEL") {
                continue;
            }
            cases.spawn(async move {
                let w = World::start().await;
                let id = w.sandbox.channel(channel).unwrap().to_string();
                let trouble = json!({ "do": "revoke", "bot": "siaga", "permissions": [name], "channel": id });
                w.post("/trouble", &trouble).await;
                let said = w.rehearse(&["--me", "budi", "--output", "json"]).await;
                let wrong = said.wrong();
                assert_eq!(named(&said), [shown], "without {name} in {label}: {wrong:#?}");
                let change = format!("{shown}: allow it for siaga in Edit Channel, Permissions of {label}");
                assert!(wrong.iter().all(|(_, _, told)| *told == change), "without {name} in {label}: {wrong:#?}");
                w.nothing_is_left().await;
            });
        }
    }
    cases.join_all().await;
}

#[tokio::test]
async fn without_channels_of_its_own_it_goes_to_the_incidents_channel_after_a_yes_and_leaves_nothing_there() {
    let w = World::of(guild_without(&["MANAGE_CHANNELS"])).await;
    let said = w.rehearse(&["--me", "budi", "--output", "json"]).await;
    assert_eq!(said.json()["seen_by"], json!(null));
    assert!(said.not_tried().contains(&"card".to_owned()), "{}", said.out);
    w.nothing_is_left().await;

    let said = w.rehearse(&["--me", "budi", "--yes", "--output", "json"]).await;
    assert_eq!(said.json()["seen_by"], "incidents");
    let wrong: Vec<String> = said.wrong().into_iter().map(|(effect, _, _)| effect).collect();
    assert_eq!(wrong, ["channel in its category"], "{}", said.out);
    w.nothing_is_left().await;
}

#[tokio::test]
async fn what_cannot_be_deleted_is_named_and_goes_when_it_can() {
    let w = World::start().await;
    let roles = json!({ "do": "trouble", "method": "PUT", "at": "received", "bot": "siaga",
        "route": "/channels/{channel_id}/messages/pins/{message_id}",
        "trouble": { "do": "revoke", "bot": "siaga", "permissions": ["MANAGE_CHANNELS"] } });
    w.fault(&roles).await;
    // The rehearsal's own channels let the bot go on; without its role's word it cannot once they deny it, too.
    let deny = json!({ "do": "trouble", "method": "PATCH", "at": "applied", "bot": "siaga", "nth": 1,
        "route": "/channels/{channel_id}",
        "trouble": { "do": "revoke", "bot": "siaga", "permissions": ["MANAGE_CHANNELS"], "channel": "@path" } });
    w.fault(&deny).await;
    let said = w.rehearse(&["--me", "budi", "--output", "json"]).await;
    let json = said.json();
    let left = json["left"].as_array().unwrap();
    assert!(!left.is_empty(), "{json:#}");
    for one in left {
        assert!(one["what"].as_str().unwrap().starts_with("#siaga-rehearsal-"), "{one}");
        assert_eq!(one["why"], "403 (50013) Missing Permissions");
        assert!(one["change"].as_str().unwrap().starts_with("Manage Channels for the bot"), "{one}");
    }
    assert_eq!(said.code, Some(2));
    let again = w.rehearse(&["--clean-up"]).await;
    assert_eq!(again.code, Some(2), "{}", again.out);
    w.clear_faults().await;
    for channel in left {
        let name = channel["what"].as_str().unwrap().trim_start_matches('#');
        let grant = json!({ "do": "grant", "bot": "siaga", "permissions": ["MANAGE_CHANNELS"], "channel": name });
        w.post("/trouble", &grant).await;
    }
    let again = w.rehearse(&["--clean-up"]).await;
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    w.nothing_is_left().await;
}
