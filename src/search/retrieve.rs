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

use super::Weights;
use super::partition::Partition;
use super::plan::{Alternative, Clause, Plan};
use super::postings::{Layout, Postings, Share, StemPostings};
use super::ranking::idf;
use super::schema::TextField;
use super::scratch::Scratch;

/// Postings that may bring new candidates: the rarest clauses up to this many, and at least one.
const ESSENTIAL: u64 = 4_000;
/// A clause with more postings than this…
const COMMON: u64 = 4_000;
/// …in more than this share of the articles is not read at all.
const EVERYWHERE: f32 = 0.3;

/// An alternative that counts less than this share of its word is not read.
const FAINT: f32 = 0.15;

/// An article that has something of the query, with its score before its words were looked at.
/// A common word brings thousands, so it is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Which partition, and which article of it.
    pub(super) partition: u16,
    pub(super) article: u32,
    pub(super) score: f32,
    /// The document of its best section in its partition; [`NO_DOC`] when only the article's own
    /// fields match.
    pub(super) doc: u32,
    /// Whether its own fields may have something of the query.
    pub(super) has_own: bool,
}

/// Stands for the document of no section.
pub(super) const NO_DOC: u32 = u32::MAX;

impl Candidate {
    pub(super) fn partition(&self) -> usize {
        usize::from(self.partition)
    }

    /// The document of its best section, if one matches.
    pub(super) fn best(&self) -> Option<u32> {
        (self.doc != NO_DOC).then_some(self.doc)
    }
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

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Scores every article that has a word of the plan.
pub(super) fn retrieve(plan: &Plan, partitions: &[&Partition], weights: &Weights) -> Retrieved {
    let layout = Layout::new(partitions, weights);
    let n = layout.article_count();
    let postings = layout.find(&plan.clauses, weights);
    let clauses = 0..plan.clauses.len();
    let mut order: Vec<(u64, usize)> =
        clauses.map(|at| (postings.cost(postings.stems(at)), at)).collect();
    order.sort_unstable();
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.prepare(&layout);
        let mut found = Retrieved {
            idfs: vec![0.0; plan.clauses.len()],
            unread: vec![false; plan.clauses.len()],
            ..Retrieved::default()
        };
        let mut read = 0;
        let mut scorer = Scorer::new(scratch, &layout, &postings, weights);
        for (cost, at) in order {
            let clause = &plan.clauses[at];
            if cost == 0 {
                continue;
            }
            scorer.brings_candidates = read == 0 || read + cost <= ESSENTIAL;
            if read > 0
                && cost > COMMON
                && let [only] = postings.stems(at)
                && only.df as f32 > n as f32 * EVERYWHERE
            {
                found.idfs[at] = clause.worth * only.telling;
                found.unread[at] = true;
                continue;
            }
            found.idfs[at] = scorer.clause(at, clause);
            read += cost;
        }
        let skipped = scorer.has_skipped;
        scratch.collect(&layout, weights.coverage, skipped, &mut found);
        found
    })
}

