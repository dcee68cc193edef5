//! Markdown on its way to markup: what comes out, and what is reported.

use super::*;
use crate::article::{Problem, Severity};

/// The markup with `{…}` where addresses go, and the problems as lines.
fn walk(markdown: &str) -> (Option<Markdown>, Vec<Problem>) {
    let path = SourcePath::new("ru/payments/fees.md");
    let context =
        Context { path: &path, text: markdown, from: 0, title: "Комиссии", language: "ru" };
    let mut findings = Findings::new(&path, markdown);
    let read = read(&context, &mut findings);
    (read, findings.into_problems())
}

fn html(markdown: &str) -> String {
    let read = walk(markdown).0.expect("the Markdown can be shown");
    read.html.fill(|link| format!("{{{link}}}")).into_string()
}

fn problems(markdown: &str) -> Vec<String> {
    walk(markdown)
        .1
        .iter()
        .map(|p| format!("{}:{}: {}", p.spot.line, p.spot.column, p.code))
        .collect()
}

/// Sections as `anchor|level|heading|text`.
fn sections(markdown: &str) -> Vec<String> {
    let read = walk(markdown).0.expect("the Markdown can be shown");
    read.sections
        .iter()
        .map(|s| format!("{}|{}|{}|{}", s.anchor, s.level, s.heading, s.text))
        .collect()
}

