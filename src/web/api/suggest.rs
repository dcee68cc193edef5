//! `GET /api/v1/suggest`: what somebody may be about to type.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::article::Locale;
use crate::catalog::{article_url, section_url};
use crate::live::View;
use crate::search::{Query, Suggestion};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::reader::Reader;

const DEFAULT: usize = 8;
const MOST: usize = 20;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestParams {
    /// What has been typed so far; the last word may be half a word.
    #[param(max_length = 256, example = "вывод на ка")]
    q: Option<String>,
    /// The locale to search: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
    /// How many suggestions.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 20, default = 8)]
    limit: usize,
}

impl SuggestParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        Ok(Self {
            q: asked.text("q")?.map(str::to_owned),
            locale: asked.locale(view)?,
            limit: asked.number_within("limit", DEFAULT, 1..=MOST)?,
        })
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SuggestResponse {
    suggestions: Vec<SuggestionItem>,
}

#[derive(Serialize, ToSchema)]
struct SuggestionItem {
    /// `article`, `section` or `question`.
    kind: &'static str,
    text: String,
    /// The text escaped, what was typed in `<mark>`.
    html: String,
    /// Where choosing it leads.
    url: String,
    /// The article's id.
    id: String,
}

/// Complete what is being typed.
#[utoipa::path(
    get,
    path = "/suggest",
    params(SuggestParams),
    responses(
        (status = 200, description = "Titles, questions and headings", body = SuggestResponse),
        (status = 304, description = "The asker has this answer already"),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn suggest(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let params = SuggestParams::of(&asked, view)?;
    let query = Query::new(&params.q.unwrap_or_default(), params.locale)?;
    freshness::json(&app, view, &asked, Depends::OnEdition, || {
        let is_empty = query.text.is_empty();
        let found = if is_empty { Vec::new() } else { view.suggest(&query, params.limit) };
        SuggestResponse { suggestions: found.iter().map(SuggestionItem::of).collect() }
    })
}

impl SuggestionItem {
    fn of(suggestion: &Suggestion) -> Self {
        let article = &*suggestion.article;
        let section = suggestion.section.and_then(|at| article.sections.get(at));
        Self {
            kind: suggestion.kind.as_str(),
            text: suggestion.text.text.clone(),
            html: suggestion.text.html().into_string(),
            url: section.map_or_else(|| article_url(article), |s| section_url(article, s)),
            id: article.id.to_string(),
        }
    }
}
