//! What a visitor asks, checked and bounded before anything looks at it.

use crate::article::{Locale, Tag, TopicId};

/// Longest text that a search takes, in characters.
pub const MAX_QUERY_CHARS: usize = 256;
/// Most hits on a page.
pub const MAX_LIMIT: usize = 50;
/// Farthest that paging goes.
pub const MAX_OFFSET: usize = 1000;
/// Hits on a page when nobody says how many.
pub const DEFAULT_LIMIT: usize = 10;

/// A search as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The visitor's text: no control characters, white space single.
    pub text: String,
    /// The locale to search.
    pub locale: Locale,
    /// Only articles of this topic.
    pub topic: Option<TopicId>,
    /// Only articles with this tag.
    pub tag: Option<Tag>,
    /// How the text is read.
    pub reading: Reading,
    /// How many hits, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// How many hits to leave out from the first on, up to [`MAX_OFFSET`].
    pub offset: usize,
}

/// How the text of a query is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// As it was most likely meant: slips, layouts and Latin letters mended.
    #[default]
    Mended,
    /// Exactly as it was typed.
    AsTyped,
}

/// Why a search cannot be asked like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Longer than anybody types.
    #[error(
        "the query has {length} characters; at most {MAX_QUERY_CHARS} are searched: shorten it"
    )]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// A message longer than is read.
    #[error("the message has {length} bytes; at most {} are read: shorten it", super::MAX_MESSAGE)]
    MessageTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A page too large, or of nothing.
    #[error("limit {0} is out of range: use 1 to {MAX_LIMIT}")]
    Limit(usize),
    /// Farther than paging goes.
    #[error("offset {0} is out of range: use 0 to {MAX_OFFSET}, or a more exact query")]
    Offset(usize),
}

impl Query {
    /// A search for this text, with nothing filtered.
    pub fn new(text: &str, locale: Locale) -> Result<Self, QueryError> {
        let length = text.chars().count();
        if length > MAX_QUERY_CHARS {
            return Err(QueryError::TooLong { length });
        }
        Ok(Self::unbounded(text, locale))
    }

    /// A search for a text of any length, for whole messages and for evaluation.
    pub fn unbounded(text: &str, locale: Locale) -> Self {
        let text = clean(text);
        Self {
            text,
            locale,
            topic: None,
            tag: None,
            reading: Reading::default(),
            limit: DEFAULT_LIMIT,
            offset: 0,
        }
    }

    /// The same search, this page of it.
    pub fn page(mut self, limit: usize, offset: usize) -> Result<Self, QueryError> {
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(QueryError::Limit(limit));
        }
        if offset > MAX_OFFSET {
            return Err(QueryError::Offset(offset));
        }
        (self.limit, self.offset) = (limit, offset);
        Ok(self)
    }

    /// The same search, its text read like this.
    #[must_use]
    pub fn read(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// The same search, within a topic and a tag.
    #[must_use]
    pub fn within(mut self, topic: Option<TopicId>, tag: Option<Tag>) -> Self {
        (self.topic, self.tag) = (topic, tag);
        self
    }
}

/// White space and controls become single spaces.
fn clean(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ru() -> Locale {
        "ru".parse().unwrap()
    }

    #[test]
    fn a_query_of_256_characters_is_taken_and_of_257_refused() {
        assert!(Query::new(&"я".repeat(256), ru()).is_ok());
        let error = Query::new(&"я".repeat(257), ru()).unwrap_err();
        assert_eq!(error, QueryError::TooLong { length: 257 });
    }

    #[test]
    fn controls_and_line_breaks_are_spaces() {
        assert_eq!(
            Query::new(" как\0вывести\r\n деньги ", ru()).unwrap().text,
            "как вывести деньги"
        );
    }

    #[test]
    fn a_page_has_its_bounds() {
        let page = |limit, offset| Query::new("x", ru()).unwrap().page(limit, offset);
        assert!(page(50, 1000).is_ok());
        assert_eq!(page(0, 0).unwrap_err(), QueryError::Limit(0));
        assert_eq!(page(10, 1001).unwrap_err(), QueryError::Offset(1001));
    }
}
