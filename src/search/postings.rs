//! Reading the index: where the postings of a stem are, and what each of them is worth before the
//! word's rarity is known.

use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::Weights;
use super::partition::{Count, Partition, StemPlaces};
use super::plan::Clause;
use super::schema::TextField;
use super::segment::{NO_ARTICLE, Segment};

/// A posting's part of a score, before the idf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    /// The document, or the article for a field that speaks for all of it.
    pub(super) slot: u32,
    pub(super) article: u32,
    pub(super) value: f32,
    pub(super) field: TextField,
}

/// Where each partition's articles and documents begin when all are counted together.
pub(super) struct Layout<'a> {
    pub(super) partitions: &'a [&'a Partition],
    pub(super) articles: Vec<u32>,
    pub(super) docs: Vec<u32>,
    /// For each field and each length that tantivy tells apart: BM25's share of the length.
    norms: [[f32; 256]; TextField::ALL.len()],
}

impl<'a> Layout<'a> {
    pub(super) fn new(partitions: &'a [&'a Partition], weights: &Weights) -> Self {
        let (mut articles, mut docs) = (vec![0], vec![0]);
        for partition in partitions {
            articles.push(articles[articles.len() - 1] + partition.articles.len() as u32);
            docs.push(docs[docs.len() - 1] + partition.doc_count as u32);
        }
        let norms = TextField::ALL.map(|field| {
            let lengths = partitions.iter().map(|partition| partition.lengths[field as usize]);
            let (documents, words) =
                lengths.fold((0, 0), |(d, w), lengths| (d + lengths.documents, w + lengths.words));
            weights.norms(field, words as f32 / documents.max(1) as f32)
        });
        Self { partitions, articles, docs, norms }
    }

    pub(super) fn article_count(&self) -> usize {
        self.articles[self.partitions.len()] as usize
    }

    pub(super) fn doc_count(&self) -> usize {
        self.docs[self.partitions.len()] as usize
    }

    pub(super) fn partition_of(&self, article: u32) -> usize {
        (1..self.partitions.len()).rev().find(|at| self.articles[*at] <= article).unwrap_or(0)
    }

    /// In how many articles a stem is.
    pub(super) fn df(&self, stem: &str) -> u32 {
        self.partitions.iter().map(|partition| partition.df(stem)).sum()
    }

    /// How much a stem tells; nothing when no article has it.
    pub(super) fn telling(&self, stem: &str, weights: &Weights) -> f32 {
        let sum = self.partitions.iter().map(|partition| partition.count(stem)).sum();
        weights.telling(stem, sum, self.article_count())
    }

    /// Where the postings of a stem are.
    fn find(&self, stem: &str) -> Vec<Postings<'a>> {
        let mut found = Vec::with_capacity(TextField::ALL.len());
        for (at, partition) in self.partitions.iter().enumerate() {
            for (segment, field, term) in &partition.places(stem).lists {
                let segment = &partition.segments[usize::from(*segment)];
                found.push(Postings {
                    segment,
                    field: *field,
                    term: term.clone(),
                    first_article: self.articles[at],
                    first_doc: self.docs[at] + segment.first_doc,
                });
            }
        }
        found
    }

    /// Where the postings of each alternative's stems are.
    pub(super) fn find_all(&self, clause: &Clause) -> Vec<Vec<Vec<Postings<'a>>>> {
        let alternatives = clause.alternatives.iter();
        alternatives.map(|a| a.stems.iter().map(|stem| self.find(stem)).collect()).collect()
    }
}

/// One posting list of a stem.
pub(super) struct Postings<'a> {
    segment: &'a Segment,
    field: TextField,
    pub(super) term: TermInfo,
    first_article: u32,
    first_doc: u32,
}

impl Postings<'_> {
    /// Calls `on_share` for every living document.
    pub(super) fn each_share(
        &self,
        layout: &Layout<'_>,
        weights: &Weights,
        on_share: &mut impl FnMut(Share),
    ) {
        let field = self.field;
        let weight = weights.of(field) * (weights.saturation + 1.0);
        if weight <= 0.0 {
            return;
        }
        let norms = &layout.norms[field as usize];
        let lengths = &self.segment.norms[field as usize];
        self.segment.each_posting(&self.term, field, |doc, article, count| {
            let count = count as f32;
            let norm = norms[usize::from(lengths.fieldnorm_id(doc))];
            let article = self.first_article + article;
            let slot = if field.is_of_article() { article } else { self.first_doc + doc };
            on_share(Share { slot, article, value: weight * count / (count + norm), field });
        });
    }
}

