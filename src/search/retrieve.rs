//! From clauses to scored candidates: one pass over the postings of each term.
//!
//! Term by term into arrays, rather than document by document: at the size of a help center the
//! arrays fit the processor's cache, every matching article is counted anyway (totals, facets),
//! and a score does not depend on how the index happens to be cut into segments.

use std::cell::RefCell;

use tantivy::TERMINATED;
use tantivy::schema::IndexRecordOption;

use super::Weights;
use super::partition::{NO_ARTICLE, Partition, Segment};
use super::plan::{Alternative, Clause, Plan};
use super::ranking::idf;
use super::schema::TextField;

/// An article that has something of the query, with its score before its words were looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Which partition, and which article of it.
    pub(super) partition: usize,
    pub(super) article: u32,
    pub(super) score: f32,
    /// Its best section; `None` when only the article's own fields match.
    pub(super) section: Option<u16>,
    /// The share of the query's idf that it explains.
    pub(super) coverage: f32,
}

/// What retrieving found.
#[derive(Debug, Default)]
pub(super) struct Retrieved {
    pub(super) candidates: Vec<Candidate>,
    /// The idf of each clause; zero when nothing has it.
    pub(super) idfs: Vec<f32>,
    /// Scores of sections: partition, article, section, score.
    sections: Vec<(u32, u16, f32)>,
    offsets: Vec<u32>,
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
    seen: Vec<u32>,
    best: Vec<(f32, u32)>,
    one_head: Vec<f32>,
    one_section: Vec<f32>,
    stems: Vec<u64>,
    shares: Vec<Share>,
    articles: Vec<u32>,
    docs: Vec<u32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Where each partition's articles and documents begin when all are counted together.
struct Layout<'a> {
    partitions: &'a [&'a Partition],
    articles: Vec<u32>,
    docs: Vec<u32>,
}

impl<'a> Layout<'a> {
    fn new(partitions: &'a [&'a Partition]) -> Self {
        let (mut articles, mut docs) = (vec![0], vec![0]);
        for partition in partitions {
            articles.push(articles[articles.len() - 1] + partition.articles.len() as u32);
            docs.push(docs[docs.len() - 1] + partition.doc_count as u32);
        }
        Self { partitions, articles, docs }
    }

    fn article_count(&self) -> usize {
        self.articles[self.partitions.len()] as usize
    }

    fn doc_count(&self) -> usize {
        self.docs[self.partitions.len()] as usize
    }

    fn partition_of(starts: &[u32], at: u32) -> usize {
        starts.partition_point(|start| *start <= at) - 1
    }
}

