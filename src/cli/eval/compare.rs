//! What changed since an earlier measurement: differences with the intervals that chance explains.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::report::Row;

/// Resamplings that an interval is taken from.
const RESAMPLINGS: usize = 2000;

/// What `spravka eval --beir … --format json` printed once.
#[derive(Deserialize)]
pub(super) struct Earlier {
    rows: Vec<EarlierRow>,
}

#[derive(Deserialize)]
struct EarlierRow {
    collection: String,
    kind: String,
    /// nDCG@10 by question.
    each: BTreeMap<String, f64>,
}

/// A difference and the interval in which 95 % of resamplings have it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Difference {
    mean: f64,
    low: f64,
    high: f64,
}

impl Earlier {
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| {
            format!(
                "{} is no earlier measurement: write one with `spravka eval --beir DIR --format json`",
                file.display()
            )
        })
    }
}

/// The rows that both measurements have, with what changed.
pub(super) fn report(earlier: &Earlier, rows: &[Row]) -> String {
    let mut text = format!(
        "{:<15} {:<16} {:>8} {:>8} {:>8}   {:<17} {:>7} {:>7}\n",
        "collection", "kind", "before", "now", "change", "95 % interval", "better", "worse"
    );
    for row in rows {
        let before = earlier
            .rows
            .iter()
            .find(|other| other.collection == row.collection && other.kind == row.kind);
        let Some(before) = before else { continue };
        let pairs: Vec<(f64, f64)> = row
            .each
            .iter()
            .filter_map(|(id, now)| Some((*before.each.get(id)?, now.ndcg_10)))
            .collect();
        let changes: Vec<f64> = pairs.iter().map(|(before, now)| now - before).collect();
        let difference = bootstrap(&changes);
        let mean = |which: fn(&(f64, f64)) -> f64| {
            pairs.iter().map(which).sum::<f64>() / pairs.len().max(1) as f64
        };
        // Beyond chance when the interval leaves out zero.
        let mark = if difference.low > 0.0 || difference.high < 0.0 { " *" } else { "" };
        // Writing to a string never fails.
        let _ = writeln!(
            text,
            "{:<15} {:<16} {:>8.3} {:>8.3} {:>+8.3}   {:<17} {:>7} {:>7}{mark}",
            row.collection,
            row.kind,
            mean(|(before, _)| *before),
            mean(|(_, now)| *now),
            difference.mean,
            format!("{:+.3} to {:+.3}", difference.low, difference.high),
            changes.iter().filter(|change| **change > 1e-9).count(),
            changes.iter().filter(|change| **change < -1e-9).count(),
        );
    }
    text.push_str("* beyond what chance explains\n");
    text
}

/// The mean of paired differences with its percentile interval (Efron and Tibshirani, An
/// introduction to the bootstrap, 1993). Deterministic: the dice are always thrown alike.
fn bootstrap(changes: &[f64]) -> Difference {
    let n = changes.len();
    if n == 0 {
        return Difference { mean: 0.0, low: 0.0, high: 0.0 };
    }
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut means: Vec<f64> = (0..RESAMPLINGS)
        .map(|_| {
            let sum: f64 = (0..n)
                .map(|_| {
                    // Xorshift (Marsaglia, 2003): good enough to draw with, the same everywhere.
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    changes[(state % n as u64) as usize]
                })
                .sum();
            sum / n as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((share * RESAMPLINGS as f64) as usize).min(RESAMPLINGS - 1)];
    Difference { mean: changes.iter().sum::<f64>() / n as f64, low: at(0.025), high: at(0.975) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_for_the_better_everywhere_is_beyond_chance() {
        let difference = bootstrap(&[0.1; 50]);
        assert!((difference.low - 0.1).abs() < 1e-9 && (difference.high - 0.1).abs() < 1e-9);
    }

    #[test]
    fn changes_to_and_fro_are_chance_and_always_the_same_interval() {
        let changes: Vec<f64> = (0..40).map(|n| if n % 2 == 0 { 0.2 } else { -0.2 }).collect();
        let difference = bootstrap(&changes);
        assert!(difference.low < 0.0 && difference.high > 0.0);
        assert_eq!(difference, bootstrap(&changes));
    }
}
