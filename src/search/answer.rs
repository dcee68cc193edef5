//! Answers to a whole message: each sentence is asked by itself, and those that the articles answer
//! well are answered. Greetings, anger and stories need no list to be left out: nothing answers
//! them.

use std::ops::Range;

use super::postings::Count;
use super::rerank::rank;
use super::results::{Found, Hit, Scope, hit, wanted};
use super::retrieve::Candidate;
use super::sections::Terms;
use super::sentences::{clauses, sentences};
use super::{Evidence, Index, Query, Weights};
use crate::article::{Audience, Locale, TopicId};

/// Longest message that is read, in bytes.
pub const MAX_MESSAGE: usize = 8 * 1024;
/// Words of a sentence that are asked together, and with those of the next.
const MAX_WORDS: usize = 24;
/// Sentences of a message that are asked.
const MAX_SENTENCES: usize = 64;
/// Answers given: who asks more in one message asks one thing in many words.
const MAX_ANSWERS: usize = 3;
/// Articles that may answer when nothing surely does.
const ALTERNATIVES: usize = 5;
/// Hits of a sentence that are looked at.
const LOOKED_AT: usize = 5;
/// Below this no answer is given: a wrong one costs more trust than none.
pub(super) const SURE: f32 = 0.45;
/// A further answer may be a little less sure: that the message asks is known by then.
const ALSO_SURE: f32 = 0.4;
/// A message of which the articles know less than this share is doubted, the more the less they
/// know: by chance, one of its many sentences is like one of theirs.
const FAMILIAR: f32 = 0.7;
const STRANGE: f32 = 3.3;
/// What an article that only mentions what is asked counts.
const MENTIONED: f32 = 0.65;
/// Shorter messages are not so judged.
const LONG: usize = 25;
/// What a sentence without a question mark must be where another one asks.
const SURELY: f32 = 0.8;
/// A topic is touched by a part whose best article is this sure.
const TOUCHED: f32 = 0.3;
/// What a question mark is worth in telling the question of a message from its story.
const ASKED: f32 = 0.1;

/// What the articles say to a message.
#[derive(Debug, Clone)]
pub struct Answers {
    /// The answers, surest first; empty when the articles hold none.
    pub answers: Vec<Answer>,
    /// How sure the best answer is, or would have been: 0 to 1.
    pub confidence: f32,
    /// Articles that may help besides.
    pub alternatives: Vec<Hit>,
    /// The topics that the message touches, likely ones first: they say who is to be asked.
    pub topics: Vec<TopicId>,
}

/// A section that answers a part of a message.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The part of the message.
    pub question: String,
    /// The article; its first section is the answer.
    pub hit: Hit,
    /// The probability that it is right.
    pub confidence: f32,
}

impl Answer {
    /// The position of the section that answers in its article: the best one that says anything.
    pub fn section(&self) -> usize {
        let sections = &self.hit.article.sections;
        let best = self.hit.sections[0].section;
        let says = |at: usize| !sections[at].text.trim().is_empty();
        let found = (best..sections.len()).chain(0..best).find(|at| says(*at));
        found.unwrap_or(best)
    }
}

/// A part of a message that was asked by itself.
struct Asked {
    /// Which clauses of the message.
    clauses: Range<usize>,
    /// Where it stands.
    place: Range<usize>,
    confidence: f32,
    found: Found,
    candidates: Vec<Candidate>,
}

impl Index {
    /// Answers a message: what cannot be answered gets an empty list.
    pub fn answer(
        &self,
        audience: Audience,
        message: &str,
        locale: &Locale,
        weights: &Weights,
    ) -> Answers {
        let message = &message[..message.floor_char_boundary(MAX_MESSAGE)];
        let mut answers = Answers {
            answers: Vec::new(),
            confidence: 0.0,
            alternatives: Vec::new(),
            topics: Vec::new(),
        };
        let Some(scope) = self.scope(locale, audience) else { return answers };
        let mut places: Vec<Vec<Range<usize>>> = sentences(message, MAX_WORDS)
            .iter()
            .map(|sentence| clauses(message, sentence))
            .collect();
        places.truncate(MAX_SENTENCES);
        let parts = parts(message, &places);
        // All clauses of a sentence that asks: «Что делать, если взломали, и как остановить вывод?»
        let asks: Vec<bool> = places
            .iter()
            .flat_map(|sentence| {
                let asks = sentence.iter().any(|clause| message[clause.clone()].contains('?'));
                sentence.iter().map(move |_| asks)
            })
            .collect();
        let places: Vec<Range<usize>> = places.into_iter().flatten().collect();
        let mut asked: Vec<Asked> = parts
            .into_iter()
            .filter_map(|part| {
                let place = places[part.start].start..places[part.end - 1].end;
                ask(&scope, message, part, place, weights)
            })
            .collect();
        let strangeness = (FAMILIAR - familiarity(&scope, message, weights)).max(0.0);
        for part in &mut asked {
            part.confidence /= 1.0 + STRANGE * strangeness;
        }
        let is_question = |asked: &Asked| asks[asked.clauses.clone()].contains(&true);
        let worth = |asked: &Asked| asked.confidence + if is_question(asked) { ASKED } else { 0.0 };
        // The surest first; of equals the shorter, for it says more exactly what is answered.
        asked.sort_by(|a, b| {
            worth(b)
                .total_cmp(&worth(a))
                .then((a.place.len()).cmp(&b.place.len()))
                .then(a.place.start.cmp(&b.place.start))
        });
        let has_question = asked.iter().any(|part| is_question(part) && part.confidence >= SURE);
        answers.confidence = asked.first().map_or(0.0, |best| best.confidence);
        let mut taken: Vec<Range<usize>> = Vec::new();
        for part in &asked {
            let is_new = taken
                .iter()
                .all(|known| known.end <= part.clauses.start || part.clauses.end <= known.start);
            let least = match (answers.answers.is_empty(), has_question && !is_question(part)) {
                (true, false) => SURE,
                (false, false) => ALSO_SURE,
                // Who asks in one sentence tells a story in the others.
                (_, true) => SURELY,
            };
            if !is_new || part.confidence < least || answers.answers.len() == MAX_ANSWERS {
                continue;
            }
            taken.push(part.clauses.clone());
            let hit = part.hit(&scope, 0, weights);
            if answers.answers.iter().any(|known| known.hit.article.id == hit.article.id) {
                continue;
            }
            let question = message[part.place.clone()].split_whitespace().collect::<Vec<_>>();
            answers.answers.push(Answer {
                question: question.join(" "),
                hit,
                confidence: part.confidence,
            });
        }
        answers.add_alternatives(&scope, &asked, weights);
        answers
    }
}

