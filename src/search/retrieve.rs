//! From clauses to scored candidates: one pass over the postings of each term.
//!
//! Term by term into arrays, rather than document by document: at the size of a help center the
//! arrays fit the processor's cache, every matching article is counted anyway (totals, facets),
//! and a score does not depend on how the index happens to be cut into segments.
//!
//! The rarest words of a query bring the candidates; common ones only add to them, and words that
//! nearly every article has are left to whoever looks at the words of the best candidates. A small
//! help center is searched in full: its postings are too few for any of this to begin.

use std::cell::RefCell;

use tantivy::schema::IndexRecordOption;

use super::Weights;
use super::partition::{NO_ARTICLE, Partition, Segment};
use super::plan::{Alternative, Clause, Plan};
use super::ranking::idf;
use super::schema::TextField;

/// Postings that may bring new candidates: the rarest clauses up to this many, and at least one.
const ESSENTIAL: u64 = 4_000;
/// A clause with more postings than this…
const COMMON: u64 = 4_000;
/// …in more than this share of the articles is not read at all.
const EVERYWHERE: f32 = 0.3;

/// An article that has something of the query, with its score before its words were looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Which partition, and which article of it.
    pub(super) partition: usize,
    pub(super) article: u32,
    pub(super) score: f32,
    /// The document of its best section in its partition; `None` when only the article's own
    /// fields match.
    pub(super) best: Option<u32>,
    /// The share of the query's idf that it explains.
    pub(super) coverage: f32,
}

/// What retrieving found.
#[derive(Debug, Default)]
pub(super) struct Retrieved {
    pub(super) candidates: Vec<Candidate>,
    /// The idf of each clause; zero when nothing has it.
    pub(super) idfs: Vec<f32>,
    /// The clauses whose postings were not read: their share is still to be added.
    pub(super) unread: Vec<bool>,
}

/// A posting's part of a score, before the idf.
#[derive(Debug, Clone, Copy)]
struct Share {
    /// The document, or the article for a field that speaks for all of it.
    slot: u32,
    article: u32,
    value: f32,
    field: TextField,
}

/// Arrays used again from query to query.
#[derive(Default)]
struct Scratch {
    head: Vec<f32>,
    section: Vec<f32>,
    mask: Vec<u64>,
    seen: Vec<bool>,
    best: Vec<(f32, u32)>,
    one: Vec<f32>,
    stems: Vec<u64>,
    shares: Vec<Share>,
    articles: Vec<u32>,
    /// Documents with a score, and their articles.
    docs: Vec<(u32, u32)>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Where each partition's articles and documents begin when all are counted together.
struct Layout<'a> {
    partitions: &'a [&'a Partition],
    articles: Vec<u32>,
    docs: Vec<u32>,
    /// For each field and each length that tantivy tells apart: BM25's share of the length.
    norms: [[f32; 256]; TextField::ALL.len()],
}

impl<'a> Layout<'a> {
    fn new(partitions: &'a [&'a Partition], weights: &Weights) -> Self {
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

    fn article_count(&self) -> usize {
        self.articles[self.partitions.len()] as usize
    }

    fn doc_count(&self) -> usize {
        self.docs[self.partitions.len()] as usize
    }

    fn partition_of(&self, article: u32) -> usize {
        (1..self.partitions.len()).rev().find(|at| self.articles[*at] <= article).unwrap_or(0)
    }

    /// In how many articles a stem is.
    fn df(&self, stem: &str) -> u32 {
        self.partitions.iter().map(|partition| partition.df(stem)).sum()
    }

    /// How many postings a clause has.
    fn cost(&self, clause: &Clause) -> u64 {
        let stems = clause.alternatives.iter().flat_map(|alternative| &alternative.stems);
        stems.map(|stem| self.partitions.iter().map(|p| p.posting_count(stem)).sum::<u64>()).sum()
    }
}

/// Scores every article that has a word of the plan.
pub(super) fn retrieve(plan: &Plan, partitions: &[&Partition], weights: &Weights) -> Retrieved {
    let layout = Layout::new(partitions, weights);
    let n = layout.article_count();
    let mut order: Vec<(u64, usize)> =
        plan.clauses.iter().enumerate().map(|(at, clause)| (layout.cost(clause), at)).collect();
    order.sort_unstable();
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.prepare(&layout);
        let mut found = Retrieved {
            idfs: vec![0.0; plan.clauses.len()],
            unread: vec![false; plan.clauses.len()],
            ..Retrieved::default()
        };
        let mut read = 0;
        let mut scorer = Scorer { scratch, layout: &layout, weights, brings_candidates: true };
        for (cost, at) in order {
            let clause = &plan.clauses[at];
            if cost == 0 {
                continue;
            }
            scorer.brings_candidates = read == 0 || read + cost <= ESSENTIAL;
            if read > 0
                && cost > COMMON
                && let Some(df) = clause.only_stem().map(|stem| layout.df(stem))
                && df as f32 > n as f32 * EVERYWHERE
            {
                found.idfs[at] = idf(df, n);
                found.unread[at] = true;
                continue;
            }
            found.idfs[at] = scorer.clause(at, clause);
            read += cost;
        }
        scratch.collect(&layout, &mut found);
        scratch.clear();
        found
    })
}

