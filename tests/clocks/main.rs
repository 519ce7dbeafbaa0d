//! The bot as a process whose machine's clock is set while it waits: back and forth, by milliseconds, seconds, hours and days,
//! once and all the time. Judged is what people's phones show, by the sandbox's clock, which nobody touches: nobody is rung
//! before the wait of the step is over, and nobody much later.
//!
//! The clock is libfaketime's (Debian package `faketime`). It fakes what the wall clock says and not the time that passes, which no
//! machine can set. Where it is missing the tests say so and pass, unless `SIAGA_REQUIRE` names `faketime`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

#[path = "../crash/processes.rs"]
#[allow(dead_code, reason = "the crash tests use all of it")]
mod processes;
mod world;

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

use world::{World, library};

/// Worlds at once: each is two processes.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

async fn place() -> SemaphorePermit<'static> {
    AT_ONCE.acquire().await.unwrap()
}

/// Incidents open and their first step is taken; the clock is set by `set` while they wait for the second one.
async fn tell(incidents: u32, set: impl AsyncFnOnce(&World)) {
    let Some(library) = library() else { return };
    let _place = place().await;
    let mut world = World::start(&library, 0).await;
    world.restart().await;
    world.fire(incidents).await;
    set(&world).await;
    world.all_rang_in_time().await;
}

#[tokio::test]
async fn sixty_escalations_go_on_while_the_clock_steps_back_by_twenty_milliseconds_all_the_time() {
    tell(60, async |world| {
        // Instants that repeat with nothing.
        let mut random: u64 = 17;
        for _ in 0..220 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sleep(Duration::from_millis(20 + (random >> 33) % 80)).await;
            world.clock_steps(-20);
        }
    })
    .await;
}

#[tokio::test]
async fn escalations_go_on_while_the_clock_steps_back_by_a_second_again_and_again() {
    tell(8, async |world| {
        for _ in 0..6 {
            sleep(Duration::from_millis(1_300)).await;
            world.clock_steps(-1_000);
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_rung_early_while_the_clock_steps_forward_by_a_second_again_and_again() {
    tell(8, async |world| {
        for _ in 0..6 {
            sleep(Duration::from_millis(1_300)).await;
            world.clock_steps(1_000);
        }
    })
    .await;
}

#[tokio::test]
async fn a_clock_set_back_by_two_hours_makes_nobody_wait() {
    tell(8, async |world| {
        sleep(Duration::from_secs(3)).await;
        world.clock_steps(-7_200_000);
    })
    .await;
}

#[tokio::test]
async fn a_clock_set_forward_by_two_hours_rings_nobody_early() {
    tell(8, async |world| {
        sleep(Duration::from_secs(3)).await;
        world.clock_steps(7_200_000);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_and_forth_by_two_hours_changes_nothing() {
    tell(8, async |world| {
        for by in [7_200_000, -7_200_000, -7_200_000, 7_200_000, -7_200_000] {
            sleep(Duration::from_millis(2_400)).await;
            world.clock_steps(by);
        }
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_booted_two_days_ahead_pages_in_time_when_its_clock_is_right_again() {
    let Some(library) = library() else { return };
    let _place = place().await;
    let mut world = World::start(&library, 2 * 86_400_000).await;
    world.restart().await;
    world.fire(8).await;
    // The bot ends without a warning, NTP sets the clock right, and it starts again.
    world.kill().await;
    world.clock_steps(-2 * 86_400_000);
    world.restart().await;
    world.all_rang_in_time().await;
}

#[tokio::test]
async fn a_machine_that_booted_two_days_behind_rings_nobody_early_when_its_clock_is_right_again() {
    let Some(library) = library() else { return };
    let _place = place().await;
    let mut world = World::start(&library, -2 * 86_400_000).await;
    world.restart().await;
    world.fire(8).await;
    world.kill().await;
    world.clock_steps(2 * 86_400_000);
    world.restart().await;
    world.all_rang_in_time().await;
    let health = world.health().await;
    assert!(health.contains("the machine's clock was set forward by 2 days"), "{health}");
}
