//! Some of a partition's articles, in whichever form is smaller: the few as a list, the many as a
//! bit for each article there is.

/// Articles by their positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ArticleSet {
    /// In order.
    Few(Box<[u32]>),
    Many {
        /// A bit for each article, 64 to a word.
        words: Box<[u64]>,
        /// By word: how many articles are in the words before it.
        before: Box<[u32]>,
    },
}

impl Default for ArticleSet {
    fn default() -> Self {
        Self::Few(Box::default())
    }
}

impl ArticleSet {
    /// Of articles in order, each once, of a partition that has `n`.
    pub(super) fn of(articles: Vec<u32>, n: usize) -> Self {
        // Four bytes for each of the few; twelve for 64 of all.
        if articles.len() * 64 * 4 <= n * 12 {
            return Self::Few(articles.into());
        }
        let mut words = vec![0u64; n.div_ceil(64)];
        for article in articles {
            words[article as usize / 64] |= 1 << (article % 64);
        }
        let mut count = 0;
        let before = words.iter().map(|word| {
            let before = count;
            count += word.count_ones();
            before
        });
        Self::Many { before: before.collect(), words: words.into() }
    }

    /// How many of its articles come before this one, which is one of them.
    pub(super) fn rank(&self, article: u32) -> Option<usize> {
        match self {
            Self::Few(articles) => articles.binary_search(&article).ok(),
            Self::Many { words, before } => {
                let at = article as usize / 64;
                let (word, bit) = (*words.get(at)?, 1u64 << (article % 64));
                (word & bit != 0).then(|| (before[at] + (word & (bit - 1)).count_ones()) as usize)
            }
        }
    }

    /// Calls `found` with its articles, a block of 64 at a time: which block it is, and a bit for
    /// each. Blocks come in order, and one may come more than once.
    #[inline]
    pub(super) fn each_block(&self, mut found: impl FnMut(usize, u64)) {
        match self {
            Self::Few(articles) => {
                for article in articles {
                    found(*article as usize / 64, 1 << (article % 64));
                }
            }
            Self::Many { words, .. } => {
                for (at, word) in words.iter().enumerate().filter(|(_, word)| **word != 0) {
                    found(at, *word);
                }
            }
        }
    }

    /// Calls `found` with the place of each `wanted` one in a block of 64 articles, and with its rank.
    /// All of them are among its articles. `cursor` is where the last call ended: blocks come in
    /// order.
    #[inline]
    pub(super) fn each_rank(
        &self,
        block: usize,
        mut wanted: u64,
        cursor: &mut usize,
        mut found: impl FnMut(u32, usize),
    ) {
        match self {
            Self::Few(articles) => {
                let first = 64 * block as u32;
                while wanted != 0 && *cursor < articles.len() {
                    let article = articles[*cursor];
                    if article >= first {
                        let bit = article - first;
                        if bit > wanted.trailing_zeros() {
                            return;
                        }
                        if wanted >> bit & 1 != 0 {
                            found(bit, *cursor);
                            wanted &= wanted - 1;
                        }
                    }
                    *cursor += 1;
                }
            }
            Self::Many { words, before } => {
                let (has, before) = (words[block], before[block] as usize);
                if wanted == has {
                    for (rank, bit) in (before..).zip(bits(has)) {
                        found(bit, rank);
                    }
                } else {
                    for bit in bits(wanted) {
                        found(bit, before + (has & ((1 << bit) - 1)).count_ones() as usize);
                    }
                }
            }
        }
    }

    /// Its articles, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let (few, many): (&[u32], &[u64]) = match self {
            Self::Few(articles) => (articles, &[]),
            Self::Many { words, .. } => (&[], words),
        };
        let many =
            (0u32..).zip(many).flat_map(|(at, word)| bits(*word).map(move |bit| 64 * at + bit));
        few.iter().copied().chain(many)
    }
}

/// The places of the bits that are set, lowest first.
#[inline]
pub(super) fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn few_and_many_are_told_alike(
            articles in proptest::collection::btree_set(0u32..500, 0..200), n in 500usize..20_000
        ) {
            let all: Vec<u32> = articles.iter().copied().collect();
            let set = ArticleSet::of(all.clone(), n);
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), all);
            let mut seen = BTreeSet::new();
            set.each_block(|at, word| seen.extend(bits(word).map(|bit| 64 * at as u32 + bit)));
            prop_assert_eq!(&seen, &articles);
            for seed in [u64::MAX, 0x5555_5555_5555_5555, 0xf0f0_f00f_0000_ffff] {
                let mut found = Vec::new();
                let mut cursor = 0;
                for at in 0..n.div_ceil(64) {
                    let of_word = articles.range(64 * at as u32..64 * (at as u32 + 1));
                    let wanted = of_word.fold(0, |all, article| all | 1 << (article % 64)) & seed;
                    set.each_rank(at, wanted, &mut cursor, |bit, rank| {
                        found.push((64 * at as u32 + bit, rank));
                    });
                }
                let wanted = (0..).zip(&articles).filter(|(_, article)| seed >> (*article % 64) & 1 != 0);
                let wanted: Vec<_> = wanted.map(|(rank, article)| (*article, rank)).collect();
                prop_assert_eq!(found, wanted);
            }
            for article in 0..500 {
                let rank = articles.iter().position(|known| *known == article);
                prop_assert_eq!(set.rank(article), rank);
            }
        }
    }
}
