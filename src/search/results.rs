//! A page of hits, and how it comes to be: plan, retrieve, rank, cut snippets.

use std::collections::HashMap;
use std::sync::Arc;

use super::partition::{IndexedArticle, Partition};
use super::plan::{LastWord, Plan, Rewrite, RewriteKind};
use super::retrieve::{Candidate, Retrieved, focus, retrieve};
use super::schema::TextField;
use super::sections::Terms;
use super::snippet::{self, Snippet, Wanted};
use super::words::{Token, term_hash};
use super::{Evidence, Index, LocaleIndex, Query, Weights};
use crate::article::{Article, Audience, Locale, Tag, TopicId};

/// Candidates whose words are looked at: the order below is by postings alone.
const RERANKED: usize = 50;
/// Sections shown with a hit.
const SECTIONS: usize = 2;
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
    /// What speaks for the first hit of all pages.
    pub evidence: Evidence,
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
    /// The place that matched best.
    pub snippet: Snippet,
    /// The sections that matched, best first; never empty.
    pub sections: Vec<SectionHit>,
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

/// How hits spread: each count is of what choosing that value would leave.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    /// By topic, most first.
    pub topics: Vec<(TopicId, usize)>,
    /// By tag, most first.
    pub tags: Vec<(Tag, usize)>,
}

/// One locale of an index as one audience may search it.
pub(super) struct Scope<'a> {
    pub(super) index: &'a LocaleIndex,
    pub(super) partitions: Vec<&'a Partition>,
}

impl<'a> Scope<'a> {
    pub(super) fn article(&self, candidate: &Candidate) -> &'a IndexedArticle {
        &self.partitions[candidate.partition].articles[candidate.article as usize]
    }
}

impl Index {
    pub(super) fn scope(&self, locale: &Locale, audience: Audience) -> Option<Scope<'_>> {
        let index = self.locales.get(locale)?;
        let partitions = match audience {
            Audience::Public => vec![&*index.public],
            Audience::Staff => vec![&*index.public, &*index.staff],
        };
        Some(Scope { index, partitions })
    }

    /// Searches what an audience may see.
    pub fn search(&self, audience: Audience, query: Query, weights: &Weights) -> Results {
        let Some(scope) = self.scope(&query.locale, audience) else {
            return Results::nothing(query);
        };
        let mut plan =
            Plan::of(&query.text, LastWord::Finished, scope.index, &scope.partitions, weights);
        focus(&mut plan, &scope.partitions, weights);
        if plan.clauses.is_empty() {
            return Results::nothing(query);
        }
        let mut retrieved = retrieve(&plan, &scope.partitions, weights);
        let (mut candidates, facets) = choose(&scope, &mut retrieved, &query);
        let total = candidates.len();
        let wanted = wanted(&plan, &retrieved);
        let terms = Terms::of(&plan, &retrieved);
        rank(&scope, &mut candidates, query.offset + query.limit, &terms, weights);

        let evidence = Evidence::of(&scope, &plan, &retrieved, &candidates, &terms, weights);
        let page: Vec<Candidate> =
            candidates.into_iter().skip(query.offset).take(query.limit).collect();
        let hits = page
            .iter()
            .map(|candidate| {
                let article = scope.article(candidate);
                let words = article.words(&scope.index.analyzer);
                let sections = terms.order(words, article.article.sections.len(), weights);
                hit(&scope, candidate, &sections, &wanted)
            })
            .collect();
        Results {
            correction: correction(&plan),
            interpreted: plan.text,
            rewrites: plan.rewrites,
            hits,
            total,
            facets,
            evidence,
            query,
        }
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
            correction: None,
        }
    }
}

/// What a visitor may have meant: told when words were guessed.
fn correction(plan: &Plan) -> Option<String> {
    let is_guess = |rewrite: &Rewrite| rewrite.kind == RewriteKind::Typo;
    plan.rewrites.iter().any(is_guess).then(|| plan.text.clone())
}

/// The candidates worth showing that pass the filters, and the facets.
fn choose(scope: &Scope<'_>, retrieved: &mut Retrieved, query: &Query) -> (Vec<Candidate>, Facets) {
    let filters: Vec<(Option<u16>, Option<u16>)> = scope
        .partitions
        .iter()
        .map(|partition| {
            let topic = query.topic.as_ref().map(|wanted| {
                partition.topics.iter().position(|t| t == wanted).map_or(u16::MAX, |at| at as u16)
            });
            let tag = query.tag.as_ref().map(|wanted| {
                partition.tags.iter().position(|t| t == wanted).map_or(u16::MAX, |at| at as u16)
            });
            (topic, tag)
        })
        .collect();
    let mut topics: Vec<Vec<usize>> =
        scope.partitions.iter().map(|p| vec![0; p.topics.len()]).collect();
    let mut tags: Vec<Vec<usize>> =
        scope.partitions.iter().map(|p| vec![0; p.tags.len()]).collect();
    let mut chosen = std::mem::take(&mut retrieved.candidates);
    chosen.retain(|candidate| {
        let partition = scope.partitions[candidate.partition];
        let own_topic = partition.topic_of[candidate.article as usize];
        let own_tags = partition.tags_of(candidate.article);
        let (topic, tag) = filters[candidate.partition];
        let in_topic = topic.is_none_or(|topic| own_topic == topic);
        let in_tag = tag.is_none_or(|tag| own_tags.contains(&tag));
        if in_tag {
            topics[candidate.partition][usize::from(own_topic)] += 1;
        }
        if in_topic {
            for tag in own_tags {
                tags[candidate.partition][usize::from(*tag)] += 1;
            }
        }
        in_topic && in_tag
    });
    let facets = Facets {
        topics: merged(scope.partitions.iter().map(|p| p.topics.as_slice()).zip(&topics)),
        tags: merged(scope.partitions.iter().map(|p| p.tags.as_slice()).zip(&tags)),
    };
    (chosen, facets)
}

