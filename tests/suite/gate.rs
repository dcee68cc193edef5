//! Before publishing: an editor's branch is compared with what readers have, by real git.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::help_center::{HelpCenter, article, article_with, spravka};

const WITHDRAW: &str = "ru/payments/withdraw.md";
const GOLDEN: &str = "ru/golden.yaml";
const WAIT: &str = "## Сколько ждать?\n\nОбычно перевод приходит за два часа, в выходные дольше.";
const CASH: &str = "- query: снять выигрыш
  expect: withdraw
";
const BREAK: &str = "- query: самоисключение
  expect: self-exclusion
  protected: true
";

/// A problem: code, file, line and advice.
type Lost = (String, String, u64, String);
/// A golden query: what became of it, its place, its ranks.
type Changed = (String, String, Value, Value);

/// A repository of a help center, with one commit on `main`.
struct Repository {
    center: HelpCenter,
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code(), out: text(stdout), err: text(stderr) }
}

fn withdraw(heading_and_text: &str) -> String {
    let lead = "Чтобы снять выигрыш, откройте кассу и введите сумму.";
    article("Как снять выигрыш?", &format!("{lead}\n\n{heading_and_text}"))
}

impl Repository {
    fn new() -> Self {
        let exclusion = "Самоисключение закрывает счёт на выбранный вами срок.";
        let center = HelpCenter::new()
            .with("ru/payments/_index.md", "---\ntitle: Платежи\n---\n")
            .with("ru/limits/_index.md", "---\ntitle: Лимиты\n---\n")
            .with(WITHDRAW, withdraw(WAIT))
            .with("ru/limits/self-exclusion.md", article("Самоисключение", exclusion))
            .with(GOLDEN, format!("{CASH}{BREAK}"));
        let repository = Self { center };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit();
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command
            .current_dir(self.center.folder())
            .args(["-c", "user.name=Editor", "-c", "user.email=editor@example.com"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments);
        let said = run(&mut command);
        assert_eq!(said.code, Some(0), "git {arguments:?}: {}{}", said.out, said.err);
    }

    fn commit(&self) {
        self.git(&["add", "articles"]);
        self.git(&["commit", "--quiet", "--message", "Articles"]);
    }

    fn said(&self, command: &str, more: &[&str]) -> Said {
        run(self.center.command(&[command, "--base", "main"]).args(more))
    }

    fn json(&self, command: &str) -> (Option<i32>, Value) {
        let said = self.said(command, &["--format", "json"]);
        let json = serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err));
        (said.code, json)
    }

    /// What `check` says is lost.
    fn lost(&self) -> (Option<i32>, Vec<Lost>) {
        let (code, json) = self.json("check");
        let text = |problem: &Value, key: &str| problem[key].as_str().unwrap().to_owned();
        let lost = json["problems"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|problem| text(problem, "code").starts_with("lost-"))
            .map(|problem| {
                let line = problem["line"].as_u64().unwrap();
                (text(problem, "code"), text(problem, "path"), line, text(problem, "hint"))
            })
            .collect();
        (code, lost)
    }

    /// What `eval` says of golden queries.
    fn changes(&self) -> (Option<i32>, Vec<Changed>) {
        let (code, json) = self.json("eval");
        let changes = json["queries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|query| {
                let place = format!("{}:{}", query["path"].as_str().unwrap(), query["line"]);
                let word = query["change"].as_str().unwrap().to_owned();
                (word, place, query["rank_before"].clone(), query["rank_now"].clone())
            })
            .collect();
        (code, changes)
    }
}

#[test]
fn what_is_as_it_was_passes_both_gates() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "--create", "edit"]);
    assert_eq!(repository.lost(), (Some(0), Vec::new()));
    assert_eq!(repository.changes(), (Some(0), Vec::new()));
    let said = repository.said("eval", &[]);
    assert!(said.out.contains("2 golden queries against main"), "{}", said.out);
}