impl Segment {
    /// Calls `found` with each living document that has a stem in a field, its article, and how
    /// often the stem stands there. A posting list that cannot be read counts as empty.
    fn each_posting(
        &self,
        term: &TermInfo,
        field: TextField,
        mut found: impl FnMut(u32, u32, u32),
    ) {
        let terms = &self.terms[field as usize];
        let option = IndexRecordOption::WithFreqs;
        let Ok(mut block) = terms.read_block_postings_from_terminfo(term, option) else { return };
        while block.block_len() > 0 {
            for (doc, count) in block.docs().iter().zip(block.freqs()) {
                match self.article_of.get(*doc as usize) {
                    Some(&article) if article != NO_ARTICLE => found(*doc, article, *count),
                    _ => {}
                }
            }
            block.advance();
        }
    }

    /// Calls `found` with the article of every living document that has a word as it is written.
    pub(super) fn each_doc_with(&self, word: &str, mut found: impl FnMut(u32)) {
        let Ok(Some(term)) = self.words.terms().get(word) else { return };
        let option = IndexRecordOption::Basic;
        let Ok(mut block) = self.words.read_block_postings_from_terminfo(&term, option) else {
            return;
        };
        while block.block_len() > 0 {
            for doc in block.docs() {
                match self.article_of.get(*doc as usize) {
                    Some(&article) if article != NO_ARTICLE => found(article),
                    _ => {}
                }
            }
            block.advance();
        }
    }
}

impl Partition {
    /// In how many articles a stem is.
    pub(super) fn df(&self, stem: &str) -> u32 {
        self.count(stem).articles
    }

    /// How often a stem is said.
    pub(super) fn count(&self, stem: &str) -> Count {
        self.places(stem).count
    }

    /// Where a stem is, and how often it is said; looked up once, and remembered as long as the
    /// partition is.
    ///
    /// Counted, because tantivy's own number includes deleted documents, and the same articles
    /// must score the same whatever was edited before.
    pub(super) fn places(&self, stem: &str) -> Arc<StemPlaces> {
        /// More different words than this are not asked for; beyond it each is looked up anew.
        const MAX_REMEMBERED: usize = 50_000;
        let read = self.stems.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(places) = read.get(stem) {
            return Arc::clone(places);
        }
        drop(read);
        let mut articles = Vec::new();
        let mut times = 0;
        let mut lists = Vec::new();
        for (at, segment) in self.segments.iter().enumerate() {
            for field in TextField::ALL {
                let Ok(Some(term)) = segment.terms[field as usize].terms().get(stem) else {
                    continue;
                };
                segment.each_posting(&term, field, |_, article, here| {
                    times += here;
                    if articles.last() != Some(&article) {
                        articles.push(article);
                    }
                });
                lists.push((at as u16, field, term));
            }
        }
        articles.sort_unstable();
        articles.dedup();
        let count = Count { articles: articles.len() as u32, times };
        let places = Arc::new(StemPlaces { count, lists: lists.into() });
        let mut write = self.stems.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if write.len() < MAX_REMEMBERED {
            write.insert(stem.into(), Arc::clone(&places));
        }
        places
    }

    /// Articles that have a stem, up to so many.
    pub(super) fn articles_with(&self, stem: &str, most: usize) -> Vec<u32> {
        let mut articles: Vec<u32> = Vec::new();
        for (segment, field, term) in &self.places(stem).lists {
            self.segments[usize::from(*segment)].each_posting(term, *field, |_, article, _| {
                if articles.last() != Some(&article) {
                    articles.push(article);
                }
            });
        }
        articles.sort_unstable();
        articles.dedup();
        articles.truncate(most);
        articles
    }

    /// Words of the articles that begin like this, with the number of sections that have them.
    pub(super) fn words_from(&self, prefix: &str) -> Vec<(String, u32)> {
        /// More words than this begin alike only after one or two letters.
        const MAX_SCANNED: usize = 5000;
        /// The commonest of each segment that are looked at.
        const KEPT: usize = 64;
        let mut words: Vec<(String, u32)> = Vec::new();
        for segment in &self.segments {
            let Ok(mut stream) = segment.words.terms().range().ge(prefix).into_stream() else {
                continue;
            };
            let mut kept: Vec<(u32, String)> = Vec::with_capacity(KEPT);
            for _ in 0..MAX_SCANNED {
                if !stream.advance() || !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                let count = stream.value().doc_freq;
                let is_full = kept.len() == KEPT;
                if is_full && kept.last().is_some_and(|(least, _)| *least >= count) {
                    continue;
                }
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    kept.truncate(KEPT - 1);
                    let at = kept.partition_point(|(known, _)| *known >= count);
                    kept.insert(at, (count, word.to_owned()));
                }
            }
            for (count, word) in kept {
                match words.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, known)) => *known += count,
                    None => words.push((word, count)),
                }
            }
        }
        words
    }
}
