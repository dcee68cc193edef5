//! What an operator wants served instead of the head of the branch: written down beside the clone by
//! one command, taken over by the server that runs, and by the next one.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::checkout::{CLONE, CURRENT, SERVED};
use super::commit::{Commit, ask};

/// The file, beside the clone.
const FILE: &str = "order";
/// Where the articles lie in the repository, for commands that know nothing of the settings.
const PREFIX: &str = "path";

/// What to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// This commit, whatever comes.
    Serve(String),
    /// The head of the branch again, even if it was rewritten.
    Follow,
}

impl Order {
    /// The order in force in a folder; `None`: nobody has said anything.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(FILE)).ok()?;
        match text.trim().split_once(' ') {
            Some(("serve", hash)) => Some(Self::Serve(hash.to_owned())),
            _ if text.trim() == "follow" => Some(Self::Follow),
            _ => None,
        }
    }

    /// Writes the order down.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let text = match self {
            Self::Serve(hash) => format!("serve {hash}\n"),
            Self::Follow => "follow\n".to_owned(),
        };
        let half = folder.join("order.half");
        fs::write(&half, text)?;
        fs::rename(half, folder.join(FILE))
    }

    /// Forgets it.
    pub(super) fn forget(folder: &Path) {
        if let Err(error) = fs::remove_file(folder.join(FILE))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an order that is carried out cannot be removed");
        }
    }
}

/// Notes where the articles lie in the repository.
pub(super) fn write_prefix(folder: &Path, prefix: &str) -> io::Result<()> {
    fs::write(folder.join(PREFIX), prefix)
}

/// Where they lay before.
pub(super) fn read_prefix(folder: &Path) -> Option<String> {
    fs::read_to_string(folder.join(PREFIX)).ok()
}

/// What a server of this machine serves from a repository, for commands beside it.
pub struct Served {
    folder: PathBuf,
    clone: PathBuf,
    prefix: String,
}

/// A commit that could be served again.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its hash.
    pub hash: String,
    /// When it was made.
    pub at: Timestamp,
    /// The first line of its message.
    pub subject: String,
}

impl Served {
    /// In the folder of a source; `None` when nothing was ever served from there.
    pub fn open(source: &Path) -> Option<Self> {
        let name = fs::read_to_string(source.join(CURRENT)).ok()?;
        let folder = source.join(name.trim());
        let clone = folder.join(CLONE);
        let prefix = read_prefix(&folder)?;
        ask(&clone, &["rev-parse", "--verify", "--quiet", SERVED, "--"])?;
        Some(Self { folder, clone, prefix })
    }

    /// The commit that is served now, and those before it that changed the articles.
    pub fn commits(&self, most: usize) -> Vec<Earlier> {
        let most = format!("--max-count={most}");
        let path = if self.prefix.is_empty() { "." } else { &self.prefix };
        let format = "--format=%H%x00%ct%x00%s";
        let log = ask(&self.clone, &["log", &most, "--first-parent", format, SERVED, "--", path]);
        let read = |line: &str| {
            let mut parts = line.splitn(3, '\0');
            let (hash, at, subject) = (parts.next()?, parts.next()?, parts.next()?);
            let at = Timestamp::from_second(at.parse().ok()?).ok()?;
            let subject = subject.chars().filter(|c| !c.is_control()).collect();
            Some(Earlier { hash: hash.to_owned(), at, subject })
        };
        log.unwrap_or_default().lines().filter_map(read).collect()
    }

    /// A commit by a name that git knows in the clone; `None` when it knows none.
    pub fn commit(&self, name: &str) -> Option<Earlier> {
        if name.is_empty() || name.starts_with('-') || name.contains(char::is_control) {
            return None;
        }
        let commit = Commit::of(
            &self.clone,
            &self.prefix,
            &format!("{name}^{{commit}}"),
            &mut HashMap::new(),
        )?;
        let subject =
            ask(&self.clone, &["log", "--max-count=1", "--format=%s", &commit.hash, "--"]);
        let subject = subject.unwrap_or_default().trim().to_owned();
        Some(Earlier { hash: commit.hash, at: commit.at, subject })
    }

    /// Whether a commit has articles.
    pub fn has_articles(&self, commit: &Earlier) -> bool {
        let tree = format!("{}:{}", commit.hash, self.prefix);
        ask(&self.clone, &["rev-parse", "--verify", "--quiet", &tree, "--"]).is_some()
    }

    /// The order in force.
    pub fn order(&self) -> Option<Order> {
        Order::read(&self.folder)
    }

    /// Gives an order. A server that runs takes it over within a second.
    pub fn give(&self, order: &Order) -> io::Result<()> {
        order.write(&self.folder)
    }
}
