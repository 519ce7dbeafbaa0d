//! Purpose: hand each event to whom it concerns, each in its own task on the main runtime. The engine puts what
//! concerns one incident into an order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::setup::ChatName;
use domain::{ChatChannelId, ChatMessageId, ChatRoleId, ChatUserId, GuildId, Refusal};
use poise::{FrameworkContext, FrameworkOptions};
use serenity::async_trait;
use serenity::client::{Context, EventHandler, RawEventHandler};
use serenity::gateway::ShardManager;
use serenity::model::application::{CommandInteraction, Interaction};
use serenity::model::channel::{
    ChannelType, GuildChannel, Message, PartialGuildChannel, PermissionOverwrite, PermissionOverwriteType,
};
use serenity::model::event::{Event, GuildMemberUpdateEvent, MessageUpdateEvent, ResumedEvent};
use serenity::model::gateway::Ready;
use serenity::model::guild::{Guild, Member, Role};
use serenity::model::id::{ChannelId, GuildId as SerenityGuildId, MessageId, RoleId, UserId};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actor::Asker;
use crate::answer::Replier;
use crate::components;
use crate::data::{Data, Error, error_id};
use crate::directory::{PlaceKind, ServerPlace};
use crate::directory_load::{LoadError, Overwrite, Rights, load_rights};
use crate::names;
use crate::rest::unix_ms_of;
use crate::watch::Watch;

/// Receives events.
#[derive(Clone)]
pub(super) struct Handler {
    data: Arc<Data>,
    options: Arc<FrameworkOptions<Data, Error>>,
    watch: Watch,
    shards: Arc<OnceLock<Arc<ShardManager>>>,
    main: Handle,
    /// From then on nothing is taken any more.
    shutdown: CancellationToken,
    /// What was taken and is not done yet.
    inside: TaskTracker,
}

/// After this many milliseconds nobody waits for an answer any more: Discord gives up after 3,000, and our idea of its
/// clock may be off a little.
const TOO_OLD_MS: i64 = 5_000;
/// A replayed event is minutes old at most. What looks older says that one of the clocks is wrong.
const IMPLAUSIBLE_MS: i64 = 15 * 60 * 1_000;

