//! Reads of article pages: what is counted, whoever answers.

use std::collections::HashMap;

use super::Center;

const PHONE: (&str, &str) =
    ("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)");

async fn reads(center: &Center) -> HashMap<String, u64> {
    let reads = center.app.store.reads_since("2026-11-23".parse().unwrap()).await.unwrap();
    reads.into_iter().map(|((id, locale), n)| (format!("{locale} {id}"), n)).collect()
}

#[tokio::test]
async fn a_page_is_counted_when_it_is_made_when_it_is_kept_and_when_it_is_known() {
    let center = Center::new();
    let page = "/ru/payments/withdraw-to-card";
    let first = center.get_with(page, PHONE.0, PHONE.1).await;
    center.get_with(page, PHONE.0, PHONE.1).await;
    let known = [PHONE, ("if-none-match", first.header("etag"))];
    assert_eq!(center.get_with_all(page, &known).await.status, 304);
    assert_eq!(reads(&center).await, HashMap::from([("ru withdraw-to-card".to_owned(), 3)]));
}

#[tokio::test]
async fn an_article_is_counted_in_the_language_in_which_it_was_read() {
    let center = Center::new();
    // English has no translation of it.
    assert_eq!(center.get_with("/en/payments/fees", PHONE.0, PHONE.1).await.status, 200);
    assert_eq!(reads(&center).await, HashMap::from([("ru fees".to_owned(), 1)]));
}

#[tokio::test]
async fn what_nobody_reads_is_not_counted() {
    let center = Center::new();
    let page = "/ru/payments/withdraw-to-card";
    for address in ["/ru/payments/secret-limits", "/ru/payments/never", "/ru/money/card", "/ru/"] {
        center.get_with(address, PHONE.0, PHONE.1).await;
    }
    center.get(page).await;
    center.get_with(page, "user-agent", "Googlebot/2.1").await;
    let bearer = format!("Bearer {}", center.key);
    center.get_with_all(page, &[PHONE, ("authorization", &bearer)]).await;
    center.get_with_all(page, &[PHONE, ("sec-purpose", "prefetch")]).await;
    assert!(reads(&center).await.is_empty());
}
