//! Purpose: read the lines of watched channels, live and after an outage, in order and none twice.
//!
//! One task takes the lines one after another. A line counts as read once its report is accepted; the channel's
//! high-water mark then moves, and after a restart everything behind the mark is read again from Discord.
//!
//! Without the intent for it Discord sends lines without their contents. Such a line was not read: its channel is closed at it,
//! the mark stays before it, and the next session that has the contents goes on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::setup::{ChatName, IntegrationKind, Setup};
use domain::{AlertReport, ChatChannelId, ChatMessageId, ChatUserId, Timestamp};
use intake::chat::{ChatLine, EmbedText};
use serenity::model::channel::{Message, MessageFlags, MessageType};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::data::Data;
use crate::directory::Directory;
use crate::directory_load::{LoadError, channel_name, try_get};
use crate::rest::{self, Failure, Route, unix_ms_of};

/// Messages per page, the most Discord gives.
const PAGE: u8 = 100;
/// Longest wait between two attempts to hand a report over.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The entrance of the one task that reads.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    inputs: mpsc::UnboundedSender<Input>,
    /// Something may have been missed: live lines are left to the catching up, which reads them in their order.
    behind: Arc<AtomicBool>,
    /// Whether the session brings the contents of messages. With them an empty line is one that somebody wrote.
    contents: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Input {
    /// Before the first connection: from which message on a channel is read that was never read before.
    Prepare(oneshot::Sender<()>),
    Line(ChatLine),
    /// A line whose contents Discord keeps from us.
    Withheld(ChatChannelId, ChatMessageId),
    CatchUp,
}

impl Watch {
    /// Starts the task; it ends with `shutdown`.
    pub(crate) fn start(data: Arc<Data>, shutdown: CancellationToken) -> Self {
        let (inputs, received) = mpsc::unbounded_channel();
        let behind = Arc::new(AtomicBool::new(true));
        let contents = Arc::new(AtomicBool::new(false));
        let reader = Reader {
            data,
            shutdown: shutdown.clone(),
            behind: Arc::clone(&behind),
            contents: Arc::clone(&contents),
            marks: BTreeMap::new(),
            closed: BTreeSet::new(),
        };
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = reader.run(received) => {}
            }
        });
        Self { inputs, behind, contents }
    }

    /// Whether the session that begins brings the contents of messages.
    pub(crate) fn brings_contents(&self, contents: bool) {
        self.contents.store(contents, Ordering::SeqCst);
    }

    /// Marks where reading begins in channels that are watched for the first time. To be done before connecting, so
    /// that whatever is written from then on is read.
    pub(crate) async fn prepare(&self) {
        let (done, is_done) = oneshot::channel();
        let _ = self.inputs.send(Input::Prepare(done));
        let _ = is_done.await;
    }

    /// A message was written somewhere.
    pub(crate) fn message(&self, data: &Data, message: &Message) {
        if self.behind.load(Ordering::SeqCst) {
            return;
        }
        if let Some(line) = line(data, message) {
            let withheld = !self.contents.load(Ordering::SeqCst) && is_withheld(message);
            let input = if withheld { Input::Withheld(line.channel, line.message) } else { Input::Line(line) };
            // A closed channel means that we are shutting down; the mark has not moved, so nothing is lost.
            let _ = self.inputs.send(input);
        }
    }

    /// The session is gone: from here on lines may be missed.
    pub(crate) fn lost(&self) {
        self.behind.store(true, Ordering::SeqCst);
    }

    /// A session began or went on: what was written in between must be fetched.
    pub(crate) fn catch_up(&self) {
        self.lost();
        let _ = self.inputs.send(Input::CatchUp);
    }
}

