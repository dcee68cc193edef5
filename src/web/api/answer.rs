//! `GET` or `POST /api/v1/answer`: the sections that answer a message, word for word, or an honest
//! nothing; and always how to reach a human.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::channels::ChannelItem;
use super::shapes::{HitItem, heading_of, rounded};
use crate::article::{Locale, Section};
use crate::catalog::section_url;
use crate::live::View;
use crate::search::{Answer, Answers, MAX_MESSAGE, QueryError};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::json::to_json;
use crate::web::pages::text_of;
use crate::web::reader::Reader;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnswerParams {
    /// A question, a word, or a whole message of at most 8 KiB.
    #[param(value_type = Option<String>, example = "Здравствуйте! Где мой вывод? Жду второй день.")]
    q: String,
    /// The locale to search: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
}

impl AnswerParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        let q = asked.text("q")?.unwrap_or_default().to_owned();
        if q.len() > MAX_MESSAGE {
            return Err(QueryError::MessageTooLong { length: q.len() }.into());
        }
        Ok(Self { q, locale: asked.locale(view)? })
    }
}

/// What may stand in the body of a `POST`, instead of in the address; a form is taken too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body in the OpenAPI document")]
pub(crate) struct AnswerBody {
    /// A question, a word, or a whole message of at most 8 KiB.
    q: String,
    /// The locale to search.
    locale: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerResponse<'a> {
    /// The answers, that to the likeliest question first; empty when the articles hold none.
    answers: Vec<AnswerItem<'a>>,
    /// How sure the first answer is: of those at 0.8, about 80 % are right. Without one, how sure any
    /// to what is asked would have been.
    confidence: f64,
    /// Articles that may help besides.
    alternatives: Vec<HitItem<'a>>,
    /// How to reach a human.
    handoff: Handoff,
}

#[derive(Serialize, ToSchema)]
struct AnswerItem<'a> {
    /// The part of the message that it answers, perhaps together with something told elsewhere in it.
    question: &'a str,
    /// The section's text, word for word.
    text: &'a str,
    /// The same as markup that is safe to print.
    html: String,
    /// The article that it is from.
    article: HitItem<'a>,
    section: SectionName<'a>,
    /// The probability that it is right.
    confidence: f64,
}

#[derive(Serialize, ToSchema)]
struct SectionName<'a> {
    /// Its heading; the article's title for the text before the first heading.
    heading: &'a str,
    /// Its name inside the page.
    anchor: &'a str,
    url: String,
}

#[derive(Serialize, ToSchema)]
struct Handoff {
    /// The channels, in the order in which to try them.
    channels: Vec<ChannelItem>,
}

/// Answer a question or a whole message.
#[utoipa::path(
    get,
    path = "/answer",
    params(AnswerParams),
    responses(
        (status = 200, description = "The answers, perhaps none, and how to reach a human", body = AnswerResponse<'_>),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn answer(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    respond(&app, reader, &asked)
}

/// Answer a question or a whole message that is sent as a body.
#[utoipa::path(
    post,
    path = "/answer",
    params(AnswerParams),
    request_body = AnswerBody,
    responses(
        (status = 200, description = "The answers, perhaps none, and how to reach a human", body = AnswerResponse<'_>),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
        (status = 415, description = "The body is neither JSON nor a form", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn answer_posted(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    respond(&app, reader, &asked.with_body(&headers, &body)?)
}

fn respond(app: &App, reader: Reader, asked: &Asked) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let params = AnswerParams::of(asked, view)?;
    let now = app.now();
    // Whether a channel is open changes by the minute.
    freshness::answer(app, view, asked, Depends::OnMoment, freshness::JSON, || {
        let answers = view.answer(&params.q, &params.locale);
        to_json(&AnswerResponse::of(view, &answers, &params.locale, now)).map_err(Failure::internal)
    })
}

/// The answer of `/api/v1/answer` without HTTP around it.
pub fn answer_json(
    view: View<'_>,
    message: &str,
    locale: &Locale,
    now: Timestamp,
) -> serde_json::Value {
    let answers = view.answer(message, locale);
    serde_json::to_value(AnswerResponse::of(view, &answers, locale, now)).unwrap_or_default()
}

impl<'a> AnswerResponse<'a> {
    fn of(view: View<'a>, answers: &'a Answers, locale: &Locale, now: Timestamp) -> Self {
        let channels = view.handoff(answers, locale);
        Self {
            answers: answers.answers.iter().map(|answer| AnswerItem::of(view, answer)).collect(),
            confidence: rounded(answers.confidence),
            alternatives: answers.alternatives.iter().map(|hit| HitItem::of(view, hit)).collect(),
            handoff: Handoff {
                channels: channels.iter().map(|c| ChannelItem::of(view, c, now)).collect(),
            },
        }
    }
}

impl<'a> AnswerItem<'a> {
    fn of(view: View<'a>, answer: &'a Answer) -> Self {
        let article = &answer.hit.article;
        let section = &article.sections[answer.section()];
        let (html, _) = text_of(view, article);
        let anchor = section.anchor.as_str();
        let html = html.section((anchor != Section::LEAD).then_some(anchor));
        Self {
            question: &answer.question,
            text: section.text.trim(),
            html: html.into_string(),
            section: SectionName {
                heading: heading_of(article, section),
                anchor,
                url: section_url(article, section),
            },
            article: HitItem::of(view, &answer.hit),
            confidence: rounded(answer.confidence),
        }
    }
}
