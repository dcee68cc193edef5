//! Which sections of an article to show: the ones that say what its title does not say already.
//!
//! An article is found by all its fields together; of its sections, every one of «Welcome bonus»
//! says "bonus", and the reader of "welcome bonus not credited" wants the one that says "credited".

use super::plan::{MAX_CLAUSES, Plan};
use super::ranking::{Weights, nearness};
use super::retrieve::Retrieved;
use super::schema::TextField;
use super::words::{ArticleWords, TermFilter, term_hash};

/// What a word that the title has counts in telling its sections apart.
const SAID_BY_TITLE: f32 = 0.35;
/// A title with this share of what a query tells…
const TITLE_SAYS_ALL: f32 = 0.9;
/// …and with this share of its own words in the query asks the same question.
const TITLE_IS_ASKED: f32 = 0.6;
/// Words of the query farther apart than this do not belong together.
const NEAR: i32 = 6;

/// The words of a query as the terms that stand for them.
pub(super) struct Terms {
    clauses: Vec<ClauseTerms>,
    /// Sorted by term.
    standing: Vec<Standing>,
    filter: TermFilter,
    /// Whether the postings of some clause were not read.
    has_unread: bool,
}

struct ClauseTerms {
    idf: f32,
    /// Its postings were not read: whoever looks at an article's words adds its share.
    unread: bool,
}

/// A term that stands for a clause.
#[derive(Debug, Clone, Copy)]
struct Standing {
    term: u32,
    clause: u16,
    /// What it counts.
    weight: f32,
}

/// How often the words of a query stand in a text, and how near each other.
pub(super) struct Looked {
    /// For each pair of neighbors in the query, the best place found so far.
    near: PerClause,
    /// What the clauses that were not read add.
    added: f32,
    /// Where words of the query stand in the text that is looked at.
    places: Vec<(i32, usize, f32)>,
}

impl Looked {
    /// Nothing looked at yet.
    pub(super) fn nothing() -> Self {
        Self { near: [0.0; MAX_CLAUSES], added: 0.0, places: Vec::new() }
    }

    /// Begins anew.
    pub(super) fn forget(&mut self) {
        (self.near, self.added) = ([0.0; MAX_CLAUSES], 0.0);
        self.places.clear();
    }
}

/// A number for each clause of a plan, on the stack: hundreds of them are made for a search.
pub(super) type PerClause = [f32; MAX_CLAUSES];

impl Terms {
    pub(super) fn of(plan: &Plan, retrieved: &Retrieved) -> Self {
        let mut terms = Self {
            clauses: Vec::with_capacity(plan.clauses.len()),
            standing: Vec::new(),
            filter: TermFilter::default(),
            has_unread: false,
        };
        let told = retrieved.idfs.iter().zip(&retrieved.unread);
        for (clause, (idf, unread)) in plan.clauses.iter().zip(told) {
            if *idf <= 0.0 {
                continue;
            }
            let at = terms.clauses.len() as u16;
            for alternative in clause.alternatives.iter().filter(|a| a.stems.len() == 1) {
                let term = term_hash(&alternative.stems[0]);
                let weight = alternative.weight.min(1.0);
                terms.standing.push(Standing { term, clause: at, weight });
                terms.filter.add(term);
            }
            terms.has_unread |= unread;
            terms.clauses.push(ClauseTerms { idf: *idf, unread: *unread });
        }
        terms.standing.sort_unstable_by_key(|standing| (standing.term, standing.clause));
        terms
    }

    /// What a word of a text stands for.
    fn standing(&self, term: u32) -> &[Standing] {
        if !self.filter.may_have(term) {
            return &[];
        }
        let from = self.standing.partition_point(|standing| standing.term < term);
        let same = self.standing[from..].iter().take_while(|standing| standing.term == term);
        &self.standing[from..from + same.count()]
    }

    /// For each clause, what the best word of a text counts for it.
    pub(super) fn best_in(&self, text: &[u32]) -> PerClause {
        let mut best = [0.0f32; MAX_CLAUSES];
        for term in text {
            for standing in self.standing(*term) {
                let known = &mut best[usize::from(standing.clause)];
                *known = known.max(standing.weight);
            }
        }
        best
    }

    /// Whether an article's words can tell anything that its postings did not.
    pub(super) fn asks(&self, has_own: bool, weights: &Weights) -> bool {
        self.asks_sections() || self.asks_titles(has_own, weights)
    }

    /// Whether an article's title and questions may have words of the query; `has_own` is what the
    /// postings of those fields say, where they count.
    pub(super) fn asks_titles(&self, has_own: bool, weights: &Weights) -> bool {
        has_own || self.has_unread || weights.title.min(weights.questions) <= 0.0
    }

    /// Whether the words of its sections can: how near two of the query stand, or how often the
    /// unread ones are said.
    pub(super) fn asks_sections(&self) -> bool {
        self.clauses.len() > 1 || self.has_unread
    }

