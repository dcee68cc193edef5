//! `GET /api/v1/articles`: all articles, page by page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::shapes::ArticleItem;
use crate::article::{Article, ArticleId, Locale, Tag, TopicId};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::reader::Reader;

const DEFAULT: usize = 50;
const MOST: usize = 200;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ArticlesParams {
    /// The locale: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
    /// Only articles of this topic.
    #[param(value_type = Option<String>)]
    topic: Option<TopicId>,
    /// Only articles with this tag.
    #[param(value_type = Option<String>)]
    tag: Option<Tag>,
    /// How many articles.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 50)]
    limit: usize,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<ArticleId>,
}

impl ArticlesParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        Ok(Self {
            locale: asked.locale(view)?,
            topic: asked.name("topic")?,
            tag: asked.name("tag")?,
            limit: asked.number_within("limit", DEFAULT, 1..=MOST)?,
            cursor: asked.text("cursor")?.map(after).transpose()?,
        })
    }
}

/// What begins a cursor; behind it, the article that ended the page before. The place of an
/// article survives that others come and go, which a count of articles would not.
const CURSOR: &str = "after.";

fn after(cursor: &str) -> Result<ArticleId, Failure> {
    cursor.strip_prefix(CURSOR).and_then(|id| id.parse().ok()).ok_or_else(bad_cursor)
}

fn bad_cursor() -> Failure {
    Failure::Parameter(
        "`cursor` leads nowhere: use `next_cursor` of the page before, or begin again".to_owned(),
    )
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ArticlesResponse {
    articles: Vec<ArticleItem>,
    /// Asks for the next page; null on the last.
    next_cursor: Option<String>,
}

/// List the articles: by topic, in the order of its page.
#[utoipa::path(
    get,
    path = "/articles",
    params(ArticlesParams),
    responses(
        (status = 200, description = "A page of articles", body = ArticlesResponse),
        (status = 304, description = "The asker has this answer already"),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn articles(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let params = ArticlesParams::of(&asked, view)?;
    let (page, next_cursor) = page(view, &params)?;
    freshness::json(&app, view, &asked, Depends::OnEdition, || {
        let articles = page.iter().map(|article| ArticleItem::of(view, article)).collect();
        ArticlesResponse { articles, next_cursor }
    })
}

/// The articles of a page, and the cursor of the next.
fn page<'a>(
    view: View<'a>,
    params: &ArticlesParams,
) -> Result<(Vec<&'a Arc<Article>>, Option<String>), Failure> {
    let all = view.locale(&params.locale).map_or(&[][..], |shelf| shelf.articles());
    let from = match &params.cursor {
        None => 0,
        Some(id) => all.iter().position(|a| a.id == *id).ok_or_else(bad_cursor)? + 1,
    };
    let is_wanted = |article: &&Arc<Article>| {
        params.topic.as_ref().is_none_or(|topic| article.topic == *topic)
            && params.tag.as_ref().is_none_or(|tag| article.tags.contains(tag))
    };
    let mut rest = all[from..].iter().filter(is_wanted);
    let page: Vec<_> = rest.by_ref().take(params.limit).collect();
    let has_more = rest.next().is_some();
    let last = page.last().filter(|_| has_more);
    let next = last.map(|article| format!("{CURSOR}{}", article.id));
    Ok((page, next))
}
