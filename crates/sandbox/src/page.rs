//! Purpose: the chat page's files, compiled in, so that the binary serves them without a folder beside it.

/// The asset called `name` as content type and text; the page itself is the empty name. `None` for anything else.
pub(crate) fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    const HTML: &str = "text/html; charset=utf-8";
    const CSS: &str = "text/css; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const SVG: &str = "image/svg+xml";
    Some(match name {
        "" | "index.html" => (HTML, include_str!("../page/index.html")),
        "app.css" => (CSS, include_str!("../page/app.css")),
        "icon.svg" => (SVG, include_str!("../page/icon.svg")),
        "app.js" => (SCRIPT, include_str!("../page/app.js")),
        "actions.js" => (SCRIPT, include_str!("../page/actions.js")),
        "api.js" => (SCRIPT, include_str!("../page/api.js")),
        "calls.js" => (SCRIPT, include_str!("../page/calls.js")),
        "command.js" => (SCRIPT, include_str!("../page/command.js")),
        "components.js" => (SCRIPT, include_str!("../page/components.js")),
        "composer.js" => (SCRIPT, include_str!("../page/composer.js")),
        "conversation.js" => (SCRIPT, include_str!("../page/conversation.js")),
        "dialogs.js" => (SCRIPT, include_str!("../page/dialogs.js")),
        "dom.js" => (SCRIPT, include_str!("../page/dom.js")),
        "emoji.js" => (SCRIPT, include_str!("../page/emoji.js")),
        "faults.js" => (SCRIPT, include_str!("../page/faults.js")),
        "feed.js" => (SCRIPT, include_str!("../page/feed.js")),
        "files.js" => (SCRIPT, include_str!("../page/files.js")),
        "forms.js" => (SCRIPT, include_str!("../page/forms.js")),
        "forum.js" => (SCRIPT, include_str!("../page/forum.js")),
        "guide.js" => (SCRIPT, include_str!("../page/guide.js")),
        "interactions.js" => (SCRIPT, include_str!("../page/interactions.js")),
        "markdown.js" => (SCRIPT, include_str!("../page/markdown.js")),
        "menus.js" => (SCRIPT, include_str!("../page/menus.js")),
        "messages.js" => (SCRIPT, include_str!("../page/messages.js")),
        "phones.js" => (SCRIPT, include_str!("../page/phones.js")),
        "sidebar.js" => (SCRIPT, include_str!("../page/sidebar.js")),
        "state.js" => (SCRIPT, include_str!("../page/state.js")),
        "suggest.js" => (SCRIPT, include_str!("../page/suggest.js")),
        "time.js" => (SCRIPT, include_str!("../page/time.js")),
        _ => return None,
    })
}
