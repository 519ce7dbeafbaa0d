//! Every command, menu, suggestion, button, select and form, tried by everybody: a stranger in a direct message, a member
//! who sees nothing, a reader, an opener, who may page, a responder, an admin, a paged person without roles, somebody who left.
//!
//! What is tried comes from the registry of handlers (`commands::all()`, the variants of `CustomId`); what it takes is the
//! table below. A handler that is not in the table fails the story, or does not compile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use discord::custom_id::{
    Chosen, CustomId, Form, ITEM_ACTS, ItemAct, PARTS, PICKS, Part, Pick, Spot, SureId, SureStep, TriageId, TriageStep,
    VERBS, Verb,
};
use discord::data::Command;
use discord::nouns::{NounForm, NounId};
use domain::setup::Language;
use domain::triage::{Impact, Urgency};
use domain::{Access, IncidentId, KnownBy, Refusal, Severity};
use serde_json::{Value, json};

use crate::harness::control::list;
use crate::harness::view::{inputs, text};
use crate::harness::{CONFIG, Story, setup_of, story_with};

/// What it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Nothing but being in the server.
    Member,
    /// To read in general; who is paged for an open incident may.
    Read,
    /// To open incidents.
    Open,
    /// To answer questions about openings.
    Page,
    /// To respond to INC-1; who is paged for it may.
    Respond,
    /// To respond to any incident.
    RespondAnywhere,
    /// To administer.
    Admin,
}

/// What each command takes, by its full name.
const COMMANDS: [(&str, Need); 39] = [
    ("incident open", Need::Open),
    ("incident list", Need::Read),
    ("incident show", Need::Read),
    ("incident edit", Need::Respond),
    // INC-1 into INC-2, for which nobody here is paged.
    ("incident merge", Need::RespondAnywhere),
    ("incident reopen", Need::Respond),
    ("incident export", Need::Read),
    ("triage", Need::Respond),
    ("ack", Need::Respond),
    ("severity", Need::Respond),
    ("page", Need::Respond),
    ("escalate", Need::Respond),
    ("commander", Need::Respond),
    ("update", Need::Respond),
    ("mitigate", Need::Respond),
    ("resolve", Need::Respond),
    ("postmortem", Need::Respond),
    ("note", Need::Respond),
    ("runbook search", Need::Read),
    ("runbook show", Need::Read),
    ("why", Need::Read),
    ("follow", Need::Read),
    ("oncall show", Need::Read),
    ("oncall take", Need::RespondAnywhere),
    // Whoever is on call may, and here nobody is who could not do so anyway.
    ("oncall give", Need::RespondAnywhere),
    ("oncall end", Need::RespondAnywhere),
    ("silence create", Need::RespondAnywhere),
    ("silence list", Need::Read),
    ("silence show", Need::Read),
    ("silence extend", Need::RespondAnywhere),
    ("silence end", Need::RespondAnywhere),
    ("siaga status", Need::Admin),
    ("siaga test-page", Need::Admin),
    ("alerts quality", Need::Read),
    ("drill start", Need::RespondAnywhere),
    ("drill end", Need::Respond),
    ("help", Need::Member),
    ("Open incident", Need::Open),
    // In #general, which is no incident's room: which one is meant is asked of whoever may add to one.
    ("Add to timeline", Need::Respond),
];

/// Options that commands need, by the option's name.
const OPTIONS: [(&str, &str); 13] = [
    ("title", "A walk"),
    ("into", "INC-2"),
    ("reason", "a walk"),
    ("text", "a walk"),
    ("level", "SEV-3"),
    ("target", "dewi"),
    ("query", "checkout"),
    ("name", "checkout-errors"),
    ("person", "budi"),
    ("schedule", "payments"),
    ("until", "23:00"),
    ("match", "service=\"walk\""),
    ("silence", "7"),
];

