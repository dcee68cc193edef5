//! `/a/{id}`: an address that never changes, to the article in the visitor's own locale, or in the
//! one that `?locale=` names; as it was then, when a revision or a date is asked for.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::front::visitors;
use super::{past, redirect};
use crate::article::{ArticleId, Locale};
use crate::catalog::article_url;
use crate::web::App;
use crate::web::archive::Wanted;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::gone::Gone;
use crate::web::locale::default_of;
use crate::web::reader::Reader;

/// `GET /a/{id}`
pub(crate) async fn short_link(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    if id.contains(past::AT) {
        return past::version(&app, reader, &headers, &asked, &id).await;
    }
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    if let Some(wanted) = Wanted::at(&asked, &view.site().time_zone)? {
        return past::at(&app, view, &headers, &asked, &id, &wanted).await;
    }
    let having = view.shelf().locales().filter(|shelf| shelf.by_id_or_alias(&id).is_some());
    let known: Vec<&Locale> = having.map(|shelf| &shelf.locale).collect();
    // A link outlives a locale: one that is not there any more is no mistake of who follows it.
    let named = asked.given_locale(view).ok().flatten();
    let visitors = || visitors(&headers, &known).cloned();
    let locale = named.or_else(visitors).unwrap_or_else(|| default_of(view));
    let Some(article) = view.article(&id, &locale) else {
        let own = view.expired(|a| a.locale == locale && a.goes_by(&id));
        let expired = own.or_else(|| view.expired(|a| a.goes_by(&id)));
        return Err(expired.map_or(Failure::NotFound, |expired| Gone::failure(view, expired)));
    };
    redirect(StatusCode::FOUND, &article_url(article), "accept-language, authorization, cookie")
}
