//! The edition: a catalog and its index, made for each other, and what one reader sees of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use tokio::sync::watch;

use super::translations::{Behind, Translations};
use crate::article::{
    Article, ArticleId, Audience, Digest, Locale, Problem, SourcePath, Standing, Status,
};
use crate::catalog::{Calendar, Catalog, Channel, LocaleShelf, Shelf, Site, Words, in_order_for};
use crate::search::{
    Answers, Explanation, GoldenQuery, Index, Query, Results, Signal, Suggestion, Weights,
};

/// Where the articles come from, and how changes to them are heard of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The commit that the articles folder stands at, when it is a git checkout.
    pub commit: Option<String>,
    /// `notify`, `polling`, `repository`, or `none` for an edition that nobody keeps current.
    pub watching: String,
    /// The repository that is followed, when one is.
    pub repository: Option<Followed>,
    /// What is wrong with following the articles, in a sentence; readers still get the last good
    /// edition.
    pub degraded: Option<String>,
}

/// A repository that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Without what opens it.
    pub url: String,
    /// The branch.
    pub branch: String,
    /// Whether somebody has ordered another commit than the head of the branch.
    pub is_pinned: bool,
}

/// Everything that is served at one moment. It never changes.
pub struct Edition {
    /// Grows with every edition, over restarts too.
    pub number: u64,
    /// All articles.
    pub catalog: Catalog,
    /// The same articles, searchable.
    pub index: Index,
    /// What is wrong with the files, sorted by file and line.
    pub problems: Vec<Problem>,
    /// When it was made.
    pub indexed_at: Timestamp,
    /// Where it comes from.
    pub origin: Origin,
    /// How hits are ranked.
    pub weights: Weights,
    /// The hash of the synonyms in force.
    pub synonyms_digest: Digest,
    /// What must be found for what, by locale.
    pub golden: Arc<Golden>,
    /// Files that are served in an older version than the one on disk: known in a preview only.
    pub quarantined: BTreeSet<SourcePath>,
    /// Translations that are behind their source.
    pub translations: Arc<Translations>,
}

/// Golden queries by locale.
pub type Golden = BTreeMap<Locale, Vec<GoldenQuery>>;

impl Edition {
    /// What a reader may ask.
    pub fn seen_by(&self, audience: Audience) -> View<'_> {
        View { edition: self, audience }
    }
}

/// An edition as one audience sees it: all that a request may ask. There is no way through it to
/// an article that its audience must not see.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(super) edition: &'a Edition,
    audience: Audience,
}

impl<'a> View<'a> {
    /// Who is reading.
    pub fn audience(self) -> Audience {
        self.audience
    }

    /// The same edition as this audience sees it: never more than this view does.
    #[must_use]
    pub fn narrowed_to(self, audience: Audience) -> Self {
        match audience {
            Audience::Public => Self { audience, ..self },
            Audience::Staff => self,
        }
    }

    /// How an article of this edition stood when it was made.
    pub fn standing(self, article: &Article) -> Standing {
        article.standing(self.edition.indexed_at)
    }

    /// Whether a file is served in an older version than the one on disk.
    pub fn is_quarantined(self, path: &SourcePath) -> bool {
        self.edition.quarantined.contains(path)
    }

    /// The edition's number.
    pub fn number(self) -> u64 {
        self.edition.number
    }

    /// When the edition was made.
    pub fn indexed_at(self) -> Timestamp {
        self.edition.indexed_at
    }

