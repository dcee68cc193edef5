//! Scores while they are being added up: one tally for each article and one number for each
//! document, in arrays that are used again from query to query.

use super::postings::{Layout, Share};
use super::retrieve::{Candidate, NO_DOC, Retrieved};
use super::schema::TextField;

/// What is known of an article so far; all of it together, for whoever needs one needs the others.
#[derive(Debug, Clone, Copy)]
struct Tally {
    /// A bit for each clause that it has something of; none, and it is no candidate.
    mask: u64,
    /// The sum of its own fields.
    head: f32,
    /// The sum of its best section, and the document that this is.
    best: f32,
    doc: u32,
    /// Whether one of its own fields has something.
    has_own: bool,
}

const NOTHING: Tally = Tally { mask: 0, head: 0.0, best: 0.0, doc: NO_DOC, has_own: false };

/// Arrays used again from query to query.
#[derive(Default)]
pub(super) struct Scratch {
    tallies: Vec<Tally>,
    section: Vec<f32>,
    /// What one alternative gives each article, and each document.
    pub(super) one_head: Vec<f32>,
    pub(super) one_section: Vec<f32>,
    /// Where it gives anything.
    pub(super) summed: Vec<(u32, u32, TextField)>,
    /// What the best alternative gives.
    pub(super) best_head: Vec<f32>,
    pub(super) best_section: Vec<f32>,
    /// By article: a bit for each word of a phrase that it has.
    pub(super) words_seen: Vec<u64>,
    pub(super) shares: Vec<Share>,
    /// The candidates.
    articles: Vec<u32>,
    /// Documents with a score, and their articles.
    docs: Vec<(u32, u32)>,
}

impl Scratch {
    pub(super) fn prepare(&mut self, layout: &Layout<'_>) {
        let (articles, docs) = (layout.article_count(), layout.doc_count());
        if self.tallies.len() < articles {
            self.tallies.resize(articles, NOTHING);
            self.words_seen.resize(articles, 0);
        }
        if self.section.len() < docs {
            self.section.resize(docs, 0.0);
        }
        for (values, length) in [
            (&mut self.one_head, articles),
            (&mut self.best_head, articles),
            (&mut self.one_section, docs),
            (&mut self.best_section, docs),
        ] {
            if values.len() < length {
                values.resize(length, 0.0);
            }
        }
    }

    /// Whether an article has anything yet.
    pub(super) fn is_candidate(&self, article: u32) -> bool {
        self.tallies[article as usize].mask != 0
    }

    /// Adds to what one alternative gives.
    pub(super) fn sum(&mut self, share: Share, factor: f32) {
        let is_of_article = share.field.is_of_article();
        let sums = if is_of_article { &mut self.one_head } else { &mut self.one_section };
        let sum = &mut sums[share.slot as usize];
        if *sum <= 0.0 {
            self.summed.push((share.slot, share.article, share.field));
        }
        *sum += share.value * factor;
    }

    /// Keeps what the alternative gives where it is the best so far.
    pub(super) fn keep_best(&mut self, touched: &mut Vec<(u32, u32, TextField)>) {
        for (slot, article, field) in self.summed.drain(..) {
            let at = slot as usize;
            let (sums, bests) = if field.is_of_article() {
                (&mut self.one_head, &mut self.best_head)
            } else {
                (&mut self.one_section, &mut self.best_section)
            };
            let sum = std::mem::take(&mut sums[at]);
            if sum > 0.0 && bests[at] <= 0.0 {
                touched.push((slot, article, field));
            }
            bests[at] = bests[at].max(sum);
        }
    }

    pub(super) fn bests(&mut self, field: TextField) -> &mut [f32] {
        if field.is_of_article() { &mut self.best_head } else { &mut self.best_section }
    }

    /// The tally of an article that has something of a clause; none when it is no candidate and is
    /// not to become one.
    #[inline]
    fn tally(&mut self, article: u32, bit: u64, brings_candidates: bool) -> Option<&mut Tally> {
        let tally = &mut self.tallies[article as usize];
        if tally.mask == 0 {
            if !brings_candidates {
                return None;
            }
            self.articles.push(article);
        }
        tally.mask |= bit;
        Some(tally)
    }

    /// Adds to what an article's own fields have.
    #[inline]
    pub(super) fn add_own(&mut self, article: u32, value: f32, bit: u64, brings_candidates: bool) {
        if let Some(tally) = self.tally(article, bit, brings_candidates) {
            tally.head += value;
            tally.has_own = true;
        }
    }

    /// Adds to what a section has.
    #[inline]
    pub(super) fn add_section(
        &mut self,
        doc: u32,
        article: u32,
        value: f32,
        bit: u64,
        brings_candidates: bool,
    ) {
        if self.tally(article, bit, brings_candidates).is_none() {
            return;
        }
        let section = &mut self.section[doc as usize];
        if *section <= 0.0 {
            self.docs.push((doc, article));
        }
        *section += value;
    }

    /// Adds to the score of an article that is a candidate already.
    pub(super) fn reward(&mut self, article: u32, bonus: f32) {
        let tally = &mut self.tallies[article as usize];
        if tally.mask != 0 {
            tally.head += bonus;
        }
    }

    /// Sums up what was found, the article's own fields and its best section, and forgets it.
    ///
    /// Articles that explain less than `least` of what the best-matching one does are left out: of
    /// «как вывести деньги», those that have nothing but «как». With something `skipped`, any article
    /// may have it in its own fields.
    pub(super) fn collect(
        &mut self,
        layout: &Layout<'_>,
        least: f32,
        skipped: bool,
        found: &mut Retrieved,
    ) {
        for (doc, article) in self.docs.drain(..) {
            let score = std::mem::take(&mut self.section[doc as usize]);
            let tally = &mut self.tallies[article as usize];
            // Of equal sections the first; documents are in the order of sections.
            if score > tally.best || (score >= tally.best && doc < tally.doc) {
                (tally.best, tally.doc) = (score, doc);
            }
        }
        let all = found.idfs.iter().fold(0.0, |sum, idf| sum + idf);
        let explained = |mask: u64| -> f32 {
            let (mut mask, mut sum) = (mask, 0.0);
            while mask != 0 {
                sum += found.idfs[mask.trailing_zeros() as usize];
                mask &= mask - 1;
            }
            sum
        };
        let masks = || self.articles.iter().map(|article| self.tallies[*article as usize].mask);
        // Most have the same few words of a query as the one before them.
        let (mut last, mut most) = (0, 0.0f32);
        for mask in masks() {
            if mask != last {
                most = most.max(explained(mask));
                last = mask;
                if most >= all {
                    break;
                }
            }
        }
        let least = most * least;
        found.candidates.reserve(self.articles.len());
        let (mut last, mut is_shown) = (0, false);
        for article in self.articles.drain(..) {
            let tally = std::mem::replace(&mut self.tallies[article as usize], NOTHING);
            if tally.mask != last {
                last = tally.mask;
                is_shown = explained(last) >= least;
            }
            if !is_shown {
                continue;
            }
            let partition = layout.partition_of(article);
            found.candidates.push(Candidate {
                partition: partition as u16,
                article: article - layout.articles[partition],
                score: tally.head + tally.best,
                doc: match tally.doc {
                    NO_DOC => NO_DOC,
                    doc => doc - layout.docs[partition],
                },
                has_own: tally.has_own || skipped,
            });
        }
    }
}
