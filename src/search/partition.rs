//! One commit of one tantivy index, open for reading, with the articles that its documents are of.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tantivy::Searcher;
use tantivy::index::SegmentId;

use super::analysis::fold;
use super::article_set::ArticleSet;
use super::facets::Labels;
use super::postings::StemPostings;
use super::remembered::Remembered;
use super::schema::{Fields, TextField, key_of};
use super::segment::{FieldLengths, Segment, SegmentKeys};
use super::vocabulary::{Adjacency, Kin, Relative, kin_of};
use super::words::{ArticleWords, Tokens, term_hash};
use super::{Analyzer, Weights, Word};
use crate::article::Article;
use rustc_hash::FxHashMap as HashMap;

/// The articles of one locale and one audience, indexed.
#[derive(Default)]
pub(super) struct Partition {
    pub(super) articles: Vec<IndexedArticle>,
    /// The positions of its articles, by key.
    by_key: Arc<HashMap<u64, u32>>,
    pub(super) labels: Arc<Labels>,
    /// By article: its place among equals, those that their authors weigh more first, then by id.
    pub(super) precedence: Arc<[u32]>,
    pub(super) segments: Vec<Segment>,
    /// For each field: in how many documents it has words, and how many words in all.
    pub(super) lengths: [FieldLengths; TextField::ALL.len()],
    /// Stems of one family with those that somebody asked for.
    kin: Remembered<[Relative]>,
    /// Every stem that somebody asked for.
    pub(super) stems: Remembered<StemPostings>,
    /// Every form that somebody asked for and some article has.
    pub(super) forms: Remembered<ArticleSet>,
}

/// An article of the index.
pub(super) struct IndexedArticle {
    pub(super) article: Arc<Article>,
    words: Arc<OnceLock<ArticleWords>>,
    told_by_titles: OnceLock<Box<[f32]>>,
}

impl IndexedArticle {
    /// The article, with what is known of its words when it says what it said before.
    fn of(article: &Arc<Article>, before: Option<&Self>) -> Self {
        // Most are the same, and are not looked into.
        let says_the_same = |before: &&Self| {
            Arc::ptr_eq(&before.article, article) || before.article.digest == article.digest
        };
        let before = before.filter(says_the_same);
        let words = before.map(|before| Arc::clone(&before.words)).unwrap_or_default();
        Self { article: Arc::clone(article), words, told_by_titles: OnceLock::new() }
    }

    /// Where its words stand; analyzed at the first call.
    pub(super) fn words(&self, analyzer: &Analyzer) -> &ArticleWords {
        self.words.get_or_init(|| ArticleWords::of(&self.article, analyzer))
    }
}

impl IndexedArticle {
    /// How near two words come to standing side by side in it.
    pub(super) fn adjacency(&self, analyzer: &Analyzer, left: &Word, right: &Word) -> Adjacency {
        let (first, second) = (term_hash(&left.stem), term_hash(&right.stem));
        let words = self.words(analyzer);
        let mut best = Adjacency::Never;
        // All have the rarer one, most lack the other.
        if !words.all_terms().contains(&first) || !words.all_terms().contains(&second) {
            return best;
        }
        let mut look = |text: &str, tokens: Tokens<'_>| {
            let mut places: Option<Vec<Range<usize>>> = None;
            for (at, pair) in tokens.terms.windows(2).enumerate() {
                if best == Adjacency::Forms {
                    return;
                }
                if *pair == [first, second] {
                    let places = places.get_or_insert_with(|| tokens.ranges().collect());
                    let is = |at: usize, word: &Word| {
                        text.get(places[at].clone()).map(fold) == Some(word.exact.to_string())
                    };
                    let so = is(at, left) && is(at + 1, right);
                    best = best.max(if so { Adjacency::Forms } else { Adjacency::Stems });
                }
            }
        };
        look(&self.article.title, words.title());
        for (text, tokens) in self.article.questions.iter().zip(words.questions()) {
            look(text, tokens);
        }
        for (at, section) in self.article.sections.iter().enumerate() {
            look(&section.heading, words.heading(at));
            look(&section.text, words.text(at));
        }
        best
    }
}

/// What an index on disk holds, by article key: the digest of the version that was indexed.
pub(super) fn indexed_digests(searcher: &Searcher) -> tantivy::Result<HashMap<u64, u64>> {
    let mut digests = HashMap::default();
    for segment in searcher.segment_readers() {
        let keys = segment.fast_fields().u64(Fields::ARTICLE)?.first_or_default_col(0);
        let found = segment.fast_fields().u64(Fields::DIGEST)?;
        for doc in segment.doc_ids_alive() {
            if let Some(digest) = found.first(doc) {
                digests.insert(keys.get_val(doc), digest);
            }
        }
    }
    Ok(digests)
}

