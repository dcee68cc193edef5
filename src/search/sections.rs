//! Which sections of an article to show: the ones that say what its title does not say already.
//!
//! An article is found by all its fields together; of its sections, every one of «Welcome bonus»
//! says "bonus", and the reader of "welcome bonus not credited" wants the one that says "credited".

use super::plan::Plan;
use super::ranking::{Weights, nearness};
use super::retrieve::Retrieved;
use super::words::{ArticleWords, Token, term_hash};

/// What a word that the title has counts in telling its sections apart.
const SAID_BY_TITLE: f32 = 0.35;
/// Words of the query farther apart than this do not belong together.
const NEAR: i64 = 6;

/// The words of a query as the terms that stand for them.
pub(super) struct Terms {
    clauses: Vec<ClauseTerms>,
}

struct ClauseTerms {
    terms: Vec<u32>,
    idf: f32,
}

impl Terms {
    pub(super) fn of(plan: &Plan, retrieved: &Retrieved) -> Self {
        let clauses = plan
            .clauses
            .iter()
            .zip(&retrieved.idfs)
            .filter(|(_, idf)| **idf > 0.0)
            .map(|(clause, idf)| {
                let single = clause.alternatives.iter().filter(|a| a.stems.len() == 1);
                ClauseTerms { terms: single.map(|a| term_hash(&a.stems[0])).collect(), idf: *idf }
            })
            .collect();
        Self { clauses }
    }

    /// Whether there are two words to be near each other.
    pub(super) fn has_pairs(&self) -> bool {
        self.clauses.len() > 1
    }

    /// How near neighboring words of the query stand in a text: for each pair the best place,
    /// put into `best` when it is better than what is there.
    pub(super) fn nearness_in(&self, tokens: &[Token], best: &mut [f32]) {
        let mut places: Vec<(i64, usize)> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            for (clause, terms) in self.clauses.iter().enumerate() {
                if terms.terms.contains(&token.term) {
                    places.push((at as i64, clause));
                }
            }
        }
        for (from, (at, clause)) in places.iter().enumerate() {
            for (other, next) in &places[from + 1..] {
                if other - at > NEAR {
                    break;
                }
                if other == at {
                    continue;
                }
                // A pair is named by its first word.
                if *next == clause + 1 {
                    best[*clause] = best[*clause].max(nearness(other - at));
                } else if *clause == next + 1 {
                    best[*next] = best[*next].max(nearness(at - other));
                }
            }
        }
    }

    /// What nearness is worth: of each pair, the idf of its commoner word.
    pub(super) fn worth(&self, best: &[f32]) -> f32 {
        self.clauses
            .windows(2)
            .zip(best)
            .map(|(pair, near)| pair[0].idf.min(pair[1].idf) * near)
            .sum()
    }

    /// Room for the best place of each pair.
    pub(super) fn no_pairs(&self) -> Vec<f32> {
        vec![0.0; self.clauses.len()]
    }

    /// Puts sections in the order in which they answer.
    pub(super) fn order(
        &self,
        words: &ArticleWords,
        sections: &[(usize, f32)],
        weights: &Weights,
    ) -> Vec<(usize, f32)> {
        let said: Vec<f32> = self
            .clauses
            .iter()
            .map(|clause| {
                let by_title = words.title().iter().any(|t| clause.terms.contains(&t.term));
                if by_title { SAID_BY_TITLE } else { 1.0 }
            })
            .collect();
        let mut ordered: Vec<(usize, f32)> = sections
            .iter()
            .map(|(section, _)| (*section, self.fit(words, *section, &said, weights)))
            .collect();
        ordered.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ordered
    }

    fn fit(&self, words: &ArticleWords, section: usize, said: &[f32], weights: &Weights) -> f32 {
        let (heading, text) = (words.heading(section), words.text(section));
        // A long section says more words by chance.
        let length = weights.saturation * (0.5 + 0.5 * text.len() as f32 / 60.0);
        let mut sum = 0.0;
        for (clause, said) in self.clauses.iter().zip(said) {
            let count = |tokens: &[Token]| {
                tokens.iter().filter(|token| clause.terms.contains(&token.term)).count() as f32
            };
            let in_heading = if count(heading) > 0.0 { weights.heading } else { 0.0 };
            let in_text = count(text);
            let in_text = weights.text * in_text * 2.0 / (in_text + length);
            sum += clause.idf * said * (in_heading + in_text);
        }
        let mut near = self.no_pairs();
        self.nearness_in(heading, &mut near);
        self.nearness_in(text, &mut near);
        for (near, said) in near.iter_mut().zip(said) {
            *near *= said.max(0.5);
        }
        sum + weights.proximity * self.worth(&near)
    }
}
