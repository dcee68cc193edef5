//! `/staff/`: the one field, and below it what it finds, or what is new when it is empty.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::results::Desk;
use super::{Frame, language, overview, page};
use crate::article::Locale;
use crate::catalog::{Words, language_name};
use crate::live::View;
use crate::search::MAX_MESSAGE;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// The template of the whole page.
const PAGE: &str = "staff/console.html";
/// The template of what stands below the field, which the script fetches anew.
const RESULTS: &str = "staff/results.html";

/// `GET /staff/`
pub(super) async fn console(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    respond(&app, reader, &asked, &headers, PAGE)
}

/// `POST /staff/`: the same for what is too long, or too private, to stand in an address.
pub(super) async fn console_posted(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    respond(&app, reader, &asked.with_body(&headers, &body)?, &headers, PAGE)
}

/// `GET /staff/results`
pub(super) async fn results(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    respond(&app, reader, &asked, &headers, RESULTS)
}

/// `POST /staff/results`
pub(super) async fn results_posted(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    respond(&app, reader, &asked.with_body(&headers, &body)?, &headers, RESULTS)
}

fn respond(
    app: &App,
    reader: Reader,
    asked: &Asked,
    headers: &HeaderMap,
    template: &str,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let ui_given = asked.text("ui")?;
    let ui = language::of_console(headers, ui_given);
    let words = Words::built_in(&ui);
    let given = asked.text("q")?.unwrap_or_default().trim();
    let message = &given[..given.floor_char_boundary(MAX_MESSAGE)];
    let chosen = asked.given_locale(view)?;
    let listened = app.settings.listen_url.as_deref().unwrap_or_default();
    let sites = [app.public_url(view), app.absolute_url(view), listened];
    let named = super::named::named(view, message, chosen.as_ref(), &sites);
    let guessed = || match &named {
        Some(named) => named.article.locale.clone(),
        None => language::of_message(view, message),
    };
    let locale = chosen.clone().unwrap_or_else(guessed);
    let found = if message.is_empty() {
        Value::from(())
    } else {
        let desk = Desk { app, edition: &edition, view, words, locale: &locale };
        desk.found(message, named.as_ref())
    };
    let overview =
        if message.is_empty() { overview::overview(app, view, words) } else { Value::from(()) };
    let frame = Frame {
        title: format!("{} – {}", words.group("staff")["console"], view.site().name(&ui)),
        ui,
        is_signed_in: true,
    };
    let content = context! {
        message,
        is_cut => message.len() < given.len(),
        found,
        overview,
        // Kept in links and forms only when somebody chose it.
        ui_given,
        is_guess => chosen.is_none() && named.is_none(),
        searched => language_name(&locale),
        locales => locales(view, chosen.as_ref()),
    };
    freshness::answer(app, view, asked, Depends::OnMoment, HTML, || page(template, &frame, content))
}

/// The languages that players can have.
pub(super) fn locales(view: View<'_>, chosen: Option<&Locale>) -> Value {
    let locales = view.shelf().locales().map(|shelf| {
        context! {
            tag => shelf.locale.as_str(),
            name => language_name(&shelf.locale),
            is_chosen => chosen == Some(&shelf.locale),
        }
    });
    locales.collect()
}
