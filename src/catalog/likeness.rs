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
        2.0 * both as f64 / (self.0.len() + other.0.len()).max(1) as f64
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
    }
}
