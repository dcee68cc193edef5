//! `/staff/explain`: why an article is not found, or stands where it stands, for an editor to read.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::value::Serde;
use minijinja::{Value, context};

use super::console::locales;
use super::{Frame, language, page};
use crate::catalog::Words;
use crate::web::App;
use crate::web::api::explanation;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::locale::default_of;
use crate::web::reader::Reader;

/// `GET /staff/explain`
pub(super) async fn explain(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let ui_given = asked.text("ui")?;
    let ui = language::of_console(&headers, ui_given);
    let words = Words::built_in(&ui);
    let (query, article) = (asked.text("q")?.unwrap_or_default(), asked.text("article")?);
    let locale = asked.given_locale(view)?.unwrap_or_else(|| default_of(view));
    // A name that cannot be one is said below the form, not on a page of its own.
    let (explained, failed) = match article {
        None => (Value::from(()), None),
        Some(_) => match explanation(&edition, reader, &asked) {
            Ok(explained) => (Value::from(Serde(explained)), None),
            Err(failure) => (Value::from(()), Some(failure.to_string())),
        },
    };
    let title = words.group("staff")["explain_title"].clone();
    let frame = Frame { ui, title, is_signed_in: true };
    let content = context! {
        query,
        article => article.unwrap_or_default(),
        locales => locales(view, Some(&locale)),
        locale => locale.as_str(),
        explained,
        failed,
        ui_given,
    };
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        page("staff/explain.html", &frame, content)
    })
}
