//! Numbers that an article and its translation say differently: Russian x35, English x40.
//!
//! The two are held against each other section by section. A number that stands in one of them
//! alone proves nothing («три дня» may be a word there); as many on each side, of the same kind, in the
//! same section, and not the same ones, are a contradiction.

use rustc_hash::FxHashSet as HashSet;

use super::{Catalog, Content, Shelf};
use crate::article::{
    Article, Audience, Counted, Fact, Number, Problem, Quantity, Severity, numbers,
};

/// What numbers are compared of.
const KINDS: [Counted; 7] = [
    Counted::Things,
    Counted::Money,
    Counted::Percent,
    Counted::Times,
    Counted::Minutes,
    Counted::Months,
    Counted::Clock,
];

/// Every contradiction between an article and those of other locales, told of both.
pub(super) fn contradictions(catalog: &Catalog) -> Vec<Problem> {
    let shelf = catalog.shelf(Audience::Staff);
    let mut problems = Vec::new();
    let Some(first) = first_locale(catalog, shelf) else { return problems };
    for source in first.articles() {
        for other in shelf.locales().filter(|other| other.locale != first.locale) {
            let Some(place) = other.article(&source.id) else { continue };
            for (a, b) in contradicting(source, place) {
                problems.push(problem(source, a, place, b));
                problems.push(problem(place, b, source, a));
            }
        }
    }
    problems
}

/// The locale that the others are translations of: the site's first.
fn first_locale<'a>(catalog: &'a Catalog, shelf: &'a Shelf) -> Option<&'a super::LocaleShelf> {
    let first = catalog.site.default_locale().and_then(|locale| shelf.locale(locale));
    first.map(|shelf| &**shelf).or_else(|| shelf.locales().next().map(|shelf| &**shelf))
}

/// Pairs of numbers that cannot both be right.
fn contradicting<'a>(a: &'a Article, b: &'a Article) -> Vec<(&'a Number, &'a Number)> {
    let mut pairs = Vec::new();
    for (at, section) in a.sections.iter().enumerate() {
        // Most sections have none, and to find its like takes a look at all of them.
        if in_section(a, at).next().is_none() {
            continue;
        }
        let same = b.sections.iter().position(|other| other.anchor == section.anchor);
        let is_same_shape = || a.sections.len() == b.sections.len();
        let Some(other) = same.or_else(|| is_same_shape().then_some(at)) else { continue };
        let (of_a, of_b) = (alone(a, at, b, other), alone(b, other, a, at));
        for kind in KINDS {
            let of_kind = |n: &&&Number| n.quantity.counted == kind;
            let count = |article, at| in_section(article, at).filter(|n| of_kind(&n)).count();
            // «пять раз» is no number: where one side has more of them, nothing is certain.
            if count(a, at) != count(b, other) {
                continue;
            }
            let (of_a, of_b): (Vec<_>, Vec<_>) =
                (of_a.iter().filter(of_kind).collect(), of_b.iter().filter(of_kind).collect());
            if of_a.len() == of_b.len() {
                pairs.extend(of_a.into_iter().copied().zip(of_b.into_iter().copied()));
            }
        }
    }
    pairs
}

/// The numbers of a section that the other article's section does not have, each once.
fn alone<'a>(article: &'a Article, at: usize, other: &Article, there: usize) -> Vec<&'a Number> {
    let mut alone: Vec<&Number> = Vec::new();
    for number in in_section(article, at) {
        let is_it = |n: &Number| n.quantity == number.quantity;
        if !in_section(other, there).any(is_it) && !alone.iter().any(|known| is_it(known)) {
            alone.push(number);
        }
    }
    alone
}

fn in_section(article: &Article, at: usize) -> impl Iterator<Item = &Number> {
    article.numbers.iter().filter(move |number| usize::from(number.section) == at)
}

fn problem(article: &Article, number: &Number, other: &Article, there: &Number) -> Problem {
    let message = format!(
        "{} here, {} in {}:{}",
        written(article, number),
        written(other, there),
        other.path,
        there.spot.line
    );
    let hint = "make them the same; as `{{ fact.name }}` from facts.yaml they stay so";
    let code = "contradicts-translation";
    article.problem(number.spot, Severity::Error, code, message).hint(hint)
}

/// A number in its author's own letters.
fn written(article: &Article, number: &Number) -> String {
    let body = article.body();
    let spot = number.spot;
    let line = body.source.lines().nth(spot.line as usize - 1).unwrap_or_default();
    let text: String =
        line.chars().skip(spot.column as usize - 1).take(spot.length as usize).collect();
    format!("`{}`", text.trim())
}

/// Facts that nothing quotes, and facts whose languages contradict each other.
pub(super) fn facts(content: &Content) -> Vec<Problem> {
    let of_pages = content.pages.iter().flat_map(|page| page.facts.iter());
    let of_articles = content.articles.iter().flat_map(|article| article.facts.iter());
    let used: HashSet<&str> = of_pages.chain(of_articles).map(|name| &**name).collect();
    let mut problems = Vec::new();
    for (name, fact) in content.facts.all() {
        if !used.contains(name) {
            let message = format!("no article quotes the fact `{name}`");
            let problem = fact.problem(Severity::Warning, "unused-fact", message);
            let hint = format!("write `{{{{ fact.{name} }}}}` where it is said, or remove it");
            problems.push(problem.hint(hint));
        }
        if let Some((one, other)) = contradicting_texts(fact) {
            let message = format!("the fact `{name}` says `{one}` and `{other}`");
            let problem = fact.problem(Severity::Error, "contradicts-translation", message);
            problems.push(problem.hint("make the numbers the same in all languages"));
        }
    }
    problems
}

/// Two languages of a fact that say different numbers.
fn contradicting_texts(fact: &Fact) -> Option<(&str, &str)> {
    let said = |text: &str| -> Vec<Quantity> {
        let mut said: Vec<Quantity> = numbers(text).into_iter().map(|(_, q)| q).collect();
        said.sort_by_key(|quantity| (quantity.counted, quantity.value));
        said
    };
    let (_, first) = fact.texts().next()?;
    let numbers = said(first);
    let is_other = |text: &&str| {
        let others = said(text);
        others.len() == numbers.len() && others != numbers
    };
    fact.texts().map(|(_, text)| text).find(is_other).map(|other| (first, other))
}

/// Whether two versions of an article say the same numbers, wherever they stand.
pub(super) fn are_same(a: &[Number], b: &[Number]) -> bool {
    let said = |number: &Number| -> (Quantity, u16) { (number.quantity, number.section) };
    a.iter().map(said).eq(b.iter().map(said))
}
