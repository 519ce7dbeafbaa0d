//! Purpose: single values: durations, names, zones, matchers, regular expressions, each with a sentence when wrong.

use std::net::IpAddr;
use std::time::Duration;

use domain::setup::{AccessRoles, ChatName, Language, RoomKind, StatusLines};
use domain::{Matcher, Severity};
use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use regex::{Regex, RegexBuilder};

use crate::did_you_mean;
use crate::read::Text;

/// Compiled size that a regular expression may have, in bytes.
const REGEX_SIZE_BYTES: usize = 1024 * 1024;

/// A duration like `5m`, within bounds that are texts of the same form.
pub(crate) fn duration(text: Text<'_>, least: &str, most: &str) -> Option<Duration> {
    let wrong = || text.error(format!("`{}` is not a duration", text.text));
    let Ok(value) = text.text.trim().parse::<SignedDuration>() else {
        let has_days = text.text.contains(['d', 'w', 'y']) && text.text.starts_with(|c: char| c.is_ascii_digit());
        wrong().help(if has_days {
            "use hours, minutes and seconds: a day is \"24h\" (days are not all equally long)".to_owned()
        } else if !text.text.is_empty() && text.text.chars().all(|c| c.is_ascii_digit()) {
            format!("which unit? \"{0}s\", \"{0}m\" or \"{0}h\"", text.text)
        } else {
            "write it like \"90s\", \"5m\" or \"1h30m\"".to_owned()
        });
        return None;
    };
    let bound = |text: &str| text.parse::<SignedDuration>().expect("literal duration");
    if value < bound(least) || value > bound(most) {
        text.error(format!("`{}` is out of range", text.text))
            .help(format!("the least is \"{least}\", the most \"{most}\""));
        return None;
    }
    Duration::try_from(value).ok()
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(text: Text<'_>, what: &str, known: &[(&str, T)]) -> Option<T> {
    if let Some((_, value)) = known.iter().find(|(word, _)| *word == text.text) {
        return Some(*value);
    }
    let words = || known.iter().map(|(word, _)| *word);
    text.error(format!("`{}` is not a {what}", text.text)).help(match did_you_mean(text.text, words()) {
        Some(word) => format!("did you mean \"{word}\"?"),
        None => format!("one of: {}", words().collect::<Vec<_>>().join(", ")),
    });
    None
}

pub(crate) fn language(text: Text<'_>) -> Option<Language> {
    choice(text, "language", &[("en", Language::En), ("id", Language::Id)])
}

pub(crate) fn room(text: Text<'_>) -> Option<RoomKind> {
    choice(text, "room", &[("line", RoomKind::Line), ("thread", RoomKind::Thread), ("channel", RoomKind::Channel)])
}

pub(crate) fn status_lines(text: Text<'_>) -> Option<StatusLines> {
    choice(text, "status_lines", &[("ends", StatusLines::Ends), ("all", StatusLines::All)])
}

pub(crate) fn severity(text: Text<'_>) -> Option<Severity> {
    let severity = text.text.parse().ok();
    if severity.is_none() {
        text.error(format!("`{}` is not a severity", text.text)).help("severities are SEV-1 (worst) to SEV-5");
    }
    severity
}

/// A text that is not empty.
pub(crate) fn sentence(text: Text<'_>) -> Option<String> {
    let trimmed = text.text.trim();
    if trimmed.is_empty() {
        text.error("this text is empty");
        return None;
    }
    Some(trimmed.to_owned())
}

/// A channel: `#incidents` or an id.
pub(crate) fn channel(text: Text<'_>) -> Option<ChatName> {
    let name = prefixed(text, '#', "channel", '@', "role")?;
    if let ChatName::Name(name) = &name
        && name.chars().any(|c| c.is_ascii_uppercase() || c.is_whitespace())
    {
        let fixed: String = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        text.error("Discord's channel names have no capitals and no spaces")
            .help(format!("did you mean \"#{fixed}\"?"));
        return None;
    }
    Some(name)
}

/// A role: `@sre` or an id.
pub(crate) fn role(text: Text<'_>) -> Option<ChatName> {
    let name = prefixed(text, '@', "role", '#', "channel")?;
    if matches!(&name, ChatName::Name(name) if name == "everyone" || name == "here") {
        text.error("everyone is never a role here").help("name the role of those who respond, like \"@sre\"");
        return None;
    }
    Some(name)
}

/// A role of `access`: as [`role`], and `@everyone` where that is a choice somebody can mean.
pub(crate) fn access_role(text: Text<'_>, everyone: bool) -> Option<ChatName> {
    if everyone && text.text.trim() == "@everyone" {
        return Some(ChatName::Name(AccessRoles::EVERYONE.to_owned()));
    }
    role(text)
}

/// A server or category: a name or an id.
pub(crate) fn place(text: Text<'_>) -> Option<ChatName> {
    name_or_id(text, text.text.trim())
}

/// A Discord user: user name, with or without `@`, or id.
pub(crate) fn user(text: Text<'_>) -> Option<ChatName> {
    let name = text.text.trim();
    let name = name.strip_prefix('@').unwrap_or(name);
    if let Some((user, digits)) = name.rsplit_once('#')
        && digits.len() == 4
        && digits.chars().all(|c| c.is_ascii_digit())
    {
        text.error("Discord's user names have no #number any more").help(format!("did you mean \"{user}\"?"));
        return None;
    }
    let user = name_or_id(text, name)?;
    if let ChatName::Name(name) = &user
        && !is_user_name(name)
    {
        let small = name.to_lowercase();
        let help = "display names and nicknames do not count, because anybody can take them";
        let help = if is_user_name(&small) { format!("{help}; did you mean \"{small}\"?") } else { help.to_owned() };
        text.doc.warning(text.span, format!("nobody can have the Discord user name `{name}`")).help(help);
    }
    Some(user)
}

/// Small letters, digits, `.` and `_`. Source: Discord's help pages, "Usernames".
fn is_user_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
    (2..=32).contains(&name.len()) && name.chars().all(good)
}

