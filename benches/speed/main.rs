//! How fast Spravka is, and how fast it could be: every figure stands beside a floor that was
//! measured in the same run, because absolute figures drift with the machine and ratios do not.
//!
//! `cargo bench --bench speed` builds help centers of 1,000, 10,000 and 50,000 articles, runs the
//! program against two floors (axum alone; axum and tantivy as in a tutorial) and prints a table.
//! `-- --quick` is a smoke test of a minute.

#![expect(clippy::print_stdout, reason = "the report is what this program is for")]

mod center;
mod corpus;
mod dice;
mod figures;
mod floor_index;
mod floors;
mod http;
mod in_process;
mod load;
mod options;
mod process;
mod queries;
mod report;
mod repository;
mod saving;
mod searching;
mod source;
mod starting;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser as _;

use center::{Bench, Center};
use figures::Figures;
use options::{Floor, Measure, Options};
use process::{Cores, Machine};

/// The allocator of the product, for the floors too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    if let Some(floor) = options.floor {
        run_floor(floor, &options)?;
        return Ok(ExitCode::SUCCESS);
    }

    let (cores, machine) = (Cores::claim(), Machine::look());
    let source = source::Source::read()?;
    let folder = tempfile::Builder::new().prefix("spravka-speed-").tempdir()?;
    remove_when_interrupted(folder.path().to_owned())?;
    let queries = queries::mix(&source, options.seed);
    let bench =
        Bench { options, cores, machine, source, queries, folder: folder.path().to_owned() };

    let mut errors = Vec::new();
    let mut all = Vec::new();
    for count in bench.options.sizes() {
        eprintln!("{count} articles");
        let center = Center::make(&bench, count)?;
        let mut figures = Figures::of(&center);
        measure(&center, &mut figures, &mut errors);
        all.push(figures);
    }
    print!("{}", report::render(&bench, &all, &errors));
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All that is asked for at one size. What fails is told at the end and stops nothing else.
fn measure(center: &Center<'_>, figures: &mut Figures, errors: &mut Vec<String>) {
    let (options, count) = (&center.bench.options, center.count);
    let mut note = |measure: Measure, outcome: Result<()>| {
        if let Err(error) = outcome {
            let told = format!("{measure:?} at {count} articles: {error:#}");
            eprintln!("  FAILED: {told}");
            errors.push(told);
        }
    };
    if options.wants(Measure::Build) {
        eprintln!("  building");
        note(Measure::Build, starting::build(center).map(|build| figures.build = Some(build)));
    }
    if options.wants(Measure::Start) {
        eprintln!("  starting");
        note(Measure::Start, starting::start(center).map(|start| figures.start = Some(start)));
    }
    if options.wants(Measure::Search) || options.wants(Measure::Floors) {
        eprintln!("  searching");
        let with_ours = options.wants(Measure::Search);
        let search = searching::measure(center, with_ours);
        note(Measure::Search, search.map(|search| figures.search = Some(search)));
    }
    if options.wants(Measure::Query) && count <= options.main_size() {
        eprintln!("  asking inside one process");
        note(Measure::Query, in_process::measure(center).map(|kinds| figures.queries = kinds));
    }
    // What a save costs does not depend on the size beyond this; 50,000 would only take longer.
    if options.wants(Measure::Save) && count <= options.main_size() {
        eprintln!("  saving");
        note(Measure::Save, saving::one_by_one(center).map(|saves| figures.saves = Some(saves)));
    }
    if options.wants(Measure::Burst) && count <= options.main_size() {
        eprintln!("  changing many at once");
        note(Measure::Burst, saving::at_once(center).map(|burst| figures.burst = Some(burst)));
    }
    if options.wants(Measure::Repository) && count <= options.main_size() {
        eprintln!("  following a repository");
        let pushes = repository::pushes(center);
        note(Measure::Repository, pushes.map(|pushes| figures.pushes = Some(pushes)));
    }
}

fn run_floor(floor: Floor, options: &Options) -> Result<()> {
    let folders = || {
        let articles = options.floor_articles.as_deref().context("--floor-articles is missing")?;
        Ok::<_, anyhow::Error>((articles, options.floor_index.as_deref().context("--floor-index")?))
    };
    match floor {
        Floor::Bare => floors::serve_bare(options.body_size),
        Floor::Naive => {
            folders().and_then(|(articles, index)| floors::serve_naive(articles, index))
        }
        Floor::Build => {
            let (articles, index) = folders()?;
            let (_, taken) = floor_index::FloorIndex::build(articles, index)?;
            println!("{}", taken.as_secs_f64());
            Ok(())
        }
    }
}

/// Leaves no gigabyte behind when somebody loses patience. The servers get the same signal.
fn remove_when_interrupted(folder: PathBuf) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            let _ = std::fs::remove_dir_all(folder);
            std::process::exit(130);
        }
    });
    Ok(())
}
