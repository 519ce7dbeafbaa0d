//! Purpose: who may act, before the bot runs: what `siaga doctor` says of it, and the line that `siaga init` writes.

use discord::rest::{Body, Client, Failure, GuildId, Route, UserId};
use domain::Setup;
use serde_json::Value;

use crate::doctor::send;

/// Parts of the names that roles of responders have, best first.
const RESPONDERS: [&str; 10] =
    ["responder", "on-call", "oncall", "sre", "siaga", "incident", "devops", "ops", "infra", "engineer"];

/// What is said when no role responds.
pub(crate) fn closed(setup: &Setup) -> Option<String> {
    setup.discord.access.responder.is_empty().then(|| {
        "without `access.responder` only admins of the server can act (and whoever is paged, in that incident): create a \
         role for those who respond and name it in siaga.toml, access = { responder = \"@sre\" }"
            .to_owned()
    })
}

/// The line `siaga init` writes.
pub(crate) struct AccessLine {
    /// The line, or a comment in its place.
    pub(crate) line: String,
    /// What the person at the terminal reads about it.
    pub(crate) said: String,
}

/// A role of the server.
struct Role {
    id: String,
    name: String,
}

/// Finds the role of those who respond: by its name, and rather one that whoever made the bot has. Without one the line is a
/// comment, and only admins of the server can act.
///
/// # Errors
/// When Discord cannot be asked for the roles.
pub(crate) async fn line(rest: &Client, guild: GuildId) -> anyhow::Result<AccessLine> {
    let all = ask(rest, Route::guild_roles(guild)).await?.unwrap_or_default();
    let mut roles: Vec<(i64, Role)> = Vec::new();
    for role in all.as_array().into_iter().flatten() {
        let text = |field: &str| role[field].as_str().unwrap_or_default().to_owned();
        // Everybody has the one with the server's id; managed ones belong to bots.
        if text("id") != guild.0.to_string() && role["managed"] != true {
            roles.push((-role["position"].as_i64().unwrap_or(0), Role { id: text("id"), name: text("name") }));
        }
    }
    roles.sort_by_key(|(below, _)| *below);
    let roles: Vec<Role> = roles.into_iter().map(|(_, role)| role).collect();
    Ok(chosen(&roles, &own_roles(rest, guild).await))
}

/// Ids of the roles that whoever made the bot has in the server; none when that is not to be had.
async fn own_roles(rest: &Client, guild: GuildId) -> Vec<String> {
    let application = ask(rest, Route::current_application()).await.ok().flatten().unwrap_or_default();
    // A team's application says in its place which member owns the team.
    let owner = application["team"]["owner_user_id"].as_str().or_else(|| application["owner"]["id"].as_str());
    let Some(owner) = owner.and_then(|id| id.parse().ok()) else { return Vec::new() };
    let member = ask(rest, Route::get_member(guild, UserId(owner))).await.ok().flatten().unwrap_or_default();
    let roles = member["roles"].as_array().cloned().unwrap_or_default();
    roles.iter().filter_map(|role| role.as_str().map(str::to_owned)).collect()
}

fn chosen(roles: &[Role], own: &[String]) -> AccessLine {
    let named = |part: &&str, role: &&Role| words_of(&role.name).iter().any(|word| word == part);
    let fitting: Vec<&Role> =
        RESPONDERS.iter().flat_map(|part| roles.iter().filter(move |role| named(part, role))).collect();
    let own_role = fitting.iter().find(|role| own.contains(&role.id));
    match own_role.or(fitting.first()) {
        Some(role) => {
            // A name that another role has, too, or that TOML or Discord would read otherwise, is written as an id.
            let alone = roles.iter().filter(|other| other.name == role.name).count() == 1;
            let plain = role.name.chars().all(|c| c.is_alphanumeric() || " -_.".contains(c));
            let (value, note) = if alone && plain {
                (format!("@{}", role.name), String::new())
            } else {
                (role.id.clone(), format!("    # {}", role.name.replace(|c: char| c.is_control(), " ")))
            };
            AccessLine {
                line: format!("access    = {{ responder = \"{value}\" }}{note}"),
                said: format!(
                    "Responders: whoever has the role @{} (`access` in siaga.toml changes that).",
                    role.name
                ),
            }
        }
        None => AccessLine {
            line: "# Only admins of the server can act until this names a role of yours:\n\
                   # access  = { responder = \"@sre\" }"
                .to_owned(),
            said: "No role of this server looks like one of responders: until `access` in siaga.toml names one, only admins \
                   of the server (Manage Server) can act, and whoever is paged."
                .to_owned(),
        },
    }
}

/// The words of a role's name in lower case, and the whole of it: `SRE Team` is `sre`, `team`, `sre team`.
fn words_of(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty());
    let singular = |word: &str| word.strip_suffix('s').filter(|one| one.len() > 3).map(str::to_owned);
    let mut all: Vec<String> = words.clone().map(str::to_owned).collect();
    all.extend(words.filter_map(singular));
    all.push(name.clone());
    all
}

/// Reads something; none when Discord does not know it.
async fn ask(rest: &Client, route: Route) -> anyhow::Result<Option<Value>> {
    match send(rest, &route, Body::Empty, None).await {
        Ok(answer) => Ok(Some(answer.body)),
        Err(failure) => match failure.downcast_ref() {
            Some(Failure::Refused { status: 404, .. }) => Ok(None),
            _ => Err(failure),
        },
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "tests")]
mod tests {
    use super::{Role, chosen};

    fn line(roles: &[&str], own: &[usize]) -> String {
        let roles: Vec<Role> =
            roles.iter().enumerate().map(|(id, name)| Role { id: id.to_string(), name: (*name).to_owned() }).collect();
        let own: Vec<String> = own.iter().map(ToString::to_string).collect();
        chosen(&roles, &own).line
    }

    #[test]
    fn the_role_of_responders_is_found_by_its_name_and_rather_an_own_one() {
        assert_eq!(line(&["Boss", "SRE Team", "members"], &[]), "access    = { responder = \"@SRE Team\" }");
        assert_eq!(line(&["sre-lead", "sre"], &[]), "access    = { responder = \"@sre\" }");
        assert_eq!(line(&["sre", "Engineers"], &[1]), "access    = { responder = \"@Engineers\" }");
        assert_eq!(line(&["on-call", "on-call"], &[]), "access    = { responder = \"0\" }    # on-call");
        assert_eq!(line(&["ops \"1\""], &[]), "access    = { responder = \"0\" }    # ops \"1\"");
    }

    #[test]
    fn without_such_a_role_the_line_is_a_comment() {
        let text = line(&["Gamers", "Moderator", "shops"], &[0]);
        assert!(text.lines().all(|line| line.starts_with('#')), "{text}");
        assert!(text.contains("Only admins of the server can act"), "{text}");
    }

    #[test]
    fn what_init_writes_is_whole_with_a_role_and_without_one() {
        for (roles, warns) in [(vec!["SRE Team"], false), (vec!["on-call", "on-call"], false), (vec!["Gamers"], true)] {
            let text = crate::doctor::minimal_configuration("Toko \"Kita\"", "budi", &line(&roles, &[]));
            let loaded = config::from_text("siaga.toml", &text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(super::closed(&loaded.setup).is_some(), warns, "{text}");
            let warned = loaded.warnings.iter().any(|warning| warning.message.contains("access.responder"));
            assert_eq!(warned, warns, "{text}");
        }
    }
}
