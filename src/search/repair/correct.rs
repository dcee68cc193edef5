//! Which words were meant: those that the articles do not have are put together, taken apart, or
//! taken for the nearest words that they have.

use std::sync::Arc;

use super::spelling::Typed;
use super::{Considered, Guess, Meant, Repaired, Work, is_plain, rewrite};
use crate::search::Word;
use crate::search::plan::RewriteKind;

/// What it costs to put two words together.
const JOINED: f32 = 0.2;
/// What it costs to take a word apart, and more for a part of one letter.
const SPLIT: f32 = 0.5;
const ONE_LETTER: f32 = 0.3;
/// Other words that may have been meant, besides the likeliest.
const OTHERS: usize = 3;
/// What the likeliest guess counts, and less for each edit.
const GUESSED: f32 = 0.95;
const EDITED: f32 = 0.12;
/// How soon a less likely guess counts nothing, by edits more.
const LESS_LIKELY: f32 = 2.0;
/// A guess that counts less than this is not searched.
const LEAST: f32 = 0.3;

enum Fix {
    /// With the word after it.
    Joined(String),
    /// Before this byte.
    Split(usize),
    Guessed(Vec<Guess>),
}

impl Work<'_> {
    /// The text with its words put right.
    pub(super) fn correct(&mut self, text: &str) -> Repaired {
        let words = self.vocabulary.index.analyzer.words(text);
        let mut repaired =
            Repaired { text: String::with_capacity(text.len()), ..Repaired::default() };
        let (mut from, mut at) = (0, 0);
        while at < words.len() {
            let word = &words[at];
            let next = words.get(at + 1);
            let is_last = next.is_none();
            repaired.text.push_str(&text[from..word.range.start]);
            from = word.range.end;
            at += 1;
            match self.fix(word, next, is_last) {
                None => repaired.keep(word, &text[word.range.clone()]),
                Some(Fix::Joined(joined)) => {
                    if let Some(next) = next {
                        from = next.range.end;
                        at += 1;
                        self.put(&mut repaired, &text[word.range.start..next.range.end], &joined);
                    }
                }
                Some(Fix::Split(border)) => {
                    let apart = format!("{} {}", &word.exact[..border], &word.exact[border..]);
                    self.put(&mut repaired, &text[word.range.clone()], &apart);
                }
                Some(Fix::Guessed(guesses)) => {
                    let Some(best) = guesses.first() else { continue };
                    let typed = &text[word.range.clone()];
                    self.put(&mut repaired, typed, &best.word);
                    if let Some(meant) = repaired.words.last_mut() {
                        meant.weight = (GUESSED - EDITED * best.cost.max(0.0)).max(LEAST);
                        meant.others = others(&guesses, meant.weight);
                    }
                }
            }
        }
        repaired.text.push_str(&text[from..]);
        repaired
    }

    /// Writes what was meant for what was typed.
    fn put(&self, repaired: &mut Repaired, typed: &str, meant: &str) {
        let shift = repaired.text.len();
        repaired.text.push_str(meant);
        for mut word in self.vocabulary.index.analyzer.words(meant) {
            word.range = word.range.start + shift..word.range.end + shift;
            repaired.words.push(Meant::as_typed(word));
        }
        repaired.rewrites.push(rewrite(RewriteKind::Typo, typed, meant));
    }

    /// What to do with a word; nothing when the articles have it, or nothing like it.
    fn fix(&mut self, word: &Word, next: Option<&Word>, is_last: bool) -> Option<Fix> {
        let is_known = self.is_known(word);
        // Two words of which the articles have one alone, but both together: «за регистрироваться».
        if let Some(next) = next.filter(|next| is_plain(next) && is_plain(word))
            && (!is_known || !self.is_known(next))
        {
            let joined = format!("{}{}", word.exact, next.exact);
            if self.has_word(&joined) {
                return Some(Fix::Joined(joined));
            }
        }
        if is_known || word.exact.chars().count() < 3 {
            return None;
        }
        if is_last && self.vocabulary.has_longer(&word.exact) {
            return None;
        }
        let split = self.split(&word.exact);
        let guesses = self.guesses(&word.exact, Typed::AsItIs);
        self.note_guesses(&word.exact, &guesses, split);
        let guessed = guesses.first().map_or(f32::INFINITY, |guess| guess.cost);
        match split {
            Some((border, cost)) if cost < guessed => Some(Fix::Split(border)),
            _ if guesses.is_empty() => None,
            _ => Some(Fix::Guessed(guesses)),
        }
    }

    fn note_guesses(&mut self, word: &str, guesses: &[Guess], split: Option<(usize, f32)>) {
        let Some(considered) = &mut self.considered else { return };
        let mut note = |reading: String, way, cost| {
            considered.push(Considered { part: word.to_owned(), reading, way, cost });
        };
        for guess in guesses.iter().take(OTHERS + 1) {
            note(guess.word.clone(), "misspelt", guess.cost);
        }
        if let Some((border, cost)) = split {
            note(format!("{} {}", &word[..border], &word[border..]), "run together", cost);
        }
    }

    fn has_word(&self, word: &str) -> bool {
        let words = self.vocabulary.index.analyzer.words(word);
        matches!(words.as_slice(), [only] if self.vocabulary.df(&only.stem) > 0)
    }

    /// Where a word falls into two that the articles have, and what that costs.
    fn split(&self, word: &str) -> Option<(usize, f32)> {
        let borders: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(1).collect();
        let length = borders.len() + 1;
        let mut best: Option<(usize, f32)> = None;
        for (before, border) in borders.into_iter().enumerate() {
            let (left, right) = word.split_at(border);
            let shorter = (before + 1).min(length - before - 1);
            // The articles must have short words just so: any stem has two letters of something.
            let has = |part: &str| {
                self.vocabulary.index.analyzer.words(part).first().is_some_and(|word| {
                    self.vocabulary.df(&word.stem) > 0
                        && (part.chars().count() > 3 || self.vocabulary.has_form(part, &word.stem))
                })
            };
            if !has(left) || !has(right) {
                continue;
            }
            let cost = SPLIT + if shorter == 1 { ONE_LETTER } else { JOINED / shorter as f32 };
            if best.is_none_or(|(_, least)| cost < least) {
                best = Some((border, cost));
            }
        }
        best
    }
}

/// The guesses after the first, with what each counts.
fn others(guesses: &[Guess], weight: f32) -> Vec<(Arc<str>, f32)> {
    let best = &guesses[0];
    let mut others: Vec<(Arc<str>, f32)> = Vec::new();
    for guess in &guesses[1..] {
        let counts = weight * (-LESS_LIKELY * (guess.cost - best.cost)).exp();
        let is_new = guess.stem != best.stem && others.iter().all(|(stem, _)| *stem != guess.stem);
        if is_new && counts >= LEAST && others.len() < OTHERS {
            others.push((Arc::clone(&guess.stem), counts));
        }
    }
    others
}

impl Repaired {
    /// Takes a word as it is.
    fn keep(&mut self, word: &Word, written: &str) {
        let mut word = word.clone();
        word.range = self.text.len()..self.text.len() + written.len();
        self.text.push_str(written);
        self.words.push(Meant::as_typed(word));
    }
}