fn merged<'a, T: Clone + Ord + std::hash::Hash + 'a>(
    counts: impl Iterator<Item = (&'a [T], &'a Vec<usize>)>,
) -> Vec<(T, usize)> {
    let mut sums: HashMap<&T, usize> = HashMap::new();
    for (values, counts) in counts {
        for (value, count) in values.iter().zip(counts).filter(|(_, count)| **count > 0) {
            *sums.entry(value).or_default() += count;
        }
    }
    let mut sums: Vec<(T, usize)> = sums.into_iter().map(|(v, n)| (v.clone(), n)).collect();
    sums.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sums
}

/// Puts the first `needed` candidates in order, the very first by their words too.
fn rank(
    scope: &Scope<'_>,
    candidates: &mut Vec<Candidate>,
    needed: usize,
    terms: &Terms,
    weights: &Weights,
) {
    let order = |a: &Candidate, b: &Candidate| {
        b.score.total_cmp(&a.score).then_with(|| {
            let (a, b) = (&scope.article(a).article, &scope.article(b).article);
            b.weight.cmp(&a.weight).then_with(|| a.id.cmp(&b.id))
        })
    };
    let kept = needed.max(RERANKED);
    if candidates.len() > kept {
        candidates.select_nth_unstable_by(kept, order);
        candidates.truncate(kept);
    }
    candidates.sort_unstable_by(order);
    if !terms.wants_words() {
        return;
    }
    let reranked = candidates.len().min(RERANKED);
    for candidate in &mut candidates[..reranked] {
        candidate.score += told_by_words(scope, candidate, terms, weights);
    }
    candidates[..reranked].sort_unstable_by(order);
}

/// What an article's words add to its score: how near the words of the query stand at their best
/// place (its title, its questions, or its best section), and the words too common to be read.
pub(super) fn told_by_words(
    scope: &Scope<'_>,
    candidate: &Candidate,
    terms: &Terms,
    weights: &Weights,
) -> f32 {
    let partition = scope.partitions[candidate.partition];
    let article = scope.article(candidate);
    let words = article.words(&scope.index.analyzer);
    let section = candidate.best.and_then(|doc| partition.section_at(doc)).unwrap_or(0);
    let mut looked = terms.looked();
    let mut look = |tokens: &[Token], field| {
        terms.look(tokens, field, partition.average(field), weights, &mut looked);
    };
    look(words.title(), TextField::Title);
    for question in words.questions() {
        look(question, TextField::Questions);
    }
    if section < article.article.sections.len() {
        look(words.heading(section), TextField::Heading);
        look(words.text(section), TextField::Text);
    }
    let covered = covered_title(scope, candidate, terms, weights);
    terms.bonus(&looked, weights) + weights.covered_title * covered
}

/// What the query covers of the title or question that it covers best, times the share of it.
fn covered_title(
    scope: &Scope<'_>,
    candidate: &Candidate,
    terms: &Terms,
    weights: &Weights,
) -> f32 {
    let partition = scope.partitions[candidate.partition];
    let article = scope.article(candidate);
    let words = article.words(&scope.index.analyzer);
    let told = partition.told_by_titles(candidate.article, &scope.index.analyzer, weights);
    std::iter::once(words.title())
        .chain(words.questions())
        .zip(told)
        .map(|(tokens, all)| {
            let covered = terms.told_by(tokens);
            if *all > 0.0 { covered * (covered / all).min(1.0) } else { 0.0 }
        })
        .fold(0.0, f32::max)
}

/// The terms to mark, with what they are worth to a snippet.
pub(super) fn wanted(plan: &Plan, retrieved: &Retrieved) -> Wanted {
    let mut terms = Vec::new();
    for (clause, idf) in plan.clauses.iter().zip(&retrieved.idfs) {
        for alternative in &clause.alternatives {
            for stem in &alternative.stems {
                terms.push((term_hash(stem), (idf * alternative.weight).max(0.01)));
            }
        }
    }
    Wanted::new(terms)
}

fn hit(
    scope: &Scope<'_>,
    candidate: &Candidate,
    sections: &[(usize, f32)],
    wanted: &Wanted,
) -> Hit {
    let indexed = scope.article(candidate);
    let article = &indexed.article;
    let words = indexed.words(&scope.index.analyzer);
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
    let snippet = shown
        .iter()
        .find(|section| !section.snippet.highlights.is_empty())
        .unwrap_or(&shown[0])
        .snippet
        .clone();
    Hit { article: Arc::clone(article), score: candidate.score, snippet, sections: shown }
}

fn section_snippet(
    article: &Article,
    section: usize,
    words: &super::words::ArticleWords,
    wanted: &Wanted,
) -> Snippet {
    let text = &article.sections[section].text;
    if text.trim().is_empty() {
        return Snippet { text: article.summary.clone(), highlights: Vec::new() };
    }
    snippet::cut(text, words.text(section), wanted)
}
