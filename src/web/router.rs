//! Every address, what answers it, and the document that describes the API.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::cors::CorsLayer;
use utoipa::openapi::OpenApi;

use super::failure::Failure;
use super::{App, api, cache, gate, health, pages, staff};

/// Smaller answers are not worth compressing.
const COMPRESSED_FROM: u64 = 1024;
/// Beyond it brotli takes longer than the bytes saved take on any line.
const EFFORT: CompressionLevel = CompressionLevel::Precise(4);

/// Everything that is served.
pub fn router(app: App) -> Router {
    let (api, document) = api::routes().split_for_parts();
    let compression = CompressionLayer::new()
        .quality(EFFORT)
        .compress_when(SizeAbove::new(COMPRESSED_FROM).and(NotForContentType::IMAGES));
    // Outermost first: what is kept is compressed already.
    let kept = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), cache::remember))
        .layer(compression);
    // The gate gives failures their face, panics included.
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), gate::gate))
        .layer(CatchPanicLayer::custom(gate::after_panic))
        .layer(DefaultBodyLimit::max(app.settings.max_body));

    let api = api.layer(kept.clone());
    // Around what is kept, for it differs by who asks.
    let api = match cross_origin(&app) {
        Some(layer) => api.layer(layer),
        None => api,
    };
    let pages = pages::routes().merge(api::reference(&document));
    // Without keys its addresses are as unknown as any other; and in a preview, where nobody signs in.
    let has_console = !app.keys.is_empty() && !app.settings.preview.is_on();
    let pages = if has_console { pages.merge(staff::routes(&app)) } else { pages };
    let pages = pages.layer(kept);
    // Neither kept nor compressed, for an open stream is neither; and unknown without a preview.
    let pages =
        if app.settings.preview.is_on() { pages.merge(pages::preview::routes()) } else { pages };

    Router::new()
        .merge(api)
        .merge(pages)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::measured))
        .route("/api/{*rest}", any(nothing))
        .fallback(nothing)
        .layer(around)
        .with_state(app)
}

/// The `OpenAPI` document of the API, as JSON.
pub fn openapi() -> String {
    json_of(&api::routes().into_openapi())
}

/// A document as JSON.
pub(super) fn json_of(document: &OpenApi) -> String {
    document.to_pretty_json().expect("a document made of strings and numbers has a JSON form")
}

async fn nothing() -> impl IntoResponse {
    Failure::NotFound
}

/// Lets the scripts of the sites configured read public answers. Never with credentials.
fn cross_origin(app: &App) -> Option<CorsLayer> {
    // What an editor previews is nothing for them.
    let origins = app.settings.allowed_origins.iter().filter(|_| !app.settings.preview.is_on());
    let origins: Vec<HeaderValue> = origins.filter_map(|origin| origin.parse().ok()).collect();
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::HEAD, Method::POST])
            .allow_headers([header::CONTENT_TYPE])
    })
}