/// A part of an article's score.
pub(super) struct Part {
    /// Which of the clause's alternatives; `None` for the bonus of the exact form.
    pub(super) alternative: Option<usize>,
    pub(super) source: &'static str,
    pub(super) section: Option<usize>,
    pub(super) score: f32,
}

/// What a clause, whose idf is known, gives one article: every alternative, though only the best
/// counts.
pub(super) fn parts_of(
    clause: &Clause,
    idf: f32,
    candidate: &Candidate,
    partitions: &[&Partition],
    weights: &Weights,
) -> Vec<Part> {
    let layout = Layout::new(partitions, weights);
    let wanted = layout.articles[candidate.partition] + candidate.article;
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.prepare(&layout);
        let mut scorer = Scorer { scratch, layout: &layout, weights, brings_candidates: true };
        let mut parts: Vec<Part> = Vec::new();
        for (at, alternative) in clause.alternatives.iter().enumerate() {
            let (shares, own) = scorer.alternative(alternative);
            for share in shares.iter().filter(|share| share.article == wanted) {
                let section = (!share.field.is_of_article())
                    .then(|| {
                        let first = layout.docs[candidate.partition];
                        partitions[candidate.partition].section_at(share.slot - first)
                    })
                    .flatten();
                let source = share.field.name();
                let score = share.value * own.min(idf) * alternative.weight;
                parts.push(Part { alternative: Some(at), source, section, score });
            }
        }
        if let Some(exact) = clause.exact.as_ref().filter(|_| !parts.is_empty()) {
            let mut found = false;
            for segment in &partitions[candidate.partition].segments {
                segment.each_doc_with(exact, |article| found |= article == candidate.article);
            }
            if found {
                let score = idf * weights.exact;
                parts.push(Part { alternative: None, source: "exact form", section: None, score });
            }
        }
        parts
    })
}

/// Adds clauses to the scores.
struct Scorer<'a> {
    scratch: &'a mut Scratch,
    layout: &'a Layout<'a>,
    weights: &'a Weights,
    /// Whether articles that have nothing yet become candidates.
    brings_candidates: bool,
}

