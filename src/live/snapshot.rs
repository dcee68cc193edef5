//! What was read, kept in the index folder: a restart with unchanged articles parses nothing, and
//! an article that was broken keeps its last good version.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::dates::CommitDates;
use super::library::{FileState, Good};
use super::read::{FileKind, Stamp, kind_of};
use crate::article::{Article, Digest, IndexPage, Parsed, Problem, Source, SourcePath, parse};
use crate::catalog::PixelSize;

/// The file's name in the index folder.
const FILE: &str = "articles.bin";
/// At the head of it; changes with the form of what follows.
const MAGIC: &[u8; 8] = b"SPRAVKA4";

/// The present edition's number, written at once, for it must never be given twice.
const NUMBER_FILE: &str = "edition";

/// The last good versions of broken files, readable by every version of the program.
const QUARANTINE_FILE: &str = "quarantine.bin";

/// Writes down the number and the fingerprint of the edition that is served.
pub(super) fn write_number(folder: &Path, edition: u64, fingerprint: u64) -> io::Result<()> {
    let half = folder.join("edition.half");
    fs::write(&half, format!("{edition} {fingerprint:016x}\n"))?;
    fs::rename(half, folder.join(NUMBER_FILE))
}

fn read_number(folder: &Path) -> Option<(u64, u64)> {
    let text = fs::read_to_string(folder.join(NUMBER_FILE)).ok()?;
    let (edition, fingerprint) = text.trim().split_once(' ')?;
    Some((edition.parse().ok()?, u64::from_str_radix(fingerprint, 16).ok()?))
}

/// The last good versions begin with it.
const QUARANTINE_MAGIC: &[u8; 8] = b"SPRAVKA1";

/// Files of a record: enough to find what they have in common.
const FILES: usize = 32;

#[derive(Serialize, Deserialize)]
struct File {
    stamp: Stamp,
    digest: Digest,
    good: Option<Kept>,
    problems: Vec<Problem>,
    quarantined: bool,
    since: u64,
}

#[derive(Serialize, Deserialize)]
enum Kept {
    Article(Arc<Article>),
    Page(Arc<IndexPage>),
    /// Width and height of a picture.
    Asset(Option<(u32, u32)>),
    Settings(String),
}

/// What a snapshot brings back.
#[derive(Default)]
pub(super) struct Restored {
    pub(super) edition: u64,
    pub(super) fingerprint: u64,
    pub(super) dates: CommitDates,
    pub(super) files: BTreeMap<SourcePath, FileState>,
}

/// Writes a snapshot and puts it in its place, whole or not at all.
///
/// It is a row of records, each compressed and with its own hash, written and read one by one: a
/// help center is never in memory twice. The first holds the commit dates, each other some files.
pub(super) fn write(
    folder: &Path,
    dates: &CommitDates,
    files: &BTreeMap<SourcePath, FileState>,
) -> io::Result<()> {
    let half = folder.join("articles.half");
    let mut out = BufWriter::new(fs::File::create(&half)?);
    out.write_all(MAGIC)?;
    out.write_all(&program().to_le_bytes())?;
    write_record(&mut out, dates)?;
    let mut files = files.iter().peekable();
    while files.peek().is_some() {
        let some: Vec<(&SourcePath, File)> =
            files.by_ref().take(FILES).map(|(path, state)| (path, File::of(state))).collect();
        write_record(&mut out, &some)?;
    }
    out.into_inner()?;
    fs::rename(half, folder.join(FILE))
}

fn write_record(out: &mut impl Write, content: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_allocvec(content).map_err(io::Error::other)?;
    let packed = lz4_flex::compress_prepend_size(&bytes);
    out.write_all(&(packed.len() as u32).to_le_bytes())?;
    out.write_all(&xxhash_rust::xxh3::xxh3_64(&packed).to_le_bytes())?;
    out.write_all(&packed)
}

/// The next record; `None` at the end. One that is not whole is an error.
fn read_record<T: DeserializeOwned>(input: &mut impl BufRead) -> io::Result<Option<T>> {
    if input.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let (mut length, mut hash) = ([0; 4], [0; 8]);
    input.read_exact(&mut length)?;
    input.read_exact(&mut hash)?;
    let length = u64::from(u32::from_le_bytes(length));
    // Not allocated by its length before it is there: the length may be what is damaged.
    let mut packed = Vec::new();
    input.by_ref().take(length).read_to_end(&mut packed)?;
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a record is damaged");
    if xxhash_rust::xxh3::xxh3_64(&packed).to_le_bytes() != hash {
        return Err(damaged());
    }
    let bytes = lz4_flex::decompress_size_prepended(&packed).map_err(|_| damaged())?;
    postcard::from_bytes(&bytes).map(Some).map_err(|_| damaged())
}

