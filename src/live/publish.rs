//! From the library to the next edition: assemble, index, swap, and keep a copy for the restart.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use jiff::Timestamp;

use super::dates::CommitDates;
use super::journal::Ground;
use super::library::Library;
use super::saver::{Copy, Saver};
use super::source::Commit;
use super::translations::Translations;
use super::{Edition, Folder, Followed, Origin, Published, snapshot};
use crate::article::{Article, Audience, Problem, SourcePath};
use crate::catalog::{Catalog, Shown};
use crate::search::{GOLDEN_FILE, IndexError, Indexer, Weights};

/// Where articles and index lie, and what time it is.
#[derive(Clone)]
pub struct Settings {
    /// The articles folder.
    pub articles: PathBuf,
    /// The index folder; `None` keeps everything in memory.
    pub index: Option<PathBuf>,
    /// How hits are ranked.
    pub weights: Weights,
    /// Whether somebody will follow the articles: said in the status from the first edition on.
    pub follows: bool,
    /// The commit that the folder holds, when a repository is followed.
    pub commit: Option<Commit>,
    /// The repository that is followed.
    pub repository: Option<Followed>,
    /// Whether all articles are shown as if they were published.
    pub preview: bool,
    /// The time: scheduled articles appear by it.
    pub clock: fn() -> Timestamp,
}

/// What a long start is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading and parsing files.
    Reading,
    /// Writing the index.
    Indexing,
}

