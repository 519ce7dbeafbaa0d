//! Purpose: the table itself, one key a line: name, value, need, example, meaning.

use super::Need::{Default, Optional, Required};
use super::{Key, Need, Section};

const fn key(name: &'static str, kind: &'static str, need: Need, example: &'static str, about: &'static str) -> Key {
    Key { name, kind, need, example, about }
}

pub(crate) static ROOT: Section = Section {
    name: "the top level",
    about: "Names refer to each other inside this one file; `siaga check` proves that all of them exist.",
    keys: &[
        key("version", "number", Required, "1", "Version of this format; 1 is the only one."),
        key(
            "notes_read",
            "version",
            Optional,
            "\"0.1.0\"",
            "What changed since that version and before is known: `siaga check` no longer says it ([upgrading.md](upgrading.md)).",
        ),
        key("language", "`en` or `id`", Default("en"), "\"en\"", "Language of texts everybody sees."),
        key(
            "timezone",
            "time zone",
            Default("UTC"),
            "\"Asia/Jakarta\"",
            "Zone of shared times and of schedules that name none.",
        ),
        key("discord", "table", Required, "", "Where in Discord things happen."),
        key("integrations", "tables", Optional, "", "Who may send alerts."),
        key("heartbeats", "tables", Optional, "", "What must keep happening; its silence is an alert."),
        key("people", "tables by name", Optional, "", "Who can be paged."),
        key("schedules", "tables", Optional, "", "Who is on call when."),
        key("escalations", "tables", Optional, "", "Whom to page, and whom next."),
        key("services", "tables", Optional, "", "What can break and who owns it."),
        key("severities", "tables by severity", Required, "", "What each severity does."),
        key("routing", "table", Required, "", "Which alert gets which severity."),
        key("runbooks", "table", Optional, "", "Where the runbooks are."),
        key("drills", "table", Optional, "", "Where the scenarios of drills are."),
        key("triage", "table", Optional, "", "What impact and urgency make."),
        key("web", "table", Optional, "", "Where phones reach us."),
        key("storm", "table", Optional, "", "When incidents that page nobody are folded into one board."),
        key("silences", "table", Optional, "", "How long silences may last."),
        key("watch", "table", Optional, "", "Who notices when Siaga itself does not work."),
    ],
};

pub(crate) static DISCORD: Section = Section {
    name: "[discord]",
    about: "Channels, roles and the server are names (`#incidents`, `@sre`) or Discord's ids in quotes.",
    keys: &[
        key(
            "server",
            "name or id",
            Optional,
            "\"Toko Kita\"",
            "The one server the bot works in; needed when it was invited to several.",
        ),
        key("incidents", "channel", Required, "\"#incidents\"", "Cards of incidents and the threads on them."),
        key(
            "status",
            "channel",
            Optional,
            "\"#incident-status\"",
            "For stakeholders: one message per incident, edited, and one line when it ends.",
        ),
        key(
            "status_lines",
            "`ends` or `all`",
            Default("ends"),
            "\"ends\"",
            "What stands in `status` besides that message: how incidents end, or updates and what they promise, too.",
        ),
        key(
            "operators",
            "channel",
            Optional,
            "\"#sre-ops\"",
            "Notices for those who run the bot; the incidents channel if absent.",
        ),
        key(
            "category",
            "name or id",
            Optional,
            "\"Incidents\"",
            "Category of channels that incidents create; who sees it sees them. Without one, or when it is not there, no channel is made and the thread is the room: outside it everybody would read.",
        ),
        key("access", "table", Optional, "", "Which roles may do what."),
        key(
            "allowed_hosts",
            "list of hosts",
            Optional,
            "[\"discord-proxy.example.com\"]",
            "Hosts to which `SIAGA_DISCORD` may lead with a token that looks real. Without this only the real Discord and this machine get one.",
        ),
    ],
};

pub(crate) static ACCESS: Section = Section {
    name: "[discord] access",
    about: "Each key is a role or a list of roles; each includes those above it, and an admin may do everything. Whoever is paged counts as a responder for that incident, whatever the role. Without `responder` only admins act: members of `admin`, and whoever has Administrator or Manage Server in Discord. `@everyone` stands for every member of the server (not in `admin`). [security.md](security.md) says who may do what.",
    keys: &[
        key(
            "read",
            "role or list of roles",
            Optional,
            "\"@staff\"",
            "Who lists and shows incidents, asks why, exports, follows, searches; if absent, whoever can see the incidents channel.",
        ),
        key(
            "open",
            "role or list of roles",
            Optional,
            "[\"@support\", \"@shop\"]",
            "Who opens incidents; if absent, whoever reads. What would page becomes a question to responders, unless `page` allows it.",
        ),
        key(
            "page",
            "role or list of roles",
            Optional,
            "\"@support-lead\"",
            "Who opens incidents that page, and answers the question whether something is an incident; if absent, responders.",
        ),
        key(
            "responder",
            "role or list of roles",
            Optional,
            "\"@sre\"",
            "Who responds to incidents: acknowledges, pages, resolves; if absent, only admins.",
        ),
        key("admin", "role or list of roles", Optional, "\"@sre-lead\"", "Who also administers the bot."),
    ],
};

