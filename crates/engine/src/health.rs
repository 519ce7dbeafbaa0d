//! Purpose: whether the engine works, and whether it has anything left to do.

use crate::handle::Engine;
use domain::incident::CLOCK_TOLERANCE;

/// One part of the health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Whether it works.
    pub ok: bool,
    /// A sentence.
    pub sentence: String,
}

/// Whether the engine works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its parts.
    pub parts: Vec<Part>,
}

impl Engine {
    /// Whether the engine works.
    pub async fn health(&self) -> Health {
        let trouble = self.database_trouble().map(|trouble| Part {
            name: "database",
            ok: false,
            sentence: format!(
                "{} (since {})",
                self.shared.database_sentence(trouble.fault),
                trouble.since.strftime("%Y-%m-%d %H:%M UTC")
            ),
        });
        let database = match self.shared.store.outbox_counts().await {
            Ok(counts) => {
                let dead = Part {
                    name: "outbox",
                    ok: counts.dead == 0,
                    sentence: format!("{} waiting, {} dead letters", counts.waiting, counts.dead),
                };
                let works = Part { name: "database", ok: true, sentence: "reachable".to_owned() };
                vec![trouble.unwrap_or(works), dead]
            }
            Err(error) => {
                let sentence =
                    error.fault().map_or_else(|| error.to_string(), |fault| self.shared.database_sentence(fault));
                vec![trouble.unwrap_or(Part { name: "database", ok: false, sentence })]
            }
        };
        let trouble = self.shared.decisions.trouble();
        let decider =
            Part { name: "decider", ok: trouble.is_none(), sentence: trouble.unwrap_or_else(|| "running".to_owned()) };
        let clock = self.clock_part();
        let down = self.discord_down_since();
        let discord = Part {
            name: "discord",
            ok: down.is_none(),
            sentence: down.map_or_else(
                || "can be reached".to_owned(),
                |since| format!("cannot be reached since {}", since.strftime("%Y-%m-%d %H:%M UTC")),
            ),
        };
        Health { parts: database.into_iter().chain([decider, clock, discord]).collect() }
    }

    /// Waits until everything accepted is decided and everything decided is outside. Timers that are not due do not count.
    pub async fn settled(&self) {
        let mut turns = self.shared.turns.subscribe();
        loop {
            turns.mark_unchanged();
            if self.is_quiet().await {
                return;
            }
            if turns.changed().await.is_err() {
                return;
            }
        }
    }

    async fn is_quiet(&self) -> bool {
        let shared = &self.shared;
        let due = shared.store.next_timer().await.ok().flatten().is_some_and(|due| due <= shared.clock.now());
        !due && shared.heartbeats.is_quiet(&self.setup(), shared.clock.now())
            && shared.quiet_senders.is_quiet(shared.clock.now())
            && shared.drills.is_quiet(&shared.clock)
            // A clock moved by hand is followed at once.
            && (!shared.clock.is_manual() || shared.clock.machine_ahead().abs() < CLOCK_TOLERANCE)
            && shared.decisions.are_quiet()
            && shared.deliveries.on_their_way() == 0
            && shared.past.is_quiet()
            && shared.store.totals().await.is_ok_and(|(_, undecided, ..)| undecided == 0)
            && shared.store.outbox_counts().await.is_ok_and(|counts| counts.waiting == 0)
    }
}
