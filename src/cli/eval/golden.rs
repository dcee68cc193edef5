//! Golden queries: each must find its article, and the ones that fail are shown with what was
//! found instead.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::article::{Audience, Locale};
use crate::cli::settings::Settings;
use crate::cli::{Outcome, opening, terminal};
use crate::search::{Expected, GoldenQuery, Judgements, Measures, Verdict, judge};

/// A golden query and how it went.
struct Asked<'a> {
    locale: &'a Locale,
    golden: &'a GoldenQuery,
    verdict: Verdict,
}

/// The four measures and the gate for one locale.
struct Summary {
    locale: String,
    measures: Measures,
    passed: usize,
    /// Queries that the engine is meant to answer now.
    expected: usize,
    /// Those that need what it cannot do yet, and how many pass nevertheless.
    later: usize,
    later_passed: usize,
}

pub(in crate::cli) fn run(
    settings: &Settings,
    strict: bool,
    is_json: bool,
) -> anyhow::Result<Outcome> {
    let opened = opening::in_memory(settings)?;
    let edition = &opened.edition;
    let mut asked = Vec::new();
    for (locale, queries) in opened.publisher.golden() {
        for golden in queries {
            let verdict = judge(golden, locale, &edition.index, &edition.weights);
            asked.push(Asked { locale, golden, verdict });
        }
    }
    let mut locales: Vec<&Locale> = asked.iter().map(|asked| asked.locale).collect();
    locales.dedup();
    let summaries: Vec<Summary> = locales.iter().map(|locale| summary(locale, &asked)).collect();
    let failed: Vec<&Asked<'_>> = asked.iter().filter(|asked| !asked.verdict.passed).collect();
    let lost = failed.iter().filter(|asked| strict || asked.golden.needs.is_none()).count();

    let text = if is_json {
        report_json(&summaries, &failed)
    } else {
        report(&summaries, &failed, &asked)
    };
    terminal::print(&text)?;
    if asked.is_empty() && edition.catalog.shelf(Audience::Staff).article_count() > 0 {
        terminal::print("There are no golden queries: write them into LOCALE/golden.yaml\n")?;
    }
    Ok(if lost > 0 { Outcome::Bad } else { Outcome::Good })
}

fn summary(locale: &Locale, asked: &[Asked<'_>]) -> Summary {
    let here: Vec<&Asked<'_>> = asked.iter().filter(|asked| asked.locale == locale).collect();
    let now = || here.iter().filter(|asked| asked.golden.needs.is_none());
    let later = || here.iter().filter(|asked| asked.golden.needs.is_some());
    let each: Vec<Measures> = now().filter_map(|asked| measures(asked)).collect();
    Summary {
        locale: locale.to_string(),
        measures: Measures::mean(&each),
        passed: now().filter(|asked| asked.verdict.passed).count(),
        expected: now().count(),
        later: later().count(),
        later_passed: later().filter(|asked| asked.verdict.passed).count(),
    }
}

/// Any of the articles expected is as right as another; only one of them has to be found.
fn measures(asked: &Asked<'_>) -> Option<Measures> {
    let Expected::Articles(ids) = &asked.golden.expect else { return None };
    let found: Vec<&str> = asked.verdict.found.iter().map(|(id, _)| id.as_str()).collect();
    let best = ids.iter().min_by_key(|id| {
        found.iter().position(|found| *found == id.as_str()).unwrap_or(usize::MAX)
    })?;
    let judgements = Judgements::from([(best.to_string(), 1)]);
    Some(Measures::of(&found, &judgements))
}

fn expected(golden: &GoldenQuery) -> String {
    match &golden.expect {
        Expected::Nothing => "nothing".to_owned(),
        Expected::Articles(ids) => {
            let ids: Vec<&str> = ids.iter().map(crate::article::Slug::as_str).collect();
            let section =
                golden.section.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
            format!("{}{section} within {}", ids.join(" or "), golden.within)
        }
    }
}

fn report(summaries: &[Summary], failed: &[&Asked<'_>], asked: &[Asked<'_>]) -> String {
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
        let needs = failed.golden.needs.as_ref().map_or(String::new(), |n| format!(" (needs {n})"));
        let mark = if failed.golden.needs.is_some() { "later" } else { "LOST " };
        let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
        let _ = writeln!(
            text,
            "{mark} {}/golden.yaml:{}  «{}»{needs}\n      expected {}; found {found}",
            failed.locale,
            failed.golden.spot.line,
            failed.golden.query,
            expected(failed.golden),
        );
    }
    if !asked.is_empty() {
        let _ = writeln!(
            text,
            "\n{:<8} {:>8} {:>10} {:>8} {:>8} {:>10} {:>10}",
            "locale", "nDCG@10", "Success@1", "Recall@5", "MRR@10", "passed", "of later"
        );
    }
    for Summary { locale, measures, passed, expected, later, later_passed } in summaries {
        let _ = writeln!(
            text,
            "{locale:<8} {:>8.3} {:>10.3} {:>8.3} {:>8.3} {:>10} {:>10}",
            measures.ndcg_10,
            measures.success_1,
            measures.recall_5,
            measures.mrr_10,
            format!("{passed}/{expected}"),
            format!("{later_passed}/{later}"),
        );
    }
    text
}

fn report_json(summaries: &[Summary], failed: &[&Asked<'_>]) -> String {
    let locales: Vec<Value> = summaries
        .iter()
        .map(|s| {
            json!({
                "locale": s.locale,
                "ndcg@10": s.measures.ndcg_10,
                "success@1": s.measures.success_1,
                "recall@5": s.measures.recall_5,
                "mrr@10": s.measures.mrr_10,
                "passed": s.passed, "queries": s.expected,
                "later_passed": s.later_passed, "later": s.later,
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
                "needs": asked.golden.needs,
                "protected": asked.golden.protected,
                "expected": expected(asked.golden),
                "rank": asked.verdict.rank,
                "found": found,
            })
        })
        .collect();
    format!("{:#}\n", json!({ "locales": locales, "failed": failed }))
}
