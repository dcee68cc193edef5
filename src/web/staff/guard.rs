//! The lock in front of every address of the console: who is not signed in gets the form to sign in,
//! or is sent to it, whether there is anything at the address or not.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::sign_in;
use crate::article::Audience;
use crate::web::App;
use crate::web::failure::Failure;
use crate::web::reader::Reader;
use crate::web::sent_from::SentFrom;

/// The console's front door.
pub(super) const DOOR: &str = "/staff/";
/// The one address that takes something from who is not signed in.
const SIGN_IN: &str = "/staff/sign-in";

/// Lets staff in, and nobody else.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    if !reads && SentFrom::of(&parts, &app) == SentFrom::Elsewhere {
        return Failure::OtherSite.into_response();
    }
    let is_signing_in = parts.method == Method::POST && parts.uri.path() == SIGN_IN;
    let reader = match Reader::from_request_parts(&mut parts, &app).await {
        Ok(reader) => reader,
        Err(refused) => return refused.into_response(),
    };
    let mut response = if reader.audience == Audience::Staff || is_signing_in {
        next.run(Request::from_parts(parts, body)).await
    } else if reads && parts.uri.path() == DOOR {
        sign_in::form(&parts)
    } else {
        Redirect::to(DOOR).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `/staff`
pub(super) async fn with_slash() -> Response {
    Redirect::to(DOOR).into_response()
}

/// Whatever else is asked for below the console.
pub(super) async fn nothing() -> Response {
    Failure::NotFound.into_response()
}
