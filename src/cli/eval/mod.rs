//! `spravka eval`: how good search is, over the golden queries or over collections in BEIR's form.

mod beir;
mod golden;
mod reliability;

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
}

pub(super) fn run(
    settings: &Settings,
    flags: &EvalFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let is_json = format == Some(Format::Json);
    if flags.beir.is_empty() {
        golden::run(settings, is_json)
    } else {
        beir::run(&flags.beir, is_json)
    }
}
