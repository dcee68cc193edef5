//! `GET /api/v1/articles/{id}`: one article, whole, as it is or as it was.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::shapes::{ArticleItem, TopicName};
use crate::article::{Article, ArticleId, Locale, Section};
use crate::catalog::{Place, article_url, permalink, section_url};
use crate::live::{Revision, View};
use crate::web::App;
use crate::web::archive::{Found, Wanted};
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::gone::Gone;
use crate::web::locale::default_of;
use crate::web::pages::{as_it_was, version_url};
use crate::web::reader::Reader;

/// Articles to read next.
const RELATED: usize = 5;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ArticleParams {
    /// The locale; without it the default one, else the first that has the article.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Option<Locale>,
    /// As it was then: a date (its end, in the site's time zone) or a date-time.
    #[param(value_type = Option<String>, example = "2026-10-01")]
    at: Option<Wanted>,
    /// As it was in this commit: 7 to 40 hexadecimal digits of its hash.
    #[param(value_type = Option<String>)]
    revision: Option<Revision>,
}

impl ArticleParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        let at = Wanted::at(asked, &view.site().time_zone)?;
        let revision = asked.revision()?;
        if at.is_some() && revision.is_some() {
            let message = "`at` and `revision` name two versions: give one of them";
            return Err(Failure::Parameter(message.to_owned()));
        }
        Ok(Self { locale: asked.given_locale(view)?, at, revision })
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ArticleResponse {
    /// Its present id: a former one finds it too.
    id: String,
    locale: String,
    title: String,
    summary: String,
    topic: TopicName<'static>,
    tags: Vec<String>,
    /// Where it is read now.
    url: String,
    /// An address that never changes.
    permalink: String,
    /// Its text as markup that is safe to print.
    html: String,
    /// Its text as it was written.
    markdown: String,
    /// Its headings.
    toc: Vec<TocItem>,
    /// The same article in other locales.
    translations: Vec<Translation>,
    /// Articles to read next.
    related: Vec<ArticleItem>,
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// Of a translation whose source says something that it lacks; else null.
    behind: Option<BehindItem>,
    /// `public`, or `staff` for holders of a staff key.
    audience: &'static str,
    #[serde(flatten)]
    version: Option<VersionItem>,
}

/// What an answer says besides when a version was asked for.
#[derive(Serialize, ToSchema)]
struct VersionItem {
    /// The commit that made it.
    revision: String,
    /// The address of its page, which never changes.
    revision_url: String,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    in_force_since: Timestamp,
    /// When another took its place; null while it is in force.
    #[schema(value_type = Option<String>, format = DateTime)]
    in_force_until: Option<Timestamp>,
}

/// A source that has gone on without its translation.
#[derive(Serialize, ToSchema)]
struct BehindItem {
    /// When the source first said something else; null while that is not committed.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// The locale of the source.
    locale: String,
}

#[derive(Serialize, ToSchema)]
struct TocItem {
    anchor: String,
    heading: String,
    /// 2 to 6.
    level: u8,
    url: String,
}

#[derive(Serialize, ToSchema)]
struct Translation {
    locale: String,
    title: String,
    url: String,
}

