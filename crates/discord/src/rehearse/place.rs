//! Purpose: where the rehearsal happens: channels that stand in for the configured ones, with what the bot may do there, seen
//! by the bot and the runner alone; and what remains when Discord does not allow that.

use domain::Setup;
use domain::setup::ChatName;
use serde_json::{Value, json};

use super::ledger::Entry;
use super::server::{Line, REASON, Server, Spot, Stopped};
use super::{Ledger, Verdict};
use crate::directory_load::Overwrite;
use crate::directory_load::permissions as bits;
use crate::rest::{Body, Failure, GuildId, Route};

/// What all channels of rehearsals begin with.
pub(super) const PREFIX: &str = "siaga-rehearsal-";
/// Added to the time-out of a request before its channel is looked for.
const SETTLE: std::time::Duration = std::time::Duration::from_secs(2);

/// Who sees a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Bot, runner and administrators.
    Private,
    /// Whoever sees the category in which the bot makes its channels.
    Visible,
    /// Whoever sees the incidents channel.
    Incidents,
}

impl Seen {
    /// Name for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Visible => "visible",
            Self::Incidents => "incidents",
        }
    }
}

/// A channel of the rehearsal, and the configured place for which it stands.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) id: u64,
    pub(super) spot: Spot,
}

/// Where the rehearsal happens.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) seen: Seen,
    /// For cards and their threads.
    pub(super) cards: Room,
    /// For stakeholders.
    pub(super) status: Option<Room>,
    /// For operators.
    pub(super) operators: Option<Room>,
    /// For channels.
    pub(super) category: Option<Room>,
}

/// Makes places.
pub(super) struct Builder<'a> {
    pub(super) server: &'a Server,
    pub(super) setup: &'a Setup,
    pub(super) line: &'a Line,
    pub(super) ledger: &'a dyn Ledger,
    pub(super) token: &'a str,
}

