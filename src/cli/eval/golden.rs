//! Golden queries: each must find its article, and for those that fail is shown what came before
//! the right article, and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::reliability::Reliability;
use crate::article::{Audience, Locale};
use crate::cli::settings::Settings;
use crate::cli::{Outcome, opening, terminal};
use crate::live::Edition;
use crate::search::{Expected, GoldenQuery, Judgements, Measures, Verdict, judge};

/// A golden query and how it went.
struct Asked<'a> {
    locale: &'a Locale,
    golden: &'a GoldenQuery,
    verdict: Verdict,
    /// Why the right article is not first, for one that failed.
    reason: Option<String>,
}

/// How the queries of one kind went.
#[derive(Default)]
struct Summary {
    measures: Vec<Measures>,
    passed: usize,
    asked: usize,
}

pub(in crate::cli) fn run(settings: &Settings, is_json: bool) -> anyhow::Result<Outcome> {
    let opened = opening::in_memory(settings)?;
    let edition = &opened.edition;
    let mut asked = Vec::new();
    for (locale, queries) in &*edition.golden {
        for golden in queries {
            let verdict = judge(golden, locale, &edition.index, &edition.weights);
            let reason =
                if verdict.passed { None } else { reason(edition, locale, golden, &verdict) };
            asked.push(Asked { locale, golden, verdict, reason });
        }
    }
    let failed: Vec<&Asked<'_>> = asked.iter().filter(|asked| !asked.verdict.passed).collect();
    let reliability = Reliability::of(
        asked
            .iter()
            .filter(|asked| !asked.golden.message)
            .map(|asked| (asked.verdict.confidence, asked.verdict.rank == Some(1))),
    );
    let text = if is_json {
        report_json(&asked, &failed, &reliability)
    } else {
        report(&asked, &failed, &reliability)
    };
    terminal::print(&text)?;
    if asked.is_empty() && edition.catalog.shelf(Audience::Staff).article_count() > 0 {
        terminal::print("There are no golden queries: write them into LOCALE/golden.yaml\n")?;
    }
    let is_lost = failed.iter().any(|asked| !asked.golden.known_miss);
    Ok(if is_lost { Outcome::Bad } else { Outcome::Good })
}

/// What came before the article expected, and by which signals.
pub(super) fn reason(
    edition: &Edition,
    locale: &Locale,
    golden: &GoldenQuery,
    verdict: &Verdict,
) -> Option<String> {
    let (first, ahead) = edition.seen_by(Audience::Public).beaten_by(golden, locale, verdict)?;
    let reasons: Vec<String> = ahead.iter().take(3).map(ToString::to_string).collect();
    (!reasons.is_empty()).then(|| format!("{} is ahead by {}", first.id, reasons.join(", ")))
}

