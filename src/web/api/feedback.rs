//! `POST /api/v1/feedback`: whether an article helped, and why not.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use utoipa::ToSchema;

use crate::web::App;
use crate::web::asked::{locale_named, media_type};
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::JSON;
use crate::web::reader::Reader;
use crate::web::visitor::Visitor;
use crate::web::voting::{Ballot, article_of, feedback_on};

/// A vote. Personal data in its texts is cut out before anything is written.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FeedbackBody {
    /// The article's id, present or former.
    #[schema(example = "withdraw-to-card")]
    article: String,
    /// In which locale it was read: one of the site's.
    #[schema(example = "ru")]
    locale: String,
    /// Whether it helped.
    helpful: bool,
    /// Why not: `unclear`, `wrong`, `other-question` or `did-not-work`.
    #[schema(example = "unclear")]
    reason: Option<String>,
    /// In the visitor's own words, at most 1000 characters.
    comment: Option<String>,
    /// What was searched for, at most 256 characters.
    query: Option<String>,
    /// What an earlier vote was answered with: this one takes its place, within an hour.
    vote: Option<String>,
}

/// It is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeedbackResponse {
    /// Send it as `vote` to add a reason or to think again.
    #[schema(example = "7b2e029becd73950")]
    vote: String,
}

impl FeedbackBody {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Failure> {
        if media_type(headers) != JSON {
            return Err(Failure::WrongType);
        }
        serde_json::from_slice(body).map_err(|error| match error.classify() {
            Category::Data => Failure::Parameter(error.to_string()),
            _ => Failure::BadRequest,
        })
    }
}

/// Say whether an article helped. It is kept when this is answered.
#[utoipa::path(
    post,
    path = "/feedback",
    request_body = FeedbackBody,
    responses(
        (status = 202, description = "It is kept", body = FeedbackResponse),
        (status = 400, description = "The body is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
        (status = 404, description = "No such article for this reader in this locale", body = ProblemDocument),
        (status = 413, description = "The body is too large", body = ProblemDocument),
        (status = 415, description = "The body is not JSON", body = ProblemDocument),
        (status = 429, description = "Too often: more than ten in a minute", body = ProblemDocument),
        (status = 503, description = "It could not be kept", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn feedback(
    State(app): State<App>,
    reader: Reader,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    app.posts.admit(visitor)?;
    let given = FeedbackBody::read(&headers, &body)?;
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let locale = locale_named(view, &given.locale)?;
    let shelf = view.locale(&locale).ok_or(Failure::NotFound)?;
    let ballot = Ballot {
        helpful: given.helpful,
        reason: given.reason.as_deref(),
        comment: given.comment.as_deref(),
        query: given.query.as_deref(),
        vote: given.vote.as_deref(),
    };
    let feedback = feedback_on(&app, article_of(shelf, &given.article)?, &ballot)?;
    let ticket = app.store.add_feedback(&feedback).await?;
    let answer = Json(FeedbackResponse { vote: ticket.to_string() });
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::ACCEPTED, headers, answer).into_response())
}
