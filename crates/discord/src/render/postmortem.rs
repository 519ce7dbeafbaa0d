//! Purpose: the work page of a postmortem with its buttons and menus, and the forms behind them. Five rows at most: one of
//! buttons, and menus for who knew first, for dependents with and without damage, and for action items.

use domain::detection::Evidence;
use domain::incident::{ACTION_LIMIT, TEXT_LIMIT};
use domain::postmortem::{self, ActionItem, AskedWhenClosing, Collateral};
use domain::setup::Language;
use domain::{Incident, IncidentId, IncidentStatus, KnownBy, Setup};
use serde_json::{Value, json};
use words::{Button, FormText, PostmortemFacts, PostmortemText};

use super::buttons::{DANGER, PRIMARY, SECONDARY, SUCCESS, button};
use super::forms::{Input, field, modal};
use super::{Typed, limits};
use crate::custom_id::{CustomId, Form, ItemAct, Part, SureId, SureStep};

/// Characters that the page itself keeps when typed texts stand beside it.
const LEAST_PAGE: usize = 400;
/// Characters of a link to what was changed, or of the reason why nothing was, beside all else that is written.
const PREVENTION: usize = 300;

/// The work page: the `data` of a private response. `notice` says what came of the last press; `typed` is what could not be
/// taken.
pub fn postmortem(
    incident: &Incident,
    setup: &Setup,
    notice: Option<&str>,
    typed: Option<&Typed>,
    lang: Language,
) -> Value {
    page(incident, setup, notice, typed, None, lang)
}

/// The same page with the question what whoever closes it says: the `data` of a private response.
pub fn postmortem_sure(incident: &Incident, setup: &Setup, asked: AskedWhenClosing<'_>, lang: Language) -> Value {
    page(incident, setup, None, None, Some(asked), lang)
}

fn page(
    incident: &Incident,
    setup: &Setup,
    notice: Option<&str>,
    typed: Option<&Typed>,
    asked: Option<AskedWhenClosing<'_>>,
    lang: Language,
) -> Value {
    let dependents = postmortem::dependents(setup, incident.service.as_deref());
    let offered = offered(incident, &dependents);
    let missing = postmortem::gaps(incident, setup);
    let facts = PostmortemFacts { incident, dependents: &dependents, missing: &missing, offered: offered.len(), asked };
    let title = words::cut(&words::postmortem_title(incident, lang), limits::EMBED_TITLE);
    let again = typed.map(|typed| typed.embeds(lang)).unwrap_or_default();
    let texts = again.iter().flat_map(|embed| [&embed["title"], &embed["description"]]);
    let taken: usize = texts.filter_map(Value::as_str).map(words::length).sum();
    let room = limits::EMBED_SUM.saturating_sub(taken + words::length(&title)).max(LEAST_PAGE);
    let page = words::cut(&words::postmortem_page(&facts, lang), limits::EMBED_DESCRIPTION.min(room));
    let mut embeds = vec![json!({ "title": title, "description": page })];
    embeds.extend(again);
    json!({
        "content": words::cut(notice.unwrap_or_default(), limits::CONTENT),
        "embeds": embeds,
        "components": components(incident, &offered, typed, asked.is_some(), lang),
        "allowed_mentions": { "parse": [] },
        "flags": limits::EPHEMERAL,
    })
}

/// The dependents the menus offer: those nobody has checked first, when there are more than a menu takes.
pub fn offered(incident: &Incident, dependents: &[String]) -> Vec<String> {
    let fits = |unit: &&String| words::length(unit) <= limits::OPTION_TEXT;
    let fitting: Vec<&String> = dependents.iter().filter(fits).collect();
    let checked = |unit: &&&String| incident.postmortem.collateral.contains_key(unit.as_str());
    let open = fitting.iter().filter(|unit| !checked(unit));
    let mut chosen: Vec<String> =
        open.chain(fitting.iter().filter(checked)).take(limits::SELECT_OPTIONS).map(|unit| (**unit).clone()).collect();
    chosen.sort();
    chosen
}

