//! Which articles have what of a query: a row of bits for each of its clauses, and what a clause
//! gives each article that has it.
//!
//! Articles are counted through all partitions, in slots; 64 of these are a block. Each partition
//! begins with a block, so that its sets of articles are taken over block by block.

use super::Weights;
use super::article_set::ArticleSet;
use super::partition::Partition;
use super::plan::Clause;
use super::postings::{FoundStem, Posting, Shares};
use super::ranking::idf;
use super::scoring::Sums;

/// An alternative that counts less than this share of its word is not read.
const FAINT: f32 = 0.15;
/// Stands for the article itself where a section is told.
pub(super) const OWN: u16 = u16::MAX;
/// Ends a chain of gifts.
const NONE: u32 = u32::MAX;

/// The rows of a clause: articles that have it, those that have it in fields of their own, and those
/// that write its word just as it was typed.
pub(super) const ROWS: usize = 3;
pub(super) const HAS: usize = 0;
pub(super) const HAS_OWN: usize = 1;
pub(super) const WRITES: usize = 2;

/// Memory used again from query to query.
pub(super) struct Scratch {
    /// Block by block: 64 bits of each row.
    pub(super) rows: Vec<u64>,
    pub(super) mixed: Vec<Mixed>,
    /// What the articles of a block have, while it is added up.
    pub(super) sums: [Sums; 64],
    /// For what it was made, and what postings count there.
    pub(super) shares: Shares,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            mixed: Vec::new(),
            sums: [const { Sums::NOTHING }; 64],
            shares: Shares::default(),
        }
    }
}

/// What a clause with several alternatives gives: of each article and each section, the most that
/// one of them does. Kept as a chain for each article, for most have one or two.
#[derive(Default)]
pub(super) struct Mixed {
    /// By slot: the first of its gifts.
    firsts: Vec<u32>,
    gifts: Vec<Gift>,
    /// The slots that have any.
    slots: Vec<u32>,
}

pub(super) struct Gift {
    pub(super) value: f32,
    pub(super) section: u16,
    next: u32,
}

impl Mixed {
    fn offer(&mut self, slot: u32, section: u16, value: f32) {
        let first = self.firsts[slot as usize];
        let mut at = first;
        while at != NONE {
            let gift = &mut self.gifts[at as usize];
            if gift.section == section {
                gift.value = gift.value.max(value);
                return;
            }
            at = gift.next;
        }
        if first == NONE {
            self.slots.push(slot);
        }
        self.firsts[slot as usize] = self.gifts.len() as u32;
        self.gifts.push(Gift { value, section, next: first });
    }

    pub(super) fn of(&self, slot: u32) -> impl Iterator<Item = &Gift> {
        let mut at = self.firsts[slot as usize];
        std::iter::from_fn(move || {
            let gift = self.gifts.get(at as usize)?;
            at = gift.next;
            Some(gift)
        })
    }

    fn forget(&mut self, slots: usize) {
        for slot in self.slots.drain(..) {
            self.firsts[slot as usize] = NONE;
        }
        self.gifts.clear();
        if self.firsts.len() < slots {
            self.firsts.resize(slots, NONE);
        }
    }
}

/// The clauses of a query that were read.
pub(super) struct Matches<'a> {
    pub(super) scratch: &'a mut Scratch,
    partitions: &'a [&'a Partition],
    weights: &'a Weights,
    /// By partition: its first slot; and where the last one ends.
    firsts: Vec<u32>,
    /// Rows of all clauses.
    pub(super) width: usize,
    pub(super) given: Vec<Given<'a>>,
    mixed: usize,
    /// Whether something that may stand for a clause was not read.
    pub(super) has_skipped: bool,
}

/// How a clause gives.
pub(super) struct Given<'a> {
    pub(super) how: How<'a>,
    /// By partition: how far its articles have been gone through.
    pub(super) cursors: Vec<usize>,
    /// What its word as it was typed adds.
    pub(super) bonus: f32,
}

pub(super) enum How<'a> {
    /// One stem, and what it tells.
    Plain(&'a FoundStem, f32),
    /// Which of those in the scratch.
    Mixed(usize),
}

