//! Purpose: read the lines of watched channels, live and after an outage, in order and none twice.
//!
//! One task takes the lines one after another. A line counts as read once its report is accepted; the channel's
//! high-water mark then moves, and after a restart everything behind the mark is read again from Discord.
//!
//! Without the intent for it Discord sends lines without their contents. Such a line was not read: its channel is closed at it,
//! the mark stays before it, and the next session that has the contents goes on from there.

mod changes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::setup::{ChatAuthor, ChatName, ChatRule, Integration, IntegrationKind, Setup};
use domain::{AlertReport, ChatChannelId, ChatMessageId, ChatRoleId, ChatUserId, IntegrationName};
use engine::{BodyKind, LineChange};
use intake::chat::ChatLine;
use intake::clean;
use serenity::model::channel::{Message, MessageType};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::chat_message::{Written, is_bare, line_of, written};
use crate::data::Data;
use crate::directory::Directory;
use crate::directory_load::{LoadError, channel_name, try_get};
use crate::membership::member;
use crate::rest::{self, Failure, Route};

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
    /// A line whose text the session does not bring in a form that is read: it is asked for.
    Whole(ChatChannelId, ChatMessageId),
    /// A line whose contents Discord keeps from us.
    Withheld(ChatChannelId, ChatMessageId),
    /// A message that may have been read was changed.
    Edited(ChatChannelId, ChatMessageId),
    /// It was deleted.
    Deleted(ChatMessageId),
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
            parents: BTreeMap::new(),
            edits: BTreeMap::new(),
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
        if let Some(line) = line(data, message, &[]) {
            let contents = self.contents.load(Ordering::SeqCst);
            let input = match (is_bare(message), contents) {
                (true, false) => Input::Withheld(line.channel, line.message),
                (true, true) => Input::Whole(line.channel, line.message),
                (false, _) => Input::Line(line),
            };
            // A closed channel means that we are shutting down; the mark has not moved, so nothing is lost.
            let _ = self.inputs.send(input);
        }
    }

    /// A message was changed somewhere. What it says now is asked for: the event may come before the line it changes was read.
    pub(crate) fn edited(&self, data: &Data, channel: ChatChannelId, message: ChatMessageId) {
        if is_watched(data, channel) || may_be_thread(data, channel) {
            let _ = self.inputs.send(Input::Edited(channel, message));
        }
    }

    /// Messages were deleted somewhere.
    pub(crate) fn deleted(&self, data: &Data, channel: ChatChannelId, messages: impl Iterator<Item = ChatMessageId>) {
        if is_watched(data, channel) || may_be_thread(data, channel) {
            messages.for_each(|message| {
                let _ = self.inputs.send(Input::Deleted(message));
            });
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
            IntegrationKind::Alertmanager { .. } | IntegrationKind::Grafana(_) | IntegrationKind::Json(_) => None,
        })
        .flatten()
        .filter_map(|name| directory.channel(name))
        .filter(|channel| !is_own_place(setup, directory, *channel))
        .collect();
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// Whether lines of a channel are read.
fn is_watched(data: &Data, channel: ChatChannelId) -> bool {
    !data.engine.works_in(channel) && watched(&data.engine.setup(), &data.directory.get()).contains(&channel)
}

/// Places where we write ourselves are never read: what we say about an alert must not become one.
fn is_own_place(setup: &Setup, directory: &Directory, channel: ChatChannelId) -> bool {
    let is = |name: &ChatName| directory.channel(name) == Some(channel);
    is(&setup.discord.incidents) || setup.discord.status.as_ref().is_some_and(is)
}

/// A message as a line, when somebody else wrote it in a watched channel, or in what may be a thread of one.
fn line(data: &Data, message: &Message, texts: &[String]) -> Option<ChatLine> {
    let directory = data.directory.get();
    let channel = ChatChannelId(message.channel_id.get());
    let author_id = ChatUserId(message.author.id.get());
    let spoken = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
    if !spoken || directory.bot == Some(author_id) || !(is_watched(data, channel) || may_be_thread(data, channel)) {
        return None;
    }
    Some(line_of(message, texts, channel_name(&directory, channel)))
}

/// What the first rule that matches, and whose author may, makes of a message, and the rules before it that refuse the author.
/// `roles`: what the author has.
fn reports(
    setup: &Setup,
    directory: &Directory,
    line: &ChatLine,
    roles: &[ChatRoleId],
) -> (Vec<AlertReport>, Vec<IntegrationName>) {
    let mut refused = Vec::new();
    let name = line.channel_name.as_deref().unwrap_or_default();
    for (integration, rule) in rules(setup, line, name) {
        let reports = intake::chat::read(rule, &integration.name, line);
        if reports.is_empty() {
            continue;
        }
        if may_write(rule, directory, line, roles) {
            return (reports, refused);
        }
        refused.push(integration.name.clone());
        tracing::info!(
            channel = %line.channel,
            message.id = line.message.0,
            integration = %integration.name,
            "A line matches {}, but its author is none of `authors`: it is no alert",
            integration.name
        );
    }
    (Vec::new(), refused)
}