/// Who tries, what they are, and where they find buttons.
struct Subject {
    name: &'static str,
    access: Option<Access>,
    /// Paged for INC-1.
    paged: bool,
    /// Buttons stand in direct messages, and there are no commands.
    direct: bool,
}

const fn subject(name: &'static str, access: Access) -> Subject {
    Subject { name, access: Some(access), paged: false, direct: false }
}

/// In this order: who may most comes last, because they change what the others look at.
const SUBJECTS: [Subject; 10] = [
    // Never more than a direct message; and somebody who had everything, was paged, and left.
    Subject { name: "lina", access: None, paged: false, direct: true },
    Subject { name: "joko", access: None, paged: true, direct: true },
    Subject { name: "hendra", access: Some(Access::None), paged: false, direct: true },
    subject("hendra", Access::None),
    subject("putri", Access::Read),
    subject("maya", Access::Open),
    subject("tono", Access::Page),
    Subject { name: "wati", access: Some(Access::None), paged: true, direct: false },
    subject("agus", Access::Responder),
    subject("dewi", Access::Admin),
];

impl Subject {
    fn may(&self, need: Need) -> bool {
        let Some(access) = self.access else { return false };
        match need {
            Need::Member => true,
            Need::Read => self.paged || access >= Access::Read,
            Need::Open => access >= Access::Open,
            Need::Page => access >= Access::Page,
            Need::Respond => self.paged || access >= Access::Responder,
            Need::RespondAnywhere => access >= Access::Responder,
            Need::Admin => access >= Access::Admin,
        }
    }
}

/// Whether an answer refuses for lack of access, in the words people read.
fn is_refusal(s: &Story, told: &str) -> bool {
    let refusals = Access::ALL.into_iter().map(|needs| s.setup.not_allowed(needs)).chain([Refusal::NotAMember]);
    refusals.into_iter().any(|refusal| told == words::refusal(&refusal, Language::En))
}

/// What is shown of an answer: its text, or that a form opened.
fn shown(answer: &Value) -> String {
    assert_ne!(answer["state"], "failed", "{answer}");
    if answer["modal"].is_object() { "(form)".to_owned() } else { text(&answer["message"]["content"]) }
}

/// The world of the walk: a closed incidents channel, a role for each access, two people who are paged for INC-1.
fn walk(body: impl AsyncFnOnce(&mut Story)) {
    story_with(
        |options| {
            let roles = "{ read = \"@support\", open = \"@opener\", page = \"@pager\", responder = \"@sre\", admin = \"@sre-lead\" }";
            let config = CONFIG
                .replace("{ responder = \"@sre\", admin = \"@sre-lead\" }", roles)
                .replace(
                    "agus = { discord = \"agus\" }",
                    "agus = { discord = \"agus\" }\nwati = { discord = \"wati\" }\njoko = { discord = \"joko\" }",
                )
                .replace(
                    "{ page = \"on-call:payments\", wait = \"5m\" }",
                    "{ page = [\"wati\", \"joko\"], wait = \"5m\" }",
                );
            options.setup = setup_of(&config);
            options.limits = sandbox::Limits::unlimited();
            for name in ["opener", "pager"] {
                options.guild.roles.push(sandbox::RoleSeed {
                    name: name.into(),
                    color: 0,
                    mentionable: false,
                    permissions: Vec::new(),
                });
            }
            for (person, role) in [("maya", "opener"), ("tono", "pager")] {
                let seed = options.guild.people.iter_mut().find(|seed| seed.username == person).unwrap();
                seed.roles = vec![role.to_owned()];
            }
            for channel in options.guild.channels.iter_mut().filter(|channel| channel.name == "incidents") {
                channel.private = true;
                channel.roles = ["sre", "sre-lead", "siaga"].map(str::to_owned).to_vec();
            }
        },
        async |s| {
            s.checkout_breaks().await;
            s.search_is_slow().await;
            body(s).await;
            s.settled().await;
            s.read_all().await;
        },
    );
}

