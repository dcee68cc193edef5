//! From a file's bytes to what it says, with every problem of that one file.

use super::{Article, IndexPage, Problem, Source};

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub enum Parsed {
    /// An article.
    Article(Box<Article>),
    /// The `_index.md` of a topic or of a locale.
    Index(Box<IndexPage>),
    /// Nothing that could be served: the problems say why.
    Nothing,
}

/// Parses a Markdown file of the articles folder.
pub fn parse(source: &Source) -> (Parsed, Vec<Problem>) {
    let _ = source;
    (Parsed::Nothing, Vec::new())
}
