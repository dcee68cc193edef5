//! The order of candidates: by their postings, then, for the first of them, by where the words of
//! the query stand in them.

use super::Weights;
use super::results::Scope;
use super::retrieve::Candidate;
use super::schema::TextField;
use super::sections::{Looked, Terms};
use super::words::{ArticleWords, Tokens};

/// Candidates whose words are looked at: the order of the others is by postings alone.
const RERANKED: usize = 20;

/// How many candidates have to be there for the first `needed` to be in order.
pub(super) fn kept(needed: usize) -> usize {
    needed.max(RERANKED)
}

/// Puts the first `needed` candidates in order, the very first by their words too.
pub(super) fn rank(
    scope: &Scope<'_>,
    candidates: &mut Vec<Candidate>,
    needed: usize,
    terms: &Terms,
    weights: &Weights,
) {
    sort(scope, candidates);
    candidates.truncate(kept(needed));
    let reranked = candidates.len().min(RERANKED);
    let first = &candidates[..reranked];
    let asks = |candidate: &&Candidate| terms.asks(candidate.has_own, weights);
    // Their words lie anywhere in memory. Looked at in rounds, all of them are waited for at once,
    // and not each in turn; the black box keeps the compiler from leaving that out.
    let words: Vec<&ArticleWords> = first
        .iter()
        .filter(asks)
        .map(|candidate| scope.article(candidate).words(&scope.index.analyzer))
        .collect();
    let begin = |words: &&ArticleWords| words.title().terms.first().copied().unwrap_or(0);
    std::hint::black_box(words.iter().map(begin).fold(0, |all, term| all ^ term));
    let mut looked = Looked::nothing();
    for candidate in &mut candidates[..reranked] {
        candidate.score += told_by_words(scope, candidate, terms, weights, &mut looked);
    }
    sort(scope, &mut candidates[..reranked]);
}

/// The best first; of equals those that their authors weigh more, then by id.
fn sort(scope: &Scope<'_>, candidates: &mut [Candidate]) {
    let among_equals = |a: &Candidate, b: &Candidate| {
        if a.partition == b.partition {
            let of = &scope.partitions[a.partition()].precedence;
            return of[a.article as usize].cmp(&of[b.article as usize]);
        }
        let (a, b) = (&scope.article(a).article, &scope.article(b).article);
        b.weight.cmp(&a.weight).then_with(|| a.id.cmp(&b.id))
    };
    candidates
        .sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| among_equals(a, b)));
}

/// What an article's words add to its score: how near the words of the query stand at their best
/// place (its title, its questions, or its best section), the words too common to be read, and what
/// the query covers of its title or of a question.
/// `looked` is memory used again.
pub(super) fn told_by_words(
    scope: &Scope<'_>,
    candidate: &Candidate,
    terms: &Terms,
    weights: &Weights,
    looked: &mut Looked,
) -> f32 {
    if !terms.asks(candidate.has_own, weights) {
        return 0.0;
    }
    let partition = scope.partitions[candidate.partition()];
    let words = scope.article(candidate).words(&scope.index.analyzer);
    let look = |text: Tokens<'_>, field, looked: &mut Looked| {
        terms.look(text.terms, field, partition.average(field), weights, looked);
    };
    looked.forget();
    let mut covered = 0.0f32;
    if terms.asks_titles(candidate.has_own, weights) {
        let told = partition.told_by_titles(candidate.article, &scope.index.analyzer, weights);
        let questions = words.questions().map(|question| (question, TextField::Questions));
        let texts = std::iter::once((words.title(), TextField::Title)).chain(questions);
        for ((text, field), all) in texts.zip(told) {
            look(text, field, looked);
            // What the query covers of it, times the share of it.
            let has = terms.told_by_looked(looked);
            covered = covered.max(if *all > 0.0 { has * (has / all).min(1.0) } else { 0.0 });
        }
    }
    if terms.asks_sections() {
        // An article of which only the title matches begins with its answer.
        let section = candidate.section.map_or(0, usize::from);
        if section < words.sections() {
            look(words.heading(section), TextField::Heading, looked);
            look(words.text(section), TextField::Text, looked);
        }
    }
    terms.bonus(looked, weights) + weights.covered_title * covered
}
