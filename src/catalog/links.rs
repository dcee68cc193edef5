//! Addresses: the ones pages have, and the ones that links in articles turn into.

use std::sync::Arc;

use super::LocaleShelf;
use crate::article::{
    Anchor, Article, ArticleId, Link, Locale, Section, Slug, SourcePath, Target, TopicId,
};

/// `/{locale}/{topic}/{slug}`
pub fn article_url(article: &Article) -> String {
    let (locale, topic) = (article.locale.as_str(), article.topic.as_str());
    ["/", locale, "/", topic, "/", article.slug.as_str()].concat()
}

/// `/{locale}/{topic}/{slug}#{anchor}`
pub fn section_url(article: &Article, section: &Section) -> String {
    url_of_section(&article_url(article), section)
}

/// The address of a section of the article at `url`.
pub fn url_of_section(url: &str, section: &Section) -> String {
    [url, "#", section.anchor.as_str()].concat()
}

/// The address of the page that a file makes; `None` for one that makes none.
pub fn address_of(path: &SourcePath) -> Option<String> {
    let parts: Vec<&str> = path.as_str().split('/').collect();
    match parts.as_slice() {
        [locale, "_index.md"] => Some(format!("/{locale}/")),
        [locale, topic, "_index.md"] => Some(format!("/{locale}/{topic}/")),
        [locale, topic, file] => {
            Some(format!("/{locale}/{topic}/{}", slug_of(file.strip_suffix(".md")?)?))
        }
        _ => None,
    }
}

/// The last part of an article's address, made of its file's stem.
fn slug_of(stem: &str) -> Option<Slug> {
    stem.parse().ok().or_else(|| Slug::from_text(stem))
}

/// `/{locale}/{topic}/`
pub fn topic_url(locale: &Locale, topic: &TopicId) -> String {
    format!("/{locale}/{topic}/")
}

/// `/a/{id}`: never changes.
pub fn permalink(id: &ArticleId) -> String {
    ["/a/", id.as_str()].concat()
}

/// What a link in an article means on one shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// It leads here.
    To(String),
    /// The page is there, the section is not: the page alone.
    NoSection(String),
    /// Nothing that this shelf holds.
    Nowhere,
}

impl Resolved {
    /// The address to print; a link to nowhere leads to the top of its own page.
    pub fn address(self) -> String {
        match self {
            Self::To(address) | Self::NoSection(address) => address,
            Self::Nowhere => format!("#{}", Section::LEAD),
        }
    }
}

impl LocaleShelf {
    /// Resolves a link of an article of this locale.
    ///
    /// A link to a file of another locale stays in this one when the article has a translation.
    pub fn resolve(&self, link: &Link, from: Option<&Article>) -> Resolved {
        match &link.target {
            Target::Here(anchor) => match from {
                Some(article) if has_anchor(article, anchor) => Resolved::To(format!("#{anchor}")),
                Some(_) => Resolved::NoSection(format!("#{}", Section::LEAD)),
                None => Resolved::To(format!("#{anchor}")),
            },
            Target::Id { id, anchor } => match self.by_id_or_alias(id) {
                Some(place) => to_section(place.article(), anchor.as_deref()),
                None => Resolved::Nowhere,
            },
            Target::File { path, anchor } => match self.by_path(path.as_str()) {
                Some(article) => to_section(article, anchor.as_deref()),
                None => match self.index_of(path.as_str()) {
                    Some(address) => Resolved::To(address),
                    None => Resolved::Nowhere,
                },
            },
            Target::Address(address) => self.resolve_address(address),
            Target::Asset(path) if self.has_asset(path) => Resolved::To(format!("/{path}")),
            Target::Asset(_) | Target::Outside(_) => Resolved::Nowhere,
        }
    }

    /// The article whose file has this path, in this locale.
    fn by_path(&self, path: &str) -> Option<&Arc<Article>> {
        let mut parts = path.splitn(3, '/');
        let (_locale, topic, file) = (parts.next()?, parts.next()?, parts.next()?);
        let topic: TopicId = topic.parse().ok()?;
        let stem = file.strip_suffix(".md")?;
        self.at(&topic, &slug_of(stem)?).map(super::Place::article)
    }

    /// The page of an `_index.md`.
    fn index_of(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [_, "_index.md"] => Some(format!("/{}/", self.locale)),
            [_, topic, "_index.md"] => {
                let topic: TopicId = topic.parse().ok()?;
                self.topic(&topic).map(|topic| topic_url(&self.locale, &topic.slug))
            }
            _ => None,
        }
    }

    /// An address of the help center's own, as written.
    fn resolve_address(&self, address: &str) -> Resolved {
        let (path, anchor) = match address.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (address, None),
        };
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [locale, topic, slug] if *locale == self.locale.as_str() => {
                let place = topic.parse().ok().zip(slug.parse().ok());
                match place.and_then(|(topic, slug)| self.at(&topic, &slug)) {
                    Some(place) => to_section(place.article(), anchor),
                    None => Resolved::Nowhere,
                }
            }
            [locale, topic] if *locale == self.locale.as_str() && *topic != "contact" => {
                let known = topic.parse().ok().is_some_and(|topic| self.topic(&topic).is_some());
                if known || *topic == "search" {
                    Resolved::To(address.to_owned())
                } else {
                    Resolved::Nowhere
                }
            }
            // Pages of other locales and of the program itself are not this shelf's to judge.
            _ => Resolved::To(address.to_owned()),
        }
    }
}

impl<'a> super::Place<'a> {
    /// The article, moved or not.
    pub fn article(self) -> &'a Arc<Article> {
        match self {
            Self::Here(article) | Self::Moved(article) => article,
        }
    }
}

fn to_section(article: &Article, anchor: Option<&str>) -> Resolved {
    let url = article_url(article);
    match anchor {
        None | Some("") => Resolved::To(url),
        Some(anchor) if has_anchor(article, anchor) => Resolved::To(format!("{url}#{anchor}")),
        Some(_) => Resolved::NoSection(url),
    }
}

fn has_anchor(article: &Article, anchor: &str) -> bool {
    anchor.parse::<Anchor>().is_ok_and(|anchor| LocaleShelf::has_section(article, &anchor))
        || anchor.starts_with("fn")
}
