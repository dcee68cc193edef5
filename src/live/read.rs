//! The articles folder as it stands on disk: which files there are, and what is in them.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::article::{Facts, SourcePath};
use crate::catalog::{PixelSize, Site, Words};
use crate::search::{GOLDEN_FILE, Synonyms};

/// Largest file read: an article above it is refused by parsing, which needs to see that it is.
const MAX_READ: u64 = (1 << 20) + 1;

/// Extensions of files that may be served beside the articles.
const ASSETS: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "pdf", "txt", "csv"];

/// The articles folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// What tells one state of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    modified: i128,
    /// The time of the last change of any kind: no program can set it, so an old or equal
    /// modification time hides nothing.
    changed: i128,
    inode: u64,
}

/// What a file is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FileKind {
    /// An article or an `_index.md`.
    Markdown,
    /// `site.yaml`, `facts.yaml`, `synonyms.yaml`, `golden.yaml`, `words.yaml`.
    Settings,
    /// An image or another file that an article may show.
    Asset,
}

/// A file that is there.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: SourcePath,
    pub(super) kind: FileKind,
    pub(super) stamp: Stamp,
}

/// Something that looks like an article and cannot be one: a link, a pipe, a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Oddity {
    pub(super) path: SourcePath,
    pub(super) what: String,
}

impl Folder {
    /// The folder at this path.
    pub fn new(root: &Path) -> Self {
        // Absolute, for the system tells of changes by absolute paths.
        Self { root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()) }
    }

    /// Its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file that a source path names.
    pub fn file(&self, path: &SourcePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    /// The source path of a file below the folder; `None` for others and for names that are no
    /// UTF-8.
    pub(super) fn source_path(&self, file: &Path) -> Option<SourcePath> {
        let relative = file.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| SourcePath::new(&parts.join("/")))
    }

    /// All files below the folder that matter, sorted by path.
    ///
    /// Hidden files, what `.gitignore` names and what editors leave behind are no files of ours.
    /// Links are not followed: what is served lies in the folder.
    pub(super) fn scan(&self) -> io::Result<(Vec<Found>, Vec<Oddity>)> {
        // Fails here when the folder itself is gone; the walk would only find nothing.
        fs::read_dir(&self.root)?;
        let mut found = Vec::new();
        let mut odd = Vec::new();
        let walk = WalkBuilder::new(&self.root)
            .parents(false)
            .git_global(false)
            .git_exclude(false)
            .require_git(false)
            .follow_links(false)
            .max_depth(Some(12))
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    tracing::warn!(%error, "a part of the articles folder cannot be read");
                    continue;
                }
            };
            let Some(path) = self.source_path(entry.path()) else { continue };
            let Some(kind) = kind_of(&path) else { continue };
            let Some(file_type) = entry.file_type() else { continue };
            if file_type.is_file() {
                if let Ok(metadata) = entry.metadata() {
                    found.push(Found { path, kind, stamp: Stamp::of(&metadata) });
                }
            } else if kind == FileKind::Markdown {
                let what = if file_type.is_symlink() {
                    "a symbolic link"
                } else if file_type.is_dir() {
                    "a folder"
                } else {
                    "no regular file"
                };
                odd.push(Oddity { path, what: what.to_owned() });
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((found, odd))
    }

    /// The articles and every `_index.md`, sorted by path.
    pub fn articles(&self) -> io::Result<Vec<SourcePath>> {
        let (found, _) = self.scan()?;
        let articles = found.into_iter().filter(|found| found.kind == FileKind::Markdown);
        Ok(articles.map(|found| found.path).collect())
    }

    /// What articles may quote; nothing while the file has a mistake.
    pub fn facts(&self) -> Facts {
        let path = SourcePath::new(Facts::FILE);
        let text = self.read(&path).ok().and_then(|(bytes, _)| String::from_utf8(bytes).ok());
        text.and_then(|text| Facts::parse(&path, &text).ok()).unwrap_or_default()
    }

    /// One file, if it is there and a regular one.
    pub(super) fn find(&self, path: &SourcePath) -> Option<Found> {
        let kind = kind_of(path)?;
        let metadata = fs::symlink_metadata(self.file(path)).ok()?;
        metadata.is_file().then(|| Found { path: path.clone(), kind, stamp: Stamp::of(&metadata) })
    }

    /// The bytes of a regular file, and when it was modified.
    pub(super) fn read(&self, path: &SourcePath) -> io::Result<(Vec<u8>, Option<Timestamp>)> {
        let file = fs::File::open(self.file(path))?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let mut bytes = Vec::with_capacity(metadata.len().min(MAX_READ) as usize + 1);
        file.take(MAX_READ).read_to_end(&mut bytes)?;
        let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        Ok((bytes, modified))
    }

    /// How large a picture is, by its first bytes; `None` for what is none, or says nothing of it.
    pub(super) fn picture_size(&self, path: &SourcePath) -> Option<PixelSize> {
        let size = imagesize::size(self.file(path)).ok()?;
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        (width > 0 && height > 0).then_some(PixelSize { width, height })
    }

    /// The bytes of a file beside the articles, for the web: only of a kind that may be served.
    pub fn asset(&self, path: &SourcePath) -> Option<Vec<u8>> {
        /// Larger files belong on a file server.
        const MAX_ASSET: u64 = 20 << 20;
        let found = self.find(path).filter(|found| found.kind == FileKind::Asset)?;
        if found.stamp.size > MAX_ASSET {
            tracing::warn!(%path, size = found.stamp.size, "a file is too large to be served");
            return None;
        }
        fs::read(self.file(path)).ok()
    }
}

impl Stamp {
    /// Of no file: whatever is on disk differs from it.
    pub(super) const NONE: Self = Self { size: u64::MAX, modified: 0, changed: 0, inode: 0 };

    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Self {
            size: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        let modified = modified.map_or(0, Timestamp::as_nanosecond);
        Self { size: metadata.len(), modified, changed: modified, inode: 0 }
    }
}

/// What a path names, by its name alone.
pub(super) fn kind_of(path: &SourcePath) -> Option<FileKind> {
    let name = path.file_name();
    let is_hidden =
        |part: &str| part.starts_with('.') || part.starts_with('#') || part.ends_with('~');
    if path.as_str().split('/').any(is_hidden) {
        return None;
    }
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.is_empty() {
        return None;
    }
    match extension {
        "md" => Some(FileKind::Markdown),
        "yaml" => {
            let is_known = match path.as_str().split('/').collect::<Vec<_>>().as_slice() {
                [name] => [Site::FILE, Facts::FILE].contains(name),
                [_, name] => [Synonyms::FILE, GOLDEN_FILE, Words::FILE].contains(name),
                _ => false,
            };
            is_known.then_some(FileKind::Settings)
        }
        extension if ASSETS.contains(&extension.to_ascii_lowercase().as_str()) => {
            Some(FileKind::Asset)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_behind_is_no_article() {
        let kind = |path: &str| kind_of(&SourcePath::new(path));
        for path in [
            "ru/a/.x.md.swp",
            "ru/a/x.md~",
            "ru/a/#x.md#",
            "ru/a/.#x.md",
            "ru/a/x.md.tmp",
            "ru/a/.md",
        ] {
            assert_eq!(kind(path), None, "{path}");
        }
        assert_eq!(kind("ru/a/x.md"), Some(FileKind::Markdown));
        assert_eq!(kind("ru/golden.yaml"), Some(FileKind::Settings));
        assert_eq!(kind("ru/a/golden.yaml"), None);
        assert_eq!(kind("ru/a/step.PNG"), Some(FileKind::Asset));
    }
}
