//! All articles as one whole: their addresses, topics, translations and links, cross-checked.
//!
//! Pure: built from parsed files and a moment in time. What one file alone can get wrong is
//! `article`'s to say; finding words is `search`'s.

mod assemble;
mod calendar;
mod changes;
mod channels;
mod checks;
mod drift;
mod edits;
mod likeness;
mod links;
mod lost;
mod mentions;
mod numbers;
mod replacements;
mod shelf;
mod site;
mod words;

pub use assemble::{Catalog, Content, PixelSize, Shown};
pub use calendar::{Calendar, Entry, Happening};
pub use changes::{Changes, Fate, Line, Run, SectionChange};
pub use channels::{Channel, Hours, Presence, Span, in_order_for};
pub use drift::{Became, Drift, DriftedSection};
pub use links::{
    Resolved, address_of, article_url, permalink, section_url, topic_url, url_of_section,
};
pub use lost::Comparison;
pub use mentions::Mention;
pub use shelf::{LocaleShelf, Place, Shelf, Topic};
pub use site::{Color, Footer, FooterLink, Site, SiteName};
pub use words::{ErrorWords, Labels, Words, language_name};
