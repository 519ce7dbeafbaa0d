//! Purpose: the effects, one after another: delivered as the bot delivers them, read back, compared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::incident::{CategoryTrouble, Event, EventAt, Incident, LostWhy};
use domain::setup::Language;
use domain::{
    ChatChannelId, ChatMessageId, ChatUserId, Effect, IncidentId, Lane, PageVia, Place as At, Reason, ReasonCode,
    Thing, Timestamp,
};
use engine::{Clock, Deliver as _, Gate, Job, LostSurface, ObjectRef, Objects, Outcome, Receipt};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::drill::{Act, NUMBER, PAGE, Script};
use super::ledger::Entry;
use super::place::{Place, Room, Seen};
use super::readback::{self, Difference};
use super::server::{Spot, Stopped};
use super::{Ledger, Rehearsal, Row, Verdict};
use crate::deliver::{DiscordDelivery, Knows as _, Later};
use crate::directory::{PlaceKind, ServerPlace, SharedDirectory};
use crate::directory_load::permissions as bits;
use crate::record;
use crate::render::{self, RenderContext};
use crate::rest::{Body, ChannelId, MessageId, Route, UserId};

/// How long one effect is tried.
const PATIENCE: Duration = Duration::from_secs(60);
/// Attempts that bring no answer before an effect is given up.
const SILENT: u32 = 5;
/// Discord's error codes for what is gone.
const UNKNOWN_CHANNEL: u64 = 10_003;
const UNKNOWN_MESSAGE: u64 = 10_008;
/// A reaction that says nothing.
const REACTION: &str = "👀";
/// What a message needs.
const WRITE: u64 = bits::VIEW_CHANNEL | bits::SEND_MESSAGES;
/// What a message in a thread needs.
const IN_THREAD: u64 = bits::VIEW_CHANNEL | bits::SEND_MESSAGES_IN_THREADS;
/// What reading a message needs.
const READ: u64 = bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY;

type Tried<T> = Result<T, Verdict>;

/// Every kind of effect has a row; a new one stops the build here.
pub(super) const fn row_of(effect: &Effect) -> &'static str {
    match effect {
        Effect::Card { .. } => "card",
        Effect::Thread { .. } => "thread on the card",
        Effect::Channel { .. } => "channel in its category",
        // A message like the card, where posts are tried; and what an edit of the channel is, is asked of its making.
        Effect::RoomCard { .. } => "card in the channel",
        Effect::Topic { .. } => "topic of the channel",
        Effect::Pin { .. } => "pin",
        Effect::Unpin { .. } => "unpin",
        Effect::Post { place: At::PolicyEnd, .. } => "mention of a role",
        Effect::Post { place: At::Thread, .. } => "post in the thread",
        Effect::Post { .. } | Effect::Outage { .. } => "post in the channel",
        // An edit, as that of a page.
        Effect::PostEdited { .. } => "edit of a post",
        Effect::Page { via: PageVia::Direct, .. } => "page by direct message",
        Effect::Page { .. } => "page by mention",
        Effect::PageSettled { via: PageVia::Direct, .. } => "edit of the direct message",
        Effect::PageSettled { .. } => "edit of the page",
        Effect::Status { .. } => "message for stakeholders",
        // What it changes is what a follower or a role changes: nothing of it is asked of the server that a rehearsal does not show.
        Effect::Admit { .. } => "access to the channel",
        Effect::Member { add: true, .. } => "follower added",
        Effect::Member { add: false, .. } => "follower taken away",
        // Both are a message with buttons in the incidents channel: one of them shows that it can be asked.
        Effect::Candidate { .. } | Effect::OpeningAsked { .. } => "question about a line",
        Effect::Known { .. } => "reply to a line",
        Effect::CandidateSettled { .. } | Effect::NoteShows { .. } => "edit of the question",
        Effect::Operators { .. } => "line for operators",
        Effect::ItemTold { .. } => "direct message",
        Effect::Record { .. } => "file",
        Effect::Board { .. } => "board of a storm",
        Effect::StormOver { .. } => "end of a storm",
        // All of these are messages or changes as the others: nothing is asked of the server that a rehearsal does not show.
        Effect::FollowerTold { .. } => "direct message to a follower",
        Effect::Said { .. } => "notice about who is on call",
        Effect::Question { .. } => "question about who is on call",
        Effect::Role { .. } => "role of who is on call",
    }
}

/// Tries all of them.
pub(super) async fn run(of: &Rehearsal, why: Option<&str>) -> Vec<Row> {
    let mut stage = Stage::new(of, why);
    stage.script.set_now(of.clock.now());
    stage.script.act(Act::Opens);
    stage.look_around().await;
    stage.room().await;
    stage.page().await;
    stage.messages().await;
    stage.people().await;
    stage.ending().await;
    stage.deletions().await;
    stage.rows
}

