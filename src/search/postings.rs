//! Reading the index: where stems and written forms are, how much a stem tells, and what each posting
//! is worth.

use std::ops::Range;
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

    /// What the index has of every stem that may stand for one of these clauses.
    pub(super) fn find(&self, clauses: &[Clause], weights: &Weights) -> Postings<'a> {
        let mut found = Postings {
            lists: Vec::with_capacity(clauses.len() * 2 * TextField::ALL.len()),
            stems: Vec::with_capacity(clauses.len() * 2),
            firsts: Vec::with_capacity(clauses.len()),
        };
        for clause in clauses {
            found.firsts.push(found.stems.len());
            for stem in clause.alternatives.iter().flat_map(|alternative| &alternative.stems) {
                let first = found.lists.len();
                let mut count = Count::default();
                for (at, partition) in self.partitions.iter().enumerate() {
                    let places = partition.places(stem);
                    count = count + places.count;
                    found.lists.extend(places.lists.iter().map(|(segment, field, term)| {
                        let segment = &partition.segments[usize::from(*segment)];
                        PostingList {
                            segment,
                            field: *field,
                            term: term.clone(),
                            first_article: self.articles[at],
                            first_doc: self.docs[at] + segment.first_doc,
                        }
                    }));
                }
                found.stems.push(StemPostings {
                    df: count.articles,
                    telling: weights.telling(stem, count, self.article_count()),
                    lists: first..found.lists.len(),
                });
            }
        }
        found
    }
}

/// What the index has of the stems of some clauses.
pub(super) struct Postings<'a> {
    lists: Vec<PostingList<'a>>,
    /// In the order of clauses and their alternatives.
    stems: Vec<StemPostings>,
    /// By clause: its first stem.
    firsts: Vec<usize>,
}

/// What the index has of one stem.
pub(super) struct StemPostings {
    /// In how many articles it is.
    pub(super) df: u32,
    /// How much it tells; nothing when no article has it.
    pub(super) telling: f32,
    /// Which lists are its own.
    lists: Range<usize>,
}

impl<'a> Postings<'a> {
    /// The stems of all alternatives of a clause, in their order.
    pub(super) fn stems(&self, clause: usize) -> &[StemPostings] {
        let from = self.firsts[clause];
        let until = self.firsts.get(clause + 1).copied().unwrap_or(self.stems.len());
        &self.stems[from..until]
    }

    /// The posting lists of a stem.
    pub(super) fn lists(&self, stem: &StemPostings) -> &[PostingList<'a>] {
        &self.lists[stem.lists.clone()]
    }

    /// What reading some stems costs: their postings, deleted documents included.
    pub(super) fn cost(&self, stems: &[StemPostings]) -> u64 {
        let lists = stems.iter().flat_map(|stem| self.lists(stem));
        lists.map(|list| u64::from(list.term.doc_freq)).sum()
    }
}

/// One posting list of a stem.
pub(super) struct PostingList<'a> {
    segment: &'a Segment,
    pub(super) field: TextField,
    term: TermInfo,
    first_article: u32,
    first_doc: u32,
}

impl PostingList<'_> {
    /// Calls `found` for every living document: the document, its article, and its part of a score
    /// before the word's rarity is known.
    #[inline]
    pub(super) fn each_value(
        &self,
        layout: &Layout<'_>,
        weights: &Weights,
        mut found: impl FnMut(u32, u32, f32),
    ) {
        let field = self.field;
        let weight = weights.of(field) * (weights.saturation + 1.0);
        if weight <= 0.0 {
            return;
        }
        let norms = &layout.norms[field as usize];
        let lengths = &*self.segment.norms[field as usize];
        let (first_article, first_doc) = (self.first_article, self.first_doc);
        self.segment.each_posting(&self.term, field, |doc, article, count| {
            let count = count as f32;
            let norm = norms[usize::from(lengths[doc as usize])];
            let value = weight * count / (count + norm);
            found(first_doc + doc, first_article + article, value);
        });
    }

    /// The same, as shares.
    pub(super) fn each_share(
        &self,
        layout: &Layout<'_>,
        weights: &Weights,
        mut found: impl FnMut(Share),
    ) {
        let field = self.field;
        self.each_value(layout, weights, |doc, article, value| {
            let slot = if field.is_of_article() { article } else { doc };
            found(Share { slot, article, value, field });
        });
    }
}

