//! What only all articles together can prove wrong: two of one id, links that lead nowhere,
//! translations that are missing, dates gone by.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Catalog, Content, LocaleShelf, Place, Resolved, Site, article_url, numbers};
use crate::article::{
    Alias, Article, Audience, FrontMatterKey, Link, Locale, Problem, Severity, SourcePath, Spot,
    Status, Target, TopicId, nearest,
};
use rustc_hash::{FxBuildHasher, FxHashMap as HashMap, FxHashSet as HashSet};

/// Collects the problems of one assembly.
pub(super) struct Checks<'a> {
    site: &'a Site,
    pub(super) now: Timestamp,
    pub(super) today: Date,
    problems: Vec<Problem>,
    /// Guesses at what was meant that are still made: each compares a name with all others, and
    /// after a folder has moved every link is broken.
    guesses: usize,
}

/// Kinds of problems that an article has because of another one, of which no look at it alone tells.
pub(super) const BETWEEN_ARTICLES: [&str; 7] = [
    "unknown-locale",
    "duplicate-id",
    "duplicate-address",
    "alias-clash",
    "unknown-topic",
    "duplicate-title",
    "contradicts-translation",
];

/// Guesses made in one assembly.
const MAX_GUESSES: usize = 50;

impl<'a> Checks<'a> {
    pub(super) fn new(site: &'a Site, now: Timestamp) -> Self {
        let today = now.to_zoned(site.time_zone.clone()).date();
        Self { site, now, today, problems: Vec::new(), guesses: MAX_GUESSES }
    }

    pub(super) fn say(
        &mut self,
        article: &Article,
        spot: Spot,
        code: &'static str,
        message: String,
        hint: &str,
    ) {
        self.add(article, spot, Severity::Error, code, message, hint);
    }

    fn warn(
        &mut self,
        article: &Article,
        spot: Spot,
        code: &'static str,
        message: String,
        hint: &str,
    ) {
        self.add(article, spot, Severity::Warning, code, message, hint);
    }

    fn add(
        &mut self,
        article: &Article,
        spot: Spot,
        severity: Severity,
        code: &'static str,
        message: String,
        hint: &str,
    ) {
        self.problems.push(article.problem(spot, severity, code, message).hint(hint));
    }

    pub(super) fn unknown_locale(&mut self, article: &Article) {
        let known: Vec<&str> = self.site.locales.iter().map(Locale::as_str).collect();
        let message = format!("locale `{}` is not one of the site's", article.locale);
        let hint = format!("add it to `locales` in site.yaml (now: {})", known.join(", "));
        self.say(article, Spot::START, "unknown-locale", message, &hint);
    }

