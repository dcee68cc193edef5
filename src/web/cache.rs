//! Ready answers of the present edition, given again to whoever asks the same.
//!
//! The number of the edition is part of the key: a new edition empties the cache by construction.
//! What staff get never comes in here, nor does anything for who carries a session.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, AUTHORIZATION, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use moka::sync::Cache;

use super::freshness::{Keep, matches};
use super::{App, session};

/// Bytes of answers kept.
const CAPACITY: u64 = 8 * 1024 * 1024;
/// What an entry costs besides its texts, about.
const OVERHEAD: usize = 512;
/// Longer ones are nobody's browser.
const MAX_ENCODINGS: usize = 64;

/// The answers kept.
pub(crate) struct Answers(Option<Cache<Key, Arc<Answer>>>);

/// What makes two requests ask the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    edition: u64,
    /// Who answers people at the moment.
    openings: u64,
    /// Path and query as they were written.
    target: Box<str>,
    /// `Accept-Encoding`: the kept answer is compressed already.
    encodings: Box<[u8]>,
}

/// A whole answer.
struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

impl Answers {
    /// An empty cache; when it is off, nothing is ever in it.
    pub(crate) fn new(is_on: bool) -> Self {
        let cache = || {
            let weight = |key: &Key, answer: &Arc<Answer>| {
                let bytes = key.target.len() + key.encodings.len() + answer.body.len() + OVERHEAD;
                u32::try_from(bytes).unwrap_or(u32::MAX)
            };
            Cache::builder().max_capacity(CAPACITY).weigher(weight).build()
        };
        Self(is_on.then(cache))
    }
}

/// Answers from the cache, and keeps what may be kept.
pub(crate) async fn remember(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some((cache, key)) = app.answers.0.as_ref().zip(key(&app, &request)) else {
        return next.run(request).await;
    };
    if let Some(answer) = cache.get(&key) {
        return answer.again(request.headers());
    }
    let is_whole = request.method() == Method::GET;
    let mut response = next.run(request).await;
    let may_keep = response.extensions_mut().remove::<Keep>().is_some();
    if !may_keep || !is_whole || response.status() != StatusCode::OK {
        return response;
    }
    // An edition may have been published since the key was made. Then a newer answer is kept under
    // an older number, and nobody asks for that number again.
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(body) => {
            // A copy, for what it was written in may be much longer than it is.
            let kept = Bytes::copy_from_slice(&body);
            let answer = Answer { headers: parts.headers.clone(), body: kept };
            cache.insert(key, Arc::new(answer));
            Response::from_parts(parts, Body::from(body))
        }
        Err(error) => {
            axum::response::IntoResponse::into_response(super::failure::Failure::internal(error))
        }
    }
}

fn key(app: &App, request: &Request) -> Option<Key> {
    let headers = request.headers();
    let is_reading = request.method() == Method::GET || request.method() == Method::HEAD;
    if !is_reading || headers.contains_key(AUTHORIZATION) || session::is_carried(headers) {
        return None;
    }
    let encodings = headers.get(ACCEPT_ENCODING).map_or(&[][..], |value| value.as_bytes());
    if encodings.len() > MAX_ENCODINGS || headers.get_all(ACCEPT_ENCODING).iter().nth(1).is_some() {
        return None;
    }
    let edition = app.published.current()?;
    Some(Key {
        edition: edition.number,
        openings: app.openings(edition.number, &edition.catalog.site),
        target: request.uri().path_and_query()?.as_str().into(),
        encodings: encodings.into(),
    })
}

impl Answer {
    fn again(&self, asked: &HeaderMap) -> Response {
        let tag = self.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|known| known.to_str().ok());
        let is_known = known.into_iter().any(|known| matches(known, tag));
        let body = if is_known { Body::empty() } else { Body::from(self.body.clone()) };
        let mut response = Response::new(body);
        *response.headers_mut() = self.headers.clone();
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            for name in ["content-type", "content-encoding", "content-length"] {
                response.headers_mut().remove(name);
            }
        }
        response
    }
}
