//! The order of the house: reads the sources and says what does not stand in its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The rooms, each using only those before it.
const ROOMS: [&str; 7] = ["article", "catalog", "search", "live", "store", "web", "cli"];

/// Crates that one room alone names.
const CRATES: [(&str, &str); 18] = [
    ("pulldown_cmark", "article"),
    ("ammonia", "article"),
    ("similar", "catalog"),
    ("tantivy", "search"),
    ("frostem", "search"),
    ("notify", "live"),
    ("arc_swap", "live"),
    ("sqlx", "store"),
    ("axum", "web"),
    ("tower", "web"),
    ("tower_http", "web"),
    ("minijinja", "web"),
    ("utoipa", "web"),
    ("utoipa_axum", "web"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("anyhow", "cli"),
    ("indicatif", "cli"),
];

/// The one file that starts what `web` has made.
const SERVE: &str = "src/cli/serve.rs";
/// Longest file without its tests.
const LONGEST: usize = 460;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];

/// A file by its path in the repository.
struct Text {
    path: String,
    text: String,
}

impl Text {
    /// Its room, when it has one.
    fn room(&self) -> Option<&str> {
        self.path.strip_prefix("src/")?.split_once('/').map(|(room, _)| room)
    }

    /// Its lines of code with their numbers, comments left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &str, extension: &str) -> Vec<Text> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // What npm brings is other people's house.
                if path.file_name().is_none_or(|name| name != "node_modules") {
                    folders.push(path);
                }
            } else if extension.is_empty() || path.extension().is_some_and(|ext| ext == extension) {
                let Ok(text) = fs::read_to_string(&path) else { continue };
                found.push(Text { path: relative(&path), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn sources() -> Vec<Text> {
    let sources = files_below("src", "rs");
    assert!(sources.len() > 50, "the sources are where they are looked for");
    sources
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} out of place:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether code names a crate or module by this name: `name::` or `use name`.
fn names(line: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let begins = before.is_none_or(|c| !is_word(c) && c != ':' && c != '.' && c != '"');
        let rest = &line[at + name.len()..];
        let is_used = rest.starts_with("::")
            || (line.trim_start().starts_with("use ") && !rest.starts_with(is_word));
        begins && is_used
    })
}

#[test]
fn names_are_told_from_words_that_have_them() {
    assert!(names("use axum::Router;", "axum"));
    assert!(names("    axum::serve(x)", "axum"));
    assert!(names("#[derive(utoipa::ToSchema)]", "utoipa"));
    assert!(names("use notify;", "notify"));
    assert!(!names("use utoipa_axum::routes;", "axum"));
    assert!(!names("use tower_http::x;", "tower"));
    assert!(!names("\"notify\".clone_into(x)", "notify"));
    assert!(!names("crate::notify::x()", "notify"));
}

#[test]
fn no_import_climbs() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(rank) = source.room().and_then(|room| ROOMS.iter().position(|r| *r == room))
        else {
            continue;
        };
        for (number, line) in source.code() {
            for room in &ROOMS[rank + 1..] {
                let path = format!("crate::{room}");
                let climbs = line.match_indices(&path).any(|(at, _)| {
                    !line[at + path.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
                });
                if climbs {
                    wrong.push(format!("{}:{number}: uses {path}", source.path));
                }
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_crate_is_named_outside_its_room() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, room) in CRATES {
            let at_home = source.room() == Some(room) || (name == "axum" && source.path == SERVE);
            if at_home {
                continue;
            }
            for (number, line) in source.code().filter(|(_, line)| names(line, name)) {
                wrong.push(format!("{}:{number}: {name} is for {room}: {line}", source.path));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_template_prints_what_is_not_escaped() {
    let mut wrong = Vec::new();
    for template in files_below("templates", "") {
        for (number, line) in template.text.lines().enumerate() {
            let compact: String = line.split_whitespace().collect();
            if compact.contains("|safe") || compact.contains("autoescapefalse") {
                wrong.push(format!("{}:{}: {line}", template.path, number + 1));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    let mut wrong = Vec::new();
    let all = [sources(), files_below("tests", "rs"), files_below("benches", "rs")];
    for source in all.into_iter().flatten() {
        let said: Vec<&str> = source
            .text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .take_while(|line| !line.is_empty())
            .collect();
        let said = said.join("");
        if !said.contains(['.', ':']) {
            wrong.push(format!("{}: «{}»", source.path, said.trim()));
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_file_is_longer_than_can_be_read() {
    let is_tests = |path: &str| path.ends_with("tests.rs") || path.contains("/tests/");
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !is_tests(&source.path)) {
        let lines = source.text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
        // A room's door may declare its test modules first.
        let is_door = source.path.ends_with("/mod.rs");
        let lines = if is_door { source.text.lines().count() } else { lines };
        if lines > LONGEST {
            wrong.push(format!("{}: {lines} lines", source.path));
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_name_says_something() {
    let mut wrong = Vec::new();
    for source in sources() {
        let parts = source.path.trim_end_matches(".rs").split('/');
        if parts.into_iter().any(|part| EMPTY_NAMES.contains(&part)) {
            wrong.push(source.path);
        }
    }
    assert_none(&wrong);
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let mut wrong = Vec::new();
    for folder in ["src", "templates", "static", "tests", "benches"] {
        for file in files_below(folder, "") {
            for (number, line) in file.text.lines().enumerate() {
                if marks.iter().any(|mark| line.contains(mark)) {
                    wrong.push(format!("{}:{}: {line}", file.path, number + 1));
                }
            }
        }
    }
    assert_none(&wrong);
}

/// What git tracks; nothing where there is no repository, as in a package of the crate.
fn tracked() -> Vec<PathBuf> {
    let listed = Command::new("git").arg("-C").arg(root()).args(["ls-files", "-z"]).output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        println!("skipped: this is no git repository");
        return Vec::new();
    };
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    names.split('\0').filter(|name| !name.is_empty()).map(|name| root().join(name)).collect()
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let places = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut wrong = Vec::new();
    for path in tracked() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                wrong.push(format!("{}:{}: {line}", relative(&path), number + 1));
            }
        }
    }
    assert_none(&wrong);
}