/// Scores every article that has a word of the plan.
pub(super) fn retrieve(plan: &Plan, partitions: &[&Partition], weights: &Weights) -> Retrieved {
    let layout = Layout::new(partitions);
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.prepare(&layout);
        let mut found = Retrieved { offsets: layout.articles.clone(), ..Retrieved::default() };
        for (at, clause) in plan.clauses.iter().enumerate() {
            found.idfs.push(scratch.clause(at, clause, &layout, weights));
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
    let layout = Layout::new(partitions);
    let wanted = layout.articles[candidate.partition] + candidate.article;
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.prepare(&layout);
        let mut parts: Vec<Part> = Vec::new();
        for (at, alternative) in clause.alternatives.iter().enumerate() {
            let n = layout.article_count();
            let (shares, own) = scratch.alternative(alternative, &layout, weights, n);
            for share in shares.iter().filter(|share| share.article == wanted) {
                let section = (!share.field.is_of_article())
                    .then(|| {
                        let first = layout.docs[candidate.partition];
                        partitions[candidate.partition].section_at((share.slot - first) as usize)
                    })
                    .flatten()
                    .map(|(_, section)| section);
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

impl Retrieved {
    /// For each of these candidates, the sections that have something of the query, best first.
    pub(super) fn sections_of(&self, chosen: &[Candidate]) -> Vec<Vec<(usize, f32)>> {
        let number = |candidate: &Candidate| self.offsets[candidate.partition] + candidate.article;
        let mut place = vec![u32::MAX; self.offsets.last().map_or(0, |n| *n as usize)];
        for (at, candidate) in chosen.iter().enumerate() {
            place[number(candidate) as usize] = at as u32;
        }
        let mut sections = vec![Vec::new(); chosen.len()];
        for (article, section, score) in &self.sections {
            if let Some(list) = sections.get_mut(place[*article as usize] as usize) {
                list.push((usize::from(*section), *score));
            }
        }
        for list in &mut sections {
            list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        sections
    }
}

impl Scratch {
    fn prepare(&mut self, layout: &Layout<'_>) {
        let (articles, docs) = (layout.article_count(), layout.doc_count());
        if self.head.len() < articles {
            self.head.resize(articles, 0.0);
            self.mask.resize(articles, 0);
            self.seen.resize(articles, 0);
            self.best.resize(articles, (0.0, u32::MAX));
            self.one_head.resize(articles, 0.0);
            self.stems.resize(articles, 0);
        }
        if self.section.len() < docs {
            self.section.resize(docs, 0.0);
            self.one_section.resize(docs, 0.0);
        }
    }

    /// Adds a clause to all scores; its idf.
    fn clause(
        &mut self,
        at: usize,
        clause: &Clause,
        layout: &Layout<'_>,
        weights: &Weights,
    ) -> f32 {
        let n = layout.article_count();
        let bit = 1u64 << at.min(63);
        let mut own = 0.0;
        if let [only] = clause.alternatives.as_slice()
            && let [stem] = only.stems.as_slice()
        {
            self.shares.clear();
            self.gather(stem, layout, weights);
            let df = self.count_articles();
            if df > 0 {
                own = idf(df, n);
                let shares = std::mem::take(&mut self.shares);
                for share in &shares {
                    self.add(share, own * only.weight, bit);
                }
                self.shares = shares;
            }
        } else {
            own = self.alternatives(clause, layout, weights, bit);
        }
        if own > 0.0
            && let Some(exact) = &clause.exact
        {
            self.exact(exact, layout, own * weights.exact);
        }
        own
    }

    fn add(&mut self, share: &Share, factor: f32, bit: u64) {
        let (article, slot) = (share.article as usize, share.slot as usize);
        if self.mask[article] == 0 {
            self.articles.push(share.article);
        }
        self.mask[article] |= bit;
        if share.field.is_of_article() {
            self.head[article] += share.value * factor;
        } else {
            if self.section[slot] <= 0.0 {
                self.docs.push(share.slot);
            }
            self.section[slot] += share.value * factor;
        }
    }

    /// Of several alternatives the best counts, in each article and each section.
    fn alternatives(
        &mut self,
        clause: &Clause,
        layout: &Layout<'_>,
        weights: &Weights,
        bit: u64,
    ) -> f32 {
        let n = layout.article_count();
        let mut all: Vec<(Vec<Share>, f32)> = Vec::with_capacity(clause.alternatives.len());
        let mut own = 0.0;
        for alternative in &clause.alternatives {
            let (shares, idf) = self.alternative(alternative, layout, weights, n);
            if shares.is_empty() {
                continue;
            }
            // A rare synonym of a common word tells no more than the word would.
            if own <= 0.0 {
                own = idf;
            }
            all.push((shares, own.min(idf) * alternative.weight));
        }
        // Summed up by alternative, the best kept, then added once.
        let (mut heads, mut sections) = (Vec::new(), Vec::new());
        for (shares, factor) in &all {
            for share in shares {
                let slot = share.slot as usize;
                let sum = if share.field.is_of_article() {
                    &mut self.one_head[slot]
                } else {
                    &mut self.one_section[slot]
                };
                *sum += share.value * factor;
            }
            for share in shares {
                let slot = share.slot as usize;
                if share.field.is_of_article() {
                    heads.push((
                        share.slot,
                        share.article,
                        std::mem::take(&mut self.one_head[slot]),
                    ));
                } else {
                    let sum = std::mem::take(&mut self.one_section[slot]);
                    sections.push((share.slot, share.article, sum));
                }
            }
        }
        for (list, field) in [(&mut heads, TextField::Title), (&mut sections, TextField::Text)] {
            list.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
            list.dedup_by_key(|entry| entry.0);
            for (slot, article, value) in list.drain(..) {
                if value > 0.0 {
                    self.add(&Share { slot, article, value, field }, 1.0, bit);
                }
            }
        }
        own
    }

    /// The shares of one alternative: of a phrase, only in articles that have all its words.
    fn alternative(
        &mut self,
        alternative: &Alternative,
        layout: &Layout<'_>,
        weights: &Weights,
        n: usize,
    ) -> (Vec<Share>, f32) {
        self.shares.clear();
        if let [stem] = alternative.stems.as_slice() {
            self.gather(stem, layout, weights);
            let df = self.count_articles();
            return (std::mem::take(&mut self.shares), if df > 0 { idf(df, n) } else { 0.0 });
        }
        let mut ends = Vec::with_capacity(alternative.stems.len());
        for stem in &alternative.stems {
            self.gather(stem, layout, weights);
            ends.push(self.shares.len());
        }
        let mut shares = std::mem::take(&mut self.shares);
        let everything = (1u64 << alternative.stems.len().min(63)) - 1;
        let mut from = 0;
        for (word, end) in ends.iter().enumerate() {
            for share in &shares[from..*end] {
                self.stems[share.article as usize] |= 1 << word.min(63);
            }
            from = *end;
        }
        let words = alternative.stems.len() as f32;
        let stems = &mut self.stems;
        let all: Vec<u32> = shares.iter().map(|share| share.article).collect();
        shares.retain_mut(|share| {
            share.value /= words;
            stems[share.article as usize] == everything
        });
        for article in all {
            stems[article as usize] = 0;
        }
        self.shares = shares;
        let df = self.count_articles();
        (std::mem::take(&mut self.shares), if df > 0 { idf(df, n) } else { 0.0 })
    }

    /// Reads the postings of a term in all fields.
    fn gather(&mut self, stem: &str, layout: &Layout<'_>, weights: &Weights) {
        for (at, partition) in layout.partitions.iter().enumerate() {
            for segment in &partition.segments {
                for field in TextField::ALL {
                    if weights.of(field) > 0.0 {
                        let (articles, docs) = (layout.articles[at], layout.docs[at]);
                        self.read(stem, field, segment, articles, docs, layout, weights);
                    }
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the innermost loop, called from one place")]
    fn read(
        &mut self,
        stem: &str,
        field: TextField,
        segment: &Segment,
        first_article: u32,
        first_doc: u32,
        layout: &Layout<'_>,
        weights: &Weights,
    ) {
        let terms = &segment.terms[field as usize];
        let Ok(Some(term)) = terms.terms().get(stem) else { return };
        let Ok(mut block) =
            terms.read_block_postings_from_terminfo(&term, IndexRecordOption::WithFreqs)
        else {
            return;
        };
        let average = layout.average(field);
        let norms = &segment.norms[field as usize];
        while block.block_len() > 0 {
            for (doc, count) in block.docs().iter().zip(block.freqs()) {
                if *doc == TERMINATED {
                    break;
                }
                let article = segment.article_of[*doc as usize];
                if article == NO_ARTICLE {
                    continue;
                }
                let length = norms.fieldnorm(*doc) as f32;
                let value = weights.share(field, *count as f32, length, average);
                let article = first_article + article;
                let doc = first_doc + segment.first_doc as u32 + doc;
                let slot = if field.is_of_article() { article } else { doc };
                self.shares.push(Share { slot, article, value, field });
            }
            block.advance();
        }
    }

    /// How many articles the gathered shares are of.
    fn count_articles(&mut self) -> u32 {
        let mut count = 0;
        for share in &self.shares {
            let seen = &mut self.seen[share.article as usize];
            count += 1 - *seen;
            *seen = 1;
        }
        for share in &self.shares {
            self.seen[share.article as usize] = 0;
        }
        count
    }

    /// A bonus for articles that have a word as it was typed.
    fn exact(&mut self, word: &str, layout: &Layout<'_>, bonus: f32) {
        self.shares.clear();
        for (at, partition) in layout.partitions.iter().enumerate() {
            for segment in &partition.segments {
                segment.each_doc_with(word, |article| {
                    let article = (layout.articles[at] + article) as usize;
                    if self.seen[article] == 0 && self.mask[article] != 0 {
                        self.seen[article] = 1;
                        self.head[article] += bonus;
                        let slot = article as u32;
                        let field = TextField::Title;
                        self.shares.push(Share { slot, article: slot, value: 0.0, field });
                    }
                });
            }
        }
        for share in &self.shares {
            self.seen[share.article as usize] = 0;
        }
    }

    /// Sums up what was found, and leaves the best section of each article.
    fn collect(&mut self, layout: &Layout<'_>, found: &mut Retrieved) {
        for doc in &self.docs {
            let score = self.section[*doc as usize];
            let at = Layout::partition_of(&layout.docs, *doc);
            let local = (*doc - layout.docs[at]) as usize;
            if let Some((article, section)) = layout.partitions[at].section_at(local) {
                let article = layout.articles[at] + article;
                let best = &mut self.best[article as usize];
                if score > best.0 || (score >= best.0 && (section as u32) < best.1) {
                    *best = (score, section as u32);
                }
                found.sections.push((article, section as u16, score));
            }
        }
        let known: f32 = found.idfs.iter().sum();
        for article in &self.articles {
            let at = Layout::partition_of(&layout.articles, *article);
            let index = *article as usize;
            let (best, section) = self.best[index];
            let mask = self.mask[index];
            let explained: f32 = found
                .idfs
                .iter()
                .enumerate()
                .filter(|(clause, _)| mask & (1 << (*clause).min(63)) != 0)
                .map(|(_, idf)| idf)
                .sum();
            found.candidates.push(Candidate {
                partition: at,
                article: *article - layout.articles[at],
                score: self.head[index] + best,
                section: u16::try_from(section).ok(),
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
        for doc in self.docs.drain(..) {
            self.section[doc as usize] = 0.0;
        }
    }
}

impl Layout<'_> {
    /// How many words a field has where it has any.
    fn average(&self, field: TextField) -> f32 {
        let lengths = self.partitions.iter().map(|partition| partition.lengths[field as usize]);
        let (documents, words) =
            lengths.fold((0, 0), |(d, w), lengths| (d + lengths.documents, w + lengths.words));
        words as f32 / documents.max(1) as f32
    }
}

impl Segment {
    /// Calls `found` with the article of every document that has a word as it is written.
    fn each_doc_with(&self, word: &str, mut found: impl FnMut(u32)) {
        let Ok(Some(term)) = self.words.terms().get(word) else { return };
        let Ok(mut block) =
            self.words.read_block_postings_from_terminfo(&term, IndexRecordOption::Basic)
        else {
            return;
        };
        while block.block_len() > 0 {
            for doc in block.docs() {
                let article = self.article_of.get(*doc as usize).copied().unwrap_or(NO_ARTICLE);
                if article != NO_ARTICLE {
                    found(article);
                }
            }
            block.advance();
        }
    }

    fn has_live(&self, field: usize, stem: &str) -> bool {
        let terms = &self.terms[field];
        let Ok(Some(term)) = terms.terms().get(stem) else { return false };
        let option = IndexRecordOption::Basic;
        let Ok(mut block) = terms.read_block_postings_from_terminfo(&term, option) else {
            return false;
        };
        while block.block_len() > 0 {
            let is_live = |doc: &u32| {
                self.article_of.get(*doc as usize).is_some_and(|article| *article != NO_ARTICLE)
            };
            if block.docs().iter().any(is_live) {
                return true;
            }
            block.advance();
        }
        false
    }
}

impl Partition {
    /// Whether any article has a form of this word.
    pub(super) fn has_stem(&self, stem: &str) -> bool {
        let fields = 0..TextField::ALL.len();
        self.segments.iter().any(|s| fields.clone().any(|field| s.has_live(field, stem)))
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
