//! What players, their browsers and support tools get: the shapes that the contract promises, the
//! right articles in the right order, and plain words when a request is wrong.

use serde_json::Value;

use crate::help_center::{HelpCenter, article, article_with};
use crate::http::{Answer, Request, encoded};

/// Has at least these keys.
fn assert_has(value: &Value, keys: &str) {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let missing: Vec<&str> = keys.split(' ').filter(|key| !object.contains_key(*key)).collect();
    assert!(missing.is_empty(), "no {missing:?} in {value:#}");
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key} in {value:#}"))
}

/// A problem document with this status.
fn assert_refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.lossy());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let json = answer.json();
    assert_has(&json, "type title status detail request_id");
    assert_eq!(json["status"], status);
    assert_eq!(json["request_id"], answer.header("x-request-id"));
}

#[test]
fn every_endpoint_answers_in_the_shape_that_is_promised() {
    let center = HelpCenter::over_shipped_articles().start();
    let search = center.get(&format!("/api/v1/search?q={}&locale=ru", encoded("вывод на карту")));
    assert_eq!(search.header("content-type"), "application/json");
    let search = search.json();
    assert_has(&search, "query total hits facets did_you_mean took_us edition");
    assert_has(&search["query"], "text locale interpreted rewrites");
    let hit_keys = "id locale title summary topic url permalink audience updated_at score \
                    snippet_html sections";
    for hit in list(&search, "hits") {
        assert_has(hit, hit_keys);
        assert_has(&hit["topic"], "slug title");
        for section in list(hit, "sections") {
            assert_has(section, "heading anchor url snippet_html score");
        }
    }
    for facet in list(&search["facets"], "topic") {
        assert_has(facet, "value label count");
    }
    list(&search["facets"], "tag");

    let rewritten = center.get("/api/v1/search?q=kyc&locale=en").json();
    assert_eq!(rewritten["query"]["rewrites"][0]["kind"], "synonym", "{:#}", rewritten["query"]);
    assert_has(&rewritten["query"]["rewrites"][0], "kind from to");

    let suggest = center.get(&format!("/api/v1/suggest?q={}&locale=ru", encoded("выв"))).json();
    assert!(!list(&suggest, "suggestions").is_empty());
    for suggestion in list(&suggest, "suggestions") {
        assert_has(suggestion, "kind text html url id");
        assert!(["article", "section", "question"].contains(&suggestion["kind"].as_str().unwrap()));
    }

    let articles = center.get("/api/v1/articles?locale=ru&limit=3").json();
    assert_eq!(list(&articles, "articles").len(), 3);
    let item_keys = "id locale title summary topic tags url permalink updated_at audience";
    assert_has(&articles["articles"][0], item_keys);
    assert!(articles["next_cursor"].is_string());

    let one = center.get("/api/v1/articles/withdraw-to-card?locale=ru").json();
    let keys = "id locale title summary topic tags url permalink html markdown toc translations \
                related updated_at audience";
    assert_has(&one, keys);
    let markdown = one["markdown"].as_str().unwrap();
    assert!(markdown.contains("## ") && !markdown.starts_with("---"), "{markdown}");

    let topics = center.get("/api/v1/topics?locale=ru").json();
    for topic in list(&topics, "topics") {
        assert_has(topic, "slug title summary url count");
    }
    let channels = center.get("/api/v1/channels?locale=ru").json();
    for channel in list(&channels, "channels") {
        assert_has(channel, "kind title url hours open_now");
    }

    let status = center.get("/api/v1/status").json();
    assert_has(&status, "edition articles sections locales indexed_at source problems_count");
    assert!(status.get("problems").is_none());
    assert!(center.status()["problems"].is_array());
}

