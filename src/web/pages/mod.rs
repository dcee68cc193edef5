//! The pages that people read.

use axum::Router;
use axum::response::{IntoResponse, Response};

use super::App;
use super::failure::Failure;
use super::gate::Head;
use crate::article::{Article, SafeHtml};
use crate::live::View;

/// The pages' addresses.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}

/// A failure as people read it.
pub(crate) struct PageError<'a> {
    pub(crate) app: &'a App,
    pub(crate) head: &'a Head,
    pub(crate) failure: &'a Failure,
}

impl IntoResponse for PageError<'_> {
    fn into_response(self) -> Response {
        let _ = (self.app, self.head);
        (self.failure.kind().status, self.failure.to_string()).into_response()
    }
}

/// An article's text as markup, its links leading where this reader may go, and as it was written.
pub(crate) fn text_of(view: View<'_>, article: &Article) -> (SafeHtml, String) {
    let body = article.body.unpack();
    let shelf = view.locale(&article.locale);
    let html = body.html.fill(|link| {
        let resolved = shelf.zip(article.links.get(link));
        resolved.map_or_else(
            || "#top".to_owned(),
            |(shelf, link)| shelf.resolve(link, Some(article)).address(),
        )
    });
    let markdown = body.markdown().to_owned();
    (html, markdown)
}
