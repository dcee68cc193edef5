//! What an agent or editor sees before asking anything: what changed, what will end, what is due for
//! a look, and what is wrong with the files.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use minijinja::{Value, context};

use super::calendar;
use crate::article::{Article, Audience, Problem, Severity};
use crate::catalog::Words;
use crate::catalog::article_url;
use crate::live::View;
use crate::web::App;

/// How far back changes are told.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far ahead an end is told.
const ENDING: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Days before its date that an article is due for a look.
const DUE_DAYS: i64 = 14;
/// Rows of each list that are seen at once, and those behind a click; the rest is counted.
const ROWS: usize = 12;
const MOST_ROWS: usize = 200;
const PROBLEMS: usize = 50;

/// The lists.
pub(super) fn overview(app: &App, view: View<'_>, words: &Words) -> Value {
    let now = app.now();
    let zone = &view.site().time_zone;
    let today = now.to_zoned(zone.clone()).date();
    let due = today.saturating_add(DUE_DAYS.days());
    let all =
        || view.shelf().locales().flat_map(|shelf| shelf.articles()).map(|article| &**article);
    let day = |at: Timestamp| words.date(at, zone);

    let is_recent = |at: &Timestamp| now.duration_since(*at) <= RECENT && *at <= now;
    let mut changed: Vec<(Timestamp, &Article)> =
        all().filter_map(|a| a.updated.filter(is_recent).map(|at| (at, a))).collect();
    changed.sort_by(|(a, _), (b, _)| b.cmp(a));

    let is_ending = |at: &Timestamp| at.duration_since(now) <= ENDING;
    let mut ending: Vec<(Timestamp, &Article)> =
        all().filter_map(|a| a.window.until.filter(is_ending).map(|at| (at, a))).collect();
    ending.sort_by_key(|(at, _)| *at);

    let mut reviews: Vec<(Date, &Article)> =
        all().filter_map(|a| a.review_by.filter(|by| *by <= due).map(|by| (by, a))).collect();
    reviews.sort_by_key(|(by, _)| *by);

    let problems = view.problems().unwrap_or_default();
    context! {
        changed => list(&changed, |at| row_note(&day(at), false)),
        ending => list(&ending, |at| row_note(&day(at), false)),
        reviews => list(&reviews, |by| row_note(&civil_day(words, by, zone), by < today)),
        calendar => calendar::shown(app, view, words),
        problem_count => problems.len(),
        problems => problems.iter().take(PROBLEMS).map(problem).collect::<Value>(),
        more_problems => problems.len().saturating_sub(PROBLEMS),
    }
}

/// A day without a time of day, as people write it.
pub(super) fn civil_day(words: &Words, day: Date, zone: &TimeZone) -> String {
    let begun = day.to_zoned(zone.clone());
    begun.map_or_else(|_| day.to_string(), |at| words.date(at.timestamp(), zone))
}

fn row_note(day: &str, is_late: bool) -> Value {
    context! { day, is_late }
}

fn list<T: Copy>(rows: &[(T, &Article)], when: impl Fn(T) -> Value) -> Value {
    let entry = |(at, article): &(T, &Article)| {
        context! {
            title => &article.title,
            locale => article.locale.as_str(),
            url => article_url(article),
            facts => format!("/staff/article/{}?locale={}", article.id, article.locale),
            is_staff => article.audience == Audience::Staff,
            owner => article.owner.as_deref(),
            when => when(*at),
        }
    };
    let folded = rows.len().min(MOST_ROWS);
    context! {
        count => rows.len(),
        more => rows.len().saturating_sub(ROWS),
        rows => rows.iter().take(ROWS).map(entry).collect::<Value>(),
        folded => rows.get(ROWS..folded).unwrap_or_default().iter().map(entry).collect::<Value>(),
    }
}

/// A problem as templates take it.
pub(super) fn problem(problem: &Problem) -> Value {
    context! {
        place => format!("{}:{}", problem.path, problem.spot.line),
        is_error => problem.severity == Severity::Error,
        code => &problem.code,
        message => &problem.message,
        hint => &problem.hint,
    }
}
