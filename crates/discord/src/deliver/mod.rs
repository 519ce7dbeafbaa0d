//! Purpose: bring one effect to Discord: what to call, what its answers mean, how to look before repeating.

mod admit;
mod gone;
mod knows;
mod message;
mod record;
mod tell;
mod together;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::incident::{CategoryTrouble, Event, LostWhy};
use domain::{ChatChannelId, ChatUserId, Effect, Incident, PageVia, PersonId, Place, ReasonCode, Thing};
use engine::{Deliver, Engine, Gate, Job, LostSurface, ObjectRef, Outcome, Receipt};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

pub(crate) use knows::{Knows, Later};
pub(crate) use tell::body;

use crate::actor::access_of;
use crate::directory::{Directory, SharedDirectory};
use crate::directory_load::shown;
use crate::membership;
use crate::nouns;
use crate::people::{Asked, People};
use crate::render::{self, RenderContext};
use crate::rest::{Body, ChannelId, Client, Failure, GuildId, MessageId, Response, Route, UserId};

/// Minutes without a message after which Discord archives a thread: the longest it offers.
const AUTO_ARCHIVE_MINUTES: u32 = 10_080;
/// How long a request may wait for its turn before the row goes back to the outbox.
const PATIENCE: Duration = Duration::from_secs(3);
/// A topic that has to wait longer is left alone: Discord takes two changes of it in ten minutes.
const TOPIC_WAITS: Duration = Duration::from_secs(10);
/// Why.
const TOPIC_RESTS: &str = "the topic was changed twice within ten minutes";
/// Added to the time-out of a request before its channel is looked for.
const SETTLE: jiff::SignedDuration = jiff::SignedDuration::from_secs(2);
/// First wait after an answer that was lost; doubles with each attempt.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Longest wait between attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Wait when something before Discord refused, or the token is not accepted.
const BLOCKED_WAIT: Duration = Duration::from_secs(30);
/// Wait before somebody is looked for again, when Discord could not say who they are.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// Wait while a channel of the configuration is not there; nobody is asked meanwhile.
pub(crate) const MISSING_WAIT: Duration = Duration::from_secs(10);

/// Discord's error codes that mean something to us.
mod code {
    pub(super) const UNKNOWN_CHANNEL: u64 = 10_003;
    pub(super) const UNKNOWN_MESSAGE: u64 = 10_008;
    pub(super) const THREAD_EXISTS: u64 = 160_004;
    pub(super) const THREAD_ARCHIVED: u64 = 50_083;
    pub(super) const THREAD_LOCKED: u64 = 160_005;
    pub(super) const UNKNOWN_USER: u64 = 10_013;
    pub(super) const CANNOT_SEND_TO_USER: u64 = 50_007;
    pub(super) const OPENING_DMS_TOO_FAST: u64 = 40_003;
    pub(super) const NO_MUTUAL_SERVER: u64 = 50_278;
    pub(super) const MISSING_ACCESS: u64 = 50_001;
    pub(super) const MISSING_PERMISSIONS: u64 = 50_013;
}

/// Brings effects to Discord.
pub struct DiscordDelivery {
    client: Client,
    pub(crate) directory: SharedDirectory,
    pub(crate) engine: Arc<dyn Knows>,
    installation: String,
    direct_channels: Mutex<HashMap<ChatUserId, Arc<OnceCell<ChatChannelId>>>>,
    rings: Mutex<HashMap<together::RingKey, together::Told>>,
}

impl DiscordDelivery {
    /// Where people work on the other incident of a merge. Without an answer what is said goes out without the link.
    async fn other_room(&self, job: &Job) -> Option<ChatChannelId> {
        let other = job.said.iter().find_map(|said| match &said.event {
            Event::MergedInto { into: other, .. } | Event::Absorbed { from: other, .. } => Some(other),
            _ => None,
        });
        let merged = job.incident.as_ref().and_then(|incident| incident.merged_into.as_ref());
        let other = match &job.effect {
            Effect::Post { .. } | Effect::FollowerTold { .. } => other,
            Effect::Card { .. } | Effect::Status { .. } => merged,
            _ => None,
        }?;
        let objects = self.engine.objects(*other).await?;
        // Stakeholders follow the thread.
        let thread = || objects.get(&Thing::Thread).map(|object| object.channel);
        if matches!(job.effect, Effect::Status { .. }) { thread() } else { render::room_of(&objects) }
    }
}

