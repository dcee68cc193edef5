//! The pages' own files: their look and their picture. Their address holds their hash, so that
//! browsers may keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::templates;
use crate::article::Digest;
use crate::web::failure::Failure;

/// Name, type and bytes.
const FILES: [(&str, &str, &[u8]); 4] = [
    ("site.css", "text/css; charset=utf-8", include_bytes!("../../../static/site.css")),
    ("icon.svg", "image/svg+xml", include_bytes!("../../../static/icon.svg")),
    ("staff.css", "text/css; charset=utf-8", include_bytes!("../../../static/staff.css")),
    ("staff.js", "text/javascript; charset=utf-8", include_bytes!("../../../static/staff.js")),
];

/// The hash of these files.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let bytes: Vec<u8> = FILES.iter().flat_map(|(_, _, bytes)| *bytes).copied().collect();
    Digest::of(&bytes).to_string()
});

static STYLESHEET: LazyLock<String> = LazyLock::new(|| url("site.css"));
static ICON: LazyLock<String> = LazyLock::new(|| url("icon.svg"));
static STAFF_STYLESHEET: LazyLock<String> = LazyLock::new(|| url("staff.css"));
static STAFF_SCRIPT: LazyLock<String> = LazyLock::new(|| url("staff.js"));

fn url(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// Where the style sheet is.
pub(crate) fn stylesheet_url() -> &'static str {
    &STYLESHEET
}

/// Where the site's picture is.
pub(crate) fn icon_url() -> &'static str {
    &ICON
}

/// Where the console's own style sheet is.
pub(crate) fn staff_stylesheet_url() -> &'static str {
    &STAFF_STYLESHEET
}

/// Where the console's script is.
pub(crate) fn staff_script_url() -> &'static str {
    &STAFF_SCRIPT
}

/// A name for all that pages are made of besides articles.
pub(crate) fn version() -> u64 {
    let mut all: Vec<u8> = templates::fingerprint().flatten().copied().collect();
    all.extend(VERSION.as_bytes());
    Digest::of(&all).0
}

/// `GET /assets/{version}/{file}`
pub(crate) async fn built_in(
    Path((version, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let found = FILES.iter().find(|(name, ..)| *name == file);
    let (_, content_type, bytes) = found.ok_or(Failure::NotFound)?;
    // A page of the program before this one asks for the files it knew: it gets today's, for now.
    let is_present = version == *VERSION;
    let cache = if is_present { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, *content_type), (header::CACHE_CONTROL, cache)];
    Ok((headers, *bytes).into_response())
}
