//! What a change takes from readers: every address, id and section that they had before and that
//! leads nowhere now, each with the line that mends it; and translations that it leaves behind.

mod behind;
mod mend;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::likeness::{Gist, Gists};
use super::{Catalog, LocaleShelf, Place, permalink};
use crate::article::{
    Alias, Anchor, Article, Audience, Locale, Problem, Severity, SourcePath, Status,
};

/// A new article that is as like an absent one as this is the same under another name…
const RENAMED: f64 = 0.3;
/// …and one that was there before has taken over what the absent one said.
const TAKEN_OVER: f64 = 0.6;

/// Two states of the articles.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// What readers have.
    pub before: &'a Catalog,
    /// What they would get.
    pub now: &'a Catalog,
    /// What is wrong with the files now: of one that is broken nothing is said here, for its
    /// names come back with it.
    pub problems: &'a [Problem],
    /// How `before` is called: `origin/main`.
    pub name: &'a str,
    /// The moment of both.
    pub at: Timestamp,
}

/// A name by which readers knew an article, and that does not lead to it in its language now.
struct Lost<'a> {
    audience: Audience,
    /// As it was.
    article: &'a Arc<Article>,
    name: Alias,
    /// The language in which the name leads somewhere still.
    elsewhere: Option<Locale>,
}

/// Where a name leads now.
enum Leads {
    /// To an article of its language; or readers are told that its time is over.
    Well,
    Elsewhere(Locale),
    Nowhere,
}

impl<'a> Comparison<'a> {
    /// Everything lost, by file and line.
    pub fn lost(self) -> Vec<Problem> {
        let mut successors = Successors::new(self);
        let lost = self.lost_names();
        // By article, so that one line brings all its names back.
        let mut wanted: BTreeMap<&SourcePath, BTreeSet<Alias>> = BTreeMap::new();
        for lost in &lost {
            let successor = successors.of(lost.audience, lost.article);
            let path = &successor.unwrap_or(lost.article).path;
            wanted.entry(path).or_default().insert(lost.name.clone());
        }
        let mut problems = Vec::new();
        for lost in &lost {
            let code = match lost.name {
                Alias::Id(_) => "lost-id",
                Alias::Page(..) => "lost-address",
            };
            let message = self.message(lost);
            let successor = successors.of(lost.audience, lost.article);
            // A translation that is withdrawn leaves its readers another one; one that is renamed
            // leaves them no reason to be sent there.
            let is_withdrawn = lost.elsewhere.is_some() && successor.is_none();
            let severity = if is_withdrawn { Severity::Warning } else { Severity::Error };
            let names = &wanted[&successor.unwrap_or(lost.article).path];
            problems.push(if let Some(article) = successor {
                mend::alias(article, names, severity, code, message)
            } else {
                let nearest = successors.nearest(lost.audience, lost.article);
                self.no_successor(lost, names, nearest, severity, code, message)
            });
        }
        problems.extend(self.lost_anchors(&mut successors));
        problems.sort();
        problems.dedup();
        problems
    }

    fn message(&self, lost: &Lost<'_>) -> String {
        let Lost { article, name, elsewhere, .. } = lost;
        let address = match name {
            Alias::Id(id) => permalink(id),
            Alias::Page(topic, slug) => format!("/{}/{topic}/{slug}", article.locale),
        };
        let led = format!("`{address}` led to “{}” at `{}`", article.title, self.name);
        match elsewhere {
            Some(locale) => format!("{led} and is there in `{locale}` only now"),
            None => format!("{led} and leads nowhere now"),
        }
    }

