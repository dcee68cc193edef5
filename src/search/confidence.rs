//! How sure the engine is that its first hit answers: evidence of the ranking turned into a
//! probability.

use super::Weights;
use super::plan::MAX_CLAUSES;
use super::postings::Count;
use super::ranking::idf;
use super::results::{Found, Scope};
use super::retrieve::Candidate;
use super::sections::Terms;
use super::words::{Gathered, Tokens, term_hash};

/// The weights of the evidence: a logistic regression of "the first hit is right" over the golden
/// queries and public collections of questions, answerable and not, typed well and badly.
/// `spravka eval` shows how well it is calibrated. Scores are compared as they are, never scaled by
/// the other hits of a query: that would hide whether the best is any good.
const CONSTANT: f32 = -5.88;
const SCORE: f32 = 1.89;
const COVERAGE: f32 = 5.71;
/// Hits less sure than this that have less than this share of the query are not shown.
const LEAST: f32 = 0.05;
const LEAST_COVERAGE: f32 = 0.4;

/// What speaks for the first hit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// Its score, in words: 1 for what a word tells that a single article has. It grows with what
    /// was asked and found.
    pub score: f32,
    /// How much of what the query tells the hit has, 0 to 1; words that no article has count as
    /// the rarest.
    pub coverage: f32,
    /// How far the second hit is behind, 0 to 1.
    pub margin: f32,
    /// How much of its title, or of the question that fits best, the query covers, 0 to 1.
    pub title: f32,
    /// What the query tells in all, in idfs.
    pub asked: f32,
}

impl Evidence {
    /// What speaks for the first of the candidates, which are in order.
    pub(super) fn of(
        scope: &Scope<'_>,
        found: &Found,
        candidates: &[Candidate],
        terms: &Terms,
        weights: &Weights,
    ) -> Self {
        let Some(first) = candidates.first() else { return Self::default() };
        let weighed = |tags: &[u32]| Self::weighed(scope, found, candidates, terms, weights, tags);
        let without_tags = weighed(&[]);
        if !without_tags.is_nothing() {
            return without_tags;
        }
        // An article may be about something that only a tag of it says. Tags are analyzed here and
        // now, so they are asked only when all else says too little.
        let article = &scope.article(first).article;
        let tags = article.tags.iter().chain([&article.topic]);
        let mut words = Gathered::default();
        for tag in tags {
            words.add(tag.as_str(), &scope.index.analyzer);
        }
        weighed(words.terms())
    }

    fn weighed(
        scope: &Scope<'_>,
        found: &Found,
        candidates: &[Candidate],
        terms: &Terms,
        weights: &Weights,
        tags: &[u32],
    ) -> Self {
        let Found { plan, retrieved } = found;
        let Some(first) = candidates.first() else { return Self::default() };
        let article = scope.article(first);
        let words = article.words(&scope.index.analyzer);
        let section = scope.best_section(first);
        let n: usize = scope.partitions.iter().map(|partition| partition.articles.len()).sum();
        let of_section = section.into_iter().flat_map(|at| [words.heading(at), words.text(at)]);
        let parts: Vec<&[u32]> = [words.title().terms, tags]
            .into_iter()
            .chain(words.questions().chain(of_section).map(|text| text.terms))
            .collect();
        let has = |stem: &str| {
            let hash = term_hash(stem);
            parts.iter().any(|text| text.contains(&hash))
        };
        // For each known clause, in their order, what the best word of the hit counts.
        let mut best = [0.0f32; MAX_CLAUSES];
        for part in &parts {
            for (known, here) in best.iter_mut().zip(terms.best_in(part)) {
                *known = known.max(here);
            }
        }
        let mut covering = best.into_iter();
        let (mut asked, mut covered) = (0.0, 0.0);
        for (clause, idf) in plan.clauses.iter().zip(&retrieved.idfs) {
            let is_known = *idf > 0.0;
            let telling = if is_known {
                *idf
            } else {
                let once = Count { articles: 1, times: 1 };
                clause.worth * weights.telling(&clause.text, once, n)
            };
            asked += telling;
            // What is no single word has to be looked for word by word.
            let phrases = clause.alternatives.iter().filter(|a| a.stems.len() > 1);
            let phrase = phrases
                .filter(|phrase| phrase.stems.iter().all(|stem| has(stem)))
                .map(|phrase| phrase.weight)
                .fold(0.0, f32::max);
            let word = if is_known { covering.next().unwrap_or(0.0) } else { 0.0 };
            let best = word.max(phrase);
            covered += telling * best.min(1.0);
        }
        let second = candidates.get(1).map_or(0.0, |candidate| candidate.score);
        let share = |text: Tokens<'_>, all: f32| {
            if all > 0.0 { (terms.told_by(text.terms) / all).min(1.0) } else { 0.0 }
        };
        let told = scope.partitions[first.partition()].told_by_titles(
            first.article,
            &scope.index.analyzer,
            weights,
        );
        let titles = std::iter::once(words.title()).chain(words.questions()).zip(told);
        Self {
            score: first.score / idf(1, n),
            coverage: if asked > 0.0 { covered / asked } else { 0.0 },
            margin: if first.score > 0.0 { 1.0 - second / first.score } else { 0.0 },
            title: titles.map(|(text, all)| share(text, *all)).fold(0.0, f32::max),
            asked,
        }
    }

    /// The probability that the first hit answers.
    pub fn confidence(&self) -> f32 {
        let x = CONSTANT + SCORE * (1.0 + self.score.max(0.0)).ln() + COVERAGE * self.coverage;
        1.0 / (1.0 + (-x).exp())
    }

    /// Whether the hits have so little of the query that showing none helps more.
    pub(super) fn is_nothing(&self) -> bool {
        self.coverage < LEAST_COVERAGE && self.confidence() < LEAST
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use jiff::Timestamp;

    use crate::article::{Article, Audience, Locale, SourcePath};
    use crate::catalog::{Catalog, Content};
    use crate::search::{Index, Indexer, Query, Weights};

    /// One article with a tag that its text does not say, and others around it.
    fn index() -> (Index, Locale) {
        let locale: Locale = "ru".parse().unwrap();
        let mut content = Content::default();
        for at in 0..20 {
            let id: crate::article::ArticleId = format!("a{at}").parse().unwrap();
            let path = SourcePath::new(&format!("ru/all/{id}.md"));
            let text = "Возврат приходит каждый понедельник.";
            let mut article = Article::plain(path, &locale, id, &format!("Статья {at}"), text);
            if at == 7 {
                article.tags.push("cashback".parse().unwrap());
            }
            content.articles.push(Arc::new(article));
        }
        let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
        let index = Indexer::in_memory().sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap();
        (index, locale)
    }

    fn found(query: &str) -> (usize, f32) {
        let (index, locale) = index();
        let query = Query::unbounded(query, locale);
        let results = index.search(Audience::Public, query, &Weights::default());
        (results.total, results.evidence.confidence())
    }

    #[test]
    fn an_article_that_has_the_word_as_a_tag_only_is_shown() {
        assert_eq!(found("cashback").0, 1);
    }

    #[test]
    fn what_no_article_has_is_not_sure() {
        let (sure, unsure) = (found("возврат в понедельник").1, found("борщ в понедельник").1);
        assert!(sure > unsure && unsure < 0.4, "{sure} {unsure}");
    }
}
