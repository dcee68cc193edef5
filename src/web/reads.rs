//! Reads of article pages, counted: pages that people were shown, from a cache or not. Programs, staff
//! and what a browser loads before anybody asks for it are left out as far as they say who they are.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};

use super::{App, session};
use crate::article::{Audience, Locale, Slug, TopicId};
use crate::store::Read;

/// Words in the names of programs that are nobody's browser.
const PROGRAMS: [&str; 12] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "monitor",
    "headless",
    "lighthouse",
    "http",
    "curl",
    "wget",
    "python",
];
/// Headers by which browsers say that nobody looks yet.
const PURPOSES: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];

/// Whether a request may be a person who reads an article.
pub(crate) fn may_be_read(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::GET
        && parts(request.uri().path()).is_some()
        && !headers.contains_key(header::AUTHORIZATION)
        && !session::is_carried(headers)
        && !is_program(headers)
        && !PURPOSES.iter().any(|name| headers.get(*name).is_some_and(is_prefetch))
}

/// Counts that the article at a path was shown.
pub(crate) fn count(app: &App, path: &str, status: StatusCode) {
    if status != StatusCode::OK && status != StatusCode::NOT_MODIFIED {
        return;
    }
    let Some((locale, topic, slug)) = parts(path) else { return };
    let names = locale.parse::<Locale>().ok().zip(topic.parse::<TopicId>().ok());
    let Some(((locale, topic), slug)) = names.zip(slug.parse::<Slug>().ok()) else { return };
    let Some(edition) = app.published.current() else { return };
    let view = edition.seen_by(Audience::Public);
    // Where a language has no translation, the article is shown in one that has it.
    let own = view.locale(&locale).and_then(|shelf| shelf.at(&topic, &slug));
    let mut others = view.shelf().locales();
    let Some(place) = own.or_else(|| others.find_map(|shelf| shelf.at(&topic, &slug))) else {
        return;
    };
    let article = place.article();
    let day = app.now().to_zoned(view.site().time_zone.clone()).date();
    app.store.count_read(Read { article: article.id.clone(), locale: article.locale.clone(), day });
}

/// `/ru/payments/fees` → its three parts. What has a dot is a file.
fn parts(path: &str) -> Option<(&str, &str, &str)> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let (locale, topic, slug) = (parts.next()?, parts.next()?, parts.next()?);
    let is_page = parts.next().is_none() && !slug.is_empty() && !slug.contains('.');
    is_page.then_some((locale, topic, slug))
}

fn is_program(headers: &HeaderMap) -> bool {
    let Some(name) = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()) else {
        return true;
    };
    // Cubot makes phones.
    let name = name.to_ascii_lowercase().replace("cubot", "");
    name.trim().is_empty() || PROGRAMS.iter().any(|word| name.contains(word))
}

fn is_prefetch(value: &axum::http::HeaderValue) -> bool {
    let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
    ["prefetch", "prerender", "preview"].iter().any(|word| value.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 (KHTML, like \
                         Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";

    fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(axum::body::Body::empty()).unwrap()
    }

    #[test]
    fn people_who_open_an_article_are_counted_and_nobody_else() {
        let agent = ("user-agent", PHONE);
        let page = "/ru/payments/fees";
        assert!(may_be_read(&request("GET", page, &[agent])));
        assert!(may_be_read(&request("GET", "/ru/payments/fees?from=mail", &[agent])));
        for (method, path, headers) in [
            ("HEAD", page, vec![agent]),
            ("POST", page, vec![agent]),
            ("GET", page, vec![]),
            ("GET", page, vec![("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")]),
            ("GET", page, vec![("user-agent", "curl/8.5.0")]),
            ("GET", page, vec![agent, ("sec-purpose", "prefetch;prerender")]),
            ("GET", page, vec![agent, ("purpose", "prefetch")]),
            ("GET", page, vec![agent, ("authorization", "Bearer x")]),
            ("GET", page, vec![agent, ("cookie", "spravka_session=x")]),
            ("GET", "/ru/payments/", vec![agent]),
            ("GET", "/ru/payments/fees.md", vec![agent]),
            ("GET", "/ru/payments/card.png", vec![agent]),
        ] {
            assert!(!may_be_read(&request(method, path, &headers)), "{method} {path} {headers:?}");
        }
    }
}
