//! What one file says: from bytes to an [`Article`] and its [`Problem`]s.
//!
//! Pure: no clock, file or thread. What takes more than one file to know (addresses, links,
//! translations) is for the `catalog`.

mod as_text;
mod escape;
mod facts;
mod findings;
mod format;
mod front_matter;
#[cfg(test)]
mod hostile_tests;
mod html;
mod links;
mod markdown;
mod names;
mod numbers;
mod parse;
mod plain;
mod problem;
mod raw_html;
mod readability;
mod sections;
mod standing;
mod text;
mod values;
mod yaml;
mod yaml_scan;

pub(crate) use escape::plain_run;
pub use escape::{Marked, escape};
pub use facts::{Fact, Facts};
pub use format::{Formatted, format};
pub use html::{HtmlTemplate, SafeHtml};
pub use names::{
    Anchor, ArticleId, Audience, Digest, InvalidName, Locale, Slug, SourcePath, Tag, TopicId,
};
pub use numbers::{Counted, Number, Quantity, numbers};
pub use parse::{Parsed, parse, parse_with};
pub use problem::{Problem, Severity, Spot, nearest};
pub use readability::{Readability, Sentence};
pub use standing::Standing;
pub use text::{
    Alias, Article, Body, Contact, FrontMatterKey, IndexPage, Link, PackedBody, Section, Source,
    Status, Target, Window,
};
pub use yaml::read_yaml;