pub(crate) static ALERTMANAGER: Section = Section {
    name: "[[integrations]] of kind alertmanager",
    about: "Alertmanager's webhook (version 4) at `POST /intake/{name}`.",
    keys: &[
        key(
            "name",
            "name",
            Required,
            "\"alertmanager\"",
            "Last part of the address: lower-case letters, digits, `-` and `_`.",
        ),
        key(
            "kind",
            "`alertmanager`, `grafana`, `json` or `chat`",
            Required,
            "\"alertmanager\"",
            "What the sender speaks.",
        ),
        key(
            "key_env",
            "environment variable, or a list of two",
            Optional,
            "\"SIAGA_KEY_ALERTMANAGER\"",
            "Variable that holds the key; the key itself never stands in this file. Of two, both are taken: [that is how a key is changed](security.md#keys). Needed without `key_file`.",
        ),
        key(
            "key_file",
            "path, or a list of two",
            Optional,
            "\"/run/secrets/alertmanager\"",
            "File that holds the key and nothing else, relative to this file; read again when it changes. In place of `key_env` or beside it, two places in all.",
        ),
        key(
            "resolves",
            "true or false",
            Optional,
            "false",
            "Whether the sender says that an alert is over. Alertmanager does, unless `send_resolved: false` stands in its own configuration.",
        ),
        key(
            "resolve_after",
            "duration",
            Optional,
            "\"24h\"",
            "Only when the sender never says it: an alert that nothing was heard of for so long is over, `1m` to `720h`. Without it an alert ends with its incident.",
        ),
    ],
};

pub(crate) static GRAFANA: Section = Section {
    name: "[[integrations]] of kind grafana",
    about: "Grafana's webhook (a contact point of type *Webhook*) at `POST /intake/{name}`, with the key as *Authorization header - credentials*. A rule without data (`DatasourceNoData`) or whose query fails (`DatasourceError`) comes under its own name, as *No data: High CPU usage*, with the label `blind`. A series that is gone (`MissingSeries`) ends nothing: the alert fires on, says that it is no longer measured, and ends with its incident. So does one whose rule was paused, deleted or changed: Grafana throws its state away then and tells an end that nobody measured.",
    keys: &[
        key(
            "name",
            "name",
            Required,
            "\"grafana\"",
            "Last part of the address: lower-case letters, digits, `-` and `_`.",
        ),
        key("kind", "`alertmanager`, `grafana`, `json` or `chat`", Required, "\"grafana\"", "What the sender speaks."),
        key(
            "key_env",
            "environment variable, or a list of two",
            Optional,
            "\"SIAGA_KEY_GRAFANA\"",
            "Variable that holds the key; the key itself never stands in this file. Of two, both are taken: [that is how a key is changed](security.md#keys). Needed without `key_file`.",
        ),
        key(
            "key_file",
            "path, or a list of two",
            Optional,
            "\"/run/secrets/grafana\"",
            "File that holds the key and nothing else, relative to this file; read again when it changes. In place of `key_env` or beside it, two places in all.",
        ),
        key(
            "blind_severity",
            "text",
            Optional,
            "\"warning\"",
            "Label `severity` of a rule that sees nothing, which the rules of `[routing]` look at. Without it the rule's own label counts, and `critical` when it has none.",
        ),
        key(
            "resolves",
            "true or false",
            Optional,
            "false",
            "Whether the sender says that an alert is over. Grafana does, unless *Disable resolved message* is set at its contact point.",
        ),
        key(
            "resolve_after",
            "duration",
            Optional,
            "\"24h\"",
            "Only when the sender never says it: an alert that nothing was heard of for so long is over, `1m` to `720h`. Without it an alert ends with its incident.",
        ),
    ],
};

