//! The problems of one file while it is read: places found cheaply, and no more problems kept than
//! a person would read. What a problem is, is told in `problem`.

use std::ops::Range;

use super::facts::Places;
use super::{Problem, Severity, SourcePath, Spot};

/// Most problems kept of one file: the rest is counted. A broken file must not cost more to report
/// than to read.
const MAX_PROBLEMS: usize = 50;
/// Longest place marked, in characters.
const MAX_LENGTH: usize = 200;

/// Collects the problems of one file.
pub(super) struct Findings<'a> {
    path: &'a SourcePath,
    text: &'a str,
    problems: Vec<Problem>,
    errors: usize,
    dropped: usize,
    /// The last place asked for: byte offset, line, column. The next one is mostly behind it, so
    /// that a million-character line is counted once, not once for each of its links.
    last: (usize, u32, u32),
    /// From the places of the text that is read to those of the file, when facts stand in it.
    places: Option<Places>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(path: &'a SourcePath, text: &'a str) -> Self {
        Self {
            path,
            text,
            problems: Vec::new(),
            errors: 0,
            dropped: 0,
            last: (0, 1, 1),
            places: None,
        }
    }

    /// From here on places are told in a text that has facts in it.
    pub(super) fn expanded(&mut self, places: Places) {
        self.places = Some(places);
    }

    /// The place of a byte range of the file.
    pub(super) fn spot(&mut self, range: Range<usize>) -> Spot {
        let range = self.places.as_ref().map_or(range.clone(), |places| places.in_file(range));
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let end = self.text.floor_char_boundary(range.end.clamp(start, self.text.len()));
        let (mut at, mut line, mut column) =
            if self.last.0 <= start { self.last } else { (0, 1, 1) };
        for c in self.text[at..start].chars() {
            if c == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        at = start;
        self.last = (at, line, column);
        let length = self.text[start..end]
            .chars()
            .take_while(|c| !matches!(c, '\n' | '\r'))
            .take(MAX_LENGTH)
            .count();
        Spot { line, column, length: length.max(1) as u32 }
    }

    /// Notes an error; a hint may be empty.
    pub(super) fn error(
        &mut self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.note(range, Severity::Error, code, message, hint);
    }

    /// Notes a warning; a hint may be empty.
    pub(super) fn warning(
        &mut self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.note(range, Severity::Warning, code, message, hint);
    }

    fn note(
        &mut self,
        range: Range<usize>,
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        // The place of one that is not kept would cost as much as that of one that is.
        let spot = if self.problems.len() < MAX_PROBLEMS { self.spot(range) } else { Spot::START };
        self.note_at(spot, severity, code, message, hint);
    }

    /// Notes an error at a place that is known already; a hint may be empty.
    pub(super) fn error_at(
        &mut self,
        spot: Spot,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.note_at(spot, Severity::Error, code, message, hint);
    }

    fn note_at(
        &mut self,
        spot: Spot,
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.errors += usize::from(severity == Severity::Error);
        if self.problems.len() >= MAX_PROBLEMS {
            self.dropped += 1;
            return;
        }
        self.problems
            .push(Problem::new(self.path, self.text, spot, severity, code, message).hint(hint));
    }

    /// How many errors there were so far.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// All problems, by their places.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.spot);
        if self.dropped > 0 {
            let message = format!("{} more problems in this file are not listed", self.dropped);
            let severity = if self.errors > 0 { Severity::Error } else { Severity::Warning };
            self.problems.push(Problem::new(
                self.path,
                self.text,
                Spot::START,
                severity,
                "more-problems",
                message,
            ));
        }
        self.problems
    }
}

/// The first characters of a text, for messages.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_same_in_any_order() {
        let text = "первая\nвторая строка\r\nтретья";
        let path = SourcePath::new("ru/a/b.md");
        let mut findings = Findings::new(&path, text);
        for at in [text.len(), 13, 0, 20, 40] {
            assert_eq!(findings.spot(at..at + 4), Spot::at(text, at..at + 4), "at {at}");
        }
    }

    #[test]
    fn a_thousand_problems_are_counted_and_fifty_told() {
        let path = SourcePath::new("ru/a/b.md");
        let mut findings = Findings::new(&path, "x");
        for _ in 0..1000 {
            findings.error(0..1, "some-code", "wrong", "");
        }
        assert_eq!(findings.errors(), 1000);
        let problems = findings.into_problems();
        assert_eq!(problems.len(), 51);
        assert_eq!(problems[50].message, "950 more problems in this file are not listed");
    }
}
