//! Text to terms, by locale: where words begin and end, how they are folded and stemmed.
//!
//! Articles and queries go through the same [`Analyzer`], or they would never meet.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, RwLock};

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::repair::Script;
use crate::article::Locale;

/// How a language's words are stemmed: its own algorithm, and one for words in Latin letters that
/// stand among words of another script («email», "wager" in a Russian text).
///
/// A new language is a line here. One that is missing is searched by its words as they are.
const LANGUAGES: &[(&str, Algorithm, Option<Algorithm>)] = &[
    ("ru", Algorithm::Russian, Some(Algorithm::English)),
    ("en", Algorithm::English, None),
    ("de", Algorithm::German, None),
    ("es", Algorithm::Spanish, None),
    ("fr", Algorithm::French, None),
    ("it", Algorithm::Italian, None),
    ("pt", Algorithm::Portuguese, None),
    ("tr", Algorithm::Turkish, None),
];

/// Languages written in Cyrillic letters, for those who type them on a Latin keyboard.
const CYRILLIC: &[&str] = &["ru", "be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "uk"];

/// Longest word that is told from its like, in characters; the rest of a longer one is ignored.
const MAX_WORD: usize = 48;

/// Stems remembered: more than the vocabulary of a large help center.
const MAX_REMEMBERED: usize = 200_000;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Folded: lower case, ё as е, no accents.
    pub exact: Arc<str>,
    /// The part that its forms share.
    pub stem: Arc<str>,
}

/// A word without its place.
#[derive(Debug, Clone)]
pub(super) struct Forms {
    pub(super) exact: Arc<str>,
    pub(super) stem: Arc<str>,
}

/// Text to words, for one locale.
#[derive(Debug)]
pub struct Analyzer {
    script: Script,
    native: Option<Algorithm>,
    latin: Option<Algorithm>,
    /// Words already folded and stemmed: a help center says the same few thousand words over and
    /// over, and stemming one costs ten times as much as looking it up.
    known: RwLock<HashMap<Box<str>, Forms>>,
}

impl Analyzer {
    /// The analyzer of a locale.
    pub fn new(locale: &Locale) -> Self {
        let (native, latin) = LANGUAGES
            .iter()
            .find(|(language, ..)| *language == locale.language())
            .map_or((None, None), |(_, native, latin)| (Some(*native), *latin));
        let is_cyrillic = CYRILLIC.contains(&locale.language());
        let script = if is_cyrillic { Script::Cyrillic } else { Script::Latin };
        Self { script, native, latin, known: RwLock::default() }
    }

    /// The alphabet of its language.
    pub(super) fn script(&self) -> Script {
        self.script
    }

    /// The words of a text, in order.
    pub fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::with_capacity(text.len() / 10);
        self.each_word(text, |range, forms| {
            words.push(Word {
                range,
                exact: Arc::clone(&forms.exact),
                stem: Arc::clone(&forms.stem),
            });
        });
        words
    }

    /// Calls `on_word` with each word of a text, in order.
    pub(super) fn each_word(&self, text: &str, mut on_word: impl FnMut(Range<usize>, &Forms)) {
        // Held for the whole text: taking it anew for each word would cost more than the look-up.
        let mut known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        for range in word_ranges(text) {
            let written = &text[range.clone()];
            if let Some(forms) = known.get(written) {
                on_word(range, forms);
                continue;
            }
            drop(known);
            let forms = self.forms(written);
            if let Some(forms) = &forms {
                self.remember(written, forms);
                on_word(range, forms);
            }
            known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn remember(&self, written: &str, forms: &Forms) {
        let mut known = self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() < MAX_REMEMBERED {
            known.insert(written.into(), forms.clone());
        }
    }

    /// Folds and stems one word. `None` when nothing is left of it.
    fn forms(&self, written: &str) -> Option<Forms> {
        let exact = fold(written);
        if exact.is_empty() {
            return None;
        }
        let is_latin = exact.bytes().all(|b| b.is_ascii());
        let algorithm = if is_latin { self.latin.or(self.native) } else { self.native };
        let stem = match algorithm {
            // Numbers and codes have no forms.
            Some(algorithm) if exact.chars().all(is_letter) => stem(algorithm, &exact),
            _ => exact.clone(),
        };
        let exact: Arc<str> = exact.into();
        let stem =
            if stem.is_empty() || *stem == *exact { Arc::clone(&exact) } else { stem.into() };
        Some(Forms { exact, stem })
    }
}

/// What the forms of a word share.
///
/// Russian nouns like «депозит» and «лимит» end as verbs do, so that Snowball makes `депоз` of the
/// nominative and `депозит` of the genitive; stemming what is left once more joins them.
fn stem(algorithm: Algorithm, word: &str) -> String {
    let stemmer = Stemmer::new(algorithm);
    let once = stemmer.stem(word);
    if algorithm == Algorithm::Russian && once.ends_with("ит") {
        return stemmer.stem(&once).into_owned();
    }
    once.into_owned()
}

/// Lower case, one form for each letter however it was typed: ё as е, `é` as `e`, `ﬁ` as `fi`.
///
/// й stays: it is a letter of its own, not an и with an ornament.
pub(super) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let is_part = |c: &char| c.is_alphanumeric() || is_combining_mark(*c);
    // What is left out may have kept two parts of a letter from becoming one.
    let parts = word.nfkc().flat_map(char::to_lowercase).filter(is_part).nfc();
    for c in parts.take(MAX_WORD) {
        match c {
            'ё' => folded.push('е'),
            c if c.is_ascii_alphanumeric() || ('а'..='я').contains(&c) => folded.push(c),
            c if is_combining_mark(c) => {}
            c => match without_accent(c) {
                Some(base) => folded.push(base),
                None => folded.push(c),
            },
        }
    }
    folded
}

