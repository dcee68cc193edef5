//! Anything at all, through the whole way: parsed, rendered, assembled, indexed, searched, cut and
//! marked. `SPRAVKA_FUZZ_CASES` says how many cases are tried; a few by default.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use spravka::article::{Article, Audience, Locale, Parsed, Source, SourcePath, Status, parse};
use spravka::catalog::{Catalog, Content, Site};
use spravka::search::{Index, Indexer, Query, Snippet, Weights};

use crate::help_center::SITE;
use crate::markup;

fn config(default: u32) -> ProptestConfig {
    let given = std::env::var("SPRAVKA_FUZZ_CASES").ok();
    let cases = given.map_or(default, |n| n.parse().expect("SPRAVKA_FUZZ_CASES is a number"));
    ProptestConfig {
        // Found failures are for the report; the repository is not written to.
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..ProptestConfig::with_cases(cases)
    }
}

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn parsed(path: &str, text: &str) -> Option<Arc<Article>> {
    let source = Source { path: SourcePath::new(path), bytes: text.into(), modified: None };
    match parse(&source).0 {
        Parsed::Article(article) => Some(Arc::from(article)),
        _ => None,
    }
}

fn index(articles: Vec<Arc<Article>>) -> (Catalog, Index) {
    let path = SourcePath::new(Site::FILE);
    let site = Arc::new(Site::parse(&path, SITE).unwrap());
    let content = Content { site, articles, ..Content::default() };
    let (catalog, _) = Catalog::assemble(&content, now(), None);
    let index = Indexer::in_memory().sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap();
    (catalog, index)
}

static FEW: LazyLock<Index> = LazyLock::new(|| {
    let texts = [
        (
            "ru/a/card.md",
            "title: Как вывести деньги на карту\nquestions: [где мой выигрыш]",
            "Откройте кассу.\n\n## Сколько ждать?\n\nДо 3 рабочих дней — ёлки, «кавычки», 👨‍👩‍👧.",
        ),
        (
            "ru/a/limits.md",
            "title: Лимиты\ntags: [limits]",
            "От 1 000 ₽ до 150 000 ₽ за заявку: C++, .NET, 24/7, e-mail.",
        ),
        ("ru/a/staff.md", "title: Для своих\naudience: staff", "Тайное слово зубробизон."),
        (
            "en/a/card.md",
            "title: How to withdraw",
            "Open the cashier. İstanbul ŉ ß ﬁ Å e\u{301}.\n\n## How long?\n\nThree days.",
        ),
        ("en/a/long.md", "title: Long", "word"),
    ];
    let mut articles: Vec<_> = texts
        .iter()
        .map(|(path, keys, text)| parsed(path, &format!("---\n{keys}\n---\n\n{text}\n")).unwrap())
        .collect();
    let unbroken = format!("---\ntitle: Unbroken\n---\n\n{}\n", "ы".repeat(5000));
    articles.push(parsed("ru/a/unbroken.md", &unbroken).unwrap());
    index(articles).1
});

fn check(snippet: &Snippet) -> Result<(), TestCaseError> {
    let mut from = 0;
    for mark in &snippet.highlights {
        prop_assert!(mark.start >= from && mark.end > mark.start, "{snippet:?}");
        prop_assert!(snippet.text.get(mark.clone()).is_some(), "{snippet:?}");
        from = mark.end;
    }
    let html = snippet.html();
    markup::check_marked(html.as_str()).map_err(TestCaseError::fail)
}

fn search(index: &Index, text: &str) -> Result<(), TestCaseError> {
    let weights = Weights::default();
    for locale in ["ru", "en"] {
        let locale: Locale = locale.parse().unwrap();
        let Ok(query) = Query::new(text, locale) else { continue };
        for audience in [Audience::Public, Audience::Staff] {
            let results = index.search(audience, query.clone(), &weights);
            prop_assert!(results.total >= results.hits.len());
            for hit in &results.hits {
                prop_assert!(hit.score.is_finite() && hit.score > 0.0, "{}", hit.score);
                let is_seen = audience == Audience::Staff || hit.article.audience == audience;
                prop_assert!(is_seen && hit.article.status == Status::Published);
                check(hit.snippet())?;
                prop_assert!(!hit.sections.is_empty());
                for section in &hit.sections {
                    prop_assert!(section.section < hit.article.sections.len());
                    check(&section.snippet)?;
                }
                let _ = index.signals(audience, &query, &hit.article, &weights);
            }
            for suggestion in index.suggest(audience, &query, 20, &weights) {
                check(&suggestion.text)?;
            }
        }
    }
    Ok(())
}

