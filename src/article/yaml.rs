//! YAML with its limits and its mistakes told by line and column: front matter and site files.
//!
//! What is too large, too deep, aliased or given twice is refused by `yaml_scan` before the parser
//! sees it; this module runs the parser and says its errors in an author's words.

use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::findings::shortened;
use super::yaml_scan::{self, Fault, Scalar, bare, scan};
use super::{Problem, SourcePath, Spot, nearest};

/// Largest YAML file, in bytes.
const MAX_FILE: usize = 256 * 1024;

/// Reads a whole YAML file.
///
/// Refuses what is too large or too deep before the parser sees it (nesting costs the parser
/// quadratic time), aliases and duplicate keys.
#[expect(clippy::result_large_err, reason = "a problem is data, read once for a file")]
pub fn read_yaml<T: DeserializeOwned>(path: &SourcePath, text: &str) -> Result<T, Problem> {
    let problem = |fault: Fault| {
        let spot = Spot::at(text, fault.range);
        Problem::error(path, text, spot, fault.code, fault.message).hint(fault.hint)
    };
    if text.len() > MAX_FILE {
        return Err(problem(Fault {
            range: 0..0,
            code: "file-too-large",
            message: format!(
                "the file has {} KiB, at most {} are read",
                text.len() / 1024,
                MAX_FILE / 1024
            ),
            hint: "divide it",
        }));
    }
    let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let yaml = &text[start..];
    let moved = |mut fault: Fault| {
        fault.range = fault.range.start + start..fault.range.end + start;
        fault
    };
    let scalars = scan(yaml).map_err(|fault| problem(moved(fault)))?;
    let wrong = |error: &serde_yaml::Error| {
        let told = explain(yaml, &scalars, error);
        let range = told.range.start + start..told.range.end + start;
        Problem::error(path, text, Spot::at(text, range), told.code, told.message).hint(told.hint)
    };
    // The first pass refuses keys given twice in any map; the second keeps the places of errors.
    serde_yaml::from_str::<Value>(yaml).map_err(|error| wrong(&error))?;
    serde_yaml::from_str(yaml).map_err(|error| wrong(&error))
}

/// An error of the parser, told anew.
pub(super) struct Told {
    pub(super) range: Range<usize>,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: String,
}

impl From<Fault> for Told {
    fn from(fault: Fault) -> Self {
        let yaml_scan::Fault { range, code, message, hint } = fault;
        Self { range, code, message, hint: hint.to_owned() }
    }
}

/// A YAML text as values, with the places of its scalars.
pub(super) fn read_values(yaml: &str) -> Result<(Value, Vec<Scalar>), Told> {
    let scalars = scan(yaml)?;
    let value = serde_yaml::from_str(yaml).map_err(|error| explain(yaml, &scalars, &error))?;
    Ok((value, scalars))
}

fn explain(yaml: &str, scalars: &[Scalar], error: &serde_yaml::Error) -> Told {
    let text = without_places(&error.to_string());
    let at = error.location().map_or(0, |location| location.index().min(yaml.len()));
    let here = at..yaml[yaml.floor_char_boundary(at)..]
        .find(['\n', '\r'])
        .map_or(yaml.len(), |length| yaml.floor_char_boundary(at) + length);
    let told = |code, message: String, hint: String, range: Option<Range<usize>>| Told {
        range: range.unwrap_or_else(|| here.clone()),
        code,
        message,
        hint,
    };
    let named = quoted_words(&text);
    if text.contains("unknown field") {
        let (key, known) = named.split_first().map_or(("", [].as_slice()), |(k, rest)| (*k, rest));
        let place = place_of_key(yaml, scalars, key, at);
        return told(
            "unknown-key",
            format!("unknown key `{}`", shortened(key)),
            suggest(key, known),
            place,
        );
    }
    if text.contains("unknown variant") {
        let (word, known) = named.split_first().map_or(("", [].as_slice()), |(k, rest)| (*k, rest));
        return told(
            "bad-value",
            format!("`{}` is not known here", shortened(word)),
            suggest(word, known),
            None,
        );
    }
    if text.contains("missing field") {
        let key = named.first().copied().unwrap_or_default();
        return told(
            "missing-key",
            format!("the key `{key}` is missing"),
            format!("add `{key}: …`"),
            None,
        );
    }
    if text.contains("duplicate entry") {
        return told("duplicate-key", text, "keep one of them".to_owned(), None);
    }
    if text.contains("invalid type") || text.contains("invalid length") {
        return told("wrong-type", text, String::new(), None);
    }
    if text.contains("EOF while parsing a value") {
        return told("yaml-empty", "there is nothing in it".to_owned(), String::new(), None);
    }
    if text.contains("more than one document") {
        let hint = "remove the `---` line in the middle".to_owned();
        return told(
            "yaml-syntax",
            "the file holds more than one YAML document".to_owned(),
            hint,
            None,
        );
    }
    if text.contains("recursion limit") {
        return told(
            "yaml-too-deep",
            "lists and maps are nested too deep".to_owned(),
            String::new(),
            None,
        );
    }
    let syntax = [
        "did not find",
        "found ",
        "while ",
        "could not find",
        "mapping values",
        "control characters",
        "block ",
    ];
    if syntax.iter().any(|sign| text.starts_with(sign))
        || text.contains("not allowed in this context")
    {
        let hint = if text.contains("mapping values") || text.contains("found character") {
            "put quotes around a value that contains a colon or begins with a sign"
        } else if text.contains("tab") {
            "indent with spaces"
        } else {
            "check the indentation, the quotes and the brackets above this place"
        };
        return told("yaml-syntax", format!("not YAML: {text}"), hint.to_owned(), None);
    }
    told("bad-value", text, String::new(), None)
}

