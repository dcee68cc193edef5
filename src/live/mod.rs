//! What is being served now: the articles folder, read, followed and published as editions.
//!
//! An edition is a function of the files and the time. Requests read the edition of the moment
//! and see that one from beginning to end.

mod commit;
mod dates;
mod edition;
mod facts;
mod git;
mod golden;
mod history;
mod journal;
mod library;
mod parsing;
mod publish;
mod read;
mod saver;
mod snapshot;
mod source;
mod translations;
mod watch;

pub use commit::{CommitError, CommitFolder};
pub use edition::{Edition, Explained, Followed, Golden, Origin, Published, View};
pub use history::{History, HistoryError, Past, Revision, Version};
pub use journal::{Change, JournalError};
pub use publish::{LiveError, OnProgress, Publisher, Settings, Stage};
pub use read::Folder;
pub use source::{
    Checkout, Commit, Earlier, Order, Remote, RepositoryFollowing, Served, SourceError, Wake,
};
pub use translations::{Behind, Lag, Standing, Translations};
pub use watch::Following;
