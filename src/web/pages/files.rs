//! Files beside the articles: those, and only those, that an article shows which this reader sees.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::article::{Audience, Digest, SourcePath};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::matches;
use crate::web::reader::Reader;

/// What browsers may show. Anything else is for saving.
const TYPES: [(&str, &str); 10] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
];

/// A picture may come with a script in it; opened by itself it may not run one.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// `GET /{locale}/{topic}/{folder}/…`: files deeper than articles.
pub(crate) async fn deep(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path((locale, topic, folder, rest)): Path<(String, String, String, String)>,
) -> Result<Response, Failure> {
    file(&app, reader, &asked, format!("{locale}/{topic}/{folder}/{rest}")).await
}

/// The file of this path below the articles. It is looked up among the files that the reader's
/// articles show, in any locale, so no path leads anywhere else.
pub(super) async fn file(
    app: &App,
    reader: Reader,
    asked: &Asked,
    path: String,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let path = SourcePath::new(&path);
    if !view.shelf().locales().any(|shelf| shelf.has_asset(&path)) {
        return Err(Failure::NotFound);
    }
    let (assets, wanted) = (Arc::clone(&app.assets), path.clone());
    let read = tokio::task::spawn_blocking(move || assets(&wanted)).await;
    let bytes = read.map_err(Failure::internal)?.ok_or(Failure::NotFound)?;
    Ok(answer(&path, bytes, asked, reader.audience))
}

fn answer(path: &SourcePath, bytes: Vec<u8>, asked: &Asked, audience: Audience) -> Response {
    let tag = format!("\"{}\"", Digest::of(&bytes));
    let is_public = audience == Audience::Public;
    let is_known = asked.known_tags.as_deref().is_some_and(|known| matches(known, &tag));
    let mut response = if is_public && is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(bytes));
        describe(path, &mut response);
        response
    };
    let cache = if is_public { "public, max-age=0, must-revalidate" } else { "no-store" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("authorization, cookie"));
    if let Ok(tag) = HeaderValue::try_from(tag)
        && is_public
    {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn describe(path: &SourcePath, response: &mut Response) {
    let extension = path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    let known = TYPES.iter().find(|(name, _)| *name == extension);
    let headers = response.headers_mut();
    let content_type = known.map_or("application/octet-stream", |(_, content_type)| content_type);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if known.is_none() {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
}
