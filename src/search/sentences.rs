//! Where the sentences of a message are: in a chat people greet, complain, tell a story, and ask in
//! one sentence of it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Words of a sentence that are looked at together; who writes without full stops is cut anyway.
const MAX_WORDS: usize = 24;

/// The sentences of a text, in bytes, in order; each has at least one word.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (line_start, line) in lines(text) {
        for (at, sentence) in line.split_sentence_bound_indices() {
            let start = line_start + at;
            let mut from = start;
            let mut words = 0;
            for (place, word) in sentence.unicode_word_indices() {
                if words == MAX_WORDS {
                    found.push(from..start + place);
                    (from, words) = (start + place, 0);
                }
                // Counted for its length alone.
                let _ = word;
                words += 1;
            }
            if words > 0 {
                found.push(from..start + sentence.len());
            }
        }
    }
    found
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
        sentences(text).into_iter().map(|range| text[range].trim()).collect()
    }

    #[test]
    fn a_message_is_cut_at_stops_and_line_breaks() {
        assert_eq!(
            cut("Здравствуйте! Где мой вывод?\nЖду 3.5 часа... Спасибо"),
            ["Здравствуйте!", "Где мой вывод?", "Жду 3.5 часа...", "Спасибо"]
        );
    }

    #[test]
    fn who_writes_without_stops_is_cut_anyway() {
        let text = "слово ".repeat(60);
        assert_eq!(cut(&text).len(), 3);
    }

    proptest! {
        #[test]
        fn sentences_follow_each_other(text in "\\PC{0,300}") {
            let mut last = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= last && text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