    /// Where the articles come from.
    pub fn origin(self) -> &'a Origin {
        &self.edition.origin
    }

    /// What all articles share.
    pub fn site(self) -> &'a Site {
        &self.edition.catalog.site
    }

    /// The pages' own words in a locale.
    pub fn words(self, locale: &Locale) -> &'a Words {
        self.edition.catalog.words(locale)
    }

    /// The articles, by locale.
    pub fn shelf(self) -> &'a Shelf {
        self.edition.catalog.shelf(self.audience)
    }

    /// The articles of a locale.
    pub fn locale(self, locale: &Locale) -> Option<&'a LocaleShelf> {
        self.shelf().locale(locale).map(|shelf| &**shelf)
    }

    /// The locale of visitors who ask for none; `None` when there is nothing at all.
    pub fn default_locale(self) -> Option<&'a Locale> {
        self.site()
            .default_locale()
            .or_else(|| self.shelf().locales().next().map(|shelf| &shelf.locale))
    }

    /// Names this edition of this audience's articles in an `ETag`, without quotes: it changes
    /// when, and only when, something that the audience may see does.
    pub fn tag(self) -> String {
        let translations = self.edition.translations.fingerprint(self.audience);
        let articles = self.shelf().fingerprint().0;
        format!("{:016x}", articles ^ self.edition.synonyms_digest.0 ^ translations)
    }

    /// Searches.
    pub fn search(self, query: Query) -> Results {
        self.edition.index.search(self.audience, query, &self.edition.weights)
    }

    /// Every part of an article's score for a query.
    pub fn signals(self, query: &Query, article: &Article) -> Vec<Signal> {
        self.edition.index.signals(self.audience, query, article, &self.edition.weights)
    }

    /// Why an article stands where it stands for a query, or why it is not found.
    pub fn explain(self, query: &Query, id: &ArticleId) -> Explained {
        let locale = &query.locale;
        let shown = self.locale(locale).and_then(|shelf| shelf.by_id_or_alias(id));
        if let Some(place) = shown {
            let article = place.article();
            let index = &self.edition.index;
            let weights = &self.edition.weights;
            return match index.explain(self.audience, query, article, weights) {
                Some(explanation) => Explained::Shown(Arc::clone(article), Box::new(explanation)),
                None => Explained::Unknown,
            };
        }
        let staff = self.edition.catalog.shelf(Audience::Staff);
        let is_hidden_here =
            |l: &Locale| staff.locale(l).is_some_and(|shelf| shelf.by_id_or_alias(id).is_some());
        if is_hidden_here(locale) {
            return Explained::ForStaff;
        }
        if let Some(article) = self.edition.catalog.hidden(id, locale) {
            let now = self.indexed_at();
            return match (article.status, article.window.from) {
                (Status::Draft, _) => Explained::Draft(article.path.to_string()),
                (_, Some(from)) if from > now => Explained::NotYet(from),
                _ => Explained::Expired(article.window.until.unwrap_or(now)),
            };
        }
        let others: Vec<Locale> = self
            .shelf()
            .locales()
            .filter(|shelf| shelf.by_id_or_alias(id).is_some())
            .map(|shelf| shelf.locale.clone())
            .collect();
        if others.is_empty() { Explained::Unknown } else { Explained::Elsewhere(others) }
    }

    /// Answers a whole message.
    pub fn answer(self, message: &str, locale: &Locale) -> Answers {
        self.edition.index.answer(self.audience, message, locale, &self.edition.weights)
    }

    /// The channels to a human after these answers, in the order in which to try them.
    pub fn handoff(self, answers: &Answers, locale: &Locale) -> Vec<Channel> {
        let contact = answers
            .answers
            .first()
            .zip(self.locale(locale))
            .and_then(|(answer, shelf)| shelf.contact_for(&answer.hit.article));
        in_order_for(self.site().channels(locale), &answers.topics, contact)
    }

    /// Completes what is being typed.
    pub fn suggest(self, query: &Query, limit: usize) -> Vec<Suggestion> {
        self.edition.index.suggest(self.audience, query, limit, &self.edition.weights)
    }

    /// What to read next: what the author names, then what is found for the article's title.
    pub fn related(self, article: &Article, limit: usize) -> Vec<Arc<Article>> {
        let Some(shelf) = self.locale(&article.locale) else { return Vec::new() };
        let mut related: Vec<Arc<Article>> = Vec::with_capacity(limit);
        let mut add = |other: &Arc<Article>| {
            let is_new = related.iter().all(|known| known.id != other.id);
            if is_new && other.id != article.id && related.len() < limit {
                related.push(Arc::clone(other));
            }
        };
        for id in &article.related {
            if let Some(place) = shelf.by_id_or_alias(id) {
                add(place.article());
            }
        }
        if article.related.len() < limit {
            let query = Query::unbounded(&article.title, article.locale.clone());
            for hit in self.search(query).hits {
                add(&hit.article);
            }
        }
        related
    }

    /// An article that this audience could read and that has had its time. What it says is for
    /// nobody any more: it tells what replaces it.
    pub fn expired(self, is_meant: impl Fn(&Article) -> bool) -> Option<&'a Article> {
        let now = self.indexed_at();
        self.edition.catalog.out_of_sight().find(|article| {
            let is_over = article.window.until.is_some_and(|until| until <= now);
            let may_see = self.audience == Audience::Staff || article.audience == Audience::Public;
            article.status == Status::Published && is_over && may_see && is_meant(article)
        })
    }

    /// An article that this audience may be told of though it is not shown: its time is over or to
    /// come; for staff, drafts too.
    pub fn out_of_sight(
        self,
        locale: &Locale,
        is_meant: impl Fn(&Article) -> bool,
    ) -> Option<&'a Article> {
        self.edition.catalog.out_of_sight().find(|article| {
            let is_open =
                article.audience == Audience::Public && article.status == Status::Published;
            let may_know = self.audience == Audience::Staff || is_open;
            article.locale == *locale && may_know && is_meant(article)
        })
    }

    /// What to read instead of an article that has expired: what its author names.
    pub fn replacements(self, expired: &Article) -> Vec<Arc<Article>> {
        self.edition.catalog.replacements(expired, self.audience, self.indexed_at())
    }

    /// The articles that are found for the title of another one.
    pub fn found_for_title_of(self, article: &Article, limit: usize) -> Vec<Arc<Article>> {
        let query = Query::unbounded(&article.title, article.locale.clone());
        self.search(query).hits.into_iter().take(limit).map(|hit| hit.article).collect()
    }

    /// What will happen to articles: for staff only, since it names what is not shown yet.
    pub fn calendar(self, now: Timestamp, days: u16, owner: Option<&str>) -> Option<Calendar> {
        let may_see = self.audience == Audience::Staff;
        may_see.then(|| self.edition.catalog.calendar(now, days, owner))
    }

    /// Whether an article is a translation that is behind its source, and that source.
    pub fn behind(self, article: &Article) -> Option<(Behind, &'a Arc<Article>)> {
        let behind = self.edition.translations.of(&article.path)?;
        // The source may be for others alone.
        let source = self.shelf().locales().next()?.article(&article.id)?;
        Some((behind, source))
    }

    /// How many problems the files have.
    pub fn problem_count(self) -> usize {
        self.edition.problems.len()
    }

    /// What is wrong with the files: for staff only, since problems name hidden articles.
    pub fn problems(self) -> Option<&'a [Problem]> {
        (self.audience == Audience::Staff).then_some(self.edition.problems.as_slice())
    }

    /// An article by id in a locale, or the first locale that has it.
    pub fn article(self, id: &ArticleId, locale: &Locale) -> Option<&'a Arc<Article>> {
        self.shelf().article_in(id, locale).map(crate::catalog::Place::article)
    }
}

