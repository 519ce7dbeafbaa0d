//! Purpose: what members may do in the home server, from its roles and its channels' overwrites, kept as they change: who
//! administers it, and who sees a channel. An interaction says which roles its author has, so nobody has to be asked.

use std::collections::BTreeMap;

use domain::{ChatChannelId, ChatRoleId, ChatUserId};

use super::permissions::{self, Overwrite};

/// Permissions of roles, and overwrites of channels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The server; its id is also that of the role everybody has.
    guild: u64,
    roles: BTreeMap<u64, u64>,
    channels: BTreeMap<u64, Vec<Overwrite>>,
}

impl Rights {
    pub(crate) fn new(
        guild: u64,
        roles: impl IntoIterator<Item = (u64, u64)>,
        channels: impl IntoIterator<Item = (u64, Vec<Overwrite>)>,
    ) -> Self {
        Self { guild, roles: roles.into_iter().collect(), channels: channels.into_iter().collect() }
    }

    /// A role has these permissions now.
    pub(crate) fn role_is(&mut self, role: ChatRoleId, permissions: u64) {
        self.roles.insert(role.0, permissions);
    }

    pub(crate) fn role_gone(&mut self, role: ChatRoleId) {
        self.roles.remove(&role.0);
    }

    /// A channel has these overwrites now.
    pub(crate) fn channel_is(&mut self, channel: ChatChannelId, overwrites: Vec<Overwrite>) {
        self.channels.insert(channel.0, overwrites);
    }

    pub(crate) fn channel_gone(&mut self, channel: ChatChannelId) {
        self.channels.remove(&channel.0);
    }

    /// What a channel says of one member.
    pub(crate) fn own(&self, channel: ChatChannelId, user: ChatUserId) -> Option<Overwrite> {
        let overwrites = self.channels.get(&channel.0)?;
        overwrites.iter().find(|overwrite| overwrite.kind == 1 && overwrite.id == user.0).copied()
    }

    /// A channel that is known says this of one member now.
    pub(crate) fn set_own(&mut self, channel: ChatChannelId, own: Overwrite) {
        let Some(overwrites) = self.channels.get_mut(&channel.0) else { return };
        overwrites.retain(|overwrite| (overwrite.kind, overwrite.id) != (own.kind, own.id));
        overwrites.push(own);
    }

    /// What the roles of a member give everywhere. A role that is not known gives nothing.
    fn everywhere(&self, roles: &[ChatRoleId]) -> u64 {
        let own = roles.iter().map(|role| role.0).chain([self.guild]);
        own.filter_map(|role| self.roles.get(&role)).fold(0, |bits, role| bits | role)
    }

    /// Whether the roles of a member let them administer the server.
    pub(crate) fn administers(&self, roles: &[ChatRoleId]) -> bool {
        self.everywhere(roles) & (permissions::ADMINISTRATOR | permissions::MANAGE_GUILD) != 0
    }

    /// Whether a member sees a channel. A channel that is not known is seen by nobody; its owner and administrators are
    /// for the caller to know.
    pub(crate) fn sees(&self, channel: ChatChannelId, user: ChatUserId, roles: &[ChatRoleId]) -> bool {
        self.may(channel, user, roles) & permissions::VIEW_CHANNEL != 0
    }

