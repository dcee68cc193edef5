//! How long an answer stays true: entity tags, caching, and what differs by reader.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::asked::Asked;
use super::failure::Failure;
use super::json::to_json;
use crate::article::Audience;
use crate::live::View;

/// What an answer depends on besides its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depends {
    /// On the edition: whoever has the present one need not get it again.
    OnEdition,
    /// On the moment too.
    OnMoment,
}

/// Marks an answer that may be given again to everybody who asks the same of the same edition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keep;

/// The commit that an answer was made of.
const COMMIT: HeaderName = HeaderName::from_static("spravka-commit");
/// The type of an answer.
pub(crate) const JSON: &str = "application/json";
/// A page.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// An answer to what this reader asked. Nothing is written when the asker has it already.
pub(crate) fn answer(
    app: &App,
    view: View<'_>,
    asked: &Asked,
    depends: Depends,
    content_type: &'static str,
    write: impl FnOnce() -> Result<Vec<u8>, Failure>,
) -> Result<Response, Failure> {
    if view.audience() == Audience::Staff {
        let mut response = body(content_type, write()?);
        mark(&mut response, view, "no-store");
        return Ok(response);
    }
    if depends == Depends::OnMoment {
        let mut response = body(content_type, write()?);
        mark(&mut response, view, "no-cache");
        return Ok(response);
    }
    let tag = app.etag(view);
    let mut response = if asked.known_tags.as_deref().is_some_and(|known| matches(known, &tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = body(content_type, write()?);
        response.extensions_mut().insert(Keep);
        response
    };
    mark(&mut response, view, "public, max-age=0, must-revalidate");
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The same for a JSON document.
pub(crate) fn json<T: Serialize>(
    app: &App,
    view: View<'_>,
    asked: &Asked,
    depends: Depends,
    document: impl FnOnce() -> T,
) -> Result<Response, Failure> {
    answer(app, view, asked, depends, JSON, || to_json(&document()).map_err(Failure::internal))
}

fn body(content_type: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], Bytes::from(bytes))
        .into_response()
}

fn mark(response: &mut Response, view: View<'_>, cache_control: &'static str) {
    let commit = view.origin().commit.as_deref().and_then(|hash| HeaderValue::from_str(hash).ok());
    if let Some(commit) = commit {
        response.headers_mut().insert(COMMIT, commit);
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.append(header::VARY, HeaderValue::from_static("authorization"));
    headers.append(header::VARY, HeaderValue::from_static("cookie"));
}

/// Whether a list of entity tags has this one; weakly, as `If-None-Match` compares.
pub(crate) fn matches(known: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tag = bare(tag);
    known.trim() == "*" || known.split(',').any(|known| bare(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_compared_weakly() {
        for (known, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(matches(known, "W/\"a\""), expected, "{known}");
        }
    }
}
