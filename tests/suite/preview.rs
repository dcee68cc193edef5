//! What an editor sees with `serve --preview`, and what nobody sees without it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::help_center::{HelpCenter, article, article_with, search_target};
use crate::markup;

const CARD: &str = "/ru/pay/card";
/// No article: its title has a misspelt key.
const BROKEN: &str = "---\ntittle: Карта\n---\nполовина текста\n";

/// An article of every standing.
fn center() -> HelpCenter {
    HelpCenter::new()
        // The name under which these tests ask.
        .with("../spravka.toml", "base_url = \"http://help.test\"\n")
        .with("ru/_index.md", "---\ntitle: Справка\n---\n")
        .with("ru/pay/_index.md", "---\ntitle: Платежи\n---\n")
        .with("ru/pay/card.md", article("Вывод на карту", "Откройте кассу."))
        .with("ru/pay/draft.md", article_with("Новый кошелёк", "status: draft\n", "Скоро."))
        .with("ru/pay/winter.md", article_with("Акция", "publish_at: 2099-12-01\n", "Снег."))
        .with("ru/pay/summer.md", article_with("Лето", "expires_at: 2020-08-31\n", "Жара."))
        .with("ru/pay/secret.md", article_with("Лимит риска", "audience: staff\n", "Тайна."))
}

fn preview() -> HelpCenter {
    center().told("--preview").start()
}

/// The name of the edition that a page is of.
fn edition_of(page: &str) -> &str {
    let (_, rest) = page.split_once("data-edition=\"").expect("the page names its edition");
    rest.split_once('"').unwrap().0
}

/// An open stream of events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn of(center: &HelpCenter) -> Self {
        let mut stream = TcpStream::connect(center.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream.write_all(b"GET /_preview/events HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// The next edition's name; `None` when the stream has ended.
    fn next(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some(name) = line.trim_end().strip_prefix("data: ") {
                return Some(name.to_owned());
            }
        }
    }
}

#[test]
fn an_editor_sees_what_is_not_published_and_why_readers_do_not() {
    let center = preview();
    for (slug, mark) in [
        ("draft", "Черновик"),
        ("winter", "С 1 декабря 2099 г."),
        ("summer", "Истекла 31 августа 2020 г."),
        ("secret", "Только для сотрудников"),
    ] {
        let page = center.page(&format!("/ru/pay/{slug}"));
        let head = page.split_once("<article").unwrap().0;
        assert!(head.contains(mark), "{slug}: {head}");
        let list = center.page("/ru/pay/");
        let entry = list.split_once(&format!("href=\"/ru/pay/{slug}\"")).unwrap().1;
        assert!(entry.split_once("</li>").unwrap().0.contains(mark), "{slug}: {list}");
    }
    let card = center.page(CARD);
    assert!(!card.split_once("preview-panel").unwrap().0.contains("preview-mark"), "{card}");
    assert!(center.search("новый кошелёк", "ru").has("draft"));
    let found = center.page("/ru/search?q=%D0%BA%D0%BE%D1%88%D0%B5%D0%BB%D1%91%D0%BA");
    assert!(found.contains("<span class=\"preview-mark\">Черновик</span>"), "{found}");
}

#[test]
fn a_preview_says_that_it_is_one_and_is_neither_listed_nor_kept() {
    let center = preview();
    for target in ["/ru/", "/ru/pay/", CARD, "/ru/contact", "/ru/nothing/here", "/sitemap.xml"] {
        let answer = center.get(target);
        assert_eq!(answer.header("x-robots-tag"), "noindex", "{target}");
        assert_eq!(answer.header("cache-control"), "no-store", "{target}");
        let is_page = answer.header("content-type").starts_with("text/html");
        assert_eq!(answer.text().contains("Предпросмотр"), is_page, "{target}");
        assert!(!answer.text().contains("rel=\"canonical\""), "{target}");
    }
}

#[test]
fn without_the_flag_nothing_of_it_is_there() {
    let center = center().start();
    for target in [
        "/_preview/events",
        "/_preview/problems",
        "/_preview/preview.js",
        "/_preview/preview.css",
        "/ru/pay/draft",
        "/ru/pay/winter",
        "/ru/pay/secret",
    ] {
        assert_eq!(center.get(target).status, 404, "{target}");
    }
    for staff in [false, true] {
        let answer = if staff { center.get_as_staff(CARD) } else { center.get(CARD) };
        assert!(!answer.text().contains("preview"), "{}", answer.text());
        assert_eq!(answer.header("x-robots-tag"), "");
    }
}

