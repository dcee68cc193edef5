//! What became of the golden queries, for people, for programs, and beside the lines of a change.

use std::fmt::Write;

use serde_json::{Value, json};

use super::change::{Change, Entry, Pair};
use super::golden::{expected, shortened};
use crate::article::{Locale, Spot};
use crate::cli::annotation::Annotation;
use crate::search::Verdict;

/// One query with something to tell.
pub(super) struct Difference<'a> {
    pub(super) locale: &'a Locale,
    pub(super) query: &'a str,
    pub(super) pair: Pair<'a>,
    /// Below the articles folder.
    pub(super) path: String,
    pub(super) spot: Spot,
    pub(super) reason: Option<String>,
}

/// All of them.
pub(super) struct Differences<'a> {
    /// The base as it was named.
    pub(super) name: &'a str,
    pub(super) commit: &'a str,
    /// The articles folder as it was given.
    pub(super) folder: &'a str,
    /// Queries that are as they were.
    pub(super) same: usize,
    pub(super) told: Vec<Difference<'a>>,
}

impl Difference<'_> {
    fn word(&self) -> &'static str {
        match self.pair.change() {
            Change::Same => "protected",
            change => change.as_str(),
        }
    }

    fn place(&self, folder: &str) -> String {
        format!("{}/{}", folder.trim_end_matches('/'), self.path)
    }

    /// What happened, in a sentence or two.
    fn told(&self) -> String {
        let Pair { before, now } = &self.pair;
        let found = |verdict: &Verdict| {
            let found: Vec<String> = verdict.found.iter().take(3).map(hit).collect();
            if found.is_empty() { "nothing".to_owned() } else { found.join(", ") }
        };
        let entry = |entry: &Entry<'_>| expected(entry.golden);
        let mut text = match (before, now) {
            (Some((before, promise)), Some(now)) if before.golden.expect != now.golden.expect => {
                let verdict =
                    if self.pair.change() == Change::Lost { promise } else { &now.verdict };
                format!("expected {}, now {}; found {}", entry(before), entry(now), found(verdict))
            }
            (Some((before, promise)), Some(now)) => {
                let eased =
                    entry(before) != entry(now) || before.golden.protected != now.golden.protected;
                let eased = if eased {
                    format!(" (the entry says {} now)", entry(now))
                } else {
                    String::new()
                };
                let missed = now.golden.known_miss && !before.golden.known_miss;
                let missed = if missed { " (the entry says `known_miss` now)" } else { "" };
                format!("expected {}{eased}{missed}; found {}", entry(before), found(promise))
            }
            (Some((before, promise)), None) => {
                format!(
                    "the entry is deleted; expected {}; found {}",
                    entry(before),
                    found(promise)
                )
            }
            (None, Some(now)) => format!("expects {}; found {}", entry(now), found(&now.verdict)),
            (None, None) => String::new(),
        };
        if self.pair.is_unprotected() {
            text.push_str("; it is protected: nothing may be before it");
        }
        text
    }

    /// `1 → 4`, when that tells something.
    fn ranks(&self) -> Option<String> {
        let rank = |rank: Option<usize>| rank.map_or("none".to_owned(), |rank| rank.to_string());
        match self.pair.ranks() {
            (None, None) => None,
            (_, now) if self.pair.before.is_none() => Some(format!("rank {}", rank(now))),
            (before, now) => Some(format!("rank {} → {}", rank(before), rank(now))),
        }
    }
}

fn hit((id, anchor): &(crate::article::ArticleId, crate::article::Anchor)) -> String {
    format!("{id}#{anchor}")
}

