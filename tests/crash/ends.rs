//! SIGTERM: the process is gone before whatever runs it loses patience, also when Discord holds a call; asked twice, at once.

use std::time::Duration;

use crate::place;
use crate::world::{World, opened};

const MESSAGE: (&str, &str) = ("POST", "/channels/{channel_id}/messages");
/// What Docker gives a container, less what the machine takes for itself.
const GONE_WITHIN: Duration = Duration::from_millis(9_500);

#[tokio::test]
async fn a_process_whose_call_is_held_is_gone_in_time_and_the_next_one_finds_what_it_had_sent() {
    let _place = place().await;
    let mut world = World::start().await;
    let fault = world.hold(MESSAGE, Some("Why you: "), "applied").await;
    world.fire("checkout", "warning", "Errors").await;
    world.held(&fault).await;
    let mut bot = world.bot.take().unwrap();
    bot.signal("TERM").await;
    assert_eq!(bot.ended(GONE_WITHIN).await, Some(0));
    world.release(&fault).await;
    world.restart().await;
    world.becomes(&opened()).await;
}

#[tokio::test]
async fn a_second_signal_ends_the_process_at_once_and_nothing_is_lost_or_doubled() {
    let _place = place().await;
    let mut world = World::start().await;
    for (first, second) in [("TERM", "TERM"), ("INT", "INT")] {
        let fault = world.hold(MESSAGE, None, "applied").await;
        world.fire("checkout", "warning", "Errors").await;
        if first == "TERM" {
            world.held(&fault).await;
        }
        let mut bot = world.bot.take().unwrap();
        bot.signal(first).await;
        bot.closed().await;
        bot.signal(second).await;
        assert!(bot.ended(Duration::from_secs(2)).await.is_some(), "{second} was not heard");
        if first == "TERM" {
            world.release(&fault).await;
        }
        world.restart().await;
    }
    world.becomes(&opened()).await;
}
