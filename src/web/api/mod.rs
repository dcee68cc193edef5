//! The API: `/api/v1`. One declaration an endpoint makes both its route and its entry in the
//! `OpenAPI` document.

mod answer;
mod article;
mod articles;
mod channels;
mod explain;
mod feedback;
mod reference;
mod revisions;
mod search;
mod shapes;
mod status;
mod suggest;
mod topics;
mod webhook;

use axum::extract::DefaultBodyLimit;
use utoipa::Modify;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::failure::ProblemDocument;
use super::{App, gate};

pub use answer::answer_json;
pub use explain::explain_json;
pub(crate) use explain::explanation;
pub(crate) use reference::reference;
pub use search::search_json;
pub use webhook::Webhook;

/// What the document says besides its endpoints.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Spravka",
        description = "Search and read the articles of a help center. JSON in UTF-8; times are \
                       RFC 3339 in UTC; errors are RFC 9457 problem documents. Parameters that an \
                       endpoint does not know are ignored; the same one twice is an error."
    ),
    components(schemas(ProblemDocument)),
    modifiers(&StaffKey)
)]
struct Description;

struct StaffKey;

impl Modify for StaffKey {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A staff key: with it, articles for staff are seen too."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("staff_key", SecurityScheme::Http(scheme));
    }
}

/// The endpoints, and their document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    let endpoints = OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(suggest::suggest))
        .routes(routes!(answer::answer, answer::answer_posted))
        .routes(routes!(explain::explain))
        .routes(routes!(articles::articles))
        .routes(routes!(article::article))
        .routes(routes!(revisions::revisions))
        .routes(routes!(topics::topics))
        .routes(routes!(channels::channels))
        .routes(routes!(feedback::feedback))
        .routes(routes!(status::status))
        .merge(webhook_route());
    OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", endpoints)
}

/// With room for what hosts send: the files of thousands of commits, by name.
fn webhook_route() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhook::webhook))
        .layer(DefaultBodyLimit::max(gate::MAX_WEBHOOK))
}
