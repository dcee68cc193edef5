//! The article that an agent names outright: by its id, its permanent link or the address of its page.

use std::sync::Arc;

use crate::article::{Article, ArticleId, Locale, Slug, TopicId};
use crate::live::View;

/// An article that was named, and the section of it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) article: Arc<Article>,
    /// Its position in the article.
    pub(super) section: usize,
}

/// The article that this text names and nothing else. `locale` is the one chosen, if any; `sites` are
/// what addresses of this site begin with.
pub(super) fn named(
    view: View<'_>,
    text: &str,
    locale: Option<&Locale>,
    sites: &[&str],
) -> Option<Named> {
    let text = text.trim().to_lowercase();
    let text = text.as_str();
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    let path = if is_url {
        let known = sites.iter().filter(|site| !site.is_empty());
        known.into_iter().find_map(|site| text.strip_prefix(*site))?
    } else {
        text
    };
    let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let article = match parts.as_slice() {
        // The address of a version names its article too.
        ["a", id] => {
            let id = id.split('@').next().unwrap_or(id);
            let mut pairs = query.split('&').filter_map(|pair| pair.strip_prefix("locale="));
            let of_link = pairs.next().and_then(|tag| tag.parse().ok());
            by_id(view, id, of_link.as_ref().or(locale))
        }
        [id] if !is_url => by_id(view, id, locale),
        [tag, topic, slug] => {
            let tag = tag.parse::<Locale>().ok()?;
            let place = topic.parse::<TopicId>().ok().zip(slug.parse::<Slug>().ok());
            let shelf = view.locale(&tag)?;
            place
                .and_then(|(topic, slug)| shelf.at(&topic, &slug))
                .map(crate::catalog::Place::article)
        }
        _ => None,
    }?;
    let section = article.sections.iter().position(|section| section.anchor.as_str() == anchor);
    Some(Named { article: Arc::clone(article), section: section.unwrap_or(0) })
}

fn by_id<'a>(view: View<'a>, id: &str, locale: Option<&Locale>) -> Option<&'a Arc<Article>> {
    let id = id.parse::<ArticleId>().ok()?;
    let locale = locale.or_else(|| view.default_locale())?;
    view.article(&id, locale)
}
