//! What comes before the first answer: an index from nothing, and a start with one that is there.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::center::{Center, bytes_below};
use crate::figures::Build;
use crate::http::{Connection, request};
use crate::load::median;
use crate::process::run;

/// Longer than any start may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Builds the index from Markdown, in turns with tantivy alone.
pub(crate) fn build(center: &Center<'_>) -> Result<Build> {
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for round in 0..center.bench.options.builds(center.count) {
        for turn in 0..2 {
            if (round + turn) % 2 == 0 {
                remove(&center.index())?;
                let (taken, _) = run("spravka index", &mut center.indexing())?;
                ours.push(taken.as_secs_f64());
            } else {
                remove(&center.floor_index())?;
                let (_, seconds) = run("tantivy's indexer", &mut center.floor("build")?)?;
                floors.push(seconds.trim().parse().context("it told no time")?);
            }
        }
    }
    let count = center.count as f64;
    Ok(Build {
        per_second: count / median(ours),
        floor_per_second: count / median(floors),
        kept: bytes_below(&center.index())?,
        floor_kept: bytes_below(&center.floor_index())?,
    })
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// From exec to `/readyz`, with an index and articles nobody changed.
pub(crate) fn start(center: &Center<'_>) -> Result<Duration> {
    if !center.index().is_dir() {
        run("spravka index", &mut center.indexing())?;
    }
    let mut times = Vec::new();
    for _ in 0..center.bench.options.starts() {
        let begun = Instant::now();
        let server = center.serve()?;
        let mut connection = Connection::open(server.address)?;
        while connection.exchange(&request("/readyz"))?.status != 200 {
            ensure!(begun.elapsed() < PATIENCE, "not ready after {PATIENCE:?}");
            std::thread::sleep(Duration::from_micros(200));
        }
        times.push(begun.elapsed().as_secs_f64());
        // Ready must mean all of it.
        let status = connection.json("/api/v1/status")?;
        let articles = status["articles"].as_u64().context("status has no number of articles")?;
        ensure!(
            articles == center.count as u64,
            "ready with {articles} of {} articles",
            center.count
        );
    }
    Ok(Duration::from_secs_f64(median(times)))
}
