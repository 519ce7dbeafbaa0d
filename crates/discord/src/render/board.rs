//! Purpose: the board of a storm, one message that is edited, and the post at its end. Its footer is the marker by which the
//! board is found again.

use domain::storm::Board;
use serde_json::{Value, json};

use super::{RenderContext, description, limits, quiet};

const RUNS: u32 = 0xF7_90_09;
const OVER: u32 = 0x12_B7_6A;

/// The board as it is now.
pub fn board(board: &Board, cx: &RenderContext<'_>) -> Value {
    let lang = cx.lang();
    let mut text = words::storm_about(board, lang);
    let lines = description(&words::storm_lines(board, lang));
    // A line that does not fit is left out whole: half a number misleads.
    for line in lines.lines().map(str::to_owned).chain(words::storm_worst(board, lang)) {
        if words::length(&text) + words::length(&line) < limits::EMBED_DESCRIPTION {
            text.push('\n');
            text.push_str(&line);
        }
    }
    json!({
        "content": "",
        "embeds": [{
            "title": words::cut(&words::storm_headline(board, lang), limits::EMBED_TITLE),
            "description": text,
            "color": if board.ended.is_some() { OVER } else { RUNS },
            "footer": { "text": board_marker(board.number) },
        }],
        "components": [],
        "allowed_mentions": { "parse": [] },
        "flags": limits::SUPPRESS_NOTIFICATIONS,
    })
}

/// The post at the end of a storm.
pub fn storm_over(board: &Board, cx: &RenderContext<'_>) -> Value {
    quiet(&words::storm_over(board, cx.lang()))
}

/// The footer of a storm's board, the same in every language: `storm 3`.
pub fn board_marker(storm: u32) -> String {
    format!("storm {storm}")
}
