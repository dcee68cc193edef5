//! How hard a text is to read: words, sentences, and a score of the language that it is in.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Article, Locale};

/// Sentences told, longest first.
const TOLD: usize = 3;
/// Words that tell a sentence from others when it is looked for in its file.
const TELLING: usize = 6;
/// Characters of a sentence that are told.
const BEGINNING: usize = 80;
/// Stands between the cells of a table in plain text.
const CELLS: &str = " · ";

/// Figures of a text. Headings, title and front matter are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Readability {
    /// All words.
    pub words: usize,
    /// All sentences; an item of a list or a cell of a table is one too.
    pub sentences: usize,
    /// How long an adult takes to read it.
    pub seconds: u64,
    /// About 0 (hard) to 100 (easy); `None` in a language without a formula, and without words.
    pub score: Option<f64>,
    /// The longest sentences, longest first.
    pub longest: Vec<Sentence>,
}

/// A sentence and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The line of the file that it begins in.
    pub line: u32,
    /// How many words it has.
    pub words: usize,
    /// Its beginning.
    pub text: String,
}

/// What is known of how a language reads.
struct Language {
    tag: &'static str,
    /// The formula: a constant, and the weights of words a sentence and of syllables a word.
    formula: (f64, f64, f64),
    syllables: fn(&str) -> usize,
    /// Words that an adult reads silently in a minute.
    speed: usize,
}

/// English: R. Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948), 221–233.
///
/// Russian: И. В. Оборнева, Автоматизированная оценка сложности учебных текстов на основе
/// статистических параметров, диссертация, Москва 2006: the same measure with the weights fitted to
/// Russian, whose words are longer and whose sentences are shorter.
///
/// Speed: S. Trauzettel-Klosinski and K. Dietz, Standardized assessment of reading performance: the new
/// International Reading Speed Texts `IReST`, Investigative Ophthalmology & Visual Science 53 (2012).
const LANGUAGES: [Language; 2] = [
    Language {
        tag: "en",
        formula: (206.835, 1.015, 84.6),
        syllables: english_syllables,
        speed: 228,
    },
    Language { tag: "ru", formula: (206.835, 1.3, 60.1), syllables: vowels, speed: 184 },
];
/// Of a language that is not among them.
const SPEED: usize = 184;

impl Readability {
    /// The figures of an article.
    pub fn of(article: &Article) -> Self {
        let language = language(&article.locale);
        let mut sentences: Vec<(usize, usize, &str)> = Vec::new();
        let (mut words, mut syllables) = (0, 0);
        for (at, section) in article.sections.iter().enumerate() {
            for sentence in sentences_of(&section.text) {
                let count = sentence.unicode_words().count();
                if let Some(language) = language {
                    syllables += sentence.unicode_words().map(language.syllables).sum::<usize>();
                }
                words += count;
                sentences.push((count, at, sentence));
            }
        }
        let number = sentences.len();
        let score = language.filter(|_| words > 0).map(|language| {
            let (constant, by_length, by_syllables) = language.formula;
            let (words, sentences) = (words as f64, number as f64);
            constant - by_length * words / sentences - by_syllables * syllables as f64 / words
        });
        sentences.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
        let body = article.body();
        let head = body.source.get(..body.markdown_from).unwrap_or_default();
        let text_begins = head.matches('\n').count() as u32 + 1;
        let longest = sentences.iter().take(TOLD).map(|&(words, at, text)| {
            let from = article.sections[at].spot.line.max(text_begins);
            let line = line_of(&body.source, from, text);
            Sentence { line, words, text: super::plain::beginning(text, BEGINNING) }
        });
        let speed = language.map_or(SPEED, |language| language.speed);
        Self {
            words,
            sentences: number,
            seconds: (words * 60).div_ceil(speed) as u64,
            score,
            longest: longest.collect(),
        }
    }

    /// Words a sentence; zero without any.
    pub fn average(&self) -> f64 {
        self.words as f64 / self.sentences.max(1) as f64
    }
}

fn language(locale: &Locale) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.tag == locale.language())
}

/// The sentences of a plain text. What has no word in it is none.
fn sentences_of(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.lines().flat_map(|line| line.split(CELLS));
    parts.flat_map(str::unicode_sentences).map(str::trim)
}

/// Russian has as many syllables as vowels; words in Latin letters are read by theirs.
fn vowels(word: &str) -> usize {
    word.to_lowercase().chars().filter(|c| "аеёиоуыэюяaeiouy".contains(*c)).count()
}