/// What a line says, and where it stands, for whoever looks why it is no alert.
fn shown(line: &ChatLine, guild: Option<u64>) -> String {
    let embed = line.embeds.iter().find_map(|embed| embed.title.as_ref().or(embed.description.as_ref()));
    let text = if line.text.is_empty() { embed.map_or("", String::as_str) } else { &line.text };
    let place = line.channel_name.as_deref().map_or_else(String::new, |name| format!(" in #{name}"));
    let at = guild.map_or_else(String::new, |guild| {
        format!(" https://discord.com/channels/{guild}/{}/{}", line.channel, line.message)
    });
    format!("{}{place}: {}{at}", clean::line(&line.author, SHOWN_AUTHOR), clean::line(text, SHOWN_TEXT))
}

/// The rules for where a line was written.
fn rules<'a>(
    setup: &'a Setup,
    line: &ChatLine,
    name: &'a str,
) -> impl Iterator<Item = (&'a Integration, &'a ChatRule)> {
    let (channel, in_thread) = (line.parent.unwrap_or(line.channel), line.parent.is_some());
    setup.chat_rules(channel, name).filter(move |(_, rule)| rule.threads || !in_thread)
}

/// Channels whose threads are read, too.
fn with_threads(setup: &Setup, directory: &Directory) -> Vec<ChatChannelId> {
    let named = |integration: &Integration| match &integration.kind {
        IntegrationKind::Chat(rule) if rule.threads => rule.channels.clone(),
        _ => Vec::new(),
    };
    let channels = setup.integrations.iter().flat_map(named).filter_map(|name| directory.channel(&name));
    channels.filter(|channel| !is_own_place(setup, directory, *channel)).collect()
}

/// Whether this may be a thread that is read: it is no channel of the server, and no room of ours.
fn may_be_thread(data: &Data, channel: ChatChannelId) -> bool {
    let (setup, directory) = (data.engine.setup(), data.directory.get());
    !directory.places.contains_key(&channel)
        && !data.engine.works_in(channel)
        && !with_threads(&setup, &directory).is_empty()
}

/// Whether a rule takes this author's lines.
fn may_write(rule: &ChatRule, directory: &Directory, line: &ChatLine, roles: &[ChatRoleId]) -> bool {
    rule.authors.is_empty()
        || rule.authors.iter().any(|author| match author {
            ChatAuthor::Bots => line.by_bot,
            ChatAuthor::Id(id) => line.author_id.0 == *id || roles.contains(&ChatRoleId(*id)),
            ChatAuthor::User(name) => line.user_name == *name,
            ChatAuthor::Role(name) => directory.roles.get(name).is_some_and(|role| roles.contains(role)),
        })
}

/// Whether some rule of the channel can only be judged with the author's roles.
fn asks_for_roles(setup: &Setup, line: &ChatLine) -> bool {
    let name = line.channel_name.as_deref().unwrap_or_default();
    let by_role = |author: &ChatAuthor| matches!(author, ChatAuthor::Role(_) | ChatAuthor::Id(_));
    rules(setup, line, name)
        .filter(|(integration, rule)| !intake::chat::read(rule, &integration.name, line).is_empty())
        .any(|(_, rule)| rule.authors.iter().any(by_role))
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
    /// The channel of each thread that was looked at; none for what is no thread.
    parents: BTreeMap<ChatChannelId, Option<ChatChannelId>>,
    /// When messages were changed that were read again.
    edits: BTreeMap<ChatMessageId, String>,
}

