//! The API's answers: their shapes, their errors, what they hide.

use std::fmt::Write as _;

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::{Center, SECRET, articles};
use crate::web::Settings;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_search_answers_in_the_shape_that_was_promised() {
    let answer = Center::new().get("/api/v1/search?q=%D0%B2%D1%8B%D0%B2%D0%BE%D0%B4&limit=5").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let json = answer.json();
    assert_eq!(
        keys(&json),
        ["did_you_mean", "edition", "facets", "hits", "query", "took_us", "total"]
    );
    assert_eq!(keys(&json["query"]), ["interpreted", "locale", "rewrites", "text"]);
    assert_eq!(keys(&json["facets"]), ["tag", "topic"]);
    assert_eq!(
        keys(&json["hits"][0]),
        [
            "audience",
            "id",
            "locale",
            "permalink",
            "score",
            "sections",
            "snippet_html",
            "summary",
            "title",
            "topic",
            "updated_at",
            "url"
        ]
    );
    assert_eq!(
        keys(&json["hits"][0]["sections"][0]),
        ["anchor", "heading", "score", "snippet_html", "url"]
    );
    assert_eq!(json["hits"][0]["id"], "withdraw-to-card");
    assert_eq!(json["hits"][0]["url"], "/ru/payments/withdraw-to-card");
    assert_eq!(json["hits"][0]["updated_at"], "2026-10-01T12:00:00Z");
    assert_eq!(json["edition"], 1);
}

#[tokio::test]
async fn a_section_of_the_lead_has_the_title_and_the_top() {
    let json = Center::new()
        .get("/api/v1/search?q=касса".replace("касса", "%D0%BA%D0%B0%D1%81%D1%81%D0%B0").as_str())
        .await
        .json();
    let section = &json["hits"][0]["sections"][0];
    assert_eq!(section["anchor"], "top", "{json:#}");
    assert_eq!(section["heading"], json["hits"][0]["title"]);
    assert_eq!(section["url"], "/ru/payments/withdraw-to-card#top");
}