impl Scorer<'_> {
    /// Adds a clause to all scores; its idf.
    fn clause(&mut self, at: usize, clause: &Clause) -> f32 {
        let n = self.layout.article_count();
        let bit = 1u64 << at.min(63);
        let own = match clause.only_stem() {
            Some(stem) => {
                let df = self.layout.df(stem);
                if df == 0 {
                    return 0.0;
                }
                let factor = idf(df, n) * clause.alternatives[0].weight;
                let (brings, layout, weights) = (self.brings_candidates, self.layout, self.weights);
                let scratch = &mut *self.scratch;
                each_share(stem, layout, weights, |share| {
                    scratch.add(share, factor, bit, brings);
                });
                idf(df, n)
            }
            None => self.alternatives(clause, bit),
        };
        if own > 0.0
            && let Some(exact) = &clause.exact
        {
            self.exact(exact, own * self.weights.exact);
        }
        own
    }

    /// Of several alternatives the best counts, in each article and each section.
    fn alternatives(&mut self, clause: &Clause, bit: u64) -> f32 {
        let mut own = 0.0;
        let (mut heads, mut sections) = (Vec::new(), Vec::new());
        for alternative in &clause.alternatives {
            let (shares, idf) = self.alternative(alternative);
            if shares.is_empty() {
                self.scratch.shares = shares;
                continue;
            }
            // A rare synonym of a common word tells no more than the word would.
            if own <= 0.0 {
                own = idf;
            }
            let factor = own.min(idf) * alternative.weight;
            for (of_article, list) in [(true, &mut heads), (false, &mut sections)] {
                let mine =
                    || shares.iter().filter(|share| share.field.is_of_article() == of_article);
                for share in mine() {
                    self.scratch.one[share.slot as usize] += share.value * factor;
                }
                for share in mine() {
                    let sum = std::mem::take(&mut self.scratch.one[share.slot as usize]);
                    if sum > 0.0 {
                        list.push((share.slot, share.article, sum));
                    }
                }
            }
            self.scratch.shares = shares;
        }
        for (list, field) in [(&mut heads, TextField::Title), (&mut sections, TextField::Text)] {
            list.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
            list.dedup_by_key(|entry| entry.0);
            for (slot, article, value) in list.drain(..) {
                let share = Share { slot, article, value, field };
                self.scratch.add(share, 1.0, bit, self.brings_candidates);
            }
        }
        own
    }

    /// The shares of one alternative (of a phrase, only in articles that have all its words), and
    /// its idf.
    fn alternative(&mut self, alternative: &Alternative) -> (Vec<Share>, f32) {
        let n = self.layout.article_count();
        let mut shares = std::mem::take(&mut self.scratch.shares);
        shares.clear();
        if let [stem] = alternative.stems.as_slice() {
            let df = self.layout.df(stem);
            if df > 0 {
                each_share(stem, self.layout, self.weights, |share| shares.push(share));
            }
            return (shares, if df > 0 { idf(df, n) } else { 0.0 });
        }
        let words = alternative.stems.len() as f32;
        let all_words = (1u64 << alternative.stems.len().min(63)) - 1;
        let stems = &mut self.scratch.stems;
        for (word, stem) in alternative.stems.iter().enumerate() {
            each_share(stem, self.layout, self.weights, |mut share| {
                share.value /= words;
                stems[share.article as usize] |= 1 << word.min(63);
                shares.push(share);
            });
        }
        let touched: Vec<u32> = shares.iter().map(|share| share.article).collect();
        shares.retain(|share| stems[share.article as usize] == all_words);
        for article in touched {
            stems[article as usize] = 0;
        }
        let mut articles: Vec<u32> = shares.iter().map(|share| share.article).collect();
        articles.sort_unstable();
        articles.dedup();
        let df = articles.len() as u32;
        (shares, if df > 0 { idf(df, n) } else { 0.0 })
    }

    /// A bonus for candidates that have a word as it was typed.
    fn exact(&mut self, word: &str, bonus: f32) {
        let mut given = Vec::new();
        for (at, partition) in self.layout.partitions.iter().enumerate() {
            let first = self.layout.articles[at];
            for segment in &partition.segments {
                let scratch = &mut *self.scratch;
                segment.each_doc_with(word, |article| {
                    let article = (first + article) as usize;
                    if scratch.mask[article] != 0 && !scratch.seen[article] {
                        scratch.seen[article] = true;
                        scratch.head[article] += bonus;
                        given.push(article);
                    }
                });
            }
        }
        for article in given {
            self.scratch.seen[article] = false;
        }
    }
}

impl Scratch {
    fn prepare(&mut self, layout: &Layout<'_>) {
        let (articles, docs) = (layout.article_count(), layout.doc_count());
        if self.head.len() < articles {
            self.head.resize(articles, 0.0);
            self.mask.resize(articles, 0);
            self.seen.resize(articles, false);
            self.best.resize(articles, (0.0, u32::MAX));
            self.stems.resize(articles, 0);
        }
        if self.section.len() < docs {
            self.section.resize(docs, 0.0);
        }
        if self.one.len() < docs.max(articles) {
            self.one.resize(docs.max(articles), 0.0);
        }
    }

    fn add(&mut self, share: Share, factor: f32, bit: u64, brings_candidates: bool) {
        let (article, slot) = (share.article as usize, share.slot as usize);
        let mask = &mut self.mask[article];
        if *mask == 0 {
            if !brings_candidates {
                return;
            }
            self.articles.push(share.article);
        }
        *mask |= bit;
        if share.field.is_of_article() {
            self.head[article] += share.value * factor;
        } else {
            let section = &mut self.section[slot];
            if *section <= 0.0 {
                self.docs.push((share.slot, share.article));
            }
            *section += share.value * factor;
        }
    }

    /// Sums up what was found: the article's own fields and its best section.
    fn collect(&mut self, layout: &Layout<'_>, found: &mut Retrieved) {
        for &(doc, article) in &self.docs {
            let score = self.section[doc as usize];
            let best = &mut self.best[article as usize];
            // Of equal sections the first; documents are in the order of sections.
            if score > best.0 || (score >= best.0 && doc < best.1) {
                *best = (score, doc);
            }
        }
        let read = found.idfs.iter().zip(&found.unread).filter(|(_, unread)| !**unread);
        let known: f32 = read.map(|(idf, _)| idf).sum();
        found.candidates.reserve(self.articles.len());
        for article in &self.articles {
            let partition = layout.partition_of(*article);
            let index = *article as usize;
            let (best, doc) = self.best[index];
            let mut mask = self.mask[index];
            let mut explained = 0.0;
            while mask != 0 {
                explained += found.idfs[mask.trailing_zeros() as usize];
                mask &= mask - 1;
            }
            found.candidates.push(Candidate {
                partition,
                article: *article - layout.articles[partition],
                score: self.head[index] + best,
                best: (doc != u32::MAX).then(|| doc - layout.docs[partition]),
                coverage: if known > 0.0 { explained / known } else { 0.0 },
            });
        }
    }

