//! The widget's script: its words, how long it is good for, and who may use what it asks for.

use axum::http::StatusCode;
use serde_json::Value;

use super::{Center, articles};
use crate::web::Settings;

/// The words that the server wrote into the script.
fn words(script: &str) -> Value {
    let (_, rest) = script.split_once("const WORDS = ").unwrap();
    let (json, _) = rest.split_once(";\n").unwrap();
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn the_script_brings_the_words_of_every_locale_of_the_site() {
    let answer = Center::new().get("/widget.js").await;
    let words = words(answer.text());
    assert_eq!(words.as_object().unwrap().len(), 2);
    assert_eq!(words["ru"]["open"], "Помощь");
    assert_eq!(words["en"]["open"], "Help");
    assert_eq!(words["ru"]["site"], "Справка");
    // The first one is for pages in a language that the site has not.
    let default = answer.text().find("{\"ru\":").unwrap();
    assert!(default < answer.text().find("\"en\":").unwrap());
}

#[tokio::test]
async fn the_script_may_be_used_by_any_page_and_is_not_sent_twice() {
    let center = Center::new();
    for _ in 0..2 {
        let answer = center.get("/widget.js").await;
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        let again = center.get_with("/widget.js", "if-none-match", answer.header("etag")).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(again.body.is_empty());
    }
}

#[tokio::test]
async fn articles_that_change_do_not_change_the_script() {
    let center = Center::new();
    let before = center.get("/widget.js").await;
    let mut fewer = articles();
    fewer.remove(1);
    center.publish(2, fewer);
    let after = center.get("/widget.js").await;
    assert_eq!(before.header("etag"), after.header("etag"));
}

#[tokio::test]
async fn only_a_site_that_is_allowed_is_told_what_the_widget_asks_for() {
    let allowed_origins = vec!["https://www.example.com".to_owned()];
    let center = Center::with(articles(), Settings { allowed_origins, ..Settings::default() });
    for address in [
        "/api/v1/suggest?q=%D0%B2%D1%8B%D0%B2&locale=ru",
        "/api/v1/search?q=%D0%B2%D1%8B%D0%B2%D0%BE%D0%B4&locale=ru",
        "/api/v1/articles/withdraw-to-card?locale=ru",
        "/api/v1/articles/no-such-article?locale=ru",
        "/api/v1/channels?locale=ru",
    ] {
        for (origin, is_allowed) in
            [("https://www.example.com", true), ("https://example.com", false)]
        {
            let answer = center.get_with(address, "origin", origin).await;
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed == origin, is_allowed, "{address} for {origin}: {allowed}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{address}");
        }
    }
    // A browser that has the answer asks with its tag, and needs the permission then as well.
    let address = "/api/v1/articles/withdraw-to-card?locale=ru";
    let tag = center.get(address).await.header("etag").to_owned();
    let headers = [("origin", "https://www.example.com"), ("if-none-match", &tag)];
    let again = center.get_with_all(address, &headers).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.header("access-control-allow-origin"), "https://www.example.com");
}
