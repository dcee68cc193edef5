//! What will happen to articles by itself, and when: what appears, what expires, what is due for a
//! review. For those who look after the articles: it names what nobody is shown yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::Catalog;
use crate::article::{Article, ArticleId, Locale, Status};

/// What happens to an article on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Happening {
    /// Readers see it from then on.
    Publish,
    /// Its time is over.
    Expire,
    /// Somebody should read it again.
    Review,
}

impl Happening {
    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Expire => "expire",
            Self::Review => "review",
        }
    }
}

/// What happens on one day to an article, in all languages to which it happens on that day.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The day, where the site is.
    pub day: Date,
    /// The first moment of it; a review has a day and no moment.
    pub at: Option<Timestamp>,
    /// What happens.
    pub what: Happening,
    /// The article in its languages, in the order of the site's; never empty.
    pub articles: Vec<Arc<Article>>,
}

impl Entry {
    /// The article, in the first of the languages.
    pub fn article(&self) -> &Article {
        &self.articles[0]
    }

    /// Whether it is published at a moment and is a draft still, so that nobody will see it then.
    pub fn is_draft(&self) -> bool {
        self.articles.iter().any(|article| article.status == Status::Draft)
    }

    /// The languages, as `ru, en`.
    pub fn locales(&self) -> String {
        let locales: Vec<&str> = self.articles.iter().map(|a| a.locale.as_str()).collect();
        locales.join(", ")
    }

    /// The teams that answer for it.
    pub fn owners(&self) -> Vec<&str> {
        let mut owners: Vec<&str> =
            self.articles.iter().filter_map(|article| article.owner.as_deref()).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}

/// What happens within some days.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Today, where the site is.
    pub today: Date,
    /// The last day that it is about.
    pub until: Date,
    /// Reviews that were due before today.
    pub overdue: Vec<Entry>,
    /// What comes, day by day.
    pub coming: Vec<Entry>,
}

impl Catalog {
    /// What happens from now on and so many days ahead, to articles of one owner or of all.
    pub fn calendar(&self, now: Timestamp, days: u16, owner: Option<&str>) -> Calendar {
        let zone = &self.site.time_zone;
        let today = now.to_zoned(zone.clone()).date();
        let until = today.saturating_add(i64::from(days).days());
        let mut entries: BTreeMap<(Date, Happening, ArticleId), Entry> = BTreeMap::new();
        let shown = self.staff.locales().flat_map(|shelf| shelf.articles());
        for article in shown.chain(&self.hidden) {
            for (day, at, what) in happenings(article, now, |at| at.to_zoned(zone.clone()).date()) {
                if day > until {
                    continue;
                }
                let key = (day, what, article.id.clone());
                let entry = || Entry { day, at, what, articles: Vec::new() };
                let entry = entries.entry(key).or_insert_with(entry);
                entry.at = entry.at.into_iter().chain(at).min();
                entry.articles.push(Arc::clone(article));
            }
        }
        let order: Vec<&Locale> = self.staff.locales().map(|shelf| &shelf.locale).collect();
        let mut entries: Vec<Entry> = entries.into_values().collect();
        for entry in &mut entries {
            entry.articles.sort_by_key(|a| order.iter().position(|locale| **locale == a.locale));
        }
        if let Some(owner) = owner {
            let owner = owner.to_lowercase();
            entries.retain(|entry| entry.owners().iter().any(|one| one.to_lowercase() == owner));
        }
        entries.sort_by_key(|entry| (entry.day, entry.at, entry.what));
        let (overdue, coming) = entries.into_iter().partition(|entry| entry.day < today);
        Calendar { today, until, overdue, coming }
    }

