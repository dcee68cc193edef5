//! What an editor sees besides the pages of readers: marks on what is not published, problems where
//! they stand, figures of the open article, and pages that load themselves again after a save. None of
//! it is there unless `serve --preview` is.

mod banner;
mod broken;
mod events;
mod files;
mod golden;
mod host;
mod panel;
mod problems;

use axum::Router;
use axum::routing::get;

pub(super) use banner::{banner, mark_of};
pub(super) use broken::instead_of;
pub(crate) use host::refusal;
pub(super) use panel::panel;

use crate::catalog::Words;
use crate::web::App;

/// Its own addresses.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/_preview/events", get(events::events))
        .route("/_preview/problems", get(problems::list))
        .route("/_preview/preview.js", get(files::script))
        .route("/_preview/preview.css", get(files::stylesheet))
}

/// A text of the preview's own words.
fn say<'a>(words: &'a Words, name: &str) -> &'a str {
    words.group("preview").get(name).map_or("", String::as_str)
}
