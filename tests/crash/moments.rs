//! Purpose: moments that are no request: right after an alert was accepted, while a page waits, around a click.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::place;
use crate::world::{Tally, World, once, opened};

const MESSAGE: (&str, &str) = ("POST", "/channels/{channel_id}/messages");
const THREAD: (&str, &str) = ("POST", "/channels/{channel_id}/messages/{message_id}/threads");
const ANSWER: (&str, &str) = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback");
/// The wait of the policy `quick`, and a little.
const QUICK_WAIT: Duration = Duration::from_secs(11);
/// Longer than the bot trusts Discord to remember a nonce.
const NONCE_FORGOTTEN: Duration = Duration::from_secs(61);

#[tokio::test]
async fn an_alert_that_was_accepted_right_before_the_kill_opens_its_incident() {
    let _place = place().await;
    let mut world = World::start().await;
    world.kill().await;
    world.spawn();
    world.accepting().await;
    world.fire("checkout", "warning", "Errors").await;
    world.kill().await;
    world.restart().await;
    world.becomes(&opened()).await;
}

#[tokio::test]
async fn the_next_person_is_paged_once_whether_the_bot_was_back_in_time_or_too_late() {
    let case = |late: bool| async move {
        let _place = place().await;
        let mut world = World::start().await;
        world.fire("search", "warning", "Slow").await;
        let paged = Instant::now();
        world.becomes_at_least(&opened()).await;
        world.kill().await;
        if late {
            sleep_until(paged + QUICK_WAIT).await;
        }
        world.restart().await;
        let mut expected = opened();
        expected.extend(once(["INC-1 rings rina by mention", "INC-1 page by dm to rina", "INC-1 rings rina by dm"]));
        expected.insert("INC-1 page in the room".to_owned(), 2);
        world.becomes(&expected).await;
    };
    tokio::join!(case(false), case(true));
}

#[tokio::test]
async fn a_click_whose_answer_was_lost_counts_and_counts_once() {
    let _place = place().await;
    let mut world = World::start().await;
    world.fire("checkout", "warning", "Errors").await;
    world.becomes(&opened()).await;
    let fault = world.hold(ANSWER, None, "received").await;
    let click = world.press("budi", "ack").await;
    world.kill_while_held(&fault).await;
    assert_eq!(world.interaction(&click, 5_000).await["state"], "failed");
    let mut expected = opened();
    expected.extend(once(["INC-1 acknowledged"]));
    world.becomes(&expected).await;
}

#[tokio::test]
async fn a_click_while_the_bot_is_down_fails_visibly_and_works_afterwards() {
    let _place = place().await;
    let mut world = World::start().await;
    world.fire("checkout", "warning", "Errors").await;
    world.becomes(&opened()).await;
    world.kill().await;
    let lost = world.press("budi", "ack").await;
    world.restart().await;
    assert_eq!(world.interaction(&lost, 5_000).await["state"], "failed");
    let again = world.press("budi", "ack").await;
    assert_eq!(world.interaction(&again, 5_000).await["state"], "answered");
    let mut expected = opened();
    expected.extend(once(["INC-1 acknowledged"]));
    world.becomes(&expected).await;
}

#[tokio::test]
async fn a_card_whose_answer_was_lost_shows_the_state_of_now_afterwards() {
    let _place = place().await;
    let mut world = World::start().await;
    let fault = world.hold(MESSAGE, Some(":1:card\""), "applied").await;
    world.fire("checkout", "warning", "Errors").await;
    world.held(&fault).await;
    world.fire("checkout", "warning", "Timeouts").await;
    world.kill_while_held(&fault).await;
    world.becomes(&opened()).await;
    let card = world.card_of("INC-1").await;
    assert!(card.contains("**Alerts** 2 firing"), "the card shows the past: {card}");
}

#[tokio::test]
async fn a_page_that_was_answered_while_it_was_lost_wakes_nobody_afterwards() {
    let _place = place().await;
    let mut world = World::start().await;
    let fault = world.hold(MESSAGE, Some("Why you: "), "received").await;
    world.fire("checkout", "warning", "Errors").await;
    world.held(&fault).await;
    world.becomes_at_least(&once(["INC-1 rings budi by mention"])).await;
    let click = world.press("budi", "ack").await;
    assert_eq!(world.interaction(&click, 5_000).await["state"], "answered");
    world.kill_while_held(&fault).await;
    let mut expected = opened();
    expected.retain(|name, _| !name.contains(" dm"));
    expected.extend(once(["INC-1 acknowledged"]));
    world.becomes(&expected).await;
}

