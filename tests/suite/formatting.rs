//! `spravka fmt` from outside: which files change, what is printed, how it ends.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::help_center::{HelpCenter, article, shipped, spravka};

const LOOSE: &str = "---\nweight: 5\ntitle: 'Refunds'\n---\nAsk us.\n* one\n* two\n";
const TIDY: &str = "---\ntitle: Refunds\nweight: 5\n---\n\nAsk us.\n\n- one\n- two\n";

fn ended(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn run(command: &mut Command) -> (Option<i32>, String) {
    ended(&command.output().unwrap())
}

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("en/billing/_index.md", "---\ntitle: Billing\norder: 1\n---\n")
        .with("en/billing/fees.md", "---\ntitle: Fees\n---\n\nNone.\n")
        .with("en/billing/refunds.md", LOOSE)
}

fn read(center: &HelpCenter, path: &str) -> String {
    fs::read_to_string(center.path(path)).unwrap()
}

#[test]
fn all_articles_come_into_form_and_a_second_time_nothing_changes() {
    let center = center();
    let (code, said) = run(&mut center.command(&["fmt"]));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("refunds.md") && said.contains("4 files: 1 changed"), "{said}");
    assert_eq!(read(&center, "en/billing/refunds.md"), TIDY);
    let (code, said) = run(&mut center.command(&["fmt", "--check"]));
    assert_eq!((code, said.as_str()), (Some(0), "4 files: 0 would change\n"));
}

#[test]
fn a_check_shows_what_would_change_and_writes_nothing() {
    let center = center();
    let (code, said) = run(&mut center.command(&["fmt", "--check"]));
    assert_eq!(code, Some(1), "{said}");
    for part in ["refunds.md", "+title: Refunds", "+- one", "1 would change", "spravka fmt"] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    assert!(!said.contains("fees.md"), "{said}");
    assert_eq!(read(&center, "en/billing/refunds.md"), LOOSE);
    let (code, said) = run(&mut center.command(&["fmt", "--check", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, json["changed"].as_array().unwrap().len()), (Some(1), 1), "{json:#}");
}

#[test]
fn files_and_folders_are_chosen_by_their_paths() {
    let center = center().with("en/other/loose.md", LOOSE);
    let file = center.path("en/other/loose.md");
    let (code, said) = run(center.command(&["fmt"]).arg(&file));
    assert!(code == Some(0) && said.contains("1 files: 1 changed"), "{said}");
    assert_eq!(read(&center, "en/billing/refunds.md"), LOOSE, "nobody asked for this one");
    let (_, said) = run(center.command(&["fmt", "--check"]).arg(center.path("en/billing")));
    assert!(said.contains("3 files: 1 would change"), "{said}");
    let (_, said) = run(&mut center.command(&["fmt", "--check", "articles/en/../en/billing"]));
    assert!(said.contains("3 files: 1 would change"), "{said}");
    let (code, said) = run(center.command(&["fmt"]).arg(center.path("en/nowhere")));
    assert!(code == Some(2) && said.contains("there is no article at"), "{said}");
}

#[test]
fn a_file_with_errors_is_named_and_the_others_are_formatted() {
    let center = center().with("en/billing/wrong.md", "---\ntittle:   X\n---\nText.  \n");
    let (code, said) = run(&mut center.command(&["fmt"]));
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("wrong.md: left as it is: line 1") && said.contains("line 2: unknown key"),
        "{said}"
    );
    assert_eq!(read(&center, "en/billing/wrong.md"), "---\ntittle:   X\n---\nText.  \n");
    assert_eq!(read(&center, "en/billing/refunds.md"), TIDY);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_nothing_is_left_behind() {
    use std::os::unix::fs::PermissionsExt as _;
    let center = center();
    let file = center.path("en/billing/refunds.md");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(run(&mut center.command(&["fmt"])).0, Some(0));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(center.path("en/billing")).unwrap().count(), 3);
}

#[test]
fn an_editor_sends_a_text_and_takes_it_back() {
    let through = |text: &str, arguments: &[&str]| {
        let mut child = spravka()
            .args(["fmt", "-"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = through(LOOSE, &[]);
    assert_eq!(ended(&output), (Some(0), TIDY.to_owned()));
    assert_eq!(ended(&through(LOOSE, &["--check"])), (Some(1), String::new()));
    let broken = through("no header", &[]);
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(broken.stdout, b"no header", "what is not understood comes back as it was");
    assert!(String::from_utf8_lossy(&broken.stderr).contains("front-matter-missing"));
    let topic =
        through("---\norder: 1\ntitle: A\n---\n", &["--stdin-path", "en/billing/_index.md"]);
    assert_eq!(ended(&topic), (Some(0), "---\ntitle: A\norder: 1\n---\n".to_owned()));
}

#[test]
fn the_shipped_articles_are_in_form() {
    let (code, said) = run(spravka().args(["fmt", "--check", "--articles"]).arg(shipped()));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn readers_see_the_same_page_before_and_after() {
    let text = article(
        "Fees",
        "There are none.  \nReally.\n\n| Way | Time |\n|---|---|\n| Card | 3 days |\n\n~~~\nx  y\n~~~\n* one\n* two\n",
    );
    let mut center = center().with("en/billing/long.md", &text);
    center.serve();
    let html = |center: &HelpCenter| {
        let article = center.get("/api/v1/articles/long?locale=en").json();
        (article["html"].clone(), article["toc"].clone())
    };
    let before = html(&center);
    assert!(before.0.as_str().is_some_and(|html| html.contains("<table>")), "{before:?}");
    let edition = center.edition();
    assert_eq!(run(&mut center.command(&["fmt"])).0, Some(0));
    assert_ne!(read(&center, "en/billing/long.md"), text);
    center.until("the file is taken over", || center.edition() > edition);
    assert_eq!(html(&center), before);
}
