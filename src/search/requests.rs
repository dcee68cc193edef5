//! How people ask without a question mark: «подскажите, куда платить». Which sentence of a message
//! asks is decided here; what it asks is found by its other words.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::analysis::fold;

/// The words of one language, folded.
struct Words {
    language: &'static str,
    /// They say that something is asked, and not what; with the ways in which they are most often
    /// misspelt.
    requests: &'static [&'static str],
    /// They ask only in front of one of `whom`: “tell me where”.
    telling: &'static [&'static str],
    whom: &'static [&'static str],
    /// They stand beside them in a sentence that only begins to ask.
    greetings: &'static [&'static str],
}

const WORDS: [Words; 2] = [
    Words {
        language: "en",
        requests: &["advise", "explain", "please", "pls", "plz", "wonder", "wondering"],
        telling: &["tell"],
        whom: &["me", "us"],
        greetings: &[
            "afternoon",
            "all",
            "dear",
            "evening",
            "good",
            "guys",
            "hello",
            "help",
            "hey",
            "hi",
            "me",
            "morning",
            "support",
            "team",
            "us",
        ],
    },
    Words {
        language: "ru",
        requests: &[
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
        telling: &[],
        whom: &[],
        greetings: &[
            "вам",
            "вас",
            "вечер",
            "вечера",
            "всем",
            "день",
            "добрый",
            "доброго",
            "доброе",
            "дня",
            "здравствуй",
            "здравствуйте",
            "мне",
            "нам",
            "поддержка",
            "привет",
            "приветствую",
            "утра",
            "утро",
        ],
    },
];

/// A sentence that asks has so many words besides its requests and greetings.
const LEAST_WORDS: usize = 2;

/// What a word of a sentence is to its question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Request,
    Greeting,
    Other,
}

/// The words of a text with their places, and what each is.
fn parts<'a>(text: &'a str, language: &str) -> Vec<(usize, &'a str, Part)> {
    let Some(known) = WORDS.iter().find(|known| known.language == language) else {
        return Vec::new();
    };
    let words: Vec<(usize, &str)> = text.unicode_word_indices().collect();
    let folded: Vec<String> = words.iter().map(|(_, word)| fold(word)).collect();
    let part = |at: usize| {
        let word = folded[at].as_str();
        let is_told = || folded.get(at + 1).is_some_and(|next| known.whom.contains(&next.as_str()));
        if known.requests.contains(&word) || known.telling.contains(&word) && is_told() {
            Part::Request
        } else if known.greetings.contains(&word) {
            Part::Greeting
        } else {
            Part::Other
        }
    };
    words.into_iter().enumerate().map(|(at, (place, word))| (place, word, part(at))).collect()
}

/// Whether a sentence asks something: «Здравствуйте, подскажите пожалуйста» only begins to.
pub(super) fn asks(text: &str, language: &str) -> bool {
    let parts = parts(text, language);
    let count = |wanted| parts.iter().filter(|(.., part)| *part == wanted).count();
    text.contains('?') || count(Part::Request) > 0 && count(Part::Other) >= LEAST_WORDS
}

/// A text without the words that only say that it asks: an article that happens to have one of them
/// is not meant.
pub(super) fn what_is_asked<'a>(text: &'a str, language: &str) -> Cow<'a, str> {
    let mut asked = Cow::Borrowed(text);
    for (at, word, _) in parts(text, language).iter().filter(|(.., part)| *part == Part::Request) {
        // Places stay where they are.
        asked.to_mut().replace_range(*at..at + word.len(), &" ".repeat(word.len()));
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
            ("Добрый день, подскажите пожалуйста.", "ru", false),
            ("Помогите мне пожалуйста!", "ru", false),
            ("Hello, please help me", "en", false),
            ("And tell me where that goes.", "en", true),
            ("They tell everybody to wait a week.", "en", false),
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