/// Told how far a long start is: the stage, steps done, steps in all.
pub type OnProgress<'a> = &'a mut dyn FnMut(Stage, usize, usize);

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The articles folder is not there or cannot be read.
    #[error("cannot read the articles folder {folder}: {source}")]
    Articles {
        /// The folder as it was given.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Keeps the published edition in step with the files.
pub struct Publisher {
    pub(super) settings: Settings,
    pub(super) library: Library,
    indexer: Indexer,
    published: Arc<Published>,
    number: u64,
    fingerprint: u64,
    /// In a preview: what readers would be shown. Problems are told of it, as `check` tells them.
    readers: Option<Catalog>,
    /// When the present edition ends by itself: an article appears or expires.
    next_change: Option<Timestamp>,
    pub(super) origin: Origin,
    /// How translations stood when the folder was last looked at.
    translations: Arc<Translations>,
    saver: Option<Saver>,
    copy_due: Option<Instant>,
}

impl Publisher {
    /// Reads everything and publishes the first edition.
    pub fn start(
        settings: Settings,
        published: Arc<Published>,
        progress: OnProgress<'_>,
    ) -> Result<Self, LiveError> {
        let folder = Folder::new(&settings.articles);
        let indexer = open_index(settings.index.as_deref())?;
        let mut restored = match &settings.index {
            Some(index) => snapshot::read(index),
            None => snapshot::Restored::default(),
        };
        let dates = CommitDates::read(folder.root(), settings.commit.as_ref(), &restored.dates);
        let mut library = Library::new(folder);
        library.restore(std::mem::take(&mut restored.files));
        library.tells_same_pictures = settings.preview;
        library.dates = std::mem::take(&mut restored.dates);
        library.set_dates(dates);
        library.commit.clone_from(&settings.commit);
        let saver = settings.index.clone().map(Saver::start);
        let mut publisher = Self {
            library,
            indexer,
            published,
            number: restored.edition,
            fingerprint: restored.fingerprint,
            readers: None,
            next_change: None,
            origin: Origin {
                watching: match (&settings.repository, settings.follows) {
                    (Some(_), _) => "repository",
                    (None, true) => "notify",
                    (None, false) => "none",
                }
                .to_owned(),
                repository: settings.repository.clone(),
                ..Origin::default()
            },
            translations: Arc::default(),
            saver,
            copy_due: None,
            settings,
        };
        let changed = publisher
            .library
            .rescan(&mut |done, total| progress(Stage::Reading, done, total))
            .map_err(|source| LiveError::Articles {
                folder: publisher.settings.articles.display().to_string(),
                source,
            })?;
        tracing::debug!(changed, files = publisher.library.files.len(), "the articles are read");
        publisher.publish(progress)?;
        if changed {
            publisher.changed();
            // Nobody else will look when it is due.
            if !publisher.settings.follows {
                publisher.save();
            }
        }
        Ok(publisher)
    }

    /// The clock that editions are made by.
    pub(super) fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    /// When time alone calls for another edition.
    pub(super) fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }

    /// Reads these files again and publishes what changed.
    pub(super) fn refresh(&mut self, paths: &BTreeSet<SourcePath>) -> Result<bool, LiveError> {
        let changed = self.library.refresh(paths);
        if changed {
            self.publish(&mut |_, _, _| {})?;
            self.changed();
        }
        Ok(changed)
    }

    /// Looks at the whole folder and publishes what changed.
    pub(super) fn rescan(&mut self) -> Result<bool, LiveError> {
        let dates = CommitDates::read(self.library.folder.root(), None, &self.library.dates);
        let dates_changed = self.library.set_dates(dates);
        self.origin.commit.clone_from(&self.library.dates.head);
        let outcome = self.library.rescan(&mut |_, _| {});
        let degraded = match &outcome {
            Err(error) => Some(format!(
                "the articles folder cannot be read ({}): the last good articles are served",
                error.kind()
            )),
            Ok(_) if self.library.is_held() => Some(
                "more than half of the articles are gone at once: the last good ones are served until that is certain"
                    .to_owned(),
            ),
            Ok(_) => None,
        };
        self.set_degraded(degraded);
        let changed = outcome.unwrap_or(false) || dates_changed;
        let state_changed =
            self.published.current().is_some_and(|edition| edition.origin != self.origin);
        let changed = changed || state_changed;
        if changed {
            self.publish(&mut |_, _, _| {})?;
            self.changed();
        }
        Ok(self.compare_translations()? || changed)
    }

    /// Looks which translations are behind their source, and publishes that when it is new. Not part
    /// of a start or a save: git has to be asked.
    pub fn compare_translations(&mut self) -> Result<bool, LiveError> {
        let Some(edition) = self.published.current() else { return Ok(false) };
        let next = self.compared(&edition.catalog);
        let is_new = !next.behind().eq(self.translations.behind());
        self.translations = Arc::new(next);
        if is_new {
            self.publish(&mut |_, _, _| {})?;
        }
        Ok(is_new)
    }

    fn compared(&self, catalog: &Catalog) -> Translations {
        let ground = match &self.library.commit {
            Some(commit) => Ground::Commit(commit.clone()),
            None => Ground::Folder(self.library.folder.root().to_owned()),
        };
        self.translations.next(&ground, catalog, &self.library.facts, &self.library.dates)
    }

    /// Notes what is wrong with following the articles.
    pub(super) fn set_degraded(&mut self, degraded: Option<String>) {
        if self.origin.degraded == degraded {
            return;
        }
        if let Some(reason) = &degraded {
            tracing::warn!("{reason}");
        } else {
            tracing::info!("the articles are followed again");
        }
        self.origin.degraded = degraded;
    }

    /// Makes the next edition and swaps it in, whole.
    pub(super) fn publish(&mut self, progress: OnProgress<'_>) -> Result<(), LiveError> {
        let started = Instant::now();
        let now = self.now();
        self.keep_quarantine();
        let (catalog, problems) = self.assemble(now);
        let index = self.indexer.sync(&catalog, self.library.synonyms(), &mut |done, total| {
            progress(Stage::Indexing, done, total);
        })?;

        let synonyms_digest = self.library.synonyms_digest();
        let fingerprint =
            catalog.shelf(Audience::Staff).fingerprint().0 ^ synonyms_digest.0.rotate_left(1);
        // A restart with unchanged articles goes on with the edition it left off with.
        let last = self.published.current();
        let same_problems = last.as_ref().map(|edition| edition.problems == problems);
        if self.library.commit.is_some() {
            // One commit has one edition: nothing of it comes later.
            self.translations = Arc::new(self.compared(&catalog));
        }
        // Not kept over restarts: that a translation is behind is found out after each.
        let told = |translations: &Translations| translations.fingerprint(Audience::Staff);
        let is_told_otherwise =
            last.as_ref().is_some_and(|last| told(&last.translations) != told(&self.translations));
        let is_other = fingerprint != self.fingerprint || is_told_otherwise;
        self.number = match &self.settings.commit {
            Some(commit) => {
                commit.edition(catalog.turns(commit.at, now) as u64, self.number, is_other)
            }
            None if self.number == 0 || is_other || same_problems == Some(false) => self.number + 1,
            None => self.number,
        };
        self.fingerprint = fingerprint;
        self.next_change = catalog.next_change();
        self.origin.commit.clone_from(&self.library.dates.head);
        let (articles, count) = (catalog.shelf(Audience::Staff).article_count(), problems.len());
        if self.settings.follows && same_problems != Some(true) {
            log_new(last.as_deref(), &problems);
        }
        let quarantined =
            if self.settings.preview { self.library.quarantined() } else { BTreeSet::new() };
        self.published.publish(Edition {
            number: self.number,
            catalog,
            index: index.clone(),
            problems,
            indexed_at: now,
            origin: self.origin.clone(),
            weights: self.settings.weights.clone(),
            synonyms_digest,
            golden: Arc::clone(self.library.golden()),
            quarantined,
            translations: Arc::clone(&self.translations),
        });
        self.library.published();
        let took = started.elapsed();
        metrics::histogram!("spravka_reload_seconds").record(took.as_secs_f64());
        tracing::info!(
            edition = self.number,
            articles,
            problems = count,
            took_ms = took.as_millis() as u64,
            "an edition is published"
        );
        if let Some(folder) = &self.settings.index
            && let Err(error) = snapshot::write_number(folder, self.number, fingerprint)
        {
            tracing::warn!(%error, "the edition's number cannot be written down");
        }
        // The first visitors should not wait for words to be analyzed; nor should this thread.
        if self.settings.follows {
            thread::spawn(move || index.warm());
        }
        Ok(())
    }

    /// Writes down the last good versions of broken files, when there may be others than before.
    fn keep_quarantine(&mut self) {
        let Some(folder) = self.settings.index.as_deref() else { return };
        if !self.library.quarantine_changed {
            return;
        }
        match snapshot::write_quarantine(folder, &self.library.files) {
            Ok(()) => self.library.quarantine_changed = false,
            Err(error) => {
                tracing::warn!(%error, "the last good versions of broken files cannot be written down");
            }
        }
    }

    /// Notes that what was read differs from its copy.
    pub(super) fn changed(&mut self) {
        if self.saver.is_some() {
            self.copy_due.get_or_insert_with(|| Instant::now() + Saver::PAUSE);
        }
    }

    /// When what was read has to be written down.
    pub(super) fn copy_due(&self) -> Option<Instant> {
        self.copy_due
    }

    /// Has what was read written down.
    pub(super) fn save(&mut self) {
        self.copy_due = None;
        if let Some(saver) = &self.saver {
            let (dates, files) = (self.library.dates.clone(), self.library.files.clone());
            saver.save(Copy { dates, files });
        }
    }

    /// The catalog at a moment, with everything that is wrong with the files.
    fn assemble(&mut self, now: Timestamp) -> (Catalog, Vec<Problem>) {
        let previous = self.published.current();
        if let Some(edited) = previous.as_deref().and_then(|edition| self.edited(edition, now)) {
            return edited;
        }
        let indexer = &mut self.indexer;
        let mut problems = self.library.settle(|locale| indexer.analyzer(locale));
        // Of two articles of one name, the one that was served keeps it; where a repository is
        // followed, the one that is older by its history, whatever this machine has served.
        let served = previous.as_ref().map(|edition| &edition.catalog);
        let mut content = self.library.content();
        let before = self.readers.as_ref().or(served);
        let before = before.filter(|_| self.library.commit.is_none());
        let (mut catalog, found) = Catalog::assemble(&content, now, before);
        problems.extend(found);
        problems.extend(self.library.problems());
        problems.extend(self.golden_problems(&catalog));
        sort(&mut problems);
        if self.settings.preview {
            content.shown = Shown::Everything;
            let (everything, _) = Catalog::assemble(&content, now, served);
            self.readers = Some(std::mem::replace(&mut catalog, everything));
        }
        (catalog, problems)
    }

    /// The same, made of the last edition, when articles have changed and nothing that others
    /// depend on: the usual save, and its time does not grow with the help center. A draft is not
    /// among what readers see: in a preview, saving one assembles everything.
    fn edited(&mut self, last: &Edition, now: Timestamp) -> Option<(Catalog, Vec<Problem>)> {
        let edited = self.library.edited()?;
        let paths: HashSet<&SourcePath> = edited.iter().map(|(path, ..)| *path).collect();
        let (theirs, others): (Vec<&Problem>, Vec<&Problem>) =
            last.problems.iter().partition(|problem| paths.contains(&problem.path));
        let articles: Vec<Arc<Article>> =
            edited.iter().map(|(.., article)| Arc::clone(article)).collect();
        let for_readers = self.readers.as_ref().unwrap_or(&last.catalog);
        let (mut catalog, found) = for_readers.with_edits(&articles, &theirs, now)?;
        let everything = match &self.readers {
            Some(_) => Some(last.catalog.with_edits(&articles, &theirs, now)?.0),
            None => None,
        };
        let mut problems: Vec<Problem> = others.into_iter().cloned().collect();
        problems.extend(found);
        problems.extend(edited.iter().flat_map(|(_, state, _)| &state.problems).cloned());
        sort(&mut problems);
        if let Some(everything) = everything {
            self.readers = Some(std::mem::replace(&mut catalog, everything));
        }
        Some((catalog, problems))
    }

    fn golden_problems(&self, catalog: &Catalog) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (locale, queries) in &**self.library.golden() {
            let path = SourcePath::new(&format!("{locale}/{GOLDEN_FILE}"));
            let text = self.library.text(&path).unwrap_or_default();
            let shelf = catalog.shelf(Audience::Public).locale(locale);
            let knows = |id: &_| shelf.is_some_and(|shelf| shelf.article(id).is_some());
            problems.extend(queries.iter().filter_map(|query| query.check(&path, &text, knows)));
        }
        problems
    }

    /// Writes down what was read before the program ends.
    pub fn stop(mut self) {
        if self.copy_due.is_some() {
            self.save();
        }
        if let Some(saver) = self.saver.take() {
            saver.finish();
        }
    }
}

