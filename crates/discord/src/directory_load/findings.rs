//! Purpose: what the configuration needs of the home server and does not find there, each with what to do.

use domain::Setup;
use domain::setup::{AccessRoles, ChatName, IntegrationKind, Language, RoomKind};

use super::permissions::{self as bits, Own};
use super::wire::{CATEGORY, Channel, Role};
use crate::directory::Directory;

/// Something that is missing or will not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, as written in the configuration (`discord.incidents`, `people.budi`), or the permission.
    pub what: String,
    /// What is wrong and what to do, one sentence.
    pub sentence: String,
    /// Without it nothing works.
    pub fatal: bool,
    /// It is a name that stands for nothing in the server: a mistake in the configuration, or somebody deleted it.
    pub missing: bool,
}

impl Finding {
    pub(super) fn warning(what: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { what: what.into(), sentence: sentence.into(), fatal: false, missing: false }
    }

    pub(super) fn content_refused() -> Self {
        Self::warning("intent Message Content", words::content_refused(Language::En))
    }

    fn fatal(what: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { what: what.into(), sentence: sentence.into(), fatal: true, missing: false }
    }

    /// The name itself stands for nothing.
    fn missing(self) -> Self {
        Self { missing: true, ..self }
    }
}

/// What the bot asks for at installation.
pub(crate) const INVITED: u64 = bits::MANAGE_CHANNELS
    | bits::ADD_REACTIONS
    | bits::VIEW_CHANNEL
    | bits::SEND_MESSAGES
    | bits::EMBED_LINKS
    | bits::ATTACH_FILES
    | bits::READ_MESSAGE_HISTORY
    | bits::MENTION_EVERYONE
    | bits::MANAGE_THREADS
    | bits::CREATE_PUBLIC_THREADS
    | bits::SEND_MESSAGES_IN_THREADS
    | bits::PIN_MESSAGES;

/// The link that invites the bot with exactly the permissions it uses.
#[must_use]
pub fn invite_link(application: u64) -> String {
    format!("https://discord.com/oauth2/authorize?client_id={application}&scope=bot&permissions={INVITED}")
}

/// Adds what is missing in the home server.
pub(super) fn check(
    setup: &Setup,
    directory: &Directory,
    server: &str,
    channels: &[Channel],
    roles: &[Role],
    own: &Own,
    findings: &mut Vec<Finding>,
) {
    let mut check = Check { directory, server, channels, roles, own, findings };
    check.places(setup);
    check.roles(setup);
}

struct Check<'a> {
    directory: &'a Directory,
    server: &'a str,
    channels: &'a [Channel],
    roles: &'a [Role],
    own: &'a Own,
    findings: &'a mut Vec<Finding>,
}

const WRITE: u64 = bits::VIEW_CHANNEL | bits::SEND_MESSAGES | bits::EMBED_LINKS | bits::READ_MESSAGE_HISTORY;
const ROOMS: u64 =
    bits::CREATE_PUBLIC_THREADS | bits::SEND_MESSAGES_IN_THREADS | bits::PIN_MESSAGES | bits::ATTACH_FILES;

