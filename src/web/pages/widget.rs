//! `/widget.js`: the help center as an element for the operator's own site, with its words in it.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::article::{Audience, Digest};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{Keep, matches};
use crate::web::locale::default_of;

const SCRIPT: &str = include_str!("../../../static/widget.js");
/// Stands in the script where the words go.
const PLACE: &str = "const WORDS = {};";

const TYPE: &str = "text/javascript; charset=utf-8";
/// Pages of others load it at each visit: they need not ask each time.
const CACHE: &str = "public, max-age=300";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// `GET /widget.js`
pub(crate) async fn widget(State(app): State<App>, asked: Asked) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let script = write(edition.seen_by(Audience::Public))?;
    let tag = format!("W/\"{}\"", Digest::of(script.as_bytes()));
    let mut response = if asked.known_tags.as_deref().is_some_and(|known| matches(known, &tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = ([(header::CONTENT_TYPE, TYPE)], script).into_response();
        response.extensions_mut().insert(Keep);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::try_from(tag).map_err(Failure::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
    // A site that isolates itself may still use it.
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    Ok(response)
}

/// The script with the words of the site's locales, the default one first.
fn write(view: View<'_>) -> Result<String, Failure> {
    let default = default_of(view);
    let mut locales: Vec<_> = view.shelf().locales().map(|shelf| &shelf.locale).collect();
    locales.sort_by_key(|locale| **locale != default);
    let mut all = String::from("{");
    for (at, locale) in locales.into_iter().enumerate() {
        let texts = view.words(locale).group("widget");
        let mut words: Map<String, Value> =
            texts.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
        words.insert("site".to_owned(), view.site().name(locale).into());
        let words = serde_json::to_string(&words).map_err(Failure::internal)?;
        let divider = if at == 0 { "" } else { "," };
        // A tag of a locale is letters, digits and hyphens.
        all.extend([divider, "\"", locale.as_str(), "\":", &words]);
    }
    all.push('}');
    // JSON is JavaScript; nothing in it must end a script that somebody pastes into a page.
    let all = all.replace('<', "\\u003c");
    Ok(SCRIPT.replacen(PLACE, &format!("const WORDS = {all};"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_one_place_for_words() {
        assert_eq!(SCRIPT.matches(PLACE).count(), 1);
    }
}
