//! `/a/{id}@{revision}`: an article as it was, what has changed since, and all its versions.
//!
//! Nothing of this is for search engines: they list the article as it is.

mod changes;
mod version;
mod versions;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use minijinja::{Value, context};

pub(crate) use self::changes::changes;
pub(crate) use self::version::as_it_was;
pub(super) use self::version::{as_of, at, version};
pub(crate) use self::versions::versions;
use super::frame::{Frame, Place};
use super::front::visitors;
use super::lists::{front_link, link};
use super::{redirect, templates};
use crate::article::{Article, ArticleId, Audience, Locale};
use crate::catalog::{LocaleShelf, Words, article_url, permalink, topic_url};
use crate::live::{Revision, Version, View};
use crate::web::App;
use crate::web::archive::{Subject, may_see};
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::locale::default_of;

/// Divides an article's id from a revision.
pub(super) const AT: char = '@';
/// Divides two revisions.
const TO: &str = "..";
/// What a page of the past differs by, besides what every page does.
const DIFFERS_BY: &str = "accept-language, authorization, cookie";

/// The address of a version. It never changes.
pub(crate) fn version_url(id: &ArticleId, version: &Version) -> String {
    let locale = &version.article.locale;
    format!("{}{AT}{}?locale={locale}", permalink(id), version.revision.short())
}

/// The address of what has changed since a version, or until another one.
fn changes_url(id: &ArticleId, from: &Version, to: Option<&Version>) -> String {
    let (since, locale) = (from.revision.short(), &from.article.locale);
    let until = to.map(|to| format!("{TO}{}", to.revision.short())).unwrap_or_default();
    format!("{}{AT}{since}{until}/changes?locale={locale}", permalink(id))
}

/// The address of all versions of an article.
pub(crate) fn versions_url(id: &ArticleId, locale: &Locale) -> String {
    format!("{}/history?locale={locale}", permalink(id))
}

/// The locales to look in, in order: the one asked for, what the visitor likes, all others.
fn locales(view: View<'_>, asked: &Asked, headers: &HeaderMap, id: &ArticleId) -> Vec<Locale> {
    let known: Vec<&Locale> = view.shelf().locales().map(|shelf| &shelf.locale).collect();
    let has = |locale: &&Locale| {
        let shelf = view.locale(locale);
        shelf.is_some_and(|shelf| shelf.by_id_or_alias(id).is_some())
    };
    let having: Vec<&Locale> = known.iter().copied().filter(has).collect();
    // A link outlives a locale: one that is not there any more is no mistake of who follows it.
    let named = asked.given_locale(view).ok().flatten();
    let liked = visitors(headers, &having).or_else(|| visitors(headers, &known)).cloned();
    let mut locales: Vec<Locale> = Vec::with_capacity(known.len());
    let all = named.into_iter().chain(liked).chain([default_of(view)]);
    for locale in all.chain(known.into_iter().cloned()) {
        if !locales.contains(&locale) {
            locales.push(locale);
        }
    }
    locales
}

/// `{id}@{what}` as both.
fn divided(name: &str) -> Result<(ArticleId, &str), Failure> {
    let (id, what) = name.split_once(AT).ok_or(Failure::NotFound)?;
    Ok((id.parse().map_err(|_| Failure::NotFound)?, what))
}

fn revision(name: &str) -> Result<Revision, Failure> {
    name.parse().map_err(|_| Failure::NotFound)
}

/// Sends a reader to the one address of what they asked for.
fn to(address: &str) -> Result<Response, Failure> {
    redirect(StatusCode::FOUND, address, DIFFERS_BY).map(unlisted)
}

/// A page of the past: for this moment, and not for search engines.
fn answer(
    app: &App,
    view: View<'_>,
    asked: &Asked,
    write: impl FnOnce() -> Result<Vec<u8>, Failure>,
) -> Result<Response, Failure> {
    let mut response = freshness::answer(app, view, asked, Depends::OnMoment, HTML, write)?;
    let differs_by = HeaderValue::from_static("accept-language");
    response.headers_mut().append(header::VARY, differs_by);
    Ok(unlisted(response))
}

fn unlisted(mut response: Response) -> Response {
    let name = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(name, HeaderValue::from_static("noindex"));
    response
}

/// What the pages of an article's past have in common.
struct Page<'a> {
    app: &'a App,
    view: View<'a>,
    shelf: &'a LocaleShelf,
    subject: &'a Subject,
}

impl<'a> Page<'a> {
    fn of(app: &'a App, view: View<'a>, subject: &'a Subject) -> Result<Self, Failure> {
        let shelf = view.locale(&subject.locale).ok_or(Failure::NotFound)?;
        Ok(Self { app, view, shelf, subject })
    }

    fn words(&self) -> &'a Words {
        self.view.words(&self.subject.locale)
    }

    fn word(&self, name: &str) -> &'a str {
        self.words().group("past").get(name).map_or("", String::as_str)
    }

    /// The article as it is shown today.
    fn present(&self) -> Option<&'a Article> {
        self.subject.present.as_deref()
    }

    /// Day and time of day where the site is: two versions may be of one day.
    fn moment(&self, at: Timestamp) -> String {
        let zone = &self.view.site().time_zone;
        let local = at.to_zoned(zone.clone());
        format!("{}, {:02}:{:02}", self.words().date(at, zone), local.hour(), local.minute())
    }

    /// As the parts of a page take a version.
    fn entry(&self, version: &Version) -> Value {
        let is_staff = self.view.audience() == Audience::Staff;
        let unseen = !version.was_seen_by(Audience::Public, self.app.now());
        context! {
            url => version_url(&self.subject.id, version),
            at => version.since.to_string(),
            since => self.moment(version.since),
            short => version.revision.short(),
            subject => is_staff.then_some(version.subject.as_str()),
            is_unseen => is_staff && unseen,
        }
    }

    fn may_see(&self, version: &Version) -> bool {
        may_see(self.app, self.view, version)
    }

    /// Fills in a template. Its address, for who wants to cite it, is that of the present article.
    fn render(&self, template: &str, title: &str, content: Value) -> Result<Vec<u8>, Failure> {
        let present = self.present();
        let front = format!("/{}/", self.subject.locale);
        let path = present.map_or(front, article_url);
        let translations = self.view.shelf().translations(&self.subject.id);
        let everywhere = translations.map(|other| (&other.locale, article_url(other))).collect();
        let locale = &self.subject.locale;
        let place = Place { locale, title, description: "", path: &path, everywhere };
        let frame = Frame::of(self.app, self.view, &place).of_kind("article");
        let is_public = present.is_some_and(|article| article.audience == Audience::Public);
        let frame = if is_public { frame.of_the_past() } else { frame.unlisted() };
        let say = templates::labels(self.words().group("past"));
        let around = context! {
            say,
            crumbs => self.crumbs(),
            article => present.map(|article| context! {
                url => article_url(article),
                title => &article.title,
            }),
            versions_url => versions_url(&self.subject.id, &self.subject.locale),
        };
        templates::page(template, frame, context! { ..around, ..content })
    }

    fn crumbs(&self) -> Vec<Value> {
        let topic = self.present().and_then(|article| self.shelf.topic(&article.topic));
        let topic =
            topic.map(|topic| link(topic_url(&self.shelf.locale, &topic.slug), &topic.title));
        let article = self.present().map(|article| link(article_url(article), &article.title));
        [front_link(self.view, self.shelf)].into_iter().chain(topic).chain(article).collect()
    }
}
