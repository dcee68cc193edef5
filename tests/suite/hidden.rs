//! What is not for everybody is on no public surface: neither by its text, nor by its name, nor by
//! an answer that differs from that for what never was.

use crate::help_center::{HelpCenter, SITE, article, article_with};
use crate::http::{Answer, encoded};

/// Hidden ways: a word that stands in that article only, and the keys that hide it.
const HIDDEN: [(&str, &str); 5] = [
    ("zubrobizon", "audience: staff\n"),
    ("hrustalnik", "status: draft\n"),
    ("mirovozdux", "publish_at: 2099-01-01\n"),
    ("gvozdodyor", "expires_at: 2001-01-01\n"),
    ("kolobrodik", "audience: staff\nstatus: draft\n"),
];
/// As long as those, and nowhere.
const NEVER: &str = "xylotrimfu";

fn center() -> HelpCenter {
    let center = HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("en/billing/_index.md", "---\ntitle: Billing\n---\n");
    let keys = "tags: [shown]\nrelated: [zubrobizon, hrustalnik]\n";
    center.save("en/billing/refunds.md", article_with("Refunds", keys, "Ask for it soon."));
    center.save("en/billing/other.md", article("Other", "Ask for another soon."));
    for (word, keys) in HIDDEN {
        let keys = format!(
            "{keys}summary: The {word} in short.\nquestions: [what is {word}]\ntags: [{word}-tag]\n\
             aliases: [{word}-alias, billing/{word}-path]\n"
        );
        let text = format!(
            "Ask about refunds and {word}.\n\n![{word}]({word}.png)\n\n## On {word}\n\nMore."
        );
        center.save(
            &format!("en/{word}-topic/_index.md"),
            format!("---\ntitle: Topic of {word}\n---\n"),
        );
        center.save(
            &format!("en/{word}-topic/{word}.md"),
            article_with(&format!("About {word}"), &keys, &text),
        );
        center.save(&format!("en/{word}-topic/{word}.png"), word);
    }
    center.start()
}

/// Without what differs each time.
fn steady(answer: &Answer) -> String {
    let id = answer.header("x-request-id").to_owned();
    let mut lines: Vec<String> = answer
        .lossy()
        .replace(&id, "ID")
        .lines()
        .filter(|line| !line.starts_with("date: "))
        .map(ToOwned::to_owned)
        .collect();
    if lines.iter().any(|line| line.contains("\"took_us\":")) {
        // A search that took a digit longer says so in one character more.
        lines.retain(|line| !line.starts_with("content-length: "));
    }
    for line in &mut lines {
        if let Some(at) = line.find("\"took_us\":") {
            let end = line[at..].find(',').map_or(line.len(), |comma| at + comma);
            line.replace_range(at..end, "");
        }
    }
    lines.join("\n")
}

/// Every public address that a word could show at, with the word in it.
fn addresses_with(word: &str) -> Vec<String> {
    let (half, q) = (&word[..6], encoded(format!("about {word}")));
    let typo = word.replacen(&word[3..4], "q", 1);
    vec![
        format!("/api/v1/search?q={word}&locale=en"),
        format!("/api/v1/search?q={half}&locale=en"),
        format!("/api/v1/search?q={typo}&locale=en"),
        format!("/api/v1/search?q={q}&locale=en"),
        format!("/api/v1/search?q=refunds&tag={word}-tag&locale=en"),
        format!("/api/v1/search?q=refunds&topic={word}-topic&locale=en"),
        format!("/api/v1/suggest?q={word}&locale=en"),
        format!("/api/v1/suggest?q={half}&locale=en"),
        format!("/api/v1/articles?tag={word}-tag&locale=en"),
        format!("/api/v1/articles?topic={word}-topic&locale=en"),
        format!("/api/v1/articles?cursor=after.{word}&locale=en"),
        format!("/api/v1/articles/{word}"),
        format!("/api/v1/articles/{word}?locale=en"),
        format!("/api/v1/articles/{word}-alias"),
        format!("/en/{word}-topic"),
        format!("/en/{word}-topic/"),
        format!("/en/{word}-topic/{word}"),
        format!("/en/{word}-topic/{word}/"),
        format!("/en/{word}-topic/{word}.png"),
        format!("/en/{word}-topic/{word}.md"),
        format!("/en/{word}-topic/feed.xml"),
        format!("/en/billing/{word}"),
        format!("/en/billing/{word}-path"),
        format!("/a/{word}"),
        format!("/a/{word}-alias"),
        format!("/en/search?q={word}"),
        format!("/en/search?q={half}"),
        format!("/en/search?q={typo}"),
    ]
}

