//! Purpose: permission bits and the documented algorithm (Discord docs, "Permissions": base, overwrites, threads).

use crate::{
    id::Id,
    world::{Channel, User, World},
};

macro_rules! bits {
    ($($name:ident = $bit:literal;)*) => {
        $(#[allow(dead_code, reason = "the table is complete even where no rule reads a bit")]
        pub(crate) const $name: u64 = 1 << $bit;)*
        /// Discord's name of each bit, as the guild file spells it.
        pub(crate) const NAMES: &[(&str, u64)] = &[$((stringify!($name), 1 << $bit)),*];
    };
}

bits! {
    CREATE_INSTANT_INVITE = 0; KICK_MEMBERS = 1; BAN_MEMBERS = 2; ADMINISTRATOR = 3; MANAGE_CHANNELS = 4; MANAGE_GUILD = 5;
    ADD_REACTIONS = 6; VIEW_AUDIT_LOG = 7; PRIORITY_SPEAKER = 8; STREAM = 9; VIEW_CHANNEL = 10; SEND_MESSAGES = 11;
    SEND_TTS_MESSAGES = 12; MANAGE_MESSAGES = 13; EMBED_LINKS = 14; ATTACH_FILES = 15; READ_MESSAGE_HISTORY = 16;
    MENTION_EVERYONE = 17; USE_EXTERNAL_EMOJIS = 18; VIEW_GUILD_INSIGHTS = 19; CONNECT = 20; SPEAK = 21; MUTE_MEMBERS = 22;
    DEAFEN_MEMBERS = 23; MOVE_MEMBERS = 24; USE_VAD = 25; CHANGE_NICKNAME = 26; MANAGE_NICKNAMES = 27; MANAGE_ROLES = 28;
    MANAGE_WEBHOOKS = 29; MANAGE_GUILD_EXPRESSIONS = 30; USE_APPLICATION_COMMANDS = 31; REQUEST_TO_SPEAK = 32;
    MANAGE_EVENTS = 33; MANAGE_THREADS = 34; CREATE_PUBLIC_THREADS = 35; CREATE_PRIVATE_THREADS = 36;
    USE_EXTERNAL_STICKERS = 37; SEND_MESSAGES_IN_THREADS = 38; USE_EMBEDDED_ACTIVITIES = 39; MODERATE_MEMBERS = 40;
    SEND_VOICE_MESSAGES = 46; SEND_POLLS = 49; USE_EXTERNAL_APPS = 50; PIN_MESSAGES = 51; BYPASS_SLOWMODE = 52;
}

/// Every bit there is.
pub(crate) const ALL: u64 = (1 << 53) - 1;

/// What everybody may do when the guild file does not say: the defaults of a new server.
pub(crate) const EVERYONE: u64 = CREATE_INSTANT_INVITE
    | ADD_REACTIONS
    | STREAM
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | CONNECT
    | SPEAK
    | USE_VAD
    | CHANGE_NICKNAME
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS
    | SEND_POLLS;

/// The permissions in a DM: what two people talking may do.
const IN_DM: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | ADD_REACTIONS
    | USE_APPLICATION_COMMANDS
    | PIN_MESSAGES;

/// What is left to a member in time-out. Source: Discord docs, "Permissions for Timed Out Members".
const LOOK_ON: u64 = VIEW_CHANNEL | READ_MESSAGE_HISTORY;

fn timed_out(world: &World, member: &User) -> bool {
    member.timeout_until_ms.is_some_and(|until| until > world.now_ms())
}

/// The bit of a name, whatever its case.
pub(crate) fn bit(name: &str) -> Option<u64> {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, bit)| *bit)
}

/// What somebody may do in the guild, before any channel has its say. Nothing for strangers.
pub(crate) fn in_guild(world: &World, user: Id) -> u64 {
    let Some(member) = world.member(user) else { return 0 };
    if world.meta.owner_id == user {
        return ALL;
    }
    let mut bits = world.roles.get(&world.meta.guild_id).map_or(0, |everyone| everyone.permissions);
    for role in &member.roles {
        bits |= world.roles.get(role).map_or(0, |role| role.permissions);
    }
    if bits & ADMINISTRATOR != 0 {
        ALL
    } else if timed_out(world, member) {
        bits & LOOK_ON
    } else {
        bits
    }
}

/// What somebody may do in a channel, a thread or a DM; 0 means that it cannot be seen at all.
pub(crate) fn in_channel(world: &World, user: Id, channel: &Channel) -> u64 {
    if channel.is_dm() {
        return if channel.recipients.contains(&user) { IN_DM } else { 0 };
    }
    if let Some(thread) = &channel.thread {
        let Some(parent) = channel.parent_id.and_then(|parent| world.channels.get(&parent)) else { return 0 };
        let bits = in_channel(world, user, parent);
        let member = thread.members.contains_key(&user);
        if channel.kind == crate::world::PRIVATE_THREAD && !member && bits & MANAGE_THREADS == 0 {
            return 0;
        }
        return bits;
    }
    let Some(member) = world.member(user) else { return 0 };
    let base = in_guild(world, user);
    if base & ADMINISTRATOR != 0 {
        return ALL;
    }
    let mut bits = base;
    let (mut allow, mut deny) = (0, 0);
    for overwrite in &channel.overwrites {
        if overwrite.id == world.meta.guild_id {
            bits = (bits & !overwrite.deny) | overwrite.allow;
        } else if overwrite.kind == 0 && member.roles.contains(&overwrite.id) {
            allow |= overwrite.allow;
            deny |= overwrite.deny;
        }
    }
    bits = (bits & !deny) | allow;
    if let Some(own) = channel.overwrites.iter().find(|overwrite| overwrite.kind == 1 && overwrite.id == user) {
        bits = (bits & !own.deny) | own.allow;
    }
    if timed_out(world, member) {
        bits &= LOOK_ON;
    }
    if bits & VIEW_CHANNEL == 0 { 0 } else { bits }
}

/// Whether somebody may write here, and with which bits: threads look at their own bit, and without it embeds, files and
/// mass mentions go too.
pub(crate) fn to_write(world: &World, user: Id, channel: &Channel) -> u64 {
    let bits = in_channel(world, user, channel);
    let needed = if channel.thread.is_some() { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
    if bits & needed == 0 {
        bits & !(SEND_MESSAGES
            | SEND_MESSAGES_IN_THREADS
            | MENTION_EVERYONE
            | SEND_TTS_MESSAGES
            | ATTACH_FILES
            | EMBED_LINKS)
    } else {
        bits | needed
    }
}

/// Whether somebody can see the channel.
pub(crate) fn sees(world: &World, user: Id, channel: &Channel) -> bool {
    in_channel(world, user, channel) & VIEW_CHANNEL != 0
}
