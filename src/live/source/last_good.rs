//! The last good version of a broken file, by the history of the branch and not by what this machine
//! has served: a server that begins today has the same.
//!
//! A version is a file with the facts of its time: what quotes a fact that is removed was good until
//! then, and stays as it was.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use super::commit::Commit;
use crate::article::{Facts, SourcePath};
use crate::live::git::git;
use crate::live::history::journal::{Journal, Repository};
use crate::live::library::{Good, Library};
use crate::live::read::{FileKind, kind_of};

/// Versions that are looked through for a good one.
const MOST: usize = 50;

/// What is known of the history; added to with each commit.
#[derive(Default)]
pub(in crate::live) struct Lineage(Mutex<Known>);

#[derive(Default)]
struct Known {
    journal: Option<Arc<Journal>>,
    /// What `facts.yaml` said, by the name of its content; `None` for what cannot be read.
    facts: HashMap<Box<str>, Option<Arc<Facts>>>,
}

/// A file and the facts that it quotes, by the names of their contents.
#[derive(PartialEq, Eq)]
struct Version<'a> {
    file: &'a str,
    facts: Vec<&'a str>,
}

impl Library {
    /// The last version of a file that was good, as of the commit that is taken over.
    pub(in crate::live) fn good_in_history(
        &self,
        commit: &Commit,
        path: &SourcePath,
    ) -> Option<Good> {
        let kind = kind_of(path)?;
        let journal = self.lineage.journal(commit)?;
        let mut tried: Option<Version<'_>> = None;
        for version in versions(&journal, path, kind).take(MOST) {
            if tried.as_ref() == Some(&version) {
                continue;
            }
            let bytes = content(commit, version.file)?;
            let facts = self.lineage.facts(commit, &version.facts);
            let (good, _) = self.parse(path, kind, bytes, None, &facts);
            if good.is_some() {
                return good;
            }
            tried = Some(version);
        }
        None
    }
}

/// The versions of a file, the newest first: after each of its own changes, and after each of the
/// facts. One that was gone in between begins with its return.
fn versions<'a>(
    journal: &'a Journal,
    path: &SourcePath,
    kind: FileKind,
) -> impl Iterator<Item = Version<'a>> {
    let own = journal.changes(path);
    let born = own.iter().rposition(|change| change.blob.is_none()).map_or(0, |at| at + 1);
    let own = &own[born..];
    let first = own.first().map_or(u32::MAX, |change| change.position);
    let of_facts = match kind {
        FileKind::Markdown => journal.changes(&SourcePath::new(Facts::FILE)),
        FileKind::Settings | FileKind::Asset => &[],
    };
    let mut positions: Vec<u32> = own
        .iter()
        .chain(of_facts)
        .map(|change| change.position)
        .filter(|at| *at >= first)
        .collect();
    positions.sort_unstable_by(|a, b| b.cmp(a));
    positions.dedup();
    positions.into_iter().filter_map(move |position| {
        let known = own.partition_point(|change| change.position <= position);
        let file = own[..known].last()?.blob.as_deref()?;
        let known = of_facts.partition_point(|change| change.position <= position);
        // A broken file of facts was held: the one before it went on being true.
        let facts = of_facts[..known].iter().rev().map_while(|change| change.blob.as_deref());
        Some(Version { file, facts: facts.take(MOST).collect() })
    })
}

fn content(commit: &Commit, blob: &str) -> Option<Vec<u8>> {
    let output =
        git(&commit.clone).args(["cat-file", "blob", blob]).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

impl Lineage {
    fn journal(&self, commit: &Commit) -> Option<Arc<Journal>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(journal) = known.journal.as_ref().filter(|j| j.head() == commit.hash) {
            return Some(Arc::clone(journal));
        }
        let repository = Repository { place: &commit.clone, prefix: &commit.prefix };
        let last = known.journal.take().map(Arc::unwrap_or_clone);
        match Journal::up_to(&commit.hash, &repository, last) {
            Ok(journal) => {
                let journal = Arc::new(journal);
                known.journal = Some(Arc::clone(&journal));
                Some(journal)
            }
            Err(error) => {
                tracing::warn!(%error, "the last good versions of broken files are not known");
                None
            }
        }
    }

    /// The first of these contents that can be read.
    fn facts(&self, commit: &Commit, blobs: &[&str]) -> Arc<Facts> {
        let path = SourcePath::new(Facts::FILE);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for blob in blobs {
            let facts = known.facts.entry((*blob).into()).or_insert_with(|| {
                let text = String::from_utf8(content(commit, blob)?).ok()?;
                Facts::parse(&path, &text).ok().map(Arc::new)
            });
            if let Some(facts) = facts {
                return Arc::clone(facts);
            }
        }
        Arc::default()
    }
}
