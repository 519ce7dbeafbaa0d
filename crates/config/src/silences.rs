//! Purpose: `[silences]`: how long one may last.

use domain::silence::SilenceRules;

use crate::read::Value;
use crate::{keys, values};

/// Reads the section.
pub(crate) fn read(value: Value<'_>) -> Option<SilenceRules> {
    let table = value.table(&keys::SILENCES)?;
    let longest = table.text_or_default("longest").and_then(|text| values::duration(text, "1h", "744h"));
    table.done();
    Some(SilenceRules { longest: longest? })
}
