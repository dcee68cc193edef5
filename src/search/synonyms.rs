//! `synonyms.yaml`: words that a site treats as one, in every form that the analyzer knows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use smallvec::SmallVec;

use serde::Deserialize;

use super::vocabulary::Block;
use super::{Analyzer, Word};
use crate::article::{Problem, SourcePath, Spot, read_yaml};

/// A word or a phrase, as stems.
pub(super) type Stems = SmallVec<[Arc<str>; 1]>;

/// The synonyms of one locale.
#[derive(Debug, Default)]
pub struct Synonyms {
    /// By the first stem of what is looked for.
    entries: HashMap<Arc<str>, Vec<Entry>>,
    /// Its words: somebody who types one of them made no mistake, even if no article says it.
    words: Block,
    stems: HashSet<Arc<str>>,
}

#[derive(Debug)]
struct Entry {
    from: Stems,
    to: Vec<Synonym>,
}

/// What may stand for a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Synonym {
    pub(super) stems: Stems,
    /// As the author wrote it.
    pub(super) text: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    groups: Vec<Vec<String>>,
    #[serde(default)]
    one_way: Vec<OneWay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWay {
    from: Vec<String>,
    to: Vec<String>,
}

impl Synonyms {
    /// The file's name in a locale's folder.
    pub const FILE: &str = "synonyms.yaml";

    /// Why the file cannot be read at all.
    pub fn unreadable(path: &SourcePath, text: &str) -> Option<Problem> {
        read_yaml::<Form>(path, text).err()
    }

    /// Reads `synonyms.yaml`; what is wrong in it is left out and reported.
    pub fn parse(path: &SourcePath, text: &str, analyzer: &Analyzer) -> (Self, Vec<Problem>) {
        let form: Form = match read_yaml(path, text) {
            Ok(form) => form,
            Err(problem) => return (Self::default(), vec![problem]),
        };
        let mut synonyms = Self::default();
        let mut problems = Vec::new();
        let mut known: Vec<Word> = Vec::new();
        let mut read = |phrase: &str| {
            let stems: Stems = analyzer.words(phrase).into_iter().map(|word| word.stem).collect();
            if stems.is_empty() || stems.len() > MAX_PHRASE {
                let at = text.find(phrase).unwrap_or(0);
                let spot = Spot::at(text, at..at + phrase.len());
                let message =
                    format!("`{phrase}` is no word or phrase of up to {MAX_PHRASE} words");
                problems.push(Problem::error(path, text, spot, "bad-synonym", message));
                return None;
            }
            known.extend(analyzer.words(phrase));
            Some(Synonym { stems, text: phrase.into() })
        };
        for group in &form.groups {
            let members: Vec<Synonym> = group.iter().filter_map(|text| read(text)).collect();
            for from in &members {
                synonyms.add(&from.stems, members.iter());
            }
        }
        for pair in &form.one_way {
            let to: Vec<Synonym> = pair.to.iter().filter_map(|text| read(text)).collect();
            for from in pair.from.iter().filter_map(|text| read(text)).collect::<Vec<_>>() {
                synonyms.add(&from.stems, to.iter());
            }
        }
        known.sort_by(|a, b| a.exact.cmp(&b.exact));
        known.dedup_by(|a, b| a.exact == b.exact);
        synonyms.words = Block::of(known.iter().map(|word| &*word.exact), analyzer);
        synonyms.stems = known.into_iter().map(|word| word.stem).collect();
        (synonyms, problems)
    }

    /// Whether a stem is of a word that stands for others.
    pub(super) fn has(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    /// All words that stand for others.
    pub(super) fn words(&self) -> &Block {
        &self.words
    }

    fn add<'a>(&mut self, from: &Stems, to: impl Iterator<Item = &'a Synonym>) {
        let entries = self.entries.entry(Arc::clone(&from[0])).or_default();
        let at = entries.iter().position(|entry| entry.from == *from).unwrap_or_else(|| {
            entries.push(Entry { from: from.clone(), to: Vec::new() });
            entries.len() - 1
        });
        for synonym in to {
            let entry = &mut entries[at];
            if synonym.stems != *from && !entry.to.contains(synonym) {
                entry.to.push(synonym.clone());
            }
        }
        // Longest first: «личный кабинет» before «личный».
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.from.len()));
    }

    /// The longest word or phrase at the beginning of `words` that has synonyms: how many words it
    /// takes, and what may stand for it.
    pub(super) fn at_start_of(&self, words: &[Arc<str>]) -> Option<(usize, &[Synonym])> {
        let entries = self.entries.get(words.first()?)?;
        entries
            .iter()
            .find(|entry| words.starts_with(&entry.from))
            .map(|entry| (entry.from.len(), entry.to.as_slice()))
    }
}

/// Longest phrase that can be a synonym, in words.
const MAX_PHRASE: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Synonyms, Vec<Problem>) {
        let analyzer = Analyzer::new(&"ru".parse().unwrap());
        Synonyms::parse(&SourcePath::new("ru/synonyms.yaml"), text, &analyzer)
    }

    fn of(synonyms: &Synonyms, query: &str) -> Vec<String> {
        let analyzer = Analyzer::new(&"ru".parse().unwrap());
        let words: Vec<_> = analyzer.words(query).into_iter().map(|word| word.stem).collect();
        let found = synonyms.at_start_of(&words);
        found.map_or(Vec::new(), |(_, to)| to.iter().map(|s| s.text.to_string()).collect())
    }

    #[test]
    fn any_form_of_a_word_finds_its_group() {
        let (synonyms, problems) = parse("groups:\n  - [депозит, деп, пополнение счёта]\n");
        assert!(problems.is_empty());
        assert_eq!(of(&synonyms, "депозита"), ["деп", "пополнение счёта"]);
        assert_eq!(of(&synonyms, "пополнением счета"), ["депозит", "деп"]);
    }

    #[test]
    fn a_one_way_synonym_goes_one_way() {
        let (synonyms, _) = parse("one_way:\n  - from: [бабки]\n    to: [деньги]\n");
        assert_eq!(of(&synonyms, "бабки"), ["деньги"]);
        assert!(of(&synonyms, "деньги").is_empty());
    }

    #[test]
    fn a_synonym_without_words_is_reported_and_the_rest_is_kept() {
        let (synonyms, problems) = parse("groups:\n  - [вейджер, отыгрыш, '!!!']\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(of(&synonyms, "вейджер"), ["отыгрыш"]);
    }
}
