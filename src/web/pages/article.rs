//! `/{locale}/{topic}/{slug}`: an article; a former address leads to the present one.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place};
use super::lists::{article_entry, channels_for, front_link, link, translation};
use super::words::Words;
use super::{moved, shelf_at, templates, text_of};
use crate::article::{Article, Audience, Slug, TopicId};
use crate::catalog::{self, LocaleShelf, article_url, permalink, topic_url};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// Articles to read next.
const RELATED: usize = 5;
/// A list of contents pays from so many headings on.
const CONTENTS_FROM: usize = 3;
/// Deeper headings are left out of it.
const CONTENTS_LEVEL: u8 = 3;

/// `GET /{locale}/{topic}/{slug}`, and files that lie beside articles.
pub(crate) async fn article(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path((locale, topic, slug)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    if slug.contains('.') {
        return super::files::file(&app, reader, &asked, format!("{locale}/{topic}/{slug}")).await;
    }
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    match place_at(shelf, &topic, &slug)? {
        catalog::Place::Moved(article) => moved(&article_url(article)),
        catalog::Place::Here(article) => {
            freshness::answer(&app, view, &asked, Depends::OnEdition, HTML, || {
                write(&app, view, shelf, article)
            })
        }
    }
}

/// `GET /{locale}/{topic}/{slug}/`
pub(crate) async fn without_slash(
    State(app): State<App>,
    reader: Reader,
    Path((locale, topic, slug)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let shelf = shelf_at(edition.seen_by(reader.audience), &locale)?;
    moved(&article_url(place_at(shelf, &topic, &slug)?.article()))
}

fn place_at<'a>(
    shelf: &'a LocaleShelf,
    topic: &str,
    slug: &str,
) -> Result<catalog::Place<'a>, Failure> {
    let name = topic.parse::<TopicId>().ok().zip(slug.parse::<Slug>().ok());
    name.and_then(|(topic, slug)| shelf.at(&topic, &slug)).ok_or(Failure::NotFound)
}

fn write(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    article: &Article,
) -> Result<Vec<u8>, Failure> {
    let words = Words::of(&shelf.locale);
    let translations = view.shelf().translations(&article.id);
    let place = Place {
        locale: &shelf.locale,
        title: &article.title,
        description: &article.summary,
        path: &article_url(article),
        everywhere: translations.map(|other| (&other.locale, article_url(other))).collect(),
    };
    let frame = Frame::of(app, view, &place);
    let is_staff = article.audience == Audience::Staff;
    let frame = if is_staff { frame.unlisted() } else { frame };
    let zone = &view.site().time_zone;
    let updated =
        article.updated.map(|at| context! { at => at.to_string(), day => words.date(at, zone) });
    let related = view.related(article, RELATED);
    let content = context! {
        crumbs => crumbs(view, shelf, article),
        is_staff,
        contents => contents(article),
        body => templates::markup(text_of(view, article).0),
        updated,
        permalink => permalink(&article.id),
        translations => translations_of(view, article),
        related => related.iter().map(|other| article_entry(other)).collect::<Value>(),
        channels => channels_for(view.site().channels(&shelf.locale), shelf.contact_for(article)),
    };
    templates::page("article.html", words, frame, content)
}

fn crumbs(view: View<'_>, shelf: &LocaleShelf, article: &Article) -> Vec<Value> {
    let topic = shelf.topic(&article.topic);
    let topic = topic.map(|topic| link(topic_url(&shelf.locale, &topic.slug), &topic.title));
    [front_link(view, shelf)].into_iter().chain(topic).collect()
}

fn contents(article: &Article) -> Vec<Value> {
    let headings: Vec<Value> = article
        .sections
        .iter()
        .filter(|section| (2..=CONTENTS_LEVEL).contains(&section.level))
        .map(|section| {
            context! {
                anchor => section.anchor.as_str(),
                text => &section.heading,
                level => section.level,
            }
        })
        .collect();
    if headings.len() < CONTENTS_FROM { Vec::new() } else { headings }
}

fn translations_of(view: View<'_>, article: &Article) -> Vec<Value> {
    let all = view.shelf().translations(&article.id);
    all.filter(|other| other.locale != article.locale).map(|other| translation(other)).collect()
}
