//! Purpose: `[Edit again]` below a refusal: the form once more, with what was typed.

use domain::{IncidentId, Refusal};
use engine::ActError;
use serde_json::Value;
use serenity::model::application::{ActionRowComponent, ButtonKind, ComponentInteraction, ModalInteraction};
use serenity::model::channel::{Message, MessageFlags};

use super::{Fields, item};
use crate::actor::Asker;
use crate::answer::Replier;
use crate::custom_id::{Chosen, CustomId, Form};
use crate::data::Data;
use crate::nouns;
use crate::render::{self, Typed};

/// Opens it. What was typed stays where it stands when that cannot be.
pub(super) async fn press(
    data: &Data,
    replier: Replier,
    asker: &Asker,
    interaction: &ComponentInteraction,
    filled: u8,
    form: Form,
) {
    let texts = render::read_back(form, filled, &interaction.message.embeds);
    match data.in_time(asker, blank(data, asker, form)).await {
        Ok(body) => replier.form(&render::refilled(body, &texts)).await,
        Err(error) => replier.answer(std::future::ready(Err(error))).await,
    }
}

/// The form as it is opened now, for whoever may send it.
async fn blank(data: &Data, asker: &Asker, form: Form) -> Result<Value, ActError> {
    let lang = data.language(asker);
    let open = async |id: IncidentId| data.open_for(asker, id, form.needs()).await;
    let any = async |id: IncidentId| {
        let by = data.actor(asker).await?;
        data.engine.reader(&by).incident_for(id, form.needs()).await
    };
    Ok(match form {
        Form::Update(id) => render::update_form(open(id).await?.as_ref(), &data.engine.setup(), lang),
        Form::Resolve(id) => render::resolve_form(open(id).await?.as_ref(), lang),
        Form::Dismiss(id) => render::dismiss_form(open(id).await?.as_ref(), &data.names(), lang),
        Form::Note(id) => render::desk::note_form(open(id).await?.as_ref(), lang),
        Form::Page(id, user) => render::desk::page_form(open(id).await?.as_ref(), user, lang),
        Form::Severity(id, to) => {
            let (incident, preview) = data.severity_on_paper(asker, id, to).await?;
            render::severity_form(incident.id, &preview, None, &data.names(), lang)
        }
        Form::TriageLower(id, impact, urgency, seen) => {
            let chosen = Chosen { impact: Some(impact), urgency: Some(urgency) };
            data.lowers_by_triage(id, chosen, seen, asker).await?.ok_or(Refusal::StaleButton)?
        }
        Form::Write(id) => render::write_form(any(id).await?.as_ref(), lang),
        Form::ActionItem(id) => render::action_item_form(any(id).await?.id, lang),
        Form::Proof(id) => render::proof_form(any(id).await?.as_ref(), lang),
        Form::Knew(id, by) => render::knew_form(any(id).await?.as_ref(), by, lang),
        Form::Correct(id) => render::correct_form(any(id).await?.as_ref(), lang),
        Form::Item(id, number) => {
            let incident = any(id).await?;
            render::change_item_form(id, item::open(&incident, number)?, lang)
        }
        Form::Noun(noun) => nouns::form(data, asker, noun).await?,
        Form::Open { channel, message } => {
            let by = data.actor(asker).await?;
            data.engine.reader(&by).has(form.needs())?;
            let prefill = render::Prefill::default();
            render::open_form(domain::ChatChannelId(channel), domain::ChatMessageId(message), prefill, lang)
        }
    })
}

/// What a form holds, in case it is not taken.
pub(crate) fn typed(data: &Data, interaction: &ModalInteraction) -> Typed {
    let lang = data.language(&Asker::from(interaction));
    let form = match CustomId::parse(&interaction.data.custom_id) {
        Some(CustomId::Form(form)) => Some(form),
        Some(_) | None => None,
    };
    Typed::of(form, &Fields::of(interaction), lang)
}

/// Whether a form came from `[Edit again]`: then its answer takes the place of the refusal. A form of a message that others read must
/// never do that.
pub(super) fn is_on_refusal(message: Option<&Message>) -> bool {
    message.is_some_and(|message| {
        let buttons = message.components.iter().flat_map(|row| &row.components);
        let mut again = buttons.filter(|component| match component {
            ActionRowComponent::Button(button) => match &button.data {
                ButtonKind::NonLink { custom_id, .. } => {
                    matches!(CustomId::parse(custom_id), Some(CustomId::Again { .. }))
                }
                ButtonKind::Link { .. } | ButtonKind::Premium { .. } => false,
            },
            _ => false,
        });
        message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL)) && again.next().is_some()
    })
}
