//! Where an article says another number than the fact that it speaks of.
//!
//! An article speaks of a fact when a sentence, or a row of a table, holds all the words by which
//! articles call it (`called`), in any of their forms.

use super::format::Unit;
use super::{Facts, Said};
use crate::article::findings::Findings;
use crate::article::numbers::amount_of;
use crate::article::{Locale, Number, Quantity, Section, Spot, numbers};

/// Shorter beginnings have nothing in common but chance.
const SHORTEST: usize = 3;
/// How much of a word its forms may change: «минимальная» and «минимальной», "stake" and "stakes".
const ENDING: usize = 3;

/// Tells every number that contradicts a fact.
pub(in crate::article) fn contradictions(
    facts: &Facts,
    locale: &Locale,
    sections: &[Section],
    found: &[Number],
    findings: &mut Findings<'_>,
) {
    for (name, fact) in facts.all() {
        let Said::Amount(number, unit) = &fact.said else { continue };
        let Some(quantity) = quantity(&number.to_string(), unit) else { continue };
        for called in fact.called(locale) {
            let words: Vec<String> = words(called).collect();
            for (at, section) in sections.iter().enumerate() {
                for sentence in sentences(&section.text) {
                    if !speaks_of(sentence, &words) {
                        continue;
                    }
                    let Some(other) = other_number(sentence, &words, quantity) else { continue };
                    let stands = |n: &&Number| usize::from(n.section) == at && n.quantity == other;
                    let spot = found.iter().find(stands).map_or(section.spot, |number| number.spot);
                    let written = facts.in_words(name, locale).unwrap_or_default();
                    tell(findings, spot, name, called, &written, fact.spot);
                }
            }
        }
    }
}

fn tell(findings: &mut Findings<'_>, spot: Spot, name: &str, called: &str, says: &str, at: Spot) {
    let file = Facts::FILE;
    let message = format!("“{called}” is `{says}` by the fact `{name}` ({file}:{})", at.line);
    let hint = format!("write `{{{{ fact.{name} }}}}`, or mend the fact");
    findings.error_at(spot, "contradicts-fact", message, hint);
}

/// A fact as a number of a text.
fn quantity(number: &str, unit: &Unit) -> Option<Quantity> {
    let unit = match unit {
        Unit::None => "",
        Unit::Percent => "%",
        Unit::Times => "x",
        Unit::Money(_) => "₽",
        Unit::Named(name) => name,
    };
    amount_of(number, unit)
}

/// The number of a sentence that should be the fact's and is not: the nearest one after the name,
/// else the first one. `None` when the fact's own stands there too, or none of its kind.
fn other_number(sentence: &str, name: &[String], fact: Quantity) -> Option<Quantity> {
    let is_alike = |q: &Quantity| q.counted == fact.counted;
    let all: Vec<_> = numbers(sentence).into_iter().filter(|(_, q)| is_alike(q)).collect();
    if all.iter().any(|(_, q)| *q == fact) {
        return None;
    }
    let last = name.last()?;
    // A sentence may be a whole file without a full stop: no letter is looked at more than once or twice.
    let begins = |at: &usize| {
        let mut letters = sentence[*at..].chars().flat_map(char::to_lowercase);
        stem(last).chars().all(|c| letters.next() == Some(c))
    };
    let from = sentence.char_indices().map(|(at, _)| at).find(begins).unwrap_or(0);
    let next = all.iter().find(|(range, _)| range.start >= from).or_else(|| all.first());
    next.map(|(_, quantity)| *quantity)
}

/// The sentences and rows of a section's text.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split_inclusive(['!', '?', ';'])).flat_map(|part| {
        // A full stop before a space; `1.80` has none.
        part.split_inclusive(". ")
    })
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

fn speaks_of(sentence: &str, name: &[String]) -> bool {
    let said: Vec<String> = words(sentence).collect();
    name.iter().all(|word| said.iter().any(|other| are_forms(word, other)))
}

/// The beginning that all forms of a word share.
fn stem(word: &str) -> &str {
    let length = word.chars().count();
    let kept = length.saturating_sub(ENDING).max(SHORTEST.min(length));
    word.char_indices().nth(kept).map_or(word, |(at, _)| &word[..at])
}

/// Whether two words may be forms of one.
fn are_forms(a: &str, b: &str) -> bool {
    let (longest, shortest) =
        (a.chars().count().max(b.chars().count()), a.chars().count().min(b.chars().count()));
    if longest - shortest > ENDING {
        return false;
    }
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    common >= SHORTEST.min(longest) && common + ENDING >= longest
}
