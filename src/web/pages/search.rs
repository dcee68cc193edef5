//! `/{locale}/search`: what the API's search finds, as a page that works without a script.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place, in_every_locale};
use super::lists::{channels_for, link, topics_of};
use super::words::Words;
use super::{encoded, shelf_at, templates};
use crate::article::{Audience, TopicId};
use crate::catalog::{LocaleShelf, article_url, section_url};
use crate::live::View;
use crate::search::{DEFAULT_LIMIT, Hit, MAX_OFFSET, Query, Results};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// Farthest page.
const LAST_PAGE: usize = MAX_OFFSET / DEFAULT_LIMIT + 1;

/// `GET /{locale}/search`
pub(crate) async fn search(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path(locale): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    let number = asked.number_within("page", 1, 1..=LAST_PAGE)?;
    let query = Query::new(asked.text("q")?.unwrap_or_default(), shelf.locale.clone())?
        .page(DEFAULT_LIMIT, (number - 1) * DEFAULT_LIMIT)?
        .within(asked.name("topic")?, asked.name("tag")?);
    freshness::answer(&app, view, &asked, Depends::OnEdition, HTML, || {
        write(&app, view, shelf, &view.search(query), number)
    })
}

fn write(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    results: &Results,
    number: usize,
) -> Result<Vec<u8>, Failure> {
    let words = Words::of(&shelf.locale);
    let text = results.query.text.clone();
    let title = match text.as_str() {
        "" => words.text["search"].clone(),
        text => format!("{} {text}", words.text["results_for"]),
    };
    let query_string =
        if text.is_empty() { String::new() } else { format!("?q={}", encoded(&text)) };
    let place = Place {
        locale: &shelf.locale,
        title: &title,
        description: "",
        path: &format!("/{}/search", shelf.locale),
        everywhere: in_every_locale(view, |locale| format!("/{locale}/search{query_string}")),
    };
    let frame = Frame::of(app, view, &place).unlisted().asking(&text);
    let content = content(view, shelf, words, results, number);
    templates::page("search.html", words, frame, content)
}

fn content(
    view: View<'_>,
    shelf: &LocaleShelf,
    words: &Words,
    results: &Results,
    number: usize,
) -> Value {
    let Results { query, total, .. } = results;
    let last = total.div_ceil(DEFAULT_LIMIT).clamp(1, LAST_PAGE);
    let is_filtered = query.topic.is_some() || query.tag.is_some();
    let mut rewrites: Vec<&str> = results.rewrites.iter().map(|r| r.to.as_str()).collect();
    rewrites.sort_unstable();
    rewrites.dedup();
    let correction = results
        .correction
        .as_ref()
        .map(|better| link(address(query, |q| q.text.clone_from(better)), better));
    context! {
        correction,
        rewrites => rewrites.into_iter().collect::<Value>(),
        filters => filters(shelf, results),
        tag => query.tag.as_ref().map(LocaleShelf::tag_label),
        // Leads to the same search without its filters.
        unfiltered => is_filtered.then(|| address(query, |q| (q.topic, q.tag) = (None, None))),
        count => words.counted("found", *total),
        hits => results.hits.iter().map(|hit| entry(shelf, hit)).collect::<Value>(),
        first => query.offset + 1,
        number,
        last,
        previous => (number > 1).then(|| page_address(query, number - 1)),
        next => (number < last).then(|| page_address(query, number + 1)),
        topics => topics_of(shelf),
        channels => channels_for(view.site().channels(&shelf.locale), None),
    }
}

fn entry(shelf: &LocaleShelf, hit: &Hit) -> Value {
    let article = &*hit.article;
    let sections = hit.sections.iter().filter_map(|found| article.sections.get(found.section));
    let headed = sections.filter(|section| !section.heading.is_empty());
    context! {
        url => article_url(article),
        title => &article.title,
        topic => shelf.topic(&article.topic).map(|topic| topic.title.as_str()),
        is_staff => article.audience == Audience::Staff,
        snippet => templates::markup(hit.snippet.html()),
        sections => headed
            .map(|section| link(section_url(article, section), &section.heading))
            .collect::<Value>(),
    }
}

/// The topics to narrow the search to.
fn filters(shelf: &LocaleShelf, results: &Results) -> Vec<Value> {
    let query = &results.query;
    let filter = |(slug, count): &(TopicId, usize)| {
        let topic = shelf.topic(slug)?;
        Some(context! {
            title => &topic.title,
            url => address(query, |q| q.topic = Some(slug.clone())),
            count => *count,
            is_chosen => query.topic.as_ref() == Some(slug),
        })
    };
    results.facets.topics.iter().filter_map(filter).collect()
}

/// The first page of a search that differs from this one.
fn address(query: &Query, change: impl FnOnce(&mut Query)) -> String {
    let mut query = query.clone();
    change(&mut query);
    let mut address = format!("/{}/search?q={}", query.locale, encoded(&query.text));
    let topic = query.topic.map(|topic| format!("&topic={topic}"));
    let tag = query.tag.map(|tag| format!("&tag={tag}"));
    address.extend(topic.into_iter().chain(tag));
    address
}

fn page_address(query: &Query, number: usize) -> String {
    format!("{}&page={number}", address(query, |_| {}))
}