/// The ASCII letter under an accent.
fn without_accent(c: char) -> Option<char> {
    let mut parts = std::iter::once(c).nfd();
    parts.next().filter(char::is_ascii_alphanumeric)
}

/// Where the words of a text stand: letters, digits and the marks upon them, with apostrophes
/// inside.
fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let start = loop {
            let (at, c) = chars.next()?;
            if is_alphanumeric(c) {
                break at..at + c.len_utf8();
            }
        };
        let mut end = start.end;
        while let Some(&(at, c)) = chars.peek() {
            let inside = is_word_char(c)
                || (is_apostrophe(c)
                    && text[at + c.len_utf8()..].chars().next().is_some_and(char::is_alphabetic));
            if !inside {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        Some(start.start..end)
    })
}

/// Whether a character is a letter: the standard library looks those that are not ASCII up in a
/// table; most letters here are Russian, and need none.
pub(super) fn is_letter(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я') || c.is_alphabetic()
}

fn is_alphanumeric(c: char) -> bool {
    is_letter(c) || c.is_numeric()
}

fn is_word_char(c: char) -> bool {
    // Soft hyphens and zero-width characters stand inside words without dividing them.
    is_alphanumeric(c)
        || is_combining_mark(c)
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// Texts whose terms tell one version of the analysis from another: when a stemmer changes with
/// an update, the index must be built anew.
pub(super) fn fingerprint() -> u64 {
    const PROBES: &str = "пополнение выводить деньги верификация заблокировали отыгрыша счёт \
        самоисключение withdrawal verified running accounts abhängigkeiten kullanıcıların café";
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    for (language, ..) in LANGUAGES {
        if let Ok(locale) = language.parse() {
            Analyzer::new(&locale).each_word(PROBES, |_, forms| {
                hash.update(forms.stem.as_bytes());
                hash.update(b" ");
            });
        }
    }
    hash.digest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stems(locale: &str, text: &str) -> Vec<String> {
        let analyzer = Analyzer::new(&locale.parse().unwrap());
        analyzer.words(text).iter().map(|word| word.stem.to_string()).collect()
    }

    #[test]
    fn forms_of_a_russian_word_share_a_stem() {
        assert_eq!(stems("ru", "карта карту картой"), ["карт", "карт", "карт"]);
        assert_eq!(stems("ru", "счёт счет СЧЁТА"), ["счет", "счет", "счет"]);
        assert_eq!(stems("ru", "депозит депозита лимиты лимит"), ["депоз", "депоз", "лим", "лим"]);
    }

    #[test]
    fn a_short_i_is_a_letter_of_its_own_however_it_is_typed() {
        let exact = |text: &str| fold(text);
        assert_eq!(exact("мой"), "мой");
        assert_eq!(exact("мои\u{306}"), "мой");
        assert_eq!(exact("за\u{301}мок"), "замок");
        assert_eq!(exact("Café ﬁnal"), "cafefinal");
    }

    #[test]
    fn english_words_in_russian_text_are_stemmed_as_english() {
        assert_eq!(stems("ru", "emails wagering"), ["email", "wager"]);
        assert_eq!(stems("en", "withdrawals don't"), ["withdraw", "dont"]);
    }

    #[test]
    fn german_and_turkish_take_a_line_each() {
        assert_eq!(stems("de", "Konten Häuser"), ["kont", "haus"]);
        assert_eq!(stems("tr", "hesaplar"), ["hesap"]);
    }

    #[test]
    fn numbers_and_codes_stay_as_they_are() {
        assert_eq!(stems("ru", "ошибка 504, x35, 1 000 ₽"), ["ошибк", "504", "x35", "1", "000"]);
    }

    proptest! {
        #[test]
        fn every_word_stands_in_its_text(text in "\\PC{0,200}") {
            let analyzer = Analyzer::new(&"ru".parse().unwrap());
            let mut last = 0;
            for word in analyzer.words(&text) {
                prop_assert!(word.range.start >= last);
                prop_assert!(text.get(word.range.clone()).is_some());
                prop_assert!(!word.exact.is_empty() && !word.stem.is_empty());
                last = word.range.end;
            }
        }

        #[test]
        fn folding_twice_changes_nothing(word in "\\PC{0,40}") {
            let once = fold(&word);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
