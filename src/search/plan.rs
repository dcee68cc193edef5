//! What a query was meant to say: its words as clauses, each with all that may stand for it.

use std::sync::Arc;

use super::partition::Partition;
use super::synonyms::{Stems, Synonym};
use super::{LocaleIndex, Weights};

/// Words of a query that are looked at; more say nothing new and cost time.
const MAX_CLAUSES: usize = 64;
/// Completions of an unfinished word that are searched.
const MAX_COMPLETIONS: usize = 24;
/// A shorter beginning of a word says too little to be completed, in characters.
const MIN_PREFIX: usize = 2;

/// A query's clauses, in the order of its words.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) clauses: Vec<Clause>,
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AlternativeKind {
    /// The word in any of its forms.
    Word,
    Synonym,
    /// A word that begins with what was typed.
    Completion,
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
    /// Another word of the same meaning was searched too.
    Synonym,
}

impl RewriteKind {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
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
        let mut plan = Self::default();
        let words = index.analyzer.words(text);
        let stems: Stems = words.iter().map(|word| Arc::clone(&word.stem)).collect();
        let is_typing = last == LastWord::Typing && !text.ends_with(char::is_whitespace);

        for (at, word) in words.iter().enumerate() {
            if plan.clauses.len() >= MAX_CLAUSES {
                break;
            }
            if let Some((length, synonyms)) = index.synonyms.at_start_of(&stems[at..])
                && length > 1
            {
                plan.add_phrase(&stems[at..at + length], synonyms, weights);
            }
            let is_last = at + 1 == words.len();
            if stems[..at].contains(&word.stem) {
                continue;
            }
            let mut clause = Clause {
                text: Arc::clone(&word.exact),
                exact: Some(Arc::clone(&word.exact)),
                alternatives: vec![Alternative {
                    stems: vec![Arc::clone(&word.stem)],
                    weight: 1.0,
                    kind: AlternativeKind::Word,
                }],
            };
            if let Some((1, synonyms)) = index.synonyms.at_start_of(&stems[at..=at]) {
                plan.add_synonyms(&mut clause, synonyms, weights);
            }
            // Half a word finds its article by Enter as well as by the list of suggestions.
            let is_half = is_last && (is_typing || !is_known(partitions, &word.stem));
            if is_half && word.exact.chars().count() >= MIN_PREFIX {
                add_completions(&mut clause, index, partitions, weights);
            }
            plan.clauses.push(clause);
        }
        plan
    }

    fn add_synonyms(&mut self, clause: &mut Clause, synonyms: &[Synonym], weights: &Weights) {
        for synonym in synonyms {
            // Two spellings may share a stem.
            if clause.alternatives.iter().any(|known| known.stems == synonym.stems) {
                continue;
            }
            clause.alternatives.push(Alternative {
                stems: synonym.stems.clone(),
                weight: weights.synonym,
                kind: AlternativeKind::Synonym,
            });
            self.rewrites.push(Rewrite {
                kind: RewriteKind::Synonym,
                from: clause.text.to_string(),
                to: synonym.text.to_string(),
            });
        }
    }

    fn add_phrase(&mut self, phrase: &[Arc<str>], synonyms: &[Synonym], weights: &Weights) {
        let itself =
            Alternative { stems: phrase.to_vec(), weight: 1.0, kind: AlternativeKind::Word };
        let text = phrase.join(" ").into();
        let mut clause = Clause { text, exact: None, alternatives: vec![itself] };
        self.add_synonyms(&mut clause, synonyms, weights);
        self.clauses.push(clause);
    }
}

fn is_known(partitions: &[&Partition], stem: &str) -> bool {
    partitions.iter().any(|partition| partition.has_stem(stem))
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
        let stems = vec![stem];
        if !clause.alternatives.iter().any(|known| known.stems == stems) {
            clause.alternatives.push(Alternative {
                stems,
                weight: weights.prefix,
                kind: AlternativeKind::Completion,
            });
        }
    }
}
