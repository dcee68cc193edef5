//! What each commit did to each file below the articles folder, and the files as they were.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use jiff::Timestamp;

use super::git::{git, next_file, said};
use super::source::Commit;
use crate::article::SourcePath;

/// A longer file is no article: one byte more than parsing takes, so that it refuses it.
const LONGEST_FILE: u64 = (1 << 20) + 1;
/// Digits of a commit's name: enough for any help center.
const SHORT: usize = 9;

/// Why the history of the articles cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The program is not there.
    #[error("the `git` program cannot be run ({0}): install git")]
    NoGit(std::io::Error),
    /// The articles lie in no repository, or in one without a commit.
    #[error(
        "which translations are behind is told by git, and the articles folder {folder} lies in no git repository with commits ({reason}): put the articles under git with `git init`, and commit them"
    )]
    NoRepository {
        /// The folder as it was given.
        folder: String,
        /// What git says.
        reason: String,
    },
    /// The history is cut off.
    #[error(
        "this clone has only the last commits, so that all files seem to be of one day: fetch the rest with `git fetch --unshallow` (in CI check out with `fetch-depth: 0`)"
    )]
    Shallow,
    /// Git stopped in the middle.
    #[error("git could not read the history of the articles ({0}): try `git fsck`")]
    Broken(String),
}

/// Where the history is asked for.
#[derive(Debug, Clone)]
pub(super) enum Ground {
    /// The articles folder of a work tree: the present commit is its own, and files may differ from it.
    Folder(PathBuf),
    /// A commit of a clone.
    Commit(Commit),
}

impl Ground {
    fn place(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Commit(commit) => &commit.clone,
        }
    }

    /// The present commit.
    fn head(&self) -> &str {
        match self {
            Self::Folder(_) => "HEAD",
            Self::Commit(commit) => &commit.hash,
        }
    }

    /// What names a file of ours to git, before its path.
    fn prefix(&self) -> &str {
        match self {
            Self::Folder(_) => "./",
            Self::Commit(commit) => &commit.prefix,
        }
    }

    fn relative(&self) -> String {
        match self {
            Self::Commit(commit) if !commit.prefix.is_empty() => {
                format!("--relative={}", commit.prefix)
            }
            _ => "--relative".to_owned(),
        }
    }

    fn paths(&self) -> &str {
        if self.prefix().is_empty() { "." } else { self.prefix() }
    }
}

/// What a commit did to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The commit's name, shortened.
    pub commit: String,
    /// When it was committed.
    pub at: Timestamp,
    /// The first line of its message.
    pub subject: String,
    /// Its place in the log, the newest first.
    place: usize,
    /// The file before, in git's store; `None` when it is new.
    pub(super) before: Option<String>,
    /// The file after; `None` when it is gone.
    pub(super) after: Option<String>,
}

impl Change {
    /// Whether it came after another one: in one second, by the order of the log.
    pub(super) fn is_newer_than(&self, other: &Self) -> bool {
        (self.at, std::cmp::Reverse(self.place)) > (other.at, std::cmp::Reverse(other.place))
    }
}

/// All changes, by file, the newest first.
#[derive(Debug, Default)]
pub(super) struct Journal {
    changes: HashMap<SourcePath, Vec<Change>>,
}

/// A version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Version {
    /// By its name in git's store.
    Blob(String),
    /// As it is in the present commit.
    AtHead(SourcePath),
}

impl Journal {
    /// Reads the log of the articles folder, of the whole time or since a moment.
    pub(super) fn read(ground: &Ground, since: Option<Timestamp>) -> Result<Self, JournalError> {
        let relative = ground.relative();
        let mut arguments: Vec<String> = [
            "log",
            "--format=%x01%H%x02%ct%x02%s",
            "--raw",
            "--no-abbrev",
            &relative,
            "--no-renames",
            "-z",
        ]
        .map(str::to_owned)
        .into();
        arguments.extend(since.map(|since| format!("--since={since}")));
        arguments.extend([ground.head(), "--", ground.paths()].map(str::to_owned));
        let log = ask(ground.place(), &arguments)?;
        let mut journal = Self::default();
        for (place, commit) in log.split('\u{1}').skip(1).enumerate() {
            journal.take(place, commit);
        }
        Ok(journal)
    }

