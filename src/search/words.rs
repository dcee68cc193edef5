//! Where the words of an article stand, so that a snippet never analyzes text again.

use std::ops::Range;

use crate::article::Article;

use super::Analyzer;

/// Where a word stands, in two bytes: a large help center has millions of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Bytes from the end of the word before it; [`FAR`] for what is no word but only bridges a gap.
    gap: u8,
    /// Its bytes; of a longer one these are its beginning.
    length: u8,
}

/// More bytes between two words than a place can tell.
const FAR: u8 = u8::MAX;
/// Stands for the term of what is no word.
const NO_WORD: u32 = 0;

/// The words of a text: what each of them is, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'a> {
    /// See [`term_hash`].
    pub(super) terms: &'a [u32],
    places: &'a [Place],
}

impl<'a> Tokens<'a> {
    /// Where each word stands, in bytes.
    pub(super) fn ranges(self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let mut end = 0;
        self.places.iter().map(move |place| {
            let start = end + usize::from(place.gap);
            end = start + usize::from(place.length);
            start..end
        })
    }
}

/// The words of texts, gathered one after the other.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    terms: Vec<u32>,
    places: Vec<Place>,
}

impl Gathered {
    /// Adds the words of a text.
    pub(super) fn add(&mut self, text: &str, analyzer: &Analyzer) {
        let mut end = 0;
        analyzer.each_word(text, |range, forms| {
            let mut gap = range.start - end;
            while gap >= usize::from(FAR) {
                self.terms.push(NO_WORD);
                self.places.push(Place { gap: FAR, length: 0 });
                gap -= usize::from(FAR);
            }
            // Both fit: the gap is less, and of the length no more is taken.
            let length = range.len().min(usize::from(u8::MAX));
            self.places.push(Place { gap: gap as u8, length: length as u8 });
            self.terms.push(term_hash(&forms.stem));
            end = range.start + length;
        });
    }

    pub(super) fn tokens(&self) -> Tokens<'_> {
        Tokens { terms: &self.terms, places: &self.places }
    }
}

/// A stem as a number. Two stems rarely share one, and all that suffers is a highlight.
pub(super) fn term_hash(stem: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(stem.as_bytes()) as u32
}

/// All words of an article.
#[derive(Debug, Clone)]
pub(super) struct ArticleWords {
    terms: Box<[u32]>,
    places: Box<[Place]>,
    /// Where each part ends: the title, each question, then heading and text of each section.
    ends: Box<[u32]>,
    questions: usize,
}

impl ArticleWords {
    pub(super) fn of(article: &Article, analyzer: &Analyzer) -> Self {
        let mut all = Gathered::default();
        let mut ends = Vec::with_capacity(1 + article.questions.len() + 2 * article.sections.len());
        let mut add = |text: &str| {
            all.add(text, analyzer);
            ends.push(all.terms.len() as u32);
        };
        add(&article.title);
        for question in &article.questions {
            add(question);
        }
        for section in &article.sections {
            add(&section.heading);
            add(&section.text);
        }
        let Gathered { terms, places } = all;
        let questions = article.questions.len();
        Self { terms: terms.into(), places: places.into(), ends: ends.into(), questions }
    }

    fn part(&self, at: usize) -> Tokens<'_> {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        let part = from..self.ends[at] as usize;
        Tokens { terms: &self.terms[part.clone()], places: &self.places[part] }
    }

    /// What is said anywhere in it.
    pub(super) fn all_terms(&self) -> &[u32] {
        &self.terms
    }

    pub(super) fn title(&self) -> Tokens<'_> {
        self.part(0)
    }

    pub(super) fn questions(&self) -> impl Iterator<Item = Tokens<'_>> {
        (0..self.questions).map(|at| self.part(1 + at))
    }

    /// How many sections it has.
    pub(super) fn sections(&self) -> usize {
        (self.ends.len() - 1 - self.questions) / 2
    }

    pub(super) fn heading(&self, section: usize) -> Tokens<'_> {
        self.part(1 + self.questions + 2 * section)
    }

    pub(super) fn text(&self, section: usize) -> Tokens<'_> {
        self.part(2 + self.questions + 2 * section)
    }
}