pub(crate) static JSON: Section = Section {
    name: "[[integrations]] of kind json",
    about: "Any JSON at `POST /intake/{name}`, read by expressions ([minijinja](https://docs.rs/minijinja)'s, which are Jinja's): `body.monitor.name ~ ' is down'`. They see `body`, `headers` (names in lower case), `query` (parameters of the address) and, with `each`, `item`; fields whose names look like secrets (password, token, basic_auth, ...) are blanked, and keys are left out. A part that is missing at the end of a name gives nothing; whatever cannot be evaluated becomes a visible *unmapped* alert that says why. `siaga try FILE --integration NAME` shows what a payload becomes; ready ones are in [`examples/integrations`](../examples/integrations).",
    keys: &[
        key(
            "name",
            "name",
            Required,
            "\"uptime-kuma\"",
            "Last part of the address: lower-case letters, digits, `-` and `_`. It is also the label `integration`.",
        ),
        key("kind", "`alertmanager`, `grafana`, `json` or `chat`", Required, "\"json\"", "What the sender speaks."),
        key(
            "key_env",
            "environment variable, or a list of two",
            Optional,
            "\"SIAGA_KEY_UPTIME_KUMA\"",
            "Variable that holds the key; the key itself never stands in this file. Of two, both are taken: [that is how a key is changed](security.md#keys). Needed without `key_file`.",
        ),
        key(
            "key_file",
            "path, or a list of two",
            Optional,
            "\"/run/secrets/uptime-kuma\"",
            "File that holds the key and nothing else, relative to this file; read again when it changes. In place of `key_env` or beside it, two places in all.",
        ),
        key(
            "get",
            "true or false",
            Default("false"),
            "true",
            "Whether a `GET` is an alert, too, for senders that know nothing else: the parameters of the address are then the `body`, without the key. Programs that preview links fetch them, so give its address to nobody else.",
        ),
        key(
            "each",
            "expression",
            Optional,
            "\"body.alerts\"",
            "A list; each `item` of it is an alert, at most 500. Without it the body is one alert.",
        ),
        key(
            "when",
            "expression",
            Optional,
            "\"body.monitor is not none\"",
            "Whether it is an alert at all; those that are not are counted in the answer.",
        ),
        key(
            "dedup_key",
            "expression",
            Required,
            "\"body.monitor.id\"",
            "Which alert it is: the same while it fires and when it is over.",
        ),
        key("title", "expression", Required, "\"body.monitor.name ~ ' is down'\"", "One line a person reads first."),
        key(
            "status",
            "expression",
            Optional,
            "\"'ok' if body.heartbeat.status == 1 else 'firing'\"",
            "`resolved`, `ok`, `up`, `recovered`, `closed`, `success`, `healthy`, `normal`, `clear`, `inactive`, `completed`, `succeeded`, `passed`, `restored`, `fixed`, `ended`, `good`, `false` and `0` (also `resolve`, `recovery`, `close`, `cleared`, `complete`; in any case) mean that it is over; everything else, and no `status` at all, that it fires.",
        ),
        key(
            "severity",
            "expression",
            Optional,
            "\"'critical'\"",
            "Label `severity`, which the rules of `[routing]` look at.",
        ),
        key("service", "expression", Optional, "\"body.service\"", "Label `service`."),
        key("description", "expression", Optional, "\"body.msg\"", "Longer text."),
        key("value", "expression", Optional, "\"body.heartbeat.ping ~ ' ms'\"", "The measured value."),
        key("url", "expression", Optional, "\"body.link\"", "Link to the alert at its sender."),
        key("runbook_url", "expression", Optional, "\"body.runbook\"", "Address of the runbook."),
        key(
            "starts_at",
            "expression",
            Optional,
            "\"body.since\"",
            "When it began: RFC 3339, or seconds or milliseconds since 1970.",
        ),
        key(
            "labels",
            "table of expressions",
            Optional,
            "{ host = \"body.host\" }",
            "Further labels, for rules, groups and runbooks.",
        ),
        key(
            "notice",
            "expression",
            Optional,
            "\"body.monitor is none\"",
            "Whether nobody will tell that this alert is over, although the sender tells others' ends: a certificate that runs out. It ends with its incident.",
        ),
        key(
            "resolves",
            "true or false",
            Optional,
            "false",
            "Whether the sender says that an alert is over. Without this key: when there is an expression `status`.",
        ),
        key(
            "resolve_after",
            "duration",
            Optional,
            "\"24h\"",
            "Only when the sender never says it: an alert that nothing was heard of for so long is over, `1m` to `720h`. Without it an alert ends with its incident.",
        ),
    ],
};

