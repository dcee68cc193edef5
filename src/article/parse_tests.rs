//! Whole files, parsed: the promises that hold for every input.

use proptest::prelude::*;

use super::*;
use crate::article::html::HtmlTemplate;
use crate::article::raw_html::{Piece, attributes, decoded, element, pieces};
use crate::article::{Severity, SourcePath};

const ARTICLE: &str = "---\ntitle: Как вывести деньги на карту\nquestions:\n- Куда пропал вывод?\n\
    tags: [cards]\nupdated_at: 2026-01-01\ncontact: {channel: chat, prepare: [чек]}\n---\n\n\
    # Как вывести деньги на карту\n\nДеньги приходят **за день**, см. [комиссии](fees.md#limits \"x\").\n\n\
    ## Сроки {#times}\n\n| Банк | Срок |\n|---|--:|\n| А | 1 день |\n\n> [!WARNING]\n> Карта[^1] своя.\n\n\
    - [x] один\n- два\n\n### Фото\n\n![форма](form.png) <b title=\"y\">жирно</b><br>\n\n<details>\n<summary>Ещё</summary>\n\n\
    `код` и https://x.example\n\n</details>\n\n```\nif a < b\n```\n\n[^1]: Сноска.\n";

fn file(path: &str, bytes: &[u8]) -> (Parsed, Vec<Problem>) {
    parse(&Source { path: SourcePath::new(path), bytes: bytes.to_vec(), modified: None })
}

fn codes(path: &str, text: &str) -> String {
    let (_, problems) = file(path, text.as_bytes());
    let told = |p: &Problem| format!("{}[{}]", p.severity.as_str(), p.code);
    problems.iter().map(told).collect::<Vec<_>>().join(" ")
}

fn article(path: &str, text: &str) -> Article {
    match file(path, text.as_bytes()) {
        (Parsed::Article(article), _) => *article,
        (_, problems) => panic!("no article: {problems:?}"),
    }
}

/// Whether markup holds nothing that could run, whatever it was made of.
pub(in crate::article) fn is_harmless(html: &str) -> Result<(), String> {
    for (piece, range) in pieces(html) {
        let tag = &html[range];
        match piece {
            Piece::Open { name, attributes: text } => {
                if element(name).is_none() {
                    return Err(format!("the element {tag}"));
                }
                for (name, value) in attributes(text) {
                    if name.starts_with("on") || name == "style" {
                        return Err(format!("the attribute {name} in {tag}"));
                    }
                    let address = decoded(&value).to_lowercase();
                    let safe = ["https://", "http://", "mailto:", "tel:", "#", "/link/"];
                    if matches!(name.as_str(), "href" | "src")
                        && !safe.iter().any(|beginning| address.starts_with(beginning))
                    {
                        return Err(format!("the address in {tag}"));
                    }
                }
            }
            Piece::Close { name } if element(name).is_none() => {
                return Err(format!("the element {tag}"));
            }
            Piece::Close { .. } | Piece::Text(_) => {}
        }
    }
    if html.contains(|c: char| ('\u{fdd0}'..='\u{fdef}').contains(&c)) && html.contains('\u{fdd0}')
    {
        return Err("a hole left open".to_owned());
    }
    Ok(())
}

/// What is true of every file, however broken.
pub(in crate::article) fn check(
    bytes: &[u8],
    parsed: &Parsed,
    problems: &[Problem],
) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lies_in_text = |spot: crate::article::Spot| {
        let line = text.split('\n').nth(spot.line as usize - 1);
        line.is_some_and(|line| {
            let columns = line.chars().count() as u32 + 1;
            spot.column >= 1 && spot.column <= columns && spot.length >= 1
        })
    };
    if let Some(problem) = problems.iter().find(|p| !lies_in_text(p.spot)) {
        return Err(format!("{problem} lies outside of the text"));
    }
    let html = match parsed {
        Parsed::Nothing => {
            let told = problems.iter().any(|p| p.severity == Severity::Error);
            return if told { Ok(()) } else { Err("nothing, and no reason".to_owned()) };
        }
        Parsed::Index(index) => index.html.clone(),
        Parsed::Article(article) => {
            if article.sections.is_empty() {
                return Err("no section".to_owned());
            }
            let mut anchors: Vec<_> = article.sections.iter().map(|s| &s.anchor).collect();
            anchors.sort();
            anchors.dedup();
            if anchors.len() != article.sections.len() {
                return Err("two sections with one anchor".to_owned());
            }
            if let Some(link) = article.links.iter().find(|l| !lies_in_text(l.spot)) {
                return Err(format!("{link:?} lies outside of the text"));
            }
            article.body().html
        }
    };
    let html = html.fill(|link| format!("/link/{link}")).into_string();
    // What a parser reads otherwise the second time could hide something from the first.
    let again = HtmlTemplate::sanitized(&html).fill(|_| String::new()).into_string();
    if again != html {
        return Err(format!("read again, {html} becomes {again}"));
    }
    is_harmless(&html)
}

