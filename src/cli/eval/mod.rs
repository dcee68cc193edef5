//! `spravka eval`: how good search is, over the golden queries or over collections in BEIR's form.

mod beir;
mod golden;

use std::path::PathBuf;

use clap::Args;

use super::settings::Settings;
use super::{Format, Outcome};

#[derive(Debug, Args)]
pub(super) struct EvalFlags {
    /// A folder with corpus.jsonl, queries.jsonl and qrels.tsv; may be given several times.
    /// Other query files of it (queries.KIND.jsonl) are measured too
    #[arg(long, value_name = "DIR")]
    beir: Vec<PathBuf>,
    /// Fail when a golden query fails that needs what the engine cannot do yet
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(
    settings: &Settings,
    flags: &EvalFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let is_json = format == Some(Format::Json);
    if flags.beir.is_empty() {
        golden::run(settings, flags.strict, is_json)
    } else {
        beir::run(&flags.beir, is_json)
    }
}
