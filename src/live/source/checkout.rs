//! The clone on this machine, and the files of one commit of it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::commit::{Commit, ask};
use super::orders::{Order, read_prefix, write_prefix};
use super::remote::Remote;
use crate::article::{Digest, SourcePath};
use crate::live::Followed;
use crate::live::git::{git, said};
use crate::live::read::{FileKind, kind_of};

/// The bare repository.
pub(super) const CLONE: &str = "repository.git";
/// The files of the commit that is served.
const FILES: &str = "files";
/// Held by the one server that follows.
const LOCK: &str = "lock";
/// Names the folder of the repository and branch that were served last.
pub(super) const CURRENT: &str = "current";
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
    #[error("{branch} of {url} has no folder `{path}` with articles: name theirs with --path")]
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
    /// Another server has it.
    #[error(
        "another spravka already follows a repository in {0}: stop it, or give this one a state folder of its own with --state"
    )]
    InUse(String),
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
    /// Of this repository and branch alone.
    pub(super) folder: PathBuf,
    clone: PathBuf,
    files: PathBuf,
    prefix: String,
    numbers: RefCell<HashMap<String, u64>>,
    /// Held while this lives: two servers must not share a clone.
    _lock: File,
}

/// A fetch that has not begun.
pub(super) struct Fetching {
    remote: Remote,
    clone: PathBuf,
}

impl Fetching {
    /// Fetches and waits for it.
    pub(super) fn run(&self) -> Result<(), String> {
        self.remote.fetch(&self.clone, HEAD)
    }
}

impl Checkout {
    /// Opens the clone in a folder, or makes one; with the commit to serve, and what is wrong with
    /// the repository when it is away and the clone of before has to do.
    pub fn open(
        remote: Remote,
        source: &Path,
    ) -> Result<(Self, Commit, Option<String>), SourceError> {
        check(&remote)?;
        let unwritten =
            |error| SourceError::Folder { folder: source.display().to_string(), source: error };
        let source = &std::path::absolute(source).map_err(unwritten)?;
        fs::create_dir_all(source).map_err(unwritten)?;
        let lock = File::create(source.join(LOCK)).map_err(unwritten)?;
        lock.try_lock().map_err(|_| SourceError::InUse(source.display().to_string()))?;
        // Each repository and branch has its own: a slip of the pen takes nothing from another one.
        let name = format!("{} {}", remote.url, remote.branch);
        let name = format!("{:016x}", Digest::of(name.as_bytes()).0);
        let folder = source.join(&name);
        let checkout = Self {
            remote,
            clone: folder.join(CLONE),
            files: folder.join(FILES),
            prefix: String::new(),
            numbers: RefCell::default(),
            folder,
            _lock: lock,
        };
        fs::create_dir_all(&checkout.files).map_err(unwritten)?;
        if !checkout.clone.join("HEAD").exists() {
            checkout.init()?;
        }
        checkout.settle().map_err(unwritten)?;
        let (checkout, commit, wrong) = checkout.begin()?;
        fs::write(source.join(CURRENT), &name).map_err(unwritten)?;
        remove_others(source, &name);
        Ok((checkout, commit, wrong))
    }

    fn begin(mut self) -> Result<(Self, Commit, Option<String>), SourceError> {
        let fetched = self.fetch();
        let served = self.has(SERVED);
        if let (Err(reason), false) = (&fetched, served) {
            return Err(SourceError::Fetch {
                url: self.remote.shown(),
                branch: self.remote.branch.clone(),
                reason: reason.clone(),
            });
        }
        self.prefix = self.find_prefix()?;
        let folder = self.folder.display().to_string();
        write_prefix(&self.folder, &self.prefix)
            .map_err(|source| SourceError::Folder { folder, source })?;
        let (commit, wrong) = self.choose(fetched.err());
        let commit = commit.ok_or_else(|| self.no_articles())?;
        self.check_out(&commit)?;
        Ok((self, commit, wrong))
    }

