//! How good the ranking is: golden queries, which an editor writes, and collections of questions
//! with judgements, in the form of BEIR. Pure: reading the files is the caller's.

use std::collections::HashMap;

use serde::Deserialize;

use super::answer::SURE;
use super::{Index, Query, Results, Weights};
use crate::article::{Anchor, ArticleId, Audience, Locale, Problem, SourcePath, Spot, read_yaml};

/// The golden queries' file name in a locale's folder.
pub const GOLDEN_FILE: &str = "golden.yaml";

/// What a golden query expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Any of these articles.
    Articles(Vec<ArticleId>),
    /// That nothing is found.
    Nothing,
}

/// A query with the articles that people expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenQuery {
    /// What is typed.
    pub query: String,
    /// What must be found.
    pub expect: Expected,
    /// At which rank at the latest.
    pub within: usize,
    /// The section that must be the hit's best one.
    pub section: Option<Anchor>,
    /// An answer that nothing may push down: it must be first.
    pub protected: bool,
    /// A player's whole message rather than a search: every article must be among the answers.
    pub message: bool,
    /// Known not to be found yet: counted and shown, and no reason to fail.
    pub known_miss: bool,
    /// What is special in the way it is typed: `typo`, `layout`; queries are counted by it.
    pub kind: Option<String>,
    /// Where it stands in its file.
    pub spot: Spot,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    query: String,
    expect: ExpectForm,
    #[serde(default)]
    within: Option<usize>,
    #[serde(default)]
    section: Option<String>,
    #[serde(default)]
    protected: bool,
    #[serde(default)]
    message: bool,
    #[serde(default)]
    known_miss: bool,
    #[serde(default)]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ExpectForm {
    One(String),
    Any(Vec<String>),
}

impl GoldenQuery {
    /// Why the file cannot be read at all.
    pub fn unreadable(path: &SourcePath, text: &str) -> Option<Problem> {
        read_yaml::<Vec<Form>>(path, text).err()
    }

    /// Reads a `golden.yaml`; what is wrong in it is left out and reported.
    pub fn parse(path: &SourcePath, text: &str) -> (Vec<Self>, Vec<Problem>) {
        let forms: Vec<Form> = match read_yaml(path, text) {
            Ok(forms) => forms,
            Err(problem) => return (Vec::new(), vec![problem]),
        };
        let mut problems = Vec::new();
        let mut queries: Vec<Self> = Vec::with_capacity(forms.len());
        let mut places = query_places(text);
        for form in forms {
            let place = places.next().unwrap_or(0..0);
            let spot = Spot::at(text, place);
            match form.read(spot) {
                Ok(query) if queries.iter().any(|known| known.query == query.query) => {
                    let message = format!("the query «{}» is listed twice", query.query);
                    let problem = Problem::error(path, text, spot, "duplicate-query", message);
                    problems.push(problem.hint("keep one, with all articles that are right"));
                }
                Ok(query) => queries.push(query),
                Err(message) => {
                    problems.push(Problem::error(path, text, spot, "bad-golden-query", message));
                }
            }
        }
        (queries, problems)
    }

    /// Whether what it expects exists: an article that is gone can never be found.
    pub fn check(
        &self,
        path: &SourcePath,
        text: &str,
        knows: impl Fn(&ArticleId) -> bool,
    ) -> Option<Problem> {
        let Expected::Articles(ids) = &self.expect else { return None };
        let missing = ids.iter().find(|id| !knows(id))?;
        let message =
            format!("the query «{}» expects `{missing}`, which readers do not see", self.query);
        let problem = Problem::error(path, text, self.spot, "golden-unknown-article", message);
        Some(problem.hint("name the article that answers it now"))
    }
}

/// Where the queries stand in the file, in order.
fn query_places(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    const KEY: &str = "query:";
    let mut from = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = from;
        from += line.len();
        let written = line.trim_start_matches(['-', ' ', '{']);
        let value = written.strip_prefix(KEY)?;
        let value_at =
            start + (line.len() - value.len()) + (value.len() - value.trim_start().len());
        Some(value_at..value_at + value.trim().len())
    })
}

