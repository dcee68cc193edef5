//! What articles were, as requests ask for it: which article is meant, which version of it, and whether
//! this reader may know.
//!
//! The public is told of a version that the public was shown, of an article that is not kept from it
//! today. What is hidden and what never was are the same 404.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;

use super::App;
use super::asked::Asked;
use super::failure::{Failure, Missing};
use crate::article::{Article, ArticleId, Audience, Locale, SourcePath};
use crate::catalog::Place;
use crate::live::{History, HistoryError, Past, Revision, Version, View};

/// So many ask git at once; others wait their turn.
const AT_ONCE: usize = 2;

/// The history, asked by few at a time and never on the threads that answer.
pub(crate) struct Archive {
    history: Option<Arc<History>>,
    turns: Arc<Semaphore>,
}

/// An article whose past somebody may ask for.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) id: ArticleId,
    pub(crate) locale: Locale,
    path: SourcePath,
    /// As this reader is shown it today, if they are.
    pub(crate) present: Option<Arc<Article>>,
}

/// Which version is asked for.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// The one of a commit.
    Of(Revision),
    /// The one in force at a moment.
    At(Timestamp),
}

/// A version and the article that it is of.
pub(crate) struct Found {
    pub(crate) subject: Subject,
    pub(crate) version: Version,
}