impl Partition {
    /// Opens what `searcher` sees for these articles, taking over what `previous` knew.
    pub(super) fn open(
        fields: &Fields,
        searcher: &Searcher,
        articles: &[Arc<Article>],
        previous: &Self,
        known: &mut HashMap<SegmentId, SegmentKeys>,
    ) -> tantivy::Result<Self> {
        let mut partition = Self::default();
        partition.take_articles(articles, previous);
        let by_key = articles.iter().enumerate().map(|(at, a)| (key_of(&a.id), at as u32));
        partition.by_key = Arc::new(by_key.collect());
        partition.take_segments(fields, searcher, &[], known)?;
        Ok(partition)
    }

    /// What `searcher` sees when [`Partition::edits`] tells all that has changed.
    pub(super) fn with_edits(
        &self,
        fields: &Fields,
        searcher: &Searcher,
        articles: &[Arc<Article>],
        known: &mut HashMap<SegmentId, SegmentKeys>,
    ) -> tantivy::Result<Self> {
        let mut partition = Self {
            by_key: Arc::clone(&self.by_key),
            labels: Arc::clone(&self.labels),
            precedence: Arc::clone(&self.precedence),
            ..Self::default()
        };
        let both = self.articles.iter().zip(articles);
        partition.articles = both.map(|(old, new)| IndexedArticle::of(new, Some(old))).collect();
        partition.take_segments(fields, searcher, &self.segments, known)?;
        Ok(partition)
    }

    /// The positions at which other articles stand than it was opened for, when each is another
    /// version of the same one, in the same topic, with the same tags and the same weight.
    pub(super) fn edits(&self, articles: &[Arc<Article>]) -> Option<Vec<usize>> {
        if self.articles.len() != articles.len() {
            return None;
        }
        let mut edited = Vec::new();
        for (at, (known, new)) in self.articles.iter().zip(articles).enumerate() {
            let old = &known.article;
            if Arc::ptr_eq(old, new) {
                continue;
            }
            let is_alike = old.id == new.id
                && old.topic == new.topic
                && old.tags == new.tags
                && old.weight == new.weight;
            if !is_alike {
                return None;
            }
            edited.push(at);
        }
        Some(edited)
    }

    fn take_articles(&mut self, articles: &[Arc<Article>], previous: &Self) {
        let before: HashMap<_, _> =
            previous.articles.iter().map(|known| (&known.article.id, known)).collect();
        let known = articles
            .iter()
            .map(|article| IndexedArticle::of(article, before.get(&article.id).copied()));
        self.articles = known.collect();
        self.labels = Arc::new(Labels::of(articles));
        self.precedence = precedence_of(articles);
    }

    /// Stems that share groups of letters with this one; looked for once, and remembered as long as
    /// the partition is.
    pub(super) fn kin(&self, stem: &str, analyzer: &Analyzer) -> Kin {
        /// More than a help center's visitors use.
        const MAX_REMEMBERED: usize = 8_000;
        if let Some(kin) = self.kin.get(stem) {
            return kin;
        }
        let kin = kin_of(stem, self, analyzer);
        self.kin.keep(stem, &kin, 1, MAX_REMEMBERED);
        kin
    }

    /// What all words of an article's title tell, then those of each question; counted at the
    /// first call.
    pub(super) fn told_by_titles(
        &self,
        article: u32,
        analyzer: &Analyzer,
        weights: &Weights,
    ) -> &[f32] {
        let indexed = &self.articles[article as usize];
        indexed.told_by_titles.get_or_init(|| {
            let article = &indexed.article;
            std::iter::once(&article.title)
                .chain(&article.questions)
                .map(|text| {
                    let mut sum = 0.0;
                    analyzer.each_word(text, |_, forms| {
                        let count = self.count(&forms.stem);
                        sum += weights.telling(&forms.stem, count, self.articles.len());
                    });
                    sum
                })
                .collect()
        })
    }

