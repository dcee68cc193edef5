//! A message as its parts: clauses, the sentences that they make, and which of these ask. What the
//! articles say to a part is `answer`'s.

use std::borrow::Cow;
use std::ops::Range;

use super::requests::{asks, what_is_asked};
use super::sentences::{clauses, sentences};

/// Words of a sentence that are asked together, and with those of the next.
const MAX_WORDS: usize = 24;
/// Sentences of a message that are asked.
const MAX_SENTENCES: usize = 64;

/// A message, cut. Its parts are ranges of clauses, counted through.
pub(super) struct Message<'a> {
    text: &'a str,
    language: &'a str,
    /// Where the clauses stand.
    clauses: Vec<Range<usize>>,
    /// The clauses of each sentence.
    sentences: Vec<Range<usize>>,
    /// For each clause, whether its sentence asks: all clauses of one that does are questions, as in
    /// «Что делать, если взломали, и как остановить вывод?»
    asking: Vec<bool>,
}

impl<'a> Message<'a> {
    pub(super) fn new(text: &'a str, language: &'a str) -> Self {
        let mut message =
            Self { text, language, clauses: Vec::new(), sentences: Vec::new(), asking: Vec::new() };
        for sentence in sentences(text, MAX_WORDS).into_iter().take(MAX_SENTENCES) {
            let from = message.clauses.len();
            message.clauses.extend(clauses(text, &sentence));
            message.asking.resize(message.clauses.len(), asks(&text[sentence], language));
            message.sentences.push(from..message.clauses.len());
        }
        message
    }

    /// What all of it says.
    pub(super) fn told(&self) -> Cow<'a, str> {
        what_is_asked(self.text, self.language)
    }

    /// The parts to ask: each sentence, each two that follow each other («Не приходит код. Что
    /// делать?») but for two questions, and each clause and each two of a long one, which may ask two things.
    pub(super) fn parts(&self) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut before: Option<&Range<usize>> = None;
        for sentence in &self.sentences {
            let Range { start: from, end: until } = *sentence;
            parts.push(from..until);
            if let Some(before) = before
                && !(self.asks(before) && self.asks(sentence))
            {
                parts.push(before.start..until);
            }
            if sentence.len() > 1 {
                parts.extend((from..until).map(|at| at..at + 1));
            }
            if sentence.len() > 2 {
                parts.extend((from + 1..until).map(|at| at - 1..at + 1));
            }
            before = Some(sentence);
        }
        parts
    }

    /// Whether it asks anything at all.
    pub(super) fn has_question(&self) -> bool {
        self.asking.contains(&true)
    }

    /// Each sentence that asks with each clause of the others; the last question and the clauses next
    /// to it first.
    pub(super) fn questions_with_story(&self) -> impl Iterator<Item = (Range<usize>, usize)> {
        let questions = self.sentences.iter().rev().filter(|sentence| self.asks(sentence));
        questions.flat_map(|question| {
            let is_story = |clause: &usize| !self.asking[*clause];
            let mut story: Vec<usize> = (0..self.clauses.len()).filter(is_story).collect();
            story.sort_by_key(|clause| clause.abs_diff(question.start));
            story.into_iter().map(|clause| (question.clone(), clause))
        })
    }

    /// Whether a sentence of a part asks.
    pub(super) fn asks(&self, part: &Range<usize>) -> bool {
        self.asking[part.clone()].contains(&true)
    }

    /// Whether a part is less than a sentence.
    pub(super) fn is_fragment(&self, part: &Range<usize>) -> bool {
        self.sentences.iter().any(|sentence| {
            sentence.start <= part.start && part.end <= sentence.end && part != sentence
        })
    }

    /// Where a part stands, in bytes.
    pub(super) fn place(&self, part: &Range<usize>) -> Range<usize> {
        self.clauses[part.start].start..self.clauses[part.end - 1].end
    }

    /// A part as it is written, on one line.
    pub(super) fn written(&self, place: &Range<usize>) -> String {
        self.text[place.clone()].split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a part asks.
    pub(super) fn question(&self, part: &Range<usize>) -> Cow<'a, str> {
        what_is_asked(&self.text[self.place(part)], self.language)
    }

    /// What a part asks of what a clause tells.
    pub(super) fn question_of(&self, part: &Range<usize>, clause: usize) -> String {
        [self.question(&(clause..clause + 1)), self.question(part)].join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        let message = Message::new(text, "ru");
        let part = |part: &Range<usize>| {
            let asks = if message.asks(part) { "?" } else { " " };
            let fragment = if message.is_fragment(part) { "part" } else { "whole" };
            format!("{asks} {fragment} {}", message.written(&message.place(part)))
        };
        message.parts().iter().map(part).collect()
    }

    #[test]
    fn sentences_are_asked_alone_with_the_one_before_and_in_clauses() {
        assert_eq!(
            parts("Не приходит код. Что делать, если взломали, и как остановить этот вывод?"),
            [
                "  whole Не приходит код.",
                "? whole Что делать, если взломали, и как остановить этот вывод?",
                "? whole Не приходит код. Что делать, если взломали, и как остановить этот вывод?",
                "? part Что делать, если взломали,",
                "? part и как остановить этот вывод?",
            ]
        );
    }

    #[test]
    fn two_questions_are_never_one() {
        assert_eq!(
            parts("Где код? Подскажите лимиты вывода"),
            ["? whole Где код?", "? whole Подскажите лимиты вывода"]
        );
    }

    #[test]
    fn a_question_may_ask_of_what_was_told_long_before() {
        let message = Message::new("Заказал вывод на карту. Сутки прошли. Сколько ждать?", "ru");
        let asked: Vec<String> = message
            .questions_with_story()
            .map(|(question, story)| message.question_of(&question, story))
            .collect();
        assert_eq!(
            asked,
            ["Сутки прошли. Сколько ждать?", "Заказал вывод на карту. Сколько ждать?"]
        );
    }
}
