//! The clone on this machine, and the files of one commit of it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::commit::{Commit, ask};
use super::orders::{Order, write_prefix};
use super::remote::Remote;
use crate::article::{Digest, SourcePath};
use crate::live::Followed;
use crate::live::git::{git, said};

/// The bare repository.
pub(super) const CLONE: &str = "repository.git";
/// The files of the commit that is served.
const FILES: &str = "files";
/// Names what the clone is of.
const ORIGIN: &str = "origin";
/// The head of the branch, as it was fetched last.
const HEAD: &str = "refs/spravka/head";
/// The commit that is served: git throws nothing of it away, even if the branch does.
pub(super) const SERVED: &str = "refs/spravka/served";
/// The articles' folder when nobody names one.
const USUAL: &str = "articles";

/// Why nothing can be served from a repository.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No git takes this address, or this branch.
    #[error("`{0}` cannot be the {1} of a repository")]
    BadName(String, &'static str),
    /// It cannot be reached, and nothing is here from before.
    #[error(
        "cannot fetch {branch} of {url}: {reason}; check the address, the branch and the rights (a token goes into SPRAVKA_REPO_TOKEN)"
    )]
    Fetch {
        /// Without secrets.
        url: String,
        /// The branch.
        branch: String,
        /// What git says.
        reason: String,
    },
    /// There are no articles in it.
    #[error("{branch} of {url} has no folder `{path}`: name the one of the articles with --path")]
    NoArticles {
        /// Without secrets.
        url: String,
        /// The branch.
        branch: String,
        /// The folder.
        path: String,
    },
    /// This machine refuses.
    #[error("cannot write the clone to {folder}: {source}")]
    Folder {
        /// Where it should lie.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// Git refuses.
    #[error("git cannot take out {commit}: {reason}")]
    Checkout {
        /// The commit.
        commit: String,
        /// What git says.
        reason: String,
    },
}

/// The clone, and the files of the commit that is served.
pub struct Checkout {
    pub(super) remote: Remote,
    pub(super) folder: PathBuf,
    clone: PathBuf,
    files: PathBuf,
    prefix: String,
    numbers: RefCell<HashMap<String, u64>>,
}

impl Checkout {
    /// Opens the clone in a folder, or makes one; with the commit to serve, and what is wrong with
    /// the repository when it is away and the clone of before has to do.
    pub fn open(
        remote: Remote,
        folder: &Path,
    ) -> Result<(Self, Commit, Option<String>), SourceError> {
        check(&remote)?;
        let unwritten =
            |source| SourceError::Folder { folder: folder.display().to_string(), source };
        let origin = format!(
            "{:016x}",
            Digest::of(format!("{} {}", remote.url, remote.branch).as_bytes()).0
        );
        let is_known = fs::read_to_string(folder.join(ORIGIN)).is_ok_and(|known| known == origin);
        if !is_known && folder.exists() {
            tracing::info!("another repository or branch than before: it is cloned anew");
            fs::remove_dir_all(folder).map_err(unwritten)?;
        }
        let (clone, files) = (folder.join(CLONE), folder.join(FILES));
        fs::create_dir_all(&files).map_err(unwritten)?;
        let folder = std::path::absolute(folder).map_err(unwritten)?;
        let mut checkout = Self {
            remote,
            folder,
            clone,
            files,
            prefix: String::new(),
            numbers: RefCell::default(),
        };
        checkout.clone = checkout.folder.join(CLONE);
        checkout.files = checkout.folder.join(FILES);
        if !checkout.clone.join("HEAD").exists() {
            checkout.init()?;
        }
        // Left by a program that was killed at work; this one is alone here.
        let _ = fs::remove_file(checkout.clone.join("index.lock"));
        let fetched = checkout.fetch();
        let served = ask(&checkout.clone, &["rev-parse", "--verify", "--quiet", SERVED, "--"]);
        if let (Err(reason), None) = (&fetched, &served) {
            return Err(SourceError::Fetch {
                url: checkout.remote.shown(),
                branch: checkout.remote.branch.clone(),
                reason: reason.clone(),
            });
        }
        checkout.prefix = checkout.find_prefix()?;
        write_prefix(&checkout.folder, &checkout.prefix).map_err(unwritten)?;
        fs::write(checkout.folder.join(ORIGIN), origin).map_err(unwritten)?;
        let (commit, wrong) = checkout.choose(fetched.err());
        let commit = commit.ok_or_else(|| checkout.no_articles())?;
        checkout.check_out(&commit)?;
        Ok((checkout, commit, wrong))
    }

