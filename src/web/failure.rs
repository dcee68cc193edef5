//! Why a request fails, and the two faces that says it: a problem document and a page.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::gone::{Gone, Instead};
use crate::search::QueryError;
use crate::store::StoreError;

/// Why a request fails. A handler returns it; the gate, which knows the request, gives it its face.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// Absent, or hidden from this reader: nobody can tell which.
    #[error("there is nothing at this address")]
    NotFound,
    /// The article is there, and the version asked for is not; why, as far as this reader may know.
    #[error("{0}")]
    NoVersion(Missing),
    /// What was here has had its time.
    #[error("what was at this address is no longer valid")]
    Gone(Arc<Gone>),
    #[error("this address does not take this method")]
    MethodNotAllowed,
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A parameter that cannot be understood.
    #[error("{0}")]
    Parameter(String),
    /// A request that cannot be understood at all.
    #[error("the request cannot be understood")]
    BadRequest,
    /// The same for every key that opens nothing.
    #[error("this key opens nothing here")]
    KeyRefused,
    /// A page of another site made a browser send it.
    #[error("the form does not come from a page of this site")]
    OtherSite,
    #[error("the address is longer than {} characters", crate::web::gate::MAX_ADDRESS)]
    AddressTooLong,
    #[error("the body is larger than is taken here")]
    BodyTooLarge,
    #[error("the body is of a type that is not taken here")]
    WrongType,
    #[error("the answer took too long; try again")]
    TooSlow,
    #[error("that was too often in a short time; try again in {} s", .wait.as_secs())]
    TooOften { wait: Duration },
    #[error("the articles are being read; try again in a second")]
    NotReady,
    /// The cause is logged where it is known, once.
    #[error("what you sent could not be kept; try again a little later")]
    NotKept,
    /// The cause is logged, never shown.
    #[error("something went wrong on our side")]
    Internal(#[source] Arc<dyn Error + Send + Sync>),
}

/// Why there is no version.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Missing {
    /// The first one came later.
    #[error("there is no version of this article before {0}")]
    Before(Timestamp),
    /// For staff alone: nobody can tell what any article was.
    #[error("no earlier version is known: {0}")]
    History(String),
}

/// What stays the same for all failures of one kind.
pub(crate) struct Kind {
    pub(crate) status: StatusCode,
    /// The part of `type` after `/docs#`.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What to do about it, for the reference.
    pub(crate) advice: &'static str,
}

const fn kind(
    status: StatusCode,
    name: &'static str,
    title: &'static str,
    advice: &'static str,
) -> Kind {
    Kind { status, name, title, advice }
}

/// Every kind, in the order of the reference.
pub(crate) static KINDS: [Kind; 18] = [
    kind(
        StatusCode::BAD_REQUEST,
        "bad-parameter",
        "A parameter is wrong",
        "The detail names the parameter and what it takes. A parameter given twice is refused too; \
         one that the endpoint does not know is ignored.",
    ),
    kind(
        StatusCode::BAD_REQUEST,
        "query-too-long",
        "The query is too long",
        "Search for at most 256 characters.",
    ),
    kind(
        StatusCode::BAD_REQUEST,
        "bad-request",
        "The request cannot be understood",
        "Percent-encode the address as UTF-8.",
    ),
    kind(
        StatusCode::UNAUTHORIZED,
        "key-refused",
        "The key is refused",
        "Send Authorization: Bearer KEY with a staff key that this site knows, or no key at all.",
    ),
    kind(
        StatusCode::FORBIDDEN,
        "other-site",
        "Sent from another site",
        "Send forms from the pages of this site. A proxy must pass the Host header on.",
    ),
    kind(
        StatusCode::NOT_FOUND,
        "not-found",
        "Not found",
        "Nothing is at this address for this reader.",
    ),
    kind(
        StatusCode::NOT_FOUND,
        "no-version",
        "No such version",
        "The detail says since when there is one, or to staff why none is known.",
    ),
    kind(
        StatusCode::GONE,
        "gone",
        "Gone",
        "What was at this address has had its time: replaced_by names what is true now, or nearest what may be.",
    ),
    kind(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "Method not allowed",
        "The Allow header names the methods that the address takes.",
    ),
    kind(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large", "Send less."),
    kind(
        StatusCode::URI_TOO_LONG,
        "address-too-long",
        "The address is too long",
        "Use at most 8192 characters of address, or send a message to be answered by POST.",
    ),
    kind(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "wrong-type",
        "The body is of a wrong type",
        "Send application/json or a form.",
    ),
    kind(
        StatusCode::TOO_MANY_REQUESTS,
        "too-often",
        "Too often",
        "Try again after the seconds that Retry-After names.",
    ),
    kind(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong",
        "Tell the operators the request_id: their log has the cause.",
    ),
    kind(
        StatusCode::SERVICE_UNAVAILABLE,
        "not-ready",
        "Not ready yet",
        "The articles are being read. Try again after the seconds that Retry-After names.",
    ),
    kind(
        StatusCode::SERVICE_UNAVAILABLE,
        "not-kept",
        "It could not be kept",
        "Nothing was written. Try again after the seconds that Retry-After names; the server's log \
         has the cause.",
    ),
    kind(
        StatusCode::GATEWAY_TIMEOUT,
        "too-slow",
        "The answer took too long",
        "Try again, or ask for less.",
    ),
    kind(
        StatusCode::BAD_REQUEST,
        "page-out-of-range",
        "A page out of range",
        "Keep limit and offset within what the endpoint takes.",
    ),
];

impl Failure {
    /// What failures of its kind have in common.
    pub(crate) fn kind(&self) -> &'static Kind {
        let name = match self {
            Self::NotFound => "not-found",
            Self::NoVersion(_) => "no-version",
            Self::Gone(_) => "gone",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Query(QueryError::TooLong { .. } | QueryError::MessageTooLong { .. }) => {
                "query-too-long"
            }
            Self::Query(QueryError::Limit(_) | QueryError::Offset(_)) => "page-out-of-range",
            Self::Parameter(_) => "bad-parameter",
            Self::BadRequest => "bad-request",
            Self::KeyRefused => "key-refused",
            Self::OtherSite => "other-site",
            Self::AddressTooLong => "address-too-long",
            Self::BodyTooLarge => "body-too-large",
            Self::WrongType => "wrong-type",
            Self::TooSlow => "too-slow",
            Self::TooOften { .. } => "too-often",
            Self::NotReady => "not-ready",
            Self::NotKept => "not-kept",
            Self::Internal(_) => "internal",
        };
        let named = KINDS.iter().find(|kind| kind.name == name);
        named.unwrap_or_else(|| unreachable!("a test proves that every failure has a kind"))
    }

    /// An operation of our own that failed.
    pub(crate) fn internal(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Internal(Arc::new(error))
    }

    /// What a framework meant that answered with a bare status.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::WrongType,
            status if status.is_client_error() => Self::BadRequest,
            status => Self::internal(std::io::Error::other(format!("answered with {status}"))),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(_: StoreError) -> Self {
        Self::NotKept
    }
}

