//! HTTP: the API, the pages, and what stands around them.
//!
//! A request takes the edition of the moment once and asks everything of the `View` that its
//! reader may see; whom to show what is decided there, never here. Reading files and settings is
//! for `cli`, which hands in what this room needs.

mod api;
mod app;
mod archive;
mod asked;
mod cache;
mod failure;
mod freshness;
mod gate;
mod gone;
mod health;
mod icalendar;
mod json;
mod keys;
mod locale;
mod measures;
mod pages;
mod reader;
mod reads;
mod router;
mod sent_from;
mod serving;
mod session;
mod staff;
mod throttle;
mod visitor;
mod voting;

pub use api::{Webhook, answer_json, explain_json, search_json};
pub use app::{App, Assets, Preview, Settings};
pub use keys::{InvalidKeyHash, StaffKeys};
pub use router::{openapi, router};
pub use serving::serve;
pub use staff::calendar_ics;

#[cfg(test)]
mod tests;