pub(crate) static CHAT: Section = Section {
    name: "[[integrations]] of kind chat",
    about: "Lines in watched channels, of people or of other bots.",
    keys: &[
        key("name", "name", Required, "\"support-chat\"", "Shown as the source of its alerts."),
        key("kind", "`alertmanager`, `grafana`, `json` or `chat`", Required, "\"chat\"", "What the sender speaks."),
        key("channels", "list of channels", Required, "[\"#support\"]", "Watched channels."),
        key(
            "match",
            "regular expression",
            Required,
            "'(?i)(?P<service>checkout|login).*(down|error)'",
            "Lines that are alerts. The named groups `title`, `severity`, `service`, `dedup_key`, `status` and `value` fill the alert, other named groups become labels.",
        ),
        key(
            "title",
            "text",
            Optional,
            "\"Users report {service} trouble\"",
            "Title with named groups in braces; the whole line if absent.",
        ),
        key(
            "severity",
            "severity",
            Optional,
            "\"SEV-4\"",
            "Severity of its alerts; a `severity` group wins, and without both the routing rules decide.",
        ),
        key("candidate", "true or false", Default("false"), "true", "Ask people before an incident opens."),
        key(
            "threads",
            "true or false",
            Default("false"),
            "true",
            "Read threads of these channels, too. Threads of incidents never are.",
        ),
        key(
            "authors",
            "list of user names, ids, roles, or `bots`",
            Optional,
            "[\"shop-monitor\", \"@sre\"]",
            "Whose lines count: user names (of bots and webhooks their names), ids, roles with their `@`, or `bots` for all of these. Names shown do not count, because anybody can take them; an id is safest. Without this key: everybody's.",
        ),
        key(
            "resolved",
            "list of texts",
            Default("resolved, recovered, ok"),
            "[\"recovered\", \"ok\"]",
            "Words of the `status` group that mean the alert is over.",
        ),
        key(
            "resolves",
            "true or false",
            Optional,
            "false",
            "Whether the sender says that an alert is over. Without this key: when `match` has a group `status`.",
        ),
        key(
            "resolve_after",
            "duration",
            Optional,
            "\"24h\"",
            "Only when the sender never says it: an alert that nothing was heard of for so long is over, `1m` to `720h`. Without it an alert ends with its incident.",
        ),
    ],
};

pub(crate) static HEARTBEAT: Section = Section {
    name: "[[heartbeats]]",
    about: "Something that must keep happening: orders, a backup, Alertmanager's `Watchdog`. It beats with `GET` or `POST /heartbeat/{name}` (a `HEAD` does not count); silence is an alert that is routed like any other, and the next beat resolves it. A restart extends the wait by the time the bot was away and no more. A body is not looked at, except that Alertmanager's notice of a resolved alert is no beat.",
    keys: &[
        key(
            "name",
            "name",
            Required,
            "\"orders\"",
            "Last part of the address: lower-case letters, digits, `-` and `_`. It is also the labels `heartbeat` and `alertname`.",
        ),
        key("every", "duration", Required, "\"5m\"", "How long it may be silent, `10s` to `168h`."),
        key("says", "text", Required, "\"No orders for 5 minutes\"", "What silence means: the title of the alert."),
        key("service", "service", Optional, "\"checkout\"", "Label `service`: what is broken then."),
        key(
            "severity",
            "text",
            Default("critical"),
            "\"critical\"",
            "Label `severity`, which the rules of `[routing]` look at; a severity like `SEV-2` is taken as it is.",
        ),
        key("runbook", "address", Optional, "\"https://wiki.example.com/no-orders\"", "Where the runbook is."),
        key(
            "key_env",
            "environment variable, or a list of two",
            Optional,
            "\"SIAGA_KEY_ORDERS\"",
            "Variable that holds its key, as of integrations; without this and `key_file`, whoever can reach the address may beat.",
        ),
        key(
            "key_file",
            "path, or a list of two",
            Optional,
            "\"/run/secrets/orders\"",
            "File that holds the key and nothing else, relative to this file; read again when it changes. In place of `key_env` or beside it, two places in all.",
        ),
        key("labels", "table of texts", Optional, "{ team = \"shop\" }", "Further labels, for rules and runbooks."),
    ],
};

/// What everybody has besides ways.
const WHO: [Key; 3] = [
    key(
        "discord",
        "user name or id",
        Required,
        "\"budi\"",
        "Discord user name or id. Display names and nicknames never count. Matched once; from then on the person is that account, whatever it is called (`siaga people`).",
    ),
    key(
        "language",
        "`en` or `id`",
        Optional,
        "\"id\"",
        "Language of private answers; Discord's setting of the person if absent.",
    ),
    key(
        "timezone",
        "time zone",
        Optional,
        "\"Asia/Makassar\"",
        "Zone of the times the person types, and of the mornings in which they are reminded; the shared one if absent.",
    ),
];

/// How pages reach them.
const REACHED: Key = key(
    "contact",
    "list of tables",
    Optional,
    "[{ by = \"mention\" }, { by = \"direct\", after = \"1m\" }]",
    "How a page reaches the person, and when. If absent: mention and direct message at once, the others after a minute.",
);

/// The keys of a person: the ways' own stand in the table of ways.
const OF_PERSON: [Key; WHO.len() + ways::ALL.len() + 1] = {
    let mut keys = [REACHED; WHO.len() + ways::ALL.len() + 1];
    let mut at = 0;
    while at < WHO.len() {
        keys[at] = WHO[at];
        at += 1;
    }
    while at < WHO.len() + ways::ALL.len() {
        let own = &ways::ALL[at - WHO.len()].key;
        let kind = match own.value {
            ways::Value::Plain(_) => "text",
            ways::Value::Secret(_) => "environment variable",
        };
        keys[at] = key(own.name, kind, Optional, own.example, own.about);
        at += 1;
    }
    keys
};

