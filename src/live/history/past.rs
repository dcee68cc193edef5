//! The versions of one article, through renames, and which was in force when.

use std::sync::Arc;

use jiff::Timestamp;

use super::journal::{Change, Journal};
use super::{History, HistoryError, Revision, Stand};
use crate::article::{Alias, Article, Audience, Facts, SourcePath, Status};

/// Older versions are not told of: nobody can make a request that reads without end.
const MOST: usize = 500;
/// Changes of facts that are looked at for what they changed in one article.
const MOST_TURNS: usize = 100;
/// Files looked at for the one that an article was before a rename.
const MOST_CANDIDATES: usize = 40;

/// What an article was.
pub struct Past {
    journal: Arc<Journal>,
    versions: Vec<Version>,
}

/// An article as a commit left it, until the next one.
#[derive(Debug, Clone)]
pub struct Version {
    /// The commit.
    pub revision: Revision,
    /// When it was committed.
    pub since: Timestamp,
    /// When another one took its place, or the file went.
    pub until: Option<Timestamp>,
    /// The first line of the commit's message: for staff.
    pub subject: String,
    /// What it said.
    pub article: Arc<Article>,
    /// From this place on the published line…
    from: u32,
    /// …up to and without this one.
    to: Option<u32>,
}

impl Version {
    /// The time in which readers of it were shown it: it had to be committed, and its own window open.
    pub fn shown(&self) -> (Timestamp, Option<Timestamp>) {
        let window = self.article.window;
        let from = window.from.map_or(self.since, |from| from.max(self.since));
        (from, [self.until, window.until].into_iter().flatten().min())
    }

    /// Whether an audience was ever shown it, as of now.
    pub fn was_seen_by(&self, audience: Audience, now: Timestamp) -> bool {
        let (from, until) = self.shown();
        let is_theirs = audience == Audience::Staff || self.article.audience == Audience::Public;
        let was_shown = from <= now && until.is_none_or(|until| from < until);
        is_theirs && self.article.status == Status::Published && was_shown
    }

    /// Whether readers of it were shown it at a moment.
    pub fn was_shown_at(&self, at: Timestamp) -> bool {
        self.was_in_force(at) && self.article.window.contains(at)
    }

    /// Whether it was in force at a moment.
    pub fn was_in_force(&self, at: Timestamp) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Past {
    /// Every version, the newest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Whether the repository holds the newest commits only: what was before is not known.
    pub fn is_cut_off(&self) -> bool {
        self.journal.is_shallow()
    }

    /// The version that was in force as of a commit: of a branch, as of the merge that published it.
    pub fn as_of(&self, revision: &Revision) -> Option<&Version> {
        let is_named = |v: &&Version| v.revision.as_str().starts_with(revision.as_str());
        let mut named = self.versions.iter().filter(is_named);
        if let (Some(version), None) = (named.next(), named.next()) {
            return Some(version);
        }
        let position = self.journal.position(revision)?;
        let was_there =
            |v: &&Version| v.from <= position && v.to.is_none_or(|until| position < until);
        self.versions.iter().find(was_there)
    }

    /// The version that was in force at a moment.
    pub fn at(&self, moment: Timestamp) -> Option<&Version> {
        // Clocks of those who commit may go wrong: of two, the newer counts.
        self.versions.iter().find(|version| version.was_in_force(moment))
    }

    /// The version before this one.
    pub fn before(&self, version: &Version) -> Option<&Version> {
        let at = self.versions.iter().position(|known| known.from == version.from)?;
        self.versions.get(at + 1)
    }

    pub(super) fn read(
        history: &History,
        journal: Arc<Journal>,
        path: &SourcePath,
    ) -> Result<Self, HistoryError> {
        let mut versions = Vec::new();
        let mut path = path.clone();
        let mut before = u32::MAX;
        // The beginning of what came after: a version ends there.
        let mut next: Option<u32> = None;
        let mut newest: Option<Arc<Article>> = None;
        'files: while versions.len() < MOST {
            let changes = journal.changes(&path);
            let known = changes.partition_point(|change| change.position < before);
            let changes = &changes[known.saturating_sub(MOST)..known];
            let states = states(history, &journal, &path, changes, before)?;
            for (change, article) in states.iter().rev() {
                match (&change.blob, article) {
                    // A broken file changed nothing for readers: the version before it stayed.
                    (Some(_), None) => {}
                    (None, _) => next = Some(change.position),
                    (Some(_), Some(article)) => {
                        versions.extend(version(&journal, change, article, next));
                        next = Some(change.position);
                        newest.get_or_insert_with(|| Arc::clone(article));
                    }
                }
                let newer = article.as_ref().or(newest.as_ref());
                if change.is_new
                    && let Some((newer, newest)) = newer.zip(newest.as_ref())
                    && let Some(origin) = origin(history, &journal, change, newer, newest)?
                {
                    before = change.position;
                    path = origin;
                    continue 'files;
                }
            }
            break;
        }
        versions.truncate(MOST);
        Ok(Self { journal, versions })
    }
}

