//! `spravka new`: an editor begins an article, alone or as a translation, and a shell knows where
//! it could go.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::help_center::{HelpCenter, article, spravka};

struct Said {
    code: Option<i32>,
    text: String,
}

fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: status.code(), text: text(stdout) + &text(stderr) }
}

const ORIGINAL: &str = "---\ntitle: \"How to get a refund: the steps\"\nquestions: [money back]\n\
    tags: [refund, card]\nowner: \"payments: team\"\nrelated: [fees, only-here]\nweight: 7\n\
    contact:\n  channel: chat\n  prepare: [receipt]\n---\n\nAsk us.\n\n\
    ## What do I *need*? {#before}\n\nA receipt.\n\n### Which `one`? {#which}\n\nThe last.\n\n\
    ## How long?\n\nThree days.\n";

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("ru/_index.md", "---\ntitle: Помощь\n---\n")
        .with("en/billing/_index.md", "---\ntitle: Billing\n---\n")
        .with("ru/billing/_index.md", "---\ntitle: Счета\n---\n")
        .with("en/billing/refund.md", ORIGINAL)
        .with("en/billing/fees.md", article("Fees", "None."))
        .with("ru/billing/fees.md", article("Комиссии", "Их нет."))
        .with("en/billing/only-here.md", article("Only here", "Yes."))
}

fn read(center: &HelpCenter, path: &str) -> String {
    fs::read_to_string(center.path(path)).unwrap()
}

/// The problems of one file.
fn problems_of(center: &HelpCenter, path: &str) -> Vec<Value> {
    let output = center.command(&["check", "--format", "json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of_file = |problem: &&Value| problem["path"].as_str().unwrap().ends_with(path);
    said["problems"].as_array().unwrap().iter().filter(of_file).cloned().collect()
}

#[test]
fn a_new_article_names_the_useful_keys_and_passes_check_and_fmt() {
    let center = center();
    for (place, words) in [
        ("ru/billing/vouchers", "Что нужно сделать? {#steps}"),
        ("en/billing/vouchers2", "What do I do? {#steps}"),
    ] {
        let said = run(&mut center.command(&["new", place, "--title", "Где: \"мои\" ваучеры?"]));
        assert_eq!(said.code, Some(0), "{}", said.text);
        let path = format!("{place}.md");
        let text = read(&center, &path);
        for key in
            ["title: ", "status: draft", "# audience: staff", "# review_by: ", "# owner: ", words]
        {
            assert!(text.contains(key), "no {key} in\n{text}");
        }
        assert_eq!(problems_of(&center, &path), [] as [Value; 0], "{text}");
        let said = run(center.command(&["fmt", "--check"]).arg(center.path(&path)));
        assert_eq!(said.code, Some(0), "{}", said.text);
        let published = text.replace("status: draft\n", "");
        center.save(&path, published.replace("# review_by", "review_by"));
        let errors = problems_of(&center, &path);
        assert!(errors.iter().all(|problem| problem["severity"] != "error"), "{errors:#?}");
    }
}

#[test]
fn a_translation_takes_over_what_is_the_same_in_every_language() {
    let center = center();
    let said = run(&mut center.command(&["new", "ru/billing/refund"]));
    assert!(said.code == Some(0) && said.text.contains("with the sections of"), "{}", said.text);
    let text = read(&center, "ru/billing/refund.md");
    for part in [
        "# Перевод en/billing/refund.md\ntitle: \"How to get a refund: the steps\"\n",
        "tags: [refund, card]\n",
        "status: draft\n",
        "owner: \"payments: team\"\n",
        "# related: [only-here]    # этих статей здесь ещё нет\nrelated: [fees]\n",
        "weight: 7\ncontact:\n  channel: chat\n---\n",
        "\n## What do I need? {#before}\n",
        "\n### Which one? {#which}\n",
        "\n## How long? {#how-long}\n",
    ] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    assert!(!text.contains("receipt") && !text.contains("money back"), "{text}");
    assert_eq!(problems_of(&center, "ru/billing/refund.md"), [] as [Value; 0], "{text}");
    let said = run(center.command(&["fmt", "--check"]).arg(center.path("ru/billing/refund.md")));
    assert_eq!(said.code, Some(0), "{}", said.text);
}

#[test]
fn who_does_not_know_where_is_told_what_there_is() {
    let center = center();
    let said = run(&mut center.command(&["new"]));
    assert_eq!(said.code, Some(2));
    for part in ["LOCALE/TOPIC/SLUG", "en/billing/", "Billing", "ru/billing/", "Счета"] {
        assert!(said.text.contains(part), "no {part} in\n{}", said.text);
    }
    let said = run(&mut center.command(&["new", "ru/biling/x"]));
    assert_eq!(said.code, Some(2));
    assert!(said.text.contains("did you mean `ru/billing/x`?"), "{}", said.text);
    assert!(!center.path("ru/biling").exists());
    let said = run(&mut center.command(&["new", "ru/biling/x", "--new-topic"]));
    assert!(said.code == Some(0) && said.text.contains("_index.md"), "{}", said.text);
    let said = run(&mut center.command(&["new", "de/billing/x"]));
    assert!(said.code == Some(2) && said.text.contains("en, ru"), "{}", said.text);
    let said = run(&mut center.command(&["new", "ru/other/fees"]));
    assert!(said.code == Some(2) && said.text.contains("ru/billing/fees.md"), "{}", said.text);
    assert!(!center.path("ru/other").exists());
}

#[test]
fn a_shell_completes_locales_topics_and_what_waits_for_translation() {
    let center = center();
    let offered = |typed: &str, before: &[&str]| -> Vec<String> {
        let mut command = spravka();
        command.current_dir(center.folder()).env("SPRAVKA_COMPLETE", "fish");
        let words = ["--", "spravka", "new"].iter().chain(before).chain([&typed]);
        let said = run(command.args(words));
        assert_eq!(said.code, Some(0), "{}", said.text);
        said.text.lines().map(|line| line.replace('\t', " | ")).collect()
    };
    assert_eq!(offered("r", &[]), ["ru/"]);
    assert_eq!(offered("ru/", &[]), ["ru/billing/ | Счета"]);
    assert_eq!(
        offered("ru/billing/", &[]),
        ["ru/billing/only-here | en", "ru/billing/refund | en"]
    );
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir_all(elsewhere.path().join("pl/konto")).unwrap();
    let elsewhere = elsewhere.path().to_str().unwrap();
    assert_eq!(offered("p", &["--articles", elsewhere]), ["pl/"]);
    assert!(offered("--tit", &[]).iter().any(|line| line.starts_with("--title")));
}
