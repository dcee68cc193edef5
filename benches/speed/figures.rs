//! What was measured, before it is told.

use std::time::Duration;

use crate::center::Center;
use crate::load::{Slice, median};

/// Everything at one size; `None` is what was not asked for, or failed.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) count: usize,
    /// Of the articles.
    pub(crate) bytes: u64,
    pub(crate) search: Option<Search>,
    pub(crate) queries: Vec<crate::in_process::Kind>,
    pub(crate) build: Option<Build>,
    /// From exec to ready.
    pub(crate) start: Option<Duration>,
    pub(crate) saves: Option<Saves>,
    pub(crate) burst: Option<Burst>,
    pub(crate) pushes: Option<Pushes>,
}

/// A repository as the source; times are the middle and the 99th percentile.
#[derive(Debug)]
pub(crate) struct Pushes {
    pub(crate) commits: usize,
    /// From the beginning of `git push` until a search finds it.
    pub(crate) from_push: (Duration, Duration),
    /// The same from the call of the webhook.
    pub(crate) from_call: (Duration, Duration),
    /// Cloning and indexing from nothing, and a start with both there.
    pub(crate) first_start: Duration,
    pub(crate) second_start: Duration,
    /// Bytes of the process after the pushes.
    pub(crate) memory: Option<u64>,
    /// The same after another start and a thousand searches.
    pub(crate) memory_again: Option<u64>,
    pub(crate) gate: Vec<Gate>,
}

/// The two commands that a change passes, the best of three.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) name: &'static str,
    pub(crate) check: Duration,
    pub(crate) eval: Duration,
}

impl Figures {
    pub(crate) fn of(center: &Center<'_>) -> Self {
        Self { count: center.count, bytes: center.bytes, ..Self::default() }
    }
}

/// Searches over HTTP.
#[derive(Debug)]
pub(crate) struct Search {
    /// `None` when only the floors were asked for.
    pub(crate) ours: Option<Ours>,
    pub(crate) bare: Contender,
    /// The same with a load that rests while it waits.
    pub(crate) bare_asleep: Contender,
    pub(crate) naive: Contender,
    /// Bytes of an answer in the middle: ours and bare's, naive's.
    pub(crate) body: usize,
    pub(crate) naive_body: usize,
}

/// What we did in it.
#[derive(Debug)]
pub(crate) struct Ours {
    pub(crate) fresh: Contender,
    /// The same with a load that rests while it waits.
    pub(crate) fresh_asleep: Contender,
    pub(crate) repeated: Contender,
    /// Of the mix's queries, those that found nothing, in percent.
    pub(crate) empty: f64,
    /// Bytes of the process after the load.
    pub(crate) memory: Option<u64>,
}

/// The middle of a server's slices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contender {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) busy: Option<f64>,
}

impl Contender {
    pub(crate) fn of(slices: &[Slice]) -> Self {
        let middle = |figure: fn(&Slice) -> f64| median(slices.iter().map(figure).collect());
        let busy: Vec<f64> = slices.iter().filter_map(|slice| slice.busy).collect();
        Self {
            per_second: middle(|slice| slice.per_second),
            p50: Duration::from_secs_f64(middle(|slice| slice.p50.as_secs_f64())),
            p99: Duration::from_secs_f64(middle(|slice| slice.p99.as_secs_f64())),
            busy: (!busy.is_empty()).then(|| median(busy)),
        }
    }
}

/// An index from nothing.
#[derive(Debug)]
pub(crate) struct Build {
    /// Articles a second: ours from Markdown, tantivy's from texts in memory.
    pub(crate) per_second: f64,
    pub(crate) floor_per_second: f64,
    /// Bytes of the index folder, ours and tantivy's.
    pub(crate) kept: u64,
    pub(crate) floor_kept: u64,
}

/// One file after another, each saved and then found.
#[derive(Debug)]
pub(crate) struct Saves {
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) longest: Duration,
}

/// Many files at once.
#[derive(Debug)]
pub(crate) struct Burst {
    pub(crate) files: usize,
    pub(crate) since_first_write: Duration,
    pub(crate) since_last_write: Duration,
    /// How many times what is served was replaced.
    pub(crate) editions: u64,
}
