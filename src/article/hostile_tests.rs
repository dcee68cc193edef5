//! Every hostile file, fragment and YAML document of the shared collection. The collection lies
//! outside of the repository: `HOSTILE_DATA` names its folder.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::parse::tests::check;
use super::{Audience, Parsed, Problem, Source, SourcePath, Status, parse, read_yaml};

/// Longest time for one item, without optimization.
const PATIENCE: Duration = Duration::from_secs(2);

fn items(file: &str) -> Vec<Value> {
    let given = std::env::var_os("HOSTILE_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/hostile"))
    });
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
        say(&format!("skipped: no {file} in {} (set HOSTILE_DATA)", folder.display()));
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn say(text: &str) {
    eprintln!("{text}");
}

fn bytes(item: &Value) -> Vec<u8> {
    if let Some(text) = item["q"].as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = item["b64"].as_str() {
        return STANDARD.decode(text).unwrap();
    }
    let recipe = &item["gen"];
    let part = |name: &str| recipe[name].as_str().unwrap_or_default().to_owned();
    let count = |name: &str| recipe[name].as_u64().unwrap_or_default() as usize;
    let n = count("n");
    let mut text = part("pre");
    if let Some(line) = recipe["indent"].as_str() {
        (0..n).for_each(|i| text.push_str(&("  ".repeat(i) + line)));
    } else if let Some(unit) = recipe["ramp"].as_str() {
        (1..=n).for_each(|i| text.push_str(&(part("lead") + &unit.repeat(i))));
    } else if recipe["words"].is_u64() {
        let separator = recipe["sep"].as_str().unwrap_or(" ");
        let words: Vec<String> = (0..count("words")).map(|i| format!("word{i}")).collect();
        text.push_str(&words.join(separator));
    } else if recipe["headings"].is_u64() {
        (0..count("headings"))
            .for_each(|i| text.push_str(&["## heading ", &i.to_string(), "\n\ntext\n\n"].concat()));
    } else if recipe["refs"].is_u64() {
        (0..count("refs")).for_each(|i| text.push_str(&["[r", &i.to_string(), "]: /r\n"].concat()));
        (0..count("refs")).for_each(|i| text.push_str(&["[r", &i.to_string(), "] "].concat()));
    } else {
        text.push_str(&part("unit").repeat(n));
        text.push_str(&part("mid"));
        text.push_str(&part("unit2").repeat(n));
    }
    text.push_str(&part("suf"));
    text.into_bytes()
}

fn fill(bytes: &[u8]) -> Vec<u8> {
    let mut filled = bytes.to_vec();
    for (place, value) in
        [("{TITLE}", "Hostile title"), ("{TOKEN}", "zqxtoken"), ("{SLUG}", "hostile"), ("{FM}", "")]
    {
        let place = place.as_bytes();
        let mut at = 0;
        while let Some(found) = filled[at..].windows(place.len()).position(|w| w == place) {
            filled.splice(at + found..at + found + place.len(), value.bytes());
            at += found + value.len();
            if at > 100_000 {
                break;
            }
        }
    }
    filled
}

