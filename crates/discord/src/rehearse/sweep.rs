//! Purpose: deletes what rehearsals made: by what was written down, and by the marks that everything carries, so that also what
//! was made by a request without an answer is found.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use engine::Clock;
use serde_json::Value;

use super::drill::NUMBER;
use super::ledger::Entry;
use super::place::PREFIX;
use super::server::REASON;
use crate::directory_load::permissions as bits;
use crate::rest::{
    Body, ChannelId, Client, Failure, GuildId, Lane, MessageId, Response, Route, snowflake_at, unix_ms_of,
};

/// How long a request may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a request is made.
const ATTEMPTS: u32 = 4;
/// How far before the beginning is looked, for clocks that disagree.
const MARGIN_MS: i64 = 120_000;
/// Pages of a hundred messages that are read in a channel.
const PAGES: usize = 5;
/// Flag of a message that carries a thread. Source: Discord docs, "Message Flags".
const HAS_THREAD: u64 = 1 << 5;
/// Letters of a token.
pub(super) const TOKEN: usize = 8;
/// Rehearsals of which nothing is written down here and that are older than this are over.
const STALE_MS: i64 = 15 * 60_000;

/// Something that could not be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// What, as people find it.
    pub what: String,
    /// What Discord said.
    pub why: String,
    /// What to change.
    pub change: String,
}

/// Deletes what rehearsals made.
pub struct Sweeper {
    client: Client,
    guild: u64,
    bot: u64,
    clock: Clock,
}

/// What there is to delete.
#[derive(Default)]
struct Found {
    /// In channels that stay. A message of the bot in each.
    messages: BTreeSet<(u64, u64)>,
    /// Threads, channels and categories, with their names as far as known.
    channels: BTreeMap<u64, String>,
}

impl Sweeper {
    pub(super) fn new(client: Client, guild: u64, bot: u64, clock: Clock) -> Self {
        Self { client, guild, bot, clock }
    }

    /// For whoever rehearses nothing. Errors: Discord cannot be asked.
    ///
    /// # Errors
    /// When Discord cannot be asked, or the bot is not in the configured server.
    pub async fn find_out(
        client: Client,
        setup: &domain::Setup,
        clock: Clock,
    ) -> Result<Self, crate::directory_load::LoadError> {
        let nobody = domain::Setup { people: BTreeMap::new(), ..setup.clone() };
        let loaded = crate::directory_load::load(&client, &nobody, &[]).await?;
        let guild = loaded.directory.guild.map_or(0, |guild| guild.0);
        let bot = loaded.directory.bot.map_or(0, |bot| bot.0);
        Ok(Self::new(client, guild, bot, clock))
    }

    /// Deletes everything that these entries name or mark, and what other rehearsals left behind long ago. Gives how many
    /// things were deleted, and what could not be.
    pub async fn sweep(&self, entries: &[Entry]) -> (usize, Vec<Left>) {
        let mut left = Vec::new();
        let found = match self.look(entries, &mut left).await {
            Ok(found) => found,
            Err(failure) => {
                left.push(Left {
                    what: "whatever the rehearsal made".to_owned(),
                    why: failure.to_string(),
                    change: "`siaga rehearse --clean-up`, once Discord answers".to_owned(),
                });
                return (0, left);
            }
        };
        let mut deleted = 0;
        for (channel, message) in &found.messages {
            let (channel, message) = (ChannelId(*channel), MessageId(*message));
            let gone = self.ask(&Route::delete_message(channel, message)).await;
            let what = format!("the message https://discord.com/channels/{}/{channel}/{message}", self.guild);
            deleted += self.judge(gone, what, bits::VIEW_CHANNEL, &mut left);
        }
        // A category goes after what is in it, which would stay behind; threads mostly go with their channels.
        let order = |name: &str| if name.is_empty() { 2 } else { usize::from(is_container(name)) };
        let mut channels: Vec<(&u64, &String)> = found.channels.iter().collect();
        channels.sort_by_key(|(id, name)| (order(name), std::cmp::Reverse(**id)));
        for (id, name) in channels {
            let gone = self.ask(&Route::delete_channel(ChannelId(*id))).await;
            let (what, needs) = match name.is_empty() {
                true => (format!("the thread https://discord.com/channels/{}/{id}", self.guild), bits::MANAGE_THREADS),
                false => (format!("#{name}"), bits::MANAGE_CHANNELS),
            };
            deleted += self.judge(gone, what, needs, &mut left);
        }
        (deleted, left)
    }

