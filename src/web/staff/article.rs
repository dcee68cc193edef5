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
use crate::store::{ArticleVotes, Remark, Tally, Vote};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::pages::versions_url;
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
    // The page is as good without them: what keeps them may be away.
    let votes = app.store.votes(&article.id).await.ok();
    let votes = votes.map(|votes| votes_on(view, words, article, &votes));
    let content = context! { ui_given, votes, ..facts(&app, view, words, article) };
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
        versions => app.archive.is_there(view).then(|| versions_url(&article.id, &article.locale)),
        path => article.path.as_str(),
        owner => article.owner.as_deref(),
        review => article.review_by.map(|by| civil_day(words, by, zone)),
        updated => article.updated.map(day),
        from => article.window.from.map(day),
        until => article.window.until.map(day),
        replaced_by => article.replaced_by.iter().map(ToString::to_string).collect::<Vec<_>>(),
        tags => article.tags.iter().map(ToString::to_string).collect::<Vec<_>>(),
        questions => &article.questions,
        aliases => article.aliases.iter().map(alias).collect::<Vec<_>>(),
        translations => translations.collect::<Value>(),
        sections => sections.collect::<Value>(),
        problems => problems.collect::<Value>(),
    }
}

/// What visitors said of the article: of its text as it is, of earlier ones, and in their own words.
fn votes_on(view: View<'_>, words: &Words, article: &Article, votes: &ArticleVotes) -> Value {
    let zone = &view.site().time_zone;
    let tally = |tally: Tally| {
        let all = tally.helpful + tally.not_helpful;
        (all > 0).then(|| {
            let percent = tally.helpful * 100 / all;
            context! { yes => tally.helpful, no => tally.not_helpful, percent }
        })
    };
    let of_locale = votes.comments.iter().filter(|comment| comment.locale == article.locale);
    let comments = of_locale.map(|comment| {
        let reason = match comment.vote {
            Vote::NotHelpful(Some(reason)) => {
                let name = format!("reason_{}", reason.as_str().replace('-', "_"));
                words.group("feedback").get(&name).cloned()
            }
            Vote::Helpful | Vote::NotHelpful(None) => None,
        };
        context! {
            day => words.date(comment.at, zone),
            is_helpful => comment.vote == Vote::Helpful,
            reason,
            text => comment.text.as_ref().map(Remark::as_str),
            query => comment.query.as_ref().map(Remark::as_str),
            is_earlier => comment.digest != article.digest,
        }
    });
    context! {
        present => tally(votes.on_present(&article.locale, article.digest)),
        earlier => tally(votes.on_earlier(&article.locale, article.digest)),
        comments => comments.collect::<Value>(),
    }
}

fn alias(alias: &Alias) -> String {
    match alias {
        Alias::Id(id) => id.to_string(),
        Alias::Page(topic, slug) => format!("{topic}/{slug}"),
    }
}