#[test]
fn a_branch_that_breaks_search_and_links_is_told_line_by_line_until_it_is_mended() {
    let repository = Repository::new();
    let center = &repository.center;
    repository.git(&["switch", "--quiet", "--create", "edit"]);

    // A golden query is lost, an article is renamed without an alias, and a heading is reworded.
    let renamed = "ru/limits/take-a-break.md";
    center.rename("ru/limits/self-exclusion.md", renamed);
    center.save(WITHDRAW, withdraw(&WAIT.replace("Сколько ждать?", "Когда придёт перевод?")));
    center.save("ru/payments/bonus.md", article("Снять выигрыш", "Снять выигрыш: снять выигрыш."));
    repository.commit();

    let hint = "add this line below the title: `aliases: [self-exclusion]`".to_owned();
    let heading = "## Когда придёт перевод? {#skolko-zhdat}";
    let place = |path: &str| format!("articles/{path}");
    let (code, lost) = repository.lost();
    assert_eq!(code, Some(1));
    assert_eq!(
        lost,
        [
            ("lost-address".to_owned(), place(renamed), 2, hint.clone()),
            ("lost-id".to_owned(), place(renamed), 2, hint),
            ("lost-anchor".to_owned(), place(WITHDRAW), 7, format!("write `{heading}`")),
        ]
    );
    let (code, changes) = repository.changes();
    assert_eq!(code, Some(1));
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert!(changes.iter().all(|(word, ..)| word == "lost"), "{changes:?}");
    assert!(changes.iter().any(|(_, at, ..)| *at == format!("{}:1", place(GOLDEN))), "{changes:?}");
    assert!(changes.iter().any(|(_, at, ..)| *at == format!("{}:3", place(GOLDEN))), "{changes:?}");

    for (command, format, marks) in [
        ("check", "human", &["lost-anchor", "withdraw.md:7", heading][..]),
        ("check", "github", &["::error file=articles/ru/payments/withdraw.md,line=7", heading]),
        ("check", "sarif", &["lost-address", "lost-id", "lost-anchor"]),
        ("eval", "human", &["LOST", "articles/ru/golden.yaml:1", "rank 1 → 2", "ahead by"]),
        ("eval", "github", &["::error file=articles/ru/golden.yaml,line=1", "снять выигрыш"]),
    ] {
        let said = repository.said(command, &["--format", format]);
        assert_eq!(said.code, Some(1), "{command} {format}: {}{}", said.out, said.err);
        for mark in marks {
            assert!(said.out.contains(mark), "{command} {format}: no {mark} in\n{}", said.out);
        }
    }

    // Mended as the hints say.
    let exclusion = "Самоисключение закрывает счёт на выбранный вами срок.";
    let aliases = "aliases: [self-exclusion]\n";
    center.save(renamed, article_with("Самоисключение", aliases, exclusion));
    center.save(WITHDRAW, withdraw(&WAIT.replace("## Сколько ждать?", heading)));
    center.remove("ru/payments/bonus.md");
    let entry = BREAK.replace("expect: self-exclusion", "expect: take-a-break");
    center.save(GOLDEN, format!("{CASH}{entry}"));
    repository.commit();
    assert_eq!(repository.lost(), (Some(0), Vec::new()));
    let (code, changes) = repository.changes();
    assert_eq!(code, Some(0), "{changes:?}");
    let words: Vec<&str> = changes.iter().map(|(word, ..)| word.as_str()).collect();
    assert_eq!(words, ["changed"]);
}

#[test]
fn a_lost_query_stays_lost_when_its_entry_is_deleted() {
    let repository = Repository::new();
    let center = &repository.center;
    let text = fs::read_to_string(center.path(WITHDRAW)).unwrap();
    center.save(WITHDRAW, text.replace("---\n\n", "status: draft\n---\n\n"));
    center.save(GOLDEN, BREAK);
    let (code, changes) = repository.changes();
    assert_eq!(code, Some(1));
    assert_eq!(changes[0].0, "lost", "{changes:?}");
    assert_eq!((&changes[0].2, &changes[0].3), (&Value::from(1), &Value::Null));
    let said = repository.said("eval", &[]);
    for part in ["the entry is deleted", "is a draft"] {
        assert!(said.out.contains(part), "no {part} in\n{}", said.out);
    }
    // What is found still may go.
    center.save(WITHDRAW, withdraw(WAIT));
    let (code, changes) = repository.changes();
    assert_eq!((code, changes[0].0.as_str()), (Some(0), "gone"), "{changes:?}");
}

