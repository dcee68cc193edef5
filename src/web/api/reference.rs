//! `/openapi.json`, and `/docs`: the same as a page that needs no outside host.

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use utoipa::openapi::OpenApi;

use crate::web::App;
use crate::web::router::json_of;

/// The routes of the document and its page, both written once.
pub(crate) fn reference(document: &OpenApi) -> Router<App> {
    let json = Bytes::from(json_of(document));
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    Router::new().route("/openapi.json", get(move || async move { (headers, json) }))
}
