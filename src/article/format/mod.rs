//! A file in the form that all files have: the order of the header, and the Markdown's spaces and
//! marks. What readers see stays the same, and that is looked at, not hoped for.

mod blocks;
mod edits;
mod header;
mod headings;
mod lines;
mod lists;
mod tables;
#[cfg(test)]
mod tests;

use super::findings::Findings;
use super::front_matter::{Kind, divide};
use super::{Article, Facts, IndexPage, Parsed, Problem, Quantity, Severity, Source, parse_with};

/// How often a form is looked for that formatting leaves alone.
const ROUNDS: usize = 4;

/// What formatting makes of a file.
#[derive(Debug, Clone)]
pub enum Formatted {
    /// It has the form already.
    Same,
    /// The file in its new form.
    Changed(String),
    /// It cannot be read: these errors have to be mended first.
    Broken(Vec<Problem>),
    /// In the new form it would say something else, so that it stays as it is.
    Unsafe,
}

/// Brings a Markdown file of the articles folder into form; `facts` are those that it may quote.
pub fn format(source: &Source, facts: &Facts) -> Formatted {
    let (before, problems) = parse_with(source, facts);
    let text = std::str::from_utf8(&source.bytes).unwrap_or_default();
    if matches!(before, Parsed::Nothing) {
        let is_error = |problem: &Problem| problem.severity == Severity::Error;
        return Formatted::Broken(problems.into_iter().filter(is_error).collect());
    }
    let kind = match before {
        Parsed::Index(_) => Kind::Index,
        _ => Kind::Article,
    };
    let Some(tidy) = tidied(text, kind) else { return Formatted::Unsafe };
    if tidy == text {
        return Formatted::Same;
    }
    let bytes = tidy.clone().into_bytes();
    let (after, still) = parse_with(&Source { bytes, ..source.clone() }, facts);
    if says_the_same(&before, &after) && codes(&problems) == codes(&still) {
        Formatted::Changed(tidy)
    } else {
        Formatted::Unsafe
    }
}

/// The text in a form that formatting leaves alone; `None` when none is found.
fn tidied(text: &str, kind: Kind) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut last = text.replace("\r\n", "\n").replace('\r', "\n");
    for _ in 0..ROUNDS {
        let next = once(&last, kind)?;
        if next == last {
            return Some(next);
        }
        last = next;
    }
    None
}

fn once(text: &str, kind: Kind) -> Option<String> {
    let unnamed = super::SourcePath::new("");
    let parts = divide(text, &mut Findings::new(&unnamed, text))?;
    let header = header::tidy(&text[parts.header], kind);
    let markdown = markdown(&text[parts.markdown_from..]);
    let gap = if markdown.is_empty() { "" } else { "\n" };
    Some(format!("---\n{header}---\n{gap}{markdown}"))
}

fn markdown(text: &str) -> String {
    const STEPS: [fn(&str) -> String; 6] = [
        lines::tidy,
        headings::tidy,
        blocks::tidy_fences,
        lists::tidy,
        tables::tidy,
        blocks::tidy_gaps,
    ];
    let text = STEPS.iter().fold(text.to_owned(), |text, step| step(&text));
    let text = text.trim_start_matches('\n');
    if blocks::ends_open(text) {
        return text.to_owned();
    }
    let text = text.trim_end_matches('\n');
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

/// Whether two files say the same to readers and to the index. Where something stands in the file
/// is no part of that.
fn says_the_same(a: &Parsed, b: &Parsed) -> bool {
    match (a, b) {
        (Parsed::Article(a), Parsed::Article(b)) => same_article(a, b),
        (Parsed::Index(a), Parsed::Index(b)) => same_index(a, b),
        _ => false,
    }
}

fn same_article(a: &Article, b: &Article) -> bool {
    let sections = |article: &Article| -> Vec<_> {
        let sections = article.sections.iter();
        sections.map(|s| (s.anchor.clone(), s.level, s.heading.clone(), s.text.clone())).collect()
    };
    let keys = |article: &Article| {
        let mut keys: Vec<_> = article.keys.iter().map(|(key, _)| *key as u8).collect();
        keys.sort_unstable();
        keys
    };
    // What is left of both is compared as a whole: a field that is new one day is not forgotten.
    let rest = |article: &Article| Article {
        digest: super::Digest(0),
        body: super::PackedBody::default(),
        sections: Vec::new(),
        links: Vec::new(),
        numbers: Box::default(),
        keys: Vec::new(),
        ..article.clone()
    };
    let numbers = |article: &Article| -> Vec<(Quantity, u16)> {
        article.numbers.iter().map(|number| (number.quantity, number.section)).collect()
    };
    a.body().html == b.body().html
        && sections(a) == sections(b)
        && targets(&a.links) == targets(&b.links)
        && keys(a) == keys(b)
        && numbers(a) == numbers(b)
        && rest(a) == rest(b)
}

fn same_index(a: &IndexPage, b: &IndexPage) -> bool {
    let rest = |page: &IndexPage| IndexPage {
        digest: super::Digest(0),
        links: Vec::new(),
        ..page.clone()
    };
    targets(&a.links) == targets(&b.links) && rest(a) == rest(b)
}

fn targets(links: &[super::Link]) -> Vec<(&super::Target, bool)> {
    links.iter().map(|link| (&link.target, link.image)).collect()
}

fn codes(problems: &[Problem]) -> Vec<(&str, &str)> {
    let mut codes: Vec<(&str, &str)> =
        problems.iter().map(|problem| (&*problem.code, &*problem.message)).collect();
    codes.sort_unstable();
    codes
}
