//! What every commit on the published line did to the articles, read from git once and then kept: who
//! asks for the past starts no git for it.
//!
//! The published line is the chain of first parents from the commit that is served: what a merge
//! brings was published by the merge, when it was, and drafts of a branch never were.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound::{Included, Unbounded};
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;

use super::{HistoryError, Revision};
use crate::article::{Facts, SourcePath};
use crate::live::git::{git, said};
use crate::live::read::{FileKind, kind_of};

/// Ends what the log says of one commit before its subject, which may hold anything but this.
const MARK: char = '\u{1}';

/// Where a repository lies, and the articles in it.
#[derive(Debug, Clone)]
pub(in crate::live) struct Repository<'a> {
    /// A folder in the work tree, or a bare repository.
    pub(in crate::live) place: &'a Path,
    /// The articles folder from the top of the repository, with `/` at its end; empty for the top.
    pub(in crate::live) prefix: &'a str,
}

/// The commits of the published line, oldest first, and what they did.
#[derive(Debug, Clone, Default)]
pub(in crate::live) struct Journal {
    head: String,
    /// How many commits the line has.
    length: u32,
    /// Every commit there is, and the first of the line that contains it.
    published_in: BTreeMap<Box<str>, u32>,
    /// Those of the line that touched an article.
    commits: HashMap<u32, Commit>,
    /// What became of each file, oldest first.
    files: HashMap<SourcePath, Vec<Change>>,
    /// The files that went with a commit.
    removed: HashMap<u32, Vec<SourcePath>>,
    is_shallow: bool,
}

/// A commit of the published line.
#[derive(Debug, Clone)]
pub(in crate::live) struct Commit {
    pub(in crate::live) revision: Revision,
    pub(in crate::live) at: Timestamp,
    /// The first line of its message.
    pub(in crate::live) subject: String,
}

/// What a commit did to a file.
#[derive(Debug, Clone)]
pub(in crate::live) struct Change {
    /// The commit's place on the line.
    pub(in crate::live) position: u32,
    /// The content from then on; `None` when the file went.
    pub(in crate::live) blob: Option<Box<str>>,
    /// Whether there was no such file before.
    pub(in crate::live) is_new: bool,
}

impl Journal {
    /// The journal up to a commit: what `known` lacks is added, when it is the beginning of the same line.
    pub(in crate::live) fn up_to(
        head: &str,
        repository: &Repository<'_>,
        known: Option<Self>,
    ) -> Result<Self, HistoryError> {
        if let Some(mut journal) = known
            && !journal.is_shallow
            && journal.append(repository, head)?
        {
            return Ok(journal);
        }
        let mut journal = Self::default();
        let shallow = ask(git(repository.place).args(["rev-parse", "--is-shallow-repository"]))?;
        journal.is_shallow = shallow.trim() == "true";
        journal.append(repository, head)?;
        Ok(journal)
    }

    /// The commit up to which it reaches.
    pub(in crate::live) fn head(&self) -> &str {
        &self.head
    }

