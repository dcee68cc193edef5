//! What the header of a file may say, and what is said of it when it is wrong.

use super::*;
use crate::article::{Parsed, Problem, Source, SourcePath, parse};

fn parsed(path: &str, header: &str) -> (Parsed, Vec<Problem>) {
    let text = format!("---\n{header}---\nтекст\n");
    parse(&Source { path: SourcePath::new(path), bytes: text.into_bytes(), modified: None })
}

fn article(header: &str) -> crate::article::Article {
    match parsed("ru/payments/fees.md", header) {
        (Parsed::Article(article), _) => *article,
        (_, problems) => panic!("no article: {problems:?}"),
    }
}

/// Problems as `line:column+length code: message (hint)`.
fn problems(path: &str, header: &str) -> Vec<String> {
    let (parsed, problems) = parsed(path, header);
    let errors = problems.iter().any(|p| p.severity == crate::article::Severity::Error);
    assert_eq!(matches!(parsed, Parsed::Nothing), errors, "an error keeps the file back");
    problems
        .iter()
        .map(|p| {
            let hint = if p.hint.is_empty() { String::new() } else { format!(" ({})", p.hint) };
            let Spot { line, column, length } = p.spot;
            format!("{line}:{column}+{length} {}: {}{hint}", p.code, p.message)
        })
        .collect()
}

fn problem(header: &str) -> String {
    problems("ru/payments/fees.md", header).join("\n")
}