#[test]
fn a_protected_query_pushed_down_fails_and_what_is_ahead_is_named() {
    let repository = Repository::new();
    let center = &repository.center;
    let text = "Самоисключение, самоисключение, самоисключение.";
    center.save("ru/payments/offer.md", article("Самоисключение", text));
    let exclusion = "Закрыть счёт на срок. Это называют словом самоисключение.";
    center.save("ru/limits/self-exclusion.md", article("Перерыв в игре", exclusion));
    let eased = BREAK.replace("  protected: true\n", "  within: 5\n");
    for golden in [BREAK, &eased] {
        center.save(GOLDEN, format!("{CASH}{golden}"));
        let said = repository.said("eval", &[]);
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        for part in ["LOST", "golden.yaml:3", "rank 1 → 2", "offer is ahead by"] {
            assert!(said.out.contains(part), "no {part} in\n{}", said.out);
        }
    }
}

#[test]
fn a_file_that_is_broken_is_told_as_that_alone() {
    let repository = Repository::new();
    repository.center.save(WITHDRAW, "---\ntittle: x\n---\nText.\n");
    let (code, lost) = repository.lost();
    assert_eq!((code, lost), (Some(1), Vec::new()));
}

#[test]
fn a_hook_of_git_may_ask() {
    let repository = Repository::new();
    let mut command = repository.center.command(&["check", "--base", "HEAD"]);
    // As git sets them for its hooks.
    let said = run(command.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/index"));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[cfg(unix)]
#[test]
fn the_hook_that_ships_refuses_a_commit_that_breaks_a_link() {
    let repository = Repository::new();
    let center = &repository.center;
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/publishing/pre-commit");
    fs::copy(hook, center.folder().join(".git/hooks/pre-commit")).unwrap();
    // It asks for the program by its name.
    let program = spravka().get_program().to_owned();
    std::os::unix::fs::symlink(program, center.folder().join("spravka")).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", center.folder().display());
    let commit = || {
        repository.git(&["add", "articles"]);
        let arguments = ["-c", "user.name=Editor", "-c", "user.email=editor@example.com"];
        let mut command = Command::new("git");
        command.current_dir(center.folder()).args(arguments).env("PATH", &path);
        run(command.args(["-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "Edit"]))
    };
    let reworded = WAIT.replace("Сколько ждать?", "Когда придёт перевод?");
    center.save(WITHDRAW, withdraw(&reworded));
    let said = commit();
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(
        format!("{}{}", said.out, said.err).contains("lost-anchor"),
        "{}{}",
        said.out,
        said.err
    );
    center.save(WITHDRAW, withdraw(&reworded.replace('?', "? {#skolko-zhdat}")));
    let said = commit();
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[test]
fn a_base_that_cannot_be_read_ends_with_two_and_says_what_to_do() {
    let repository = Repository::new();
    let center = &repository.center;
    repository.git(&["switch", "--quiet", "--orphan", "empty"]);
    repository.git(&["commit", "--quiet", "--allow-empty", "--message", "Nothing"]);
    repository.git(&["switch", "--quiet", "main"]);
    for command in ["check", "eval"] {
        for (name, advice) in [
            ("origin/main", "git fetch"),
            ("--base=-x", "a branch"),
            ("empty", "name one in which it did"),
        ] {
            let base =
                if name.starts_with('-') { name.to_owned() } else { format!("--base={name}") };
            let said = run(&mut center.command(&[command, &base]));
            assert_eq!(said.code, Some(2), "{name}: {}{}", said.out, said.err);
            assert!(said.err.contains(advice), "{name}: {}", said.err);
        }
    }
    let mut command = center.command(&["check", "--base", "main"]);
    let said = run(command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.err.contains("safe.directory"), "{}", said.err);
    let center = HelpCenter::new().with(WITHDRAW, withdraw(WAIT));
    let said = run(&mut center.command(&["check", "--base", "main"]));
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.err.contains("no git repository"), "{}", said.err);
}