#[test]
fn an_article_is_all_of_its_file() {
    let article = article("ru/payments/withdraw-to-card.md", ARTICLE);
    assert_eq!(article.id.as_str(), "withdraw-to-card");
    assert_eq!((article.locale.as_str(), article.topic.as_str()), ("ru", "payments"));
    assert_eq!(article.summary, "Деньги приходят за день, см. комиссии.");
    let anchors: Vec<&str> = article.sections.iter().map(|s| s.anchor.as_str()).collect();
    assert_eq!(anchors, ["top", "times", "foto"]);
    assert_eq!(article.sections[2].spot.line, 26);
    assert_eq!(article.links.len(), 2);
    let body = article.body();
    assert!(body.markdown().starts_with("# Как вывести"));
    assert_eq!(body.source, ARTICLE);
}

#[test]
fn the_path_says_locale_topic_and_address() {
    let text = "---\ntitle: A\n---\nb\n";
    for (path, expected) in [
        ("ru/payments/fees.md", ""),
        ("ru/_index.md", ""),
        ("ru/payments/_index.md", ""),
        ("pt-br/payments/fees.md", ""),
        ("fees.md", "error[misplaced-file]"),
        ("ru/fees.md", "error[misplaced-file]"),
        ("ru/a/b/c.md", "error[misplaced-file]"),
        ("_index.md", "error[misplaced-file]"),
        ("RU/payments/fees.md", "error[unknown-locale]"),
        ("русский/payments/fees.md", "error[unknown-locale]"),
        ("ru/Платежи/fees.md", "error[bad-topic]"),
        ("ru/payments/Сколько ждать.md", "warning[file-name]"),
        ("ru/payments/!!!.md", "error[file-name]"),
        ("Ru/Платежи/!.md", "error[unknown-locale] error[bad-topic] error[file-name]"),
    ] {
        assert_eq!(codes(path, text), expected, "{path}");
    }
    assert_eq!(article("ru/payments/Сколько ждать.md", text).slug.as_str(), "skolko-zhdat");
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    let place = |bytes: &[u8]| {
        let (parsed, problems) = file("ru/a/b.md", bytes);
        assert!(matches!(parsed, Parsed::Nothing));
        let spot = problems[0].spot;
        format!("{}:{} {}", spot.line, spot.column, problems[0].code)
    };
    assert_eq!(place(b"---\ntitle: A\n---\n\xd0\xb0\xff"), "4:2 not-utf8");
    assert_eq!(place(b"---\ntitle: A\n---\nb\x00"), "4:2 control-character");
    assert_eq!(place(&vec![b'a'; MAX_FILE + 1]), "1:1 file-too-large");
}

#[test]
fn a_summary_is_the_first_paragraph_cut_between_words() {
    let summary = |body: &str| article("ru/a/b.md", &format!("---\ntitle: A\n---\n{body}")).summary;
    assert_eq!(summary("- список\n\nАбзац *тут*.\n\nДругой."), "Абзац тут.");
    assert_eq!(summary("- только\n- список"), "только список");
    let long = summary(&"слово ".repeat(100));
    assert!(long.ends_with("слово…") && long.chars().count() <= 201, "{long}");
}

#[test]
fn a_digest_tells_files_and_places_apart() {
    let text = "---\ntitle: A\n---\nb\n";
    let one = article("ru/a/b.md", text).digest;
    assert_eq!(one, article("ru/a/b.md", text).digest);
    assert_ne!(one, article("ru/a/c.md", text).digest);
    assert_ne!(one, article("ru/a/b.md", &format!("{text} ")).digest);
}

