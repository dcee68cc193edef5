//! The program on a terminal and in scripts: what it prints, how it ends, and where its settings
//! come from.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::help_center::{HelpCenter, article, shipped, spravka};

/// What a command printed and how it ended.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    Said { code: status.code(), out: text(stdout), err: text(stderr) }
}

impl Said {
    fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("ru/_index.md", "---\ntitle: Помощь\n---\n")
        .with("en/billing/_index.md", "---\ntitle: Billing\n---\n")
        .with("ru/billing/_index.md", "---\ntitle: Счета\n---\n")
        .with("en/billing/refunds.md", article("Refunds", "Ask within fourteen days."))
        .with("ru/billing/refunds.md", article("Возврат", "Просите за две недели."))
}

fn broken() -> HelpCenter {
    center().with("en/billing/wrong.md", "---\ntittle: A mistake\n---\nText.\n")
}

#[test]
fn check_ends_with_zero_when_all_is_well() {
    let said = run(&mut center().command(&["check"]));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("no problems"), "{}", said.out);
}

#[test]
fn check_ends_with_one_on_errors_and_points_at_them() {
    let said = run(&mut broken().command(&["check"]));
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for part in ["unknown-key", "wrong.md:2", "tittle", "title"] {
        assert!(said.out.contains(part), "no {part} in\n{}", said.out);
    }
}

#[test]
fn check_ends_with_two_when_there_is_nothing_to_check() {
    let mut command = spravka();
    let said = run(command.args(["check", "--articles", "no-such-folder"]));
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.err.contains("no-such-folder") && said.out.is_empty(), "{}", said.err);
}

#[test]
fn strict_check_ends_with_one_on_warnings_too() {
    let center =
        center().with("en/billing/old.md", "---\ntitle: Old\nreview_by: 2001-01-01\n---\nOld.\n");
    assert_eq!(run(&mut center.command(&["check"])).code, Some(0));
    assert_eq!(run(&mut center.command(&["check", "--strict"])).code, Some(1));
}

#[test]
fn check_speaks_to_programs() {
    let center = broken();
    let said = run(&mut center.command(&["check", "--format", "json"]));
    assert_eq!(said.code, Some(1));
    let json = said.json();
    assert_eq!(json["articles"], 2);
    assert!(json["errors"].as_u64().unwrap() >= 1);
    let of_file = |p: &&Value| p["path"].as_str().unwrap().ends_with("/en/billing/wrong.md");
    let problem = json["problems"].as_array().unwrap().iter().find(of_file).unwrap();
    for key in ["path", "line", "column", "length", "severity", "code", "message", "hint"] {
        assert!(!problem[key].is_null(), "no {key} in {problem:#}");
    }

    let said = run(&mut center.command(&["check", "--format", "sarif"]));
    assert_eq!(said.code, Some(1));
    let sarif = said.json();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());

    let said = run(&mut center.command(&["check", "--format", "github"]));
    assert_eq!(said.code, Some(1));
    let is_command = |line: &str| {
        (line.starts_with("::error file=") || line.starts_with("::warning file="))
            && line.contains(",line=")
    };
    assert!(!said.out.is_empty() && said.out.lines().all(is_command), "{}", said.out);
}

#[test]
fn the_shipped_articles_have_no_problems() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = spravka();
    command.current_dir(folder.path()).args(["check", "--strict", "--articles"]).arg(shipped());
    let said = run(&mut command);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("no problems"), "{}", said.out);
}

#[test]
fn the_shipped_articles_pass_their_golden_queries() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = spravka();
    command.current_dir(folder.path()).args(["eval", "--articles"]).arg(shipped());
    let said = run(&mut command);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    for part in ["nDCG@10", "Success@1", "Recall@5", "MRR@10"] {
        assert!(said.out.contains(part), "{}", said.out);
    }
}

#[test]
fn eval_ends_with_one_when_a_golden_query_fails() {
    let golden = "- query: fourteen days\n  expect: refunds\n- query: refunds\n  expect: none\n";
    let center = center().with("en/golden.yaml", golden);
    let said = run(&mut center.command(&["eval"]));
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("en/golden.yaml:3 ") && said.out.contains("«refunds»"),
        "{}",
        said.out
    );
    let json = run(&mut center.command(&["eval", "--format", "json"])).json();
    assert_eq!(json["failed"].as_array().unwrap().len(), 1);
}

#[test]
fn eval_measures_a_collection_with_judgements() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(
        at("corpus.jsonl"),
        "{\"_id\":\"d1\",\"title\":\"Kettles\",\"text\":\"All about the kettle.\"}\n\
         {\"_id\":\"d2\",\"title\":\"Spoons\",\"text\":\"All about the spoon.\"}\n",
    )
    .unwrap();
    fs::write(at("queries.jsonl"), "{\"_id\":\"q1\",\"text\":\"kettle\"}\n").unwrap();
    fs::write(at("qrels.tsv"), "query-id\tcorpus-id\tscore\nq1\td1\t1\n").unwrap();
    let said =
        run(spravka().current_dir(folder.path()).arg("eval").arg("--beir").arg(folder.path()));
    assert!(said.good().contains("1.000"));
}

