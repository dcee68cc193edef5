//! The pages: what stands on them, where they lead, what they never do.

use std::sync::Arc;

use axum::http::{Method, StatusCode};

use super::api::encoded;
use super::{Answer, Center, HOSTILE, SECRET, articles};
use crate::web::Settings;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; object-src 'none'";

fn assert_is_page(answer: &Answer, address: &str) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{address}");
    assert_eq!(answer.header("content-security-policy"), POLICY);
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
    let text = answer.text();
    assert_eq!(text.matches("<h1").count(), 1, "{address}");
    assert_eq!(text.matches("<main").count(), 1, "{address}");
    for script in text.split("<script").skip(1) {
        let is_file = script.starts_with(" src=\"/assets/");
        assert!(
            is_file || script.starts_with(" type=\"application/ld+json\">"),
            "{address}: {script}"
        );
    }
    assert!(!text.contains("style="), "{address}: {text}");
    assert!(!text.contains("289471"), "{address} calculated what an author wrote");
}

#[tokio::test]
async fn every_page_is_written_in_every_locale() {
    let center = Center::new();
    for address in [
        "/ru/",
        "/en/",
        "/ru/payments/",
        "/en/payments/",
        "/ru/payments/withdraw-to-card",
        "/en/payments/withdraw-to-card",
        "/ru/account/hostile",
        "/ru/search",
        "/en/search?q=card",
        "/ru/search?q=%D0%B2%D1%8B%D0%B2%D0%BE%D0%B4&topic=payments&tag=card",
        "/ru/search?q=zzzzzz",
        "/ru/contact",
        "/en/contact",
        "/docs",
    ] {
        let answer = center.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
        assert_is_page(&answer, address);
        let head = center.send(Method::HEAD, address).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    }
}

#[tokio::test]
async fn an_article_page_has_all_that_belongs_to_it() {
    let answer = Center::new().get("/ru/payments/withdraw-to-card").await;
    for part in [
        "<html lang=\"ru\" dir=\"ltr\">",
        "<h1 id=\"top\">Как вывести деньги на карту</h1>",
        "<h2 id=\"skolko-idet-vyvod\">",
        "href=\"#skolko-idet-vyvod\"",
        "<time datetime=\"2026-10-01T12:00:00Z\">1 октября 2026 г.</time>",
        "rel=\"canonical\" href=\"https://help.example.com/ru/payments/withdraw-to-card\"",
        "hreflang=\"en\" href=\"https:",
        "href=\"/a/withdraw-to-card?locale=ru\"",
        "\"@type\":\"BreadcrumbList\"",
        "<meta property=\"og:type\" content=\"article\">",
        "How to withdraw to a card",
        "Комиссии",
        "Чат",
        "aria-label=\"Вы здесь\"",
        "class=\"skip\" href=\"#_content\"",
    ] {
        assert!(answer.text().contains(part), "{part} is missing in {}", answer.text());
    }
}

#[tokio::test]
async fn hostile_words_are_shown_and_not_obeyed() {
    let center = Center::new();
    let query = encoded(HOSTILE);
    for address in [
        format!("/ru/search?q={query}"),
        "/ru/account/hostile".to_owned(),
        "/ru/account/".to_owned(),
    ] {
        let answer = center.get(&address).await;
        assert_is_page(&answer, &address);
        assert!(answer.text().contains("&lt;script&gt;alert(1)"), "{address}");
    }
    let too_long = format!("/ru/search?q={}", encoded(&"<b>".repeat(100)));
    let answer = center.get(&too_long).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_is_page(&answer, &too_long);
    assert!(answer.text().contains("Слишком длинный запрос"));
    assert!(answer.text().contains("<form"));
}

#[tokio::test]
async fn a_search_page_marks_links_sections_and_narrows() {
    let center = Center::new();
    let address = format!("/ru/search?q={}", encoded("вывод"));
    let text = center.get(&address).await.text().to_owned();
    assert!(text.contains("<mark>"), "{text}");
    assert!(text.contains("withdraw-to-card#skolko-idet-vyvod"), "{text}");
    assert!(text.contains("name=\"robots\" content=\"noindex\""));
    assert!(text.contains("Нашл"), "{text}");

    let nothing = center.get("/ru/search?q=zzzzzz").await;
    assert!(nothing.text().contains("Ничего не нашлось"));
    assert!(nothing.text().contains("value=\"zzzzzz\""));
    assert!(nothing.text().contains("Чат"));
}