impl<'a> Matches<'a> {
    /// Makes room for so many clauses.
    pub(super) fn new(
        scratch: &'a mut Scratch,
        clauses: usize,
        partitions: &'a [&'a Partition],
        weights: &'a Weights,
    ) -> Self {
        let mut firsts = vec![0u32];
        for partition in partitions {
            let first = firsts[firsts.len() - 1];
            firsts.push(first + partition.articles.len().next_multiple_of(64) as u32);
        }
        let width = clauses * ROWS;
        let blocks = firsts[partitions.len()] as usize / 64;
        scratch.shares.fit(partitions, weights);
        scratch.rows.clear();
        scratch.rows.resize(blocks * width, 0);
        scratch.sums.iter_mut().for_each(Sums::forget);
        Self {
            scratch,
            partitions,
            weights,
            firsts,
            width,
            given: Vec::with_capacity(clauses),
            mixed: 0,
            has_skipped: false,
        }
    }

    /// Reads a clause; how much it tells, and the most that it can give by each of its rows.
    pub(super) fn read(&mut self, clause: &Clause, stems: &'a [FoundStem]) -> (f32, [f32; ROWS]) {
        let (own, how, most) = match stems {
            [only] => {
                let telling = clause.worth * only.telling;
                let factor = telling * clause.alternatives[0].weight;
                let most = self.read_plain(only, factor);
                (telling, How::Plain(only, factor), most)
            }
            stems => self.read_mixed(clause, stems),
        };
        let cursors = vec![0; self.partitions.len()];
        let mut given = Given { how, cursors, bonus: 0.0 };
        if let Some(exact) = &clause.exact
            && own > 0.0
        {
            given.bonus = own * self.weights.exact;
            for at in 0..self.partitions.len() {
                let articles = self.partitions[at].articles_writing(exact);
                self.mark(at, WRITES, &articles);
            }
        }
        let most = [most.1, most.0, given.bonus];
        self.given.push(given);
        (own, most)
    }

    /// Marks articles in a row of the clause that is being read.
    fn mark(&mut self, partition: usize, row: usize, articles: &ArticleSet) {
        let first = self.firsts[partition] as usize / 64;
        let row = self.given.len() * ROWS + row;
        let (rows, width) = (&mut self.scratch.rows, self.width);
        articles.each_block(|at, bits| rows[(first + at) * width + row] |= bits);
    }

    /// The most that it gives as itself and in a section.
    fn read_plain(&mut self, stem: &FoundStem, factor: f32) -> (f32, f32) {
        let (mut own, mut section) = (0.0f32, 0.0f32);
        for (at, postings) in stem.postings.iter().enumerate() {
            let most = postings.most(&self.scratch.shares);
            (own, section) = (own.max(most.0), section.max(most.1));
            if self.scratch.shares.ignore_a_field() {
                // Only who has it where it counts.
                let counts = |posting: &Posting| self.scratch.shares.of(*posting) > 0.0;
                let mut articles = Vec::new();
                postings.each(|article, postings| {
                    articles.extend(postings.iter().any(counts).then_some(article));
                });
                let n = self.partitions[at].articles.len();
                self.mark(at, HAS, &ArticleSet::of(articles, n));
            } else {
                self.mark(at, HAS, &postings.articles);
            }
            self.mark(at, HAS_OWN, &postings.own);
        }
        (own * factor, section * factor)
    }

    /// Of several alternatives the best counts, in each article and each section.
    fn read_mixed(
        &mut self,
        clause: &Clause,
        mut stems: &'a [FoundStem],
    ) -> (f32, How<'a>, (f32, f32)) {
        if self.scratch.mixed.len() == self.mixed {
            self.scratch.mixed.push(Mixed::default());
        }
        let mut mixed = std::mem::take(&mut self.scratch.mixed[self.mixed]);
        mixed.forget(self.firsts[self.partitions.len()] as usize);
        let mut own = 0.0f32;
        for alternative in &clause.alternatives {
            let (its_stems, others) = stems.split_at(alternative.stems.len());
            stems = others;
            let is_first = own <= 0.0;
            if let [stem] = its_stems {
                let telling = clause.worth * stem.telling;
                // What adds next to nothing is not read.
                if !is_first && alternative.weight * telling < own * FAINT {
                    self.has_skipped |= stem.df > 0;
                    continue;
                }
                if telling <= 0.0 {
                    continue;
                }
                own = if is_first { telling } else { own };
                // A rare synonym of a common word tells no more than the word would.
                let factor = own.min(telling) * alternative.weight;
                for (first, postings) in self.firsts.iter().zip(&stem.postings) {
                    postings.each(|article, postings| {
                        each_sum(
                            postings.iter().map(|p| (*p, factor)),
                            &self.scratch.shares,
                            |section, sum| {
                                mixed.offer(first + article, section, sum);
                            },
                        );
                    });
                }
            } else {
                let telling =
                    clause.worth * telling(its_stems, self.partitions, &self.scratch.shares);
                if telling <= 0.0 {
                    continue;
                }
                own = if is_first { telling } else { own };
                let factor = own.min(telling) * alternative.weight / its_stems.len() as f32;
                for (at, first) in self.firsts[..self.partitions.len()].iter().enumerate() {
                    for article in its_stems[0].postings[at].articles.iter() {
                        let postings = having_all(its_stems, at, article, &self.scratch.shares);
                        let postings = postings.into_iter().map(|posting| (posting, factor));
                        each_sum(postings, &self.scratch.shares, |section, sum| {
                            mixed.offer(first + article, section, sum);
                        });
                    }
                }
            }
        }
        let row = self.given.len() * ROWS;
        let (mut most_own, mut most_section) = (0.0f32, 0.0f32);
        for slot in &mixed.slots {
            let rows = &mut self.scratch.rows[*slot as usize / 64 * self.width + row..];
            let bit = 1u64 << (slot % 64);
            rows[HAS] |= bit;
            for gift in mixed.of(*slot) {
                if gift.section == OWN {
                    rows[HAS_OWN] |= bit;
                    most_own = most_own.max(gift.value);
                } else {
                    most_section = most_section.max(gift.value);
                }
            }
        }
        self.scratch.mixed[self.mixed] = mixed;
        self.mixed += 1;
        (own, How::Mixed(self.mixed - 1), (most_own, most_section))
    }

    /// Begins anew with the first articles.
    pub(super) fn rewind(&mut self) {
        for given in &mut self.given {
            given.cursors.fill(0);
        }
    }

    /// How many blocks there are.
    pub(super) fn blocks(&self) -> usize {
        self.firsts[self.partitions.len()] as usize / 64
    }

    /// Of a block, the rows of each clause, in the order in which they were read.
    #[inline]
    pub(super) fn rows(&self, block: usize) -> &[u64] {
        &self.scratch.rows[block * self.width..][..self.width]
    }

    /// The partition that a block is of, and the first slot of that.
    pub(super) fn partition_of(&self, block: usize) -> (usize, u32) {
        let is_before = |at: &usize| self.firsts[*at] as usize <= 64 * block;
        let at = (1..self.partitions.len()).rev().find(is_before).unwrap_or(0);
        (at, self.firsts[at])
    }
}