impl Form {
    fn read(self, spot: Spot) -> Result<GoldenQuery, String> {
        let names = match self.expect {
            ExpectForm::One(name) if name == "none" => Vec::new(),
            ExpectForm::One(name) => vec![name],
            ExpectForm::Any(names) if names.is_empty() => {
                return Err("`expect` is empty: name an article, or write `none`".to_owned());
            }
            ExpectForm::Any(names) => names,
        };
        let ids: Result<Vec<ArticleId>, _> = names.iter().map(|name| name.parse()).collect();
        let ids = ids.map_err(|error| format!("`expect`: {error}"))?;
        let section = self.section.map(|anchor| anchor.parse::<Anchor>()).transpose();
        let within = self.within.unwrap_or(1);
        if !(1..=10).contains(&within) {
            return Err(format!("`within` is {within}: use a rank from 1 to 10"));
        }
        if self.query.trim().is_empty() {
            return Err("`query` is empty".to_owned());
        }
        Ok(GoldenQuery {
            query: self.query,
            expect: if ids.is_empty() { Expected::Nothing } else { Expected::Articles(ids) },
            within: if self.protected { 1 } else { within },
            section: section.map_err(|error| format!("`section`: {error}"))?,
            protected: self.protected,
            message: self.message,
            known_miss: self.known_miss,
            kind: self.kind,
            spot,
        })
    }
}

/// How a golden query went.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Whether what was expected was found.
    pub passed: bool,
    /// At which rank, from 1, in the first ten.
    pub rank: Option<usize>,
    /// How sure the first hit is.
    pub confidence: f32,
    /// What was found, best first, with the best section of each.
    pub found: Vec<(ArticleId, Anchor)>,
}

/// Asks a golden query as a player would.
pub fn judge(golden: &GoldenQuery, locale: &Locale, index: &Index, weights: &Weights) -> Verdict {
    if golden.message {
        return judge_message(golden, locale, index, weights);
    }
    let query = Query::unbounded(&golden.query, locale.clone());
    let results = index.search(Audience::Public, query, weights);
    let confidence = results.evidence.confidence();
    let found: Vec<(ArticleId, Anchor)> = results
        .hits
        .iter()
        .map(|hit| {
            let section = &hit.article.sections[hit.sections[0].section];
            (hit.article.id.clone(), section.anchor.clone())
        })
        .collect();
    let Expected::Articles(ids) = &golden.expect else {
        // What is found without claiming that it answers does no harm.
        let passed = found.is_empty() || confidence < SURE;
        return Verdict { passed, rank: None, confidence, found };
    };
    let at = found.iter().position(|(id, _)| ids.contains(id));
    // By a former name, too: a heading that is renamed is the same section.
    let is_meant = |at: usize, anchor: &Anchor| {
        let hit = &results.hits[at];
        hit.article.sections[hit.sections[0].section].goes_by(anchor.as_str())
    };
    let in_section =
        at.is_some_and(|at| golden.section.as_ref().is_none_or(|anchor| is_meant(at, anchor)));
    let passed = at.is_some_and(|at| at < golden.within) && in_section;
    Verdict { passed, rank: at.map(|at| at + 1), confidence, found }
}

/// Gives a golden message to be answered: every article expected must be among the answers.
fn judge_message(
    golden: &GoldenQuery,
    locale: &Locale,
    index: &Index,
    weights: &Weights,
) -> Verdict {
    let answers = index.answer(Audience::Public, &golden.query, locale, weights);
    let confidence = answers.confidence;
    let found: Vec<(ArticleId, Anchor)> = answers
        .answers
        .iter()
        .map(|answer| {
            let section = &answer.hit.article.sections[answer.hit.sections[0].section];
            (answer.hit.article.id.clone(), section.anchor.clone())
        })
        .collect();
    let Expected::Articles(ids) = &golden.expect else {
        return Verdict { passed: found.is_empty(), rank: None, confidence, found };
    };
    let ranks: Vec<Option<usize>> =
        ids.iter().map(|id| found.iter().position(|(other, _)| other == id)).collect();
    let passed = ranks.iter().all(Option::is_some);
    let rank = ranks.into_iter().flatten().min().map(|at| at + 1);
    Verdict { passed, rank, confidence, found }
}

