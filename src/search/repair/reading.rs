//! Which letters were meant: each piece between spaces is read as it is, as typed on the other
//! keyboard layout, as Russian in Latin letters, and as letters that look alike; the readings that
//! the articles know best win, and neighbors are more likely typed in the same way.

use super::keyboard::{self, Script};
use super::spelling::Typed;
use super::{Considered, Work, is_plain, rewrite, translit};
use crate::search::Word;
use crate::search::plan::{Rewrite, RewriteKind};

/// Readings of one piece in Latin letters that are compared with the articles' words.
const COMPARED: usize = 2;
/// What it costs to take a piece for something other than what it is.
const OTHER: f32 = 0.3;
/// What it costs when a piece was typed in another way than the one before it.
const CHANGED: f32 = 0.4;
/// What a word costs that the articles have in another form.
const OTHER_FORM: f32 = 0.1;
/// What the beginning of a word costs.
const BEGINNING: f32 = 0.6;
/// What a number costs, in any reading.
const NUMBER: f32 = 0.2;
/// What a word costs that is misspelt, before its distance.
const MISSPELT: f32 = 1.0;
/// What a word costs that the articles do not have, less what its letters look like theirs.
const UNKNOWN: f32 = 2.2;
const LOOKS_KNOWN: f32 = 0.8;

/// How a piece was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    AsItIs,
    OtherLayout,
    InLatin,
}

const WAYS: [Way; 3] = [Way::AsItIs, Way::OtherLayout, Way::InLatin];

/// A piece read in one way.
#[derive(Debug, Clone)]
struct Reading {
    text: String,
    cost: f32,
}

