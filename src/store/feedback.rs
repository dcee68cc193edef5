//! A vote on an article, and what all votes on one come to.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::redact::redact;
use crate::article::{ArticleId, Digest, Locale};

/// What a visitor says of an article.
#[derive(Debug, Clone)]
pub struct Feedback {
    /// The vote that this one replaces: the sender's own, of a moment ago.
    pub replaces: Option<Ticket>,
    /// The article, by its present id.
    pub article: ArticleId,
    /// In which language it was read.
    pub locale: Locale,
    /// What it said then.
    pub digest: Digest,
    /// Whether it helped.
    pub vote: Vote,
    /// In the visitor's own words.
    pub comment: Option<Remark>,
    /// What they had searched for.
    pub query: Option<Remark>,
    /// When.
    pub at: Timestamp,
}

/// Whether an article helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vote {
    /// It did.
    Helpful,
    /// It did not, and perhaps why.
    NotHelpful(Option<Reason>),
}

/// Why an article did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It is hard to understand.
    Unclear,
    /// It is not true, or not any more.
    Wrong,
    /// It answers another question.
    OtherQuestion,
    /// They did all of it, and it did not help.
    DidNotWork,
}

/// Why a text is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such reason: use `unclear`, `wrong`, `other-question` or `did-not-work`")]
pub struct InvalidReason;

impl Reason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::OtherQuestion, Self::Unclear, Self::DidNotWork, Self::Wrong];

    /// Its name, for good.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unclear => "unclear",
            Self::Wrong => "wrong",
            Self::OtherQuestion => "other-question",
            Self::DidNotWork => "did-not-work",
        }
    }
}

impl FromStr for Reason {
    type Err = InvalidReason;

    fn from_str(text: &str) -> Result<Self, InvalidReason> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text).ok_or(InvalidReason)
    }
}

/// A visitor's own words: cleaned, bounded, and without personal data. There is no other way to
/// make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark(String);

/// Why words are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{length} characters are too many: use at most {most}")]
pub struct RemarkTooLong {
    /// How many there are.
    pub length: usize,
    /// How many there may be.
    pub most: usize,
}

impl Remark {
    /// Longest comment, in characters.
    pub const LONGEST_COMMENT: usize = 1000;
    /// Longest query, in characters.
    pub const LONGEST_QUERY: usize = 256;

    /// A comment; nothing when nothing is said.
    pub fn comment(text: &str) -> Result<Option<Self>, RemarkTooLong> {
        Self::of(text, Self::LONGEST_COMMENT)
    }

    /// A query; nothing when nothing was asked.
    pub fn query(text: &str) -> Result<Option<Self>, RemarkTooLong> {
        Self::of(text, Self::LONGEST_QUERY)
    }

    fn of(text: &str, most: usize) -> Result<Option<Self>, RemarkTooLong> {
        // Browsers send a line end as two characters, and counted it as one.
        let text = text.replace("\r\n", "\n");
        let is_kept = |c: &char| *c == '\n' || !c.is_control();
        let text: String = text.trim().chars().filter(is_kept).collect();
        let length = text.chars().count();
        if length > most {
            return Err(RemarkTooLong { length, most });
        }
        Ok((!text.is_empty()).then(|| Self(redact(&text).into_owned())))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Words that were kept.
    pub(super) fn kept(text: String) -> Self {
        Self(text)
    }
}

/// Names a vote to its sender, so that a reason comes to the vote and not beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub(super) u64);

/// Why a text is no ticket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not what a vote was answered with")]
pub struct InvalidTicket;

impl Ticket {
    /// One that nobody guesses.
    pub(super) fn new() -> Self {
        Self(rand::random())
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Ticket {
    type Err = InvalidTicket;

    fn from_str(text: &str) -> Result<Self, InvalidTicket> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(text, 16).ok().filter(|_| is_one);
        number.map(Self).ok_or(InvalidTicket)
    }
}

/// How many said yes and no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Whom it helped.
    pub helpful: u64,
    /// Whom not.
    pub not_helpful: u64,
}

/// All votes on one article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleVotes {
    /// Each version of it that was voted on.
    pub versions: Vec<VersionVotes>,
    /// The latest reasons and comments, newest first.
    pub comments: Vec<Comment>,
}

/// The votes on an article as it was in one language at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionVotes {
    /// The language.
    pub locale: Locale,
    /// What it said.
    pub digest: Digest,
    /// The votes.
    pub tally: Tally,
}

/// What somebody whom an article did not help, or did, said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// When.
    pub at: Timestamp,
    /// In which language it was read.
    pub locale: Locale,
    /// What it said then.
    pub digest: Digest,
    /// Whether it helped, and why not.
    pub vote: Vote,
    /// In their own words.
    pub text: Option<Remark>,
    /// What they had searched for.
    pub query: Option<Remark>,
}

impl ArticleVotes {
    /// The votes in one language.
    pub fn in_locale(&self, locale: &Locale) -> Tally {
        self.sum(|version| version.locale == *locale)
    }

    /// Of these, the votes on what the article says now.
    pub fn on_present(&self, locale: &Locale, present: Digest) -> Tally {
        self.sum(|version| version.locale == *locale && version.digest == present)
    }

    /// Of these, the votes on what it said before it was changed.
    pub fn on_earlier(&self, locale: &Locale, present: Digest) -> Tally {
        self.sum(|version| version.locale == *locale && version.digest != present)
    }

    fn sum(&self, is_meant: impl Fn(&VersionVotes) -> bool) -> Tally {
        let meant = self.versions.iter().filter(|version| is_meant(version));
        meant.fold(Tally::default(), |sum, version| Tally {
            helpful: sum.helpful + version.tally.helpful,
            not_helpful: sum.not_helpful + version.tally.not_helpful,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cleaned_bounded_and_without_personal_data() {
        let said = Remark::comment(" карта 4111 1111 1111 1111\r\nне\0 прошла ").unwrap().unwrap();
        assert_eq!(said.as_str(), "карта [card]\nне прошла");
        assert_eq!(Remark::comment(" \r\n "), Ok(None));
        let lines = "я\r\n".repeat(500);
        assert!(Remark::comment(&lines).is_ok());
        let error = Remark::query(&"я".repeat(257)).unwrap_err();
        assert_eq!(error, RemarkTooLong { length: 257, most: 256 });
    }

    #[test]
    fn reasons_and_tickets_are_read_as_they_are_written() {
        for reason in Reason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        assert_eq!("Unclear".parse::<Reason>(), Err(InvalidReason));
        let ticket = Ticket::new();
        assert_eq!(ticket.to_string().parse(), Ok(ticket));
        for wrong in ["", "1", "+123456789abcdef", "0123456789abcdeg", "я123456789abcde"] {
            assert_eq!(wrong.parse::<Ticket>(), Err(InvalidTicket), "{wrong}");
        }
    }
}
