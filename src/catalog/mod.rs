//! All articles as one whole: their addresses, topics, translations and links, cross-checked.
//!
//! Pure: built from parsed files and a moment in time. What one file alone can get wrong is
//! `article`'s to say; finding words is `search`'s.

mod assemble;
mod channels;
mod checks;
mod edits;
mod links;
mod shelf;
mod site;

pub use assemble::{Catalog, Content};
pub use channels::{Channel, Hours, in_order_for};
pub use links::{Resolved, article_url, permalink, section_url, topic_url};
pub use shelf::{LocaleShelf, Place, Shelf, Topic};
pub use site::{Site, SiteName};
