//! Changes of a text, gathered by their places and made at once.

use std::ops::Range;

/// Changes of one text.
#[derive(Debug, Default)]
pub(super) struct Edits {
    list: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// Puts `new` in the place of a range of the text; nothing when it stands there already.
    pub(super) fn replace(&mut self, text: &str, range: Range<usize>, new: impl Into<String>) {
        let new = new.into();
        if text.get(range.clone()).is_some_and(|old| old != new) {
            self.list.push((range, new));
        }
    }

    /// The text with all changes. Of two that overlap, the one that begins later is left out.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
        let mut changed = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for (range, new) in self.list {
            if range.start < at {
                continue;
            }
            changed.push_str(&text[at..range.start]);
            changed.push_str(&new);
            at = range.end;
        }
        changed.push_str(&text[at..]);
        changed
    }
}

/// Where the line begins in which `at` stands.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// A range without the white space at its end.
pub(super) fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    range.start..range.start + text[range.clone()].trim_end().len()
}
