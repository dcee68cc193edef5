//! Which words were meant: those that the articles do not have are put together, taken apart, or
//! taken for the nearest words that they have.

use std::sync::Arc;

use super::spelling::Typed;
use super::{Considered, Guess, Meant, Repaired, Work, is_plain, rewrite};
use crate::search::Word;
use crate::search::plan::RewriteKind;
use crate::search::vocabulary::Adjacency;

/// What it costs to take a word apart.
const SPLIT: f32 = 0.5;
/// What it costs more when the words stand side by side in other forms only…
const OTHER_FORMS: f32 = 0.15;
/// …and when they never do.
const STRANGERS: f32 = 0.4;
/// Ways of cutting a word that are looked at.
const CUTS: usize = 4;
/// Words that a run of letters is taken apart into.
const MOST_PIECES: usize = 6;
/// Pieces of so many letters need not stand side by side in any article.
const LONG_PIECE: usize = 4;
/// The particles of Russian that people write together with any verb: «невыводит».
const NEGATIONS: [&str; 2] = ["не", "ни"];
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
    /// Into these words.
    Split(Vec<String>),
    Guessed(Arc<[Guess]>),
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
                Some(Fix::Split(pieces)) => {
                    self.put(&mut repaired, &text[word.range.clone()], &pieces.join(" "));
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
        if let Some(joined) = next.and_then(|next| self.together(word, next)) {
            return Some(Fix::Joined(joined));
        }
        if is_known || word.exact.chars().count() < 3 {
            return None;
        }
        if is_last && self.vocabulary.has_longer(&word.exact) {
            return None;
        }
        let may_compare = self.compared < super::MAX_COMPARED;
        let guesses = self.guesses(&word.exact, Typed::AsItIs);
        let guessed = guesses.first().map_or(f32::INFINITY, |guess| guess.cost);
        // Nothing that is taken apart costs less; who wants to know all gets it told anyway.
        let may_split = may_compare && (guessed > SPLIT || self.considered.is_some());
        let split = if may_split { self.split(&word.exact) } else { None };
        self.note_guesses(&word.exact, &guesses, split.as_ref());
        match split {
            Some((pieces, cost)) if cost < guessed => Some(Fix::Split(pieces)),
            _ if guesses.is_empty() => None,
            _ => Some(Fix::Guessed(guesses)),
        }
    }

    /// Two words as the one that they were meant to be: «за регистрироваться». Of two that the
    /// articles both have, only when they never stand side by side and the one is written just so.
    pub(super) fn together(&self, left: &Word, right: &Word) -> Option<String> {
        if !is_plain(left) || !is_plain(right) {
            return None;
        }
        let is_known = self.is_known(left) && self.is_known(right);
        // Most words meet in letters that stand together in no word.
        if is_known && !self.may_meet(&left.exact, &right.exact) {
            return None;
        }
        let joined = format!("{}{}", left.exact, right.exact);
        if !is_known {
            return self.has_word(&joined).then_some(joined);
        }
        let is_written = self.vocabulary.is_written(&joined) && self.has_word(&joined);
        let is_one = is_written && self.vocabulary.adjacency(left, right) == Adjacency::Never;
        is_one.then_some(joined)
    }

    /// Whether some word has the last letters of one and the first of another in a row.
    fn may_meet(&self, left: &str, right: &str) -> bool {
        let mut last = left.chars().rev();
        let mut first = right.chars();
        let (Some(last), before, Some(first), after) =
            (last.next(), last.next(), first.next(), first.next())
        else {
            return false;
        };
        let has = |letters| self.vocabulary.has_triple(letters);
        before.is_none_or(|before| has([before, last, first]))
            && after.is_none_or(|after| has([last, first, after]))
    }

    fn note_guesses(&mut self, word: &str, guesses: &[Guess], split: Option<&(Vec<String>, f32)>) {
        let Some(considered) = &mut self.considered else { return };
        let mut note = |reading: String, way, cost| {
            considered.push(Considered { part: word.to_owned(), reading, way, cost });
        };
        for guess in guesses.iter().take(OTHERS + 1) {
            note(guess.word.clone(), "misspelt", guess.cost);
        }
        if let Some((pieces, cost)) = split {
            note(pieces.join(" "), "run together", *cost);
        }
    }

    fn has_word(&self, word: &str) -> bool {
        let words = self.vocabulary.index.analyzer.words(word);
        matches!(words.as_slice(), [only] if self.vocabulary.knows(&only.stem))
    }

    /// The words that one falls into which were run together, and what that costs.
    fn split(&self, word: &str) -> Option<(Vec<String>, f32)> {
        // A cut that makes words which never stand together is not it: another one is looked for.
        let mut refused: Vec<Word> = Vec::new();
        for _ in 0..CUTS {
            let pieces = self.pieces(word, &refused)?;
            match self.cost_of(&pieces) {
                Ok(cost) => {
                    let texts = pieces.iter().map(|piece| piece.exact.to_string());
                    return Some((texts.collect(), cost));
                }
                Err(strangers) => refused.push(pieces[strangers].clone()),
            }
        }
        None
    }

    /// What it costs to take a word apart like this, or the piece that does not belong there.
    fn cost_of(&self, pieces: &[Word]) -> Result<f32, usize> {
        let mut cost = SPLIT;
        for (at, pair) in pieces.windows(2).enumerate() {
            let (left, right) = (letters(&pair[0]), letters(&pair[1]));
            let is_negated = NEGATIONS.contains(&&*pair[0].exact) && right >= LONG_PIECE;
            cost += match self.vocabulary.adjacency(&pair[0], &pair[1]) {
                Adjacency::Forms => 0.0,
                Adjacency::Stems if is_negated || left.min(right) > 2 => OTHER_FORMS,
                Adjacency::Never if is_negated => OTHER_FORMS,
                Adjacency::Never if left.min(right) >= LONG_PIECE => STRANGERS,
                _ => return Err(if left > right { at } else { at + 1 }),
            };
        }
        Ok(cost)
    }

    /// The fewest words that the articles have which make up this one; of as few, those of which
    /// the shortest is longest.
    fn pieces(&self, word: &str, refused: &[Word]) -> Option<Vec<Word>> {
        let borders: Vec<usize> =
            word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        // For each border: how many words come before it, the length of the shortest, and the last.
        let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; borders.len()];
        best[0] = Some((0, usize::MAX, 0));
        for until in 1..borders.len() {
            for from in (0..until).rev() {
                let Some((before, shortest, _)) = best[from] else { continue };
                if before == MOST_PIECES || (from == 0 && until + 1 == borders.len()) {
                    continue;
                }
                let (count, shortest) = (before + 1, shortest.min(until - from));
                let is_better = best[until].is_none_or(|(known, other, _)| {
                    count < known || (count == known && shortest > other)
                });
                let part = &word[borders[from]..borders[until]];
                let is_refused = refused.iter().any(|word| &*word.exact == part);
                if is_better && !is_refused && self.piece(part).is_some() {
                    best[until] = Some((count, shortest, from));
                }
            }
        }
        let mut pieces = Vec::new();
        let mut until = borders.len() - 1;
        while until > 0 {
            let (.., from) = best[until]?;
            pieces.push(self.piece(&word[borders[from]..borders[until]])?);
            until = from;
        }
        pieces.reverse();
        Some(pieces)
    }

    /// A part as a word, if the articles have it. Short words they must have just so: any stem has
    /// two letters of something.
    fn piece(&self, part: &str) -> Option<Word> {
        let word = self.vocabulary.index.analyzer.words(part).into_iter().next()?;
        let is_word = self.vocabulary.df(&word.stem) > 0
            && (letters(&word) > 3 || self.vocabulary.has_form(part, &word.stem));
        is_word.then_some(word)
    }
}

fn letters(word: &Word) -> usize {
    word.exact.chars().count()
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
