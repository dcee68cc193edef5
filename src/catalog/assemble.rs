//! From parsed files to the [`Catalog`]: who may see what, at which address.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::checks::Checks;
use super::shelf::Directory;
use super::{LocaleShelf, Shelf, Site, Topic, Words};
use crate::article::{
    Article, ArticleId, Audience, Facts, IndexPage, Locale, Problem, Slug, SourcePath, Standing,
    Status, Target, TopicId,
};
use rustc_hash::{FxBuildHasher, FxHashMap as HashMap};

/// Everything that was read, each file in its last good version.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// `site.yaml`.
    pub site: Arc<Site>,
    /// All articles: of two that claim one name, the first keeps it.
    pub articles: Vec<Arc<Article>>,
    /// All `_index.md`, sorted by path.
    pub pages: Vec<Arc<IndexPage>>,
    /// Files beside the articles that may be served with them.
    pub assets: BTreeMap<SourcePath, Option<PixelSize>>,
    /// The pages' own words, where a locale has a file of them.
    pub words: BTreeMap<Locale, Arc<Words>>,
    /// What articles may quote.
    pub facts: Arc<Facts>,
    /// Which of the articles are shown.
    pub shown: Shown,
}

/// Which articles a catalog shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Those that are ready and in their time.
    #[default]
    Published,
    /// All, as if they were: for a preview.
    Everything,
}

/// How large a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PixelSize {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// All articles at one moment, by audience.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// What all articles share.
    pub site: Arc<Site>,
    pub(super) words: BTreeMap<Locale, Arc<Words>>,
    /// What nobody is shown at the moment: drafts, and articles out of their time.
    pub(super) hidden: Vec<Arc<Article>>,
    pub(super) public: Shelf,
    pub(super) staff: Shelf,
    pub(super) next_change: Option<Timestamp>,
    /// The day that it was checked on, where the site is.
    pub(super) day: Date,
}

impl Catalog {
    /// Puts all articles in their places as they stand at `now`, with the problems that only all
    /// of them together show.
    ///
    /// Of two articles with one id or one address, the one that `previous` served keeps it, else
    /// the first of `content`; a draft never takes the place of what is published.
    pub fn assemble(
        content: &Content,
        now: Timestamp,
        previous: Option<&Self>,
    ) -> (Self, Vec<Problem>) {
        let mut checks = Checks::new(&content.site, now);
        let locales = locales_of(content);
        let mut found: BTreeMap<&Locale, Vec<&Arc<Article>>> = BTreeMap::new();
        let (mut next_change, mut next_review) = (None, None::<Date>);

        for article in &content.articles {
            if !locales.contains(&article.locale) {
                checks.unknown_locale(article);
                continue;
            }
            let change = article.window.next_change(now);
            next_change = next_change.into_iter().chain(change).min();
            let due = article.review_by.filter(|by| *by >= checks.today);
            next_review = next_review.into_iter().chain(due).min();
            found.entry(&article.locale).or_default().push(article);
        }

        // When its day is over, a review is overdue: a problem that no file tells of by changing.
        let zone = &content.site.time_zone;
        let over = next_review.and_then(|by| by.tomorrow().ok()?.to_zoned(zone.clone()).ok());
        next_change = next_change.into_iter().chain(over.map(|day| day.timestamp())).min();

        let mut hidden = Vec::new();
        let (mut public, mut staff) = (Shelf::default(), Shelf::default());
        for locale in &locales {
            let mut all = found.remove(locale).unwrap_or_default();
            let before = previous.and_then(|catalog| catalog.staff.locale(locale));
            let is_new = |a: &Article| {
                before.is_some_and(|shelf| shelf.article(&a.id).is_none_or(|b| b.path != a.path))
            };
            // A draft takes no name from what is published.
            all.sort_by_cached_key(|a| (a.status == Status::Draft, is_new(a)));
            let unique = checks.without_duplicates(&all);
            let shown = |article: &&&Arc<Article>| {
                content.shown == Shown::Everything || article.standing(now) == Standing::Shown
            };
            let for_staff: Vec<_> = unique.iter().filter(shown).copied().collect();
            hidden.extend(unique.iter().filter(|a| !shown(a)).map(|a| Arc::clone(a)));
            let for_public: Vec<_> =
                for_staff.iter().filter(|a| a.audience == Audience::Public).copied().collect();

            let whole = Arc::new(locale_shelf(locale, content, &for_staff));
            let visible = if for_public.len() == for_staff.len() {
                Arc::clone(&whole)
            } else {
                Arc::new(locale_shelf(locale, content, &for_public))
            };
            checks.aliases(&whole, &for_staff);
            staff.locales.push(whole);
            public.locales.push(visible);
        }
        for shelf in [&mut public, &mut staff] {
            shelf.seal(&content.site, &content.words);
        }

        let (site, day) = (Arc::clone(&content.site), checks.today);
        let words = content.words.clone();
        let catalog = Self { site, words, hidden, public, staff, next_change, day };
        let problems = checks.finish(content, &catalog);
        (catalog, problems)
    }

