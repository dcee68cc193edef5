//! The words of the articles, and which of them are like a given one: by spelling, for words that
//! are typed wrong, and by the letters they share, for words of one family.
//!
//! Letter groups (n-grams) are kept of the vocabulary rather than of the documents: a document
//! has thousands of them, and the words that they would bring together are the same few. Each
//! segment of the index has a block of its own, made when it is first needed; a segment never
//! changes, so a save costs the words of the new article and no more.

use std::sync::{Arc, Weak};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::analysis::is_letter;
use super::grams::{Grams, Texts, TextsBuilder, group_count, hash, letter_groups, letter_pairs};
use super::partition::Partition;
use super::postings::{Count, StemPostings};
use super::remembered::Remembered;
use super::{Analyzer, LocaleIndex, Word};

/// Longer words are not compared with others, in characters.
const MAX_WORD: usize = 32;
/// Words alike in their letter pairs whose distance is measured, and perhaps as many again.
const MEASURED: usize = 32;
/// Words less alike in their letter pairs than this are not, in thousandths.
const LIKE: u32 = 300;
/// Letters that one word may have more than another that is like it.
const LONGER: usize = 3;
/// Words of one family that are searched besides a word.
const MAX_KIN: usize = 12;
/// Words less alike than this are not of one family.
const LEAST_KIN: f32 = 0.3;

/// The words that one audience's articles in one locale use.
#[derive(Clone, Copy)]
pub(super) struct Vocabulary<'a> {
    pub(super) index: &'a LocaleIndex,
    pub(super) partitions: &'a [&'a Partition],
}

/// A word of the articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) word: String,
    pub(super) stem: Arc<str>,
}

/// Stems of a partition that share groups of letters with this one, with the share from 0 to 1; the
/// nearest first.
pub(super) fn kin_of(stem: &str, partition: &Partition, analyzer: &Analyzer) -> Kin {
    let groups = letter_groups(stem);
    let mut found: Vec<(f32, &str)> = Vec::new();
    for segment in &partition.segments {
        let block = segment.block(analyzer);
        block.groups.each_sharing(&groups, |id, shared| {
            let letters = usize::from(block.stem_lengths[id as usize]);
            // Between how much of this stem the other has, and how much both share.
            let all = 0.6 * groups.len() as f32 + 0.4 * group_count(letters) as f32;
            let share = f32::from(shared) / all;
            if share >= LEAST_KIN {
                found.push((share, block.stems.get(id)));
            }
        });
    }
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found
        .into_iter()
        .filter(|(_, other)| *other != stem)
        .map(|(share, other)| (share, other, partition.postings(other)))
        .filter(|(.., postings)| postings.count.articles > 0)
        .take(MAX_KIN)
        .map(|(share, other, postings)| Relative {
            stem: other.into(),
            share,
            postings: Arc::downgrade(&postings),
        })
        .collect()
}

/// Stems of one family.
pub(super) type Kin = Arc<[Relative]>;

/// A stem of a word's family.
#[derive(Debug, Clone)]
pub(super) struct Relative {
    pub(super) stem: Arc<str>,
    /// How much they share, 0 to 1.
    pub(super) share: f32,
    /// What the partition has of it, as long as that is remembered; nothing when there are several
    /// partitions.
    pub(super) postings: Weak<StemPostings>,
}

