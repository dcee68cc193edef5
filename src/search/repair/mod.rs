//! What a query was meant to be: the keyboard layout that it was typed on, Russian in Latin
//! letters, look-alike letters, words run together or apart, and slips of the finger.
//!
//! Everything is decided by the words of the articles that the visitor may see. What they know is
//! never changed, and a reading that they do not know better than what was typed is not taken.

mod correct;
mod keyboard;
mod reading;
mod spelling;
mod translit;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;

use super::Word;
use super::analysis::is_letter;
use super::plan::{Rewrite, RewriteKind};
use super::vocabulary::Vocabulary;

pub(super) use keyboard::Script;

/// Words of a query that are compared with the words of the articles; further ones are taken as
/// they are, so that nonsense of any length costs a bounded time.
const MAX_COMPARED: usize = 32;

/// A query as it was understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Repaired {
    /// The text that is searched.
    pub(super) text: String,
    /// Its words.
    pub(super) words: Vec<Meant>,
    /// What was done, in the order of the text.
    pub(super) rewrites: Vec<Rewrite>,
}

/// A word of the text that is searched.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    pub(super) word: Word,
    /// What it counts: less than 1 when it is a guess.
    pub(super) weight: f32,
    /// Other words that may have been meant, with what each counts.
    pub(super) others: Vec<(Arc<str>, f32)>,
}

/// A way of reading a part of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Considered {
    /// The part as it was typed.
    pub part: String,
    /// What it may be.
    pub reading: String,
    /// How: `as typed`, `other layout`, `in Latin letters`, `misspelt`.
    pub way: &'static str,
    /// How little the articles know it: the reading that costs least is taken.
    pub cost: f32,
}

/// Every reading of a query that was thought of.
pub(super) fn considered(text: &str, vocabulary: Vocabulary<'_>) -> Vec<Considered> {
    let mut work = Work { considered: Some(Vec::new()), ..Work::new(vocabulary) };
    let (text, _) = work.read(text);
    work.correct(&text);
    work.considered.unwrap_or_default()
}

/// Reads a query as the words of the articles have it; the last word may be unfinished.
pub(super) fn repair(text: &str, vocabulary: Vocabulary<'_>) -> Repaired {
    let words = vocabulary.index.analyzer.words(text);
    let mut work = Work::new(vocabulary);
    let is_known = words.iter().all(|word| is_plain(word) && vocabulary.knows(&word.stem));
    if is_known && words.windows(2).all(|pair| work.together(&pair[0], &pair[1]).is_none()) {
        return taken(text, words);
    }
    let (text, mut rewrites) = work.read(text);
    let mut repaired = work.correct(&text);
    rewrites.append(&mut repaired.rewrites);
    repaired.rewrites = rewrites;
    repaired
}

/// A query with nothing repaired.
pub(super) fn as_typed(text: &str, vocabulary: Vocabulary<'_>) -> Repaired {
    taken(text, vocabulary.index.analyzer.words(text))
}

fn taken(text: &str, words: Vec<Word>) -> Repaired {
    let words = words.into_iter().map(Meant::as_typed).collect();
    Repaired { text: text.to_owned(), words, rewrites: Vec::new() }
}

/// The state of one repair.
struct Work<'a> {
    vocabulary: Vocabulary<'a>,
    /// Words compared with the vocabulary so far.
    compared: usize,
    /// What they may have been meant to be: a word is read first and corrected then.
    guessed: HashMap<(String, spelling::Typed), Arc<[Guess]>>,
    /// What was thought of, when somebody wants to know.
    considered: Option<Vec<Considered>>,
}

/// A word of the articles that a typed one may have been meant to be.
#[derive(Debug, Clone)]
struct Guess {
    word: String,
    stem: Arc<str>,
    /// How far it is from what was typed; less is better.
    cost: f32,
}

impl<'a> Work<'a> {
    fn new(vocabulary: Vocabulary<'a>) -> Self {
        Self { vocabulary, compared: 0, guessed: HashMap::default(), considered: None }
    }

    /// The words of the articles that a word may have been meant to be, the likeliest first.
    fn guesses(&mut self, word: &str, how: spelling::Typed) -> Arc<[Guess]> {
        let typed: Vec<char> = word.chars().collect();
        let limit = spelling::limit(typed.len());
        if limit <= 0.0 || self.compared >= MAX_COMPARED || !typed.iter().copied().all(is_letter) {
            return Arc::default();
        }
        self.compared += 1;
        let asked = (word.to_owned(), how);
        if let Some(guesses) = self.guessed.get(&asked) {
            return Arc::clone(guesses);
        }
        let mut slip = spelling::Slip::new(&typed, how, limit);
        let mut guesses: Vec<Guess> = self
            .vocabulary
            .alike(word)
            .iter()
            .filter_map(|entry| {
                let distance = slip.distance(&entry.word)?;
                // Words of deleted articles may linger in the index.
                let df = self.vocabulary.df(&entry.stem);
                if df == 0 && !self.vocabulary.knows(&entry.stem) {
                    return None;
                }
                // Of words equally far, the one that more articles have is more likely.
                let cost = distance - COMMONNESS * (1.0 + df as f32).ln();
                Some(Guess { word: entry.word.clone(), stem: Arc::clone(&entry.stem), cost })
            })
            .collect();
        guesses.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.word.cmp(&b.word)));
        let guesses: Arc<[Guess]> = guesses.into();
        self.guessed.insert(asked, Arc::clone(&guesses));
        guesses
    }

    fn is_known(&self, word: &Word) -> bool {
        !is_plain(word) || self.vocabulary.knows(&word.stem)
    }
}

/// What being in ten times as many articles is worth, in edits.
const COMMONNESS: f32 = 0.06;

impl Meant {
    fn as_typed(word: Word) -> Self {
        Self { word, weight: 1.0, others: Vec::new() }
    }
}

/// Whether a word is of letters: numbers and codes are never repaired.
fn is_plain(word: &Word) -> bool {
    word.exact.chars().all(is_letter)
}

fn rewrite(kind: RewriteKind, from: &str, to: &str) -> Rewrite {
    Rewrite { kind, from: from.to_owned(), to: to.to_owned() }
}