    fn clear(&mut self) {
        for article in self.articles.drain(..) {
            let at = article as usize;
            self.head[at] = 0.0;
            self.mask[at] = 0;
            self.best[at] = (0.0, u32::MAX);
        }
        for (doc, _) in self.docs.drain(..) {
            self.section[doc as usize] = 0.0;
        }
    }
}

impl Clause {
    /// The stem of a clause that nothing else can stand for.
    fn only_stem(&self) -> Option<&str> {
        match self.alternatives.as_slice() {
            [only] if only.stems.len() == 1 => Some(&only.stems[0]),
            _ => None,
        }
    }
}

/// Calls `on_share` for every posting of a stem in all fields of all partitions.
fn each_share(stem: &str, layout: &Layout<'_>, weights: &Weights, mut on_share: impl FnMut(Share)) {
    for (at, partition) in layout.partitions.iter().enumerate() {
        for segment in &partition.segments {
            let first_doc = layout.docs[at] + segment.first_doc;
            for field in TextField::ALL {
                let weight = weights.of(field) * (weights.saturation + 1.0);
                if weight <= 0.0 {
                    continue;
                }
                let norms = &layout.norms[field as usize];
                let lengths = &segment.norms[field as usize];
                segment.each_posting(stem, field, |doc, article, count| {
                    let count = count as f32;
                    let norm = norms[usize::from(lengths.fieldnorm_id(doc))];
                    let article = layout.articles[at] + article;
                    let slot = if field.is_of_article() { article } else { first_doc + doc };
                    on_share(Share {
                        slot,
                        article,
                        value: weight * count / (count + norm),
                        field,
                    });
                });
            }
        }
    }
}

impl Segment {
    /// Calls `found` with each living document that has a stem in a field, its article, and how
    /// often the stem stands there. A posting list that cannot be read counts as empty.
    fn each_posting(&self, stem: &str, field: TextField, mut found: impl FnMut(u32, u32, u32)) {
        let terms = &self.terms[field as usize];
        let Ok(Some(term)) = terms.terms().get(stem) else { return };
        let option = IndexRecordOption::WithFreqs;
        let Ok(mut block) = terms.read_block_postings_from_terminfo(&term, option) else { return };
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
    fn each_doc_with(&self, word: &str, mut found: impl FnMut(u32)) {
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
    /// Whether any article has a form of this word.
    pub(super) fn has_stem(&self, stem: &str) -> bool {
        self.df(stem) > 0
    }

    /// How many postings a stem has, deleted documents included: what reading them costs.
    fn posting_count(&self, stem: &str) -> u64 {
        let counts = self.segments.iter().flat_map(|segment| &segment.terms).map(|terms| {
            let term = terms.terms().get(stem).ok().flatten();
            term.map_or(0, |term| u64::from(term.doc_freq))
        });
        counts.sum()
    }

    /// In how many articles a stem is; counted once, and remembered as long as the partition is.
    ///
    /// Counted, because tantivy's own number includes deleted documents, and the same articles
    /// must score the same whatever was edited before.
    pub(super) fn df(&self, stem: &str) -> u32 {
        /// More different words than this are not asked for; beyond it each is counted anew.
        const MAX_REMEMBERED: usize = 50_000;
        let known = |map: &std::collections::HashMap<Box<str>, u32>| map.get(stem).copied();
        let read = self.dfs.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(df) = known(&read) {
            return df;
        }
        drop(read);
        let mut articles = Vec::new();
        for segment in &self.segments {
            for field in TextField::ALL {
                segment.each_posting(stem, field, |_, article, _| {
                    if articles.last() != Some(&article) {
                        articles.push(article);
                    }
                });
            }
        }
        articles.sort_unstable();
        articles.dedup();
        let df = articles.len() as u32;
        let mut write = self.dfs.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if write.len() < MAX_REMEMBERED {
            write.insert(stem.into(), df);
        }
        df
    }

    /// Words of the articles that begin like this, with the number of sections that have them.
    pub(super) fn words_from(&self, prefix: &str) -> Vec<(String, u32)> {
        /// More words than this begin alike only after one or two letters.
        const MAX_SCANNED: usize = 5000;
        let mut words = std::collections::HashMap::new();
        for segment in &self.segments {
            let Ok(mut stream) = segment.words.terms().range().ge(prefix).into_stream() else {
                continue;
            };
            for _ in 0..MAX_SCANNED {
                if !stream.advance() || !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    *words.entry(word.to_owned()).or_insert(0) += stream.value().doc_freq;
                }
            }
        }
        words.into_iter().collect()
    }
}