    /// The teams that answer for articles, whether these are shown or not.
    pub fn owners(&self) -> Vec<&str> {
        let shown = self.staff.locales().flat_map(|shelf| shelf.articles());
        let all = shown.chain(&self.hidden).filter_map(|article| article.owner.as_deref());
        let mut owners: Vec<&str> = all.collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}

/// What is still to happen to an article.
fn happenings(
    article: &Article,
    now: Timestamp,
    day_of: impl Fn(Timestamp) -> Date,
) -> Vec<(Date, Option<Timestamp>, Happening)> {
    let window = article.window;
    if window.until.is_some_and(|until| until <= now) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(at) = window.from.filter(|at| *at > now) {
        found.push((day_of(at), Some(at), Happening::Publish));
    }
    // Nobody sees a draft: there is nothing to end, and nothing to look through again.
    if article.status == Status::Draft {
        return found;
    }
    if let Some(at) = window.until {
        found.push((day_of(at), Some(at), Happening::Expire));
    }
    let lasts_until = |day: Date| window.until.is_none_or(|until| day < day_of(until));
    if let Some(day) = article.review_by.filter(|day| lasts_until(*day)) {
        found.push((day, None, Happening::Review));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Parsed, Source, SourcePath, parse};
    use crate::catalog::{Content, Site};

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn calendar(files: &[(&str, &str)], days: u16, owner: Option<&str>) -> Vec<String> {
        let site = "locales: [ru, en]\ntime_zone: Europe/Moscow\n";
        let articles = files.iter().map(|(path, keys)| {
            let bytes = format!("---\ntitle: T\n{keys}\n---\nText.\n").into_bytes();
            match parse(&Source { path: SourcePath::new(path), bytes, modified: None }) {
                (Parsed::Article(article), _) => Arc::from(article),
                (_, problems) => panic!("{problems:?}"),
            }
        });
        let content = Content {
            site: Arc::new(Site::parse(&SourcePath::new(Site::FILE), site).unwrap()),
            articles: articles.collect(),
            ..Content::default()
        };
        let now = NOW.parse().unwrap();
        let (catalog, _) = Catalog::assemble(&content, now, None);
        let calendar = catalog.calendar(now, days, owner);
        let said = |mark: &str, entry: &Entry| {
            let draft = if entry.is_draft() { " draft" } else { "" };
            let (day, what, id) = (entry.day, entry.what.as_str(), &entry.article().id);
            format!("{mark}{day} {what} {id} {}{draft}", entry.locales())
        };
        let overdue = calendar.overdue.iter().map(|entry| said("! ", entry));
        overdue.chain(calendar.coming.iter().map(|entry| said("", entry))).collect()
    }

    #[test]
    fn what_comes_is_told_day_by_day_and_what_is_overdue_first() {
        let files = [
            ("ru/a/late.md", "review_by: 2026-11-22"),
            ("ru/a/today.md", "review_by: 2026-11-23"),
            ("ru/a/soon.md", "publish_at: 2026-11-24T09:00:00Z\nexpires_at: 2026-11-25"),
            ("ru/a/far.md", "publish_at: 2027-11-24"),
            ("ru/a/draft.md", "status: draft\npublish_at: 2026-11-26\nreview_by: 2026-11-20"),
            ("ru/a/gone.md", "expires_at: 2026-11-20\nreview_by: 2026-11-01"),
        ];
        let expected = [
            "! 2026-11-22 review late ru",
            "2026-11-23 review today ru",
            "2026-11-24 publish soon ru",
            "2026-11-25 expire soon ru",
            "2026-11-26 publish draft ru draft",
        ];
        assert_eq!(calendar(&files, 90, None), expected);
    }

    #[test]
    fn the_day_is_that_of_the_site() {
        let files = [("ru/a/night.md", "publish_at: 2026-11-24T22:30:00Z")];
        assert_eq!(calendar(&files, 2, None), ["2026-11-25 publish night ru"]);
        assert!(calendar(&files, 1, None).is_empty());
    }

    #[test]
    fn translations_on_one_day_are_one_entry_and_on_two_days_two() {
        let both = [("en/a/x.md", "review_by: 2026-12-01"), ("ru/a/x.md", "review_by: 2026-12-01")];
        assert_eq!(calendar(&both, 90, None), ["2026-12-01 review x ru, en"]);
        let apart = [("en/a/x.md", "review_by: 2026-12-02"), both[1]];
        let expected = ["2026-12-01 review x ru", "2026-12-02 review x en"];
        assert_eq!(calendar(&apart, 90, None), expected);
    }

    #[test]
    fn a_review_becomes_a_problem_when_its_day_is_over() {
        let moscow = "time_zone: Europe/Moscow\n";
        let text = "---\ntitle: T\nreview_by: 2026-11-23\n---\nText.\n";
        let path = SourcePath::new("ru/a/x.md");
        let source = Source { path, bytes: text.into(), modified: None };
        let (Parsed::Article(article), _) = parse(&source) else { panic!("it is an article") };
        let site = Site::parse(&SourcePath::new(Site::FILE), moscow).unwrap();
        let articles = vec![Arc::from(article)];
        let content = Content { site: Arc::new(site), articles, ..Content::default() };
        let (catalog, problems) = Catalog::assemble(&content, NOW.parse().unwrap(), None);
        let is_overdue = |problems: &[crate::article::Problem]| {
            problems.iter().any(|problem| problem.code == "review-overdue")
        };
        assert!(!is_overdue(&problems));
        let midnight = catalog.next_change().unwrap();
        assert_eq!(midnight.to_string(), "2026-11-23T21:00:00Z");
        let (catalog, problems) = Catalog::assemble(&content, midnight, None);
        assert!(is_overdue(&problems) && catalog.next_change().is_none());
    }

    #[test]
    fn a_team_sees_what_is_its_own() {
        let files = [
            ("ru/a/x.md", "owner: Платежи\nreview_by: 2026-12-01"),
            ("ru/a/y.md", "review_by: 2026-12-01"),
        ];
        assert_eq!(calendar(&files, 90, Some("платежи")), ["2026-12-01 review x ru"]);
    }
}
