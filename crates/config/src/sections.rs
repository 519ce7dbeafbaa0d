//! Purpose: each section of the file into its domain type; what is wrong is reported and the rest is still read.

use std::collections::BTreeMap;

use domain::heartbeat::Heartbeat;
use domain::runbook::Runbook;
use domain::scenario::Scenario;
use domain::setup::{
    AccessRoles, AtEnd, DiscordSetup, EscalationPolicy, Integration, Language, PageTarget, Person, RoomKind, Routing,
    RoutingRule, Schedule, Service, SeverityPlan, Step, Watch,
};
use domain::silence::SilenceRules;
use domain::storm::StormRules;
use domain::triage::{Impact, TriageMatrix};
use domain::{Matcher, PersonId, Setup, Severity};
use ipnet::IpNet;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;

use crate::checks::{self, Names};
use crate::places::{Doc, Span};
use crate::read::{Table, Text, Value};
use crate::{Env, heartbeats, integrations, keys, people, read, silences, storm, upgrades, values, watch};

/// The folder of `[runbooks]` or `[drills]`.
pub(crate) struct Folder {
    pub(crate) path: String,
    pub(crate) span: Span,
}

/// What could be read. Complete when nothing was reported as an error.
pub(crate) struct Draft {
    pub(crate) notes_read: Option<String>,
    pub(crate) language: Language,
    pub(crate) timezone: TimeZone,
    pub(crate) discord: Option<DiscordSetup>,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) heartbeats: Vec<Heartbeat>,
    pub(crate) people: BTreeMap<PersonId, Person>,
    /// Where each person stands, and why none of their ways works, if none does.
    pub(crate) unreached: BTreeMap<PersonId, (Span, String)>,
    pub(crate) schedules: BTreeMap<String, Schedule>,
    pub(crate) escalations: BTreeMap<String, EscalationPolicy>,
    pub(crate) services: Vec<(Service, Span)>,
    pub(crate) severities: BTreeMap<Severity, (SeverityPlan, Span)>,
    /// Place of `[severities]`.
    pub(crate) severities_span: Span,
    pub(crate) routing: Option<(Routing, Span)>,
    /// Place of each rule that was read.
    pub(crate) rules: Vec<Span>,
    pub(crate) runbook_folder: Option<Folder>,
    pub(crate) scenario_folder: Option<Folder>,
    pub(crate) triage: TriageMatrix,
    /// Severities that `[triage]` names in the file.
    pub(crate) triage_names: Vec<Severity>,
    pub(crate) public_url: Option<String>,
    pub(crate) proxies: Vec<IpNet>,
    pub(crate) watch: Option<Watch>,
    pub(crate) storm: StormRules,
    pub(crate) silences: SilenceRules,
}

impl Draft {
    /// The setup, if the required sections are there.
    pub(crate) fn finish(self, doc: &Doc<'_>, runbooks: Vec<Runbook>, scenarios: Vec<Scenario>) -> Option<Setup> {
        if let Some(folder) = &self.runbook_folder
            && runbooks.is_empty()
        {
            doc.warning(folder.span, format!("the folder `{}` has no runbooks", folder.path));
        }
        if let Some(folder) = &self.scenario_folder
            && scenarios.is_empty()
        {
            doc.warning(folder.span, format!("the folder `{}` has no scenarios", folder.path));
        }
        Some(Setup {
            notes_read: self.notes_read,
            language: self.language,
            timezone: self.timezone,
            discord: self.discord?,
            integrations: self.integrations,
            heartbeats: self.heartbeats,
            people: self.people,
            schedules: self.schedules,
            escalations: self.escalations,
            services: self.services.into_iter().map(|(service, _)| service).collect(),
            severities: self.severities.into_iter().map(|(severity, (plan, _))| (severity, plan)).collect(),
            routing: self.routing?.0,
            runbooks,
            triage: self.triage,
            public_url: self.public_url,
            proxies: self.proxies,
            watch: self.watch,
            storm: self.storm,
            silences: self.silences,
            scenarios,
        })
    }
}

