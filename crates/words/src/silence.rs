//! Purpose: what people read of silences: before they confirm one, while it holds, and when it is over.

use domain::incident::{HeldBack, HoldOverWhy, Incident};
use domain::labels::MatcherError;
use domain::setup::Language;
use domain::silence::{Matches, NotPossible, OverWhy, Silence, SilenceAnswer, SilenceEvent, Terms};
use domain::typed_time::BadTime;
use domain::{IncidentId, Severity, Timestamp};
use jiff::SignedDuration;

use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{name, sentence, then, title};
use crate::time::{TimeStyle, relative, timestamp};
use crate::typed_time::{bad_time, clock_change};
use crate::{cut, escape};

/// Silences in one list.
const SHOWN: usize = 15;
/// Incidents named in one sentence.
const NAMED: usize = 8;

/// What is known of a silence when somebody looks at it.
#[derive(Clone, Copy, Debug)]
pub struct SilenceFacts<'a> {
    /// The silence.
    pub silence: &'a Silence,
    /// Alerts it holds back now.
    pub firing: usize,
    /// Alerts that it matches and another silence holds back.
    pub by_others: usize,
    /// Titles of the first of all of these.
    pub titles: &'a [String],
    /// Open incidents that it holds back.
    pub incidents: &'a [IncidentId],
}

/// The private answer to a request about silences.
pub fn silence_answer(answer: &SilenceAnswer, lang: Language) -> String {
    match answer {
        SilenceAnswer::Proposed { terms, until, incident, matches, problem, number: _ } => {
            let problem = problem.as_ref().map(|why| not_possible(why, lang));
            let mut lines: Vec<String> =
                problem.map(|why| then(why, Some(say!(lang, "silence-stands")))).into_iter().collect();
            lines.push(match until {
                Some(until) => say!(lang, "silence-proposed", until = at(until.at)),
                None => say!(lang, "silence-proposed-open"),
            });
            lines.push(matchers(terms, lang));
            lines.push(say!(lang, "silence-reason", reason = sentence(&terms.reason, 300)));
            lines.push(matched(matches, lang));
            lines.extend(matches.titles.iter().map(|alert| format!("- {}", cut(&title(alert, lang), 120))));
            lines.extend(goes_on(matches, *incident, lang));
            lines.extend(matches.everything.then(|| say!(lang, "silence-everything")));
            lines.push(what_rings(terms.severity.or(matches.worst), lang));
            let clock = until.as_ref().and_then(|until| until.clock.as_ref());
            lines.extend(clock.map(|clock| clock_change(clock, lang)));
            lines.join("\n")
        }
        SilenceAnswer::Began { number, until, matches } => {
            let began = say!(lang, "silence-began", number = shown(*number), until = at(*until));
            then(then(began, Some(held_now(matches, lang))), goes_on(matches, None, lang))
        }
        SilenceAnswer::Extended { number, until } => {
            say!(lang, "silence-extended", number = shown(*number), until = at(*until))
        }
        SilenceAnswer::Holds { held, number: _ } => held_back(held, lang),
        SilenceAnswer::Shortened { number, until } => {
            say!(lang, "silence-shortened", number = shown(*number), until = at(*until))
        }
        SilenceAnswer::Ended { number, alerts, rang } => {
            let ended = say!(lang, "silence-ended", number = shown(*number));
            then(ended, Some(fires_now(*alerts, rang, lang)))
        }
        SilenceAnswer::LetEnd { number, until } => {
            say!(lang, "silence-let-end", number = shown(*number), until = at(*until))
        }
        SilenceAnswer::Cancelled => say!(lang, "silence-cancelled"),
        SilenceAnswer::Nothing => say!(lang, "answer-nothing"),
        SilenceAnswer::NotPossible(why) => not_possible(why, lang),
    }
}

