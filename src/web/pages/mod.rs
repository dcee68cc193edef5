//! The pages that people read, and the files that their programs do: feeds, site map, pictures.

mod article;
mod built_in;
mod contact;
mod error;
mod feedback;
mod files;
mod frame;
mod front;
mod linked_data;
mod lists;
mod machines;
mod past;
pub(crate) mod preview;
mod search;
mod short_link;
mod sitemap;
mod templates;
mod theme;
mod topic;
mod widget;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::App;
use super::failure::Failure;
use crate::article::{Article, IndexPage, Link, Locale, SafeHtml, Section, Target};
use crate::catalog::LocaleShelf;
use crate::live::View;

pub(crate) use built_in::{
    icon_url, script_url, staff_script_url, staff_stylesheet_url, stylesheet_url, version,
};
pub(crate) use error::PageError;
pub(crate) use past::{as_it_was, version_url, versions_url};
pub(crate) use templates::{markup, render};

/// The pages' addresses.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(front::to_locale))
        .route("/{locale}", get(front::with_slash))
        .route("/{locale}/", get(front::front))
        .route("/{locale}/search", get(search::search))
        .route("/{locale}/contact", get(contact::contact))
        .route("/{locale}/feedback", get(feedback::page).post(feedback::post))
        .route("/{locale}/feed.xml", get(machines::feed))
        .route("/{locale}/{topic}", get(topic::with_slash))
        .route("/{locale}/{topic}/", get(topic::topic))
        .route("/{locale}/{topic}/{slug}", get(article::article))
        .route("/{locale}/{topic}/{slug}/", get(article::without_slash))
        .route("/{locale}/{topic}/{slug}/{*rest}", get(files::deep))
        .route("/a/{id}", get(short_link::short_link))
        .route("/a/{id}/history", get(past::versions))
        .route("/a/{id}/changes", get(past::changes))
        .route("/assets/{version}/{file}", get(built_in::built_in))
        .route("/robots.txt", get(machines::robots))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/opensearch.xml", get(machines::opensearch))
        .route("/llms.txt", get(machines::llms))
        .route("/widget.js", get(widget::widget))
}

/// An article's text as markup, its links leading where this reader may go, and as it was written.
pub(crate) fn text_of(view: View<'_>, article: &Article) -> (SafeHtml, String) {
    let body = article.body();
    let shelf = view.locale(&article.locale);
    let html = body.html.fill_sized(|link| match shelf.zip(article.links.get(link)) {
        Some((shelf, link)) => (shelf.resolve(link, Some(article)).address(), size_of(shelf, link)),
        None => (nowhere(), None),
    });
    let markdown = body.markdown().to_owned();
    (html, markdown)
}

/// The text of a topic's or a locale's own page.
fn introduction_of(shelf: &LocaleShelf, page: &IndexPage) -> Option<SafeHtml> {
    let html = page.html.fill_sized(|link| match page.links.get(link) {
        Some(link) => (shelf.resolve(link, None).address(), size_of(shelf, link)),
        None => (nowhere(), None),
    });
    (!html.as_str().trim().is_empty()).then_some(html)
}

/// Width and height of the picture that a link shows.
fn size_of(shelf: &LocaleShelf, link: &Link) -> Option<(u32, u32)> {
    match &link.target {
        Target::Asset(path) if link.image => {
            shelf.size_of(path).map(|size| (size.width, size.height))
        }
        _ => None,
    }
}

fn nowhere() -> String {
    format!("#{}", Section::LEAD)
}

/// The part of an address that names a locale, as this reader sees that locale.
fn shelf_at<'a>(view: View<'a>, locale: &str) -> Result<&'a LocaleShelf, Failure> {
    let locale = locale.parse::<Locale>().map_err(|_| Failure::NotFound)?;
    view.locale(&locale).ok_or(Failure::NotFound)
}

/// Sends a reader on. What decides where is asked anew each time: an article may move back.
fn redirect(status: StatusCode, to: &str, differs_by: &'static str) -> Result<Response, Failure> {
    let to = HeaderValue::try_from(to).map_err(Failure::internal)?;
    let headers = [
        (header::LOCATION, to),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static(differs_by)),
    ];
    Ok((status, headers).into_response())
}

/// The same page without query parameters, for good.
fn moved(to: &str) -> Result<Response, Failure> {
    redirect(StatusCode::PERMANENT_REDIRECT, to, "authorization, cookie")
}

/// Text made safe for one value of a query string or one part of a path.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit = |n: u8| char::from(b"0123456789ABCDEF"[usize::from(n)]);
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}
