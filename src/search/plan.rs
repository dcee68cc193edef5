//! What a query was meant to say: its words as clauses, each with all that may stand for it.

use std::sync::Arc;

use smallvec::smallvec;

use super::partition::Partition;
use super::postings::StemPostings;
use super::repair::{Meant, as_typed, repair};
use super::sentences::sentences;
use super::synonyms::{Stems, Synonym};
use super::vocabulary::{Relative, Vocabulary};
use super::{LocaleIndex, Weights, Word};

/// Words of a query that are looked at; more say nothing new and cost time.
pub(super) const MAX_CLAUSES: usize = 64;
/// Completions of an unfinished word that are searched.
const MAX_COMPLETIONS: usize = 24;
/// A shorter beginning of a word says too little to be completed, in characters.
const MIN_PREFIX: usize = 2;
/// Letters of a word that is more likely a beginning while it is typed.
const SHORT_WORD: usize = 3;

/// A word that more articles have is not searched by its family too: it would cost more than it
/// tells.
const TOO_COMMON: u32 = 400;

/// Words of a sentence that count together.
const MAX_SENTENCE: usize = 24;

/// A query's clauses, in the order of its words.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) clauses: Vec<Clause>,
    /// The text as it was understood.
    pub(super) text: String,
    /// How many sentences it has.
    pub(super) sentences: usize,
    /// What stands for what, to be told.
    pub(super) rewrites: Vec<Rewrite>,
}

/// One word of a query, or one phrase that has synonyms.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// As it was typed, folded.
    pub(super) text: Arc<str>,
    /// The word whose exact form counts more; none for a phrase.
    pub(super) exact: Option<Arc<str>>,
    /// Which sentence of the text it is of.
    pub(super) sentence: usize,
    /// What the sentence counts: 1 for the one that the articles answer best.
    pub(super) worth: f32,
    /// The best one that an article has counts.
    pub(super) alternatives: Vec<Alternative>,
}

/// Something that may stand for a clause.
#[derive(Debug, Clone)]
pub(super) struct Alternative {
    /// All of these.
    pub(super) stems: Stems,
    /// What it counts compared with the word itself.
    pub(super) weight: f32,
    pub(super) kind: AlternativeKind,
    /// What the only partition has of its only stem, if that was looked up already.
    pub(super) postings: Option<Arc<StemPostings>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AlternativeKind {
    /// The word in any of its forms.
    Word,
    Synonym,
    /// A word that begins with what was typed.
    Completion,
    /// Another word that may have been meant.
    Guess,
    /// A word of the same family, by its letters.
    Kin,
}

impl AlternativeKind {
    /// The word for it in an explanation.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Synonym => "synonym",
            Self::Completion => "longer word",
            Self::Guess => "perhaps meant",
            Self::Kin => "like it",
        }
    }
}

/// Something that the engine did to a query, to be told to who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// What was done.
    pub kind: RewriteKind,
    /// What was typed.
    pub from: String,
    /// What was searched for it.
    pub to: String,
}

/// What can be done to a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteKind {
    /// A word was misspelt, run together with another, or split.
    Typo,
    /// Typed on the wrong keyboard layout.
    Layout,
    /// Typed in Latin letters.
    Translit,
    /// Another word of the same meaning was searched too.
    Synonym,
}

impl RewriteKind {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Typo => "typo",
            Self::Layout => "layout",
            Self::Translit => "translit",
            Self::Synonym => "synonym",
        }
    }
}

/// What the last word of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastWord {
    /// A word, or the beginning of one when no article has it as a word.
    Finished,
    /// Perhaps the beginning of a word: the visitor is typing.
    Typing,
}

