//! Purpose: turn the lines of a message in a watched channel into alert reports, by the regular expression of a chat rule.
//!
//! The expression is run by an engine whose time is linear in the text, over texts of bounded length: no line can
//! keep us busy.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::setup::ChatRule;
use domain::{
    AlertOrigin, AlertReport, AlertStatus, ChatChannelId, ChatMessageId, ChatUserId, IntegrationName, Link, Severity,
    Timestamp,
};

use crate::{clean, key, markdown};

/// Longest text an expression is run over, in characters. Discord's own limits are 4,000 (text) and 4,096 (description).
const MATCHED_CHARS: usize = 8_000;

/// One message as the gateway saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// What was written.
    pub text: String,
    /// Its embeds, in order: other bots write their alerts there.
    pub embeds: Vec<EmbedText>,
    /// Where it was written.
    pub channel: ChatChannelId,
    /// The channel's name, without `#`; of a thread the name of its channel.
    pub channel_name: Option<String>,
    /// The channel in whose thread it was written, if it was one.
    pub parent: Option<ChatChannelId>,
    /// The message.
    pub message: ChatMessageId,
    /// Who wrote it, as shown.
    pub author: String,
    /// Who wrote it.
    pub author_id: ChatUserId,
    /// Their user name; of a webhook its name.
    pub user_name: String,
    /// Another bot wrote it.
    pub by_bot: bool,
    /// When it was written.
    pub at: Timestamp,
}

/// The texts of one embed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbedText {
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Names and values of its fields.
    pub fields: Vec<(String, String)>,
    /// Where its title leads.
    pub url: Option<String>,
    /// Who it says it is from: monitors write their name, or the state, above the title.
    pub author: Option<String>,
    /// The small print: hosts and rules stand there.
    pub footer: Option<String>,
}

/// Reads a message by a rule: an alert for each line that matches, in order; none when the expression matches none of its texts.
///
/// The expression looks at the cleaned text, and when nothing matches there, at each embed's title, description, fields
/// (`name: value`), author and footer, of which the first that matches counts. In a text each line is looked at alone, first without the Markdown
/// around its words, then as it was written; a match that needs several lines is found in the whole text. A thing that is said
/// twice in a message is said once.
///
/// The named groups fill a report: `title`, `severity` (when it reads as `SEV-2`; it wins over the rule's), `dedup_key`,
/// `status` (resolved when the rule lists the word) and `value`; every group that is not empty becomes a label, and the
/// channel's name becomes the label `channel`.
///
/// Without a `dedup_key` group, alerts are the same when integration, service and title are. The title is then taken
/// without the text of the `status` group, so that the line that says it is over means the alert that is open.
pub fn read(rule: &ChatRule, integration: &IntegrationName, line: &ChatLine) -> Vec<AlertReport> {
    let mut reports: Vec<AlertReport> = Vec::new();
    for found in find(rule, line) {
        let report = report_of(rule, integration, line, &found);
        let said = reports.iter().rev().find(|said| said.dedup_key == report.dedup_key);
        if said.is_none_or(|said| said.status != report.status) {
            reports.push(report);
        }
    }
    reports
}

fn report_of(rule: &ChatRule, integration: &IntegrationName, line: &ChatLine, found: &Found<'_>) -> AlertReport {
    let group = |name: &str| found.groups.get(name).map(String::as_str).filter(|text| !text.is_empty());

    let title = [
        rule.title.as_deref().map(|template| fill(template, &found.groups)),
        group("title").map(ToOwned::to_owned),
        Some(found.matched_line(false)),
    ]
    .into_iter()
    .flatten()
    .map(|title| clean::line(&title, clean::TITLE_CHARS))
    .find(|title| !title.is_empty())
    .unwrap_or_else(|| format!("Message matched by {integration}"));

    let dedup_key = match group("dedup_key") {
        Some(own) => key::from_sender(integration, own),
        None => {
            let subject = found.subject(rule).to_lowercase();
            let service = group("service").unwrap_or_default().to_lowercase();
            key::from_parts(integration, "chat", [service.as_str(), subject.as_str()])
        }
    };
    let status = match group("status") {
        Some(word) if rule.resolved_words.contains(&word.to_lowercase()) => AlertStatus::Resolved,
        Some(_) | None => AlertStatus::Firing,
    };

    let mut pairs: Vec<(&str, &str)> = found.groups.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    if let Some(name) = line.channel_name.as_deref().filter(|_| group("channel").is_none()) {
        pairs.push(("channel", name));
    }
    let clean::CleanLabels { labels, left_out } = clean::labels(pairs);
    let notices: Vec<String> =
        (left_out > 0).then(|| format!("{left_out} more labels were matched and are not kept.")).into_iter().collect();

    AlertReport {
        integration: integration.clone(),
        dedup_key,
        status,
        body: clean::body_with_notices(Some(&found.body).filter(|text| **text != title).map(String::as_str), &notices),
        title,
        labels,
        value: group("value").map(|value| clean::line(value, clean::VALUE_CHARS)),
        links: found
            .url
            .and_then(clean::http_url)
            .map(|url| Link { label: "Source".to_owned(), url })
            .into_iter()
            .collect(),
        runbook_url: None,
        starts_at: Some(line.at),
        origin: AlertOrigin::Chat {
            channel: line.channel,
            message: line.message,
            author: clean::line(&line.author, clean::AUTHOR_CHARS),
            author_id: line.author_id,
            by_bot: line.by_bot,
        },
        severity: group("severity").and_then(read_severity).or(rule.severity),
        candidate: rule.candidate,
        unmapped: None,
        drill: None,
        sender: None,
    }
}