fn not_possible(why: &NotPossible, lang: Language) -> String {
    match why {
        NotPossible::BadMatcher { text, why } => {
            let why = match why {
                MatcherError::NoOperator => say!(lang, "silence-matcher-operator"),
                MatcherError::EmptyName => say!(lang, "silence-matcher-name"),
                MatcherError::BadQuotes => say!(lang, "silence-matcher-quotes"),
                MatcherError::NeedsQuotes { letter } => {
                    say!(lang, "silence-matcher-needs-quotes", letter = letter.to_string())
                }
                MatcherError::ReadsDifferently { part } => {
                    say!(lang, "silence-matcher-differs", part = escape(part))
                }
                MatcherError::BadRegex(why) => say!(lang, "silence-matcher-regex", why = cut(&escape(why), 200)),
            };
            say!(lang, "silence-bad-matcher", text = cut(&escape(text), 100), why = why)
        }
        NotPossible::TooManyMatchers => {
            say!(
                lang,
                "silence-too-many-matchers",
                number = domain::silence::MOST_MATCHERS,
                length = domain::silence::TEXT_LIMIT
            )
        }
        NotPossible::Everything => say!(lang, "silence-matches-all"),
        NotPossible::NoReason => say!(lang, "silence-no-reason"),
        NotPossible::ReasonTooLong => say!(lang, "silence-reason-too-long", length = domain::silence::TEXT_LIMIT),
        NotPossible::Time(BadTime::OneEnd) => say!(lang, "silence-one-end"),
        NotPossible::Time(why) => bad_time(why, lang),
        NotPossible::TooLong { longest } => {
            let longest = SignedDuration::try_from(*longest).unwrap_or(SignedDuration::MAX);
            say!(lang, "silence-too-long", longest = crate::duration(longest, lang))
        }
        NotPossible::Earlier { until } => say!(lang, "silence-earlier", until = at(*until)),
        NotPossible::Later { until } => say!(lang, "silence-later", until = at(*until)),
        NotPossible::ExtendedAlready { until } => say!(lang, "silence-extended-already", until = at(*until)),
        NotPossible::JustPassed { text } => say!(lang, "silence-just-passed", text = cut(&escape(text), 20)),
        NotPossible::NothingFires { incident } => say!(lang, "silence-nothing-fires", incident = incident.label()),
        NotPossible::NoSilence { number, known } => no_silence(*number, known, lang),
        NotPossible::NoProposal => say!(lang, "silence-no-proposal"),
    }
}

/// What a silence says where everybody reads it, or to its owner.
pub fn silence_said(own: &Silence, event: &SilenceEvent, lang: Language) -> String {
    let (who, number) = (name(&own.by.name), shown(own.number));
    let reason = || say!(lang, "silence-reason", reason = sentence(&own.terms.reason, 300));
    match event {
        SilenceEvent::Began { until, alerts, incidents, .. } => {
            let began = say!(lang, "silence-said-began", who = who, number = number, until = at(*until));
            let matches = Matches { alerts: *alerts, incidents: incidents.clone(), ..Matches::default() };
            [began, matchers(&own.terms, lang), reason(), held_now(&matches, lang)].join("\n")
        }
        SilenceEvent::Extended { by, until } => {
            say!(lang, "silence-said-extended", who = name(&by.name), number = number, until = at(*until))
        }
        SilenceEvent::Shortened { by, until } => {
            say!(lang, "silence-said-shortened", who = name(&by.name), number = number, until = at(*until))
        }
        SilenceEvent::Asked { alerts } => {
            let until = own.until().unwrap_or(Timestamp::MIN);
            let ends = say!(lang, "silence-asked", number = number, until = relative(until));
            let fires = say!(lang, "silence-asked-fires", number = *alerts, shown = grouped(*alerts, lang));
            [then(ends, Some(fires)), matchers(&own.terms, lang)].join("\n")
        }
        SilenceEvent::Over { why, alerts, rang } => {
            let over = match why {
                OverWhy::Time => say!(lang, "silence-said-over", who = who, number = number),
                OverWhy::Person { by } => {
                    say!(lang, "silence-said-ended", who = who, number = number, by = name(&by.name))
                }
                OverWhy::Left => say!(lang, "silence-said-left", who = who, number = number),
                OverWhy::NotAPerson => say!(lang, "silence-said-not-a-person", who = who, number = number),
                OverWhy::NotConfirmed => say!(lang, "silence-cancelled"),
            };
            let held = say!(lang, "silence-said-held", number = own.held, shown = grouped(own.held, lang));
            then(then(over, Some(held)), Some(fires_now(*alerts, rang, lang)))
        }
        SilenceEvent::Proposed { .. }
        | SilenceEvent::Changed { .. }
        | SilenceEvent::Held { .. }
        | SilenceEvent::ClockSet { .. } => say!(lang, "silence-one", number = number),
    }
}