pub(crate) static PERSON: Section = Section {
    name: "[people]",
    about: "One line per person: `budi = { discord = \"budi\" }`. The name on the left is used in schedules and steps.",
    keys: &OF_PERSON,
};

pub(crate) static CONTACT: Section = Section {
    name: "contact of [people]",
    about: "As long as nobody answers the page, it goes out on one more way; while Discord cannot be reached all other ways are taken at once.",
    keys: &[
        key(
            "by",
            "`mention`, `direct` or a way",
            Required,
            "\"direct\"",
            "A mention in the room, a direct message, or one of the ways below.",
        ),
        key(
            "after",
            "duration",
            Default("0s"),
            "\"1m\"",
            "How long the page is unanswered by then, up to `24h`; at once if absent.",
        ),
    ],
};

pub(crate) static SCHEDULE: Section = Section {
    name: "[[schedules]]",
    about: "People take turns, one week each.",
    keys: &[
        key("name", "name", Required, "\"payments\"", "Used in steps as `on-call:payments`."),
        key(
            "people",
            "list of people",
            Required,
            "[\"budi\", \"rina\"]",
            "In the order of their weeks. When the list is changed, whoever has the shift that runs keeps it until the handoff; who is taken out of it gives it to the next one at once.",
        ),
        key(
            "from",
            "date",
            Optional,
            "2026-11-30",
            "Day of a handoff with which the first person's week begins; turns are counted from it, into the past, too. `siaga check` prints the line to add when it is absent; `siaga reload` prints the one by which a changed list goes on after whoever is on call.",
        ),
        key(
            "handoff",
            "day and time",
            Default("Monday 09:00"),
            "\"Monday 09:00\"",
            "When the next person takes over, every week.",
        ),
        key("timezone", "time zone", Optional, "\"Asia/Makassar\"", "Zone of the handoff; the shared one if absent."),
        key(
            "announce",
            "channel",
            Optional,
            "\"#on-call\"",
            "Channel that reads who is on call whenever that is another person: at a handoff, and when an override begins or ends. Nobody is mentioned.",
        ),
        key(
            "role",
            "role",
            Optional,
            "\"@on-call-payments\"",
            "Role that whoever is on call has. Several schedules may name one. The bot needs Manage Roles, and a role of its own above it.",
        ),
    ],
};

pub(crate) static ESCALATION: Section = Section {
    name: "[[escalations]]",
    about: "Steps are taken in order until somebody acknowledges.",
    keys: &[
        key("name", "name", Required, "\"payments\"", "Used by services and by `[routing]`."),
        key(
            "steps",
            "list of tables",
            Required,
            "[{ page = \"on-call:payments\", wait = \"5m\" }]",
            "Whom to page, in order; at least one.",
        ),
        key("repeat", "number", Default("0"), "1", "How often all steps are repeated after the first round, 0 to 10."),
        key(
            "ack_timeout",
            "duration",
            Optional,
            "\"30m\"",
            "How long an acknowledgement holds without a sign of life, `1m` to `168h`; the severity says it if absent.",
        ),
        key(
            "at_end",
            "table",
            Optional,
            "{ post = \"#sre\", mention = \"@sre-lead\" }",
            "What happens when nobody answered.",
        ),
    ],
};

pub(crate) static STEP: Section = Section {
    name: "steps of [[escalations]]",
    about: "",
    keys: &[
        key(
            "page",
            "text or list of texts",
            Required,
            "\"on-call:payments\"",
            "A person, or `on-call:` and a schedule; several are paged together.",
        ),
        key(
            "wait",
            "duration",
            Default("5m"),
            "\"5m\"",
            "How long to wait for an answer before the next step, `10s` to `24h`.",
        ),
    ],
};

pub(crate) static AT_END: Section = Section {
    name: "at_end of [[escalations]]",
    about: "",
    keys: &[
        key("post", "channel", Optional, "\"#sre\"", "Channel that is told; the incident's room if absent."),
        key("mention", "role", Optional, "\"@sre-lead\"", "Role that is mentioned there."),
        key(
            "page",
            "text or list of texts",
            Optional,
            "[\"budi\", \"on-call:payments\"]",
            "Who is called once more each time it is told: people, or `on-call:` and a schedule; `[]` is nobody. If absent: everybody whom the steps name, unless `mention` names a role. Where that is nobody, the policy of `[routing]` is called.",
        ),
        key(
            "again",
            "duration",
            Default("15m"),
            "\"15m\"",
            "It is told again after this long, while something fires and nobody acknowledges, `1m` to `1h`; each time after twice the time, up to an hour.",
        ),
    ],
};