    /// What an audience may see: staff see everything that is published.
    pub fn shelf(&self, audience: Audience) -> &Shelf {
        match audience {
            Audience::Public => &self.public,
            Audience::Staff => &self.staff,
        }
    }

    /// The pages' own words in a locale.
    pub fn words(&self, locale: &Locale) -> &Words {
        match self.words.get(locale) {
            Some(words) => words,
            None => Words::built_in(locale),
        }
    }

    /// An article that nobody is shown at the moment. For explanations only.
    pub fn hidden(&self, id: &ArticleId, locale: &Locale) -> Option<&Arc<Article>> {
        self.hidden.iter().find(|article| article.id == *id && article.locale == *locale)
    }

    /// What nobody is shown at the moment: drafts, and articles out of their time.
    pub fn out_of_sight(&self) -> impl Iterator<Item = &Article> {
        self.hidden.iter().map(|article| &**article)
    }

    /// How often articles have appeared or expired after one moment, up to another.
    pub fn turns(&self, after: Timestamp, now: Timestamp) -> usize {
        let all = self.staff.locales().flat_map(|shelf| shelf.articles()).chain(&self.hidden);
        let moments = all.flat_map(|article| [article.window.from, article.window.until]);
        let past: BTreeSet<Timestamp> =
            moments.flatten().filter(|at| *at > after && *at <= now).collect();
        past.len()
    }

    /// The next moment at which an article appears, expires or becomes overdue for a review.
    pub fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }
}

/// The site's locales, else every folder's that is one.
fn locales_of(content: &Content) -> Vec<Locale> {
    if !content.site.locales.is_empty() {
        return content.site.locales.clone();
    }
    let found: BTreeSet<&Locale> = content.articles.iter().map(|a| &a.locale).collect();
    found.into_iter().cloned().collect()
}

