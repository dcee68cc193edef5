//! The forms that several endpoints share: an article in a list, its topic, a hit.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::article::{Article, Locale, Section, TopicId};
use crate::catalog::{LocaleShelf, article_url, permalink, section_url};
use crate::live::View;
use crate::search::{Hit, SectionHit};

/// A topic by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopicName {
    /// The part of its address.
    slug: String,
    /// What readers call it.
    title: String,
}

impl TopicName {
    pub(crate) fn of(view: View<'_>, locale: &Locale, topic: &TopicId) -> Self {
        Self { slug: topic.to_string(), title: topic_title(view, locale, topic) }
    }
}

/// What readers call a topic.
pub(crate) fn topic_title(view: View<'_>, locale: &Locale, topic: &TopicId) -> String {
    let shelf = view.locale(locale);
    shelf
        .and_then(|shelf| shelf.topic(topic))
        .map_or_else(|| LocaleShelf::tag_label(topic), |topic| topic.title.clone())
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
    topic: TopicName,
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
            topic: TopicName::of(view, &article.locale, &article.topic),
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
pub(crate) struct HitItem {
    /// Identity across locales and renames.
    id: String,
    locale: String,
    title: String,
    summary: String,
    topic: TopicName,
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
    snippet_html: String,
    /// The sections that matched, best first.
    sections: Vec<SectionItem>,
}

impl HitItem {
    pub(crate) fn of(view: View<'_>, hit: &Hit) -> Self {
        let article = &*hit.article;
        Self {
            id: article.id.to_string(),
            locale: article.locale.to_string(),
            title: article.title.clone(),
            summary: article.summary.clone(),
            topic: TopicName::of(view, &article.locale, &article.topic),
            url: article_url(article),
            permalink: permalink(&article.id),
            audience: article.audience.as_str(),
            updated_at: article.updated,
            score: rounded(hit.score),
            snippet_html: hit.snippet.html().into_string(),
            sections: hit.sections.iter().filter_map(|s| SectionItem::of(article, s)).collect(),
        }
    }
}

/// A section that answers a query.
#[derive(Serialize, ToSchema)]
pub(crate) struct SectionItem {
    /// Its heading; the article's title for the text before the first heading.
    heading: String,
    /// Its name inside the page; `top` for the text before the first heading.
    anchor: String,
    url: String,
    /// The place that matched: escaped text and `<mark>`.
    snippet_html: String,
    /// How well it answers: comparable within one article only.
    score: f64,
}

impl SectionItem {
    fn of(article: &Article, hit: &SectionHit) -> Option<Self> {
        let section = article.sections.get(hit.section)?;
        Some(Self {
            heading: heading_of(article, section).to_owned(),
            anchor: section.anchor.to_string(),
            url: section_url(article, section),
            snippet_html: hit.snippet.html().into_string(),
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
