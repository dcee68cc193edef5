//! When each article first came and last changed, by the history of its repository.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::git::git;
use super::source::Commit;
use crate::article::SourcePath;

/// The commits of each file, as of one commit of the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CommitDates {
    /// The commit that they are of; `None` outside a repository.
    pub(super) head: Option<String>,
    dates: HashMap<SourcePath, Dates>,
}

/// Of one file, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Dates {
    first: i64,
    last: i64,
}

impl CommitDates {
    /// The dates as of the present commit of the repository that a folder lies in, or of a commit of
    /// a clone; `known` when that has not changed.
    ///
    /// A folder outside a repository, or a machine without git, has none: files then have their
    /// own time.
    pub(super) fn read(folder: &Path, commit: Option<&Commit>, known: &Self) -> Self {
        if let Some(commit) = commit {
            return Self::at(&commit.clone, &commit.prefix, commit.hash.clone(), known);
        }
        // A look at the folders is cheaper than a program, and most folders lie in no repository.
        let is_repository = std::fs::canonicalize(folder)
            .is_ok_and(|path| path.ancestors().any(|folder| folder.join(".git").exists()));
        if !is_repository {
            return Self::default();
        }
        match ask(folder, &["rev-parse", "HEAD"]) {
            Some(head) => Self::at(folder, "", head.trim().to_owned(), known),
            None => Self::default(),
        }
    }

    fn at(folder: &Path, prefix: &str, head: String, known: &Self) -> Self {
        if known.head.as_deref() == Some(head.as_str()) {
            return known.clone();
        }
        // What was known goes on being true when history has only grown.
        let is_older =
            |known: &&String| ask(folder, &["merge-base", "--is-ancestor", known, &head]).is_some();
        let since = known.head.as_ref().filter(is_older);
        let mut dates = if since.is_some() { known.dates.clone() } else { HashMap::new() };
        let range = since.map_or_else(|| head.clone(), |since| format!("{since}..{head}"));
        let relative = format!("--relative={prefix}");
        let arguments = [
            "log",
            "--format=%x01%ct",
            "--name-only",
            if prefix.is_empty() { "--relative" } else { &relative },
            "--no-renames",
            // Merges leave out no commit: the same dates come out, however the history is read.
            "--full-history",
            "-z",
            &range,
            "--",
            if prefix.is_empty() { "." } else { prefix },
        ];
        // It is asked again with the next look.
        let Some(log) = ask(folder, &arguments) else { return known.clone() };
        // `-z` keeps names as they are.
        for commit in log.split('\u{1}').skip(1) {
            let (time, files) = commit.split_once(['\0', '\n']).unwrap_or((commit, ""));
            let Ok(time) = time.trim().parse::<i64>() else { continue };
            for file in files.split('\0').map(|file| file.trim_matches('\n')) {
                if !file.is_empty() {
                    let new = Dates { first: time, last: time };
                    let known = dates.entry(SourcePath::new(file)).or_insert(new);
                    known.first = known.first.min(time);
                    known.last = known.last.max(time);
                }
            }
        }
        Self { head: Some(head), dates }
    }

    /// When a file was last committed.
    pub(super) fn of(&self, path: &SourcePath) -> Option<Timestamp> {
        self.dates.get(path).and_then(|dates| Timestamp::from_second(dates.last).ok())
    }

    /// When a file was first committed.
    pub(super) fn first(&self, path: &SourcePath) -> Option<Timestamp> {
        self.dates.get(path).and_then(|dates| Timestamp::from_second(dates.first).ok())
    }
}

fn ask(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = git(folder).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