#[test]
fn every_key_is_read() {
    let article = article(
        "title: Комиссии\nid: fees\nsummary: >-\n  Две\n  строки\nquestions:\n- Сколько?\n- \"А: почём?\"\n\
         tags: [cards, sbp]\naudience: staff\nstatus: draft\npublish_at: 2026-01-01\n\
         expires_at: 2026-02-01T10:00:00+03:00\nupdated_at: 2025-12-31\nreview_by: 2026-06-01\n\
         owner: Платежи\naliases: [payments/old, /ru/money/older, oldest, /a/eldest]\nrelated: [limits]\n\
         weight: -5\ncontact:\n  channel: chat\n  prepare: [чек, 4 последние цифры]\n  takes: до 24 часов\n",
    );
    assert_eq!(article.title, "Комиссии");
    assert_eq!(article.id.as_str(), "fees");
    assert_eq!(article.summary, "Две строки");
    assert_eq!(article.questions, ["Сколько?", "А: почём?"]);
    assert_eq!(article.tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["cards", "sbp"]);
    assert_eq!((article.audience, article.status), (Audience::Staff, Status::Draft));
    assert_eq!(article.window.from.unwrap().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(article.window.until.unwrap().to_string(), "2026-02-01T07:00:00Z");
    assert_eq!(article.updated.unwrap().to_string(), "2025-12-31T00:00:00Z");
    assert_eq!(article.review_by.unwrap().to_string(), "2026-06-01");
    assert_eq!(article.owner.as_deref(), Some("Платежи"));
    let slug = |text: &str| text.parse().unwrap();
    assert_eq!(
        article.aliases,
        [
            Alias::Page(slug("payments"), slug("old")),
            Alias::Page(slug("money"), slug("older")),
            Alias::Id(slug("oldest")),
            Alias::Id(slug("eldest")),
        ]
    );
    assert_eq!(article.weight, -5);
    let contact = article.contact.as_ref().unwrap();
    assert_eq!(contact.channel.as_deref(), Some("chat"));
    assert_eq!(contact.prepare, ["чек", "4 последние цифры"]);
    assert_eq!(contact.takes.as_deref(), Some("до 24 часов"));
    assert_eq!(article.key_spot(FrontMatterKey::Related).line, 19);
}

#[test]
fn a_title_is_whatever_its_author_wrote() {
    for (written, title) in [
        ("2026-01-01", "2026-01-01"),
        ("007", "007"),
        ("1e400", "1e400"),
        ("true", "true"),
        ("no", "no"),
        (".nan", ".nan"),
        ("\"a \\\" b\"", "a \" b"),
        ("'it''s'", "it's"),
        ("a # comment", "a"),
        ("|\n  a\n  b", "a b"),
    ] {
        assert_eq!(article(&format!("title: {written}\n")).title, title, "{written}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_mistake_is_told_at_its_place_with_a_way_out() {
    for (header, expected) in [
        (
            "",
            "1:1+3 missing-key: the key `title` is missing (add `title: …`: the question or task, in the reader's words)",
        ),
        (
            "title: A\ntittle: B\n",
            "3:1+6 unknown-key: unknown key `tittle` (did you mean `title`?)",
        ),
        (
            "title: A\nvisibility: staff\n",
            "3:1+10 unknown-key: unknown key `visibility` (did you mean `audience`?)",
        ),
        (
            "title: A\norder: 1\n",
            "3:1+5 unknown-key: unknown key `order` (`order` belongs in an `_index.md`)",
        ),
        (
            "title: A\naudience: stafff\n",
            "3:11+6 bad-value: `audience` cannot be `stafff` (did you mean `staff`?)",
        ),
        (
            "title: A\naudience: [staff]\n",
            "3:12+5 wrong-type: `audience` should be text, and is a list",
        ),
        (
            "title: A\naudience:\n",
            "3:1+8 wrong-type: `audience` should be text, and is empty (write a value, or remove the line `audience:`)",
        ),
        (
            "title: A\nstatus: Draft\n",
            "3:9+5 bad-value: `status` cannot be `Draft` (did you mean `draft`?)",
        ),
        (
            "title: A\ntags: [ok, Плохой тег]\n",
            "3:12+10 bad-slug: `tags`: `Плохой тег` is not a slug (write `plokhoy-teg`)",
        ),
        (
            "title: A\ntags: cards\n",
            "3:7+5 wrong-type: `tags` should be a list, and is text (write `tags: [cards]`)",
        ),
        ("title: A\nid: Fees!\n", "3:5+5 bad-slug: `id`: `Fees!` is not a slug (write `fees`)"),
        (
            "title: A\nquestions:\n- a\n- b: c\n",
            "5:3+1 wrong-type: an item of `questions` should be text, and is a map (put quotes around a text that contains a colon)",
        ),
        ("title: A\nquestions: ['']\n", "3:13+2 empty-value: `questions` is empty"),
        (
            "title: A\nreview_by: 2026-02-30\n",
            "3:12+10 bad-date: `review_by`: `2026-02-30` is not a date (write it like 2026-01-31)",
        ),
        (
            "title: A\npublish_at: 2026-01-01T10:00:00\n",
            "3:13+19 bad-date: `publish_at`: `2026-01-01T10:00:00` is not a date or time (say of which time zone: add `Z` or an offset like `+03:00`)",
        ),
        (
            "title: A\npublish_at: 2026-02-01\nexpires_at: 2026-02-01\n",
            "4:13+10 window-empty: the article expires before it is published (make `expires_at` later than `publish_at`)",
        ),
        (
            "title: A\nweight: heavy\n",
            "3:9+5 wrong-type: `weight` should be a whole number, and is text",
        ),
        (
            "title: A\naliases: [/en/payments/fees]\n",
            "3:11+17 bad-value: `/en/payments/fees` is not a former address (this article is in `ru`: only addresses below `/ru/` lead to it)",
        ),
        (
            "title: A\naliases:\n- a/b/c/d\n",
            "4:3+7 bad-value: `a/b/c/d` is not a former address (write `topic/slug`, `/ru/topic/slug`, or an id)",
        ),
        (
            "title: A\ncontact:\n  chanel: chat\n",
            "4:3+6 unknown-key: unknown key `chanel` (did you mean `channel`?)",
        ),
        (
            "title: A\ncontact: chat\n",
            "3:10+4 wrong-type: `contact` should be a map with `channel`, `prepare` and `takes`, and is text",
        ),
        (
            "title: A\naudience: public\naudience: staff\n",
            "4:1+8 duplicate-key: the key `audience` is given twice (keep one of them)",
        ),
        (
            "title: *x\n",
            "2:8+2 yaml-alias: YAML aliases (`*x`) are not used here (write the value out, or put quotes around it if the sign is part of the text)",
        ),
        (
            "title: \"a\\0b\"\n",
            "2:8+6 control-character: `title` has the control character U+0000 (delete it)",
        ),
        (
            "- title\n",
            "2:1+7 front-matter-not-a-map: the front matter is not a list of keys and values (write it as lines of `key: value`)",
        ),
        ("title: !x a\n", "2:11+1 wrong-type: `title` should be text, and is a YAML tag"),
        (
            "title: \"a\n",
            "2:8+1 yaml-syntax: the quote is never closed (put the same quote at the end of the value)",
        ),
    ] {
        assert_eq!(problem(header), expected, "{header:?}");
    }
}

#[test]
fn all_mistakes_of_a_header_are_told_at_once() {
    let told = problem("tittle: A\naudience: all\ntags: [А, Б]\nweight: 1.5\n");
    let codes: Vec<&str> = told.lines().filter_map(|l| l.split([' ', ':']).nth(2)).collect();
    assert_eq!(
        codes,
        ["missing-key", "unknown-key", "bad-value", "bad-slug", "bad-slug", "wrong-type"]
    );
}

#[test]
fn a_long_title_is_shown_and_warned_of() {
    let told = problem(&format!("title: {}\n", "я".repeat(71)));
    assert!(told.starts_with("2:8+71 title-too-long"), "{told}");
    let told = problem(&format!("title: {}\n", "я".repeat(201)));
    assert!(told.starts_with("2:8+200 bad-value"), "{told}");
}

#[test]
fn the_header_is_found_at_the_beginning_only() {
    let code = |text: &str| {
        let source = Source {
            path: SourcePath::new("ru/payments/fees.md"),
            bytes: text.as_bytes().to_vec(),
            modified: None,
        };
        let (parsed, problems) = parse(&source);
        match parsed {
            Parsed::Article(article) => article.title.clone(),
            _ => problems[0].code.clone(),
        }
    };
    for (text, expected) in [
        ("---\ntitle: A\n---\nb", "A"),
        ("\u{feff}---\r\ntitle: A\r\n---\r\nb\r\n", "A"),
        ("---  \ntitle: A\n---\t\nb", "A"),
        ("---\ntitle: A\n---", "empty-article"),
        ("\n---\ntitle: A\n---\nb", "front-matter-missing"),
        ("# A\n\n---\ntitle: A\n---\n", "front-matter-missing"),
        ("", "front-matter-missing"),
        ("----\ntitle: A\n----\nb", "front-matter-missing"),
        ("---\ntitle: A\n\nb", "front-matter-open"),
        ("---", "front-matter-open"),
    ] {
        assert_eq!(code(text), expected, "{text:?}");
    }
    assert_eq!(
        code(&format!("---\ntitle: A\n{}---\nb", "# c\n".repeat(5_000))),
        "front-matter-too-large"
    );
}

#[test]
fn an_index_has_keys_of_its_own() {
    let index = |header: &str| match parsed("ru/payments/_index.md", header) {
        (Parsed::Index(index), _) => *index,
        (_, problems) => panic!("no index: {problems:?}"),
    };
    let page = index(
        "title: Платежи\nsummary: Всё о деньгах\norder: 2\nicon: card\ncontact: {channel: chat}\n",
    );
    assert_eq!(
        (page.title.as_str(), page.order, page.icon.as_deref()),
        ("Платежи", 2, Some("card"))
    );
    assert_eq!(page.contact.unwrap().channel.as_deref(), Some("chat"));
    assert_eq!(
        problems("ru/payments/_index.md", "title: A\naudience: staff\n"),
        ["3:1+8 unknown-key: unknown key `audience` (`audience` belongs in an article)"]
    );
}