impl DiscordDelivery {
    /// Somebody who is to be called and is not known is looked for now: they may have joined since, or Discord did not answer.
    async fn knows_who_is_called(&self, effect: &Effect) -> Step<()> {
        let Effect::Page { person, via: PageVia::Room | PageVia::Direct, .. } = effect else { return Ok(()) };
        let refused = |why| Outcome::Refused { reason: ReasonCode::UnknownMember.because(why) };
        self.account(person).await?.map(drop).map_err(refused)
    }

    /// The account of a person, or why they have none. Who is not known yet, as in the first moments, is looked for.
    async fn account(&self, person: &PersonId) -> Step<Result<ChatUserId, String>> {
        if let Some(user) = self.directory.get().user(person) {
            return Ok(Ok(user));
        }
        match self.engine.account(person).await {
            Asked::Is(user) => Ok(Ok(user)),
            Asked::Nobody(why) => Ok(Err(why)),
            Asked::NotNow(why) => Err(not_there(&why, ASK_AGAIN)),
        }
    }
}

/// An attempt that ended early; the outcome says how.
pub(crate) type Step<T> = Result<T, Outcome>;

impl DiscordDelivery {
    /// Delivers through `client`; `installation` marks what is ours.
    pub fn new(client: Client, directory: SharedDirectory, engine: Engine, installation: String) -> Self {
        let people = People::new(client.clone(), directory.clone(), engine.clone());
        Self::knowing(client, directory, Arc::new(knows::Running { engine, people }), installation)
    }

    /// The same for whoever has no engine.
    pub(crate) fn knowing(
        client: Client,
        directory: SharedDirectory,
        engine: Arc<dyn Knows>,
        installation: String,
    ) -> Self {
        Self { client, directory, engine, installation, direct_channels: Mutex::default(), rings: Mutex::default() }
    }
}

impl Deliver for DiscordDelivery {
    fn deliver<'a>(&'a self, job: &'a Job, gate: &'a dyn Gate) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(async move {
            if let Err(outcome) = self.knows_who_is_called(&job.effect).await {
                return outcome;
            }
            let world = self.engine.world();
            let directory = self.directory.get();
            let cx = RenderContext {
                world: &world,
                directory: &directory,
                incident: job.incident.as_deref(),
                objects: &job.objects,
                now: self.engine.now(),
                other_room: self.other_room(job).await,
                outage: self.engine.last_outage(),
            };
            let attempt = Attempt { own: self, job, gate, cx: &cx, directory: &directory };
            match attempt.run().await {
                Ok(receipt) => Outcome::Confirmed(Box::new(receipt)),
                Err(outcome) => outcome,
            }
        })
    }

    fn knows_discord(&self) -> bool {
        let directory = self.directory.get();
        directory.guild.is_some() && directory.bot.is_some()
    }
}

/// One attempt with everything it looks at.
pub(crate) struct Attempt<'a> {
    pub(crate) own: &'a DiscordDelivery,
    pub(crate) job: &'a Job,
    gate: &'a dyn Gate,
    pub(crate) cx: &'a RenderContext<'a>,
    pub(crate) directory: &'a Directory,
}