impl Segment {
    /// Where a word is as it is written. A dictionary that cannot be read counts as empty.
    fn form(&self, word: &str) -> Option<TermInfo> {
        self.words.terms().get(word).ok().flatten()
    }

    /// Calls `found` with each living document that has a stem in a field, its article, and how
    /// often the stem stands there. A posting list that cannot be read counts as empty.
    #[inline]
    fn each_posting(
        &self,
        term: &TermInfo,
        field: TextField,
        mut found: impl FnMut(u32, u32, u32),
    ) {
        let terms = &self.terms[field as usize];
        let option = IndexRecordOption::WithFreqs;
        let Ok(mut block) = terms.read_block_postings_from_terminfo(term, option) else { return };
        let articles = &*self.article_of;
        while block.block_len() > 0 {
            for (doc, count) in block.docs().iter().zip(block.freqs()) {
                match articles.get(*doc as usize) {
                    Some(&article) if article != NO_ARTICLE => found(*doc, article, *count),
                    _ => {}
                }
            }
            block.advance();
        }
    }
}

/// Where a word is as it is written: of which segment, and where its documents are told.
pub(super) type FormPlaces = Arc<[(u16, TermInfo)]>;

impl Partition {
    /// Whether a word is written so anywhere, perhaps in articles that are gone.
    pub(super) fn is_written(&self, word: &str) -> bool {
        let forms = || self.forms.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_known = forms().contains_key(word);
        is_known || self.segments.iter().any(|segment| segment.form(word).is_some())
    }

    /// Where a word is as it is written, perhaps in articles that are gone; remembered like stems,
    /// but for words that are nowhere, which anybody can make up.
    fn form_places(&self, word: &str) -> FormPlaces {
        let read = self.forms.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = read.get(word) {
            return Arc::clone(known);
        }
        drop(read);
        let places: FormPlaces = self
            .segments
            .iter()
            .enumerate()
            .filter_map(|(at, segment)| Some((at as u16, segment.form(word)?)))
            .collect();
        if !places.is_empty() {
            let mut write = self.forms.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            if write.len() < MAX_REMEMBERED {
                write.insert(word.into(), Arc::clone(&places));
            }
        }
        places
    }

    /// Calls `found` with the article of every living document that has a word as it is written.
    pub(super) fn each_article_with(&self, word: &str, mut found: impl FnMut(u32)) {
        for (segment, term) in self.form_places(word).iter() {
            let segment = &self.segments[usize::from(*segment)];
            let option = IndexRecordOption::Basic;
            let Ok(mut block) = segment.words.read_block_postings_from_terminfo(term, option)
            else {
                continue;
            };
            let articles = &*segment.article_of;
            // Sections of an article stand together.
            let mut last = NO_ARTICLE;
            while block.block_len() > 0 {
                for doc in block.docs() {
                    match articles.get(*doc as usize) {
                        Some(&article) if article != NO_ARTICLE && article != last => {
                            last = article;
                            found(article);
                        }
                        _ => {}
                    }
                }
                block.advance();
            }
        }
    }
}

/// More different words than this are not asked for; beyond it each is looked up anew.
const MAX_REMEMBERED: usize = 50_000;

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

    /// The first articles that have a stem, up to so many.
    pub(super) fn articles_with(&self, stem: &str, most: usize) -> Vec<u32> {
        // A bit for each, so that thousands need not be sorted to find the first few.
        let mut has = vec![0u64; self.articles.len().div_ceil(64)];
        for (segment, field, term) in &self.places(stem).lists {
            self.segments[usize::from(*segment)].each_posting(term, *field, |_, article, _| {
                has[article as usize / 64] |= 1 << (article % 64);
            });
        }
        let mut articles = Vec::with_capacity(most);
        for (at, mut bits) in (0u32..).zip(has) {
            while bits != 0 && articles.len() < most {
                articles.push(64 * at + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
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
