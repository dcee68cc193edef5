//! What formatting changes, and that readers never see it.

use super::*;
use crate::article::SourcePath;

fn source(text: &str) -> Source {
    let path = SourcePath::new("ru/payments/fees.md");
    Source { path, bytes: text.as_bytes().to_vec(), modified: None }
}

fn facts() -> Facts {
    Facts::parse(&SourcePath::new(Facts::FILE), "name: 5 days\n").unwrap()
}

/// The file in its new form, else as it is.
fn formatted(text: &str) -> String {
    match format(&source(text), &facts()) {
        Formatted::Same => text.to_owned(),
        Formatted::Changed(new) => new,
        Formatted::Broken(problems) => panic!("broken: {problems:?}\n{text}"),
        Formatted::Unsafe => panic!("left alone:\n{text}\n---\n{:?}", tidied(text, Kind::Article)),
    }
}

fn header(text: &str) -> String {
    let new = formatted(&format!("---\n{text}---\nтекст\n"));
    new.strip_prefix("---\n").unwrap().strip_suffix("---\n\nтекст\n").unwrap().to_owned()
}

fn body(text: &str) -> String {
    let new = formatted(&format!("---\ntitle: A\n---\n{text}"));
    new.strip_prefix("---\ntitle: A\n---\n\n").unwrap().to_owned()
}

#[test]
fn keys_stand_in_the_order_of_the_documentation() {
    assert_eq!(
        header("weight: 5\nreview_by: 2027-01-01\ntags: [a]\ntitle: A\n\nid: fees\n"),
        "title: A\nid: fees\ntags: [a]\nreview_by: 2027-01-01\nweight: 5\n"
    );
    assert_eq!(
        header("contact: {takes: 2 минуты, channel: chat, prepare: [чек]}\ntitle: A\n"),
        "title: A\ncontact:\n  channel: chat\n  prepare: [чек]\n  takes: 2 минуты\n"
    );
}

#[test]
fn that_order_is_the_order_of_the_parser() {
    let text = include_str!("../../../docs/writing-articles.md");
    let table = text.split("\n## Front matter\n").nth(1).unwrap();
    let rows = table.lines().skip_while(|line| !line.starts_with("|---"));
    let documented: Vec<&str> = rows
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(Kind::Article.keys(), documented, "of docs/writing-articles.md");
}

#[test]
fn quotes_are_where_they_are_needed() {
    assert_eq!(header("title: \"Как вывести?\"\n"), "title: Как вывести?\n");
    assert_eq!(header("\"title\": 'А: почём'\n"), "title: \"А: почём\"\n");
    assert_eq!(header("title: 'it''s # 1'\n"), "title: \"it's # 1\"\n");
    assert_eq!(header("title: 'a: \"b\"'\n"), "title: 'a: \"b\"'\n");
    assert_eq!(header("title: \"007\"\n"), "title: \"007\"\n");
    assert_eq!(header("title: 007\n"), "title: 007\n");
    assert_eq!(header("title: 'yes'\n"), "title: \"yes\"\n");
    assert_eq!(
        header("title: A\nquestions: ['a, b', 'c']\n"),
        "title: A\nquestions:\n  - a, b\n  - c\n"
    );
    assert_eq!(
        header("title: A\npublish_at: '2026-01-31 09:00:00z'\n"),
        "title: A\npublish_at: 2026-01-31T09:00:00Z\n"
    );
}

#[test]
fn lists_of_names_stand_on_a_line_while_they_fit_and_questions_one_below_the_other() {
    assert_eq!(
        header("title: A\nquestions: [как снять, где кнопка]\ntags:\n- a\n-   b\n"),
        "title: A\nquestions:\n  - как снять\n  - где кнопка\ntags: [a, b]\n"
    );
    let long: Vec<String> = (0..12).map(|n| format!("a-rather-long-name-{n}")).collect();
    let list: String = long.iter().flat_map(|name| ["  - ", name, "\n"]).collect();
    assert_eq!(
        header(&format!("title: A\ntags: [{}]\n", long.join(", "))),
        format!("title: A\ntags:\n{list}")
    );
    assert_eq!(header("title: A\ntags: [ ]\n"), "title: A\ntags: []\n");
}

