//! A line that GitHub Actions shows beside a line of a file. What must be escaped in it and how is
//! set by GitHub.

use std::fmt;

use crate::article::Spot;

/// A workflow command.
pub(super) struct Annotation<'a> {
    /// `error`, `warning` or `notice`.
    pub(super) level: &'static str,
    /// The file, as the repository names it, and the place in it.
    pub(super) place: Option<(&'a str, Spot)>,
    pub(super) title: &'a str,
    pub(super) message: &'a str,
}

impl fmt::Display for Annotation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        let property = |text: &str| value(text).replace(':', "%3A").replace(',', "%2C");
        write!(f, "::{} ", self.level)?;
        if let Some((file, spot)) = self.place {
            write!(f, "file={},line={},col={},", property(file), spot.line, spot.column)?;
        }
        write!(f, "title={}::{}", property(self.title), value(self.message))
    }
}