    /// What a member may do in a channel; nothing in one that is not known, or that they do not see.
    pub(crate) fn may(&self, channel: ChatChannelId, user: ChatUserId, roles: &[ChatRoleId]) -> u64 {
        let Some(overwrites) = self.channels.get(&channel.0) else { return 0 };
        let everywhere = self.everywhere(roles);
        if everywhere & permissions::ADMINISTRATOR != 0 {
            return u64::MAX;
        }
        let roles: Vec<u64> = roles.iter().map(|role| role.0).collect();
        let bits = permissions::overwritten(everywhere, self.guild, user.0, &roles, overwrites);
        if bits & permissions::VIEW_CHANNEL == 0 { 0 } else { bits }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use permissions::{ADMINISTRATOR, MANAGE_GUILD, VIEW_CHANNEL};

    const GUILD: u64 = 1;
    const INCIDENTS: ChatChannelId = ChatChannelId(50);
    const MEMBER: ChatUserId = ChatUserId(90);

    fn role(id: u64, allow: u64, deny: u64) -> Overwrite {
        Overwrite { id, kind: 0, allow, deny }
    }

    fn rights(everyone: u64, overwrites: Vec<Overwrite>) -> Rights {
        let roles = [(GUILD, everyone), (2, 0), (3, 0), (8, MANAGE_GUILD), (9, ADMINISTRATOR)];
        Rights::new(GUILD, roles, [(INCIDENTS.0, overwrites)])
    }

    fn sees(rights: &Rights, roles: &[u64]) -> bool {
        let roles: Vec<ChatRoleId> = roles.iter().copied().map(ChatRoleId).collect();
        rights.sees(INCIDENTS, MEMBER, &roles)
    }

    #[test]
    fn everyone_then_roles_then_the_member_decide_who_sees_a_channel() {
        let open = rights(VIEW_CHANNEL, vec![]);
        assert!(sees(&open, &[]) && sees(&open, &[2]));
        let private = rights(VIEW_CHANNEL, vec![role(GUILD, 0, VIEW_CHANNEL), role(2, VIEW_CHANNEL, 0)]);
        assert!(!sees(&private, &[]) && !sees(&private, &[3]) && sees(&private, &[2]));
        // One role's allow wins over another role's deny, and a member's own overwrite over both.
        let mixed = vec![role(2, VIEW_CHANNEL, 0), role(3, 0, VIEW_CHANNEL)];
        assert!(sees(&rights(VIEW_CHANNEL, mixed.clone()), &[2, 3]) && !sees(&rights(VIEW_CHANNEL, mixed), &[3]));
        let own = |allow, deny| Overwrite { id: MEMBER.0, kind: 1, allow, deny };
        let let_in = vec![role(GUILD, 0, VIEW_CHANNEL), own(VIEW_CHANNEL, 0)];
        assert!(sees(&rights(VIEW_CHANNEL, let_in), &[]));
        assert!(!sees(&rights(VIEW_CHANNEL, vec![role(2, VIEW_CHANNEL, 0), own(0, VIEW_CHANNEL)]), &[2]));
        // The overwrite of a member is not that of a role with the same number.
        assert!(!sees(&rights(0, vec![Overwrite { id: 2, kind: 1, allow: VIEW_CHANNEL, deny: 0 }]), &[2]));
    }

    #[test]
    fn what_is_not_known_is_closed() {
        assert!(!rights(VIEW_CHANNEL, vec![]).sees(ChatChannelId(51), MEMBER, &[]));
        assert!(!Rights::default().sees(INCIDENTS, MEMBER, &[ChatRoleId(9)]));
        let mut changing = rights(VIEW_CHANNEL, vec![]);
        changing.channel_gone(INCIDENTS);
        assert!(!sees(&changing, &[9]));
    }

    #[test]
    fn administrators_see_all_and_who_manages_the_server_administers() {
        let closed = rights(0, vec![role(GUILD, 0, VIEW_CHANNEL)]);
        assert!(sees(&closed, &[9]) && !sees(&closed, &[8]));
        let administers = |role| closed.administers(&[ChatRoleId(role)]);
        assert!(administers(8) && administers(9) && !administers(2) && !administers(77));
    }

    #[test]
    fn changes_count_at_once() {
        let mut rights = rights(VIEW_CHANNEL, vec![]);
        rights.channel_is(INCIDENTS, vec![role(GUILD, 0, VIEW_CHANNEL)]);
        assert!(!sees(&rights, &[2]));
        rights.role_is(ChatRoleId(2), ADMINISTRATOR);
        assert!(sees(&rights, &[2]));
        rights.role_gone(ChatRoleId(2));
        assert!(!sees(&rights, &[2]));
    }
}
