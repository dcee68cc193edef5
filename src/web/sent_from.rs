//! Whether a page of this site made a browser send a request. A page of another site can do so too,
//! and the browser may add its cookies: then they prove nothing.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::App;
use super::failure::Failure;

/// Where a request was made, as its browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SentFrom {
    /// By a page of this site, or by the browser's own address line.
    ThisSite,
    /// By a page of another one.
    Elsewhere,
    /// No browser of today said anything.
    Unsaid,
}

impl FromRequestParts<App> for SentFrom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Ok(Self::of(parts, app))
    }
}

/// A request that no page of another site made a browser send. Programs tell nothing of where they
/// send from: nobody can make them send what they do not want to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromOwnPage;

impl FromRequestParts<App> for FromOwnPage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        match SentFrom::of(parts, app) {
            SentFrom::Elsewhere => Err(Failure::OtherSite),
            SentFrom::ThisSite | SentFrom::Unsaid => Ok(Self),
        }
    }
}

impl SentFrom {
    /// Where this request was made.
    pub(crate) fn of(parts: &Parts, app: &App) -> Self {
        let host = text(&parts.headers, header::HOST.as_str())
            .or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
        Self::said(&parts.headers, host, &app.known_as())
    }

    /// `known` is the address that the site is known by: a proxy may change `Host`.
    fn said(headers: &HeaderMap, host: Option<&str>, known: &str) -> Self {
        // A page cannot write this header: the browser's word is enough, whatever a proxy did to the
        // others.
        if let Some(site) = text(headers, "sec-fetch-site") {
            return if matches!(site, "same-origin" | "none") {
                Self::ThisSite
            } else {
                Self::Elsewhere
            };
        }
        let Some(origin) = text(headers, header::ORIGIN.as_str()) else { return Self::Unsaid };
        let named = origin.split_once("://").map(|(_, host)| host);
        let is_host = named.zip(host).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
        let is_known = !known.is_empty() && origin_of(known).eq_ignore_ascii_case(origin);
        if is_host || is_known { Self::ThisSite } else { Self::Elsewhere }
    }
}

/// What cannot be read was said all the same, and by nobody we know.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// `https://help.example.com` of `https://help.example.com/help`.
fn origin_of(url: &str) -> &str {
    let from = url.find("://").map_or(0, |at| at + 3);
    let end = url[from..].find('/').map_or(url.len(), |at| from + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_say_where_a_request_was_made() {
        use SentFrom::{Elsewhere, ThisSite, Unsaid};
        let (ours, evil) = ("https://help.example.com", "https://evil.example");
        for (site, origin, expected) in [
            (None, None, Unsaid),
            (None, Some(ours), ThisSite),
            (None, Some("http://127.0.0.1:8080"), ThisSite),
            (None, Some(evil), Elsewhere),
            (None, Some("null"), Elsewhere),
            (None, Some("https://help.example.com.evil.example"), Elsewhere),
            (Some("same-origin"), Some(ours), ThisSite),
            (Some("same-origin"), None, ThisSite),
            (Some("none"), None, ThisSite),
            (Some("cross-site"), None, Elsewhere),
            (Some("cross-site"), Some(ours), Elsewhere),
            (Some("same-site"), None, Elsewhere),
        ] {
            let mut headers = HeaderMap::new();
            let mut set = |name, value: Option<&str>| {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            };
            set("sec-fetch-site", site);
            set("origin", origin);
            let said =
                SentFrom::said(&headers, Some("127.0.0.1:8080"), "https://help.example.com/");
            assert_eq!(said, expected, "{site:?} {origin:?}");
        }
    }
}