    /// What a program that was killed at work has left; and files as they are committed, whatever the
    /// repository or this machine would make of them.
    fn settle(&self) -> io::Result<()> {
        let folders = ["", "refs", "refs/spravka"].map(|folder| self.clone.join(folder));
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "lock") {
                    fs::remove_file(path)?;
                }
            }
        }
        fs::create_dir_all(self.clone.join("info"))?;
        let plain = "* -text -ident -filter -working-tree-encoding -eol\n";
        fs::write(self.clone.join("info/attributes"), plain)
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
    fn fetch(&self) -> Result<(), String> {
        self.fetching().run()
    }

    /// What brings what is new, from any thread.
    pub(super) fn fetching(&self) -> Fetching {
        Fetching { remote: self.remote.clone(), clone: self.clone.clone() }
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
                let head = self.commit(HEAD).filter(|head| self.has_articles(head));
                return (head.or(served), away);
            }
            None => {}
        }
        let head = self.commit(HEAD);
        let (Some(served), Some(head)) = (&served, &head) else {
            let head = head.filter(|head| self.has_articles(head));
            return (head.or(served), away);
        };
        if served.hash == head.hash {
            return (Some(head.clone()), away);
        }
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
        let Err(reason) = self.try_check_out(commit) else { return Ok(()) };
        tracing::warn!(reason, "the files of the clone are taken out anew");
        // What git knows of them may be damaged; the files themselves are nobody's.
        let _ = fs::remove_file(self.clone.join("index"));
        let _ = fs::remove_dir_all(&self.files);
        fs::create_dir_all(&self.files)
            .map_err(|error| error.to_string())
            .and_then(|()| self.try_check_out(commit))
            .map_err(|reason| SourceError::Checkout {
                commit: short(&commit.hash).to_owned(),
                reason,
            })
    }

    fn try_check_out(&self, commit: &Commit) -> Result<(), String> {
        let path = if self.prefix.is_empty() { "." } else { self.prefix.trim_end_matches('/') };
        let output = git(&self.clone)
            .arg("--git-dir=.")
            .arg("--work-tree")
            .arg(&self.files)
            .arg("--literal-pathspecs")
            // A link is a text that names its target, and is not followed.
            .args(["-c", "core.bare=false", "-c", "core.symlinks=false"])
            .args(["-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null"])
            .args(["checkout", "--quiet", "--force", "--no-overlay", &commit.hash, "--", path])
            .output();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(said(&output.stderr)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Notes that a commit is served; the order to follow is carried out with it.
    pub(super) fn note_served(&self, commit: &Commit) {
        if ask(&self.clone, &["update-ref", SERVED, &commit.hash]).is_none() {
            tracing::warn!(
                commit = commit.hash,
                "the commit that is served cannot be written down"
            );
        }
        if Order::read(&self.folder) == Some(Order::Follow) {
            Order::forget(&self.folder);
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

    /// Whether a commit has an article: a folder without one is an accident.
    fn has_articles(&self, commit: &Commit) -> bool {
        let path = if commit.prefix.is_empty() { "." } else { commit.prefix.as_str() };
        let listed = ask(&self.clone, &["ls-tree", "-r", "--name-only", "-z", &commit.hash, path]);
        let listed = listed.unwrap_or_default();
        let is_article = |path: &str| kind_of(&SourcePath::new(path)) == Some(FileKind::Markdown);
        listed.split('\0').any(is_article)
    }

    fn has(&self, reference: &str) -> bool {
        ask(&self.clone, &["rev-parse", "--verify", "--quiet", reference, "--"]).is_some()
    }

    /// Where the articles lie: where it is said, else where they lay before, else in the usual folder,
    /// else at the top. Where the branch has none there any more, those that were served count.
    fn find_prefix(&self) -> Result<String, SourceError> {
        let ordered = match Order::read(&self.folder) {
            Some(Order::Serve(hash)) => self.commit(&hash),
            _ => None,
        };
        let commits: Vec<Commit> =
            ordered.into_iter().chain(self.commit(HEAD)).chain(self.commit(SERVED)).collect();
        let has = |prefix: &str| {
            let at = |commit: &Commit| Commit { prefix: prefix.to_owned(), ..commit.clone() };
            commits.iter().any(|commit| self.has_articles(&at(commit)))
        };
        let usual = format!("{USUAL}/");
        let given = self.remote.path.as_deref().map(|path| path.trim_matches('/'));
        let found = match given {
            Some("" | ".") => Some(String::new()),
            Some(path) => Some(format!("{path}/")),
            None => read_prefix(&self.folder).filter(|known| has(known)),
        };
        let found = found.or_else(|| has(&usual).then_some(usual)).unwrap_or_default();
        if has(&found) { Ok(found) } else { Err(self.no_articles()) }
    }

    fn no_articles(&self) -> SourceError {
        SourceError::NoArticles {
            url: self.remote.shown(),
            branch: self.remote.branch.clone(),
            path: self.remote.path.clone().unwrap_or_else(|| USUAL.to_owned()),
        }
    }
}

/// Clones of repositories that are followed no more.
fn remove_others(source: &Path, current: &str) {
    for entry in fs::read_dir(source).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir()
            && entry.file_name() != current
            && let Err(error) = fs::remove_dir_all(&path)
        {
            tracing::warn!(%error, "a clone that is followed no more cannot be removed");
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