impl Answers {
    fn add_alternatives(&mut self, scope: &Scope<'_>, asked: &[Asked], weights: &Weights) {
        for rank in 0..LOOKED_AT {
            for part in asked {
                let Some(candidate) = part.candidates.get(rank) else { continue };
                let article = &scope.article(candidate).article;
                let is_new = self
                    .answers
                    .iter()
                    .map(|answer| &answer.hit)
                    .chain(&self.alternatives)
                    .all(|known| known.article.id != article.id);
                let is_touched = rank == 0 && part.confidence >= TOUCHED;
                if is_touched && !self.topics.contains(&article.topic) {
                    self.topics.push(article.topic.clone());
                }
                if is_new && self.alternatives.len() < ALTERNATIVES {
                    self.alternatives.push(part.hit(scope, rank, weights));
                }
            }
        }
    }
}

impl Asked {
    fn hit(&self, scope: &Scope<'_>, rank: usize, weights: &Weights) -> Hit {
        let wanted = wanted(&self.found.plan, &self.found.retrieved);
        hit(scope, &self.candidates[rank], &self.found.terms(), &wanted, weights)
    }
}

/// The parts to ask, as clauses counted through: each sentence, each two that follow each other
/// («Не приходит код. Что делать?») but for two questions, and each clause of a long one, which may
/// ask two things.
fn parts(message: &str, sentences: &[Vec<Range<usize>>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut before = None;
    let mut was_question = false;
    for sentence in sentences {
        let until = from + sentence.len();
        let is_question = sentence.iter().any(|clause| message[clause.clone()].contains('?'));
        parts.push(from..until);
        if let Some(before) = before
            && !(was_question && is_question)
        {
            parts.push(before..until);
        }
        was_question = is_question;
        if sentence.len() > 1 {
            parts.extend((from..until).map(|at| at..at + 1));
        }
        if sentence.len() > 2 {
            parts.extend((from + 1..until).map(|at| at - 1..at + 1));
        }
        before = Some(from);
        from = until;
    }
    parts
}

/// Whether an article's title, a question of it or the heading of its best section has something
/// of what is asked: others only mention it.
fn is_about(scope: &Scope<'_>, candidate: &Candidate, terms: &Terms, asked: f32) -> bool {
    /// The least share of what is asked.
    const LEAST: f32 = 0.15;
    let words = scope.article(candidate).words(&scope.index.analyzer);
    let heading = scope.best_section(candidate).map(|section| words.heading(section));
    std::iter::once(words.title())
        .chain(words.questions())
        .chain(heading)
        .any(|text| terms.told_by(text.terms) >= LEAST * asked)
}

/// The share of what the words of a long message tell that the articles know, 0 to 1.
fn familiarity(scope: &Scope<'_>, message: &str, weights: &Weights) -> f32 {
    let vocabulary = scope.vocabulary();
    let words = scope.index.analyzer.words(message);
    if words.len() < LONG {
        return 1.0;
    }
    let n = scope.partitions.iter().map(|partition| partition.articles.len()).sum();
    let (mut known, mut all) = (0.0, 0.0);
    for word in &words {
        let count = vocabulary.count(&word.stem);
        if vocabulary.knows(&word.stem) {
            known += weights.telling(&word.stem, count, n);
            all += weights.telling(&word.stem, count, n);
        } else {
            all += weights.telling(&word.stem, Count { articles: 1, times: 1 }, n);
        }
    }
    if all > 0.0 { known / all } else { 1.0 }
}

fn ask(
    scope: &Scope<'_>,
    message: &str,
    part: Range<usize>,
    place: Range<usize>,
    weights: &Weights,
) -> Option<Asked> {
    let query = Query::unbounded(&message[place.clone()], scope.locale.clone());
    let mut found = Found::of(scope, &query.text, weights, LOOKED_AT, None);
    let mut candidates = std::mem::take(&mut found.retrieved.candidates);
    let terms = found.terms();
    rank(scope, &mut candidates, LOOKED_AT, &terms, weights);
    candidates.truncate(LOOKED_AT);
    let evidence = Evidence::of(scope, &found, &candidates, &terms, weights);
    if candidates.is_empty() {
        return None;
    }
    let mut confidence = evidence.confidence();
    if !is_about(scope, &candidates[0], &terms, evidence.asked) {
        confidence *= MENTIONED;
    }
    Some(Asked { clauses: part, place, confidence, found, candidates })
}