/// Gives each sentence of a plan what it is worth: how well its best answer fits, compared with
/// that of the best sentence. Greetings and anger fit nothing well.
pub(super) fn focus(plan: &mut Plan, partitions: &[&Partition], weights: &Weights) {
    if plan.sentences < 2 {
        return;
    }
    let fits: Vec<f32> = (0..plan.sentences)
        .map(|sentence| {
            let own = plan.clauses.iter().filter(|clause| clause.sentence == sentence);
            let own = Plan { clauses: own.cloned().collect(), ..Plan::default() };
            let found = retrieve(&own, partitions, weights);
            found.candidates.iter().map(|candidate| candidate.score).fold(0.0, f32::max)
        })
        .collect();
    let best = fits.iter().copied().fold(0.0, f32::max);
    if best > 0.0 {
        for clause in &mut plan.clauses {
            clause.worth = (fits[clause.sentence] / best).powf(weights.focus);
        }
    }
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
    let wanted = layout.articles[candidate.partition()] + candidate.article;
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.prepare(&layout);
        let postings = layout.find(std::slice::from_ref(clause), weights);
        let mut scorer = Scorer::new(scratch, &layout, &postings, weights);
        let mut parts: Vec<Part> = Vec::new();
        let mut stems = postings.stems(0);
        for (at, alternative) in clause.alternatives.iter().enumerate() {
            let (its_stems, others) = stems.split_at(alternative.stems.len());
            stems = others;
            let (shares, own) = scorer.alternative(its_stems);
            for share in shares.iter().filter(|share| share.article == wanted) {
                let section = (!share.field.is_of_article())
                    .then(|| {
                        let first = layout.docs[candidate.partition()];
                        partitions[candidate.partition()].section_at(share.slot - first)
                    })
                    .flatten();
                let source = share.field.name();
                let score = share.value * (own * clause.worth).min(idf) * alternative.weight;
                parts.push(Part { alternative: Some(at), source, section, score });
            }
        }
        if let Some(exact) = clause.exact.as_ref().filter(|_| !parts.is_empty()) {
            let mut found = false;
            partitions[candidate.partition()]
                .each_article_with(exact, |article| found |= article == candidate.article);
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
    postings: &'a Postings<'a>,
    weights: &'a Weights,
    /// Whether articles that have nothing yet become candidates.
    brings_candidates: bool,
    /// Whether something that may stand for a clause was not read.
    has_skipped: bool,
}

impl<'a> Scorer<'a> {
    fn new(
        scratch: &'a mut Scratch,
        layout: &'a Layout<'a>,
        postings: &'a Postings<'a>,
        weights: &'a Weights,
    ) -> Self {
        Self { scratch, layout, postings, weights, brings_candidates: true, has_skipped: false }
    }

    /// Adds a clause to all scores; its idf.
    fn clause(&mut self, at: usize, clause: &Clause) -> f32 {
        let bit = 1u64 << at.min(63);
        let postings = self.postings;
        let own = match postings.stems(at) {
            [only] if only.df == 0 => return 0.0,
            [only] => {
                let telling = clause.worth * only.telling;
                let factor = telling * clause.alternatives[0].weight;
                self.add(only, factor, bit);
                telling
            }
            stems => self.alternatives(clause, stems, bit),
        };
        if own > 0.0
            && let Some(exact) = &clause.exact
        {
            self.exact(exact, own * self.weights.exact);
        }
        own
    }

    /// Adds a stem that nothing else can stand for.
    fn add(&mut self, stem: &StemPostings, factor: f32, bit: u64) {
        let (layout, weights, brings) = (self.layout, self.weights, self.brings_candidates);
        let scratch = &mut *self.scratch;
        for list in self.postings.lists(stem) {
            // Each kind of field has a loop of its own: it is gone through thousands of times.
            if list.field.is_of_article() {
                list.each_value(layout, weights, |_, article, value| {
                    scratch.add_own(article, value * factor, bit, brings);
                });
            } else {
                list.each_value(layout, weights, |doc, article, value| {
                    scratch.add_section(doc, article, value * factor, bit, brings);
                });
            }
        }
    }

    /// Of several alternatives the best counts, in each article and each section.
    fn alternatives(&mut self, clause: &Clause, mut stems: &[StemPostings], bit: u64) -> f32 {
        let mut own = 0.0;
        let mut touched: Vec<(u32, u32, TextField)> = Vec::new();
        for alternative in &clause.alternatives {
            let (its_stems, others) = stems.split_at(alternative.stems.len());
            stems = others;
            // What adds next to nothing is not read.
            let is_faint = own > 0.0 && most(alternative, its_stems) * clause.worth < own * FAINT;
            if is_faint {
                self.has_skipped |= its_stems.iter().any(|stem| stem.df > 0);
                continue;
            }
            let is_first = own <= 0.0;
            if let [stem] = its_stems {
                let idf = clause.worth * stem.telling;
                if idf <= 0.0 {
                    continue;
                }
                own = if is_first { idf } else { own };
                // A rare synonym of a common word tells no more than the word would.
                let factor = own.min(idf) * alternative.weight;
                let brings = self.brings_candidates;
                let (layout, weights) = (self.layout, self.weights);
                let scratch = &mut *self.scratch;
                for list in self.postings.lists(stem) {
                    list.each_share(layout, weights, |share| {
                        if brings || scratch.is_candidate(share.article) {
                            scratch.sum(share, factor);
                        }
                    });
                }
            } else {
                let (shares, idf) = self.alternative(its_stems);
                let idf = idf * clause.worth;
                own = if is_first { idf } else { own };
                for share in &shares {
                    self.scratch.sum(*share, own.min(idf) * alternative.weight);
                }
                self.scratch.shares = shares;
            }
            self.scratch.keep_best(&mut touched);
        }
        for (slot, article, field) in touched {
            let value = std::mem::take(&mut self.scratch.bests(field)[slot as usize]);
            if field.is_of_article() {
                self.scratch.add_own(article, value, bit, self.brings_candidates);
            } else {
                self.scratch.add_section(slot, article, value, bit, self.brings_candidates);
            }
        }
        own
    }

    /// The shares of one alternative (of a phrase, only in articles that have all its words), and
    /// its idf.
    fn alternative(&mut self, words: &[StemPostings]) -> (Vec<Share>, f32) {
        let mut shares = std::mem::take(&mut self.scratch.shares);
        shares.clear();
        let (layout, weights) = (self.layout, self.weights);
        if let [stem] = words {
            for list in self.postings.lists(stem) {
                list.each_share(layout, weights, |share| shares.push(share));
            }
            return (shares, stem.telling);
        }
        let n = layout.article_count();
        let count = words.len() as f32;
        let all_words = (1u64 << words.len().min(63)) - 1;
        let seen = &mut self.scratch.words_seen;
        for (word, stem) in words.iter().enumerate() {
            for list in self.postings.lists(stem) {
                list.each_share(layout, weights, |mut share| {
                    share.value /= count;
                    seen[share.article as usize] |= 1 << word.min(63);
                    shares.push(share);
                });
            }
        }
        let touched: Vec<u32> = shares.iter().map(|share| share.article).collect();
        shares.retain(|share| seen[share.article as usize] == all_words);
        for article in touched {
            seen[article as usize] = 0;
        }
        let mut articles: Vec<u32> = shares.iter().map(|share| share.article).collect();
        articles.sort_unstable();
        articles.dedup();
        let df = articles.len() as u32;
        (shares, if df > 0 { idf(df, n) } else { 0.0 })
    }

    /// A bonus for candidates that have a word as it was typed.
    fn exact(&mut self, word: &str, bonus: f32) {
        let scratch = &mut *self.scratch;
        for (partition, first) in self.layout.partitions.iter().zip(&self.layout.articles) {
            partition.each_article_with(word, |article| scratch.reward(first + article, bonus));
        }
    }
}

/// The most that an alternative of one word can count; phrases are always read.
fn most(alternative: &Alternative, stems: &[StemPostings]) -> f32 {
    match stems {
        [stem] => alternative.weight * stem.telling,
        _ => f32::INFINITY,
    }
}