/// How many typical articles a second are parsed: `cargo nextest run --release --run-ignored all
/// how_fast --no-capture`.
#[test]
#[ignore = "measures"]
fn how_fast() {
    let plain = ARTICLE
        .replace("<b title=\"y\">жирно</b><br>", "**жирно**")
        .replace("<details>\n<summary>Ещё</summary>\n", "")
        .replace("</details>\n", "");
    for (name, text) in [("raw HTML", ARTICLE.to_owned()), ("Markdown alone", plain)] {
        let text = format!(
            "{text}\n## Подробнее\n\n{}\n",
            "Обычный абзац про вывод денег на карту и сроки. ".repeat(10)
        );
        let start = std::time::Instant::now();
        let rounds = 5_000u32;
        for _ in 0..rounds {
            let (parsed, _) = file("ru/payments/withdraw.md", text.as_bytes());
            assert!(matches!(parsed, Parsed::Article(_)));
        }
        let each = start.elapsed() / rounds;
        eprintln!(
            "{name}: {} bytes, {each:?} each, {:.0} a second",
            text.len(),
            1.0 / each.as_secs_f64()
        );
    }
}

#[test]
fn tags_that_do_not_fit_are_read_until_they_read_the_same_twice() {
    let read = |body: &str| {
        let text = format!("---\ntitle: A\n---\n{body}");
        let (parsed, problems) = file("ru/a/b.md", text.as_bytes());
        assert_eq!(check(text.as_bytes(), &parsed, &problems), Ok(()), "{body}");
        let Parsed::Article(article) = parsed else { panic!("{problems:?}") };
        article.body().html.fill(|_| String::new()).into_string().replace('\n', "")
    };
    assert_eq!(
        read("<h2><table><tr><td></td>\n\n## a {#b}\n"),
        "<h2></h2><h2 id=\"b\">a</h2><table><tbody><tr><td></td></tr></tbody></table>"
    );
    for unit in ["<h2><table><li>", "<a><table>", "<b><table><a><table>", "<details><table><h2>"] {
        let _ = read(&format!("{}a", unit.repeat(20)));
    }
    assert_eq!(read("<script></script>\u{feff}\u{feff}a"), "a");
}

/// Pieces that mean something to some parser.
const TRICKS: &[&str] = &[
    "---\n",
    "title: ",
    "audience: staff\n",
    "- ",
    "> ",
    "#",
    "## a {#b}\n",
    "|a|b|\n|-|-|\n",
    "[^1]",
    "[^1]: x\n",
    "<script>",
    "</script>",
    "<svg>",
    "<a href=\"",
    "javascript:x",
    "\">",
    "<img src=x onerror=y>",
    "[a](",
    ")",
    "![",
    "]",
    "*",
    "**",
    "`",
    "```\n",
    "<!--",
    "-->",
    "<details>",
    "</details>",
    "<table><tr><td>",
    "</td>",
    "&#106;",
    "&lt;",
    "\u{feff}",
    "\r\n",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "\u{fdd0}0\u{fdd0}",
    "&#xfdd0;",
    "\u{202e}",
    "й",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "> [!NOTE]\n",
    "<h2 id=x>",
    "<textarea>",
    "</textarea>",
    "<math>",
    "<style>",
    "<noscript>",
    "\\",
    "{",
    "}",
    "'",
    "\"",
    ":",
    "&a",
    "*a",
    "{a: ",
];

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (parsed, problems) = file("ru/a/b.md", &bytes);
        prop_assert_eq!(check(&bytes, &parsed, &problems), Ok(()));
    }

    #[test]
    fn no_text_makes_it_panic_or_run(body in "\\PC{0,100}") {
        let text = format!("---\ntitle: A\n---\n{body}");
        let (parsed, problems) = file("ru/a/b.md", text.as_bytes());
        prop_assert_eq!(check(text.as_bytes(), &parsed, &problems), Ok(()));
    }

    #[test]
    fn no_tricks_make_it_panic_or_run(tricks in proptest::collection::vec(proptest::sample::select(TRICKS), 0..30)) {
        let text = format!("---\ntitle: A\n---\n{}", tricks.concat());
        let (parsed, problems) = file("ru/a/b.md", text.as_bytes());
        prop_assert_eq!(check(text.as_bytes(), &parsed, &problems), Ok(()));
    }

    #[test]
    fn an_article_with_pieces_cut_and_put_in_stays_harmless(
        cuts in proptest::collection::vec((0usize..2000, 0usize..30, proptest::sample::select(TRICKS)), 1..6)
    ) {
        let mut text = ARTICLE.to_owned();
        for (at, length, trick) in cuts {
            let from = text.floor_char_boundary(at % (text.len() + 1));
            let to = text.floor_char_boundary((from + length).min(text.len()));
            text.replace_range(from..to, trick);
        }
        let (parsed, problems) = file("ru/a/b.md", text.as_bytes());
        prop_assert_eq!(check(text.as_bytes(), &parsed, &problems), Ok(()));
    }
}
