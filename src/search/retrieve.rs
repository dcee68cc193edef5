//! From clauses to the best candidates by their postings, with exact totals.
//!
//! Every article that matches is counted, but only those are scored that can still be among the best:
//! each clause has a most that it can give, and most articles lack the clauses to get as far. An
//! article is scored all at once, so that a score does not depend on how the index happens to be
//! cut into segments.
//!
//! The rarest words of a query bring the candidates; common ones only add to them, and words that
//! nearly every article has are left to whoever looks at the words of the best candidates. A small
//! help center is searched in full: its postings are too few for any of this to begin.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Weights;
use super::article_set::bits;
use super::facets::Counts;
use super::matches::{HAS, HAS_OWN, Matches, ROWS, Scratch, WRITES, having_all, telling};
use super::partition::Partition;
use super::plan::{Clause, Plan};
use super::postings::{FoundStem, Shares};

/// Postings that may bring new candidates: the rarest clauses up to this many, and at least one.
const ESSENTIAL: usize = 4_000;
/// A clause with more postings than this…
const COMMON: usize = 4_000;
/// …in more than this share of the articles is not read at all.
const EVERYWHERE: f32 = 0.3;

/// An article that has something of the query, with its score before its words were looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Which partition, and which article of it.
    pub(super) partition: u16,
    pub(super) article: u32,
    pub(super) score: f32,
    /// The position of its best section; none when only the article's own fields match.
    pub(super) section: Option<u16>,
    /// Whether its own fields may have something of the query.
    pub(super) has_own: bool,
}

impl Candidate {
    pub(super) fn partition(&self) -> usize {
        usize::from(self.partition)
    }
}

/// What retrieving found.
#[derive(Debug, Default)]
pub(super) struct Retrieved {
    /// The best ones, in no order; perhaps a few more than were asked for.
    pub(super) candidates: Vec<Candidate>,
    /// How many there are, of those that pass the filters.
    pub(super) total: usize,
    /// The idf of each clause; zero when nothing has it.
    pub(super) idfs: Vec<f32>,
    /// The clauses whose postings were not read: their share is still to be added.
    pub(super) unread: Vec<bool>,
}

thread_local! {
    static SCRATCH: RefCell<(Scratch, Survey)> = RefCell::default();
}

/// Finds the articles that have a word of the plan, and scores the best `kept` of those that `counts`
/// lets pass.
///
/// Articles that explain less than [`Weights::coverage`] of what the best-matching one does are left
/// out: of «как вывести деньги», those that have nothing but «как».
pub(super) fn retrieve(
    plan: &Plan,
    partitions: &[&Partition],
    weights: &Weights,
    kept: usize,
    mut counts: Option<&mut Counts<'_>>,
) -> Retrieved {
    let find = |clause| FoundStem::of_clause(clause, partitions, weights);
    let stems: Vec<Vec<FoundStem>> = plan.clauses.iter().map(find).collect();
    let mut found = Retrieved {
        idfs: vec![0.0; plan.clauses.len()],
        unread: vec![false; plan.clauses.len()],
        ..Retrieved::default()
    };
    let roles = roles(plan, &stems, partitions, &mut found);
    SCRATCH.with_borrow_mut(|(scratch, survey)| {
        let clauses = roles.iter().flatten().count();
        let mut matches = Matches::new(scratch, clauses, partitions, weights);
        let mut known = Vec::with_capacity(clauses);
        for (at, (clause, role)) in plan.clauses.iter().zip(&roles).enumerate() {
            if let Some(brings_candidates) = *role {
                let (idf, most) = matches.read(clause, &stems[at]);
                found.idfs[at] = idf;
                known.push(Known {
                    idf,
                    brings_candidates,
                    most_of_section: units_above(most[HAS] + most[WRITES]),
                    most_of_own: units_above(most[HAS_OWN]),
                });
            }
        }
        let least = weights.coverage * survey.begin(&matches, &known);
        for at in 0..matches.blocks() {
            let mut articles = survey.explaining(matches.rows(at), &known, at, least);
            if let Some(counts) = &mut counts
                && articles != 0
            {
                let (partition, first) = matches.partition_of(at);
                articles = counts.count(partition, 64 * at as u32 - first, articles);
            }
            found.total += articles.count_ones() as usize;
            survey.candidates[at] = articles;
        }
        // What stands in a title or question counts most: the sooner the best are known, the fewer
        // others have to be scored.
        let mut best = Best::of(kept);
        for own_first in [true, false] {
            for at in 0..matches.blocks() {
                let rows = matches.rows(at);
                let own = has_own(rows);
                let articles = survey.candidates[at] & if own_first { own } else { !own };
                if articles != 0 {
                    let least = units_below(best.least());
                    let articles = survey.reaching(rows, &known, at, articles, least);
                    best.add(&mut matches, at, articles);
                }
            }
            matches.rewind();
        }
        found.candidates = best.candidates();
    });
    found
}

