//! Suggestions while a visitor types: titles, questions and headings that the words so far begin.

use std::sync::Arc;

use super::analysis::fold;
use super::plan::{LastWord, Plan};
use super::results::{Scope, wanted};
use super::retrieve::{Candidate, retrieve};
use super::snippet::{Snippet, Wanted, whole};
use super::words::Tokens;
use super::{Index, Query, Weights};
use crate::article::{Article, Audience};

/// Articles whose titles, questions and headings are looked at.
const CONSIDERED: usize = 40;

/// What it counts that a text goes on with just what was typed, in units of all its words.
const GOES_ON: f32 = 0.3;

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// An article's title.
    Article,
    /// A section's heading.
    Section,
    /// An author's other wording.
    Question,
}

impl SuggestionKind {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Section => "section",
            Self::Question => "question",
        }
    }
}

/// Something that a visitor may be about to type.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// What it is.
    pub kind: SuggestionKind,
    /// Its text, what was typed marked in it.
    pub text: Snippet,
    /// The article that it leads to.
    pub article: Arc<Article>,
    /// The section, for a heading.
    pub section: Option<usize>,
}

impl Index {
    /// What the words of a query, the last perhaps unfinished, may become.
    pub fn suggest(
        &self,
        audience: Audience,
        query: &Query,
        limit: usize,
        weights: &Weights,
    ) -> Vec<Suggestion> {
        let Some(scope) = self.scope(&query.locale, audience) else { return Vec::new() };
        let plan = Plan::of(&query.text, LastWord::Typing, scope.index, &scope.partitions, weights);
        // What is suggested is what the eye can compare with what was typed.
        let names_only = Weights { text: 0.0, tags: 0.0, ..weights.clone() };
        let mut retrieved = retrieve(&plan, &scope.partitions, &names_only, CONSIDERED, None);
        let wanted = wanted(&plan, &retrieved);
        let all: f32 = retrieved.idfs.iter().sum();

        let order = |a: &Candidate, b: &Candidate| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| scope.article(a).article.id.cmp(&scope.article(b).article.id))
        };
        let candidates = &mut retrieved.candidates;
        candidates.sort_unstable_by(order);
        candidates.truncate(CONSIDERED);

        let mut found: Vec<(f32, usize, Suggestion)> = Vec::new();
        // One word is a subject: its best articles come first, however they say it.
        let typed = Some(folded(&plan.text)).filter(|typed| typed.contains(' '));
        for (rank, candidate) in candidates.iter().enumerate() {
            for (fit, suggestion) in texts_of(&scope, candidate, &wanted, &plan) {
                if fit > 0.0 {
                    let fit = if all > 0.0 { fit / all } else { fit };
                    let text = &suggestion.text.text;
                    let goes_on = typed.as_ref().is_some_and(|typed| has_at_word(text, typed));
                    found.push((fit + f32::from(goes_on) * GOES_ON, rank, suggestion));
                }
            }
        }
        let kind_order = |kind| match kind {
            SuggestionKind::Article => 0,
            SuggestionKind::Question => 1,
            SuggestionKind::Section => 2,
        };
        // Best fit first; of equal fits the better article, and its title before the rest of it.
        found.sort_by(|(fit, rank, a), (other_fit, other_rank, b)| {
            let (fit, other_fit) = ((fit * 20.0).round(), (other_fit * 20.0).round());
            other_fit
                .total_cmp(&fit)
                .then(rank.cmp(other_rank))
                .then(kind_order(a.kind).cmp(&kind_order(b.kind)))
        });
        let mut suggestions: Vec<Suggestion> = Vec::with_capacity(limit);
        for (_, _, suggestion) in found {
            let is_new = |s: &Suggestion| s.text.text != suggestion.text.text;
            // One way into an article of each kind is enough.
            let is_other =
                |s: &Suggestion| s.article.id != suggestion.article.id || s.kind != suggestion.kind;
            if suggestions.iter().all(|known| is_new(known) && is_other(known)) {
                suggestions.push(suggestion);
            }
            if suggestions.len() == limit {
                break;
            }
        }
        suggestions
    }
}

/// Title, questions and headings of an article, each with how much of the query it has.
fn texts_of(
    scope: &Scope<'_>,
    candidate: &Candidate,
    wanted: &Wanted,
    plan: &Plan,
) -> Vec<(f32, Suggestion)> {
    let indexed = scope.article(candidate);
    let article = &indexed.article;
    let words = indexed.words(&scope.index.analyzer);
    let make = |kind, text: &str, tokens: Tokens<'_>, section| {
        let suggestion = Suggestion {
            kind,
            text: whole(text, tokens, wanted),
            article: Arc::clone(article),
            section,
        };
        (fit(tokens.terms, wanted, plan), suggestion)
    };
    let mut texts = vec![make(SuggestionKind::Article, &article.title, words.title(), None)];
    for (question, tokens) in article.questions.iter().zip(words.questions()) {
        texts.push(make(SuggestionKind::Question, question, tokens, None));
    }
    for (at, section) in article.sections.iter().enumerate().skip(1) {
        let tokens = words.heading(at);
        texts.push(make(SuggestionKind::Section, &section.heading, tokens, Some(at)));
    }
    texts
}

/// Whether a text has this, folded, where one of its words begins.
fn has_at_word(text: &str, typed: &str) -> bool {
    let text = folded(text);
    let begins = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    text.match_indices(typed).any(|(at, _)| begins(at))
}

/// The words of a text, folded, divided by single spaces.
fn folded(text: &str) -> String {
    text.split_whitespace().map(fold).collect::<Vec<_>>().join(" ")
}

/// How much of the query a text has: for each of its clauses, the best word found.
fn fit(text: &[u32], wanted: &Wanted, plan: &Plan) -> f32 {
    plan.clauses
        .iter()
        .map(|clause| {
            let terms: Vec<u32> = clause
                .alternatives
                .iter()
                .filter(|alternative| alternative.stems.len() == 1)
                .map(|alternative| super::words::term_hash(&alternative.stems[0]))
                .collect();
            text.iter()
                .filter(|term| terms.contains(term))
                .map(|term| wanted.worth(*term))
                .fold(0.0, f32::max)
        })
        .sum()
}