    fn judge(&self, gone: Result<Response, Failure>, what: String, needs: u64, left: &mut Vec<Left>) -> usize {
        match gone {
            Ok(_) => 1,
            Err(failure) if matches!(failure.code(), Some(10_003 | 10_008)) => 0,
            Err(failure) => {
                let why = match &failure {
                    Failure::Refused { status, code, message, .. } => {
                        format!("{status}{} {message}", code.map(|code| format!(" ({code})")).unwrap_or_default())
                    }
                    other => other.to_string(),
                };
                let change = match failure {
                    Failure::Refused { status: 403, .. } => format!(
                        "{} for the bot, then `siaga rehearse --clean-up`; or delete it by hand",
                        bits::names(needs).join(", ")
                    ),
                    _ => "`siaga rehearse --clean-up`, or delete it by hand".to_owned(),
                };
                left.push(Left { what, why, change });
                0
            }
        }
    }

    async fn look(&self, entries: &[Entry], left: &mut Vec<Left>) -> Result<Found, Failure> {
        let mut found = Found::default();
        let all = self.ask(&Route::guild_channels(GuildId(self.guild))).await?.body;
        let listed = all.as_array().map(Vec::as_slice).unwrap_or_default();
        let tokens = tokens(entries, self.guild);
        let now_ms = self.clock.now().as_millisecond() + self.client.discord_now_offset_ms();
        for channel in listed {
            let Some(id) = id(channel) else { continue };
            let old = now_ms - unix_ms_of(id) > STALE_MS;
            if let Some(token) = token_of(channel)
                && (tokens.iter().any(|(known, _)| known == token) || old)
            {
                found.channels.insert(id, channel["name"].as_str().unwrap_or_default().to_owned());
            }
        }
        let mut outside: BTreeMap<u64, i64> = BTreeMap::new();
        let mut began = 0;
        for entry in entries {
            match entry {
                Entry::Began { at_ms, .. } => began = *at_ms,
                Entry::Channel { id } => {
                    let named = listed.iter().find(|channel| self::id(channel) == Some(*id));
                    let name = named.and_then(|channel| channel["name"].as_str()).unwrap_or_default();
                    found.channels.entry(*id).or_insert_with(|| name.to_owned());
                }
                Entry::Sending { channel } => {
                    outside.entry(*channel).or_insert(began);
                }
                Entry::Message { channel, id } => {
                    outside.entry(*channel).or_insert(began);
                    found.messages.insert((*channel, *id));
                }
                Entry::MakingChannel => {}
            }
        }
        // What is in a channel that goes, goes with it.
        outside.retain(|channel, _| !found.channels.contains_key(channel));
        found.messages.retain(|(channel, _)| outside.contains_key(channel));
        for (channel, began) in outside {
            match self.own_messages(channel, began - MARGIN_MS).await {
                Ok(more) => {
                    for (message, has_thread) in more {
                        found.messages.insert((channel, message));
                        // Its id is the message's, also when nobody heard that it was started.
                        if has_thread {
                            found.channels.entry(message).or_default();
                        }
                    }
                }
                // Nothing can be there any more.
                Err(failure) if failure.code() == Some(10_003) => {}
                Err(failure) => left.push(Left {
                    what: format!("messages in https://discord.com/channels/{}/{channel}", self.guild),
                    why: failure.to_string(),
                    change: "Read Message History for the bot, then `siaga rehearse --clean-up`".to_owned(),
                }),
            }
        }
        Ok(found)
    }

    /// Messages of rehearsals in a channel that stays, whether they carry a thread, and the lines that tell of their pins.
    async fn own_messages(&self, channel: u64, from_ms: i64) -> Result<BTreeMap<u64, bool>, Failure> {
        let mut found = BTreeMap::new();
        let mut after = snowflake_at(from_ms);
        for _ in 0..PAGES {
            let page = self.ask(&Route::messages_after(ChannelId(channel), MessageId(after), 100)).await?.body;
            let messages = page.as_array().map(Vec::as_slice).unwrap_or_default();
            let mut oldest_first: Vec<&Value> = messages.iter().collect();
            oldest_first.sort_by_key(|message| id(message));
            for message in oldest_first {
                let Some(number) = id(message) else { continue };
                after = after.max(number);
                let about = message["message_reference"]["message_id"].as_str().and_then(|text| text.parse().ok());
                let tells = message["type"] == 6 && about.is_some_and(|about: u64| found.contains_key(&about));
                if id(&message["author"]) == Some(self.bot) && (tells || is_marked(message)) {
                    found.insert(number, message["flags"].as_u64().unwrap_or(0) & HAS_THREAD != 0);
                }
            }
            if messages.len() < 100 {
                break;
            }
        }
        Ok(found)
    }

