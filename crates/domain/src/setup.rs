//! Purpose: the process as code, as the domain sees it: people, schedules, escalation, services, severities, routing.
//! The `config` crate makes it from TOML and proves that every name it mentions exists.

mod chat_name;
mod key_place;
mod language;
mod room_kind;
mod source_ref;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use regex::Regex;

use crate::heartbeat::Heartbeat;
use crate::incident::{Access, Refusal};
use crate::labels::Matcher;
use crate::mapping::JsonMapping;
use crate::runbook::Runbook;
use crate::scenario::Scenario;
use crate::silence::SilenceRules;
use crate::storm::StormRules;
use crate::triage::TriageMatrix;
use crate::{AlertReport, ChatChannelId, IntegrationName, PageVia, PersonId, Severity, WayId};

pub use chat_name::ChatName;
pub use key_place::KeyPlace;
pub use language::Language;
pub use room_kind::RoomKind;
pub use source_ref::SourceRef;

/// Everything the configuration says.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The version whose upgrade notes, and those of all before it, whoever wrote the file knows.
    pub notes_read: Option<String>,
    /// Language of shared texts.
    pub language: Language,
    /// The zone in which shared times and schedules are meant.
    pub timezone: TimeZone,
    /// Where in Discord things happen.
    pub discord: DiscordSetup,
    /// Configured senders, in file order.
    pub integrations: Vec<Integration>,
    /// What must keep happening, in file order.
    pub heartbeats: Vec<Heartbeat>,
    /// People by name.
    pub people: BTreeMap<PersonId, Person>,
    /// Schedules by name.
    pub schedules: BTreeMap<String, Schedule>,
    /// Escalation policies by name.
    pub escalations: BTreeMap<String, EscalationPolicy>,
    /// Services, in file order; the first whose matchers hold is the alert's service.
    pub services: Vec<Service>,
    /// What each configured severity does.
    pub severities: BTreeMap<Severity, SeverityPlan>,
    /// How alerts are sorted.
    pub routing: Routing,
    /// Runbooks, sorted by name.
    pub runbooks: Vec<Runbook>,
    /// How impact and urgency make a severity.
    pub triage: TriageMatrix,
    /// Address under which people reach our HTTP side, without a slash at its end; without it pages carry no link.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed; they have no limits of their own.
    pub proxies: Vec<ipnet::IpNet>,
    /// Who notices when we do not work.
    pub watch: Option<Watch>,
    /// When incidents that page nobody are folded into one board.
    pub storm: StormRules,
    /// How long silences may last.
    pub silences: SilenceRules,
    /// What drills can be about, by name.
    pub scenarios: Vec<Scenario>,
}

/// Where in Discord things happen.
#[derive(Clone, Debug)]
pub struct DiscordSetup {
    /// The home server; none when the bot is in exactly one.
    pub server: Option<ChatName>,
    /// Cards and threads.
    pub incidents: ChatName,
    /// One message per incident for stakeholders.
    pub status: Option<ChatName>,
    /// What stands there besides, as lines of its own.
    pub status_lines: StatusLines,
    /// Notices for the bot's operators; the incidents channel if absent.
    pub operators: Option<ChatName>,
    /// Category of created channels.
    pub category: Option<ChatName>,
    /// Which roles may do what.
    pub access: AccessRoles,
    /// Hosts besides this machine that may be given a real token, when another server stands in for Discord.
    pub allowed_hosts: Vec<String>,
}

/// What stands in the stakeholders' channel besides the one message per incident that is edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusLines {
    /// How it ended, and that it did not.
    #[default]
    Ends,
    /// Updates and what they promise, too.
    All,
}