/// Which clauses are read, and whether they bring candidates.
fn roles(
    plan: &Plan,
    stems: &[Vec<FoundStem>],
    partitions: &[&Partition],
    found: &mut Retrieved,
) -> Vec<Option<bool>> {
    let n: usize = partitions.iter().map(|partition| partition.articles.len()).sum();
    let cost = |stems: &Vec<FoundStem>| stems.iter().map(FoundStem::len).sum();
    let mut order: Vec<(usize, usize)> = stems.iter().map(cost).zip(0..).collect();
    order.sort_unstable();
    let mut roles = vec![None; stems.len()];
    let mut read = 0;
    for (cost, at) in order.into_iter().filter(|(cost, _)| *cost > 0) {
        if read > 0
            && cost > COMMON
            && let [only] = stems[at].as_slice()
            && only.df as f32 > n as f32 * EVERYWHERE
        {
            found.idfs[at] = plan.clauses[at].worth * only.telling;
            found.unread[at] = true;
            continue;
        }
        roles[at] = Some(read == 0 || read + cost <= ESSENTIAL);
        read += cost;
    }
    roles
}

/// Those articles of a block that have any clause in a field of their own.
fn has_own(rows: &[u64]) -> u64 {
    rows.chunks_exact(ROWS).fold(0, |all, rows| all | rows[HAS_OWN])
}

/// What is known of the candidates before any is scored. What can be said of a whole block is not
/// asked of each of its articles.
#[derive(Default)]
struct Survey {
    /// Which articles they are, by block.
    candidates: Vec<u64>,
    /// By block: whether each of its candidates was looked at.
    is_seen: Vec<bool>,
    /// By article, where it was looked at: what it has of the query, in idfs.
    explained: Vec<f32>,
    /// The most that its score can be, in [`UNIT`]s.
    most: Vec<u32>,
}

/// What a clause that is read tells, and the most that it can give.
struct Known {
    idf: f32,
    /// Whether articles that have nothing else become candidates.
    brings_candidates: bool,
    /// A section and the word as it was typed, in [`UNIT`]s.
    most_of_section: u32,
    /// The article's own fields.
    most_of_own: u32,
}

impl Survey {
    /// Finds the candidates; how much the best-matching one explains.
    fn begin(&mut self, matches: &Matches<'_>, known: &[Known]) -> f32 {
        let blocks = matches.blocks();
        self.candidates.clear();
        self.is_seen.clear();
        self.is_seen.resize(blocks, false);
        self.explained.resize(64 * blocks, 0.0);
        self.most.resize(64 * blocks, 0);
        for at in 0..blocks {
            let rows = matches.rows(at);
            let mut articles = 0;
            for (at, clause) in known.iter().enumerate() {
                articles |= if clause.brings_candidates { rows[at * ROWS + HAS] } else { 0 };
            }
            self.candidates.push(articles);
        }
        let all: f32 = known.iter().map(|clause| clause.idf).sum();
        if known.len() < 2 {
            return all;
        }
        let mut most = 0.0f32;
        for at in 0..blocks {
            let (rows, articles) = (matches.rows(at), self.candidates[at]);
            let mut together = 0.0;
            for (at, clause) in known.iter().enumerate() {
                together += if rows[at * ROWS + HAS] & articles == 0 { 0.0 } else { clause.idf };
            }
            if together > most {
                self.look(rows, known, at);
                for article in bits(articles) {
                    most = most.max(self.explained[64 * at + article as usize]);
                }
                if most >= all {
                    break;
                }
            }
        }
        most
    }