/// Commands that can be typed or chosen, by full name.
fn leaves(commands: &[Command], before: &str, found: &mut Vec<(String, Vec<String>, bool)>) {
    for command in commands {
        let menu = command.context_menu_action.is_some();
        let own = command.context_menu_name.clone().filter(|_| menu).unwrap_or_else(|| command.name.clone());
        let name = format!("{before}{own}");
        if command.subcommands.is_empty() {
            let suggests = command.parameters.iter().filter(|parameter| parameter.autocomplete_callback.is_some());
            found.push((name, suggests.map(|parameter| parameter.name.to_string()).collect(), menu));
        } else {
            leaves(&command.subcommands, &format!("{name} "), found);
        }
    }
}

#[test]
fn every_command_menu_and_suggestion_is_for_whom_the_table_says() {
    walk(async |s| {
        // There is something to suggest; it matches nothing that comes.
        let silence = json!({ "match": "service=\"walk\"", "for": "2h", "reason": "a walk" });
        s.person("dewi").slash("/silence create", silence).await.done();
        s.person("dewi").press("Silence").await.done();
        let mut handlers = Vec::new();
        leaves(&commands::all(), "", &mut handlers);
        let listed = |name: &str| COMMANDS.iter().find(|(known, _)| *known == name).map(|(_, need)| *need);
        let missing: Vec<&String> =
            handlers.iter().map(|(name, ..)| name).filter(|name| listed(name).is_none()).collect();
        assert!(missing.is_empty(), "say in COMMANDS what these take: {missing:?}");
        assert_eq!(handlers.len(), COMMANDS.len(), "COMMANDS lists a command that is not there");

        let registered = s.control.get("/commands?as=dewi").await;
        let general = s.place("dewi", "#general").await;
        let line = s.person("sari").says("#general", "the shop feels slow").await;
        // One that is over, for the suggestions of /incident reopen.
        s.agus().slash("/incident open", json!({ "title": "Over soon", "severity": "SEV-4" })).await.done();
        s.agus().slash("/resolve", json!({ "incident": "INC-3" })).await.done();
        s.agus().fills(&[Some("by itself")]).await.done();
        for subject in SUBJECTS.iter().filter(|subject| !subject.direct) {
            let path = |how: &str| format!("/people/{}/{how}", subject.name);
            for (name, suggests, menu) in &handlers {
                let need = listed(name).unwrap();
                let answer = if *menu {
                    let body = json!({ "channel": general, "name": name, "message": line });
                    s.control.interact(&path("menu"), &body).await
                } else {
                    let body = json!({ "channel": general, "command": name, "options": options(&registered, name) });
                    s.control.interact(&path("slash"), &body).await
                };
                let told = shown(&answer);
                assert_eq!(
                    is_refusal(s, &told),
                    !subject.may(need),
                    "{} ({:?}) and /{name}, which takes {need:?}: {told}",
                    subject.name,
                    subject.access
                );
                for option in suggests {
                    let body =
                        json!({ "channel": general, "command": name, "options": { option: "" }, "focused": option });
                    let found = s.control.post(&path("autocomplete"), &body).await;
                    let any = !list(&found["choices"]).is_empty();
                    // Suggestions show what can be read; who was paged sees the incident that is theirs, none that is over.
                    let may = subject.may(if option == "topic" { Need::Member } else { Need::Read });
                    let only_over = name == "incident reopen" && subject.paged;
                    assert_eq!(
                        any,
                        may && !only_over,
                        "{} and suggestions of {option} of /{name}: {found}",
                        subject.name
                    );
                }
            }
        }
    });
}

