//! The forms that several endpoints share: an article in a list, its topic, a hit.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::article::{Article, Locale, Marked, Section, TopicId};
use crate::catalog::{LocaleShelf, article_url, permalink, url_of_section};
use crate::live::View;
use crate::search::{Hit, SectionHit};

/// A topic by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopicName<'a> {
    /// The part of its address.
    slug: Cow<'a, str>,
    /// What readers call it.
    title: Cow<'a, str>,
}

impl<'a> TopicName<'a> {
    pub(crate) fn of(view: View<'a>, locale: &Locale, topic: &'a TopicId) -> Self {
        Self { slug: topic.as_str().into(), title: topic_title(view, locale, topic) }
    }

    /// Of an article that does not live as long as the answer.
    pub(crate) fn into_owned(self) -> TopicName<'static> {
        TopicName { slug: self.slug.into_owned().into(), title: self.title.into_owned().into() }
    }
}

/// What readers call a topic.
pub(crate) fn topic_title<'a>(view: View<'a>, locale: &Locale, topic: &TopicId) -> Cow<'a, str> {
    let shelf = view.locale(locale);
    shelf.and_then(|shelf| shelf.topic(topic)).map_or_else(
        || Cow::Owned(LocaleShelf::tag_label(topic)),
        |topic| Cow::Borrowed(topic.title.as_str()),
    )
}

/// An article in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ArticleItem {
    /// Identity across locales and renames.
    id: String,
    /// The locale of this text.
    locale: String,
    title: String,
    summary: String,
    topic: TopicName<'static>,
    tags: Vec<String>,
    /// Where it is read now.
    url: String,
    /// An address that never changes.
    permalink: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// `public`, or `staff` for holders of a staff key.
    audience: &'static str,
}

impl ArticleItem {
    pub(crate) fn of(view: View<'_>, article: &Article) -> Self {
        Self {
            id: article.id.to_string(),
            locale: article.locale.to_string(),
            title: article.title.clone(),
            summary: article.summary.clone(),
            topic: TopicName::of(view, &article.locale, &article.topic).into_owned(),
            tags: article.tags.iter().map(ToString::to_string).collect(),
            url: article_url(article),
            permalink: permalink(&article.id),
            updated_at: article.updated,
            audience: article.audience.as_str(),
        }
    }
}

/// An article that answers a query.
#[derive(Serialize, ToSchema)]
pub(crate) struct HitItem<'a> {
    /// Identity across locales and renames.
    id: &'a str,
    locale: &'a str,
    title: &'a str,
    summary: &'a str,
    topic: TopicName<'a>,
    /// Where it is read now.
    url: String,
    /// An address that never changes.
    permalink: String,
    /// `public`, or `staff` for holders of a staff key.
    audience: &'static str,
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// How well it answers: comparable within one search only.
    score: f64,
    /// The place that matched best: escaped text and `<mark>`.
    #[schema(value_type = String)]
    snippet_html: Marked<'a>,
    /// The sections that matched, best first.
    sections: Vec<SectionItem<'a>>,
}

impl<'a> HitItem<'a> {
    pub(crate) fn of(view: View<'a>, hit: &'a Hit) -> Self {
        let article = &*hit.article;
        let url = article_url(article);
        let sections: Vec<SectionItem<'_>> =
            hit.sections.iter().filter_map(|s| SectionItem::of(article, &url, s)).collect();
        Self {
            id: article.id.as_str(),
            locale: article.locale.as_str(),
            title: &article.title,
            summary: &article.summary,
            topic: TopicName::of(view, &article.locale, &article.topic),
            url,
            permalink: permalink(&article.id),
            audience: article.audience.as_str(),
            updated_at: article.updated,
            score: rounded(hit.score),
            snippet_html: hit.snippet().marked(),
            sections,
        }
    }
}

/// A section that answers a query.
#[derive(Serialize, ToSchema)]
pub(crate) struct SectionItem<'a> {
    /// Its heading; the article's title for the text before the first heading.
    heading: &'a str,
    /// Its name inside the page; `top` for the text before the first heading.
    anchor: &'a str,
    url: String,
    /// The place that matched: escaped text and `<mark>`.
    #[schema(value_type = String)]
    snippet_html: Marked<'a>,
    /// How well it answers: comparable within one article only.
    score: f64,
}

impl<'a> SectionItem<'a> {
    /// Of the article at `url`.
    fn of(article: &'a Article, url: &str, hit: &'a SectionHit) -> Option<Self> {
        let section = article.sections.get(hit.section)?;
        Some(Self {
            heading: heading_of(article, section),
            anchor: section.anchor.as_str(),
            url: url_of_section(url, section),
            snippet_html: hit.snippet.marked(),
            score: rounded(hit.score),
        })
    }
}

/// A section's heading; the text before the first one stands under the article's title.
pub(crate) fn heading_of<'a>(article: &'a Article, section: &'a Section) -> &'a str {
    if section.heading.is_empty() { &article.title } else { &section.heading }
}

/// Three decimals say all that a score has to say.
pub(crate) fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}
