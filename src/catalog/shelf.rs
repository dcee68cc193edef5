//! What one audience may see of the catalog: the only door through which readers are answered.

use std::sync::Arc;

use super::PixelSize;
use crate::article::{
    Alias, Anchor, Article, ArticleId, Contact, Digest, IndexPage, Locale, Slug, SourcePath, Tag,
    TopicId,
};
use rustc_hash::FxHashMap as HashMap;

/// Everything that one audience may see, by locale.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// In the order of the site's locales.
    pub(super) locales: Vec<Arc<LocaleShelf>>,
    /// The hash of everything on it.
    pub(super) fingerprint: u64,
}

/// A topic as its readers see it.
#[derive(Debug, Clone)]
pub struct Topic {
    /// The name of its folder.
    pub slug: TopicId,
    /// From its `_index.md`, else made of the folder's name.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Its `_index.md`, where there is one.
    pub page: Option<Arc<IndexPage>>,
    /// Its articles: positions in [`LocaleShelf::articles`].
    pub articles: std::ops::Range<usize>,
}

/// What is found at an address.
#[derive(Debug, Clone)]
pub enum Place<'a> {
    /// This article.
    Here(&'a Arc<Article>),
    /// An article that has moved: here is its present one.
    Moved(&'a Arc<Article>),
}

/// What one audience may see in one locale.
#[derive(Debug, Clone)]
pub struct LocaleShelf {
    /// The locale.
    pub locale: Locale,
    /// The locale's `_index.md`.
    pub front: Option<Arc<IndexPage>>,
    pub(super) articles: Vec<Arc<Article>>,
    pub(super) directory: Arc<Directory>,
    /// The hash of everything but the articles.
    pub(super) frame: u64,
    /// The sum of the articles' own hashes, so that one can be taken out and another put in.
    pub(super) contents: u64,
}

/// What leads to the articles of a shelf, by position: the same for as long as all of them keep
/// their places.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) topics: Vec<Topic>,
    pub(super) by_id: HashMap<ArticleId, u32>,
    pub(super) by_address: HashMap<(TopicId, Slug), u32>,
    pub(super) moved: HashMap<Alias, u32>,
    pub(super) assets: HashMap<SourcePath, Option<PixelSize>>,
}

impl Shelf {
    /// One locale's part.
    pub fn locale(&self, locale: &Locale) -> Option<&Arc<LocaleShelf>> {
        self.locales.iter().find(|shelf| shelf.locale == *locale)
    }

    /// All locales, the default first.
    pub fn locales(&self) -> impl ExactSizeIterator<Item = &Arc<LocaleShelf>> {
        self.locales.iter()
    }

    /// The hash of everything on the shelf: equal shelves answer equally.
    pub fn fingerprint(&self) -> Digest {
        Digest(self.fingerprint)
    }

    /// How many articles it holds, translations counted apart.
    pub fn article_count(&self) -> usize {
        self.locales.iter().map(|shelf| shelf.articles.len()).sum()
    }

    /// How many sections they have.
    pub fn section_count(&self) -> usize {
        self.locales.iter().flat_map(|s| &s.articles).map(|article| article.sections.len()).sum()
    }

    /// The locales in which an article exists.
    pub fn translations<'a>(
        &'a self,
        id: &'a ArticleId,
    ) -> impl Iterator<Item = &'a Arc<Article>> + 'a {
        self.locales.iter().filter_map(move |shelf| shelf.article(id))
    }

    /// An article that this audience sees, in the locale asked for or else the first that has it.
    pub fn article_in(&self, id: &ArticleId, locale: &Locale) -> Option<Place<'_>> {
        let find = |shelf: &'_ Arc<LocaleShelf>| shelf.by_id_or_alias(id).is_some();
        let shelf = self
            .locale(locale)
            .filter(|shelf| find(shelf))
            .or_else(|| self.locales.iter().find(|shelf| find(shelf)))?;
        shelf.by_id_or_alias(id)
    }
}

impl LocaleShelf {
    /// The topics that have something to show, in their order.
    pub fn topics(&self) -> &[Topic] {
        &self.directory.topics
    }

    /// A topic by its slug.
    pub fn topic(&self, slug: &TopicId) -> Option<&Topic> {
        self.directory.topics.iter().find(|topic| topic.slug == *slug)
    }

    /// All articles: by topic, then weight (higher first), then title.
    pub fn articles(&self) -> &[Arc<Article>] {
        &self.articles
    }

    /// The articles of a topic.
    pub fn articles_of(&self, topic: &Topic) -> &[Arc<Article>] {
        &self.articles[topic.articles.clone()]
    }

    /// An article by its id.
    pub fn article(&self, id: &ArticleId) -> Option<&Arc<Article>> {
        self.position(id).map(|at| &self.articles[at])
    }

    pub(super) fn position(&self, id: &ArticleId) -> Option<usize> {
        self.directory.by_id.get(id).map(|at| *at as usize)
    }

    /// An article by its id or a former one.
    pub fn by_id_or_alias(&self, id: &ArticleId) -> Option<Place<'_>> {
        self.article(id).map(Place::Here).or_else(|| self.former(&Alias::Id(id.clone())))
    }

    /// What is at `/{locale}/{topic}/{slug}`, former addresses included.
    pub fn at(&self, topic: &TopicId, slug: &Slug) -> Option<Place<'_>> {
        let address = (topic.clone(), slug.clone());
        if let Some(at) = self.directory.by_address.get(&address) {
            return Some(Place::Here(&self.articles[*at as usize]));
        }
        let (topic, slug) = address;
        self.former(&Alias::Page(topic, slug.clone())).or_else(|| self.former(&Alias::Id(slug)))
    }

    fn former(&self, alias: &Alias) -> Option<Place<'_>> {
        self.directory.moved.get(alias).map(|at| Place::Moved(&self.articles[*at as usize]))
    }

    /// Whether a file beside the articles is shown in one that this audience sees.
    pub fn has_asset(&self, path: &SourcePath) -> bool {
        self.directory.assets.contains_key(path)
    }

    /// How large a picture is that stands beside the articles, where that is known.
    pub fn size_of(&self, path: &SourcePath) -> Option<PixelSize> {
        self.directory.assets.get(path).copied().flatten()
    }

    /// Whether an article has a section of this name.
    pub fn has_section(article: &Article, anchor: &Anchor) -> bool {
        article.sections.iter().any(|section| section.goes_by(anchor.as_str()))
    }

    /// What to do when this article is not enough: its own word, else its topic's.
    pub fn contact_for<'a>(&'a self, article: &'a Article) -> Option<&'a Contact> {
        article.contact.as_ref().or_else(|| {
            self.topic(&article.topic)
                .and_then(|t| t.page.as_ref())
                .and_then(|p| p.contact.as_ref())
        })
    }

    /// The title of a tag: its words.
    pub fn tag_label(tag: &Tag) -> String {
        tag.as_str().replace('-', " ")
    }
}