/// Reads the whole document; none if its syntax is wrong.
pub(crate) fn read(doc: &Doc<'_>, env: Env<'_>) -> Option<Draft> {
    let tree = read::parse(doc, doc.text, 0)?;
    let root = Table::open(doc, &tree, Span { start: 0, end: 0 }, 0, &keys::ROOT);
    if let Some(version) = root.need("version")
        && version.number(0, u32::MAX).is_some_and(|number| number != 1)
    {
        doc.error(version.span, "this Siaga reads version 1 of the format only");
    }
    let names = Names::collect(&root);
    let timezone = root.text_or_default("timezone").and_then(values::timezone).unwrap_or(TimeZone::UTC);
    let (mut rules, mut unreached, mut triage_names) = (Vec::new(), BTreeMap::new(), Vec::new());
    let (public_url, proxies) = root.get("web").and_then(web).unwrap_or_default();
    let draft = Draft {
        notes_read: root.optional("notes_read", notes_read),
        language: root.text_or_default("language").and_then(values::language).unwrap_or_default(),
        discord: root.need("discord").and_then(discord),
        integrations: tables(&root, "integrations")
            .filter_map(|value| integrations::read(value, &names, env))
            .collect(),
        heartbeats: tables(&root, "heartbeats").filter_map(|value| heartbeats::read(value, &names, env)).collect(),
        people: people::read(&root, env, &mut unreached),
        unreached,
        schedules: tables(&root, "schedules").filter_map(|value| schedule(value, &names, &timezone)).collect(),
        escalations: tables(&root, "escalations").filter_map(|value| escalation(value, &names)).collect(),
        services: tables(&root, "services").filter_map(|value| service(value, &names)).collect(),
        severities: root.need("severities").map(severities).unwrap_or_default(),
        severities_span: root.get("severities").map_or(root.span, |value| value.span),
        routing: root.need("routing").and_then(|value| routing(value, &names, &mut rules)),
        rules,
        runbook_folder: root.get("runbooks").and_then(|value| folder(value, &keys::RUNBOOKS)),
        scenario_folder: root.get("drills").and_then(|value| folder(value, &keys::DRILLS)),
        triage: root.get("triage").map(|value| triage(value, &names, &mut triage_names)).unwrap_or_default(),
        triage_names,
        public_url,
        proxies,
        watch: root.get("watch").and_then(|value| watch::read(value, &names, env)),
        storm: root.get("storm").and_then(storm::read).unwrap_or_default(),
        silences: root.get("silences").and_then(silences::read).unwrap_or_default(),
        timezone,
    };
    root.done();
    checks::across(doc, &draft, &names);
    Some(rooms_closed(doc, draft))
}

/// A version whose upgrade notes are known.
fn notes_read(text: Text<'_>) -> Option<String> {
    if upgrades::number(text.text).is_none() {
        text.error(format!("`{}` is no version", text.text))
            .help(format!("write it like \"{}\"", upgrades::newest_notes()));
        return None;
    }
    Some(text.text.to_owned())
}

/// A channel outside a category is open to everybody, and nobody said that it should be: then the thread is the room.
fn rooms_closed(doc: &Doc<'_>, mut draft: Draft) -> Draft {
    if draft.discord.as_ref().is_none_or(|discord| discord.category.is_some()) {
        return draft;
    }
    for (severity, (plan, span)) in &mut draft.severities {
        if plan.room == RoomKind::Channel {
            plan.room = RoomKind::Thread;
            doc.warning(*span, format!("{severity} gets no channel: [discord] names no category, and outside one everybody would see it"))
                .help("add category = \"Incidents\" to [discord], or write room = \"thread\"; until then the thread is the room");
        }
    }
    draft
}

fn tables<'a>(root: &Table<'a>, name: &'static str) -> impl Iterator<Item = Value<'a>> + use<'a> {
    root.get(name).map(Value::tables).unwrap_or_default().into_iter()
}

fn discord(value: Value<'_>) -> Option<DiscordSetup> {
    let table = value.table(&keys::DISCORD)?;
    let access = table.get("access").and_then(|value| value.table(&keys::ACCESS));
    let roles = access.as_ref().map(access_roles);
    if access.as_ref().is_none_or(|access| access.get("responder").is_none()) {
        let span = access.as_ref().map_or(table.span, |access| access.span);
        table.doc.warning(span, "without `access.responder` only admins of the server can act").help(
            "name the role of those who respond: access = { responder = \"@sre\" }; whoever is paged responds to that incident in any case",
        );
    }
    let incidents = table.required("incidents", values::channel);
    let setup = DiscordSetup {
        server: table.optional("server", values::place),
        status: table.optional("status", values::channel),
        status_lines: table.text_or_default("status_lines").and_then(values::status_lines).unwrap_or_default(),
        operators: table.optional("operators", values::channel),
        category: table.optional("category", values::place),
        access: roles.unwrap_or_default(),
        allowed_hosts: table
            .get("allowed_hosts")
            .map(Value::texts)
            .unwrap_or_default()
            .into_iter()
            .filter_map(values::host)
            .collect(),
        incidents: incidents.clone().unwrap_or(domain::setup::ChatName::Id(0)),
    };
    if let (Some(status), Some(incidents)) = (&setup.status, &incidents)
        && status == incidents
        && let Some(place) = table.get("status")
    {
        place
            .doc
            .warning(place.span, "stakeholders and responders share one channel")
            .help("give `status` a channel of its own, so that stakeholders are not in the responders' noise");
    }
    table.done();
    if let Some(access) = access {
        access.done();
    }
    incidents.map(|_| setup)
}