impl Plan {
    pub(super) fn of(
        text: &str,
        last: LastWord,
        index: &LocaleIndex,
        partitions: &[&Partition],
        weights: &Weights,
    ) -> Self {
        let vocabulary = Vocabulary { index, partitions };
        let repaired =
            if weights.repair { repair(text, vocabulary) } else { as_typed(text, vocabulary) };
        let mut plan = Self { rewrites: repaired.rewrites, ..Self::default() };
        let words = &repaired.words;
        let stems: Stems = words.iter().map(|meant| Arc::clone(&meant.word.stem)).collect();
        let sentences = sentences(&repaired.text, MAX_SENTENCE);
        let mut sentence = 0;
        let is_typing = last == LastWord::Typing && !text.ends_with(char::is_whitespace);

        for (at, Meant { word, weight, others }) in words.iter().enumerate() {
            // A word may bring a phrase with it.
            if plan.clauses.len() + 2 > MAX_CLAUSES {
                break;
            }
            while sentences.get(sentence + 1).is_some_and(|next| next.start <= word.range.start) {
                sentence += 1;
            }
            let first_clause = plan.clauses.len();
            if let Some((length, synonyms)) = index.synonyms.at_start_of(&stems[at..])
                && length > 1
            {
                plan.add_phrase(&stems[at..at + length], synonyms, weights);
            }
            let is_last = at + 1 == words.len();
            if stems[..at].contains(&word.stem) {
                continue;
            }
            let mut clause = Clause::of(word, *weight);
            for (stem, weight) in others {
                clause.add(one(stem), *weight, AlternativeKind::Guess);
            }
            if let Some((1, synonyms)) = index.synonyms.at_start_of(&stems[at..=at]) {
                plan.add_synonyms(&mut clause, synonyms, weights);
            }
            // Half a word finds its article by Enter as well as by the list of suggestions.
            let is_half = is_last && (is_typing || vocabulary.df(&word.stem) == 0);
            if is_half && word.exact.chars().count() >= MIN_PREFIX {
                // A word of three letters that is being typed is seldom the whole word.
                if is_typing && word.exact.chars().count() <= SHORT_WORD {
                    clause.alternatives[0].weight *= weights.prefix;
                }
                add_completions(&mut clause, index, partitions, weights);
            }
            let is_common = vocabulary.df(&word.stem) > TOO_COMMON;
            if !is_common {
                clause.add_family(&vocabulary.kin(&word.stem), weight * weights.kin);
            }
            plan.clauses.push(clause);
            for clause in &mut plan.clauses[first_clause..] {
                clause.sentence = sentence;
            }
        }
        plan.sentences = sentences.len();
        plan.text = repaired.text;
        plan
    }

    fn add_synonyms(&mut self, clause: &mut Clause, synonyms: &[Synonym], weights: &Weights) {
        for synonym in synonyms {
            if !clause.add(synonym.stems.clone(), weights.synonym, AlternativeKind::Synonym) {
                continue;
            }
            self.rewrites.push(Rewrite {
                kind: RewriteKind::Synonym,
                from: clause.text.to_string(),
                to: synonym.text.to_string(),
            });
        }
    }

    fn add_phrase(&mut self, phrase: &[Arc<str>], synonyms: &[Synonym], weights: &Weights) {
        let itself = Alternative {
            stems: phrase.into(),
            weight: 1.0,
            kind: AlternativeKind::Word,
            postings: None,
        };
        let text = phrase.join(" ").into();
        let mut clause =
            Clause { text, exact: None, sentence: 0, worth: 1.0, alternatives: vec![itself] };
        self.add_synonyms(&mut clause, synonyms, weights);
        self.clauses.push(clause);
    }
}

impl Clause {
    /// A word, and nothing else that may stand for it.
    fn of(word: &Word, weight: f32) -> Self {
        let itself = Alternative {
            stems: one(&word.stem),
            weight,
            kind: AlternativeKind::Word,
            postings: None,
        };
        let exact = Arc::clone(&word.exact);
        Self {
            text: Arc::clone(&exact),
            exact: Some(exact),
            sentence: 0,
            worth: 1.0,
            alternatives: vec![itself],
        }
    }

    /// Lets something stand for it, unless that does already: two spellings may share a stem.
    fn add(&mut self, stems: Stems, weight: f32, kind: AlternativeKind) -> bool {
        let is_new = self.alternatives.iter().all(|known| known.stems != stems);
        if is_new {
            self.alternatives.push(Alternative { stems, weight, kind, postings: None });
        }
        is_new
    }

    /// Lets words of its family stand for it, no two of which are the same.
    fn add_family(&mut self, family: &[Relative], weight: f32) {
        let known = self.alternatives.len();
        for Relative { stem, share, postings } in family {
            let is = |known: &Alternative| matches!(&*known.stems, [only] if only == stem);
            if !self.alternatives[..known].iter().any(is) {
                self.alternatives.push(Alternative {
                    stems: one(stem),
                    weight: weight * share,
                    kind: AlternativeKind::Kin,
                    postings: postings.upgrade(),
                });
            }
        }
    }
}

/// A single stem.
fn one(stem: &Arc<str>) -> Stems {
    smallvec![Arc::clone(stem)]
}

fn add_completions(
    clause: &mut Clause,
    index: &LocaleIndex,
    partitions: &[&Partition],
    weights: &Weights,
) {
    let Some(prefix) = clause.exact.clone() else { return };
    let mut completions: Vec<(String, u32)> = Vec::new();
    for partition in partitions {
        for (word, count) in partition.words_from(&prefix) {
            match completions.iter_mut().find(|(known, _)| *known == word) {
                Some((_, known)) => *known += count,
                None => completions.push((word, count)),
            }
        }
    }
    // What many sections say is more likely meant; of equals, the shorter, then by alphabet.
    completions.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.len().cmp(&b.len())).then(a.cmp(b)));
    for (word, _) in completions.into_iter().take(MAX_COMPLETIONS) {
        let Some(stem) = index.analyzer.words(&word).pop().map(|word| word.stem) else { continue };
        clause.add(smallvec![stem], weights.prefix, AlternativeKind::Completion);
    }
}
