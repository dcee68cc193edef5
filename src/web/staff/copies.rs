//! What an agent may copy for a player: the permanent link to a section in the player's language, and
//! its text with that link. Made of what the public sees, so nothing else can ever be in it.

use minijinja::{Value, context};

use crate::article::{Article, ArticleId, Link, Section};
use crate::catalog::{LocaleShelf, Resolved, permalink};
use crate::live::View;
use crate::web::App;
use crate::web::pages::text_of;

/// A section, ready to be pasted.
#[derive(Debug, Clone)]
pub(super) struct Copies {
    link: String,
    text: String,
    markdown: String,
}

impl Copies {
    /// Of a section of an article; nothing for an article that the public does not see.
    pub(super) fn of(app: &App, public: View<'_>, article: &Article, at: usize) -> Option<Self> {
        let shelf = public.locale(&article.locale)?;
        let article = shelf.article(&article.id)?;
        let section = article.sections.get(at)?;
        let site = app.absolute_url(public);
        let link = section_link(site, public, article, section);
        let title = match section.heading.as_str() {
            heading if is_said_by(&article.title, heading) => article.title.clone(),
            heading => format!("{} – {heading}", article.title),
        };
        let anchor = section.anchor.as_str();
        let (html, _) = text_of(public, article);
        let html = html.section((anchor != Section::LEAD).then_some(anchor));
        let said = html.to_text(|address| whole(public, site, article, address));
        let marked = markdown_of(public, shelf, article, at, site).unwrap_or_else(|| said.clone());
        Some(Self {
            text: format!("{said}\n\n{title}: {link}"),
            markdown: format!("{}\n\n[{title}]({link})", marked.trim()),
            link,
        })
    }

    /// As templates take it.
    pub(super) fn into_value(self) -> Value {
        context! { link => self.link, text => self.text, markdown => self.markdown }
    }
}

/// The permanent link to a section. It names the player's language where there are several: else it
/// would lead to that of the browser that opens it.
pub(super) fn section_link(
    site: &str,
    view: View<'_>,
    article: &Article,
    section: &Section,
) -> String {
    let mut link = link_of(site, &article.id);
    if view.shelf().locales().len() > 1 {
        link.push_str("?locale=");
        link.push_str(article.locale.as_str());
    }
    link.push('#');
    link.push_str(section.anchor.as_str());
    link
}

fn link_of(site: &str, id: &ArticleId) -> String {
    format!("{site}{}", permalink(id))
}

/// Whether a heading says no more than a title does.
fn is_said_by(title: &str, heading: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches(['?', '!', '.']).trim().to_lowercase();
    heading.is_empty() || bare(title) == bare(heading)
}

/// An address of an article's page as one that works elsewhere and for good.
fn whole(view: View<'_>, site: &str, article: &Article, address: &str) -> String {
    let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let led_to = match parts.as_slice() {
        [""] => Some(article),
        [locale, topic, slug] => locale
            .parse()
            .ok()
            .and_then(|locale| view.locale(&locale))
            .and_then(|shelf| shelf.at(&topic.parse().ok()?, &slug.parse().ok()?))
            .map(|place| &**place.article()),
        _ => None,
    };
    let Some(other) = led_to else {
        return if address.starts_with('/') {
            format!("{site}{address}")
        } else {
            address.to_owned()
        };
    };
    let named = other.sections.iter().find(|section| section.anchor.as_str() == anchor);
    named.or(other.sections.first()).map_or_else(
        || link_of(site, &other.id),
        |section| section_link(site, view, other, section),
    )
}

/// A section as its author wrote it, its links made to work elsewhere. Nothing when a link of it is
/// written in a way that cannot be mended here.
fn markdown_of(
    view: View<'_>,
    shelf: &LocaleShelf,
    article: &Article,
    at: usize,
    site: &str,
) -> Option<String> {
    let body = article.body();
    let lines: Vec<&str> = body.source.lines().collect();
    let first = match at {
        0 => body.source.get(..body.markdown_from)?.lines().count(),
        _ => article.sections[at].spot.line as usize,
    };
    let end = article.sections.get(at + 1).map_or(lines.len(), |next| next.spot.line as usize - 1);
    let mut lines: Vec<String> =
        lines.get(first..end)?.iter().map(|line| (*line).to_owned()).collect();
    // From the last on, so that the columns of those before stay what they were.
    for link in article.links.iter().rev() {
        let Some(line) = (link.spot.line as usize).checked_sub(first + 1) else { continue };
        if let Some(line) = lines.get_mut(line) {
            *line = mended(line, link, view, shelf, article, site)?;
        }
    }
    Some(lines.join("\n"))
}

/// A line with one link of it leading to the whole address, or to nothing but its text where the
/// public has nothing there.
fn mended(
    line: &str,
    link: &Link,
    view: View<'_>,
    shelf: &LocaleShelf,
    article: &Article,
    site: &str,
) -> Option<String> {
    let byte_of =
        |column: u32| line.char_indices().nth(column as usize).map_or(line.len(), |(at, _)| at);
    let from = byte_of(link.spot.column - 1);
    let to = byte_of(link.spot.column - 1 + link.spot.length);
    let written = &line[from..to];
    let divide = written.rfind("](")?;
    let text = written[..divide].trim_start_matches('!').strip_prefix('[')?;
    let new = match shelf.resolve(link, Some(article)) {
        Resolved::To(address) | Resolved::NoSection(address) => {
            let sign = if link.image { "!" } else { "" };
            format!("{sign}[{text}]({})", whole(view, site, article, &address))
        }
        Resolved::Nowhere => text.to_owned(),
    };
    Some(format!("{}{new}{}", &line[..from], &line[to..]))
}