/// Bytes with what proves them whole before them.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 16);
    bytes.extend_from_slice(QUARANTINE_MAGIC);
    bytes.extend_from_slice(&xxhash_rust::xxh3::xxh3_64(body).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// The body of sealed bytes; `None` when they are not whole.
fn unsealed(bytes: &[u8]) -> Option<&[u8]> {
    let (magic, rest) = bytes.split_at_checked(8)?;
    let (hash, body) = rest.split_at_checked(8)?;
    let is_whole =
        magic == QUARANTINE_MAGIC && xxhash_rust::xxh3::xxh3_64(body).to_le_bytes() == hash;
    is_whole.then_some(body)
}

/// A file that is served in an older version than the one on disk: its path, the text that is
/// served, when that was written, and when the file came.
type Quarantined = (SourcePath, String, Option<Timestamp>, u64);

/// Writes down what is served in place of broken files. At once and before readers see it, for
/// nothing else has these texts any more.
pub(super) fn write_quarantine(
    folder: &Path,
    files: &BTreeMap<SourcePath, FileState>,
) -> io::Result<()> {
    let quarantined: Vec<Quarantined> = files
        .iter()
        .filter(|(_, state)| state.quarantined)
        .filter_map(|(path, state)| match &state.good {
            Some(Good::Article(article)) => {
                // With its facts in place: those of that time may be no more.
                Some((path.clone(), article.body().into_text(), article.updated, state.since))
            }
            Some(Good::Settings(text)) => Some((path.clone(), text.to_string(), None, state.since)),
            _ => None,
        })
        .collect();
    let bytes = sealed(&postcard::to_allocvec(&quarantined).map_err(io::Error::other)?);
    let half = folder.join("quarantine.half");
    fs::write(&half, bytes)?;
    fs::rename(half, folder.join(QUARANTINE_FILE))
}

fn read_quarantine(folder: &Path) -> Vec<Quarantined> {
    let bytes = fs::read(folder.join(QUARANTINE_FILE)).unwrap_or_default();
    unsealed(&bytes).and_then(|body| postcard::from_bytes(body).ok()).unwrap_or_default()
}

/// Reads the snapshot. One that is missing, damaged or of another program brings back what it can.
pub(super) fn read(folder: &Path) -> Restored {
    let mut restored = read_files(folder);
    restored.files.extend(read_quarantine(folder).into_iter().filter_map(revive));
    if let Some((edition, fingerprint)) = read_number(folder) {
        (restored.edition, restored.fingerprint) = (edition, fingerprint);
    }
    restored
}

fn read_files(folder: &Path) -> Restored {
    let mut restored = Restored::default();
    let mut file = match fs::File::open(folder.join(FILE)) {
        Ok(file) => BufReader::with_capacity(1 << 17, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return restored,
        Err(error) => {
            tracing::warn!(%error, "the copy of the articles cannot be read: all are parsed anew");
            return restored;
        }
    };
    if let Err(error) = restored.read_records(&mut file) {
        tracing::warn!(%error, "the copy of the articles is damaged: what it lacks is parsed anew");
    }
    restored
}

impl Restored {
    fn read_records(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        let mut head = [0; 16];
        input.read_exact(&mut head)?;
        if head[..8] != *MAGIC || head[8..] != program().to_le_bytes() {
            tracing::info!(
                "the program has changed since the last start: all articles are parsed anew"
            );
            return Ok(());
        }
        self.dates = read_record(input)?.unwrap_or_default();
        while let Some(files) = read_record::<Vec<(SourcePath, File)>>(input)? {
            self.files.extend(files.into_iter().map(|(path, file)| (path, file.state())));
        }
        Ok(())
    }
}

/// The last good version of a broken file, parsed again.
fn revive(quarantined: Quarantined) -> Option<(SourcePath, FileState)> {
    let (path, source, modified, since) = quarantined;
    let good = if kind_of(&path) == Some(FileKind::Settings) {
        Good::Settings(source.into())
    } else {
        let source = Source { path: path.clone(), bytes: source.into_bytes(), modified };
        match parse(&source).0 {
            Parsed::Article(article) => Good::Article(Arc::from(article)),
            Parsed::Index(_) | Parsed::Nothing => return None,
        }
    };
    let state = FileState {
        stamp: Stamp::NONE,
        digest: Digest(0),
        good: Some(good),
        problems: Vec::new(),
        quarantined: true,
        since,
    };
    Some((path, state))
}

/// Names this very program: another build may parse differently.
fn program() -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    if let Some(metadata) = std::env::current_exe().ok().and_then(|exe| fs::metadata(exe).ok()) {
        hash.update(&metadata.len().to_le_bytes());
        let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        hash.update(&modified.map_or(0, Timestamp::as_nanosecond).to_le_bytes());
    }
    hash.digest()
}

impl File {
    fn of(state: &FileState) -> Self {
        let good = state.good.as_ref().map(|good| match good {
            Good::Article(article) => Kept::Article(Arc::clone(article)),
            Good::Page(page) => Kept::Page(Arc::clone(page)),
            Good::Asset(size) => Kept::Asset(size.map(|size| (size.width, size.height))),
            Good::Settings(text) => Kept::Settings(text.to_string()),
        });
        Self {
            stamp: state.stamp,
            digest: state.digest,
            good,
            problems: state.problems.clone(),
            quarantined: state.quarantined,
            since: state.since,
        }
    }

    fn state(self) -> FileState {
        let good = self.good.map(|kept| match kept {
            Kept::Article(article) => Good::Article(article),
            Kept::Page(page) => Good::Page(page),
            Kept::Asset(size) => {
                Good::Asset(size.map(|(width, height)| PixelSize { width, height }))
            }
            Kept::Settings(text) => Good::Settings(text.into()),
        });
        FileState {
            stamp: self.stamp,
            digest: self.digest,
            good,
            problems: self.problems,
            quarantined: self.quarantined,
            since: self.since,
        }
    }
}