/// Which roles may do what. A list that names nobody is a mistake: to close something, leave the others in.
fn access_roles(access: &Table<'_>) -> AccessRoles {
    let roles = |name, everyone| {
        let value = access.get(name)?;
        if value.list_is_empty() {
            value.doc.error(value.span, format!("`{name}` names no role")).help("name a role, or leave the key out");
        }
        Some(value.one_or_more().into_iter().filter_map(|text| values::access_role(text, everyone)).collect())
    };
    AccessRoles {
        read: roles("read", true),
        open: roles("open", true),
        page: roles("page", true),
        responder: roles("responder", true).unwrap_or_default(),
        admin: roles("admin", false).unwrap_or_default(),
    }
}

fn schedule(value: Value<'_>, names: &Names<'_>, shared: &TimeZone) -> Option<(String, Schedule)> {
    let table = value.table(&keys::SCHEDULE)?;
    let name = table.required("name", values::own_name);
    let list = table.need("people");
    let people: Vec<Text<'_>> = list.map(Value::texts).unwrap_or_default();
    if let Some(list) = list.filter(|list| list.list_is_empty()) {
        list.doc.error(list.span, "a schedule needs at least one person");
    }
    for person in &people {
        names.people.require(*person, "person", "[people]");
    }
    let handoff = table.text_or_default("handoff").and_then(values::handoff);
    let from = table.get("from").and_then(|value| {
        let (from, (day, _)) = (value.date()?, handoff?);
        if from.weekday() == day {
            return Some(from);
        }
        let later = from.checked_add(i64::from(from.weekday().until(day)).days()).unwrap_or(from);
        value
            .doc
            .error(value.span, format!("{from} is a {:?}, and the handoff is on {day:?}", from.weekday()))
            .help(format!("turns begin with a handoff: write {later}"));
        None
    });
    let timezone = match table.get("timezone") {
        Some(zone) => zone.text().and_then(values::timezone),
        None => Some(shared.clone()),
    };
    let (announce, role) = (table.optional("announce", values::channel), table.optional("role", values::role));
    let source = table.doc.source_ref(table.span);
    table.done();
    let (name, (handoff_day, handoff_time)) = (name?, handoff?);
    let people = people.into_iter().map(|person| PersonId::from(person.text)).collect();
    let timezone = timezone?;
    let schedule =
        Schedule { name: name.clone(), people, from, handoff_day, handoff_time, timezone, announce, role, source };
    Some((name, schedule))
}

fn escalation(value: Value<'_>, names: &Names<'_>) -> Option<(String, EscalationPolicy)> {
    let table = value.table(&keys::ESCALATION)?;
    let name = table.required("name", values::own_name);
    let list = table.need("steps");
    if let Some(list) = list.filter(|list| list.list_is_empty()) {
        list.doc
            .error(list.span, "an escalation without steps would page nobody")
            .help("add a step: { page = \"on-call:...\", wait = \"5m\" }");
    }
    let steps = list.and_then(Value::list).unwrap_or_default();
    let steps: Vec<Step> = steps.into_iter().filter_map(|value| step(value, names)).collect();
    let default = table.default("repeat").parse().unwrap_or(0);
    let repeat = table.get("repeat").and_then(|value| value.number(0, 10)).unwrap_or(default);
    let ack_timeout = table.optional("ack_timeout", |text| values::duration(text, "1m", "168h"));
    let at_end = table.get("at_end").and_then(|value| at_end(value, names));
    let source = table.doc.source_ref(table.span);
    table.done();
    let name = name?;
    Some((name.clone(), EscalationPolicy { name, steps, repeat, ack_timeout, at_end, source }))
}