fn components(incident: &Incident, offered: &[String], typed: Option<&Typed>, sure: bool, lang: Language) -> Value {
    let id = incident.id;
    let press = |word, style, part| button(word, style, &CustomId::Postmortem { part, incident: id }, lang);
    let open_items: Vec<&ActionItem> =
        incident.postmortem.action_items.iter().filter(|item| item.done.is_none()).collect();
    let mut rows = Vec::new();
    if incident.status == IncidentStatus::Closed {
        rows.push(vec![press(Button::Record, SECONDARY, Part::Draft)]);
    } else {
        let mut buttons = vec![
            press(Button::Write, PRIMARY, Part::Write),
            press(Button::AddActionItem, SECONDARY, Part::ActionItem),
            press(Button::Proof, SECONDARY, Part::Proof),
            press(Button::Draft, SECONDARY, Part::Draft),
            if sure {
                let step = SureStep::Close;
                button(Button::CloseSure, SUCCESS, &CustomId::Sure(SureId { incident: id, step }), lang)
            } else {
                press(Button::Close, SUCCESS, Part::Close)
            },
        ];
        if let Some((typed, again)) = typed.and_then(|typed| Some((typed, typed.button(lang)?))) {
            // A row has five: it takes the place of the button that opens the same form empty, else of the draft.
            let opens = [Form::Write(id), Form::ActionItem(id), Form::Proof(id)];
            let instead = opens.into_iter().position(|form| typed.is_of(form)).unwrap_or(3);
            buttons.remove(instead);
            buttons.insert(0, again);
        }
        rows.push(buttons);
        rows.push(vec![knew_menu(incident, lang)]);
        if !offered.is_empty() {
            let units = |part, text, of| units_menu(incident, offered, part, text, of, lang);
            rows.push(vec![units(Part::Affected, PostmortemText::SelectAffected, Collateral::Affected)]);
            rows.push(vec![units(Part::Clear, PostmortemText::SelectClear, Collateral::Clear)]);
        }
    }
    if !open_items.is_empty() {
        rows.push(vec![items_menu(id, &open_items, lang)]);
    }
    rows.into_iter().map(|row| json!({ "type": 1, "components": row })).collect()
}

fn menu(part: Part, incident: IncidentId, placeholder: PostmortemText, options: Vec<Value>, lang: Language) -> Value {
    json!({
        "type": 3,
        "custom_id": CustomId::Postmortem { part, incident }.to_string(),
        "placeholder": words::cut(&words::postmortem_text(placeholder, lang), limits::SELECT_PLACEHOLDER),
        "options": options,
        "min_values": 1,
        "max_values": 1,
    })
}

fn option(label: &str, value: &str, chosen: bool) -> Value {
    json!({ "label": words::cut(label, limits::OPTION_TEXT), "value": value, "default": chosen })
}

fn knew_menu(incident: &Incident, lang: Language) -> Value {
    let now = incident.detected.as_ref().map(|detected| detected.by);
    // No default: Discord sends nothing when the chosen option is chosen again, and to confirm what is known is the usual case.
    let options = KnownBy::ALL
        .into_iter()
        .map(|by| {
            let mut option = option(&words::known_by(by, lang), by.as_str(), false);
            if now == Some(by) {
                option["description"] = json!(words::postmortem_text(PostmortemText::KnewNow, lang));
            }
            option
        })
        .collect();
    menu(Part::Knew, incident.id, PostmortemText::SelectKnew, options, lang)
}

fn units_menu(
    incident: &Incident,
    offered: &[String],
    part: Part,
    text: PostmortemText,
    of: Collateral,
    lang: Language,
) -> Value {
    let found = &incident.postmortem.collateral;
    let options = offered.iter().map(|unit| option(&words::plain(unit), unit, found.get(unit) == Some(&of))).collect();
    let mut menu = menu(part, incident.id, text, options, lang);
    menu["min_values"] = json!(0);
    menu["max_values"] = json!(offered.len());
    menu
}

fn items_menu(incident: IncidentId, open: &[&ActionItem], lang: Language) -> Value {
    let options = open
        .iter()
        .take(limits::SELECT_OPTIONS)
        .map(|item| option(&words::action_item_choice(item), &item.number.to_string(), false))
        .collect();
    menu(Part::Items, incident, PostmortemText::SelectItem, options, lang)
}

/// Core problem, root cause, lessons: the `data` of a modal response, with what was written before; the first action item and what
/// prevents it, too, until there are some. A postmortem that is one form gets written.
pub fn write_form(incident: &Incident, lang: Language) -> Value {
    let written = &incident.postmortem;
    let input = |id, label, hint, value: &Option<String>| {
        Input::long(id, &words::form(label, lang), TEXT_LIMIT)
            .lines(value.as_deref())
            .placeholder(&words::form(hint, lang))
    };
    // What was known last is how it was first understood.
    let known = || incident.updates.last().map(|update| update.know.clone());
    let core = written.core_problem.clone().or_else(known);
    let mut inputs = vec![
        input(field::CORE, FormText::WriteCore, FormText::WriteCoreHint, &core),
        input(field::ROOT, FormText::WriteRoot, FormText::WriteRootHint, &written.root_cause),
        input(field::LESSONS, FormText::WriteLessons, FormText::WriteLessonsHint, &written.lessons),
    ];
    let also = |id, label, hint, most| {
        Input::long(id, &words::form(label, lang), most).optional().placeholder(&words::form(hint, lang))
    };
    if written.action_items.is_empty() {
        inputs.push(also(field::WHAT, FormText::WriteItem, FormText::WriteItemHint, ACTION_LIMIT));
    }
    if written.proof.is_none() {
        inputs.push(also(field::PREVENTION, FormText::WritePrevention, FormText::WritePreventionHint, PREVENTION));
    }
    modal(&words::form_title(FormText::WriteTitle, incident.id, lang), Form::Write(incident.id), inputs)
}