/// Which roles may do what. Who may more may also do what others may: an admin responds, a responder opens and reads.
/// What no role is named for is closed, but for reading and opening: these follow the incidents channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessRoles {
    /// Who reads incidents; absent: whoever can see the incidents channel.
    pub read: Option<Vec<ChatName>>,
    /// Who opens incidents; absent: whoever reads.
    pub open: Option<Vec<ChatName>>,
    /// Who opens incidents that page; absent: responders.
    pub page: Option<Vec<ChatName>>,
    /// Who responds; empty: only admins.
    pub responder: Vec<ChatName>,
    /// Who administers besides the admins of the server.
    pub admin: Vec<ChatName>,
}

impl AccessRoles {
    /// The name of the role everybody in the server has.
    pub const EVERYONE: &'static str = "everyone";
}

/// What gives a person an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenBy {
    /// One of these roles.
    Roles(Vec<ChatName>),
    /// That they can see this channel.
    SeeingChannel(ChatName),
    /// Discord's permission Manage Server: no role is configured for it.
    ServerAdmin,
}

impl Setup {
    /// What gives this access to somebody who does not have it.
    #[must_use]
    pub fn given_by(&self, access: Access) -> GivenBy {
        let roles = |roles: &[ChatName]| match roles {
            [] => GivenBy::ServerAdmin,
            some => GivenBy::Roles(some.to_vec()),
        };
        let known = &self.discord.access;
        match access {
            Access::None | Access::Read => match &known.read {
                Some(read) => roles(read),
                None => GivenBy::SeeingChannel(self.discord.incidents.clone()),
            },
            Access::Open => known.open.as_deref().map_or_else(|| self.given_by(Access::Read), roles),
            Access::Page => known.page.as_deref().map_or_else(|| self.given_by(Access::Responder), roles),
            Access::Responder => roles(&known.responder),
            Access::Admin => roles(&known.admin),
        }
    }

    /// The refusal of what needs this access.
    #[must_use]
    pub fn not_allowed(&self, needs: Access) -> Refusal {
        Refusal::NotAllowed { needs, given_by: self.given_by(needs) }
    }
}

/// A configured sender of alerts.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its name, the last part of `/intake/{name}`.
    pub name: IntegrationName,
    /// What it speaks.
    pub kind: IntegrationKind,
    /// Whether its sender tells ends; none: as its kind and its expressions say.
    pub resolves: Option<bool>,
    /// When an alert of a sender that tells no ends is over without a word; none: with its incident.
    pub resolve_after: Option<Duration>,
    /// Where it is configured.
    pub source: SourceRef,
}

impl Integration {
    /// Whether its sender tells that an alert is over.
    pub fn tells_ends(&self) -> bool {
        self.resolves.unwrap_or_else(|| match &self.kind {
            IntegrationKind::Alertmanager { .. } | IntegrationKind::Grafana(_) => true,
            IntegrationKind::Json(mapping) => mapping.status.is_some(),
            IntegrationKind::Chat(rule) => rule.pattern.capture_names().flatten().any(|name| name == "status"),
        })
    }

    /// Where its key is; nowhere for chat rules, whose lines Discord brings.
    pub fn keys(&self) -> &[KeyPlace] {
        match &self.kind {
            IntegrationKind::Alertmanager { keys } => keys,
            IntegrationKind::Grafana(grafana) => &grafana.keys,
            IntegrationKind::Json(mapping) => &mapping.keys,
            IntegrationKind::Chat(_) => &[],
        }
    }
}

/// What an integration speaks.
#[derive(Clone, Debug)]
pub enum IntegrationKind {
    /// Alertmanager's webhook, version 4.
    Alertmanager {
        /// Where its key is: one place, or two while the key is changed.
        keys: Vec<KeyPlace>,
    },
    /// Grafana's webhook.
    Grafana(Grafana),
    /// JSON of any shape, read by expressions.
    Json(Arc<JsonMapping>),
    /// Lines in watched channels.
    Chat(ChatRule),
}

/// How alerts of a Grafana are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grafana {
    /// Where its key is: one place, or two while the key is changed.
    pub keys: Vec<KeyPlace>,
    /// Label `severity` of the alert that a rule is blind (no data, or its query fails); none: the rule's own, and `critical` when it
    /// has none.
    pub blind_severity: Option<String>,
}

