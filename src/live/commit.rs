//! The articles folder as it stood at a commit: read from git into a folder of its own, without a
//! checkout.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

use super::git::git;
use super::read::{FileKind, kind_of};
use crate::article::SourcePath;

/// Why there are no articles of a commit.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The program is not there.
    #[error("the `git` program cannot be run ({0}): install git")]
    NoGit(io::Error),
    /// The articles lie in no repository, or in one that git refuses to read.
    #[error(
        "the articles folder {folder} lies in no git repository that can be read ({reason}): commit the articles, or leave `--base` out"
    )]
    NoRepository {
        /// The folder as it was given.
        folder: String,
        /// What git says.
        reason: String,
    },
    /// Git refuses to read what belongs to somebody else: a checkout in a container, as a rule.
    #[error(
        "the repository of the articles folder belongs to another user ({reason}): allow it with `git config --global --add safe.directory FOLDER`"
    )]
    NotOurs {
        /// What git says.
        reason: String,
    },
    /// A name that no commit can have.
    #[error("`{0}` cannot name a commit: give a branch (`origin/main`), a tag or a hash")]
    BadName(String),
    /// Git does not know the commit.
    #[error(
        "git knows no commit `{0}`: look for its name with `git branch --all`, or fetch it first (`git fetch origin`; in CI check out with the whole history, `fetch-depth: 0`)"
    )]
    Unknown(String),
    /// The folder was not there then, or held no articles.
    #[error(
        "there are no articles at `{name}`: {folder} held none in that commit; name one in which it did"
    )]
    NoArticles {
        /// The commit as it was named.
        name: String,
        /// The folder in its repository.
        folder: String,
    },
    /// Git stopped in the middle.
    #[error("git could not read the articles at `{name}` ({reason}): try `git fsck`")]
    Broken {
        /// The commit as it was named.
        name: String,
        /// What went wrong.
        reason: String,
    },
    /// The folder for them cannot be written.
    #[error("the articles of a commit cannot be written to the folder of temporary files: {0}")]
    Write(io::Error),
}

/// The articles of one commit. The folder goes when this does.
#[derive(Debug)]
pub struct CommitFolder {
    folder: TempDir,
    commit: String,
}

/// A file in git's store.
struct Blob {
    id: String,
    path: String,
    /// `None` for a list of files that are none of ours.
    kind: Option<FileKind>,
}

impl CommitFolder {
    /// The articles of the folder as they stood at a commit, named as git names commits.
    pub fn of(articles: &Path, name: &str) -> Result<Self, CommitError> {
        // A name that begins with a hyphen would be taken for an option.
        if name.is_empty() || name.starts_with('-') || name.contains(char::is_control) {
            return Err(CommitError::BadName(name.escape_default().to_string()));
        }
        let asked = run(git(articles).args(["rev-parse", "--show-prefix"]))?;
        if !asked.status.success() {
            let (folder, reason) = (articles.display().to_string(), said(&asked.stderr));
            return Err(if reason.contains("dubious ownership") {
                CommitError::NotOurs { reason }
            } else {
                CommitError::NoRepository { folder, reason }
            });
        }
        let prefix = String::from_utf8_lossy(&asked.stdout);
        let prefix = prefix.trim_end_matches(['\n', '/']);
        let commit = resolve(articles, &format!("{name}^{{commit}}"))?
            .ok_or_else(|| CommitError::Unknown(name.to_owned()))?;
        let none = || {
            let folder = if prefix.is_empty() { "the repository" } else { prefix };
            CommitError::NoArticles { name: name.to_owned(), folder: folder.to_owned() }
        };
        let tree = resolve(articles, &format!("{commit}:{prefix}"))?.ok_or_else(none)?;
        let blobs = list(articles, &tree, name)?;
        if !blobs.iter().any(|blob| blob.kind == Some(FileKind::Markdown)) {
            return Err(none());
        }
        let folder = tempfile::Builder::new().prefix("spravka-base-").tempdir();
        let folder = folder.map_err(CommitError::Write)?;
        write(articles, &blobs, folder.path(), name)?;
        Ok(Self { folder, commit })
    }

    /// Where they lie.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The commit's hash.
    pub fn commit(&self) -> &str {
        &self.commit
    }
}

fn run(command: &mut Command) -> Result<Output, CommitError> {
    command.output().map_err(CommitError::NoGit)
}

/// The first line of what git says is wrong.
pub(super) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("git gives no reason");
    line.trim_start_matches("fatal: ").chars().filter(|c| !c.is_control()).collect()
}