/// A hint that names the word most likely meant, else all that are known.
pub(super) fn suggest(word: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(word, known.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if known.is_empty() {
        return String::new();
    }
    format!("known are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))
}

fn place_of_key(yaml: &str, scalars: &[Scalar], key: &str, at: usize) -> Option<Range<usize>> {
    let is_it = |s: &&Scalar| s.key && bare(&yaml[s.range.clone()]) == key;
    scalars.iter().filter(is_it).min_by_key(|s| s.range.start.abs_diff(at)).map(|s| s.range.clone())
}

/// The words that a message has in backquotes.
fn quoted_words(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// A message of the parser without its places: they count from the beginning of the YAML text, and
/// the problem has its own.
fn without_places(message: &str) -> String {
    let mut rest = message;
    let mut text = String::with_capacity(message.len());
    while let Some(at) = rest.find(" at line ") {
        text.push_str(&rest[..at]);
        let after = &rest[at + " at line ".len()..];
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
        let after = after.strip_prefix(" column ").unwrap_or(after);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Site {
        #[expect(dead_code, reason = "only its presence is tried")]
        name: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only its type is tried")]
        locales: Vec<String>,
    }

    fn trouble(text: &str) -> String {
        match read_yaml::<Site>(&SourcePath::new("site.yaml"), text) {
            Ok(_) => "fine".to_owned(),
            Err(problem) => problem.to_string(),
        }
    }

    #[test]
    fn a_mistake_in_a_site_file_is_told_with_its_place_and_a_hint() {
        for (text, expected) in [
            ("name: A\nlocales: [ru]\n", "fine"),
            ("\u{feff}name: A\r\nlocales:\r\n- ru\r\n", "fine"),
            (
                "name: A\nlocale: [ru]\n",
                "site.yaml:2:1: error[unknown-key]: unknown key `locale` (did you mean `locales`?)",
            ),
            (
                "name: A\nzzzzzzzz: 1\n",
                "site.yaml:2:1: error[unknown-key]: unknown key `zzzzzzzz` (known are `name`, `locales`)",
            ),
            (
                "name: A\nname: B\n",
                "site.yaml:2:1: error[duplicate-key]: the key `name` is given twice (keep one of them)",
            ),
            (
                "name: *a\n",
                "site.yaml:1:7: error[yaml-alias]: YAML aliases (`*a`) are not used here (write the value out, or put quotes around it if the sign is part of the text)",
            ),
            (
                "locales: [ru]\n",
                "site.yaml:1:1: error[missing-key]: the key `name` is missing (add `name: …`)",
            ),
            (
                "name: A\nlocales: ru\n",
                "site.yaml:2:10: error[wrong-type]: locales: invalid type: string \"ru\", expected a sequence",
            ),
            (
                "name: [A\nlocales: [ru]\n",
                "site.yaml:2:8: error[yaml-syntax]: not YAML: did not find expected ',' or ']', while parsing a flow sequence (check the indentation, the quotes and the brackets above this place)",
            ),
        ] {
            assert_eq!(trouble(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_file_of_brackets_is_refused_at_once() {
        for unit in ["[", "{a: ", "- ", "[ # ]\n"] {
            let text = unit.repeat(30_000);
            assert!(trouble(&text).contains("yaml-too-deep"), "{unit:?}");
        }
        assert!(trouble(&"#".repeat(MAX_FILE + 1)).contains("file-too-large"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-a-c:\\[\\]{}&*!|>'\"#, \n\r\té%?]{0,80}") {
            let _ = read_yaml::<Value>(&SourcePath::new("site.yaml"), &text);
        }
    }
}
