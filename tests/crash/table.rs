//! Purpose: the table: each effect that creates something, killed before and after Discord applied it.

use crate::place;
use crate::world::{Tally, World, once, opened};

const MESSAGE: (&str, &str) = ("POST", "/channels/{channel_id}/messages");
const EDIT: (&str, &str) = ("PATCH", "/channels/{channel_id}/messages/{message_id}");
const THREAD: (&str, &str) = ("POST", "/channels/{channel_id}/messages/{message_id}/threads");
const TOPIC: (&str, &str) = ("PATCH", "/channels/{channel_id}");
const CHANNEL: (&str, &str) = ("POST", "/guilds/{guild_id}/channels");

/// Runs both cases of a row next to each other.
async fn row(
    call: (&'static str, &'static str),
    contains: Option<&'static str>,
    severity: &'static str,
    expected: Tally,
) {
    let case = |at: &'static str| {
        let expected = expected.clone();
        async move {
            let _place = place().await;
            let mut world = World::start().await;
            let contains = contains.map(|contains| contains.replace("BUDI", world.sandbox.person("budi")));
            let fault = world.hold(call, contains.as_deref(), at).await;
            world.fire("checkout", severity, "Errors").await;
            world.kill_while_held(&fault).await;
            world.becomes(&expected).await;
        }
    };
    tokio::join!(case("received"), case("applied"));
}

fn with_channel() -> Tally {
    let mut expected = opened();
    expected.extend(once(["INC-1 channel", "INC-1 status", "INC-1 known"]));
    // One in the incidents channel, one with which the channel for the work begins.
    expected.insert("INC-1 card".to_owned(), 2);
    expected
}

#[tokio::test]
async fn the_card_is_there_once_when_the_bot_is_killed_while_it_is_created() {
    row(MESSAGE, Some(":1:card\""), "warning", opened()).await;
}

#[tokio::test]
async fn the_thread_is_there_once_when_the_bot_is_killed_while_it_is_started() {
    row(THREAD, None, "warning", opened()).await;
}

#[tokio::test]
async fn the_channel_is_there_once_when_the_bot_is_killed_while_it_is_created() {
    row(CHANNEL, None, "critical", with_channel()).await;
}

#[tokio::test]
async fn the_topic_for_people_is_there_when_the_bot_is_killed_while_it_is_written() {
    row(TOPIC, Some("\"topic\""), "critical", with_channel()).await;
}

#[tokio::test]
async fn the_first_post_is_there_once_when_the_bot_is_killed_while_it_is_created() {
    row(MESSAGE, Some("\"Opened because "), "warning", opened()).await;
}

#[tokio::test]
async fn what_is_known_stands_in_the_thread_once_when_the_bot_is_killed_while_it_is_posted() {
    row(MESSAGE, Some("What is known: "), "critical", with_channel()).await;
}

#[tokio::test]
async fn the_stakeholders_message_is_there_once_when_the_bot_is_killed_while_it_is_created() {
    row(MESSAGE, Some("INC-1 · SEV-1 · "), "critical", with_channel()).await;
}

#[tokio::test]
async fn a_person_is_mentioned_once_when_the_bot_is_killed_while_it_pages_in_the_room() {
    row(MESSAGE, Some("<@BUDI> SEV-3"), "warning", opened()).await;
}

#[tokio::test]
async fn a_person_gets_one_direct_message_when_the_bot_is_killed_while_it_pages() {
    row(MESSAGE, Some("Why you: "), "warning", opened()).await;
}

#[tokio::test]
async fn an_acknowledgement_is_posted_once_when_the_bot_is_killed_while_it_is_told() {
    let case = |at: &'static str| async move {
        let _place = place().await;
        let mut world = World::start().await;
        world.fire("checkout", "warning", "Errors").await;
        world.becomes(&opened()).await;
        let fault = world.hold(MESSAGE, Some(" acknowledged, <t:"), at).await;
        let click = world.press("budi", "ack").await;
        assert_eq!(world.interaction(&click, 5_000).await["state"], "answered");
        world.kill_while_held(&fault).await;
        let mut expected = opened();
        expected.extend(once(["INC-1 acknowledged"]));
        world.becomes(&expected).await;
    };
    tokio::join!(case("received"), case("applied"));
}

#[tokio::test]
async fn the_card_shows_an_acknowledgement_when_the_bot_is_killed_while_it_is_edited() {
    let case = |at: &'static str| async move {
        let _place = place().await;
        let mut world = World::start().await;
        world.fire("checkout", "warning", "Errors").await;
        world.becomes(&opened()).await;
        let fault = world.hold(EDIT, Some(":1:card\""), at).await;
        let click = world.press("budi", "ack").await;
        assert_eq!(world.interaction(&click, 5_000).await["state"], "answered");
        world.kill_while_held(&fault).await;
        let mut expected = opened();
        expected.extend(once(["INC-1 acknowledged"]));
        world.becomes(&expected).await;
        // The card of an acknowledged incident offers what comes next.
        world.button("resolve").await;
    };
    tokio::join!(case("received"), case("applied"));
}