/// The kinds of one locale, each with how it went; all together first.
fn summaries(asked: &[Asked<'_>]) -> Vec<(String, String, Summary)> {
    let mut all: BTreeMap<(String, String), Summary> = BTreeMap::new();
    for asked in asked {
        let kind = match (&asked.golden.kind, &asked.golden.expect) {
            _ if asked.golden.message => "message",
            (_, Expected::Nothing) => "nothing",
            (Some(kind), _) => kind,
            (None, _) => "plain",
        };
        for kind in ["", kind] {
            let key = (asked.locale.to_string(), kind.to_owned());
            let summary = all.entry(key).or_default();
            summary.asked += 1;
            summary.passed += usize::from(asked.verdict.passed);
            summary.measures.extend(measures(asked));
        }
    }
    all.into_iter()
        .map(|((locale, kind), summary)| {
            let kind = if kind.is_empty() { "all".to_owned() } else { kind };
            (locale, kind, summary)
        })
        .collect()
}

/// Any of the articles expected is as right as another; only one of them has to be found.
fn measures(asked: &Asked<'_>) -> Option<Measures> {
    let Expected::Articles(ids) = &asked.golden.expect else { return None };
    if asked.golden.message {
        return None;
    }
    let found: Vec<&str> = asked.verdict.found.iter().map(|(id, _)| id.as_str()).collect();
    let best = ids.iter().min_by_key(|id| {
        found.iter().position(|found| *found == id.as_str()).unwrap_or(usize::MAX)
    })?;
    let judgements = Judgements::from([(best.to_string(), 1)]);
    Some(Measures::of(&found, &judgements))
}

pub(super) fn expected(golden: &GoldenQuery) -> String {
    match &golden.expect {
        Expected::Nothing => "nothing".to_owned(),
        Expected::Articles(ids) => {
            let ids: Vec<&str> = ids.iter().map(crate::article::Slug::as_str).collect();
            if golden.message {
                return format!("answers from {}", ids.join(" and "));
            }
            let section =
                golden.section.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
            format!("{}{section} within {}", ids.join(" or "), golden.within)
        }
    }
}

/// Enough of a query to know it again.
pub(super) fn shortened(query: &str) -> String {
    const MOST: usize = 100;
    if query.chars().count() <= MOST {
        return query.to_owned();
    }
    let beginning: String = query.chars().take(MOST).collect();
    format!("{beginning}…")
}

fn report(asked: &[Asked<'_>], failed: &[&Asked<'_>], reliability: &Reliability) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    for failed in failed {
        let found: Vec<String> = failed
            .verdict
            .found
            .iter()
            .take(3)
            .map(|(id, anchor)| format!("{id}#{anchor}"))
            .collect();
        let kind = failed.golden.kind.as_ref().map_or(String::new(), |kind| format!(" ({kind})"));
        let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
        let _ = writeln!(
            text,
            "{} {}/golden.yaml:{}  «{}»{kind}\n     expected {}; found {found}",
            if failed.golden.known_miss { "OPEN" } else { "LOST" },
            failed.locale,
            failed.golden.spot.line,
            shortened(&failed.golden.query),
            expected(failed.golden),
        );
        if let Some(reason) = &failed.reason {
            let _ = writeln!(text, "     {reason}");
        }
    }
    for asked in asked.iter().filter(|asked| asked.golden.known_miss && asked.verdict.passed) {
        let _ = writeln!(
            text,
            "FOUND {}/golden.yaml:{}  «{}»\n      is found now: take `known_miss` away",
            asked.locale,
            asked.golden.spot.line,
            shortened(&asked.golden.query)
        );
    }
    if asked.is_empty() {
        return text;
    }
    let _ = writeln!(
        text,
        "\n{:<7} {:<9} {:>8} {:>10} {:>9} {:>8} {:>10}",
        "locale", "kind", "nDCG@10", "Success@1", "Recall@5", "MRR@10", "passed"
    );
    for (locale, kind, summary) in summaries(asked) {
        let passed = format!("{}/{}", summary.passed, summary.asked);
        if summary.measures.is_empty() {
            let _ = writeln!(
                text,
                "{locale:<7} {kind:<9} {:>8} {:>10} {:>9} {:>8} {passed:>10}",
                "", "", "", ""
            );
            continue;
        }
        let measures = Measures::mean(&summary.measures);
        let _ = writeln!(
            text,
            "{locale:<7} {kind:<9} {:>8.3} {:>10.3} {:>9.3} {:>8.3} {passed:>10}",
            measures.ndcg_10, measures.success_1, measures.recall_5, measures.mrr_10,
        );
    }
    let _ = write!(text, "\n{reliability}");
    text
}

fn report_json(asked: &[Asked<'_>], failed: &[&Asked<'_>], reliability: &Reliability) -> String {
    let locales: Vec<Value> = summaries(asked)
        .iter()
        .map(|(locale, kind, summary)| {
            let measures = Measures::mean(&summary.measures);
            json!({
                "locale": locale,
                "kind": kind,
                "ndcg@10": measures.ndcg_10,
                "success@1": measures.success_1,
                "recall@5": measures.recall_5,
                "mrr@10": measures.mrr_10,
                "passed": summary.passed, "queries": summary.asked,
            })
        })
        .collect();
    let failed: Vec<Value> = failed
        .iter()
        .map(|asked| {
            let found: Vec<String> =
                asked.verdict.found.iter().map(|(id, anchor)| format!("{id}#{anchor}")).collect();
            json!({
                "locale": asked.locale.as_str(),
                "line": asked.golden.spot.line,
                "query": asked.golden.query,
                "kind": asked.golden.kind,
                "protected": asked.golden.protected,
                "known_miss": asked.golden.known_miss,
                "expected": expected(asked.golden),
                "rank": asked.verdict.rank,
                "found": found,
                "reason": asked.reason,
            })
        })
        .collect();
    let document = json!({
        "locales": locales, "failed": failed, "reliability": reliability.json(),
    });
    format!("{document:#}\n")
}
