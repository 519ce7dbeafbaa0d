//! Purpose: `/a/{token}`, the link with which somebody acknowledges a page outside Discord.
//!
//! GET shows a page with one button and changes nothing, because mail programs, chat programs and scanners fetch links
//! before anybody has read them. Only POST acknowledges: the button of the page, or the button of a push message.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::front::LinkPage;
use crate::{App, Front, answer, page};

/// The page is its own world: no script, nothing from elsewhere, in nobody's frame, in no cache and no index; and the
/// address, which is the key, is told to nobody.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// What the link is about, with the button.
pub(crate) async fn show<F: Front>(State(app): State<App<F>>, token: Result<Path<String>, PathRejection>) -> Response {
    html(&app.front.link_page(&text_of(token)).await)
}

/// The button was pressed.
pub(crate) async fn press<F: Front>(
    State(app): State<App<F>>,
    token: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let page = app.front.press_link(&text_of(token)).await;
    if wants_html(&headers) { html(&page) } else { json(&page) }
}

/// Any other method.
pub(crate) async fn get_or_post() -> Response {
    let refusal = answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "A link is opened with GET and pressed with POST.");
    ([(header::ALLOW, "GET, HEAD, POST")], refusal).into_response()
}

/// What is not even text is no token of ours either.
fn text_of(token: Result<Path<String>, PathRejection>) -> String {
    token.map(|Path(token)| token).unwrap_or_default()
}

/// Browsers name HTML. The button of a push message asks for anything or says nothing; its program shows no page.
fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds = accepted.flat_map(|value| value.split(',')).map(kind_and_weight);
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    for (kind, weight) in kinds {
        match kind.as_str() {
            "text/html" | "application/xhtml+xml" => html = html.max(weight),
            "application/json" => json = json.max(weight),
            _ => {}
        }
    }
    html > 0.0 && html >= json
}

/// `text/html;q=0.9` is of weight 0.9.
fn kind_and_weight(part: &str) -> (String, f32) {
    let mut fields = part.split(';').map(str::trim);
    let kind = fields.next().unwrap_or_default().to_ascii_lowercase();
    let weight = fields.find_map(|field| field.strip_prefix("q=").or_else(|| field.strip_prefix("Q=")));
    (kind, weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
}

fn status_of(page: &LinkPage) -> StatusCode {
    StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn html(page: &LinkPage) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status_of(page), HEADERS, kind, page::rendered(page)).into_response()
}

fn json(page: &LinkPage) -> Response {
    // A push server's page in a browser is of another origin and calls a press failed whose answer it may not read. The token is
    // all the authority there is, so nobody learns anything by this.
    let origin = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (status_of(page), HEADERS, origin, Json(json!({ "title": page.title, "lines": page.lines }))).into_response()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::wants_html;

    #[test]
    fn a_page_is_for_those_who_ask_for_one() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for accept in [browser, "text/html", "TEXT/HTML;q=0.5, application/json;q=0.4", "text/html, application/json"] {
            assert!(wants_html(&of(accept)), "{accept}");
        }
        for accept in ["*/*", "application/json", "application/json, text/html;q=0.9", "text/html;q=0", "", ";;,q=,"] {
            assert!(!wants_html(&of(accept)), "{accept}");
        }
        assert!(!wants_html(&HeaderMap::new()));
    }

    fn of(accept: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_str(accept).unwrap())])
    }
}
