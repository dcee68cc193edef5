//! Spravka: a searchable knowledge base and FAQ engine.
//!
//! Content is text; everything served is derived from it. The rooms, in reading order, each using
//! only those above it:
//!
//! 1. [`article`]: what one file says;
//! 2. [`catalog`]: all articles as one whole;
//! 3. [`search`]: from a query to ranked hits;
//! 4. [`live`]: what is being served now;
//! 5. [`store`]: what visitors did;
//! 6. [`web`][]: HTTP;
//! 7. [`cli`]: commands and wiring.
//!
//! `docs/architecture.md` tells why the walls stand where they do.

pub mod article;
pub mod catalog;
pub mod cli;
pub mod live;
pub mod search;
pub mod store;
pub mod web;