impl Check<'_> {
    fn places(&mut self, setup: &Setup) {
        let discord = &setup.discord;
        self.channel("discord.incidents", &discord.incidents, WRITE | ROOMS, true);
        if let Some(status) = &discord.status {
            self.channel("discord.status", status, WRITE, false);
        }
        if let Some(operators) = &discord.operators {
            self.channel("discord.operators", operators, WRITE, false);
        }
        self.category(setup);
        for integration in &setup.integrations {
            if let IntegrationKind::Chat(rule) = &integration.kind {
                for channel in &rule.channels {
                    let what = format!("integration {}", integration.name);
                    self.channel(&what, channel, bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY, false);
                }
            }
        }
        for schedule in setup.schedules.values() {
            if let Some(channel) = &schedule.announce {
                let what = format!("schedule {}", schedule.name);
                self.channel(&what, channel, bits::VIEW_CHANNEL | bits::SEND_MESSAGES, false);
            }
        }
        for policy in setup.escalations.values() {
            if let Some(post) = policy.at_end.as_ref().and_then(|end| end.post.as_ref()) {
                let what = format!("escalation {}", policy.name);
                self.channel(&what, post, bits::VIEW_CHANNEL | bits::SEND_MESSAGES, false);
            }
        }
    }

    fn channel(&mut self, what: &str, name: &ChatName, needs: u64, vital: bool) {
        let found = self
            .directory
            .channel(name)
            .and_then(|id| self.channels.iter().find(|channel| channel.id == id.0 && channel.kind != CATEGORY));
        let Some(channel) = found else {
            let sentence = format!(
                "{} does not exist in {}, or the bot cannot see it: create it, let the bot in, or run `siaga init`",
                shown('#', name),
                self.server,
            );
            self.findings.push(Finding { what: what.to_owned(), sentence, fatal: vital, missing: true });
            return;
        };
        let has = self.own.in_channel(&channel.permission_overwrites);
        let missing = needs & !has;
        if missing != 0 {
            let label = channel.name.as_ref().map_or_else(|| channel.id.to_string(), |name| format!("#{name}"));
            let fatal = vital && missing & (bits::VIEW_CHANNEL | bits::SEND_MESSAGES) != 0;
            let sentence = self.switch_on(&label, missing);
            self.findings.push(Finding { what: what.to_owned(), sentence, fatal, missing: false });
        }
    }

    /// Says which permission is missing and on which page it is switched on.
    fn switch_on(&self, channel: &str, missing: u64) -> String {
        let role = self.own.role_name.as_deref().unwrap_or("the bot's role");
        let names = bits::names(missing).join(", ");
        // What the roles already give can only have been taken away by the channel itself.
        if missing & !self.own.base == 0 {
            format!("the bot lacks {names} in {channel}: allow it for {role} in Edit Channel, Permissions of {channel}")
        } else {
            format!("the bot lacks {names} in {channel}: switch it on for {role} in Server Settings, Roles")
        }
    }

    fn category(&mut self, setup: &Setup) {
        let creates = setup.severities.values().any(|plan| plan.room == RoomKind::Channel);
        let category = setup.discord.category.as_ref();
        let found = category
            .and_then(|name| self.directory.category(name).ok())
            .and_then(|id| self.channels.iter().find(|channel| channel.id == id.0));
        if let Some(name) = category.filter(|_| found.is_none()) {
            let sentence = crate::names::category(name, self.directory, Language::En);
            self.findings.push(Finding::warning("discord.category", sentence).missing());
        }
        // Without its category no channel is made, whatever the permissions are.
        let Some(found) = found.filter(|_| creates) else { return };
        if self.own.in_channel(&found.permission_overwrites) & bits::MANAGE_CHANNELS == 0 {
            let place = category.map_or_else(|| self.server.to_owned(), |name| shown(' ', name));
            let sentence = self.switch_on(&place, bits::MANAGE_CHANNELS);
            self.findings.push(Finding::warning("permission Manage Channels", sentence));
        }
    }

    fn roles(&mut self, setup: &Setup) {
        let access = &setup.discord.access;
        let access = [
            ("discord.access.read", access.read.as_deref().unwrap_or_default()),
            ("discord.access.open", access.open.as_deref().unwrap_or_default()),
            ("discord.access.page", access.page.as_deref().unwrap_or_default()),
            ("discord.access.responder", access.responder.as_slice()),
            ("discord.access.admin", access.admin.as_slice()),
        ];
        let everyone = ChatName::Name(AccessRoles::EVERYONE.to_owned());
        for (what, roles) in access {
            for name in roles {
                if *name != everyone && self.role(name).is_none() {
                    let sentence = format!("{}; until then nobody has it", self.no_role(name));
                    self.findings.push(Finding::fatal(what, sentence).missing());
                }
            }
        }
        for schedule in setup.schedules.values() {
            if let Some(name) = &schedule.role {
                self.follows(&format!("schedule {}", schedule.name), name);
            }
        }
        for policy in setup.escalations.values() {
            let Some(name) = policy.at_end.as_ref().and_then(|end| end.mention.as_ref()) else { continue };
            let what = format!("escalation {}", policy.name);
            match self.role(name) {
                None => self.findings.push(Finding::warning(what, self.no_role(name)).missing()),
                Some(role) if !role.mentionable && self.own.base & bits::MENTION_EVERYONE == 0 => {
                    self.findings.push(Finding::warning(
                        what,
                        format!(
                            "nobody is notified when the bot mentions {}: switch on \"Allow anyone to @mention this role\", or give the bot {}",
                            shown('@', name),
                            bits::names(bits::MENTION_EVERYONE).join(", "),
                        ),
                    ));
                }
                Some(_) => {}
            }
        }
    }

    /// A role that the bot gives and takes away. Source: Discord docs, "Permission Hierarchy".
    fn follows(&mut self, what: &str, name: &ChatName) {
        let Some(role) = self.role(name) else {
            self.findings.push(Finding::warning(what, self.no_role(name)).missing());
            return;
        };
        let (shown, own) = (shown('@', name), self.own.role_name.as_deref().unwrap_or("the bot's role"));
        let highest =
            self.roles.iter().filter(|role| self.own.roles.contains(&role.id)).map(|role| role.position).max();
        if role.managed {
            let sentence = format!("{shown} belongs to an integration, and nobody can give it: name another role");
            self.findings.push(Finding::warning(what, sentence));
        } else if self.own.base & bits::MANAGE_ROLES == 0 {
            let sentence = format!(
                "the bot lacks {} and cannot give {shown}: switch it on for {own} in Server Settings, Roles",
                bits::names(bits::MANAGE_ROLES).join(", "),
            );
            self.findings.push(Finding::warning(what, sentence));
        } else if highest.is_none_or(|highest| highest <= role.position) {
            let sentence = format!(
                "{shown} stands above {own}, so the bot cannot give it: drag {own} above it in Server Settings, Roles"
            );
            self.findings.push(Finding::warning(what, sentence));
        }
    }

    fn role(&self, name: &ChatName) -> Option<&Role> {
        let id = self.directory.role(name)?;
        self.roles.iter().find(|role| role.id == id.0)
    }

    fn no_role(&self, name: &ChatName) -> String {
        format!("the role {} does not exist in {}: create it, or correct its name", shown('@', name), self.server)
    }
}

/// A name as the configuration writes it; a space as mark is none.
pub(crate) fn shown(mark: char, name: &ChatName) -> String {
    match name {
        ChatName::Id(id) => id.to_string(),
        ChatName::Name(name) => format!("{mark}{name}").trim_start().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invite_link_asks_for_exactly_what_is_used() {
        assert_eq!(
            invite_link(7),
            "https://discord.com/oauth2/authorize?client_id=7&scope=bot&permissions=2252126231448656"
        );
        assert_ne!(INVITED & (1 << 51), 0, "pinning is a permission of its own");
        assert_eq!(INVITED & (1 << 3), 0, "never administrator");
    }
}
