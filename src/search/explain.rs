//! Why an article stands where it stands for a query, or why it is not found: what the query was
//! understood as, what each word is worth, what is ahead, and what an editor can change.

use std::collections::BTreeMap;
use std::fmt;

use super::plan::AlternativeKind;
use super::rerank::rank;
use super::results::{Found, Scope};
use super::words::term_hash;
use super::{Considered, Evidence, Index, Query, Rewrite, Signal, Weights};
use crate::article::{Article, ArticleId, Audience};

/// Everything that decided over one article's place.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What was searched.
    pub interpreted: String,
    /// What was done to the query.
    pub rewrites: Vec<Rewrite>,
    /// What else was thought of.
    pub considered: Vec<Considered>,
    /// The words that were searched.
    pub words: Vec<WordNote>,
    /// The article's rank, from 1; none when it is not among the hits.
    pub rank: Option<usize>,
    /// How many articles match.
    pub total: usize,
    /// What the article has, best first.
    pub signals: Vec<Signal>,
    /// Its score.
    pub score: f32,
    /// The article that is first, when it is another, with its score.
    pub first: Option<(ArticleId, String, f32)>,
    /// What that one has more of, most first.
    pub ahead: Vec<Ahead>,
    /// How sure the first hit is.
    pub confidence: f32,
    /// Whether so little of the query is in any article that no hit is shown at all.
    pub is_nothing: bool,
}

/// A word of a query as it was searched.
#[derive(Debug, Clone)]
pub struct WordNote {
    /// The word, folded.
    pub word: String,
    /// How much it tells; 0 for one that no article has.
    pub telling: f32,
    /// Which share of all that the query tells.
    pub share: f32,
    /// Whether the article has it, or something that stands for it.
    pub is_in_article: bool,
    /// What may stand for it: what kind, which stems, and what it counts.
    pub alternatives: Vec<(&'static str, String, f32)>,
}

/// Something that one article has more of than another.
#[derive(Debug, Clone, PartialEq)]
pub struct Ahead {
    /// Of which word, or of the whole query.
    pub word: String,
    /// By which signal.
    pub source: &'static str,
    /// By how much.
    pub by: f32,
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} for «{}» in {}", self.by, self.word, self.source)
    }
}

/// What the signals of one article have more than those of another, most first.
pub fn what_is_ahead(first: &[Signal], other: &[Signal]) -> Vec<Ahead> {
    let mut sums: BTreeMap<(&str, &'static str), f32> = BTreeMap::new();
    for (signals, sign) in [(first, 1.0), (other, -1.0)] {
        for signal in signals.iter().filter(|signal| signal.counts) {
            *sums.entry((&signal.word, signal.source)).or_default() += sign * signal.score;
        }
    }
    let mut ahead: Vec<Ahead> = sums
        .into_iter()
        .filter(|(_, by)| *by > 0.05)
        .map(|((word, source), by)| Ahead { word: word.to_owned(), source, by })
        .collect();
    ahead.sort_by(|a, b| b.by.total_cmp(&a.by));
    ahead
}

impl Index {
    /// Explains the place of an article that the audience may see.
    pub fn explain(
        &self,
        audience: Audience,
        query: &Query,
        article: &Article,
        weights: &Weights,
    ) -> Option<Explanation> {
        let scope = self.scope(&query.locale, audience)?;
        let mut found = Found::of(&scope, &query.text, weights, usize::MAX, None);
        let mut candidates = std::mem::take(&mut found.retrieved.candidates);
        let total = candidates.len();
        let terms = found.terms();
        rank(&scope, &mut candidates, total, &terms, weights);
        let evidence = Evidence::of(&scope, &found, &candidates, &terms, weights);
        let at = candidates.iter().position(|c| scope.article(c).article.id == article.id);
        let first = candidates
            .first()
            .map(|c| (&scope.article(c).article, c.score))
            .filter(|(other, _)| other.id != article.id);
        let signals = self.signals(audience, query, article, weights);
        let ahead = first.map_or(Vec::new(), |(other, _)| {
            what_is_ahead(&self.signals(audience, query, other, weights), &signals)
        });
        let score = at.map_or(0.0, |at| candidates[at].score);
        Some(Explanation {
            words: word_notes(&scope, &found, article),
            considered: super::repair::considered(&query.text, scope.vocabulary()),
            rank: at.map(|at| at + 1),
            total,
            score,
            first: first.map(|(other, score)| (other.id.clone(), other.title.clone(), score)),
            ahead,
            signals,
            confidence: evidence.confidence(),
            is_nothing: evidence.is_nothing(),
            interpreted: found.plan.text,
            rewrites: found.plan.rewrites,
        })
    }
}

fn word_notes(scope: &Scope<'_>, found: &Found, article: &Article) -> Vec<WordNote> {
    let all: f32 = found.retrieved.idfs.iter().sum();
    let indexed = scope
        .partitions
        .iter()
        .flat_map(|partition| &partition.articles)
        .find(|indexed| indexed.article.id == article.id);
    let has = |stem: &str| {
        let hash = term_hash(stem);
        indexed
            .is_some_and(|indexed| indexed.words(&scope.index.analyzer).all_terms().contains(&hash))
    };
    found
        .plan
        .clauses
        .iter()
        .zip(&found.retrieved.idfs)
        .map(|(clause, telling)| WordNote {
            word: clause.text.to_string(),
            telling: *telling,
            share: if all > 0.0 { telling / all } else { 0.0 },
            is_in_article: clause
                .alternatives
                .iter()
                .any(|alternative| alternative.stems.iter().all(|stem| has(stem))),
            alternatives: clause
                .alternatives
                .iter()
                .filter(|alternative| alternative.kind != AlternativeKind::Word)
                .map(|alternative| {
                    let kind = alternative.kind.name();
                    (kind, alternative.stems.join(" "), alternative.weight)
                })
                .collect(),
        })
        .collect()
}

impl Explanation {
    /// What an editor can do about it, in sentences.
    pub fn advice(&self, query: &str, id: &ArticleId) -> Vec<String> {
        let mut advice = Vec::new();
        if self.rank == Some(1) && !self.is_nothing {
            return vec!["Nothing has to change: it is first.".to_owned()];
        }
        let missing: Vec<String> = self
            .words
            .iter()
            .filter(|word| !word.is_in_article && word.share > 0.1)
            .map(|word| format!("«{}»", word.word))
            .collect();
        if !missing.is_empty() {
            advice.push(format!("The article does not say {}.", missing.join(", ")));
        }
        let unknown: Vec<String> = self
            .words
            .iter()
            .filter(|word| word.telling <= 0.0)
            .map(|word| format!("«{}»", word.word))
            .collect();
        if !unknown.is_empty() {
            advice.push(format!(
                "No article says {}: if it is a common word for something, add it to synonyms.yaml.",
                unknown.join(", ")
            ));
        }
        if let Some((first, ..)) = &self.first {
            let by: Vec<String> = self.ahead.iter().take(3).map(ToString::to_string).collect();
            if !by.is_empty() {
                advice.push(format!("`{first}` is ahead by {}.", by.join(", ")));
            }
        }
        advice.push(format!("Add the question «{query}» to `questions:` of `{id}`."));
        advice
    }
}
