//! Translations that a change leaves behind: their source says something else, and they do not.

use super::Comparison;
use crate::article::{Article, Audience, FrontMatterKey, Problem, Section, Severity, Spot};

/// Sections named in one message.
const NAMED: usize = 3;

impl Comparison<'_> {
    /// Every translation that stands as it was while its source has changed: a warning in its file,
    /// with the place of the change in the source.
    pub fn left_behind(self) -> Vec<Problem> {
        let (before, now) = (self.before.shelf(Audience::Staff), self.now.shelf(Audience::Staff));
        let mut problems = Vec::new();
        let Some(first) = self.now.site.default_locale() else { return problems };
        let (Some(old), Some(new)) = (before.locale(first), now.locale(first)) else {
            return problems;
        };
        for source in new.articles() {
            let Some(was) = old.article(&source.id).filter(|was| was.digest != source.digest)
            else {
                continue;
            };
            let changed = changes(was, source);
            if changed.is_empty() {
                continue;
            }
            for other in now.locales().filter(|other| other.locale != *first) {
                let then = before.locale(&other.locale).and_then(|then| then.article(&source.id));
                let (Some(translation), Some(then)) = (other.article(&source.id), then) else {
                    continue;
                };
                if changes(then, translation).is_empty() {
                    problems.push(problem(translation, source, &changed, self.name));
                }
            }
        }
        problems
    }
}

/// What readers of an article read otherwise than before: the names of its parts, and where they
/// stand now.
fn changes<'a>(before: &Article, now: &'a Article) -> Vec<(&'a str, Spot)> {
    let mut changed = Vec::new();
    if before.title != now.title {
        changed.push(("title", now.key_spot(FrontMatterKey::Title)));
    }
    if before.summary != now.summary {
        changed.push(("summary", Spot::START));
    }
    let says = |section: &Section, other: &Section| {
        section.heading == other.heading && section.text == other.text
    };
    for section in &now.sections {
        let was = before.sections.iter().find(|was| section.goes_by(was.anchor.as_str()));
        if !was.is_some_and(|was| says(was, section)) {
            changed.push((section.anchor.as_str(), section.spot));
        }
    }
    let is_there = |was: &Section| now.sections.iter().any(|s| s.goes_by(was.anchor.as_str()));
    if before.sections.iter().any(|was| !is_there(was)) {
        changed.push(("a section that is gone", Spot::START));
    }
    // The place of a change that has one of its own comes first.
    changed.sort_by_key(|(_, spot)| *spot == Spot::START);
    changed
}

fn problem(
    translation: &Article,
    source: &Article,
    changed: &[(&str, Spot)],
    name: &str,
) -> Problem {
    let mut names: Vec<&str> = changed.iter().map(|(name, _)| *name).collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let mut parts = names.join(", ");
    if more > 0 {
        parts = format!("{parts} and {more} more");
    }
    let line = changed.first().map_or(1, |(_, spot)| spot.line);
    let message = format!(
        "{}:{line} has changed since `{name}` ({parts}), and this translation has not",
        source.path
    );
    let spot = translation.key_spot(FrontMatterKey::Title);
    translation
        .problem(spot, Severity::Warning, "translation-behind", message)
        .hint("translate the change in the same commit, or see `spravka translations` later")
}
