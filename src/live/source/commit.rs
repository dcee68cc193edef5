//! One commit of a clone: what it is called, when it was made, and the number of its edition.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use jiff::Timestamp;

use crate::live::git::git;

/// A commit that is served, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    pub(in crate::live) clone: PathBuf,
    /// Where the articles lie in it: `articles/`, or nothing.
    pub(in crate::live) prefix: String,
    /// All of its hash.
    pub hash: String,
    /// How many commits there are up to it: the same on every machine.
    pub(in crate::live) number: u64,
    /// When it was made.
    pub at: Timestamp,
}

impl Commit {
    /// A commit of a clone by its hash; `None` for what is none.
    ///
    /// `numbers` are those of commits that were asked for before: to count them takes git a moment.
    pub(super) fn of(
        clone: &Path,
        prefix: &str,
        name: &str,
        numbers: &mut HashMap<String, u64>,
    ) -> Option<Self> {
        let told = ask(clone, &["log", "--max-count=1", "--format=%H %ct", name, "--"])?;
        let (hash, at) = told.trim().split_once(' ')?;
        let number = match numbers.get(hash) {
            Some(number) => *number,
            None => ask(clone, &["rev-list", "--count", hash, "--"])?.trim().parse().ok()?,
        };
        numbers.insert(hash.to_owned(), number);
        Some(Self {
            clone: clone.to_owned(),
            prefix: prefix.to_owned(),
            hash: hash.to_owned(),
            number,
            at: Timestamp::from_second(at.parse().ok()?).ok()?,
        })
    }

    /// The number of an edition of this commit: the same on every machine, whichever editions it
    /// served before, unless it served a later commit; the number grows all the same.
    ///
    /// `turns`: how often articles have appeared or expired since the commit; `last`: the number
    /// before; `is_other`: whether this edition says something else.
    pub(in crate::live) fn edition(&self, turns: u64, last: u64, is_other: bool) -> u64 {
        /// Editions that one commit may have.
        const ROOM: u64 = 1_000;
        let own = self.number.saturating_mul(ROOM).saturating_add(turns.min(ROOM / 2));
        if own > last { own } else { last + u64::from(is_other) }
    }
}

/// What git says; `None` when it refuses.
pub(super) fn ask(clone: &Path, arguments: &[&str]) -> Option<String> {
    let output = git(clone)
        .arg("--literal-pathspecs")
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
