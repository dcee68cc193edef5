//! `GET /api/v1/explain`: why an article stands where it stands for a query, or why it is not found.
//! For staff: it tells of articles that nobody is shown.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::search::RewriteItem;
use super::shapes::rounded;
use crate::article::{Article, ArticleId, Audience, Locale};
use crate::live::{Edition, Explained, View};
use crate::search::{Ahead, Considered, Query, Signal, WordNote};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::reader::Reader;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExplainParams {
    /// What was searched for.
    #[param(max_length = 256, example = "вывод на карту")]
    q: String,
    /// The locale to search: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
    /// Whose search is explained: `public`, or `staff`; without it the public's, for an article that
    /// the public may see.
    #[param(value_type = Option<String>, example = "public")]
    audience: Option<Audience>,
    /// The article's id.
    #[param(value_type = String, example = "withdraw-to-card")]
    article: ArticleId,
}

impl ExplainParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        let missing = || Failure::Parameter("`article` is missing: give the id of one".to_owned());
        Ok(Self {
            q: asked.text("q")?.unwrap_or_default().to_owned(),
            locale: asked.locale(view)?,
            audience: match asked.text("audience")? {
                None => None,
                Some("public") => Some(Audience::Public),
                Some("staff") => Some(Audience::Staff),
                Some(_) => {
                    let message = "`audience` is neither `public` nor `staff`".to_owned();
                    return Err(Failure::Parameter(message));
                }
            },
            article: asked.name("article")?.ok_or_else(missing)?,
        })
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainResponse {
    article: String,
    locale: String,
    query: String,
    /// Whether the article is searched at all; if not, `advice` says why.
    is_searched: bool,
    /// What was searched.
    interpreted: String,
    /// What was done to the query.
    rewrites: Vec<RewriteItem>,
    /// Every reading that was thought of; the cheapest of each part was taken.
    considered: Vec<ExplainedReading>,
    /// The words that were searched.
    clauses: Vec<ExplainedClause>,
    /// The article's rank from 1, when it is among the hits.
    rank: Option<usize>,
    /// How many articles match.
    total: usize,
    score: f64,
    /// What the article has.
    signals: Vec<ExplainedSignal>,
    /// Whether the filters leave it: who may see it, and whether it is published.
    filters: Vec<String>,
    /// The article that is first, when it is another.
    first: Option<ExplainedFirst>,
    /// How sure the first hit is.
    confidence: f64,
    /// What an editor can do about it.
    advice: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct ExplainedReading {
    part: String,
    reading: String,
    way: &'static str,
    cost: f64,
}

#[derive(Serialize, ToSchema)]
struct ExplainedClause {
    word: String,
    /// How much it tells; 0 for a word that no article has.
    telling: f64,
    /// Which share of all that the query tells.
    share: f64,
    is_in_article: bool,
    /// What may stand for it.
    alternatives: Vec<ExplainedAlternative>,
}

#[derive(Serialize, ToSchema)]
struct ExplainedAlternative {
    kind: &'static str,
    stems: String,
    weight: f64,
}

#[derive(Serialize, ToSchema)]
struct ExplainedSignal {
    word: String,
    through: Option<String>,
    source: &'static str,
    /// The section's anchor, for what speaks for one section only.
    section: Option<String>,
    score: f64,
    counts: bool,
}

#[derive(Serialize, ToSchema)]
struct ExplainedFirst {
    id: String,
    title: String,
    score: f64,
    /// What it has more of, most first.
    ahead_by: Vec<ExplainedAhead>,
}

#[derive(Serialize, ToSchema)]
struct ExplainedAhead {
    word: String,
    source: &'static str,
    by: f64,
}

/// Explain the place of an article for a query. Takes a staff key.
#[utoipa::path(
    get,
    path = "/explain",
    params(ExplainParams),
    responses(
        (status = 200, description = "Every rewrite, clause, signal and filter", body = ExplainResponse),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "No key, or one that is refused", body = ProblemDocument),
    ),
    security(("staff_key" = []))
)]
pub(crate) async fn explain(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let explained = explanation(&edition, reader, &asked)?;
    let view = edition.seen_by(reader.audience);
    freshness::json(&app, view, &asked, Depends::OnEdition, || explained)
}