/// Every required option of a command, and the incident.
fn options(registered: &Value, name: &str) -> Value {
    let mut level = list(&registered["commands"]);
    for word in name.split(' ') {
        let found = level.into_iter().find(|one| one["name"] == word && one["type"].as_u64() != Some(3));
        level = found.map(|found| list(&found["options"])).unwrap_or_default();
    }
    let mut options = json!({});
    for option in level {
        let name = text(&option["name"]);
        if name == "incident" {
            options[&name] = json!("INC-1");
        } else if option["required"] == true {
            let wanted = OPTIONS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            let wanted = wanted.unwrap_or_else(|| panic!("say in OPTIONS what to type into {name}"));
            let choice = list(&option["choices"]).into_iter().find(|choice| choice["name"] == wanted);
            options[&name] = choice.map_or_else(|| json!(wanted), |choice| choice["value"].clone());
        }
    }
    options
}

const FIRST: IncidentId = IncidentId(1);

/// What a button or select takes. Exhaustive: a new one does not compile before it is here.
fn need(id: &CustomId) -> Need {
    match id {
        CustomId::Button { verb, .. } => match verb {
            Verb::Runbook | Verb::More | Verb::Why => Need::Read,
            Verb::Acknowledge
            | Verb::Decline
            | Verb::Update
            | Verb::Mitigate
            | Verb::Unmitigate
            | Verb::Resolve
            | Verb::KeepOpen
            | Verb::Undo
            | Verb::StillOnIt
            | Verb::Room
            | Verb::Triage
            | Verb::Page
            | Verb::Severity
            | Verb::Commander
            | Verb::TakeCommand
            | Verb::Note
            | Verb::Edit
            | Verb::Escalate
            | Verb::EscalateNow
            | Verb::Postmortem => Need::Respond,
            Verb::Silence | Verb::Silenced => Need::RespondAnywhere,
            // Whoever was paged may take all that waits for them; by then nothing does.
            Verb::AcknowledgeAll | Verb::UndoAll => Need::RespondAnywhere,
            Verb::UndoDecline | Verb::UndoDismiss => Need::Respond,
        },
        CustomId::Pick { .. } => Need::Respond,
        CustomId::Candidate { .. } | CustomId::Asked { .. } => Need::Page,
        CustomId::Noun(NounId::Silence { .. }) => Need::RespondAnywhere,
        // Whoever took over may, too, and here nobody has.
        CustomId::Noun(NounId::EndOverride { .. }) => Need::RespondAnywhere,
        CustomId::Postmortem { part, .. } => match part {
            Part::Write
            | Part::ActionItem
            | Part::Proof
            | Part::Draft
            | Part::Close
            | Part::Knew
            | Part::Affected
            | Part::Clear
            | Part::Items => Need::Respond,
        },
        CustomId::Triage(TriageId { step, .. }) => match step {
            TriageStep::Impact
            | TriageStep::Urgency
            | TriageStep::Confirm { .. }
            | TriageStep::Dismiss
            | TriageStep::Merge
            | TriageStep::Back => Need::Respond,
            TriageStep::Into => Need::RespondAnywhere,
        },
        CustomId::Keep { .. } | CustomId::Item { .. } => Need::Respond,
        // It takes what its form takes.
        CustomId::Again { .. } => Need::Respond,
        CustomId::Sure(SureId { step, .. }) => match step {
            SureStep::Raise { .. } | SureStep::GiveBack | SureStep::Close => Need::Respond,
            SureStep::Merge { .. } => Need::RespondAnywhere,
            // It changes nothing.
            SureStep::Leave => Need::Member,
        },
        // No button carries the id of a form: it is told that the button is stale, and nothing more.
        CustomId::Form(_) => Need::Member,
    }
}

/// An account that nobody has: whoever may choose it is told so.
const NOBODY: &str = "1";