impl Work<'_> {
    /// The text in the letters that were meant, and what was read otherwise than typed.
    pub(super) fn read(&mut self, text: &str) -> (String, Vec<Rewrite>) {
        let pieces: Vec<&str> = text.split(' ').filter(|piece| !piece.is_empty()).collect();
        let mut readings: Vec<[Option<Reading>; WAYS.len()]> = Vec::with_capacity(pieces.len());
        for (at, piece) in pieces.iter().enumerate() {
            readings.push(self.readings(piece, at + 1 == pieces.len()));
        }
        let ways = cheapest(&readings);
        self.note_readings(&pieces, &readings);
        let (mut read, mut rewrites) = (String::with_capacity(text.len()), Vec::<Rewrite>::new());
        let mut last: Option<Way> = None;
        for ((piece, way), readings) in pieces.iter().zip(ways).zip(&readings) {
            let meant = readings[way as usize].as_ref().map_or(*piece, |reading| &reading.text);
            if !read.is_empty() {
                read.push(' ');
            }
            read.push_str(meant);
            if meant == *piece {
                last = None;
                continue;
            }
            let kind =
                if way == Way::InLatin { RewriteKind::Translit } else { RewriteKind::Layout };
            // Words typed in the same way one after the other were one slip.
            match rewrites.last_mut().filter(|_| last == Some(way)) {
                Some(same) => {
                    same.from = format!("{} {piece}", same.from);
                    same.to = format!("{} {meant}", same.to);
                }
                None => rewrites.push(rewrite(kind, piece, meant)),
            }
            last = Some(way);
        }
        (read, rewrites)
    }

    fn note_readings(&mut self, pieces: &[&str], readings: &[[Option<Reading>; WAYS.len()]]) {
        let Some(considered) = &mut self.considered else { return };
        for (piece, readings) in pieces.iter().zip(readings) {
            let read = WAYS.iter().zip(readings).filter_map(|(way, r)| Some((way, r.as_ref()?)));
            // A piece that can be read in one way only was not considered at all.
            if readings.iter().flatten().count() < 2 {
                continue;
            }
            for (way, reading) in read {
                let way = match way {
                    Way::AsItIs => "as typed",
                    Way::OtherLayout => "other layout",
                    Way::InLatin => "in Latin letters",
                };
                let (part, reading, cost) =
                    ((*piece).to_owned(), reading.text.clone(), reading.cost);
                considered.push(Considered { part, reading, way, cost });
            }
        }
    }

    fn readings(&mut self, piece: &str, is_last: bool) -> [Option<Reading>; WAYS.len()] {
        let has = |script| piece.chars().any(|c| Script::of(c) == Some(script));
        let (cyrillic, latin) = (has(Script::Cyrillic), has(Script::Latin));
        let native = self.vocabulary.index.analyzer.script();
        let foreign = if native == Script::Cyrillic { latin } else { cyrillic };
        let letters = piece.chars().filter(|c| c.is_alphabetic()).count().max(1);
        let weight = (letters.min(8) as f32 / 4.0).max(0.25);
        let mut best: [Option<Reading>; WAYS.len()] = [const { None }; WAYS.len()];
        let mut take = |way: Way, text: String, cost: f32| {
            let cost = cost * weight;
            let known = &mut best[way as usize];
            if known.as_ref().is_none_or(|known| cost < known.cost) {
                *known = Some(Reading { text, cost });
            }
        };
        let as_typed = self.strangeness(piece, is_last, true);
        take(Way::AsItIs, piece.to_owned(), as_typed);
        if as_typed <= OTHER_FORM && !foreign {
            return best;
        }
        if cyrillic && latin {
            for script in [Script::Cyrillic, Script::Latin] {
                let text = looking_like(piece, script);
                // A letter that becomes a digit is no letter of another alphabet.
                let kept = text.chars().filter(|c| c.is_alphabetic()).count();
                if kept >= letters && Script::all_of(&text, script) {
                    take(
                        Way::AsItIs,
                        text.clone(),
                        self.strangeness(&text, is_last, true) + OTHER / 2.0,
                    );
                }
            }
        }
        match native {
            Script::Cyrillic if latin => {
                for text in on_other_layout(piece, keyboard::to_cyrillic, Script::Latin) {
                    let cost = self.strangeness(&text, is_last, true) + OTHER;
                    take(Way::OtherLayout, text, cost);
                }
                if !cyrillic {
                    for (text, cost) in self.read_latin(piece, is_last) {
                        take(Way::InLatin, text, cost + OTHER);
                    }
                }
            }
            // A Latin name typed in Russian letters; only one that the articles have.
            Script::Cyrillic if cyrillic => {
                for text in on_other_layout(piece, keyboard::to_latin, Script::Cyrillic) {
                    let cost = self.strangeness(&text, is_last, false);
                    if cost <= OTHER_FORM {
                        take(Way::OtherLayout, text, cost + OTHER);
                    }
                }
            }
            Script::Latin if cyrillic => {
                for text in on_other_layout(piece, keyboard::to_latin, Script::Cyrillic) {
                    let cost = self.strangeness(&text, is_last, true) + OTHER;
                    take(Way::OtherLayout, text, cost);
                }
                let text = any_ascii::any_ascii(piece).replace('\'', "");
                let cost = self.strangeness(&text, is_last, true) + OTHER;
                take(Way::InLatin, text, cost);
            }
            Script::Cyrillic | Script::Latin => {}
        }
        best
    }

    /// What a piece in Latin letters may be in Russian ones, with the cost.
    fn read_latin(&mut self, piece: &str, is_last: bool) -> Vec<(String, f32)> {
        let lower = piece.to_lowercase();
        // What is no letter stays where it is: the dot after a sentence, the hyphen inside.
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '\'' || c == '`';
        let mut texts = vec![(String::new(), 0.0f32)];
        let mut rest = lower.as_str();
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|c| is_part(c) != is_part(first)).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            let is_word = part.chars().any(|c| c.is_ascii_alphabetic());
            let mut options: Vec<(String, f32)> = if is_word {
                let usual = |three| self.vocabulary.has_triple(three);
                let readings = translit::readings(part.trim_end_matches(['\'', '`']), usual);
                self.known_first(&readings, is_last && after.is_empty())
            } else {
                vec![(part.to_owned(), 0.0)]
            };
            options.truncate(COMPARED);
            texts = texts
                .iter()
                .flat_map(|(text, cost)| {
                    options.iter().map(move |(more, added)| (format!("{text}{more}"), cost + added))
                })
                .collect();
            texts.truncate(COMPARED);
            rest = after;
        }
        texts
    }

    /// Readings of one Latin word with their cost, those that the articles know before the rest.
    fn known_first(&mut self, readings: &[translit::Reading], is_last: bool) -> Vec<(String, f32)> {
        let mut options: Vec<(String, f32)> = Vec::new();
        for reading in readings {
            let strange = self.strangeness(&reading.word, false, false);
            if strange < UNKNOWN {
                // A cheap reading of a rare form and a dear one of a common word are as likely.
                options.push((reading.word.clone(), strange + reading.cost / 2.0));
            }
        }
        if options.is_empty() {
            for reading in readings.iter().take(COMPARED) {
                let cost = self.strangeness_in(&reading.word, is_last, true, Typed::InLatin);
                options.push((reading.word.clone(), cost + reading.cost / 2.0));
            }
        }
        options.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        options
    }

    fn strangeness(&mut self, text: &str, is_last: bool, is_compared: bool) -> f32 {
        self.strangeness_in(text, is_last, is_compared, Typed::AsItIs)
    }

    /// How little the articles know the words of a text, 0 for words that they have.
    fn strangeness_in(&mut self, text: &str, is_last: bool, is_compared: bool, how: Typed) -> f32 {
        let words = self.vocabulary.index.analyzer.words(text);
        let (mut sum, mut letters) = (0.0, 0.0);
        for (at, word) in words.iter().enumerate() {
            let length = word.exact.chars().count() as f32;
            letters += length;
            let is_last = is_last && at + 1 == words.len();
            sum += length * self.strangeness_of(word, is_last, is_compared, how);
        }
        if letters > 0.0 { sum / letters } else { UNKNOWN }
    }

    fn strangeness_of(&mut self, word: &Word, is_last: bool, is_compared: bool, how: Typed) -> f32 {
        if !is_plain(word) {
            return NUMBER;
        }
        if self.vocabulary.knows(&word.stem) {
            let is_form = self.vocabulary.has_form(&word.exact, &word.stem);
            return if is_form { 0.0 } else { OTHER_FORM };
        }
        if !is_compared {
            return UNKNOWN;
        }
        if is_last && word.exact.chars().count() > 2 && self.vocabulary.has_longer(&word.exact) {
            return BEGINNING;
        }
        match self.guesses(&word.exact, how).first() {
            Some(guess) => MISSPELT + guess.cost.max(0.0),
            None => UNKNOWN - LOOKS_KNOWN * self.vocabulary.plausibility(&word.exact),
        }
    }
}

