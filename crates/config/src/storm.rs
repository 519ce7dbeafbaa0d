//! Purpose: `[storm]`: when incidents that page nobody are folded into one board.

use domain::storm::StormRules;

use crate::read::Value;
use crate::{keys, values};

/// Reads the section.
pub(crate) fn read(value: Value<'_>) -> Option<StormRules> {
    let table = value.table(&keys::STORM)?;
    let default = table.default("rooms").parse().unwrap_or(0);
    let rooms = table.get("rooms").map_or(Some(default), |value| value.number(0, 1_000));
    let within = table.text_or_default("within").and_then(|text| values::duration(text, "1s", "1h"));
    let quiet = table.text_or_default("quiet").and_then(|text| values::duration(text, "10s", "24h"));
    let source = table.doc.source_ref(table.span);
    table.done();
    Some(StormRules { rooms: rooms?, within: within?, quiet: quiet?, source: Some(source) })
}
