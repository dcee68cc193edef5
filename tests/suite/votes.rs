//! Votes through the real program: kept over restarts, without personal data, by JSON and by form.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::help_center::{HelpCenter, article, article_with};
use crate::http::{Answer, Request};

const CARD: &str = "4111 1111 1111 1111";

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("ru/payments/fees.md", article("Комиссии", "Комиссий нет."))
        .with("ru/payments/secret.md", article_with("Тайное", "audience: staff\n", "Тайна."))
        .start()
}

fn post(center: &HelpCenter, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let target = target.as_bytes();
    center.send(&Request { method: "POST", target, headers, body: body.as_bytes() })
}

fn vote(center: &HelpCenter, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    post(center, "/api/v1/feedback", &headers, &body.to_string())
}

fn fill_in(center: &HelpCenter, form: &str) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    post(center, "/ru/feedback", &headers, form)
}

/// Whether any file of the folder has these bytes.
fn has(folder: &Path, bytes: &str) -> bool {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.any(|file| {
        let text = fs::read(file).unwrap();
        text.windows(bytes.len()).any(|window| window == bytes.as_bytes())
    })
}

#[test]
fn what_was_answered_with_202_is_there_after_a_restart_and_no_card_is() {
    let mut center = center();
    let state = center.folder().join("state");
    let comment = format!("карта {CARD} верблюжонок");
    let body = json!({"article": "fees", "locale": "ru", "helpful": false, "reason": "wrong", "comment": comment});
    let answer = vote(&center, &body);
    assert_eq!(answer.status, 202, "{}", answer.lossy());
    let form =
        format!("article=fees&helpful=no&comment={}&query=%2B79161234567", CARD.replace(' ', "+"));
    assert_eq!(fill_in(&center, &form).status, 303);
    for digits in [CARD, "4111111111111111", "79161234567"] {
        assert!(!has(&state, digits), "{digits} while it runs");
    }
    assert!(has(&state, "[card] верблюжонок"));
    center.restart();
    for digits in [CARD, "4111111111111111", "79161234567"] {
        assert!(!has(&state, digits), "{digits} after a restart");
    }
    assert!(has(&state, "[card] верблюжонок"));
    assert!(!center.log().contains("1111 1111") && !center.log().contains("верблюжонок"));

    // The program that starts on it goes on where the other one stopped.
    let vote_again =
        json!({"article": "fees", "locale": "ru", "helpful": true, "vote": answer.json()["vote"]});
    assert_eq!(vote(&center, &vote_again).json()["vote"], answer.json()["vote"]);
    assert!(center.stop().success());
    assert!(!has(&state, "верблюжонок"), "the comment was the vote's, and is gone with it");
}

#[test]
fn a_form_leads_through_why_to_thanks() {
    let center = center();
    let why = fill_in(&center, "article=fees&helpful=no");
    assert_eq!(why.status, 303, "{}", why.lossy());
    let location = why.header("location").to_owned();
    let page = center.page(&location);
    assert!(page.contains("name=\"reason\"") && page.contains("example.com/chat"), "{page}");
    let ticket = location.rsplit('=').next().unwrap();
    let told = fill_in(&center, &format!("article=fees&helpful=no&vote={ticket}&reason=unclear"));
    assert!(center.page(told.header("location")).contains("Спасибо"));
    let evil =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")];
    assert_eq!(post(&center, "/ru/feedback", &evil, "article=fees&helpful=yes").status, 403);
}

#[test]
fn the_eleventh_vote_of_a_minute_is_refused_for_a_while() {
    let center = center();
    let body = json!({"article": "fees", "locale": "ru", "helpful": true});
    let statuses: Vec<u16> = (0..11).map(|_| vote(&center, &body).status).collect();
    assert_eq!(statuses[..10], [202; 10]);
    let refused = vote(&center, &body);
    assert_eq!(refused.status, 429, "{}", refused.lossy());
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|wait| wait >= 1));
}

#[test]
fn an_article_for_staff_is_to_the_public_as_one_that_is_not_there() {
    let center = center();
    let tried = ["secret", "nothing"].map(|id| {
        let answer = vote(&center, &json!({"article": id, "locale": "ru", "helpful": true}));
        let mut json = answer.json();
        json["request_id"].take();
        (answer.status, json)
    });
    assert_eq!(tried[0].0, 404);
    assert_eq!(tried[0], tried[1]);
}

#[test]
fn the_site_is_served_where_votes_cannot_be_kept_and_keeps_them_when_they_can() {
    let center = HelpCenter::new().with("ru/payments/fees.md", article("Комиссии", "Нет."));
    let state = center.folder().join("state");
    fs::write(&state, "in the way").unwrap();
    let center = center.start();
    let body = json!({"article": "fees", "locale": "ru", "helpful": true});
    for _ in 0..2 {
        let answer = vote(&center, &body);
        assert_eq!(answer.status, 503, "{}", answer.lossy());
        assert_eq!(answer.json()["type"], "/docs#not-kept");
    }
    center.page("/ru/payments/fees");
    assert_eq!(center.log().matches("votes cannot be kept").count(), 1, "{}", center.log());
    fs::remove_file(&state).unwrap();
    assert_eq!(vote(&center, &body).status, 202);
}
