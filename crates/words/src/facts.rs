//! Purpose: what texts need to know besides the incident itself.

use crate::ReportLine;
use domain::incident::{Claims, EventAt, Incident, NextPage};
use domain::setup::Setup;
use domain::{ChatChannelId, IncidentId, IncidentStatus, PageId, PageVia, Severity, Timestamp};

/// What the card shows besides the incident.
#[derive(Clone, Debug)]
pub struct CardFacts<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// What the card has to say.
    pub claims: &'a Claims,
    /// Where people work.
    pub room: Option<ChatChannelId>,
    /// Where people work on the incident that goes on in its place.
    pub other_room: Option<ChatChannelId>,
    /// Links people click on, made by [`crate::link`] or plain words.
    pub links: Vec<String>,
    /// Address of what shows who knew first.
    pub evidence: Option<String>,
}

/// What the stakeholders' message shows besides the incident.
#[derive(Clone, Debug)]
pub struct StatusFacts<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// The thread where updates are posted.
    pub thread: Option<ChatChannelId>,
    /// Where people work on the incident that goes on in its place.
    pub other_room: Option<ChatChannelId>,
}

/// What `/incident show` needs.
#[derive(Clone, Debug)]
pub struct ShowFacts<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its timeline, oldest first.
    pub timeline: &'a [EventAt],
    /// Who is paged next, and when.
    pub next: Option<NextPage>,
    /// Where people work.
    pub room: Option<ChatChannelId>,
    /// Title and first step of its runbook.
    pub runbook: Option<(&'a str, Option<&'a str>)>,
    /// Address of what shows who knew first.
    pub evidence: Option<String>,
}

/// What `/why` needs.
#[derive(Clone, Copy, Debug)]
pub struct WhyFacts<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its timeline, oldest first.
    pub timeline: &'a [EventAt],
    /// The configuration as it is now.
    pub setup: &'a Setup,
    /// Address of what shows who knew first.
    pub evidence: Option<&'a str>,
    /// Its last report that rang nobody although it said that something fires, or ended only a part.
    pub held_back: Option<&'a ReportLine>,
    /// How many of its alerts several senders tell, each with a beginning of its own.
    pub several_senders: usize,
    /// Messages of pages that stand in Discord, whether whom they are for sees them or not.
    pub delivered: &'a [(PageId, PageVia)],
}

/// A past incident in a sentence.
#[derive(Clone, Debug)]
pub struct PastIncident {
    /// Its number.
    pub id: IncidentId,
    /// Title, as it came.
    pub title: String,
    /// What fixed it.
    pub fixed: Option<String>,
}

/// One incident in a list.
#[derive(Clone, Debug)]
pub struct ListLine<'a> {
    /// Its number.
    pub id: IncidentId,
    /// Severity.
    pub severity: Severity,
    /// Status.
    pub status: IncidentStatus,
    /// Title, as it came.
    pub title: &'a str,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// Who has it.
    pub holder: Option<&'a str>,
    /// The incident that goes on in its place.
    pub merged_into: Option<IncidentId>,
    /// It is a drill.
    pub drill: bool,
    /// What fixed it.
    pub fixed: Option<&'a str>,
    /// Where people work.
    pub room: Option<ChatChannelId>,
}
