//! What makes one article better than another: the [`Weights`], and arithmetic only.

use std::sync::LazyLock;

use tantivy::fieldnorm::FieldNormReader;

use super::postings::Count;
use super::schema::TextField;

/// Every number that ranking depends on.
///
/// Scores are sums over the words of a query. A word counts by how rare it is (its idf), times
/// what the fields say that have it: the fields of the article as a whole (title, questions,
/// tags) and those of its best section (heading, text), each as BM25 has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Of a word in the title.
    pub title: f32,
    /// In the author's other wordings.
    pub questions: f32,
    /// In tags and the topic's name.
    pub tags: f32,
    /// In a section's heading.
    pub heading: f32,
    /// In a section's text.
    pub text: f32,
    /// Added for an article that has a word exactly as it was typed, in idfs.
    pub exact: f32,
    /// Added for two neighboring words of the query that stand together, in idfs of the commoner.
    pub proximity: f32,
    /// What a synonym counts compared with the word itself.
    pub synonym: f32,
    /// What the end of an unfinished word counts compared with a whole one.
    pub prefix: f32,
    /// What a word of the same family (by its letters) counts, times how alike they are.
    pub kin: f32,
    /// How much more a word tells that comes back in the articles that have it.
    pub burst: f32,
    /// How much less a short word tells: most are particles and pronouns.
    pub short: f32,
    /// Added for a title or question that the query covers: times what it covers, times the share
    /// of the title that this is.
    pub covered_title: f32,
    /// How much less the other sentences of a message count than the one that is answered best.
    pub focus: f32,
    /// BM25's k1: how soon a word said again counts no more.
    pub saturation: f32,
    /// BM25's b for title, questions, tags, heading and text: how much a long field is held back.
    pub length: [f32; TextField::ALL.len()],
    /// Whether queries are repaired; without it they are taken as typed, to measure what repair
    /// costs.
    pub repair: bool,
    /// A hit explains at least this share of what the best-matching article does, by idf.
    pub coverage: f32,
}

impl Default for Weights {
    /// Found on golden queries and public collections of questions; `spravka eval` judges a change.
    fn default() -> Self {
        Self {
            title: 2.5,
            questions: 1.3,
            tags: 0.4,
            heading: 1.2,
            text: 1.0,
            exact: 0.15,
            proximity: 1.2,
            synonym: 0.9,
            prefix: 0.8,
            kin: 0.8,
            burst: 1.2,
            short: 0.6,
            covered_title: 0.7,
            repair: true,
            focus: 2.0,
            saturation: 1.5,
            length: [0.5, 0.75, 0.2, 0.3, 0.75],
            coverage: 0.2,
        }
    }
}

impl Weights {
    pub(super) fn of(&self, field: TextField) -> f32 {
        match field {
            TextField::Title => self.title,
            TextField::Questions => self.questions,
            TextField::Tags => self.tags,
            TextField::Heading => self.heading,
            TextField::Text => self.text,
        }
    }

    /// How much a word tells, by the articles that have it: its idf, corrected by what else is
    /// known of it.
    ///
    /// Words that a text is about come back in it, and words that any text may use stand about as
    /// chance scatters them: the idf beyond what chance would give, which is residual idf (Church
    /// and Gale, Poisson mixtures, 1995), tells «вывод» from «чтобы» without any list. Of few
    /// articles it tells little.
    pub(super) fn telling(&self, stem: &str, count: Count, n: usize) -> f32 {
        /// Residual idf of a word that is neither.
        const USUAL: f32 = 0.2;
        /// Beyond it, being said more often tells no more.
        const MOST: f32 = 0.5;
        /// Articles that it takes to trust half of what they say.
        const TRUSTED: f32 = 3.0;
        /// Letters of a stem that is not short.
        const LONG: f32 = 6.0;
        if count.articles == 0 {
            return 0.0;
        }
        let (df, times, all) = (count.articles as f32, count.times as f32, n.max(1) as f32);
        let residual = (1.0 - (-times / all).exp()).ln() - (df / all).ln();
        let trust = df / (df + TRUSTED);
        let burst = 1.0 + self.burst * trust * (residual - USUAL).clamp(-USUAL, MOST);
        let is_code = stem.bytes().any(|b| b.is_ascii_digit());
        let letters = if is_code { LONG } else { (stem.chars().count() as f32).min(LONG) };
        idf(count.articles, n) * burst * (1.0 - self.short * (1.0 - letters / LONG))
    }

    /// What a field's length takes from its share, by the byte that tantivy keeps of the length,
    /// where the field has `average` words in most documents.
    ///
    /// A word that stands `count` times has the share `of(field) * count * (k1 + 1) / (count +
    /// norm)`: BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) without
    /// its idf.
    pub(super) fn norms(&self, field: TextField, average: f32) -> [f32; 256] {
        /// Asked for with every query, and a call for each would cost more than all the rest.
        static LENGTHS: LazyLock<[f32; 256]> = LazyLock::new(|| {
            std::array::from_fn(|id| FieldNormReader::id_to_fieldnorm(id as u8) as f32)
        });
        let (b, average) = (self.length[field as usize], average.max(1.0));
        let mut norms = *LENGTHS;
        for norm in &mut norms {
            *norm = self.saturation * (1.0 - b + b * *norm / average);
        }
        norms
    }

    /// The share of a word that stands `count` times in a field of `length` words.
    pub(super) fn share(&self, field: TextField, count: f32, length: f32, average: f32) -> f32 {
        let b = self.length[field as usize];
        let norm = self.saturation * (1.0 - b + b * length / average.max(1.0));
        self.of(field) * count * (self.saturation + 1.0) / (count + norm)
    }
}

/// How much a word tells that `df` of `n` articles have; BM25's, which is never negative.
pub(super) fn idf(df: u32, n: usize) -> f32 {
    let (df, n) = (df as f32, n as f32);
    (1.0 + (n - df + 0.5).max(0.0) / (df + 0.5)).ln()
}

/// How near two words of a query stand in a text, from 1 (side by side, in order) to 0.
pub(super) fn nearness(distance: i32) -> f32 {
    match distance {
        1 => 1.0,
        -1 => 0.6,
        2..=6 => 1.0 / distance as f32,
        -6..=-2 => 0.6 / (-distance) as f32,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_word_tells_more_than_a_common_one() {
        assert!(idf(1, 100) > idf(50, 100));
        assert!(idf(100, 100) > 0.0);
    }

    #[test]
    fn a_long_field_is_held_back() {
        let weights = Weights::default();
        let short = weights.share(TextField::Text, 1.0, 10.0, 100.0);
        let long = weights.share(TextField::Text, 1.0, 1000.0, 100.0);
        assert!(short > long);
    }

    #[test]
    fn side_by_side_is_nearest() {
        assert!(nearness(1) > nearness(-1));
        assert!(nearness(1) > nearness(2) && nearness(2) > nearness(6));
        assert!(nearness(40) <= 0.0);
    }
}
