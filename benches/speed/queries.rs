//! What people type: the mix of queries that the targets were set with.

use crate::corpus::{Corpus, first_words, words_of};
use crate::dice::Dice;
use crate::source::Source;

/// How many queries a mix has.
const COUNT: usize = 2_000;
/// Queries are drawn from the first articles, so that they have answers in every size.
const DRAWN_FROM: usize = 1_000;

/// One word 20 %, two words 25 %, titles 20 %, questions 15 %, unfinished words 10 %, typos 10 %.
pub(crate) fn mix(source: &Source, seed: u64) -> Vec<String> {
    let articles: Vec<_> = Corpus::new(source, seed).take(DRAWN_FROM).collect();
    let dice = &mut Dice::new(seed, u64::MAX);
    (0..COUNT)
        .map(|_| {
            let article = dice.pick(&articles);
            let body = article.text.rsplit_once("---\n").map_or("", |(_, body)| body);
            let kind = dice.below(100);
            match kind {
                0..20 => word(dice, body, 4),
                20..45 => two_words(dice, body),
                45..65 => {
                    let words = dice.between(3, 8);
                    first_words(&article.title, words, 100)
                }
                65..80 => source.question(dice).chars().take(200).collect(),
                80..90 => {
                    let word = word(dice, body, 6);
                    let kept = word.chars().count() - dice.between(2, 3);
                    word.chars().take(kept).collect()
                }
                _ => {
                    let word = word(dice, body, 5);
                    slip(dice, &word)
                }
            }
        })
        .collect()
}

/// A word of at least so many letters; long ones are chosen as often as they are written.
fn word(dice: &mut Dice, text: &str, letters: usize) -> String {
    let long: Vec<_> = words_of(text)
        .into_iter()
        .filter(|word| word.chars().count() >= letters && word.chars().all(char::is_alphabetic))
        .collect();
    if long.is_empty() { "аккаунт".to_owned() } else { dice.pick(&long).to_lowercase() }
}

fn two_words(dice: &mut Dice, text: &str) -> String {
    let words: Vec<_> =
        words_of(text).into_iter().filter(|word| word.chars().count() >= 3).collect();
    let start = dice.below(words.len().saturating_sub(1));
    words[start..].iter().take(2).copied().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// One slip of the finger: a letter dropped, doubled, swapped with its neighbour, or another one.
fn slip(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = dice.between(1, letters.len() - 2);
    match dice.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = *dice.pick(&['а', 'о', 'п', 'р', 'л', 'н', 'е']),
    }
    letters.into_iter().collect()
}

/// The path and query of a search for `text`.
pub(crate) fn search_path(text: &str) -> String {
    use std::fmt::Write as _;
    let mut path = "/api/v1/search?locale=ru&q=".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}