    /// The articles of a locale with each id and each address once: the first keeps it.
    pub(super) fn without_duplicates<'b>(
        &mut self,
        all: &[&'b Arc<Article>],
    ) -> Vec<&'b Arc<Article>> {
        let mut ids: HashMap<_, &SourcePath> =
            HashMap::with_capacity_and_hasher(all.len(), FxBuildHasher);
        let mut pages: HashMap<_, &SourcePath> =
            HashMap::with_capacity_and_hasher(all.len(), FxBuildHasher);
        let mut unique = Vec::with_capacity(all.len());
        for &article in all {
            let (id, page) = (&article.id, (&article.topic, &article.slug));
            if let Some(other) = ids.get(id) {
                let message = format!("id `{id}` is taken by {other}");
                let spot = article.key_spot(FrontMatterKey::Id);
                let hint = "give this article an `id` of its own";
                self.say(article, spot, "duplicate-id", message, hint);
            } else if let Some(other) = pages.get(&page) {
                let message = format!("address `{}/{}` is taken by {other}", page.0, page.1);
                let hint = "rename one of the files";
                self.say(article, Spot::START, "duplicate-address", message, hint);
            } else {
                ids.insert(id, &article.path);
                pages.insert(page, &article.path);
                unique.push(article);
            }
        }
        unique
    }

    /// Former addresses that somebody else has now, or claims too.
    pub(super) fn aliases(&mut self, shelf: &LocaleShelf, articles: &[&Arc<Article>]) {
        let mut claimed: HashMap<&Alias, &SourcePath> = HashMap::default();
        for article in articles {
            for alias in &article.aliases {
                let (taken, name) = match alias {
                    Alias::Id(id) => (shelf.article(id), id.to_string()),
                    Alias::Page(topic, slug) => {
                        let here = match shelf.at(topic, slug) {
                            Some(Place::Here(article)) => Some(article),
                            _ => None,
                        };
                        (here, format!("{topic}/{slug}"))
                    }
                };
                let other =
                    taken.map(|article| &article.path).or_else(|| claimed.get(alias).copied());
                if let Some(other) = other {
                    let message = if *other == article.path {
                        format!("alias `{name}` is the article's own present name")
                    } else {
                        format!("alias `{name}` belongs to {other}")
                    };
                    let spot = article.key_spot(FrontMatterKey::Aliases);
                    self.say(
                        article,
                        spot,
                        "alias-clash",
                        message,
                        "take the alias out of one of the two",
                    );
                }
                claimed.insert(alias, &article.path);
            }
        }
    }

    /// The checks that need every address to be known.
    pub(super) fn finish(mut self, content: &Content, catalog: &Catalog) -> Vec<Problem> {
        let (public, staff) = (catalog.shelf(Audience::Public), catalog.shelf(Audience::Staff));
        let known_topics: HashSet<(&str, &TopicId)> = content
            .pages
            .iter()
            .filter_map(|page| page.topic.as_ref().map(|topic| (page.locale.as_str(), topic)))
            .collect();
        let mut topics_told = HashSet::default();
        let hidden: Vec<&Article> = content
            .articles
            .iter()
            .filter(|a| a.status == Status::Draft || !a.window.contains(self.now))
            .map(|article| &**article)
            .collect();

        for article in &content.articles {
            let (Some(for_public), Some(for_staff)) =
                (public.locale(&article.locale), staff.locale(&article.locale))
            else {
                continue;
            };
            if !known_topics.contains(&(article.locale.as_str(), &article.topic))
                && topics_told.insert((&article.locale, &article.topic))
            {
                self.unknown_topic(article, &known_topics);
            }
            let shelf = match article.audience {
                Audience::Public => for_public,
                Audience::Staff => for_staff,
            };
            for link in &article.links {
                self.link(article, link, shelf, catalog, &hidden);
            }
            for id in &article.related {
                if shelf.by_id_or_alias(id).is_none() {
                    let message = format!("related article `{id}` is not to be found");
                    let hint = self
                        .guess(id.as_str(), shelf)
                        .map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                    let spot = article.key_spot(FrontMatterKey::Related);
                    self.warn(article, spot, "unknown-related", message, &hint);
                }
            }
            self.replacements(article, content, catalog);
            self.own(article, catalog);
        }
        self.titles(catalog);
        self.problems.extend(numbers::facts(content));
        self.problems.extend(numbers::contradictions(catalog));
        if let Some(logo) = content.site.logo.as_ref().filter(|l| !content.assets.contains_key(l)) {
            let path = SourcePath::new(Site::FILE);
            let message = format!("the logo {logo} is not there");
            let problem = Problem::error(&path, "", Spot::START, "image-missing", message);
            self.problems.push(problem.hint("put it into the articles folder, or mend its name"));
        }
        self.problems
    }

    /// What an article can get wrong without any other one having a part in it but by its name.
    fn own(&mut self, article: &Article, catalog: &Catalog) {
        // Nobody has to look after what has had its time.
        if article.window.until.is_some_and(|until| until <= self.now) {
            return;
        }
        self.dates(article);
        self.channel(article);
        if article.status == Status::Published {
            self.translations(article, catalog);
        }
    }

    /// Checks articles of an unchanged directory anew. `None` when one links to what is not there:
    /// to say why, and what may be meant, takes all articles.
    pub(super) fn again<'b>(
        mut self,
        catalog: &Catalog,
        articles: impl Iterator<Item = &'b Arc<Article>>,
    ) -> Option<Vec<Problem>> {
        for article in articles {
            let shelf = catalog.shelf(article.audience).locale(&article.locale)?;
            let leads = |link: &Link| match shelf.resolve(link, Some(article)) {
                Resolved::To(_) => true,
                Resolved::NoSection(_) => false,
                // Reported by parsing.
                Resolved::Nowhere => matches!(link.target, Target::Outside(_)),
            };
            let is_known = |id| shelf.by_id_or_alias(id).is_some();
            if !article.replaced_by.is_empty()
                || !article.links.iter().all(leads)
                || !article.related.iter().all(is_known)
            {
                return None;
            }
            self.own(article, catalog);
        }
        Some(self.problems)
    }

    fn unknown_topic(&mut self, article: &Article, known: &HashSet<(&str, &TopicId)>) {
        let topic = &article.topic;
        let names =
            known.iter().filter(|(l, _)| *l == article.locale.as_str()).map(|(_, t)| t.as_str());
        let hint = match nearest(topic.as_str(), names) {
            Some(near) => {
                format!("did you mean the folder `{near}`? else add {topic}/_index.md with a title")
            }
            None => format!("add {}/{topic}/_index.md with a title", article.locale),
        };
        let message = format!("unknown topic `{topic}`: its folder has no _index.md");
        self.warn(article, Spot::START, "unknown-topic", message, &hint);
    }

    fn link(
        &mut self,
        article: &Article,
        link: &Link,
        shelf: &LocaleShelf,
        catalog: &Catalog,
        hidden: &[&Article],
    ) {
        match shelf.resolve(link, Some(article)) {
            Resolved::To(_) => {}
            Resolved::NoSection(address) => {
                let message = format!("there is no such section at {address}");
                let hint =
                    "name one of the page's anchors, or give its heading this one: `{#anchor}`";
                self.say(article, link.spot, "broken-anchor", message, hint);
            }
            Resolved::Nowhere => match &link.target {
                Target::Asset(path) if link.image => {
                    let message = format!("image {path} is not there");
                    self.say(
                        article,
                        link.spot,
                        "image-missing",
                        message,
                        "put it beside the article, or mend its name",
                    );
                }
                // Reported by parsing, with the link as it was written.
                Target::Outside(_) => {}
                target => self.broken(article, link, target, catalog, hidden),
            },
        }
    }

    fn broken(
        &mut self,
        article: &Article,
        link: &Link,
        target: &Target,
        catalog: &Catalog,
        hidden: &[&Article],
    ) {
        let Some(staff) = catalog.staff.locale(&article.locale) else { return };
        let name = match target {
            Target::File { path, .. } | Target::Asset(path) => path.to_string(),
            Target::Id { id, .. } => format!("article `{id}`"),
            Target::Address(address) => address.clone(),
            Target::Here(anchor) | Target::Outside(anchor) => anchor.clone(),
        };
        if matches!(staff.resolve(link, Some(article)), Resolved::To(_) | Resolved::NoSection(_)) {
            let message = format!("a public article links to {name}, which is for staff only");
            self.say(
                article,
                link.spot,
                "link-to-hidden",
                message,
                "players cannot open it: take the link out",
            );
            return;
        }
        let is_meant = |other: &&&Article| {
            other.locale == article.locale
                && match target {
                    Target::File { path, .. } => other.path == *path,
                    Target::Id { id, .. } => other.goes_by(id),
                    Target::Address(address) => {
                        address.split('#').next() == Some(article_url(other).as_str())
                    }
                    _ => false,
                }
        };
        if let Some(hidden) = hidden.iter().find(is_meant) {
            self.link_to_hidden(article, link, &name, hidden, catalog);
            return;
        }
        let stem = match target {
            Target::File { path, .. } => path.stem(),
            Target::Id { id, .. } => id.as_str(),
            _ => "",
        };
        let near = if stem.is_empty() { None } else { self.guess(stem, staff) };
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "mend the path, or link by id: `[text](/a/article-id)`".to_owned(),
        };
        self.say(
            article,
            link.spot,
            "broken-link",
            format!("link to {name}, which does not exist"),
            &hint,
        );
    }

    /// The article's id nearest to a name that is none.
    pub(super) fn guess<'b>(&mut self, name: &str, shelf: &'b LocaleShelf) -> Option<&'b str> {
        self.guesses = self.guesses.checked_sub(1)?;
        nearest(name, shelf.articles().iter().map(|article| article.id.as_str()))
    }

    /// A channel that the site does not have.
    fn channel(&mut self, article: &Article) {
        let channels = self.site.channels(&article.locale);
        let Some(kind) = article.contact.as_ref().and_then(|c| c.channel.as_deref()) else {
            return;
        };
        if channels.is_empty() || channels.iter().any(|channel| channel.kind == kind) {
            return;
        }
        let hint = match nearest(kind, channels.iter().map(|channel| channel.kind.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name the kind of one of the channels in site.yaml".to_owned(),
        };
        let spot = article.key_spot(FrontMatterKey::Contact);
        let message = format!("the site has no channel `{kind}`");
        self.warn(article, spot, "unknown-channel", message, &hint);
    }

    fn dates(&mut self, article: &Article) {
        if let Some(date) = article.review_by.filter(|date| *date < self.today) {
            let owner = article.owner.as_deref().unwrap_or("its owner");
            let hint = format!("{owner} should read it again and set a new `review_by`");
            let spot = article.key_spot(FrontMatterKey::ReviewBy);
            self.warn(article, spot, "review-overdue", format!("review was due on {date}"), &hint);
        }
    }

    fn translations(&mut self, article: &Article, catalog: &Catalog) {
        for other in catalog.shelf(Audience::Staff).locales() {
            // One that is not shown yet, or no more, was written all the same.
            let is_written = || {
                let hidden = catalog.hidden(&article.id, &other.locale);
                hidden.is_some_and(|hidden| hidden.status == Status::Published)
            };
            let is_missing = other.locale != article.locale
                && other.article(&article.id).is_none()
                && !is_written();
            if is_missing {
                // No look into the file: of many articles without a translation, each costs nothing.
                let problem = Problem::warning(
                    &article.path,
                    "",
                    Spot::START,
                    "missing-translation",
                    format!("`{}` has no translation into `{}`", article.id, other.locale),
                );
                let hint = format!(
                    "add {}/{}/{}.md, or the same `id` to its translation",
                    other.locale, article.topic, article.slug
                );
                self.problems.push(problem.hint(hint));
            }
        }
    }

    /// Two articles that a reader cannot tell apart in a list.
    fn titles(&mut self, catalog: &Catalog) {
        for shelf in catalog.shelf(Audience::Staff).locales() {
            let mut seen: HashMap<&str, &Article> =
                HashMap::with_capacity_and_hasher(shelf.articles().len(), FxBuildHasher);
            for article in shelf.articles() {
                if let Some(other) = seen.insert(&article.title, article) {
                    let message = format!("same title as {}", other.path);
                    let spot = article.key_spot(FrontMatterKey::Title);
                    self.warn(
                        article,
                        spot,
                        "duplicate-title",
                        message,
                        "say in the title how the two differ",
                    );
                }
            }
        }
    }
}