    /// `HASH^BTIME^BSUBJECT`, then of each file `:MODE MODE BEFORE AFTER KIND` and its path.
    fn take(&mut self, place: usize, commit: &str) -> Option<()> {
        let (head, files) = commit.split_once('\0').unwrap_or((commit, ""));
        let mut parts = head.splitn(3, '\u{2}');
        let (hash, time, subject) = (parts.next()?, parts.next()?, parts.next()?);
        let at = Timestamp::from_second(time.parse().ok()?).ok()?;
        let mut tokens = files.split('\0').map(|token| token.trim_matches('\n'));
        while let Some(token) = tokens.next() {
            let Some(entry) = token.strip_prefix(':') else { continue };
            let path = tokens.next()?;
            let blobs: Vec<&str> = entry.split(' ').collect();
            let [_, _, before, after, _] = blobs.as_slice() else { continue };
            let blob = |id: &str| id.bytes().any(|b| b != b'0').then(|| id.to_owned());
            self.changes.entry(SourcePath::new(path)).or_default().push(Change {
                commit: hash.chars().take(SHORT).collect(),
                at,
                subject: subject.chars().filter(|c| !c.is_control()).collect(),
                place,
                before: blob(before),
                after: blob(after),
            });
        }
        Some(())
    }

    /// What commits did to a file, the newest first.
    pub(super) fn of(&self, path: &SourcePath) -> &[Change] {
        self.changes.get(path).map_or(&[], Vec::as_slice)
    }

    /// The files that are not as the present commit has them.
    pub(super) fn uncommitted(ground: &Ground) -> Result<HashSet<SourcePath>, JournalError> {
        let Ground::Folder(folder) = ground else { return Ok(HashSet::new()) };
        let changed =
            ["diff", "--name-only", "--relative", "--no-renames", "-z", "HEAD", "--", "."];
        let new = ["ls-files", "--others", "--exclude-standard", "-z", "--", "."];
        let mut files = HashSet::new();
        for arguments in [&changed[..], &new] {
            let listed = ask(folder, arguments)?;
            let paths = listed.split('\0').filter(|path| !path.is_empty());
            files.extend(paths.map(SourcePath::new));
        }
        Ok(files)
    }

    /// Says what is wrong when the history cannot tell what came after what.
    pub(super) fn require_whole(ground: &Ground) -> Result<(), JournalError> {
        let folder = ground.place();
        ask(folder, &["rev-parse", "--verify", "--quiet", "HEAD"]).map_err(
            |error| match error {
                JournalError::Broken(reason) => {
                    let folder = folder.display().to_string();
                    JournalError::NoRepository { folder, reason }
                }
                other => other,
            },
        )?;
        let is_shallow = ask(folder, &["rev-parse", "--is-shallow-repository"])?;
        if is_shallow.trim() == "true" { Err(JournalError::Shallow) } else { Ok(()) }
    }
}

fn ask<T: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[T]) -> Result<String, JournalError> {
    // A program that the repository names for itself is not run for a look at it.
    let mut command = git(folder);
    command.args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false"]).args(arguments);
    let asked = command.output().map_err(JournalError::NoGit)?;
    if !asked.status.success() {
        return Err(JournalError::Broken(said(&asked.stderr)));
    }
    Ok(String::from_utf8_lossy(&asked.stdout).into_owned())
}

/// The bytes of these versions, all by one process; those that are not there are left out.
pub(super) fn read_versions(
    ground: &Ground,
    wanted: &[&Version],
) -> Result<HashMap<Version, Vec<u8>>, JournalError> {
    let unique: HashSet<&Version> = wanted.iter().copied().collect();
    // A name with a line end would be two questions.
    let wanted: Vec<(&Version, String)> = unique
        .into_iter()
        .map(|version| match version {
            Version::Blob(id) => (version, id.clone()),
            Version::AtHead(path) => {
                (version, format!("{}:{}{path}", ground.head(), ground.prefix()))
            }
        })
        .filter(|(_, question)| !question.contains('\n'))
        .collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut child = git(ground.place())
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(JournalError::NoGit)?;
    let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(JournalError::Broken("it takes no questions".to_owned()));
    };
    let texts = thread::scope(|scope| {
        let asked = &wanted;
        // Both pipes are short: who asks everything before reading anything waits forever.
        scope.spawn(move || {
            // Fails when git has ended; the answers that are missing tell of it.
            let _ = asked.iter().try_for_each(|(_, question)| writeln!(questions, "{question}"));
        });
        let mut answers = BufReader::new(answers);
        let read = wanted.iter().filter_map(|(version, _)| {
            Some(((*version).clone(), next_file(&mut answers, LONGEST_FILE).ok()?))
        });
        read.collect()
    });
    let _ = child.wait();
    Ok(texts)
}