fn step(value: Value<'_>, names: &Names<'_>) -> Option<Step> {
    let table = value.table(&keys::STEP)?;
    let page = table.need("page");
    if let Some(list) = page.filter(|page| page.list_is_empty()) {
        list.doc.error(list.span, "this step pages nobody").help("name a person or \"on-call:\" and a schedule");
    }
    let targets = page.map(Value::one_or_more).unwrap_or_default();
    let targets = targets.into_iter().filter_map(|text| target(text, names)).collect();
    let wait = table.text_or_default("wait").and_then(|text| values::duration(text, "10s", "24h"));
    table.done();
    Some(Step { targets, wait: wait? })
}

fn target(text: Text<'_>, names: &Names<'_>) -> Option<PageTarget> {
    if let Some(schedule) = text.text.strip_prefix("on-call:") {
        let span = text.part("on-call:".len(), text.text.len());
        let part = Text { text: schedule, span, ..text };
        return names
            .schedules
            .require(part, "schedule", "[[schedules]]")
            .then(|| PageTarget::OnCall(schedule.to_owned()));
    }
    if text.text.starts_with('@') {
        text.error("a page goes to people, not to roles")
            .help("name a person or \"on-call:\" and a schedule; a role can be told at the end: at_end = { mention = \"@...\" }");
        return None;
    }
    if !names.people.has(text.text) && names.schedules.has(text.text) {
        text.error(format!("`{}` is a schedule, not a person", text.text))
            .help(format!("did you mean \"on-call:{}\"?", text.text));
        return None;
    }
    names.people.require(text, "person", "[people]").then(|| PageTarget::Person(PersonId::from(text.text)))
}

fn at_end(value: Value<'_>, names: &Names<'_>) -> Option<AtEnd> {
    let table = value.table(&keys::AT_END)?;
    let page = table.get("page").map(|page| {
        let targets = page.one_or_more().into_iter().filter_map(|text| target(text, names)).collect::<Vec<_>>();
        if page.list_is_empty() && table.get("mention").is_none() {
            page.doc
                .warning(
                    page.span,
                    "the end of this policy rings nobody's phone: when nobody answered, it is only written down",
                )
                .unpaged()
                .help("leave `page` out to call everybody whom the steps name, name somebody, or mention a role");
        }
        targets
    });
    let end = AtEnd {
        page,
        post: table.optional("post", values::channel),
        mention: table.optional("mention", values::role),
        again: table.text_or_default("again").and_then(|text| values::duration(text, "1m", "1h")),
    };
    table.done();
    Some(end)
}

fn service(value: Value<'_>, names: &Names<'_>) -> Option<(Service, Span)> {
    let table = value.table(&keys::SERVICE)?;
    let name = table.required("name", values::own_name);
    let matchers = match table.get("match") {
        Some(list) if list.list_is_empty() => {
            list.doc
                .error(list.span, "an empty list would make every alert one of this service")
                .help("remove `match`: then the label `service` decides");
            Vec::new()
        }
        Some(list) => matchers(list),
        None => name.iter().filter_map(|name| service_is(name)).collect(),
    };
    let escalation = table.optional("escalation", |text| {
        names.escalations.require(text, "escalation", "[[escalations]]");
        Some(text.text.to_owned())
    });
    let dependents = table.get("dependents").map(Value::texts).unwrap_or_default();
    for dependent in &dependents {
        names.check_dependent(*dependent, name.as_deref());
    }
    let service = Service {
        name: name.clone().unwrap_or_default(),
        matchers,
        owner: table.optional("owner", values::sentence),
        escalation,
        dependents: dependents.iter().map(|text| text.text.to_owned()).collect(),
        dashboard: table.optional("dashboard", values::url),
        source: table.doc.source_ref(table.span),
    };
    let span = table.span;
    table.done();
    name.map(|_| (service, span))
}

/// The matcher `service="name"`.
fn service_is(name: &str) -> Option<Matcher> {
    let value = name.replace('\\', "\\\\").replace('"', "\\\"");
    Matcher::parse(&format!("service=\"{value}\"")).ok()
}

pub(crate) fn matchers(list: Value<'_>) -> Vec<Matcher> {
    list.texts().into_iter().filter_map(values::matcher).collect()
}

