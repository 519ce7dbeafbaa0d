//! Purpose: buttons and the form of silences.

use domain::Refusal;
use domain::oncall::End;
use domain::silence::{EXTEND_BY, Silence, SilenceRequest};
use engine::{ActError, Request, SilenceAsk};

use super::Fields;
use crate::actor::Asker;
use crate::answer::Replier;
use crate::custom_id::{Form, SilenceAct};
use crate::data::Data;
use crate::render::{self, field};

/// Does what a button asks for.
pub(super) async fn press(data: &Data, replier: Replier, asker: &Asker, number: u32, act: SilenceAct) {
    let request = match act {
        SilenceAct::Confirm(choice) => SilenceRequest::Confirm { number, choice },
        SilenceAct::Cancel => SilenceRequest::Cancel { number },
        SilenceAct::End => SilenceRequest::End { number },
        SilenceAct::LetEnd => SilenceRequest::LetEnd { number },
        SilenceAct::Extend => {
            let lasts = Some(format!("{}h", EXTEND_BY.as_hours()));
            SilenceRequest::Extend { number, end: End { until: None, lasts } }
        }
        SilenceAct::Change => return change(data, replier, asker, number).await,
    };
    // The question stands where others may read it; everything else on a private answer, which is not true any more.
    let replier = match act {
        SilenceAct::Extend | SilenceAct::LetEnd => replier,
        SilenceAct::Confirm(_) | SilenceAct::Cancel | SilenceAct::End | SilenceAct::Change => replier.replacing(),
    };
    replier.answer(data.act(asker, Request::Silence(SilenceAsk::Request(request)))).await;
}

/// A form must be the first response; it is shown to whoever may send it.
async fn change(data: &Data, replier: Replier, asker: &Asker, number: u32) {
    let may = async {
        let by = data.actor(asker).await?;
        data.engine.reader(&by).has(Form::Silence(number).needs())?;
        let own = data.engine.world().silences().get(number).cloned();
        own.filter(|own| own.by.user == asker.user).ok_or(ActError::Refused(Refusal::StaleButton))
    };
    match data.in_time(asker, may).await {
        Ok(own) => {
            let until = until_as_typed(&own, data);
            replier.form(&render::silence_form(&own, &until, data.language(asker))).await;
        }
        Err(error) => replier.replacing().answer(std::future::ready(Err(error))).await,
    }
}

/// The end it has, as people type it; two hours while none was chosen.
fn until_as_typed(own: &Silence, data: &Data) -> String {
    let zone = data.engine.setup().timezone.clone();
    let typed = |until: domain::Timestamp| until.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
    own.terms.until.map_or_else(|| "2h".to_owned(), typed)
}

/// Does what the form says.
pub(super) fn submitted(fields: &Fields, number: u32) -> Request {
    Request::Silence(SilenceAsk::Request(SilenceRequest::Change {
        number,
        matchers: fields.text(field::MATCHERS),
        end: fields.text(field::UNTIL),
        reason: fields.text(field::REASON),
    }))
}