/// A button about a silence, or a text of its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the glossary; the text is what they mean")]
pub enum SilenceText {
    Silence,
    HalfHour,
    TwoHours,
    Morning,
    Change,
    Cancel,
    End,
    Extend,
    LetEnd,
    FormTitle,
    FormMatchers,
    FormUntil,
    FormUntilHint,
    FormReason,
}

/// What it says.
pub fn silence_text(text: SilenceText, lang: Language) -> String {
    match text {
        SilenceText::Silence => say!(lang, "silence-button-silence"),
        SilenceText::HalfHour => say!(lang, "silence-button-half-hour"),
        SilenceText::TwoHours => say!(lang, "silence-button-two-hours"),
        SilenceText::Morning => say!(lang, "silence-button-morning"),
        SilenceText::Change => say!(lang, "silence-button-change"),
        SilenceText::Cancel => say!(lang, "silence-button-cancel"),
        SilenceText::End => say!(lang, "silence-button-end"),
        SilenceText::Extend => say!(lang, "silence-button-extend"),
        SilenceText::LetEnd => say!(lang, "silence-button-let-end"),
        SilenceText::FormTitle => say!(lang, "silence-form-title"),
        SilenceText::FormMatchers => say!(lang, "silence-form-matchers"),
        SilenceText::FormUntil => say!(lang, "silence-form-until"),
        SilenceText::FormUntilHint => say!(lang, "silence-form-until-hint"),
        SilenceText::FormReason => say!(lang, "silence-form-reason"),
    }
}

/// Everything about one silence.
pub fn silence_show(facts: &SilenceFacts<'_>, lang: Language) -> String {
    let own = facts.silence;
    let (who, number) = (name(&own.by.name), shown(own.number));
    let mut lines = vec![match own.until() {
        Some(until) => say!(lang, "silence-show", number = number, who = who, until = at(until)),
        None => say!(lang, "silence-show-over", number = number, who = who),
    }];
    lines.push(matchers(&own.terms, lang));
    lines.push(say!(lang, "silence-reason", reason = sentence(&own.terms.reason, 500)));
    lines.push(what_rings(own.severity, lang));
    lines.push(counted(facts, lang));
    lines.extend(facts.titles.iter().map(|alert| format!("- {}", cut(&title(alert, lang), 120))));
    let more = (facts.firing + facts.by_others).saturating_sub(facts.titles.len());
    if more > 0 {
        lines.push(format!("- {}", say!(lang, "text-more", shown = grouped(more, lang))));
    }
    let past: Vec<&String> = own.titles.iter().filter(|held| !facts.titles.contains(held)).take(10).collect();
    if !past.is_empty() {
        lines.push(say!(lang, "silence-show-held"));
        lines.extend(past.into_iter().map(|alert| format!("- {}", cut(&title(alert, lang), 120))));
    }
    lines.join("\n")
}

