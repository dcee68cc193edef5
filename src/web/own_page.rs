//! Forms are taken from pages of this site alone: another site must not send one in the name of
//! whoever looks at it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};

use super::App;
use super::failure::Failure;
use crate::article::Audience;

/// A request that no other site has made a browser send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromOwnPage;

impl FromRequestParts<App> for FromOwnPage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let edition = app.edition()?;
        let url = app.public_url(edition.seen_by(Audience::Public));
        is_own(&parts.headers, &parts.uri, url).then_some(Self).ok_or(Failure::OtherSite)
    }
}

/// What browsers tell of where a form comes from. Programs tell nothing: nobody can make them send
/// what they do not want to.
fn is_own(headers: &HeaderMap, uri: &Uri, public_url: &str) -> bool {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        // A page cannot write this header: the browser's word is enough, whatever a proxy did to
        // the others.
        Some(Ok("same-origin" | "none")) => return true,
        Some(_) => return false,
        None => {}
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let Some((_, origin)) = origin.ok().and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    let host = text(header::HOST).and_then(Result::ok);
    let asked = host.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let public =
        public_url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    [asked, public].into_iter().flatten().any(|own| own.eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_word_decides_then_the_origin() {
        let public = "https://help.example.com/base";
        for (site, origin, host, expected) in [
            (None, None, "help.test", true),
            (Some("same-origin"), Some("https://help.test"), "10.0.0.1", true),
            (Some("none"), None, "help.test", true),
            (Some("cross-site"), None, "help.test", false),
            (Some("same-site"), Some("https://help.test"), "help.test", false),
            (None, Some("http://HELP.test:8080"), "help.test:8080", true),
            (None, Some("https://help.example.com"), "10.0.0.1:8080", true),
            (None, Some("https://evil.example"), "help.test", false),
            (None, Some("https://help.test.evil.example"), "help.test", false),
            (None, Some("http://help.test:81"), "help.test", false),
            (None, Some("null"), "help.test", false),
            (None, Some(""), "help.test", false),
        ] {
            let mut headers = HeaderMap::new();
            let given = [("sec-fetch-site", site), ("origin", origin), ("host", Some(host))];
            for (name, value) in given {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            let uri = Uri::from_static("/ru/feedback");
            assert_eq!(is_own(&headers, &uri, public), expected, "{site:?} {origin:?} {host}");
        }
    }
}