/// Every public address that lists things.
const LISTS: [&str; 20] = [
    "/",
    "/en",
    "/en/",
    "/en/billing/",
    "/en/billing/refunds",
    "/en/billing/other",
    "/en/contact",
    "/en/feed.xml",
    "/en/search",
    "/en/search?q=ask+about+refunds",
    "/sitemap.xml",
    "/llms.txt",
    "/robots.txt",
    "/opensearch.xml",
    "/api/v1/search?q=ask+about+refunds&locale=en&limit=50",
    "/api/v1/suggest?q=about&locale=en&limit=20",
    "/api/v1/articles?locale=en",
    "/api/v1/articles/refunds",
    "/api/v1/topics?locale=en",
    "/api/v1/status",
];

#[test]
fn the_answer_for_what_is_hidden_is_that_for_what_never_was() {
    let center = center();
    let mut wrong = Vec::new();
    for (word, keys) in HIDDEN {
        for (of_hidden, of_never) in addresses_with(word).iter().zip(addresses_with(NEVER)) {
            // A page whose time has passed is told to be gone, and no more: its address was public.
            let answer = center.get(of_hidden);
            if answer.status == 410 {
                assert!(keys.starts_with("expires_at"), "{of_hidden}");
                assert!(!answer.lossy().replace(of_hidden, "").contains(word), "{of_hidden}");
                continue;
            }
            let hidden = steady(&center.get(of_hidden)).replace(word, "WORD");
            let never = steady(&center.get(&of_never)).replace(NEVER, "WORD");
            let (hidden, never) =
                (hidden.replace(&word[..6], "HALF"), never.replace(&NEVER[..6], "HALF"));
            let (hidden, never) = (untyped(&hidden, word), untyped(&never, NEVER));
            if hidden != never {
                wrong.push(format!(
                    "{keys:?} {of_hidden}\n--- hidden\n{hidden}\n--- never\n{never}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Without the misspelled word of [`addresses_with`].
fn untyped(text: &str, word: &str) -> String {
    text.replace(&word.replacen(&word[3..4], "q", 1), "TYPO")
}

#[test]
fn no_list_shows_what_is_hidden() {
    let center = center();
    // Names of measures come of requests: these must not become any.
    for (word, _) in HIDDEN {
        for address in addresses_with(word) {
            center.get(&address);
        }
    }
    let mut wrong = Vec::new();
    for address in LISTS.iter().chain(&["/metrics", "/openapi.json", "/docs", "/nowhere"]) {
        let said = center.get(address).lossy();
        for (word, _) in HIDDEN {
            if said.contains(word) || said.contains(&word.to_uppercase()) {
                wrong.push(format!("{address} shows {word}:\n{said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let status = center.get("/api/v1/status").json();
    assert_eq!((&status["articles"], &status["sections"]), (&2.into(), &2.into()), "{status:#}");
}

#[test]
fn a_link_to_what_is_hidden_does_not_name_it() {
    let center = HelpCenter::new()
        .with(
            "en/a/shown.md",
            article("Shown", "See [more of this](zubrobizon.md) and [that](hrustalnik.md)."),
        )
        .with("en/a/zubrobizon.md", article_with("Secret zubr", "audience: staff\n", "Text."))
        .with("en/a/hrustalnik.md", article_with("Secret glass", "status: draft\n", "Text."))
        .start();
    for address in ["/en/a/shown", "/en/a/"] {
        let page = center.page(address);
        assert!(!page.contains("zubro") && !page.contains("hrust"), "{page}");
    }
    let html = center.get("/api/v1/articles/shown").json()["html"].as_str().unwrap().to_owned();
    assert!(!html.contains("zubro") && !html.contains("hrust"), "{html}");
    let staff = center.get_as_staff("/en/a/shown");
    assert!(staff.text().contains("href=\"/en/a/zubrobizon\""), "{}", staff.text());
}

#[test]
fn a_key_shows_what_is_for_staff_and_nothing_else_that_is_hidden() {
    let center = center();
    for (word, keys) in HIDDEN {
        let is_shown = keys == "audience: staff\n";
        let status = |address: String| center.get_as_staff(&address).status;
        let expected = if is_shown { 200 } else { 404 };
        let of_page = if keys.starts_with("expires_at") { 410 } else { expected };
        assert_eq!(status(format!("/en/{word}-topic/{word}")), of_page, "{word}");
        assert_eq!(status(format!("/api/v1/articles/{word}")), of_page, "{word}");
        assert_eq!(status(format!("/en/{word}-topic/{word}.png")), expected, "{word}");
        assert_eq!(center.search_as_staff(word, "en").has(word), is_shown, "{word}");
    }
    assert!(center.get_as_staff("/en/zubrobizon-topic/").text().contains("About zubrobizon"));
    let answer = center.get_as_staff("/api/v1/articles/zubrobizon");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.json()["audience"], "staff");
    // What staff were shown is in no cache for others.
    assert_eq!(center.get("/api/v1/articles/zubrobizon").status, 404);
    assert!(!center.search("zubrobizon", "en").has("zubrobizon"));
}

#[test]
fn what_becomes_hidden_is_gone_everywhere() {
    let center = HelpCenter::new()
        .with("en/a/shown.md", article("Shown", "Text."))
        .with("en/a/zubrobizon.md", article("About zubrobizon", "All of it."))
        .start();
    assert!(center.search("zubrobizon", "en").has("zubrobizon"));
    let before = center.get("/api/v1/suggest?q=zubr&locale=en").lossy();
    assert!(before.contains("zubrobizon"));
    center
        .save("en/a/zubrobizon.md", article_with("About zubrobizon", "audience: staff\n", "All."));
    center.until_gone("/en/a/zubrobizon");
    for address in [
        "/en/",
        "/en/a/",
        "/sitemap.xml",
        "/llms.txt",
        "/en/feed.xml",
        "/api/v1/articles?locale=en",
        "/api/v1/suggest?q=zubr&locale=en",
    ] {
        let said = center.get(address).lossy();
        assert!(!said.contains("zubrobizon"), "{address}: {said}");
    }
    assert!(center.search("zubrobizon", "en").ids.is_empty());
}

#[test]
fn files_beside_articles_are_served_only_when_an_article_shows_them() {
    let center = HelpCenter::new()
        .with("site.yaml", SITE)
        .with("en/golden.yaml", "- {query: x, expect: none}\n")
        .with("en/a/shown.md", article("Shown", "![Step](step.png) and [form](form.pdf)"))
        .with("en/a/staff.md", article_with("Staff", "audience: staff\n", "![S](staff.png)"))
        .with("en/a/draft.md", article_with("Draft", "status: draft\n", "![S](draft.png)"))
        .with("en/a/step.png", "a step")
        .with("en/a/form.pdf", "a form")
        .with("en/a/staff.png", "for staff")
        .with("en/a/draft.png", "unfinished")
        .with("en/a/loose.png", "nobody shows it")
        .with("en/a/notes.txt", "private notes")
        .with("en/a/.hidden.png", "hidden")
        .start();
    let step = center.get("/en/a/step.png");
    assert_eq!((step.status, step.text()), (200, "a step"));
    assert_eq!(step.header("content-type"), "image/png");
    assert!(step.header("content-security-policy").contains("sandbox"));
    assert_eq!(center.get("/en/a/form.pdf").status, 200);
    assert_eq!(center.get_as_staff("/en/a/staff.png").status, 200);
    for name in
        ["staff.png", "draft.png", "loose.png", "notes.txt", ".hidden.png", "staff.md", "draft.md"]
    {
        assert_eq!(center.get(&format!("/en/a/{name}")).status, 404, "{name}");
    }
    for address in
        ["/site.yaml", "/en/golden.yaml", "/en/a/..%2fa%2fstep.png", "/log", "/index/edition"]
    {
        assert_eq!(center.get(address).status, 404, "{address}");
    }
    center.remove("en/a/shown.md");
    center.until_gone("/en/a/step.png");
}
