//! `spravka eval`: how good search is, over the golden queries or over collections in BEIR's form.

mod base;
mod beir;
mod change;
mod compare;
mod differences;
mod golden;
mod reliability;
mod report;

use std::path::PathBuf;

use clap::Args;

use super::settings::Settings;
use super::{Format, Outcome};

#[derive(Debug, Args)]
pub(super) struct EvalFlags {
    /// A folder with corpus.jsonl, queries.jsonl and qrels.tsv; may be given several times.
    /// Other query files of it (queries.KIND.jsonl) and questions that nothing answers (oos.jsonl)
    /// are measured too
    #[arg(long, value_name = "DIR")]
    beir: Vec<PathBuf>,
    /// An earlier measurement (what --format json printed): show what changed, and whether beyond
    /// chance
    #[arg(long, value_name = "FILE", requires = "beir", conflicts_with = "format")]
    compare: Option<PathBuf>,
    /// Compare with the articles at this commit, which is read without a checkout: what got better,
    /// worse or lost. Fails when a golden query is lost, or a protected one is not first
    #[arg(long, value_name = "REF", conflicts_with = "beir")]
    base: Option<String>,
}

pub(super) fn run(
    settings: &Settings,
    flags: &EvalFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    if let Some(name) = &flags.base {
        return base::run(settings, name, format.unwrap_or(Format::Human));
    }
    let is_json = format == Some(Format::Json);
    if flags.beir.is_empty() {
        golden::run(settings, is_json)
    } else {
        beir::run(&flags.beir, flags.compare.as_deref(), is_json)
    }
}
