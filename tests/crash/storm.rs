//! Purpose: killed and started again five times in a row at random moments while alerts pour in.

use std::time::Duration;

use tokio::time::sleep;

use crate::place;
use crate::world::{Tally, World};

/// Services, each an incident of its own.
const SERVICES: usize = 6;
/// Alerts of each service.
const ALERTS: usize = 4;
/// Kills in a row.
const KILLS: u64 = 5;
/// Change it to see other moments; a failure names it.
const SEED: u64 = 20_261_122;

#[tokio::test]
async fn a_storm_with_five_kills_leaves_every_alert_in_exactly_one_room() {
    let _place = place().await;
    let mut world = World::start().await;
    let names: Vec<(String, String)> = (0..ALERTS)
        .flat_map(|alert| (0..SERVICES).map(move |service| (format!("storm-{service}"), format!("Alert{alert}"))))
        .collect();
    let sender = world.sender();
    let sending = tokio::spawn(async move {
        let mut random = SEED;
        for (service, name) in names {
            sender.insist(&service, "warning", &name).await;
            sleep(Duration::from_millis(next(&mut random) % 400)).await;
        }
    });
    let mut random = !SEED;
    for _ in 0..KILLS {
        sleep(Duration::from_millis(200 + next(&mut random) % 1_800)).await;
        world.kill().await;
        world.spawn();
    }
    sending.await.unwrap();
    world.accepting().await;
    let mut expected = Tally::new();
    for number in 1..=SERVICES {
        for what in [
            "card",
            "thread",
            "why",
            "page in the room",
            "page by dm to budi",
            "rings budi by mention",
            "rings budi by dm",
        ] {
            expected.insert(format!("INC-{number} {what}"), 1);
        }
    }
    world.becomes(&expected).await;
    for number in 1..=SERVICES {
        let card = world.card_of(&format!("INC-{number}")).await;
        assert!(card.contains(&format!("**Alerts** {ALERTS} firing")), "seed {SEED}: INC-{number} shows {card}");
    }
}

/// The next of a row of numbers that looks random (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