    /// The articles folder of the commit that is served.
    pub fn articles(&self) -> PathBuf {
        self.files.join(self.prefix.trim_end_matches('/'))
    }

    /// The clone: a bare repository.
    pub fn clone_folder(&self) -> &Path {
        &self.clone
    }

    /// Where the articles lie in the repository: `articles/`, or nothing.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What is followed.
    pub fn followed(&self) -> Followed {
        Followed {
            url: self.remote.shown(),
            branch: self.remote.branch.clone(),
            is_pinned: self.is_pinned(),
        }
    }

    /// Brings what is new.
    pub(super) fn fetch(&self) -> Result<(), String> {
        self.remote.fetch(&self.clone, HEAD)
    }

    /// The commit to serve now, and what is wrong, if something is: `away` says that the repository
    /// could not be asked.
    pub(super) fn choose(&self, away: Option<String>) -> (Option<Commit>, Option<String>) {
        let Remote { branch, .. } = &self.remote;
        let url = self.remote.shown();
        let away = away.map(|reason| {
            format!(
                "{branch} of {url} cannot be fetched ({reason}): the last commit known is served"
            )
        });
        let served = self.commit(SERVED);
        match Order::read(&self.folder) {
            Some(Order::Serve(hash)) => {
                if let Some(commit) = self.commit(&hash) {
                    return (Some(commit), away);
                }
                let wrong = format!(
                    "the commit {hash} that was ordered is not known: the branch is followed"
                );
                tracing::warn!("{wrong}");
            }
            Some(Order::Follow) => {
                Order::forget(&self.folder);
                return (self.commit(HEAD).or(served), away);
            }
            None => {}
        }
        let head = self.commit(HEAD);
        let (Some(served), Some(head)) = (&served, &head) else { return (head.or(served), away) };
        if self.leads_to(served, head) {
            if self.has_articles(head) {
                return (Some(head.clone()), away);
            }
            let wrong = format!(
                "the commit {} of {branch} has no articles: {} is served on",
                short(&head.hash),
                short(&served.hash)
            );
            return (Some(served.clone()), Some(wrong));
        }
        let wrong = format!(
            "{branch} of {url} was rewritten: {} does not follow {}, which is served on until `spravka rollback --resume` says otherwise",
            short(&head.hash),
            short(&served.hash)
        );
        (Some(served.clone()), Some(wrong))
    }

    /// Whether the head of the branch is served because somebody ordered another commit.
    pub(super) fn is_pinned(&self) -> bool {
        matches!(Order::read(&self.folder), Some(Order::Serve(_)))
    }

