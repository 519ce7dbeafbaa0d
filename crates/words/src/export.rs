//! Purpose: the record of an incident as a Markdown file: what it was, what happened, what was learned. For whoever was not
//! there; so times are written out in the installation's zone, and nothing depends on Discord.

use domain::detection::Evidence;
use domain::incident::{Event, EventAt, Incident, Similar};
use domain::postmortem::{ActionItem, Gap, Proof};
use domain::setup::Language;
use domain::{GuildId, IncidentStatus, Timestamp};
use jiff::tz::TimeZone;

use crate::list::grouped;
use crate::say::say;
use crate::text::{name, named, sentence};
use crate::{Names, escape, escape_lines, link, terms};

#[path = "export_marks.rs"]
mod marks;

use marks::Marks;

/// What the record is made of.
#[derive(Clone, Copy, Debug)]
pub struct RecordFacts<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its timeline, oldest first.
    pub timeline: &'a [EventAt],
    /// Services and business units that depend on the broken one.
    pub dependents: &'a [String],
    /// What the postmortem still lacks.
    pub missing: &'a [Gap],
    /// In which zone times are written.
    pub timezone: &'a TimeZone,
    /// The server, for links to messages.
    pub guild: Option<GuildId>,
    /// Bytes of the whole; what does not fit is left out visibly.
    pub limit: usize,
}

/// The record as Markdown.
pub fn record(facts: &RecordFacts<'_>, names: &dyn Names, lang: Language) -> String {
    let writer = Writer { facts, marks: Marks::new(facts.timeline, facts.timezone, lang), names, lang };
    writer.whole()
}

struct Writer<'a> {
    facts: &'a RecordFacts<'a>,
    marks: Marks<'a>,
    names: &'a dyn Names,
    lang: Language,
}

