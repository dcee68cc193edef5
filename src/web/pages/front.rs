//! `/{locale}/`: the topics and what is asked most; and `/`, which finds the visitor's locale.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place, in_every_locale};
use super::lists::{article_entry, contact_card, topics_of};
use super::{introduction_of, moved, redirect, shelf_at, templates};
use crate::article::{Article, Locale};
use crate::catalog::LocaleShelf;
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::locale::{default_of, preferred};
use crate::web::reader::Reader;

/// Articles shown as common questions.
const POPULAR: usize = 8;

/// `GET /`
pub(crate) async fn to_locale(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let known: Vec<&Locale> = view.shelf().locales().map(|shelf| &shelf.locale).collect();
    let locale = visitors(&headers, &known).cloned().unwrap_or_else(|| default_of(view));
    redirect(StatusCode::FOUND, &format!("/{locale}/"), "accept-language, authorization, cookie")
}

/// Which of these locales a visitor likes best, if any.
pub(super) fn visitors<'a>(headers: &HeaderMap, known: &[&'a Locale]) -> Option<&'a Locale> {
    let accept = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    preferred(accept, known)
}

/// `GET /{locale}`, and files that lie at the top.
pub(crate) async fn with_slash(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path(locale): Path<String>,
) -> Result<Response, Failure> {
    if locale.contains('.') {
        return super::files::file(&app, reader, &asked, locale).await;
    }
    let edition = app.edition()?;
    let shelf = shelf_at(edition.seen_by(reader.audience), &locale)?;
    moved(&format!("/{}/", shelf.locale))
}

/// `GET /{locale}/`
pub(crate) async fn front(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path(locale): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    freshness::answer(&app, view, &asked, Depends::OnEdition, HTML, || write(&app, view, shelf))
}

fn write(app: &App, view: View<'_>, shelf: &LocaleShelf) -> Result<Vec<u8>, Failure> {
    let page = shelf.front.as_deref();
    let place = Place {
        locale: &shelf.locale,
        title: page.map_or_else(|| view.site().name(&shelf.locale), |page| &page.title),
        description: page.map_or("", |page| &page.summary),
        path: &format!("/{}/", shelf.locale),
        everywhere: in_every_locale(view, |locale| format!("/{locale}/")),
    };
    let frame = Frame::of(app, view, &place);
    let introduction = page.and_then(|page| introduction_of(shelf, page));
    let popular: Value = popular(shelf).into_iter().map(|a| article_entry(view, a)).collect();
    let content = context! {
        introduction => introduction.map(templates::markup),
        topics => topics_of(view, shelf),
        card => contact_card(app, view, &shelf.locale, &[], None),
        popular,
    };
    templates::page("front.html", frame, content)
}

/// What its authors gave the most weight.
fn popular(shelf: &LocaleShelf) -> Vec<&Article> {
    let mut articles: Vec<&Article> = shelf.articles().iter().map(|article| &**article).collect();
    articles.sort_by_key(|article| std::cmp::Reverse(article.weight));
    articles.truncate(POPULAR);
    articles
}
