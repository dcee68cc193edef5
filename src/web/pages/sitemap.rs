//! `/sitemap.xml`: every public page, with its translations, for search engines.

use axum::extract::State;
use axum::response::Response;
use minijinja::{Value, context};

use super::render;
use crate::article::{Article, Audience};
use crate::catalog::{article_url, topic_url};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends};

/// More than this many addresses no search engine takes from one file.
const MOST: usize = 50_000;

/// `GET /sitemap.xml`
pub(crate) async fn sitemap(State(app): State<App>, asked: Asked) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(Audience::Public);
    let content_type = "application/xml; charset=utf-8";
    freshness::answer(&app, view, &asked, Depends::OnEdition, content_type, || {
        let pages = pages(view);
        render("sitemap.xml", context! { base => app.absolute_url(view), pages })
    })
}

fn pages(view: View<'_>) -> Vec<Value> {
    let mut pages = Vec::new();
    for shelf in view.shelf().locales() {
        pages.push(context! { url => format!("/{}/", shelf.locale), updated => "", alternates => Vec::<Value>::new() });
        for topic in shelf.topics() {
            pages.push(context! { url => topic_url(&shelf.locale, &topic.slug), updated => "", alternates => Vec::<Value>::new() });
            pages.extend(shelf.articles_of(topic).iter().map(|article| entry(view, article)));
        }
    }
    pages.truncate(MOST);
    pages
}

fn entry(view: View<'_>, article: &Article) -> Value {
    let translations = view.shelf().translations(&article.id);
    let alternates: Vec<Value> = translations
        .map(|other| context! { locale => other.locale.as_str(), url => article_url(other) })
        .collect();
    context! {
        url => article_url(article),
        updated => article.updated.map(|at| at.to_string()),
        // One page alone is no alternative to itself.
        alternates => if alternates.len() > 1 { alternates } else { Vec::new() },
    }
}
