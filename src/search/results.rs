//! A page of hits, and how it comes to be: plan, retrieve, rank, cut snippets.

use std::sync::Arc;

use super::facets::{Counts, Facets};
use super::partition::{IndexedArticle, Partition};
use super::plan::{Alternative, AlternativeKind, LastWord, Plan, Rewrite, RewriteKind};
use super::rerank::{kept, rank};
use super::retrieve::{Candidate, Retrieved, focus, retrieve};
use super::sections::Terms;
use super::snippet::{self, Snippet, Wanted};
use super::vocabulary::Vocabulary;
use super::words::term_hash;
use super::{Evidence, Index, LocaleIndex, Query, Reading, Weights};
use crate::article::{Article, Audience, Locale, TopicId};

/// Sections shown with a hit.
const SECTIONS: usize = 2;
/// Candidates whose topics are told when none of them is good enough to be shown.
const NEAR: usize = 5;
/// Words less like those of the query are not marked: nobody would see why («день» for «денег»).
const MARKED: f32 = 0.5;
/// Words of so few letters are marked only when a query has no others.
const SHORT: usize = 2;
/// A further section is shown when it has at least this share of the best one's score.
const SECTION_SHARE: f32 = 0.6;

/// The answer to a search.
#[derive(Debug, Clone)]
pub struct Results {
    /// What was asked.
    pub query: Query,
    /// What was searched: the text as it was understood.
    pub interpreted: String,
    /// What was done to the query.
    pub rewrites: Vec<Rewrite>,
    /// The page of hits, best first.
    pub hits: Vec<Hit>,
    /// How many articles match, on all pages.
    pub total: usize,
    /// How they spread over topics and tags.
    pub facets: Facets,
    /// What speaks for the first hit of all pages, or would have.
    pub evidence: Evidence,
    /// The topics of what is nearest when nothing is found, nearest first.
    pub near: Vec<TopicId>,
    /// A better query, when there is one.
    pub correction: Option<String>,
}

/// An article that answers.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The article.
    pub article: Arc<Article>,
    /// How well: comparable within one search only.
    pub score: f32,
    /// The sections that matched, best first; never empty.
    pub sections: Vec<SectionHit>,
    /// Which of them is quoted for all of it.
    quoted: usize,
}

impl Hit {
    /// The place that matched best.
    pub fn snippet(&self) -> &Snippet {
        &self.sections[self.quoted].snippet
    }
}

/// A section that answers.
#[derive(Debug, Clone)]
pub struct SectionHit {
    /// Its position in the article.
    pub section: usize,
    /// How well: comparable within one hit only.
    pub score: f32,
    /// The place that matched.
    pub snippet: Snippet,
}

/// One locale of an index as one audience may search it.
pub(super) struct Scope<'a> {
    pub(super) locale: Locale,
    pub(super) index: &'a LocaleIndex,
    pub(super) partitions: Vec<&'a Partition>,
}

impl<'a> Scope<'a> {
    pub(super) fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary { index: self.index, partitions: &self.partitions }
    }

    /// The section of a candidate that matches best, when its text or heading does.
    pub(super) fn best_section(&self, candidate: &Candidate) -> Option<usize> {
        let section = usize::from(candidate.section?);
        let words = self.article(candidate).words(&self.index.analyzer);
        (section < words.sections()).then_some(section)
    }

    pub(super) fn article(&self, candidate: &Candidate) -> &'a IndexedArticle {
        &self.partitions[candidate.partition()].articles[candidate.article as usize]
    }
}

impl Index {
    pub(super) fn scope(&self, locale: &Locale, audience: Audience) -> Option<Scope<'_>> {
        let index = self.locales.get(locale)?;
        let partitions = match audience {
            Audience::Public => vec![&*index.public],
            Audience::Staff => vec![&*index.public, &*index.staff],
        };
        Some(Scope { locale: locale.clone(), index, partitions })
    }

    /// Searches what an audience may see.
    pub fn search(&self, audience: Audience, query: Query, weights: &Weights) -> Results {
        let Some(scope) = self.scope(&query.locale, audience) else {
            return Results::nothing(query);
        };
        let as_typed = Weights { repair: false, ..weights.clone() };
        let weights = match query.reading {
            Reading::Mended => weights,
            Reading::AsTyped => &as_typed,
        };
        let needed = query.offset + query.limit;
        let mut counts = Counts::new(&scope.partitions, &query);
        let mut found = Found::of(&scope, &query.text, weights, needed, Some(&mut counts));
        if found.plan.clauses.is_empty() {
            return Results::nothing(query);
        }
        let mut candidates = std::mem::take(&mut found.retrieved.candidates);
        let terms = found.terms();
        rank(&scope, &mut candidates, needed, &terms, weights);
        let evidence = Evidence::of(&scope, &found, &candidates, &terms, weights);
        if evidence.is_nothing() {
            let mut near: Vec<TopicId> = Vec::new();
            for candidate in candidates.iter().take(NEAR) {
                let topic = &scope.article(candidate).article.topic;
                if !near.contains(topic) {
                    near.push(topic.clone());
                }
            }
            return Results {
                evidence,
                near,
                interpreted: found.plan.text,
                rewrites: found.plan.rewrites,
                ..Results::nothing(query)
            };
        }
        let Found { plan, retrieved } = found;
        let wanted = wanted(&plan, &retrieved);

        let page: Vec<Candidate> =
            candidates.into_iter().skip(query.offset).take(query.limit).collect();
        touch(&scope, &page);
        let hits =
            page.iter().map(|candidate| hit(&scope, candidate, &terms, &wanted, weights)).collect();
        Results {
            correction: correction(&plan),
            interpreted: plan.text,
            rewrites: plan.rewrites,
            hits,
            total: retrieved.total,
            facets: counts.facets(),
            evidence,
            near: Vec::new(),
            query,
        }
    }
}

