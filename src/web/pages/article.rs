//! `/{locale}/{topic}/{slug}`: an article; a former address leads to the present one, and one of
//! another language shows the article as it is there.

use std::slice::from_ref;

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place, direction_of};
use super::lists::{article_entry, contact_card, front_link, link, translation};
use super::{linked_data, moved, past, preview, shelf_at, templates, text_of};
use crate::article::{Article, Audience, Slug, TopicId};
use crate::catalog::{self, LocaleShelf, Words, article_url, language_name, permalink, topic_url};
use crate::live::View;
use crate::web::App;
use crate::web::archive::Wanted;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::gone::Gone;
use crate::web::reader::Reader;

/// Articles to read next.
const RELATED: usize = 5;
/// A list of contents pays from so many headings on.
const CONTENTS_FROM: usize = 3;
/// Deeper headings are left out of it.
const CONTENTS_LEVEL: u8 = 3;
/// What the address of an article's Markdown ends with.
const MARKDOWN: &str = ".md";

/// `GET /{locale}/{topic}/{slug}`, the same with `.md`, and files that lie beside articles.
pub(crate) async fn article(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path((locale, topic, slug)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    if slug.contains('.') && !slug.ends_with(MARKDOWN) {
        return super::files::file(&app, reader, &asked, format!("{locale}/{topic}/{slug}")).await;
    }
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    if let Some(slug) = slug.strip_suffix(MARKDOWN) {
        let shelf = shelf_at(view, &locale)?;
        return markdown(&app, view, &asked, &place_at(view, shelf, &topic, slug)?);
    }
    if let Some(wanted) = Wanted::at(&asked, &view.site().time_zone)? {
        let article = meant(view, shelf_at(view, &locale)?, &topic, &slug)?;
        return past::as_of(&app, view, &article.id, from_ref(&article.locale), &wanted).await;
    }
    let found = shelf_at(view, &locale)
        .and_then(|shelf| place_at(view, shelf, &topic, &slug).map(|place| (shelf, place)));
    let (shelf, place) = match found {
        Ok(found) => found,
        Err(failure) => {
            let address = format!("/{locale}/{topic}/{slug}");
            return preview::instead_of(failure, &app, view, &asked, &address);
        }
    };
    match place {
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
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    moved(&article_url(place_at(view, shelf, &topic, &slug)?.article()))
}

/// What a reader of one locale finds at an address: its own article, else one that only another
/// language has.
fn place_at<'a>(
    view: View<'a>,
    shelf: &'a LocaleShelf,
    topic: &str,
    slug: &str,
) -> Result<catalog::Place<'a>, Failure> {
    let name = topic.parse::<TopicId>().ok().zip(slug.parse::<Slug>().ok());
    let (topic, slug) = name.ok_or(Failure::NotFound)?;
    if let Some(place) = shelf.at(&topic, &slug) {
        return Ok(place);
    }
    // Its own word of what is true now comes before a translation that may have been forgotten.
    let stood_here = |article: &Article| article.stood_at(&topic, &slug);
    let here = |article: &Article| article.locale == shelf.locale && stood_here(article);
    if let Some(expired) = view.expired(here) {
        return Err(Gone::failure(view, expired));
    }
    for other in view.shelf().locales() {
        let Some(catalog::Place::Here(article)) = other.at(&topic, &slug) else { continue };
        return Ok(match shelf.article(&article.id) {
            Some(own) => catalog::Place::Moved(own),
            None => catalog::Place::Here(article),
        });
    }
    let elsewhere = view.expired(stood_here);
    Err(elsewhere.map_or(Failure::NotFound, |expired| Gone::failure(view, expired)))
}

/// The article at an address, also when its time is over.
fn meant<'a>(
    view: View<'a>,
    shelf: &'a LocaleShelf,
    topic: &str,
    slug: &str,
) -> Result<&'a Article, Failure> {
    let is_there = |a: &Article| a.topic.as_str() == topic && a.slug.as_str() == slug;
    match place_at(view, shelf, topic, slug) {
        Ok(place) => Ok(place.article()),
        Err(failure) => view.out_of_sight(&shelf.locale, is_there).ok_or(failure),
    }
}

