//! The rule as it was: every published version of an article, by revision and by date, from real git.

use std::process::Command;

use serde_json::Value;

use crate::help_center::{HelpCenter, article, article_with};
use crate::http::Answer;

const CARD: &str = "ru/payments/card.md";
const LIMITS: &str = "## Лимиты {#limits}\n\nДо 50 000 ₽ в день.\n\n## Документы\n\nПаспорт.";

/// A help center in a repository, with commits of chosen dates.
struct Repository {
    center: HelpCenter,
}

impl Repository {
    fn new() -> Self {
        let center = HelpCenter::new().with("ru/payments/_index.md", "---\ntitle: Платежи\n---\n");
        let repository = Self { center };
        repository.git("2025-01-01", &["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// Runs git on a day, at noon UTC; what it prints.
    fn git(&self, day: &str, arguments: &[&str]) -> String {
        let at = format!("{day}T12:00:00Z");
        let output = Command::new("git")
            .current_dir(self.center.folder())
            .args(["-c", "user.name=Editor", "-c", "user.email=editor@example.com"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("GIT_AUTHOR_DATE", &at)
            .env("GIT_COMMITTER_DATE", &at)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits everything as it is; the commit's hash.
    fn commit(&self, day: &str, subject: &str) -> String {
        self.git(day, &["add", "--all", "articles"]);
        self.git(day, &["commit", "--quiet", "--allow-empty", "--message", subject]);
        self.git(day, &["rev-parse", "HEAD"])
    }

    fn save(&self, day: &str, path: &str, text: impl AsRef<[u8]>) -> String {
        self.center.save(path, text);
        self.commit(day, &format!("Change {path}"))
    }

    fn serve(&mut self) {
        self.center.serve();
    }

    fn get(&self, target: &str) -> Answer {
        self.center.get(target)
    }

    fn status(&self, target: &str) -> (u16, u16) {
        (self.center.get(target).status, self.center.get_as_staff(target).status)
    }

    fn page(&self, target: &str) -> String {
        self.center.page(target)
    }

    /// Where a player is sent on to.
    fn sent(&self, target: &str) -> String {
        let answer = self.get(target);
        assert_eq!(answer.status, 302, "{target}: {}", answer.lossy());
        answer.header("location").to_owned()
    }

    /// A page as a visitor sees it whose browser prefers Russian, whatever its status.
    fn get_russian(&self, target: &str) -> String {
        self.center.get_with(target, &[("accept-language", "ru")]).text().to_owned()
    }

    fn api(&self, target: &str) -> Value {
        self.get(&format!("/api/v1/articles/{target}")).json()
    }
}

fn short(hash: &str) -> &str {
    &hash[..10]
}

/// The address of a version of a Russian article.
fn version(id: &str, hash: &str) -> String {
    format!("/a/{id}@{}?locale=ru", short(hash))
}

fn card(limit: &str) -> String {
    article("Вывод на карту", &format!("Откройте кассу.\n\n{}", LIMITS.replace("50 000", limit)))
}

/// Three versions: 50 000, then 75 000, then 60 000 with another section.
fn three_versions() -> (Repository, [String; 3]) {
    let mut repository = Repository::new();
    let first = repository.save("2025-03-01", CARD, card("50 000"));
    repository.save("2025-03-10", "ru/payments/fees.md", article("Комиссии", "Нет."));
    let second = repository.save("2025-04-01", CARD, card("75 000"));
    let last = format!("{}\n## Сроки\n\nДва часа.\n", card("60 000"));
    let third = repository.save("2025-05-01", CARD, last);
    repository.serve();
    (repository, [first, second, third])
}

#[test]
fn a_version_stands_as_it_was_with_its_dates_and_the_way_to_the_present_one() {
    let (repository, [first, second, third]) = three_versions();
    let page = repository.page(&version("card", &first));
    for part in [
        "До 50 000 ₽ в день.",
        "Редакция от 1 марта 2025 г.",
        "Действовала с 1 марта 2025 г., 15:00 до 1 апреля 2025 г., 15:00.",
        "С тех пор статья изменилась.",
        "href=\"/ru/payments/card\"",
        &format!("https://help.example.com{}", version("card", &first)),
        &format!("/a/card@{}/changes?locale=ru", short(&first)),
    ] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    assert!(!page.contains("60 000"), "{page}");
    assert!(!page.contains("Change ru/payments/card.md"), "messages of commits are for staff");
    assert!(repository.page(&version("card", &second)).contains("До 75 000 ₽ в день."));
    let present = repository.page(&version("card", &third));
    assert!(present.contains("Это действующая редакция.") && !present.contains("/changes"));
    let staff = repository.center.get_as_staff(&version("card", &first));
    assert!(staff.text().contains("Change ru/payments/card.md"));
}

#[test]
fn a_date_leads_to_the_version_of_its_end_and_a_date_before_all_says_since_when() {
    let (repository, [first, second, third]) = three_versions();
    for (at, expected) in [
        ("2025-03-01", &first),
        ("2025-03-31", &first),
        ("2025-04-01T14:59:59%2B03:00", &first),
        ("2025-04-01T12:00:00Z", &second),
        ("2025-04-01", &second),
        ("2025-04-30", &second),
        ("2026-01-01", &third),
    ] {
        let expected = version("card", expected);
        assert_eq!(repository.sent(&format!("/a/card?at={at}&locale=ru")), expected, "{at}");
        assert_eq!(repository.sent(&format!("/ru/payments/card?at={at}")), expected, "{at}");
    }
    let early = repository.get("/ru/payments/card?at=2025-02-28");
    assert_eq!(early.status, 404);
    assert!(early.text().contains("появилась 1 марта 2025 г."), "{}", early.text());
    assert_eq!(repository.get("/a/card?at=yesterday").status, 400);
    assert_eq!(repository.get("/a/nothing?at=2025-04-01").status, 404);
}

#[test]
fn one_version_has_one_address_and_every_commit_leads_to_one() {
    let (repository, [first, second, _]) = three_versions();
    let between = repository.git("2025-06-01", &["rev-parse", &format!("{second}~1")]);
    for name in [first.as_str(), &first[..7], &first.to_uppercase(), &between, &between[..12]] {
        let sent = repository.sent(&format!("/a/card@{name}?locale=ru"));
        assert_eq!(sent, version("card", &first), "{name}");
    }
    assert_eq!(repository.sent(&format!("/a/card@{}", &first[..8])), version("card", &first));
    assert_eq!(repository.sent("/a/card@"), "/a/card/history?locale=ru");
}

#[test]
fn what_names_no_commit_is_nothing_and_never_reaches_git() {
    let (repository, [first, ..]) = three_versions();
    let absent = "0123456789abcdef0123456789abcdef01234567";
    for name in [
        absent,
        &first[..6],
        "HEAD",
        "main",
        "--output=x",
        "-h",
        "HEAD~1",
        "..",
        "abcdefg",
        "@",
        "@{u}",
        "%00%00%00%00%00%00%00",
        "0000000;ls",
        "ffffffff..--help",
        &format!("{first}0"),
        &format!("{first}..{absent}"),
        &format!("{first}:articles"),
    ] {
        let name = name.replace('{', "%7B").replace('}', "%7D");
        for more in ["", "/changes"] {
            let target = format!("/a/card@{name}{more}");
            assert_eq!(repository.status(&target), (404, 404), "{target}");
        }
    }
    for revision in ["HEAD", "--help", "abc"] {
        let target = format!("/api/v1/articles/card?revision={revision}");
        assert_eq!(repository.status(&target), (400, 400), "{target}");
    }
}

#[test]
fn what_has_changed_is_told_by_section_and_word_and_read_aloud() {
    let (repository, [first, second, third]) = three_versions();
    let changes = |from: &str, to: &str| {
        repository.page(&format!("/a/card@{}{to}/changes?locale=ru", short(from)))
    };
    let page = changes(&first, "");
    for part in [
        "<h1>Что изменилось: <span lang=\"ru\">Вывод на карту</span></h1>",
        "<del><span class=\"unseen\">удалено: </span>50 000</del>",
        "<ins><span class=\"unseen\">добавлено: </span>60 000</ins>",
        "Сроки",
        "новый раздел",
        "<details class=\"change\"><summary>Документы",
    ] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    let page = changes(&first, &format!("..{}", short(&second)));
    assert!(page.contains("75 000</ins>") && !page.contains("Сроки"), "{page}");
    assert!(changes(&third, "").contains("Слова в статье те же."));
    let pair = format!("/a/card@{first}..{second}?locale=ru");
    let canonical = format!("/a/card@{}..{}/changes?locale=ru", short(&first), short(&second));
    assert_eq!(repository.sent(&pair), canonical);
}

#[test]
fn all_versions_stand_in_a_list_and_messages_are_for_staff() {
    let (repository, [first, second, third]) = three_versions();
    let list = "/a/card/history?locale=ru";
    let page = repository.page(list);
    let place = |hash: &str| page.find(&version("card", hash)).expect("it is in the list");
    assert!(place(&third) < place(&second) && place(&second) < place(&first));
    for part in ["Первая редакция", "Изменено: Лимиты", "Лимиты · Сроки", "type=\"date\""]
    {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    assert!(!page.contains("Change ru/"), "{page}");
    assert!(!page.contains("<code>"), "{page}");
    let staff = repository.center.get_as_staff(list);
    assert!(staff.text().contains("Change ru/payments/card.md"), "{}", staff.text());
    assert!(staff.text().contains(&format!("<code>{}</code>", short(&first))));
    // Who reads the article, or looks after it, finds the list.
    assert!(repository.page("/ru/payments/card").contains(list));
    assert!(repository.center.get_as_staff("/staff/article/card?locale=ru").text().contains(list));
    let named = format!("/staff/?q=/a/card@{}&locale=ru", short(&first));
    assert!(repository.center.get_as_staff(&named).text().contains("/a/card?locale=ru"), "{named}");
}

#[test]
fn search_engines_are_sent_to_the_present() {
    let (repository, [first, ..]) = three_versions();
    let changes = format!("/a/card@{}/changes?locale=ru", short(&first));
    for target in [version("card", &first), changes, "/a/card/history?locale=ru".to_owned()] {
        let answer = repository.get(&target);
        assert_eq!(answer.header("x-robots-tag"), "noindex", "{target}");
        let page = answer.text();
        assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"), "{target}");
        let canonical =
            "<link rel=\"canonical\" href=\"https://help.example.com/ru/payments/card\">";
        assert!(page.contains(canonical), "{target}: {page}");
        assert!(!page.contains("ld+json"), "{target}");
    }
    assert!(!repository.page("/sitemap.xml").contains('@'));
}

#[test]
fn an_article_is_followed_through_renames_by_its_id_and_aliases_alone() {
    let mut repository = Repository::new();
    let terms = "Обычно деньги приходят на карту за два часа, в выходные дольше, до трёх дней.";
    let first = repository.save("2025-03-01", "ru/payments/terms.md", article("Сроки", terms));
    // To another topic, and to another name with the id it had.
    repository.center.save("ru/money/when.md", article_with("Сроки", "id: terms\n", terms));
    repository.center.remove("ru/payments/terms.md");
    let second = repository.commit("2025-04-01", "Move");
    // To another name by an alias, and other words.
    let other = article_with("Когда придут деньги?", "aliases: [terms]\n", "За час.");
    repository.center.save("ru/money/arrival.md", other);
    repository.center.remove("ru/money/when.md");
    let third = repository.commit("2025-05-01", "Rename");
    // This season's offer is not last season's, whatever likeness says.
    let offer = "Сделайте три ставки за неделю и получите бонус до 5 000 ₽ на счёт.";
    repository.save("2025-05-02", "ru/payments/spring.md", article("Весна", offer));
    repository.center.save("ru/payments/summer.md", article("Лето", offer));
    repository.center.remove("ru/payments/spring.md");
    repository.commit("2025-06-01", "Summer");
    repository.serve();

    for (at, hash) in [("2025-03-05", &first), ("2025-04-05", &second), ("2025-05-05", &third)] {
        let sent = repository.sent(&format!("/a/arrival?at={at}"));
        assert_eq!(sent, version("arrival", hash), "{at}");
    }
    assert!(repository.page(&version("arrival", &first)).contains("два часа"));
    assert_eq!(repository.sent(&version("terms", &first)), version("arrival", &first));
    assert_eq!(repository.get("/a/summer?at=2025-05-05").status, 404);
}

#[test]
fn the_public_sees_what_the_public_saw_and_cannot_tell_the_rest_from_nothing() {
    let mut repository = Repository::new();
    let text = |keys: &str, text: &str| article_with("Правило", keys, text);
    let draft = repository.save("2025-03-01", CARD, text("status: draft\n", "Черновик."));
    let first = repository.save("2025-04-01", CARD, text("", "Первое."));
    let staff = repository.save("2025-05-01", CARD, text("audience: staff\n", "Секрет."));
    let embargo = repository.save("2025-06-01", CARD, text("publish_at: 2025-07-01\n", "Будущее."));
    let last = repository.save("2025-06-15", CARD, text("", "Нынешнее."));
    let hidden = "ru/payments/hidden.md";
    let before = repository.save("2025-06-16", hidden, article("Было", "Было открыто."));
    repository.save("2025-06-17", hidden, article_with("Было", "audience: staff\n", "Закрыто."));
    let gone = "ru/payments/gone.md";
    repository.save("2025-06-18", gone, article("Ушла", "Ещё здесь."));
    let there = repository.git("2025-06-18", &["rev-parse", "HEAD"]);
    repository.center.remove(gone);
    repository.commit("2025-06-19", "Remove");
    repository.serve();

    for (id, hash, is_public) in [
        ("card", &draft, false),
        ("card", &first, true),
        ("card", &staff, false),
        ("card", &embargo, false),
        ("card", &last, true),
        ("hidden", &before, false),
        ("gone", &there, false),
    ] {
        let expected = (if is_public { 200 } else { 404 }, 200);
        assert_eq!(repository.status(&version(id, hash)), expected, "{id} {hash}");
        let api = format!("/api/v1/articles/{id}?revision={hash}");
        assert_eq!(repository.status(&api), expected, "{api}");
        if !is_public {
            // As if nobody had ever written it.
            let nothing = repository.get(&version("card", "0123456789")).text().to_owned();
            assert_eq!(repository.get(&version(id, hash)).text(), nothing, "{id} {hash}");
        }
    }
    for at in ["2025-05-10", "2025-06-10"] {
        assert_eq!(repository.get(&format!("/a/card?at={at}")).status, 404, "{at}");
    }
    let early = repository.get_russian("/a/card?at=2025-03-10");
    assert!(early.contains("появилась 1 апреля 2025 г."), "{early}");
    let list = repository.page("/a/card/history?locale=ru");
    assert_eq!(list.matches("<time").count(), 2, "{list}");
    let items = repository.api("card/revisions?locale=ru");
    assert_eq!(items["revisions"].as_array().unwrap().len(), 2, "{items}");
    for target in ["/a/hidden/history", "/a/gone/history", "/api/v1/articles/hidden/revisions"] {
        assert_eq!(repository.status(target), (404, 200), "{target}");
    }
    let staff = repository.center.get_as_staff(&version("card", &draft)).text().to_owned();
    assert!(staff.contains("Игроки эту редакцию не видели."), "{staff}");
}

#[test]
fn an_article_whose_time_is_over_can_still_be_cited() {
    let mut repository = Repository::new();
    let offer = article_with("Акция", "expires_at: 2025-05-01\n", "Бонус 500 ₽.");
    let hash = repository.save("2025-04-01", "ru/payments/offer.md", offer);
    repository.save("2025-04-01", CARD, card("1"));
    repository.serve();
    assert_eq!(repository.get("/ru/payments/offer").status, 410);
    for target in ["/a/offer?at=2025-04-15", "/ru/payments/offer?at=2025-04-15"] {
        assert_eq!(repository.sent(target), version("offer", &hash), "{target}");
    }
    let page = repository.page(&version("offer", &hash));
    assert!(page.contains("Бонус 500 ₽.") && page.contains("Сейчас эта статья не показывается."));
    assert_eq!(repository.get("/a/offer?at=2025-06-01").status, 404);
}

#[test]
fn a_version_that_will_expire_is_in_force_until_it_does() {
    let mut repository = Repository::new();
    let offer = article_with("Акция", "expires_at: 2099-05-01\n", "Бонус 500 ₽.");
    let hash = repository.save("2025-04-01", "ru/payments/offer.md", offer);
    repository.serve();
    let page = repository.page(&version("offer", &hash));
    assert!(page.contains("Действует с 1 апреля 2025 г., 15:00."), "{page}");
    // A page of another language shows the article as it is there, and so it was.
    assert_eq!(repository.sent("/en/payments/offer?at=2025-05-01"), version("offer", &hash));
}

#[test]
fn drafts_of_a_branch_were_never_published_and_their_commits_lead_to_the_merge() {
    let mut repository = Repository::new();
    let first = repository.save("2025-03-01", CARD, card("50 000"));
    repository.git("2025-03-02", &["switch", "--quiet", "--create", "edit"]);
    let draft = repository.save("2025-03-02", CARD, card("99 999"));
    let ready = repository.save("2025-03-03", CARD, card("75 000"));
    repository.git("2025-03-04", &["switch", "--quiet", "main"]);
    repository.git("2025-03-04", &["merge", "--quiet", "--no-ff", "--message", "Merge", "edit"]);
    let merge = repository.git("2025-03-04", &["rev-parse", "HEAD"]);
    repository.git("2025-03-05", &["switch", "--quiet", "--create", "other"]);
    let never = repository.save("2025-03-05", CARD, card("11 111"));
    repository.git("2025-03-05", &["switch", "--quiet", "main"]);
    repository.serve();
    assert_eq!(repository.sent("/a/card?at=2025-03-03"), version("card", &first));
    assert_eq!(repository.sent("/a/card?at=2025-03-04"), version("card", &merge));
    for commit in [&draft, &ready] {
        assert_eq!(repository.sent(&version("card", commit)), version("card", &merge));
    }
    assert!(repository.page(&version("card", &merge)).contains("75 000"));
    assert_eq!(repository.status(&version("card", &never)), (404, 404));
    let items = repository.center.get_as_staff("/api/v1/articles/card/revisions").json();
    let of = |item: &Value| item["revision"].as_str().unwrap().to_owned();
    let listed: Vec<String> = items["revisions"].as_array().unwrap().iter().map(of).collect();
    assert_eq!(listed, [merge, first]);
}

#[test]
fn a_commit_that_broke_the_file_changed_nothing_for_readers() {
    let mut repository = Repository::new();
    let first = repository.save("2025-03-01", CARD, card("50 000"));
    let broken = repository.save("2025-03-10", CARD, "---\ntittle: x\n---\nText.\n");
    let mended = repository.save("2025-03-20", CARD, card("75 000"));
    repository.serve();
    assert_eq!(repository.sent(&version("card", &broken)), version("card", &first));
    assert_eq!(repository.sent("/a/card?at=2025-03-15"), version("card", &first));
    assert_eq!(repository.sent("/a/card?at=2025-03-20"), version("card", &mended));
}

#[test]
fn the_same_words_again_are_said_to_be_in_force() {
    let mut repository = Repository::new();
    let first = repository.save("2025-03-01", CARD, card("50 000"));
    repository.save("2025-03-10", CARD, card("75 000"));
    repository.save("2025-03-20", CARD, card("50 000"));
    repository.serve();
    let page = repository.page(&version("card", &first));
    assert!(page.contains("Сейчас действует тот же текст."), "{page}");
}

#[test]
fn links_and_pictures_that_are_gone_leave_their_words() {
    let mut repository = Repository::new();
    let text = "См. [комиссии](fees.md) и [сроки](terms.md). ![Касса на экране](cash.png)";
    let first = repository.save("2025-03-01", CARD, article("Карта", text));
    repository.center.save("ru/payments/fees.md", article("Комиссии", "Нет."));
    repository.save("2025-03-02", CARD, article("Карта", "Откройте кассу."));
    repository.serve();
    let page = repository.page(&version("card", &first));
    let text = "См. <a href=\"/ru/payments/fees\">комиссии</a> и сроки. Касса на экране";
    assert!(page.contains(text), "{page}");
}

#[test]
fn each_translation_has_a_past_of_its_own() {
    let mut repository = Repository::new();
    let russian = repository.save("2025-03-01", CARD, card("50 000"));
    let english = "en/payments/card.md";
    let first = repository.save("2025-04-01", english, article("Card", "Up to 50,000 a day."));
    repository.save("2025-05-01", english, article("Card", "Up to 75,000 a day."));
    repository.serve();
    let in_english = |target: &str| {
        let answer = repository.center.get_with(target, &[("accept-language", "en")]);
        answer.header("location").to_owned()
    };
    let english = format!("/a/card@{}?locale=en", short(&first));
    assert_eq!(in_english("/a/card?at=2025-04-10"), english);
    // Before there was a translation, there was the original.
    assert_eq!(in_english("/a/card?at=2025-03-10"), version("card", &russian));
    assert_eq!(repository.sent("/a/card?at=2025-04-10&locale=ru"), version("card", &russian));
    let page = repository.page(&english);
    assert!(
        page.contains("Version of April 1, 2025") || page.contains("Version of 1 April 2025"),
        "{page}"
    );
}

#[test]
fn a_fact_that_changed_makes_another_version_of_each_article_that_quotes_it() {
    let mut repository = Repository::new();
    let quoting = article("Вывод на карту", "До {{ fact.daily }} в день.");
    repository.center.save("facts.yaml", "daily: 50000 RUB\nother: 1\n");
    let first = repository.save("2025-03-01", CARD, quoting);
    repository.save(
        "2025-03-05",
        "ru/payments/fees.md",
        article("Комиссии", "Нет {{ fact.other }}."),
    );
    let second = repository.save("2025-04-01", "facts.yaml", "daily: 75000 RUB\nother: 1\n");
    repository.save("2025-04-15", "facts.yaml", "daily: 75000 RUB\nother: 2\n");
    repository.serve();
    let said = |target: &str| repository.page(target).replace('\u{a0}', " ").replace("&nbsp;", " ");
    assert!(said("/ru/payments/card").contains("До 75 000 ₽ в день"));
    let page = said(&version("card", &first));
    assert!(page.contains("До 50 000 ₽ в день"), "{page}");
    assert_eq!(repository.sent("/a/card?at=2025-03-20&locale=ru"), version("card", &first));
    assert_eq!(repository.sent("/a/card?at=2025-06-01&locale=ru"), version("card", &second));
    let listed = repository.api("card/revisions?locale=ru");
    assert_eq!(listed["revisions"].as_array().unwrap().len(), 2, "{listed:#}");
}

#[test]
fn programs_read_versions_too() {
    let (repository, [first, second, third]) = three_versions();
    let was = repository.api("card?at=2025-03-15&locale=ru");
    assert_eq!(was["revision"], first.as_str());
    assert_eq!(was["revision_url"], version("card", &first));
    assert_eq!(was["in_force_since"], "2025-03-01T12:00:00Z");
    assert_eq!(was["in_force_until"], "2025-04-01T12:00:00Z");
    assert!(was["html"].as_str().unwrap().contains("50 000"), "{was}");
    let is = repository.api(&format!("card?revision={}", &third[..8]));
    assert_eq!((&is["revision"], &is["in_force_until"]), (&Value::from(third), &Value::Null));
    assert!(is.as_object().unwrap().contains_key("in_force_until"));
    assert!(repository.api("card").get("revision").is_none());
    let early = repository.get("/api/v1/articles/card?at=2025-02-01");
    assert_eq!((early.status, early.json()["type"].clone()), (404, "/docs#no-version".into()));
    assert_eq!(
        repository.get(&format!("/api/v1/articles/card?at=2025-03-01&revision={first}")).status,
        400
    );

    let list = repository.api("card/revisions");
    let items = list["revisions"].as_array().unwrap();
    let names: Vec<&str> = items.iter().map(|item| item["revision"].as_str().unwrap()).collect();
    assert_eq!(names, [items[0]["revision"].as_str().unwrap(), &second, &first]);
    assert_eq!(items[0]["sections_changed"], serde_json::json!(["Лимиты", "Сроки"]));
    assert!(items[0].get("subject").is_none());
    let staff = repository.center.get_as_staff("/api/v1/articles/card/revisions").json();
    assert_eq!(staff["revisions"][2]["subject"], "Change ru/payments/card.md");
}

#[test]
fn without_a_repository_there_is_no_past_and_staff_are_told_why() {
    let center = HelpCenter::new().with(CARD, card("50 000")).start();
    for target in ["/a/card@0123456", "/a/card?at=2025-01-01", "/a/card/history"] {
        assert_eq!(center.get(target).status, 404, "{target}");
        let staff = center.get_as_staff(target);
        assert_eq!(staff.status, 404, "{target}");
        assert!(staff.text().contains("git repository"), "{target}: {}", staff.text());
        assert!(!center.get(target).text().contains("git repository"), "{target}");
    }
    assert!(!center.page("/ru/payments/card").contains("/history"));
}