/// Channels some chat rule watches.
pub(crate) fn watched(setup: &Setup, directory: &Directory) -> Vec<ChatChannelId> {
    let mut channels: Vec<ChatChannelId> = setup
        .integrations
        .iter()
        .filter_map(|integration| match &integration.kind {
            IntegrationKind::Chat(rule) => Some(&rule.channels),
            IntegrationKind::Alertmanager { .. } | IntegrationKind::Json(_) => None,
        })
        .flatten()
        .filter_map(|name| directory.channel(name))
        .filter(|channel| !is_own_place(setup, directory, *channel))
        .collect();
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// Places where we write ourselves are never read: what we say about an alert must not become one.
fn is_own_place(setup: &Setup, directory: &Directory, channel: ChatChannelId) -> bool {
    let is = |name: &ChatName| directory.channel(name) == Some(channel);
    is(&setup.discord.incidents) || setup.discord.status.as_ref().is_some_and(is)
}

/// A message as a line, when somebody else wrote it in a watched channel.
fn line(data: &Data, message: &Message) -> Option<ChatLine> {
    let directory = data.directory.get();
    let channel = ChatChannelId(message.channel_id.get());
    let author_id = ChatUserId(message.author.id.get());
    let spoken = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
    if !spoken
        || directory.bot == Some(author_id)
        || data.engine.works_in(channel)
        || !watched(&data.engine.setup(), &directory).contains(&channel)
    {
        return None;
    }
    Some(line_of(message, channel_name(&directory, channel)))
}

/// Whether a message came without its contents: nobody can write one that holds nothing at all. What Discord leaves out
/// without the intent: `content`, `embeds`, `attachments`, `components`, `poll` (Discord docs, Gateway, "Message Content Intent").
fn is_withheld(message: &Message) -> bool {
    let loading = message.flags.is_some_and(|flags| flags.contains(MessageFlags::LOADING));
    message.content.is_empty()
        && message.embeds.is_empty()
        && message.attachments.is_empty()
        && message.components.is_empty()
        && message.poll.is_none()
        && message.sticker_items.is_empty()
        && message.message_snapshots.is_empty()
        && message.activity.is_none()
        && !loading
}

/// What a message says, as the rules read it.
pub(crate) fn line_of(message: &Message, channel_name: Option<&str>) -> ChatLine {
    let nick = message.member.as_ref().and_then(|member| member.nick.as_deref());
    let author = nick.or(message.author.global_name.as_deref()).unwrap_or(&message.author.name);
    ChatLine {
        text: message.content.clone(),
        embeds: message
            .embeds
            .iter()
            .map(|embed| EmbedText {
                title: embed.title.clone(),
                description: embed.description.clone(),
                fields: embed.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect(),
                url: embed.url.clone(),
            })
            .collect(),
        channel: ChatChannelId(message.channel_id.get()),
        channel_name: channel_name.map(str::to_owned),
        message: ChatMessageId(message.id.get()),
        author: author.to_owned(),
        author_id: ChatUserId(message.author.id.get()),
        by_bot: message.author.bot,
        at: Timestamp::from_millisecond(unix_ms_of(message.id.get())).unwrap_or_default(),
    }
}

/// What the first rule that matches makes of a line.
fn report(setup: &Setup, line: &ChatLine) -> Option<AlertReport> {
    let name = line.channel_name.as_deref().unwrap_or_default();
    setup
        .chat_rules(line.channel, name)
        .find_map(|(integration, rule)| intake::chat::read(rule, &integration.name, line))
}

/// Why catching up stopped.
enum Trouble {
    /// Discord says no: trying again changes nothing.
    Refused(String),
    /// Worth another try.
    Later(String),
}

fn answered<T>(answer: Result<Result<T, Failure>, LoadError>) -> Result<T, Trouble> {
    match answer {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(refused)) => Err(Trouble::Refused(refused.to_string())),
        Err(error) => Err(Trouble::Later(error.to_string())),
    }
}