#[test]
fn search_prints_for_people_and_for_programs() {
    let center = center();
    let said = run(&mut center.command(&["search", "--locale", "en", "fourteen", "days"])).good();
    assert!(said.contains("Refunds") && said.contains("/en/billing/refunds"), "{said}");
    let json =
        run(&mut center.command(&["search", "--locale", "en", "fourteen", "--format", "json"]));
    let json = json.json();
    for key in ["query", "total", "hits", "facets", "did_you_mean", "took_us", "edition"] {
        assert!(json.get(key).is_some(), "no {key} in {json:#}");
    }
    assert_eq!(json["hits"][0]["id"], "refunds");
    let explained =
        run(&mut center.command(&["search", "--locale", "en", "fourteen", "--explain"]));
    assert!(explained.good().contains("«fourteen»"));
    assert!(run(&mut center.command(&["search", "nothinglikeit"])).good().contains("Nothing"));
    let wrong = run(&mut center.command(&["search", "--locale", "xx", "fourteen"]));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("ru, en"), "{}", wrong.err);
}

#[test]
fn the_terminal_shows_staff_articles_only_when_asked_to() {
    let text = "---\ntitle: Secret\naudience: staff\n---\nThe word is hyacinth.\n";
    let center = center().with("en/billing/secret.md", text);
    let search = |more: &[&str]| {
        let mut command = center.command(&["search", "--locale", "en", "hyacinth"]);
        run(command.args(more)).good()
    };
    assert!(!search(&[]).contains("Secret"));
    assert!(search(&["--staff"]).contains("Secret"));
}

#[test]
fn index_prints_what_it_counted_and_a_server_starts_on_it() {
    let mut center = center();
    let said = run(&mut center.command(&["index"])).good();
    assert!(said.contains("2 articles, 2 sections") && said.contains("edition 1"), "{said}");
    center.serve();
    assert_eq!(center.edition(), 1);
    assert_eq!(run(&mut broken().command(&["index"])).code, Some(1));
}

#[test]
fn a_new_article_is_a_draft_that_passes_every_check() {
    let center = center();
    for (place, title) in [
        ("en/billing/vouchers", "Where: are \"my\" vouchers?"),
        ("ru/new/first", "Где мои ваучеры?"),
    ] {
        let said = run(&mut center.command(&["new", place, "--title", title])).good();
        assert!(said.contains(&format!("{place}.md")), "{said}");
        assert!(center.path(&format!("{place}.md")).exists());
    }
    let said = run(&mut center.command(&["check", "--format", "json"]));
    assert_eq!(said.json()["errors"], 0, "{}", said.out);
    assert_eq!(said.json()["articles"], 2, "drafts are not served");

    let again = run(&mut center.command(&["new", "en/billing/vouchers"]));
    assert_eq!(again.code, Some(2), "nothing is written over");
    for wrong in
        ["vouchers", "en/../../outside", "en/billing/../x", "xx/billing/x", "en/billing/UPPER case"]
    {
        let said = run(&mut center.command(&["new", wrong]));
        assert_eq!(said.code, Some(2), "{wrong}: {}", said.out);
    }
}

#[test]
fn a_new_key_opens_the_staff_side_when_its_hash_is_in_the_configuration() {
    let json = run(spravka().args(["key", "new", "--format", "json"])).json();
    let (key, hash) = (json["key"].as_str().unwrap(), json["hash"].as_str().unwrap());
    assert!(hash.starts_with("sha256:") && !hash.contains(key));
    let printed = run(spravka().args(["key", "new"])).good();
    assert!(printed.contains("key:") && printed.contains("[staff]") && !printed.contains(key));

    let mut center = center().holding_only(key);
    fs::write(center.folder().join("spravka.toml"), format!("[staff]\nkeys = [\"{hash}\"]\n"))
        .unwrap();
    center.serve();
    assert!(center.get_as_staff("/api/v1/status").json()["problems"].is_array());
    let wrong = center.get_with("/api/v1/status", &[("authorization", "Bearer wrong")]);
    assert_eq!(wrong.status, 401);
}

