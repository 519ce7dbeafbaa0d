//! Purpose: turn a line in a watched channel into an alert report, by the regular expression of a chat rule.
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

use crate::{clean, key};

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
    /// The channel's name, without `#`.
    pub channel_name: Option<String>,
    /// The message.
    pub message: ChatMessageId,
    /// Who wrote it, as shown.
    pub author: String,
    /// Who wrote it.
    pub author_id: ChatUserId,
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
}

/// Reads a line by a rule; nothing when the expression matches none of its texts.
///
/// The expression runs over the cleaned text, then over each embed's title, description and fields (`name: value`); the
/// first match wins. Its named groups fill the report: `title`, `severity` (when it reads as `SEV-2`; it wins over the
/// rule's), `dedup_key`, `status` (resolved when the rule lists the word) and `value`; every group that is not empty
/// becomes a label, and the channel's name becomes the label `channel`.
///
/// Without a `dedup_key` group, alerts are the same when integration, service and title are. The title is then taken
/// without the text of the `status` group, so that the line that says it is over means the alert that is open.
pub fn read(rule: &ChatRule, integration: &IntegrationName, line: &ChatLine) -> Option<AlertReport> {
    let found = find(rule, line)?;
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

    Some(AlertReport {
        integration: integration.clone(),
        dedup_key,
        status,
        body: clean::body_with_notices(Some(&found.text).filter(|text| **text != title).map(String::as_str), &notices),
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
    })
}

/// The text that matched, and what its groups hold.
struct Found<'a> {
    text: String,
    url: Option<&'a str>,
    whole: Range<usize>,
    status: Option<Range<usize>>,
    /// Every named group of the expression; empty when it took no part.
    groups: BTreeMap<String, String>,
}

fn find<'a>(rule: &ChatRule, line: &'a ChatLine) -> Option<Found<'a>> {
    let of_embeds = line.embeds.iter().flat_map(|embed| {
        let url = embed.url.as_deref();
        let fields = embed.fields.iter().map(|(name, value)| format!("{name}: {value}"));
        let texts = embed.title.iter().chain(&embed.description).cloned().chain(fields);
        texts.map(move |text| (text, url))
    });
    std::iter::once((line.text.clone(), None))
        .chain(of_embeds)
        .map(|(text, url)| (clean::block(&text, MATCHED_CHARS), url))
        .filter(|(text, _)| !text.is_empty())
        .find_map(|(text, url)| {
            let captures = rule.pattern.captures(&text)?;
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
            Some(Found { url, whole, status, groups, text })
        })
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
