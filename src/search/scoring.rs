//! The scores of articles by their postings: what the clauses of a query give their own fields, and
//! their best section.

use super::article_set::bits;
use super::matches::{Given, HAS, HAS_OWN, How, Matches, OWN, ROWS, Scratch, WRITES};
use super::postings::Posting;
use super::retrieve::Candidate;

/// Sections whose sums stand together with their article's; few have more.
const SECTIONS: usize = 8;

/// What an article's own fields and its sections come to.
pub(super) struct Sums {
    own: f32,
    /// The most that a section has.
    best: f32,
    sections: [f32; SECTIONS],
    later: Vec<f32>,
}

impl Sums {
    pub(super) const NOTHING: Self =
        Self { own: 0.0, best: 0.0, sections: [0.0; SECTIONS], later: Vec::new() };

    #[inline]
    fn give(&mut self, posting: Posting, value: f32) {
        if posting.field().is_of_article() {
            self.own += value;
        } else {
            self.add(posting.section(), value);
        }
    }

    /// The first of the best ones, if any has anything.
    fn best_section(&self) -> Option<u16> {
        let sections = self.sections.iter().chain(&self.later);
        let worse = sections.take_while(|sum| **sum < self.best).count();
        (self.best > 0.0).then_some(worse as u16)
    }

    #[inline]
    fn add(&mut self, section: u16, value: f32) {
        let at = usize::from(section);
        let sum = match self.sections.get_mut(at) {
            Some(sum) => sum,
            None => self.later(at - SECTIONS),
        };
        *sum += value;
        let sum = *sum;
        // Nothing is ever taken away.
        self.best = if sum > self.best { sum } else { self.best };
    }

    #[cold]
    fn later(&mut self, at: usize) -> &mut f32 {
        if self.later.len() <= at {
            self.later.resize(at + 1, 0.0);
        }
        &mut self.later[at]
    }

    pub(super) fn forget(&mut self) {
        (self.own, self.best, self.sections) = (0.0, 0.0, [0.0; SECTIONS]);
        self.later.clear();
    }
}

impl Matches<'_> {
    /// Adds up what the wanted articles of a block have, and calls `found` with each of them whose
    /// score is at least what the last call said.
    pub(super) fn score(
        &mut self,
        block: usize,
        articles: u64,
        mut least: f32,
        mut found: impl FnMut(Candidate) -> f32,
    ) {
        let (at, first) = self.partition_of(block);
        let Scratch { rows, mixed, sums, shares, .. } = &mut *self.scratch;
        let rows = &rows[block * self.width..][..self.width];
        let of_partition = block - first as usize / 64;
        if let [Given { how: How::Plain(stem, factor), cursors, bonus, .. }] = &mut *self.given {
            // Most articles have one word at one place: there is nothing to add up.
            let postings = &*stem.postings[at];
            postings.articles.each_rank(of_partition, articles, &mut cursors[at], |bit, rank| {
                let sums = &mut sums[bit as usize];
                let bonus = if rows[WRITES] >> bit & 1 != 0 { *bonus } else { 0.0 };
                let (score, section) = if let [only] = postings.of_rank(rank) {
                    let is_own = only.field().is_of_article();
                    (shares.of(*only) * *factor + bonus, (!is_own).then(|| only.section()))
                } else {
                    for posting in postings.of_rank(rank) {
                        sums.give(*posting, shares.of(*posting) * *factor);
                    }
                    let outcome = (sums.own + sums.best + bonus, sums.best_section());
                    sums.forget();
                    outcome
                };
                if score >= least {
                    least = found(Candidate {
                        partition: at as u16,
                        article: 64 * block as u32 + bit - first,
                        score,
                        section,
                        has_own: self.has_skipped || rows[HAS_OWN] >> bit & 1 != 0,
                    });
                }
            });
            return;
        }
        // Those that have something in fields of their own.
        let mut own = if self.has_skipped { u64::MAX } else { 0 };
        for (given, rows) in self.given.iter_mut().zip(rows.chunks_exact(ROWS)) {
            let wanted = rows[HAS] & articles;
            own |= rows[HAS_OWN];
            if wanted != 0 {
                match given.how {
                    How::Plain(stem, factor) => {
                        let postings = &*stem.postings[at];
                        let cursor = &mut given.cursors[at];
                        let set = &postings.articles;
                        set.each_rank(of_partition, wanted, cursor, |bit, rank| {
                            let sums = &mut sums[bit as usize];
                            for posting in postings.of_rank(rank) {
                                sums.give(*posting, shares.of(*posting) * factor);
                            }
                        });
                    }
                    How::Mixed(which) => {
                        for bit in bits(wanted) {
                            let sums = &mut sums[bit as usize];
                            for gift in mixed[which].of(64 * block as u32 + bit) {
                                if gift.section == OWN {
                                    sums.own += gift.value;
                                } else {
                                    sums.add(gift.section, gift.value);
                                }
                            }
                        }
                    }
                }
            }
            for bit in bits(rows[WRITES] & wanted) {
                sums[bit as usize].own += given.bonus;
            }
        }
        for bit in bits(articles) {
            let sums = &mut sums[bit as usize];
            let score = sums.own + sums.best;
            if score >= least {
                least = found(Candidate {
                    partition: at as u16,
                    article: 64 * block as u32 + bit - first,
                    score,
                    section: sums.best_section(),
                    has_own: own >> bit & 1 != 0,
                });
            }
            sums.forget();
        }
    }
}