impl Archive {
    pub(crate) fn new(history: Option<Arc<History>>) -> Self {
        Self { history, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Whether there is a history to ask.
    pub(crate) fn is_there(&self, view: View<'_>) -> bool {
        self.history.is_some() && view.origin().commit.is_some()
    }

    /// Asks the history as of the commit that is served.
    async fn ask<T: Send + 'static>(
        &self,
        view: View<'_>,
        question: impl FnOnce(&History, &str) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, Failure> {
        let Some((history, head)) = self.history.clone().zip(view.origin().commit.clone()) else {
            let reason = "the articles do not lie in a git repository that has a commit";
            return Err(no_history(view, reason.to_owned()));
        };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Failure::internal)?;
        let asked = tokio::task::spawn_blocking(move || {
            let answer = question(&history, &head);
            drop(turn);
            answer
        });
        asked.await.map_err(Failure::internal)?.map_err(|error| {
            tracing::warn!(%error, "the history of the articles cannot be read");
            no_history(view, error.to_string())
        })
    }

    /// The past of an article.
    pub(crate) async fn past_of(&self, view: View<'_>, of: &Subject) -> Result<Past, Failure> {
        let path = of.path.clone();
        self.ask(view, move |history, head| history.past_of(head, &path)).await
    }

    /// The articles of this id whose past this reader may ask for, by locale in this order. Staff are
    /// told of those that are gone.
    pub(crate) async fn subjects(
        &self,
        view: View<'_>,
        id: &ArticleId,
        locales: &[Locale],
    ) -> Result<Vec<Subject>, Failure> {
        let known = locales.iter().filter_map(|locale| Subject::of(view, id, locale));
        let mut subjects: Vec<Subject> = known.collect();
        if subjects.is_empty() && view.audience() == Audience::Staff {
            let wanted = id.clone();
            let gone = self.ask(view, move |history, head| history.gone(head, &wanted)).await?;
            let of_locale = |locale: &Locale| {
                let prefix = format!("{locale}/");
                let path = gone.iter().find(|path| path.as_str().starts_with(&prefix))?.clone();
                Some(Subject { id: id.clone(), locale: locale.clone(), path, present: None })
            };
            subjects.extend(locales.iter().filter_map(of_locale));
        }
        if subjects.is_empty() { Err(Failure::NotFound) } else { Ok(subjects) }
    }

    /// The version asked for, of the first of these locales that had one.
    pub(crate) async fn find(
        &self,
        app: &App,
        view: View<'_>,
        id: &ArticleId,
        locales: &[Locale],
        wanted: &Wanted,
    ) -> Result<Found, Failure> {
        if let Wanted::Of(revision) = wanted {
            // A guess costs a look into memory, and no git.
            let asked = revision.clone();
            if !self.ask(view, move |history, head| history.knows(head, &asked)).await? {
                return Err(Failure::NotFound);
            }
        }
        let mut first_of_all = None;
        for subject in self.subjects(view, id, locales).await? {
            let past = self.past_of(view, &subject).await?;
            let version = match wanted {
                Wanted::Of(revision) => past.as_of(revision),
                Wanted::At(moment) => past.at(*moment),
            };
            let version = version.filter(|version| match wanted {
                Wanted::At(moment) if view.audience() == Audience::Public => {
                    version.was_shown_at(*moment)
                }
                _ => true,
            });
            if let Some(version) = version.filter(|version| may_see(app, view, version)) {
                let version = version.clone();
                return Ok(Found { subject, version });
            }
            let seen = past.versions().iter().rev().find(|version| may_see(app, view, version));
            first_of_all = first_of_all.or(seen.map(|version| match view.audience() {
                Audience::Public => version.shown().0,
                Audience::Staff => version.since,
            }));
        }
        Err(match (wanted, first_of_all) {
            (Wanted::At(moment), Some(first)) if *moment < first => {
                Failure::NoVersion(Missing::Before(first))
            }
            _ => Failure::NotFound,
        })
    }
}

/// Whether a reader may be told of a version.
pub(crate) fn may_see(app: &App, view: View<'_>, version: &Version) -> bool {
    let is_staff = view.audience() == Audience::Staff;
    is_staff || version.was_seen_by(Audience::Public, app.now())
}

/// Why is for staff: to others there is nothing at the address.
fn no_history(view: View<'_>, reason: String) -> Failure {
    match view.audience() {
        Audience::Staff => Failure::NoVersion(Missing::History(reason)),
        Audience::Public => Failure::NotFound,
    }
}

impl Subject {
    /// The article of an id, present or former, in a locale; shown today, or only out of its time.
    fn of(view: View<'_>, id: &ArticleId, locale: &Locale) -> Option<Self> {
        let shown = view.locale(locale).and_then(|shelf| shelf.by_id_or_alias(id));
        let shown = shown.map(Place::article);
        let article = shown.map(|article| &**article);
        let article = article.or_else(|| view.out_of_sight(locale, |article| article.id == *id))?;
        Some(Self {
            id: article.id.clone(),
            locale: locale.clone(),
            path: article.path.clone(),
            present: shown.cloned(),
        })
    }
}

impl Wanted {
    /// The moment that `?at=` names: a day means its end, where the site is.
    pub(crate) fn at(asked: &Asked, zone: &TimeZone) -> Result<Option<Self>, Failure> {
        let Some(text) = asked.text("at")? else { return Ok(None) };
        moment(text, zone).map(|moment| Some(Self::At(moment))).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Failure::Parameter(format!(
                "`at` `{shown}` is no date: write 2026-10-01, or 2026-10-01T12:00:00+03:00"
            ))
        })
    }
}

fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == "2026-10-01".len()
    {
        let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
        return next.checked_sub(jiff::SignedDuration::from_nanos(1)).ok();
    }
    // A plus that was not encoded comes as a space.
    let parsed = text.parse().or_else(|_| text.replace(' ', "+").parse());
    parsed.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_the_site_is() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let at = |text: &str| moment(text, &zone).map(|at| at.to_string());
        assert_eq!(at("2026-10-01").as_deref(), Some("2026-10-01T20:59:59.999999999Z"));
        let noon = Some("2026-10-01T09:00:00Z");
        assert_eq!(at("2026-10-01T12:00:00+03:00").as_deref(), noon);
        assert_eq!(at("2026-10-01T12:00:00 03:00").as_deref(), noon);
        assert_eq!(at("2026-10-01T09:00:00Z").as_deref(), noon);
        for wrong in ["", "yesterday", "2026-13-01", "2026-10", "9999-12-31", "1", "20261001"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