pub(crate) static SERVICE: Section = Section {
    name: "[[services]]",
    about: "The first service whose matchers all hold is the alert's service.",
    keys: &[
        key("name", "name", Required, "\"checkout\"", "Shown on cards; `service=\"checkout\"` in rules."),
        key(
            "match",
            "list of matchers",
            Optional,
            "['service=~\"checkout|cart\"']",
            "Conditions on labels, as in Alertmanager; the label `service` equal to the name if absent.",
        ),
        key("owner", "text", Optional, "\"Payments\"", "Team that owns it."),
        key("escalation", "escalation", Optional, "\"payments\"", "Whom to page; the one of `[routing]` if absent."),
        key(
            "dependents",
            "list of texts",
            Optional,
            "[\"orders\", \"customer-care\"]",
            "Services and business units that suffer with it.",
        ),
        key("dashboard", "address", Optional, "\"https://grafana.example.com/d/checkout\"", "Link on the card."),
    ],
};

pub(crate) static SEVERITY: Section = Section {
    name: "[severities]",
    about: "One line per severity, `SEV-1` (worst) to `SEV-5`.",
    keys: &[
        key("means", "text", Required, "\"Most cannot pay\"", "What it means, for people who choose one."),
        key(
            "room",
            "`line`, `thread` or `channel`",
            Default("thread"),
            "\"thread\"",
            "A line in the incidents channel, a thread on the card, or a channel for the work and a thread for stakeholders.",
        ),
        key("page", "true or false", Required, "true", "Whether people are paged."),
        key(
            "update_every",
            "duration",
            Optional,
            "\"30m\"",
            "How often stakeholders expect an update, `1m` to `168h`.",
        ),
        key(
            "postmortem",
            "duration",
            Optional,
            "\"72h\"",
            "How long after its end the postmortem has to be closed, `1h` to `2160h`; none is needed if absent.",
        ),
        key(
            "ack_timeout",
            "duration",
            Optional,
            "\"30m\"",
            "How long an acknowledgement holds without a sign of life, `1m` to `168h`, where the escalation does not say it. If absent `30m` for `SEV-1` and `2h` for others that page.",
        ),
    ],
};

pub(crate) static TRIAGE: Section = Section {
    name: "[triage]",
    about: "What impact and urgency make in `/triage`: one list per impact, for the urgencies *now*, *within hours* and *later*.",
    keys: &[
        key(
            "most",
            "list of 3 severities",
            Default("SEV-1, SEV-1, SEV-2"),
            "[\"SEV-1\", \"SEV-1\", \"SEV-2\"]",
            "Most customers are affected, or money or data is lost.",
        ),
        key(
            "many",
            "list of 3 severities",
            Default("SEV-1, SEV-2, SEV-3"),
            "[\"SEV-1\", \"SEV-2\", \"SEV-3\"]",
            "Many customers are affected, or one important function.",
        ),
        key(
            "few",
            "list of 3 severities",
            Default("SEV-2, SEV-3, SEV-3"),
            "[\"SEV-2\", \"SEV-3\", \"SEV-3\"]",
            "Few customers are affected, or it is slower than it should be.",
        ),
        key(
            "nobody",
            "list of 3 severities",
            Default("SEV-3, SEV-4, SEV-4"),
            "[\"SEV-3\", \"SEV-4\", \"SEV-4\"]",
            "Nobody outside notices.",
        ),
    ],
};

pub(crate) static WEB: Section = Section {
    name: "[web]",
    about: "[reverse-proxy.md](reverse-proxy.md) has whole files for nginx and Caddy, and says what strangers can and cannot do at the front door.",
    keys: &[
        key(
            "public_url",
            "address",
            Optional,
            "\"https://siaga.example.com\"",
            "Where phones reach the HTTP side: pages on other ways then carry a link that acknowledges. It serves `/a/...`; alerts may stay inside.",
        ),
        key(
            "proxies",
            "list of addresses",
            Optional,
            "[\"127.0.0.1\", \"10.0.0.0/8\"]",
            "Reverse proxies in front of Siaga, as addresses or networks (IPv4, IPv6). What they write into `X-Forwarded-For` is believed, and the limits of connections by address are not for them. Nobody else's header is read. If absent: nobody.",
        ),
    ],
};

pub(crate) static WATCH: Section = Section {
    name: "[watch]",
    about: "A dead program tells nobody. While all is well Siaga pings an outside watch ([Healthchecks.io](https://healthchecks.io) or any address that wants a `GET`); when the pings stop, the watch tells people. [watching.md](watching.md) says more.",
    keys: &[
        key(
            "url_env",
            "environment variable",
            Optional,
            "\"SIAGA_WATCH_URL\"",
            "Variable that holds the address to ping, like `https://hc-ping.com/…`. Whoever knows it can ping, so it never stands in this file.",
        ),
        key("every", "duration", Default("1m"), "\"1m\"", "Between two pings, `10s` to `1h`."),
        key(
            "page_stuck",
            "duration",
            Default("2m"),
            "\"2m\"",
            "No pings while a page has been on its way for longer, or Discord cannot be reached for longer.",
        ),
        key(
            "journal_old",
            "duration",
            Default("1m"),
            "\"1m\"",
            "No pings while an accepted alert has waited for its decision for longer.",
        ),
        key(
            "gateway_away",
            "duration",
            Default("5m"),
            "\"5m\"",
            "No pings while commands and buttons have not answered for longer.",
        ),
        key(
            "alarm",
            "list of people",
            Optional,
            "[\"rina\"]",
            "Who is told on other ways when pages cannot go out on Discord, or Siaga is otherwise not well.",
        ),
    ],
};