#[tokio::test]
async fn a_page_that_went_elsewhere_for_want_of_a_room_is_not_repeated_in_the_room() {
    let _place = place().await;
    let mut world = World::start().await;
    let thread = world.hold(THREAD, None, "received").await;
    let mention = format!("<@{}> SEV-3", world.sandbox.person("budi"));
    let page = world.hold(MESSAGE, Some(&mention), "applied").await;
    world.fire("checkout", "warning", "Errors").await;
    world.held(&thread).await;
    world.held(&page).await;
    world.kill().await;
    world.release(&thread).await;
    // Once more the page cannot leave before there is a room.
    let again = world.hold(MESSAGE, Some(&mention), "received").await;
    world.restart().await;
    world.held(&again).await;
    world.becomes_at_least(&once(["INC-1 thread"])).await;
    world.release(&again).await;
    world.release(&page).await;
    world.becomes(&opened()).await;
    assert_eq!(world.messages_sent_to_thread().await, 1, "besides the first post, the page went to the thread too");
}

#[tokio::test]
async fn a_bot_that_comes_back_after_nonces_are_forgotten_finds_what_it_had_sent() {
    let cases: [&[&str]; 2] = [&[":1:card\""], &["\"Opened because ", "<@BUDI> SEV-3", "Why you: "]];
    let case = |messages: &'static [&'static str]| async move {
        let mut place_taken = Some(place().await);
        let mut world = World::start().await;
        let mut faults = Vec::new();
        for contains in messages {
            let contains = contains.replace("BUDI", world.sandbox.person("budi"));
            faults.push(world.hold(MESSAGE, Some(&contains), "applied").await);
        }
        world.fire("checkout", "warning", "Errors").await;
        for fault in &faults {
            world.held(fault).await;
        }
        world.kill().await;
        let back = Instant::now() + NONCE_FORGOTTEN;
        place_taken.take();
        for fault in &faults {
            world.release(fault).await;
        }
        sleep_until(back).await;
        let _place = place().await;
        world.restart().await;
        world.becomes(&opened()).await;
        let messages =
            world.calls().await.into_iter().filter(|call| *call == format!("{} {}", MESSAGE.0, MESSAGE.1)).count();
        assert_eq!(messages, 4, "what had been sent was sent again instead of looked for");
    };
    tokio::join!(case(cases[0]), case(cases[1]));
}

/// What one person hears of three incidents: the first one at once, the others by one message.
fn told_together() -> Tally {
    let mut expected = opened();
    for number in 2..=3 {
        for what in ["card", "thread", "why", "page in the room"] {
            expected.insert(format!("INC-{number} {what}"), 1);
        }
    }
    // What a phone shows of it is its first line, which names none.
    expected.extend(once(["INC-2 page by dm to budi", "nothing (2 incidents wait for you:) rings budi by dm"]));
    expected
}

#[tokio::test]
async fn a_message_that_tells_many_is_there_once_and_rings_once_whenever_the_bot_dies_over_it() {
    let config = include_str!("siaga.toml").replace("ring_together = \"0s\"", "ring_together = \"8s\"");
    let case = |at: &'static str, late: bool| {
        let config = config.clone();
        async move {
            let mut place_taken = Some(place().await);
            let mut world = World::start_with(Some(&config)).await;
            let fault = world.hold(MESSAGE, Some("2 incidents wait for you"), at).await;
            for service in ["checkout", "mail", "maps"] {
                world.fire(service, "warning", "Errors").await;
            }
            world.held(&fault).await;
            world.kill().await;
            let back = Instant::now() + NONCE_FORGOTTEN;
            world.release(&fault).await;
            let mut again = None;
            if late {
                place_taken.take();
                sleep_until(back).await;
                again = Some(place().await);
            }
            world.restart().await;
            world.becomes(&told_together()).await;
            drop((place_taken, again));
        }
    };
    tokio::join!(case("received", false), case("applied", false), case("applied", true));
}
