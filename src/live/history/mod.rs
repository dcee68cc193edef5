//! The articles as they were: every published version of a file, from git, without a database.

mod journal;
mod past;

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use moka::sync::Cache;

use self::journal::{Change, Journal, Repository};
pub use self::past::{Past, Version};
use super::git::{git, next_file, said};
use crate::article::{Article, ArticleId, InvalidName, Parsed, Source, SourcePath, parse};

/// Bytes of versions kept, about.
const KEPT: u64 = 32 * 1024 * 1024;
/// A longer file is no article: one byte more than parsing takes, so that it refuses it.
const LONGEST_FILE: u64 = (1 << 20) + 1;
/// Least digits that name a commit, as git has it.
const SHORTEST: usize = 7;
/// Digits of a hash.
const LONGEST: usize = 40;
/// Digits in addresses of ours: enough to tell a million commits apart.
const SHORT: usize = 10;

/// The name of a commit: its hash, or the beginning of it. Never anything that git could read otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision(Box<str>);

impl Revision {
    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands in addresses.
    pub fn short(&self) -> &str {
        self.0.get(..SHORT).unwrap_or(&self.0)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Revision {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_long_enough = (SHORTEST..=LONGEST).contains(&text.len());
        if is_long_enough && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(InvalidName {
                kind: "revision",
                text: text.chars().take(LONGEST).collect(),
                rule: "use 7 to 40 digits 0-9 and a-f of a commit's hash",
            })
        }
    }
}

/// Why the past cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The program is not there.
    #[error("the `git` program cannot be run ({0}): install git where Spravka runs")]
    NoGit(io::Error),
    /// Git refuses.
    #[error("git cannot read the history of the articles ({0}): try `git log` in their folder")]
    Unreadable(String),
}

/// The history of the repository that the articles lie in.
pub struct History {
    /// Where git is asked: the articles folder, or a bare repository.
    place: PathBuf,
    /// Where the articles lie in the repository; found out when it is not told.
    prefix: Option<String>,
    journal: Mutex<Option<Arc<Journal>>>,
    /// What a file said at a commit; `None` for what was no article.
    articles: Cache<(Revision, SourcePath), Option<Arc<Article>>>,
}

/// A file with the content that a commit gave it.
#[derive(Clone, Copy)]
struct Stand<'a> {
    path: &'a SourcePath,
    change: &'a Change,
}

impl History {
    /// Of the repository that the articles folder lies in, wherever that is.
    pub fn of_folder(articles: &Path) -> Self {
        Self::new(articles, None)
    }

    /// Of the articles below `prefix` in a repository, which may be bare. An empty prefix is its top.
    pub fn of_repository(repository: &Path, prefix: &str) -> Self {
        let folder = prefix.trim_matches('/');
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Self::new(repository, Some(prefix))
    }

    fn new(place: &Path, prefix: Option<String>) -> Self {
        let weight = |_: &(Revision, SourcePath), article: &Option<Arc<Article>>| {
            // Text, markup and what they are found by.
            let text = |article: &Arc<Article>| {
                article.sections.iter().map(|section| section.text.len()).sum::<usize>() * 3
            };
            u32::try_from(512 + article.as_ref().map_or(0, text)).unwrap_or(u32::MAX)
        };
        let articles = Cache::builder().max_capacity(KEPT).weigher(weight).build();
        Self { place: place.to_owned(), prefix, journal: Mutex::default(), articles }
    }

    /// The past of a file as of the commit `head`, through its renames. Runs git and waits for it.
    pub fn past_of(&self, head: &str, path: &SourcePath) -> Result<Past, HistoryError> {
        let prefix = self.prefix()?;
        let journal = self.journal(head, &prefix)?;
        Past::read(self, journal, path)
    }

    /// Files that are gone as of the commit `head` and were the article of this id, by their names;
    /// those that went last come first. Runs git and waits for it.
    pub fn gone(&self, head: &str, id: &ArticleId) -> Result<Vec<SourcePath>, HistoryError> {
        let prefix = self.prefix()?;
        let journal = self.journal(head, &prefix)?;
        Ok(journal.gone(|path| path.stem() == id.as_str()))
    }