#[test]
fn comments_and_texts_of_many_lines_go_with_their_key() {
    assert_eq!(
        header(
            "# Платежи, 2026\nweight: 5   # higher first\n\n# не менять\n# никогда\nid: fees\n\
             summary: >-\n  Две\n  строки\ntitle: A\ntags:\n  - a   \n  # - b\n# конец\n"
        ),
        "title: A\n# не менять\n# никогда\nid: fees\nsummary: >-\n  Две\n  строки\n\
         tags:\n  - a\n  # - b\n# Платежи, 2026\nweight: 5   # higher first\n# конец\n"
    );
}

#[test]
fn a_header_of_an_unusual_kind_is_left_as_it_is() {
    for text in ["{title: A, weight: 5}\n", "{\ntitle: A,\nid: b}\n", "  title: A\n  id: b\n"] {
        assert_eq!(header(text), text);
    }
}

#[test]
fn headings_lists_and_code_have_one_form() {
    for (written, expected) in [
        ("Шаги\n====\nтекст\n", "# Шаги\n\nтекст\n"),
        ("##   Шаги  ## \nтекст\n## C# {#c}\nдва\n", "## Шаги\n\nтекст\n\n## C# {#c}\n\nдва\n"),
        ("* a\n* b\n    + c\n", "- a\n- b\n    - c\n"),
        ("-   a\n\n    b\n-   c\n", "- a\n\n  b\n- c\n"),
        ("-   a\n  - b\n", "-   a\n  - b\n"),
        ("9. a\n\n   b\n8. c\n\n   d\n", "9. a\n\n   b\n10. c\n\n    d\n"),
        ("1) a\n1) b\n", "1. a\n1. b\n"),
        ("1. a\n3. b\n3. c\n", "1. a\n2. b\n3. c\n"),
        ("- a\n\n* b\n", "- a\n\n* b\n"),
        ("+ a\n\n- b\n", "- a\n\n* b\n"),
        ("~~~ sh\nls\n~~~\nx\n", "```sh\nls\n```\n\nx\n"),
        ("~~~\n```\n~~~\n", "````\n```\n````\n"),
        ("a  \nb\\\nc   \n\n\n\nd", "a\\\nb\\\nc\n\nd\n"),
        ("текст\n- a\n- b\n> [!WARNING]\n> нет\n", "текст\n\n- a\n- b\n\n> [!WARNING]\n> нет\n"),
        ("a[^1]\n\n[^1]: b\n[^2]: c\n", "a[^1]\n\n[^1]: b\n[^2]: c\n"),
        (
            "{{ fact.name }}  и  *всё*\n\n\n[x]: https://e.x\n",
            "{{ fact.name }}  и  *всё*\n\n[x]: https://e.x\n",
        ),
    ] {
        assert_eq!(body(written), expected, "{written:?}");
    }
}

#[test]
fn code_and_html_keep_their_spaces() {
    for text in [
        "```\na  \n\n\n\nb\n```\n",
        "<details>\n<summary>a</summary>   \n\nb\n\n</details>\n",
        "    a  \n\n\n    b\n",
        "`a  \nb`\n",
    ] {
        assert_eq!(body(text), text, "{text:?}");
    }
}

#[test]
fn columns_of_a_table_stand_below_each_other() {
    assert_eq!(
        body("Сроки:\n\n| Способ | Срок |\n|---|--:|\n|СБП|15 минут|\n| `a\\|b` | 中 |\n| x |\n"),
        "Сроки:\n\n| Способ | Срок     |\n| ------ | -------: |\n"
            .replace("Срок     |", "    Срок |")
            + "| СБП    | 15 минут |\n| `a\\|b` |       中 |\n| x      |          |\n"
    );
    let wide = format!("| a | b |\n|---|---|\n| {} | c |\n", "слово ".repeat(40).trim());
    assert!(body(&wide).contains("| a | b |\n| --- | --- |\n"), "{}", body(&wide));
}

#[test]
fn windows_line_ends_and_marks_of_editors_go() {
    let text = "\u{feff}---\r\ntitle: A\r\n---\r\nодин\r\n\r\n\r\nдва";
    assert_eq!(formatted(text), "---\ntitle: A\n---\n\nодин\n\nдва\n");
}