/// A regular expression over chat lines.
#[derive(Clone, Debug)]
pub struct ChatRule {
    /// Watched channels.
    pub channels: Vec<ChatName>,
    /// The expression; its named groups (`title`, `severity`, `service`, `dedup_key`, `status`, others become labels) fill the alert.
    pub pattern: Regex,
    /// Title with `{group}` in it; the matched line if absent.
    pub title: Option<String>,
    /// Fixed severity; a `severity` group that reads as one wins.
    pub severity: Option<Severity>,
    /// Ask before opening.
    pub candidate: bool,
    /// Words of the `status` group that mean resolved, lower case.
    pub resolved_words: Vec<String>,
    /// Lines in threads of these channels are read, too.
    pub threads: bool,
    /// Whose lines count; empty: everybody's.
    pub authors: Vec<ChatAuthor>,
}

/// Whose lines a chat rule takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatAuthor {
    /// Any other bot, and webhooks.
    Bots,
    /// A user, bot, webhook or role by Discord's id.
    Id(u64),
    /// A user name; of a webhook its name. Names shown do not count: anybody can take them.
    User(String),
    /// Who has the role of this name.
    Role(String),
}

/// Somebody we know.
#[derive(Clone, Debug)]
pub struct Person {
    /// Key in `[people]`.
    pub id: PersonId,
    /// Discord user name or id.
    pub discord: ChatName,
    /// Language of private answers.
    pub language: Option<Language>,
    /// Where they live: times they type are of this zone, and they are reminded in its mornings. None: the shared one.
    pub timezone: Option<TimeZone>,
    /// Where they are on each way outside Discord that they have.
    pub addresses: BTreeMap<WayId, Address>,
    /// How a page reaches them, in order of time. Never empty.
    pub contacts: Vec<ContactRule>,
}

impl Person {
    /// Mention and direct message at once; other ways later, for whoever does not look at Discord.
    pub fn usual_contacts(others: impl IntoIterator<Item = ContactRule>) -> Vec<ContactRule> {
        let at_once = |via| ContactRule { via, after: Duration::ZERO };
        [at_once(PageVia::Room), at_once(PageVia::Direct)].into_iter().chain(others).collect()
    }
}

/// Where a person is on a way, as the configuration says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The address itself.
    Plain(String),
    /// The environment variable that holds it, because it is a secret.
    Variable(String),
}

/// One way on which a page reaches a person, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactRule {
    /// On which way.
    pub via: PageVia,
    /// How long the page has been unanswered by then; zero means at once.
    pub after: Duration,
}

/// Who is on call when: people in order, one week each.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// In order.
    pub people: Vec<PersonId>,
    /// Day of a handoff: the first person's turn begins with it, and turns are counted from it. A day long ago if absent.
    pub from: Option<Date>,
    /// Day of the weekly handoff.
    pub handoff_day: Weekday,
    /// Local time of the handoff.
    pub handoff_time: Time,
    /// Zone of the handoff.
    pub timezone: TimeZone,
    /// Channel that reads who is on call at each change.
    pub announce: Option<ChatName>,
    /// Role that whoever is on call has, and nobody else by it.
    pub role: Option<ChatName>,
    /// Where it is configured.
    pub source: SourceRef,
}

/// Whom to page, how long to wait.
#[derive(Clone, Debug)]
pub struct EscalationPolicy {
    /// Its name.
    pub name: String,
    /// In order; never empty.
    pub steps: Vec<Step>,
    /// How often the steps are repeated after the first round.
    pub repeat: u32,
    /// How long an acknowledgement holds without a sign of life; the severity says it if absent.
    pub ack_timeout: Option<Duration>,
    /// What happens when nobody answered.
    pub at_end: Option<AtEnd>,
    /// Where it is configured.
    pub source: SourceRef,
}

