//! What monitoring asks: alive, ready, measured.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::App;
use super::failure::Failure;
use super::measures::Measures;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Response {
    plain("ok\n")
}

/// `GET /readyz`: readers get answers.
pub(crate) async fn ready(State(app): State<App>) -> Result<Response, Failure> {
    app.edition().map(|_| plain("ready\n"))
}

/// `GET /metrics`: for Prometheus.
pub(crate) async fn measured(State(app): State<App>) -> Response {
    let edition = app.published.current();
    let text = Measures::render(edition.as_deref());
    let headers = [
        (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

fn plain(text: &'static str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}