impl Vocabulary<'_> {
    /// How often a stem is said.
    pub(super) fn count(&self, stem: &str) -> Count {
        self.partitions.iter().map(|partition| partition.count(stem)).sum()
    }

    /// In how many articles a stem is.
    pub(super) fn df(&self, stem: &str) -> u32 {
        self.partitions.iter().map(|partition| partition.df(stem)).sum()
    }

    /// Whether a stem is of a word that the articles or the synonyms have.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.df(stem) > 0 || self.index.synonyms.has(stem)
    }

    /// Whether a word is written in the articles in just this form.
    pub(super) fn has_form(&self, word: &str, stem: &str) -> bool {
        self.df(stem) > 0 && self.is_written(word)
    }

    /// Whether the index has a word in just this form, perhaps of an article that is gone.
    pub(super) fn is_written(&self, word: &str) -> bool {
        self.partitions.iter().any(|partition| partition.is_written(word))
    }

    /// Whether one word stands before another somewhere in the articles, in any of their forms or
    /// in just these.
    pub(super) fn adjacency(&self, left: &Word, right: &Word) -> Adjacency {
        /// Articles that are looked at.
        const LOOKED_AT: usize = 48;
        let rarer = if self.df(&left.stem) < self.df(&right.stem) { left } else { right };
        let mut best = Adjacency::Never;
        for partition in self.partitions {
            for article in partition.postings(&rarer.stem).articles.iter().take(LOOKED_AT) {
                let article = &partition.articles[article as usize];
                best = best.max(article.adjacency(&self.index.analyzer, left, right));
                if best == Adjacency::Forms {
                    return best;
                }
            }
        }
        best
    }

    /// Words that share letter pairs with this one, the likest first; remembered, for people make the
    /// same slips again and again.
    pub(super) fn alike(&self, word: &str) -> Arc<[Entry]> {
        /// Slips that are remembered.
        const MAX_REMEMBERED: usize = 1_000;
        // What staff's words are like must not be told to the public.
        let Some(known) = self.index.alike.get(self.partitions.len().saturating_sub(1)) else {
            return self.look_for_alike(word).into();
        };
        if let Some(found) = known.get(word) {
            return found;
        }
        let found: Arc<[Entry]> = self.look_for_alike(word).into();
        known.keep(word, &found, 1, MAX_REMEMBERED);
        found
    }

    fn look_for_alike(&self, word: &str) -> Vec<Entry> {
        let pairs = letter_pairs(word);
        let letters = word.chars().count();
        let mut found: Vec<(u32, &Block, u32)> = Vec::new();
        for block in self.blocks().chain([self.index.synonyms.words()]) {
            block.pairs.each_sharing(&pairs, |id, shared| {
                let other = usize::from(block.lengths[id as usize]);
                if other.abs_diff(letters) > LONGER {
                    return;
                }
                // Dice, in thousandths; a word has one pair more than letters.
                let likeness = 2000 * u32::from(shared) / (pairs.len() + other + 1) as u32;
                if likeness >= LIKE {
                    found.push((likeness, block, id));
                }
            });
        }
        // Words that are as like as the last one that is measured are measured too: which of them
        // come first must not depend on how the index is cut into segments.
        if found.len() > MEASURED {
            let (_, last, _) =
                found.select_nth_unstable_by(MEASURED, |a, b| b.0.cmp(&a.0).then(a.2.cmp(&b.2)));
            let least = last.0;
            found.retain(|(likeness, ..)| *likeness >= least);
        }
        let mut words: Vec<(u32, &str, &str)> = found
            .into_iter()
            .map(|(likeness, block, id)| {
                let stem = block.stems.get(block.stem_of[id as usize]);
                (likeness, block.words.get(id), stem)
            })
            .collect();
        words.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        words.dedup_by(|a, b| a.1 == b.1);
        words.truncate(2 * MEASURED);
        let entry =
            |(_, word, stem): (u32, &str, &str)| Entry { word: word.to_owned(), stem: stem.into() };
        words.into_iter().map(entry).collect()
    }

    /// Stems that share groups of letters with this one, with the share from 0 to 1; the nearest
    /// first.
    pub(super) fn kin(&self, stem: &str) -> Kin {
        // Numbers and codes are right or wrong, never alike.
        if !stem.chars().all(is_letter) {
            return Arc::default();
        }
        let mut of_each =
            self.partitions.iter().map(|partition| partition.kin(stem, &self.index.analyzer));
        let first = of_each.next().unwrap_or_default();
        if self.partitions.len() < 2 {
            return first;
        }
        let mut kin: Vec<Relative> = first.to_vec();
        kin.extend(of_each.flat_map(|kin| kin.to_vec()));
        kin.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.stem.cmp(&b.stem)));
        kin.dedup_by(|a, b| a.stem == b.stem);
        kin.truncate(MAX_KIN);
        // What one partition has is not all.
        for relative in &mut kin {
            relative.postings = Weak::new();
        }
        kin.into()
    }

    /// Which share of a word's groups of three letters any word has: how much it looks like one
    /// of this language.
    pub(super) fn plausibility(&self, word: &str) -> f32 {
        let bordered: Vec<char> = std::iter::once('^').chain(word.chars()).chain(['$']).collect();
        let triples = bordered.windows(3).filter_map(|three| three.try_into().ok());
        let known = triples.filter(|three| self.has_triple(*three)).count();
        known as f32 / bordered.len().saturating_sub(2).max(1) as f32
    }

    /// Whether any word has these three letters in a row; `^` stands before the first letter of a
    /// word and `$` after its last.
    pub(super) fn has_triple(&self, letters: [char; 3]) -> bool {
        let triple = hash(&letters);
        let has = |block: &Block| block.triples.binary_search(&triple).is_ok();
        self.blocks().any(has) || has(self.index.synonyms.words())
    }

    /// Whether any word begins like this.
    pub(super) fn has_longer(&self, beginning: &str) -> bool {
        self.blocks().any(|block| {
            block
                .words
                .beginning_with(beginning)
                .any(|id| self.df(block.stems.get(block.stem_of[id as usize])) > 0)
        })
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        let segments = self.partitions.iter().flat_map(|partition| &partition.segments);
        segments.map(|segment| segment.block(&self.index.analyzer))
    }
}

