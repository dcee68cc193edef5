//! The staff console and its sessions: the lock, the cookie, what a session opens elsewhere, and what
//! the console shows.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use super::{Answer, Center, SECRET, articles};
use crate::web::{Settings, StaffKeys};

const ADDRESSES: [&str; 7] = [
    "/staff/?q=зубробизон",
    "/staff/results?q=зубробизон",
    "/staff/explain?q=x&article=secret-limits",
    "/staff/article/secret-limits",
    "/staff/sign-out",
    "/staff/nothing",
    "/staff",
];

/// An address as a browser sends it.
fn sent(address: &str) -> String {
    address.replace("зубробизон", "%D0%B7%D1%83%D0%B1%D1%80%D0%BE%D0%B1%D0%B8%D0%B7%D0%BE%D0%BD")
}

async fn post(center: &Center, address: &str, headers: &[(&str, &str)], form: &str) -> Answer {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(address)
        .header("host", "help.example.com")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    center.ask(request.body(Body::from(form.to_owned())).unwrap()).await
}

const OURS: (&str, &str) = ("origin", "https://help.example.com");

/// Signs in and gives the cookie as the browser sends it back.
async fn signed_in(center: &Center) -> String {
    let answer = post(center, "/staff/sign-in", &[OURS], &format!("key={}", center.key)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_is_not_signed_in_learns_nothing_at_any_address() {
    let center = Center::new();
    for cookie in ["a=b", "spravka_session=wrong", "__Host-spravka_session="] {
        for address in ADDRESSES.map(sent) {
            let answer = center.get_with(&address, "cookie", cookie).await;
            if address.starts_with("/staff/?") {
                assert_eq!(answer.status, StatusCode::OK);
                assert!(answer.text().contains("type=\"password\""));
            } else {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{address}");
                assert_eq!(answer.header("location"), "/staff/");
            }
            assert!(!answer.text().contains(SECRET) && !answer.text().contains("_ask"));
            assert_eq!(answer.header("cache-control"), "no-store", "{address}");
        }
    }
    let posted = post(&center, "/staff/results", &[OURS], "q=x").await;
    assert_eq!((posted.status, posted.header("location")), (StatusCode::SEE_OTHER, "/staff/"));
}

#[tokio::test]
async fn without_keys_the_console_is_as_unknown_as_any_page() {
    let assets: crate::web::Assets = std::sync::Arc::new(|_| None);
    let (keys, settings) = (StaffKeys::default(), Settings::default());
    let center = Center::locked_by(keys, settings, assets, jiff::Timestamp::now);
    center.publish(1, articles());
    for address in ADDRESSES.map(sent) {
        let unknown = address.replacen("staff", "stuff", 1);
        let (answer, other) = (center.get(&address).await, center.get(&unknown).await);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(answer.text(), other.text());
    }
    let posted = post(&center, "/staff/sign-in", &[], "key=x").await;
    assert_eq!(posted.status, post(&center, "/stuff/sign-in", &[], "key=x").await.status);
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_for_no_script() {
    let center = Center::new();
    let form = format!("key={}", center.key);
    let answer = post(&center, "/staff/sign-in", &[OURS], &form).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-spravka_session="), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Strict", "Path=/", "Secure"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(cookie.split(';').next().unwrap().len() > 22 + 40, "{cookie}");
    let without = post(&center, "/staff/sign-in", &[], &form).await;
    assert!(without.header("set-cookie").contains("Secure"), "the site's address is https");
    let plain = [("origin", "http://help.example.com")];
    let plain = post(&center, "/staff/sign-in", &plain, &form).await;
    let plain = plain.header("set-cookie").to_owned();
    assert!(plain.starts_with("spravka_session=") && !plain.contains("Secure"), "{plain}");
    assert!(plain.contains("HttpOnly") && plain.contains("SameSite=Strict"));
}

#[tokio::test]
async fn a_wrong_key_is_told_on_the_same_page_and_not_repeated() {
    let center = Center::new();
    let answer = post(&center, "/staff/sign-in", &[OURS], "key=spravka_wrong").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text().contains("This key opens nothing here"));
    assert!(
        answer.text().contains("type=\"password\"") && !answer.text().contains("spravka_wrong")
    );
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn guessing_keys_is_slowed_down() {
    let center = Center::new();
    let mut last = post(&center, "/staff/sign-in", &[OURS], "key=x").await;
    for _ in 0..6 {
        last = post(&center, "/staff/sign-in", &[OURS], "key=x").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.header("retry-after").parse::<u32>().unwrap() >= 1);
    let right = post(&center, "/staff/sign-in", &[OURS], &format!("key={}", center.key)).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_post() {
    let center = Center::new();
    let cookie = signed_in(&center).await;
    let form = format!("key={}", center.key);
    for forged in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for address in ["/staff/sign-in", "/staff/sign-out", "/staff/", "/staff/results"] {
            let answer = post(&center, address, &[forged, ("cookie", &cookie)], &form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{forged:?} {address}");
            assert_eq!(answer.header("set-cookie"), "");
        }
        let question = format!("q={}", sent("зубробизон"));
        let headers = [forged, ("cookie", cookie.as_str())];
        let answer = post(&center, "/api/v1/answer", &headers, &question).await;
        assert!(!answer.text().contains("secret-limits"), "{forged:?}");
    }
    assert!(center.get_with("/staff/", "cookie", &cookie).await.text().contains("_ask"));
}

#[tokio::test]
async fn a_session_makes_its_holder_staff_everywhere_until_it_is_signed_out() {
    let center = Center::new();
    let cookie = signed_in(&center).await;
    let search = sent("/api/v1/search?q=зубробизон");
    for address in ["/ru/payments/secret-limits", "/api/v1/articles/secret-limits", search.as_str()]
    {
        let answer = center.get_with(address, "cookie", &cookie).await;
        assert!(answer.text().contains(SECRET), "{address}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.headers.get_all("vary").iter().any(|v| v == "cookie"), "{address}");
    }
    let question = format!("q={}", sent("зубробизон"));
    let headers = [OURS, ("cookie", cookie.as_str())];
    let posted = post(&center, "/api/v1/answer", &headers, &question).await;
    assert!(posted.text().contains("secret-limits"), "{}", posted.text());
    let unsaid = post(&center, "/api/v1/answer", &[("cookie", &cookie)], &question).await;
    assert!(!unsaid.text().contains("secret-limits"));

    let out = post(&center, "/staff/sign-out", &[OURS, ("cookie", &cookie)], "").await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(
        out.headers.get_all("set-cookie").iter().all(|c| c.to_str().unwrap().contains("Max-Age=0"))
    );
    let after = center.get_with("/ru/payments/secret-limits", "cookie", &cookie).await;
    assert_eq!(after.status, StatusCode::NOT_FOUND);
    assert!(center.get_with("/staff/", "cookie", &cookie).await.text().contains("password"));
}

#[tokio::test]
async fn a_cookie_that_opens_nothing_is_the_public() {
    let center = Center::new();
    for address in ["/ru/", "/api/v1/search?q=fees", "/api/v1/status"] {
        let public = center.get(address).await;
        let other = center.get_with(address, "cookie", "spravka_session=nothing").await;
        assert_eq!((public.status, public.header("etag")), (other.status, other.header("etag")));
    }
}

#[tokio::test]
async fn what_is_kept_never_passes_between_staff_and_public() {
    let center = Center::new();
    let cookie = signed_in(&center).await;
    let address = sent("/ru/search?q=зубробизон");
    for _ in 0..2 {
        let staff = center.get_with(&address, "cookie", &cookie).await;
        assert!(staff.text().contains("secret-limits"));
        let public = center.get(&address).await;
        assert!(!public.text().contains("secret-limits"));
    }
    let other = "/ru/payments/";
    for _ in 0..2 {
        assert!(!center.get(other).await.text().contains("secret-limits"));
        assert!(center.get_with(other, "cookie", &cookie).await.text().contains("secret-limits"));
    }
}

/// The console as somebody who is signed in sees it.
async fn console(center: &Center, message: &str, rest: &str) -> String {
    let cookie = signed_in(center).await;
    let form = format!("q={}{rest}", crate::web::pages::encoded(message));
    let headers = [OURS, ("cookie", cookie.as_str())];
    let answer = post(center, "/staff/results", &headers, &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text().to_owned()
}

#[tokio::test]
async fn links_to_copy_are_permanent_and_in_the_players_language() {
    let center = Center::new();
    let found = console(&center, "Здравствуйте! Сколько идёт вывод на карту?", "").await;
    let link = "https://help.example.com/a/withdraw-to-card?locale=ru#";
    assert!(found.contains(link), "{found}");
    let found = console(&center, "withdraw to a card", "").await;
    assert!(found.contains("/a/withdraw-to-card?locale=en#top"), "{found}");
    for (locale, title) in [("ru", "/ru/"), ("en", "/en/"), ("xx", "/ru/")] {
        let link = format!("/a/withdraw-to-card?locale={locale}");
        let answer = center.get_with(&link, "accept-language", "ru").await;
        assert!(answer.header("location").starts_with(title), "{locale}");
    }
}

#[tokio::test]
async fn nothing_of_a_staff_article_is_there_to_copy() {
    let center = Center::new();
    let found = console(&center, "secret-limits", "").await;
    assert!(found.contains("Staff only") && found.contains(SECRET));
    let copied: Vec<&str> = found.split("data-copy=").skip(1).collect();
    for field in copied {
        let field = field.split("</label>").next().unwrap();
        assert!(!field.contains(SECRET) && !field.contains("secret-limits"), "{field}");
    }
}

#[tokio::test]
async fn an_article_that_is_named_comes_first() {
    let center = Center::new();
    for name in ["fees", "/a/fees", "https://help.example.com/ru/payments/fees"] {
        let found = console(&center, name, "").await;
        let first = found.split("data-result").nth(1).unwrap();
        assert!(first.contains("Комиссии"), "{name}: {found}");
    }
}

#[tokio::test]
async fn what_is_pasted_is_escaped() {
    let center = Center::new();
    let cookie = signed_in(&center).await;
    let page = center.get_with("/staff/?q=%3C/textarea%3E%3Cscript%3E", "cookie", &cookie).await;
    assert!(page.text().contains("&lt;/textarea&gt;&lt;script&gt;"), "{}", page.text());
}

#[tokio::test]
async fn the_empty_console_tells_what_is_wrong_and_every_page_of_it_is_whole() {
    let center = Center::new();
    let cookie = signed_in(&center).await;
    let page = center.get_with("/staff/", "cookie", &cookie).await;
    assert!(page.text().contains("ru/payments/secret-limits.md:1"), "{}", page.text());
    assert!(page.text().contains("No article changed this week"));
    for (address, said) in [
        ("/staff/article/fees?locale=ru", "ru/payments/fees.md"),
        ("/staff/article/secret-limits?locale=ru&ui=ru", "Только для сотрудников"),
        ("/staff/explain", "name=\"article\""),
        (
            "/staff/explain?q=%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82&article=fees&locale=ru",
            "Add the question",
        ),
        ("/staff/explain?q=x&article=not%20one", "role=\"alert\""),
    ] {
        let answer = center.get_with(address, "cookie", &cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
        assert!(answer.text().contains(said), "{address}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let none = center.get_with("/staff/article/nothing", "cookie", &cookie).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_staff_article_on_its_own_page_has_no_link_for_a_player() {
    let center = Center::new();
    let page = center.get_as_staff("/ru/payments/secret-limits").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(!page.text().contains("data-permalink") && !page.text().contains("/a/secret-limits"));
    assert!(page.text().contains("Ссылки на неё открываются только у сотрудников"));
    assert!(page.text().contains("href=\"/staff/\""), "{}", page.text());
    let public = center.get("/ru/payments/withdraw-to-card").await;
    assert!(public.text().contains("data-permalink=\"/a/withdraw-to-card?locale=ru\""));
    assert!(!public.text().contains("/staff/"));
}

#[tokio::test]
async fn a_word_typed_on_the_wrong_layout_is_found_in_the_language_it_was_meant_in() {
    let center = Center::new();
    let found = console(&center, "dsdjl ltytu yf rfhne", "").await;
    assert!(found.contains("Как вывести деньги на карту"), "{found}");
    let english = console(&center, "How do I withdraw to a card?", "").await;
    assert!(english.contains("How to withdraw to a card"), "{english}");
}

#[tokio::test]
async fn what_a_player_wrote_of_themselves_is_in_no_address() {
    let center = Center::new();
    let found = console(&center, "вывод на карту, мой телефон +7 999 123-45-67", "").await;
    assert!(found.contains("/staff/explain?q="), "{found}");
    assert!(!found.contains("123-45-67&amp;article") && !found.contains("999%20123"), "{found}");
}
