//! Purpose: `/why` and the quality of alerts, put together from the engine and the words.

use domain::IncidentId;
use domain::quality::Missing;
use words::{LackingRule, WhyFacts};

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
        let facts = WhyFacts {
            incident: &incident,
            timeline: &timeline,
            pages: self.engine.setup().severity_plan(incident.severity).page,
            evidence: evidence.as_deref(),
        };
        Ok(words::incident_why(&facts, &self.names(), self.language(asker)).into())
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