/// English by its rules of thumb: vowels that stand together are one syllable, a last `e` is silent
/// unless it carries `l`, and `ed` is heard after `t` and `d` alone.
fn english_syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let is_vowel = |c: char| "aeiouy".contains(c);
    let mut groups = 0;
    let mut was_vowel = false;
    for c in word.chars() {
        groups += usize::from(is_vowel(c) && !was_vowel);
        was_vowel = is_vowel(c);
    }
    let ends_after = |end: &str, is_so: fn(char) -> bool| {
        word.strip_suffix(end).and_then(|rest| rest.chars().next_back()).is_some_and(is_so)
    };
    let is_consonant = |c: char| !"aeiouy".contains(c);
    let is_silent = (ends_after("e", is_consonant) && !ends_after("le", is_consonant))
        || ends_after("ed", |c| !"aeiouytd".contains(c));
    (groups - usize::from(is_silent && groups > 1)).max(1)
}

/// The line of the file, from this one on, in which a sentence begins: found by its first words, for
/// the file has markup between them.
fn line_of(source: &str, from: u32, sentence: &str) -> u32 {
    let wanted: Vec<&str> = sentence.unicode_words().take(TELLING).collect();
    let lines = source.lines().enumerate().skip(from.saturating_sub(1) as usize);
    let words: Vec<(&str, u32)> = lines
        .flat_map(|(at, line)| line.unicode_words().map(move |word| (word, at as u32 + 1)))
        .collect();
    let matching = |at: usize| {
        let pairs = words[at..].iter().zip(&wanted);
        pairs.take_while(|((word, _), wanted)| word == *wanted).count()
    };
    let mut best = (0, from);
    for (at, (_, line)) in words.iter().enumerate() {
        let count = matching(at);
        if count > best.0 {
            best = (count, *line);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Parsed, Source, SourcePath, parse};

    fn readability(locale: &str, text: &str) -> Readability {
        let path = SourcePath::new(&format!("{locale}/pay/card.md"));
        let bytes = format!("---\ntitle: A title of six whole words\n---\n{text}\n").into_bytes();
        match parse(&Source { path, bytes, modified: None }) {
            (Parsed::Article(article), _) => Readability::of(&article),
            (_, problems) => panic!("{problems:?}"),
        }
    }

    fn assert_score(found: &Readability, expected: f64) {
        let score = found.score.unwrap();
        assert!((score - expected).abs() < 0.01, "{score} is not {expected}: {found:?}");
    }

    #[test]
    fn english_is_measured_by_flesch() {
        // please 1, choose 1, a 1, pay-ment 2, meth-od 2.
        let found = readability("en", "Please choose a payment method.");
        assert_eq!((found.words, found.sentences), (5, 1));
        assert_score(&found, 206.835 - 1.015 * 5.0 - 84.6 * 7.0 / 5.0);
        let found = readability("en", "The cat sat on the mat.");
        assert_score(&found, 116.145);
    }

    #[test]
    fn english_syllables_are_counted_as_they_are_heard() {
        for (word, syllables) in [
            ("table", 2),
            ("card", 1),
            ("take", 1),
            ("the", 1),
            ("wanted", 2),
            ("passed", 1),
            ("identity", 4),
            ("Withdrawal", 3),
            ("be", 1),
            ("24", 1),
        ] {
            assert_eq!(english_syllables(word), syllables, "{word}");
        }
    }

    #[test]
    fn russian_is_measured_by_oborneva() {
        // День-ги 2, при-дут 2, се-го-дня 3; жди-те 2, пись-мо 2.
        let found = readability("ru", "Деньги придут сегодня. Ждите письмо.");
        assert_eq!((found.words, found.sentences), (5, 2));
        assert!((found.average() - 2.5).abs() < 1e-9);
        assert_score(&found, 206.835 - 1.3 * 5.0 / 2.0 - 60.1 * 11.0 / 5.0);
        assert_eq!(vowels("объяснение"), 5);
        assert_eq!((vowels("в"), vowels("VISA")), (0, 2));
    }

    #[test]
    fn items_and_cells_are_sentences_and_another_language_has_no_score() {
        let found = readability("kk", "- one two\n- three\n\n| a | b c |\n|---|---|\n| d | e |");
        assert_eq!((found.words, found.sentences), (8, 6));
        assert_eq!(found.score, None);
    }

    #[test]
    fn a_long_sentence_is_found_in_its_line_whatever_markup_is_between() {
        let text = "First things first.\n\n## When {#when}\n\nFirst things. After **that**, [ask \
                    us](mailto:a@b.example) for it,\nand *wait* until we have looked at it.\n";
        let found = readability("en", text);
        assert_eq!(found.longest[0].words, 14);
        assert_eq!(found.longest[0].line, 8);
        assert!(found.longest[0].text.starts_with("After that, ask us"));
    }

    #[test]
    fn four_minutes_of_reading_are_four_minutes() {
        assert_eq!(readability("ru", &"слово ".repeat(736)).seconds, 240);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,80}", locale in "ru|en|de") {
            let path = SourcePath::new(&format!("{locale}/pay/card.md"));
            let locale = locale.parse().unwrap();
            let article = Article::plain(path, &locale, "card".parse().unwrap(), "A", &text);
            Readability::of(&article);
        }
    }
}