/// Looks at the texts that are about to be quoted: they lie anywhere in memory, and looked at
/// together they are waited for together, not each in turn; the black box keeps the compiler from
/// leaving that out.
fn touch(scope: &Scope<'_>, page: &[Candidate]) {
    let begin = |text: &str| text.as_bytes().first().copied().unwrap_or(0);
    let begins = page.iter().map(|candidate| {
        let article = &scope.article(candidate).article;
        let own = [&article.title, &article.summary, article.id.as_str(), article.slug.as_str()];
        let of_sections = article.sections.iter().flat_map(|section| {
            [section.text.as_str(), section.heading.as_str(), section.anchor.as_str()]
        });
        own.into_iter().chain(of_sections).map(begin).fold(0, |all, byte| all ^ byte)
    });
    std::hint::black_box(begins.fold(0, |all, byte| all ^ byte));
}

/// What a text is understood as, and what has something of it.
pub(super) struct Found {
    pub(super) plan: Plan,
    pub(super) retrieved: Retrieved,
}

impl Found {
    /// Finds the candidates that the first `needed` hits are chosen from, of those that `counts` lets
    /// pass.
    pub(super) fn of(
        scope: &Scope<'_>,
        text: &str,
        weights: &Weights,
        needed: usize,
        counts: Option<&mut Counts<'_>>,
    ) -> Self {
        let mut plan = Plan::of(text, LastWord::Finished, scope.index, &scope.partitions, weights);
        focus(&mut plan, &scope.partitions, weights);
        let retrieved = retrieve(&plan, &scope.partitions, weights, kept(needed), counts);
        Self { plan, retrieved }
    }

    pub(super) fn terms(&self) -> Terms {
        Terms::of(&self.plan, &self.retrieved)
    }
}

impl Results {
    fn nothing(query: Query) -> Self {
        Self {
            interpreted: query.text.clone(),
            query,
            rewrites: Vec::new(),
            hits: Vec::new(),
            total: 0,
            facets: Facets::default(),
            evidence: Evidence::default(),
            near: Vec::new(),
            correction: None,
        }
    }
}

/// What a visitor may have meant: told when words were guessed.
fn correction(plan: &Plan) -> Option<String> {
    let is_guess = |rewrite: &Rewrite| rewrite.kind == RewriteKind::Typo;
    plan.rewrites.iter().any(is_guess).then(|| plan.text.clone())
}

/// The terms to mark, with what they are worth to a snippet.
pub(super) fn wanted(plan: &Plan, retrieved: &Retrieved) -> Wanted {
    let is_long = |stem: &Arc<str>| stem.chars().count() > SHORT;
    let has_long = plan.clauses.iter().any(|c| c.alternatives[0].stems.iter().any(is_long));
    let mut terms = Vec::new();
    for (clause, idf) in plan.clauses.iter().zip(&retrieved.idfs) {
        let is_seen = |alternative: &&Alternative| {
            alternative.kind != AlternativeKind::Kin || alternative.weight >= MARKED
        };
        for alternative in clause.alternatives.iter().filter(is_seen) {
            for stem in &alternative.stems {
                // «на» and "to" stand in every line.
                if has_long && !is_long(stem) {
                    continue;
                }
                terms.push((term_hash(stem), (idf * alternative.weight).max(0.01)));
            }
        }
    }
    Wanted::new(terms)
}

/// A candidate as it is shown.
pub(super) fn hit(
    scope: &Scope<'_>,
    candidate: &Candidate,
    terms: &Terms,
    wanted: &Wanted,
    weights: &Weights,
) -> Hit {
    let indexed = scope.article(candidate);
    let article = &indexed.article;
    let words = indexed.words(&scope.index.analyzer);
    let sections = terms.order(words, article.sections.len(), weights);
    let best = sections.first().map_or(0.0, |(_, score)| *score);
    let mut shown: Vec<SectionHit> = sections
        .iter()
        .filter(|(section, score)| {
            *section < article.sections.len() && *score >= best * SECTION_SHARE
        })
        .take(SECTIONS)
        .map(|&(section, score)| SectionHit {
            section,
            score,
            snippet: section_snippet(article, section, words, wanted),
        })
        .collect();
    if shown.is_empty() {
        // Only the title or a question matched: the article begins with its answer.
        let snippet = section_snippet(article, 0, words, wanted);
        shown.push(SectionHit { section: 0, score: 0.0, snippet });
    }
    let has_marks = |section: &SectionHit| !section.snippet.highlights.is_empty();
    let quoted = shown.iter().position(has_marks).unwrap_or(0);
    Hit { article: Arc::clone(article), score: candidate.score, sections: shown, quoted }
}

fn section_snippet(
    article: &Article,
    section: usize,
    words: &super::words::ArticleWords,
    wanted: &Wanted,
) -> Snippet {
    let text = &article.sections[section].text;
    if words.text(section).terms.is_empty() && text.trim().is_empty() {
        return Snippet { text: article.summary.clone(), highlights: Vec::new() };
    }
    snippet::cut(text, words.text(section), wanted)
}