#[test]
fn the_dialect_becomes_markup() {
    for (markdown, expected) in [
        (
            "a *b* **c** ~~d~~ `e<`",
            "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code></p>\n",
        ),
        ("## Лимиты\nx", "<h2 id=\"limity\">Лимиты</h2>\n<p>x</p>\n"),
        ("## Лимиты {#limits}\nx", "<h2 id=\"limits\">Лимиты</h2>\n<p>x</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
        ("- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n"),
        ("```rust\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"),
        ("a  \nb\n\n---", "<p>a<br>\nb</p>\n<hr>\n"),
        (
            "|a|b|\n|-|-:|\n|c|d|",
            "<div class=\"table-scroll\"><table><thead><tr><th>a</th><th class=\"align-right\">b</th></tr></thead><tbody>\n<tr><td>c</td><td class=\"align-right\">d</td></tr>\n</tbody></table></div>\n",
        ),
        (
            "> [!WARNING]\n> a",
            "<div class=\"alert alert-warning\">\n<p class=\"alert-title\">Внимание</p>\n<p>a</p>\n</div>\n",
        ),
        (
            "a[^x] b[^x]\n\n[^x]: c",
            "<p>a<sup class=\"footnote-mark\"><a href=\"#fn:1\" id=\"fnref:1\">1</a></sup> b<sup class=\"footnote-mark\"><a href=\"#fn:1\" id=\"fnref:1-2\">1</a></sup></p>\n<div class=\"footnote\" id=\"fn:1\"><sup class=\"footnote-mark\">1</sup>\n<p>c</p>\n</div>\n",
        ),
        (
            "[a](b.md) ![c](d.png \"e\")",
            "<p><a href=\"{0}\">a</a> <img src=\"{1}\" alt=\"c\" title=\"e\"></p>\n",
        ),
        (
            "<https://a.example>",
            "<p><a href=\"https://a.example\" rel=\"noopener noreferrer\">https://a.example</a></p>\n",
        ),
        ("<a@b.example>", "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>\n"),
        ("---\na\n---", "<hr>\n<h2 id=\"a\">a</h2>\n"),
    ] {
        assert_eq!(html(markdown), expected, "{markdown}");
    }
}

#[test]
fn an_authors_own_html_is_kept_to_the_list_and_balanced() {
    for (markdown, expected) in [
        ("a <b>c</b>", "<p>a <b>c</b></p>\n"),
        ("a <b>c", "<p>a <b>c</b></p>\n"),
        ("a</b></p></div></main>b", "<p>ab</p>\n"),
        ("a <b onclick=x id=y class=z style=w title=t>c</b>", "<p>a <b title=\"t\">c</b></p>\n"),
        ("a<script>b</script>c", "<p>ac</p>\n"),
        ("a <script>*b* [c](d.md)", "<p>a </p>\n"),
        ("<svg><a href=x>b</a></svg>c", "<p>c</p>\n"),
        (
            "<details><summary>a</summary>\n\n*b*\n\n</details>",
            "<details><summary>a</summary>\n<p><em>b</em></p>\n</details>",
        ),
        ("<h1 id=top>a</h1>", "<h2>a</h2>\n"),
        ("<a href=\"b.md\" name=x>c</a>", "<p><a href=\"{0}\">c</a></p>\n"),
        ("<a href=\"java&#115;cript:x\">c</a>", "<p><a>c</a></p>\n"),
        ("x <img src=d.png alt=e onerror=f>", "<p>x <img src=\"{0}\" alt=\"e\"></p>\n"),
        (
            "<table><tr><td>a<td>b</table>",
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>\n",
        ),
        ("a &lt;script&gt; <i>&amp;lt;</i>", "<p>a &lt;script&gt; <i>&amp;lt;</i></p>\n"),
        ("<div class=\"alert alert-warning\">a</div>", "<div>a</div>\n"),
    ] {
        let html = html(markdown);
        assert_eq!(html.trim(), expected.trim(), "{markdown}");
    }
}

#[test]
fn a_section_has_the_text_that_a_reader_sees() {
    assert_eq!(
        sections(
            "Первый\nабзац[^1] с **важным**.\n\n- один\n- два\n\n| Банк | Срок |\n|-|-|\n| А | 1 день |\n\n\
             ## Лимиты\n> [!TIP]\n> Совет тут.\n\n```\nx  y\nz\n```\n![схема](a.png) <b>жир</b><script>нет</script>\n\n\
             [^1]: Сноска.\n\n### Карты\nтекст<br>дальше\n"
        ),
        [
            "top|1||Первый абзац с важным.\nодин\nдва\nБанк · Срок\nА · 1 день",
            "limity|2|Лимиты|Совет тут.\nx y\nz\nсхема жир\nСноска.",
            "karty|3|Карты|текст\nдальше",
        ]
    );
}

#[test]
fn anchors_depend_on_their_own_heading_and_are_never_the_same() {
    let anchors = |markdown: &str| -> Vec<String> {
        sections(markdown).iter().map(|s| s.split('|').next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        anchors("## A\n## A\n## Top\n## ?!\n## A 2\n## A"),
        ["top", "a", "a-2", "top-2", "section", "a-2-2", "a-3"]
    );
    assert_eq!(anchors("## Limits\n## B {#limits}"), ["top", "limits-2", "limits"]);
    assert_eq!(anchors("## B {#limits}\n## C {#limits}"), ["top", "limits", "limits-2"]);
    assert_eq!(anchors("## B {#Top!}\n## C {#top}"), ["top", "b", "c"]);
}

#[test]
fn a_heading_keeps_the_anchors_that_it_had_before() {
    assert_eq!(
        html("## Лимиты {#limits was=caps was=daily}\n\nтекст"),
        "<h2 id=\"limits\"><a id=\"caps\"></a><a id=\"daily\"></a>Лимиты</h2>\n<p>текст</p>\n"
    );
    let (read, told) = walk("## Лимиты {was=caps}\n\nа\n\n## Caps\n\nб");
    let sections = read.unwrap().sections;
    assert!(told.is_empty(), "{told:?}");
    assert!(sections[1].goes_by("limity") && sections[1].goes_by("caps"));
    assert_eq!(sections[2].anchor.as_str(), "caps-2", "a former anchor is nobody else's");
    for wrong in ["## А {#a was=a}", "## А {#a was=x}\n\nа\n\n## Б {#b was=x}", "## А {was=X!}"]
    {
        let is_told = problems(wrong).iter().any(|problem| problem.contains("anchor"));
        assert!(is_told, "{wrong}: {:?}", problems(wrong));
    }
}

#[test]
fn a_heading_that_repeats_the_title_is_dropped() {
    assert_eq!(sections("# Комиссии\n\nтекст"), ["top|1||текст"]);
    assert_eq!(html("# *Комиссии*\n\nтекст"), "<p>текст</p>\n");
    assert_eq!(html("# Другое\n\nтекст"), "<h2 id=\"drugoe\">Другое</h2>\n<p>текст</p>\n");
}

#[test]
fn mistakes_are_told_at_their_places() {
    for (markdown, expected) in [
        ("# Другое\n\nтекст", vec!["1:1: heading-level-1"]),
        ("a\n\n## b\n\n#### c\nd", vec!["5:1: heading-level-skipped"]),
        ("a\n\n## b\n\n## c\nd", vec!["3:1: empty-section"]),
        ("a\n\n## b\n\n### c\nd", vec![]),
        ("a ![](b.png)", vec!["1:3: image-without-alt"]),
        ("![a](https://b.example/c.png)", vec!["1:1: image-external"]),
        ("я [b](javascript:c)", vec!["1:3: link-scheme"]),
        ("![a](data:image/png;base64,x)", vec!["1:1: link-scheme"]),
        ("x\n[a](../../../b.md)", vec!["2:1: link-outside"]),
        ("[a]()", vec!["1:1: link-empty"]),
        ("## a {#B!}\nc", vec!["1:1: bad-anchor"]),
        ("## a {#b}\nc\n## d {#b}\ne", vec!["3:1: duplicate-anchor"]),
        ("a\n\n## \n", vec!["3:1: empty-heading"]),
        ("a\n\n> <div>\n> <form>b\n", vec!["4:3: html-not-allowed"]),
        ("a <script>b</script>", vec!["1:3: html-not-allowed"]),
    ] {
        assert_eq!(problems(markdown), expected, "{markdown}");
    }
}

#[test]
fn links_are_classified_in_order_with_their_places() {
    let read = walk("[a](b.md#c) и [d](#e)\n![f](g.png)\n\n<a href='/a/fees'>h</a>").0.unwrap();
    let told: Vec<String> = read
        .links
        .iter()
        .map(|l| format!("{}:{}+{} {:?}", l.spot.line, l.spot.column, l.spot.length, l.target))
        .collect();
    assert_eq!(told.len(), 4);
    assert!(told[0].starts_with("1:1+11 File"), "{}", told[0]);
    assert!(told[1].starts_with("1:15+7 Here"), "{}", told[1]);
    assert!(told[2].starts_with("2:1+11 Asset"), "{}", told[2]);
    assert!(told[3].starts_with("4:1+18 Id"), "{}", told[3]);
    assert!(read.links[2].image);
}

#[test]
fn what_is_nested_too_deep_is_refused_at_once() {
    for unit in ["> ", "- ", "<div>\n", "<b>", "<table><tr><td>", "*a **b ", "![a", "+ "] {
        let (read, problems) = walk(&unit.repeat(20_000));
        let refused = problems.iter().any(|p| p.code == "nesting-too-deep");
        assert_eq!(read.is_none(), refused, "{unit}");
    }
    for unit in ["> ", "- ", "<div>\n", "<b>", "<table><tr><td>"] {
        // The letter keeps a line of hyphens from being a rule.
        assert!(walk(&format!("{}a", unit.repeat(20_000))).0.is_none(), "{unit}");
    }
    // What HTML itself ends is not nested.
    assert!(walk(&"<p>a".repeat(2_000)).0.is_some());
}

#[test]
fn the_writer_and_the_sanitizer_agree_on_the_whole_dialect() {
    for markdown in [
        include_str!("../../Cargo.toml"),
        "# a\n\n*b* **c** ~~d~~ `e` & < > \" ' \u{a0} [f](g.md \"h \\\" & <\") ![i\"<](j.png)\n\n- k\n  1. l\n\n> m\n\n> [!NOTE]\n> n[^o]\n\n[^o]: p\n\n|q|r|\n|:-|:-:|\n|s|t|\n|u|\n\n```v\n\n w\n```\n\n    x\n\n## y {#z}\n\na\\\nb <https://c.example/?d=e&f=\"> https://g.example\n\n- [x] h\n\n***\n\n|only|head|\n|-|-|\n",
        "a\r\nb\r\n\r\n```\r\nc\r\n```\r\n",
    ] {
        let path = SourcePath::new("ru/payments/fees.md");
        let context =
            Context {
                path: &path, text: markdown, from: 0, title: "Комиссии", language: "ru"
            };
        let mut findings = Findings::new(&path, markdown);
        let written = super::walk(&context, &mut findings).unwrap().html;
        assert_eq!(HtmlTemplate::sanitized(&written), HtmlTemplate::cut(&written), "{markdown}");
    }
}

#[test]
fn an_error_is_not_only_a_warning() {
    let severity = |markdown: &str| walk(markdown).1[0].severity;
    assert_eq!(severity("[a](javascript:b)"), Severity::Error);
    assert_eq!(severity("![](b.png)"), Severity::Warning);
}