#[tokio::test]
async fn former_and_half_addresses_lead_to_the_present_one() {
    let center = Center::new();
    for (address, to) in [
        ("/ru", "/ru/"),
        ("/ru/payments", "/ru/payments/"),
        ("/ru/money/card", "/ru/payments/withdraw-to-card"),
        ("/ru/payments/cash-out-to-card", "/ru/payments/withdraw-to-card"),
        ("/ru/payments/withdraw-to-card/", "/ru/payments/withdraw-to-card"),
    ] {
        let answer = center.get(address).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{address}");
        assert_eq!(answer.header("location"), to);
    }
}

#[tokio::test]
async fn a_visitor_is_led_to_their_own_locale() {
    let center = Center::new();
    for (address, language, to) in [
        ("/", "en-GB,en;q=0.9,ru;q=0.1", "/en/"),
        ("/", "ru;q=0.5,en;q=0.4", "/ru/"),
        ("/", "de", "/ru/"),
        ("/", "%%%", "/ru/"),
        ("/a/withdraw-to-card", "en", "/en/payments/withdraw-to-card"),
        ("/a/withdraw-to-card?next=//evil.example", "fr", "/ru/payments/withdraw-to-card"),
        ("/a/cash-out-to-card", "ru", "/ru/payments/withdraw-to-card"),
        ("/a/fees", "en", "/ru/payments/fees"),
    ] {
        let answer = center.get_with(address, "accept-language", language).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{address}");
        assert_eq!(answer.header("location"), to, "{address} for {language}");
        assert!(answer.header("vary").contains("accept-language"));
    }
}

#[tokio::test]
async fn what_is_hidden_looks_as_if_it_did_not_exist() {
    let center = Center::new();
    for (hidden, absent) in [
        ("/ru/payments/secret-limits", "/ru/payments/no-such"),
        ("/ru/payments/old-secret", "/ru/payments/no-such"),
        ("/ru/antifraud/", "/ru/no-such/"),
        ("/ru/antifraud", "/ru/no-such"),
        ("/ru/antifraud/rules", "/ru/no-such/rules"),
        ("/a/secret-limits", "/a/no-such"),
        ("/a/old-secret", "/a/no-such"),
        ("/ru/payments/secret.png", "/ru/payments/no-such.png"),
        ("/ru/payments/secret-limits/", "/ru/payments/no-such/"),
        ("/ru/payments/secret-limits.md", "/ru/payments/no-such.md"),
    ] {
        let hidden_answer = center.get_with(hidden, "x-request-id", "same").await;
        let absent_answer = center.get_with(absent, "x-request-id", "same").await;
        assert_eq!(hidden_answer.status, StatusCode::NOT_FOUND, "{hidden}");
        assert_eq!(hidden_answer.body, absent_answer.body, "{hidden}");
        assert_eq!(hidden_answer.headers, absent_answer.headers, "{hidden}");
        assert_is_page(&hidden_answer, hidden);
        assert!(hidden_answer.text().contains("Такой страницы нет"));
    }
}

#[tokio::test]
async fn no_surface_tells_of_a_staff_article() {
    let center = Center::new();
    for address in [
        "/ru/".to_owned(),
        "/ru/payments/".to_owned(),
        "/ru/payments/withdraw-to-card".to_owned(),
        "/ru/contact".to_owned(),
        "/sitemap.xml".to_owned(),
        "/ru/feed.xml".to_owned(),
        "/en/feed.xml".to_owned(),
        "/llms.txt".to_owned(),
        "/robots.txt".to_owned(),
        "/opensearch.xml".to_owned(),
        "/openapi.json".to_owned(),
        format!("/ru/search?q={}", encoded("вывод")),
        format!("/ru/search?q={}&topic=antifraud", encoded("вывод")),
        "/ru/no-such".to_owned(),
    ] {
        for _ in 0..2 {
            let answer = center.get(&address).await;
            for word in [SECRET, "Тайные", "secret", "zubr", "antifraud", "Зубр"] {
                let told = answer.text().contains(word)
                    && !(word == "antifraud" && address.contains("antifraud"));
                assert!(!told, "{address} tells {word}: {}", answer.text());
            }
            // What staff saw in between is not kept for the public.
            center.get_as_staff(&address).await;
        }
    }
}