    /// Names that led to an article of their language, and do not now.
    fn lost_names(&self) -> Vec<Lost<'a>> {
        let broken = self.broken();
        let mut seen: HashSet<(&Locale, Alias)> = HashSet::default();
        let mut lost = Vec::new();
        // What the public has lost staff have lost too: it is told once.
        for audience in [Audience::Public, Audience::Staff] {
            for shelf in self.before.shelf(audience).locales() {
                for (name, article) in names(shelf) {
                    if broken.contains(&article.path) {
                        continue;
                    }
                    let elsewhere = match self.leads(audience, &shelf.locale, &name) {
                        Leads::Well => continue,
                        Leads::Elsewhere(locale) => Some(locale),
                        Leads::Nowhere => None,
                    };
                    if seen.insert((&shelf.locale, name.clone())) {
                        lost.push(Lost { audience, article, name, elsewhere });
                    }
                }
            }
        }
        lost
    }

    /// Files that are not served, with errors that say why.
    fn broken(&self) -> HashSet<&'a SourcePath> {
        let staff = self.now.staff.locales().flat_map(|shelf| shelf.articles());
        let read: HashSet<&SourcePath> =
            staff.chain(&self.now.hidden).map(|article| &article.path).collect();
        let errors = self.problems.iter().filter(|p| p.severity == Severity::Error);
        errors.map(|problem| &problem.path).filter(|path| !read.contains(path)).collect()
    }

    fn leads(&self, audience: Audience, locale: &Locale, name: &Alias) -> Leads {
        let shelf = self.now.shelf(audience);
        let own = shelf.locale(locale);
        if own.is_some_and(|own| find(own, name).is_some()) {
            return Leads::Well;
        }
        let mut others = shelf.locales();
        let other = match (name, own) {
            (Alias::Id(_), _) => others.find_map(|other| find(other, name)),
            // As pages do it: a present address of another language leads to the own article of that
            // id, else it shows the other one. Of a language that is gone there are no pages.
            (Alias::Page(topic, slug), Some(_)) => {
                others.find_map(|other| match other.at(topic, slug) {
                    Some(Place::Here(article)) => Some(article),
                    _ => None,
                })
            }
            (Alias::Page(..), None) => None,
        };
        if let Some(other) = other {
            let is_translated = own.is_some_and(|own| own.article(&other.id).is_some());
            let leads_home = is_translated && matches!(name, Alias::Page(..));
            return if leads_home { Leads::Well } else { Leads::Elsewhere(other.locale.clone()) };
        }
        if self.now.out_of_sight().any(|article| self.is_retired(article, audience, locale, name)) {
            return Leads::Well;
        }
        Leads::Nowhere
    }

    /// Whether readers of this name are told that its time is over.
    fn is_retired(
        &self,
        article: &Article,
        audience: Audience,
        locale: &Locale,
        name: &Alias,
    ) -> bool {
        let is_meant = match name {
            Alias::Id(id) => article.id == *id,
            Alias::Page(topic, slug) => article.topic == *topic && article.slug == *slug,
        };
        is_meant
            && article.locale == *locale
            && article.status == Status::Published
            && article.window.until.is_some_and(|until| until <= self.at)
            && (audience == Audience::Staff || article.audience == Audience::Public)
    }

    /// Sections of articles that are there still, or under another name.
    fn lost_anchors(&self, successors: &mut Successors<'a>) -> Vec<Problem> {
        let broken = self.broken();
        let mut seen: HashSet<&SourcePath> = HashSet::default();
        let mut problems = Vec::new();
        for audience in [Audience::Public, Audience::Staff] {
            for shelf in self.before.shelf(audience).locales() {
                for before in shelf.articles() {
                    if broken.contains(&before.path) || !seen.insert(&before.path) {
                        continue;
                    }
                    let own = self.now.shelf(audience).locale(&shelf.locale);
                    let at = own.and_then(|own| own.at(&before.topic, &before.slug));
                    let now = at.map(Place::article).or_else(|| successors.of(audience, before));
                    if let Some(now) = now.filter(|now| now.digest != before.digest) {
                        problems.extend(mend::anchors(before, now, self.name));
                    }
                }
            }
        }
        problems
    }
}