/// How near two words come to standing side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Adjacency {
    Never,
    /// In other forms.
    Stems,
    /// Just so.
    Forms,
}

/// Words alike to those that somebody misspelt, for the public and for staff.
pub(super) type Alike = [Remembered<[Entry]>; 2];

/// The words of one segment.
#[derive(Debug, Default)]
pub(super) struct Block {
    words: Texts,
    /// By word: how many letters it has.
    lengths: Box<[u8]>,
    /// By word: its stem.
    stem_of: Box<[u32]>,
    stems: Texts,
    stem_lengths: Box<[u8]>,
    /// Three letters in a row that some word has, sorted.
    triples: Box<[u32]>,
    /// Letter pairs to words.
    pairs: Grams,
    /// Letter groups to stems.
    groups: Grams,
}

impl Block {
    /// Reads the words of a segment. A dictionary that cannot be read counts as empty: search goes
    /// on without its help.
    pub(super) fn of_segment(words: &tantivy::InvertedIndexReader, analyzer: &Analyzer) -> Self {
        let mut all: Vec<String> = Vec::with_capacity(words.terms().num_terms());
        if let Ok(mut stream) = words.terms().stream() {
            while stream.advance() {
                all.extend(std::str::from_utf8(stream.key()).map(str::to_owned));
            }
        }
        Self::of(all.iter().map(String::as_str), analyzer)
    }

    /// Of words in the order of their bytes.
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a str>, analyzer: &Analyzer) -> Self {
        let mut block = Self::default();
        let mut stem_ids: HashMap<Arc<str>, u32> = HashMap::default();
        let mut stem_of = Vec::new();
        let mut triples = HashSet::default();
        let (mut texts, mut stems) = (TextsBuilder::default(), TextsBuilder::default());
        for word in words {
            // Numbers and codes are right or wrong, never alike.
            if word.chars().count() > MAX_WORD || !word.chars().all(is_letter) {
                continue;
            }
            analyzer.each_word(word, |_, forms| {
                let next = stem_ids.len() as u32;
                let id = *stem_ids.entry(Arc::clone(&forms.stem)).or_insert_with(|| {
                    stems.push(&forms.stem);
                    next
                });
                texts.push(word);
                let bordered: Vec<char> =
                    std::iter::once('^').chain(word.chars()).chain(['$']).collect();
                triples.extend(bordered.windows(3).map(hash));
                stem_of.push(id);
            });
        }
        block.words = texts.build();
        block.stems = stems.build();
        block.lengths = block.words.lengths();
        block.stem_lengths = block.stems.lengths();
        block.stem_of = stem_of.into();
        let mut triples: Vec<u32> = triples.into_iter().collect();
        triples.sort_unstable();
        block.triples = triples.into();
        block.pairs = Grams::of(&block.words, letter_pairs);
        block.groups = Grams::of(&block.stems, letter_groups);
        block
    }
}