struct Stage<'a> {
    of: &'a Rehearsal,
    place: Option<Place>,
    no_place: String,
    script: Arc<Script>,
    delivery: DiscordDelivery,
    directory: SharedDirectory,
    objects: Objects,
    /// What the post that is delivered next says.
    said: Vec<EventAt>,
    /// It goes where that of a real incident goes: a drill tells its end in its own room.
    as_real: bool,
    rows: Vec<Row>,
    jobs: i64,
}

impl<'a> Stage<'a> {
    fn new(of: &'a Rehearsal, why: Option<&str>) -> Self {
        let script = Arc::new(Script::new(&of.server, &of.setup, of.place.as_ref()));
        let directory = SharedDirectory::default();
        directory.change(|own| {
            *own = of.server.directory.clone();
            // Made a moment ago, so the server as it was read does not have it.
            if let Some(category) = of.place.as_ref().and_then(|place| place.category.as_ref()) {
                let made = ServerPlace { kind: PlaceKind::Category, name: category.id.to_string() };
                own.place_is(ChatChannelId(category.id), made);
            }
        });
        let installation = format!("rehearsal-{}", of.token);
        let delivery = DiscordDelivery::knowing(
            of.line.client.clone(),
            directory.clone(),
            Arc::<Script>::clone(&script),
            installation,
        );
        Self {
            of,
            place: of.place.clone(),
            no_place: why.unwrap_or("there is no place for it").to_owned(),
            script,
            delivery,
            directory,
            objects: Objects::new(),
            said: Vec::new(),
            as_real: false,
            rows: Vec::new(),
            jobs: 0,
        }
    }

    fn row(&mut self, effect: impl Into<String>, result: Tried<()>) {
        let verdict = result.err().unwrap_or(Verdict::Ok);
        self.rows.push(Row { effect: effect.into(), verdict });
    }

    // ---- where things stand

    fn place(&self) -> Tried<&Place> {
        self.place.as_ref().ok_or_else(|| Verdict::NotTried { why: self.no_place.clone() })
    }

    /// A room that others would see is left alone when the rehearsal is where everybody looks.
    fn extra(&self, room: impl Fn(&Place) -> Option<&Room>) -> Tried<Room> {
        let place = self.place()?;
        match (room(place), place.seen) {
            (Some(room), _) => Ok(room.clone()),
            (None, Seen::Incidents) => Err(Verdict::NotTried { why: "others would see it".to_owned() }),
            (None, _) => Err(Verdict::NotTried { why: "it is not configured".to_owned() }),
        }
    }

    fn object(&self, kind: Thing, name: &str) -> Tried<ObjectRef> {
        let missing = || Verdict::NotTried { why: format!("it needs the {name}") };
        self.objects.get(&kind).cloned().ok_or_else(missing)
    }

    fn card(&self) -> Tried<(ChannelId, MessageId)> {
        let card = self.object(Thing::Card, "card")?;
        Ok((ChannelId(card.channel.0), MessageId(card.message.map_or(0, |message| message.0))))
    }

    fn cards_spot(&self) -> Tried<Spot> {
        Ok(self.place()?.cards.spot.clone())
    }

    /// Where people work, with the place it stands for.
    fn work(&self) -> Tried<(ChatChannelId, Spot, u64)> {
        let place = self.place()?;
        if let Some(channel) = self.objects.get(&Thing::Channel) {
            let spot = place.category.as_ref().unwrap_or(&place.cards).spot.clone();
            return Ok((channel.channel, spot, WRITE));
        }
        let thread = self.object(Thing::Thread, "channel or the thread")?;
        Ok((thread.channel, place.cards.spot.clone(), IN_THREAD))
    }

    // ---- bringing an effect to Discord

    fn incident(&self) -> Tried<Incident> {
        let begun = self.script.incident();
        let mut incident = begun.ok_or_else(|| Verdict::NotTried { why: "the drill does not begin".to_owned() })?;
        incident.drill = incident.drill.filter(|_| !self.as_real);
        Ok(incident)
    }

