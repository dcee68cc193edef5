//! Every file in its last good version: what editions are made of.
//!
//! A file that breaks keeps the version it had (quarantine); a file that is gone is gone; but a
//! folder that is suddenly half empty is more likely an accident than an edit, and is not believed
//! at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Golden;
use super::dates::CommitDates;
use super::parsing::Outcome;
use super::read::{FileKind, Folder, Found, Oddity, Stamp};
use super::source::{Commit, Lineage};
use crate::article::{Article, Digest, Facts, IndexPage, Locale, Problem, SourcePath, Spot};
use crate::catalog::{Content, PixelSize, Site, Words};
use crate::search::{Analyzer, GOLDEN_FILE, GoldenQuery, Synonyms};

/// A folder with at least this many articles that loses more than half of them at once…
const HOLD_FROM: usize = 20;
/// …is believed after this long.
const HOLD_FOR: Duration = Duration::from_secs(30);

/// What is gone is looked for once more after this long…
const SETTLE: Duration = Duration::from_millis(120);
/// …and again while it changes, at most so often.
const MOST_LOOKS: usize = 20;

/// What a file was good for when it was last good.
#[derive(Debug, Clone)]
pub(super) enum Good {
    Article(Arc<Article>),
    Page(Arc<IndexPage>),
    /// How large it is, when it is a picture.
    Asset(Option<PixelSize>),
    /// A settings file: its text, for problems with what it says.
    Settings(Arc<str>),
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct FileState {
    pub(super) stamp: Stamp,
    pub(super) digest: Digest,
    /// The last good version, perhaps an older one than what is on disk.
    pub(super) good: Option<Good>,
    pub(super) problems: Vec<Problem>,
    /// Whether `good` is not what is on disk.
    pub(super) quarantined: bool,
    /// When the file came, counted in readings: of two that claim one id, the earlier keeps it.
    pub(super) since: u64,
}

/// How far reading is: files done, files in all.
pub(super) type ReadProgress<'a> = &'a mut dyn FnMut(usize, usize);

/// All files of the articles folder.
pub(super) struct Library {
    pub(super) folder: Folder,
    pub(super) files: BTreeMap<SourcePath, FileState>,
    pub(super) dates: CommitDates,
    /// The commit that the files are of, when a repository is followed.
    pub(super) commit: Option<Commit>,
    pub(super) lineage: Lineage,
    odd: Vec<Oddity>,
    site: Arc<Site>,
    pub(super) facts: Arc<Facts>,
    synonyms: HashMap<Locale, Arc<Synonyms>>,
    words: BTreeMap<Locale, Arc<Words>>,
    golden: Arc<Golden>,
    /// Whether a picture that is another one of the same size counts as a change.
    pub(super) tells_same_pictures: bool,
    held_since: Option<Instant>,
    /// The number of the reading under way.
    reading: u64,
    pub(super) difference: Difference,
    /// Whether other files are served in an older version than were written down, or may be.
    pub(super) quarantine_changed: bool,
    synonyms_digest: Digest,
}

/// What has changed since the last edition.
pub(super) enum Difference {
    /// Articles alone, each still there and an article.
    Articles(BTreeSet<SourcePath>),
    /// Files came or went, or said something that is true of all articles.
    More,
}

impl Library {
    pub(super) fn new(folder: Folder) -> Self {
        Self {
            folder,
            files: BTreeMap::new(),
            dates: CommitDates::default(),
            commit: None,
            lineage: Lineage::default(),
            odd: Vec::new(),
            site: Arc::default(),
            facts: Arc::default(),
            synonyms: HashMap::new(),
            words: BTreeMap::new(),
            golden: Arc::default(),
            tells_same_pictures: false,
            held_since: None,
            reading: 0,
            difference: Difference::More,
            quarantine_changed: true,
            synonyms_digest: Digest(0),
        }
    }

    /// Begins with what was read before a restart.
    pub(super) fn restore(&mut self, files: BTreeMap<SourcePath, FileState>) {
        self.files = files;
        self.facts = Arc::new(self.facts_now());
    }