struct Reader {
    data: Arc<Data>,
    shutdown: CancellationToken,
    behind: Arc<AtomicBool>,
    contents: Arc<AtomicBool>,
    /// Up to where each channel was read.
    marks: BTreeMap<ChatChannelId, Mark>,
    /// Channels in which a line came without its contents: nothing behind it is read until a session has them.
    closed: BTreeSet<ChatChannelId>,
}

/// Lines whose ids are remembered, so that one that comes twice is read once.
const REMEMBERED: usize = 1_000;

/// What has been read of one channel. Discord may bring lines in another order than they were written, so the newest id
/// alone does not say that an older line was read.
#[derive(Debug)]
struct Mark {
    /// Everything up to here was read.
    all_up_to: ChatMessageId,
    /// What was read behind it.
    read: BTreeSet<ChatMessageId>,
}

impl Mark {
    fn has(&self, message: ChatMessageId) -> bool {
        message <= self.all_up_to || self.read.contains(&message)
    }

    fn newest(&self) -> ChatMessageId {
        self.read.last().copied().unwrap_or(self.all_up_to)
    }

    fn add(&mut self, message: ChatMessageId) {
        self.read.insert(message);
        if self.read.len() > REMEMBERED
            && let Some(oldest) = self.read.pop_first()
        {
            self.all_up_to = self.all_up_to.max(oldest);
        }
    }
}

impl Reader {
    async fn run(mut self, mut inputs: mpsc::UnboundedReceiver<Input>) {
        while let Some(input) = inputs.recv().await {
            match input {
                Input::Prepare(done) => {
                    for channel in watched(&self.data.engine.setup(), &self.data.directory.get()) {
                        if let Err(Trouble::Refused(reason) | Trouble::Later(reason)) = self.begin(channel).await {
                            tracing::error!(%channel, reason, "Could not see where a watched channel stands");
                        }
                    }
                    let _ = done.send(());
                }
                Input::Line(line) if self.closed.contains(&line.channel) => {}
                Input::Line(line) => self.read(line).await,
                Input::Withheld(channel, message) => self.close_before(channel, message).await,
                Input::CatchUp => self.catch_up().await,
            }
        }
    }

    async fn read(&mut self, line: ChatLine) {
        let (channel, message) = (line.channel, line.message);
        if self.marks.get(&channel).is_some_and(|mark| mark.has(message)) {
            return;
        }
        if let Some(report) = report(&self.data.engine.setup(), &line) {
            self.hand_over(report).await;
        }
        self.mark(channel, message).await;
    }

    /// A line came without its contents: reading stops before it, and goes on there when they come.
    async fn close_before(&mut self, channel: ChatChannelId, message: ChatMessageId) {
        if !self.closed.insert(channel) {
            return;
        }
        tracing::warn!(%channel, "Lines of a watched channel come without their contents: they are read when a session has them");
        if self.marks.contains_key(&channel) {
            return;
        }
        match self.data.engine.high_water(channel).await {
            Ok(Some(_)) => {}
            // Watched since a moment ago: this line is its first.
            Ok(None) => self.mark(channel, ChatMessageId(message.0.saturating_sub(1))).await,
            Err(error) => tracing::error!(%error, %channel, "Could not see up to where a watched channel was read"),
        }
    }