    fn prefix(&self) -> Result<String, HistoryError> {
        if let Some(prefix) = &self.prefix {
            return Ok(prefix.clone());
        }
        let output = git(&self.place).args(["rev-parse", "--show-prefix"]).output();
        let output = output.map_err(HistoryError::NoGit)?;
        if !output.status.success() {
            return Err(HistoryError::Unreadable(said(&output.stderr)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
    }

    /// One reads it, and who comes meanwhile waits for that instead of reading it again.
    fn journal(&self, head: &str, prefix: &str) -> Result<Arc<Journal>, HistoryError> {
        let mut known = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(journal) = known.as_ref().filter(|journal| journal.head() == head) {
            return Ok(Arc::clone(journal));
        }
        let repository = Repository { place: &self.place, prefix };
        let last = known.take().map(Arc::unwrap_or_clone);
        let journal = Arc::new(Journal::up_to(head, &repository, last)?);
        *known = Some(Arc::clone(&journal));
        Ok(journal)
    }

    /// What files said with these contents, in the same order. What is not known yet is read by one git.
    fn articles(
        &self,
        journal: &Journal,
        stands: &[Stand<'_>],
    ) -> Result<Vec<Option<Arc<Article>>>, HistoryError> {
        let key = |stand: &Stand<'_>| {
            let commit = journal.commit(stand.change.position)?;
            Some((commit.revision.clone(), stand.path.clone()))
        };
        let mut known: HashMap<usize, Option<Arc<Article>>> = HashMap::new();
        let mut wanted = Vec::new();
        for (at, stand) in stands.iter().enumerate() {
            match key(stand).and_then(|key| self.articles.get(&key)) {
                Some(article) => drop(known.insert(at, article)),
                None => wanted.extend(stand.change.blob.as_deref().map(|blob| (at, blob))),
            }
        }
        let blobs: Vec<&str> = wanted.iter().map(|(_, blob)| *blob).collect();
        for ((at, _), bytes) in wanted.iter().zip(self.files(&blobs)?) {
            let article = article_of(journal, stands[*at], bytes);
            if let Some(key) = key(&stands[*at]) {
                self.articles.insert(key, article.clone());
            }
            known.insert(*at, article);
        }
        Ok((0..stands.len()).map(|at| known.remove(&at).flatten()).collect())
    }

    /// The contents of these names, by one process.
    fn files(&self, blobs: &[&str]) -> Result<Vec<Vec<u8>>, HistoryError> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = git(&self.place)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(HistoryError::NoGit)?;
        let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(HistoryError::Unreadable("it takes no questions".to_owned()));
        };
        let read = thread::scope(|scope| {
            // Both pipes are short: who asks everything before reading anything waits forever.
            scope.spawn(move || {
                // Fails when git has ended; the answers that are missing tell of it.
                let _ = blobs.iter().try_for_each(|blob| writeln!(questions, "{blob}"));
            });
            let mut answers = BufReader::new(answers);
            let each = blobs.iter().map(|_| next_file(&mut answers, LONGEST_FILE));
            each.collect::<io::Result<Vec<_>>>()
        });
        if read.is_err() {
            // It has nothing more to say; it may have ended by itself.
            let _ = child.kill();
        }
        let _ = child.wait();
        read.map_err(|error| HistoryError::Unreadable(error.to_string()))
    }
}

/// What a file said at a commit, by today's parser. The one place where a version is parsed.
fn article_of(journal: &Journal, stand: Stand<'_>, bytes: Vec<u8>) -> Option<Arc<Article>> {
    let modified = journal.commit(stand.change.position).map(|commit| commit.at);
    let (parsed, _) = parse(&Source { path: stand.path.clone(), bytes, modified });
    match parsed {
        Parsed::Article(article) => Some(Arc::from(article)),
        Parsed::Index(_) | Parsed::Nothing => None,
    }
}

#[cfg(test)]
mod tests;