/// What is known of the article and the query that are asked about, for staff alone.
pub(crate) fn explanation(
    edition: &Edition,
    reader: Reader,
    asked: &Asked,
) -> Result<ExplainResponse, Failure> {
    if reader.audience != Audience::Staff {
        return Err(Failure::KeyRefused);
    }
    let view = edition.seen_by(reader.audience);
    let params = ExplainParams::of(asked, view)?;
    let query = Query::new(&params.q, params.locale)?;
    let public = edition.seen_by(Audience::Public);
    let is_public = public.article(&params.article, &query.locale).is_some();
    // What staff articles add to the statistics changes ranks: players' ranks are what an editor
    // of a public article asks about.
    let explained = match params.audience {
        Some(Audience::Public) => public,
        None if is_public => public,
        _ => view,
    };
    let explained = explained.explain(&query, &params.article);
    Ok(ExplainResponse::of(&explained, &query, &params.article))
}

/// The answer of `/api/v1/explain` without HTTP around it.
pub fn explain_json(explained: &Explained, query: &Query, id: &ArticleId) -> serde_json::Value {
    serde_json::to_value(ExplainResponse::of(explained, query, id)).unwrap_or_default()
}

impl ExplainResponse {
    fn of(explained: &Explained, query: &Query, id: &ArticleId) -> Self {
        let mut response = Self {
            article: id.to_string(),
            locale: query.locale.to_string(),
            query: query.text.clone(),
            is_searched: false,
            interpreted: query.text.clone(),
            rewrites: Vec::new(),
            considered: Vec::new(),
            clauses: Vec::new(),
            rank: None,
            total: 0,
            score: 0.0,
            signals: Vec::new(),
            filters: Vec::new(),
            first: None,
            confidence: 0.0,
            advice: Vec::new(),
        };
        let Explained::Shown(article, explanation) = explained else {
            let why = explained.why_not_searched(id, &query.locale);
            response.filters.extend(why.clone());
            response.advice.extend(why);
            return response;
        };
        response.is_searched = true;
        response.filters.push(match article.audience {
            Audience::Public => "everybody may see it".to_owned(),
            Audience::Staff => "it is for staff: players never find it".to_owned(),
        });
        response.advice = explanation.advice(&query.text, id);
        response.interpreted.clone_from(&explanation.interpreted);
        response.rewrites = explanation.rewrites.iter().map(RewriteItem::of).collect();
        response.considered = explanation.considered.iter().map(ExplainedReading::of).collect();
        response.clauses = explanation.words.iter().map(ExplainedClause::of).collect();
        response.signals =
            explanation.signals.iter().map(|signal| ExplainedSignal::of(signal, article)).collect();
        response.first = explanation.first.as_ref().map(|(id, title, score)| ExplainedFirst {
            id: id.to_string(),
            title: title.clone(),
            score: rounded(*score),
            ahead_by: explanation.ahead.iter().map(ExplainedAhead::of).collect(),
        });
        response.rank = explanation.rank;
        response.total = explanation.total;
        response.score = rounded(explanation.score);
        response.confidence = rounded(explanation.confidence);
        response
    }
}

impl ExplainedReading {
    fn of(considered: &Considered) -> Self {
        Self {
            part: considered.part.clone(),
            reading: considered.reading.clone(),
            way: considered.way,
            cost: rounded(considered.cost),
        }
    }
}

impl ExplainedClause {
    fn of(word: &WordNote) -> Self {
        let alternatives = word.alternatives.iter().map(|(kind, stems, weight)| {
            let (stems, weight) = (stems.clone(), rounded(*weight));
            ExplainedAlternative { kind, stems, weight }
        });
        Self {
            word: word.word.clone(),
            telling: rounded(word.telling),
            share: rounded(word.share),
            is_in_article: word.is_in_article,
            alternatives: alternatives.collect(),
        }
    }
}

impl ExplainedSignal {
    fn of(signal: &Signal, article: &Article) -> Self {
        let section = signal.section.and_then(|at| article.sections.get(at));
        Self {
            word: signal.word.clone(),
            through: signal.through.clone(),
            source: signal.source,
            section: section.map(|section| section.anchor.to_string()),
            score: rounded(signal.score),
            counts: signal.counts,
        }
    }
}

impl ExplainedAhead {
    fn of(ahead: &Ahead) -> Self {
        Self { word: ahead.word.clone(), source: ahead.source, by: rounded(ahead.by) }
    }
}