    /// Tries until the report is accepted: a line that is not handed over must not fall behind the mark.
    async fn hand_over(&self, report: AlertReport) {
        let mut wait = Duration::from_secs(1);
        while let Err(unavailable) = self.data.engine.accept(vec![report.clone()]).await {
            tracing::warn!(%unavailable, "A report from a watched channel has to wait");
            self.pause(wait.max(unavailable.retry_after)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Waits; never comes back when we are shutting down, so that nothing is marked as read that was not.
    async fn pause(&self, wait: Duration) {
        tokio::select! {
            () = self.shutdown.cancelled() => std::future::pending().await,
            () = tokio::time::sleep(wait) => {}
        }
    }

    async fn mark(&mut self, channel: ChatChannelId, message: ChatMessageId) {
        // A channel that is read for the first time begins here.
        let mark = self.marks.entry(channel).or_insert_with(|| Mark { all_up_to: message, read: BTreeSet::new() });
        mark.add(message);
        let newest = mark.newest();
        if let Err(error) = self.data.engine.set_high_water(channel, newest).await {
            tracing::error!(%error, %channel, "Could not remember up to where a watched channel was read");
        }
    }

    async fn catch_up(&mut self) {
        // Lines from now on queue up behind this; those before it are in Discord already and are read here.
        self.behind.store(false, Ordering::SeqCst);
        self.closed.clear();
        let channels = watched(&self.data.engine.setup(), &self.data.directory.get());
        for channel in channels {
            let mut wait = Duration::from_secs(1);
            while let Err(trouble) = self.catch_up_in(channel).await {
                let (reason, hopeless) = match trouble {
                    Trouble::Refused(reason) => (reason, true),
                    Trouble::Later(reason) => (reason, false),
                };
                tracing::error!(%channel, reason, "Could not read what was written in a watched channel meanwhile");
                if hopeless {
                    break;
                }
                self.pause(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }

    /// Up to where a channel was read. One that was never read begins behind its newest message: history is history.
    async fn begin(&mut self, channel: ChatChannelId) -> Result<ChatMessageId, Trouble> {
        #[derive(serde::Deserialize)]
        struct Channel {
            last_message_id: Option<String>,
        }
        let stored = self.data.engine.high_water(channel).await.map_err(|error| Trouble::Later(error.to_string()))?;
        if let Some(mark) = self.marks.get(&channel).map(Mark::newest).max(stored) {
            self.marks.entry(channel).or_insert_with(|| Mark { all_up_to: mark, read: BTreeSet::new() });
            return Ok(mark);
        }
        let found: Channel = answered(try_get(&self.data.rest, Route::get_channel(rest::ChannelId(channel.0))).await)?;
        let newest = found.last_message_id.and_then(|id| id.parse().ok()).unwrap_or(0);
        self.mark(channel, ChatMessageId(newest)).await;
        Ok(ChatMessageId(newest))
    }

    async fn catch_up_in(&mut self, channel: ChatChannelId) -> Result<(), Trouble> {
        let mut mark = self.begin(channel).await?;
        loop {
            let page = self.page(channel, mark).await?;
            let full = page.len() >= usize::from(PAGE);
            let Some(last) = page.last().map(|(id, _)| *id) else { return Ok(()) };
            let contents = self.contents.load(Ordering::SeqCst);
            for (_, message) in page {
                let Some(message) = message else { continue };
                match line(&self.data, &message) {
                    Some(line) if !contents && is_withheld(&message) => {
                        self.close_before(channel, line.message).await;
                        return Ok(());
                    }
                    Some(line) => self.read(line).await,
                    None => {}
                }
            }
            self.mark(channel, last).await;
            mark = last;
            if !full {
                return Ok(());
            }
        }
    }

    /// Messages behind the mark, oldest first; one that cannot be read keeps its place.
    async fn page(
        &self,
        channel: ChatChannelId,
        after: ChatMessageId,
    ) -> Result<Vec<(ChatMessageId, Option<Message>)>, Trouble> {
        let route = Route::messages_after(rest::ChannelId(channel.0), rest::MessageId(after.0), PAGE);
        let values: Vec<serde_json::Value> = answered(try_get(&self.data.rest, route).await)?;
        let mut page: Vec<_> = values
            .into_iter()
            .filter_map(|value| {
                let id = value.get("id")?.as_str()?.parse().ok()?;
                let message = serde_json::from_value(value).inspect_err(|error| {
                    tracing::warn!(%error, message.id = id, "A message of a watched channel cannot be read");
                });
                Some((ChatMessageId(id), message.ok()))
            })
            .collect();
        page.sort_unstable_by_key(|(id, _)| *id);
        Ok(page)
    }
}
