//! Why an article scores as it does: every part of the sum, in words. Computed for one article at
//! a time, by the same code that ranks.

use crate::article::{Article, Audience};

use super::plan::AlternativeKind;
use super::rerank::told_by_words;
use super::results::Found;
use super::retrieve::parts_of;
use super::sections::{Looked, Terms};
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
    /// Whether it is part of the score: only the best section and the best alternative are.
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
        let Found { plan, retrieved } = Found::of(&scope, &query.text, weights, usize::MAX, None);
        let candidate = retrieved
            .candidates
            .iter()
            .find(|candidate| scope.article(candidate).article.id == article.id);
        let Some(candidate) = candidate else { return Vec::new() };
        let mut signals = Vec::new();
        for (at, (clause, idf)) in plan.clauses.iter().zip(&retrieved.idfs).enumerate() {
            let parts = parts_of(clause, *idf, candidate, &scope.partitions, weights);
            let best = candidate.section.map(usize::from);
            // Of several alternatives the best counts: one for the article, one for its section.
            let sum = |alternative: Option<usize>, section: Option<usize>| -> f32 {
                let same = parts
                    .iter()
                    .filter(|part| part.alternative == alternative && part.section == section);
                same.map(|part| part.score).sum()
            };
            let wins = |alternative: Option<usize>, section: Option<usize>| {
                let others = (0..clause.alternatives.len()).map(Some);
                let mine = sum(alternative, section);
                others.filter(|other| *other != alternative).all(|other| {
                    let theirs = sum(other, section);
                    mine > theirs || (mine >= theirs && alternative < other)
                })
            };
            for part in &parts {
                let alternative = part.alternative.map(|at| &clause.alternatives[at]);
                let through = alternative.and_then(|alternative| match alternative.kind {
                    AlternativeKind::Word => None,
                    AlternativeKind::Synonym => {
                        Some(format!("its synonym «{}»", alternative.stems.join(" ")))
                    }
                    AlternativeKind::Guess => Some(format!(
                        "«{}», which may have been meant",
                        alternative.stems.join(" ")
                    )),
                    AlternativeKind::Kin => {
                        Some(format!("«{}», which is like it", alternative.stems.join(" ")))
                    }
                    AlternativeKind::Completion => {
                        Some(format!("the longer word «{}»", alternative.stems.join(" ")))
                    }
                });
                let counts = (part.section.is_none() || part.section == best)
                    && (part.alternative.is_none() || wins(part.alternative, part.section))
                    // Counted with what the words near each other add.
                    && !retrieved.unread[at];
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
        let terms = Terms::of(&plan, &retrieved);
        let near = told_by_words(&scope, candidate, &terms, weights, &mut Looked::nothing());
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