    /// The articles that have changed since the last edition; `None` when more than articles have.
    pub(super) fn edited(&self) -> Option<Vec<(&SourcePath, &FileState, &Arc<Article>)>> {
        let Difference::Articles(paths) = &self.difference else { return None };
        let edited = paths.iter().map(|path| {
            let (path, state) = self.files.get_key_value(path)?;
            match &state.good {
                Some(Good::Article(article)) => Some((path, state, article)),
                _ => None,
            }
        });
        edited.collect()
    }

    /// Notes that an edition of the present files is published.
    pub(super) fn published(&mut self) {
        self.difference = Difference::Articles(BTreeSet::new());
    }

    /// Looks at the whole folder and reads what is new or changed. Whether anything was.
    pub(super) fn rescan(&mut self, progress: ReadProgress<'_>) -> io::Result<bool> {
        let (mut found, mut odd) = self.folder.scan()?;
        let mut gone = self.missing(&found);
        // What is gone may be about to come back (an editor that deletes and creates, a checkout),
        // or more is about to go: it is believed when it looks the same a moment later.
        for _ in 0..MOST_LOOKS {
            if gone.is_empty() || self.commit.is_some() {
                break;
            }
            std::thread::sleep(SETTLE);
            (found, odd) = self.folder.scan()?;
            let still_gone = self.missing(&found);
            if still_gone == gone {
                break;
            }
            gone = still_gone;
        }
        let new: Vec<Found> = found
            .into_iter()
            .filter(|found| {
                self.files.get(&found.path).is_none_or(|known| known.stamp != found.stamp)
            })
            .collect();
        let odd_changed = odd != self.odd;
        if odd_changed {
            self.difference = Difference::More;
        }
        self.odd = odd;
        Ok(self.apply(new, &gone, true, progress) || odd_changed)
    }

    /// Known files that are not among those found.
    fn missing(&self, found: &[Found]) -> Vec<SourcePath> {
        let there: BTreeSet<&SourcePath> = found.iter().map(|found| &found.path).collect();
        self.files.keys().filter(|path| !there.contains(path)).cloned().collect()
    }

    /// Takes over what a commit has otherwise than the one before it: there is nothing to wait for,
    /// and nothing to doubt.
    pub(super) fn take_commit(&mut self, paths: &BTreeSet<SourcePath>) -> bool {
        let is_gone =
            |path: &&SourcePath| self.files.contains_key(*path) && self.folder.find(path).is_none();
        let gone: Vec<SourcePath> = paths.iter().filter(is_gone).cloned().collect();
        let new: Vec<Found> = paths.iter().filter_map(|path| self.folder.find(path)).collect();
        self.apply(new, &gone, false, &mut |_, _| {})
    }

    /// Looks at these files alone. Whether anything changed.
    pub(super) fn refresh(&mut self, paths: &BTreeSet<SourcePath>) -> bool {
        let is_gone =
            |path: &&SourcePath| self.files.contains_key(*path) && self.folder.find(path).is_none();
        if paths.iter().any(|path| is_gone(&path)) {
            std::thread::sleep(SETTLE);
        }
        let gone: Vec<SourcePath> = paths.iter().filter(is_gone).cloned().collect();
        let new: Vec<Found> = paths.iter().filter_map(|path| self.folder.find(path)).collect();
        self.apply(new, &gone, false, &mut |_, _| {})
    }

    /// Whether so much is gone that the folder is not believed yet.
    pub(super) fn is_held(&self) -> bool {
        self.held_since.is_some()
    }