/// By file and line.
fn sort(problems: &mut [Problem]) {
    problems.sort_by(|a, b| (&a.path, a.spot, a.severity).cmp(&(&b.path, b.spot, b.severity)));
}

/// Logs the problems that the last edition did not have.
fn log_new(last: Option<&Edition>, problems: &[Problem]) {
    /// After a folder has moved there are thousands; a log is no report.
    const MOST: usize = 50;
    let known: HashSet<&Problem> = last.iter().flat_map(|edition| &edition.problems).collect();
    let new: Vec<&Problem> = problems.iter().filter(|p| !known.contains(p)).collect();
    for problem in new.iter().take(MOST) {
        tracing::warn!("{problem}");
    }
    if new.len() > MOST {
        tracing::warn!("and {} problems more: see `spravka check`", new.len() - MOST);
    }
}

/// The index on disk; in memory when its folder cannot be used at all, for readers come first.
fn open_index(folder: Option<&Path>) -> Result<Indexer, LiveError> {
    let Some(folder) = folder else { return Ok(Indexer::in_memory()) };
    match Indexer::open(folder) {
        Err(IndexError::Folder(error)) => {
            tracing::error!(%error, "the index folder cannot be written: the index is kept in memory and built at every start");
            Ok(Indexer::in_memory())
        }
        other => Ok(other?),
    }
}
