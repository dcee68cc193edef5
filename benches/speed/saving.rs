//! From a saved file to the search that finds it: one file, and a thousand at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::center::Center;
use crate::corpus::{Corpus, fresh_word};
use crate::dice::Dice;
use crate::figures::{Burst, Saves};
use crate::http::{Connection, request};
use crate::load::percentile;
use crate::queries::search_path;

/// Between two questions of the one who waits.
const PAUSE: Duration = Duration::from_micros(150);
/// Longer than any editor would wait.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many files change at once.
const AT_ONCE: usize = 1_000;
/// How many of them are looked up while the clock runs; afterwards, all.
const LOOKED_UP: usize = 50;
/// A second edition of the same change would have come by then.
const SETTLED: Duration = Duration::from_secs(1);

/// An article and the word it is about to get.
struct Change {
    id: String,
    path: PathBuf,
    text: String,
    word: String,
}

/// Changes `count` articles, spread evenly.
fn changes(center: &Center<'_>, count: usize, dice: &mut Dice) -> Result<Vec<Change>> {
    let bench = center.bench;
    let stride = (center.count / count).max(1);
    Corpus::new(&bench.source, bench.options.seed)
        .take(center.count)
        .step_by(stride)
        .take(count)
        .map(|article| {
            let path = center.articles().join(&article.path);
            let word = fresh_word(dice);
            // From the disk: an earlier measure may have changed it.
            let text = fs::read_to_string(&path)?;
            let text = format!("{text}\nЕщё одно название: {word}.\n");
            Ok(Change { id: article.id, path, text, word })
        })
        .collect()
}

/// Whether that article, and not another by a lucky guess, is found for its word.
fn is_found(connection: &mut Connection, change: &Change) -> Result<bool> {
    let answer = connection.exchange(&request(&search_path(&change.word)))?;
    ensure!(answer.status == 200, "status {} while saving", answer.status);
    let answer: serde_json::Value = serde_json::from_slice(answer.body)?;
    let hits = answer["hits"].as_array().context("an answer without hits")?;
    Ok(hits.iter().any(|hit| hit["id"].as_str() == Some(&change.id)))
}

fn wait_for(connection: &mut Connection, change: &Change) -> Result<()> {
    let begun = Instant::now();
    while !is_found(connection, change)? {
        ensure!(begun.elapsed() < PATIENCE, "{} not found after {PATIENCE:?}", change.id);
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Saves one article after another as editors do, under another name and then renamed.
pub(crate) fn one_by_one(center: &Center<'_>) -> Result<Saves> {
    let count = center.bench.options.saves().min(center.count);
    let dice = &mut Dice::new(center.bench.options.seed, u64::MAX - 1);
    let changes = changes(center, count, dice)?;
    let server = center.serve()?;
    let mut connection = Connection::open(server.address)?;
    let mut times = Vec::with_capacity(count);
    for change in &changes {
        // Out of step with any timer of the server.
        thread::sleep(Duration::from_millis(dice.between(60, 100) as u64));
        ensure!(!is_found(&mut connection, change)?, "{} is found too early", change.id);
        let beside = beside(&change.path);
        let begun = Instant::now();
        fs::write(&beside, &change.text)?;
        fs::rename(&beside, &change.path)?;
        wait_for(&mut connection, change)?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(Saves {
        p50: percentile(&times, 50.0),
        p99: percentile(&times, 99.0),
        longest: times.last().copied().unwrap_or_default(),
    })
}

/// The hidden name that an editor saves under first.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{}.tmp", name.unwrap_or_default()))
}

/// Writes many articles in place, as `git pull` does.
pub(crate) fn at_once(center: &Center<'_>) -> Result<Burst> {
    let count = AT_ONCE.min(center.count);
    let dice = &mut Dice::new(center.bench.options.seed, u64::MAX - 2);
    let changes = changes(center, count, dice)?;
    let server = center.serve()?;
    let mut connection = Connection::open(server.address)?;
    // What a start still does on the side is no part of this.
    thread::sleep(SETTLED);
    let before = edition(&mut connection)?;
    let first_write = Instant::now();
    for change in &changes {
        fs::write(&change.path, &change.text)?;
    }
    let last_write = Instant::now();
    let last = changes.last().context("nothing to change")?;
    wait_for(&mut connection, last)?;
    for _ in 0..LOOKED_UP {
        wait_for(&mut connection, dice.pick(&changes))?;
    }
    let (since_first_write, since_last_write) = (first_write.elapsed(), last_write.elapsed());
    for change in &changes {
        wait_for(&mut connection, change)?;
    }
    thread::sleep(SETTLED);
    let editions = edition(&mut connection)?.saturating_sub(before);
    Ok(Burst { files: count, since_first_write, since_last_write, editions })
}

fn edition(connection: &mut Connection) -> Result<u64> {
    connection.json("/api/v1/status")?["edition"].as_u64().context("status has no edition")
}
