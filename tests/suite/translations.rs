//! Translations in step: what git's history says of them, on the command line, on the pages, in the
//! API and in the console.

use std::process::{Command, Output};

use serde_json::Value;

use crate::help_center::{HelpCenter, SITE, article, article_with, spravka};

const FEES_RU: &str = "ru/payments/fees.md";
const FEES_EN: &str = "en/payments/fees.md";

/// A help center under git, each commit a day later than the last.
struct Repository {
    center: HelpCenter,
    day: u32,
}

fn said(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn russian(limit: &str) -> String {
    article(
        "Комиссии",
        &format!("Первые пять выводов бесплатны.\n\n## Лимиты {{#limits}}\n\nДо {limit} рублей."),
    )
}

fn english(limit: &str) -> String {
    article("Fees", &format!("Five are free.\n\n## Limits {{#limits}}\n\nUp to {limit} roubles."))
}

impl Repository {
    /// Two articles in two languages, committed on the first of October.
    fn new() -> Self {
        let center = HelpCenter::new()
            .with("ru/_index.md", "---\ntitle: Помощь\n---\n")
            .with("en/_index.md", "---\ntitle: Help\n---\n")
            .with("ru/payments/_index.md", "---\ntitle: Платежи\n---\n")
            .with("en/payments/_index.md", "---\ntitle: Payments\n---\n")
            .with(FEES_RU, russian("100 000"))
            .with(FEES_EN, english("100 000"))
            .with("ru/payments/cards.md", article("Карты", "Мир и другие."))
            .with("en/payments/cards.md", article("Cards", "Mir and others."));
        let mut repository = Self { center, day: 0 };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit("Articles");
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        let date = format!("2026-10-{:02}T09:00:00Z", self.day);
        command
            .current_dir(self.center.folder())
            .args(["-c", "user.name=Editor", "-c", "user.email=editor@example.com"])
            .args(["-c", "commit.gpgsign=false"])
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .args(arguments);
        let (code, out, err) = said(&mut command);
        assert_eq!(code, Some(0), "git {arguments:?}: {out}{err}");
    }

    fn commit(&mut self, message: &str) {
        self.day += 1;
        self.git(&["add", "articles"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn save(&self, path: &str, text: impl AsRef<[u8]>) {
        self.center.save(path, text);
    }

    fn json(&self) -> Value {
        let (code, out, err) =
            said(&mut self.center.command(&["translations", "--format", "json"]));
        assert_eq!(code, Some(0), "{err}");
        serde_json::from_str(&out).unwrap()
    }

    /// The files that are behind.
    fn behind(&self) -> Vec<String> {
        let json = self.json();
        let all = json["behind"].as_array().unwrap();
        all.iter().map(|lag| lag["file"].as_str().unwrap().to_owned()).collect()
    }
}

const EN: &str = "articles/en/payments/fees.md";

#[test]
fn a_source_that_goes_on_alone_leaves_its_translation_behind() {
    let mut repository = Repository::new();
    assert!(repository.behind().is_empty());
    repository.save(FEES_RU, russian("50 000"));
    repository.commit("Новые лимиты");
    let json = repository.json();
    let lag = &json["behind"][0];
    assert_eq!((&lag["file"], &lag["since"]), (&EN.into(), &"2026-10-02T09:00:00Z".into()));
    assert_eq!(lag["commits"][0]["subject"], "Новые лимиты");
    assert_eq!(lag["changes"]["sections"][0]["anchor"], "limits");
    assert_eq!(lag["changes"]["sections"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&lag["changes"]["words_added"], &lag["changes"]["words_removed"]),
        (&1.into(), &1.into())
    );
    assert_eq!(json["in_step"]["en"], 1);

    repository.save(FEES_EN, english("50 000"));
    repository.commit("Translated");
    assert!(repository.behind().is_empty());
}

#[test]
fn a_commit_that_touches_both_leaves_them_in_step() {
    let mut repository = Repository::new();
    repository.save(FEES_RU, russian("50 000"));
    repository.save(FEES_EN, english("50 000"));
    repository.commit("Both");
    assert!(repository.behind().is_empty());
}

#[test]
fn a_translation_may_go_on_without_its_source() {
    let mut repository = Repository::new();
    repository.save(FEES_EN, english("one hundred thousand"));
    repository.commit("In words");
    assert!(repository.behind().is_empty());
}

#[test]
fn a_commit_that_says_the_same_otherwise_does_not_count() {
    let mut repository = Repository::new();
    let written = russian("100 000").replace("Первые пять", "**Первые**\nпять");
    repository.save(
        FEES_RU,
        article_with("Комиссии", "owner: Платежи\n", written.split("---\n").nth(2).unwrap()),
    );
    repository.commit("Reformatted");
    assert!(repository.behind().is_empty());
    // Neither does one that was taken back, nor does it stand among those that count.
    repository.save(FEES_RU, russian("1"));
    repository.commit("A slip");
    repository.save(FEES_RU, russian("100 000"));
    repository.commit("Taken back");
    assert!(repository.behind().is_empty());
    repository.save(FEES_RU, russian("100 000").replace('\n', "\r\n"));
    repository.commit("Line ends");
    repository.save(FEES_RU, russian("7"));
    repository.commit("Seven");
    let json = repository.json();
    let commits = json["behind"][0]["commits"].as_array().unwrap();
    let subjects: Vec<&str> = commits.iter().map(|c| c["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["A slip", "Taken back", "Seven"]);
}

#[test]
fn what_is_not_committed_counts_as_newest() {
    let repository = Repository::new();
    repository.save(FEES_RU, russian("50 000"));
    let json = repository.json();
    let lag = &json["behind"][0];
    assert_eq!((&lag["since"], &lag["is_uncommitted"]), (&Value::Null, &true.into()), "{lag}");
    let (_, out, _) = said(&mut repository.center.command(&["translations"]));
    assert!(out.contains("not committed"), "{out}");
    // Somebody is at work on the translation.
    repository.save(FEES_EN, english("50 000"));
    assert!(repository.behind().is_empty());
}

#[test]
fn the_worst_stand_first_and_what_is_missing_is_listed() {
    let mut repository = Repository::new();
    repository.save("ru/payments/new.md", article("Новое", "Пока только по-русски."));
    repository.save(FEES_RU, russian("50 000"));
    repository.commit("Small");
    let long = "Мир, и ещё десять других карт, о которых здесь написано подробно и заново.";
    repository.save("ru/payments/cards.md", article("Карты", long));
    repository.commit("Large");
    assert_eq!(repository.behind(), ["articles/en/payments/cards.md", EN]);
    let (code, out, _) = said(&mut repository.center.command(&["translations", "en"]));
    assert_eq!(code, Some(0));
    assert!(out.contains("en  articles/ru/payments/new.md  Новое"), "{out}");
    assert!(out.contains("look at: Лимиты (#limits)"), "{out}");
    assert!(out.contains("2 behind, 1 missing, 0 in step"), "{out}");

    let github = ["translations", "--format", "github"];
    let (_, out, _) = said(&mut repository.center.command(&github));
    assert!(
        out.contains(&format!("::warning file={EN},line=1,col=1,title=translation-behind::")),
        "{out}"
    );
    let strict =
        |locale: &str| said(&mut repository.center.command(&["translations", locale, "--strict"]));
    assert_eq!(strict("en").0, Some(1));
    let (code, _, err) = strict("de");
    assert!(code == Some(2) && err.contains("use en"), "{err}");
}

#[test]
fn without_a_history_that_can_tell_it_says_so() {
    let center = HelpCenter::new().with(FEES_RU, russian("1")).with(FEES_EN, english("1"));
    let (code, _, err) = said(&mut center.command(&["translations"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("lies in no git repository"), "{err}");

    let mut repository = Repository::new();
    repository.save(FEES_RU, russian("2"));
    repository.commit("Two");
    let folder = repository.center.folder();
    let from = format!("file://{}", folder.display());
    repository.git(&["clone", "--quiet", "--depth=1", &from, "shallow"]);
    let arguments = ["translations", "--articles", "shallow/articles"];
    let (code, _, err) = said(spravka().current_dir(folder).args(arguments));
    assert!(code == Some(2) && err.contains("--unshallow"), "{code:?} {err}");
}

#[test]
fn readers_of_a_translation_that_is_behind_are_told_and_led_to_its_source() {
    let mut repository = Repository::new();
    repository.center.serve();
    let page = |center: &HelpCenter| center.page("/en/payments/fees");
    assert!(!page(&repository.center).contains("newer"));
    let tag = repository.center.get("/en/payments/fees").header("etag").to_owned();
    repository.save(FEES_RU, russian("50 000"));
    repository.commit("Новые лимиты");
    let notice = "The Russian version of this article is newer: it was changed on 2 October 2026. \
                  Some of it may be missing here.";
    let center = &repository.center;
    center.until_long("readers are told", || page(center).contains(notice));
    assert!(
        page(center)
            .contains("<a href=\"/ru/payments/fees\" lang=\"ru\" hreflang=\"ru\">Комиссии</a>")
    );
    assert_ne!(center.get("/en/payments/fees").header("etag"), tag);
    assert!(!center.page("/ru/payments/fees").contains("новее"), "the source is behind nothing");
    let behind = |id: &str, locale: &str| {
        center.get(&format!("/api/v1/articles/{id}?locale={locale}")).json()["behind"].clone()
    };
    let expected = serde_json::json!({"since": "2026-10-02T09:00:00Z", "locale": "ru"});
    assert_eq!(behind("fees", "en"), expected);
    assert_eq!((behind("fees", "ru"), behind("cards", "en")), (Value::Null, Value::Null));

    repository.save(FEES_EN, english("50 000"));
    repository.commit("Translated");
    let center = &repository.center;
    center.until_long("nothing is told any more", || !page(center).contains("newer"));
}

#[test]
fn the_first_locale_of_the_site_is_the_source_whichever_it_is() {
    let mut repository = Repository::new();
    let site = SITE.replace("locales: [ru, en]", "locales: [en, ru]");
    repository.save("site.yaml", site);
    repository.save(FEES_EN, english("50 000"));
    repository.commit("New limits");
    assert_eq!(repository.behind(), ["articles/ru/payments/fees.md"]);
    repository.center.serve();
    let notice = "Английская версия этой статьи новее (изменена 2 октября 2026 г.). Здесь может быть не всё.";
    let center = &repository.center;
    center.until_long("readers are told in their language", || {
        center.page("/ru/payments/fees").contains(notice)
    });
}

#[test]
fn a_source_for_staff_is_told_to_staff_alone() {
    let mut repository = Repository::new();
    let rules =
        |limit: &str| article_with("Тайна", "audience: staff\n", &format!("Лимит {limit}."));
    repository.save("ru/payments/rules.md", rules("1"));
    repository.save("en/payments/rules.md", article("Rules", "For all."));
    repository.commit("Rules");
    repository.save("ru/payments/rules.md", rules("2"));
    repository.commit("Other rules");
    repository.center.serve();
    let center = &repository.center;
    center.until_long("staff are told", || {
        center.get_as_staff("/en/payments/rules").text().contains("is newer")
    });
    assert!(!center.page("/en/payments/rules").contains("is newer"));
}

#[test]
fn the_console_lists_what_is_behind_by_how_much_it_is_read_and_says_what_changed() {
    let mut repository = Repository::new();
    repository.save(FEES_RU, russian("50 000"));
    repository.save("ru/payments/cards.md", article("Карты", "Мир, и никаких <b>других</b>."));
    repository.commit("Лимиты & <карты>");
    repository.center.serve();
    let agent = [("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)")];
    for page in ["fees", "cards", "fees"] {
        repository.center.get_with(&format!("/en/payments/{page}"), &agent);
    }
    let list =
        |center: &HelpCenter| center.get_as_staff("/staff/translations?ui=en").text().to_owned();
    repository.center.until_long("both are listed", || {
        let list = list(&repository.center);
        list.contains("2 reads in 30 days") && list.contains("1 read in 30 days")
    });
    let page = list(&repository.center);
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text:?}: {page}"));
    assert!(place("href=\"/en/payments/fees\"") < place("href=\"/en/payments/cards\""));
    assert!(page.contains("behind since 2 October 2026"), "{page}");

    let changes = repository.center.get_as_staff("/staff/translations/fees?locale=en&ui=en");
    let changes = changes.text();
    assert!(changes.contains("<a href=\"/ru/payments/fees#limits\">Лимиты</a>"), "{changes}");
    assert!(changes.contains("Лимиты &amp; &lt;карты&gt;"), "{changes}");
    let source = repository.center.get_as_staff("/staff/translations/fees?locale=ru&ui=en");
    assert!(source.text().contains("in step with its source"), "{}", source.text());
    // Nobody else sees any of it.
    assert_eq!(repository.center.get("/staff/translations").status, 303);

    // Reads are kept over a restart.
    repository.center.restart();
    repository.center.until_long("they are counted still", || {
        list(&repository.center).contains("2 reads in 30 days")
    });
}
