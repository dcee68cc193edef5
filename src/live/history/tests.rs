//! The history of real repositories: as they grow, are written anew, are bare or cut off.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

const PATH: &str = "ru/payments/card.md";

struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = git(self.0.path())
            .args(["-c", "user.name=E", "-c", "user.email=e@example.com"])
            .args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", said(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, folder: &str, text: &str) -> String {
        let file = self.0.path().join(folder).join(PATH);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, format!("---\ntitle: T\n---\n\n{text}\n")).unwrap();
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", text]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// What the versions say, the newest first.
fn texts(history: &History, head: &str) -> Vec<String> {
    let past = history.past_of(head, &SourcePath::new(PATH)).unwrap();
    past.versions().iter().map(|version| version.article.sections[0].text.clone()).collect()
}

#[test]
fn the_history_grows_with_the_line_and_is_read_anew_when_that_is_another() {
    let repository = Repository::new();
    let history = History::of_folder(&repository.0.path().join("articles"));
    let first = repository.commit("articles", "one");
    assert_eq!(texts(&history, &first), ["one"]);
    let second = repository.commit("articles", "two");
    let third = repository.commit("articles", "three");
    assert_eq!(texts(&history, &third), ["three", "two", "one"]);
    let journal = history.journal(&third, "articles/").unwrap();
    let place = |hash: &str| journal.position(&hash.parse().unwrap());
    assert_eq!([&first, &second, &third].map(|hash| place(hash)), [Some(0), Some(1), Some(2)]);
    repository.git(&["reset", "--quiet", "--hard", &first]);
    let other = repository.commit("articles", "other");
    assert_eq!(texts(&history, &other), ["other", "one"]);
    let past = history.past_of(&other, &SourcePath::new(PATH)).unwrap();
    assert!(past.as_of(&second.parse().unwrap()).is_none(), "it is on no line that is served");
}

#[test]
fn a_bare_repository_and_one_that_is_all_articles_have_a_history_too() {
    let repository = Repository::new();
    let top = repository.commit("", "top");
    assert_eq!(texts(&History::of_folder(repository.0.path()), &top), ["top"]);
    assert_eq!(texts(&History::of_repository(repository.0.path(), ""), &top), ["top"]);
    let head = repository.commit("docs/[help]", "below");
    let bare = tempfile::tempdir().unwrap();
    let to = bare.path().join("bare.git");
    repository.git(&["clone", "--quiet", "--bare", ".", to.to_str().unwrap()]);
    let history = History::of_repository(&to, "docs/[help]");
    assert_eq!(texts(&history, &head), ["below"]);
}

#[test]
fn settings_of_a_repository_change_nothing() {
    let repository = Repository::new();
    repository.commit("articles", "one");
    let head = repository.commit("articles", "two");
    for setting in ["log.showSignature", "diff.relative", "log.follow", "diff.noprefix"] {
        repository.git(&["config", setting, "true"]);
    }
    repository.git(&["config", "core.abbrev", "4"]);
    repository.git(&["config", "log.date", "relative"]);
    let history = History::of_folder(&repository.0.path().join("articles"));
    assert_eq!(texts(&history, &head), ["two", "one"]);
}

#[test]
fn a_shallow_clone_is_told_from_a_whole_one() {
    let repository = Repository::new();
    repository.commit("articles", "one");
    let head = repository.commit("articles", "two");
    let clones = tempfile::tempdir().unwrap();
    let source = format!("file://{}", repository.0.path().display());
    let to = clones.path().join("shallow");
    repository.git(&["clone", "--quiet", "--depth=1", &source, to.to_str().unwrap()]);
    let is_cut_off = |folder: &Path| {
        let history = History::of_folder(&folder.join("articles"));
        history.past_of(&head, &SourcePath::new(PATH)).unwrap().is_cut_off()
    };
    assert!(is_cut_off(&to));
    assert!(!is_cut_off(repository.0.path()));
}

#[test]
fn a_repository_that_cannot_be_read_is_an_error_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::of_folder(folder.path());
    let head = "0123456789abcdef0123456789abcdef01234567";
    let error = history.past_of(head, &SourcePath::new(PATH)).err().unwrap();
    assert!(error.to_string().contains("not a git repository"), "{error}");
}

#[test]
fn a_revision_is_seven_to_forty_digits_and_nothing_else() {
    for (text, is_one) in [
        ("0123456", true),
        ("ABCDEF0", true),
        ("0123456789abcdef0123456789abcdef01234567", true),
        ("012345", false),
        ("0123456789abcdef0123456789abcdef012345678", false),
        ("HEAD~100", false),
        ("--output", false),
        ("０１２３４５６", false),
        ("", false),
    ] {
        assert_eq!(text.parse::<Revision>().is_ok(), is_one, "{text}");
    }
    // Longer in characters than in the bytes that an address shows of it.
    assert_eq!("ABCDEF0".parse::<Revision>().unwrap().short(), "abcdef0");
}