/// Judgements of one question: by document, how good an answer it is; 0 is none.
pub type Judgements = HashMap<String, u32>;

/// The four measures, each a mean over questions.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measures {
    /// Normalized discounted cumulative gain of the first ten.
    pub ndcg_10: f64,
    /// Share of questions whose first document is right.
    pub success_1: f64,
    /// Share of the right documents among the first five.
    pub recall_5: f64,
    /// One over the rank of the first right document, zero beyond ten.
    pub mrr_10: f64,
    /// How many questions.
    pub questions: usize,
}

impl Measures {
    /// The measures of one ranking.
    ///
    /// nDCG has linear gain and a base-2 logarithm, as `trec_eval` and BEIR have it (Järvelin and
    /// Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002).
    pub fn of(ranking: &[&str], judgements: &Judgements) -> Self {
        let gain = |document: &&str| judgements.get(*document).copied().unwrap_or(0);
        let discount = |at: usize| 1.0 / ((at + 2) as f64).log2();
        let dcg = |gains: &mut dyn Iterator<Item = u32>| -> f64 {
            gains.take(10).enumerate().map(|(at, gain)| f64::from(gain) * discount(at)).sum()
        };
        let mut ideal: Vec<u32> = judgements.values().copied().filter(|gain| *gain > 0).collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let right = ideal.len();
        let best = dcg(&mut ideal.into_iter());
        let first = ranking.iter().take(10).position(|document| gain(document) > 0);
        let in_five = ranking.iter().take(5).filter(|document| gain(document) > 0).count();
        Self {
            ndcg_10: if best > 0.0 { dcg(&mut ranking.iter().map(gain)) / best } else { 0.0 },
            success_1: f64::from(u8::from(first == Some(0))),
            recall_5: if right > 0 { in_five as f64 / right as f64 } else { 0.0 },
            mrr_10: first.map_or(0.0, |at| 1.0 / (at + 1) as f64),
            questions: 1,
        }
    }

    /// The mean over questions.
    pub fn mean(each: &[Self]) -> Self {
        let n = each.len().max(1) as f64;
        let mean = |value: fn(&Self) -> f64| each.iter().map(value).sum::<f64>() / n;
        Self {
            ndcg_10: mean(|m| m.ndcg_10),
            success_1: mean(|m| m.success_1),
            recall_5: mean(|m| m.recall_5),
            mrr_10: mean(|m| m.mrr_10),
            questions: each.len(),
        }
    }
}

/// The ids of the articles found, best first: a ranking to measure.
pub fn ranking(results: &Results) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.article.id.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pairs: &[(&str, u32)]) -> Judgements {
        pairs.iter().map(|(id, gain)| ((*id).to_owned(), *gain)).collect()
    }

    #[test]
    fn the_right_document_first_is_a_perfect_ranking() {
        let measures = Measures::of(&["a", "b"], &judged(&[("a", 1)]));
        assert!((measures.ndcg_10 - 1.0).abs() < 1e-9 && (measures.mrr_10 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_right_document_second_counts_less() {
        let measures = Measures::of(&["b", "a"], &judged(&[("a", 1)]));
        assert!((measures.ndcg_10 - 1.0 / 3f64.log2()).abs() < 1e-9);
        assert!((measures.mrr_10 - 0.5).abs() < 1e-9);
        assert!(measures.success_1.abs() < 1e-9);
    }

    #[test]
    fn nothing_found_measures_nothing() {
        assert!(Measures::of(&[], &judged(&[("a", 1)])).ndcg_10.abs() < 1e-9);
    }

    #[test]
    fn golden_queries_are_read_with_their_places() {
        let text = "- query: как вывести\n  expect: withdraw\n- query: борщ\n  expect: none\n- query: как вывести\n  expect: x\n";
        let (queries, problems) = GoldenQuery::parse(&SourcePath::new("ru/golden.yaml"), text);
        assert_eq!(queries.len(), 2);
        assert_eq!(queries[1].spot.line, 3);
        assert_eq!(queries[1].expect, Expected::Nothing);
        assert_eq!(problems[0].code, "duplicate-query");
    }
}