#[test]
fn a_file_that_breaks_shows_its_last_good_version_below_what_is_wrong() {
    let center = preview();
    center.save("ru/pay/card.md", BROKEN);
    center.until_page_says(CARD, "ru/pay/card.md:2:1");
    let page = center.page(CARD);
    let (problems, text) = page.split_once("<article").unwrap();
    assert!(problems.contains("Файл сломан"), "{problems}");
    assert!(problems.contains("2 | <mark>tittle</mark>: Карта"), "{problems}");
    assert!(problems.contains("    ^^^^^^"), "{problems}");
    assert!(problems.contains("did you mean `title`?"), "{problems}");
    assert!(text.contains("Откройте кассу."), "{text}");

    center.save("ru/pay/card.md", article("Вывод на карту", "Теперь иначе."));
    center.until_page_says(CARD, "Теперь иначе.");
    assert!(!center.page(CARD).contains("Файл сломан"));
    assert!(!center.page(CARD).contains("preview-problems errors"));
}

#[test]
fn a_new_file_that_makes_no_page_shows_why_at_its_address() {
    let center = preview();
    center.save("ru/pay/fresh.md", BROKEN);
    center.until_page_says("/ru/pay/fresh", "ru/pay/fresh.md:2:1");
    let elsewhere = center.page(CARD);
    assert!(!elsewhere.contains("fresh.md"), "{elsewhere}");
    assert!(elsewhere.contains("href=\"/_preview/problems?locale=ru\""), "{elsewhere}");
    let list = center.page("/_preview/problems?locale=ru");
    assert!(list.contains("href=\"/ru/pay/fresh\"><code>ru/pay/fresh.md:2:1"), "{list}");
    assert_eq!(center.get("/ru/pay/other").status, 404);
}

#[test]
fn problems_are_those_that_readers_would_have() {
    let center = preview();
    let text = article("Вывод на карту", "См. [кошелёк](draft.md).");
    center.save("ru/pay/card.md", text);
    center.until_page_says(CARD, "which readers do not see now");
    let page = center.page(CARD);
    assert!(page.contains("<a href=\"/ru/pay/draft\">кошелёк</a>"), "{page}");
    // The quick way of the usual save tells the same.
    center.save("ru/pay/card.md", article("Вывод на карту", "Ещё [раз](draft.md)."));
    center.until_page_says(CARD, "Ещё");
    assert!(center.page(CARD).contains("which readers do not see now"));
    center.save("ru/pay/draft.md", article("Новый кошелёк", "Готово."));
    center.until("the problem is gone", || !center.page(CARD).contains("preview-problems errors"));
}

#[test]
fn golden_queries_tell_where_the_article_stands_and_what_is_before_it() {
    let golden = "- query: вывод на карту\n  expect: card\n- query: касса\n  expect: card\n";
    let center = center()
        .with("ru/golden.yaml", golden)
        .with("ru/pay/register.md", article_with("Касса", "status: draft\n", "Касса и касса."))
        .told("--preview")
        .start();
    let page = center.page(CARD);
    let (_, panel) = page.split_once("preview-golden").unwrap();
    let mut queries = panel.split("<li>").skip(1);
    let (kept, lost) = (queries.next().unwrap(), queries.next().unwrap());
    assert!(kept.contains("Сейчас: место 1.") && !kept.contains("Потерян"), "{kept}");
    assert!(lost.contains("Потерян") && lost.contains("ru/golden.yaml:3"), "{lost}");
    assert!(lost.contains("Первая сейчас <a href=\"/ru/pay/register\">"), "{lost}");
    assert!(page.contains("Потеряно эталонных запросов: 1"), "{page}");

    center.save("ru/golden.yaml", "- query: вывод на карту\n  expect: card\n");
    center.until("the file is followed", || !center.page(CARD).contains("Потерян"));
}

#[test]
fn a_long_sentence_is_told_with_its_line() {
    let long = format!("Коротко.\n\n{}.", "слово ".repeat(41).trim_end());
    let center = center().with("ru/pay/long.md", article("Долго", &long)).told("--preview").start();
    let page = center.page("/ru/pay/long");
    assert!(page.contains("В предложении на строке 7 41 слово"), "{page}");
    assert!(page.contains("Нет перевода (English): напишите en/pay/long.md"), "{page}");
}

#[test]
fn an_open_page_hears_of_a_save_when_it_can_be_read() {
    let center = preview();
    let mut events = Events::of(&center);
    let first = events.next().unwrap();
    assert_eq!(edition_of(&center.page(CARD)), first);
    center.save("ru/pay/card.md", article("Вывод на карту", "Сохранено."));
    let second = events.next().unwrap();
    assert_ne!(second, first);
    assert!(center.page(CARD).contains("Сохранено."), "the edition is there before its event");
}