/// What visitors type, and what they do not.
fn query() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "вывести",
        "деньги",
        "карту",
        "лимиты",
        "зубробизон",
        "1 000",
        "₽",
        "c++",
        "-",
        "\"",
        "withdraw",
        "istanbul",
        "ﬁ",
        "👨‍👩‍👧",
        "e\u{301}",
        "*",
        "OR",
        "(",
        "ё",
        "\u{202e}",
        "\u{0}",
        "24/7",
        "ы",
    ]);
    let joined = prop::collection::vec(words, 0..9).prop_map(|words| words.join(" "));
    let glued = prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter);
    prop_oneof![joined, glued, ".{0,80}", "\\PC{0,260}", "[а-яё ]{0,60}", "[a-z\"*():^~ -]{0,60}"]
}

/// Files that are nearly articles.
fn file() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "title: Как вывести деньги",
        "title: A",
        "summary: Кратко",
        "questions: [где деньги, как быть]",
        "tags: [a, b]",
        "audience: staff",
        "audience: public",
        "status: draft",
        "weight: 7",
        "publish_at: 2099-01-01",
        "expires_at: 2001-01-01",
        "expires_at: 2001-01-01\nreplaced_by: [a, shown, a]",
        "aliases: [old, x/y]",
        "related: [card]",
        "contact: {channel: chat}",
        "owner: team",
        "id: other",
        "title: [",
        "nonsense: 1",
        "- x",
        "",
    ]);
    let line = prop::sample::select(vec![
        "# Заголовок",
        "## Сколько ждать? {#long}",
        "### Глубже",
        "Текст про деньги и карту.",
        "- пункт",
        "1. шаг",
        "> цитата",
        "> [!WARNING]",
        "| a | b |\n|---|---|\n| c | d |",
        "```",
        "`код`",
        "[x](card.md#steps)",
        "[x](javascript:alert(1))",
        "![y](y.png)",
        "<b onclick=x>",
        "<script>alert(1)</script>",
        "<details>",
        "</details>",
        "[^1]",
        "[^1]: сноска",
        "***",
        "&lt;&#x3c;",
        "\u{fdd0}1\u{fdd0}",
        "**",
        "<!--",
        "$$",
        "\t",
        "",
    ]);
    let keys = prop::collection::vec(key, 0..6).prop_map(|keys| keys.join("\n"));
    let lines = prop::collection::vec(
        prop_oneof![4 => line.prop_map(str::to_owned), 1 => ".{0,60}"],
        0..16,
    );
    let text = (keys, lines.prop_map(|lines| lines.join("\n")));
    prop_oneof![
        8 => text.prop_map(|(keys, text)| format!("---\ntitle: Все про деньги\n{keys}\n---\n\n{text}\n")),
        2 => ".{0,200}".prop_map(|text| text),
        1 => "\\PC{0,400}",
    ]
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn no_query_fails(text in query()) {
        search(&FEW, &text)?;
    }
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn whatever_is_parsed_is_rendered_assembled_and_found(
        files in prop::collection::vec(file(), 1..5),
        text in query(),
    ) {
        let paths = ["ru/a/one.md", "ru/b/two.md", "en/a/one.md", "en/c/three.md"];
        let articles: Vec<_> = paths
            .iter()
            .zip(&files)
            .filter_map(|(path, text)| parsed(path, text))
            .collect();
        let (catalog, index) = index(articles.clone());
        for article in &articles {
            let html = article.body().html.fill(|link| format!("/link/{link}"));
            markup::check(html.as_str()).map_err(TestCaseError::fail)?;
        }
        for shelf in catalog.shelf(Audience::Public).locales() {
            for article in shelf.articles() {
                prop_assert_eq!(article.audience, Audience::Public);
                prop_assert_eq!(article.status, Status::Published);
                prop_assert!(article.window.contains(now()));
                // Who types a title finds its article.
                if let Ok(query) = Query::new(&article.title, shelf.locale.clone()) {
                    let found = index.search(Audience::Public, query, &Weights::default());
                    let has = found.hits.iter().any(|hit| hit.article.id == article.id);
                    let is_searchable = article.title.chars().any(char::is_alphanumeric);
                    prop_assert!(has || !is_searchable, "{:?} is not found by its title", article.title);
                }
            }
        }
        search(&index, &text)?;
    }
}