fn locale_shelf(locale: &Locale, content: &Content, articles: &[&Arc<Article>]) -> LocaleShelf {
    let pages: HashMap<Option<&TopicId>, &Arc<IndexPage>> = content
        .pages
        .iter()
        .filter(|page| page.locale == *locale)
        .map(|page| (page.topic.as_ref(), page))
        .collect();

    let mut by_topic: HashMap<&TopicId, Vec<&Arc<Article>>> = HashMap::default();
    for article in articles {
        by_topic.entry(&article.topic).or_default().push(article);
    }
    let mut topic_ids: Vec<&TopicId> = by_topic.keys().copied().collect();
    let order = |topic: &TopicId| pages.get(&Some(topic)).map_or(i64::MAX, |page| page.order);
    topic_ids.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.cmp(b)));

    let front = pages.get(&None).map(|page| Arc::clone(page));
    let mut placed: Vec<Arc<Article>> = Vec::with_capacity(articles.len());
    let mut directory = Directory {
        topics: Vec::with_capacity(topic_ids.len()),
        by_id: HashMap::with_capacity_and_hasher(articles.len(), FxBuildHasher),
        by_address: HashMap::with_capacity_and_hasher(articles.len(), FxBuildHasher),
        ..Directory::default()
    };
    for topic in topic_ids {
        let mut list = by_topic.remove(topic).unwrap_or_default();
        list.sort_by(|a, b| {
            b.weight.cmp(&a.weight).then_with(|| a.title.cmp(&b.title)).then(a.id.cmp(&b.id))
        });
        let page = pages.get(&Some(topic)).map(|page| Arc::clone(page));
        let from = placed.len();
        placed.extend(list.into_iter().cloned());
        directory.topics.push(Topic {
            slug: topic.clone(),
            title: page.as_ref().map_or_else(|| words_of(topic), |page| page.title.clone()),
            summary: page.as_ref().map(|page| page.summary.clone()).unwrap_or_default(),
            page,
            articles: from..placed.len(),
        });
    }
    for (at, article) in placed.iter().enumerate() {
        let at = at as u32;
        directory.by_id.insert(article.id.clone(), at);
        directory.by_address.insert((article.topic.clone(), article.slug.clone()), at);
        for alias in &article.aliases {
            directory.moved.entry(alias.clone()).or_insert(at);
        }
    }
    // Only what this audience can see links to a file: the picture of a staff-only topic is theirs.
    let pages = front.iter().chain(directory.topics.iter().filter_map(|t| t.page.as_ref()));
    let linked = placed.iter().flat_map(|article| &article.links);
    let linked = linked.chain(pages.flat_map(|page| &page.links));
    let linked = linked.filter_map(|link| match &link.target {
        Target::Asset(path) => Some(path),
        _ => None,
    });
    directory.assets = linked
        .chain(&content.site.logo)
        .filter_map(|path| content.assets.get_key_value(path))
        .map(|(path, size)| (path.clone(), *size))
        .collect();
    LocaleShelf {
        locale: locale.clone(),
        frame: frame(locale, front.as_deref(), &directory),
        contents: placed.iter().map(|article| hash_of(article)).fold(0, u64::wrapping_add),
        front,
        articles: placed,
        directory: Arc::new(directory),
    }
}

/// `responsible-play` → `Responsible play`: a title for a topic that has no page.
fn words_of(topic: &Slug) -> String {
    let mut words = topic.as_str().replace('-', " ");
    words[..1].make_ascii_uppercase();
    words
}

/// The hash of what is on a shelf besides its articles.
fn frame(locale: &Locale, front: Option<&IndexPage>, directory: &Directory) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(locale.as_str().as_bytes());
    // A picture that appears makes its article another page.
    let mut assets: Vec<_> = directory.assets.iter().collect();
    assets.sort_unstable_by_key(|(path, _)| *path);
    for (asset, size) in assets {
        hash.update(asset.as_str().as_bytes());
        let (width, height) = size.map_or((0, 0), |size| (size.width, size.height));
        hash.update(&width.to_le_bytes());
        hash.update(&height.to_le_bytes());
    }
    let pages = directory.topics.iter().filter_map(|topic| topic.page.as_deref());
    for page in front.into_iter().chain(pages) {
        hash.update(&page.digest.0.to_le_bytes());
    }
    hash.digest()
}

/// An article's share in the fingerprint of its shelf.
pub(super) fn hash_of(article: &Article) -> u64 {
    let updated = article.updated.map_or(0, Timestamp::as_second);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&article.digest.0.to_le_bytes());
    bytes[8..].copy_from_slice(&updated.to_le_bytes());
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

impl Shelf {
    /// Sums up what is on it.
    pub(super) fn seal(&mut self, site: &Site, words: &BTreeMap<Locale, Arc<Words>>) {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        hash.update(&site.digest.0.to_le_bytes());
        for words in words.values() {
            hash.update(&words.digest.0.to_le_bytes());
        }
        for locale in &self.locales {
            hash.update(&locale.frame.to_le_bytes());
            hash.update(&locale.contents.to_le_bytes());
        }
        self.fingerprint = hash.digest();
    }
}
