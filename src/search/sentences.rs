//! Where the sentences of a message are: in a chat people greet, complain, tell a story, and ask in
//! one sentence of it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// The sentences of a text, in bytes, in order; each has at least one word and at most
/// `most_words`: who writes without full stops is cut anyway, into equal parts, for the two words
/// that are left over mean nothing by themselves.
pub(super) fn sentences(text: &str, most_words: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (line_start, line) in lines(text) {
        for (at, sentence) in line.split_sentence_bound_indices() {
            for part in stops(sentence) {
                let start = line_start + at + part.start;
                let part = &sentence[part];
                let places: Vec<usize> =
                    part.unicode_word_indices().map(|(place, _)| start + place).collect();
                let cuts = places.len().div_ceil(most_words);
                let border = |cut: usize| match cut {
                    0 => start,
                    last if last == cuts => start + part.len(),
                    cut => places[cut * places.len() / cuts],
                };
                found.extend((0..cuts).map(|cut| border(cut)..border(cut + 1)));
            }
        }
    }
    found
}

/// The clauses of a sentence: the parts between commas, each of several words.
pub(super) fn clauses(text: &str, sentence: &Range<usize>) -> Vec<Range<usize>> {
    /// A shorter part is said with what follows it.
    const LEAST_WORDS: usize = 4;
    let mut found = Vec::new();
    let mut from = sentence.start;
    let words = |part: &str| part.unicode_words().count();
    for (at, c) in text[sentence.clone()].char_indices() {
        let at = sentence.start + at + c.len_utf8();
        let is_border = matches!(c, ',' | ';' | ':' | '—' | '–' | '(' | ')');
        // «И ещё вопрос:» says that something is asked, and not what.
        let least_before = if c == ':' { 1 } else { LEAST_WORDS };
        if is_border
            && words(&text[from..at]) >= least_before
            && words(&text[at..sentence.end]) >= LEAST_WORDS
        {
            found.push(from..at);
            from = at;
        }
    }
    found.push(from..sentence.end);
    found
}

/// The parts of a text that end with a stop and a space. In a chat a sentence begins with a small
/// letter as often as not, which Unicode's rules take for an abbreviation.
fn stops(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        if matches!(c, '.' | '!' | '?' | '…') && text[after..].starts_with(char::is_whitespace) {
            parts.push(from..after);
            from = after;
        }
    }
    if from < text.len() {
        parts.push(from..text.len());
    }
    parts
}

/// Lines with where they begin: people end a thought with a line break as often as with a stop.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = from;
        from += line.len();
        (start, line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text, 24).into_iter().map(|range| text[range].trim()).collect()
    }

    #[test]
    fn a_message_is_cut_at_stops_and_line_breaks() {
        assert_eq!(
            cut("Здравствуйте! Где мой вывод?\nЖду 3.5 часа... Спасибо"),
            ["Здравствуйте!", "Где мой вывод?", "Жду 3.5 часа...", "Спасибо"]
        );
    }

    #[test]
    fn what_only_leads_to_a_question_is_a_clause_of_its_own() {
        let text = "И ещё вопрос: сколько времени идёт вывод?";
        let whole = 0..text.len();
        let parts: Vec<&str> =
            clauses(text, &whole).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(parts, ["И ещё вопрос:", "сколько времени идёт вывод?"]);
    }

    #[test]
    fn who_writes_without_stops_is_cut_anyway() {
        let lengths = |words: usize| -> Vec<usize> {
            let text = "слово ".repeat(words);
            cut(&text).into_iter().map(|part| part.split(' ').count()).collect()
        };
        assert_eq!(lengths(60), [20, 20, 20]);
        // Two words left over would be answered as if they were a question.
        assert_eq!(lengths(26), [13, 13]);
        assert_eq!(lengths(24), [24]);
    }

    #[test]
    fn a_stop_ends_a_sentence_before_a_small_letter_too() {
        assert_eq!(cut("не пришли деньги. что делать"), ["не пришли деньги.", "что делать"]);
        assert_eq!(cut("лимит 1.5 тыс"), ["лимит 1.5 тыс"]);
    }

    proptest! {
        #[test]
        fn sentences_follow_each_other(text in "\\PC{0,300}") {
            let mut last = 0;
            for range in sentences(&text, 7) {
                prop_assert!(range.start >= last && text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
