//! Votes: by programs, by forms, and by whom they are not taken.

use std::fs;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::{Answer, Center, SECRET};
use crate::store::{Reason, Tally, Vote};

const API: &str = "/api/v1/feedback";
const FORM: &str = "/ru/feedback";
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

impl Center {
    async fn post(&self, address: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let mut request = Request::post(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    async fn vote(&self, body: serde_json::Value) -> Answer {
        self.post(API, &[("content-type", "application/json")], body.to_string()).await
    }

    async fn fill_in(&self, form: &str) -> Answer {
        self.post(FORM, &[("content-type", FORM_TYPE)], form.to_owned()).await
    }

    async fn tally(&self, article: &str) -> Tally {
        let votes = self.app.store.votes(&article.parse().unwrap()).await.unwrap();
        votes.in_locale(&"ru".parse().unwrap())
    }
}

fn yes() -> serde_json::Value {
    json!({"article": "fees", "locale": "ru", "helpful": true})
}

#[tokio::test]
async fn a_vote_is_kept_with_what_the_article_said() {
    let center = Center::new();
    let answer = center
        .vote(json!({"article": "cash-out-to-card", "locale": "ru", "helpful": false, "reason": "wrong",
                     "comment": "карта 4111 1111 1111 1111", "query": "вывод", "new": {"deep": [1]}}))
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    let votes = center.app.store.votes(&"withdraw-to-card".parse().unwrap()).await.unwrap();
    let comment = &votes.comments[0];
    assert_eq!(comment.vote, Vote::NotHelpful(Some(Reason::Wrong)));
    assert_eq!(comment.text.as_ref().unwrap().as_str(), "карта [card]");
    assert_eq!(comment.query.as_ref().unwrap().as_str(), "вывод");
    assert_eq!(comment.at, center.app.now());
    let edition = center.app.published.current().unwrap();
    let shelf = edition.catalog.shelf(crate::article::Audience::Public);
    let article =
        shelf.locale(&comment.locale).unwrap().by_id_or_alias(&"withdraw-to-card".parse().unwrap());
    assert_eq!(comment.digest, article.unwrap().article().digest);

    // Its sender thinks again.
    let vote = answer.json()["vote"].clone();
    let again =
        json!({"article": "withdraw-to-card", "locale": "ru", "helpful": true, "vote": vote});
    assert_eq!(center.vote(again).await.json()["vote"], vote);
    assert_eq!(center.tally("withdraw-to-card").await, Tally { helpful: 1, not_helpful: 0 });
}

#[tokio::test]
async fn what_is_no_vote_is_refused_with_what_is_wrong() {
    let long = "я".repeat(1001);
    for (body, status, says) in [
        (json!({"locale": "ru", "helpful": true}), 400, "article"),
        (json!({"article": "fees", "helpful": true}), 400, "locale"),
        (json!({"article": "fees", "locale": "ru"}), 400, "helpful"),
        (json!({"article": "fees", "locale": "ru", "helpful": "yes"}), 400, "boolean"),
        (json!({"article": "fees", "locale": "zz", "helpful": true}), 400, "`ru` or `en`"),
        (
            json!({"article": "fees", "locale": "ru", "helpful": false, "reason": "x"}),
            400,
            "`unclear`",
        ),
        (
            json!({"article": "fees", "locale": "ru", "helpful": true, "reason": "wrong"}),
            400,
            "`reason`",
        ),
        (
            json!({"article": "fees", "locale": "ru", "helpful": true, "comment": long}),
            400,
            "at most 1000",
        ),
        (json!({"article": "fees", "locale": "en", "helpful": true}), 404, "nothing"),
        (json!([1]), 400, "object"),
    ] {
        // Ten a minute are admitted: each of these is by a visitor of its own.
        let center = Center::new();
        let answer = center.vote(body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(says) || status == 400 && says == "object", "{body}: {detail}");
        assert_eq!(center.tally("fees").await, Tally::default());
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_or_too_large_is_refused() {
    let center = Center::new();
    for content_type in ["text/plain", FORM_TYPE, "application/jsonp"] {
        let answer = center.post(API, &[("content-type", content_type)], yes().to_string()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
    let bare = center.post(API, &[], yes().to_string()).await;
    assert_eq!(bare.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let json = [("content-type", "Application/JSON; charset=utf-8")];
    assert_eq!(center.post(API, &json, "{".to_owned()).await.status, StatusCode::BAD_REQUEST);
    let large = format!("{{\"x\": \"{}\"}}", "a".repeat(64 * 1024));
    assert_eq!(center.post(API, &json, large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(center.post(API, &json, yes().to_string()).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_staff_article_is_voted_on_by_staff_and_for_others_it_is_not_there() {
    let center = Center::new();
    let secret = json!({"article": "secret-limits", "locale": "ru", "helpful": true});
    let unknown = json!({"article": "no-such-thing", "locale": "ru", "helpful": true});
    let (hidden, absent) = (center.vote(secret.clone()).await, center.vote(unknown).await);
    let bare = |answer: &Answer| {
        let mut json = answer.json();
        json["request_id"].take();
        (answer.status, json)
    };
    assert_eq!(bare(&hidden), bare(&absent));
    for form in ["article=secret-limits&helpful=no", "article=no-such-thing&helpful=no"] {
        assert_eq!(center.fill_in(form).await.status, StatusCode::NOT_FOUND);
    }
    for id in ["secret-limits", "no-such-thing"] {
        let page = center.get(&format!("{FORM}?article={id}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(!page.text().contains(SECRET));
    }
    let key = format!("Bearer {}", center.key);
    let headers = [("content-type", "application/json"), ("authorization", key.as_str())];
    let answer = center.post(API, &headers, secret.to_string()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn the_eleventh_vote_in_a_minute_waits() {
    let center = Center::new();
    for _ in 0..10 {
        assert_eq!(center.vote(yes()).await.status, StatusCode::ACCEPTED);
    }
    for answer in [center.vote(yes()).await, center.fill_in("article=fees&helpful=yes").await] {
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
    assert_eq!(center.tally("fees").await, Tally { helpful: 10, not_helpful: 0 });
}

#[tokio::test]
async fn a_form_leads_through_pages_that_may_be_loaded_again() {
    let center = Center::new();
    let ask = center.get("/ru/feedback?article=fees").await;
    assert!(ask.text().contains("<legend>Статья помогла?</legend>"), "{}", ask.text());
    assert!(ask.text().contains("name=\"article\" value=\"fees\""));

    let yes = center.fill_in("article=fees&helpful=yes").await;
    assert_eq!(yes.status, StatusCode::SEE_OTHER);
    let thanks = center.get(yes.header("location")).await;
    assert!(thanks.text().contains("Спасибо!"), "{}", thanks.text());
    assert!(!thanks.text().contains("class=\"channels\""));

    let no = center.fill_in("article=fees&helpful=no&query=%D0%BA%D0%BE%D0%BC").await;
    assert_eq!(no.status, StatusCode::SEE_OTHER);
    let location = no.header("location").to_owned();
    let why = center.get(&location).await;
    assert_eq!(why.status, StatusCode::OK);
    assert!(why.text().contains("номера карт"), "it warns");
    assert!(why.text().contains("class=\"channels\""), "{}", why.text());
    assert!(why.text().contains("noindex"));
    for reason in Reason::ALL {
        assert!(why.text().contains(&format!("value=\"{}\"", reason.as_str())));
    }
    let ticket = location.rsplit('=').next().unwrap();
    assert!(why.text().contains(&format!("name=\"vote\" value=\"{ticket}\"")));

    let told =
        format!("article=fees&helpful=no&vote={ticket}&reason=unclear&comment=%2B79161234567");
    for _ in 0..2 {
        let answer = center.fill_in(&told).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let thanks = center.get(answer.header("location")).await;
        assert!(thanks.text().contains("Спасибо!") && thanks.text().contains("class=\"channels\""));
    }
    assert_eq!(
        center.tally("fees").await,
        Tally { helpful: 1, not_helpful: 1 },
        "sent twice is once"
    );
    let votes = center.app.store.votes(&"fees".parse().unwrap()).await.unwrap();
    let [comment] = &votes.comments[..] else { panic!("{votes:?}") };
    assert_eq!(comment.vote, Vote::NotHelpful(Some(Reason::Unclear)));
    assert_eq!(comment.text.as_ref().unwrap().as_str(), "[phone]");
    assert_eq!(comment.query.as_ref().unwrap().as_str(), "ком");
}

#[tokio::test]
async fn an_article_shown_in_another_language_is_voted_on_in_its_own() {
    let center = Center::new();
    let headers = [("content-type", FORM_TYPE)];
    let form = "article=fees&helpful=no".to_owned();
    let answer = center.post("/en/feedback", &headers, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let why = center.get(answer.header("location")).await;
    assert!(why.text().contains("What was missing?"), "{}", why.text());
    assert_eq!(center.tally("fees").await, Tally { helpful: 0, not_helpful: 1 });
}

#[tokio::test]
async fn a_form_that_is_filled_in_wrong_says_so_on_a_page() {
    let center = Center::new();
    for (form, status) in [
        ("helpful=yes", 404),
        ("article=fees", 400),
        ("article=fees&helpful=maybe", 400),
        ("article=fees&helpful=no&reason=zz", 400),
        ("article=fees&helpful=no&vote=1", 400),
        ("article=fees&article=fees&helpful=yes", 400),
        ("article=%FF&helpful=yes", 400),
    ] {
        let answer = center.fill_in(form).await;
        assert_eq!(answer.status.as_u16(), status, "{form}");
        assert!(answer.text().contains("<h1>"), "{form}");
    }
    for (address, status) in [
        ("/zz/feedback?article=fees", 404),
        ("/ru/feedback", 404),
        ("/ru/feedback?article=fees&said=x", 400),
    ] {
        assert_eq!(center.get(address).await.status.as_u16(), status, "{address}");
    }
}

#[tokio::test]
async fn another_site_cannot_vote_in_a_visitors_name() {
    let center = Center::new();
    let form = "article=fees&helpful=yes".to_owned();
    for (name, value, is_taken) in [
        ("origin", "https://evil.example", false),
        ("origin", "null", false),
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-origin", true),
        ("origin", "https://help.example.com", true),
        ("origin", "http://127.0.0.1:8080", true),
    ] {
        let headers = [("content-type", FORM_TYPE), ("host", "127.0.0.1:8080"), (name, value)];
        let answer = center.post(FORM, &headers, form.clone()).await;
        let expected = if is_taken { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
        assert_eq!(answer.status, expected, "{name}: {value}");
    }
    assert_eq!(center.tally("fees").await, Tally { helpful: 3, not_helpful: 0 });
}

#[tokio::test]
async fn a_vote_that_cannot_be_kept_is_not_thanked_for() {
    let center = Center::new();
    let state = center.state.path();
    fs::remove_dir_all(state).unwrap();
    fs::write(state, "in the way").unwrap();
    let answer = center.vote(yes()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["type"], "/docs#not-kept");
    assert_eq!(answer.header("retry-after"), "10");
    assert!(!answer.text().contains(state.to_str().unwrap()), "no path of the machine");
    let page = center.fill_in("article=fees&helpful=yes").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("не удалось сохранить"), "{}", page.text());
    assert_eq!(center.get("/ru/payments/fees").await.status, StatusCode::OK);

    fs::remove_file(state).unwrap();
    assert_eq!(center.vote(yes()).await.status, StatusCode::ACCEPTED);
    assert_eq!(center.tally("fees").await, Tally { helpful: 1, not_helpful: 0 });
}