/// What is known of an article and a query.
pub enum Explained {
    /// It is shown, and searched.
    Shown(Arc<Article>, Box<Explanation>),
    /// It is for staff, and the public was asked for.
    ForStaff,
    /// It is a draft; its file.
    Draft(String),
    /// It is shown from then on.
    NotYet(Timestamp),
    /// It was shown until then.
    Expired(Timestamp),
    /// It is in other locales only.
    Elsewhere(Vec<Locale>),
    /// Nothing is known of it.
    Unknown,
}

impl Explained {
    /// Why the article is not searched at all and what to do, in words.
    pub fn why_not_searched(&self, id: &ArticleId, locale: &Locale) -> Option<String> {
        Some(match self {
            Self::Shown(..) => return None,
            Self::ForStaff => format!(
                "`{id}` is for staff: players never find it. Set `audience: public` if they should."
            ),
            Self::Draft(path) => format!(
                "`{id}` is a draft: nobody finds it. Set `status: published` in {path} when it is ready."
            ),
            Self::NotYet(from) => {
                format!("`{id}` is published at {from}. Change `publish_at` to show it sooner.")
            }
            Self::Expired(until) => {
                format!("`{id}` expired at {until}. Change `expires_at` to show it longer.")
            }
            Self::Elsewhere(locales) => {
                let names: Vec<&str> = locales.iter().map(Locale::as_str).collect();
                format!(
                    "`{id}` is not translated into `{locale}`: it exists in {}. Write the translation with the same id.",
                    names.join(", ")
                )
            }
            Self::Unknown => {
                format!(
                    "There is no article `{id}` in `{locale}`: check the id, or see `spravka check`."
                )
            }
        })
    }
}

/// The edition of the moment, if there is one yet.
#[derive(Default)]
pub struct Published {
    current: ArcSwapOption<Edition>,
    changes: watch::Sender<()>,
}

impl Published {
    /// The current edition. A request takes it once and asks everything of it.
    pub fn current(&self) -> Option<Arc<Edition>> {
        self.current.load_full()
    }

    /// Makes an edition the current one; requests under way finish on the one they took.
    pub fn publish(&self, next: Edition) {
        self.current.store(Some(Arc::new(next)));
        self.changes.send_replace(());
    }

    /// Tells of every edition that is published from now on.
    pub fn follow(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}
