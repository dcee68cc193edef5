//! Lists that several pages show: articles, topics, channels, the way down to a page. Each entry
//! is what `templates/parts.html` prints of it.

use minijinja::{Value, context};

use crate::article::{Article, Audience, Contact};
use crate::catalog::{Channel, LocaleShelf, article_url, topic_url};
use crate::live::View;

/// A link.
pub(super) fn link(url: String, title: &str) -> Value {
    context! { url, title }
}

/// The same article in another locale.
pub(super) fn translation(article: &Article) -> Value {
    context! { locale => article.locale.as_str(), title => &article.title, url => article_url(article) }
}

/// An article in a list.
pub(super) fn article_entry(article: &Article) -> Value {
    context! {
        url => article_url(article),
        title => &article.title,
        summary => &article.summary,
        is_staff => article.audience == Audience::Staff,
    }
}

/// The topics of a locale.
pub(super) fn topics_of(shelf: &LocaleShelf) -> Value {
    let topics = shelf.topics().iter().map(|topic| {
        context! {
            url => topic_url(&shelf.locale, &topic.slug),
            title => &topic.title,
            summary => &topic.summary,
            count => shelf.articles_of(topic).len(),
        }
    });
    topics.collect()
}

/// The front page, as the first of the links down to a page.
pub(super) fn front_link(view: View<'_>, shelf: &LocaleShelf) -> Value {
    link(format!("/{}/", shelf.locale), view.site().name(&shelf.locale))
}

/// A way to reach a human. Whether somebody is there now is for pages that are not kept.
pub(super) fn channel_entry(channel: &Channel, open: Option<bool>) -> Value {
    context! {
        title => &channel.title,
        url => &channel.url,
        hours => channel.hours.as_str(),
        open,
        prepare => words_of(&channel.prepare),
        takes => channel.takes.as_deref(),
    }
}

/// The channels to offer: the one that this contact names, with its own advice; else all of them.
pub(super) fn channels_for(channels: &[Channel], contact: Option<&Contact>) -> Value {
    let kind = contact.and_then(|contact| contact.channel.as_deref());
    let named = kind.and_then(|kind| channels.iter().position(|channel| channel.kind == kind));
    let offered = named.map_or(channels, |at| &channels[at..=at]);
    let entries = offered.iter().enumerate().map(|(at, channel)| {
        let mut channel = channel.clone();
        if let Some(contact) = contact.filter(|_| at == 0) {
            if !contact.prepare.is_empty() {
                channel.prepare.clone_from(&contact.prepare);
            }
            channel.takes = contact.takes.clone().or(channel.takes);
        }
        channel_entry(&channel, None)
    });
    entries.collect()
}

fn words_of(texts: &[String]) -> Value {
    texts.iter().map(String::as_str).collect()
}