#[test]
fn everything_else_that_is_promised_outside_the_api_is_there() {
    let center = HelpCenter::over_shipped_articles().start();
    for (address, content_type) in [
        ("/healthz", "text/plain"),
        ("/readyz", "text/plain"),
        ("/metrics", "text/plain"),
        ("/openapi.json", "application/json"),
        ("/docs", "text/html"),
        ("/ru/", "text/html"),
        ("/ru/payments/", "text/html"),
        ("/ru/payments/withdraw-to-card", "text/html"),
        ("/ru/search?q=x", "text/html"),
        ("/ru/contact", "text/html"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain"),
        ("/ru/feed.xml", "application/atom+xml"),
        ("/opensearch.xml", "application/opensearchdescription+xml"),
        ("/llms.txt", "text/plain"),
    ] {
        let answer = center.get(address);
        assert_eq!(answer.status, 200, "{address}");
        let given = answer.header("content-type");
        assert!(given.starts_with(content_type), "{address}: {given}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
    }
    let docs = center.page("/docs");
    assert!(!docs.contains("src=\"http") && !docs.contains("src=\"//"), "no outside host");
}

#[test]
fn every_address_in_an_answer_opens() {
    let center = HelpCenter::over_shipped_articles().start();
    for (query, locale) in [("как вывести деньги", "ru"), ("how to withdraw money", "en")]
    {
        let answer = center.get(&crate::help_center::search_target(query, locale)).json();
        assert!(list(&answer, "hits").len() > 3, "{answer:#}");
        for hit in list(&answer, "hits") {
            let url = hit["url"].as_str().unwrap();
            let page = center.page(url);
            let headers = [("accept-language", locale)];
            let short = center.get_with(hit["permalink"].as_str().unwrap(), &headers);
            assert_eq!((short.status, short.header("location")), (302, url));
            for section in list(hit, "sections") {
                let (of, anchor) = section["url"].as_str().unwrap().split_once('#').unwrap();
                assert_eq!((of, anchor), (url, section["anchor"].as_str().unwrap()));
                assert!(page.contains(&format!("id=\"{anchor}\"")), "{url} has no #{anchor}");
            }
        }
    }
}

#[test]
fn a_visitor_is_led_to_the_locale_of_their_browser() {
    let center = HelpCenter::over_shipped_articles().start();
    for (accept, expected) in [("en-US,en;q=0.9", "/en/"), ("ru", "/ru/"), ("de", "/ru/")] {
        let answer = center.get_with("/", &[("accept-language", accept)]);
        assert_eq!(answer.header("location"), expected, "{accept}");
        assert!(answer.header("vary").to_lowercase().contains("accept-language"));
    }
}

fn words(text: &str) -> HelpCenter {
    HelpCenter::new().with("en/a/first.md", text)
}

#[test]
fn words_that_stand_closer_together_rank_higher() {
    let filler = "one of the many things that people say about it and never mean at all";
    let near = format!("{filler}. The silver kettle is here. {filler}.");
    let far = format!("The silver is here. {filler}. {filler}. The kettle.");
    for (near_id, far_id) in [("a-near", "b-far"), ("y-near", "x-far")] {
        let center = HelpCenter::new()
            .with(&format!("en/a/{near_id}.md"), article("Something", &near))
            .with(&format!("en/a/{far_id}.md"), article("Something", &far))
            .start();
        assert_eq!(center.search("silver kettle", "en").ids, [near_id, far_id]);
    }
}

#[test]
fn the_form_that_was_typed_ranks_above_other_forms_of_the_word() {
    let center = HelpCenter::new()
        .with("ru/a/one.md", article("Первая", "Здесь говорится про бонус для новых игроков."))
        .with("ru/a/many.md", article("Вторая", "Здесь говорится про бонусы для новых игроков."))
        .with("en/a/one.md", article("First", "It is about a bonus for new players."))
        .with("en/a/many.md", article("Second", "It is about all bonuses for new players."))
        .start();
    for (query, locale, expected) in [
        ("бонус", "ru", ["one", "many"]),
        ("бонусы", "ru", ["many", "one"]),
        ("bonus", "en", ["one", "many"]),
        ("bonuses", "en", ["many", "one"]),
    ] {
        assert_eq!(center.search(query, locale).ids, expected, "{query}");
    }
}

#[test]
fn yo_and_ye_are_the_same_letter() {
    let center = HelpCenter::new()
        .with("ru/a/one.md", article("Расчёт", "Всё про счёт и отчёт."))
        .with("ru/a/two.md", article("Расчет", "Все про счет и отчет."))
        .start();
    for (yo, ye) in [("счёт", "счет"), ("отчёт", "отчет"), ("РАСЧЁТ", "расчет")]
    {
        let mut found = [center.search(yo, "ru").ids, center.search(ye, "ru").ids];
        for ids in &mut found {
            ids.sort();
        }
        assert_eq!(found, [["one", "two"], ["one", "two"]], "{yo}");
    }
}

#[test]
fn an_empty_query_finds_nothing_and_is_no_mistake() {
    let center = words(&article("First", "Some text.")).start();
    for q in ["", "?q=", "?q=%20%20", "?q=%E2%80%8B", "?q=...", "?q=%00%01"] {
        let answer = center.get(&format!("/api/v1/search{q}"));
        assert_eq!(answer.status, 200, "{q}: {}", answer.lossy());
        assert_eq!(answer.json()["total"], 0, "{q}");
        assert_eq!(center.get(&format!("/api/v1/suggest{q}")).status, 200, "{q}");
        assert_eq!(center.get(&format!("/en/search{q}")).status, 200, "{q}");
    }
}

#[test]
fn a_wrong_request_is_refused_in_plain_words() {
    let center = words(&article("First", "Some text.")).start();
    let (fits, long) = (encoded("ы".repeat(256)), encoded("ы".repeat(257)));
    for endpoint in ["search", "suggest"] {
        let get = |query: &str| center.get(&format!("/api/v1/{endpoint}?{query}"));
        assert_eq!(get(&format!("q={fits}")).status, 200);
        assert_refused(&get(&format!("q={long}")), 400);
        assert_refused(&get("q=a&q=b"), 400);
        assert_refused(&get("q=a&locale=en&locale=en"), 400);
        assert_refused(&get("q=a&locale=xx"), 400);
        assert_refused(&get("q=a&locale=../etc"), 400);
        assert_refused(&get("q=a&limit=0"), 400);
        assert_refused(&get("q=a&limit=51"), 400);
        assert_refused(&get("q=a&limit=many"), 400);
        assert_refused(&get("q=%FF%FE"), 400);
        assert_eq!(get("q=a&unknown=1&unknown=2").status, 200);
    }
    assert_eq!(center.get("/api/v1/search?q=a&limit=50&offset=1000").status, 200);
    assert_refused(&center.get("/api/v1/search?q=a&offset=1001"), 400);
    assert_refused(&center.get("/api/v1/search?q=a&offset=-1"), 400);
    assert_refused(&center.get("/api/v1/articles?cursor=nowhere"), 400);
    assert_refused(&center.get("/api/v1/articles/nothing-like-it"), 404);
    assert_refused(&center.get("/api/v1/nothing"), 404);
    assert_refused(&center.get(&format!("/api/v1/search?q=a&x={}", "y".repeat(9000))), 414);
    let post = Request { method: "POST", target: b"/api/v1/search", headers: &[], body: b"{}" };
    let refused = center.send(&post);
    assert_refused(&refused, 405);
    assert!(refused.header("allow").contains("GET"), "{}", refused.lossy());
    assert_eq!(center.get(&format!("/en/search?q={long}")).status, 400);
}

#[test]
fn pages_of_results_join_without_gaps() {
    let center = HelpCenter::new();
    for at in 0..25 {
        center.save(&format!("en/a/n{at}.md"), article(&format!("Walrus {at}"), "About walrus."));
    }
    let center = center.start();
    let page = |offset: usize| {
        let address = format!("/api/v1/search?q=walrus&locale=en&limit=10&offset={offset}");
        let answer = center.get(&address).json();
        assert_eq!(answer["total"], 25);
        let ids: Vec<String> =
            list(&answer, "hits").iter().map(|h| h["id"].as_str().unwrap().to_owned()).collect();
        ids
    };
    let mut joined = [page(0), page(10), page(20)].concat();
    assert_eq!(joined, center.search("walrus", "en").ids);
    joined.sort();
    joined.dedup();
    assert_eq!(joined.len(), 25);

    let (mut listed, mut cursor) = (0, String::new());
    loop {
        let answer = center.get(&format!("/api/v1/articles?locale=en&limit=10{cursor}")).json();
        listed += list(&answer, "articles").len();
        let Some(next) = answer["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(listed, 25);
}

#[test]
fn who_has_the_present_answer_does_not_get_it_again_until_it_changes() {
    let center = words(&article("First", "Some text.")).start();
    for address in ["/en/a/first", "/api/v1/search?q=text&locale=en", "/sitemap.xml", "/en/"] {
        let first = center.get(address);
        let tag = first.header("etag").to_owned();
        assert!(!tag.is_empty() && !first.header("cache-control").is_empty(), "{address}");
        let again = center.get_with(address, &[("if-none-match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{address}");
        assert_eq!(again.header("etag"), tag);
    }
    let tag = center.get("/en/a/first").header("etag").to_owned();
    center.save("en/a/first.md", article("First", "Another text."));
    center.until_page_says("/en/a/first", "Another text");
    let changed = center.get_with("/en/a/first", &[("if-none-match", &tag)]);
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
    let search = center.get_with("/api/v1/search?q=text&locale=en", &[("if-none-match", &tag)]);
    assert_eq!(search.status, 200);
    let staff = center.get_as_staff("/en/a/first");
    assert_eq!((staff.header("etag"), staff.header("cache-control")), ("", "no-store"));
}

#[test]
fn long_answers_are_compressed_for_who_can_read_that() {
    let center = HelpCenter::over_shipped_articles().start();
    let address = "/ru/payments/withdraw-to-card";
    let plain = center.get(address);
    assert_eq!(plain.header("content-encoding"), "");
    for (accept, expected) in [("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br", "br")] {
        let answer = center.get_with(address, &[("accept-encoding", accept)]);
        assert_eq!(answer.header("content-encoding"), expected);
        assert!(answer.body.len() < plain.body.len() / 2);
        let vary: Vec<&String> =
            answer.headers.iter().filter(|(n, _)| n == "vary").map(|(_, v)| v).collect();
        assert!(format!("{vary:?}").to_lowercase().contains("accept-encoding"), "{vary:?}");
    }
}

#[test]
fn head_says_what_get_would() {
    let center = words(&article("First", "Some text.")).start();
    for address in ["/en/a/first", "/api/v1/status", "/nowhere", "/healthz", "/sitemap.xml"] {
        let get = center.get(address);
        let target = address.as_bytes();
        let head = center.send(&Request { method: "HEAD", target, headers: &[], body: b"" });
        assert_eq!(head.status, get.status, "{address}");
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{address}");
        }
    }
}

#[test]
fn every_answer_names_its_request() {
    let center = words(&article("First", "Some text.")).start();
    let own = center.get_with("/en/a/first", &[("x-request-id", "proxy-1.2_x")]);
    assert_eq!(own.header("x-request-id"), "proxy-1.2_x");
    let ids = [center.get("/en/"), center.get("/en/")].map(|a| a.header("x-request-id").to_owned());
    assert!(ids[0].len() >= 16 && ids[0] != ids[1], "{ids:?}");
    for bad in ["a b", "<script>", "x\u{7f}", &"x".repeat(65), "\"}"] {
        let answer = center.get_with("/en/", &[("x-request-id", bad)]);
        assert_ne!(answer.header("x-request-id"), bad);
    }
    let refused = center.get_with("/api/v1/nothing", &[("x-request-id", "mine")]);
    assert_eq!(refused.json()["request_id"], "mine");
    center.until("the log has it", || center.log().contains("\"request_id\":\"mine\""));
}

#[test]
fn no_visitors_words_are_written_into_the_log() {
    let center = words(&article("First", "Some text.")).start();
    center.search("pelican 4111111111111111", "en");
    center.get("/en/search?q=pelican");
    center.get_with("/en/", &[("x-request-id", "last")]);
    center.until("the log is written", || center.log().contains("\"request_id\":\"last\""));
    assert!(!center.log().contains("pelican"));
    assert!(!center.log().contains(center.key()));
}

#[test]
fn measures_have_the_names_that_dashboards_know() {
    let center = words(&article("First", "Some text.")).start();
    center.search("text", "en");
    center.get("/nowhere/at/all/of/it");
    let metrics = center.page("/metrics");
    for name in [
        "spravka_http_requests_total{",
        "spravka_http_request_duration_seconds_bucket{",
        "spravka_http_request_duration_seconds_count{",
        "spravka_reload_seconds_count",
        "spravka_edition 1",
        "spravka_articles{locale=\"en\"} 1",
        "spravka_problems ",
    ] {
        assert!(metrics.contains(name), "no {name} in\n{metrics}");
    }
    assert!(metrics.contains("route=\"/api/v1/search\""), "{metrics}");
    assert!(!metrics.contains("nowhere"), "no visitor makes names of measures\n{metrics}");
}

#[test]
fn a_key_opens_what_is_for_staff_and_a_wrong_one_is_refused() {
    let center = words(&article_with("First", "audience: staff\n", "Some text.")).start();
    let key = center.key().to_owned();
    for (given, status) in [
        (format!("Bearer {key}"), 200),
        (format!("bearer {key}"), 200),
        (format!("Bearer {key}x"), 401),
        (format!("Basic {key}"), 401),
        ("Bearer".to_owned(), 401),
        (String::new(), 401),
    ] {
        let answer = center.get_with("/api/v1/articles/first", &[("authorization", &given)]);
        assert_eq!(answer.status, status, "{given}");
        if status == 401 {
            assert_refused(&answer, 401);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    assert_eq!(center.get("/api/v1/articles/first").status, 404);
    assert_eq!(center.get(&format!("/api/v1/articles/first?key={key}")).status, 404);
}
