//! Translations in step: which of them lack what their source has said since, by the history of the
//! repository.
//!
//! The source of an article is its version in the site's first locale. A translation is behind when
//! the source was changed after the translation was last committed, and its readers are told
//! something else. Of which are, the dates of the last commits tell; only of those that may be is
//! the source compared with what it was.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::dates::CommitDates;
use super::journal::{Change, Ground, Journal, JournalError, Version, read_versions};
use super::read::Folder;
use crate::article::{
    Article, Audience, Digest, Facts, Locale, Parsed, Source, SourcePath, parse_with,
};
use crate::catalog::{Catalog, Drift};

/// How a translation stands to its source that has gone on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// When the source first said something else; `None` while that is not committed.
    pub since: Option<Timestamp>,
    /// When it last did.
    pub changed: Option<Timestamp>,
}

/// The translations of an edition that are behind.
#[derive(Debug, Clone, Default)]
pub struct Translations {
    /// `None` before anything was compared.
    ground: Option<Ground>,
    facts: Arc<Facts>,
    /// By the translation's file.
    behind: BTreeMap<SourcePath, Behind>,
    /// What was found out, so that it is not found out again.
    known: HashMap<SourcePath, Known>,
    /// The hashes of what the public and staff are told of it.
    told: [u64; 2],
}

/// What was found of a translation, and of which versions that is true.
#[derive(Debug, Clone)]
struct Known {
    translated: Timestamp,
    source: Digest,
    is_uncommitted: bool,
    behind: Option<Behind>,
}

/// A translation and its source.
struct Pair<'a> {
    source: &'a Arc<Article>,
    translation: &'a Arc<Article>,
}

/// What a translation lacks, in full.
#[derive(Debug, Clone)]
pub struct Lag {
    /// The source as it is now.
    pub source: Arc<Article>,
    /// The translation.
    pub translation: Arc<Article>,
    /// The commits that made the source say something else, oldest first.
    pub commits: Vec<Change>,
    /// Whether more of it is not committed.
    pub is_uncommitted: bool,
    /// What the source says otherwise than when the translation was made; `None` when it cannot be
    /// compared, because it was another file or no article then.
    pub drift: Option<Drift>,
}

impl Lag {
    /// Since when; `None` while it is not committed.
    pub fn since(&self) -> Option<Timestamp> {
        self.commits.first().map(|commit| commit.at)
    }
}

/// How all translations stand.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Those that are behind, worst first.
    pub behind: Vec<Lag>,
    /// Sources that a locale has no translation of.
    pub missing: Vec<(Arc<Article>, Locale)>,
    /// The articles in step, by locale.
    pub in_step: HashMap<Locale, usize>,
}

impl Translations {
    /// Whether a translation is behind, by its file.
    pub fn of(&self, path: &SourcePath) -> Option<Behind> {
        self.behind.get(path).copied()
    }

    /// The files of those that are behind.
    pub fn behind(&self) -> impl Iterator<Item = (&SourcePath, Behind)> {
        self.behind.iter().map(|(path, behind)| (path, *behind))
    }

    /// The hash of what an audience is told of it: part of what makes its pages.
    pub fn fingerprint(&self, audience: Audience) -> u64 {
        self.told[usize::from(audience == Audience::Staff)]
    }

    fn hash_for(&self, catalog: &Catalog, audience: Audience) -> u64 {
        let articles = catalog.shelf(audience).locales().flat_map(|shelf| shelf.articles());
        let told = articles.filter_map(|article| Some((&article.path, self.of(&article.path)?)));
        told.map(|(path, behind)| Digest::of(format!("{path} {behind:?}").as_bytes()).0)
            .fold(0, u64::wrapping_add)
    }

