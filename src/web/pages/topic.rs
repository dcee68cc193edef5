//! `/{locale}/{topic}/`: the articles of a topic.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place};
use super::lists::{article_entry, contact_card, front_link};
use super::{introduction_of, linked_data, moved, shelf_at, templates};
use crate::article::TopicId;
use crate::catalog::{LocaleShelf, Topic, topic_url};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// `GET /{locale}/{topic}`, and files that lie beside the locale's front page.
pub(crate) async fn with_slash(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path((locale, topic)): Path<(String, String)>,
) -> Result<Response, Failure> {
    if topic.contains('.') {
        return super::files::file(&app, reader, &asked, format!("{locale}/{topic}")).await;
    }
    let edition = app.edition()?;
    let shelf = shelf_at(edition.seen_by(reader.audience), &locale)?;
    let topic = topic_at(shelf, &topic)?;
    moved(&topic_url(&shelf.locale, &topic.slug))
}

/// `GET /{locale}/{topic}/`
pub(crate) async fn topic(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path((locale, topic)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    let topic = topic_at(shelf, &topic)?;
    freshness::answer(&app, view, &asked, Depends::OnEdition, HTML, || {
        write(&app, view, shelf, topic)
    })
}

fn topic_at<'a>(shelf: &'a LocaleShelf, topic: &str) -> Result<&'a Topic, Failure> {
    let slug = topic.parse::<TopicId>().map_err(|_| Failure::NotFound)?;
    shelf.topic(&slug).ok_or(Failure::NotFound)
}

fn write(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    topic: &Topic,
) -> Result<Vec<u8>, Failure> {
    let words = view.words(&shelf.locale);
    let everywhere = view
        .shelf()
        .locales()
        .filter(|other| other.topic(&topic.slug).is_some())
        .map(|other| (&other.locale, topic_url(&other.locale, &topic.slug)))
        .collect();
    let place = Place {
        locale: &shelf.locale,
        title: &topic.title,
        description: &topic.summary,
        path: &topic_url(&shelf.locale, &topic.slug),
        everywhere,
    };
    let introduction = topic.page.as_deref().and_then(|page| introduction_of(shelf, page));
    let articles = shelf.articles_of(topic);
    let entries: Value = articles.iter().map(|article| article_entry(view, article)).collect();
    let contact = topic.page.as_ref().and_then(|page| page.contact.as_ref());
    let content = context! {
        crumbs => vec![front_link(view, shelf)],
        introduction => introduction.map(templates::markup),
        count => words.counted("articles", articles.len()),
        articles => entries,
        icon => topic.page.as_ref().and_then(|page| page.icon.as_deref()).unwrap_or_default(),
        card => contact_card(app, view, &shelf.locale, std::slice::from_ref(&topic.slug), contact),
    };
    let steps = [
        (view.site().name(&shelf.locale).to_owned(), format!("/{}/", shelf.locale)),
        (topic.title.clone(), topic_url(&shelf.locale, &topic.slug)),
    ];
    let data = [linked_data::breadcrumbs(app.absolute_url(view), &steps)];
    templates::page("topic.html", Frame::of(app, view, &place).about(&data), content)
}
