//! A vote as it comes in, from a program or a form, until it is kept.

use std::sync::Arc;

use super::App;
use super::failure::Failure;
use crate::article::{Article, ArticleId};
use crate::catalog::{LocaleShelf, Place};
use crate::store::{Feedback, Remark, RemarkTooLong, Ticket, Vote};

/// What a visitor sends.
#[derive(Debug, Default)]
pub(crate) struct Ballot<'a> {
    /// `true` or `false`: whether the article helped.
    pub(crate) helpful: bool,
    pub(crate) reason: Option<&'a str>,
    pub(crate) comment: Option<&'a str>,
    pub(crate) query: Option<&'a str>,
    /// The ticket of the vote that this one replaces.
    pub(crate) vote: Option<&'a str>,
}

/// The article of this id, present or former, in this language; for this reader.
pub(crate) fn article_of<'a>(
    shelf: &'a LocaleShelf,
    id: &str,
) -> Result<&'a Arc<Article>, Failure> {
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    shelf.by_id_or_alias(&id).map(Place::article).ok_or(Failure::NotFound)
}

/// What a ballot says of an article.
pub(crate) fn feedback_on(
    app: &App,
    article: &Article,
    ballot: &Ballot<'_>,
) -> Result<Feedback, Failure> {
    let reason = ballot.reason.map(str::parse).transpose();
    let reason = reason.map_err(|error| Failure::Parameter(format!("`reason`: {error}")))?;
    let vote = match (ballot.helpful, reason) {
        (false, reason) => Vote::NotHelpful(reason),
        (true, None) => Vote::Helpful,
        (true, Some(_)) => {
            let message =
                "`reason` says why an article did not help: leave it out, or send `helpful` false";
            return Err(Failure::Parameter(message.to_owned()));
        }
    };
    let too_long = |name: &'static str| {
        move |error: RemarkTooLong| Failure::Parameter(format!("`{name}`: {error}"))
    };
    let comment = ballot.comment.map(Remark::comment).transpose().map_err(too_long("comment"))?;
    let query = ballot.query.map(Remark::query).transpose().map_err(too_long("query"))?;
    Ok(Feedback {
        replaces: ballot.vote.map(ticket).transpose()?,
        article: article.id.clone(),
        locale: article.locale.clone(),
        digest: article.digest,
        vote,
        comment: comment.flatten(),
        query: query.flatten(),
        at: app.now(),
    })
}

/// What a vote was answered with.
pub(crate) fn ticket(text: &str) -> Result<Ticket, Failure> {
    text.parse().map_err(|error| Failure::Parameter(format!("`vote` {error}")))
}
