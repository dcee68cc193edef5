//! `/{locale}/search`: what the API's search finds, as a page that works without a script.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place, in_every_locale};
use super::lists::{contact_card, link, topic_entry, topics_of};
use super::{encoded, preview, redirect, shelf_at, templates, text_of};
use crate::article::{Audience, Section, TopicId};
use crate::catalog::{LocaleShelf, article_url, section_url};
use crate::live::View;
use crate::search::{Answer, DEFAULT_LIMIT, Hit, MAX_OFFSET, Query, Reading, Results, RewriteKind};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// Farthest page.
const LAST_PAGE: usize = MAX_OFFSET / DEFAULT_LIMIT + 1;

/// An answer as sure as this stands above the results.
const SURE: f32 = 0.75;
/// A longer word is several, typed without spaces.
const LONG_WORD: usize = 20;
/// Topics to narrow a search to.
const FILTERS: usize = 6;
/// Topics shown when nothing is found, and articles of each.
const NEAR: (usize, usize) = (3, 4);

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
        .within(asked.name("topic")?, asked.name("tag")?)
        .read(asked.reading()?);
    let results = view.search(query);
    let last = last_page(results.total);
    if number > last {
        return redirect(StatusCode::FOUND, &page_address(&results.query, last), "authorization");
    }
    freshness::answer(&app, view, &asked, Depends::OnEdition, HTML, || {
        write(&app, view, shelf, &results, number)
    })
}

fn write(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    results: &Results,
    number: usize,
) -> Result<Vec<u8>, Failure> {
    let words = view.words(&shelf.locale);
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
        description: shelf.front.as_ref().map_or("", |front| &front.summary),
        path: &format!("/{}/search", shelf.locale),
        everywhere: in_every_locale(view, |locale| format!("/{locale}/search{query_string}")),
    };
    let frame = Frame::of(app, view, &place).unlisted().asking(&text);
    let content = content(app, view, shelf, results, number);
    templates::page("search.html", frame, content)
}

fn content(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    results: &Results,
    number: usize,
) -> Value {
    let Results { query, total, .. } = results;
    let last = last_page(*total);
    let is_filtered = query.topic.is_some() || query.tag.is_some();
    let words = view.words(&shelf.locale);
    let is_plain = number == 1 && !is_filtered && !results.hits.is_empty();
    let answer = is_plain.then(|| answer_to(view, query)).flatten();
    let topics: Vec<TopicId> =
        results.hits.iter().take(1).map(|hit| hit.article.topic.clone()).collect();
    let topics = if topics.is_empty() { results.near.clone() } else { topics };
    let contact = results.hits.first().and_then(|hit| shelf.contact_for(&hit.article));
    context! {
        answer => answer.map(|answer| answer_entry(view, &answer)),
        meant => meant(results),
        as_typed => query.reading == Reading::AsTyped,
        near => near(view, shelf, results),
        filters => filters(shelf, results),
        tag => query.tag.as_ref().map(LocaleShelf::tag_label),
        // Leads to the same search without its filters.
        unfiltered => is_filtered.then(|| address(query, |q| (q.topic, q.tag) = (None, None))),
        count => words.counted("found", *total),
        hits => results.hits.iter().map(|hit| entry(view, shelf, hit)).collect::<Value>(),
        first => query.offset + 1,
        number,
        last,
        previous => (number > 1).then(|| page_address(query, number - 1)),
        next => (number < last).then(|| page_address(query, number + 1)),
        topics => topics_of(view, shelf),
        card => contact_card(app, view, &shelf.locale, &topics, contact),
    }
}

/// The answer to the whole query, when it is sure.
fn answer_to(view: View<'_>, query: &Query) -> Option<Answer> {
    // One word is a subject and no question yet.
    let is_question = query.text.contains(' ') || query.text.chars().count() > LONG_WORD;
    if query.reading == Reading::AsTyped || !is_question {
        return None;
    }
    let answers = view.answer(&query.text, &query.locale).answers;
    answers.into_iter().next().filter(|answer| answer.confidence >= SURE)
}

fn answer_entry(view: View<'_>, answer: &Answer) -> Value {
    let article = &*answer.hit.article;
    let section = &article.sections[answer.section()];
    let anchor = section.anchor.as_str();
    let html = text_of(view, article).0.section((anchor != Section::LEAD).then_some(anchor));
    context! {
        heading => if section.heading.is_empty() { &article.title } else { &section.heading },
        url => section_url(article, section),
        html => templates::markup(html),
        article => link(article_url(article), &article.title),
        is_staff => article.audience == Audience::Staff,
        mark => preview::mark_of(view, article),
    }
}

/// What was searched instead of what was typed, and the way to search that.
fn meant(results: &Results) -> Option<Value> {
    let query = &results.query;
    let is_mended = results.rewrites.iter().any(|rewrite| rewrite.kind != RewriteKind::Synonym);
    (is_mended && query.reading == Reading::Mended).then(|| {
        context! {
            text => &results.interpreted,
            as_typed => address(query, |query| query.reading = Reading::AsTyped),
        }
    })
}

/// Where the answer may stand when nothing is found: the nearest topics, else the first ones.
fn near(view: View<'_>, shelf: &LocaleShelf, results: &Results) -> Vec<Value> {
    if !results.hits.is_empty() {
        return Vec::new();
    }
    let (topics, articles) = NEAR;
    let nearest = results.near.iter().filter_map(|slug| shelf.topic(slug));
    let rest = shelf.topics().iter().filter(|topic| !results.near.contains(&topic.slug));
    let topics = nearest.chain(rest).take(topics);
    topics.map(|topic| topic_entry(view, shelf, topic, articles)).collect()
}

fn last_page(total: usize) -> usize {
    total.div_ceil(DEFAULT_LIMIT).clamp(1, LAST_PAGE)
}

/// A hit as the page of results shows it.
pub(super) fn entry(view: View<'_>, shelf: &LocaleShelf, hit: &Hit) -> Value {
    let article = &*hit.article;
    let sections = hit.sections.iter().filter_map(|found| article.sections.get(found.section));
    let headed = sections.filter(|section| !section.heading.is_empty());
    context! {
        url => article_url(article),
        title => &article.title,
        topic => shelf.topic(&article.topic).map(|topic| topic.title.as_str()),
        is_staff => article.audience == Audience::Staff,
        mark => preview::mark_of(view, article),
        snippet => templates::markup(hit.snippet().html()),
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
    // One page of results is looked through faster than narrowed.
    if results.total <= DEFAULT_LIMIT && query.topic.is_none() {
        return Vec::new();
    }
    results.facets.topics.iter().filter_map(filter).take(FILTERS).collect()
}

/// The first page of a search that differs from this one.
fn address(query: &Query, change: impl FnOnce(&mut Query)) -> String {
    let mut query = query.clone();
    change(&mut query);
    let mut address = format!("/{}/search?q={}", query.locale, encoded(&query.text));
    let topic = query.topic.map(|topic| format!("&topic={topic}"));
    let tag = query.tag.map(|tag| format!("&tag={tag}"));
    address.extend(topic.into_iter().chain(tag));
    if query.reading == Reading::AsTyped {
        address.push_str("&as_typed=true");
    }
    address
}

fn page_address(query: &Query, number: usize) -> String {
    format!("{}&page={number}", address(query, |_| {}))
}
