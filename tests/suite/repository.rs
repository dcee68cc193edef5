//! A repository as the source, by real git: an editor's branch, its merge, what readers see of it, a
//! commit that breaks, a step back, and two servers that answer alike.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::help_center::{HelpCenter, WEBHOOK_SECRET, article, search_target, shipped};
use crate::http::Request;

const SITE: &str =
    "name: Help\nlocales: [ru, en]\ntime_zone: Europe/Moscow\nbase_url: https://help.example\n";
const GOLDEN: &str = "\
- query: снять выигрыш
  expect: withdraw
- query: самоисключение
  expect: self-exclusion
  protected: true
";
const RU: &str =
    "Чтобы снять выигрыш, откройте кассу. Вейджер x35.\n\n## Сколько ждать?\n\nОбычно два часа.";
const EN: &str =
    "To withdraw, open the cashier. The wager is x35.\n\n## How long?\n\nTwo hours, as a rule.";

/// An editor's clone, and the bare repository that it pushes to.
struct Editor {
    work: HelpCenter,
    remote: PathBuf,
}

struct Said {
    code: Option<i32>,
    text: String,
}

fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = [stdout, stderr].concat();
    Said { code: status.code(), text: String::from_utf8(text).unwrap() }
}

impl Editor {
    fn new() -> Self {
        let work = HelpCenter::new()
            .with("site.yaml", SITE)
            .with("ru/golden.yaml", GOLDEN)
            .with("ru/payments/_index.md", "---\ntitle: Платежи\n---\n")
            .with("en/payments/_index.md", "---\ntitle: Payments\n---\n")
            .with("ru/limits/_index.md", "---\ntitle: Лимиты\n---\n")
            .with("en/limits/_index.md", "---\ntitle: Limits\n---\n")
            .with("ru/payments/withdraw.md", article("Как снять выигрыш?", RU))
            .with("en/payments/withdraw.md", article("How do I withdraw?", EN))
            .with("ru/limits/self-exclusion.md", article("Самоисключение", "Закрывает счёт."))
            .with("en/limits/self-exclusion.md", article("Self-exclusion", "Closes the account."));
        Self::of(work)
    }

    /// Over the articles that ship, with all their golden queries.
    fn of_shipped_articles() -> Self {
        let work = HelpCenter::new();
        for entry in walk(&shipped()) {
            let path = entry.strip_prefix(shipped()).unwrap().to_owned();
            work.save(path.to_str().unwrap(), fs::read(entry).unwrap());
        }
        Self::of(work)
    }

