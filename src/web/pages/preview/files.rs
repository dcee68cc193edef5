//! The preview's own script and look.

use axum::http::header;
use axum::response::IntoResponse;

/// `GET /_preview/preview.js`
pub(super) async fn script() -> impl IntoResponse {
    let script = include_str!("../../../../static/preview.js");
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script)
}

/// `GET /_preview/preview.css`
pub(super) async fn stylesheet() -> impl IntoResponse {
    let stylesheet = include_str!("../../../../static/preview.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], stylesheet)
}