/// Selects and what is chosen in them; everything else is a button.
fn chosen(id: &CustomId) -> Option<&'static str> {
    match id {
        CustomId::Postmortem { part: Part::Knew, .. } => Some("monitor"),
        CustomId::Postmortem { part: Part::Affected | Part::Clear, .. } => Some("orders"),
        CustomId::Postmortem { part: Part::Items, .. } => Some("1"),
        CustomId::Keep { .. } => Some("1"),
        CustomId::Triage(TriageId { step: TriageStep::Impact, .. }) => Some(Impact::ALL[0].as_str()),
        CustomId::Triage(TriageId { step: TriageStep::Urgency, .. }) => Some(Urgency::ALL[0].as_str()),
        CustomId::Triage(TriageId { step: TriageStep::Into, .. }) => Some("2"),
        CustomId::Pick { pick: Pick::Severity, .. } => Some("SEV-2"),
        CustomId::Pick { pick: Pick::Page | Pick::Commander, .. } => Some(NOBODY),
        _ => None,
    }
}

/// Every button and select about INC-1.
fn components() -> Vec<CustomId> {
    let triage = |step| {
        let chosen = Chosen { impact: Some(Impact::ALL[0]), urgency: Some(Urgency::ALL[0]) };
        CustomId::Triage(TriageId { incident: FIRST, chosen, step })
    };
    let steps = [
        TriageStep::Impact,
        TriageStep::Urgency,
        TriageStep::Confirm { seen: Severity::Sev1 },
        TriageStep::Dismiss,
        TriageStep::Merge,
        TriageStep::Back,
        TriageStep::Into,
    ];
    let verbs = VERBS.iter().map(|(verb, _)| CustomId::Button { verb: *verb, incident: FIRST, spot: Spot::Post });
    let parts = PARTS.iter().map(|(part, _)| CustomId::Postmortem { part: *part, incident: FIRST });
    let questions = [true, false].into_iter().flat_map(|open| {
        let end = CustomId::Noun(NounId::EndOverride { number: 1_000_000, sure: open });
        [CustomId::Candidate { journal: 1_000_000, open }, CustomId::Asked { asked: 1_000_000, open }, end]
    });
    let form = [
        CustomId::Form(Form::Resolve(FIRST)),
        CustomId::Again { filled: 1, form: Form::Resolve(FIRST) },
        CustomId::Keep { channel: 1, message: 1 },
    ];
    // The list of owners is tried where there is one: it takes an account.
    let acts = ITEM_ACTS.iter().filter(|(act, _)| *act != ItemAct::Owner);
    let items = acts.map(|(act, _)| CustomId::Item { incident: FIRST, number: 1, act: *act });
    let sure = [
        SureStep::Leave,
        SureStep::GiveBack,
        SureStep::Close,
        SureStep::Raise { to: Severity::Sev1, seen: Severity::Sev2 },
        SureStep::Merge { into: IncidentId(2) },
    ];
    let picks = PICKS.iter().map(|(pick, _)| CustomId::Pick { pick: *pick, incident: FIRST });
    let questions = questions.chain(sure.map(|step| CustomId::Sure(SureId { incident: FIRST, step })));
    verbs.chain(questions).chain(form).chain(items).chain(steps.map(triage)).chain(parts).chain(picks).collect()
}

/// A message of the bot for each of these: some answers replace the message they were asked on.
async fn put_up(s: &Story, channel: &str, ids: &[CustomId]) -> Vec<(CustomId, String)> {
    let mut put = Vec::new();
    for id in ids {
        let component = match chosen(id) {
            None => json!({ "type": 2, "style": 2, "label": "x", "custom_id": id.to_string() }),
            Some(value) => {
                json!({ "type": 3, "custom_id": id.to_string(), "options": [{ "label": "x", "value": value }] })
            }
        };
        let body = json!({ "content": "walk", "components": [{ "type": 1, "components": [component] }] });
        let sent = s.bot_calls("siaga", "POST", &format!("/channels/{channel}/messages"), &body).await;
        put.push((*id, text(&sent["id"])));
    }
    put
}