    fn apply(
        &mut self,
        new: Vec<Found>,
        gone: &[SourcePath],
        whole: bool,
        progress: ReadProgress<'_>,
    ) -> bool {
        let mut changed = false;
        if self.believes(gone, &new, whole) {
            for path in gone {
                changed = true;
                self.difference = Difference::More;
                let state = self.files.remove(path);
                self.quarantine_changed |= state.is_some_and(|state| state.quarantined);
            }
        }
        // All files are looked through for it only when one has come.
        if new.iter().any(|found| !self.files.contains_key(&found.path)) {
            self.reading = self.files.values().map(|state| state.since + 1).max().unwrap_or(0);
        }
        // What articles quote is read before them.
        let (facts, mut new): (Vec<Found>, Vec<Found>) =
            new.into_iter().partition(|found| found.path.as_str() == Facts::FILE);
        for (found, outcome) in self.read_all(facts, &mut |_, _| {}) {
            changed |= self.take(found, outcome);
        }
        new.extend(self.touched_by_facts(&new));
        for (found, outcome) in self.read_all(new, progress) {
            changed |= self.take(found, outcome);
        }
        changed
    }

    /// Whether so much may really be gone. `whole` when the whole folder was looked at.
    fn believes(&mut self, gone: &[SourcePath], new: &[Found], whole: bool) -> bool {
        if self.commit.is_some() {
            return true;
        }
        let lost = gone.len().saturating_sub(new.len());
        let is_half = lost > 0 && lost * 2 >= self.files.len();
        if self.files.len() < HOLD_FROM || !is_half {
            // A single save beside it says nothing of what is gone.
            if whole {
                self.held_since = None;
            }
            return self.held_since.is_none() || gone.is_empty();
        }
        let since = *self.held_since.get_or_insert_with(|| {
            tracing::warn!(
                gone = gone.len(),
                of = self.files.len(),
                "more than half of the articles are gone at once: the last good ones go on being served for half a minute"
            );
            Instant::now()
        });
        let believed = since.elapsed() >= HOLD_FOR;
        if believed {
            self.held_since = None;
        }
        believed
    }

    /// Whether what was read differs from what was known.
    fn take(&mut self, found: Found, outcome: Outcome) -> bool {
        let known = self.files.get(&found.path);
        if let Some(known) = known
            && known.digest == outcome.digest
            && known.problems == outcome.problems
            && known.stamp != Stamp::NONE
            && found.kind != FileKind::Asset
        {
            if let Some(known) = self.files.get_mut(&found.path) {
                known.stamp = found.stamp;
            }
            return false;
        }
        // A picture that is another one of the same size changes no page.
        let is_same_asset = match (known.and_then(|known| known.good.as_ref()), &outcome.good) {
            (Some(Good::Asset(before)), Some(Good::Asset(now))) => before == now,
            _ => false,
        };
        let quarantined = outcome.good.is_none();
        let good = outcome.good.or_else(|| self.last_good(&found.path));
        let known = self.files.get(&found.path);
        let since = match &self.commit {
            // In the order of the history, the same on every machine.
            Some(_) => self.dates.first(&found.path).map_or(u64::MAX, |at| at.as_second() as u64),
            None => known.map_or(self.reading, |known| known.since),
        };
        self.quarantine_changed |= quarantined || known.is_some_and(|known| known.quarantined);
        let was_article = known.is_some_and(|known| matches!(known.good, Some(Good::Article(_))));
        match &mut self.difference {
            Difference::Articles(paths)
                if was_article && matches!(good, Some(Good::Article(_))) =>
            {
                paths.insert(found.path.clone());
            }
            difference => *difference = Difference::More,
        }
        let state = FileState {
            stamp: found.stamp,
            digest: outcome.digest,
            good,
            problems: outcome.problems,
            quarantined,
            since,
        };
        self.files.insert(found.path, state);
        !is_same_asset || self.tells_same_pictures
    }