    /// A request that may be repeated.
    async fn ask(&self, route: &Route) -> Result<Response, Failure> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let sent = match self.client.permit(Lane::Housekeeping, route, PATIENCE).await {
                Ok(permit) => permit.send(Body::Empty, Some(REASON)).await,
                Err(not) => {
                    Err(Failure::NotSent { route: route.name(), retry_after: not.retry_after, reason: not.to_string() })
                }
            };
            let failure = match sent {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let again = failure.retry_after().is_some() || failure.may_have_been_applied();
            if !again || attempt >= ATTEMPTS {
                return Err(failure);
            }
            let wait = failure.retry_after().unwrap_or_default().min(PATIENCE);
            tokio::time::sleep(wait.max(Duration::from_millis(500))).await;
        }
    }
}

/// Tokens of rehearsals on this server, and when each began.
fn tokens(entries: &[Entry], of: u64) -> Vec<(String, i64)> {
    let began = |entry: &Entry| match entry {
        Entry::Began { guild, token, at_ms } if *guild == of => Some((token.clone(), *at_ms)),
        _ => None,
    };
    entries.iter().filter_map(began).collect()
}

/// The rehearsal that made a channel, by the name of its own channels or the marker in the topic of an incident's.
fn token_of(channel: &Value) -> Option<&str> {
    let token = |text: &'_ str| text.len() == TOKEN && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let of_name = channel["name"].as_str().and_then(|name| name.strip_prefix(PREFIX));
    let of_name = of_name.map(|rest| rest.split('-').next().unwrap_or_default());
    if let Some(found) = of_name.filter(|text| token(text)) {
        return Some(found);
    }
    let end = format!(":INC-{NUMBER}");
    let topic = channel["topic"].as_str()?;
    let marked = topic.split_whitespace().find_map(|word| word.strip_prefix("siaga:rehearsal-")?.strip_suffix(&*end));
    marked.filter(|text| token(text))
}

fn is_container(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|rest| !rest.contains('-'))
}

/// Whether a message of the bot belongs to a rehearsal: its buttons, its text, or its embed name the number.
fn is_marked(message: &Value) -> bool {
    let label = format!("INC-{NUMBER}");
    let number = format!(":{NUMBER}");
    let in_text = |value: &Value| value.as_str().is_some_and(|text| text.contains(&label));
    let embeds = message["embeds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_embed = embeds.iter().any(|embed| in_text(&embed["title"]) || in_text(&embed["footer"]["text"]));
    let rows = message["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut buttons = rows.iter().flat_map(|row| row["components"].as_array().map(Vec::as_slice).unwrap_or_default());
    in_text(&message["content"])
        || of_embed
        || buttons.any(|button| button["custom_id"].as_str().is_some_and(|id| id.contains(&number)))
}

fn id(value: &Value) -> Option<u64> {
    value["id"].as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_channels_of_rehearsals_are_recognized() {
        let of = |channel: Value| token_of(&channel).map(str::to_owned);
        assert_eq!(of(json!({ "name": "siaga-rehearsal-abcd2345" })).as_deref(), Some("abcd2345"));
        assert_eq!(of(json!({ "name": "siaga-rehearsal-abcd2345-2" })).as_deref(), Some("abcd2345"));
        let topic = format!("SEV-4 INC-{NUMBER} DRILL Rehearsal · siaga:rehearsal-abcd2345:INC-{NUMBER}");
        assert_eq!(of(json!({ "name": "inc-7", "topic": topic })).as_deref(), Some("abcd2345"));
        for other in [
            json!({ "name": "siaga-rehearsal-notes" }),
            json!({ "name": "siaga-rehearsal-" }),
            json!({ "name": "rehearsal", "topic": "siaga:k4qz2m:INC-7" }),
            json!({ "name": "inc-7", "topic": "siaga:rehearsal-abcd2345:INC-7" }),
            json!({ "name": null, "topic": null }),
        ] {
            assert_eq!(of(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn messages_of_real_incidents_are_not_touched() {
        let button = |id: &str| json!({ "content": "", "components": [{ "components": [{ "custom_id": id }] }] });
        assert!(is_marked(&button("v1:ack:999999999:card")));
        assert!(is_marked(&button("v1:candidate:999999999:open")));
        assert!(is_marked(&json!({ "content": "Acknowledged by Rina. SEV-4 INC-999999999 Rehearsal" })));
        assert!(is_marked(&json!({ "embeds": [{ "footer": { "text": "INC-999999999 status" } }] })));
        for other in [button("v1:ack:7:card"), json!({ "content": "INC-9 is over" }), json!({ "embeds": [{}] })] {
            assert!(!is_marked(&other), "{other}");
        }
    }
}
