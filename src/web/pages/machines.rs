//! What programs of others read: the feed, `robots.txt`, `opensearch.xml`, `llms.txt`. Always as
//! the public sees it.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use minijinja::{Value, context};

use super::{render, shelf_at};
use crate::article::{Article, Audience};
use crate::catalog::{article_url, permalink};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends};
use crate::web::locale::default_of;

/// Articles in a feed.
const FEED: usize = 20;
const TEXT: &str = "text/plain; charset=utf-8";

/// `GET /{locale}/feed.xml`: the articles that changed last, as Atom.
pub(crate) async fn feed(
    State(app): State<App>,
    asked: Asked,
    Path(locale): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(Audience::Public);
    let shelf = shelf_at(view, &locale)?;
    let content_type = "application/atom+xml; charset=utf-8";
    freshness::answer(&app, view, &asked, Depends::OnEdition, content_type, || {
        let mut latest: Vec<(Timestamp, &Article)> =
            shelf.articles().iter().filter_map(|a| a.updated.map(|at| (at, &**a))).collect();
        latest.sort_by(|(a, first), (b, second)| b.cmp(a).then_with(|| first.id.cmp(&second.id)));
        latest.truncate(FEED);
        let newest = latest.first().map_or_else(|| view.indexed_at(), |(at, _)| *at);
        let entries: Value = latest.into_iter().map(feed_entry).collect();
        render(
            "feed.xml",
            context! {
                base => app.absolute_url(view),
                locale => shelf.locale.as_str(),
                title => for_xml(view.site().name(&shelf.locale)),
                updated => newest.to_string(),
                entries,
            },
        )
    })
}

fn feed_entry((updated, article): (Timestamp, &Article)) -> Value {
    context! {
        title => for_xml(&article.title),
        summary => for_xml(&article.summary),
        url => article_url(article),
        permalink => permalink(&article.id),
        updated => updated.to_string(),
    }
}

/// Text without the characters that XML has no way to write; templates escape the rest.
fn for_xml(text: &str) -> String {
    let is_forbidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.replace(is_forbidden, "")
}

/// `GET /opensearch.xml`: lets browsers search here from their address bar.
pub(crate) async fn opensearch(State(app): State<App>, asked: Asked) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(Audience::Public);
    let content_type = "application/opensearchdescription+xml; charset=utf-8";
    freshness::answer(&app, view, &asked, Depends::OnEdition, content_type, || {
        let locale = default_of(view);
        let name: String = for_xml(view.site().name(&locale)).chars().take(16).collect();
        let base = app.absolute_url(view);
        render("opensearch.xml", context! { base, name, locale => locale.as_str() })
    })
}

/// `GET /robots.txt`
pub(crate) async fn robots(State(app): State<App>, asked: Asked) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(Audience::Public);
    freshness::answer(&app, view, &asked, Depends::OnEdition, TEXT, || {
        let base = app.absolute_url(view);
        let text = format!(
            "User-agent: *\nDisallow: /*/search\nDisallow: /api/\n\n\
             Sitemap: {base}/sitemap.xml\n"
        );
        Ok(text.into_bytes())
    })
}

/// `GET /llms.txt`: the site in a few lines of Markdown, for language models.
pub(crate) async fn llms(State(app): State<App>, asked: Asked) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(Audience::Public);
    freshness::answer(&app, view, &asked, Depends::OnEdition, TEXT, || {
        Ok(outline(view, app.absolute_url(view)).into_bytes())
    })
}

fn outline(view: View<'_>, base: &str) -> String {
    let locale = default_of(view);
    let mut text = format!("# {}\n", in_line(view.site().name(&locale)));
    let front = view.locale(&locale).and_then(|shelf| shelf.front.as_ref());
    if let Some(front) = front.filter(|front| !front.summary.is_empty()) {
        text.extend(["\n> ", &in_line(&front.summary), "\n"]);
    }
    text.extend(["\nSearch as JSON: ", base, "/api/v1/search?q=words (described in "]);
    text.extend([base, "/openapi.json)\n"]);
    for shelf in view.shelf().locales() {
        for topic in shelf.topics() {
            text.extend(["\n## ", &in_line(&topic.title), " (", shelf.locale.as_str(), ")\n\n"]);
            for article in shelf.articles_of(topic) {
                text.push_str(&line(article, base));
            }
        }
    }
    text
}

fn line(article: &Article, base: &str) -> String {
    let (title, url) = (in_line(&article.title), article_url(article));
    let summary = in_line(&article.summary);
    let divider = if summary.is_empty() { "" } else { ": " };
    format!("- [{title}]({base}{url}.md){divider}{summary}\n")
}

/// Text that stays within its line and its brackets.
fn in_line(text: &str) -> String {
    let spaced = text.replace(|c: char| c.is_control(), " ");
    spaced.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