/// The hash of an object; `None` when there is none of this name.
fn resolve(articles: &Path, object: &str) -> Result<Option<String>, CommitError> {
    let asked = run(git(articles).args(["rev-parse", "--verify", "--quiet", object, "--"]))?;
    let text = String::from_utf8_lossy(&asked.stdout);
    let hash = text.lines().next().unwrap_or_default().trim();
    let is_hash = hash.len() >= 40 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    Ok((asked.status.success() && is_hash).then(|| hash.to_owned()))
}

/// The files of a tree that are files of ours.
fn list(articles: &Path, tree: &str, name: &str) -> Result<Vec<Blob>, CommitError> {
    let asked = run(git(articles).args(["ls-tree", "-r", "-z", "--full-tree", tree, "--"]))?;
    if !asked.status.success() {
        let reason = said(&asked.stderr);
        return Err(CommitError::Broken { name: name.to_owned(), reason });
    }
    let entries = asked.stdout.split(|byte| *byte == 0);
    Ok(entries.filter_map(|entry| Blob::read(std::str::from_utf8(entry).ok()?)).collect())
}

impl Blob {
    /// `100644 blob HASH\tPATH`; links and other repositories are not followed.
    fn read(entry: &str) -> Option<Self> {
        let (head, path) = entry.split_once('\t')?;
        let mut head = head.split(' ');
        let (mode, kind, id) = (head.next()?, head.next()?, head.next()?);
        if kind != "blob" || !mode.starts_with("100") {
            return None;
        }
        // A tree that somebody made by hand may hold anything.
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains('\\') {
            return None;
        }
        let file_name = path.rsplit('/').next()?;
        // They say which files are none of ours.
        let is_filter = matches!(file_name, ".gitignore" | ".ignore");
        let kind = kind_of(&SourcePath::new(path));
        if kind.is_none() && !is_filter {
            return None;
        }
        Some(Self { id: id.to_owned(), path: path.to_owned(), kind })
    }

    /// Whether its content matters: of a picture only that it is there.
    fn is_read(&self) -> bool {
        self.kind != Some(FileKind::Asset)
    }
}

/// Writes the files into a folder, all by one process.
fn write(articles: &Path, blobs: &[Blob], folder: &Path, name: &str) -> Result<(), CommitError> {
    let broken = |reason: String| CommitError::Broken { name: name.to_owned(), reason };
    for blob in blobs {
        let file = folder.join(&blob.path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(CommitError::Write)?;
        }
        if !blob.is_read() {
            fs::write(file, "").map_err(CommitError::Write)?;
        }
    }
    let mut child = git(articles)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(CommitError::NoGit)?;
    let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken("it takes no questions".to_owned()));
    };
    let wanted = || blobs.iter().filter(|blob| blob.is_read());
    let outcome = thread::scope(|scope| {
        // Both pipes are short: who asks everything before reading anything waits forever.
        scope.spawn(move || {
            // Fails when git has ended; the answers that are missing tell of it.
            let _ = wanted().try_for_each(|blob| writeln!(questions, "{}", blob.id));
        });
        let mut answers = BufReader::new(answers);
        wanted().try_for_each(|blob| {
            let bytes = next(&mut answers).map_err(|error| broken(error.to_string()))?;
            fs::write(folder.join(&blob.path), bytes).map_err(CommitError::Write)
        })
    });
    // It ends by itself when nothing is asked any more; after a failure nobody waits for it.
    if outcome.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    outcome
}

/// One answer: `HASH blob SIZE`, that many bytes, a line end.
pub(super) fn next(answers: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let size = size.ok_or_else(|| {
        let message = format!("a file is missing from the repository: {}", head.trim_end());
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    let mut bytes = Vec::new();
    answers.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    answers.read_exact(&mut [0])?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_below_the_folder_are_taken() {
        let read = |entry: &str| Blob::read(entry).map(|blob| (blob.is_read(), blob.path));
        assert_eq!(read("100644 blob abc\tru/a/b.md"), Some((true, "ru/a/b.md".to_owned())));
        assert_eq!(read("100644 blob abc\tru/a/b.png"), Some((false, "ru/a/b.png".to_owned())));
        assert_eq!(
            read("100644 blob abc\tru/.gitignore"),
            Some((true, "ru/.gitignore".to_owned()))
        );
        for entry in [
            "120000 blob abc\tru/a/b.md",
            "160000 commit abc\tru/a/b.md",
            "100644 blob abc\t../a/b.md",
            "100644 blob abc\t/etc/b.md",
            "100644 blob abc\tru/a/b.rs",
        ] {
            assert_eq!(read(entry), None, "{entry}");
        }
    }

    #[test]
    fn a_name_that_git_could_take_for_an_option_is_none() {
        for name in ["", "--output=x", "-h", "main\nother"] {
            let outcome = CommitFolder::of(Path::new("."), name);
            assert!(matches!(outcome, Err(CommitError::BadName(_))), "{name}");
        }
    }
}
