//! `spravka key`: keys for staff.

use clap::Subcommand;
use serde_json::json;

use super::{Format, Outcome, terminal};
use crate::web::StaffKeys;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a staff key: it is printed once, its hash goes into the configuration
    New,
}

pub(super) fn run(command: &KeyCommand, format: Option<Format>) -> anyhow::Result<Outcome> {
    let KeyCommand::New = command;
    let (key, hash) = StaffKeys::generate();
    let text = if format == Some(Format::Json) {
        format!("{}\n", json!({ "key": key, "hash": hash }))
    } else {
        format!(
            "key:  {key}\nhash: {hash}\n\n\
             Give the key to its holder; it is not kept anywhere and cannot be shown again.\n\
             Put the hash into spravka.toml and start the server anew:\n\n\
             [staff]\nkeys = [\"{hash}\"]\n"
        )
    };
    terminal::print(&text)?;
    Ok(Outcome::Good)
}