    /// Puts the files of a commit into the articles folder.
    pub(super) fn check_out(&self, commit: &Commit) -> Result<(), SourceError> {
        let path = if self.prefix.is_empty() { "." } else { self.prefix.trim_end_matches('/') };
        let output = git(&self.clone)
            .arg("--git-dir=.")
            .arg("--work-tree")
            .arg(&self.files)
            .arg("--literal-pathspecs")
            // Files as they are committed; a link is a text that names its target, and is not read.
            .args([
                "-c",
                "core.bare=false",
                "-c",
                "core.symlinks=false",
                "-c",
                "core.autocrlf=false",
            ])
            .args(["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"])
            .args(["checkout", "--quiet", "--force", "--no-overlay", &commit.hash, "--", path])
            .output();
        let failed =
            |reason| SourceError::Checkout { commit: short(&commit.hash).to_owned(), reason };
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(failed(said(&output.stderr))),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Notes that a commit is served.
    pub(super) fn note_served(&self, commit: &Commit) {
        if ask(&self.clone, &["update-ref", SERVED, &commit.hash]).is_none() {
            tracing::warn!(
                commit = commit.hash,
                "the commit that is served cannot be written down"
            );
        }
    }

    /// The files of ours that two commits have differently.
    pub(super) fn changed(&self, from: &Commit, to: &Commit) -> Option<BTreeSet<SourcePath>> {
        let relative = format!("--relative={}", self.prefix);
        let mut diff = vec!["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z"];
        if !self.prefix.is_empty() {
            diff.push(&relative);
        }
        diff.extend([from.hash.as_str(), to.hash.as_str(), "--"]);
        let told = ask(&self.clone, &diff)?;
        Some(told.split('\0').filter(|path| !path.is_empty()).map(SourcePath::new).collect())
    }

    fn init(&self) -> Result<(), SourceError> {
        let output = std::process::Command::new("git")
            .args(["init", "--quiet", "--bare", "--"])
            .arg(&self.clone)
            .env_remove("GIT_DIR")
            .output();
        let source = match output {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => io::Error::other(said(&output.stderr)),
            Err(error) => {
                io::Error::other(format!("the `git` program cannot be run ({error}): install git"))
            }
        };
        Err(SourceError::Folder { folder: self.clone.display().to_string(), source })
    }

    fn commit(&self, name: &str) -> Option<Commit> {
        let mut numbers = self.numbers.borrow_mut();
        // A year of pushes is no reason to keep them all.
        if numbers.len() > 100 {
            numbers.clear();
        }
        Commit::of(&self.clone, &self.prefix, name, &mut numbers)
    }

    fn leads_to(&self, from: &Commit, to: &Commit) -> bool {
        ask(&self.clone, &["merge-base", "--is-ancestor", &from.hash, &to.hash]).is_some()
    }

    fn has_articles(&self, commit: &Commit) -> bool {
        let tree = format!("{}:{}", commit.hash, self.prefix);
        ask(&self.clone, &["rev-parse", "--verify", "--quiet", &tree, "--"]).is_some()
    }

    /// Where the articles lie: where it is said, else in the usual folder, else at the top.
    fn find_prefix(&self) -> Result<String, SourceError> {
        let head = self.commit(HEAD).or_else(|| self.commit(SERVED));
        let head = head.ok_or_else(|| self.no_articles())?;
        let has =
            |prefix: &str| self.has_articles(&Commit { prefix: prefix.to_owned(), ..head.clone() });
        let tree = |prefix: &str| {
            let tree = format!("{}:{prefix}", head.hash);
            has(prefix)
                && ask(&self.clone, &["cat-file", "-t", &tree]).is_some_and(|t| t.trim() == "tree")
        };
        match self.remote.path.as_deref().map(|path| path.trim_matches('/')) {
            Some("" | ".") => Ok(String::new()),
            Some(path) if tree(&format!("{path}/")) => Ok(format!("{path}/")),
            Some(_) => Err(self.no_articles()),
            None if tree(&format!("{USUAL}/")) => Ok(format!("{USUAL}/")),
            None => Ok(String::new()),
        }
    }

    fn no_articles(&self) -> SourceError {
        SourceError::NoArticles {
            url: self.remote.shown(),
            branch: self.remote.branch.clone(),
            path: self.remote.path.clone().unwrap_or_else(|| USUAL.to_owned()),
        }
    }
}

/// What git could take for an option, or for something else than it is.
fn check(remote: &Remote) -> Result<(), SourceError> {
    let is_odd =
        |text: &str| text.is_empty() || text.starts_with('-') || text.contains(char::is_control);
    if is_odd(&remote.url) {
        return Err(SourceError::BadName(remote.shown(), "address"));
    }
    let branch = &remote.branch;
    let is_bad = |c: char| c.is_whitespace() || ":?*[\\^~".contains(c);
    if is_odd(branch) || branch.contains(is_bad) || branch.contains("..") {
        return Err(SourceError::BadName(branch.clone(), "branch"));
    }
    let path = remote.path.as_deref().unwrap_or(".");
    if path.contains(char::is_control) || path.split('/').any(|part| part == "..") {
        return Err(SourceError::BadName(path.to_owned(), "path"));
    }
    Ok(())
}

/// The beginning of a hash, as people read it.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..10).unwrap_or(hash)
}