fn severities(value: Value<'_>) -> BTreeMap<Severity, (SeverityPlan, Span)> {
    let mut plans = BTreeMap::new();
    let entries = value.entries().unwrap_or_default();
    if entries.is_empty() {
        value
            .doc
            .error(value.span, "[severities] is empty")
            .help("add SEV-3 = { means = \"Degraded\", room = \"thread\", page = true }");
    }
    for (name, value) in entries {
        let severity = values::severity(name);
        let Some(table) = value.table(&keys::SEVERITY) else {
            continue;
        };
        let means = table.required("means", values::sentence);
        let room = table.text_or_default("room").and_then(values::room);
        let page = table.need("page").and_then(Value::boolean);
        let update_every = table.optional("update_every", |text| values::duration(text, "1m", "168h"));
        let postmortem = table.optional("postmortem", |text| values::duration(text, "1h", "2160h"));
        let ack_timeout = table.optional("ack_timeout", |text| values::duration(text, "1m", "168h"));
        table.done();
        if let (Some(severity), Some(means), Some(room), Some(page)) = (severity, means, room, page) {
            let ack_timeout = ack_timeout.or_else(|| SeverityPlan::usual_ack_timeout(severity, page));
            let plan = SeverityPlan { means, room, page, update_every, postmortem, ack_timeout };
            if plans.insert(severity, (plan, name.span)).is_some() {
                name.error(format!("{severity} is described twice"));
            }
        }
    }
    plans
}

/// The matrix; a row that is absent keeps its default.
fn triage(value: Value<'_>, names: &Names<'_>, named: &mut Vec<Severity>) -> TriageMatrix {
    let mut matrix = TriageMatrix::default();
    let Some(table) = value.table(&keys::TRIAGE) else { return matrix };
    for (row, impact) in matrix.0.iter_mut().zip(Impact::ALL) {
        let Some(list) = table.get(impact.as_str()) else { continue };
        let texts = list.texts();
        let severities: Vec<Severity> = texts
            .iter()
            .filter_map(|text| {
                let severity = values::severity(*text)?;
                names.require_severity(*text, severity);
                Some(severity)
            })
            .collect();
        named.extend(&severities);
        match <[Severity; 3]>::try_from(severities) {
            Ok(read) => *row = read,
            Err(_) if texts.len() == 3 => {}
            Err(_) => {
                list.doc
                    .error(list.span, format!("{} severities where three are needed", texts.len()))
                    .help("one for each urgency: now, within hours, later");
            }
        }
    }
    table.done();
    matrix
}

/// The public address, without a slash at its end, and the proxies in front of it.
fn web(value: Value<'_>) -> Option<(Option<String>, Vec<IpNet>)> {
    let table = value.table(&keys::WEB)?;
    let url = table.optional("public_url", values::url);
    let proxies = table.get("proxies").map(Value::texts).unwrap_or_default();
    let proxies = proxies.into_iter().filter_map(values::network).collect();
    table.done();
    Some((url.map(|url| url.trim_end_matches('/').to_owned()), proxies))
}

fn routing(value: Value<'_>, names: &Names<'_>, places: &mut Vec<Span>) -> Option<(Routing, Span)> {
    let table = value.table(&keys::ROUTING)?;
    let escalation = table.optional("escalation", |text| {
        names.escalations.require(text, "escalation", "[[escalations]]");
        Some(text.text.to_owned())
    });
    let mut rules = Vec::new();
    for value in table.need("rules").and_then(Value::list).unwrap_or_default() {
        let Some(rule) = value.table(&keys::RULE) else {
            continue;
        };
        let matchers = rule.need("match").map(matchers);
        let severity = rule.required("severity", |text| {
            let severity = values::severity(text)?;
            names.require_severity(text, severity);
            Some(severity)
        });
        if let (Some(matchers), Some(severity)) = (matchers, severity) {
            rules.push(RoutingRule { matchers, severity, source: rule.doc.source_ref(rule.span) });
            places.push(rule.span);
        }
        rule.done();
    }
    let group_by = table.texts_or_default("group_by").into_iter().filter_map(values::sentence).collect();
    let still_firing_after =
        table.text_or_default("still_firing_after").and_then(|text| values::duration(text, "1m", "168h"));
    let flap_calm = table.text_or_default("flap_calm").and_then(|text| values::duration(text, "1m", "24h"));
    let ring_together = table.text_or_default("ring_together").and_then(|text| values::duration(text, "0s", "60s"));
    let span = table.span;
    table.done();
    let (still_firing_after, flap_calm, ring_together) = (still_firing_after?, flap_calm?, ring_together?);
    Some((Routing { group_by, rules, escalation, still_firing_after, flap_calm, ring_together }, span))
}

fn folder(value: Value<'_>, section: &'static keys::Section) -> Option<Folder> {
    let table = value.table(section)?;
    let text = table.text_or_default("folder");
    table.done();
    let text = text?;
    Some(Folder { path: values::sentence(text)?, span: text.span })
}
