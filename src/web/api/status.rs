//! `GET /api/v1/status`: what is being served, and with a staff key what is wrong with it.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::article::{Audience, Problem};
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
    /// `folder` or `repository`.
    kind: &'static str,
    /// The commit that is served: of the repository, or of the git checkout that the folder is.
    commit: Option<String>,
    /// How changes are heard of: `notify`, `polling`, `repository` or `none`.
    watching: String,
    /// The branch that is followed, when a repository is.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    /// Whether an earlier commit is served because `spravka rollback` said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    rolled_back: Option<bool>,
    /// The repository, without what opens it; with a staff key only.
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<String>,
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
            source: SourceItem::of(view.origin(), view.audience()),
            problems_count: view.problem_count(),
            problems: problems.map(|all| all.iter().map(ProblemItem::of).collect()),
        }
    }
}

impl SourceItem {
    fn of(origin: &Origin, audience: Audience) -> Self {
        let followed = origin.repository.as_ref();
        let shown = followed.filter(|_| audience == Audience::Staff);
        Self {
            kind: if followed.is_some() { "repository" } else { "folder" },
            branch: followed.map(|repository| repository.branch.clone()),
            rolled_back: followed.map(|repository| repository.is_pinned),
            repository: shown.map(|repository| repository.url.clone()),
            commit: origin.commit.clone(),
            watching: origin.watching.clone(),
            // It may name the repository, and what git says of it.
            degraded: origin.degraded.as_ref().map(|reason| {
                let is_told = followed.is_none() || audience == Audience::Staff;
                let public = "the repository cannot be followed: the last good commit is served";
                if is_told { reason.clone() } else { public.to_owned() }
            }),
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
