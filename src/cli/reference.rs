//! What the program says of itself: the API's document, completions, manual pages.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

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

pub(super) fn completions(flags: &CompletionFlags) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut Cli::command(), "spravka", &mut script);
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