/// What matched, and what its groups hold.
struct Found<'a> {
    /// The text the expression ran over: a line, or all of it.
    text: String,
    /// What was written about it: the whole text, or in a text of several alerts its own lines.
    body: String,
    url: Option<&'a str>,
    whole: Range<usize>,
    status: Option<Range<usize>>,
    /// Every named group of the expression; empty when it took no part.
    groups: BTreeMap<String, String>,
}

fn find<'a>(rule: &ChatRule, line: &'a ChatLine) -> Vec<Found<'a>> {
    let of_text = matches_in(rule, &line.text, None);
    if !of_text.is_empty() {
        return of_text;
    }
    let of_embed = |embed: &'a EmbedText| {
        let url = embed.url.as_deref();
        let fields = embed.fields.iter().map(|(name, value)| format!("{name}: {value}"));
        let small = embed.author.iter().chain(&embed.footer).cloned();
        let mut texts = embed.title.iter().chain(&embed.description).cloned().chain(fields).chain(small);
        texts.find_map(|text| Some(matches_in(rule, &text, url)).filter(|found| !found.is_empty()))
    };
    line.embeds.iter().filter_map(of_embed).flatten().collect()
}

fn matches_in<'a>(rule: &ChatRule, text: &str, url: Option<&'a str>) -> Vec<Found<'a>> {
    let text = clean::block(text, MATCHED_CHARS);
    if text.is_empty() {
        return Vec::new();
    }
    // An expression that reaches over a line's end wants more than its first line: it reads the text as a whole.
    if let Some(found) = across_lines(rule, &text, &text, url) {
        return vec![found];
    }
    let lines: Vec<&str> = text.lines().collect();
    let hits: Vec<(usize, Found<'a>)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, written)| {
            let read = |text: &str| Some((at, found_in(rule, text, text, url)?));
            read(&markdown::plain(written)).or_else(|| read(written))
        })
        .collect();
    if hits.is_empty() {
        let plain: Vec<String> = lines.iter().map(|line| markdown::plain(line)).collect();
        let plain = plain.join("\n");
        return across_lines(rule, &plain, &text, url)
            .or_else(|| found_in(rule, &text, &text, url))
            .into_iter()
            .collect();
    }
    let begins: Vec<usize> = hits.iter().map(|(at, _)| *at).collect();
    let own_lines = |nth: usize| {
        // What stands above the first one introduces all of them.
        let from = if nth == 0 { 0 } else { begins[nth] };
        let to = begins.get(nth + 1).copied().unwrap_or(lines.len());
        lines[from..to].join("\n").trim().to_owned()
    };
    hits.into_iter().enumerate().map(|(nth, (_, found))| Found { body: own_lines(nth), ..found }).collect()
}

/// A match with a line's end inside it.
fn across_lines<'a>(rule: &ChatRule, text: &str, body: &str, url: Option<&'a str>) -> Option<Found<'a>> {
    found_in(rule, text, body, url).filter(|found| found.text[found.whole.clone()].trim().contains('\n'))
}

fn found_in<'a>(rule: &ChatRule, text: &str, body: &str, url: Option<&'a str>) -> Option<Found<'a>> {
    let captures = rule.pattern.captures(text).filter(|_| !text.trim().is_empty())?;
    let whole = captures.get(0)?.range();
    let status = captures.name("status").map(|group| group.range());
    let groups = rule
        .pattern
        .capture_names()
        .flatten()
        .map(|name| {
            let text = captures.name(name).map_or("", |group| group.as_str());
            (name.to_owned(), clean::line(text, clean::LABEL_VALUE_CHARS))
        })
        .collect();
    Some(Found { url, whole, status, groups, text: text.to_owned(), body: body.to_owned() })
}

impl Found<'_> {
    /// The line in which the match begins, with or without the text of the `status` group.
    fn matched_line(&self, without_status: bool) -> String {
        let start = self.text[..self.whole.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[self.whole.start..].find('\n').map_or(self.text.len(), |at| self.whole.start + at);
        match self.status.as_ref().filter(|status| without_status && status.start >= start && status.end <= end) {
            Some(status) => format!("{} {}", &self.text[start..status.start], &self.text[status.end..end]),
            None => self.text[start..end].to_owned(),
        }
    }

    /// What the line is about, as said by the title, whatever its status.
    fn subject(&self, rule: &ChatRule) -> String {
        let subject = match (rule.title.as_deref(), self.groups.get("title").filter(|title| !title.is_empty())) {
            (Some(template), _) => {
                let mut groups = self.groups.clone();
                if let Some(status) = groups.get_mut("status") {
                    status.clear();
                }
                fill(template, &groups)
            }
            (None, Some(title)) => title.clone(),
            (None, None) => self.matched_line(true),
        };
        clean::line(&subject, clean::TITLE_CHARS)
    }
}

/// Puts groups into `{name}`, once: braces in what was written are text. A name that is no group stays visible.
fn fill(template: &str, groups: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let from_open = &rest[open..];
        let group = from_open.find('}').and_then(|close| Some((close, groups.get(&from_open[1..close])?)));
        if let Some((close, text)) = group {
            filled.push_str(text);
            rest = &from_open[close + 1..];
        } else {
            filled.push('{');
            rest = &from_open[1..];
        }
    }
    filled.push_str(rest);
    filled
}

/// Only `SEV-1` to `SEV-5` is a severity of ours; `critical` and other words are labels, for the routing to judge.
fn read_severity(text: &str) -> Option<Severity> {
    let text = text.trim();
    let is_ours = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sev"));
    if is_ours { text.parse().ok() } else { None }
}