#[test]
fn a_file_beside_an_article_shows_by_itself_too() {
    let center = center()
        .with("ru/pay/card.md", article("Вывод на карту", "Заполните [бланк](form.txt)."))
        .with("ru/pay/form.txt", "Прежний бланк")
        .told("--preview")
        .start();
    let mut events = Events::of(&center);
    let first = events.next().unwrap();
    center.save("ru/pay/form.txt", "Новый бланк");
    assert_ne!(events.next().unwrap(), first);
    assert_eq!(center.page("/ru/pay/form.txt"), "Новый бланк");
}

#[test]
fn a_server_with_open_pages_stops_at_once_and_its_pages_know_the_next_one() {
    let mut center = preview();
    let mut events = Events::of(&center);
    let before = events.next().unwrap();
    let asked = Instant::now();
    assert!(center.stop().success());
    assert!(asked.elapsed() < Duration::from_secs(8), "it waited for the stream");
    while let Some(name) = events.next() {
        assert_ne!(name, before);
    }
    center.serve();
    assert_ne!(Events::of(&center).next().unwrap(), before);
}

#[test]
fn a_preview_leaves_the_folders_of_a_server_alone() {
    let center = center().start();
    let mut other = center
        .command(&["serve", "--preview", "--listen", "127.0.0.1:0"])
        .env("TMPDIR", center.folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(other.stdout.take().unwrap()).read_line(&mut said).unwrap();
    other.kill().unwrap();
    other.wait().unwrap();
    assert!(said.contains("Spravka serves"), "beside a server: {said}");
    assert!(!center.search("новый кошелёк", "ru").has("draft"));

    let center = self::center().told("--preview").start();
    center.page("/ru/pay/draft");
    let mut left: Vec<String> = fs::read_dir(center.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("spravka-preview-"))
        .collect();
    left.sort();
    assert_eq!(left, ["articles", "log", "spravka.toml"]);
}

#[test]
fn a_preview_without_a_watch_says_that_pages_do_not_reload() {
    let center = center().told("--preview").told("--no-watch").start();
    let page = center.page(CARD);
    assert!(page.contains("не отслеживаются"), "{page}");
    assert!(!page.contains("preview.js"), "{page}");
}

#[test]
fn a_preview_that_others_can_reach_says_so() {
    let center = center().told("--preview").listening_on("0.0.0.0:0").start();
    center.until("the log warns", || {
        let log = center.log();
        log.contains("WARN") && log.contains("sees drafts and staff-only articles")
    });
    assert!(!preview().log().contains("sees drafts"));
}

#[test]
fn a_preview_on_this_machine_answers_under_its_names_alone() {
    let center = center().with("../spravka.toml", "").told("--preview").start();
    let refused = center.get("/ru/pay/draft");
    assert_eq!(refused.status, 421, "under help.test: {}", refused.lossy());
    assert!(!refused.text().contains("кошелёк"), "{}", refused.text());
    assert!(refused.text().contains("SPRAVKA_BASE_URL"), "{}", refused.text());
    Events::of(&center).next().expect("it answers as localhost");
}

#[test]
fn nothing_that_an_author_writes_runs_in_a_preview() {
    let hostile = "<script>alert(1)</script> \"'&amp; {{ 41353*7 }}";
    let center = center()
        .with("ru/pay/card.md", article("Карта", &format!("[{hostile}](no-such.md) {hostile}")))
        .with("ru/pay/evil.md", format!("---\ntittle: {hostile}\n---\n{hostile}\n"))
        .with("ru/golden.yaml", format!("- query: |\n    {hostile}\n  expect: card\n"))
        .told("--preview")
        .told("--no-watch")
        .start();
    for target in [CARD, "/ru/pay/evil", "/_preview/problems?locale=ru"] {
        let page = center.page(target);
        markup::check(&page).unwrap_or_else(|wrong| panic!("{target}: {wrong}"));
        assert!(page.contains("41353*7"), "{target} shows what was written");
    }
}

#[test]
fn other_sites_may_not_read_a_preview_whatever_the_settings_say() {
    let center = center()
        .with(
            "../spravka.toml",
            "base_url = \"http://help.test\"\nallowed_origins = [\"https://www.example.com\"]\n",
        )
        .told("--preview")
        .start();
    let headers = [("origin", "https://www.example.com")];
    let answer = center.get_with(&search_target("кошелёк", "ru"), &headers);
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