/// Every name that leads to an article of a shelf, former ones included.
fn names(shelf: &LocaleShelf) -> impl Iterator<Item = (Alias, &Arc<Article>)> {
    let directory = &shelf.directory;
    let pages = directory
        .by_address
        .iter()
        .map(|((topic, slug), at)| (Alias::Page(topic.clone(), slug.clone()), *at));
    let ids = directory.by_id.iter().map(|(id, at)| (Alias::Id(id.clone()), *at));
    let former = directory.moved.iter().map(|(alias, at)| (alias.clone(), *at));
    pages.chain(ids).chain(former).map(|(name, at)| (name, &shelf.articles[at as usize]))
}

fn find<'a>(shelf: &'a LocaleShelf, name: &Alias) -> Option<&'a Arc<Article>> {
    let place = match name {
        Alias::Id(id) => shelf.by_id_or_alias(id),
        Alias::Page(topic, slug) => shelf.at(topic, slug),
    };
    place.map(Place::article)
}

/// The most similar article, and whether it is similar enough.
type Like<'a> = (&'a Arc<Article>, bool);

/// Which article says now what an absent one said.
struct Successors<'a> {
    comparison: Comparison<'a>,
    /// The articles of a locale with what they are known by, made when first needed.
    gists: HashMap<(Audience, &'a Locale), Gists>,
    /// What was looked for before.
    likest: HashMap<(Audience, &'a SourcePath), Option<Like<'a>>>,
}

impl<'a> Successors<'a> {
    fn new(comparison: Comparison<'a>) -> Self {
        Self { comparison, gists: HashMap::default(), likest: HashMap::default() }
    }

    /// The article of the same id, at the same address, or else of nearly the same text.
    fn of(&mut self, audience: Audience, article: &'a Arc<Article>) -> Option<&'a Arc<Article>> {
        let shelf = self.comparison.now.shelf(audience).locale(&article.locale)?;
        let same = shelf.by_id_or_alias(&article.id).map(Place::article);
        let same = same.or_else(|| shelf.at(&article.topic, &article.slug).map(Place::article));
        same.or_else(|| {
            self.most_like(audience, article).filter(|(_, is_near)| *is_near).map(|(like, _)| like)
        })
    }

    /// The article to look at first when there is no successor.
    fn nearest(
        &mut self,
        audience: Audience,
        article: &'a Arc<Article>,
    ) -> Option<&'a Arc<Article>> {
        self.most_like(audience, article).map(|(like, _)| like)
    }

    fn most_like(&mut self, audience: Audience, article: &'a Arc<Article>) -> Option<Like<'a>> {
        if let Some(known) = self.likest.get(&(audience, &article.path)) {
            return *known;
        }
        let Comparison { before, now, .. } = self.comparison;
        let locale = &article.locale;
        let shelf = now.shelf(audience).locale(locale)?;
        let gists = self
            .gists
            .entry((audience, locale))
            .or_insert_with(|| shelf.articles().iter().map(|a| Gist::of_article(a)).collect());
        let likenesses = gists.likenesses(&Gist::of_article(article));
        let old = before.staff.locale(locale);
        let enough = |other: &Article| {
            let is_new = old.is_none_or(|old| old.article(&other.id).is_none());
            if is_new { RENAMED } else { TAKEN_OVER }
        };
        let found = shelf
            .articles()
            .iter()
            .zip(likenesses)
            .map(|(other, likeness)| (likeness / enough(other), other))
            .filter(|(likeness, _)| *likeness > 0.0)
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(likeness, other)| (other, likeness >= 1.0));
        self.likest.insert((audience, &article.path), found);
        found
    }
}

/// Anchors of an article, but for its beginning, which every page has.
fn anchors(article: &Article) -> HashSet<&Anchor> {
    let sections = article.sections.iter().filter(|section| section.level > 1);
    sections.flat_map(|s| std::iter::once(&s.anchor).chain(&s.former)).collect()
}