async fn press(s: &Story, person: &str, id: &CustomId, message: &str) -> Value {
    let body = json!({ "message": message, "custom_id": id.to_string() });
    match chosen(id) {
        None => s.control.interact(&format!("/people/{person}/press"), &body).await,
        Some(value) => {
            let mut body = body;
            body["values"] = json!([value]);
            s.control.interact(&format!("/people/{person}/select"), &body).await
        }
    }
}

/// The direct messages of a person with the bot.
async fn direct(s: &Story, person: &str) -> String {
    let user = s.id_of(person).await;
    text(&s.bot_calls("siaga", "POST", "/users/@me/channels", &json!({ "recipient_id": user })).await["id"])
}

#[test]
fn every_button_and_select_is_for_whom_the_table_says() {
    walk(async |s| {
        s.people_read_otherwise("the story puts up buttons itself");
        // Buttons page somebody who left by then, three times: neither of the two ways reaches them.
        s.expect_some_dead_letters();
        let ids = components();
        let general = s.place("dewi", "#general").await;
        for subject in &SUBJECTS {
            let put = if subject.direct {
                let channel = direct(s, subject.name).await;
                let put = put_up(s, &channel, &ids).await;
                if subject.access.is_none() {
                    s.control.post(&format!("/people/{}/leave", subject.name), &json!({})).await;
                }
                put
            } else {
                put_up(s, &general, &ids).await
            };
            for (id, message) in &put {
                let need = need(id);
                let told = shown(&press(s, subject.name, id, message).await);
                // Whoever left is told so where they would be told anything of an incident.
                assert_eq!(
                    is_refusal(s, &told),
                    !subject.may(need) && !matches!(id, CustomId::Form(_)),
                    "{} ({:?}, direct: {}) and {id}, which takes {need:?}: {told}",
                    subject.name,
                    subject.access,
                    subject.direct
                );
            }
        }
    });
}

/// Every form about INC-1, and the control that opens it. Exhaustive: a new form does not compile before it is here.
fn opened_by(form: Form) -> CustomId {
    let verb = |verb| CustomId::Button { verb, incident: FIRST, spot: Spot::Post };
    let part = |part| CustomId::Postmortem { part, incident: FIRST };
    match form {
        Form::Update(_) => verb(Verb::Update),
        Form::Resolve(_) => verb(Verb::Resolve),
        Form::Write(_) => part(Part::Write),
        Form::ActionItem(_) => part(Part::ActionItem),
        Form::Proof(_) => part(Part::Proof),
        // It is opened only of an item that is there: tests/stories/corrections.rs. The other opens by a command.
        Form::Item(..) | Form::Correct(_) => CustomId::Form(form),
        Form::Knew(..) => part(Part::Knew),
        Form::Note(_) => verb(Verb::Note),
        Form::Page(..) => CustomId::Pick { pick: Pick::Page, incident: FIRST },
        Form::Dismiss(_) => {
            CustomId::Triage(TriageId { incident: FIRST, chosen: Chosen::default(), step: TriageStep::Dismiss })
        }
        // `/severity` and Confirm open them, by what is so at that moment: tests/stories/calm.rs.
        Form::Severity(..) | Form::TriageLower(..) => CustomId::Form(form),
        // Its button stands on a private answer and is its asker's own: tests/stories/silences.rs.
        Form::Noun(NounForm::Silence(_)) => CustomId::Form(form),
        // In the menu of a message.
        Form::Open { .. } => CustomId::Form(form),
    }
}