#[tokio::test]
async fn staff_read_their_pages_and_nobody_keeps_them() {
    let center = Center::new();
    for address in ["/ru/payments/secret-limits", "/ru/antifraud/", "/ru/payments/secret.png"] {
        let answer = center.get_as_staff(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("etag"), "");
    }
    let page = center.get_as_staff("/ru/payments/secret-limits").await;
    assert!(page.text().contains("noindex") && page.text().contains("Только для сотрудников"));
    let wrong = center.get_with("/ru/", "authorization", "Bearer no").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_is_page(&wrong, "/ru/");
}

#[tokio::test]
async fn files_are_served_when_an_article_shows_them() {
    let center = Center::new();
    let picture = center.get("/ru/payments/card.png").await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(picture.header("content-type"), "image/png");
    assert!(picture.header("content-security-policy").contains("sandbox"));
    assert_eq!(picture.text(), "ru/payments/card.png");
    let tag = picture.header("etag").to_owned();
    let again = center.get_with("/ru/payments/card.png", "if-none-match", &tag).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);

    let form = center.get("/ru/payments/form.xyz").await;
    assert_eq!(form.header("content-type"), "application/octet-stream");
    assert_eq!(form.header("content-disposition"), "attachment");

    for address in [
        "/ru/payments/no-such-article.md",
        "/ru/payments/other.png",
        "/site.yaml",
        "/ru/synonyms.yaml",
        "/.git/config",
        "/ru/payments/..%2F..%2Fsite.yaml",
        "/ru/payments/../../site.yaml",
        "/ru/payments/a/b/c.png",
        "/ru/payments/%00.png",
    ] {
        let answer = center.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn garbage_in_an_address_is_an_error_and_no_more() {
    let center = Center::new();
    for address in [
        "/%FF",
        "/ru/%FF",
        "/ru/%C3%28/",
        "/ru/payments/%FE%FF",
        "/a/%80",
        "/ru/search?q=%FF",
        "/ru/search?page=0",
        "/ru/search?page=102",
        "/ru/search?q=a&q=b",
        "/ru/search?topic=%20",
        "/zz/",
        "/RU/",
        "/ru/payments/WITHDRAW",
        "//evil.example/",
        "/ru//",
        "/%2e%2e/",
    ] {
        let answer = center.get(address).await;
        assert!(answer.status.is_client_error(), "{address} gives {}", answer.status);
        assert_is_page(&answer, address);
    }
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let center = Center::new();
    let first = center.get("/ru/payments/fees").await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "public, max-age=0, must-revalidate");
    let again = center.get_with("/ru/payments/fees", "if-none-match", &tag).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let absent = center.get_with("/ru/payments/no-such", "if-none-match", "*").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_is_another_one_when_nobody_is_there_any_more() {
    let at = |clock| {
        let center = Center::made_of(Settings::default(), Arc::new(|_| None), clock);
        center.publish(1, articles());
        center
    };
    // The phone is answered from nine to nine in Moscow.
    let day = at(|| "2026-11-23T10:00:00Z".parse().unwrap()).get("/ru/contact").await;
    let night = at(|| "2026-11-23T20:00:00Z".parse().unwrap());
    assert!(day.text().contains("Сейчас на связи, до 21:00"), "{}", day.text());
    assert!(day.text().contains("UTC+3"));
    let later = night.get_with("/ru/contact", "if-none-match", day.header("etag")).await;
    assert_eq!(later.status, StatusCode::OK);
    assert!(later.text().contains("Сейчас никого нет, ответят завтра с 09:00"), "{}", later.text());
}

#[tokio::test]
async fn an_article_is_shown_in_its_own_language_when_it_is_in_no_other() {
    let center = Center::new();
    let page = center.get("/en/account/hostile").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("<html lang=\"en\""), "{}", page.text());
    assert!(page.text().contains("This article is not translated yet"));
    assert!(page.text().contains("href=\"/ru/account/hostile\""));
    assert!(page.text().contains("content=\"noindex\""));
}

