//! `GET /api/v1/topics`: the topics that have something to read.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::article::Locale;
use crate::catalog::{LocaleShelf, Topic, topic_url};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::reader::Reader;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TopicsParams {
    /// The locale: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
}

impl TopicsParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        Ok(Self { locale: asked.locale(view)? })
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TopicsResponse {
    topics: Vec<TopicItem>,
}

#[derive(Serialize, ToSchema)]
struct TopicItem {
    slug: String,
    title: String,
    summary: String,
    url: String,
    /// How many articles it has for this reader.
    count: usize,
}

/// List the topics, in their order.
#[utoipa::path(
    get,
    path = "/topics",
    params(TopicsParams),
    responses(
        (status = 200, description = "The topics", body = TopicsResponse),
        (status = 304, description = "The asker has this answer already"),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn topics(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let TopicsParams { locale } = TopicsParams::of(&asked, view)?;
    freshness::json(&app, view, &asked, Depends::OnEdition, || {
        let shelf = view.locale(&locale);
        let items = |shelf: &LocaleShelf| {
            shelf.topics().iter().map(|topic| TopicItem::of(shelf, topic)).collect()
        };
        TopicsResponse { topics: shelf.map(items).unwrap_or_default() }
    })
}

impl TopicItem {
    fn of(shelf: &LocaleShelf, topic: &Topic) -> Self {
        Self {
            slug: topic.slug.to_string(),
            title: topic.title.clone(),
            summary: topic.summary.clone(),
            url: topic_url(&shelf.locale, &topic.slug),
            count: shelf.articles_of(topic).len(),
        }
    }
}