/// One step of a policy.
#[derive(Clone, Debug)]
pub struct Step {
    /// Paged together.
    pub targets: Vec<PageTarget>,
    /// Wait before the next step.
    pub wait: Duration,
}

/// Whom a step or `/page` means.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageTarget {
    /// A person by name.
    Person(PersonId),
    /// Whoever is on call on this schedule.
    OnCall(String),
}

/// The loud end of a policy.
#[derive(Clone, Debug)]
pub struct AtEnd {
    /// Channel that is told; the incident's room if absent.
    pub post: Option<ChatName>,
    /// Role that is mentioned.
    pub mention: Option<ChatName>,
    /// Who is called once more each time it is told; nobody if empty. If absent: everybody whom the steps name, unless a role is
    /// mentioned.
    pub page: Option<Vec<PageTarget>>,
    /// After how long it is told again for the first time; [`crate::escalation::AGAIN_AFTER`] if absent.
    pub again: Option<Duration>,
}

/// What is owned and can break.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Conditions on labels.
    pub matchers: Vec<Matcher>,
    /// Team that owns it.
    pub owner: Option<String>,
    /// Escalation policy.
    pub escalation: Option<String>,
    /// Services or business units that depend on it.
    pub dependents: Vec<String>,
    /// Dashboard address.
    pub dashboard: Option<String>,
    /// Where it is configured.
    pub source: SourceRef,
}

/// What a severity does.
#[derive(Clone, Debug)]
pub struct SeverityPlan {
    /// A sentence for people.
    pub means: String,
    /// What kind of room it gets.
    pub room: RoomKind,
    /// Whether people are paged.
    pub page: bool,
    /// How often stakeholders expect an update.
    pub update_every: Option<Duration>,
    /// How long after its end the postmortem is due; none means that none is needed.
    pub postmortem: Option<Duration>,
    /// How long an acknowledgement holds without a sign of life, where the policy does not say it; none means for ever.
    pub ack_timeout: Option<Duration>,
}

impl SeverityPlan {
    /// How long an acknowledgement holds if nothing says otherwise: whoever has the worst is asked soon, nobody is asked about
    /// what pages nobody. Incidents that were acknowledged at night and forgotten are what people asked Grafana OnCall about
    /// (grafana/oncall issue 1792).
    pub fn usual_ack_timeout(severity: Severity, page: bool) -> Option<Duration> {
        let minutes = if severity == Severity::Sev1 { 30 } else { 120 };
        page.then_some(Duration::from_secs(minutes * 60))
    }
}

/// How alerts are sorted.
#[derive(Clone, Debug)]
pub struct Routing {
    /// Labels that make the group key.
    pub group_by: Vec<String>,
    /// First match wins.
    pub rules: Vec<RoutingRule>,
    /// Policy for alerts whose service names none.
    pub escalation: Option<String>,
    /// How long alerts may fire on after a person ended their incident before they open it again.
    pub still_firing_after: Duration,
    /// How long an incident has to stay calm before it no longer flaps; what fires again before is the same incident.
    pub flap_calm: Duration,
    /// Pages to the same person within this time are one ring; none: each rings.
    pub ring_together: Duration,
}

impl Routing {
    /// How long alerts may fire on, when nothing is configured.
    pub const STILL_FIRING_AFTER: Duration = Duration::from_secs(3_600);
    /// How long an incident has to stay calm, when nothing is configured.
    pub const FLAP_CALM: Duration = Duration::from_secs(600);
    /// Within which time pages to the same person are one ring, when nothing is configured.
    pub const RING_TOGETHER: Duration = Duration::from_secs(60);
}

/// One routing rule.
#[derive(Clone, Debug)]
pub struct RoutingRule {
    /// Conditions; empty matches everything.
    pub matchers: Vec<Matcher>,
    /// Resulting severity.
    pub severity: Severity,
    /// Where it is configured.
    pub source: SourceRef,
}