    /// How the translations of a catalog stand; `self` is how they stood before.
    pub(super) fn next(
        &self,
        ground: &Ground,
        catalog: &Catalog,
        facts: &Arc<Facts>,
        dates: &CommitDates,
    ) -> Self {
        let none =
            Self { ground: Some(ground.clone()), facts: Arc::clone(facts), ..Self::default() };
        if dates.head.is_none() || catalog.shelf(Audience::Staff).locales().len() < 2 {
            return none;
        }
        let uncommitted = match Journal::uncommitted(ground) {
            Ok(uncommitted) => uncommitted,
            Err(error) => {
                tracing::warn!(%error, "translations are not compared with their sources");
                return none;
            }
        };
        let started = Instant::now();
        let mut next = none;
        let mut open: Vec<(Pair<'_>, Timestamp, bool)> = Vec::new();
        for pair in pairs(catalog) {
            let path = &pair.translation.path;
            let Some(translated) = dates.of(path).filter(|_| !uncommitted.contains(path)) else {
                continue;
            };
            let is_uncommitted = uncommitted.contains(&pair.source.path);
            let is_newer = dates.of(&pair.source.path).is_some_and(|at| at > translated);
            if !is_newer && !is_uncommitted {
                continue;
            }
            let is_known = |known: &&Known| {
                known.translated == translated
                    && known.source == pair.source.digest
                    && known.is_uncommitted == is_uncommitted
            };
            match self.known.get(path).filter(is_known) {
                Some(known) => next.keep(path, known.clone()),
                None => open.push((pair, translated, is_uncommitted)),
            }
        }
        let compared = open.len();
        if let Err(error) = next.compare(ground, &open) {
            tracing::warn!(%error, "translations are compared with their sources by date alone");
            for (pair, translated, is_uncommitted) in &open {
                let changed = dates.of(&pair.source.path).filter(|_| !is_uncommitted);
                let behind = Some(Behind { since: changed, changed });
                next.keep(
                    &pair.translation.path,
                    known(pair, *translated, *is_uncommitted, behind),
                );
            }
        }
        if compared > 0 {
            let (behind, took_ms) = (next.behind.len(), started.elapsed().as_millis() as u64);
            tracing::info!(
                compared,
                behind,
                took_ms,
                "translations are compared with their sources"
            );
        }
        next.told =
            [Audience::Public, Audience::Staff].map(|audience| next.hash_for(catalog, audience));
        next
    }

    fn keep(&mut self, path: &SourcePath, known: Known) {
        if let Some(behind) = known.behind {
            self.behind.insert(path.clone(), behind);
        }
        self.known.insert(path.clone(), known);
    }

    /// Compares sources with what they said when their translations were made.
    fn compare(
        &mut self,
        ground: &Ground,
        open: &[(Pair<'_>, Timestamp, bool)],
    ) -> Result<(), JournalError> {
        let Some(oldest) = open.iter().map(|(_, translated, _)| *translated).min() else {
            return Ok(());
        };
        let journal = Journal::read(ground, Some(oldest - SignedDuration::from_secs(1)))?;
        let bases: Vec<Option<Version>> = open
            .iter()
            .map(|(pair, translated, _)| {
                match journal.of(&pair.source.path).iter().rfind(|c| c.at > *translated) {
                    Some(first) => first.before.clone().map(Version::Blob),
                    None => Some(Version::AtHead(pair.source.path.clone())),
                }
            })
            .collect();
        let wanted: Vec<&Version> = bases.iter().flatten().collect();
        let texts = read_versions(ground, &wanted)?;
        for ((pair, translated, is_uncommitted), base) in open.iter().zip(&bases) {
            let base = base.as_ref().and_then(|version| texts.get(version));
            let before = base.and_then(|bytes| article_of(&pair.source.path, bytes, &self.facts));
            let is_same =
                before.is_some_and(|before| Drift::between(&before, pair.source).is_empty());
            let since = journal.of(&pair.source.path).iter().filter(|c| c.at > *translated);
            let (first, last) = (since.clone().next_back(), since.clone().next());
            let behind = Behind {
                since: first.map(|change| change.at),
                changed: last.filter(|_| !is_uncommitted).map(|change| change.at),
            };
            let behind = (!is_same).then_some(behind);
            self.keep(&pair.translation.path, known(pair, *translated, *is_uncommitted, behind));
        }
        Ok(())
    }

    /// What one translation lacks, in full. Asks git: not for every page.
    pub fn lag(&self, catalog: &Catalog, path: &SourcePath) -> Result<Option<Lag>, JournalError> {
        let mut pairs = pairs(catalog);
        let Some(pair) = pairs.find(|pair| pair.translation.path == *path) else {
            return Ok(None);
        };
        let Some(ground) = &self.ground else { return Ok(None) };
        let journal = Journal::read(ground, None)?;
        let uncommitted = Journal::uncommitted(ground)?;
        let ground = Facted { ground, facts: &self.facts };
        Ok(lags(&ground, &[pair], &journal, &uncommitted)?.pop())
    }
}

impl Standing {
    /// How all translations in a locale, or in all, stand; what they lack in full.
    pub fn of(
        folder: &Folder,
        catalog: &Catalog,
        locale: Option<&Locale>,
    ) -> Result<Self, JournalError> {
        let ground = &Ground::Folder(folder.root().to_owned());
        Journal::require_whole(ground)?;
        let journal = Journal::read(ground, None)?;
        let uncommitted = Journal::uncommitted(ground)?;
        let facts = folder.facts();
        let ground = Facted { ground, facts: &facts };
        let is_meant = |other: &Locale| locale.is_none_or(|locale| locale == other);
        let pairs: Vec<Pair<'_>> =
            pairs(catalog).filter(|pair| is_meant(&pair.translation.locale)).collect();
        let mut behind = lags(&ground, &pairs, &journal, &uncommitted)?;
        behind.sort_by_key(|lag| {
            let words = lag.drift.as_ref().map_or(usize::MAX, Drift::words);
            (std::cmp::Reverse(words), lag.since(), lag.translation.path.clone())
        });
        let mut in_step: HashMap<Locale, usize> = HashMap::new();
        let late: HashSet<&SourcePath> = behind.iter().map(|lag| &lag.translation.path).collect();
        for pair in &pairs {
            let is_behind = late.contains(&pair.translation.path);
            *in_step.entry(pair.translation.locale.clone()).or_default() += usize::from(!is_behind);
        }
        let mut missing = Vec::new();
        let mut shelves = catalog.shelf(Audience::Staff).locales();
        if let Some(sources) = shelves.next() {
            for shelf in shelves.filter(|shelf| is_meant(&shelf.locale)) {
                let lacks = |source: &&Arc<Article>| shelf.article(&source.id).is_none();
                let lacking = sources.articles().iter().filter(lacks);
                missing.extend(lacking.map(|source| (Arc::clone(source), shelf.locale.clone())));
            }
        }
        Ok(Self { behind, missing, in_step })
    }
}

/// All translations with their sources, as staff see them.
fn pairs(catalog: &Catalog) -> impl Iterator<Item = Pair<'_>> {
    let mut shelves = catalog.shelf(Audience::Staff).locales();
    let sources = shelves.next();
    shelves.flat_map(|shelf| shelf.articles()).filter_map(move |translation| {
        let source = sources?.article(&translation.id)?;
        Some(Pair { source, translation })
    })
}

fn known(
    pair: &Pair<'_>,
    translated: Timestamp,
    uncommitted: bool,
    behind: Option<Behind>,
) -> Known {
    let source = pair.source.digest;
    Known { translated, source, is_uncommitted: uncommitted, behind }
}

/// What these translations lack, of those that lack something.
fn lags(
    from: &Facted<'_>,
    pairs: &[Pair<'_>],
    journal: &Journal,
    uncommitted: &HashSet<SourcePath>,
) -> Result<Vec<Lag>, JournalError> {
    // Changes of each source since its translation, newest first.
    let mut open: Vec<(&Pair<'_>, Vec<&Change>, bool)> = Vec::new();
    for pair in pairs {
        let path = &pair.translation.path;
        let Some(translated) = journal.of(path).first() else { continue };
        if uncommitted.contains(path) {
            continue;
        }
        let changes = journal.of(&pair.source.path).iter();
        let newer: Vec<&Change> = changes.take_while(|c| c.is_newer_than(translated)).collect();
        let is_uncommitted = uncommitted.contains(&pair.source.path);
        if !newer.is_empty() || is_uncommitted {
            open.push((pair, newer, is_uncommitted));
        }
    }
    let at_head = |pair: &Pair<'_>| Version::AtHead(pair.source.path.clone());
    let mut wanted: Vec<Version> = Vec::new();
    for (pair, newer, _) in &open {
        wanted.extend(
            newer
                .iter()
                .flat_map(|c| [c.before.clone(), c.after.clone()])
                .flatten()
                .map(Version::Blob),
        );
        wanted.push(at_head(pair));
    }
    let texts = read_versions(from.ground, &wanted.iter().collect::<Vec<_>>())?;
    let read = |pair: &Pair<'_>, version: Option<Version>| {
        article_of(&pair.source.path, texts.get(&version?)?, from.facts)
    };
    let mut lags = Vec::new();
    for (pair, newer, is_uncommitted) in open {
        let base = match newer.last() {
            Some(first) => read(pair, first.before.clone().map(Version::Blob)),
            None => read(pair, Some(at_head(pair))),
        };
        let drift = base.as_ref().map(|base| Drift::between(base, pair.source));
        if drift.as_ref().is_some_and(Drift::is_empty) {
            continue;
        }
        // Commits after which readers were told what they had been told before do not count.
        let mut before = base;
        let mut commits = Vec::new();
        for change in newer.iter().rev() {
            let after = read(pair, change.after.clone().map(Version::Blob));
            let is_same = match (&before, &after) {
                (Some(before), Some(after)) => Drift::between(before, after).is_empty(),
                _ => false,
            };
            if !is_same {
                commits.push((*change).clone());
            }
            before = after;
        }
        let head = read(pair, Some(at_head(pair)));
        let is_uncommitted = is_uncommitted
            && head.is_none_or(|head| !Drift::between(&head, pair.source).is_empty());
        lags.push(Lag {
            source: Arc::clone(pair.source),
            translation: Arc::clone(pair.translation),
            commits,
            is_uncommitted,
            drift,
        });
    }
    Ok(lags)
}

/// Where versions are read, and the facts that they are read with: those of today, for a translation
/// need not follow what both quote.
struct Facted<'a> {
    ground: &'a Ground,
    facts: &'a Facts,
}

/// The article that a file was; `None` when it was none.
fn article_of(path: &SourcePath, bytes: &[u8], facts: &Facts) -> Option<Article> {
    let source = Source { path: path.clone(), bytes: bytes.to_vec(), modified: None };
    match parse_with(&source, facts).0 {
        Parsed::Article(article) => Some(*article),
        Parsed::Index(_) | Parsed::Nothing => None,
    }
}