/// Lines whose ids are remembered, so that one that comes twice is read once.
const REMEMBERED: usize = 1_000;
/// Characters that are shown of a line that is no alert, and of its author's name.
const SHOWN_TEXT: usize = 300;
const SHOWN_AUTHOR: usize = 60;
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
                    for channel in self.places().await {
                        if let Err(Trouble::Refused(reason) | Trouble::Later(reason)) = self.begin(channel).await {
                            tracing::error!(%channel, reason, "Could not see where a watched channel stands");
                        } else if let Err(error) = self.data.engine.chat_changes_from(channel).await {
                            tracing::error!(%error, %channel, "From when on changes are news was not written down");
                        }
                    }
                    let _ = done.send(());
                }
                Input::Line(line) if self.closed.contains(&line.channel) => {}
                Input::Line(line) => {
                    if let Some(line) = self.in_its_channel(line).await {
                        self.read(line).await;
                    }
                }
                Input::Whole(channel, _) if self.closed.contains(&channel) => {}
                Input::Whole(channel, message) => self.read_whole(channel, message).await,
                Input::Withheld(channel, message) => {
                    if is_watched(&self.data, channel) || self.parent_of(channel).await.is_some() {
                        self.close_before(channel, message).await;
                    }
                }
                Input::Edited(channel, _) if self.closed.contains(&channel) => {}
                Input::Edited(channel, message) => self.read_again(channel, message).await,
                Input::Deleted(message) => self.changed(message, LineChange::Deleted).await,
                Input::CatchUp => self.catch_up().await,
            }
        }
    }

    async fn read(&mut self, line: ChatLine) {
        let (channel, message) = (line.channel, line.message);
        if self.marks.get(&channel).is_some_and(|mark| mark.has(message)) {
            return;
        }
        let reports = self.reports(&line).await;
        if !reports.is_empty() {
            self.hand_over(reports).await;
        }
        self.mark(channel, message).await;
    }

    /// Asks for a message until Discord answers, and reads it: a line that is not read must not fall behind the mark.
    async fn read_whole(&mut self, channel: ChatChannelId, message: ChatMessageId) {
        let mut wait = Duration::from_secs(1);
        let found = loop {
            match self.whole(channel, message).await {
                Ok(found) => break found,
                // Deleted meanwhile.
                Err(Trouble::Refused(reason)) => {
                    tracing::warn!(%channel, reason, "A message of a watched channel could not be read");
                    return;
                }
                Err(Trouble::Later(reason)) => {
                    tracing::warn!(%channel, reason, "A message of a watched channel cannot be read yet");
                    self.pause(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        };
        let Some(line) = line(&self.data, &found.message, &found.texts) else { return };
        if let Some(line) = self.in_its_channel(line).await {
            self.read(line).await;
        }
    }

    /// The line with the channel of its thread; none when threads of that one are not read.
    async fn in_its_channel(&mut self, line: ChatLine) -> Option<ChatLine> {
        if is_watched(&self.data, line.channel) {
            return Some(line);
        }
        let parent = self.parent_of(line.channel).await?;
        let channel_name = channel_name(&self.data.directory.get(), parent).map(str::to_owned);
        Some(ChatLine { parent: Some(parent), channel_name, ..line })
    }

    /// The channel a thread belongs to, when its threads are read. Asked once for each thread.
    async fn parent_of(&mut self, thread: ChatChannelId) -> Option<ChatChannelId> {
        #[derive(serde::Deserialize)]
        struct Channel {
            #[serde(rename = "type")]
            kind: u8,
            parent_id: Option<String>,
        }
        let parent = match self.parents.get(&thread) {
            Some(known) => *known,
            None => {
                let route = Route::get_channel(rest::ChannelId(thread.0));
                let found: Channel = match answered(try_get(&self.data.rest, route).await) {
                    Ok(found) => found,
                    Err(Trouble::Refused(reason) | Trouble::Later(reason)) => {
                        tracing::warn!(channel = %thread, reason, "Whose thread this is could not be read");
                        return None;
                    }
                };
                // Discord docs, "Channel Types": threads are 10 to 12.
                let parent = found.parent_id.filter(|_| (10..=12).contains(&found.kind));
                let parent = parent.and_then(|id| id.parse().ok()).map(ChatChannelId);
                self.parents.insert(thread, parent);
                parent
            }
        };
        parent.filter(|parent| with_threads(&self.data.engine.setup(), &self.data.directory.get()).contains(parent))
    }

    /// Threads that are open in channels whose threads are read, with these channels.
    async fn open_threads(&mut self) -> Result<Vec<(ChatChannelId, ChatChannelId)>, Trouble> {
        #[derive(serde::Deserialize)]
        struct Thread {
            id: String,
            parent_id: Option<String>,
        }
        #[derive(serde::Deserialize)]
        struct Found {
            threads: Vec<Thread>,
        }
        let wanted = with_threads(&self.data.engine.setup(), &self.data.directory.get());
        let Some(guild) = self.data.directory.get().guild.filter(|_| !wanted.is_empty()) else { return Ok(Vec::new()) };
        let route = Route::active_threads(rest::GuildId(guild.0));
        let found: Found = answered(try_get(&self.data.rest, route).await)?;
        let threads = found.threads.into_iter().filter_map(|thread| {
            let (id, parent) = (thread.id.parse().ok()?, thread.parent_id?.parse().ok()?);
            Some((ChatChannelId(id), ChatChannelId(parent)))
        });
        let threads: Vec<_> =
            threads.filter(|(thread, parent)| wanted.contains(parent) && !self.data.engine.works_in(*thread)).collect();
        self.parents.extend(threads.iter().map(|(thread, parent)| (*thread, Some(*parent))));
        Ok(threads)
    }

    /// Channels and threads that are read. A thread that began after its channel was read last is read from its beginning.
    async fn places(&mut self) -> Vec<ChatChannelId> {
        let mut places = watched(&self.data.engine.setup(), &self.data.directory.get());
        let threads = match self.open_threads().await {
            Ok(threads) => threads,
            Err(Trouble::Refused(reason) | Trouble::Later(reason)) => {
                tracing::error!(
                    reason,
                    "Threads of watched channels could not be listed: what was written there meanwhile is not read"
                );
                Vec::new()
            }
        };
        for (thread, parent) in threads {
            let (known, read) = (self.data.engine.high_water(thread).await, self.data.engine.high_water(parent).await);
            if let (Ok(None), Ok(Some(read))) = (known, read)
                && thread.0 > read.0
            {
                self.mark(thread, ChatMessageId(thread.0 - 1)).await;
            }
            places.push(thread);
        }
        places
    }

    async fn reports(&self, line: &ChatLine) -> Vec<AlertReport> {
        let (setup, directory) = (self.data.engine.setup(), self.data.directory.get());
        let roles = if asks_for_roles(&setup, line) { self.roles_of(line.author_id).await } else { Vec::new() };
        let (reports, refused) = reports(&setup, &directory, line, &roles);
        // When another rule takes it, it is an alert, and nobody misses it.
        for integration in refused.iter().filter(|_| reports.is_empty()) {
            let text = shown(line, directory.guild.map(|guild| guild.0));
            self.data.engine.body_seen(integration.as_str(), BodyKind::Refused, 1, text);
        }
        reports
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

    /// The roles a member has now; none for webhooks and for whoever left. Tried until Discord answers: a line that is not judged
    /// must not fall behind the mark.
    async fn roles_of(&self, user: ChatUserId) -> Vec<ChatRoleId> {
        let mut wait = Duration::from_secs(1);
        loop {
            let Some(guild) = self.data.directory.get().guild else { return Vec::new() };
            match member(&self.data.rest, guild, user).await {
                Ok(member) => {
                    let roles = member.map(|member| member.roles()).unwrap_or_default();
                    return roles.into_iter().map(ChatRoleId).collect();
                }
                Err(reason) => {
                    tracing::warn!(reason, "Roles of an author cannot be read yet: a line of a watched channel waits");
                    self.pause(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    /// Tries until the reports are accepted: a line that is not handed over must not fall behind the mark.
    async fn hand_over(&self, reports: Vec<AlertReport>) {
        let mut wait = Duration::from_secs(1);
        while let Err(unavailable) = self.data.engine.accept(reports.clone()).await {
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
        for channel in self.places().await {
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
        let mut changes = self.changes(channel, mark).await?;
        loop {
            let after = Route::messages_after(rest::ChannelId(channel.0), rest::MessageId(mark.0), PAGE);
            let page = self.page(after).await?;
            let full = page.len() >= usize::from(PAGE);
            let Some(last) = page.last().map(|(id, _)| *id) else { break };
            let contents = self.contents.load(Ordering::SeqCst);
            for (_, found) in page {
                let Some(Written { message, texts }) = found else { continue };
                let line = line(&self.data, &message, &texts);
                // What was written and what was changed is read in the order of the clock.
                self.take_changes(&mut changes, line.as_ref().map(|line| line.at)).await;
                match line {
                    Some(line) if !contents && is_bare(&message) => {
                        self.close_before(channel, line.message).await;
                        return Ok(());
                    }
                    Some(line) => {
                        if let Some(line) = self.in_its_channel(line).await {
                            self.read(line).await;
                        }
                    }
                    None => {}
                }
            }
            self.mark(channel, last).await;
            mark = last;
            if !full {
                break;
            }
        }
        self.take_changes(&mut changes, None).await;
        Ok(())
    }

    /// A page of messages, oldest first; one that cannot be read keeps its place.
    async fn page(&self, route: Route) -> Result<Vec<(ChatMessageId, Option<Written>)>, Trouble> {
        let values: Vec<serde_json::Value> = answered(try_get(&self.data.rest, route).await)?;
        let mut page: Vec<_> = values
            .into_iter()
            .filter_map(|value| {
                let id = value.get("id")?.as_str()?.parse().ok()?;
                let found = written(value).inspect_err(|error| {
                    tracing::warn!(%error, message.id = id, "A message of a watched channel cannot be read");
                });
                Some((ChatMessageId(id), found.ok()))
            })
            .collect();
        page.sort_unstable_by_key(|(id, _)| *id);
        Ok(page)
    }
}
