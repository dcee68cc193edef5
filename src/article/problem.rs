//! What can be wrong with content, in its author's words: where, what, and how to mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SourcePath;

/// A place in a file. Lines and columns count from 1; columns and lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// The line.
    pub line: u32,
    /// The first character.
    pub column: u32,
    /// How many characters, all on that line.
    pub length: u32,
}

impl Spot {
    /// The beginning of a file.
    pub const START: Self = Self { line: 1, column: 1, length: 1 };

    /// The place of a byte range in a text; a range over several lines ends with its first.
    pub fn at(text: &str, range: std::ops::Range<usize>) -> Self {
        let start = text.floor_char_boundary(range.start.min(text.len()));
        let end = text.floor_char_boundary(range.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let marked = text[start..end].lines().next().unwrap_or_default();
        Self {
            line: text[..start].bytes().filter(|b| *b == b'\n').count() as u32 + 1,
            column: text[line_start..start].chars().count() as u32 + 1,
            length: marked.chars().count().max(1) as u32,
        }
    }
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// `spravka check` fails; readers see the last good version, or the page without what is broken.
    Error,
    /// Worth mending; nothing is held back.
    Warning,
}

impl Severity {
    /// The word for it: `error`, `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// The file.
    pub path: SourcePath,
    /// Where in the file.
    pub spot: Spot,
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for this kind of problem, for scripts: `unknown-key`.
    pub code: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it; empty when the message says it all.
    pub hint: String,
    /// The line of the file that `spot` points into, without its line break.
    pub excerpt: String,
}

/// Longest excerpt kept, in characters: enough for a line of prose, little for a line of garbage.
const MAX_EXCERPT: usize = 200;

impl Problem {
    /// A problem at a place of a text.
    pub fn new(
        path: &SourcePath,
        text: &str,
        spot: Spot,
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        let line = text.lines().nth(spot.line as usize - 1).unwrap_or_default();
        Self {
            path: path.clone(),
            spot,
            severity,
            code: code.to_owned(),
            message: message.into(),
            hint: String::new(),
            excerpt: line.chars().take(MAX_EXCERPT).collect(),
        }
    }

    /// An error at a place of a text.
    pub fn error(
        path: &SourcePath,
        text: &str,
        spot: Spot,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(path, text, spot, Severity::Error, code, message)
    }

    /// A warning at a place of a text.
    pub fn warning(
        path: &SourcePath,
        text: &str,
        spot: Spot,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(path, text, spot, Severity::Warning, code, message)
    }

    /// The same problem with advice on how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    /// One line, as logs have it: `ru/payments/fees.md:3:1: error[unknown-key]: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, spot, severity, code, message, hint, .. } = self;
        let severity = severity.as_str();
        write!(f, "{path}:{}:{}: {severity}[{code}]: {message}", spot.line, spot.column)?;
        if !hint.is_empty() {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

/// The known word nearest to a misspelt one, when one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.chars().take(64).collect::<String>().to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
