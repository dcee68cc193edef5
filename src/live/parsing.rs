//! Changed files, read and parsed: what each is good for, and what is wrong with it.

use std::sync::Arc;

use jiff::Timestamp;

use super::library::{Good, Library, ReadProgress};
use super::read::{FileKind, Found, Stamp};
use crate::article::{Digest, Facts, Parsed, Problem, Source, SourcePath, Spot, parse_with};
use crate::catalog::{Site, Words};
use crate::search::{GoldenQuery, Synonyms};

/// What reading a file gave.
pub(super) struct Outcome {
    pub(super) digest: Digest,
    pub(super) good: Option<Good>,
    pub(super) problems: Vec<Problem>,
}

impl Library {
    /// Reads and parses files, on all cores when they are many.
    pub(super) fn read_all(
        &self,
        new: Vec<Found>,
        progress: ReadProgress<'_>,
    ) -> Vec<(Found, Outcome)> {
        /// Fewer files are parsed before a thread has started.
        const MANY: usize = 64;
        let total = new.len();
        if total < MANY {
            let read = |found: Found| {
                let outcome = self.read(&found);
                (found, outcome)
            };
            return new.into_iter().map(read).collect();
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let (sender, receiver) = std::sync::mpsc::channel();
        let mut outcomes = Vec::with_capacity(total);
        std::thread::scope(|scope| {
            for chunk in new.chunks(total.div_ceil(threads)) {
                let sender = sender.clone();
                scope.spawn(move || {
                    for found in chunk {
                        let outcome = self.read(found);
                        if sender.send((found.clone(), outcome)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            for outcome in receiver {
                outcomes.push(outcome);
                progress(outcomes.len(), total);
            }
        });
        outcomes.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        outcomes
    }

    fn read(&self, found: &Found) -> Outcome {
        let path = &found.path;
        if found.kind == FileKind::Asset {
            let good = Some(Good::Asset(self.folder.picture_size(path)));
            return Outcome { digest: Digest(0), good, problems: Vec::new() };
        }
        let (bytes, modified) = match self.folder.read(path) {
            Ok(read) => read,
            Err(error) => {
                let message = format!("the file cannot be read: {}", error.kind());
                let problem = Problem::error(path, "", Spot::START, "unreadable", message)
                    .hint("check its rights; its last good version is served meanwhile");
                return Outcome { digest: Digest(0), good: None, problems: vec![problem] };
            }
        };
        let digest = Digest::of(&bytes);
        if let Some(known) = self.files.get(path)
            && known.digest == digest
            && !known.quarantined
            && known.stamp != Stamp::NONE
        {
            let (good, problems) = (known.good.clone(), known.problems.clone());
            return Outcome { digest, good, problems };
        }
        let (good, problems) = self.parse(path, found.kind, bytes, modified, &self.facts);
        Outcome { digest, good, problems }
    }

    /// What bytes are good for.
    pub(super) fn parse(
        &self,
        path: &SourcePath,
        kind: FileKind,
        bytes: Vec<u8>,
        modified: Option<Timestamp>,
        facts: &Facts,
    ) -> (Option<Good>, Vec<Problem>) {
        if kind == FileKind::Settings {
            let Ok(text) = String::from_utf8(bytes) else {
                let message = "the file is not UTF-8 text";
                let problem = Problem::error(path, "", Spot::START, "not-utf8", message);
                return (None, vec![problem]);
            };
            let problems = unreadable(path, &text);
            let good = problems.is_empty().then(|| Good::Settings(text.into()));
            return (good, problems);
        }
        let modified = self.dates.of(path).or(modified);
        let source = Source { path: path.clone(), bytes, modified };
        let (parsed, problems) = parse_with(&source, facts);
        let good = match parsed {
            Parsed::Article(article) => Some(Good::Article(Arc::from(article))),
            Parsed::Index(page) => Some(Good::Page(Arc::from(page))),
            Parsed::Nothing => None,
        };
        (good, problems)
    }

    /// The last good version of a file that is broken: the one that was served; where a repository
    /// is followed, that of its history, whatever this machine has served.
    pub(super) fn last_good(&self, path: &SourcePath) -> Option<Good> {
        match &self.commit {
            Some(commit) => self.good_in_history(commit, path),
            None => self.files.get(path).and_then(|known| known.good.clone()),
        }
    }
}

/// Why a settings file cannot be read at all: what it said last goes on being true.
fn unreadable(path: &SourcePath, text: &str) -> Vec<Problem> {
    match path.file_name() {
        Site::FILE => Site::parse(path, text).err().unwrap_or_default(),
        Facts::FILE => Facts::parse(path, text).err().unwrap_or_default(),
        Words::FILE => Words::unreadable(path, text).into_iter().collect(),
        Synonyms::FILE => Synonyms::unreadable(path, text).into_iter().collect(),
        _ => GoldenQuery::unreadable(path, text).into_iter().collect(),
    }
}