/// All silences that hold, the one that ends first at the beginning.
pub fn silence_list(all: &[SilenceFacts<'_>], lang: Language) -> String {
    if all.is_empty() {
        return say!(lang, "silence-list-none");
    }
    let mut lines = vec![say!(lang, "silence-list")];
    for facts in all.iter().take(SHOWN) {
        let own = facts.silence;
        let until = own.until().map(at).unwrap_or_default();
        let line = say!(
            lang,
            "silence-list-line",
            number = shown(own.number),
            who = name(&own.by.name),
            until = until,
            reason = sentence(&own.terms.reason, 100)
        );
        lines.push(format!("- {line} {}", counted(facts, lang)));
    }
    let more = all.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(say!(lang, "text-more", shown = grouped(more, lang)));
    }
    lines.join("\n")
}

/// No silence has this number; `known` hold.
pub fn no_silence(number: u32, known: &[u32], lang: Language) -> String {
    if known.is_empty() {
        return say!(lang, "silence-none-such", number = shown(number));
    }
    let known: Vec<String> = known.iter().take(NAMED).map(|known| shown(*known)).collect();
    say!(lang, "silence-no-such", number = shown(number), known = and(&known, lang))
}

/// How a silence is named where people choose one.
pub fn silence_choice(own: &Silence, lang: Language) -> String {
    let what = own.terms.matchers.join(", ");
    cut(&format!("{}: {what}", say!(lang, "silence-one", number = shown(own.number))), 100)
}

/// `by Sari until 05:00 (silence 3): deploy of 4.2`, on the card; none when nothing holds it back.
pub(crate) fn held_on_card(incident: &Incident, lang: Language) -> Option<String> {
    let held = incident.held_back.as_ref()?;
    let (who, until, number) = (name(&held.by.name), at(held.until), numbers(held, lang));
    Some(say!(lang, "silence-card", who = who, until = until, number = number, reason = sentence(&held.reason, 300)))
}

/// Why it rings nobody, as its room, its timeline and `/why` say it.
pub(crate) fn held_back(held: &HeldBack, lang: Language) -> String {
    let (who, until, number) = (name(&held.by.name), at(held.until), numbers(held, lang));
    say!(lang, "silence-held-back", who = who, until = until, number = number, reason = sentence(&held.reason, 300))
}

fn numbers(held: &HeldBack, lang: Language) -> String {
    let numbers: Vec<String> = held.silences.iter().map(|number| shown(*number)).collect();
    and(&numbers, lang)
}

/// Why it is not held back any more.
pub(crate) fn hold_over(why: HoldOverWhy, lang: Language) -> String {
    match why {
        HoldOverWhy::Over { silence } => say!(lang, "silence-hold-over", number = shown(silence)),
        HoldOverWhy::Worse => say!(lang, "silence-hold-worse"),
        HoldOverWhy::NotSilenced => say!(lang, "silence-hold-not-silenced"),
        HoldOverWhy::Raised => say!(lang, "silence-hold-raised"),
        HoldOverWhy::Merged => say!(lang, "silence-hold-merged"),
    }
}

/// A silence that cannot go on because nobody owns it, for operators.
pub fn silence_fell(own: &Silence, why: &OverWhy, lang: Language) -> String {
    let (who, number) = (name(&own.by.name), shown(own.number));
    match why {
        OverWhy::Left => say!(lang, "silence-said-left", who = who, number = number),
        _ => say!(lang, "silence-said-not-a-person", who = who, number = number),
    }
}

/// The guard found alerts that a silence held back which does not hold.
pub fn unheld_alerts(alerts: usize, lang: Language) -> String {
    say!(lang, "operators-unheld-alerts", number = alerts, shown = grouped(alerts, lang))
}

/// `service="checkout", alertname="High5xx"`
fn matchers(terms: &Terms, lang: Language) -> String {
    say!(lang, "silence-matchers", what = cut(&escape(&terms.matchers.join(", ")), 600))
}

