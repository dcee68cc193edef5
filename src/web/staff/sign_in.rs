//! Signing in with a staff key, and out again.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use minijinja::context;

use super::guard::DOOR;
use super::{Frame, language, page};
use crate::article::Locale;
use crate::catalog::Words;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::HTML;
use crate::web::gate::OwnFace;
use crate::web::session::{self, Line};
use crate::web::visitor::Visitor;

/// Whether the key that was sent opened nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tried {
    NotYet,
    InVain,
}

/// The form, and nothing of what is behind it.
pub(super) fn form(parts: &Parts) -> Response {
    let ui = language::of_console(&parts.headers, None);
    write(&ui, Tried::NotYet).into_response()
}

/// `POST /staff/sign-in`
pub(super) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    app.sign_ins.admit(visitor)?;
    let asked = asked.with_body(&headers, &body)?;
    let key = asked.text("key")?.unwrap_or_default();
    let Some(holder) = app.keys.holder(key.trim()) else {
        tracing::warn!("somebody tried to sign in with a key that opens nothing");
        let ui = language::of_console(&headers, None);
        let mut response = (StatusCode::UNAUTHORIZED, write(&ui, Tried::InVain)?).into_response();
        let bearer = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        response.extensions_mut().insert(OwnFace);
        return Ok(response);
    };
    // A browser that was signed in with another key is so no longer.
    app.sessions.end(&headers);
    let cookie = session::given(&app.sessions.begin(holder), line_of(&app, &headers));
    tracing::info!("staff signed in");
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(DOOR)).into_response())
}

/// `POST /staff/sign-out`
pub(super) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Response {
    app.sessions.end(&headers);
    tracing::info!("staff signed out");
    // Whatever a browser kept all the same is of no use to who comes next.
    let forget =
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    (AppendHeaders(session::taken()), AppendHeaders([forget]), Redirect::to(DOOR)).into_response()
}

/// Whether the browser speaks TLS, here or to a proxy: by what it says, else by the site's address.
fn line_of(app: &App, headers: &HeaderMap) -> Line {
    let is_encrypted = match headers.get(header::ORIGIN) {
        Some(origin) => origin.as_bytes().starts_with(b"https://"),
        None => app.known_as().starts_with("https://"),
    };
    if is_encrypted { Line::Encrypted } else { Line::Plain }
}

fn write(ui: &Locale, tried: Tried) -> Result<Response, Failure> {
    let title = Words::built_in(ui).group("staff")["sign_in_title"].clone();
    let frame = Frame { ui: ui.clone(), title, is_signed_in: false };
    let content = context! { is_refused => tried == Tried::InVain };
    let body = page("staff/sign_in.html", &frame, content)?;
    Ok(([(header::CONTENT_TYPE, HTML)], body).into_response())
}
