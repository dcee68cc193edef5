//! What is being served now: the articles folder, read, followed and published as editions.
//!
//! An edition is a function of the files and the time. Requests read the edition of the moment
//! and see that one from beginning to end.

mod edition;

pub use edition::{Edition, Origin, Published, View};
