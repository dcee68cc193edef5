//! The pages' own files: their look and their picture. Their address holds their hash, so that
//! browsers may keep them for good.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{templates, theme};
use crate::article::Digest;
use crate::catalog::Color;
use crate::web::failure::Failure;
use crate::web::freshness::Keep;

/// Name, type and bytes.
const FILES: [(&str, &str, &[u8]); 5] = [
    ("site.css", "text/css; charset=utf-8", include_bytes!("../../../static/site.css")),
    ("site.js", "text/javascript; charset=utf-8", include_bytes!("../../../static/site.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../../../static/icon.svg")),
    // The console needs both, and one is loaded sooner than two.
    (
        "staff.css",
        "text/css; charset=utf-8",
        concat!(
            include_str!("../../../static/site.css"),
            include_str!("../../../static/staff.css")
        )
        .as_bytes(),
    ),
    ("staff.js", "text/javascript; charset=utf-8", include_bytes!("../../../static/staff.js")),
];

const STYLESHEET: &str = "site.css";
/// The style sheet with a color: `site-0b6b61.css`.
const ACCENTED: &str = "site-";

/// The hash of these files.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let bytes: Vec<u8> = FILES.iter().flat_map(|(_, _, bytes)| *bytes).copied().collect();
    Digest::of(&bytes).to_string()
});

static SCRIPT: LazyLock<String> = LazyLock::new(|| url("site.js"));
static ICON: LazyLock<String> = LazyLock::new(|| url("icon.svg"));
static STAFF_STYLESHEET: LazyLock<String> = LazyLock::new(|| url("staff.css"));
static STAFF_SCRIPT: LazyLock<String> = LazyLock::new(|| url("staff.js"));

fn url(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// Where the style sheet is that has an operator's color. The color is part of the address, so that
/// this file too can be kept for good.
pub(crate) fn stylesheet_url(accent: Option<Color>) -> String {
    accent.map_or_else(
        || url(STYLESHEET),
        |color| url(&format!("{ACCENTED}{}.css", &color.to_string()[1..])),
    )
}

/// Where the pages' script is.
pub(crate) fn script_url() -> &'static str {
    &SCRIPT
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
    let accent = accent_of(&file);
    let wanted = if accent.is_some() { STYLESHEET } else { &file };
    let found = FILES.iter().find(|(name, ..)| *name == wanted);
    let (_, content_type, bytes) = found.ok_or(Failure::NotFound)?;
    let body = match accent {
        Some(color) => [bytes, theme::rules(color).as_bytes()].concat().into(),
        None => Bytes::from_static(bytes),
    };
    // A page of the program before this one asks for the files it knew: it gets today's, for now.
    let is_present = version == *VERSION;
    let cache = if is_present { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, *content_type), (header::CACHE_CONTROL, cache)];
    let mut response = (headers, body).into_response();
    response.extensions_mut().insert(Keep);
    Ok(response)
}

/// The color in the name of a style sheet.
fn accent_of(file: &str) -> Option<Color> {
    let digits = file.strip_prefix(ACCENTED)?.strip_suffix(".css")?;
    (digits.len() == 6).then(|| format!("#{digits}").parse().ok()).flatten()
}