impl Attempt<'_> {
    async fn run(&self) -> Step<Receipt> {
        match &self.job.effect {
            Effect::Card { .. } => self.state(Thing::Card, self.incidents_channel()?, render::card(self.cx)).await,
            Effect::Status { .. } => {
                let channel = self.status_channel()?;
                self.state(Thing::Status, channel, render::status(self.cx)).await
            }
            Effect::Board { .. } => {
                let body = render::board(self.board()?, self.cx);
                self.state(Thing::Board, self.incidents_channel()?, body).await
            }
            Effect::StormOver { .. } => {
                let body = render::storm_over(self.board()?, self.cx);
                let object = self.create_message(self.incidents_channel()?, body).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
            Effect::Thread { .. } => self.thread().await,
            Effect::Channel { .. } => self.channel().await,
            Effect::RoomCard { .. } => {
                let Some(channel) = self.object_channel(Thing::Channel) else {
                    return Err(dropped("there is no channel"));
                };
                self.state(Thing::RoomCard, channel, render::room_card(self.cx)).await
            }
            Effect::Topic { .. } => self.topic().await,
            Effect::Pin { .. } => self.pin(true).await,
            Effect::Unpin { .. } => self.pin(false).await,
            Effect::Post { place, .. } => {
                let said = self.job.said.first();
                let said = said.ok_or_else(|| fault("nothing is known that it says"))?;
                let channel = self.place(*place)?;
                if self.ends_with_record(*place) {
                    return self.with_record(channel, render::post(said, *place, self.cx)).await;
                }
                let body = match place {
                    Place::Left => render::left(said, self.cx),
                    Place::Brought => {
                        let mut before = self.timeline(self.incident()?.id).await?;
                        before.retain(|entry| entry.seq < said.seq);
                        render::brought(&before, self.cx)
                    }
                    Place::Room | Place::Thread | Place::Status | Place::PolicyEnd | Place::Debrief => {
                        render::post(said, *place, self.cx)
                    }
                };
                let object = self.create_message(channel, body).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
            Effect::PostEdited { .. } => {
                let (Some(object), Some(said)) = (self.job.objects.get(&Thing::Card), self.job.said.first()) else {
                    return Err(dropped("it was never posted by itself"));
                };
                let mut body = render::post(said, Place::Room, self.cx);
                // What an edit does not name stays: without a question there are no buttons.
                if body["components"].is_null() {
                    body["components"] = json!([]);
                }
                self.edit_if_there(object, body).await
            }
            Effect::Outage { place, since, posts, .. } => {
                let places = posts.iter().map(|post| post.place);
                let said: Vec<_> = self.job.said.iter().cloned().zip(places).collect();
                let (channel, body) = (self.place(*place)?, render::outage(*since, &said, self.cx));
                if self.ends_with_record(*place) {
                    return self.with_record(channel, body).await;
                }
                let object = self.create_message(channel, body).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
            Effect::Page { page, person, via, .. } => self.page(*page, person, *via).await,
            Effect::PageSettled { page, via, .. } => {
                let Some(object) = self.job.objects.get(&Thing::Page(*page, *via)) else {
                    return Err(dropped("the page was never delivered on this way"));
                };
                let person = self.cx.incident.and_then(|incident| incident.page(*page)).map(|page| page.person.clone());
                match person.and_then(|person| self.together(*page, &person, *via)) {
                    Some(ring) => self.settle_together(object, ring).await,
                    None => self.edit_if_there(object, render::page_stands(*page, *via, self.cx)).await,
                }
            }
            Effect::Admit { person, .. } => self.admit(person).await,
            Effect::FollowerTold { user, .. } => self.follower_told(*user).await,
            Effect::Member { user, add, .. } => self.member(*user, *add).await,
            Effect::Candidate { journal, title, channel, message } => {
                let body = render::candidate(*journal, title, *message, self.cx);
                let object = self.create_message(*channel, body).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
            Effect::Known { incident, channel, message, .. } => {
                let object = self.create_message(*channel, render::known(*incident, *message, self.cx)).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
            Effect::NoteShows { .. } => {
                let (Some(object), Some(note)) = (self.job.objects.get(&Thing::Card), &self.job.note) else {
                    return Err(dropped("the line was never answered"));
                };
                self.edit_if_there(object, render::chat_note(note, self.cx)).await
            }
            Effect::OpeningAsked { asked, by, title, severity } => {
                let body = render::opening_asked(*asked, by, title, *severity, self.cx);
                let object = self.create_message(self.incidents_channel()?, body).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
            Effect::CandidateSettled { incident, by, .. } => {
                let Some(object) = self.job.objects.get(&Thing::Card) else {
                    return Err(dropped("the question was never asked"));
                };
                self.edit_if_there(object, render::candidate_settled(*incident, by, self.cx)).await
            }
            Effect::ItemTold { number, to, given_by, .. } => self.item_told(*number, to, given_by.as_deref()).await,
            Effect::Said { subject, seq, to } => nouns::said(self, subject, *seq, to).await,
            Effect::Question { subject, person } => nouns::question(self, subject, person).await,
            Effect::Role { subject, person, role } => nouns::role(self, subject, person, role.as_ref()).await,
            Effect::Record { incident } => self.record(*incident).await,
            Effect::Operators { text, everybody } => {
                let channel = match self.cx.setup().discord.operators.as_ref().filter(|_| !everybody) {
                    // What is for a few is not written where everybody reads because a channel was renamed: it waits, and
                    // everybody reads that something waits (`crate::names`).
                    Some(name) => self.directory.channel(name).ok_or_else(|| {
                        not_there(
                            "the operators' channel is not there: create it or correct discord.operators",
                            MISSING_WAIT,
                        )
                    })?,
                    None => self.incidents_channel()?,
                };
                let object = self.create_message(channel, render::operators(text, self.cx)).await?;
                Ok(Receipt { message: Some(object), ..Receipt::default() })
            }
        }
    }

    fn incident(&self) -> Step<&Incident> {
        self.cx.incident.ok_or_else(|| fault("the incident does not exist"))
    }

    fn board(&self) -> Step<&domain::storm::Board> {
        self.job.board.as_ref().ok_or_else(|| fault("the storm does not exist"))
    }

    pub(crate) fn incidents_channel(&self) -> Step<ChatChannelId> {
        let name = &self.cx.setup().discord.incidents;
        self.directory
            .channel(name)
            .ok_or_else(|| not_there("the incidents channel is not there: create it or run `siaga init`", MISSING_WAIT))
    }

    fn status_channel(&self) -> Step<ChatChannelId> {
        let name = self.cx.setup().discord.status.as_ref();
        let gone = || dropped("there is no channel for stakeholders any more");
        self.directory
            .channel(name.ok_or_else(gone)?)
            .ok_or_else(|| not_there("the status channel is not there: create it or run `siaga init`", MISSING_WAIT))
    }

    fn object_channel(&self, kind: Thing) -> Option<ChatChannelId> {
        self.job.objects.get(&kind).map(|object| object.channel)
    }

    /// Where people work: the channel, else the thread, else (for what cannot wait) the incidents channel.
    fn room(&self) -> Step<ChatChannelId> {
        let room = self.object_channel(Thing::Channel).or_else(|| self.object_channel(Thing::Thread));
        room.map_or_else(|| self.incidents_channel(), Ok)
    }

    fn place(&self, place: Place) -> Step<ChatChannelId> {
        match self.cx.incident.map_or(place, |incident| place.of(incident)) {
            Place::Room | Place::Debrief => self.room(),
            Place::Brought => self.object_channel(Thing::Channel).ok_or_else(|| dropped("there is no channel")),
            Place::Left => self.object_channel(Thing::Thread).ok_or_else(|| dropped("there is no thread to leave")),
            Place::Thread => self.object_channel(Thing::Thread).map_or_else(|| self.room(), Ok),
            Place::Status => self.status_channel(),
            Place::PolicyEnd => {
                let incident = self.incident()?;
                let end = incident.at_end(self.cx.setup()).and_then(|end| end.post);
                end.and_then(|name| self.directory.channel(&name)).map_or_else(|| self.room(), Ok)
            }
        }
    }

    /// A message that shows the state of now: created once, then edited, and left alone when nothing changed.
    async fn state(&self, kind: Thing, channel: ChatChannelId, body: Value) -> Step<Receipt> {
        let digest = render::digest(&body);
        let mut object = match self.job.objects.get(&kind) {
            Some(object) if object.digest.as_ref() == Some(&digest) => object.clone(),
            Some(object) => {
                self.edit(object, body).await.map_err(|failure| self.shown_gone_or(kind, object, failure))?;
                object.clone()
            }
            None => {
                let object = self.create_message(channel, body.clone()).await?;
                // What an earlier attempt created shows the state of then.
                if self.job.sent_at.is_some() {
                    self.edit(&object, body).await.map_err(|failure| self.edit_failed(&failure))?;
                }
                object
            }
        };
        object.digest = Some(digest);
        object.touched_at = self.job.now;
        Ok(Receipt { objects: vec![(kind, object)], ..Receipt::default() })
    }

    async fn thread(&self) -> Step<Receipt> {
        let incident = self.incident()?;
        let Some((channel, message)) = self.card_message() else {
            return Err(not_there("no card yet", LOOK_AGAIN));
        };
        // A thread has the id of the message it was started from. An earlier attempt may have started it on a card that was
        // deleted since: it is there without that card, and a second one on the new card would be one too many.
        let (thread, before) = (ChatChannelId(message.0), self.job.sent_to);
        if let (Some(sent_at), Some(before)) = (self.job.sent_at, before.filter(|before| *before != thread)) {
            self.surely_over(sent_at)?;
            if self.is_there(before).await? {
                return Ok(self.thread_receipt(before));
            }
        }
        let route = Route::start_thread_from_message(ChannelId(channel.0), MessageId(message.0));
        let body = json!({ "name": render::thread_name(incident, self.cx.setup().language), "auto_archive_duration": AUTO_ARCHIVE_MINUTES });
        // Safe to repeat on the same card: a second one is refused.
        match self.guarded(&route, Some(thread), Body::Json(body), None).await {
            Ok(_) => {}
            Err(message::NotCreated::Ended(outcome)) => return Err(outcome),
            Err(message::NotCreated::Failed(failure)) => match failure.code() {
                Some(code::THREAD_EXISTS) => self.thread_is_there(incident).await?,
                Some(code::UNKNOWN_MESSAGE) if before == Some(thread) && self.is_there(thread).await? => {}
                _ => return Err(self.card_gone_or(failure)),
            },
        }
        Ok(self.thread_receipt(thread))
    }

    fn thread_receipt(&self, thread: ChatChannelId) -> Receipt {
        Receipt { objects: vec![(Thing::Thread, self.object(thread, None))], ..Receipt::default() }
    }

    /// Whether there is such a channel or thread.
    async fn is_there(&self, channel: ChatChannelId) -> Step<bool> {
        match self.send_empty(&Route::get_channel(ChannelId(channel.0))).await {
            Ok(_) => Ok(true),
            Err(failure) if failure.code() == Some(code::UNKNOWN_CHANNEL) => Ok(false),
            Err(failure) => Err(self.outcome(&failure)),
        }
    }

    async fn channel(&self) -> Step<Receipt> {
        let incident = self.incident()?;
        let guild = self.guild()?;
        let marker = format!("siaga:{}:{}", self.own.installation, incident.id.label());
        if let Some(sent_at) = self.job.sent_at {
            // Channels have no idempotency key: wait until the lost request is surely over, then look for our marker.
            self.surely_over(sent_at)?;
            let all = self.get(&Route::guild_channels(guild)).await?;
            if let Some((id, found)) = find_by_topic(&all, &marker) {
                self.seen_by(id, found);
                return Ok(self.channel_receipt(id));
            }
        }
        // Without overwrites of its own the channel takes those of its category: who sees the category sees the room. Outside
        // it everybody would, so without it there is no channel.
        let category = self.category()?;
        let body = json!({
            "name": render::channel_name(incident, self.cx.setup().language),
            "type": 0,
            "topic": render::channel_topic(incident, &marker, self.cx.setup().language),
            "parent_id": category.0.to_string(),
        });
        let route = Route::create_guild_channel(guild);
        let response = match self.guarded(&route, None, Body::Json(body), None).await {
            Err(message::NotCreated::Failed(failure)) if is_category_full(&failure) => {
                return Err(self.no_channel(CategoryTrouble::Full));
            }
            Err(message::NotCreated::Failed(failure)) => return Err(self.outcome(&failure)),
            Err(message::NotCreated::Ended(outcome)) => return Err(outcome),
            Ok(response) => response,
        };
        match response.id() {
            Some(id) => {
                self.seen_by(id, &response.body);
                Ok(self.channel_receipt(id))
            }
            None => Err(Outcome::Unknown {
                reason: ReasonCode::Unanswered.because("the channel's id is missing"),
                retry_in: LOOK_AGAIN,
            }),
        }
    }

    /// The category in which channels are made.
    fn category(&self) -> Step<ChatChannelId> {
        let name = self.cx.setup().discord.category.as_ref();
        let found = name.ok_or(CategoryTrouble::NotConfigured).and_then(|name| self.directory.category(name));
        found.map_err(|trouble| self.no_channel(trouble))
    }

    fn no_channel(&self, trouble: CategoryTrouble) -> Outcome {
        let category = self.cx.setup().discord.category.as_ref().map(|name| shown(' ', name));
        Outcome::Lost(LostSurface::NoChannel { why: LostWhy::NoCategory { category, trouble } })
    }

    /// Whether a request that was sent then can no longer be applied.
    fn surely_over(&self, sent_at: domain::Timestamp) -> Step<()> {
        let timeout = jiff::SignedDuration::try_from(self.own.client.timeout()).unwrap_or(SETTLE);
        let over = sent_at + timeout + SETTLE;
        if self.job.now >= over {
            return Ok(());
        }
        let wait = Duration::try_from(over.duration_since(self.job.now)).unwrap_or(LOOK_AGAIN);
        Err(Outcome::NotYet {
            reason: ReasonCode::Unanswered.because("a request may still be on its way"),
            retry_in: wait,
        })
    }

    fn channel_receipt(&self, id: u64) -> Receipt {
        let object = self.object(ChatChannelId(id), None);
        Receipt { objects: vec![(Thing::Channel, object)], ..Receipt::default() }
    }

    /// The topic for people, when the receipt of the channel is written and nobody has to find it by its topic any more.
    async fn topic(&self) -> Step<Receipt> {
        let incident = self.incident()?;
        let Some(object) = self.job.objects.get(&Thing::Channel) else { return Err(dropped("there is no channel")) };
        let body = json!({ "topic": render::people_topic(incident, self.cx.setup().language) });
        let digest = render::digest(&body);
        if object.digest.as_ref() == Some(&digest) {
            return Ok(Receipt::default());
        }
        match self.send(&Route::rename_channel(ChannelId(object.channel.0)), body).await {
            Ok(_) => {
                let object = ObjectRef { digest: Some(digest), touched_at: self.job.now, ..object.clone() };
                Ok(Receipt { objects: vec![(Thing::Channel, object)], ..Receipt::default() })
            }
            // A third change within ten minutes is not waited for: the card says what is so.
            Err(Failure::RateLimited { .. }) => Err(dropped(TOPIC_RESTS)),
            Err(Failure::NotSent { retry_after, .. }) if retry_after > TOPIC_WAITS => Err(dropped(TOPIC_RESTS)),
            failed => self.tolerant_of(failed, Thing::Channel, "the topic could not be changed"),
        }
    }

    async fn pin(&self, pin: bool) -> Step<Receipt> {
        // Where people work; the card in the incidents channel carries the thread, and stands by itself.
        let in_room = self.job.objects.get(&Thing::RoomCard);
        let in_room = in_room.and_then(|card| Some((card.channel, card.message?)));
        let of = if in_room.is_some() { Thing::RoomCard } else { Thing::Card };
        let Some((channel, message)) = in_room.or_else(|| self.card_message()) else {
            return Err(dropped("no card"));
        };
        let (channel, message) = (ChannelId(channel.0), MessageId(message.0));
        let route = if pin { Route::pin_message(channel, message) } else { Route::unpin_message(channel, message) };
        self.tolerant(&route, of, "the card could not be pinned or unpinned").await
    }

    async fn member(&self, user: ChatUserId, add: bool) -> Step<Receipt> {
        let Some(thread) = self.object_channel(Thing::Thread) else {
            return Err(dropped("no thread to follow"));
        };
        let (thread, user) = (ChannelId(thread.0), UserId(user.0));
        let route =
            if add { Route::add_thread_member(thread, user) } else { Route::remove_thread_member(thread, user) };
        self.tolerant(&route, Thing::Thread, "the follower could not be added or taken away").await
    }

    /// Whoever follows reads it by direct message as long as they may read incidents, which is asked each time. Who takes none is
    /// addressed in the thread, where they would have read it.
    async fn follower_told(&self, user: ChatUserId) -> Step<Receipt> {
        let said = self.job.said.first().ok_or_else(|| fault("nothing is known that it says"))?;
        let asked = membership::member(&self.own.client, domain::GuildId(self.guild()?.0), user).await;
        let member = asked.map_err(|why| not_there(&why, ASK_AGAIN))?;
        let roles = member.ok_or_else(|| dropped("whoever follows is not a member of the server any more"))?.roles();
        let roles = roles.into_iter().map(domain::ChatRoleId).collect();
        let access = access_of(self.cx.setup(), self.directory, &self.own.directory.home(), user, roles);
        if access < domain::Access::Read {
            return Err(dropped("whoever follows may not read incidents any more"));
        }
        let body = render::follower_told(said, user, self.cx);
        let sent = match self.direct_channel(user).await {
            Ok(channel) => self.try_create(channel, self.with_nonce(body.clone()), Vec::new()).await,
            Err(failure) => Err(message::NotCreated::Failed(failure)),
        };
        let object = match sent {
            Ok(object) => object,
            Err(message::NotCreated::Ended(outcome)) => return Err(outcome),
            Err(message::NotCreated::Failed(failure)) if takes_no_direct(&failure) => {
                let thread = self.object_channel(Thing::Thread);
                let thread = thread.ok_or_else(|| dropped("whoever follows takes no direct messages"))?;
                let mut body = body;
                body["content"] = json!(format!("<@{user}> {}", body["content"].as_str().unwrap_or_default()));
                body["allowed_mentions"]["users"] = json!([user.to_string()]);
                self.create_message(thread, body).await?
            }
            Err(message::NotCreated::Failed(failure)) => return Err(self.outcome(&failure)),
        };
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }

    /// Something nice to have: a refusal is a warning, never a failed incident.
    async fn tolerant(&self, route: &Route, of: Thing, what: &str) -> Step<Receipt> {
        self.tolerant_of(self.send_empty(route).await, of, what)
    }

    fn tolerant_of(&self, answered: Result<Response, Failure>, of: Thing, what: &str) -> Step<Receipt> {
        match answered {
            Ok(_) => Ok(Receipt::default()),
            Err(failure) if gone::is_gone(&failure) && self.job.objects.contains_key(&of) => {
                Err(self.known_gone_or(of, failure))
            }
            Err(failure @ Failure::Refused { .. }) => {
                Ok(Receipt { warning: Some(format!("{what}: {failure}")), ..Receipt::default() })
            }
            Err(failure) => Err(self.outcome(&failure)),
        }
    }

    async fn page(&self, page: domain::PageId, person: &PersonId, via: PageVia) -> Step<Receipt> {
        let Some(user) = self.directory.user(person) else {
            let reason = ReasonCode::UnknownMember.because(format!("{person} is not a member of the server"));
            return Err(Outcome::Refused { reason });
        };
        if let Some(ring) = self.together(page, person, via) {
            return self.tell_together(page, user, ring).await;
        }
        if let Some(sent) = self.job.objects.get(&Thing::Page(page, via)) {
            // It waits for an answer again: an edit rings nobody a second time.
            return self.edit_if_there(sent, render::page(page, person, via, self.cx)).await;
        }
        let channel = match via {
            PageVia::Room => self.room()?,
            PageVia::Direct => match self.direct_channel(user).await {
                Ok(channel) => channel,
                Err(failure) => return self.direct_failed(page, &failure),
            },
            PageVia::Way(_) => {
                return Err(fault("Discord does not carry this way"));
            }
        };
        let body = render::page(page, person, via, self.cx);
        let rings = body["flags"].is_null();
        let body = self.with_nonce(body);
        match self.try_create(channel, body, Vec::new()).await {
            Ok(object) => {
                if rings {
                    self.own.engine.rang(via, 1);
                }
                Ok(Receipt { objects: vec![(Thing::Page(page, via), object)], ..Receipt::default() })
            }
            Err(message::NotCreated::Failed(failure)) if via == PageVia::Direct => self.direct_failed(page, &failure),
            Err(message::NotCreated::Failed(failure)) => Err(self.room_gone_or(channel, failure)),
            Err(message::NotCreated::Ended(outcome)) => Err(outcome),
        }
    }

    /// A closed door is not an error of ours: the room is told, the mention there is the page.
    fn direct_failed(&self, page: domain::PageId, failure: &Failure) -> Step<Receipt> {
        if takes_no_direct(failure) {
            return Ok(Receipt { direct_failed: Some(page), ..Receipt::default() });
        }
        Err(self.outcome(failure))
    }

    async fn direct_channel(&self, user: ChatUserId) -> Result<ChatChannelId, Failure> {
        let own = {
            let mut known = self.own.direct_channels.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(user).or_default())
        };
        // Many pages of one person that leave at once ask once: the route allows few, and everybody else waits for them.
        let open = own.get_or_try_init(async || {
            let response = self.send(&Route::create_dm(), json!({ "recipient_id": user.0.to_string() })).await?;
            Ok(ChatChannelId(response.id().unwrap_or_default()))
        });
        open.await.copied()
    }

    fn card_message(&self) -> Option<(ChatChannelId, domain::ChatMessageId)> {
        let card = self.job.objects.get(&Thing::Card)?;
        Some((card.channel, card.message?))
    }

    pub(crate) fn guild(&self) -> Step<GuildId> {
        let guild = self.directory.guild;
        let guild = guild.ok_or_else(|| not_there("the home server is not known yet", LOOK_AGAIN))?;
        Ok(GuildId(guild.0))
    }

    fn object(&self, channel: ChatChannelId, message: Option<domain::ChatMessageId>) -> ObjectRef {
        ObjectRef { channel, message, digest: None, touched_at: self.job.now }
    }

    /// Changes a message. Every object that is edited is a message.
    async fn edit(&self, object: &ObjectRef, body: Value) -> Result<Response, Failure> {
        let message = MessageId(object.message.map_or(0, |message| message.0));
        let route = Route::edit_message(ChannelId(object.channel.0), message);
        self.send(&route, render::for_edit(body)).await
    }

    async fn get(&self, route: &Route) -> Step<Value> {
        let sent = self.send_empty(route).await;
        sent.map(|response| response.body).map_err(|failure| self.outcome(&failure))
    }

    pub(crate) async fn send_empty(&self, route: &Route) -> Result<Response, Failure> {
        self.dispatch(route, Body::Empty).await
    }

    async fn send(&self, route: &Route, body: Value) -> Result<Response, Failure> {
        self.dispatch(route, Body::Json(body)).await
    }

    async fn dispatch(&self, route: &Route, body: Body) -> Result<Response, Failure> {
        let permit =
            self.own.client.permit_for(self.job.lane, route, self.waited(), PATIENCE).await.map_err(|not| {
                Failure::NotSent { route: route.name(), retry_after: not.retry_after, reason: not.to_string() }
            })?;
        permit.send(body, None).await
    }

    /// How long the row has waited.
    fn waited(&self) -> Duration {
        Duration::try_from(self.job.now.duration_since(self.job.planned_at)).unwrap_or_default()
    }

    /// A request that must not be repeated blindly: the row says "sent" before it leaves.
    async fn guarded(
        &self,
        route: &Route,
        to: Option<ChatChannelId>,
        body: Body,
        rendered: Option<&str>,
    ) -> Result<Response, message::NotCreated> {
        let permit =
            self.own.client.permit_for(self.job.lane, route, self.waited(), PATIENCE).await.map_err(|not| {
                message::NotCreated::Ended(Outcome::NotYet {
                    reason: ReasonCode::Limited.because(not.to_string()),
                    retry_in: not.retry_after.max(LOOK_AGAIN),
                })
            })?;
        self.gate
            .about_to_send(to, rendered)
            .await
            .map_err(|reason| message::NotCreated::Ended(Outcome::NotYet { reason, retry_in: LOOK_AGAIN }))?;
        permit.send(body, None).await.map_err(message::NotCreated::Failed)
    }

    /// What a failed request means for the row.
    pub(crate) fn outcome(&self, failure: &Failure) -> Outcome {
        let reason = reason_code(failure).because(failure.to_string());
        let doubled = |attempt: u32| LOOK_AGAIN.saturating_mul(1 << attempt.min(6)).min(LONGEST_WAIT);
        match failure {
            Failure::NotSent { retry_after, .. } => {
                // What other things stand on is there again when the next window opens.
                let least = match self.job.lane {
                    domain::Lane::Page | domain::Lane::Card => LOOK_AGAIN,
                    domain::Lane::Update
                    | domain::Lane::Edit
                    | domain::Lane::Housekeeping
                    | domain::Lane::Shown
                    | domain::Lane::Told => doubled(self.job.attempt).min(Duration::from_secs(5)),
                };
                Outcome::NotYet { reason, retry_in: (*retry_after).max(least) }
            }
            Failure::RateLimited { retry_after, .. } => {
                Outcome::NotYet { reason, retry_in: (*retry_after).max(LOOK_AGAIN) }
            }
            // What is safe to repeat (a thread, an edit) is not looked for, and others wait for it: it is made again soon.
            Failure::Ambiguous { .. } | Failure::Server { .. } => {
                let is_repeated = matches!(self.job.effect, Effect::Thread { .. });
                let looked_for = self.job.sent_at.filter(|_| !is_repeated).map_or(1, |_| self.job.attempt);
                Outcome::Unknown { reason, retry_in: doubled(looked_for) }
            }
            // Without a code it was not Discord who refused: a proxy may let it through later.
            Failure::Refused { code: None, .. } | Failure::TokenRejected { .. } => {
                Outcome::NotYet { reason, retry_in: BLOCKED_WAIT }
            }
            Failure::Refused { code: Some(_), .. } => Outcome::Refused { reason },
        }
    }
}

/// Discord makes no more channels in a category: it holds 50, those of old incidents among them.
fn is_category_full(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { errors, .. } if errors.contains("CHANNEL_PARENT_MAX_CHANNELS"))
}

/// Somebody takes no direct messages from us.
fn takes_no_direct(failure: &Failure) -> bool {
    reason_code(failure) == ReasonCode::CannotSendDirect
}

/// What a request failed for.
const fn reason_code(failure: &Failure) -> ReasonCode {
    match failure {
        Failure::NotSent { .. } | Failure::RateLimited { .. } => ReasonCode::Limited,
        Failure::Ambiguous { .. } | Failure::Server { .. } => ReasonCode::Unanswered,
        Failure::TokenRejected { .. } | Failure::Refused { code: None, .. } => ReasonCode::Blocked,
        Failure::Refused { code: Some(code), .. } => match *code {
            code::MISSING_ACCESS | code::MISSING_PERMISSIONS => ReasonCode::MissingPermission,
            code::UNKNOWN_CHANNEL | code::UNKNOWN_MESSAGE => ReasonCode::Gone,
            // An account that is gone takes none either; that its owner is no member is found out by who looks at them.
            code::CANNOT_SEND_TO_USER | code::OPENING_DMS_TOO_FAST | code::NO_MUTUAL_SERVER | code::UNKNOWN_USER => {
                ReasonCode::CannotSendDirect
            }
            _ => ReasonCode::Refused,
        },
    }
}

/// Nobody needs it.
pub(crate) fn dropped(why: &str) -> Outcome {
    Outcome::Dropped { reason: ReasonCode::NotWanted.because(why) }
}

/// What it stands on is not there yet.
pub(crate) fn not_there(why: &str, retry_in: Duration) -> Outcome {
    Outcome::NotYet { reason: ReasonCode::NotThere.because(why), retry_in }
}

/// It should not have been planned.
pub(crate) fn fault(why: &str) -> Outcome {
    Outcome::Refused { reason: ReasonCode::Fault.because(why) }
}

fn find_by_topic<'a>(channels: &'a Value, marker: &str) -> Option<(u64, &'a Value)> {
    let found = channels.as_array()?.iter().find(|channel| {
        channel["topic"].as_str().is_some_and(|topic| topic.split_whitespace().any(|word| word == marker))
    })?;
    Some((found["id"].as_str()?.parse().ok()?, found))
}
