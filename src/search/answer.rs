//! Answers to a whole message: each sentence is asked by itself, and those that the articles answer
//! well are answered. Greetings, anger and stories need no list to be left out: nothing answers
//! them.

use std::ops::Range;

use super::message::Message;
use super::postings::Count;
use super::rerank::rank;
use super::results::{Found, Hit, Scope, hit, wanted};
use super::retrieve::Candidate;
use super::sections::Terms;
use super::{Evidence, Index, Query, Weights};
use crate::article::{Audience, Locale, TopicId};

/// Longest message that is read, in bytes.
pub const MAX_MESSAGE: usize = 8 * 1024;
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
/// What a whole sentence that does not ask must be where another one asks and is answered…
const SURELY: f32 = 0.8;
/// …and any part of it where another one asks what the articles do not answer.
const RATHER: f32 = 0.6;
/// Pairs of a question and a clause of the story that are asked, at most.
const MAX_JOINED: usize = 64;
/// A topic is touched by a part whose best article is this sure.
const TOUCHED: f32 = 0.3;
/// What asking is worth in telling the question of a message from its story.
const ASKED: f32 = 0.1;

/// What the articles say to a message.
#[derive(Debug, Clone)]
pub struct Answers {
    /// The answers, that to the likeliest question first; empty when the articles hold none.
    pub answers: Vec<Answer>,
    /// How sure the first answer is, 0 to 1; without one, how sure any to what is asked would have been.
    pub confidence: f32,
    /// Articles that may help besides.
    pub alternatives: Vec<Hit>,
    /// The topics that the message touches, likely ones first: they say who is to be asked.
    pub topics: Vec<TopicId>,
}

/// A section that answers a part of a message.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The part of the message; it may have been understood with something told elsewhere in it.
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
        let message = Message::new(message, locale.language());
        let asked = asked(&scope, &message, weights);
        let has_answered = asked.iter().any(|part| part.is_answered(&message));
        let mut taken: Vec<&Range<usize>> = Vec::new();
        for part in &asked {
            let is_new = taken
                .iter()
                .all(|known| known.end <= part.clauses.start || part.clauses.end <= known.start);
            let is_first = answers.answers.is_empty();
            let is_sure = part.confidence >= part.least(&message, has_answered, is_first);
            if !is_new || !is_sure || answers.answers.len() == MAX_ANSWERS {
                continue;
            }
            taken.push(&part.clauses);
            let hit = part.hit(&scope, 0, weights);
            if answers.answers.iter().any(|known| known.hit.article.id == hit.article.id) {
                continue;
            }
            let question = message.written(&part.place);
            answers.answers.push(Answer { question, hit, confidence: part.confidence });
        }
        answers.confidence = answers.answers.first().map_or_else(
            || {
                let may_answer = asked.iter().filter(|part| !part.is_story(&message));
                may_answer.map(|part| part.confidence).fold(0.0, f32::max)
            },
            |first| first.confidence,
        );
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

/// The parts of a message, asked; the likeliest question first.
fn asked(scope: &Scope<'_>, message: &Message<'_>, weights: &Weights) -> Vec<Asked> {
    let strangeness = (FAMILIAR - familiarity(scope, &message.told(), weights)).max(0.0);
    let doubted = |mut asked: Asked| {
        asked.confidence /= 1.0 + STRANGE * strangeness;
        asked
    };
    let ask = |part: Range<usize>, text: &str| {
        let place = message.place(&part);
        ask(scope, text, part, place, weights).map(doubted)
    };
    let parts = message.parts().into_iter();
    let mut asked: Vec<Asked> =
        parts.filter_map(|part| ask(part.clone(), &message.question(&part))).collect();
    if !asked.iter().any(|part| part.is_answered(message)) {
        // «Сколько ещё ждать?» asks of what was told elsewhere.
        let joined = message.questions_with_story().take(MAX_JOINED);
        asked.extend(joined.filter_map(|(question, clause)| {
            let text = message.question_of(&question, clause);
            ask(question, &text)
        }));
    }
    let worth =
        |part: &Asked| part.confidence + if message.asks(&part.clauses) { ASKED } else { 0.0 };
    // The likeliest question first; of equals the shorter, for it says more exactly what is answered.
    asked.sort_by(|a, b| {
        worth(b)
            .total_cmp(&worth(a))
            .then((a.place.len()).cmp(&b.place.len()))
            .then(a.place.start.cmp(&b.place.start))
    });
    asked
}

impl Asked {
    /// Whether it is a question, and surely answered.
    fn is_answered(&self, message: &Message<'_>) -> bool {
        message.asks(&self.clauses) && self.confidence >= SURE
    }

    /// Who asks in one sentence tells a story in the others.
    fn is_story(&self, message: &Message<'_>) -> bool {
        message.has_question() && !message.asks(&self.clauses)
    }

    /// How sure it must be to be answered.
    fn least(&self, message: &Message<'_>, has_answered: bool, is_first: bool) -> f32 {
        match (self.is_story(message), has_answered) {
            (true, true) if message.is_fragment(&self.clauses) => f32::INFINITY,
            (true, true) => SURELY,
            (true, false) => RATHER,
            (false, _) if is_first => SURE,
            (false, _) => ALSO_SURE,
        }
    }

    fn hit(&self, scope: &Scope<'_>, rank: usize, weights: &Weights) -> Hit {
        let wanted = wanted(&self.found.plan, &self.found.retrieved);
        hit(scope, &self.candidates[rank], &self.found.terms(), &wanted, weights)
    }
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
    text: &str,
    clauses: Range<usize>,
    place: Range<usize>,
    weights: &Weights,
) -> Option<Asked> {
    let query = Query::unbounded(text, scope.locale.clone());
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
    Some(Asked { clauses, place, confidence, found, candidates })
}