    /// Takes over the segments of a searcher; of those `before`, at which the same articles have
    /// the same positions, all but what was deleted since.
    fn take_segments(
        &mut self,
        fields: &Fields,
        searcher: &Searcher,
        before: &[Segment],
        known: &mut HashMap<SegmentId, SegmentKeys>,
    ) -> tantivy::Result<()> {
        known.retain(|id, _| searcher.segment_readers().iter().any(|s| s.segment_id() == *id));
        for reader in searcher.segment_readers() {
            let same = before.iter().find(|segment| segment.id == reader.segment_id());
            let segment = if let Some(same) = same {
                same.since(reader)
            } else {
                let keys = match known.entry(reader.segment_id()) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(new) => new.insert(SegmentKeys::read(reader)?).clone(),
                };
                Segment::open(fields, reader, &keys, &self.by_key)?
            };
            for (sum, own) in self.lengths.iter_mut().zip(segment.lengths) {
                sum.documents += own.documents;
                sum.words += own.words;
            }
            self.segments.push(segment);
        }
        Ok(())
    }

    /// How many words a field has where it has any.
    pub(super) fn average(&self, field: TextField) -> f32 {
        let lengths = self.lengths[field as usize];
        lengths.words as f32 / lengths.documents.max(1) as f32
    }
}

/// By article: how many come before it where scores are equal.
fn precedence_of(articles: &[Arc<Article>]) -> Arc<[u32]> {
    let mut order: Vec<(Reverse<i64>, &str, usize)> = articles
        .iter()
        .enumerate()
        .map(|(at, article)| (Reverse(article.weight), article.id.as_str(), at))
        .collect();
    order.sort_unstable();
    let mut precedence = vec![0; order.len()];
    for (place, (.., at)) in (0..).zip(order) {
        precedence[at] = place;
    }
    precedence.into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::Timestamp;

    use crate::article::{Article, Audience, Locale, SourcePath};
    use crate::catalog::{Catalog, Content};
    use crate::search::{Index, Indexer, Query, Weights};

    /// Version `version` of one of some articles that share their words.
    fn article(at: usize, version: usize) -> std::sync::Arc<Article> {
        let locale: Locale = "ru".parse().unwrap();
        let text = format!(
            "вывод денег на карту {} {}",
            "лимит ".repeat(at % 4),
            "новое ".repeat(version)
        );
        let path = SourcePath::new(&format!("ru/all/a{at}.md"));
        let id = format!("a{at}").parse().unwrap();
        std::sync::Arc::new(Article::plain(path, &locale, id, &format!("Карта {at}"), &text))
    }

    fn synced(indexer: &mut Indexer, versions: &[usize]) -> Index {
        let articles = versions.iter().enumerate().map(|(at, version)| article(at, *version));
        let content = Content { articles: articles.collect(), ..Content::default() };
        let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
        indexer.sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap()
    }

    fn scores(index: &Index, text: &str) -> Vec<(String, f32)> {
        let query = Query::unbounded(text, "ru".parse().unwrap());
        let results = index.search(Audience::Public, query, &Weights::default());
        results.hits.iter().map(|hit| (hit.article.id.to_string(), hit.score)).collect()
    }

    #[test]
    fn an_index_of_many_saves_answers_as_one_made_of_the_outcome() {
        let mut versions = [0; 30];
        let mut indexer = Indexer::in_memory();
        synced(&mut indexer, &versions);
        for save in 0..40 {
            versions[save * 7 % 30] += 1;
            if save % 9 == 0 {
                versions[save % 30] += 1;
            }
            let index = synced(&mut indexer, &versions);
            if save % 5 == 4 {
                let anew = synced(&mut Indexer::in_memory(), &versions);
                for text in ["карта", "лимит", "новое вывод", "карта 7"] {
                    assert_eq!(scores(&index, text), scores(&anew, text), "{text} after {save}");
                }
            }
        }
    }

    #[test]
    fn of_equals_the_one_that_its_author_weighs_more_comes_first_at_once() {
        let mut indexer = Indexer::in_memory();
        let mut first = |weights: [i64; 3], text: &str| {
            let locale: Locale = "ru".parse().unwrap();
            let articles = weights.iter().zip(["c", "b", "a"]).map(|(weight, id)| {
                let path = SourcePath::new(&format!("ru/all/{id}.md"));
                let id = id.parse().unwrap();
                let mut article = Article::plain(path, &locale, id, "Карта", text);
                // Within a topic they stand in this order anyway.
                article.topic = format!("topic-{}", article.id).parse().unwrap();
                article.weight = *weight;
                std::sync::Arc::new(article)
            });
            let content = Content { articles: articles.collect(), ..Content::default() };
            let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
            let index = indexer.sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap();
            scores(&index, "карта").remove(0).0
        };
        assert_eq!(first([0, 0, 0], "вывод на карту"), "a");
        assert_eq!(first([0, 5, 0], "перевод на карту"), "b");
        assert_eq!(first([i64::MAX, 5, i64::MIN], "ввод на карту"), "c");
    }
}