    fn of(work: HelpCenter) -> Self {
        let remote = work.folder().join("remote.git");
        let editor = Self { work, remote };
        editor.git(&["init", "--quiet", "--bare", "--initial-branch=main", "remote.git"]);
        editor.git(&["init", "--quiet", "--initial-branch=main"]);
        editor.git(&["remote", "add", "origin", "remote.git"]);
        editor.publish("First");
        editor
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command
            .current_dir(self.work.folder())
            .args(["-c", "user.name=Editor", "-c", "user.email=editor@example.com"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments);
        let said = run(&mut command);
        assert_eq!(said.code, Some(0), "git {arguments:?}: {}", said.text);
        said.text.trim().to_owned()
    }

    fn commit(&self, message: &str) -> String {
        self.git(&["add", "articles"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Gives the last commit another time, and pushes it in its place.
    fn date(&self, at: &str) {
        let mut command = Command::new("git");
        command
            .current_dir(self.work.folder())
            .env("GIT_COMMITTER_DATE", at)
            .args(["-c", "user.name=Editor", "-c", "user.email=editor@example.com"])
            .args(["commit", "--quiet", "--amend", "--no-edit", "--date", at]);
        let said = run(&mut command);
        assert_eq!(said.code, Some(0), "{}", said.text);
        self.git(&["push", "--quiet", "--force", "origin", "main"]);
    }

    /// Commits and pushes; the commit's hash.
    fn publish(&self, message: &str) -> String {
        let hash = self.commit(message);
        self.git(&["push", "--quiet", "origin", "main"]);
        hash
    }

    /// A server that follows the repository.
    fn server(&self) -> HelpCenter {
        HelpCenter::new().following(&self.remote).start()
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// The host of the repository says that something was pushed.
fn call(server: &HelpCenter) {
    let body = br#"{"ref":"refs/heads/main"}"#;
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).unwrap();
    mac.update(body);
    let mut signature = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        write!(signature, "{byte:02x}").unwrap();
    }
    let headers = [("X-Hub-Signature-256", signature.as_str()), ("X-GitHub-Event", "push")];
    let request = Request { method: "POST", target: b"/api/v1/webhook", headers: &headers, body };
    assert_eq!(server.send(&request).status, 202);
}

fn commit_of(server: &HelpCenter) -> String {
    server.status()["source"]["commit"].as_str().unwrap_or_default().to_owned()
}

fn until_serves(server: &HelpCenter, commit: &str) {
    server.until("the commit is served", || commit_of(server) == commit);
}

#[test]
fn a_change_goes_from_an_editors_branch_to_readers_and_back() {
    let editor = Editor::new();
    editor.date("2026-10-01T12:00:00+03:00");
    let first = editor.git(&["rev-parse", "HEAD"]);
    let server = editor.server();
    assert_eq!(commit_of(&server), first);
    assert!(server.page("/ru/payments/withdraw").contains("Обычно два часа"));

    // A branch that breaks a golden query, drops an anchor, contradicts a number and leaves a
    // translation behind.
    editor.git(&["switch", "--quiet", "--create", "edit"]);
    let text = RU.replace("снять выигрыш", "получить деньги").replace("x35", "x40");
    let text = text.replace("## Сколько ждать?", "## Когда придут?");
    editor.work.save("ru/payments/withdraw.md", article("Как получить деньги?", &text));
    editor.commit("Half thought");
    let said = |command: &str| run(&mut editor.work.command(&[command, "--base", "main"]));
    let (check, eval) = (said("check"), said("eval"));
    for mark in [
        "error[lost-anchor]",
        "articles/ru/payments/withdraw.md:7",
        "{#skolko-zhdat}",
        "error[contradicts-translation]: `x35` here, `x40` in ru/payments/withdraw.md:5",
        "articles/en/payments/withdraw.md:5",
        "warning[translation-behind]: ru/payments/withdraw.md:2 has changed since `main` (title",
        "articles/en/payments/withdraw.md:2",
    ] {
        assert!(check.text.contains(mark), "no {mark} in\n{}", check.text);
    }
    assert_eq!(check.code, Some(1));
    assert!(eval.text.contains("articles/ru/golden.yaml:1"), "{}", eval.text);
    assert!(eval.text.contains("LOST"), "{}", eval.text);
    assert_eq!(eval.code, Some(1));

    // Mended: both gates pass.
    let text = RU.replace("## Сколько ждать?", "## Когда придут? {#skolko-zhdat}");
    let text = text.replace("Обычно два часа", "Обычно три часа");
    editor.work.save("ru/payments/withdraw.md", article("Как снять выигрыш?", &text));
    let en = EN.replace("Two hours", "Three hours");
    editor.work.save("en/payments/withdraw.md", article("How do I withdraw?", &en));
    editor.commit("Three hours");
    let (check, eval) = (said("check"), said("eval"));
    assert_eq!((check.code, eval.code), (Some(0), Some(0)), "{}{}", check.text, eval.text);
    assert!(!check.text.contains("translation-behind"), "{}", check.text);

    // Merged: served when the host calls.
    editor.git(&["switch", "--quiet", "main"]);
    editor.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "edit"]);
    editor.git(&["push", "--quiet", "origin", "main"]);
    let merged = editor.git(&["rev-parse", "HEAD"]);
    call(&server);
    until_serves(&server, &merged);
    let answer = server.get("/ru/payments/withdraw");
    assert!(answer.text().contains("Обычно три часа"));
    assert_eq!(answer.header("spravka-commit"), merged);
    assert!(server.search("три часа", "ru").has("withdraw"));

    // What it said before stays at its address, and is found by date.
    let before = format!("/a/withdraw@{}?locale=ru", &first[..10]);
    let page = server.page(&before);
    assert!(page.contains("Обычно два часа") && page.contains("noindex"), "{page}");
    let answer = server.get("/a/withdraw?at=2026-10-05&locale=ru");
    assert!(answer.header("location").starts_with(&format!("/a/withdraw@{}", &first[..10])));
    let changes = server.page(&format!("/a/withdraw@{}/changes?locale=ru", &first[..10]));
    assert!(changes.contains("<del>") && changes.contains("<ins>"), "{changes}");

    // A commit that breaks one file and is good in another.
    editor.work.save("ru/payments/withdraw.md", "---\ntittle: x\n---\nЧетыре часа\n");
    editor
        .work
        .save("ru/limits/self-exclusion.md", article("Самоисключение", "Закрывает счёт навсегда."));
    let broken = editor.publish("Broken");
    call(&server);
    until_serves(&server, &broken);
    assert!(server.page("/ru/payments/withdraw").contains("Обычно три часа"));
    assert!(server.page("/ru/limits/self-exclusion").contains("навсегда"));
    assert!(server.errors("ru/payments/withdraw.md").contains(&(2, "unknown-key".to_owned())));

    // One that begins with the broken commit has the last good version from the history.
    let late = editor.server();
    assert_eq!(commit_of(&late), broken);
    assert!(late.page("/ru/payments/withdraw").contains("Обычно три часа"));

    // A step back, until told otherwise.
    let back = run(&mut server.bare_command(&["rollback"], None));
    assert_eq!(back.code, Some(0), "{}", back.text);
    until_serves(&server, &merged);
    assert!(!server.page("/ru/limits/self-exclusion").contains("навсегда"));
    assert_eq!(server.status()["source"]["rolled_back"], true);
    editor.work.save(
        "ru/payments/withdraw.md",
        article("Как снять выигрыш?", &text.replace("три", "пять")),
    );
    let next = editor.publish("Mended");
    call(&server);
    call(&late);
    until_serves(&late, &next);
    assert!(server.page("/ru/payments/withdraw").contains("Обычно три часа"), "it was rolled back");
    let edition = server.edition();
    let on = run(&mut server.bare_command(&["rollback", "--resume"], None));
    assert_eq!(on.code, Some(0), "{}", on.text);
    until_serves(&server, &next);
    assert!(server.page("/ru/payments/withdraw").contains("Обычно пять часа"));
    assert!(server.edition() > edition);
    assert_eq!(server.status()["source"]["rolled_back"], false);
}

#[test]
fn two_servers_at_one_commit_answer_the_golden_queries_byte_for_byte_alike() {
    let editor = Editor::of_shipped_articles();
    let old = editor.server();
    // One follows through edits, the other begins with what they came to.
    let page = "ru/payments/withdraw-to-card.md";
    let text = fs::read_to_string(editor.work.path(page)).unwrap();
    for step in 0..4 {
        editor.work.save(page, format!("{text}\nСловечко номер {step}.\n"));
        if step == 1 {
            editor.work.save(
                "ru/payments/passing.md",
                article("Мимоходом", "Вывод денег на карту, снова и снова."),
            );
        }
        if step == 2 {
            editor.work.remove("ru/payments/passing.md");
            editor.work.save("en/payments/withdraw-to-card.md", "broken");
        }
        let commit = editor.publish("Step");
        call(&old);
        until_serves(&old, &commit);
    }
    let new = editor.server();
    assert_eq!(commit_of(&old), commit_of(&new));
    let mut asked = 0;
    for locale in ["ru", "en"] {
        let golden = fs::read_to_string(shipped().join(format!("{locale}/golden.yaml"))).unwrap();
        let queries: Vec<&str> =
            golden.lines().filter_map(|line| line.strip_prefix("- query: ")).collect();
        assert!(queries.len() > 80);
        for query in queries {
            let query = query.trim_matches(['"', '\'']);
            let target = search_target(query, locale);
            let (a, b) = (said(&old, &target), said(&new, &target));
            assert_eq!(a, b, "{query}");
            let answer = target.replace("/search?", "/answer?").replace("&limit=50", "");
            assert_eq!(old.get(&answer).body, new.get(&answer).body, "{query}");
            let suggest = target.replace("/search?", "/suggest?").replace("&limit=50", "");
            assert_eq!(old.get(&suggest).body, new.get(&suggest).body, "{query}");
            asked += 1;
        }
    }
    assert!(asked > 160, "{asked}");
    for page in [
        "/ru/",
        "/en/payments/",
        "/ru/payments/withdraw-to-card",
        "/en/payments/withdraw-to-card",
        "/sitemap.xml",
        "/ru/feed.xml",
    ] {
        let (a, b) = (old.get(page), new.get(page));
        assert_eq!(a.text(), b.text(), "{page}");
        assert_eq!(a.status, b.status);
    }
}

/// What a search says but for how long it took.
fn said(server: &HelpCenter, target: &str) -> String {
    let answer = server.get(target);
    let answer = answer.text();
    let at = answer.rfind("\"took_us\":").expect("took_us");
    let rest = answer[at + 10..].trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{}{rest}", &answer[..at])
}

#[test]
fn a_repository_that_is_rewritten_or_away_changes_nothing_and_is_told() {
    let editor = Editor::new();
    let mut server = editor.server();
    editor.work.save("ru/payments/withdraw.md", article("Как снять выигрыш?", "Второе слово."));
    let second = editor.publish("Second");
    call(&server);
    until_serves(&server, &second);
    let degraded = |server: &HelpCenter| server.status()["source"]["degraded"].clone();

    // Rewound, then forced elsewhere.
    editor.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    editor.git(&["push", "--quiet", "--force", "origin", "main"]);
    call(&server);
    server.until("it is told", || degraded(&server).to_string().contains("rewritten"));
    editor.work.save("ru/payments/withdraw.md", article("Как снять выигрыш?", "Третье слово."));
    let third = editor.publish("Another second");
    call(&server);
    server.until("it is told", || degraded(&server).to_string().contains(&third[..10]));
    assert!(server.page("/ru/payments/withdraw").contains("Второе слово"));
    server.restart();
    assert!(server.page("/ru/payments/withdraw").contains("Второе слово"), "nor does a restart");
    let public = server.get("/api/v1/status");
    let public = public.text();
    assert!(!public.contains("remote.git"), "players learn nothing of the repository: {public}");

    // An operator says that it is right so.
    run(&mut server.bare_command(&["rollback", "--resume"], None));
    until_serves(&server, &third);
    assert!(server.page("/ru/payments/withdraw").contains("Третье слово"));
    server.until("nothing is wrong", || degraded(&server).is_null());

    // Away, over a restart too; and back.
    let elsewhere = editor.remote.with_extension("away");
    fs::rename(&editor.remote, &elsewhere).unwrap();
    call(&server);
    server.until("it is told", || degraded(&server).to_string().contains("cannot be fetched"));
    server.restart();
    assert!(server.page("/ru/payments/withdraw").contains("Третье слово"));
    assert!(degraded(&server).to_string().contains("cannot be fetched"));
    fs::rename(&elsewhere, &editor.remote).unwrap();
    call(&server);
    server.until("nothing is wrong", || degraded(&server).is_null());

    // A branch that is gone.
    editor.git(&["push", "--quiet", "origin", "main:other"]);
    run(Command::new("git").current_dir(&editor.remote).args([
        "update-ref",
        "-d",
        "refs/heads/main",
    ]));
    call(&server);
    server.until("it is told", || degraded(&server).to_string().contains("cannot be fetched"));
    assert!(server.page("/ru/payments/withdraw").contains("Третье слово"));
}

#[test]
fn a_call_without_the_secret_is_refused_and_a_server_without_a_repository_knows_of_none() {
    let editor = Editor::new();
    let server = editor.server();
    let status = |center: &HelpCenter, headers: &[(&str, &str)]| {
        let request = Request { method: "POST", target: b"/api/v1/webhook", headers, body: b"{}" };
        center.send(&request).status
    };
    assert_eq!(status(&server, &[]), 401);
    assert_eq!(status(&server, &[("X-Gitlab-Token", "guess")]), 401);
    assert_eq!(status(&server, &[("X-Hub-Signature-256", "sha256=00")]), 401);
    assert_eq!(status(&server, &[("X-Gitlab-Token", WEBHOOK_SECRET)]), 202);
    let other = HelpCenter::new().start();
    assert_eq!(status(&other, &[("X-Gitlab-Token", WEBHOOK_SECRET)]), 404);
}

#[test]
fn what_cannot_be_followed_is_said_with_what_to_do() {
    let editor = Editor::new();
    let nothing = |arguments: &[&str]| {
        let center = HelpCenter::new();
        run(&mut center.bare_command(arguments, None))
    };
    let remote = editor.remote.to_str().unwrap();
    for (arguments, mark) in [
        (&["serve", "--repo", "/nowhere/at-all.git"][..], "check the address"),
        (&["serve", "--repo", remote, "--branch", "nope"], "cannot fetch nope"),
        (&["serve", "--repo", remote, "--path", "texts"], "has no folder `texts`"),
        (&["serve", "--repo", remote, "--branch=--upload-pack=x"], "cannot be the branch"),
        (&["serve", "--branch", "main"], "--repo"),
        (&["rollback"], "spravka serve --repo"),
    ] {
        let mut arguments = arguments.to_vec();
        if arguments[0] == "serve" {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        let said = nothing(&arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.text);
        assert!(said.text.contains(mark), "{arguments:?}: {}", said.text);
    }
    // The head alone has nothing before it.
    let server = editor.server();
    let said = run(&mut server.bare_command(&["rollback"], None));
    assert_eq!(said.code, Some(2));
    assert!(said.text.contains("there is no commit before"), "{}", said.text);
    let said = run(&mut server.bare_command(&["rollback", "--list", "--format", "json"], None));
    let listed: Value = serde_json::from_str(&said.text).unwrap();
    assert_eq!(listed["commits"][0]["subject"], "First");
    assert_eq!(listed["pinned"], Value::Null);
}

#[test]
fn a_fact_that_is_removed_takes_no_article_from_readers_of_any_server() {
    let editor = Editor::new();
    editor.work.save("facts.yaml", "fee: 2 %\n");
    editor.work.save("ru/payments/fees.md", article("Комиссия", "Комиссия {{ fact.fee }}."));
    editor.publish("A fact");
    let server = editor.server();
    editor.work.save("facts.yaml", "fee: 3 %\n");
    editor.publish("Another fee");
    editor.work.save("facts.yaml", "other: 1\n");
    let removed = editor.publish("No fee");
    call(&server);
    until_serves(&server, &removed);
    let says = |server: &HelpCenter| {
        let page = server.page("/ru/payments/fees");
        page.replace("&nbsp;", " ").replace('\u{a0}', " ").contains("Комиссия 3 %")
    };
    assert!(says(&server), "what was true until then is served on");
    assert!(says(&editor.server()), "by a server that begins today too");
    assert_eq!(server.errors("ru/payments/fees.md"), [(5, "unknown-fact".to_owned())]);
}

#[test]
fn a_draft_of_a_branch_is_not_published_by_a_broken_merge() {
    let editor = Editor::new();
    let server = editor.server();
    editor.git(&["switch", "--quiet", "--create", "draft"]);
    editor.work.save("ru/payments/withdraw.md", article("Как снять выигрыш?", "Черновик."));
    editor.commit("A draft");
    editor.work.save("ru/payments/withdraw.md", "---\nbroken\n");
    editor.commit("Broken");
    editor.git(&["switch", "--quiet", "main"]);
    editor.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "draft"]);
    editor.git(&["push", "--quiet", "origin", "main"]);
    let merged = editor.git(&["rev-parse", "HEAD"]);
    call(&server);
    until_serves(&server, &merged);
    for server in [&server, &editor.server()] {
        let page = server.page("/ru/payments/withdraw");
        assert!(page.contains("Обычно два часа") && !page.contains("Черновик"), "{page}");
    }
}

#[test]
fn a_commit_without_articles_is_held_over_a_restart_too() {
    let editor = Editor::new();
    let mut server = editor.server();
    editor.git(&["mv", "articles", "help"]);
    editor.git(&["commit", "--quiet", "--message", "Moved"]);
    editor.git(&["push", "--quiet", "origin", "main"]);
    call(&server);
    let degraded = |server: &HelpCenter| server.status()["source"]["degraded"].to_string();
    server.until("it is told", || degraded(&server).contains("has no articles"));
    server.restart();
    assert!(server.page("/ru/payments/withdraw").contains("Обычно два часа"));
    assert!(degraded(&server).contains("has no articles"));
}

#[test]
fn a_second_server_or_a_slip_of_the_pen_takes_nothing_from_the_first() {
    let editor = Editor::new();
    let mut server = editor.server();
    editor.git(&["push", "--quiet", "origin", "main:other"]);
    let remote = editor.remote.to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--repo"];
    let second = run(server.bare_command(&serve, Some(&editor.remote)).args(["--branch", "other"]));
    assert_eq!(second.code, Some(2), "{}", second.text);
    assert!(second.text.contains("another spravka already"), "{}", second.text);
    assert_eq!(run(&mut server.bare_command(&["rollback", "--list"], None)).code, Some(0));
    server.stop();
    let wrong = format!("{remote}x");
    let slip = run(server.bare_command(&serve, None).arg(wrong));
    assert_eq!(slip.code, Some(2), "{}", slip.text);
    // The clone of before is there still: without its repository it serves.
    fs::rename(&editor.remote, editor.remote.with_extension("away")).unwrap();
    server.serve();
    assert!(server.page("/ru/payments/withdraw").contains("Обычно два часа"));
}

#[test]
fn what_a_repository_says_of_its_files_changes_none_and_a_damaged_clone_mends_itself() {
    let editor = Editor::new();
    fs::write(
        editor.work.folder().join(".gitattributes"),
        "*.md working-tree-encoding=UTF-16LE-BOM ident eol=crlf\n",
    )
    .unwrap();
    editor.git(&["add", ".gitattributes"]);
    editor.git(&["commit", "--quiet", "--message", "Attributes"]);
    editor.git(&["push", "--quiet", "origin", "main"]);
    let mut server = editor.server();
    assert_eq!(server.status()["problems_count"], 0);
    assert!(server.page("/ru/payments/withdraw").contains("Обычно два часа"));
    server.stop();
    let source = server.folder().join("state/source");
    let damaged = walk(&source).into_iter().filter(|path| path.ends_with("repository.git/index"));
    assert_eq!(damaged.map(|index| fs::write(index, "DIRC").unwrap()).count(), 1);
    for head in walk(&source).into_iter().filter(|path| path.ends_with("refs/spravka/head")) {
        fs::write(head.with_extension("lock"), "").unwrap();
    }
    server.serve();
    assert!(server.page("/ru/payments/withdraw").contains("Обычно два часа"));
    assert!(server.status()["source"]["degraded"].is_null());
}
