//! The golden queries that expect an article: where it stands now, and what stands before it.

use minijinja::{Value, context};

use super::super::encoded;
use super::super::lists::link;
use super::say;
use crate::article::{Article, Locale};
use crate::catalog::{Words, article_url};
use crate::live::View;
use crate::search::{Expected, GOLDEN_FILE, GoldenQuery};

/// Signals told of what stands before the article.
const REASONS: usize = 3;
/// Characters of a query that are shown.
const LONGEST: usize = 100;

/// The queries, with how many of them are lost.
pub(super) fn golden(view: View<'_>, words: &Words, article: &Article) -> Value {
    let locale = &article.locale;
    let is_of = |golden: &&GoldenQuery| match &golden.expect {
        Expected::Articles(ids) => ids.contains(&article.id),
        Expected::Nothing => false,
    };
    let mut lost = 0;
    let queries: Vec<Value> = view
        .golden(locale)
        .iter()
        .filter(is_of)
        .map(|golden| {
            let verdict = view.judge(golden, locale);
            let is_lost = !verdict.passed && !golden.known_miss;
            lost += usize::from(is_lost);
            let at = verdict.found.iter().position(|(id, _)| *id == article.id);
            let ahead = view.beaten_by(golden, locale, &verdict).filter(|_| !verdict.passed);
            context! {
                query => shortened(&golden.query),
                url => address(locale, golden),
                place => format!("{locale}/{GOLDEN_FILE}:{}", golden.spot.line),
                wanted => wanted(words, golden),
                now => at.map(|at| say(words, "rank").replace("{n}", &(at + 1).to_string())),
                is_lost,
                // Of several that are right, one is enough.
                is_another => verdict.passed && !golden.message && at.is_none_or(|at| at >= golden.within),
                is_known_miss => !verdict.passed && golden.known_miss,
                ahead => ahead.map(|(first, reasons)| context! {
                    article => link(article_url(first), &first.title),
                    reasons => reasons.iter().take(REASONS).map(ToString::to_string).collect::<Vec<_>>().join(", "),
                }),
            }
        })
        .collect();
    context! { lost, queries }
}

/// A whole message would fill the page.
fn shortened(query: &str) -> String {
    let mut line: String = query.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

fn address(locale: &Locale, golden: &GoldenQuery) -> Option<String> {
    // A whole message is answered, not searched.
    (!golden.message).then(|| format!("/{locale}/search?q={}", encoded(&golden.query)))
}

fn wanted(words: &Words, golden: &GoldenQuery) -> String {
    let place = match golden.within {
        _ if golden.message => say(words, "wanted_answer").to_owned(),
        1 => say(words, "wanted_first").to_owned(),
        within => say(words, "wanted_within").replace("{n}", &within.to_string()),
    };
    match &golden.section {
        Some(anchor) => format!("{place}, #{anchor}"),
        None => place,
    }
}
