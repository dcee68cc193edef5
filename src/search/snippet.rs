//! The part of a text to show for a hit: around what matched, cut between words.

use std::ops::Range;

use super::words::{TermFilter, Tokens};
use crate::article::{Marked, SafeHtml};

/// Longest snippet, in words: two or three lines on a phone.
const WINDOW: usize = 28;
/// Words shown before the first match when the text before it is cut.
const LEAD_IN: usize = 4;
/// Longest snippet of a text without spaces, in bytes.
const MAX_BYTES: usize = 600;

/// Text with its matches marked; each face draws its own marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// What to show.
    pub text: String,
    /// The matched words in it, in bytes, in order.
    pub highlights: Vec<Range<usize>>,
}

impl Snippet {
    /// The text escaped, the matches in `<mark>`.
    pub fn html(&self) -> SafeHtml {
        SafeHtml::marked(&self.text, &self.highlights)
    }

    /// The same, to be written where it goes.
    pub fn marked(&self) -> Marked<'_> {
        Marked::new(&self.text, &self.highlights)
    }
}

/// The terms to look for, with what each is worth.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Sorted by term.
    terms: Vec<(u32, f32)>,
    filter: TermFilter,
}

impl Wanted {
    pub(super) fn new(mut terms: Vec<(u32, f32)>) -> Self {
        terms.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        terms.dedup_by_key(|(term, _)| *term);
        let mut filter = TermFilter::default();
        for (term, _) in &terms {
            filter.add(*term);
        }
        Self { terms, filter }
    }

    pub(super) fn worth(&self, term: u32) -> f32 {
        if !self.filter.may_have(term) {
            return 0.0;
        }
        self.terms
            .binary_search_by_key(&term, |(known, _)| *known)
            .map_or(0.0, |at| self.terms[at].1)
    }
}

/// The best window of a text.
pub(super) fn cut(text: &str, tokens: Tokens<'_>, wanted: &Wanted) -> Snippet {
    let terms = tokens.terms;
    let matched: Vec<(usize, u32, f32)> = terms
        .iter()
        .enumerate()
        .map(|(at, term)| (at, *term, wanted.worth(*term)))
        .filter(|(.., worth)| *worth > 0.0)
        .collect();
    let first = best_start(&matched);
    // A little before the match, but the whole beginning when it is near.
    let from = if first <= LEAD_IN * 2 { 0 } else { first - LEAD_IN };
    let until = terms.len().min(from + WINDOW);

    let places: Vec<Range<usize>> = tokens.ranges().take(until).skip(from).collect();
    let start = places.first().filter(|_| from > 0).map_or(0, |place| place.start);
    let last = places.last().filter(|_| until < terms.len());
    let end = last.map_or(text.len(), |place| place.end);
    let range = bounded(text, start..end);
    let is_cut = (start > 0, range.end < text.len());

    let mut snippet = Snippet::default();
    snippet.text.reserve(range.len() + 2 * "… ".len());
    if is_cut.0 {
        snippet.text.push_str("… ");
    }
    let shown = text[range.clone()].trim_end();
    let shift = snippet.text.len();
    for (at, ..) in matched.iter().filter(|(at, ..)| (from..until).contains(at)) {
        let Range { start, end } = places[at - from];
        if start >= range.start && end <= range.start + shown.len() {
            let mark = start - range.start + shift..end - range.start + shift;
            snippet.highlights.push(mark);
        }
    }
    // Line breaks divide blocks; in a snippet they are spaces (both are one byte long).
    for (at, line) in shown.split('\n').enumerate() {
        if at > 0 {
            snippet.text.push(' ');
        }
        snippet.text.push_str(line);
    }
    if is_cut.1 {
        snippet.text.push_str(" …");
    }
    snippet
}

/// A whole text with its matches marked.
pub(super) fn whole(text: &str, tokens: Tokens<'_>, wanted: &Wanted) -> Snippet {
    let words = tokens.terms.iter().zip(tokens.ranges());
    let highlights =
        words.filter(|(term, _)| wanted.worth(**term) > 0.0).map(|(_, range)| range).collect();
    Snippet { text: text.to_owned(), highlights }
}

/// Where a window begins that holds the most of what is wanted, each term counted once in full and
/// a little for each repetition.
fn best_start(matched: &[(usize, u32, f32)]) -> usize {
    let mut best = (0.0, 0);
    for (at, (first, ..)) in matched.iter().enumerate() {
        let inside =
            matched[at..].iter().take_while(|(place, ..)| place - first < WINDOW - LEAD_IN);
        let mut sum = 0.0;
        let mut seen: Vec<u32> = Vec::new();
        for (_, term, worth) in inside {
            sum += if seen.contains(term) { worth * 0.1 } else { *worth };
            seen.push(*term);
        }
        if sum > best.0 {
            best = (sum, *first);
        }
    }
    best.1
}

/// No longer than [`MAX_BYTES`], on character borders.
fn bounded(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    if end - start <= MAX_BYTES {
        return start..end;
    }
    let end = text.floor_char_boundary(start + MAX_BYTES);
    // Not inside a word, when the text has any space to cut at.
    let cut = text[start..end].rfind(char::is_whitespace).filter(|at| *at > 0);
    start..cut.map_or(end, |at| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Analyzer;
    use crate::search::words::{Gathered, term_hash};
    use proptest::prelude::*;

    fn snippet(text: &str, query: &str) -> String {
        let analyzer = Analyzer::new(&"ru".parse().unwrap());
        let terms = analyzer.words(query).iter().map(|word| (term_hash(&word.stem), 1.0)).collect();
        cut(text, Gathered::of(text, &analyzer).tokens(), &Wanted::new(terms)).html().into_string()
    }

    #[test]
    fn another_form_of_the_word_is_marked() {
        assert_eq!(
            snippet("Вывести деньги можно на карту.", "карта"),
            "Вывести деньги можно на <mark>карту</mark>."
        );
    }

    #[test]
    fn a_match_far_in_the_text_is_shown() {
        let text = format!(
            "{} Лимит вывода — 150 000 ₽. {}",
            "Вода. ".repeat(60),
            "Ещё вода. ".repeat(60)
        );
        let snippet = snippet(&text, "лимит");
        assert!(snippet.starts_with("… ") && snippet.ends_with(" …"), "{snippet}");
        assert!(snippet.contains("<mark>Лимит</mark> вывода"), "{snippet}");
    }

    #[test]
    fn markup_in_a_text_is_escaped() {
        assert_eq!(
            snippet("<b>карта</b> & банк", "карта"),
            "&lt;b&gt;<mark>карта</mark>&lt;/b&gt; &amp; банк"
        );
    }

    proptest! {
        #[test]
        fn a_snippet_is_words_of_its_text(text in "[а-яa-z<>&;\\n .🎲é]{0,800}", query in "[а-яa-z ]{0,20}") {
            let analyzer = Analyzer::new(&"ru".parse().unwrap());
            let terms = analyzer.words(&query).iter().map(|w| (term_hash(&w.stem), 1.0)).collect();
            let words = Gathered::of(&text, &analyzer);
            let snippet = cut(&text, words.tokens(), &Wanted::new(terms));
            let flat = text.replace('\n', " ");
            let shown = snippet.text.trim_start_matches("… ").trim_end_matches(" …");
            prop_assert!(flat.contains(shown));
            for mark in &snippet.highlights {
                prop_assert!(snippet.text.get(mark.clone()).is_some());
            }
        }
    }
}
