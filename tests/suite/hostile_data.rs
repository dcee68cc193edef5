//! The shared collection of hostile inputs. It lies outside of the repository: `HOSTILE_DATA` names
//! its folder; where it is not, tests of it say so and are skipped.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// One thing to try.
pub(crate) struct Item {
    pub(crate) id: String,
    /// What must become of it, when that is said.
    pub(crate) expect: String,
    pub(crate) bytes: Vec<u8>,
}

/// The items of a file of the collection; `None` where there is none.
pub(crate) fn items(file: &str) -> Option<Vec<Item>> {
    let given = std::env::var_os("HOSTILE_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/hostile");
    let folder = given.unwrap_or_else(beside);
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
        println!("SKIPPED: no {file} in {}: set HOSTILE_DATA", folder.display());
        return None;
    };
    Some(text.lines().map(|line| item(&serde_json::from_str(line).unwrap())).collect())
}

fn item(line: &Value) -> Item {
    let text = |key: &str| line[key].as_str().map(ToOwned::to_owned);
    let bytes = match (text("q"), text("b64")) {
        (Some(text), _) => text.into_bytes(),
        (_, Some(text)) => STANDARD.decode(text).unwrap(),
        _ => made(&line["gen"]).into_bytes(),
    };
    Item { id: text("id").unwrap(), expect: text("expect").unwrap_or_default(), bytes }
}

/// Follows a recipe for something long.
fn made(recipe: &Value) -> String {
    let part = |name: &str| recipe[name].as_str().unwrap_or_default();
    let count = |name: &str| recipe[name].as_u64().map(|n| usize::try_from(n).unwrap());
    let n = count("n").unwrap_or_default();
    let mut text = part("pre").to_owned();
    if let Some(line) = recipe["indent"].as_str() {
        (0..n).for_each(|i| text.push_str(&("  ".repeat(i) + line)));
    } else if let Some(unit) = recipe["ramp"].as_str() {
        (1..=n).for_each(|i| text.push_str(&(part("lead").to_owned() + &unit.repeat(i))));
    } else if let Some(words) = count("words") {
        let words: Vec<String> = (0..words).map(|i| format!("word{i}")).collect();
        text.push_str(&words.join(recipe["sep"].as_str().unwrap_or(" ")));
    } else if let Some(headings) = count("headings") {
        text.extend((0..headings).map(|i| format!("## heading {i}\n\ntext\n\n")));
    } else if let Some(refs) = count("refs") {
        text.extend((0..refs).map(|i| format!("[r{i}]: /r\n")));
        text.extend((0..refs).map(|i| format!("[r{i}] ")));
    } else {
        text.push_str(&part("unit").repeat(n));
        text.push_str(part("mid"));
        text.push_str(&part("unit2").repeat(n));
    }
    text + part("suf")
}

/// The bytes with placeholders filled in.
pub(crate) fn filled(bytes: &[u8], places: &[(&str, &str)]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'{') {
        filled.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let found = places.iter().find(|(place, _)| rest.starts_with(place.as_bytes()));
        let (place, value) = found.unwrap_or(&("{", "{"));
        filled.extend_from_slice(value.as_bytes());
        rest = &rest[place.len()..];
    }
    filled.extend_from_slice(rest);
    filled
}

/// A word of letters only, another one for each number, none like another.
pub(crate) fn token(number: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let (a, b) = (letter(number), letter(number / 26));
    // Each letter several times: a near miss of one word is none of another.
    format!("qx{a}{a}{a}zj{b}{b}{b}vk{a}{b}{a}")
}
