//! What the program says of itself: the API's document, completions, manual pages.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::{Cli, Outcome, terminal};

#[derive(Debug, Args)]
pub(super) struct CompletionFlags {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManFlags {
    /// Write a page for each command into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn openapi() -> anyhow::Result<Outcome> {
    terminal::print(&format!("{}\n", crate::web::openapi().trim_end()))?;
    Ok(Outcome::Good)
}

/// The variable by which a completion script asks the program what could come next.
const ASKED: &str = "SPRAVKA_COMPLETE";

/// Answers a completion script and ends the process; without one asking, nothing.
pub(super) fn answer_shell() {
    CompleteEnv::with_factory(Cli::command).var(ASKED).complete();
}

pub(super) fn completions(flags: &CompletionFlags) -> anyhow::Result<Outcome> {
    let shells = Shells::builtins();
    let shell = shells
        .completer(&flags.shell.to_string())
        .with_context(|| format!("there are no completions for {}", flags.shell))?;
    let mut script = Vec::new();
    shell.write_registration(ASKED, "spravka", "spravka", "spravka", &mut script)?;
    std::io::stdout().lock().write_all(&script)?;
    Ok(Outcome::Good)
}

pub(super) fn man(flags: &ManFlags) -> anyhow::Result<Outcome> {
    if let Some(folder) = &flags.out {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(Cli::command(), folder)?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        std::io::stdout().lock().write_all(&page)?;
    }
    Ok(Outcome::Good)
}
