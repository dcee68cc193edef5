//! What links to an article and what it links to, with the place of each link: for who changes it.

use std::sync::Arc;

use super::{LocaleShelf, Resolved, address_of, article_url};
use crate::article::{Article, FrontMatterKey, Link, Slug, SourcePath, TopicId};

/// A link inside the help center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention<'a> {
    /// The file that it stands in.
    pub path: &'a SourcePath,
    /// Its line.
    pub line: u32,
    /// The title of what is at the other end; its address where it has none.
    pub title: String,
    /// Where the other end is; `None` when it is nowhere.
    pub url: Option<String>,
}

impl LocaleShelf {
    /// The links to an article, and who names it as related: articles first, then topics.
    pub fn mentions_of<'a>(&'a self, to: &Article) -> Vec<Mention<'a>> {
        let address = article_url(to);
        let leads = |link: &&Link, from: Option<&Article>| match self.resolve(link, from) {
            Resolved::To(url) | Resolved::NoSection(url) => without_anchor(&url) == address,
            Resolved::Nowhere => false,
        };
        let mut mentions = Vec::new();
        for from in self.articles.iter().filter(|from| from.id != to.id) {
            let links = from.links.iter().filter(|link| leads(link, Some(from)));
            let related = from.related.contains(&to.id);
            let related = related.then(|| from.key_spot(FrontMatterKey::Related).line);
            mentions.extend(related.into_iter().chain(links.map(|link| link.spot.line)).map(
                |line| Mention {
                    path: &from.path,
                    line,
                    title: from.title.clone(),
                    url: Some(article_url(from)),
                },
            ));
        }
        let topics = self.topics().iter().filter_map(|topic| topic.page.as_ref());
        for page in topics.chain(&self.front) {
            let links = page.links.iter().filter(|link| leads(link, None));
            mentions.extend(links.map(|link| Mention {
                path: &page.path,
                line: link.spot.line,
                title: page.title.clone(),
                url: address_of(&page.path),
            }));
        }
        mentions
    }

    /// What an article links to, in order. Pictures are left out.
    pub fn mentioned_in<'a>(&'a self, from: &'a Article) -> Vec<Mention<'a>> {
        let links = from.links.iter().filter(|link| !link.image);
        let mentions = links.map(|link| {
            let url = match self.resolve(link, Some(from)) {
                Resolved::To(url) | Resolved::NoSection(url) => Some(url),
                Resolved::Nowhere => None,
            };
            let title = url.as_deref().and_then(|url| self.title_at(url));
            let title = title.or(url.as_deref()).unwrap_or_default().to_owned();
            Mention { path: &from.path, line: link.spot.line, title, url }
        });
        mentions.collect()
    }

    /// The title of the article at an address of this locale.
    fn title_at(&self, url: &str) -> Option<&str> {
        let path = without_anchor(url).strip_prefix('/')?;
        let mut parts = path.split('/');
        let (locale, topic, slug) = (parts.next()?, parts.next()?, parts.next()?);
        if locale != self.locale.as_str() || parts.next().is_some() {
            return None;
        }
        let place = self.at(&topic.parse::<TopicId>().ok()?, &slug.parse::<Slug>().ok()?)?;
        let article: &Arc<Article> = place.article();
        Some(&article.title)
    }
}

fn without_anchor(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::article::{Audience, Parsed, Source, parse};
    use crate::catalog::{Catalog, Content};

    fn shelf(files: &[(&str, &str)]) -> Arc<LocaleShelf> {
        let mut content = Content::default();
        for (path, text) in files {
            let bytes = text.as_bytes().to_vec();
            let source = Source { path: SourcePath::new(path), bytes, modified: None };
            match parse(&source) {
                (Parsed::Article(article), _) => content.articles.push(Arc::from(article)),
                (Parsed::Index(page), _) => content.pages.push(Arc::from(page)),
                (Parsed::Nothing, problems) => panic!("{problems:?}"),
            }
        }
        let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
        let shelf = catalog.shelf(Audience::Public).locales().next().unwrap();
        Arc::clone(shelf)
    }

    #[test]
    fn who_links_to_an_article_is_told_by_file_and_line() {
        let shelf = shelf(&[
            ("ru/pay/_index.md", "---\ntitle: Платежи\n---\nСм. [лимиты](limits.md#day).\n"),
            (
                "ru/pay/limits.md",
                "---\ntitle: Лимиты\n---\n[Себе](#day)\n\n## День {#day}\n\nСто.\n",
            ),
            (
                "ru/pay/card.md",
                "---\ntitle: Карта\n---\nРаз.\n\n[Лимиты](/a/limits), [нет](gone.md).\n",
            ),
            ("ru/pay/fees.md", "---\ntitle: Комиссии\nrelated: [limits]\n---\nДва.\n"),
        ]);
        let limits = shelf.article(&"limits".parse().unwrap()).unwrap();
        let mentions = shelf.mentions_of(limits);
        let mut found: Vec<(&str, u32)> =
            mentions.iter().map(|mention| (mention.path.as_str(), mention.line)).collect();
        found.sort_unstable();
        assert_eq!(found, [("ru/pay/_index.md", 4), ("ru/pay/card.md", 6), ("ru/pay/fees.md", 3)]);
        let card = shelf.article(&"card".parse().unwrap()).unwrap();
        let links: Vec<(u32, String, Option<String>)> = shelf
            .mentioned_in(card)
            .into_iter()
            .map(|mention| (mention.line, mention.title, mention.url))
            .collect();
        assert_eq!(
            links,
            [(6, "Лимиты".to_owned(), Some("/ru/pay/limits".to_owned())), (6, String::new(), None)]
        );
    }

    #[test]
    fn files_have_the_addresses_of_their_pages() {
        for (path, address) in [
            ("ru/_index.md", Some("/ru/")),
            ("ru/pay/_index.md", Some("/ru/pay/")),
            ("ru/pay/card.md", Some("/ru/pay/card")),
            ("ru/pay/My Card.md", Some("/ru/pay/my-card")),
            ("ru/golden.yaml", None),
            ("ru/pay/card.png", None),
        ] {
            assert_eq!(address_of(&SourcePath::new(path)).as_deref(), address, "{path}");
        }
    }
}