/// Read one article.
#[utoipa::path(
    get,
    path = "/articles/{id}",
    params(("id" = String, Path, description = "Its id, present or former"), ArticleParams),
    responses(
        (status = 200, description = "The article", body = ArticleResponse),
        (status = 304, description = "The asker has this answer already"),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
        (status = 404, description = "No such article, or no such version, for this reader", body = ProblemDocument),
        (status = 410, description = "Its time has passed; `replaced_by` names what to read instead", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn article(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let params = ArticleParams::of(&asked, view)?;
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    if let Some(wanted) = params.at.or(params.revision.map(Wanted::Of)) {
        let locales = locales(view, params.locale.as_ref());
        let found = app.archive.find(&app, view, &id, &locales, &wanted).await?;
        return freshness::json(&app, view, &asked, Depends::OnMoment, || {
            ArticleResponse::of_version(view, &found)
        });
    }
    let locale = params.locale.as_ref();
    let article = find(view, &id, locale).ok_or_else(|| {
        let is_asked_for = |a: &Article| locale.is_none_or(|locale| a.locale == *locale);
        let expired = view.expired(|a| is_asked_for(a) && a.goes_by(&id));
        expired.map_or(Failure::NotFound, |expired| Gone::failure(view, expired))
    })?;
    freshness::json(&app, view, &asked, Depends::OnEdition, || ArticleResponse::of(view, article))
}

/// The locales to look in: the one named and no other, else the default one first.
pub(super) fn locales(view: View<'_>, named: Option<&Locale>) -> Vec<Locale> {
    if let Some(locale) = named {
        return vec![locale.clone()];
    }
    let default = default_of(view);
    let others = view.shelf().locales().map(|shelf| &shelf.locale).filter(|l| **l != default);
    [default.clone()].into_iter().chain(others.cloned()).collect()
}

/// The article, in this locale and no other when one is named.
fn find<'a>(view: View<'a>, id: &ArticleId, locale: Option<&Locale>) -> Option<&'a Arc<Article>> {
    match locale {
        Some(locale) => view.locale(locale)?.by_id_or_alias(id).map(Place::article),
        None => view.article(id, &default_of(view)),
    }
}

impl ArticleResponse {
    fn of(view: View<'_>, article: &Article) -> Self {
        let (html, markdown) = crate::web::pages::text_of(view, article);
        let headings = article.sections.iter().filter(|section| section.level > 1);
        let translations = view.shelf().translations(&article.id);
        Self {
            id: article.id.to_string(),
            locale: article.locale.to_string(),
            title: article.title.clone(),
            summary: article.summary.clone(),
            topic: TopicName::of(view, &article.locale, &article.topic).into_owned(),
            tags: article.tags.iter().map(ToString::to_string).collect(),
            url: article_url(article),
            permalink: permalink(&article.id),
            html: html.into_string(),
            markdown,
            toc: headings.map(|section| TocItem::of(article, section)).collect(),
            translations: translations
                .filter(|other| other.locale != article.locale)
                .map(|other| Translation::of(other))
                .collect(),
            related: view
                .related(article, RELATED)
                .iter()
                .map(|other| ArticleItem::of(view, other))
                .collect(),
            updated_at: article.updated,
            behind: view.behind(article).map(|(behind, source)| BehindItem {
                since: behind.since,
                locale: source.locale.to_string(),
            }),
            audience: article.audience.as_str(),
            version: None,
        }
    }

    /// As it was: what leads from it to other articles leads to them as they are.
    fn of_version(view: View<'_>, found: &Found) -> Self {
        let (subject, version) = (&found.subject, &found.version);
        let mut response = Self::of(view, &version.article);
        if let Some(shelf) = view.locale(&subject.locale) {
            response.html = as_it_was(view, shelf, &version.article).into_string();
        }
        // Links that work: the version may have been called otherwise.
        if let Some(present) = &subject.present {
            response.url = article_url(present);
            for item in &mut response.toc {
                item.url = format!("{}#{}", response.url, item.anchor);
            }
        }
        response.id = subject.id.to_string();
        response.permalink = permalink(&subject.id);
        response.version = Some(VersionItem {
            revision: version.revision.to_string(),
            revision_url: version_url(&subject.id, version),
            in_force_since: version.since,
            in_force_until: version.until,
        });
        response
    }
}

impl TocItem {
    fn of(article: &Article, section: &Section) -> Self {
        Self {
            anchor: section.anchor.to_string(),
            heading: section.heading.clone(),
            level: section.level,
            url: section_url(article, section),
        }
    }
}

impl Translation {
    fn of(article: &Article) -> Self {
        Self {
            locale: article.locale.to_string(),
            title: article.title.clone(),
            url: article_url(article),
        }
    }
}
