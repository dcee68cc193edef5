//! How like each other two texts are: enough to know an article again that was renamed.

use rustc_hash::FxHashSet as HashSet;

use crate::article::Article;

/// What a text is known by: its words, each with the next one.
pub(super) struct Gist(HashSet<u64>);

impl Gist {
    pub(super) fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut pairs = HashSet::default();
        for part in parts {
            let lower = part.to_lowercase();
            let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            let mut last = "";
            // A text of one word has a pair too.
            for word in words.chain([""]) {
                let pair = format!("{last} {word}");
                pairs.insert(xxhash_rust::xxh3::xxh3_64(pair.as_bytes()));
                last = word;
            }
        }
        Self(pairs)
    }

    /// The title and every section of an article.
    pub(super) fn of_article(article: &Article) -> Self {
        let sections = article.sections.iter();
        let texts = sections.flat_map(|section| [section.heading.as_str(), section.text.as_str()]);
        Self::of(texts.chain([article.title.as_str()]))
    }

    /// The share of pairs that both have, 0 to 1 (Dice, Measures of the amount of ecologic
    /// association between species, 1945).
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        let both = self.0.intersection(&other.0).count();
        dice(both, self.0.len(), other.0.len())
    }
}

fn dice(both: usize, one: usize, other: usize) -> f64 {
    2.0 * both as f64 / (one + other).max(1) as f64
}

/// Many texts, among which those like another one are found without comparing it with each: a
/// topic that was renamed is a thousand articles to be known again among ten thousand.
pub(super) struct Gists {
    /// By pair, then text.
    pairs: Vec<(u64, u32)>,
    /// How many pairs each text has.
    sizes: Vec<usize>,
}

impl FromIterator<Gist> for Gists {
    fn from_iter<T: IntoIterator<Item = Gist>>(gists: T) -> Self {
        let (mut pairs, mut sizes) = (Vec::new(), Vec::new());
        for (at, Gist(of_text)) in gists.into_iter().enumerate() {
            sizes.push(of_text.len());
            pairs.extend(of_text.into_iter().map(|pair| (pair, at as u32)));
        }
        pairs.sort_unstable();
        Self { pairs, sizes }
    }
}

impl Gists {
    /// How like each of them a text is, in their order.
    pub(super) fn likenesses(&self, gist: &Gist) -> Vec<f64> {
        let mut both = vec![0; self.sizes.len()];
        for pair in &gist.0 {
            let from = self.pairs.partition_point(|(other, _)| other < pair);
            for (_, at) in self.pairs[from..].iter().take_while(|(other, _)| other == pair) {
                both[*at as usize] += 1;
            }
        }
        let sizes = both.into_iter().zip(&self.sizes);
        sizes.map(|(both, size)| dice(both, gist.0.len(), *size)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_text_is_known_again_and_another_is_not() {
        let before = Gist::of(["Обычно деньги приходят на карту за два часа, в выходные дольше."]);
        let edited = Gist::of(["Обычно деньги приходят на карту за три часа, в выходные дольше."]);
        let other = Gist::of(["Чтобы поставить лимит, откройте профиль и выберите сумму."]);
        assert!(before.likeness(&edited) > 0.6);
        assert!(before.likeness(&other) < 0.1);
        assert!((before.likeness(&before) - 1.0).abs() < 1e-9);
        let one_by_one = [before.likeness(&edited), before.likeness(&other)];
        let together = Gists::from_iter([edited, other]).likenesses(&before);
        assert!(together.iter().zip(one_by_one).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