#[test]
fn a_form_that_was_opened_in_time_is_refused_when_the_right_is_gone() {
    walk(async |s| {
        s.people_read_otherwise("the story puts buttons there that no state has");
        let known_by = KnownBy::Monitor;
        let forms = [
            Form::Update(FIRST),
            Form::Resolve(FIRST),
            Form::Write(FIRST),
            Form::ActionItem(FIRST),
            Form::Proof(FIRST),
            Form::Knew(FIRST, known_by),
            Form::Dismiss(FIRST),
            Form::Note(FIRST),
            Form::Page(FIRST, domain::ChatUserId(1)),
            Form::Severity(FIRST, Severity::Sev2),
            Form::Open { channel: 1, message: 1 },
        ];
        let general = s.place("dewi", "#general").await;
        let ids: Vec<CustomId> =
            forms.into_iter().map(opened_by).filter(|id| !matches!(id, CustomId::Form(_))).collect();
        let mut put = put_up(s, &general, &ids).await;
        let own = direct(s, "agus").await;
        put.extend(put_up(s, &own, &ids).await);
        let line = s.person("sari").says("#general", "the shop feels slow").await;
        let role = s.role_id("sre").await;
        let member = format!("/guilds/{}/members/{}", s.sandbox.guild_id(), s.id_of("agus").await);
        let mut waiting = Vec::new();
        for (id, message) in &put {
            let answer = press(s, "agus", id, message).await;
            assert!(answer["modal"].is_object(), "{id}: {answer}");
            waiting.push((id.to_string(), answer["modal"].clone()));
        }
        let menu = json!({ "channel": general, "name": "Open incident", "message": line });
        let answer = s.control.interact("/people/agus/menu", &menu).await;
        waiting.push(("Open incident".to_owned(), answer["modal"].clone()));

        let incident = async || (s.card("INC-1").await, s.room("INC-1").await, s.thread("INC-1").await);
        let before = incident().await;
        s.bot_calls("author", "DELETE", &format!("{member}/roles/{role}"), &Value::Null).await;
        let (here, there) = waiting.split_at(ids.len());
        let (there, menu) = there.split_at(ids.len());
        for (id, modal) in here.iter().chain(menu) {
            let told = submit(s, modal).await;
            assert!(is_refusal(s, &told), "{id} of somebody who lost the role: {told}");
        }
        s.control.post("/people/agus/leave", &json!({})).await;
        for (id, modal) in there {
            let told = submit(s, modal).await;
            assert_eq!(told, words::refusal(&Refusal::NotAMember, Language::En), "{id} of somebody who left");
        }
        assert_eq!(incident().await, before);
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 2);
        // INC-2 rang whoever left: it goes on without them.
        s.until("dewi is called instead", async || s.thread("INC-2").await.contains("reaches them")).await;
    });
}

/// Sends a form with something in each field.
async fn submit(s: &Story, modal: &Value) -> String {
    let mut fields = json!({});
    for input in inputs(modal) {
        let id = text(&input["custom_id"]);
        let typed = match id.as_str() {
            "next" | "minutes" => "30",
            "due" => "14d",
            "severity" => "SEV-4",
            "service" => "checkout",
            "link" | "changed" => "https://example.com/1",
            "refused" => "",
            _ => "a walk",
        };
        fields[&id] = json!(typed);
    }
    shown(&s.control.interact("/people/agus/submit", &json!({ "modal": modal["id"], "fields": fields })).await)
}

/// Handlers ask the engine as one person sees it; what reads past that would be open to everybody.
#[test]
fn no_handler_of_people_reads_past_the_entrance() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> =
        std::fs::read_dir(root.join("commands")).unwrap().map(|file| file.unwrap().path()).collect();
    let inbound = root.join("crates/discord/src");
    files.extend(std::fs::read_dir(inbound.join("components")).unwrap().map(|file| file.unwrap().path()));
    for name in ["components.rs", "insight.rs", "private.rs", "review.rs", "test_page.rs", "triage.rs"] {
        files.push(inbound.join(name));
    }
    let past =
        ["incident(", "open_incidents(", "list(", "timeline(", "past_with", "worst_rules(", "report(", "health("];
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
        let source: String = std::fs::read_to_string(file).unwrap().split_whitespace().collect();
        for call in past {
            let found = source.contains(&format!("engine.{call}"));
            assert!(!found, "{} calls engine.{call}: ask `engine.reader(&by)`", file.display());
        }
    }
}
