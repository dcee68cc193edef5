//! The words of an article, what each is and where it stands, so that neither ranking nor a snippet
//! analyzes text again.

use std::ops::Range;

use crate::article::Article;

use super::Analyzer;

/// Where a word stands, in two bytes: a large help center has millions of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Bytes from the end of the word before it; [`FAR`] when they are more than that.
    gap: u8,
    /// Its bytes; of a longer one these are its beginning.
    length: u8,
}

/// Stands for a gap that is kept by itself: a line of dashes, the rest of a very long word.
const FAR: u8 = u8::MAX;

/// The words of a text: what each of them is, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'a> {
    /// See [`term_hash`].
    pub(super) terms: &'a [u32],
    places: &'a [Place],
    /// The gaps that no place can tell, of this text and others, by word.
    gaps: &'a [(u32, u32)],
    /// What its first word counts as among them.
    first: u32,
}

impl<'a> Tokens<'a> {
    /// Where each word stands, in bytes.
    pub(super) fn ranges(self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let mut end = 0;
        (self.first..).zip(self.places).map(move |(word, place)| {
            let gap = match place.gap {
                FAR => self.gaps.binary_search_by_key(&word, |(word, _)| *word),
                _ => Err(0),
            };
            let gap = gap.map_or(usize::from(place.gap), |at| self.gaps[at].1 as usize);
            let start = end + gap;
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
    gaps: Vec<(u32, u32)>,
}

impl Gathered {
    /// Adds the words of a text.
    pub(super) fn add(&mut self, text: &str, analyzer: &Analyzer) {
        let mut end = 0;
        analyzer.each_word(text, |range, forms| {
            let gap = range.start - end;
            let short = u8::try_from(gap).unwrap_or(FAR);
            if short == FAR {
                self.gaps.push((self.terms.len() as u32, gap as u32));
            }
            let length = u8::try_from(range.len()).unwrap_or(u8::MAX);
            self.places.push(Place { gap: short, length });
            self.terms.push(term_hash(&forms.stem));
            end = range.start + usize::from(length);
        });
    }

    /// What is said in any of them.
    pub(super) fn terms(&self) -> &[u32] {
        &self.terms
    }
}

/// A stem as a number. Two stems rarely share one, and all that suffers is a highlight.
pub(super) fn term_hash(stem: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(stem.as_bytes()) as u32
}

/// A bit for the lowest bits of each term of a query: most words of a text are none of them, and
/// this tells it at once.
#[derive(Debug, Clone, Default)]
pub(super) struct TermFilter([u64; 16]);

impl TermFilter {
    pub(super) fn add(&mut self, term: u32) {
        self.0[(term >> 6) as usize % 16] |= 1 << (term & 63);
    }

    /// Whether a term may be one of those that were added.
    pub(super) fn may_have(&self, term: u32) -> bool {
        self.0[(term >> 6) as usize % 16] & (1 << (term & 63)) != 0
    }
}

/// All words of an article.
#[derive(Debug, Clone)]
pub(super) struct ArticleWords {
    terms: Box<[u32]>,
    places: Box<[Place]>,
    gaps: Box<[(u32, u32)]>,
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
        let Gathered { terms, places, gaps } = all;
        Self {
            terms: terms.into(),
            places: places.into(),
            gaps: gaps.into(),
            ends: ends.into(),
            questions: article.questions.len(),
        }
    }

    fn part(&self, at: usize) -> Tokens<'_> {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        let part = from..self.ends[at] as usize;
        Tokens {
            terms: &self.terms[part.clone()],
            places: &self.places[part],
            gaps: &self.gaps,
            first: from as u32,
        }
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

#[cfg(test)]
impl Gathered {
    /// The words of one text.
    pub(super) fn of(text: &str, analyzer: &Analyzer) -> Self {
        let mut gathered = Self::default();
        gathered.add(text, analyzer);
        gathered
    }

    pub(super) fn tokens(&self) -> Tokens<'_> {
        Tokens { terms: &self.terms, places: &self.places, gaps: &self.gaps, first: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_word_is_found_where_it_stands(
            text in "[а-я]{0,300}[—🎲 ]{0,200}[a-z ]{0,40}[ .]{0,600}[а-я ]{0,40}"
        ) {
            let analyzer = Analyzer::new(&"ru".parse().unwrap());
            let gathered = Gathered::of(&text, &analyzer);
            let found: Vec<_> = gathered.tokens().ranges().collect();
            let longest = usize::from(u8::MAX);
            let words = analyzer.words(&text).into_iter();
            let stand: Vec<_> = words
                .map(|word| word.range.start..word.range.end.min(word.range.start + longest))
                .collect();
            prop_assert_eq!(found, stand);
        }
    }
}