    /// Looks at each candidate of a block, unless that was done.
    fn look(&mut self, rows: &[u64], known: &[Known], at: usize) {
        if std::mem::replace(&mut self.is_seen[at], true) {
            return;
        }
        let articles = self.candidates[at];
        let explained = &mut self.explained[64 * at..64 * (at + 1)];
        let most = &mut self.most[64 * at..64 * (at + 1)];
        for article in bits(articles) {
            (explained[article as usize], most[article as usize]) = (0.0, 0);
        }
        for (at, clause) in known.iter().enumerate() {
            for article in bits(rows[at * ROWS + HAS] & articles) {
                explained[article as usize] += clause.idf;
                let most = &mut most[article as usize];
                *most = most.saturating_add(clause.most_of_section);
            }
            for article in bits(rows[at * ROWS + HAS_OWN] & articles) {
                let most = &mut most[article as usize];
                *most = most.saturating_add(clause.most_of_own);
            }
        }
    }

    /// Those candidates of a block that explain enough.
    fn explaining(&mut self, rows: &[u64], known: &[Known], at: usize, least: f32) -> u64 {
        let articles = self.candidates[at];
        if articles == 0 {
            return 0;
        }
        let mut sure = 0;
        for (at, clause) in known.iter().enumerate() {
            sure |= if clause.idf >= least { rows[at * ROWS + HAS] } else { 0 };
        }
        let doubtful = articles & !sure;
        if doubtful == 0 {
            return articles;
        }
        self.look(rows, known, at);
        let explained = &self.explained[64 * at..64 * (at + 1)];
        let short = bits(doubtful).filter(|article| explained[*article as usize] < least);
        short.fold(articles, |left, article| left & !(1 << article))
    }

    /// Those of some articles of a block whose score may be as high as this.
    fn reaching(
        &mut self,
        rows: &[u64],
        known: &[Known],
        at: usize,
        articles: u64,
        least: u32,
    ) -> u64 {
        let mut together = 0u64;
        for (at, clause) in known.iter().enumerate() {
            let (has, own) = (rows[at * ROWS + HAS], rows[at * ROWS + HAS_OWN]);
            together += if has & articles == 0 { 0 } else { u64::from(clause.most_of_section) };
            together += if own & articles == 0 { 0 } else { u64::from(clause.most_of_own) };
        }
        if together < u64::from(least) {
            return 0;
        }
        if known.len() < 2 || least == 0 {
            return articles;
        }
        self.look(rows, known, at);
        let most = &self.most[64 * at..64 * (at + 1)];
        let short = bits(articles).filter(|article| most[*article as usize] < least);
        short.fold(articles, |left, article| left & !(1 << article))
    }
}

/// The best candidates so far.
struct Best {
    kept: usize,
    /// The scores of the best `kept`, the worst of them first; no score is negative, so that their bits
    /// are in their order.
    scores: BinaryHeap<Reverse<u32>>,
    candidates: Vec<Candidate>,
}

/// Bounds are added up as whole numbers of this: dozens of them for each article.
const UNIT: f32 = 1.0 / 65536.0;

/// A sum of bounds must not fall below the sum of what they bound, however both are rounded.
fn units_above(most: f32) -> u32 {
    (most * (1.0 + 1e-4) / UNIT).ceil() as u32
}

fn units_below(least: f32) -> u32 {
    (least / UNIT) as u32
}

impl Best {
    fn of(kept: usize) -> Self {
        Self {
            kept,
            scores: BinaryHeap::with_capacity(kept.min(64)),
            candidates: Vec::with_capacity(kept.min(64)),
        }
    }

    /// The least that counts by now.
    fn least(&self) -> f32 {
        let is_full = self.scores.len() >= self.kept;
        self.scores.peek().filter(|_| is_full).map_or(0.0, |worst| f32::from_bits(worst.0))
    }

    /// Scores some articles of a block.
    fn add(&mut self, matches: &mut Matches<'_>, at: usize, articles: u64) {
        let least = self.least();
        matches.score(at, articles, least, |candidate| {
            self.candidates.push(candidate);
            self.scores.push(Reverse(candidate.score.to_bits()));
            if self.scores.len() > self.kept {
                self.scores.pop();
            }
            self.least()
        });
    }