#[test]
fn whatever_a_reader_or_a_check_could_notice_is_noticed() {
    let text = "---\ntitle: A\ntags: [a]\n---\nодин [два](/a/x)\n\n## Три {#t}\n\n- четыре\n";
    let read = |text: &str| parse_with(&source(text), &facts()).0;
    assert!(says_the_same(&read(text), &read(&text.replace("---\nодин", "---\n\n\nодин"))));
    for (from, to) in [
        ("A", "B"),
        ("tags: [a]", "tags: [b]"),
        ("tags: [a]", "weight: 1"),
        ("/a/x", "/a/y"),
        ("{#t}", "{#u}"),
        ("## Три", "### Три"),
        ("- четыре", "1. четыре"),
        ("- четыре", "четыре"),
        ("два", "**два**"),
    ] {
        assert!(text.contains(from));
        let other = text.replacen(from, to, 1);
        assert!(!says_the_same(&read(text), &read(&other)), "{from} → {to}");
    }
}

#[test]
fn a_file_with_errors_is_named_and_left_alone() {
    let Formatted::Broken(problems) = format(&source("---\ntittle: A\n---\nx\n"), &facts()) else {
        panic!("it has no title")
    };
    assert!(problems.iter().any(|problem| problem.code == "unknown-key"));
}

/// Lines of Markdown of every kind, as people write them and as they should not.
fn line() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    const LINES: &[&str] = &[
        "",
        "",
        "",
        "",
        "текст",
        "ещё текст  ",
        "перенос  ",
        "перенос\\",
        "# Раз",
        "## Два ##",
        "### Три {#tri}",
        "====",
        "----",
        "***",
        "* пункт",
        "*   пункт",
        "+ пункт",
        "- пункт",
        "-  [ ] дело",
        "1. шаг",
        "2) шаг",
        "10. шаг",
        "  - внутри",
        "    + глубже",
        "   продолжение",
        "  продолжение",
        "    код",
        "```",
        "```sh",
        "~~~",
        "> цитата",
        "> [!WARNING]",
        ">",
        "> - пункт",
        "| а | б |",
        "|---|:-:|",
        "|в|",
        "| `x` | длинное слово |",
        "<details>",
        "</details>",
        "<br>",
        "<!-- заметка -->",
        "[^1]: сноска",
        "слово[^1] и `код  `",
        "[ссылка](/a/x)",
        "[x]: https://example.com",
        "{{ fact.name }}",
        "**жирно** и *курсив*",
        "\\* не пункт",
        "\t- с табуляцией",
        "-",
        "1.",
        "&nbsp;",
        "a | b",
    ];
    proptest::sample::select(LINES).prop_map(str::to_owned)
}

/// What a reader sees of a file.
fn page_of(source: &Source) -> String {
    match parse_with(source, &facts()).0 {
        Parsed::Article(article) => {
            article.body().html.fill(|link| format!("#{link}")).into_string()
        }
        other => panic!("no article: {other:?}"),
    }
}

fn page(lines: &[String]) -> String {
    format!("---\ntitle: A\n---\nНачало.\n{}\n", lines.join("\n"))
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(256))]
    #[test]
    fn what_is_formatted_stays_as_it_is_and_says_the_same(lines in proptest::collection::vec(line(), 0..12)) {
        let source = source(&page(&lines));
        if let Formatted::Changed(new) = format(&source, &facts()) {
            proptest::prop_assert_eq!(page_of(&source), page_of(&self::source(&new)));
            let again = Source { bytes: new.clone().into_bytes(), ..source.clone() };
            proptest::prop_assert!(matches!(format(&again, &facts()), Formatted::Same), "{new}");
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(---\ntitle: [а-я\"':#-]{1,4}\n---\n)?[-a-c*+>|`~#<&\\[\\]{}0-9.) \n\t\r\\\\é中]{0,80}") {
        let _ = format(&source(&text), &facts());
    }
}

/// How few files are left alone, of texts that are far stranger than what people write.
#[test]
fn hardly_any_file_is_left_alone() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let pages = proptest::collection::vec(line(), 0..12);
    let (mut looked_at, mut left) = (0, Vec::new());
    for _ in 0..1000 {
        let text = page(&pages.new_tree(&mut runner).unwrap().current());
        looked_at += 1;
        if matches!(format(&source(&text), &facts()), Formatted::Unsafe) {
            left.push(text);
        }
    }
    for text in left.iter().take(8) {
        println!("{text}=== becomes\n{}\n=====", tidied(text, Kind::Article).unwrap_or_default());
    }
    assert!(left.len() * 200 < looked_at, "{} of {looked_at} are left alone", left.len());
}
