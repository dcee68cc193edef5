//! `/a/{id}@{revision}/changes`: what has changed since a version, or until another one, in the words
//! that readers read.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::version::as_it_was;
use super::{Page, TO, answer, changes_url, divided, locales, revision, to};
use crate::article::{Article, ArticleId, Locale};
use crate::catalog::{Changes, Fate, Line, Run, SectionChange};
use crate::live::{Version, View};
use crate::web::App;
use crate::web::archive::{Found, Wanted};
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::reader::Reader;

/// `GET /a/{id}@{revision}/changes`, `GET /a/{id}@{revision}..{revision}/changes`
pub(crate) async fn changes(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    asked: Asked,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let (id, what) = divided(&name)?;
    let locales = locales(view, &asked, &headers, &id);
    let (found, until) = both(&app, view, &id, what, &locales).await?;
    let page = Page::of(&app, view, &found.subject)?;
    if named(&found.version, until.as_ref()) != what || found.subject.id != id {
        return to(&changes_url(&found.subject.id, &found.version, until.as_ref()));
    }
    // Nothing to compare with: the article is not shown today.
    if until.is_none() && page.present().is_none() {
        return Err(Failure::NotFound);
    }
    answer(&app, view, &asked, || write(&page, &found.version, until.as_ref()))
}

/// `GET /a/{id}@{revision}..{revision}`
pub(super) async fn to_changes(
    app: &App,
    view: View<'_>,
    id: &ArticleId,
    what: &str,
    locales: &[Locale],
) -> Result<Response, Failure> {
    let (found, until) = both(app, view, id, what, locales).await?;
    to(&changes_url(&found.subject.id, &found.version, until.as_ref()))
}

/// The version from which, and the one to which; none is the article as it is.
async fn both(
    app: &App,
    view: View<'_>,
    id: &ArticleId,
    what: &str,
    locales: &[Locale],
) -> Result<(Found, Option<Version>), Failure> {
    let (from, until) = what.split_once(TO).map_or((what, None), |(a, b)| (a, Some(b)));
    let found = app.archive.find(app, view, id, locales, &Wanted::Of(revision(from)?)).await?;
    let Some(until) = until.filter(|until| !until.is_empty()) else { return Ok((found, None)) };
    let wanted = Wanted::Of(revision(until)?);
    // Of the same translation.
    let of = [found.subject.locale.clone()];
    let until = app.archive.find(app, view, &found.subject.id, &of, &wanted).await?;
    Ok((found, Some(until.version)))
}

fn named(from: &Version, until: Option<&Version>) -> String {
    let from = from.revision.short();
    until.map_or(from.to_owned(), |until| format!("{from}{TO}{}", until.revision.short()))
}

fn write(page: &Page<'_>, from: &Version, until: Option<&Version>) -> Result<Vec<u8>, Failure> {
    let newer: &Article = match until {
        Some(version) => &version.article,
        None => page.present().ok_or(Failure::NotFound)?,
    };
    let changes = Changes::between(&from.article, newer);
    let markup = |article: &Article| as_it_was(page.view, page.shelf, article);
    let heading = page.word("changes_title");
    let content = context! {
        heading,
        title => &newer.title,
        from => page.entry(from),
        until => until.map(|until| page.entry(until)),
        is_empty => changes.is_empty(),
        is_markup_other => changes.is_empty() && markup(&from.article) != markup(newer),
        title_line => changes.title().as_ref().map(line),
        summary_line => changes.summary().as_ref().map(line),
        sections => changes.sections.iter().map(|change| section(page, change)).collect::<Value>(),
        language => newer.locale.as_str(),
    };
    page.render("past/changes.html", &format!("{heading}: {}", newer.title), content)
}

fn section(page: &Page<'_>, change: &SectionChange<'_>) -> Value {
    let fate = match change.fate {
        Fate::Same => "same",
        Fate::Moved => "moved",
        Fate::Edited => "edited",
        Fate::Added => "added",
        Fate::Removed => "removed",
    };
    context! {
        fate,
        told => page.word(&format!("fate_{fate}")),
        is_folded => matches!(change.fate, Fate::Same | Fate::Moved),
        heading => line(&change.heading()),
        lines => change.lines().iter().map(line).collect::<Value>(),
    }
}

/// Runs as a template prints them: what became of each, and its words.
fn line(line: &Line) -> Value {
    let run = |run: &Run| {
        let (kind, text) = match run {
            Run::Same(text) => ("same", text),
            Run::Removed(text) => ("removed", text),
            Run::Added(text) => ("added", text),
        };
        context! { kind, text }
    };
    line.iter().map(run).collect()
}
