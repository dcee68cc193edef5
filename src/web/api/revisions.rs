//! `GET /api/v1/articles/{id}/revisions`: every version of an article.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::article::locales;
use crate::article::{ArticleId, Audience, Locale, Status};
use crate::catalog::Changes;
use crate::live::{Past, Version, View};
use crate::web::App;
use crate::web::archive::{Subject, may_see};
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::pages::version_url;
use crate::web::reader::Reader;

/// Versions in an answer; older ones are found by date.
const MOST: usize = 100;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RevisionsParams {
    /// The locale; without it the default one, else the first that has the article. Each translation
    /// has versions of its own.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Option<Locale>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RevisionsResponse {
    /// The article's present id.
    id: String,
    locale: String,
    /// The newest first, at most 100.
    revisions: Vec<RevisionItem>,
}

#[derive(Serialize, ToSchema)]
struct RevisionItem {
    /// The commit.
    revision: String,
    /// The address of its page, which never changes.
    url: String,
    title: String,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    in_force_since: Timestamp,
    /// When another took its place; null while it is in force.
    #[schema(value_type = Option<String>, format = DateTime)]
    in_force_until: Option<Timestamp>,
    /// Whether its title is another than that of the version before.
    title_changed: bool,
    /// The headings of the sections that are not what they were in the version before; the article's
    /// title for the text before the first heading.
    sections_changed: Vec<String>,
    /// For staff: the first line of the commit's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// For staff: `public`, `staff` or `draft`.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'static str>,
}

/// List the versions of an article, as published commits made them.
#[utoipa::path(
    get,
    path = "/articles/{id}/revisions",
    params(("id" = String, Path, description = "Its id, present or former"), RevisionsParams),
    responses(
        (status = 200, description = "Its versions", body = RevisionsResponse),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
        (status = 404, description = "No such article for this reader", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn revisions(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let params = RevisionsParams { locale: asked.given_locale(view)? };
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    let locales = locales(view, params.locale.as_ref());
    let subjects = app.archive.subjects(view, &id, &locales).await?;
    let subject = subjects.first().ok_or(Failure::NotFound)?;
    let past = app.archive.past_of(view, subject).await?;
    let known = past.versions().iter().filter(|version| may_see(&app, view, version));
    let revisions: Vec<RevisionItem> =
        known.take(MOST).map(|version| item(&app, view, subject, &past, version)).collect();
    // Out of its time and never shown: there is nothing to tell of it.
    if subject.present.is_none() && revisions.is_empty() {
        return Err(Failure::NotFound);
    }
    freshness::json(&app, view, &asked, Depends::OnMoment, || RevisionsResponse {
        id: subject.id.to_string(),
        locale: subject.locale.to_string(),
        revisions,
    })
}

fn item(
    app: &App,
    view: View<'_>,
    subject: &Subject,
    past: &Past,
    version: &Version,
) -> RevisionItem {
    let article = &version.article;
    let before = past.before(version).filter(|before| may_see(app, view, before));
    let changes = before.map(|before| Changes::between(&before.article, article));
    let sections = changes.iter().flat_map(Changes::touched).map(|section| match section.name() {
        "" => article.title.clone(),
        name => name.to_owned(),
    });
    let is_staff = view.audience() == Audience::Staff;
    RevisionItem {
        revision: version.revision.to_string(),
        url: version_url(&subject.id, version),
        title: article.title.clone(),
        in_force_since: version.since,
        in_force_until: version.until,
        title_changed: changes.as_ref().is_some_and(|changes| changes.title().is_some()),
        sections_changed: sections.collect(),
        subject: is_staff.then(|| version.subject.clone()),
        audience: is_staff.then_some(match article.status {
            Status::Draft => "draft",
            Status::Published => article.audience.as_str(),
        }),
    }
}
