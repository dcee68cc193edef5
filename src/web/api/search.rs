//! `GET /api/v1/search`: the articles that answer a query, best first.

use std::borrow::Cow;
use std::time::Instant;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::shapes::{HitItem, topic_title};
use crate::article::{Locale, Tag, TopicId};
use crate::catalog::LocaleShelf;
use crate::live::View;
use crate::search::{DEFAULT_LIMIT, Query, Reading, Results, Rewrite};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::json::to_json;
use crate::web::reader::Reader;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// What is searched for, in the reader's own words.
    #[param(max_length = 256, example = "вывод на карту")]
    q: Option<String>,
    /// The locale to search: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
    /// Only articles of this topic.
    #[param(value_type = Option<String>)]
    topic: Option<TopicId>,
    /// Only articles with this tag.
    #[param(value_type = Option<String>)]
    tag: Option<Tag>,
    /// How many hits.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 50, default = 10)]
    limit: usize,
    /// How many hits to leave out from the first on.
    #[param(value_type = Option<usize>, minimum = 0, maximum = 1000, default = 0)]
    offset: usize,
    /// Whether to search exactly what was typed, mending no slips and no keyboard layout.
    #[param(value_type = Option<bool>, default = false)]
    as_typed: Reading,
}

impl SearchParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        Ok(Self {
            q: asked.text("q")?.map(str::to_owned),
            locale: asked.locale(view)?,
            topic: asked.name("topic")?,
            tag: asked.name("tag")?,
            limit: asked.number("limit")?.unwrap_or(DEFAULT_LIMIT),
            offset: asked.number("offset")?.unwrap_or(0),
            as_typed: asked.reading()?,
        })
    }

    fn into_query(self) -> Result<Query, Failure> {
        let query = Query::new(&self.q.unwrap_or_default(), self.locale)?;
        let query = query.page(self.limit, self.offset)?;
        Ok(query.within(self.topic, self.tag).read(self.as_typed))
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SearchResponse<'a> {
    query: Asking<'a>,
    /// How many articles match, on all pages.
    total: usize,
    hits: Vec<HitItem<'a>>,
    facets: FacetCounts<'a>,
    /// A better query, when there is one.
    did_you_mean: Option<&'a str>,
    /// How long the search took, in microseconds.
    took_us: u64,
    /// The edition that was searched.
    edition: u64,
}

/// The query, as it was understood.
#[derive(Serialize, ToSchema)]
struct Asking<'a> {
    /// As it was typed, white space tidied.
    text: &'a str,
    locale: &'a str,
    /// What was searched.
    interpreted: &'a str,
    rewrites: Vec<RewriteItem>,
}

/// What was done to the query.
#[derive(Serialize, ToSchema, PartialEq)]
pub(crate) struct RewriteItem {
    /// `typo`, `layout`, `translit` or `synonym`.
    kind: &'static str,
    from: String,
    to: String,
}

/// How the matches spread; each count is of what choosing that value would leave.
#[derive(Serialize, ToSchema)]
struct FacetCounts<'a> {
    topic: Vec<FacetCount<'a>>,
    tag: Vec<FacetCount<'a>>,
}

#[derive(Serialize, ToSchema)]
struct FacetCount<'a> {
    value: &'a str,
    label: Cow<'a, str>,
    count: usize,
}

/// Search the articles.
#[utoipa::path(
    get,
    path = "/search",
    params(SearchParams),
    responses(
        (status = 200, description = "The articles that match, best first", body = SearchResponse<'_>),
        (status = 304, description = "The asker has this answer already"),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn search(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let query = SearchParams::of(&asked, view)?.into_query()?;
    freshness::answer(&app, view, &asked, Depends::OnEdition, freshness::JSON, || {
        let begun = Instant::now();
        let results = view.search(query);
        to_json(&SearchResponse::of(view, &results, begun)).map_err(Failure::internal)
    })
}

/// The answer of `GET /api/v1/search` without HTTP around it.
pub fn search_json(view: View<'_>, query: Query) -> serde_json::Value {
    let begun = Instant::now();
    let results = view.search(query);
    serde_json::to_value(SearchResponse::of(view, &results, begun)).unwrap_or_default()
}

impl<'a> SearchResponse<'a> {
    fn of(view: View<'a>, results: &'a Results, begun: Instant) -> Self {
        let locale = &results.query.locale;
        let topics = results.facets.topics.iter().map(|(topic, count)| FacetCount {
            value: topic.as_str(),
            label: topic_title(view, locale, topic),
            count: *count,
        });
        let tags = results.facets.tags.iter().map(|(tag, count)| FacetCount {
            value: tag.as_str(),
            label: LocaleShelf::tag_label(tag).into(),
            count: *count,
        });
        Self {
            total: results.total,
            hits: results.hits.iter().map(|hit| HitItem::of(view, hit)).collect(),
            facets: FacetCounts { topic: topics.collect(), tag: tags.collect() },
            did_you_mean: results.correction.as_deref(),
            query: Asking {
                rewrites: rewrites(&results.rewrites),
                locale: locale.as_str(),
                interpreted: &results.interpreted,
                text: &results.query.text,
            },
            took_us: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
            edition: view.number(),
        }
    }
}

/// Each rewrite once.
fn rewrites(all: &[Rewrite]) -> Vec<RewriteItem> {
    let mut items: Vec<RewriteItem> = Vec::with_capacity(all.len());
    for rewrite in all {
        let item = RewriteItem::of(rewrite);
        if !items.contains(&item) {
            items.push(item);
        }
    }
    items
}

impl RewriteItem {
    pub(crate) fn of(rewrite: &Rewrite) -> Self {
        Self { kind: rewrite.kind.as_str(), from: rewrite.from.clone(), to: rewrite.to.clone() }
    }
}