impl Writer<'_> {
    fn whole(&self) -> String {
        let mut head = vec![self.heading()];
        head.extend(self.state());
        head.push(self.facts_list());
        head.extend(self.links());
        let after = [self.postmortem(), self.similar()];
        let used: usize = head.iter().chain(after.iter().flatten()).map(|part| part.len() + 2).sum();
        // What people wrote is rarely much; the timeline of a flapping alert can be.
        let room = self.facts.limit.saturating_sub(used + 1_000);
        let updates = self.section(say!(self.lang, "export-updates"), self.updates(), "\n\n", room / 4);
        let notes = self.section(say!(self.lang, "export-notes"), self.notes(), "\n", room / 4);
        let written: usize = [&updates, &notes].into_iter().flatten().map(|part| part.len() + 2).sum();
        let timeline = self.facts.timeline.iter().map(|entry| self.entry(entry));
        let timeline = self.section(say!(self.lang, "export-timeline"), timeline, "\n", room.saturating_sub(written));
        let parts = head.into_iter().chain([timeline, updates, notes].into_iter().flatten());
        let all: Vec<String> = parts.chain(after.into_iter().flatten()).collect();
        // A broken-up mention is only needed where there are mentions.
        all.join("\n\n").replace("@\u{200B}", "@") + "\n"
    }

    fn incident(&self) -> &Incident {
        self.facts.incident
    }

    fn is_draft(&self) -> bool {
        let postmortem = &self.incident().postmortem;
        let begun =
            postmortem.core_problem.is_some() || postmortem.proof.is_some() || !postmortem.action_items.is_empty();
        self.incident().status != IncidentStatus::Closed && (postmortem.due.is_some() || begun)
    }

    fn heading(&self) -> String {
        let incident = self.incident();
        let drill = incident.drill.as_ref().map(|_| format!("{} ", say!(self.lang, "card-drill"))).unwrap_or_default();
        let title = format!("{drill}{}", named(incident, self.lang));
        let title = if self.is_draft() { say!(self.lang, "export-draft", title = title) } else { title };
        format!("# {title}")
    }

    /// What a reader must know before anything else.
    fn state(&self) -> Option<String> {
        let said = if self.incident().status.is_open() {
            say!(self.lang, "export-is-open")
        } else if !self.is_draft() {
            return None;
        } else if self.facts.missing.is_empty() {
            say!(self.lang, "export-is-complete")
        } else {
            say!(self.lang, "export-is-draft", missing = terms::gaps(self.facts.missing, self.lang))
        };
        Some(format!("> {said}"))
    }

    fn facts_list(&self) -> String {
        let (incident, lang) = (self.incident(), self.lang);
        let mut lines = vec![
            (say!(lang, "export-severity"), incident.severity.to_string()),
            (say!(lang, "export-status"), crate::status_word(incident.status, lang)),
        ];
        lines.extend(crate::card::service(incident, lang).map(|service| (say!(lang, "export-service"), service)));
        lines.push((say!(lang, "export-opened"), self.at(incident.opened_at)));
        if let Some(at) = incident.first_acknowledged_at {
            let who = self.facts.timeline.iter().find_map(|entry| match &entry.event {
                Event::Acknowledged { by, .. } => Some(by.name.as_str()),
                _ => None,
            });
            lines.push((say!(lang, "export-acknowledged"), self.at_after(at, who)));
        }
        if let Some(resolution) = &incident.resolution {
            let who = resolution.by.as_ref().map(|by| by.name.as_str());
            lines.push((say!(lang, "export-resolved"), self.at_after(resolution.at, who)));
        }
        if let Some((by, at)) = &incident.postmortem.closed {
            let closed = say!(lang, "export-at-by", at = self.at(*at), who = name(&by.name));
            lines.push((say!(lang, "export-closed"), closed));
        }
        let commander = incident.commander.as_ref();
        lines.extend(commander.map(|commander| (say!(lang, "export-commander"), name(&commander.name))));
        let impact = incident.impact.as_deref().map(in_list);
        lines.push((say!(lang, "export-impact"), impact.unwrap_or_else(|| say!(lang, "export-no-impact"))));
        lines.push((say!(lang, "export-knew"), self.knew()));
        let fixed = incident.resolution.as_ref().and_then(|resolution| resolution.fixed.as_deref());
        lines.extend(fixed.map(|fixed| (say!(lang, "export-fixed"), in_list(fixed))));
        if let Some((by, reason)) = &incident.dismissed {
            let said = say!(lang, "export-dismissed-by", reason = sentence(reason, usize::MAX), who = name(&by.name));
            lines.push((say!(lang, "export-dismissed"), said));
        }
        lines.extend(incident.merged_into.map(|into| (say!(lang, "export-merged"), into.label())));
        let lines: Vec<String> = lines.iter().map(|(label, text)| format!("- **{label}:** {text}")).collect();
        let zone = self.facts.timezone.iana_name().unwrap_or("UTC");
        format!("{}\n\n{}", lines.join("\n"), say!(lang, "export-times", zone = zone.to_owned()))
    }

    fn knew(&self) -> String {
        let incident = self.incident();
        let said = crate::postmortem::detection(incident, self.lang);
        let url = match incident.detected.as_ref().and_then(|detected| detected.evidence.as_ref()) {
            Some(Evidence::Link { url }) => Some(url.clone()),
            Some(Evidence::Message { channel, message }) => {
                self.facts.guild.map(|guild| format!("https://discord.com/channels/{guild}/{channel}/{message}"))
            }
            None => None,
        };
        match url.and_then(|url| link(&say!(self.lang, "export-evidence"), &url)) {
            Some(shown) => format!("{said} ({shown})"),
            None => said,
        }
    }

    fn links(&self) -> Option<String> {
        let incident = self.incident();
        let mut links: Vec<String> = incident.links.iter().filter_map(|known| link(&known.label, &known.url)).collect();
        let runbook = incident.runbook_url.as_deref();
        let named =
            incident.runbook.as_ref().map(|book| format!("{}: {}", say!(self.lang, "export-runbook"), name(book)));
        links.extend(runbook.and_then(|url| link(&say!(self.lang, "export-runbook"), url)).or(named));
        let lines: Vec<String> = links.iter().map(|link| format!("- {link}")).collect();
        (!lines.is_empty()).then(|| format!("## {}\n\n{}", say!(self.lang, "export-links"), lines.join("\n")))
    }

    fn entry(&self, entry: &EventAt) -> String {
        let said = self.marks.written_out(&crate::entry(entry, self.names, self.lang));
        format!("- {} {said}", self.marks.to_the_second(entry.at))
    }

    fn updates(&self) -> impl Iterator<Item = String> {
        (1..).zip(&self.incident().updates).map(|(number, update)| {
            let (at, who) = (self.at(update.at), name(&update.by.name));
            let mut lines = vec![
                format!("**{}**", say!(self.lang, "export-update", number = number, at = at, who = who)),
                say!(self.lang, "export-update-know", know = lines_of(&update.know)),
                say!(self.lang, "export-update-doing", doing = lines_of(&update.doing)),
            ];
            lines.extend(update.next.map(|next| say!(self.lang, "export-update-next", at = self.at(next))));
            lines.join("\n\n")
        })
    }

    fn notes(&self) -> impl Iterator<Item = String> {
        self.facts.timeline.iter().filter_map(|entry| {
            let Event::Noted { by, text, link: source } = &entry.event else { return None };
            let (at, who, text) = (self.at(entry.at), name(&by.name), in_list(text));
            let note = say!(self.lang, "export-note", at = at, who = who, text = text);
            let source = source.as_deref().and_then(|url| link(&say!(self.lang, "export-note-link"), url));
            Some(match source {
                Some(source) => format!("- {note} ({source})"),
                None => format!("- {note}"),
            })
        })
    }

    fn postmortem(&self) -> Option<String> {
        let (incident, lang) = (self.incident(), self.lang);
        let postmortem = &incident.postmortem;
        let closed = postmortem.closed.is_some();
        if !closed && !self.is_draft() {
            return (incident.status == IncidentStatus::Resolved)
                .then(|| format!("## {}\n\n{}", say!(lang, "export-postmortem"), say!(lang, "export-no-postmortem")));
        }
        let written = |text: &Option<String>| match text {
            Some(text) => lines_of(text),
            None => say!(lang, "export-missing"),
        };
        let units = self.facts.dependents.iter().map(|unit| {
            let found = crate::postmortem::collateral_unit(incident, unit, lang);
            format!("- {found}")
        });
        let mut units: Vec<String> = units.collect();
        if units.is_empty() {
            units.push(format!("- {}", say!(lang, "postmortem-no-dependents")));
        }
        let proof = match &postmortem.proof {
            Some(Proof::Changed { url }) => {
                let url = link(url, url).unwrap_or_else(|| escape(url));
                say!(lang, "export-proof-changed", url = url)
            }
            Some(Proof::Refused { reason }) => say!(lang, "export-proof-refused", reason = lines_of(reason)),
            None => say!(lang, "export-missing"),
        };
        let heading = if closed { say!(lang, "export-postmortem") } else { say!(lang, "export-postmortem-draft") };
        let parts = [
            (say!(lang, "export-core"), written(&postmortem.core_problem)),
            (say!(lang, "export-root"), written(&postmortem.root_cause)),
            (say!(lang, "export-collateral"), units.join("\n")),
            (say!(lang, "export-lessons"), written(&postmortem.lessons)),
            (say!(lang, "export-actions"), self.actions(&postmortem.action_items)),
            (say!(lang, "export-proof"), proof),
        ];
        let parts: Vec<String> = parts.iter().map(|(label, text)| format!("### {label}\n\n{text}")).collect();
        Some(format!("## {heading}\n\n{}", parts.join("\n\n")))
    }

    fn actions(&self, items: &[ActionItem]) -> String {
        let lang = self.lang;
        if items.is_empty() {
            return say!(lang, "export-missing");
        }
        let heads = [
            say!(lang, "export-action-done"),
            say!(lang, "export-action-number"),
            say!(lang, "export-action-what"),
            say!(lang, "export-action-owner"),
            say!(lang, "export-action-due"),
        ];
        let mut lines = vec![format!("| {} |", heads.join(" | ")), "|---|---|---|---|---|".to_owned()];
        lines.extend(items.iter().map(|item| {
            let done = match item.done {
                Some(at) => format!("☑ {}", say!(lang, "export-is-done", at = self.at(at))),
                None => format!("☐ {}", say!(lang, "export-is-not-done")),
            };
            let (what, owner) = (escape(&item.what), escape(&item.owner));
            format!("| {done} | {} | {what} | {owner} | {} |", item.number, item.due)
        }));
        lines.join("\n")
    }

    fn similar(&self) -> Option<String> {
        let lines: Vec<String> = self.incident().similar.iter().map(|past| self.past(past)).collect();
        (!lines.is_empty()).then(|| format!("## {}\n\n{}", say!(self.lang, "export-similar"), lines.join("\n")))
    }

    fn past(&self, past: &Similar) -> String {
        let title = crate::text::title(&past.title, self.lang);
        let line = say!(self.lang, "post-similar-line", incident = past.id.label(), title = title);
        let how = past.fixed.as_ref().map(|how| sentence(how, usize::MAX));
        let fixed = how.map(|how| say!(self.lang, "post-similar-fixed", how = how));
        let open: Vec<String> = past.unfinished.iter().map(|what| escape(what)).collect();
        let open = (!open.is_empty()).then(|| say!(self.lang, "post-similar-unfinished", what = open.join("; ")));
        let said: Vec<String> = [Some(line), fixed, open].into_iter().flatten().collect();
        format!("- {}", said.join(" · "))
    }

    /// A section, or nothing when it has no lines. What does not fit into `room` bytes is counted.
    fn section(
        &self,
        heading: String,
        lines: impl Iterator<Item = String>,
        between: &str,
        room: usize,
    ) -> Option<String> {
        let mut text = String::new();
        let mut left_out = 0;
        for line in lines {
            if left_out > 0 || text.len() + line.len() + between.len() > room {
                left_out += 1;
                continue;
            }
            if !text.is_empty() {
                text.push_str(between);
            }
            text.push_str(&line);
        }
        if left_out > 0 {
            let (shown, incident) = (grouped(left_out, self.lang), self.incident().id.label());
            text.push_str(&format!("\n\n{}", say!(self.lang, "export-cut", shown = shown, incident = incident)));
        }
        (!text.is_empty()).then(|| format!("## {heading}\n\n{}", text.trim_start()))
    }

    fn at(&self, at: Timestamp) -> String {
        self.marks.at(at)
    }

    fn at_after(&self, at: Timestamp, who: Option<&str>) -> String {
        let after = crate::duration(at.duration_since(self.incident().opened_at), self.lang);
        match who {
            Some(who) => say!(self.lang, "export-at-after-by", at = self.at(at), after = after, who = name(who)),
            None => say!(self.lang, "export-at-after", at = self.at(at), after = after),
        }
    }
}

/// Outside text of several lines: inert, also where Markdown makes a heading of what stands above a line of `=`.
fn lines_of(text: &str) -> String {
    let lines = escape_lines(text);
    let lines = lines.lines().map(|line| if line.starts_with('=') { format!("\\{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same inside a list.
fn in_list(text: &str) -> String {
    lines_of(text).replace('\n', "\n  ")
}
