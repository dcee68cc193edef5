//! Everything that visitors may send, tried from the shared collection of hostile inputs: nothing
//! fails, nothing runs, nothing gets out.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::help_center::HelpCenter;
use crate::hostile_data::{Item, items};
use crate::http::{Answer, Request, encoded, send};
use crate::markup;

/// Connections at once.
const AT_ONCE: usize = 4;
/// Longest query that is searched for.
const LONGEST: usize = 256;

/// Longer addresses are refused before anything of ours sees them, in a status without a body.
const LONGEST_ADDRESS: usize = 65_000;

/// What went wrong, and the slowest answer.
#[derive(Default)]
struct Report {
    wrong: Mutex<Vec<String>>,
    slowest: Mutex<(Duration, String)>,
}

impl Report {
    fn note(&self, what: &str, outcome: Result<(), String>) {
        if let Err(wrong) = outcome {
            let short = |text: &str| text.chars().take(300).collect::<String>();
            let length = what.len();
            let line = format!("{} ({length} bytes): {}", short(what), short(&wrong));
            self.wrong.lock().unwrap().push(line);
        }
    }

    fn assert_clean(self, center: &mut HelpCenter) {
        assert!(center.is_alive(), "the server has ended:\n{}", center.log());
        let log = center.log();
        assert!(!log.contains("panicked"), "{log}");
        let wrong = self.wrong.into_inner().unwrap();
        let (slowest, what) = self.slowest.into_inner().unwrap();
        println!("slowest answer: {slowest:?} for {what}");
        let shown = &wrong[..wrong.len().min(25)];
        assert!(wrong.is_empty(), "{} wrong, of them:\n{}", wrong.len(), shown.join("\n"));
    }
}

/// Does it with every item, several at once.
fn each(items: &[Item], try_one: impl Fn(&Item) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    try_one(item);
                }
            });
        }
    });
}

fn get(center: &HelpCenter, target: &[u8], headers: &[(&str, &str)]) -> Result<Answer, String> {
    let request = Request { method: "GET", target, headers, body: b"" };
    let answer = send(center.address(), &request).map_err(|error| error.to_string())?;
    if answer.status >= 500 {
        return Err(format!("answered with {}", answer.status));
    }
    Ok(answer)
}

/// Every text in a document that is given as markup.
fn check_markup_in(value: &Value) -> Result<(), String> {
    match value {
        Value::Object(object) => object.iter().try_for_each(|(key, value)| match value {
            Value::String(html) if key == "snippet_html" || key == "html" => {
                markup::check_marked(html)
            }
            value => check_markup_in(value),
        }),
        Value::Array(list) => list.iter().try_for_each(check_markup_in),
        _ => Ok(()),
    }
}

fn try_query(center: &HelpCenter, report: &Report, query: &[u8]) {
    let length = std::str::from_utf8(query).map(|text| text.chars().count());
    for target in ["/api/v1/search?locale=ru&q=", "/api/v1/suggest?locale=ru&q=", "/ru/search?q="] {
        let address = format!("{target}{}", encoded(query));
        let begun = Instant::now();
        let answer = get(center, address.as_bytes(), &[]);
        let took = begun.elapsed();
        if length.is_ok_and(|length| length <= LONGEST) {
            let mut slowest = report.slowest.lock().unwrap();
            if took > slowest.0 {
                *slowest = (took, address.clone());
            }
        }
        let expected: &[u16] = match length {
            Ok(length) if length <= LONGEST => &[200],
            Ok(_) => &[400, 414, 431],
            Err(_) => &[400],
        };
        let outcome = answer.and_then(|answer| {
            if !expected.contains(&answer.status) {
                return Err(format!("{} and not {expected:?}", answer.status));
            }
            let text = std::str::from_utf8(&answer.body).map_err(|error| error.to_string())?;
            if [414, 431].contains(&answer.status) && address.len() > LONGEST_ADDRESS {
                return text.is_empty().then_some(()).ok_or_else(|| text.to_owned());
            }
            if target.starts_with("/api/") {
                let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
                check_markup_in(&json)
            } else {
                let is_whole = text.trim_end().ends_with("</html>");
                is_whole.then_some(()).ok_or("half a page")?;
                markup::check(text).map(drop)
            }
        });
        report.note(&address, outcome);
    }
}

fn try_queries(file: &str) {
    let Some(items) = items(file) else { return };
    let mut center = HelpCenter::over_shipped_articles().start();
    let report = Report::default();
    each(&items, |item| {
        try_query(&center, &report, &item.bytes);
        if let Ok(text) = std::str::from_utf8(&item.bytes)
            && text.chars().count() > LONGEST
        {
            let cut: String = text.chars().take(LONGEST).collect();
            try_query(&center, &report, cut.as_bytes());
        }
    });
    report.assert_clean(&mut center);
}

#[test]
fn no_query_fails_or_comes_back_as_markup() {
    try_queries("queries.jsonl");
}