impl Setup {
    /// The zone in which somebody types times and has their morning: their own, else the shared one.
    pub fn zone_of(&self, person: Option<&PersonId>) -> &TimeZone {
        let own = person.and_then(|person| self.people.get(person)?.timezone.as_ref());
        own.unwrap_or(&self.timezone)
    }

    /// The service with this name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// Whether nobody will ever tell that the alert of this report is over: it ends with its incident.
    pub fn is_endless(&self, report: &AlertReport) -> bool {
        let tells = || self.integration(report.integration.as_str()).is_none_or(Integration::tells_ends);
        report.unmapped.is_some() || report.has_no_end() || !tells()
    }

    /// The scenario with this name.
    pub fn scenario(&self, name: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// What a severity does; an unconfigured one behaves like a thread that pages nobody.
    pub fn severity_plan(&self, severity: Severity) -> SeverityPlan {
        self.severities.get(&severity).cloned().unwrap_or_else(|| SeverityPlan {
            means: String::new(),
            room: RoomKind::Thread,
            page: false,
            update_every: None,
            postmortem: None,
            ack_timeout: None,
        })
    }

    /// The policy for a service (or for alerts without one).
    pub fn escalation_for(&self, service: Option<&str>) -> Option<&EscalationPolicy> {
        let name = service
            .and_then(|name| self.service(name))
            .and_then(|service| service.escalation.as_ref())
            .or(self.routing.escalation.as_ref())?;
        self.escalations.get(name)
    }

    /// Everybody whom a policy or its end can call by itself, by name or by a schedule.
    pub fn called_by_policies(&self) -> BTreeSet<&PersonId> {
        let of_end = |policy: &'_ EscalationPolicy| policy.at_end.as_ref().and_then(|end| end.page.clone());
        let ends: Vec<PageTarget> = self.escalations.values().filter_map(of_end).flatten().collect();
        let steps = self.escalations.values().flat_map(|policy| &policy.steps).flat_map(|step| &step.targets);
        let mut people = BTreeSet::new();
        for target in steps.chain(&ends) {
            match target {
                PageTarget::Person(person) => people.extend(self.people.get_key_value(person).map(|(id, _)| id)),
                PageTarget::OnCall(name) => {
                    let schedule = self.schedules.get(name);
                    people.extend(schedule.into_iter().flat_map(|schedule| &schedule.people));
                }
            }
        }
        people
    }

    /// The integration with this name.
    pub fn integration(&self, name: &str) -> Option<&Integration> {
        self.integrations.iter().find(|integration| integration.name.as_str() == name)
    }

    /// The heartbeat with this name.
    pub fn heartbeat(&self, name: &str) -> Option<&Heartbeat> {
        self.heartbeats.iter().find(|heartbeat| heartbeat.name == name)
    }

    /// Chat rules that watch a channel, given its id and name.
    pub fn chat_rules<'a>(
        &'a self,
        channel: ChatChannelId,
        channel_name: &'a str,
    ) -> impl Iterator<Item = (&'a Integration, &'a ChatRule)> {
        self.integrations.iter().filter_map(move |integration| match &integration.kind {
            IntegrationKind::Chat(rule) => rule
                .channels
                .iter()
                .any(|name| match name {
                    ChatName::Id(id) => *id == channel.0,
                    ChatName::Name(name) => name == channel_name,
                })
                .then_some((integration, rule)),
            IntegrationKind::Alertmanager { .. } | IntegrationKind::Grafana(_) | IntegrationKind::Json(_) => None,
        })
    }
}

/// Who notices when Siaga itself does not work, and from when on it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Variable that holds the address to ping while all is well.
    pub url_env: Option<String>,
    /// Between two pings.
    pub every: Duration,
    /// A page may be on its way to Discord so long.
    pub page_stuck: Duration,
    /// An accepted report may wait so long to be decided.
    pub journal_old: Duration,
    /// Commands and buttons may be away so long.
    pub gateway_away: Duration,
    /// Who is told on other ways when pages cannot go out.
    pub alarm: Vec<PersonId>,
}
