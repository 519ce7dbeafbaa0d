//! Purpose: what a new version changes for a file that was written for an older one, so that `siaga check` can say it before
//! the new version runs. docs/upgrading.md says the same for everybody.

use domain::Setup;
use domain::setup::{ChatName, EscalationPolicy, IntegrationKind};

/// Something that is not as it was in the version before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The last version in which it was otherwise.
    pub from: &'static str,
    /// What it is about: a key of the file, or a part of the bot.
    pub about: &'static str,
    /// What is so now, what was before, and what to write to keep it; one sentence or two.
    pub sentence: String,
}

/// An entry of the table: it looks at a file and says what changes for it.
struct Entry {
    from: &'static str,
    about: &'static str,
    /// A sentence for each change that touches this file; none when nothing does.
    changes: fn(&Setup) -> Vec<String>,
}

/// Everything that changed, newest version first. A new entry also stands in docs/upgrading.md.
static ENTRIES: &[Entry] = &[
    Entry { from: "0.1.0", about: "access", changes: access },
    Entry { from: "0.1.0", about: "people", changes: people },
    Entry { from: "0.1.0", about: "escalations", changes: ends },
];

/// What this version changes for this file.
#[must_use]
pub fn changes(setup: &Setup) -> Vec<Change> {
    let of = |entry: &Entry| {
        let (from, about) = (entry.from, entry.about);
        (entry.changes)(setup).into_iter().map(move |sentence| Change { from, about, sentence })
    };
    let known = setup.notes_read.as_deref().and_then(number);
    let is_new = |entry: &&Entry| known.is_none_or(|known| number(entry.from).is_none_or(|from| from > known));
    ENTRIES.iter().filter(is_new).flat_map(of).collect()
}

/// The version whose notes are the newest: a file that is written now knows them.
#[must_use]
pub fn newest_notes() -> &'static str {
    ENTRIES.first().map_or("0.1.0", |entry| entry.from)
}

/// The numbers of a version; none when it is none.
pub(crate) fn number(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let number = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(number)
}

/// The end of a policy rings.
fn ends(setup: &Setup) -> Vec<String> {
    let silent = |policy: &&EscalationPolicy| {
        policy.at_end.as_ref().is_none_or(|end| end.mention.is_none() && end.page.is_none())
    };
    let policies: Vec<String> = setup.escalations.values().filter(silent).map(|policy| policy.name.clone()).collect();
    if policies.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "at the end of {} everybody whom the steps name is called once more, and again each time it is told (before: it was \
         only written in the room). at_end = {{ page = ... }} says who is called; page = [] is nobody.",
        policies.join(", ")
    )]
}

/// A name means one account, not whoever is called so.
fn people(setup: &Setup) -> Vec<String> {
    let by_name = |discord: &ChatName| matches!(discord, ChatName::Name(_));
    let named = setup.people.values().filter(|person| by_name(&person.discord)).map(|person| person.id.to_string());
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "a person is found by the Discord user name only (before: by display name and nickname, too), once, and is that \
         account from then on. `siaga doctor` says which of {} is not found.",
        named.join(", ")
    )]
}

/// Who may do what is closed by default.
fn access(setup: &Setup) -> Vec<String> {
    let roles = &setup.discord.access;
    let mut changes = Vec::new();
    if roles.responder.is_empty() {
        changes.push(
            "only admins of the server act (before: every member), because `access.responder` names no role. \
             Write access = { responder = \"@sre\" } with your role, or \"@everyone\" to keep it as it was."
                .to_owned(),
        );
    }
    if roles.read.is_none() {
        let incidents = match &setup.discord.incidents {
            ChatName::Name(name) => format!("#{name}"),
            ChatName::Id(id) => format!("the channel {id}"),
        };
        changes.push(format!(
            "who cannot see {incidents} no longer lists, shows, exports or follows incidents (before: every member). \
             `access.read` names who may."
        ));
    }
    let paging = setup.severities.iter().filter(|(_, plan)| plan.page).map(|(severity, _)| severity.to_string());
    let paging: Vec<String> = paging.collect();
    if roles.page.is_none() && !paging.is_empty() {
        changes.push(format!(
            "when somebody who is no responder opens an incident of {}, responders are asked first (before: it paged at \
             once). `access.page` names who may page without being asked.",
            paging.join(", ")
        ));
    }
    let asks = |kind: &IntegrationKind| matches!(kind, IntegrationKind::Chat(rule) if rule.candidate);
    let asking = setup.integrations.iter().filter(|one| asks(&one.kind)).map(|one| one.name.to_string());
    let asking: Vec<String> = asking.collect();
    if !asking.is_empty() {
        changes.push(format!(
            "only responders answer whether a line of {} is an incident (before: everybody who saw the question).",
            asking.join(", ")
        ));
    }
    changes
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::changes;

    fn sentences(access: &str, more: &str) -> Vec<String> {
        let text = format!(
            "version = 1\n[discord]\nincidents = \"#incidents\"\n{access}\n[severities]\n\
             SEV-3 = {{ means = \"Degraded\", page = {} }}\n[routing]\n{}rules = [{{ match = [], severity = \"SEV-3\" }}]\n{more}",
            !more.is_empty(),
            if more.is_empty() { "" } else { "escalation = \"a\"\n" },
        );
        let setup = crate::from_text("siaga.toml", &text, &[]).unwrap().setup;
        changes(&setup).into_iter().map(|change| format!("{}: {}", change.about, change.sentence)).collect()
    }

    #[test]
    fn a_file_without_roles_learns_that_only_admins_act() {
        let told = sentences("", "");
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("access: only admins of the server act (before: every member)"), "{told:?}");
        assert!(told[1].contains("who cannot see #incidents no longer lists"), "{told:?}");
    }

    #[test]
    fn a_file_learns_only_what_touches_it() {
        assert!(sentences("access = { read = \"@staff\", responder = \"@sre\" }", "").is_empty());
        let pages = "[people]\nbudi = { discord = \"budi\" }\n[[escalations]]\nname = \"a\"\nsteps = [{ page = \"budi\" }]\n[[integrations]]\nname = \"talk\"\nkind = \"chat\"\nchannels = [\"#a\"]\nmatch = \"down\"\ncandidate = true\n";
        let told = sentences("access = { read = \"@staff\", responder = \"@sre\" }", pages);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[3].contains("at the end of a everybody whom the steps name is called once more"), "{told:?}");
        let known = pages
            .replace("steps = [{ page = \"budi\" }]", "steps = [{ page = \"budi\" }]\nat_end = { page = \"budi\" }");
        assert_eq!(sentences("access = { read = \"@staff\", responder = \"@sre\" }", &known).len(), 3);
        assert!(told[0].contains("opens an incident of SEV-3, responders are asked first"), "{told:?}");
        assert!(told[1].contains("only responders answer whether a line of talk is an incident"), "{told:?}");
        assert!(told[2].contains("says which of budi is not found"), "{told:?}");
    }
}