/// The cheapest way through the pieces (Viterbi).
fn cheapest(readings: &[[Option<Reading>; WAYS.len()]]) -> Vec<Way> {
    let mut costs = [0.0f32; WAYS.len()];
    let mut from: Vec<[usize; WAYS.len()]> = Vec::with_capacity(readings.len());
    for (at, piece) in readings.iter().enumerate() {
        let mut next = [f32::INFINITY; WAYS.len()];
        let mut came = [0; WAYS.len()];
        for way in 0..WAYS.len() {
            let Some(reading) = &piece[way] else { continue };
            for (before, cost) in costs.iter().enumerate() {
                let change = if at > 0 && before != way { CHANGED } else { 0.0 };
                let cost = cost + change + reading.cost;
                if cost < next[way] {
                    (next[way], came[way]) = (cost, before);
                }
            }
        }
        costs = next;
        from.push(came);
    }
    let mut way = (0..WAYS.len()).min_by(|a, b| costs[*a].total_cmp(&costs[*b])).unwrap_or(0);
    let mut ways = vec![Way::AsItIs; readings.len()];
    for at in (0..readings.len()).rev() {
        ways[at] = WAYS[way];
        way = from[at][way];
    }
    ways
}

/// A piece as the same keys type it on the other layout. A sign at its end may be a sign or a
/// letter: both are tried.
fn on_other_layout(piece: &str, map: fn(char) -> Option<char>, typed: Script) -> Vec<String> {
    let switch = |text: &str| -> String {
        // Letters that are of the right layout already stay.
        let is_switched = |c: char| Script::of(c).is_none_or(|script| script == typed);
        text.chars().map(|c| if is_switched(c) { map(c).unwrap_or(c) } else { c }).collect()
    };
    let mut texts = vec![switch(piece)];
    let is_sign = |c: char| !c.is_alphanumeric();
    let body = piece.trim_end_matches(is_sign);
    if body.len() < piece.len() && !body.is_empty() {
        texts.push(format!("{}{}", switch(body), &piece[body.len()..]));
        // The last sign alone may end the sentence.
        if let Some((at, _)) = piece.char_indices().next_back().filter(|(at, _)| *at > body.len()) {
            texts.push(format!("{}{}", switch(&piece[..at]), &piece[at..]));
        }
    }
    texts
}

/// A word of mixed letters in one alphabet, by what they look like.
fn looking_like(piece: &str, script: Script) -> String {
    piece
        .chars()
        .map(|c| {
            if Script::of(c) == Some(script) {
                return c;
            }
            let lower = c.to_lowercase().next().unwrap_or(c);
            keyboard::lookalike(lower, script).unwrap_or(c)
        })
        .collect()
}