fn prefixed(text: Text<'_>, mark: char, what: &str, other_mark: char, other: &str) -> Option<ChatName> {
    let name = text.text.trim();
    if name.starts_with(other_mark) {
        text.error(format!("expected a {what}, found the {other} `{name}`"))
            .help(format!("a {what} begins with `{mark}`"));
        return None;
    }
    name_or_id(text, name.strip_prefix(mark).unwrap_or(name))
}

fn name_or_id(text: Text<'_>, name: &str) -> Option<ChatName> {
    if name.is_empty() {
        text.error("this name is empty").help("a name, or Discord's id in quotes");
        return None;
    }
    // Ids have 17 to 20 digits; shorter numbers are names.
    if name.len() >= 15 && name.chars().all(|c| c.is_ascii_digit()) {
        let id = name.parse().ok();
        if id.is_none() {
            text.error("this id is too large to be one of Discord's");
        }
        return id.map(ChatName::Id);
    }
    Some(ChatName::Name(name.to_owned()))
}

/// A name of the configuration: of a schedule, a service.
pub(crate) fn own_name(text: Text<'_>) -> Option<String> {
    let name = sentence(text)?;
    if name.chars().any(|c| c.is_control() || c == ':' || c == '`') || name.chars().count() > 64 {
        text.error("a name has at most 64 characters and no colon or backtick");
        return None;
    }
    Some(name)
}

/// A name that is part of an address.
pub(crate) fn address_name(text: Text<'_>) -> Option<String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if text.text.is_empty() || text.text.len() > 64 || !text.text.chars().all(good) {
        text.error(format!("`{}` cannot be part of an address", text.text))
            .help("use lower-case letters, digits, `-` and `_`, at most 64");
        return None;
    }
    Some(text.text.to_owned())
}

/// The name of an environment variable.
pub(crate) fn variable(text: Text<'_>) -> Option<String> {
    let good = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let name = text.text;
    if name.is_empty() || !name.chars().all(good) || name.starts_with(|c: char| c.is_ascii_digit()) {
        text.error("this is not the name of an environment variable")
            .help("capitals, digits and `_`, like SIAGA_KEY_ALERTMANAGER; put the key itself into that variable, never into this file");
        return None;
    }
    Some(name.to_owned())
}

pub(crate) fn timezone(text: Text<'_>) -> Option<TimeZone> {
    let name = text.text.trim();
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let abbreviation = match name.to_ascii_uppercase().as_str() {
        "WIB" | "GMT+7" | "UTC+7" => Some("Asia/Jakarta"),
        "WITA" | "GMT+8" | "UTC+8" => Some("Asia/Makassar"),
        "WIT" | "GMT+9" | "UTC+9" => Some("Asia/Jayapura"),
        _ => None,
    };
    let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    let last = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).replace('_', " ").to_lowercase();
    let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ").to_lowercase();
    let meant = abbreviation
        .map(str::to_owned)
        .or_else(|| zones.iter().find(|zone| zone.contains('/') && last(zone) == city).cloned())
        .or_else(|| did_you_mean(name, zones.iter().map(String::as_str)).map(str::to_owned));
    text.error(format!("no time zone is named `{name}`")).help(match meant {
        Some(zone) => format!("did you mean \"{zone}\"?"),
        None => "use an IANA name like \"Asia/Jakarta\" or \"UTC\"".to_owned(),
    });
    None
}

const DAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// Day and time of a handoff: `Monday 09:00`.
pub(crate) fn handoff(text: Text<'_>) -> Option<(Weekday, Time)> {
    let mut words = text.text.split_whitespace();
    let (Some(day), Some(time), None) = (words.next(), words.next(), words.next()) else {
        text.error(format!("`{}` is not a day and a time", text.text)).help("write it like \"Monday 09:00\"");
        return None;
    };
    let weekday = DAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(day) || name[..3].eq_ignore_ascii_case(day));
    let Some((_, weekday)) = weekday else {
        text.error(format!("`{day}` is not a day of the week")).help(
            match did_you_mean(day, DAYS.iter().map(|(name, _)| *name)) {
                Some(name) => format!("did you mean \"{name} {time}\"?"),
                None => "write it in English, like \"Monday 09:00\"".to_owned(),
            },
        );
        return None;
    };
    let clock = time.split_once(':').filter(|(hour, minute)| hour.len() <= 2 && minute.len() == 2);
    let clock = clock.and_then(|(hour, minute)| Some((hour.parse::<i8>().ok()?, minute.parse::<i8>().ok()?)));
    let Some(clock) = clock.and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok()) else {
        text.error(format!("`{time}` is not a time of day")).help("hours and minutes, 00:00 to 23:59");
        return None;
    };
    Some((*weekday, clock))
}

/// An address that people can open.
pub(crate) fn url(text: Text<'_>) -> Option<String> {
    let url = text.text.trim();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.starts_with('/') || host.contains(char::is_whitespace)) {
        text.error("this address cannot be opened").help("it begins with https:// or http:// and has no spaces");
        return None;
    }
    Some(url.to_owned())
}

/// An address, or a network of addresses.
pub(crate) fn network(text: Text<'_>) -> Option<IpNet> {
    let written = text.text.trim();
    let network = written.parse::<IpNet>().or_else(|_| written.parse::<IpAddr>().map(IpNet::from));
    match network {
        Ok(network) if network.prefix_len() == 0 => {
            text.error(format!("`{written}` is everybody: anybody could say that they are somebody else"))
                .help("name the addresses of your proxies only");
            None
        }
        Ok(network) => Some(network.trunc()),
        Err(_) => {
            text.error(format!("`{written}` is neither an address nor a network"))
                .help("for example 127.0.0.1, 10.0.0.0/8 or fd00::/8; names are not looked up");
            None
        }
    }
}

/// A host of an address, without anything around it.
pub(crate) fn host(text: Text<'_>) -> Option<String> {
    let host = text.text.trim().trim_end_matches('.').to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let good = inner.map_or_else(|| host.chars().all(plain), |host| host.parse::<std::net::Ipv6Addr>().is_ok());
    if host.is_empty() || !good {
        text.error(format!("`{}` is no host", text.text))
            .help("write the host alone, without https:// and port: \"discord-proxy.example.com\"");
        return None;
    }
    Some(host)
}

pub(crate) fn matcher(text: Text<'_>) -> Option<Matcher> {
    match Matcher::parse(text.text) {
        Ok(matcher) => Some(matcher),
        Err(e) => {
            let help = match text.text.split_once('~') {
                _ if text.text.contains(['=', '!']) => None,
                Some((label, value)) => Some(format!("did you mean '{label}=~{value}'?")),
                None => Some("for example 'severity=\"critical\"'".to_owned()),
            };
            text.error(format!("`{}` is not a matcher: {e}", text.text)).maybe_help(help);
            None
        }
    }
}

/// A regular expression over chat lines; a mistake is shown inside it.
pub(crate) fn pattern(text: Text<'_>) -> Option<Regex> {
    match RegexBuilder::new(text.text).size_limit(REGEX_SIZE_BYTES).build() {
        Ok(regex) => Some(regex),
        Err(regex::Error::Syntax(report)) => {
            let (message, at) = syntax(&report, text.text);
            let span =
                at.map_or(text.span, |at| text.part(at, text.text.len().min(text.text.ceil_char_boundary(at + 1))));
            text.doc.error(span, format!("the regular expression does not compile: {message}"));
            None
        }
        Err(_) => {
            text.error("this regular expression is too large").help("use smaller repetitions, like {0,20}");
            None
        }
    }
}

/// The last line and, for patterns of one line, the place of the caret in the report of the regex crate:
/// `regex parse error:`, the pattern after four spaces, the caret, `error: ...`.
fn syntax(report: &str, pattern: &str) -> (String, Option<usize>) {
    let lines: Vec<&str> = report.lines().collect();
    let message = lines.last().copied().unwrap_or(report).trim_start_matches("error: ").to_owned();
    let caret = lines.iter().find(|line| line.contains('^') && line.trim_matches([' ', '^']).is_empty());
    let at = caret
        .and_then(|line| line.find('^'))
        .and_then(|column| column.checked_sub(4))
        .filter(|_| !pattern.contains('\n'))
        .and_then(|column| pattern.char_indices().nth(column).map(|(at, _)| at));
    (message, at)
}
