//! What one file says: from bytes to an [`Article`] and its [`Problem`]s.
//!
//! Pure: no clock, file or thread. What takes more than one file to know (addresses, links,
//! translations) is for the `catalog`.

mod as_text;
mod findings;
mod format;
mod front_matter;
#[cfg(test)]
mod hostile_tests;
mod html;
mod links;
mod markdown;
mod names;
mod parse;
mod plain;
mod problem;
mod raw_html;
mod sections;
mod text;
mod values;
mod yaml;
mod yaml_scan;

pub use format::{Formatted, format};
pub use html::{HtmlTemplate, SafeHtml, escape};
pub use names::{
    Anchor, ArticleId, Audience, Digest, InvalidName, Locale, Slug, SourcePath, Tag, TopicId,
};
pub use parse::{Parsed, parse};
pub use problem::{Problem, Severity, Spot, nearest};
pub use text::{
    Alias, Article, Body, Contact, FrontMatterKey, IndexPage, Link, PackedBody, Section, Source,
    Status, Target, Window,
};
pub use yaml::read_yaml;
