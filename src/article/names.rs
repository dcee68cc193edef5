//! The names articles go by: checked once, when they are made, and well formed ever after.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest slug, in bytes: long enough for a title, short enough for every file system.
pub(super) const MAX_SLUG_LENGTH: usize = 120;

/// Why a text cannot be the name it was meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {kind}: {rule}")]
pub struct InvalidName {
    /// What the text was meant to be: `slug`, `locale`.
    pub kind: &'static str,
    /// The text itself.
    pub text: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

/// Lower-case ASCII words and numbers joined by single hyphens: `withdraw-to-card`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slug(Box<str>);

impl Slug {
    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest slug to any text, Cyrillic included: «Вывод на карту» → `vyvod-na-kartu`.
    /// `None` when no letter or digit is left of it.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut slug = String::with_capacity(text.len());
        for c in text.chars() {
            // Russian soft and hard signs become apostrophes, which divide no word.
            for c in any_ascii::any_ascii_char(c).chars().filter(|c| *c != '\'' && *c != '"') {
                if c.is_ascii_alphanumeric() {
                    slug.push(c.to_ascii_lowercase());
                } else if !slug.is_empty() && !slug.ends_with('-') {
                    slug.push('-');
                }
            }
        }
        slug.truncate(MAX_SLUG_LENGTH);
        slug.truncate(slug.trim_end_matches('-').len());
        (!slug.is_empty()).then(|| Self(slug.into()))
    }

    /// The anchor of the text before any heading.
    pub(super) fn lead() -> Self {
        Self(super::Section::LEAD.into())
    }

    /// The topic of articles that have none of their own.
    pub(super) fn all() -> Self {
        Self("all".into())
    }

    /// This slug with a number behind it: `limits` → `limits-2`. It stays within the length allowed.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let tail = format!("-{number}");
        let mut head = self.0[..self.0.len().min(MAX_SLUG_LENGTH - tail.len())].to_owned();
        head.truncate(head.trim_end_matches('-').len());
        Self(format!("{head}{tail}").into())
    }
}

impl FromStr for Slug {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if text.len() <= MAX_SLUG_LENGTH && text.split('-').all(is_word) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidName {
                kind: "slug",
                text: text.chars().take(MAX_SLUG_LENGTH).collect(),
                rule: "use a-z, 0-9 and single hyphens between words, at most 120 characters",
            })
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An article's identity across locales and renames: the last part of `/a/{id}`.
pub type ArticleId = Slug;
/// A topic: the name of its folder.
pub type TopicId = Slug;
/// What an article is also about, across topics.
pub type Tag = Slug;
/// The name of a section inside its page: the part of an address after `#`.
pub type Anchor = Slug;

/// A language tag, lower case: `ru`, `en`, `pt-br`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Locale(Box<str>);

impl Locale {
    /// The locale as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its language alone: `pt` of `pt-br`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl FromStr for Locale {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let mut parts = text.split('-');
        let language = parts.next().unwrap_or_default();
        let is_language =
            matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_lowercase());
        let is_part = |part: &str| {
            matches!(part.len(), 2..=8)
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if is_language && text.len() <= 20 && parts.all(is_part) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidName {
                kind: "locale",
                text: text.chars().take(40).collect(),
                rule: "use a lower-case language tag like `ru`, `en` or `pt-br`",
            })
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a file lies below the articles folder, with `/` between its parts: `ru/payments/fees.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(Box<str>);

impl SourcePath {
    /// A path from its parts as text; back slashes are not separators.
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file's name: `fees.md`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The file's name without its last extension: `fees`.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The folder's path without a slash behind it: `ru/payments`; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The path that a relative link written in this file means, `.` and `..` resolved.
    /// `None` when it leads out of the articles folder.
    pub fn resolve(&self, link: &str) -> Option<Self> {
        let mut parts: Vec<&str> = self.folder().split('/').filter(|p| !p.is_empty()).collect();
        for part in link.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self(parts.join("/").into()))
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.contains(char::is_control) {
            return f.write_str(&self.0);
        }
        // A line end in a name would be a line of the log.
        self.0.chars().try_for_each(|c| {
            if c.is_control() { write!(f, "{}", c.escape_default()) } else { write!(f, "{c}") }
        })
    }
}

/// Who may read an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Audience {
    /// Everybody.
    Public,
    /// Whoever holds a staff key.
    Staff,
}

impl Audience {
    /// The word for it in front matter and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Staff => "staff",
        }
    }
}

/// The hash of one article's file: two articles with the same digest say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of these bytes (XXH3, 64 bits: it tells versions apart, it keeps no secrets).
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_64(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_russian_text() {
        let slug = |text: &str| Slug::from_text(text).map(|slug| slug.to_string());
        assert_eq!(slug("Сколько ждать деньги?").as_deref(), Some("skolko-zhdat-dengi"));
        assert_eq!(slug("sp ace").as_deref(), Some("sp-ace"));
        assert_eq!(slug("?!"), None);
    }

    #[test]
    fn a_numbered_slug_stays_a_slug() {
        let long: Slug = "a".repeat(MAX_SLUG_LENGTH).parse().unwrap();
        assert!(long.numbered(12).as_str().parse::<Slug>().is_ok());
    }

    #[test]
    fn a_relative_link_never_leaves_the_articles() {
        let path = SourcePath::new("ru/payments/fees.md");
        assert_eq!(path.resolve("../limits/set.md"), Some(SourcePath::new("ru/limits/set.md")));
        assert_eq!(path.resolve("../../../etc/passwd"), None);
    }
}
