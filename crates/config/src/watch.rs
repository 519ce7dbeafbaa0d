//! Purpose: `[watch]`: who notices when Siaga itself does not work.

use domain::PersonId;
use domain::setup::Watch;

use crate::checks::Names;
use crate::read::Value;
use crate::{Env, keys, values};

/// Reads the section.
pub(crate) fn read(value: Value<'_>, names: &Names<'_>, env: Env<'_>) -> Option<Watch> {
    let table = value.table(&keys::WATCH)?;
    let url_env = table.optional("url_env", |text| {
        let name = values::variable(text)?;
        if env.lacks(&name) {
            text.doc
                .warning(
                    text.span,
                    format!("the environment variable {name} is not set: nobody notices when Siaga dies"),
                )
                .help("set it to the address that the outside watch gave you");
        }
        Some(name)
    });
    let duration = |name, least, most| table.text_or_default(name).and_then(|text| values::duration(text, least, most));
    let every = duration("every", "10s", "1h");
    let page_stuck = duration("page_stuck", "10s", "1h");
    let journal_old = duration("journal_old", "10s", "1h");
    let gateway_away = duration("gateway_away", "10s", "24h");
    let mut alarm = Vec::new();
    for person in table.get("alarm").map(Value::texts).unwrap_or_default() {
        if names.people.require(person, "person", "[people]") {
            alarm.push(PersonId::from(person.text));
        }
    }
    table.done();
    Some(Watch {
        url_env,
        every: every?,
        page_stuck: page_stuck?,
        journal_old: journal_old?,
        gateway_away: gateway_away?,
        alarm,
    })
}
