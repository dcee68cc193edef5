//! A help center of any size, made of real sentences; article number n is the same in all sizes.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::dice::Dice;
use crate::source::Source;

/// Topic folder, title, number in the list.
const TOPICS: [(&str, &str); 9] = [
    ("registration", "Регистрация"),
    ("account", "Аккаунт"),
    ("payments", "Платежи"),
    ("bonuses", "Бонусы"),
    ("content", "Публикации"),
    ("channels", "Каналы"),
    ("rights", "Авторские права"),
    ("technical", "Техника"),
    ("support", "Поддержка"),
];
const TAGS: [&str; 12] = [
    "account",
    "money",
    "video",
    "errors",
    "rules",
    "mobile",
    "limits",
    "documents",
    "contact",
    "security",
    "start",
    "reports",
];
/// Bytes that an article is cut to. The last sentence runs over: about 1,800 on average.
const SMALLEST: usize = 1_100;
const LARGEST: usize = 1_700;
/// Longest title that lists show whole, in characters.
const TITLE: usize = 68;

/// One article, ready to be written.
pub(crate) struct Article {
    /// Its name in answers.
    pub(crate) id: String,
    /// Below the articles folder.
    pub(crate) path: PathBuf,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// Makes articles one after another.
pub(crate) struct Corpus<'a> {
    source: &'a Source,
    seed: u64,
    made: usize,
    titles: HashSet<String>,
}

impl<'a> Corpus<'a> {
    pub(crate) fn new(source: &'a Source, seed: u64) -> Self {
        Self { source, seed, made: 0, titles: HashSet::new() }
    }

    /// Writes a whole help center of `count` articles; the bytes of its articles.
    pub(crate) fn write(source: &'a Source, seed: u64, root: &Path, count: usize) -> Result<u64> {
        for (order, (topic, title)) in TOPICS.iter().enumerate() {
            let folder = root.join("ru").join(topic);
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            let page = format!(
                "---\ntitle: {title}\nsummary: Статьи о теме «{title}».\norder: {order}\n---\n{title}.\n"
            );
            fs::write(folder.join("_index.md"), page)?;
        }
        fs::write(
            root.join("site.yaml"),
            "name: Справка\nbase_url: https://help.example.com\nlocales: [ru]\n",
        )?;
        fs::write(root.join("ru/_index.md"), "---\ntitle: Справка\n---\nНайдём ответ.\n")?;
        let mut bytes = 0;
        for article in Self::new(source, seed).take(count) {
            bytes += article.text.len() as u64;
            fs::write(root.join(&article.path), &article.text)?;
        }
        Ok(bytes)
    }

    /// A real title, with a piece of a sentence where it alone has been given already.
    fn title(&mut self, dice: &mut Dice) -> String {
        let mut title = first_words(self.source.title(dice), 9, TITLE);
        while !self.titles.insert(title.to_lowercase()) {
            let words = dice.between(2, 4);
            let head = first_words(self.source.title(dice), 5, TITLE - 28);
            title = format!("{head}, {}", piece(self.source, dice, words).to_lowercase());
            title = first_words(&title, 12, TITLE);
        }
        title
    }

    fn header(&self, dice: &mut Dice, title: &str) -> String {
        let mut text = format!("---\ntitle: \"{title}\"\n");
        let summary = first_words(self.source.sentence(dice), 20, 110);
        let _ = writeln!(text, "summary: \"{summary}\"\nquestions:");
        for _ in 0..dice.between(1, 2) {
            let question = self.source.question(dice).trim_end_matches(['?', '.']);
            let _ = writeln!(
                text,
                "  - \"{} {}\"",
                first_words(question, 8, 80),
                piece(self.source, dice, 2).to_lowercase()
            );
        }
        let (tag, other) = (dice.pick(&TAGS), dice.pick(&TAGS));
        let tags = if tag == other { (*tag).to_owned() } else { format!("{tag}, {other}") };
        let _ = writeln!(text, "tags: [{tags}]\n---");
        text
    }