/// Calls `found` with what an article's postings come to: as itself, and for each section. They are in
/// order, each with what it counts.
fn each_sum(
    postings: impl Iterator<Item = (Posting, f32)>,
    shares: &Shares,
    mut found: impl FnMut(u16, f32),
) {
    let mut own = 0.0;
    let mut last = (OWN, 0.0);
    for (posting, factor) in postings {
        let value = shares.of(posting) * factor;
        if posting.field().is_of_article() {
            own += value;
        } else if posting.section() == last.0 {
            last.1 += value;
        } else {
            if last.1 > 0.0 {
                found(last.0, last.1);
            }
            last = (posting.section(), value);
        }
    }
    if last.1 > 0.0 {
        found(last.0, last.1);
    }
    if own > 0.0 {
        found(OWN, own);
    }
}

/// The postings of an article that has all of some stems, in order; none when it lacks one.
pub(super) fn having_all(
    stems: &[FoundStem],
    partition: usize,
    article: u32,
    shares: &Shares,
) -> Vec<Posting> {
    let mut postings = Vec::new();
    for stem in stems {
        let before = postings.len();
        let of_stem = stem.postings[partition].of(article).iter().copied();
        postings.extend(of_stem.filter(|posting| shares.of(*posting) > 0.0));
        if postings.len() == before {
            return Vec::new();
        }
    }
    postings.sort_unstable();
    postings
}

/// What an alternative tells: its stem, or that all words of a phrase stand in an article.
pub(super) fn telling(stems: &[FoundStem], partitions: &[&Partition], shares: &Shares) -> f32 {
    if let [only] = stems {
        return only.telling;
    }
    let n = partitions.iter().map(|partition| partition.articles.len()).sum();
    let in_partition = |at: usize| {
        let first = stems.first().map(|stem| stem.postings[at].articles.iter());
        let articles = first.into_iter().flatten();
        articles.filter(|article| !having_all(stems, at, *article, shares).is_empty()).count()
    };
    let df: usize = (0..partitions.len()).map(in_partition).sum();
    if df > 0 { idf(df as u32, n) } else { 0.0 }
}
