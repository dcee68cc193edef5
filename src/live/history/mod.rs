//! The articles as they were: every published version of a file, from git, without a database.

pub(super) mod journal;
mod past;

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use moka::sync::Cache;

use self::journal::{Change, Journal, Repository};
pub use self::past::{Past, Version};
use super::git::{git, next_file, said};
use super::read::{FileKind, kind_of};
use crate::article::{
    Article, ArticleId, Facts, InvalidName, Parsed, Source, SourcePath, parse_with,
};

/// Bytes of versions kept, about.
const KEPT: u64 = 32 * 1024 * 1024;
/// A longer file is no article: one byte more than parsing takes, so that it refuses it.
const LONGEST_FILE: u64 = (1 << 20) + 1;
/// Versions of the facts in a row that may be broken.
const MOST_BROKEN: usize = 5;
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
    place: OnceLock<Place>,
    journal: Mutex<Option<Arc<Journal>>>,
    /// What a file said at a commit; `None` for what was no article.
    articles: Cache<(Revision, SourcePath), Option<Arc<Article>>>,
}

/// Where git is asked.
#[derive(Debug)]
struct Place {
    /// The articles folder, or a bare repository.
    folder: PathBuf,
    /// Where the articles lie in the repository; found out when it is not told.
    prefix: Option<String>,
}

/// A file with the content that a commit gave it.
#[derive(Clone, Copy)]
struct Stand<'a> {
    path: &'a SourcePath,
    change: &'a Change,
}

impl Default for History {
    fn default() -> Self {
        let weight = |_: &(Revision, SourcePath), article: &Option<Arc<Article>>| {
            // Text, markup and what they are found by.
            let text = |article: &Arc<Article>| {
                article.sections.iter().map(|section| section.text.len()).sum::<usize>() * 3
            };
            u32::try_from(512 + article.as_ref().map_or(0, text)).unwrap_or(u32::MAX)
        };
        let articles = Cache::builder().max_capacity(KEPT).weigher(weight).build();
        Self { place: OnceLock::new(), journal: Mutex::default(), articles }
    }
}

impl History {
    /// Of the repository that the articles folder lies in, wherever that is.
    pub fn of_folder(articles: &Path) -> Self {
        let history = Self::default();
        history.lies(articles, None);
        history
    }

    /// Of the articles below `prefix` in a repository, which may be bare. An empty prefix is its top.
    pub fn of_repository(repository: &Path, prefix: &str) -> Self {
        let history = Self::default();
        history.is_of_repository(repository, prefix);
        history
    }

    /// Tells one of which nothing is known yet that it is of the articles below `prefix` in a
    /// repository; nothing changes for one that knows.
    pub fn is_of_repository(&self, repository: &Path, prefix: &str) {
        let folder = prefix.trim_matches('/');
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.lies(repository, Some(prefix));
    }

    fn lies(&self, folder: &Path, prefix: Option<String>) {
        // Who is told twice believes the first.
        let _ = self.place.set(Place { folder: folder.to_owned(), prefix });
    }

    fn place(&self) -> Result<&Place, HistoryError> {
        let unknown = || HistoryError::Unreadable("it is not fetched yet".to_owned());
        self.place.get().ok_or_else(unknown)
    }

    /// The past of a file as of the commit `head`, through its renames. Runs git and waits for it.
    pub fn past_of(&self, head: &str, path: &SourcePath) -> Result<Past, HistoryError> {
        let prefix = self.prefix()?;
        let journal = self.journal(head, &prefix)?;
        Past::read(self, journal, path)
    }

    /// Whether a commit is on the published line, or was brought by it. Runs git and waits for it.
    pub fn knows(&self, head: &str, revision: &Revision) -> Result<bool, HistoryError> {
        let prefix = self.prefix()?;
        Ok(self.journal(head, &prefix)?.position(revision).is_some())
    }

    /// Files that are gone as of the commit `head` and were the article of this id, by their names;
    /// those that went last come first. Runs git and waits for it.
    pub fn gone(&self, head: &str, id: &ArticleId) -> Result<Vec<SourcePath>, HistoryError> {
        let prefix = self.prefix()?;
        let journal = self.journal(head, &prefix)?;
        let is_it = |path: &SourcePath| {
            path.stem() == id.as_str() && kind_of(path) == Some(FileKind::Markdown)
        };
        Ok(journal.gone(is_it))
    }

    fn prefix(&self) -> Result<String, HistoryError> {
        let place = self.place()?;
        if let Some(prefix) = &place.prefix {
            return Ok(prefix.clone());
        }
        let output = git(&place.folder).args(["rev-parse", "--show-prefix"]).output();
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
        let repository = Repository { place: &self.place()?.folder, prefix };
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
        let facts =
            self.facts(journal, wanted.iter().map(|(at, _)| stands[*at].change.position))?;
        let blobs: Vec<&str> = wanted.iter().map(|(_, blob)| *blob).collect();
        for ((at, _), bytes) in wanted.iter().zip(self.files(&blobs)?) {
            let none = Facts::default();
            let mut told = journal.facts(stands[*at].change.position);
            let quoted = told.find_map(|blob| facts.get(blob)?.as_ref());
            let article = article_of(journal, stands[*at], bytes, quoted.unwrap_or(&none));
            if let Some(key) = key(&stands[*at]) {
                self.articles.insert(key, article.clone());
            }
            known.insert(*at, article);
        }
        Ok((0..stands.len()).map(|at| known.remove(&at).flatten()).collect())
    }

    /// What `facts.yaml` said at these places, by the names of its contents; `None` for what could not
    /// be read, and then what it said before is there too.
    fn facts<'a>(
        &self,
        journal: &'a Journal,
        positions: impl Iterator<Item = u32>,
    ) -> Result<HashMap<&'a str, Option<Facts>>, HistoryError> {
        let positions: Vec<u32> = positions.collect();
        let path = SourcePath::new(Facts::FILE);
        let read = |bytes: Vec<u8>| Facts::parse(&path, &String::from_utf8(bytes).ok()?).ok();
        let mut known: HashMap<&str, Option<Facts>> = HashMap::new();
        for back in 0..MOST_BROKEN {
            // Of those that have no good one yet, the next older.
            let open = positions.iter().filter(|position| {
                let mut told = journal.facts(**position).take(back);
                !told.any(|blob| known.get(blob).is_some_and(Option::is_some))
            });
            let mut blobs: Vec<&str> =
                open.filter_map(|position| journal.facts(*position).nth(back)).collect();
            blobs.retain(|blob| !known.contains_key(blob));
            blobs.sort_unstable();
            blobs.dedup();
            let files = self.files(&blobs)?;
            known.extend(blobs.into_iter().zip(files.into_iter().map(read)));
        }
        Ok(known)
    }

    /// The contents of these names, by one process.
    fn files(&self, blobs: &[&str]) -> Result<Vec<Vec<u8>>, HistoryError> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = git(&self.place()?.folder)
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
fn article_of(
    journal: &Journal,
    stand: Stand<'_>,
    bytes: Vec<u8>,
    facts: &Facts,
) -> Option<Arc<Article>> {
    let modified = journal.commit(stand.change.position).map(|commit| commit.at);
    let source = Source { path: stand.path.clone(), bytes, modified };
    let (parsed, _) = parse_with(&source, facts);
    match parsed {
        Parsed::Article(article) => Some(Arc::from(article)),
        Parsed::Index(_) | Parsed::Nothing => None,
    }
}

#[cfg(test)]
mod tests;