/// After so long without being handled an event of the same burst is not to be expected.
const SETTLED_AFTER: Duration = Duration::from_millis(500);
/// Longest wait before roles and channels are asked for again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Handler {
    pub(super) fn new(
        data: Arc<Data>,
        options: Arc<FrameworkOptions<Data, Error>>,
        watch: Watch,
        shards: Arc<OnceLock<Arc<ShardManager>>>,
        main: Handle,
        (shutdown, inside): (CancellationToken, TaskTracker),
    ) -> Self {
        Self { data, options, watch, shards, main, shutdown, inside }
    }

    /// Does something on the main runtime; a stop waits for it.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.inside.spawn_on(work, &self.main);
    }

    async fn interaction(self, cx: Context, interaction: Interaction) {
        let id = interaction.id().get();
        let now = engine::wire_now().as_millisecond() + self.data.rest.discord_now_offset_ms();
        let age = now - unix_ms_of(id);
        if is_too_old(age) {
            tracing::warn!(interaction = id, age_ms = age, "Dropped an interaction that nobody waits for any more");
            return;
        }
        match interaction {
            Interaction::Command(command) => self.command(cx, command).await,
            Interaction::Autocomplete(command) if self.is_home(command.guild_id) => {
                let (asked, invocation) = (AtomicBool::new(false), tokio::sync::Mutex::new(Box::new(()) as _));
                let (options, mut tree) = (command.data.options(), Vec::new());
                let Some(framework) = self.framework(&cx) else { return };
                let done =
                    poise::dispatch_autocomplete(framework, &command, &asked, &invocation, &options, &mut tree).await;
                if let Err(error) = done {
                    error.handle(&self.options).await;
                }
            }
            Interaction::Component(component) => {
                let replier = Replier::component(&cx.http, &component, self.data.language(&Asker::from(&component)));
                if component.guild_id.is_some() && !self.is_home(component.guild_id) {
                    return replier.refuse(Refusal::ForeignServer).await;
                }
                let (data, own) = (Arc::clone(&self.data), replier.clone());
                let work = tokio::spawn(async move { components::press(&data, own, &component).await });
                finish(work, &replier, id).await;
            }
            Interaction::Modal(modal) => {
                let replier = Replier::modal(&cx.http, &modal, self.data.language(&Asker::from(&modal)));
                let replier = replier.keeping(components::again::typed(&self.data, &modal));
                if modal.guild_id.is_some() && !self.is_home(modal.guild_id) {
                    return replier.refuse(Refusal::ForeignServer).await;
                }
                let (data, own) = (Arc::clone(&self.data), replier.clone());
                let work = tokio::spawn(async move { components::submit(&data, own, &modal).await });
                finish(work, &replier, id).await;
            }
            // Foreign autocompletion gets no suggestions; a ping comes over HTTP only.
            _ => {}
        }
    }

    async fn command(&self, cx: Context, command: CommandInteraction) {
        if !self.is_home(command.guild_id) {
            let replier = Replier::command(&cx.http, &command, self.data.language(&Asker::from(&command)));
            return replier.refuse(Refusal::ForeignServer).await;
        }
        let (asked, invocation) = (AtomicBool::new(false), tokio::sync::Mutex::new(Box::new(()) as _));
        let (options, mut tree) = (command.data.options(), Vec::new());
        let Some(framework) = self.framework(&cx) else { return };
        let done = poise::dispatch_interaction(framework, &command, &asked, &invocation, &options, &mut tree).await;
        if let Err(error) = done {
            error.handle(&self.options).await;
        }
    }

    fn framework<'a>(&'a self, cx: &'a Context) -> Option<FrameworkContext<'a, Data, Error>> {
        let bot = self.data.directory.get().bot?;
        Some(FrameworkContext {
            bot_id: UserId::new(bot.0),
            serenity_context: cx,
            options: &self.options,
            user_data: &self.data,
            shard_manager: self.shards.get()?,
        })
    }

    fn is_home(&self, guild: Option<SerenityGuildId>) -> bool {
        let home = self.data.directory.get().guild;
        guild.is_some_and(|guild| home == Some(GuildId(guild.get())))
    }

    /// The whole server, as it is when a session begins: names may have changed while we were away.
    fn home_is(&self, guild: &Guild) {
        if !self.is_home(Some(guild.id)) {
            return;
        }
        let named = guild.channels.values().filter_map(named_place);
        let places: BTreeMap<ChatChannelId, ServerPlace> = named.collect();
        // Like the loader: the higher of two roles of one name.
        let mut roles: Vec<&Role> = guild.roles.values().filter(|role| role.id.get() != guild.id.get()).collect();
        roles.sort_by_key(|role| std::cmp::Reverse(role.position));
        // In one change: a reader in between must never see a server without channels.
        self.data.directory.change(|directory| {
            directory.set_places(places);
            directory.roles.clear();
            for role in &roles {
                directory.roles.entry(role.name.clone()).or_insert(ChatRoleId(role.id.get()));
            }
        });
        let rights = Rights::new(
            guild.id.get(),
            guild.roles.values().map(|role| (role.id.get(), role.permissions.bits())),
            guild.channels.values().map(|channel| (channel.id.get(), overwrites(channel))),
        );
        let owner = ChatUserId(guild.owner_id.get());
        self.data.directory.change_home(|home| {
            home.owner = Some(owner);
            home.rights = rights;
        });
        self.names_changed();
    }

    /// Events are handled side by side, so of two in a row the older one may be the last to be taken in, and a channel that was
    /// closed would be open for us. What they change is therefore read once more when they have settled.
    fn read_rights_again(&self) {
        if self.data.reading_rights.swap(true, Ordering::SeqCst) {
            return;
        }
        let data = Arc::clone(&self.data);
        self.main.spawn(async move {
            let mut wait = SETTLED_AFTER;
            loop {
                tokio::time::sleep(wait).await;
                // What comes from here on is read by the next look.
                data.reading_rights.store(false, Ordering::SeqCst);
                match load_rights(&data.rest, &data.directory).await {
                    Ok(()) => return,
                    Err(LoadError::TokenRejected) => return,
                    Err(error) => tracing::warn!("Roles and channels could not be read again yet: {error}"),
                }
                if data.reading_rights.swap(true, Ordering::SeqCst) {
                    return;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        });
    }

    /// Whether access follows from this channel.
    fn is_incidents(&self, channel: &GuildChannel) -> bool {
        let (setup, directory) = (self.data.engine.setup(), self.data.directory.get());
        let incidents = &setup.discord.incidents;
        let named = matches!(incidents, ChatName::Name(name) if *name == channel.name);
        named || directory.channel(incidents) == Some(ChatChannelId(channel.id.get()))
    }

    /// A channel has this name now.
    fn channel_named(&self, channel: &GuildChannel) {
        if !self.is_home(Some(channel.guild_id)) {
            return;
        }
        let id = ChatChannelId(channel.id.get());
        if self.is_incidents(channel) {
            self.read_rights_again();
        }
        self.data.directory.change(|directory| match named_place(channel) {
            Some((id, place)) => directory.place_is(id, place),
            // A text channel can become something else; then no name means it any more.
            None => directory.place_gone(id),
        });
        self.data.directory.change_home(|home| home.rights.channel_is(id, overwrites(channel)));
        self.names_changed();
    }

    fn channel_gone(&self, channel: &GuildChannel) {
        let id = ChatChannelId(channel.id.get());
        self.deleted(id, None);
        self.data.directory.change(|directory| directory.place_gone(id));
        self.data.directory.change_home(|home| home.rights.channel_gone(id));
        self.names_changed();
    }

    /// What belongs to a name that stands for nothing any more waits, or stays closed, and nobody else would say so.
    fn names_changed(&self) {
        let data = Arc::clone(&self.data);
        self.main.spawn(async move { names::look(&data.engine, &data.directory).await });
    }

    /// Something of an incident may have been deleted. The gateway does not wait for what follows.
    fn deleted(&self, channel: ChatChannelId, message: Option<ChatMessageId>) {
        let engine = self.data.engine.clone();
        self.spawn(async move { engine.deleted(channel, message).await });
    }

    /// What was refused for the lack of a permission may work now.
    fn permissions_changed(&self) {
        let (engine, shutdown) = (self.data.engine.clone(), self.shutdown.clone());
        // The next start looks again by itself, so a stop does not wait.
        self.main.spawn(async move {
            tokio::select! {
                () = engine.permissions_changed() => {}
                () = shutdown.cancelled() => {}
            }
        });
    }

    fn messages_deleted(&self, channel: ChannelId, messages: &[MessageId]) {
        let channel = ChatChannelId(channel.get());
        self.watch.deleted(&self.data, channel, messages.iter().map(|message| ChatMessageId(message.get())));
        let (setup, directory) = (self.data.engine.setup(), self.data.directory.get());
        let ours = [Some(&setup.discord.incidents), setup.discord.status.as_ref()];
        if ours.into_iter().flatten().any(|name| directory.channel(name) == Some(channel)) {
            messages.iter().for_each(|message| self.deleted(channel, Some(ChatMessageId(message.get()))));
        }
    }

    fn role_is(&self, role: &Role) {
        if self.is_home(Some(role.guild_id)) {
            let id = ChatRoleId(role.id.get());
            // Everybody has the one with the server's id; it goes by no name, but what it gives counts.
            if role.id.get() != role.guild_id.get() {
                self.data.directory.change(|directory| {
                    directory.roles.retain(|_, known| *known != id);
                    directory.roles.entry(role.name.clone()).or_insert(id);
                });
            }
            self.data.directory.change_home(|home| home.rights.role_is(id, role.permissions.bits()));
            self.names_changed();
            self.read_rights_again();
        }
    }
}

/// A channel that the configuration can name.
fn named_place(channel: &GuildChannel) -> Option<(ChatChannelId, ServerPlace)> {
    let kind = match channel.kind {
        ChannelType::Text => PlaceKind::Text,
        ChannelType::News => PlaceKind::Announcement,
        ChannelType::Category => PlaceKind::Category,
        _ => return None,
    };
    Some((ChatChannelId(channel.id.get()), ServerPlace { kind, name: channel.name.clone() }))
}

/// The overwrites of a channel as the REST side has them.
fn overwrites(channel: &GuildChannel) -> Vec<Overwrite> {
    let of = |overwrite: &PermissionOverwrite| {
        let (id, kind) = match overwrite.kind {
            PermissionOverwriteType::Role(role) => (role.get(), 0),
            PermissionOverwriteType::Member(member) => (member.get(), 1),
            _ => return None,
        };
        Some(Overwrite { id, kind, allow: overwrite.allow.bits(), deny: overwrite.deny.bits() })
    };
    channel.permission_overwrites.iter().filter_map(of).collect()
}

/// A button whose handler broke still gets an answer.
async fn finish(work: tokio::task::JoinHandle<()>, replier: &Replier, interaction: u64) {
    if let Err(panic) = work.await {
        let error_id = error_id(interaction);
        tracing::error!(error.id = error_id, %panic, "A button or form failed as {error_id}");
        replier.failed(error_id).await;
    }
}

fn is_too_old(age_ms: i64) -> bool {
    (TOO_OLD_MS..IMPLAUSIBLE_MS).contains(&age_ms)
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        tracing::info!(guilds = ready.guilds.len(), "Connected to Discord with a new session");
        self.watch.catch_up();
        self.permissions_changed();
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        tracing::info!("The session with Discord goes on");
        self.watch.catch_up();
    }

    async fn interaction_create(&self, cx: Context, interaction: Interaction) {
        if self.shutdown.is_cancelled() {
            // Nothing was done, and Discord says "did not respond": whoever asked tries again.
            tracing::info!(interaction = interaction.id().get(), "Not taken any more: the bot stops");
            return;
        }
        let handler = self.clone();
        self.spawn(handler.interaction(cx, interaction));
    }

    async fn message(&self, _: Context, message: Message) {
        self.watch.message(&self.data, &message);
    }

    async fn message_update(&self, _: Context, _: Option<Message>, _: Option<Message>, event: MessageUpdateEvent) {
        let (channel, message) = (ChatChannelId(event.channel_id.get()), ChatMessageId(event.id.get()));
        if event.edited_timestamp.is_some() {
            self.watch.edited(&self.data, channel, message);
        }
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        self.home_is(&guild);
    }

    async fn channel_create(&self, _: Context, channel: GuildChannel) {
        self.channel_named(&channel);
    }

    async fn category_create(&self, _: Context, category: GuildChannel) {
        self.channel_named(&category);
    }

    async fn channel_update(&self, _: Context, _: Option<GuildChannel>, new: GuildChannel) {
        self.channel_named(&new);
        if self.is_home(Some(new.guild_id)) {
            self.permissions_changed();
        }
    }

    async fn channel_delete(&self, _: Context, channel: GuildChannel, _: Option<Vec<Message>>) {
        self.channel_gone(&channel);
    }

    async fn category_delete(&self, _: Context, category: GuildChannel) {
        self.channel_gone(&category);
    }

    async fn thread_delete(&self, _: Context, thread: PartialGuildChannel, _: Option<GuildChannel>) {
        self.deleted(ChatChannelId(thread.id.get()), None);
    }

    async fn message_delete(&self, _: Context, channel: ChannelId, message: MessageId, _: Option<SerenityGuildId>) {
        self.messages_deleted(channel, &[message]);
    }

    async fn message_delete_bulk(
        &self,
        _: Context,
        channel: ChannelId,
        messages: Vec<MessageId>,
        _: Option<SerenityGuildId>,
    ) {
        self.messages_deleted(channel, &messages);
    }

    async fn guild_role_create(&self, _: Context, new: Role) {
        self.role_is(&new);
    }

    async fn guild_role_update(&self, _: Context, _: Option<Role>, new: Role) {
        self.role_is(&new);
        if self.is_home(Some(new.guild_id)) {
            self.permissions_changed();
        }
    }

    async fn guild_member_update(
        &self,
        _: Context,
        _: Option<Member>,
        _: Option<Member>,
        event: GuildMemberUpdateEvent,
    ) {
        // Of others only with an intent we do not ask for.
        if self.is_home(Some(event.guild_id)) {
            let (bot, roles) = (self.data.directory.get().bot, event.roles.iter().map(|role| ChatRoleId(role.get())));
            if bot == Some(ChatUserId(event.user.id.get())) {
                self.data.directory.change_home(|home| home.own_roles = roles.collect());
            }
            self.permissions_changed();
        }
    }

    async fn guild_role_delete(&self, _: Context, guild: SerenityGuildId, role: RoleId, _: Option<Role>) {
        if self.is_home(Some(guild)) {
            let id = ChatRoleId(role.get());
            self.data.directory.change(|directory| directory.roles.retain(|_, known| *known != id));
            self.data.directory.change_home(|home| home.rights.role_gone(id));
            self.names_changed();
            self.read_rights_again();
        }
    }
}

/// The library drops what it cannot read without a word; of these that would be a click that does nothing.
pub(super) struct Unreadable;

const NEEDED: [&str; 4] = ["INTERACTION_CREATE", "MESSAGE_CREATE", "READY", "RESUMED"];

#[async_trait]
impl RawEventHandler for Unreadable {
    async fn raw_event(&self, _: Context, event: Event) {
        if let Event::Unknown(event) = event
            && NEEDED.contains(&event.kind.as_str())
        {
            tracing::error!(event.kind = event.kind, "Discord sent an event that cannot be read; it was not handled");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clearly_late_interactions_are_dropped() {
        for fresh in [-600_000, 0, 2_900, 4_999] {
            assert!(!is_too_old(fresh), "{fresh}");
        }
        for late in [5_000, 60_000, 600_000] {
            assert!(is_too_old(late), "{late}");
        }
        assert!(!is_too_old(3_600_000), "a clock that is an hour off must not silence every button");
    }
}
