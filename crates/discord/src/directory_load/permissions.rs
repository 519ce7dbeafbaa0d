//! Purpose: what the bot may do in a channel, by Discord's documented algorithm, over raw bits: the client library does
//! not know all of them. Source: Discord docs, "Permissions".

pub(crate) use super::wire::Overwrite;
use super::wire::Role;

/// May do everything.
pub(crate) const ADMINISTRATOR: u64 = 1 << 3;
pub(crate) const MANAGE_CHANNELS: u64 = 1 << 4;
/// Discord's settings pages call it "Manage Server".
pub(crate) const MANAGE_GUILD: u64 = 1 << 5;
pub(crate) const ADD_REACTIONS: u64 = 1 << 6;
pub(crate) const VIEW_CHANNEL: u64 = 1 << 10;
pub(crate) const SEND_MESSAGES: u64 = 1 << 11;
pub(crate) const EMBED_LINKS: u64 = 1 << 14;
pub(crate) const ATTACH_FILES: u64 = 1 << 15;
pub(crate) const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub(crate) const MENTION_EVERYONE: u64 = 1 << 17;
pub(crate) const MANAGE_ROLES: u64 = 1 << 28;
pub(crate) const MANAGE_THREADS: u64 = 1 << 34;
pub(crate) const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub(crate) const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
pub(crate) const PIN_MESSAGES: u64 = 1 << 51;

/// The words of Discord's own settings pages, so that an operator finds the switch.
const NAMES: [(u64, &str); 14] = [
    (ADMINISTRATOR, "Administrator"),
    (MANAGE_CHANNELS, "Manage Channels"),
    (ADD_REACTIONS, "Add Reactions"),
    (VIEW_CHANNEL, "View Channel"),
    (SEND_MESSAGES, "Send Messages"),
    (EMBED_LINKS, "Embed Links"),
    (ATTACH_FILES, "Attach Files"),
    (READ_MESSAGE_HISTORY, "Read Message History"),
    (MENTION_EVERYONE, "Mention @everyone, @here, and All Roles"),
    (MANAGE_ROLES, "Manage Roles"),
    (MANAGE_THREADS, "Manage Threads"),
    (CREATE_PUBLIC_THREADS, "Create Public Threads"),
    (SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
    (PIN_MESSAGES, "Pin Messages"),
];

/// Names of the bits, as Discord's settings pages write them.
pub(crate) fn names(bits: u64) -> Vec<&'static str> {
    NAMES.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name).collect()
}

/// The bot as Discord's permission system sees it.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    guild: u64,
    user: u64,
    /// Roles it has.
    pub(crate) roles: Vec<u64>,
    /// What its roles give it everywhere.
    pub(crate) base: u64,
    /// Name of the role that was made for it, where permissions are switched on.
    pub(crate) role_name: Option<String>,
}

impl Own {
    pub(crate) fn new(guild: u64, owner: u64, user: u64, own_roles: &[u64], roles: &[Role]) -> Self {
        let mine = |role: &&Role| role.id == guild || own_roles.contains(&role.id);
        let mut base = roles.iter().filter(mine).fold(0, |bits, role| bits | role.permissions);
        if owner == user || base & ADMINISTRATOR != 0 {
            base = u64::MAX;
        }
        let role_name = roles.iter().filter(mine).find(|role| role.managed).map(|role| role.name.clone());
        Self { guild, user, roles: own_roles.to_vec(), base, role_name }
    }

    /// What it may do in a channel with these overwrites.
    pub(crate) fn in_channel(&self, overwrites: &[Overwrite]) -> u64 {
        if self.base == u64::MAX {
            return u64::MAX;
        }
        let mut bits = overwritten(self.base, self.guild, self.user, &self.roles, overwrites);
        // Who cannot see a channel can do nothing in it; who cannot write cannot decorate what is written.
        if bits & VIEW_CHANNEL == 0 {
            return 0;
        }
        if bits & SEND_MESSAGES == 0 {
            bits &= !(EMBED_LINKS | ATTACH_FILES | MENTION_EVERYONE);
        }
        bits
    }
}

/// Permissions in a channel: what the roles give everywhere, then the overwrite for everyone, those of the roles together,
/// and the member's own.
pub(super) fn overwritten(everywhere: u64, guild: u64, user: u64, roles: &[u64], overwrites: &[Overwrite]) -> u64 {
    let mut bits = everywhere;
    let mut apply = |allow: u64, deny: u64| bits = (bits & !deny) | allow;
    if let Some(everyone) = overwrites.iter().find(|overwrite| overwrite.kind == 0 && overwrite.id == guild) {
        apply(everyone.allow, everyone.deny);
    }
    let of_roles = overwrites
        .iter()
        .filter(|overwrite| overwrite.kind == 0 && overwrite.id != guild && roles.contains(&overwrite.id));
    let (allow, deny) = of_roles.fold((0, 0), |(allow, deny), each| (allow | each.allow, deny | each.deny));
    apply(allow, deny);
    if let Some(own) = overwrites.iter().find(|overwrite| overwrite.kind == 1 && overwrite.id == user) {
        apply(own.allow, own.deny);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: u64, permissions: u64) -> Role {
        Role { id, name: format!("r{id}"), permissions, mentionable: false, managed: id == 2, position: 0 }
    }

    fn role_overwrite(id: u64, allow: u64, deny: u64) -> Overwrite {
        Overwrite { id, kind: 0, allow, deny }
    }

    #[test]
    fn a_member_overwrite_beats_roles_and_roles_beat_everyone() {
        let roles = [role(1, VIEW_CHANNEL | SEND_MESSAGES), role(2, PIN_MESSAGES), role(3, 0)];
        let own = Own::new(1, 99, 50, &[2, 3], &roles);
        assert_eq!(own.base, VIEW_CHANNEL | SEND_MESSAGES | PIN_MESSAGES);
        assert_eq!(own.role_name.as_deref(), Some("r2"));

        let everyone = role_overwrite(1, 0, SEND_MESSAGES | VIEW_CHANNEL);
        assert_eq!(own.in_channel(&[everyone]), 0);
        let back = role_overwrite(3, VIEW_CHANNEL | SEND_MESSAGES, 0);
        assert_eq!(own.in_channel(&[everyone, back]), VIEW_CHANNEL | SEND_MESSAGES | PIN_MESSAGES);
        // One role's allow wins over another role's deny.
        let deny = role_overwrite(2, 0, SEND_MESSAGES);
        assert_ne!(own.in_channel(&[everyone, deny, back]) & SEND_MESSAGES, 0);
        let mine = Overwrite { id: 50, kind: 1, allow: 0, deny: SEND_MESSAGES };
        assert_eq!(own.in_channel(&[back, mine]), VIEW_CHANNEL | PIN_MESSAGES);
    }

    #[test]
    fn administrators_and_the_owner_may_everything() {
        let deny = role_overwrite(1, 0, VIEW_CHANNEL);
        assert_eq!(Own::new(1, 99, 50, &[2], &[role(1, 0), role(2, ADMINISTRATOR)]).in_channel(&[deny]), u64::MAX);
        assert_eq!(Own::new(1, 50, 50, &[], &[role(1, 0)]).in_channel(&[deny]), u64::MAX);
    }
}
