//! Scores while they are being added up: one number for each article and each document, in arrays
//! that are used again from query to query.

use super::postings::{Layout, Share};
use super::retrieve::{Candidate, Retrieved};
use super::schema::TextField;

/// Arrays used again from query to query.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) head: Vec<f32>,
    pub(super) section: Vec<f32>,
    pub(super) mask: Vec<u64>,
    pub(super) best: Vec<(f32, u32)>,
    /// What one alternative gives each article, and each document.
    pub(super) one_head: Vec<f32>,
    pub(super) one_section: Vec<f32>,
    /// Where it gives anything.
    pub(super) summed: Vec<(u32, u32, TextField)>,
    /// What the best alternative gives.
    pub(super) best_head: Vec<f32>,
    pub(super) best_section: Vec<f32>,
    pub(super) stems: Vec<u64>,
    pub(super) shares: Vec<Share>,
    pub(super) articles: Vec<u32>,
    /// Documents with a score, and their articles.
    pub(super) docs: Vec<(u32, u32)>,
}

impl Scratch {
    pub(super) fn prepare(&mut self, layout: &Layout<'_>) {
        let (articles, docs) = (layout.article_count(), layout.doc_count());
        if self.head.len() < articles {
            self.head.resize(articles, 0.0);
            self.mask.resize(articles, 0);
            self.best.resize(articles, (0.0, u32::MAX));
            self.stems.resize(articles, 0);
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

    pub(super) fn add(&mut self, share: Share, factor: f32, bit: u64, brings_candidates: bool) {
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
    ///
    /// Articles that explain less than `least` of what the best-matching one does are left out: of
    /// «как вывести деньги», those that have nothing but «как».
    pub(super) fn collect(&mut self, layout: &Layout<'_>, least: f32, found: &mut Retrieved) {
        for &(doc, article) in &self.docs {
            let score = self.section[doc as usize];
            let best = &mut self.best[article as usize];
            // Of equal sections the first; documents are in the order of sections.
            if score > best.0 || (score >= best.0 && doc < best.1) {
                *best = (score, doc);
            }
        }
        let mut coverage = Vec::with_capacity(self.articles.len());
        let mut most = 0.0f32;
        for article in &self.articles {
            let mut mask = self.mask[*article as usize];
            let mut explained = 0.0;
            while mask != 0 {
                explained += found.idfs[mask.trailing_zeros() as usize];
                mask &= mask - 1;
            }
            most = most.max(explained);
            coverage.push(explained);
        }
        let worth_showing = |explained: &&f32| **explained >= most * least;
        found.candidates.reserve(coverage.iter().filter(worth_showing).count());
        for (article, explained) in self.articles.iter().zip(&coverage) {
            if !worth_showing(&explained) {
                continue;
            }
            let partition = layout.partition_of(*article);
            let index = *article as usize;
            let (best, doc) = self.best[index];
            found.candidates.push(Candidate {
                partition,
                article: *article - layout.articles[partition],
                score: self.head[index] + best,
                best: (doc != u32::MAX).then(|| doc - layout.docs[partition]),
            });
        }
    }

    pub(super) fn clear(&mut self) {
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