/// An action item: the `data` of a modal response.
pub fn action_item_form(incident: IncidentId, lang: Language) -> Value {
    modal(
        &words::form_title(FormText::ActionTitle, incident, lang),
        Form::ActionItem(incident),
        vec![
            Input::long(field::WHAT, &words::form(FormText::ActionWhat, lang), ACTION_LIMIT),
            Input::short(field::DUE, &words::form(FormText::ActionDue, lang), 50)
                .placeholder(&words::form(FormText::ActionDueHint, lang)),
        ],
    )
}

/// The same form with what the item says: the `data` of a modal response.
pub fn change_item_form(incident: IncidentId, item: &ActionItem, lang: Language) -> Value {
    modal(
        &words::form_title(FormText::ItemTitle, incident, lang),
        Form::Item(incident, item.number),
        vec![
            Input::long(field::WHAT, &words::form(FormText::ActionWhat, lang), ACTION_LIMIT).lines(Some(&item.what)),
            Input::short(field::DUE, &words::form(FormText::ActionDue, lang), 50)
                .value(Some(&item.due.to_string()))
                .placeholder(&words::form(FormText::ActionDueHint, lang)),
        ],
    )
}

/// The page of one action item: the `data` of a private response. `sure` asks whether it is to be deleted.
pub fn action_item(incident: &Incident, item: &ActionItem, notice: Option<&str>, sure: bool, lang: Language) -> Value {
    let id = |act| CustomId::Item { incident: incident.id, number: item.number, act };
    let press = |word, style, act| button(word, style, &id(act), lang);
    let mut owner = json!({
        "type": 5,
        "custom_id": id(ItemAct::Owner).to_string(),
        "placeholder": words::cut(&words::postmortem_text(PostmortemText::SelectOwner, lang), limits::SELECT_PLACEHOLDER),
        "min_values": 1,
        "max_values": 1,
    });
    if let Some(account) = item.account {
        owner["default_values"] = json!([{ "id": account.to_string(), "type": "user" }]);
    }
    let mut buttons =
        vec![press(Button::ItemDone, SUCCESS, ItemAct::Done), press(Button::ItemEdit, SECONDARY, ItemAct::Edit)];
    // What is closed is complete, and stays so.
    if incident.status != IncidentStatus::Closed {
        buttons.push(if sure {
            press(Button::ItemDeleteSure, DANGER, ItemAct::DeleteSure)
        } else {
            press(Button::ItemDelete, SECONDARY, ItemAct::Delete)
        });
    }
    buttons.push(press(Button::Back, SECONDARY, ItemAct::Back));
    json!({
        "content": words::cut(notice.unwrap_or_default(), limits::CONTENT),
        "embeds": [{ "description": words::action_item_page(incident, item, lang) }],
        "components": [
            { "type": 1, "components": [owner] },
            { "type": 1, "components": buttons },
        ],
        "allowed_mentions": { "parse": [] },
        "flags": limits::EPHEMERAL,
    })
}

/// Why it cannot come back unseen: the `data` of a modal response.
pub fn proof_form(incident: &Incident, lang: Language) -> Value {
    let (changed, refused) = match &incident.postmortem.proof {
        Some(postmortem::Proof::Changed { url }) => (Some(url.as_str()), None),
        Some(postmortem::Proof::Refused { reason }) => (None, Some(reason.as_str())),
        None => (None, None),
    };
    modal(
        &words::form_title(FormText::ProofTitle, incident.id, lang),
        Form::Proof(incident.id),
        vec![
            Input::short(field::CHANGED, &words::form(FormText::ProofChanged, lang), 500)
                .optional()
                .value(changed)
                .placeholder(&words::form(FormText::ProofChangedHint, lang)),
            Input::long(field::REFUSED, &words::form(FormText::ProofRefused, lang), TEXT_LIMIT)
                .optional()
                .lines(refused),
        ],
    )
}

/// How much later we knew, and what shows it: the `data` of a modal response, with what is known when that is only corrected.
pub fn knew_form(incident: &Incident, by: KnownBy, lang: Language) -> Value {
    let known = incident.detected.as_ref().filter(|known| known.confirmed && known.by == by);
    let lag = known.and_then(|known| known.lag(incident.opened_at)).map(|lag| lag.as_mins().to_string());
    let link = known.and_then(|known| known.evidence.as_ref()).and_then(|evidence| match evidence {
        Evidence::Link { url } => Some(url.as_str()),
        _ => None,
    });
    let incident = incident.id;
    modal(
        &words::form_title(FormText::KnewTitle, incident, lang),
        Form::Knew(incident, by),
        vec![
            Input::short(field::MINUTES, &words::form(FormText::KnewMinutes, lang), 50)
                .optional()
                .value(lag.as_deref())
                .placeholder(&words::form(FormText::KnewMinutesHint, lang)),
            Input::short(field::LINK, &words::form(FormText::KnewLink, lang), 500)
                .optional()
                .value(link)
                .placeholder(&words::form(FormText::KnewLinkHint, lang)),
        ],
    )
}
