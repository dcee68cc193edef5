//! Lists that several pages show: articles, topics, channels, the way down to a page. Each entry
//! is what `templates/parts.html` prints of it.

use minijinja::{Value, context};

use super::frame::local;
use super::preview;
use crate::article::{Article, Audience, Contact, Locale, TopicId};
use crate::catalog::{
    Channel, LocaleShelf, Presence, Site, Topic, article_url, in_order_for, topic_url,
};
use crate::live::View;
use crate::web::App;

/// A link.
pub(in crate::web) fn link(url: String, title: &str) -> Value {
    context! { url, title }
}

/// The same article in another locale.
pub(in crate::web) fn translation(article: &Article) -> Value {
    context! { locale => article.locale.as_str(), title => &article.title, url => article_url(article) }
}

/// An article in a list.
pub(in crate::web) fn article_entry(view: View<'_>, article: &Article) -> Value {
    context! {
        url => article_url(article),
        title => &article.title,
        summary => &article.summary,
        is_staff => article.audience == Audience::Staff,
        mark => preview::mark_of(view, article),
    }
}

/// The topics of a locale.
pub(in crate::web) fn topics_of(view: View<'_>, shelf: &LocaleShelf) -> Value {
    shelf.topics().iter().map(|topic| topic_entry(view, shelf, topic, 0)).collect()
}

/// A topic in a list, with its so many weightiest articles.
pub(in crate::web) fn topic_entry(
    view: View<'_>,
    shelf: &LocaleShelf,
    topic: &Topic,
    articles: usize,
) -> Value {
    let all = shelf.articles_of(topic);
    let icon = topic.page.as_ref().and_then(|page| page.icon.as_deref());
    context! {
        url => topic_url(&shelf.locale, &topic.slug),
        title => &topic.title,
        summary => &topic.summary,
        icon => icon.unwrap_or_default(),
        count => view.words(&shelf.locale).counted("articles", all.len()),
        articles => all.iter().take(articles).map(|a| article_entry(view, a)).collect::<Value>(),
    }
}

/// The front page, as the first of the links down to a page.
pub(in crate::web) fn front_link(view: View<'_>, shelf: &LocaleShelf) -> Value {
    link(format!("/{}/", shelf.locale), view.site().name(&shelf.locale))
}

/// Ways to reach a human, with who is there now.
pub(in crate::web) fn channel_entries(
    app: &App,
    view: View<'_>,
    locale: &Locale,
    channels: &[Channel],
) -> Value {
    let (site, words) = (view.site(), view.words(locale));
    let now = local(app, site);
    let entry = |channel: &Channel| {
        let presence = channel.hours.presence(now);
        context! {
            kind => &channel.kind,
            title => &channel.title,
            url => &channel.url,
            hours => words.hours(&channel.hours),
            is_open => !matches!(presence, Presence::ClosedUntil(_)),
            presence => words.presence(presence, now),
            prepare => words_of(&channel.prepare),
            takes => channel.takes.as_deref(),
        }
    };
    channels.iter().map(entry).collect()
}

/// What stands on a card that leads to a human: the way to try first for these topics, or all.
pub(in crate::web) fn contact_card(
    app: &App,
    view: View<'_>,
    locale: &Locale,
    topics: &[TopicId],
    contact: Option<&Contact>,
) -> Value {
    let channels = in_order_for(view.site().channels(locale), topics, contact);
    context! {
        channels => channel_entries(app, view, locale, &channels),
        zone => zone(app, view.site()),
        all => format!("/{locale}/contact"),
    }
}

/// The site's time zone as it is now, as people far from it need it: `UTC+3`. Empty for UTC.
fn zone(app: &App, site: &Site) -> String {
    let seconds = app.now().to_zoned(site.time_zone.clone()).offset().seconds();
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match minutes.abs() {
        0 => format!("UTC{hours:+}"),
        minutes => format!("UTC{hours:+}:{minutes:02}"),
    }
}

fn words_of(texts: &[String]) -> Value {
    texts.iter().map(String::as_str).collect()
}