/// Parses, and says what went wrong: a promise broken, or too much time taken.
fn tried(bytes: &[u8]) -> (Parsed, Vec<Problem>, Option<String>) {
    let start = Instant::now();
    let source = Source {
        path: SourcePath::new("en/topic/hostile.md"),
        bytes: bytes.to_vec(),
        modified: None,
    };
    let (parsed, problems) = parse(&source);
    let took = start.elapsed();
    let broken = check(bytes, &parsed, &problems).err();
    let slow = (took > PATIENCE).then(|| format!("took {took:?}"));
    (parsed, problems, broken.or(slow))
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn hostile_markup_runs_nothing() {
    let mut failures = Vec::new();
    for file in ["xss.jsonl", "spec_examples.jsonl", "regressions.jsonl"] {
        for item in items(file) {
            let markup = String::from_utf8_lossy(&bytes(&item)).into_owned();
            let title = serde_json::to_string(&markup).unwrap();
            for text in [
                format!("---\ntitle: A\n---\n{markup}\n"),
                format!("---\ntitle: A\n---\n- x\n\n  > {markup}\n\n</div>{markup}"),
                format!(
                    "---\ntitle: A\n---\n[x]({markup}) ![{markup}](y.png \"{markup}\")\n\n## {markup}\n"
                ),
                format!("---\ntitle: {title}\n---\n<a href=\"{markup}\" title='{markup}'>x</a>\n"),
            ] {
                let (_, _, broken) = tried(text.as_bytes());
                failures.extend(broken.map(|broken| format!("{}: {broken}", item["id"])));
            }
        }
    }
    assert_none(&failures);
}

#[test]
fn hostile_files_are_served_refused_or_hidden_as_they_must() {
    let mut failures = Vec::new();
    let mut slowest = (Duration::ZERO, String::new());
    for item in items("files.jsonl") {
        let bytes = fill(&bytes(&item));
        let start = Instant::now();
        let (parsed, problems, broken) = tried(&bytes);
        slowest = slowest.max((start.elapsed(), format!("{} {}", item["id"], item["note"])));
        let public = match &parsed {
            Parsed::Article(article) => {
                article.audience == Audience::Public
                    && article.status == Status::Published
                    && article.window == super::Window::default()
            }
            _ => false,
        };
        let served = matches!(parsed, Parsed::Article(_));
        let wrong = match item["expect"].as_str() {
            Some("ok") if !served => Some(format!("refused: {problems:?}")),
            Some("reject") if served => Some("served".to_owned()),
            Some("hidden") if public => Some("public".to_owned()),
            _ => broken,
        };
        failures.extend(wrong.map(|wrong| format!("{} {}: {wrong}", item["id"], item["note"])));
    }
    say(&format!("slowest: {slowest:?}"));
    assert_none(&failures);
}

#[test]
fn hostile_yaml_is_read_or_refused_in_time() {
    let mut failures = Vec::new();
    let (mut good, mut refused, mut lenient) = (0, 0, Vec::new());
    for item in items("yaml.jsonl") {
        let bytes = bytes(&item);
        let text = String::from_utf8_lossy(&bytes);
        let start = Instant::now();
        let read = read_yaml::<serde_yaml::Value>(&SourcePath::new("site.yaml"), &text);
        if start.elapsed() > PATIENCE {
            failures.push(format!("{} took {:?}", item["id"], start.elapsed()));
        }
        match (read.is_ok(), item["valid"].as_bool()) {
            (true, Some(true)) => good += 1,
            (false, _) => refused += 1,
            (true, _) => lenient.push(item["name"].to_string()),
        }
        let header = format!("---\n{text}\n---\ntext\n");
        let (_, _, broken) = tried(header.as_bytes());
        failures.extend(broken.map(|broken| format!("{}: {broken}", item["id"])));
    }
    say(&format!(
        "{good} read, {refused} refused, {} not YAML and yet read: {lenient:?}",
        lenient.len()
    ));
    assert_none(&failures);
}

/// `cargo nextest run --release --run-ignored all megabyte --no-capture`
#[test]
#[ignore = "measures, and only an optimized build is fast enough"]
fn a_megabyte_of_any_trick_takes_less_than_two_seconds() {
    let mut failures = Vec::new();
    let mut slowest = (Duration::ZERO, String::new());
    for item in items("files.jsonl").iter().filter(|item| item["class"] == "md-blowup") {
        let recipe = &item["gen"];
        let Some(unit) = recipe["unit"].as_str() else { continue };
        let closing = recipe["unit2"].as_str().unwrap_or_default();
        let mid = recipe["mid"].as_str().unwrap_or_default();
        let n = (1024 * 1024 - 100 - mid.len()) / (unit.len() + closing.len());
        let text = format!("---\ntitle: A\n---\n{}{mid}{}", unit.repeat(n), closing.repeat(n));
        let start = Instant::now();
        let (_, _, broken) = tried(text.as_bytes());
        slowest = slowest.max((start.elapsed(), format!("{unit:?} x {n}")));
        failures.extend(broken.map(|broken| format!("{unit:?} x {n}: {broken}")));
    }
    say(&format!("slowest: {slowest:?}"));
    assert_none(&failures);
}