#[tokio::test]
async fn an_empty_query_finds_nothing_and_is_no_error() {
    for address in ["/api/v1/search", "/api/v1/search?q=", "/api/v1/search?q=%00+"] {
        let answer = Center::new().get(address).await;
        assert_eq!(answer.status, StatusCode::OK);
        let json = answer.json();
        assert_eq!(json["total"], 0);
        assert_eq!(json["query"]["interpreted"], "");
    }
    let json = Center::new().get("/api/v1/suggest").await.json();
    assert_eq!(json["suggestions"], serde_json::json!([]));
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_a_detail_that_helps() {
    let center = Center::new();
    let long = format!("/api/v1/search?q={}", "a".repeat(257));
    for (address, part) in [
        ("/api/v1/search?q=a&locale=de", "use `ru` or `en`"),
        ("/api/v1/search?q=a&locale=RU", "use `ru` or `en`"),
        ("/api/v1/search?q=a&limit=0", "1 to 50"),
        ("/api/v1/search?q=a&limit=51", "1 to 50"),
        ("/api/v1/search?q=a&limit=x", "whole number"),
        ("/api/v1/search?q=a&offset=1001", "0 to 1000"),
        ("/api/v1/search?q=a&q=b", "twice"),
        ("/api/v1/search?q=a&topic=No%20Slug", "`topic`"),
        ("/api/v1/search?q=a&tag=..", "`tag`"),
        (&long, "257 characters"),
        ("/api/v1/search?q=%FF", "cannot be understood"),
        ("/api/v1/suggest?q=a&limit=21", "1 to 20"),
        ("/api/v1/articles?limit=201", "1 to 200"),
        ("/api/v1/articles?cursor=7", "`cursor`"),
        ("/api/v1/articles?cursor=after.nothing", "`cursor`"),
        ("/api/v1/articles/%FF", "cannot be understood"),
        ("/api/v1/topics?locale=xx", "`locale`"),
        ("/api/v1/channels?locale=", ""),
    ] {
        let answer = center.get(address).await;
        if part.is_empty() {
            assert_eq!(answer.status, StatusCode::OK, "{address}");
            continue;
        }
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let json = answer.json();
        assert_eq!(keys(&json), ["detail", "request_id", "status", "title", "type"]);
        assert!(json["detail"].as_str().unwrap().contains(part), "{address}: {json}");
        assert!(json["type"].as_str().unwrap().starts_with("/docs#"));
    }
}

#[tokio::test]
async fn an_unknown_topic_or_tag_leaves_nothing() {
    let center = Center::new();
    for filter in ["topic=no-such", "tag=no-such"] {
        let query = format!("/api/v1/search?q=%D0%B2%D1%8B%D0%B2%D0%BE%D0%B4&{filter}");
        assert_eq!(center.get(&query).await.json()["total"], 0);
        let list = center.get(&format!("/api/v1/articles?{filter}&unknown=1&unknown=2")).await;
        assert_eq!(list.each("articles", "id"), Vec::<String>::new());
    }
}

#[tokio::test]
async fn articles_are_listed_page_by_page_without_a_gap() {
    let center = Center::new();
    let mut seen = Vec::new();
    let mut address = "/api/v1/articles?limit=1".to_owned();
    loop {
        let answer = center.get(&address).await;
        seen.extend(answer.each("articles", "id"));
        match answer.json()["next_cursor"].as_str() {
            Some(cursor) => address = format!("/api/v1/articles?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["hostile", "withdraw-to-card", "fees"]);
    let tagged = center.get("/api/v1/articles?tag=card").await;
    assert_eq!(tagged.each("articles", "id"), ["withdraw-to-card"]);
}

#[tokio::test]
async fn an_article_is_read_by_its_present_or_former_id() {
    let center = Center::new();
    for id in ["withdraw-to-card", "cash-out-to-card"] {
        let json = center.get(&format!("/api/v1/articles/{id}")).await.json();
        assert_eq!(json["id"], "withdraw-to-card");
        assert_eq!(json["locale"], "ru");
        assert_eq!(json["toc"].as_array().unwrap().len(), 3);
        assert_eq!(json["translations"][0]["url"], "/en/payments/withdraw-to-card");
        assert_eq!(json["related"][0]["id"], "fees");
        assert!(json["html"].as_str().unwrap().starts_with("<p>"));
        assert_eq!(json["markdown"], "Откройте кассу и выберите вывод на карту.\n");
    }
    let english = center.get("/api/v1/articles/withdraw-to-card?locale=en").await.json();
    assert_eq!(english["title"], "How to withdraw to a card");
    let elsewhere = center.get("/api/v1/articles/fees?locale=en").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn topics_channels_and_status_tell_what_the_public_may_know() {
    let center = Center::new();
    let topics = center.get("/api/v1/topics?locale=ru").await;
    assert_eq!(topics.each("topics", "slug"), ["account", "payments"]);
    assert_eq!(topics.json()["topics"][1]["count"], 2);

    let channels = center.get("/api/v1/channels").await;
    assert_eq!(channels.header("cache-control"), "no-cache");
    assert_eq!(channels.json()["channels"][1]["open_now"], true);
    assert_eq!(channels.json()["channels"][1]["hours"], "09:00-21:00");

    let status = center.get("/api/v1/status").await.json();
    assert_eq!(status["articles"], 4);
    assert_eq!(status["problems_count"], 1);
    assert_eq!(status["source"]["kind"], "folder");
    assert!(status.get("problems").is_none());

    let status = center.get_as_staff("/api/v1/status").await.json();
    assert_eq!(status["articles"], 6);
    assert_eq!(status["problems"][0]["hint"], "look at it");
}

#[tokio::test]
async fn staff_see_what_is_theirs_and_it_is_kept_nowhere() {
    let center = Center::new();
    let answer = center.get_as_staff("/api/v1/articles/secret-limits").await;
    assert_eq!(answer.json()["audience"], "staff");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("etag"), "");
    let search = format!("/api/v1/search?q={}", encoded(SECRET));
    assert_eq!(center.get_as_staff(&search).await.json()["total"], 2);
    assert_eq!(center.get(&search).await.json()["total"], 0);
}

#[tokio::test]
async fn a_key_that_opens_nothing_is_refused_in_one_way() {
    let center = Center::new();
    let mut bodies = Vec::new();
    for value in ["Bearer wrong", "Bearer", "Basic YTpi", "", "Bearer  ", center.key.as_str()] {
        let answer = center.get_with("/api/v1/search?q=a", "authorization", value).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{value}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        let mut json = answer.json();
        json.as_object_mut().unwrap().remove("request_id");
        bodies.push(json);
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]));
}

#[tokio::test]
async fn a_hidden_article_answers_as_one_that_does_not_exist() {
    let center = Center::new();
    for id in ["secret-limits", "old-secret", "rules"] {
        for suffix in ["", "?locale=ru"] {
            let ask = |id: &str| format!("/api/v1/articles/{id}{suffix}");
            let hidden = center.get_with(&ask(id), "x-request-id", "same").await;
            let absent = center.get_with(&ask("no-such"), "x-request-id", "same").await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND);
            assert_eq!(hidden.body, absent.body);
            assert_eq!(hidden.headers, absent.headers);
        }
    }
}

#[tokio::test]
async fn no_word_of_a_staff_article_shows_in_a_public_answer() {
    let center = Center::new();
    let secret = encoded(SECRET);
    for address in [
        format!("/api/v1/search?q={secret}"),
        "/api/v1/search?q=%D0%B2%D1%8B%D0%B2%D0%BE%D0%B4&limit=50".to_owned(),
        format!("/api/v1/suggest?q={}", encoded("зубр")),
        "/api/v1/suggest?q=%D1%82%D0%B0%D0%B9%D0%BD".to_owned(),
        "/api/v1/articles?limit=200".to_owned(),
        "/api/v1/articles?topic=antifraud".to_owned(),
        "/api/v1/articles?cursor=after.secret-limits".to_owned(),
        "/api/v1/topics".to_owned(),
        "/api/v1/status".to_owned(),
        "/api/v1/articles/withdraw-to-card".to_owned(),
        "/metrics".to_owned(),
    ] {
        let answer = center.get(&address).await;
        let text = answer.text().replace(&format!("\"{SECRET}\""), "");
        for word in [SECRET, "Тайные", "secret", "zubr", "antifraud"] {
            assert!(!text.contains(word), "{address} tells {word}: {text}");
        }
    }
}

#[tokio::test]
async fn who_has_the_present_answer_does_not_get_it_again() {
    for answer_cache in [true, false] {
        let settings = Settings { answer_cache, ..Settings::default() };
        let center = Center::with(articles(), settings);
        for address in ["/api/v1/search?q=a", "/api/v1/articles", "/api/v1/topics"] {
            let first = center.get(address).await;
            let tag = first.header("etag").to_owned();
            assert!(tag.starts_with("W/\""), "{tag}");
            assert_eq!(first.header("vary"), "authorization");
            for known in [tag.clone(), format!("\"x\", {tag}"), "*".to_owned()] {
                let again = center.get_with(address, "if-none-match", &known).await;
                assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{address} {known}");
                assert!(again.body.is_empty());
                assert_eq!(again.header("etag"), tag);
                assert_eq!(again.header("cache-control"), "public, max-age=0, must-revalidate");
            }
            let other = center.get_with(address, "if-none-match", "\"x\"").await;
            assert_eq!(other.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_new_edition_is_answered_from_at_once() {
    let center = Center::new();
    let address = "/api/v1/articles?limit=200";
    let tag = center.get(address).await.header("etag").to_owned();
    let mut fewer = articles();
    fewer.remove(1);
    center.publish(2, fewer);
    let answer = center.get_with(address, "if-none-match", &tag).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.each("articles", "id"), ["hostile", "withdraw-to-card"]);
}

#[tokio::test]
async fn a_repeated_question_is_answered_from_memory() {
    let center = Center::new();
    let first = center.get("/api/v1/search?q=card").await;
    let second = center.get("/api/v1/search?q=card").await;
    assert_eq!(first.body, second.body);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    let head = center.send(Method::HEAD, "/api/v1/search?q=card").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), first.body.len().to_string());
}

/// Percent-encoded, as an address has it.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}