    /// Whether the repository holds the newest commits only.
    pub(in crate::live) fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    /// What became of a file, oldest first.
    pub(in crate::live) fn changes(&self, path: &SourcePath) -> &[Change] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }

    /// The contents of `facts.yaml` as of a place on the line, the newest first: where one cannot be
    /// read, the one before it went on being true.
    pub(in crate::live) fn facts(&self, position: u32) -> impl Iterator<Item = &str> {
        let changes = self.changes(&SourcePath::new(Facts::FILE));
        let known = changes.partition_point(|change| change.position <= position);
        changes[..known].iter().rev().map_while(|change| change.blob.as_deref())
    }

    /// A commit of the line that touched articles.
    pub(in crate::live) fn commit(&self, position: u32) -> Option<&Commit> {
        self.commits.get(&position)
    }

    /// The files that went with a commit.
    pub(in crate::live) fn removed(&self, position: u32) -> &[SourcePath] {
        self.removed.get(&position).map_or(&[], Vec::as_slice)
    }

    /// Files that are not there any more, and are none that this `is_meant` refuses.
    pub(in crate::live) fn gone(&self, is_meant: impl Fn(&SourcePath) -> bool) -> Vec<SourcePath> {
        let mut gone: Vec<(u32, &SourcePath)> = self
            .files
            .iter()
            .filter(|(path, _)| is_meant(path))
            .filter_map(|(path, changes)| {
                let last = changes.last().filter(|change| change.blob.is_none())?;
                Some((last.position, path))
            })
            .collect();
        gone.sort_unstable_by(|a, b| b.cmp(a));
        gone.into_iter().map(|(_, path)| path.clone()).collect()
    }

    /// Where on the line a commit was published; `None` for what no commit is called, or several are.
    pub(in crate::live) fn position(&self, revision: &Revision) -> Option<u32> {
        let name = revision.as_str();
        let from = self.published_in.range::<str, _>((Included(name), Unbounded));
        let mut found = from.take_while(|(hash, _)| hash.starts_with(name)).map(|(_, at)| *at);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// Adds the commits behind the present head. Whether that is possible: the line may have been
    /// written anew.
    fn append(&mut self, repository: &Repository<'_>, head: &str) -> Result<bool, HistoryError> {
        let since = (!self.head.is_empty()).then(|| format!("^{}", self.head));
        let mut parents = git(repository.place);
        parents.args(["rev-list", "--parents", "--end-of-options", head]).args(&since).arg("--");
        if !self.place(head, &ask(&mut parents)?) {
            return Ok(false);
        }
        let mut log = git(repository.place);
        log.args(["-c", "log.showSignature=false", "log", "--first-parent"])
            .args(["--diff-merges=first-parent", "--no-renames", "--no-relative", "--raw", "-z"])
            .args(["--no-abbrev", "--encoding=UTF-8", "--format=%x01%H%x01%ct%x01%s"])
            .args(["--end-of-options", head])
            .args(&since)
            .arg("--");
        if !repository.prefix.is_empty() {
            log.arg(format!(":(top,literal){}", repository.prefix));
        }
        self.read(&ask(&mut log)?, repository.prefix);
        head.clone_into(&mut self.head);
        Ok(true)
    }

    /// Gives the commits that `rev-list --parents` lists their places.
    fn place(&mut self, head: &str, listed: &str) -> bool {
        let mut parents: HashMap<&str, Vec<&str>> = HashMap::new();
        for line in listed.lines() {
            let mut hashes = line.split(' ');
            if let Some(commit) = hashes.next() {
                parents.insert(commit, hashes.collect());
            }
        }
        let mut line = Vec::new();
        let mut next = Some(head);
        while let Some(commit) = next.filter(|commit| parents.contains_key(commit)) {
            line.push(commit);
            next = parents[commit].first().copied();
        }
        if next.unwrap_or_default() != self.head {
            return false;
        }
        for commit in line.into_iter().rev() {
            let mut brought = vec![commit];
            while let Some(commit) = brought.pop() {
                if self.published_in.contains_key(commit) {
                    continue;
                }
                self.published_in.insert(commit.into(), self.length);
                brought.extend(parents.get(commit).into_iter().flatten());
            }
            self.length += 1;
        }
        true
    }

    /// Takes over what the log says: newest first, a commit and then its files.
    fn read(&mut self, log: &str, prefix: &str) {
        type Files = Vec<(SourcePath, Change)>;
        let mut found: Vec<(u32, Commit, Files)> = Vec::new();
        let mut tokens = log.split('\0');
        while let Some(token) = tokens.next() {
            let token = token.trim_start_matches('\n');
            if let Some(raw) = token.strip_prefix(':') {
                let Some(path) = tokens.next() else { break };
                let Some((position, _, files)) = found.last_mut() else { continue };
                let path = path.strip_prefix(prefix).map(SourcePath::new);
                let is_told = |path: &SourcePath| {
                    matches!(kind_of(path), Some(FileKind::Markdown | FileKind::Settings))
                };
                let path = path.filter(is_told);
                files.extend(path.zip(Change::read(raw, *position)));
            } else if let Some(commit) = token.strip_prefix(MARK).and_then(Commit::read)
                && let Some(position) = self.published_in.get(commit.revision.as_str())
            {
                found.push((*position, commit, Vec::new()));
            }
        }
        for (position, commit, files) in found.into_iter().rev() {
            for (path, change) in files {
                if change.blob.is_none() {
                    self.removed.entry(position).or_default().push(path.clone());
                }
                self.files.entry(path).or_default().push(change);
            }
            self.commits.insert(position, commit);
        }
    }
}

impl Commit {
    /// Hash, seconds and subject.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, MARK);
        let (hash, seconds, subject) = (parts.next()?, parts.next()?, parts.next()?);
        let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
        let subject = subject.chars().filter(|c| !c.is_control()).collect();
        Some(Self { revision: Revision(hash.into()), at, subject })
    }
}

impl Change {
    /// `100644 100644 HASH HASH M`, without the colon before it. A link is no file of ours.
    fn read(raw: &str, position: u32) -> Option<Self> {
        let mut parts = raw.split(' ');
        let (was, is, _, blob) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let blob = is.starts_with("100").then(|| blob.into());
        Some(Self { position, blob, is_new: !was.starts_with("100") })
    }
}

fn ask(command: &mut Command) -> Result<String, HistoryError> {
    let output = command.stderr(Stdio::piped()).output().map_err(HistoryError::NoGit)?;
    if !output.status.success() {
        return Err(HistoryError::Unreadable(said(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
