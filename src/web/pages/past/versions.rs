//! `/a/{id}/history`: every version of an article, with what each changed.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::{Page, answer, changes_url, locales};
use crate::article::{ArticleId, Audience};
use crate::catalog::Changes;
use crate::live::{Past, Version};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::reader::Reader;

/// Versions in the list; older ones are found by date.
const MOST: usize = 100;

/// `GET /a/{id}/history`
pub(crate) async fn versions(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    let locales = locales(view, &asked, &headers, &id);
    let subjects = app.archive.subjects(view, &id, &locales).await?;
    let subject = subjects.first().ok_or(Failure::NotFound)?;
    let past = app.archive.past_of(view, subject).await?;
    let page = Page::of(&app, view, subject)?;
    // Out of its time and never shown: there is nothing to tell of it.
    let is_known = page.present().is_some() || past.versions().iter().any(|v| page.may_see(v));
    if !is_known {
        return Err(Failure::NotFound);
    }
    answer(&app, view, &asked, || write(&page, &past))
}

fn write(page: &Page<'_>, past: &Past) -> Result<Vec<u8>, Failure> {
    let all = past.versions().iter().filter(|version| page.may_see(version));
    let rows: Vec<Value> = all.clone().take(MOST).map(|version| row(page, past, version)).collect();
    let is_staff = page.view.audience() == Audience::Staff;
    let newest = past.versions().iter().find(|version| page.may_see(version));
    let title = page.present().map(|article| &article.title);
    let title = title.or(newest.map(|version| &version.article.title));
    let heading = page.word("versions_title");
    let content = context! {
        heading,
        title,
        rows,
        has_more => all.count() > MOST,
        is_cut_off => is_staff && past.is_cut_off(),
        id => page.subject.id.as_str(),
        language => page.subject.locale.as_str(),
    };
    let title = title.map_or(heading.to_owned(), |title| format!("{heading}: {title}"));
    page.render("past/versions.html", &title, content)
}

fn row(page: &Page<'_>, past: &Past, version: &Version) -> Value {
    // What came before may be hidden: then this is the first that this reader may know of.
    let before = past.before(version).filter(|before| page.may_see(before));
    let changes = before.map(|before| Changes::between(&before.article, &version.article));
    let touched = changes.as_ref().map(|changes| touched(page, changes));
    let id = &page.subject.id;
    let has_changed = version.until.is_some() && page.present().is_some();
    context! {
        version => page.entry(version),
        is_first => before.is_none(),
        touched => touched.unwrap_or_default(),
        then_url => before.map(|before| changes_url(id, before, Some(version))),
        since_url => has_changed.then(|| changes_url(id, version, None)),
    }
}

/// What a version changed, by name.
fn touched(page: &Page<'_>, changes: &Changes<'_>) -> Vec<String> {
    let title = changes.title().is_some().then(|| page.word("title").to_owned());
    let sections = changes.touched().map(|section| match section.name() {
        "" => page.word("lead").to_owned(),
        name => name.to_owned(),
    });
    title.into_iter().chain(sections).collect()
}
