//! A git repository as the source of the articles: cloned, followed, and served commit by commit.
//!
//! The clone is bare and keeps the whole history; the files of the commit that is served lie beside
//! it and are read as any articles folder is. Readers see what the commit says and nothing of how
//! this machine came to it: two servers at one commit answer alike.

mod checkout;
mod commit;
mod follow;
mod last_good;
mod orders;
mod publishing;
mod remote;

pub use checkout::{Checkout, SourceError};
pub use commit::Commit;
pub use follow::{RepositoryFollowing, Wake};
pub(in crate::live) use last_good::Lineage;
pub use orders::{Earlier, Order, Served};
pub use remote::Remote;