/// `matches 3 firing alerts, 1 incident`
fn matched(matches: &Matches, lang: Language) -> String {
    match (matches.alerts, matches.incidents.as_slice()) {
        (0, _) => say!(lang, "silence-matches-nothing"),
        (alerts, []) => say!(lang, "silence-matches", number = alerts, shown = grouped(alerts, lang)),
        (alerts, incidents) => {
            let which = labels(incidents, lang);
            say!(lang, "silence-matches-incidents", number = alerts, shown = grouped(alerts, lang), incidents = which)
        }
    }
}

/// Which severities it lets through: nothing is worse than the worst.
fn what_rings(worst: Option<Severity>, lang: Language) -> String {
    match worst {
        Some(Severity::Sev1) | None => say!(lang, "silence-any-severity"),
        Some(severity) => say!(lang, "silence-severity", severity = severity.to_string()),
    }
}

/// What rings nobody from now on.
fn held_now(matches: &Matches, lang: Language) -> String {
    match (matches.alerts, matches.incidents.as_slice()) {
        (0, _) => say!(lang, "silence-holds-nothing"),
        (alerts, []) => say!(lang, "silence-holds", number = alerts, shown = grouped(alerts, lang)),
        (alerts, incidents) => {
            let which = labels(incidents, lang);
            say!(lang, "silence-holds-incidents", number = alerts, shown = grouped(alerts, lang), incidents = which)
        }
    }
}

/// What goes on ringing although an alert of it is silenced.
fn goes_on(matches: &Matches, asked: Option<IncidentId>, lang: Language) -> Option<String> {
    let mut which = matches.go_on.clone();
    which.extend(asked.filter(|id| !which.contains(id) && !matches.incidents.contains(id)));
    (!which.is_empty()).then(|| say!(lang, "silence-goes-on", incidents = labels(&which, lang)))
}

/// What fires when it is over.
fn fires_now(alerts: usize, rang: &[IncidentId], lang: Language) -> String {
    match (alerts, rang) {
        (0, _) => say!(lang, "silence-nothing-left"),
        (alerts, []) => say!(lang, "silence-fires", number = alerts, shown = grouped(alerts, lang)),
        (alerts, rang) => {
            let which = labels(rang, lang);
            say!(lang, "silence-fires-rang", number = alerts, shown = grouped(alerts, lang), incidents = which)
        }
    }
}

/// How much it held back, and holds back now.
fn counted(facts: &SilenceFacts<'_>, lang: Language) -> String {
    let (held, now) = (grouped(facts.silence.held, lang), grouped(facts.firing, lang));
    let (number, others) = (facts.silence.held, facts.by_others);
    if facts.silence.until().is_none() {
        return say!(lang, "silence-said-held", number = number, shown = held);
    }
    let by_others =
        (others > 0).then(|| say!(lang, "silence-by-others", number = others, shown = grouped(others, lang)));
    let counted = if facts.firing == 0 && number > 0 && others > 0 {
        say!(lang, "silence-said-held", number = number, shown = held)
    } else {
        say!(lang, "silence-counted", number = number, shown = held, firing = now)
    };
    let counted = then(counted, by_others);
    let incidents = (!facts.incidents.is_empty()).then(|| {
        let number = facts.incidents.len();
        say!(lang, "silence-counted-incidents", number = number, incidents = labels(facts.incidents, lang))
    });
    then(counted, incidents)
}

fn labels(incidents: &[IncidentId], lang: Language) -> String {
    let named: Vec<String> = incidents.iter().take(NAMED).map(|incident| incident.label()).collect();
    match incidents.len().saturating_sub(NAMED) {
        0 => and(&named, lang),
        more => say!(lang, "text-list-more", list = named.join(", "), shown = grouped(more, lang)),
    }
}

/// The number as it stands in a sentence: not grouped.
fn shown(number: u32) -> String {
    number.to_string()
}

fn at(at: Timestamp) -> String {
    timestamp(at, TimeStyle::DateTime)
}