    /// Looks at a text: how near neighboring words of the query stand in it, the best place for
    /// each pair, and how often it has the words whose postings were not read.
    pub(super) fn look(
        &self,
        text: &[u32],
        field: TextField,
        average: f32,
        weights: &Weights,
        looked: &mut Looked,
    ) {
        self.find(text, looked);
        if !self.has_unread {
            return;
        }
        let Looked { added, places, .. } = looked;
        for (at, clause) in self.clauses.iter().enumerate().filter(|(_, clause)| clause.unread) {
            let count: f32 =
                places.iter().filter(|(_, clause, _)| *clause == at).map(|(.., w)| w).sum();
            if count > 0.0 {
                let share = weights.share(field, count, text.len() as f32, average);
                *added += clause.idf * share;
            }
        }
    }

    /// Where words of the query stand in a text, and how near each other.
    fn find(&self, text: &[u32], looked: &mut Looked) {
        let Looked { near: nearest, places, .. } = looked;
        places.clear();
        for (at, term) in text.iter().enumerate() {
            for standing in self.standing(*term) {
                let at = i32::try_from(at).unwrap_or(i32::MAX);
                places.push((at, usize::from(standing.clause), standing.weight));
            }
        }
        for (from, (at, clause, weight)) in places.iter().enumerate() {
            for (other, next, other_weight) in &places[from + 1..] {
                if other - at > NEAR {
                    break;
                }
                if other == at {
                    continue;
                }
                // A pair is named by its first word.
                let (pair, distance) = if *next == clause + 1 {
                    (*clause, other - at)
                } else if *clause == next + 1 {
                    (*next, at - other)
                } else {
                    continue;
                };
                let near = nearness(distance) * weight.min(*other_weight);
                nearest[pair] = nearest[pair].max(near);
            }
        }
    }

    /// What the words of the query tell that a text has.
    pub(super) fn told_by(&self, text: &[u32]) -> f32 {
        self.told_by_best(&self.best_in(text))
    }

    /// The same of the text that was looked at last.
    pub(super) fn told_by_looked(&self, looked: &Looked) -> f32 {
        let mut best = [0.0f32; MAX_CLAUSES];
        for (_, clause, weight) in &looked.places {
            best[*clause] = best[*clause].max(*weight);
        }
        self.told_by_best(&best)
    }

    fn told_by_best(&self, best: &PerClause) -> f32 {
        self.clauses.iter().zip(best).map(|(clause, best)| clause.idf * best).sum()
    }

    /// What looking adds to a score.
    pub(super) fn bonus(&self, looked: &Looked, weights: &Weights) -> f32 {
        looked.added + weights.proximity * self.worth(&looked.near)
    }

    /// What nearness is worth: of each pair, the idf of its commoner word.
    fn worth(&self, best: &[f32]) -> f32 {
        self.clauses
            .windows(2)
            .zip(best)
            .map(|(pair, near)| pair[0].idf.min(pair[1].idf) * near)
            .sum()
    }

    /// The sections of an article that answer, in the order in which they do.
    pub(super) fn order(
        &self,
        words: &ArticleWords,
        sections: usize,
        weights: &Weights,
    ) -> Vec<(usize, f32)> {
        let all: f32 = self.clauses.iter().map(|clause| clause.idf).sum();
        let title = words.title().terms;
        let mut said = self.best_in(title);
        let asked = || title.iter().filter(|term| !self.standing(**term).is_empty()).count();
        let is_all_title = self.told_by_best(&said) >= TITLE_SAYS_ALL * all
            && asked() as f32 >= TITLE_IS_ASKED * title.len() as f32;
        for best in &mut said[..self.clauses.len()] {
            *best = 1.0 - (1.0 - SAID_BY_TITLE) * *best;
        }
        let mut looked = Looked::nothing();
        let mut ordered: Vec<(usize, f32)> = (0..sections)
            .map(|section| {
                // The title is the heading of what stands right under it: who asks no more than
                // the title does is answered there, unless a section asks the same.
                let heading = match section {
                    0 if is_all_title && !words.text(0).terms.is_empty() => title,
                    section => words.heading(section).terms,
                };
                (section, self.fit(heading, words.text(section).terms, &said, &mut looked, weights))
            })
            .filter(|(_, fit)| *fit > 0.0)
            .collect();
        ordered.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ordered
    }

    fn fit(
        &self,
        heading: &[u32],
        text: &[u32],
        said: &[f32],
        looked: &mut Looked,
        weights: &Weights,
    ) -> f32 {
        // A long section says more words by chance.
        let length = weights.saturation * (0.5 + 0.5 * text.len() as f32 / 60.0);
        looked.near[..self.clauses.len()].fill(0.0);
        self.find(heading, looked);
        let mut in_heading = [0.0f32; MAX_CLAUSES];
        for (_, clause, weight) in &looked.places {
            in_heading[*clause] = in_heading[*clause].max(*weight);
        }
        self.find(text, looked);
        let mut in_text = [0.0f32; MAX_CLAUSES];
        for (_, clause, weight) in &looked.places {
            in_text[*clause] += weight;
        }
        let mut sum = 0.0;
        for (at, (clause, said)) in self.clauses.iter().zip(said).enumerate() {
            let in_text = weights.text * in_text[at] * 2.0 / (in_text[at] + length);
            sum += clause.idf * said * (weights.heading * in_heading[at] + in_text);
        }
        // What is unread is counted above already; here only nearness is of interest.
        for (near, said) in looked.near.iter_mut().zip(said) {
            *near *= said.max(0.5);
        }
        sum + weights.proximity * self.worth(&looked.near)
    }
}
