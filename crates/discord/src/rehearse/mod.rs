//! Purpose: `siaga rehearse`: one drill incident on the real server, with every kind of effect the bot has, each sent by the
//! bot's own delivery, read back from Discord and compared with what was meant; and everything deleted again.
//!
//! It happens where nobody but the bot and the runner looks, if Discord allows that, and calls nobody but the runner. What it
//! makes is written down before it is made ([`Ledger`]) and carries a mark, so that a later run finds and deletes it.

mod drill;
mod ledger;
mod place;
mod readback;
mod recorder;
mod server;
mod shapes;
mod steps;
mod sweep;

use std::sync::Arc;

use domain::Setup;
use engine::Clock;
use tokio_util::sync::CancellationToken;

pub use ledger::{Entry, Ledger};
pub use place::Seen;
pub use recorder::Recorder;
pub use server::BeginError;
pub use shapes::{Shape, Shapes};
pub use sweep::{Left, Sweeper};

use crate::directory_load::permissions as bits;
use crate::rest::Client;
use place::{Builder, Place};
use recorder::Answer;
use server::{Line, Server, Spot};

/// What a rehearsal is made of.
pub struct Parts {
    /// Made with the recorder's tap.
    pub client: Client,
    /// Hears every answer.
    pub recorder: Recorder,
    /// The configuration.
    pub setup: Setup,
    /// Who rehearses: a person of the configuration, a user name, or an id.
    pub me: String,
    /// Eight letters that mark what this rehearsal makes.
    pub token: String,
    /// The clock.
    pub clock: Clock,
    /// Where is written down what was made.
    pub ledger: Arc<dyn Ledger>,
    /// Cancelled when it is to stop.
    pub stop: CancellationToken,
}

/// How an effect went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done, read back, and as meant.
    Ok,
    /// Discord refused it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's error code.
        code: Option<u64>,
        /// Discord's message.
        message: String,
        /// What to change.
        change: String,
    },
    /// Discord took it and shows something else.
    Different {
        /// What is different.
        what: String,
        /// What to change.
        change: String,
    },
    /// No answer came.
    Unanswered {
        /// Why.
        reason: String,
    },
    /// It needs something that is not there.
    NotTried {
        /// Why.
        why: String,
    },
}

impl Verdict {
    /// Done, and as meant.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        matches!(self, Self::Ok)
    }

    fn interrupted() -> Self {
        Self::NotTried { why: "stopped before".to_owned() }
    }

    fn refused(server: &Server, spot: Option<&Spot>, needs: u64, answer: Answer) -> Self {
        let change = server.change(spot, needs, Some(&answer));
        Self::Refused { status: answer.status, code: answer.code, message: answer.message, change }
    }
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which effect.
    pub effect: String,
    /// How it went.
    pub verdict: Verdict,
}

/// A rehearsal that has looked at the server and made nothing yet.
pub struct Rehearsal {
    server: Server,
    setup: Setup,
    line: Line,
    token: String,
    clock: Clock,
    ledger: Arc<dyn Ledger>,
    place: Option<Place>,
}

impl Rehearsal {
    /// Looks at the server and for the runner; makes nothing.
    ///
    /// # Errors
    /// When Discord cannot be asked, or the runner is not a member.
    pub async fn begin(parts: Parts) -> Result<Self, BeginError> {
        let Parts { client, recorder, setup, me, token, clock, ledger, stop } = parts;
        let server = Server::load(&client, &setup, &me).await?;
        let line = Line { client, recorder, stop };
        Ok(Self { server, setup, line, token, clock, ledger, place: None })
    }

    /// The server's name.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server.name
    }

    /// The runner's name as shown.
    #[must_use]
    pub fn runner(&self) -> &str {
        &self.server.runner.name
    }

    /// Who sees it there, in words for a terminal.
    #[must_use]
    pub fn where_seen(&self, seen: Seen) -> String {
        let builder = self.builder();
        match seen {
            Seen::Private => self.runner().to_owned(),
            Seen::Visible => builder.category().map_or_else(
                || format!("everybody in {}", self.server.name),
                |category| format!("everybody who sees {}", category.label),
            ),
            Seen::Incidents => builder.incidents().map_or_else(
                |_| "everybody who sees the incidents channel".to_owned(),
                |spot| format!("everybody who sees {}", spot.label),
            ),
        }
    }

    /// What what this rehearsal makes belongs to; to be sent to the ledger first.
    #[must_use]
    pub fn began(&self) -> Entry {
        Entry::Began {
            guild: self.server.guild,
            token: self.token.clone(),
            at_ms: self.clock.now().as_millisecond() + self.line.client.discord_now_offset_ms(),
        }
    }

    /// Whoever deletes what rehearsals made on this server.
    #[must_use]
    pub fn sweeper(&self) -> Sweeper {
        Sweeper::new(self.line.client.clone(), self.server.guild, self.server.bot, self.clock.clone())
    }

    /// Makes the place that only bot and runner see. On `Err` nothing is there, and the second part says who would see what
    /// can be tried next; none when nothing can be tried.
    ///
    /// # Errors
    /// How Discord refused it.
    pub async fn make_private(&mut self) -> Result<(), (Verdict, Option<Seen>)> {
        let builder = self.builder();
        let made = match builder.incidents() {
            Ok(_) => builder.private().await,
            Err(verdict) => return Err((verdict, None)),
        };
        match made {
            Ok(place) => {
                self.place = Some(place);
                Ok(())
            }
            Err(verdict @ (Verdict::NotTried { .. } | Verdict::Unanswered { .. })) => Err((verdict, None)),
            Err(verdict) => {
                let category = builder.category().map(|spot| self.server.own.in_channel(&spot.overwrites));
                let creates = category.unwrap_or(self.server.own.base) & bits::MANAGE_CHANNELS != 0;
                let sees = builder.incidents().is_ok_and(|spot| self.server.own.in_channel(&spot.overwrites) != 0);
                let next = match (creates, sees) {
                    (true, _) => Some(Seen::Visible),
                    (false, true) => Some(Seen::Incidents),
                    (false, false) => None,
                };
                Err((verdict, next))
            }
        }
    }

    /// Makes a place that others see. Ask before.
    ///
    /// # Errors
    /// How Discord refused it.
    pub async fn make_seen(&mut self, seen: Seen) -> Result<(), Verdict> {
        let builder = self.builder();
        let place = match seen {
            Seen::Private => builder.private().await,
            Seen::Visible => builder.visible().await,
            Seen::Incidents => builder.in_incidents(),
        };
        self.place = Some(place?);
        Ok(())
    }

    /// Who sees it; none as long as there is no place.
    #[must_use]
    pub fn seen(&self) -> Option<Seen> {
        self.place.as_ref().map(|place| place.seen)
    }

    /// Tries every effect, one after another. Without a place only what needs none; `why` says why there is none.
    pub async fn run(&self, why: Option<&str>) -> Vec<Row> {
        steps::run(self, why).await
    }

    fn builder(&self) -> Builder<'_> {
        Builder {
            server: &self.server,
            setup: &self.setup,
            line: &self.line,
            ledger: self.ledger.as_ref(),
            token: &self.token,
        }
    }
}
