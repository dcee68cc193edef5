//! What the bench is asked to do.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// Measures Spravka against floors in one run.
#[derive(Debug, Parser)]
#[command(name = "speed")]
pub(crate) struct Options {
    /// Measure one help center of this many articles instead of 1,000, 10,000 and 50,000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(20..=999_999))]
    articles: Option<u32>,
    /// A smoke test: 1,000 articles, short slices
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only these measures; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<Measure>,
    /// The program to measure, when it is another build than cargo's
    #[arg(long, value_name = "FILE", default_value = env!("CARGO_BIN_EXE_spravka"), hide_default_value = true)]
    pub(crate) binary: PathBuf,
    /// Where the chance begins
    #[arg(long, default_value_t = 20_261_123)]
    pub(crate) seed: u64,

    /// `cargo bench` passes it to every bench
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    pub(crate) floor: Option<Floor>,
    #[arg(long, hide = true, default_value_t = 3_500)]
    pub(crate) body_size: usize,
    #[arg(long, hide = true)]
    pub(crate) floor_articles: Option<PathBuf>,
    #[arg(long, hide = true)]
    pub(crate) floor_index: Option<PathBuf>,
}

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// Index from nothing, bytes kept
    Build,
    /// From exec to ready
    Start,
    /// Searches over HTTP, memory
    Search,
    /// The two floors of searching, without us
    Floors,
    /// One query inside one process, beside plain BM25
    Query,
    /// One saved file until it is found
    Save,
    /// 1,000 files at once until all are found
    Burst,
    /// A repository of 5,000 commits as the source: pushes, memory, `eval --base`; only when named
    Repository,
}

/// The programs we compare ourselves with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Floor {
    /// axum and a fixed body
    Bare,
    /// axum and tantivy
    Naive,
    /// tantivy's indexer
    Build,
}

impl Options {
    /// The help centers to build, smallest first.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        match self.articles {
            Some(count) => vec![count as usize],
            None if self.quick => vec![1_000],
            None => vec![1_000, 10_000, 50_000],
        }
    }

    /// The size that the targets are for.
    pub(crate) fn main_size(&self) -> usize {
        let sizes = self.sizes();
        sizes.get(1).or(sizes.first()).copied().unwrap_or_default()
    }

    pub(crate) fn wants(&self, measure: Measure) -> bool {
        let is_usual = !matches!(measure, Measure::Floors | Measure::Repository);
        if self.only.is_empty() { is_usual } else { self.only.contains(&measure) }
    }

    /// Times the servers take turns, there and back.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 1 } else { 3 }
    }

    /// How long each is asked in its turn.
    pub(crate) fn slice(&self, count: usize) -> Duration {
        let is_main = count == self.main_size();
        Duration::from_millis(if self.quick {
            800
        } else if is_main {
            2_000
        } else {
            1_000
        })
    }

    /// Builds from nothing; a large one steadies itself.
    pub(crate) fn builds(&self, count: usize) -> usize {
        if self.quick || count > self.main_size() { 1 } else { 3 }
    }

    pub(crate) fn starts(&self) -> usize {
        if self.quick { 3 } else { 5 }
    }

    /// Saves in a row; of a hundred, the 99th percentile is not simply the worst one.
    pub(crate) fn saves(&self) -> usize {
        if self.quick { 20 } else { 100 }
    }
}
