//! `/staff/article/{id}`: what staff know of an article besides its text: its file, who answers for
//! it, its dates, its names, and a permanent link to each section.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use minijinja::{Value, context};

use super::copies::section_link;
use super::overview::{civil_day, problem};
use super::{Frame, language, page};
use crate::article::{Alias, Article, ArticleId, Audience};
use crate::catalog::{Words, article_url, language_name};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// `GET /staff/article/{id}`
pub(super) async fn article(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let ui_given = asked.text("ui")?;
    let ui = language::of_console(&headers, ui_given);
    let words = Words::built_in(&ui);
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    let article = view.article(&id, &asked.locale(view)?).ok_or(Failure::NotFound)?;
    let frame = Frame { ui, title: article.title.clone(), is_signed_in: true };
    let content = context! { ui_given, ..facts(&app, view, words, article) };
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        page("staff/article.html", &frame, content)
    })
}

fn facts(app: &App, view: View<'_>, words: &Words, article: &Article) -> Value {
    let zone = &view.site().time_zone;
    let day = |at: Timestamp| words.date(at, zone);
    let is_staff = article.audience == Audience::Staff;
    let site = app.absolute_url(view);
    let sections = article.sections.iter().map(|section| {
        let link = section_link(site, view, article, section);
        let heading = if section.heading.is_empty() { &article.title } else { &section.heading };
        context! { heading, link }
    });
    let others = view.shelf().translations(&article.id).filter(|o| o.locale != article.locale);
    let translations = others.map(|other| {
        context! {
            title => &other.title,
            language => language_name(&other.locale),
            locale => other.locale.as_str(),
            url => format!("/staff/article/{}?locale={}", other.id, other.locale),
        }
    });
    let problems = view.problems().unwrap_or_default().iter();
    let problems = problems.filter(|problem| problem.path == article.path).map(problem);
    context! {
        id => article.id.as_str(),
        locale => article.locale.as_str(),
        url => article_url(article),
        is_staff,
        path => article.path.as_str(),
        owner => article.owner.as_deref(),
        review => article.review_by.map(|by| civil_day(words, by, zone)),
        updated => article.updated.map(day),
        from => article.window.from.map(day),
        until => article.window.until.map(day),
        tags => article.tags.iter().map(ToString::to_string).collect::<Vec<_>>(),
        questions => &article.questions,
        aliases => article.aliases.iter().map(alias).collect::<Vec<_>>(),
        translations => translations.collect::<Value>(),
        sections => sections.collect::<Value>(),
        problems => problems.collect::<Value>(),
    }
}

fn alias(alias: &Alias) -> String {
    match alias {
        Alias::Id(id) => id.to_string(),
        Alias::Page(topic, slug) => format!("{topic}/{slug}"),
    }
}
