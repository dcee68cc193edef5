//! What readers of an article are told otherwise than in an earlier version: what a translator has to
//! look at. How a file is written, its markup and its line ends, is no difference.

use rustc_hash::FxHashMap as HashMap;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::article::{Anchor, Article, Section};

/// What differs between two versions of an article for who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// What differs besides the sections: `title`, `summary`, `questions`, `contact`, `links`.
    pub keys: Vec<&'static str>,
    /// The sections that differ, those that are gone last.
    pub sections: Vec<DriftedSection>,
    /// Words that the newer version has more.
    pub words_added: usize,
    /// Words that it has no more.
    pub words_removed: usize,
}

/// A section that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftedSection {
    /// Its name in the page.
    pub anchor: Anchor,
    /// Its heading; empty for the text before any heading.
    pub heading: String,
    /// What became of it.
    pub became: Became,
}

/// What became of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It says something else.
    Changed,
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
}

impl Became {
    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

impl Drift {
    /// What the newer version says otherwise.
    pub fn between(older: &Article, newer: &Article) -> Self {
        let mut drift = Self::default();
        let lead = |article: &Article| article.sections.first().map(|s| s.text.clone());
        // A summary that nobody wrote is the beginning of the text, which is told anyway.
        let summary = older.summary != newer.summary && lead(older) == lead(newer);
        let targets = |article: &Article| -> Vec<_> {
            article.links.iter().map(|link| (link.target.clone(), link.image)).collect()
        };
        for (key, differs) in [
            ("title", older.title != newer.title),
            ("summary", summary),
            ("questions", older.questions != newer.questions),
            ("contact", older.contact != newer.contact),
            ("links", targets(older) != targets(newer)),
        ] {
            if differs {
                drift.keys.push(key);
            }
        }
        drift.count(&older.title, &newer.title);
        if summary {
            drift.count(&older.summary, &newer.summary);
        }
        drift.count(&older.questions.join("\n"), &newer.questions.join("\n"));
        let before: HashMap<&Anchor, &Section> =
            older.sections.iter().map(|section| (&section.anchor, section)).collect();
        for section in &newer.sections {
            match before.get(&section.anchor) {
                Some(old) if says_the_same(old, section) => {}
                Some(old) => drift.add(Some(old), section, Became::Changed),
                None => drift.add(None, section, Became::New),
            }
        }
        let gone = |old: &&Section| newer.sections.iter().all(|new| new.anchor != old.anchor);
        for section in older.sections.iter().filter(gone) {
            drift.add(None, section, Became::Gone);
        }
        drift
    }

    /// Whether readers are told the same.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.sections.is_empty()
    }

    /// How many words there are to look at.
    pub fn words(&self) -> usize {
        self.words_added + self.words_removed
    }

    fn add(&mut self, old: Option<&Section>, section: &Section, became: Became) {
        // The text before any heading is always there: empty, it is nothing that came or went.
        if became != Became::Changed && section.heading.is_empty() && section.text.is_empty() {
            return;
        }
        let text = |section: &Section| format!("{}\n{}", section.heading, section.text);
        match (became, old) {
            (Became::Gone, _) => self.count(&text(section), ""),
            (_, old) => self.count(&old.map(text).unwrap_or_default(), &text(section)),
        }
        self.sections.push(DriftedSection {
            anchor: section.anchor.clone(),
            heading: section.heading.clone(),
            became,
        });
    }

    /// Counts words that one text has more often than the other.
    fn count(&mut self, old: &str, new: &str) {
        if old == new {
            return;
        }
        let mut balance: HashMap<&str, i64> = HashMap::default();
        new.unicode_words().for_each(|word| *balance.entry(word).or_default() += 1);
        old.unicode_words().for_each(|word| *balance.entry(word).or_default() -= 1);
        for more in balance.values() {
            let count = usize::try_from(more.unsigned_abs()).unwrap_or(usize::MAX);
            if *more > 0 { self.words_added += count } else { self.words_removed += count }
        }
    }
}

fn says_the_same(a: &Section, b: &Section) -> bool {
    a.heading == b.heading && a.level == b.level && words_of(&a.text).eq(words_of(&b.text))
}

/// A text without the way in which its lines are broken.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Parsed, Source, SourcePath, parse};

    fn article(file: &str) -> Article {
        let path = SourcePath::new("ru/payments/fees.md");
        match parse(&Source { path, bytes: file.as_bytes().to_vec(), modified: None }) {
            (Parsed::Article(article), _) => *article,
            (_, problems) => panic!("{problems:?}"),
        }
    }

    const FEES: &str = "---\ntitle: Комиссии\nsummary: Сколько стоит вывод.\n---\n\
        Первые **пять** выводов бесплатны.\n\n## Лимиты {#limits}\n\nДо 100 000 рублей.\n";

    fn drift(newer: &str) -> Drift {
        Drift::between(&article(FEES), &article(newer))
    }

    #[test]
    fn how_a_file_is_written_is_no_difference() {
        for newer in [
            FEES.replace('\n', "\r\n"),
            FEES.replace("**пять**", "*пять*"),
            FEES.replace("пять** выводов", "пять**\nвыводов"),
            FEES.replace("---\ntitle", "---\nowner: Платежи\nreview_by: 2027-01-01\ntitle"),
            FEES.replace("summary: Сколько стоит вывод.", "summary: \"Сколько стоит вывод.\""),
        ] {
            assert_eq!(drift(&newer), Drift::default(), "{newer}");
        }
    }

    #[test]
    fn sections_that_say_something_else_are_named() {
        let newer = FEES.replace("100 000", "50 000") + "\n## Сроки {#time}\n\nДва дня.\n";
        let drift = drift(&newer);
        let told: Vec<(&str, Became)> =
            drift.sections.iter().map(|s| (s.anchor.as_str(), s.became)).collect();
        assert_eq!(told, [("limits", Became::Changed), ("time", Became::New)]);
        assert_eq!((drift.words_added, drift.words_removed), (4, 1), "50, and «Сроки Два дня»");
        assert!(drift.keys.is_empty());
        let back = Drift::between(&article(&newer), &article(FEES));
        assert_eq!(back.sections.last().map(|s| s.became), Some(Became::Gone));
    }

    #[test]
    fn what_stands_in_the_header_and_is_shown_counts() {
        assert_eq!(drift(&FEES.replace("title: Комиссии", "title: Цены")).keys, ["title"]);
        assert_eq!(drift(&FEES.replace("Сколько стоит вывод.", "Цены.")).keys, ["summary"]);
        let linked = FEES.replace("100 000 рублей", "[100 000 рублей](/a/limits)");
        assert_eq!(drift(&linked).keys, ["links"]);
    }
}