#[test]
fn the_api_describes_every_endpoint_it_has() {
    let said = run(spravka().arg("openapi")).json();
    assert!(said["openapi"].as_str().unwrap().starts_with("3."));
    let paths: Vec<&String> = said["paths"].as_object().unwrap().keys().collect();
    for path in [
        "/api/v1/search",
        "/api/v1/suggest",
        "/api/v1/articles",
        "/api/v1/articles/{id}",
        "/api/v1/topics",
        "/api/v1/channels",
        "/api/v1/status",
    ] {
        assert!(paths.iter().any(|known| *known == path), "no {path} in {paths:?}");
    }
    let center = center().start();
    assert_eq!(center.get("/openapi.json").json(), said, "the server says the same");
}

#[test]
fn shells_and_manuals_are_served() {
    for (shell, mark) in [
        ("bash", "complete -o nospace"),
        ("zsh", "#compdef spravka"),
        ("fish", "complete --keep-order"),
    ] {
        let said = run(spravka().args(["completions", shell])).good();
        assert!(said.contains(mark), "{shell}: {}", &said[..said.len().min(300)]);
    }
    let said = run(spravka().arg("man")).good();
    assert!(
        said.contains(".TH spravka") && said.contains(".SH"),
        "{}",
        &said[..said.len().min(300)]
    );
}

#[test]
fn wrong_usage_ends_with_two() {
    for arguments in [
        &["--no-such-flag"][..],
        &["serve", "--no-such-flag"],
        &["no-such-command"],
        &[],
        &["search"],
        &["check", "--format", "xml"],
        &["serve", "--config", "no-such-file.toml"],
        &["serve", "--listen", "nowhere at all"],
        &["completions", "no-such-shell"],
        &["check", "--log", "a=b=c"],
    ] {
        let said = run(spravka().current_dir(center().folder()).args(arguments));
        assert_eq!(said.code, Some(2), "{arguments:?}: {}{}", said.out, said.err);
        assert!(!said.err.is_empty() && !said.err.contains("panicked"), "{}", said.err);
    }
}

#[test]
fn a_mistake_in_the_configuration_ends_with_two_and_is_named() {
    let center = center();
    for (text, named) in [
        ("listne = \"x\"", "listne"),
        ("articles = 7", "articles"),
        ("[staff]\nkeys = [\"my-secret-key\"]", "staff.keys"),
        ("base_url = \"ftp://x\"", "base_url"),
        ("not toml", "spravka.toml"),
    ] {
        fs::write(center.folder().join("spravka.toml"), text).unwrap();
        let said = run(&mut center.command(&["check"]));
        assert_eq!(said.code, Some(2), "{text}: {}", said.out);
        assert!(said.err.contains(named), "{text}: {}", said.err);
        assert!(!said.err.contains("my-secret-key"), "a key is not repeated: {}", said.err);
    }
}

#[test]
fn a_flag_wins_over_the_environment_the_environment_over_the_file_the_file_over_the_default() {
    let folder = tempfile::tempdir().unwrap();
    for (name, count) in [("articles", 1), ("of-file", 2), ("of-environment", 3), ("of-flag", 4)] {
        let topic = folder.path().join(name).join("en/a");
        fs::create_dir_all(&topic).unwrap();
        for at in 0..count {
            fs::write(topic.join(format!("n{at}.md")), article("Title", "Text.")).unwrap();
        }
    }
    let count = |prepare: &dyn Fn(&mut Command)| {
        let mut command = spravka();
        command.current_dir(folder.path()).args(["check", "--format", "json"]);
        prepare(&mut command);
        run(&mut command).json()["articles"].as_u64().unwrap()
    };
    assert_eq!(count(&|_| {}), 1);
    fs::write(folder.path().join("spravka.toml"), "articles = \"of-file\"\n").unwrap();
    assert_eq!(count(&|_| {}), 2);
    let environment = |command: &mut Command| {
        command.env("SPRAVKA_ARTICLES", "of-environment");
    };
    assert_eq!(count(&environment), 3);
    assert_eq!(
        count(&|command| {
            environment(command);
            command.args(["--articles", "of-flag"]);
        }),
        4
    );
    fs::write(folder.path().join("other.toml"), "articles = \"of-flag\"\n").unwrap();
    assert_eq!(
        count(&|command| {
            command.args(["--config", "other.toml"]);
        }),
        4
    );
}

#[test]
fn help_is_as_it_was_agreed() {
    let commands = [
        "",
        "serve",
        "index",
        "search",
        "calendar",
        "check",
        "eval",
        "new",
        "schema",
        "fmt",
        "key",
        "key new",
        "openapi",
        "completions",
        "man",
        "translations",
    ];
    for name in commands {
        let said = run(spravka().args(name.split_whitespace()).arg("--help")).good();
        let file = if name.is_empty() { "spravka".to_owned() } else { name.replace(' ', "_") };
        insta::assert_snapshot!(format!("help_{file}"), said);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let said = run(spravka().arg("--version")).good();
    assert_eq!(said.trim(), concat!("spravka ", env!("CARGO_PKG_VERSION")));
}