impl Builder<'_> {
    /// A category that only bot and runner see, with a channel for each configured one in which the bot may do other things.
    pub(super) async fn private(&self) -> Result<Place, Verdict> {
        let incidents = self.incidents()?;
        let category = self.category();
        let own = category.as_ref().map(|spot| spot.overwrites.as_slice()).unwrap_or_default();
        let body = json!({ "name": self.name(None), "type": 4, "permission_overwrites": self.overwrites(own) });
        let container = self.create(body, category.as_ref(), bits::MANAGE_CHANNELS).await?;
        let mut made: Vec<(Value, u64)> = Vec::new();
        let mut rooms = Vec::new();
        for spot in [Some(incidents), self.status(), self.operators()] {
            let Some(spot) = spot else {
                rooms.push(None);
                continue;
            };
            let overwrites = self.overwrites(&spot.overwrites);
            let known = made.iter().find(|(other, _)| *other == overwrites).map(|(_, id)| *id);
            let id = match known {
                Some(id) => id,
                None => {
                    let body = self.channel(made.len() + 1, Some(container), Some(&overwrites));
                    let id = self.create(body, Some(&spot), bits::MANAGE_CHANNELS).await?;
                    made.push((overwrites, id));
                    id
                }
            };
            rooms.push(Some(Room { id, spot }));
        }
        let mut rooms = rooms.into_iter();
        let cards = rooms.next().flatten().ok_or_else(Verdict::interrupted)?;
        let (status, operators) = (rooms.next().flatten(), rooms.next().flatten());
        let spot = category.unwrap_or_else(|| self.everywhere());
        Ok(Place { seen: Seen::Private, cards, status, operators, category: Some(Room { id: container, spot }) })
    }

    /// A channel where the bot makes its channels anyway.
    pub(super) async fn visible(&self) -> Result<Place, Verdict> {
        let category = self.category();
        let parent = category.as_ref().map(|spot| spot.id);
        let body = self.channel(1, parent, None);
        let id = self.create(body, category.as_ref(), bits::MANAGE_CHANNELS).await?;
        let spot = category.clone().unwrap_or_else(|| self.everywhere());
        let room = Room { id, spot };
        Ok(Place {
            seen: Seen::Visible,
            cards: room.clone(),
            status: Some(room.clone()),
            operators: Some(room),
            category: category.map(|spot| Room { id: spot.id, spot }),
        })
    }

    /// The incidents channel itself.
    pub(super) fn in_incidents(&self) -> Result<Place, Verdict> {
        let spot = self.incidents()?;
        let cards = Room { id: spot.id, spot };
        let category = self.category().map(|spot| Room { id: spot.id, spot });
        Ok(Place { seen: Seen::Incidents, cards, status: None, operators: None, category })
    }

    /// The configured incidents channel.
    pub(super) fn incidents(&self) -> Result<Spot, Verdict> {
        self.server.spot(&self.setup.discord.incidents).ok_or_else(|| Verdict::Different {
            what: format!("{} does not exist in {}", shown(&self.setup.discord.incidents), self.server.name),
            change: "create it, correct discord.incidents, or run `siaga init`".to_owned(),
        })
    }

    pub(super) fn status(&self) -> Option<Spot> {
        self.setup.discord.status.as_ref().and_then(|name| self.server.spot(name))
    }

    pub(super) fn operators(&self) -> Option<Spot> {
        self.setup.discord.operators.as_ref().and_then(|name| self.server.spot(name))
    }

    pub(super) fn category(&self) -> Option<Spot> {
        self.setup.discord.category.as_ref().and_then(|name| self.server.spot(name))
    }

    /// Outside all categories.
    fn everywhere(&self) -> Spot {
        Spot { label: self.server.name.clone(), id: 0, overwrites: Vec::new() }
    }

    /// The marker of this rehearsal's channels.
    fn name(&self, number: Option<usize>) -> String {
        match number {
            None => format!("{PREFIX}{}", self.token),
            Some(number) => format!("{PREFIX}{}-{number}", self.token),
        }
    }

    fn channel(&self, number: usize, parent: Option<u64>, overwrites: Option<&Value>) -> Value {
        let topic = words::rehearsal_topic(&self.server.runner.name, self.setup.language);
        let mut body = json!({
            "name": self.name(Some(number)),
            "type": 0,
            "topic": topic,
            "parent_id": parent.map(|id| id.to_string()),
        });
        if let Some(overwrites) = overwrites {
            body["permission_overwrites"] = overwrites.clone();
        }
        body
    }

    /// What the bot may do in a configured place, for a channel that nobody but bot and runner sees. The two permissions
    /// without which the channel could not be deleted again stay with the bot; for them the configured place is looked at.
    /// Only permissions that the bot holds may stand in overwrites of a new channel, and Manage Roles never. Source: Discord's
    /// hotfix of January 2021, discord/discord-api-docs issue 2522.
    fn overwrites(&self, real: &[Overwrite]) -> Value {
        let server = self.server;
        let kept = server.held() & !(bits::VIEW_CHANNEL | bits::MANAGE_CHANNELS);
        let mut made = vec![(server.guild, 0, 0, bits::VIEW_CHANNEL)];
        let mut of_bot = (server.held() & (bits::VIEW_CHANNEL | bits::MANAGE_CHANNELS), 0);
        for one in real {
            let (allow, deny) = (one.allow & kept, one.deny & kept);
            match one.kind {
                0 if one.id == server.guild => made[0] = (one.id, 0, allow, deny | bits::VIEW_CHANNEL),
                0 if server.own_roles.contains(&one.id) => made.push((one.id, 0, allow, deny)),
                1 if one.id == server.bot => of_bot = (of_bot.0 | allow, deny),
                // Others see nothing here.
                _ => {}
            }
        }
        made.push((server.bot, 1, of_bot.0, of_bot.1));
        let reads = (bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY) & server.held();
        made.push((server.runner.user, 1, reads, 0));
        made.retain(|(_, kind, allow, deny)| *kind == 1 || allow | deny != 0);
        let shown = made.into_iter().map(|(id, kind, allow, deny)| {
            json!({ "id": id.to_string(), "type": kind, "allow": allow.to_string(), "deny": deny.to_string() })
        });
        shown.collect()
    }

    /// Makes a channel once: when its answer is lost, it is looked for by its name first.
    async fn create(&self, body: Value, spot: Option<&Spot>, needs: u64) -> Result<u64, Verdict> {
        let route = Route::create_guild_channel(GuildId(self.server.guild));
        for _ in 0..3 {
            self.note(&Entry::MakingChannel)?;
            let failure = match self.line.once(&route, Body::Json(body.clone())).await {
                Ok(response) => {
                    let id = response.id().unwrap_or_default();
                    self.note(&Entry::Channel { id })?;
                    return Ok(id);
                }
                Err(Stopped::Failed(failure)) => failure,
                Err(stopped) => return Err(stopped.verdict(self.server, spot, needs, "")),
            };
            let stopped = |stopped: Stopped| stopped.verdict(self.server, spot, needs, "");
            if failure.may_have_been_applied() {
                self.line.wait(self.line.client.timeout() + SETTLE).await.map_err(stopped)?;
                let all = self.line.ask(&Route::guild_channels(GuildId(self.server.guild)), Body::Empty).await;
                let found = find(&all.map_err(stopped)?.body, body["name"].as_str().unwrap_or_default());
                if let Some(id) = found {
                    self.note(&Entry::Channel { id })?;
                    return Ok(id);
                }
            } else if let Some(wait) = failure.retry_after() {
                self.line.wait(wait).await.map_err(stopped)?;
            } else {
                return Err(refused(self.server, spot, needs, failure));
            }
        }
        Err(Verdict::Unanswered { reason: format!("{REASON}: Discord did not answer") })
    }

    fn note(&self, entry: &Entry) -> Result<(), Verdict> {
        self.ledger.note(entry).map_err(|reason| Verdict::NotTried { why: reason })
    }
}

fn refused(server: &Server, spot: Option<&Spot>, needs: u64, failure: Failure) -> Verdict {
    Stopped::Failed(failure).verdict(server, spot, needs, "")
}

fn find(channels: &Value, name: &str) -> Option<u64> {
    let found = channels.as_array()?.iter().find(|channel| channel["name"].as_str() == Some(name))?;
    found["id"].as_str()?.parse().ok()
}

fn shown(name: &ChatName) -> String {
    match name {
        ChatName::Id(id) => id.to_string(),
        ChatName::Name(name) => format!("#{name}"),
    }
}
