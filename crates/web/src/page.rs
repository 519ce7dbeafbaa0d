//! Purpose: the page of a link, as HTML that is read on a phone at night: no script, nothing from elsewhere.

use crate::front::LinkPage;

/// Follows the phone's choice of light or dark; the button stays in sight, however long the text is.
const STYLE: &str = "\
:root{color-scheme:light dark;--back:#f5f6f8;--card:#fff;--text:#16181d;--soft:#4d5563;--edge:#dfe3e9;--go:#1c5fc4;--on-go:#fff}\
@media(prefers-color-scheme:dark){:root{--back:#0f1115;--card:#191c22;--text:#e9ebef;--soft:#a9b1bd;--edge:#2a2f38;--go:#6a9ff0;--on-go:#08152b}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;justify-content:center;padding:24px 20px;\
background:var(--back);color:var(--text);font:18px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;overflow-wrap:anywhere}\
main{width:100%;max-width:32rem;margin:0 auto;padding:28px 24px;background:var(--card);border:1px solid var(--edge);border-radius:16px}\
h1{margin:0 0 16px;font-size:25px;line-height:1.25}\
p{margin:0 0 12px;color:var(--soft)}\
p:last-child{margin-bottom:0}\
form{position:sticky;bottom:0;margin:16px -24px -28px;padding:12px 24px 28px;background:var(--card);border-radius:0 0 16px 16px}\
button{width:100%;min-height:72px;padding:16px;border:0;border-radius:12px;background:var(--go);color:var(--on-go);\
font:inherit;font-size:22px;font-weight:700;cursor:pointer;touch-action:manipulation}\
button:active{opacity:.8}\
button:focus-visible{outline:3px solid var(--text);outline-offset:3px}";

/// The whole page. Its form goes back to the address it came from, so the token is not in the text.
pub(crate) fn rendered(page: &LinkPage) -> String {
    let LinkPage { status: _, language, title, lines, button } = page;
    let title = escaped(title);
    let lines: String = lines.iter().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
    let form = button
        .as_deref()
        .map(|label| format!("<form method=\"post\"><button type=\"submit\">{}</button></form>\n", escaped(label)));
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{lines}{}</main>\n</body>\n</html>\n",
        form.unwrap_or_default()
    )
}

/// For text between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
