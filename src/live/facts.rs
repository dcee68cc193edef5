//! Facts that change: which articles have to be read again because of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::library::{Difference, Good, Library};
use super::read::{FileKind, Found, Stamp, kind_of};
use crate::article::{Facts, SourcePath};

impl Library {
    /// What `facts.yaml` says, in its last good version; where there is none, what is good of it.
    pub(super) fn facts_now(&self) -> Facts {
        let path = SourcePath::new(Facts::FILE);
        if let Some(text) = self.text(&path) {
            return Facts::parse(&path, &text).unwrap_or_default();
        }
        let read = self.files.get(&path).and_then(|_| self.folder.read(&path).ok());
        let text = read.and_then(|(bytes, _)| String::from_utf8(bytes).ok()).unwrap_or_default();
        Facts::good_part(&path, &text)
    }

    /// Brings the facts up to date. The files beside these that have to be read again because of it:
    /// those that quote what has changed, and, when numbers are compared with facts, all.
    pub(super) fn touched_by_facts(&mut self, beside: &[Found]) -> Vec<Found> {
        let facts = self.facts_now();
        if facts == *self.facts {
            return Vec::new();
        }
        let before = std::mem::replace(&mut self.facts, Arc::new(facts));
        let (names, are_named_alike) = self.facts.differences(&before);
        let beside: BTreeSet<&SourcePath> = beside.iter().map(|found| &found.path).collect();
        let mut touched = Vec::new();
        for (path, state) in &mut self.files {
            let quotes = |quoted: &[Box<str>]| quoted.iter().any(|name| names.contains(&**name));
            let is_touched = match &state.good {
                Some(Good::Article(article)) => quotes(&article.facts) || !are_named_alike,
                Some(Good::Page(page)) => quotes(&page.facts),
                None => true,
                _ => false,
            };
            let is_broken = state.quarantined && kind_of(path) == Some(FileKind::Markdown);
            if is_touched || is_broken {
                // Read again though its bytes are the same.
                state.stamp = Stamp::NONE;
                if !beside.contains(path) {
                    touched.extend(self.folder.find(path));
                }
            }
        }
        self.difference = Difference::More;
        touched
    }
}
