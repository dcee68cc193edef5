//! `GET /api/v1/status`: what is being served, and with a staff key what is wrong with it.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::article::Problem;
use crate::live::{Origin, View};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::reader::Reader;

#[derive(Serialize, ToSchema)]
pub(crate) struct StatusResponse {
    /// Grows with every change that is served.
    edition: u64,
    /// Articles that this reader may see, translations counted apart.
    articles: usize,
    /// Their sections.
    sections: usize,
    /// The locales served, the default first.
    locales: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    indexed_at: Timestamp,
    source: SourceItem,
    problems_count: usize,
    /// With a staff key only.
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Vec<ProblemItem>>,
}

/// Where the articles come from.
#[derive(Serialize, ToSchema)]
struct SourceItem {
    /// `folder`.
    kind: &'static str,
    /// The commit that the folder stands at, when it is a git checkout.
    commit: Option<String>,
    /// How changes are heard of: `notify`, `polling` or `none`.
    watching: String,
    /// What is wrong with following the articles; null when nothing is.
    degraded: Option<String>,
}

/// One thing wrong with one file.
#[derive(Serialize, ToSchema)]
struct ProblemItem {
    path: String,
    line: u32,
    column: u32,
    /// `error` or `warning`.
    severity: &'static str,
    /// A stable name for this kind of problem.
    code: String,
    message: String,
    hint: String,
    /// The line of the file.
    excerpt: String,
}

/// What is being served.
#[utoipa::path(
    get,
    path = "/status",
    responses(
        (status = 200, description = "What is being served", body = StatusResponse),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn status(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    freshness::json(&app, view, &asked, Depends::OnMoment, || StatusResponse::of(view))
}

impl StatusResponse {
    fn of(view: View<'_>) -> Self {
        let shelf = view.shelf();
        let problems = view.problems();
        Self {
            edition: view.number(),
            articles: shelf.article_count(),
            sections: shelf.section_count(),
            locales: shelf.locales().map(|shelf| shelf.locale.to_string()).collect(),
            indexed_at: view.indexed_at(),
            source: SourceItem::of(view.origin()),
            problems_count: view.problem_count(),
            problems: problems.map(|all| all.iter().map(ProblemItem::of).collect()),
        }
    }
}

impl SourceItem {
    fn of(origin: &Origin) -> Self {
        Self {
            kind: "folder",
            commit: origin.commit.clone(),
            watching: origin.watching.clone(),
            degraded: origin.degraded.clone(),
        }
    }
}

impl ProblemItem {
    fn of(problem: &Problem) -> Self {
        Self {
            path: problem.path.to_string(),
            line: problem.spot.line,
            column: problem.spot.column,
            severity: problem.severity.as_str(),
            code: problem.code.clone(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
            excerpt: problem.excerpt.clone(),
        }
    }
}
