//! Groups of letters (n-grams), and which texts have them: how words that are like each other are
//! found without comparing all with all.

use std::cell::RefCell;

/// Many short texts in one piece of memory.
#[derive(Debug, Default)]
pub(super) struct Texts {
    all: Box<str>,
    ends: Box<[u32]>,
}

#[derive(Default)]
pub(super) struct TextsBuilder {
    all: String,
    ends: Vec<u32>,
}

impl TextsBuilder {
    pub(super) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    pub(super) fn build(self) -> Texts {
        Texts { all: self.all.into(), ends: self.ends.into() }
    }
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The texts that begin like this; they are sorted.
    pub(super) fn beginning_with(&self, beginning: &str) -> impl Iterator<Item = u32> {
        let (mut from, mut until) = (0, self.len() as u32);
        while from < until {
            let middle = from.midpoint(until);
            if self.get(middle) < beginning { from = middle + 1 } else { until = middle }
        }
        (from..self.len() as u32).take_while(move |id| self.get(*id).starts_with(beginning))
    }

    /// How many letters each has.
    pub(super) fn lengths(&self) -> Box<[u8]> {
        let letters = |id| self.get(id).chars().count().min(u8::MAX.into()) as u8;
        (0..self.len() as u32).map(letters).collect()
    }

    pub(super) fn get(&self, id: u32) -> &str {
        let id = id as usize;
        let from = if id == 0 { 0 } else { self.ends[id - 1] as usize };
        &self.all[from..self.ends[id] as usize]
    }
}

/// Which texts have a group of letters.
#[derive(Debug, Default)]
pub(super) struct Grams {
    /// Sorted.
    keys: Box<[u32]>,
    /// By key: where its texts begin; one more for the end.
    starts: Box<[u32]>,
    ids: Box<[u32]>,
}

thread_local! {
    /// How many groups each text shares, and the texts that share any.
    static SHARED: RefCell<(Vec<u16>, Vec<u32>)> = RefCell::default();
}

impl Grams {
    pub(super) fn of(texts: &Texts, grams: impl Fn(&str) -> Vec<u32>) -> Self {
        let mut pairs: Vec<u64> = Vec::with_capacity(texts.len() * 10);
        for id in 0..texts.len() as u32 {
            pairs.extend(
                grams(texts.get(id)).into_iter().map(|gram| u64::from(gram) << 32 | u64::from(id)),
            );
        }
        pairs.sort_unstable();
        let (mut keys, mut starts) = (Vec::new(), Vec::new());
        let mut ids = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let key = (pair >> 32) as u32;
            if keys.last() != Some(&key) {
                keys.push(key);
                starts.push(ids.len() as u32);
            }
            ids.push(pair as u32);
        }
        starts.push(ids.len() as u32);
        Self { keys: keys.into(), starts: starts.into(), ids: ids.into() }
    }

    fn texts_with(&self, gram: u32) -> &[u32] {
        self.keys
            .binary_search(&gram)
            .map_or(&[], |at| &self.ids[self.starts[at] as usize..self.starts[at + 1] as usize])
    }

    /// Calls `found` with each text that shares at least two of the groups, and how many.
    pub(super) fn each_sharing(&self, grams: &[u32], mut found: impl FnMut(u32, u16)) {
        SHARED.with_borrow_mut(|(shared, touched)| {
            touched.clear();
            for gram in grams {
                for &id in self.texts_with(*gram) {
                    if shared.len() <= id as usize {
                        shared.resize(id as usize + 1, 0);
                    }
                    let count = &mut shared[id as usize];
                    if *count == 0 {
                        touched.push(id);
                    }
                    *count += 1;
                }
            }
            for &id in touched.iter() {
                let count = std::mem::take(&mut shared[id as usize]);
                if count > 1 {
                    found(id, count);
                }
            }
        });
    }
}

/// The pairs of letters of a word, its borders included, each once.
pub(super) fn letter_pairs(word: &str) -> Vec<u32> {
    let bordered: Vec<char> = std::iter::once('^').chain(word.chars()).chain(['$']).collect();
    let mut pairs: Vec<u32> = bordered.windows(2).map(hash).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The groups of three and four letters of a stem, its beginning included: its end is where a word
/// was cut.
pub(super) fn letter_groups(stem: &str) -> Vec<u32> {
    let mut groups = groups_of(stem, 3);
    groups.extend(groups_of(stem, 4));
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn groups_of(stem: &str, n: usize) -> Vec<u32> {
    let bordered: Vec<char> = std::iter::once('^').chain(stem.chars()).collect();
    bordered.windows(n).map(hash).collect()
}

/// How many groups a stem of so many letters has.
pub(super) fn group_count(letters: usize) -> usize {
    // With its border, `letters + 1` characters: all but two begin a group of three, all but three
    // one of four.
    (letters + 1).saturating_sub(2) + (letters + 1).saturating_sub(3)
}

/// FNV-1a over the characters.
pub(super) fn hash(letters: &[char]) -> u32 {
    letters
        .iter()
        .fold(0x811c_9dc5, |hash, letter| (hash ^ *letter as u32).wrapping_mul(0x0100_0193))
}