impl IntoResponse for Failure {
    /// A bare answer that carries its failure to the gate.
    fn into_response(self) -> Response {
        let mut response = self.kind().status.into_response();
        let headers = response.headers_mut();
        match self {
            Self::KeyRefused => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::TooOften { wait } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
            }
            Self::NotReady => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::NotKept => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A failure as programs read it: RFC 9457.
pub(crate) struct ApiError<'a> {
    pub(crate) failure: &'a Failure,
    pub(crate) request_id: &'a str,
}

/// `application/problem+json`.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemDocument {
    /// A stable address that tells the kind of problem.
    #[schema(example = "/docs#query-too-long")]
    r#type: String,
    /// The kind of problem in a few words.
    title: &'static str,
    /// The HTTP status again.
    status: u16,
    /// What is wrong with this request.
    detail: String,
    /// Names this request in the log.
    request_id: String,
    /// Of what is `gone`: what its author names to be read instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<Vec<Instead>>,
    /// Of what is `gone` and replaced by nothing: articles that are near to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<Vec<Instead>>,
}

impl IntoResponse for ApiError<'_> {
    fn into_response(self) -> Response {
        let kind = self.failure.kind();
        let gone = match self.failure {
            Failure::Gone(gone) => Some(gone),
            _ => None,
        };
        let document = ProblemDocument {
            r#type: format!("/docs#{}", kind.name),
            title: kind.title,
            status: kind.status.as_u16(),
            detail: self.failure.to_string(),
            request_id: self.request_id.to_owned(),
            replaced_by: gone.map(|gone| gone.replaced_by.clone()),
            nearest: gone.map(|gone| gone.nearest.clone()),
        };
        let mut response = (kind.status, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_a_kind_and_every_kind_is_told_apart() {
        let failures = [
            Failure::NotFound,
            Failure::NoVersion(Missing::History(String::new())),
            Failure::Gone(Arc::default()),
            Failure::MethodNotAllowed,
            Failure::Query(QueryError::TooLong { length: 300 }),
            Failure::Query(QueryError::Limit(0)),
            Failure::Parameter(String::new()),
            Failure::BadRequest,
            Failure::KeyRefused,
            Failure::OtherSite,
            Failure::AddressTooLong,
            Failure::BodyTooLarge,
            Failure::WrongType,
            Failure::TooSlow,
            Failure::TooOften { wait: Duration::from_secs(1) },
            Failure::NotReady,
            Failure::NotKept,
            Failure::internal(std::fmt::Error),
        ];
        let mut names: Vec<&str> = failures.iter().map(|failure| failure.kind().name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }
}
