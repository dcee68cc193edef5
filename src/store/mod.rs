//! What visitors did: their votes on articles, and how often these are read, kept over restarts in one `SQLite` file.
//!
//! Nothing that names a person or a machine is kept. Words of a visitor come in as a [`Remark`] and
//! in no other way, and whatever is personal is cut out when one is made. The site never waits for
//! this room to start, and serves without it.

mod database;
mod feedback;
mod reads;
mod redact;

pub use database::{Store, StoreError};
pub use feedback::{
    ArticleVotes, Comment, Feedback, InvalidReason, InvalidTicket, Reason, Remark, RemarkTooLong,
    Tally, Ticket, VersionVotes, Vote,
};
pub use reads::Read;