    /// Sections until the article has its size: paragraphs, now and then a list or a table.
    fn body(&self, dice: &mut Dice, text: &mut String) {
        let size = dice.between(SMALLEST, LARGEST);
        let sections = dice.between(3, 4);
        let mut headings = HashSet::new();
        for section in 1..=sections {
            let heading = first_words(self.source.title(dice), 6, 50);
            if !headings.insert(heading.clone()) {
                continue;
            }
            let _ = writeln!(text, "\n## {heading}?\n");
            match dice.below(5) {
                0 => self.list(dice, text),
                1 => self.table(dice, text),
                _ => text.push_str(self.source.sentence(dice)),
            }
            let end = size * section / sections;
            while text.len() < end {
                let is_new_paragraph = text.ends_with('\n') || dice.below(3) == 0;
                text.push_str(if is_new_paragraph { "\n\n" } else { " " });
                text.push_str(self.source.sentence(dice));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }

    fn list(&self, dice: &mut Dice, text: &mut String) {
        for _ in 0..dice.between(3, 5) {
            let _ = writeln!(text, "- {}", piece(self.source, dice, 4));
        }
    }

    fn table(&self, dice: &mut Dice, text: &mut String) {
        text.push_str("| Что | Как |\n|---|---|\n");
        for _ in 0..dice.between(2, 3) {
            let (left, right) = (piece(self.source, dice, 2), piece(self.source, dice, 3));
            let _ = writeln!(text, "| {left} | {right} |");
        }
    }
}

impl Iterator for Corpus<'_> {
    type Item = Article;

    fn next(&mut self) -> Option<Article> {
        let number = self.made;
        self.made += 1;
        let dice = &mut Dice::new(self.seed, number as u64 + 1);
        let topic = TOPICS[number % TOPICS.len()].0;
        let id = format!("entry-{number:06}");
        let title = self.title(dice);
        let mut text = self.header(dice, &title);
        text.push_str(self.source.sentence(dice));
        // A link to an earlier article of the topic, so that it leads somewhere in every size.
        if number >= TOPICS.len() {
            let earlier = number - TOPICS.len() * dice.between(1, number / TOPICS.len());
            let anchor = piece(self.source, dice, 2).to_lowercase();
            let _ = write!(text, " Смотрите также [{anchor}](entry-{earlier:06}.md).");
        }
        // Recombined sentences alone would stop bringing new words after the first hundred
        // articles; real dictionaries go on growing, and searching for typos costs by their size.
        let (one, two) = (coined(self.source, dice), coined(self.source, dice));
        let _ = writeln!(text, " Внутреннее название: {one} {two}.");
        self.body(dice, &mut text);
        let path = PathBuf::from(format!("ru/{topic}/{id}.md"));
        Some(Article { id, path, title, text })
    }
}

/// The beginning of `text`: at most so many words and characters, with no comma at its end.
pub(crate) fn first_words(text: &str, words: usize, characters: usize) -> String {
    let mut taken = String::new();
    let mut length = 0;
    for word in text.split_whitespace().take(words) {
        length += word.chars().count() + 1;
        if length > characters && !taken.is_empty() {
            break;
        }
        if !taken.is_empty() {
            taken.push(' ');
        }
        taken.push_str(word);
    }
    taken.trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '»').to_owned()
}

/// Some neighbouring words of a sentence.
fn piece(source: &Source, dice: &mut Dice, words: usize) -> String {
    let all = words_of(source.sentence(dice));
    let start = dice.below(all.len().saturating_sub(words) + 1);
    all[start..].iter().take(words).copied().collect::<Vec<_>>().join(" ")
}

/// The words of a text, without marks.
pub(crate) fn words_of(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// A word that nobody has written yet: the beginning of one and the end of another.
fn coined(source: &Source, dice: &mut Dice) -> String {
    let mut half = |is_end: bool| {
        let word = loop {
            let words = words_of(source.sentence(dice));
            let word = *dice.pick(&words);
            if word.chars().count() >= 6 && word.chars().all(char::is_alphabetic) {
                break word.to_lowercase();
            }
        };
        let middle = word.char_indices().nth(word.chars().count() / 2).map_or(0, |(at, _)| at);
        if is_end { word[middle..].to_owned() } else { word[..middle].to_owned() }
    };
    half(false) + &half(true)
}

/// A word of letters that is far from every other one, so that no typo tolerance finds it early.
pub(crate) fn fresh_word(dice: &mut Dice) -> String {
    const CONSONANTS: [char; 12] = ['б', 'в', 'г', 'д', 'ж', 'з', 'к', 'м', 'п', 'р', 'ф', 'ц'];
    const VOWELS: [char; 5] = ['а', 'о', 'у', 'ы', 'э'];
    // It ends in a consonant no Russian ending has, so that stemming leaves it alone.
    (0..7).flat_map(|_| [*dice.pick(&CONSONANTS), *dice.pick(&VOWELS)]).chain(['ф']).collect()
}
