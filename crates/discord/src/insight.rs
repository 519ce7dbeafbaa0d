//! Purpose: `/why` and the quality of alerts, put together from the engine and the words.

use domain::quality::Missing;
use domain::{IncidentId, PageId, PageVia};
use engine::{BodyKind, DecidedReport, FoundAlert};
use words::{AlertWhy, LackingRule, NoAlert, ReportLine, WhyFacts};

use crate::actor::Asker;
use crate::answer::Outcome;
use crate::data::Data;
use crate::render;

/// Rules that are shown at once.
const WORST: u32 = 10;

impl Data {
    /// Why an incident opened, has its severity, and called whom it called.
    ///
    /// # Errors
    /// No such incident, or the database failed.
    pub async fn why(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let (incident, timeline) = (reader.incident(id).await?, reader.timeline(id).await?);
        let evidence = render::evidence(&incident, &self.directory.get());
        let (last, several_senders) = reader.held_back(id).await?;
        let last = last.as_ref().map(report_line);
        let setup = self.engine.setup();
        let objects = self.engine.objects(id).await?;
        let delivered: Vec<(PageId, PageVia)> = objects.keys().filter_map(|thing| thing.page()).collect();
        let facts = WhyFacts {
            incident: &incident,
            timeline: &timeline,
            setup: &setup,
            evidence: evidence.as_deref(),
            held_back: last.as_ref(),
            several_senders,
            delivered: &delivered,
        };
        Ok(words::incident_why(&facts, &self.names(), self.language(asker)).into())
    }

    /// Why an alert opened what it opened, or nothing: by the number of a report, or by words of its title.
    ///
    /// # Errors
    /// They may not read, or the database failed.
    pub async fn why_alert(&self, typed: &str, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let lang = self.language(asker);
        let reader = self.engine.reader(&by);
        let answer = match reader.alert_history(typed).await? {
            FoundAlert::None => words::alert_why_none(typed, lang),
            FoundAlert::Several(found) => {
                words::alert_why_several(found.iter().map(|alert| alert.title.as_str()), lang)
            }
            FoundAlert::One(history) => {
                let reports: Vec<ReportLine> = history.reports.iter().map(report_line).collect();
                let newest = history.reports.first();
                let report = newest.and_then(|newest| newest.report.as_ref());
                let why = AlertWhy {
                    title: report.map_or("", |report| report.title.as_str()),
                    integration: report.map_or("", |report| report.integration.as_str()),
                    number: newest.map_or(0, |newest| newest.id),
                    known: history.known.as_ref(),
                    reports: &reports,
                };
                words::alert_why(&why, lang)
            }
        };
        let none = reader.no_alerts(typed).await?;
        let none = none.iter().map(|body| NoAlert {
            integration: &body.integration,
            at: body.at,
            by_author: body.kind == BodyKind::Refused,
            text: &body.text,
        });
        Ok(words::alert_why_no_alert(answer, none, lang).into())
    }

    /// The alerting rules that lack most, and what to add to them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn alert_quality(&self, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let quality = self.engine.reader(&by).worst_rules(WORST).await?;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        let rules: Vec<LackingRule> = quality
            .worst
            .into_iter()
            .map(|line| LackingRule {
                rule: line.rule,
                integration: line.integration,
                seen: count(line.seen),
                // A name of a newer version is no reason to hide the rest.
                lacks: line
                    .gaps
                    .iter()
                    .filter_map(|(gap, times)| Some((Missing::parse(gap)?, count(*times))))
                    .collect(),
                url: line.url,
            })
            .filter(|rule| !rule.lacks.is_empty())
            .collect();
        Ok(words::alert_quality(&rules, count(quality.seen), self.language(asker)).into())
    }
}

fn report_line(decided: &DecidedReport) -> ReportLine {
    ReportLine {
        at: decided.received_at,
        incident: decided.incident,
        stage: decided.stage,
        reason: decided.reason.clone(),
        failed: decided.outcome == "failed",
    }
}