    /// The body that the delivery is about to make.
    fn body(&self, make: impl FnOnce(&RenderContext<'_>) -> Value) -> Tried<Value> {
        let (world, directory, incident) = (self.script.world(), self.directory.get(), self.incident()?);
        let cx = RenderContext {
            world: &world,
            directory: &directory,
            incident: Some(&incident),
            objects: &self.objects,
            now: self.script.now(),
            other_room: None,
            outage: None,
        };
        Ok(make(&cx))
    }

    /// Delivers an effect as the bot does, with its repetitions, and keeps what it made.
    async fn deliver(&mut self, effect: &Effect, lane: Lane, needs: u64, spot: Option<&Spot>) -> Tried<Receipt> {
        let objects = self.objects.clone();
        let receipt = self.deliver_with(effect, lane, needs, spot, objects).await?;
        self.objects.extend(receipt.objects.iter().cloned());
        Ok(receipt)
    }

    async fn deliver_with(
        &mut self,
        effect: &Effect,
        lane: Lane,
        needs: u64,
        spot: Option<&Spot>,
        objects: Objects,
    ) -> Tried<Receipt> {
        let (line, server) = (&self.of.line, &self.of.server);
        self.jobs += 1;
        let incident = self.incident()?;
        let gate = Written::new(self.of.ledger.as_ref(), self.of.clock.clone());
        let now = self.of.clock.now();
        let mut job = Job {
            row: self.jobs,
            note: None,
            effect: effect.clone(),
            lane,
            nonce: format!("r{}{}", self.of.token, self.jobs),
            incident: Some(Arc::new(incident)),
            board: Some(self.script.board()),
            history: Vec::new(),
            said: self.said.clone(),
            rendered: None,
            objects,
            planned_at: now,
            attempt: 1,
            sent_at: None,
            sent_to: None,
            unwanted: None,
            claimed: Vec::new(),
            now,
        };
        let deadline = Instant::now() + PATIENCE;
        let mut silent = 0;
        let (reason, wait) = loop {
            if line.stop.is_cancelled() {
                return Err(Verdict::interrupted());
            }
            line.recorder.forget();
            job.now = self.of.clock.now();
            let outcome = self.delivery.deliver(&job, &gate).await;
            if let Some(reason) = gate.trouble() {
                return Err(Verdict::NotTried { why: reason });
            }
            let (reason, wait) = match outcome {
                Outcome::Confirmed(receipt) => {
                    self.written_down(&receipt)?;
                    if receipt.warning.is_none() && receipt.direct_failed.is_none() {
                        return Ok(*receipt);
                    }
                    break (receipt.warning.unwrap_or_else(|| "it did not arrive".to_owned()), None);
                }
                Outcome::Unknown { reason, retry_in } => {
                    (job.sent_at, job.sent_to) = gate.sent();
                    silent += 1;
                    (reason.text, retry_in)
                }
                // What is limited was not applied; what was sent before that may have been.
                Outcome::NotYet { reason, retry_in } => (reason.text, retry_in),
                Outcome::Lost(LostSurface::NoChannel { why }) => {
                    let full = matches!(why, LostWhy::NoCategory { trouble: CategoryTrouble::Full, .. });
                    let why = if full {
                        "no channel is made: the category holds as many as Discord allows"
                    } else {
                        "no channel is made: the configuration names no category that can be found"
                    };
                    let why = why.to_owned();
                    return Err(Verdict::NotTried { why });
                }
                Outcome::Refused { reason }
                | Outcome::Lost(LostSurface::Gone { reason, .. })
                | Outcome::Dropped { reason } => {
                    break (reason.text, None);
                }
            };
            job.attempt += 1;
            if silent >= SILENT || Instant::now() + wait > deadline {
                break (reason, Some(wait));
            }
            if line.wait(wait).await.is_err() {
                return Err(Verdict::interrupted());
            }
        };
        match line.recorder.refused() {
            Some(answer) if wait.is_none() || silent == 0 => Err(Verdict::refused(server, spot, needs, answer)),
            Some(_) | None => Err(Verdict::Unanswered { reason }),
        }
    }

    /// Keeps what a receipt names, for whoever cleans up.
    fn written_down(&self, receipt: &Receipt) -> Tried<()> {
        let named = receipt.objects.iter().map(|(_, object)| object).chain(&receipt.message);
        for object in named {
            let entry = match object.message {
                Some(message) => Entry::Message { channel: object.channel.0, id: message.0 },
                None => Entry::Channel { id: object.channel.0 },
            };
            self.of.ledger.note(&entry).map_err(|why| Verdict::NotTried { why })?;
        }
        Ok(())
    }

    // ---- reading it back

    async fn read(&self, route: Route, needs: u64, spot: Option<&Spot>) -> Tried<Value> {
        let read = self.of.line.ask(&route, Body::Empty).await;
        let answer = read.map_err(|stopped| stopped.verdict(&self.of.server, spot, needs, " (reading it back)"))?;
        Ok(answer.body)
    }

    async fn read_message(&self, object: &ObjectRef, spot: Option<&Spot>) -> Tried<Value> {
        let message = MessageId(object.message.map_or(0, |message| message.0));
        self.read(Route::get_message(ChannelId(object.channel.0), message), READ, spot).await
    }

    fn same(&self, difference: Option<Difference>, spot: Option<&Spot>) -> Tried<()> {
        let Some((what, needs)) = difference else { return Ok(()) };
        let change = self.of.server.change(spot, needs, None);
        Err(Verdict::Different { what, change })
    }

    /// Compares a message with the body it was made of.
    async fn compare(
        &self,
        meant: &Value,
        files: &[(String, usize)],
        at: &ObjectRef,
        spot: Option<&Spot>,
    ) -> Tried<()> {
        let got = self.read_message(at, spot).await?;
        self.same(readback::message(meant, files, &got, self.of.server.bot), spot)
    }

    /// Delivers a message that is there once, and compares it.
    async fn say(
        &mut self,
        effect: Effect,
        lane: Lane,
        needs: u64,
        spot: Option<&Spot>,
        make: impl FnOnce(&RenderContext<'_>) -> Value,
    ) -> Tried<ObjectRef> {
        self.script.set_now(self.of.clock.now());
        let meant = self.body(make)?;
        let receipt = self.deliver(&effect, lane, needs, spot).await?;
        let object = receipt.message.or_else(|| receipt.objects.into_iter().next().map(|(_, object)| object));
        let object = object.ok_or_else(|| Verdict::Unanswered { reason: "the message's id is missing".to_owned() })?;
        self.compare(&meant, &[], &object, spot).await?;
        Ok(object)
    }

    // ---- the acts

    async fn look_around(&mut self) {
        let builder = self.of.builder();
        let incidents = builder.incidents();
        let others = [builder.status(), builder.operators(), builder.category()];
        match incidents {
            Ok(spot) => self.look_at(spot).await,
            Err(verdict) => self.row("see the incidents channel", Err(verdict)),
        }
        for spot in others.into_iter().flatten() {
            self.look_at(spot).await;
        }
    }

    async fn look_at(&mut self, spot: Spot) {
        let seen = self.of.line.ask(&Route::get_channel(ChannelId(spot.id)), Body::Empty).await;
        let server = &self.of.server;
        let result = seen.map(drop).map_err(|stopped| stopped.verdict(server, Some(&spot), bits::VIEW_CHANNEL, ""));
        self.row(format!("see {}", spot.label), result);
    }

    async fn room(&mut self) {
        let id = incident_id();
        let result = self.try_card(Effect::Card { incident: id }, Lane::Card).await;
        self.row(row_of(&Effect::Card { incident: id }), result);
        let result = self.try_thread().await;
        self.row(row_of(&Effect::Thread { incident: id }), result);
        let result = self.try_channel().await;
        self.row(row_of(&Effect::Channel { incident: id }), result);
        let result = self.try_pin(Effect::Pin { incident: id }, true).await;
        self.row(row_of(&Effect::Pin { incident: id }), result);
        let line = self.line_of_words();
        let by = self.script.runner().clone();
        let said = said_now(Event::Noted { by, text: line, link: None }, self.of.clock.now());
        for place in [At::Thread, At::Room] {
            let effect = Effect::Post { incident: id, seq: said.seq, place };
            let name = row_of(&effect);
            self.said = vec![said.clone()];
            let result = match self.where_posted(place) {
                Ok((spot, needs)) => self
                    .say(effect, Lane::Update, needs, Some(&spot), |cx| render::post(&said, place, cx))
                    .await
                    .map(drop),
                Err(verdict) => Err(verdict),
            };
            self.said = Vec::new();
            self.row(name, result);
        }
    }

    fn where_posted(&self, place: At) -> Tried<(Spot, u64)> {
        match place {
            At::Thread => {
                self.object(Thing::Thread, "thread")?;
                Ok((self.cards_spot()?, IN_THREAD))
            }
            At::Room | At::Status | At::PolicyEnd | At::Debrief | At::Left | At::Brought => {
                self.object(Thing::Channel, "channel")?;
                self.work().map(|(_, spot, needs)| (spot, needs))
            }
        }
    }

    async fn try_card(&mut self, effect: Effect, lane: Lane) -> Tried<()> {
        let spot = self.cards_spot()?;
        self.say(effect, lane, WRITE | bits::EMBED_LINKS, Some(&spot), render::card).await.map(drop)
    }

    async fn try_thread(&mut self) -> Tried<()> {
        let spot = self.cards_spot()?;
        self.card()?;
        let needs = bits::VIEW_CHANNEL | bits::CREATE_PUBLIC_THREADS | bits::READ_MESSAGE_HISTORY;
        self.deliver(&Effect::Thread { incident: incident_id() }, Lane::Card, needs, Some(&spot)).await?;
        let thread = self.object(Thing::Thread, "thread")?;
        let got = self.read(Route::get_channel(ChannelId(thread.channel.0)), bits::VIEW_CHANNEL, Some(&spot)).await?;
        let (incident, lang) = (self.incident()?, self.lang());
        let meant = [
            ("/type", json!(11)),
            ("/name", json!(render::thread_name(&incident, lang))),
            ("/parent_id", json!(self.card()?.0.to_string())),
            ("/thread_metadata/archived", json!(false)),
            ("/thread_metadata/auto_archive_duration", json!(10_080)),
        ];
        self.same(readback::fields(&meant, &got), Some(&spot))
    }

    async fn try_channel(&mut self) -> Tried<()> {
        let place = self.place()?;
        let (category, seen) = (place.category.clone(), place.seen);
        let spot = category.as_ref().map(|room| room.spot.clone());
        let needs = bits::VIEW_CHANNEL | bits::MANAGE_CHANNELS;
        self.deliver(&Effect::Channel { incident: incident_id() }, Lane::Card, needs, spot.as_ref()).await?;
        let channel = self.object(Thing::Channel, "channel")?;
        let got = self.read(Route::get_channel(ChannelId(channel.channel.0)), needs, spot.as_ref()).await?;
        let (incident, lang) = (self.incident()?, self.lang());
        let marker = format!("siaga:rehearsal-{}:{}", self.of.token, incident.id.label());
        let meant = [
            ("/type", json!(0)),
            ("/name", json!(render::channel_name(&incident, lang))),
            ("/topic", json!(render::channel_topic(&incident, &marker, lang))),
            ("/parent_id", json!(category.as_ref().map(|room| room.id.to_string()))),
        ];
        self.same(readback::fields(&meant, &got), spot.as_ref())?;
        if let Some(category) = &category {
            let parent = self.read(Route::get_channel(ChannelId(category.id)), needs, spot.as_ref()).await?;
            if readback::overwrites(&parent) != readback::overwrites(&got) {
                let what = "it does not have the permissions of its category".to_owned();
                return self.same(Some((what, 0)), spot.as_ref());
            }
            // The category of the rehearsal lets the bot delete what it makes; the configured one may not let it make any.
            let has = self.of.server.own.in_channel(&category.spot.overwrites);
            if seen == Seen::Private && category.spot.id != 0 && has & needs != needs {
                let what = format!("it works here, and would not in {}", category.spot.label);
                return self.same(Some((what, needs)), spot.as_ref());
            }
        }
        Ok(())
    }

    async fn try_pin(&mut self, effect: Effect, pinned: bool) -> Tried<()> {
        let spot = self.cards_spot()?;
        self.card()?;
        self.deliver(&effect, Lane::Housekeeping, bits::VIEW_CHANNEL | bits::PIN_MESSAGES, Some(&spot)).await?;
        let card = self.object(Thing::Card, "card")?;
        let got = self.read_message(&card, Some(&spot)).await?;
        self.same(readback::fields(&[("/pinned", json!(pinned))], &got), Some(&spot))
    }

    async fn page(&mut self) {
        let id = incident_id();
        let person = self.of.server.runner.person.id.clone();
        for via in [PageVia::Room, PageVia::Direct] {
            let effect = Effect::Page { incident: id, page: PAGE, person: person.clone(), via };
            let name = row_of(&effect);
            let result = match self.where_paged(via) {
                Ok((spot, needs)) => {
                    let make = |cx: &RenderContext<'_>| render::page(PAGE, &person, via, cx);
                    self.say(effect, Lane::Page, needs, spot.as_ref(), make).await.map(drop)
                }
                Err(verdict) => Err(verdict),
            };
            self.row(name, result);
        }
        self.script.set_now(self.of.clock.now());
        self.script.act(Act::Acknowledged);
        for via in [PageVia::Room, PageVia::Direct] {
            let effect = Effect::PageSettled { incident: id, page: PAGE, via };
            let result = self.try_settled(&effect, via).await;
            self.row(row_of(&effect), result);
        }
        let result = match self.card() {
            Ok(_) => self.try_card(Effect::Card { incident: id }, Lane::Edit).await,
            Err(verdict) => Err(verdict),
        };
        self.row("edit of the card", result);
    }

    fn where_paged(&self, via: PageVia) -> Tried<(Option<Spot>, u64)> {
        match via {
            PageVia::Room => self.work().map(|(_, spot, needs)| (Some(spot), needs)),
            PageVia::Direct | PageVia::Way(_) => Ok((None, 0)),
        }
    }

    async fn try_settled(&mut self, effect: &Effect, via: PageVia) -> Tried<()> {
        let page = self.object(Thing::Page(PAGE, via), "page")?;
        let (spot, _) = self.where_paged(via)?;
        let meant = self.body(|cx| render::page_settled(PAGE, via, cx))?;
        self.deliver(effect, Lane::Edit, READ, spot.as_ref()).await?;
        self.compare(&meant, &[], &page, spot.as_ref()).await
    }

    async fn messages(&mut self) {
        let id = incident_id();
        let effect = Effect::Status { incident: id };
        let name = row_of(&effect);
        let result = match self.extra(|place| place.status.as_ref()) {
            Ok(room) => {
                let needs = WRITE | bits::EMBED_LINKS;
                self.say(effect, Lane::Update, needs, Some(&room.spot), render::status).await.map(drop)
            }
            Err(verdict) => Err(verdict),
        };
        self.row(name, result);
        let result = self.try_role().await;
        self.row("mention of a role", result);

        let text = self.line_of_words();
        let effect = Effect::Operators { text: text.clone(), everybody: false };
        let name = row_of(&effect);
        let operators = self.extra(|place| place.operators.as_ref().or(place.status.as_ref()));
        let line = match operators {
            Ok(room) => {
                let make = |cx: &RenderContext<'_>| render::operators(&text, cx);
                self.say(effect, Lane::Update, WRITE, Some(&room.spot), make).await.map(|object| (object, room))
            }
            Err(verdict) => Err(verdict),
        };
        let asked = match &line {
            Ok((line, room)) => self.try_question(line.clone(), &room.clone()).await,
            Err(_) => Err(Verdict::NotTried { why: "it needs the line for operators".to_owned() }),
        };
        self.row(name, line.map(drop));
        let settled = match &asked {
            Ok((question, room)) => self.try_question_settled(question.clone(), &room.clone()).await,
            Err(_) => Err(Verdict::NotTried { why: "it needs the question".to_owned() }),
        };
        self.row("question about a line", asked.map(drop));
        self.row("edit of the question", settled);
        for effect in [Effect::Board { storm: NUMBER }, Effect::StormOver { storm: NUMBER }] {
            let result = self.try_board(&effect).await;
            self.row(row_of(&effect), result);
        }
    }

    /// Only the bot has its own role, so nobody hears this.
    async fn try_role(&mut self) -> Tried<()> {
        let room = self.extra(|place| Some(&place.cards).filter(|_| place.seen != Seen::Incidents))?;
        if self.of.server.bot_role.is_none() {
            return Err(Verdict::NotTried { why: "the bot has no role of its own that could be mentioned".to_owned() });
        }
        let incident = self.incident()?;
        let ended = Event::EscalationEnded { policy: incident.policy, gaps: Vec::new(), plan: None, again_at: None };
        let said = said_now(ended, self.of.clock.now());
        let effect = Effect::Post { incident: incident_id(), seq: said.seq, place: At::PolicyEnd };
        let make = |cx: &RenderContext<'_>| render::post(&said, At::PolicyEnd, cx);
        let needs = WRITE | bits::MENTION_EVERYONE;
        (self.said, self.as_real) = (vec![said.clone()], true);
        let result = self.say(effect, Lane::Update, needs, Some(&room.spot), make).await.map(drop);
        (self.said, self.as_real) = (Vec::new(), false);
        result
    }

    async fn try_question(&mut self, line: ObjectRef, room: &Room) -> Tried<(ObjectRef, Room)> {
        let (channel, message) = (line.channel, line.message.unwrap_or(ChatMessageId(0)));
        let (journal, title) = (i64::from(NUMBER), words::rehearsal_title(self.lang()));
        let effect = Effect::Candidate { journal, title: title.clone(), channel, message };
        let make = |cx: &RenderContext<'_>| render::candidate(journal, &title, message, cx);
        let question = self.say(effect, Lane::Update, WRITE | READ, Some(&room.spot), make).await?;
        Ok((question, room.clone()))
    }

    async fn try_question_settled(&mut self, question: ObjectRef, room: &Room) -> Tried<()> {
        let by = self.script.runner().name.clone();
        let effect = Effect::CandidateSettled {
            journal: i64::from(NUMBER),
            question: String::new(),
            incident: Some(incident_id()),
            by: by.clone(),
        };
        // The question stands where a card would.
        let objects = BTreeMap::from([(Thing::Card, question.clone())]);
        let (world, directory, incident) = (self.script.world(), self.directory.get(), self.incident()?);
        let cx = RenderContext {
            world: &world,
            directory: &directory,
            incident: Some(&incident),
            objects: &objects,
            now: self.script.now(),
            other_room: None,
            outage: None,
        };
        let meant = render::candidate_settled(Some(incident_id()), &by, &cx);
        self.deliver_with(&effect, Lane::Edit, READ, Some(&room.spot), objects.clone()).await?;
        self.compare(&meant, &[], &question, Some(&room.spot)).await
    }

    async fn try_board(&mut self, effect: &Effect) -> Tried<()> {
        let room = self.extra(|place| Some(&place.cards).filter(|_| place.seen != Seen::Incidents))?;
        self.script.set_now(self.of.clock.now());
        let board = self.script.board();
        let (make, needs): (fn(&_, &RenderContext<'_>) -> Value, u64) = match effect {
            Effect::Board { .. } => (render::board, WRITE | bits::EMBED_LINKS),
            _ => (render::storm_over, WRITE),
        };
        self.say(effect.clone(), Lane::Update, needs, Some(&room.spot), |cx| make(&board, cx)).await.map(drop)
    }

    async fn people(&mut self) {
        let user = ChatUserId(self.of.server.runner.user);
        for add in [true, false] {
            let effect = Effect::Member { incident: incident_id(), user, add };
            let result = self.try_member(&effect, user, add).await;
            self.row(row_of(&effect), result);
        }
        let result = self.try_reaction().await;
        self.row("reaction", result);
    }

    async fn try_member(&mut self, effect: &Effect, user: ChatUserId, add: bool) -> Tried<()> {
        let spot = self.cards_spot()?;
        let thread = self.object(Thing::Thread, "thread")?;
        let needs = if add { IN_THREAD } else { bits::VIEW_CHANNEL | bits::MANAGE_THREADS };
        self.deliver(effect, Lane::Housekeeping, needs, Some(&spot)).await?;
        let route = Route::get_thread_member(ChannelId(thread.channel.0), UserId(user.0));
        match (self.of.line.ask(&route, Body::Empty).await, add) {
            (Ok(_), true) => Ok(()),
            (Err(Stopped::Failed(failure)), false) if failure.code() == Some(10_007) => Ok(()),
            (Ok(_), false) => self.same(Some(("the follower is still there".to_owned(), 0)), Some(&spot)),
            (Err(stopped), _) => {
                Err(stopped.verdict(&self.of.server, Some(&spot), bits::VIEW_CHANNEL, " (reading it back)"))
            }
        }
    }

    async fn try_reaction(&mut self) -> Tried<()> {
        let spot = self.cards_spot()?;
        let (channel, message) = self.card()?;
        let needs = READ | bits::ADD_REACTIONS;
        self.change(&Route::add_reaction(channel, message, REACTION), Body::Empty, needs, &spot).await?;
        let card = self.object(Thing::Card, "card")?;
        let got = self.read_message(&card, Some(&spot)).await?;
        self.same(readback::fields(&[("/reactions/0/me", json!(true))], &got), Some(&spot))
    }

    /// A request that the bot's own delivery does not make.
    async fn change(&self, route: &Route, body: Body, needs: u64, spot: &Spot) -> Tried<()> {
        let asked = self.of.line.ask(route, body).await;
        asked.map(drop).map_err(|stopped| stopped.verdict(&self.of.server, Some(spot), needs, ""))
    }

    async fn ending(&mut self) {
        self.script.set_now(self.of.clock.now());
        self.script.act(Act::Resolved);
        let id = incident_id();
        let result = self.try_record().await;
        self.row(row_of(&Effect::Record { incident: id }), result);
        let result = self.try_pin(Effect::Unpin { incident: id }, false).await;
        self.row(row_of(&Effect::Unpin { incident: id }), result);
        let result = self.try_archive().await;
        self.row("archive and lock the thread", result);
    }

    async fn try_record(&mut self) -> Tried<()> {
        let (_, spot, needs) = self.work()?;
        let (world, directory, incident) = (self.script.world(), self.directory.get(), self.incident()?);
        let timeline = self.script.timeline(incident.id).await.unwrap_or_default();
        let files = record::files(&incident, &timeline, world.setup(), &directory, self.lang());
        let meant = render::record(&incident, &files, self.lang());
        let sent: Vec<(String, usize)> = files.iter().map(|file| (file.name.clone(), file.bytes.len())).collect();
        let effect = Effect::Record { incident: incident.id };
        let receipt = self.deliver(&effect, Lane::Update, needs | bits::ATTACH_FILES, Some(&spot)).await?;
        let object = receipt.message.ok_or_else(|| Verdict::Unanswered { reason: "the id is missing".to_owned() })?;
        self.compare(&meant, &sent, &object, Some(&spot)).await
    }

    async fn try_archive(&mut self) -> Tried<()> {
        let spot = self.cards_spot()?;
        let thread = ChannelId(self.object(Thing::Thread, "thread")?.channel.0);
        let needs = bits::VIEW_CHANNEL | bits::MANAGE_THREADS;
        let body = Body::Json(json!({ "archived": true, "locked": true }));
        self.change(&Route::modify_channel(thread), body, needs, &spot).await?;
        let got = self.read(Route::get_channel(thread), bits::VIEW_CHANNEL, Some(&spot)).await?;
        let meant = [("/thread_metadata/archived", json!(true)), ("/thread_metadata/locked", json!(true))];
        self.same(readback::fields(&meant, &got), Some(&spot))
    }

    async fn deletions(&mut self) {
        let result = self.try_delete_message().await;
        self.row("deletion of a message", result);
        let thread = self.object(Thing::Thread, "thread");
        let result = self.try_delete(thread, bits::MANAGE_THREADS, self.cards_spot()).await;
        self.row("deletion of a thread", result);
        let channel = self.object(Thing::Channel, "channel");
        let spot = self.work().map(|(_, spot, _)| spot);
        let result = self.try_delete(channel, bits::MANAGE_CHANNELS, spot).await;
        self.row("deletion of a channel", result);
    }

    async fn try_delete_message(&mut self) -> Tried<()> {
        let page = self.object(Thing::Page(PAGE, PageVia::Direct), "direct message");
        let page = page.or_else(|_| self.object(Thing::Page(PAGE, PageVia::Room), "page"))?;
        let (channel, id) = (ChannelId(page.channel.0), MessageId(page.message.map_or(0, |message| message.0)));
        self.delete(&Route::delete_message(channel, id), UNKNOWN_MESSAGE, 0, None).await?;
        self.is_gone(&Route::get_message(channel, id), UNKNOWN_MESSAGE).await
    }

    async fn try_delete(&self, what: Tried<ObjectRef>, needs: u64, spot: Tried<Spot>) -> Tried<()> {
        let (channel, spot) = (ChannelId(what?.channel.0), spot?);
        let needs = needs | bits::VIEW_CHANNEL;
        self.delete(&Route::delete_channel(channel), UNKNOWN_CHANNEL, needs, Some(&spot)).await?;
        self.is_gone(&Route::get_channel(channel), UNKNOWN_CHANNEL).await
    }

    /// Deletes something; what an attempt without an answer deleted is as good.
    async fn delete(&self, route: &Route, gone: u64, needs: u64, spot: Option<&Spot>) -> Tried<()> {
        match self.of.line.ask(route, Body::Empty).await {
            Ok(_) => Ok(()),
            Err(Stopped::Failed(failure)) if failure.code() == Some(gone) => Ok(()),
            Err(stopped) => Err(stopped.verdict(&self.of.server, spot, needs, "")),
        }
    }

    async fn is_gone(&self, route: &Route, code: u64) -> Tried<()> {
        match self.of.line.ask(route, Body::Empty).await {
            Err(Stopped::Failed(failure)) if failure.code() == Some(code) => Ok(()),
            Ok(_) => Err(Verdict::Different {
                what: "Discord still shows it".to_owned(),
                change: "rehearse again: what is left over is looked for first".to_owned(),
            }),
            Err(stopped) => Err(stopped.verdict(&self.of.server, None, READ, " (reading it back)")),
        }
    }

    fn lang(&self) -> Language {
        self.of.setup.language
    }

    fn line_of_words(&self) -> String {
        words::rehearsal_line(&incident_id().label(), &self.script.runner().name, self.lang())
    }
}

/// An event that is said and stands in no timeline.
const fn said_now(event: Event, at: Timestamp) -> EventAt {
    EventAt { seq: 1, at, event }
}

const fn incident_id() -> IncidentId {
    IncidentId(NUMBER)
}

/// Writes down that something is about to be made.
struct Written<'a> {
    ledger: &'a dyn Ledger,
    clock: Clock,
    state: Mutex<(Option<Timestamp>, Option<ChatChannelId>, Option<String>)>,
}

impl<'a> Written<'a> {
    fn new(ledger: &'a dyn Ledger, clock: Clock) -> Self {
        Self { ledger, clock, state: Mutex::default() }
    }

    fn sent(&self) -> (Option<Timestamp>, Option<ChatChannelId>) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.0, state.1)
    }

    fn trouble(&self) -> Option<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).2.clone()
    }
}

impl Gate for Written<'_> {
    fn about_to_send<'a>(
        &'a self,
        to: Option<ChatChannelId>,
        _rendered: Option<&'a str>,
    ) -> Later<'a, Result<(), Reason>> {
        let entry = to.map_or(Entry::MakingChannel, |channel| Entry::Sending { channel: channel.0 });
        let noted = self.ledger.note(&entry);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.0, state.1) = (Some(self.clock.now()), to);
        state.2 = noted.clone().err();
        Box::pin(std::future::ready(noted.map_err(|why| ReasonCode::Database.because(why))))
    }
}