pub(crate) static STORM: Section = Section {
    name: "[storm]",
    about: "When very many incidents open at once, those that page nobody get no card and room of their own: one board counts them, worst first. Whatever pages somebody is never folded. [storms.md](storms.md) says more. Without this section the defaults hold.",
    keys: &[
        key(
            "rooms",
            "number",
            Default("10"),
            "10",
            "More new incidents than this that page nobody, opened by alerts within `within`, begin a storm. 0: there are no storms.",
        ),
        key("within", "duration", Default("1m"), "\"1m\"", "See `rooms`, `1s` to `1h`."),
        key(
            "quiet",
            "duration",
            Default("5m"),
            "\"5m\"",
            "A storm is over when no alert was folded for so long, `10s` to `24h`.",
        ),
    ],
};

pub(crate) static SILENCES: Section = Section {
    name: "[silences]",
    about: "People silence alerts for a while with `[Silence]` or `/silence`; [silences.md](silences.md) says how. Without this section the default holds.",
    keys: &[key(
        "longest",
        "duration",
        Default("168h"),
        "\"168h\"",
        "The longest time a silence may last, from the moment it is made or extended, `1h` to `744h`.",
    )],
};

pub(crate) static ROUTING: Section = Section {
    name: "[routing]",
    about: "An alert that no rule matches gets SEV-3.",
    keys: &[
        key(
            "group_by",
            "list of labels",
            Default("service"),
            "[\"service\"]",
            "Alerts equal in these labels are handled together; without a service, the alert's name counts.",
        ),
        key(
            "rules",
            "list of tables",
            Required,
            "[{ match = [], severity = \"SEV-4\" }]",
            "The first rule that matches gives the severity.",
        ),
        key(
            "escalation",
            "escalation",
            Optional,
            "\"payments\"",
            "Whom to page when the service names no escalation, or there is no service.",
        ),
        key(
            "still_firing_after",
            "duration",
            Default("1h"),
            "\"1h\"",
            "A person ended an incident, and the sender of its alerts never said that they are over: after so long they open it again and page, `1m` to `168h`. [episodes.md](episodes.md) says more.",
        ),
        key(
            "flap_calm",
            "duration",
            Default("10m"),
            "\"10m\"",
            "What fires again sooner after its incident was calm is the same incident, and flaps: nobody is paged twice for a step, and its wait goes on. It no longer flaps when it has stayed calm for so long, `1m` to `24h`. [rules.md](rules.md) says more.",
        ),
        key(
            "ring_together",
            "duration",
            Default("60s"),
            "\"30s\"",
            "Pages to the same person within this time are one ring: one message on each way names them all, and the wait of each counts from there. `0s` to `60s`; `0s`: each page rings by itself. [rules.md](rules.md#one-person-many-incidents) says more.",
        ),
    ],
};

pub(crate) static RULE: Section = Section {
    name: "rules of [routing]",
    about: "",
    keys: &[
        key(
            "match",
            "list of matchers",
            Required,
            "['severity=\"critical\"']",
            "Conditions on labels; all must hold, and an empty list matches everything.",
        ),
        key("severity", "severity", Required, "\"SEV-2\"", "Severity of the alerts it matches."),
    ],
};

pub(crate) static RUNBOOKS: Section = Section {
    name: "[runbooks]",
    about: "",
    keys: &[key(
        "folder",
        "path",
        Default("runbooks"),
        "\"runbooks\"",
        "Folder with Markdown files, relative to this file.",
    )],
};

pub(crate) static DRILLS: Section = Section {
    name: "[drills]",
    about: "[Drills](drills.md) practice an incident.",
    keys: &[key(
        "folder",
        "path",
        Default("scenarios"),
        "\"scenarios\"",
        "Folder with scenarios (`*.toml`), relative to this file.",
    )],
};

