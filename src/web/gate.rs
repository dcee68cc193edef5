//! What every request passes, in and out: its id, its limits, its time, its headers, its line in
//! the log. One function and not a layer each, for a cached answer costs less than five layers.

use std::fmt::Write as _;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::failure::{ApiError, Failure};
use super::pages::preview;
use super::{App, reads};

/// Longest address taken, in characters.
pub(crate) const MAX_ADDRESS: usize = 8192;
/// A whole message may be part of this address, three characters for each byte.
const ANSWER: &str = "/api/v1/answer";
const MAX_MESSAGE_ADDRESS: usize = 4 * MAX_ADDRESS;
/// What the host of a repository sends may be long, in bytes.
pub(crate) const MAX_WEBHOOK: usize = 4 * 1024 * 1024;
const WEBHOOK: &str = "/api/v1/webhook";
/// What the addresses of the pages' own files begin with.
const BUILT_IN: &str = "/assets/";
/// Longest request id taken over from a proxy.
const MAX_REQUEST_ID: usize = 64;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may load and do: nothing but its own site's files, and no script that is not one.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; object-src 'none'";

/// What is known of a request after it has gone inward.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) route: Option<MatchedPath>,
    pub(crate) accept_language: Option<HeaderValue>,
    pub(crate) request_id: String,
}

impl Head {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            route: request.extensions().get().cloned(),
            accept_language: request.headers().get(header::ACCEPT_LANGUAGE).cloned(),
            request_id: request_id(request.headers()),
        }
    }

    /// Whether a program reads the answer rather than a person.
    fn is_for_programs(&self) -> bool {
        let path = self.uri.path();
        let exact = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/api"];
        path.starts_with("/api/") || exact.contains(&path)
    }
}

/// Marks an answer that says by itself why it failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnFace;

/// Takes a request in and its answer out.
pub(crate) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let head = Head::of(&request);
    let may_be_read = reads::may_be_read(&request);
    let refused = preview::refusal(&app, &request)
        .or_else(|| refusal(&app, &request).map(IntoResponse::into_response));
    let mut response = match refused {
        Some(refused) => refused,
        None => tokio::time::timeout(app.settings.request_timeout, next.run(request))
            .await
            .unwrap_or_else(|_| Failure::TooSlow.into_response()),
    };
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && response.extensions().get::<OwnFace>().is_none() {
        response = with_face(&app, &head, response);
    }
    secure(&mut response, &head);
    if app.settings.preview.is_on() {
        hide(&mut response, &head);
    }
    if may_be_read {
        reads::count(&app, head.uri.path(), response.status());
    }

    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let route = head.route.as_ref().map_or("none", MatchedPath::as_str);
    app.measures.note(head.method.as_str(), route, status, took);
    tracing::info!(
        method = head.method.as_str(),
        // The query is not written down: it is a visitor's own words.
        path = head.uri.path(),
        status,
        latency_us = took.as_micros() as u64,
        request_id = head.request_id,
        "request"
    );
    response
}

/// Why a request is not even looked at.
fn refusal(app: &App, request: &Request) -> Option<Failure> {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let most = if request.uri().path() == ANSWER { MAX_MESSAGE_ADDRESS } else { MAX_ADDRESS };
    if address > most {
        return Some(Failure::AddressTooLong);
    }
    let length = request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse::<usize>();
    let is_webhook = app.settings.webhook.is_some() && request.uri().path() == WEBHOOK;
    let most = if is_webhook { MAX_WEBHOOK } else { app.settings.max_body };
    length.is_ok_and(|length| length > most).then_some(Failure::BodyTooLarge)
}

/// Gives a failure the face that its reader understands; answers of the framework itself too.
fn with_face(app: &App, head: &Head, mut bare: Response) -> Response {
    let carried = bare.extensions_mut().remove::<Failure>();
    let failure = carried.unwrap_or_else(|| Failure::of_status(bare.status()));
    if let Failure::Internal(cause) = &failure {
        tracing::error!(request_id = head.request_id, %cause, "a request failed");
    }
    let mut response = if head.is_for_programs() {
        ApiError { failure: &failure, request_id: &head.request_id }.into_response()
    } else {
        super::pages::PageError { app, head, failure: &failure }.into_response()
    };
    let headers = response.headers_mut();
    for name in [header::ALLOW, header::WWW_AUTHENTICATE, header::RETRY_AFTER] {
        if let Some(value) = bare.headers_mut().remove(&name) {
            headers.insert(name, value);
        }
    }
    // A script of an allowed site may read why it failed, too.
    if let Some(origin) = bare.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The headers of every answer.
fn secure(response: &mut Response, head: &Head) {
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if is_page {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static(PAGE_POLICY));
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()"),
        );
    }
    if let Ok(id) = HeaderValue::from_str(&head.request_id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// The headers of every answer of a preview: nobody lists it, and nobody keeps it. The pages' own
/// files never change under their names.
fn hide(response: &mut Response, head: &Head) {
    let headers = response.headers_mut();
    let noindex = HeaderValue::from_static("noindex");
    headers.insert(HeaderName::from_static("x-robots-tag"), noindex);
    if !head.uri.path().starts_with(BUILT_IN) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The id that a proxy gave, when it is one to put into a log; else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let is_good = |id: &&str| {
        (1..=MAX_REQUEST_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(is_good);
    given.map_or_else(
        || {
            let mut id = String::with_capacity(16);
            // Writing to a string never fails.
            let _ = write!(id, "{:016x}", rand::random::<u64>());
            id
        },
        str::to_owned,
    )
}

/// The answer after a panic: the gate says it and logs it.
#[expect(clippy::needless_pass_by_value, reason = "tower-http hands the panic over")]
pub(crate) fn after_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Failure::internal(std::io::Error::other(format!("a handler panicked: {text}"))).into_response()
}
