//! The ends of lines: no spaces that nobody sees, and a line break that everybody sees.

use pulldown_cmark::{Event, Parser};

use super::blocks::verbatim;
use super::edits::Edits;
use crate::article::markdown::options;

/// Takes spaces off the ends of lines. Two of them that break a line become a backslash.
pub(super) fn tidy(text: &str) -> String {
    let kept = verbatim(text);
    let breaks: Vec<usize> = Parser::new_ext(text, options())
        .into_offset_iter()
        .filter(|(event, _)| *event == Event::HardBreak)
        .map(|(_, range)| range.start)
        .collect();
    let mut edits = Edits::default();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let (from, to) = (start + line.trim_end_matches([' ', '\t']).len(), start + line.len());
        if from == to || kept.iter().any(|range| range.start <= from && to < range.end) {
            continue;
        }
        let is_break = breaks.iter().any(|at| (from..=to).contains(at));
        let is_escaped = text[..from].ends_with('\\');
        if !(is_break && is_escaped) {
            edits.replace(text, from..to, if is_break { "\\" } else { "" });
        }
    }
    edits.apply(text)
}
