//! Why an article scores as it does: every part of the sum, in words. Computed for one article at
//! a time, by the same code that ranks.

use crate::article::{Article, Audience};

use super::plan::{AlternativeKind, LastWord, Plan};
use super::results::proximity;
use super::retrieve::{parts_of, retrieve};
use super::sections::Terms;
use super::{Index, Query, Weights};

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// The word of the query, folded.
    pub word: String,
    /// What stood for it, when it was not the word itself in one of its forms.
    pub through: Option<String>,
    /// The field that has it, or `exact form`, or `words near each other`.
    pub source: &'static str,
    /// The section, for what speaks for one section only.
    pub section: Option<usize>,
    /// What it adds.
    pub score: f32,
    /// Whether it is part of the score: only the best section is.
    pub counts: bool,
}

impl Index {
    /// Every part of an article's score for a query, best first.
    pub fn signals(
        &self,
        audience: Audience,
        query: &Query,
        article: &Article,
        weights: &Weights,
    ) -> Vec<Signal> {
        let Some(scope) = self.scope(&query.locale, audience) else { return Vec::new() };
        let plan =
            Plan::of(&query.text, LastWord::Finished, scope.index, &scope.partitions, weights);
        let retrieved = retrieve(&plan, &scope.partitions, weights);
        let candidate = retrieved
            .candidates
            .iter()
            .find(|candidate| scope.article(candidate).article.id == article.id);
        let Some(candidate) = candidate else { return Vec::new() };
        let mut signals = Vec::new();
        for (clause, idf) in plan.clauses.iter().zip(&retrieved.idfs) {
            for part in parts_of(clause, *idf, candidate, &scope.partitions, weights) {
                let alternative = part.alternative.map(|at| &clause.alternatives[at]);
                let through = alternative.and_then(|alternative| match alternative.kind {
                    AlternativeKind::Word => None,
                    AlternativeKind::Synonym => {
                        Some(format!("its synonym «{}»", alternative.stems.join(" ")))
                    }
                    AlternativeKind::Completion => {
                        Some(format!("the longer word «{}»", alternative.stems.join(" ")))
                    }
                });
                let counts = part.section.is_none_or(|section| {
                    candidate.section.is_some_and(|best| usize::from(best) == section)
                });
                signals.push(Signal {
                    word: clause.text.to_string(),
                    through,
                    source: part.source,
                    section: part.section,
                    score: part.score,
                    counts,
                });
            }
        }
        let near = proximity(&scope, candidate, &Terms::of(&plan, &retrieved)) * weights.proximity;
        if near > 0.0 {
            signals.push(Signal {
                word: query.text.clone(),
                through: None,
                source: "words near each other",
                section: None,
                score: near,
                counts: true,
            });
        }
        signals.sort_by(|a, b| b.counts.cmp(&a.counts).then(b.score.total_cmp(&a.score)));
        signals
    }
}
