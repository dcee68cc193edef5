//! The schemas that editors complete and check by: they accept what is shipped, and know the keys
//! that the program knows, no more and no less.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use crate::help_center::{HelpCenter, shipped, spravka};

const NAMES: [&str; 7] = ["article", "index", "site", "facts", "synonyms", "golden", "words"];

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&printed(spravka().args(["schema", name]))).unwrap()
}

/// A schema ready to judge values.
struct Judge {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Judge {
    fn of(name: &str) -> Self {
        Self::by(schema(name))
    }

    fn by(schema: Value) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn trouble(&self, value: &Value) -> Option<String> {
        self.schemas.validate(value, self.index).err().map(|error| format!("{error:#}"))
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn shipped_files() -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![shipped()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

fn schema_of(file: &Path) -> Option<&'static str> {
    Some(match file.file_name()?.to_str()? {
        "_index.md" => "index",
        "site.yaml" => "site",
        "facts.yaml" => "facts",
        "synonyms.yaml" => "synonyms",
        "golden.yaml" => "golden",
        "words.yaml" => "words",
        _ if file.extension()? == "md" => "article",
        _ => return None,
    })
}

#[test]
fn an_editor_gets_the_list_one_schema_all_of_them_or_files() {
    let list = printed(spravka().args(["schema", "--format", "human"]));
    let piped: Value = serde_json::from_str(&printed(spravka().arg("schema"))).unwrap();
    let all: Value =
        serde_json::from_str(&printed(spravka().args(["schema", "--format", "json"]))).unwrap();
    assert_eq!(piped, all);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("deep/schemas");
    printed(spravka().args(["schema", "--out"]).arg(&out));
    for name in NAMES {
        assert!(list.lines().any(|line| line.starts_with(name)), "{name} in\n{list}");
        assert_eq!(all[name], schema(name));
        let written = fs::read_to_string(out.join(format!("{name}.json"))).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), schema(name));
    }
    assert_eq!(all.as_object().unwrap().len(), NAMES.len());
    let wrong = spravka().args(["schema", "artical"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("article"));
}

#[test]
fn every_shipped_file_is_as_its_schema_says() {
    let judges = NAMES.map(|name| (name, Judge::of(name)));
    let mut judged = 0;
    for file in shipped_files() {
        let Some(name) = schema_of(&file) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        let text = match text.strip_prefix("---\n") {
            Some(rest) => rest.split("\n---\n").next().unwrap(),
            None => &text,
        };
        let judge = &judges.iter().find(|(known, _)| *known == name).unwrap().1;
        if let Some(trouble) = judge.trouble(&yaml(text)) {
            panic!("{}: {trouble}", file.display());
        }
        judged += 1;
    }
    assert!(judged > 100, "only {judged} files were looked at");
    for language in ["en", "ru"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("templates/words/{language}.yaml"));
        let words = yaml(&fs::read_to_string(path).unwrap());
        assert_eq!(Judge::of("words").trouble(&words), None, "{language}");
    }
}

#[test]
fn an_editor_of_the_older_draft_gets_the_same_schema_in_its_name() {
    let older = printed(spravka().args(["schema", "article", "--draft", "07"]));
    let older: Value = serde_json::from_str(&older).unwrap();
    assert_eq!(older["$schema"], "http://json-schema.org/draft-07/schema#");
    let judge = Judge::by(older);
    assert_eq!(judge.trouble(&yaml("title: A\nid: fees\naudience: staff\n")), None);
    for wrong in ["title: A\nid: Fees\n", "title: A\naudiense: staff\n", "id: fees\n"] {
        assert!(judge.trouble(&yaml(wrong)).is_some(), "{wrong}");
    }
}

#[test]
fn the_task_for_vs_code_finds_the_place_in_what_check_prints() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/vscode/tasks.json");
    let tasks: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let task = &tasks["tasks"][0];
    let pattern = &task["problemMatcher"]["pattern"];
    let regexp = regex::Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
    let words: Vec<&str> = task["command"].as_str().unwrap().split(' ').collect();
    assert_eq!(words[0], "spravka");
    let center = HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("en/billing/a.md", "---\ntitle: A\naudience: all\n---\nText.\n");
    let output = center.command(&words[1..]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find(|line| line.contains("audience")).unwrap();
    let found = regexp.captures(line).unwrap();
    let group = |name: &str| &found[usize::try_from(pattern[name].as_u64().unwrap()).unwrap()];
    assert_eq!((group("severity"), group("line"), group("column")), ("error", "3", "11"));
    assert!(group("file").ends_with("en/billing/a.md") && group("code") == "bad-value", "{line}");
    assert!(group("message").contains("public"), "{line}");
}

/// The keys that the program names when it meets one that it does not know.
fn keys_known_to_the_program(path: &str, text: &str) -> BTreeSet<String> {
    let index = "---\ntitle: Help\n---\n";
    let center = HelpCenter::new()
        .with("en/_index.md", index)
        .with("en/billing/_index.md", index)
        .with(path, text);
    let output = center.command(&["check", "--format", "json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = said["problems"].as_array().unwrap();
    let unknown = problems.iter().find(|problem| problem["code"] == "unknown-key");
    let hint = unknown.unwrap_or_else(|| panic!("{path} is refused: {said:#}"))["hint"].as_str();
    let known = hint.unwrap().strip_prefix("known are ").unwrap();
    known.split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

#[test]
fn the_schemas_know_the_keys_that_the_program_knows() {
    const ODD: &str = "qqqqqqqqqqqq: 1";
    let front = |keys: &str| format!("---\ntitle: A\n{keys}\n---\nText.\n");
    for (name, place, path, text) in [
        ("article", "", "en/billing/a.md", front(ODD)),
        (
            "article",
            "/properties/contact",
            "en/billing/a.md",
            front(&format!("contact: {{{ODD}}}")),
        ),
        ("index", "", "en/billing/_index.md", front(ODD)),
        (
            "index",
            "/properties/contact",
            "en/billing/_index.md",
            front(&format!("contact: {{{ODD}}}")),
        ),
        ("site", "", "site.yaml", ODD.to_owned()),
        ("site", "/$defs/footer", "site.yaml", format!("footer: {{en: {{{ODD}}}}}")),
        (
            "site",
            "/$defs/footer_link",
            "site.yaml",
            format!("footer: {{en: {{links: [{{{ODD}}}]}}}}"),
        ),
        ("site", "/$defs/channel", "site.yaml", format!("channels: {{en: [{{{ODD}}}]}}")),
        ("synonyms", "", "en/synonyms.yaml", ODD.to_owned()),
        ("synonyms", "/$defs/one_way", "en/synonyms.yaml", format!("one_way: [{{{ODD}}}]")),
        ("facts", "/$defs/fact/anyOf/2", "facts.yaml", format!("a: {{value: 5, {ODD}}}")),
        ("golden", "/$defs/query", "en/golden.yaml", format!("- {ODD}")),
        ("words", "/$defs/error", "en/words.yaml", format!("errors: {{gone: {{{ODD}}}}}")),
    ] {
        let schema = schema(name);
        let part = schema.pointer(place).unwrap();
        assert_eq!(part["additionalProperties"], json!(false), "{name}{place}");
        let keys: BTreeSet<String> =
            part["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, keys_known_to_the_program(path, &text), "schemas/{name}.json {place}");
    }
}

#[test]
fn every_key_is_explained_with_an_example() {
    fn look(schema: &Value, part: &Value, place: &str, seen: &mut usize) {
        if let Some(keys) = part["properties"].as_object() {
            for (key, value) in keys {
                let of = value["$ref"].as_str().map_or(value, |reference| {
                    schema.pointer(reference.trim_start_matches('#')).unwrap()
                });
                let place = format!("{place}.{key}");
                assert!(value["description"].as_str().is_some_and(|d| d.len() > 3), "{place}");
                let has = |name: &str| !value[name].is_null() || !of[name].is_null();
                assert!(has("type") || has("anyOf"), "{place}: no type");
                assert!(has("examples") || has("enum") || has("default"), "{place}: no example");
                *seen += 1;
            }
        }
        for (key, value) in part.as_object().into_iter().flatten() {
            look(schema, value, &format!("{place}/{key}"), seen);
        }
        for value in part.as_array().into_iter().flatten() {
            look(schema, value, place, seen);
        }
    }
    for name in NAMES {
        let (schema, mut seen) = (schema(name), 0);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        look(&schema, &schema, name, &mut seen);
        assert!(seen > 3, "{name} has {seen} keys");
    }
}

#[test]
fn the_examples_and_defaults_are_right_by_their_own_schema() {
    for name in NAMES {
        let schema = schema(name);
        let Some(keys) = schema["properties"].as_object() else { continue };
        let judge = Judge::of(name);
        for (key, about) in keys {
            let given = about["examples"].as_array().into_iter().flatten();
            for value in given.chain(about.get("default")) {
                let mut file = json!({ key: value });
                if name == "article" || name == "index" {
                    file["title"] = json!("A");
                }
                if key == "title" {
                    file["title"] = value.clone();
                }
                assert_eq!(judge.trouble(&file), None, "{name}.{key}: {value}");
            }
        }
    }
}

#[test]
fn what_the_program_refuses_in_front_matter_the_schema_refuses_too() {
    let judge = Judge::of("article");
    for (line, is_right) in [
        ("id: withdraw-to-card", true),
        ("id: 2fa", true),
        ("id: Withdraw", false),
        ("id: a--b", false),
        ("id: -a", false),
        ("tags: [card, 2026]", true),
        ("tags: [card, 'two words']", false),
        ("tags: card", false),
        ("title2: x", false),
        ("audience: staff", true),
        ("audience: everyone", false),
        ("status: ready", false),
        ("review_by: 2026-01-31", true),
        ("review_by: 31.01.2026", false),
        ("publish_at: 2026-01-31T09:00:00+03:00", true),
        ("publish_at: 2026-01-31T09:00:00", false),
        ("publish_at: tomorrow", false),
        ("aliases: [payments/old, /en/money/older, oldest, /a/eldest]", true),
        ("aliases: [a/b/c]", false),
        ("weight: 80", true),
        ("weight: high", false),
        ("contact: {channel: chat, prepare: [a], takes: 5}", true),
        ("contact: chat", false),
        ("contact: {prepares: [a]}", false),
        ("summary: ''", false),
    ] {
        let header = format!("title: A\n{line}\n");
        let by_schema = judge.trouble(&yaml(&header)).is_none();
        let center = HelpCenter::new()
            .with("en/_index.md", "---\ntitle: Help\n---\n")
            .with("en/billing/_index.md", "---\ntitle: Billing\n---\n")
            .with("en/billing/a.md", format!("---\n{header}---\nText.\n"));
        let output = center.command(&["check"]).output().unwrap();
        let by_program = output.status.code() == Some(0);
        assert_eq!((by_schema, by_program), (is_right, is_right), "{line}");
    }
}