/// What a change left: an article, or nothing that is one.
type State = (Change, Option<Arc<Article>>);

/// What a file said after each of its changes, and after each change of the facts that it quotes.
fn states(
    history: &History,
    journal: &Journal,
    path: &SourcePath,
    changes: &[Change],
    before: u32,
) -> Result<Vec<State>, HistoryError> {
    let read = |changes: &[Change]| {
        let stands: Vec<Stand<'_>> = changes.iter().map(|change| Stand { path, change }).collect();
        history.articles(journal, &stands)
    };
    let own = read(changes)?;
    let of_facts = journal.changes(&SourcePath::new(Facts::FILE));
    let mut quoting = Vec::new();
    for (at, (change, article)) in changes.iter().zip(&own).enumerate() {
        let may_quote = article.as_ref().is_none_or(|article| !article.facts.is_empty());
        if !may_quote || change.blob.is_none() {
            continue;
        }
        let until = changes.get(at + 1).map_or(before, |next| next.position);
        let between = |p: u32| p > change.position && p < until;
        let turns = of_facts.iter().filter(|facts| between(facts.position));
        let as_of = |facts: &Change| Change {
            position: facts.position,
            blob: change.blob.clone(),
            is_new: false,
        };
        quoting.extend(turns.map(as_of));
    }
    // The newest: nobody can make a request that reads without end.
    quoting.drain(..quoting.len().saturating_sub(MOST_TURNS));
    let turned = read(&quoting)?;
    let mut states: Vec<_> =
        changes.iter().cloned().zip(own).chain(quoting.into_iter().zip(turned)).collect();
    states.sort_by_key(|(change, _)| change.position);
    // A change of facts that it does not quote is none of this article.
    states.dedup_by(|(_, next), (_, known)| match (next, known) {
        (Some(next), Some(known)) => next.digest == known.digest,
        _ => false,
    });
    Ok(states)
}

fn version(
    journal: &Journal,
    change: &Change,
    article: &Arc<Article>,
    next: Option<u32>,
) -> Option<Version> {
    let commit = journal.commit(change.position)?;
    Some(Version {
        revision: commit.revision.clone(),
        since: commit.at,
        until: next.and_then(|next| journal.commit(next)).map(|commit| commit.at),
        subject: commit.subject.clone(),
        article: Arc::clone(article),
        from: change.position,
        to: next,
    })
}

/// The file that an article was before the commit that brought its present one: among those that went
/// with the same commit, the one of the same id, or of one that its aliases name. Likeness alone says
/// nothing: this spring's offer is not last spring's.
fn origin(
    history: &History,
    journal: &Journal,
    arrival: &Change,
    newer: &Article,
    newest: &Article,
) -> Result<Option<SourcePath>, HistoryError> {
    let aliases = || newer.aliases.iter().chain(&newest.aliases);
    let prefix = format!("{}/", newer.locale);
    let mut candidates: Vec<(u8, Stand<'_>)> = journal
        .removed(arrival.position)
        .iter()
        .filter(|path| path.as_str().starts_with(&prefix))
        .filter_map(|path| {
            let changes = journal.changes(path);
            let at = changes.iter().position(|change| change.position == arrival.position)?;
            let change = changes.get(at.checked_sub(1)?)?;
            let stem = path.stem();
            let is_alias = || {
                aliases().any(|alias| match alias {
                    Alias::Id(id) => id.as_str() == stem,
                    Alias::Page(_, slug) => slug.as_str() == stem,
                })
            };
            let rank = match () {
                () if stem == newer.id.as_str() || stem == newer.slug.as_str() => 0,
                () if is_alias() => 1,
                () if change.blob == arrival.blob => 2,
                () => 3,
            };
            Some((rank, Stand { path, change }))
        })
        .collect();
    candidates.sort_by_key(|(rank, _)| *rank);
    candidates.truncate(MOST_CANDIDATES);
    let stands: Vec<Stand<'_>> = candidates.into_iter().map(|(_, stand)| stand).collect();
    let articles = history.articles(journal, &stands)?;
    let is_same = |older: &Article| {
        let address = Alias::Page(older.topic.clone(), older.slug.clone());
        let id = Alias::Id(older.id.clone());
        older.id == newer.id || aliases().any(|alias| *alias == id || *alias == address)
    };
    let found =
        stands.iter().zip(&articles).find(|(_, article)| article.as_deref().is_some_and(is_same));
    Ok(found.map(|(stand, _)| stand.path.clone()))
}
