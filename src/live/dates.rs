//! When each article last changed, by the history of the repository that the folder lies in.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::git::git;
use crate::article::SourcePath;

/// The last commit of each file, as of one commit of the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CommitDates {
    /// The commit that they are of; `None` outside a repository.
    pub(super) head: Option<String>,
    dates: HashMap<SourcePath, Timestamp>,
}

impl CommitDates {
    /// The dates as of the present commit; `known` when that has not changed.
    ///
    /// A folder outside a repository, or a machine without git, has none: files then have their
    /// own time.
    pub(super) fn read(folder: &Path, known: &Self) -> Self {
        // A look at the folders is cheaper than a program, and most folders lie in no repository.
        let is_repository = std::fs::canonicalize(folder)
            .is_ok_and(|path| path.ancestors().any(|folder| folder.join(".git").exists()));
        if !is_repository {
            return Self::default();
        }
        let Some(head) = ask(folder, &["rev-parse", "HEAD"]) else { return Self::default() };
        let head = head.trim().to_owned();
        if known.head.as_deref() == Some(head.as_str()) {
            return known.clone();
        }
        // Newest first, so that the first date of a file is its last. `-z` keeps names as they are.
        let arguments = [
            "log",
            "--format=%x01%ct",
            "--name-only",
            "--relative",
            "--no-renames",
            "-z",
            "--",
            ".",
        ];
        let log = ask(folder, &arguments).unwrap_or_default();
        let mut dates = HashMap::new();
        for commit in log.split('\u{1}').skip(1) {
            let (time, files) = commit.split_once(['\0', '\n']).unwrap_or((commit, ""));
            let Some(time) = time.trim().parse().ok().and_then(|s| Timestamp::from_second(s).ok())
            else {
                continue;
            };
            for file in files.split('\0').map(|file| file.trim_matches('\n')) {
                if !file.is_empty() {
                    dates.entry(SourcePath::new(file)).or_insert(time);
                }
            }
        }
        Self { head: Some(head), dates }
    }

    /// When a file was last committed.
    pub(super) fn of(&self, path: &SourcePath) -> Option<Timestamp> {
        self.dates.get(path).copied()
    }
}

fn ask(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = git(folder).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
