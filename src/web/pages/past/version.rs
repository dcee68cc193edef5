//! `/a/{id}@{revision}` and `?at=`: an article as it was.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::{Page, answer, changes_url, divided, locales, revision, to, version_url, versions_url};
use crate::article::{Article, ArticleId, Audience, Locale, SafeHtml};
use crate::catalog::{LocaleShelf, Resolved};
use crate::live::View;
use crate::web::App;
use crate::web::archive::{Found, Wanted};
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::pages::{size_of, templates};
use crate::web::reader::Reader;

/// `GET /a/{id}@{revision}`
pub(in crate::web::pages) async fn version(
    app: &App,
    reader: Reader,
    headers: &HeaderMap,
    asked: &Asked,
    name: &str,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let (id, what) = divided(name)?;
    let locales = locales(view, asked, headers, &id);
    if what.is_empty() {
        let subjects = app.archive.subjects(view, &id, &locales).await?;
        let subject = subjects.first().ok_or(Failure::NotFound)?;
        return to(&versions_url(&subject.id, &subject.locale));
    }
    if what.contains(super::TO) {
        return super::changes::to_changes(app, view, &id, what, &locales).await;
    }
    let wanted = Wanted::Of(revision(what)?);
    let found = app.archive.find(app, view, &id, &locales, &wanted).await?;
    // One version has one address.
    if found.version.revision.short() != what || found.subject.id != id {
        return to(&version_url(&found.subject.id, &found.version));
    }
    answer(app, view, asked, || write(&Page::of(app, view, &found.subject)?, &found))
}

/// Sends who asks for the version of a date to it.
pub(in crate::web::pages) async fn as_of(
    app: &App,
    view: View<'_>,
    id: &ArticleId,
    locales: &[Locale],
    wanted: &Wanted,
) -> Result<Response, Failure> {
    let found = app.archive.find(app, view, id, locales, wanted).await?;
    to(&version_url(&found.subject.id, &found.version))
}

/// `GET /a/{id}?at=`
pub(in crate::web::pages) async fn at(
    app: &App,
    view: View<'_>,
    headers: &HeaderMap,
    asked: &Asked,
    id: &ArticleId,
    wanted: &Wanted,
) -> Result<Response, Failure> {
    as_of(app, view, id, &locales(view, asked, headers, id), wanted).await
}

fn write(page: &Page<'_>, found: &Found) -> Result<Vec<u8>, Failure> {
    let (version, id) = (&found.version, &found.subject.id);
    let article = &version.article;
    let body = as_it_was(page.view, page.shelf, article);
    let notice = notice(page, found, &body);
    let site = page.app.absolute_url(page.view);
    let content = context! {
        notice,
        version => page.entry(version),
        address => format!("{site}{}", version_url(id, version)),
        is_staff => article.audience == Audience::Staff,
        contents => super::super::article::contents(article),
        body => templates::markup(body),
        changes_url => changes_url(id, version, None),
        language => article.locale.as_str(),
    };
    page.render("past/version.html", &article.title, content)
}

/// From when to when it was shown, and what is true now.
fn notice(page: &Page<'_>, found: &Found, body: &SafeHtml) -> Value {
    let version = &found.version;
    let (from, until) = version.shown();
    let shown = match until.filter(|until| *until <= page.app.now()) {
        Some(until) => page
            .word("shown_until")
            .replace("{from}", &page.moment(from))
            .replace("{until}", &page.moment(until)),
        None => page.word("shown_since").replace("{from}", &page.moment(from)),
    };
    let is_same = |present: &Article| {
        let now = as_it_was(page.view, page.shelf, present);
        present.title == version.article.title && now == *body
    };
    let now = match page.present() {
        None => "not_now",
        Some(present) if !is_same(present) => "changed_since",
        Some(_) if version.until.is_none() => "in_force",
        Some(_) => "same_again",
    };
    let day = page.words().date(version.since, &page.view.site().time_zone);
    context! {
        title => page.word("version_of").replace("{date}", &day),
        shown,
        now => page.word(now),
        has_changed => now == "changed_since",
        is_in_force => now == "in_force",
    }
}

/// An article's text: links lead to what there is today, and the words of others stay.
pub(crate) fn as_it_was(view: View<'_>, shelf: &LocaleShelf, article: &Article) -> SafeHtml {
    let shelf = view.locale(&article.locale).unwrap_or(shelf);
    article.body().html.fill_known(|link| {
        let link = article.links.get(link)?;
        match shelf.resolve(link, Some(article)) {
            Resolved::To(address) | Resolved::NoSection(address) => {
                Some((address, size_of(shelf, link)))
            }
            Resolved::Nowhere => None,
        }
    })
}