#[tokio::test]
async fn an_article_is_there_as_markdown_too() {
    let center = Center::new();
    let file = center.get("/ru/payments/withdraw-to-card.md").await;
    assert_eq!(file.header("content-type"), "text/markdown; charset=utf-8");
    assert!(file.text().starts_with("# Как вывести деньги на карту\n"), "{}", file.text());
    assert_eq!(center.get("/ru/payments/secret.md").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_mended_search_says_so_and_can_be_asked_as_it_was_typed() {
    let center = Center::new();
    let page = center.get(&format!("/ru/search?q={}", encoded("dsdjl"))).await;
    assert!(page.text().contains("Показаны результаты по запросу <b><bdi>вывод</bdi></b>"));
    assert!(page.text().contains("/ru/search?q=dsdjl&amp;as_typed=true"), "{}", page.text());
    let page = center.get("/ru/search?q=dsdjl&as_typed=true").await;
    assert!(page.text().contains("Ничего не нашлось"), "{}", page.text());
    assert_eq!(center.get("/ru/search?q=a&as_typed=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_color_of_an_operator_is_in_the_style_sheet() {
    let center = Center::new();
    let sheet = center.get("/assets/x/site-ff0000.css").await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert!(sheet.text().contains("--accent:#"), "{}", sheet.text());
    for wrong in ["site-.css", "site-gg0000.css", "site-ff0000ff.css", "site-ff0000"] {
        let answer = center.get(&format!("/assets/x/{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn the_pages_own_files_are_kept_for_good() {
    let center = Center::new();
    let page = center.get("/ru/").await.text().to_owned();
    let from = page.find("/assets/").unwrap();
    let address = &page[from..from + page[from..].find('"').unwrap()];
    let file = center.get(address).await;
    assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
    assert!(file.header("cache-control").contains("immutable"));
    assert_eq!(center.get("/assets/old/site.css").await.header("cache-control"), "no-cache");
    assert_eq!(center.get("/assets/old/none.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn programs_of_others_get_whole_addresses() {
    let center = Center::new();
    let sitemap = center.get("/sitemap.xml").await.text().to_owned();
    assert!(sitemap.contains("<loc>https://help.example.com/ru/payments/fees</loc>"), "{sitemap}");
    let feed = center.get("/ru/feed.xml").await;
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    assert!(feed.text().contains("&lt;script&gt;alert(1)"));
    let robots = center.get_with("/robots.txt", "host", "evil.example").await;
    assert!(robots.text().contains("Sitemap: https://help.example.com/sitemap.xml"));
    let llms = center.get("/llms.txt").await;
    assert!(
        llms.text().contains("(https://help.example.com/ru/payments/fees.md)"),
        "{}",
        llms.text()
    );

    let base_url = Some("https://other.example/".to_owned());
    let other = Center::with(articles(), Settings { base_url, ..Settings::default() });
    assert!(other.get("/robots.txt").await.text().contains("https://other.example/sitemap.xml"));
}

#[tokio::test]
async fn the_reference_lists_every_endpoint_and_error() {
    let center = Center::new();
    let page = center.get("/docs").await.text().to_owned();
    let document = center.get("/openapi.json").await.json();
    for path in ["search", "suggest", "articles", "articles/{id}", "topics", "channels", "status"] {
        let path = format!("/api/v1/{path}");
        assert!(document["paths"][&path]["get"].is_object(), "{path}");
        assert!(page.contains(&path), "{path}");
    }
    assert!(page.contains("id=\"query-too-long\""));
    assert!(page.contains("from 1, to 50"), "{page}");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&crate::web::openapi()).unwrap(),
        document
    );
}

#[tokio::test]
async fn a_page_past_the_last_leads_to_the_last() {
    let center = Center::new();
    let answer = center.get(&format!("/ru/search?q={}&page=50", encoded("вывод"))).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert!(answer.header("location").ends_with("&page=1"), "{}", answer.header("location"));
}

#[tokio::test]
async fn a_query_that_is_too_long_is_not_typed_twice() {
    let center = Center::new();
    let answer = center.get(&format!("/ru/search?q={}", encoded(&"вывод ".repeat(60)))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("value=\"вывод вывод"), "{}", answer.text());
}