    /// Reads the settings files again; called when anything changed. `analyzer` gives a locale's.
    pub(super) fn settle(
        &mut self,
        mut analyzer: impl FnMut(&Locale) -> Arc<Analyzer>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let site_path = SourcePath::new(Site::FILE);
        match self.text(&site_path).and_then(|text| Site::parse(&site_path, &text).ok()) {
            Some(site) if site.digest != self.site.digest => self.site = Arc::new(site),
            Some(_) => {}
            None => self.site = Arc::default(),
        }
        let settings: Vec<(SourcePath, Arc<str>)> = self
            .files
            .iter()
            .filter_map(|(path, state)| match &state.good {
                Some(Good::Settings(text)) => Some((path.clone(), Arc::clone(text))),
                _ => None,
            })
            .collect();
        let mut synonyms = HashMap::new();
        let mut golden = Golden::new();
        self.words.clear();
        for (path, text) in settings {
            let Ok(locale) = path.folder().parse::<Locale>() else { continue };
            if path.file_name() == Synonyms::FILE {
                let (found, wrong) = Synonyms::parse(&path, &text, &analyzer(&locale));
                synonyms.insert(locale, Arc::new(found));
                problems.extend(wrong);
            } else if path.file_name() == Words::FILE {
                let (words, wrong) = Words::parse(&path, &text, &locale);
                self.words.insert(locale, Arc::new(words));
                problems.extend(wrong);
            } else if path.file_name() == GOLDEN_FILE {
                let (queries, wrong) = GoldenQuery::parse(&path, &text);
                golden.insert(locale, queries);
                problems.extend(wrong);
            }
        }
        self.synonyms = synonyms;
        self.golden = Arc::new(golden);
        let files = self.files.iter().filter(|(path, _)| path.file_name() == Synonyms::FILE);
        let digest = files.fold(0_u64, |sum, (_, state)| sum.rotate_left(7) ^ state.digest.0);
        self.synonyms_digest = Digest(digest);
        problems
    }

    pub(super) fn synonyms(&self) -> &HashMap<Locale, Arc<Synonyms>> {
        &self.synonyms
    }

    /// The hash of all synonym files.
    pub(super) fn synonyms_digest(&self) -> Digest {
        self.synonyms_digest
    }

    pub(super) fn golden(&self) -> &Arc<Golden> {
        &self.golden
    }

    /// Files of which an older version than the one on disk is served.
    pub(super) fn quarantined(&self) -> BTreeSet<SourcePath> {
        let old = self.files.iter().filter(|(_, state)| state.quarantined && state.good.is_some());
        old.map(|(path, _)| path.clone()).collect()
    }

    /// The text of a settings file in its last good version.
    pub(super) fn text(&self, path: &SourcePath) -> Option<Arc<str>> {
        match self.files.get(path)?.good.as_ref()? {
            Good::Settings(text) => Some(Arc::clone(text)),
            _ => None,
        }
    }

    /// What an edition is made of.
    pub(super) fn content(&self) -> Content {
        let mut content = Content {
            site: Arc::clone(&self.site),
            words: self.words.clone(),
            facts: Arc::clone(&self.facts),
            ..Content::default()
        };
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by_key(|(_, state)| state.since);
        for (path, state) in files {
            match &state.good {
                Some(Good::Article(article)) => content.articles.push(Arc::clone(article)),
                Some(Good::Page(page)) => content.pages.push(Arc::clone(page)),
                Some(Good::Asset(size)) => {
                    content.assets.insert(path.clone(), *size);
                }
                Some(Good::Settings(_)) | None => {}
            }
        }
        content
    }

    /// What is wrong with single files.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let files = self.files.values().flat_map(|state| &state.problems).cloned();
        let odd = self.odd.iter().map(|odd| {
            let message = format!("this is {} and is not read", odd.what);
            Problem::error(&odd.path, "", Spot::START, "not-a-file", message)
                .hint("put a regular file in its place")
        });
        files.chain(odd).collect()
    }

    /// Takes new commit dates over into the articles. Whether any changed.
    pub(super) fn set_dates(&mut self, dates: CommitDates) -> bool {
        if dates == self.dates {
            return false;
        }
        let mut changed = false;
        for (path, state) in &mut self.files {
            if let Some(Good::Article(article)) = &mut state.good
                && let Some(date) = dates.of(path)
                && !article.has_own_date
                && article.updated != Some(date)
            {
                Arc::make_mut(article).updated = Some(date);
                self.quarantine_changed |= state.quarantined;
                changed = true;
            }
        }
        self.dates = dates;
        if changed {
            self.difference = Difference::More;
        }
        changed
    }
}
