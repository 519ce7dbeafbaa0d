//! Purpose: what is learned after an incident, and what it must say before it may be closed: the core problem, the root
//! cause (not the same), collateral damage on every dependent, lessons, work with an owner and a date, and proof that it
//! cannot come back unseen. The last one is what turns the line into a loop.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::detection::Detection;
use crate::incident::{Actor, Incident};
use crate::setup::Setup;
use crate::{ChatUserId, PersonId, Timestamp};

/// The review of one incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Postmortem {
    /// When it has to be closed; none when this severity needs none.
    pub due: Option<Timestamp>,
    /// What was wrong, as it was first understood.
    pub core_problem: Option<String>,
    /// Why that could happen.
    pub root_cause: Option<String>,
    /// What is worth knowing next time.
    pub lessons: Option<String>,
    /// What was found at each service or business unit that depends on it.
    pub collateral: BTreeMap<String, Collateral>,
    /// Work that follows.
    pub action_items: Vec<ActionItem>,
    /// The highest number an action item had: none is given twice.
    pub last_item: u32,
    /// Why it cannot come back unseen.
    pub proof: Option<Proof>,
    /// How often people were reminded.
    pub reminders: u32,
    /// When they are reminded next.
    pub remind_at: Option<Timestamp>,
    /// Who closed it, and when.
    pub closed: Option<(Actor, Timestamp)>,
}

/// What was found at a service or business unit that depends on the broken one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collateral {
    /// Looked at, no damage.
    Clear,
    /// Damaged.
    Affected,
}

/// Work that follows from an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionItem {
    /// Its number in the incident, from 1.
    pub number: u32,
    /// What is to be done.
    pub what: String,
    /// Who does it, as they were called then.
    pub owner: String,
    /// Their account; older versions knew only a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<ChatUserId>,
    /// The configured person, if they are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Until when.
    pub due: Date,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Timestamp>,
    /// When its owner is reminded by direct message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind: Vec<Timestamp>,
    /// Its owner was reminded in the room, after the day.
    #[serde(default)]
    pub reminded: bool,
}

/// Why it cannot come back unseen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    /// The alert rule, monitor or runbook that was changed.
    Changed {
        /// Where to see the change.
        url: String,
    },
    /// Nothing was changed on purpose, and why.
    Refused {
        /// Why.
        reason: String,
    },
}

/// What a postmortem still lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Gap {
    /// The core problem.
    CoreProblem,
    /// The root cause.
    RootCause,
    /// What was learned.
    Lessons,
    /// Dependents nobody has looked at.
    Collateral {
        /// Which.
        units: Vec<String>,
    },
    /// At least one action item.
    ActionItems,
    /// A changed rule, monitor or runbook, or a written refusal.
    Proof,
    /// Nobody has confirmed who knew first.
    Detection,
}

/// Services and business units that depend on the broken service, directly or through each other. Everybody is listed
/// once; a circle in the catalogue does no harm.
pub fn dependents(setup: &Setup, service: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<String> = service.map(str::to_owned).into_iter().collect();
    while let Some(name) = open.pop() {
        for dependent in setup.service(&name).map(|service| service.dependents.as_slice()).unwrap_or_default() {
            if Some(dependent.as_str()) != service && !found.contains(dependent) {
                found.push(dependent.clone());
                open.push(dependent.clone());
            }
        }
    }
    found.sort();
    found
}

/// What still lacks before it may be closed, in the order of the form.
pub fn gaps(incident: &Incident, setup: &Setup) -> Vec<Gap> {
    let postmortem = &incident.postmortem;
    let mut gaps = Vec::new();
    if postmortem.core_problem.is_none() {
        gaps.push(Gap::CoreProblem);
    }
    if postmortem.root_cause.is_none() {
        gaps.push(Gap::RootCause);
    }
    if postmortem.lessons.is_none() {
        gaps.push(Gap::Lessons);
    }
    let mut units = dependents(setup, incident.service.as_deref());
    units.retain(|unit| !postmortem.collateral.contains_key(unit));
    if !units.is_empty() {
        gaps.push(Gap::Collateral { units });
    }
    if postmortem.action_items.is_empty() {
        gaps.push(Gap::ActionItems);
    }
    if postmortem.proof.is_none() {
        gaps.push(Gap::Proof);
    }
    if !incident.detected.as_ref().is_some_and(|detected| detected.confirmed) {
        gaps.push(Gap::Detection);
    }
    gaps
}

/// What whoever closes it can say with one press.
#[derive(Clone, Copy, Debug)]
pub struct AskedWhenClosing<'a> {
    /// Who knew first, as it looks; none when that was confirmed before.
    pub knew: Option<&'a Detection>,
    /// Dependents nobody has checked.
    pub clear: &'a [String],
}

/// What is asked before it is closed, when that is all that lacks; none when something has to be written or chosen first.
pub fn asked_when_closing<'a>(incident: &'a Incident, missing: &'a [Gap]) -> Option<AskedWhenClosing<'a>> {
    let mut asked = AskedWhenClosing { knew: None, clear: &[] };
    for gap in missing {
        match gap {
            Gap::Collateral { units } => asked.clear = units,
            Gap::Detection => asked.knew = Some(incident.detected.as_ref()?),
            Gap::CoreProblem | Gap::RootCause | Gap::Lessons | Gap::ActionItems | Gap::Proof => return None,
        }
    }
    Some(asked)
}

/// True when two texts say the same: a root cause that repeats the core problem explains nothing.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    words(one) == words(other)
}
