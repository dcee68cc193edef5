//! What stands around every answer: ids, limits, headers, errors of the framework, health.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use super::{Center, articles};
use crate::web::Settings;

#[tokio::test]
async fn before_the_first_edition_everything_asks_for_patience() {
    let center = Center::empty(Settings::default());
    assert_eq!(center.get("/healthz").await.status, StatusCode::OK);
    for address in ["/readyz", "/api/v1/search?q=a", "/api/v1/status", "/ru/", "/"] {
        let answer = center.get(address).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{address}");
        assert_eq!(answer.header("retry-after"), "1");
    }
    center.publish(1, articles());
    assert_eq!(center.get("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn errors_of_the_framework_are_problem_documents_too() {
    let center = Center::new();
    for (method, address, status) in [
        (Method::GET, "/api/v1/nothing", 404),
        (Method::POST, "/api/v1/nothing", 404),
        (Method::GET, "/api/v2", 404),
        (Method::POST, "/api/v1/search", 405),
        (Method::DELETE, "/api/v1/articles/fees", 405),
        (Method::GET, "/api/v1/articles/%C3%28", 400),
    ] {
        let answer = center.send(method, address).await;
        assert_eq!(answer.status.as_u16(), status, "{address}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["status"], status);
        assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
        assert_eq!(answer.header("allow").contains("GET"), status == 405);
    }
}

#[tokio::test]
async fn too_much_is_refused() {
    let center = Center::new();
    let long = format!("/api/v1/search?x={}", "a".repeat(8200));
    assert_eq!(center.get(&long).await.status, StatusCode::URI_TOO_LONG);
    let large = center.get_with("/api/v1/search?q=a", "content-length", "99999999").await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_request_id_is_taken_over_when_it_is_one() {
    let center = Center::new();
    for (given, is_taken) in [("a-B_1.2", true), ("a b", false), ("<x>", false), ("", false)] {
        let answer = center.get_with("/healthz", "x-request-id", given).await;
        let id = answer.header("x-request-id");
        assert_eq!(id == given, is_taken, "{given}");
        assert!(!id.is_empty());
    }
    let long = "a".repeat(65);
    let answer = center.get_with("/healthz", "x-request-id", &long).await;
    assert_eq!(answer.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_guessing() {
    let center = Center::new();
    for address in ["/healthz", "/api/v1/topics", "/api/v1/nothing", "/openapi.json", "/ru/"] {
        let answer = center.get(address).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }
}

#[tokio::test]
async fn only_the_sites_configured_may_read_across_origins() {
    let allowed_origins = vec!["https://www.example.com".to_owned()];
    let center = Center::with(articles(), Settings { allowed_origins, ..Settings::default() });
    // Whoever asks first: what is kept for one is not given to another with their permission.
    center.get("/api/v1/search?q=a").await;
    let (ours, evil) = ("https://www.example.com", "https://evil.example");
    for (origin, is_allowed) in [(evil, false), (ours, true), (evil, false)] {
        for _ in 0..2 {
            let answer = center.get_with("/api/v1/search?q=a", "origin", origin).await;
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed == origin, is_allowed);
            assert!(allowed.is_empty() || is_allowed || allowed == ours);
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            assert!(answer.headers.get_all("vary").iter().any(|v| v == "authorization"));
        }
        let preflight = Request::builder()
            .method(Method::OPTIONS)
            .uri("/api/v1/search")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .body(Body::empty());
        let answer = center.ask(preflight.unwrap()).await;
        assert_eq!(answer.header("access-control-allow-origin") == origin, is_allowed);
    }
    let closed =
        Center::new().get_with("/api/v1/topics", "origin", "https://www.example.com").await;
    assert_eq!(closed.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn large_answers_are_compressed_for_who_can_read_it() {
    let center = Center::new();
    for _ in 0..2 {
        let answer = center.get_with("/openapi.json", "accept-encoding", "gzip, br").await;
        assert_eq!(answer.header("content-encoding"), "br");
        let plain = center.get("/openapi.json").await;
        assert_eq!(plain.header("content-encoding"), "");
        assert!(plain.body.len() > answer.body.len());
        let small = center.get_with("/healthz", "accept-encoding", "br").await;
        assert_eq!(small.header("content-encoding"), "");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_address() {
    let center = Center::new();
    center.get("/api/v1/articles/fees").await;
    center.get("/api/v1/articles/no-such-thing").await;
    let metrics = center.get("/metrics").await;
    let text = metrics.text();
    assert!(text.contains("spravka_http_requests_total{"), "{text}");
    assert!(text.contains("route=\"/api/v1/articles/{id}\""), "{text}");
    assert!(text.contains("spravka_http_request_duration_seconds_bucket"), "{text}");
    assert!(text.contains("spravka_edition 1"), "{text}");
    assert!(text.contains("spravka_articles{locale=\"ru\"} 3"), "{text}");
    assert!(!text.contains("no-such-thing"));
}

static PANICS: AtomicBool = AtomicBool::new(false);

#[tokio::test]
async fn a_panic_is_one_answer_and_tells_nothing() {
    let center =
        Center::made_of(Settings::default(), Arc::new(|_| panic!("reading /etc/secret")), || {
            // Once a request: the page that tells of it needs the time too.
            assert!(!PANICS.swap(false, Ordering::Relaxed), "the clock at /etc/secret");
            "2026-11-23T10:00:00Z".parse().unwrap()
        });
    center.publish(1, articles());
    for address in ["/api/v1/channels", "/ru/contact", "/ru/payments/card.png"] {
        PANICS.store(true, Ordering::Relaxed);
        let answer = center.get(address).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
        assert!(!answer.text().contains("secret"), "{}", answer.text());
        assert!(answer.text().contains(answer.header("x-request-id")));
    }
    assert_eq!(center.get("/ru/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let request_timeout = Duration::from_millis(20);
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let receiver = Mutex::new(receiver);
    let center = Center::made_of(
        Settings { request_timeout, ..Settings::default() },
        Arc::new(move |_| receiver.lock().unwrap().recv().ok().map(|()| Vec::new())),
        jiff::Timestamp::now,
    );
    center.publish(1, articles());
    let answer = center.get("/ru/payments/card.png").await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(answer.text().contains("<h1>"));
    drop(sender);
}