    fn candidates(mut self) -> Vec<Candidate> {
        let least = self.least();
        self.candidates.retain(|candidate| candidate.score >= least);
        self.candidates
    }
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
            let found = retrieve(&own, partitions, weights, 1, None);
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
    let stems = FoundStem::of_clause(clause, partitions, weights);
    let shares = Shares::new(partitions, weights);
    let (at, article) = (candidate.partition(), candidate.article);
    let mut parts: Vec<Part> = Vec::new();
    let mut stems = stems.as_slice();
    for (which, alternative) in clause.alternatives.iter().enumerate() {
        let (its_stems, others) = stems.split_at(alternative.stems.len());
        stems = others;
        let own = telling(its_stems, partitions, &shares) * clause.worth;
        let count = its_stems.len() as f32;
        for posting in having_all(its_stems, at, article, &shares) {
            let is_of_section = !posting.field().is_of_article();
            parts.push(Part {
                alternative: Some(which),
                source: posting.field().name(),
                section: is_of_section.then(|| usize::from(posting.section())),
                score: shares.of(posting) / count * own.min(idf) * alternative.weight,
            });
        }
    }
    if let Some(exact) = clause.exact.as_ref().filter(|_| !parts.is_empty())
        && partitions[at].articles_writing(exact).rank(article).is_some()
    {
        let score = idf * weights.exact;
        parts.push(Part { alternative: None, source: "exact form", section: None, score });
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::article::{Article, Audience, Locale, SourcePath};
    use crate::catalog::{Catalog, Content};
    use crate::search::plan::LastWord;
    use crate::search::{Index, Indexer};

    const WORDS: [&str; 12] = [
        "вывод",
        "карта",
        "бонус",
        "лимит",
        "ставка",
        "код",
        "паспорт",
        "счёт",
        "игра",
        "вход",
        "депозит",
        "налог",
    ];

    /// Articles that say these words: title, and sections.
    fn index_of(articles: &[(Vec<usize>, Vec<Vec<usize>>)]) -> Index {
        let locale: Locale = "ru".parse().unwrap();
        let say = |words: &[usize]| words.iter().map(|at| WORDS[*at]).collect::<Vec<_>>().join(" ");
        let articles = articles.iter().enumerate().map(|(at, (title, sections))| {
            let path = SourcePath::new(&format!("ru/all/a{at}.md"));
            let id = format!("a{at}").parse().unwrap();
            let mut article = Article::plain(path, &locale, id, &say(title), "");
            let empty = article.sections[0].clone();
            article.sections = sections
                .iter()
                .map(|words| crate::article::Section { text: say(words), ..empty.clone() })
                .collect();
            Arc::new(article)
        });
        let content = Content { articles: articles.collect(), ..Content::default() };
        let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
        Indexer::in_memory().sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap()
    }

    /// The best so many, and how many there are.
    fn best(index: &Index, text: &str, kept: usize) -> (Vec<(u32, f32, Option<u16>)>, usize) {
        let scope = index.scope(&"ru".parse().unwrap(), Audience::Public).unwrap();
        let weights = Weights::default();
        let plan = Plan::of(text, LastWord::Finished, scope.index, &scope.partitions, &weights);
        let mut found = retrieve(&plan, &scope.partitions, &weights, kept, None);
        found
            .candidates
            .sort_by(|a, b| b.score.total_cmp(&a.score).then(a.article.cmp(&b.article)));
        let told = found.candidates.iter().map(|c| (c.article, c.score, c.section)).collect();
        (told, found.total)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn an_article_that_is_not_scored_could_not_have_been_among_the_best(
            articles in prop::collection::vec(
                (
                    prop::collection::vec(0..WORDS.len(), 1..4),
                    prop::collection::vec(prop::collection::vec(0..WORDS.len(), 1..20), 1..12),
                ),
                60..200,
            ),
            asked in prop::collection::vec(0..WORDS.len(), 1..5),
            kept in 1usize..12,
        ) {
            let index = index_of(&articles);
            let text = asked.iter().map(|at| WORDS[*at]).collect::<Vec<_>>().join(" ");
            let (all, total) = best(&index, &text, usize::MAX);
            let (mut first, same_total) = best(&index, &text, kept);
            prop_assert_eq!(total, same_total);
            prop_assert_eq!(total, all.len());
            prop_assert!(first.len() >= kept.min(total));
            first.truncate(kept);
            prop_assert_eq!(&first[..], &all[..first.len()]);
        }
    }
}