/// An article as it was written, for programs that read Markdown.
fn markdown(
    app: &App,
    view: View<'_>,
    asked: &Asked,
    place: &catalog::Place<'_>,
) -> Result<Response, Failure> {
    let article = match place {
        catalog::Place::Moved(article) => {
            return moved(&format!("{}{MARKDOWN}", article_url(article)));
        }
        catalog::Place::Here(article) => article,
    };
    let content_type = "text/markdown; charset=utf-8";
    freshness::answer(app, view, asked, Depends::OnEdition, content_type, || {
        let title = article.title.replace(|c: char| c.is_control(), " ");
        Ok(format!("# {title}\n\n{}", article.body().markdown()).into_bytes())
    })
}

/// The page of an article in this locale, which may be one of another.
fn write(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    article: &Article,
) -> Result<Vec<u8>, Failure> {
    let locale = &shelf.locale;
    let words = view.words(locale);
    let is_foreign = article.locale != *locale;
    let path = format!("/{locale}/{}/{}", article.topic, article.slug);
    let everywhere = view.shelf().locales().map(|other| {
        let own = other.article(&article.id);
        let url = own.map(|own| article_url(own));
        (
            &other.locale,
            url.unwrap_or_else(|| format!("/{}/{}/{}", other.locale, article.topic, article.slug)),
        )
    });
    let place = Place {
        locale,
        title: &article.title,
        description: &article.summary,
        path: &path,
        everywhere: everywhere.collect(),
    };
    let of_article = Frame::of(app, view, &place).of_kind("article");
    let is_staff = article.audience == Audience::Staff;
    let frame = if is_staff || is_foreign {
        of_article.unlisted()
    } else {
        let translated = |locale: &str| {
            locale.parse().is_ok_and(|locale| {
                view.locale(&locale).is_some_and(|shelf| shelf.article(&article.id).is_some())
            })
        };
        let data = linked_data::of_article(app, view, shelf, article);
        of_article.listed_in(translated).about(&data)
    };
    let zone = &view.site().time_zone;
    let updated =
        article.updated.map(|at| context! { at => at.to_string(), day => words.date(at, zone) });
    let own_shelf = view.locale(&article.locale).unwrap_or(shelf);
    let related = view.related(article, RELATED);
    let topics = [article.topic.clone()];
    let contact = own_shelf.contact_for(article);
    let content = context! {
        crumbs => crumbs(view, shelf, article),
        is_staff,
        mark => preview::mark_of(view, article),
        preview => preview::panel(app, view, locale, article),
        foreign => is_foreign.then(|| context! {
            locale => article.locale.as_str(),
            language => language_name(&article.locale),
            direction => direction_of(article.locale.as_str()),
            url => article_url(article),
        }),
        behind => behind(view, words, article),
        contents => contents(article),
        body => templates::markup(text_of(view, article).0),
        updated,
        permalink => permalink(&article.id),
        versions => app.archive.is_there(view).then(|| past::versions_url(&article.id, &article.locale)),
        markdown => format!("{}{MARKDOWN}", article_url(article)),
        language => article.locale.as_str(),
        translations => translations_of(view, article),
        related => related.iter().map(|other| article_entry(view, other)).collect::<Value>(),
        card => contact_card(app, view, locale, &topics, contact),
        vote => context! { article => article.id.as_str() },
    };
    templates::page("article.html", frame, content)
}

/// What readers of a translation are told when its source has gone on without it.
fn behind(view: View<'_>, words: &Words, article: &Article) -> Option<Value> {
    let (behind, source) = view.behind(article)?;
    let zone = &view.site().time_zone;
    let versions = words.group("versions");
    let version = versions
        .get(source.locale.language())
        .cloned()
        .unwrap_or_else(|| versions["other"].replace("{language}", &language_name(&source.locale)));
    let text = match behind.changed {
        Some(at) => words.text["behind_since"].replace("{date}", &words.date(at, zone)),
        None => words.text["behind"].clone(),
    };
    let text = text.replace("{version}", &version);
    Some(context! {
        text,
        url => article_url(source),
        locale => source.locale.as_str(),
        title => &source.title,
    })
}

fn crumbs(view: View<'_>, shelf: &LocaleShelf, article: &Article) -> Vec<Value> {
    let topic = shelf.topic(&article.topic);
    let topic = topic.map(|topic| link(topic_url(&shelf.locale, &topic.slug), &topic.title));
    [front_link(view, shelf)].into_iter().chain(topic).collect()
}

pub(super) fn contents(article: &Article) -> Vec<Value> {
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
