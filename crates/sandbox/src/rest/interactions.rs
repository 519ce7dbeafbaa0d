//! Purpose: the first answer to an interaction.

use super::{Answer, Call, done, ok};
use crate::{error, hub::Core};

pub(crate) fn callback(core: &mut Core, call: Call) -> Answer {
    let id = call.text("interaction_id").parse().map_err(|_| error::unknown_interaction())?;
    let with_response = call.flag("with_response");
    let token = call.text("interaction_token").to_owned();
    let body = core.answer(id, &token, &call.body, call.files)?;
    if with_response { ok(body) } else { done() }
}