pub(crate) static SCENARIO: Section = Section {
    name: "a scenario",
    about: "One TOML file each; its name without `.toml` is what `/drill start` and `siaga demo --scenario` ask for. All times count from the beginning, up to `24h`.",
    keys: &[
        key("title", "text", Required, "\"Checkout fails\"", "Title of the drill."),
        key("about", "text", Optional, "\"Rolling back under pressure\"", "What one learns from it."),
        key(
            "service",
            "service",
            Optional,
            "\"checkout\"",
            "Service of the drill; whoever is paged for it is paged, if they take part.",
        ),
        key(
            "severity",
            "severity",
            Optional,
            "\"SEV-2\"",
            "How bad it is at the beginning; the mildest severity that pages if absent.",
        ),
        key("alerts", "tables", Optional, "", "What monitors report."),
        key("messages", "tables", Optional, "", "What people write."),
        key("demo", "tables", Optional, "", "What people do in `siaga demo`; a drill leaves that to its people."),
    ],
};

pub(crate) static SCENARIO_ALERT: Section = Section {
    name: "[[alerts]] of a scenario",
    about: "Routed like any alert, but never to a real incident.",
    keys: &[
        key("name", "text", Required, "\"CheckoutErrors\"", "Label `alertname`."),
        key("title", "text", Required, "\"Checkout errors 12 %\"", "One line a person reads first."),
        key("text", "text", Optional, "\"Most customers cannot pay.\"", "Longer text."),
        key("value", "text", Optional, "\"12 %\"", "The measured value."),
        key(
            "labels",
            "table of texts",
            Optional,
            "{ severity = \"critical\", service = \"checkout\" }",
            "Labels, which the rules of `[routing]` look at.",
        ),
        key("fires", "duration or list of durations", Required, "\"20s\"", "When it fires."),
        key(
            "resolves",
            "duration or list of durations",
            Optional,
            "\"6m\"",
            "When it is over; if absent, it fires until the drill ends.",
        ),
        key("copies", "number", Default("1"), "2", "How many Alertmanagers report it, 1 to 5."),
    ],
};

pub(crate) static SCENARIO_MESSAGE: Section = Section {
    name: "[[messages]] of a scenario",
    about: "In a drill the bot quotes them in its room; in the demo people write them where they belong.",
    keys: &[
        key("at", "duration", Required, "\"30s\"", "When."),
        key("by", "text", Required, "\"sari\"", "Who; in the demo a user name of the sample server."),
        key("channel", "channel", Required, "\"#support\"", "Where."),
        key("says", "text", Required, "\"Customers cannot pay\"", "What."),
    ],
};

pub(crate) static SCENARIO_DEMO: Section = Section {
    name: "[[demo]] of a scenario",
    about: "`siaga demo` shortens the time between two moments to a breath and leaves it out with `--once`.",
    keys: &[
        key(
            "at",
            "duration",
            Required,
            "\"1m\"",
            "When. At one moment what is only told comes first, then alerts and messages, then what people do.",
        ),
        key("tell", "text", Optional, "\"Budi takes it.\"", "What the narrator says first."),
        key(
            "who",
            "text",
            Optional,
            "\"budi\"",
            "Who does it: a user name of the sample server, or `paged` for whoever was paged last.",
        ),
        key("press", "text", Optional, "\"Acknowledge\"", "Label of the button to press, the newest one."),
        key(
            "choose",
            "text or list of texts",
            Optional,
            "\"Many\"",
            "What to choose in the newest menu that offers all of it.",
        ),
        key(
            "menu",
            "text",
            Optional,
            "\"How many are affected?\"",
            "What that menu itself says, if several offer the same.",
        ),
        key("slash", "text", Optional, "\"note\"", "Command to type."),
        key("options", "table of texts", Optional, "{ text = \"Rolled back\" }", "Its options."),
        key(
            "form",
            "list of texts",
            Optional,
            "[\"rolled back 4.2\"]",
            "What to fill into the form that opens then, top to bottom; an empty text leaves a field as it is.",
        ),
        key(
            "incident",
            "number",
            Optional,
            "2",
            "Number of the incident whose button is pressed, or in whose room the command is typed; the newest if absent.",
        ),
        key(
            "yours",
            "true or false",
            Default("false"),
            "true",
            "From here on the person at the screen acts; only `--once` goes on.",
        ),
    ],
};

pub(crate) static FRONT_MATTER: Section = Section {
    name: "front matter of runbooks",
    about: "TOML between two lines of `+++` at the top of a Markdown file.",
    keys: &[
        key("title", "text", Optional, "\"Checkout errors\"", "Title; the first heading if absent."),
        key(
            "match",
            "list of matchers",
            Optional,
            "['service=\"checkout\"']",
            "Alerts it is for; the runbook with the most conditions that hold wins. Without any it is found by search.",
        ),
        key("owner", "text", Optional, "\"Payments\"", "Who keeps it."),
        key("reviewed", "date", Optional, "2026-08-01", "Date of the last review."),
        key(
            "url",
            "address",
            Optional,
            "\"https://wiki.example.com/checkout\"",
            "Where the full text lives, if elsewhere.",
        ),
    ],
};
