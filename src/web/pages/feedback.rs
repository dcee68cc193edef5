//! `/{locale}/feedback`: a vote without script. Every step is a page of its own, reached by a
//! redirect: it may be loaded again, or come back to, without anything being sent twice.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place};
use super::lists::contact_card;
use super::{encoded, redirect, shelf_at, templates};
use crate::article::{Article, ArticleId};
use crate::catalog::{LocaleShelf, article_url};
use crate::live::View;
use crate::store::{Reason, Remark, Ticket};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;
use crate::web::sent_from::FromOwnPage;
use crate::web::visitor::Visitor;
use crate::web::voting::{Ballot, feedback_on, ticket};

/// Where a voter is.
#[derive(Debug, Clone, Copy)]
enum Step {
    Ask,
    /// Said no: why?
    Why(Ticket),
    Thanks(Answer),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
}

impl Answer {
    fn of(asked: &Asked, name: &str) -> Result<Option<Self>, Failure> {
        match asked.text(name)? {
            None => Ok(None),
            Some("yes") => Ok(Some(Self::Yes)),
            Some("no") => Ok(Some(Self::No)),
            Some(_) => Err(Failure::Parameter(format!("`{name}` is `yes` or `no`"))),
        }
    }
}

/// The article that a page of this locale shows: its own, else that of another language.
fn article_shown<'a>(
    view: View<'a>,
    shelf: &LocaleShelf,
    asked: &Asked,
) -> Result<&'a Article, Failure> {
    let id = asked.text("article")?.and_then(|id| id.parse::<ArticleId>().ok());
    let found = id.and_then(|id| view.article(&id, &shelf.locale));
    found.map(|article| &**article).ok_or(Failure::NotFound)
}

/// `POST /{locale}/feedback`
pub(crate) async fn post(
    State(app): State<App>,
    _: FromOwnPage,
    reader: Reader,
    visitor: Visitor,
    Path(locale): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    app.posts.admit(visitor)?;
    let asked = Asked::default().with_body(&headers, &body)?;
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    let article = article_shown(view, shelf, &asked)?;
    let missing = || Failure::Parameter("`helpful` is missing: send `yes` or `no`".to_owned());
    let answer = Answer::of(&asked, "helpful")?.ok_or_else(missing)?;
    let ballot = Ballot {
        helpful: answer == Answer::Yes,
        reason: asked.text("reason")?,
        comment: asked.text("comment")?,
        query: asked.text("query")?,
        vote: asked.text("vote")?,
    };
    let feedback = feedback_on(&app, article, &ballot)?;
    let ticket = app.store.add_feedback(&feedback).await?;
    let has_told = ballot.reason.is_some() || ballot.comment.is_some() || ballot.vote.is_some();
    let next = match answer {
        Answer::Yes => "said=yes".to_owned(),
        Answer::No if has_told => "said=no".to_owned(),
        Answer::No => format!("vote={ticket}"),
    };
    let id = encoded(article.id.as_str());
    let to = format!("/{}/feedback?article={id}&{next}", shelf.locale);
    redirect(StatusCode::SEE_OTHER, &to, "authorization")
}

/// `GET /{locale}/feedback`
pub(crate) async fn page(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path(locale): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let shelf = shelf_at(view, &locale)?;
    let article = article_shown(view, shelf, &asked)?;
    let said = Answer::of(&asked, "said")?.map(Step::Thanks);
    let why = asked.text("vote")?.map(ticket).transpose()?.map(Step::Why);
    let step = said.or(why).unwrap_or(Step::Ask);
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        let words = view.words(&shelf.locale).group("feedback");
        let label = |name: &str| words.get(name).map_or("", String::as_str);
        let place = Place {
            locale: &shelf.locale,
            title: label("title"),
            description: "",
            path: "",
            everywhere: Vec::new(),
        };
        let offered = Reason::ALL.map(|reason| {
            let word = format!("reason_{}", reason.as_str().replace('-', "_"));
            context! { name => reason.as_str(), label => label(&word) }
        });
        let contact = shelf.contact_for(article);
        let content = context! {
            article => context! { title => &article.title, url => article_url(article) },
            vote => context! { article => article.id.as_str() },
            step => match step {
                Step::Ask => "ask",
                Step::Why(_) => "why",
                Step::Thanks(Answer::Yes) => "thanks_yes",
                Step::Thanks(Answer::No) => "thanks_no",
            },
            ticket => if let Step::Why(ticket) = step { ticket.to_string() } else { String::new() },
            reasons => offered.into_iter().collect::<Value>(),
            longest => Remark::LONGEST_COMMENT,
            card => contact_card(&app, view, &shelf.locale, std::slice::from_ref(&article.topic), contact),
        };
        templates::page("feedback.html", Frame::of(&app, view, &place).unlisted(), content)
    })
}
