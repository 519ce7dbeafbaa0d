//! Purpose: which alerting rules lack most, and what to add to them.

use domain::quality::Missing;
use domain::setup::Language;

use crate::card::missing_word;
use crate::list::{and, grouped};
use crate::say::say;
use crate::text::name;
use crate::{cut, length, link, plain};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;

/// An alerting rule that lacks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LackingRule {
    /// Its name at the sender.
    pub rule: String,
    /// The integration that sends it.
    pub integration: String,
    /// How many of its alerts came.
    pub seen: usize,
    /// What they lack, and how often; most often first.
    pub lacks: Vec<(Missing, usize)>,
    /// Where the rule can be changed.
    pub url: Option<String>,
}

/// The worst rules, worst first. `seen` is how many alerts came at all.
pub fn alert_quality(rules: &[LackingRule], seen: usize, lang: Language) -> String {
    if seen == 0 {
        return say!(lang, "quality-nothing-seen");
    }
    if rules.is_empty() {
        return say!(lang, "quality-all-good", number = seen, shown = grouped(seen, lang));
    }
    let mut text = say!(lang, "quality-worst");
    for (index, rule) in rules.iter().enumerate() {
        let line = format!("\n{}. {}", index + 1, line(rule, lang));
        if length(&text) + length(&line) + 60 > LIMIT {
            let more = say!(lang, "text-more", shown = grouped(rules.len() - index, lang));
            return format!("{text}\n{more}");
        }
        text.push_str(&line);
    }
    text
}

fn line(rule: &LackingRule, lang: Language) -> String {
    let called = cut(&plain(&rule.rule), 60);
    let called = rule.url.as_deref().and_then(|url| link(&called, url)).unwrap_or_else(|| name(&called));
    // Of what lacks equally often, how bad it is comes before what it means, and that before what to do.
    let mut lacks = rule.lacks.clone();
    let place = |missing| Missing::ALL.iter().position(|known| *known == missing);
    lacks.sort_by_key(|(missing, times)| (std::cmp::Reverse(*times), place(*missing)));
    let lacks: Vec<String> = lacks
        .iter()
        .map(|(missing, times)| {
            let what = missing_word(*missing, lang);
            if *times >= rule.seen {
                what
            } else {
                say!(lang, "quality-times", what = what, times = grouped(*times, lang))
            }
        })
        .collect();
    let add: Vec<String> = Missing::ALL
        .into_iter()
        .filter(|missing| rule.lacks.iter().any(|(lacking, _)| lacking == missing))
        .map(|missing| add(missing, lang))
        .collect();
    say!(
        lang,
        "quality-line",
        rule = called,
        integration = name(&rule.integration),
        number = rule.seen,
        shown = grouped(rule.seen, lang),
        lacks = and(&lacks, lang),
        add = and(&add, lang)
    )
}

/// What to add so that it no longer lacks.
fn add(missing: Missing, lang: Language) -> String {
    match missing {
        Missing::Severity => say!(lang, "quality-add-label", label = "severity"),
        Missing::Urgency => say!(lang, "quality-add-label", label = "urgency"),
        Missing::Service => say!(lang, "quality-add-label", label = "service"),
        Missing::Title => say!(lang, "quality-add-annotation", annotation = "summary"),
        Missing::Value => say!(lang, "quality-add-annotation", annotation = "value"),
        Missing::Meaning => say!(lang, "quality-add-annotation", annotation = "description"),
        Missing::Runbook => say!(lang, "quality-add-annotation", annotation = "runbook_url"),
        Missing::Owner => say!(lang, "quality-add-owner"),
    }
}