impl Differences<'_> {
    fn count(&self, change: Change) -> usize {
        self.told.iter().filter(|difference| difference.pair.change() == change).count()
    }

    fn summary(&self) -> String {
        let counts: Vec<String> = Change::TOLD
            .into_iter()
            .map(|change| (self.count(change), change.as_str()))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let unprotected = self.told.iter().filter(|d| d.pair.is_unprotected()).count();
        let mut text = format!(
            "{} golden queries against {} ({}): ",
            self.same + self.told.len(),
            self.name,
            self.commit.get(..12).unwrap_or(self.commit)
        );
        text.push_str(&if counts.is_empty() {
            "nothing changed".to_owned()
        } else {
            counts.join(", ")
        });
        if unprotected > 0 {
            let _ = write!(text, "; {unprotected} protected not first");
        }
        text
    }

    pub(super) fn human(&self) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        for difference in &self.told {
            let Difference { query, spot, .. } = difference;
            let ranks = difference.ranks().map_or(String::new(), |ranks| format!("  {ranks}"));
            let _ = writeln!(
                text,
                "{:<9} {}:{}  «{}»{ranks}\n          {}",
                difference.word().to_uppercase(),
                difference.place(self.folder),
                spot.line,
                shortened(query),
                difference.told(),
            );
            if let Some(reason) = &difference.reason {
                let _ = writeln!(text, "          {reason}");
            }
        }
        if !self.told.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    pub(super) fn github(&self) -> String {
        let mut text = String::new();
        for difference in &self.told {
            let level = match difference.pair.change() {
                _ if difference.pair.fails() => "error",
                Change::Worse => "warning",
                Change::Changed | Change::Gone => "notice",
                // What is well needs no mark in the change.
                _ => continue,
            };
            let mut message = format!("«{}»", shortened(difference.query));
            for part in difference
                .ranks()
                .into_iter()
                .chain([difference.told()])
                .chain(difference.reason.clone())
            {
                message.push_str(": ");
                message.push_str(&part);
            }
            let annotation = Annotation {
                level,
                place: Some((&difference.place(self.folder), difference.spot)),
                title: &format!("golden query {}", difference.word()),
                message: &message,
            };
            let _ = writeln!(text, "{annotation}");
        }
        let summary = self.summary();
        let summary =
            Annotation { level: "notice", place: None, title: "golden queries", message: &summary };
        let _ = writeln!(text, "{summary}");
        text
    }

    pub(super) fn json(&self) -> String {
        let counts: serde_json::Map<String, Value> = Change::TOLD
            .into_iter()
            .map(|change| (change.as_str().to_owned(), json!(self.count(change))))
            .chain([("same".to_owned(), json!(self.same))])
            .collect();
        let queries: Vec<Value> = self.told.iter().map(|d| self.one(d)).collect();
        let document = json!({
            "base": { "name": self.name, "commit": self.commit },
            "failed": self.told.iter().any(|difference| difference.pair.fails()),
            "counts": counts,
            "queries": queries,
        });
        format!("{document:#}\n")
    }

    fn one(&self, difference: &Difference<'_>) -> Value {
        let side = |expected: String, verdict: &Verdict| {
            let found: Vec<String> = verdict.found.iter().map(hit).collect();
            json!({
                "expected": expected,
                "passed": verdict.passed,
                "rank": verdict.rank,
                "found": found,
            })
        };
        let Pair { before, now } = &difference.pair;
        let of = |entry: &Entry<'_>| side(expected(entry.golden), &entry.verdict);
        let (rank_before, rank_now) = difference.pair.ranks();
        json!({
            "change": difference.pair.change().as_str(),
            "fails": difference.pair.fails(),
            "protected_not_first": difference.pair.is_unprotected(),
            "locale": difference.locale.as_str(),
            "query": difference.query,
            "path": difference.place(self.folder),
            "line": difference.spot.line,
            "column": difference.spot.column,
            "rank_before": rank_before,
            "rank_now": rank_now,
            "base_entry_at_base": before.as_ref().map(|(before, _)| of(before)),
            "base_entry_now": before.as_ref().map(|(before, now)| side(expected(before.golden), now)),
            "entry_now": now.as_ref().map(of),
            "reason": difference.reason,
        })
    }
}