#[test]
fn no_script_as_a_query_comes_back_as_one() {
    try_queries("xss.jsonl");
}

/// As it is where HTTP can carry it, else percent-encoded.
fn carried(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| match byte {
            0x21..=0x7e => vec![*byte],
            _ => format!("%{byte:02X}").into_bytes(),
        })
        .collect()
}

/// Nothing from outside the articles, and no way to another site.
fn check_contained(center: &HelpCenter, answer: &Answer) -> Result<(), String> {
    let said = answer.lossy();
    let folder = center.folder().to_string_lossy();
    let foreign =
        ["root:x:0:", "[fonts]", "[boot loader]", "[extensions]", "SECRET-OUTSIDE", &folder];
    if let Some(found) = foreign.iter().find(|foreign| said.contains(**foreign)) {
        return Err(format!("it has {found}"));
    }
    if answer.header("content-type").starts_with("text/html") {
        let text = std::str::from_utf8(&answer.body).map_err(|error| error.to_string())?;
        markup::check(text)?;
    }
    let to = answer.header("location");
    let is_local = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    let is_redirect = (300..400).contains(&answer.status) && answer.status != 304;
    if (is_redirect && !is_local) || to.contains(|c: char| c.is_control()) {
        return Err(format!("it leads to {to}"));
    }
    Ok(())
}

fn try_addresses(file: &str, beginnings: &[&str]) {
    let Some(items) = items(file) else { return };
    let mut center = HelpCenter::over_shipped_articles();
    std::fs::write(center.folder().join("secret.txt"), "SECRET-OUTSIDE").unwrap();
    center.serve();
    let report = Report::default();
    each(&items, |item| {
        let whole = carried(&item.bytes);
        let escaped = encoded(&item.bytes).into_bytes();
        let mut targets = vec![whole.clone()];
        for beginning in beginnings {
            let bare = whole.strip_prefix(b"/").unwrap_or(&whole);
            targets.push([beginning.as_bytes(), bare].concat());
            targets.push([beginning.as_bytes(), &escaped].concat());
        }
        targets.push([b"/", whole.as_slice()].concat());
        for target in targets.iter().filter(|target| !target.is_empty()) {
            let outcome =
                get(&center, target, &[]).and_then(|answer| check_contained(&center, &answer));
            report.note(&format!("{} {}", item.id, String::from_utf8_lossy(target)), outcome);
        }
    });
    report.assert_clean(&mut center);
}

#[test]
fn no_path_leads_out_of_the_articles() {
    let beginnings = [
        "/",
        "/ru/",
        "/ru/payments/",
        "/ru/payments/a/",
        "/a/",
        "/assets/",
        "/assets/x/",
        "/api/v1/articles/",
    ];
    try_addresses("paths.jsonl", &beginnings);
}

#[test]
fn no_address_sends_a_visitor_to_another_site() {
    let beginnings = ["/", "/ru/", "/ru", "/a/", "/?next=", "/ru/?url=", "/ru/payments/"];
    try_addresses("redirects.jsonl", &beginnings);
}

#[test]
fn no_header_sends_a_visitor_to_another_site() {
    let mut center = HelpCenter::over_shipped_articles().start();
    let report = Report::default();
    for name in [
        "x-forwarded-host",
        "x-forwarded-proto",
        "forwarded",
        "x-original-url",
        "x-rewrite-url",
        "origin",
        "referer",
    ] {
        for target in [
            "/",
            "/ru",
            "/ru/payments",
            "/a/withdraw-to-card",
            "/sitemap.xml",
            "/ru/feed.xml",
            "/robots.txt",
        ] {
            let outcome =
                get(&center, target.as_bytes(), &[(name, "evil.test")]).and_then(|answer| {
                    let is_believed = answer.lossy().contains("evil.test");
                    (!is_believed).then_some(()).ok_or_else(|| answer.lossy())
                });
            report.note(&format!("{name} {target}"), outcome);
        }
    }
    report.assert_clean(&mut center);
}

#[test]
fn no_body_is_taken_where_none_belongs() {
    let Some(items) = items("json_bodies.jsonl") else { return };
    let mut center = HelpCenter::over_shipped_articles().start();
    let report = Report::default();
    each(&items, |item| {
        for target in ["/api/v1/search", "/api/v1/suggest", "/api/v1/status", "/ru/search", "/"] {
            let request = Request {
                method: "POST",
                target: target.as_bytes(),
                headers: &[("content-type", "application/json")],
                body: &item.bytes,
            };
            let outcome = match send(center.address(), &request) {
                Ok(answer) if (400..500).contains(&answer.status) => Ok(()),
                Ok(answer) => Err(format!("{}", answer.status)),
                Err(error) => Err(error.to_string()),
            };
            report.note(&format!("{} {target}", item.id), outcome);
        }
    });
    report.assert_clean(&mut center);
}
