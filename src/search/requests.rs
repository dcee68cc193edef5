//! How people ask without a question mark: «подскажите, куда платить». Which sentence of a message
//! asks is decided here; what it asks is found by its other words.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::analysis::fold;

/// Words that say that something is asked, and not what, by language; folded, with the ways in
/// which they are most often misspelt.
const REQUESTS: [(&str, &[&str]); 2] = [
    ("en", &["advise", "explain", "please", "pls", "plz", "tell", "wonder", "wondering"]),
    (
        "ru",
        &[
            "интересует",
            "непонятно",
            "объясни",
            "объясните",
            "ответьте",
            "плиз",
            "подскажи",
            "подскажите",
            "пожайлуста",
            "пожалуйста",
            "пожалуста",
            "помоги",
            "помогите",
            "посоветуйте",
            "расскажите",
            "скажи",
            "скажите",
            "уточните",
        ],
    ),
];

fn words_of(language: &str) -> &'static [&'static str] {
    REQUESTS.iter().find(|(known, _)| *known == language).map_or(&[], |(_, words)| words)
}

/// Other words of a sentence that asks: «Здравствуйте, подскажите пожалуйста» only begins to.
const LEAST_WORDS: usize = 2;

/// Whether a sentence asks something.
pub(super) fn asks(text: &str, language: &str) -> bool {
    let requests = words_of(language);
    let is_request = |word: &&str| requests.contains(&fold(word).as_str());
    let (asking, others): (Vec<&str>, Vec<&str>) = text.unicode_words().partition(is_request);
    text.contains('?') || !asking.is_empty() && others.len() >= LEAST_WORDS
}

/// A text without the words that only say that it asks: an article that happens to have one of them
/// is not meant.
pub(super) fn what_is_asked<'a>(text: &'a str, language: &str) -> Cow<'a, str> {
    let requests = words_of(language);
    let mut asked = Cow::Borrowed(text);
    for (at, word) in text.unicode_word_indices() {
        if requests.contains(&fold(word).as_str()) {
            // Places stay where they are.
            asked.to_mut().replace_range(at..at + word.len(), &" ".repeat(word.len()));
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_politely_asks() {
        for (text, language, expected) in [
            ("Где мой вывод?", "ru", true),
            ("Подскажите, куда платить", "ru", true),
            ("добавьте мне его пожалуста вручную", "ru", true),
            ("Никто ничего не пишет.", "ru", false),
            ("Здравствуйте, подскажите пожалуйста.", "ru", false),
            ("so please explain that too", "en", true),
            ("Roulette is the same.", "en", false),
            // Of a language whose words are not known, only the mark tells.
            ("Bitte sagen Sie mir, wo", "de", false),
            ("Wo?", "de", true),
        ] {
            assert_eq!(asks(text, language), expected, "{text}");
        }
    }

    #[test]
    fn the_words_of_a_request_are_not_what_is_asked() {
        let asked = what_is_asked("Пожалуйста, объясните лимиты", "ru");
        assert_eq!(asked.split_whitespace().collect::<Vec<_>>(), [",", "лимиты"]);
        assert_eq!(what_is_asked("limits", "en"), "limits");
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_its_places(text in "\\PC{0,80}", asked in proptest::bool::ANY) {
            let text = if asked { format!("Скажите {text} пожалуйста") } else { text };
            assert_eq!(what_is_asked(&text, "ru").len(), text.len());
        }
    }
}
