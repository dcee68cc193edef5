//! The lines that bring lost names back, ready to paste, and where they go.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet as HashSet;

use super::{Comparison, Lost, anchors as anchors_of};
use crate::article::{
    Alias, Anchor, Article, Audience, FrontMatterKey, Problem, Section, Severity, Spot, Status,
};
use crate::catalog::likeness::Gist;

/// A section that is as like a lost one as this has its text.
const SAME_TEXT: f64 = 0.3;

/// The article's `aliases` with all names that it needs.
pub(super) fn alias(
    article: &Article,
    wanted: &BTreeSet<Alias>,
    severity: Severity,
    code: &'static str,
    message: String,
) -> Problem {
    let line = alias_line(&article.aliases, wanted);
    let has = article.keys.iter().any(|(key, _)| *key == FrontMatterKey::Aliases);
    let (key, hint) = if has {
        (FrontMatterKey::Aliases, format!("make it `{line}`"))
    } else {
        (FrontMatterKey::Title, format!("add this line below the title: `{line}`"))
    };
    article.problem(article.key_spot(key), severity, code, message).hint(hint)
}

fn alias_line(present: &[Alias], wanted: &BTreeSet<Alias>) -> String {
    let all = || present.iter().chain(wanted.iter().filter(|alias| !present.contains(alias)));
    let names: Vec<String> = all()
        .filter_map(|alias| match alias {
            Alias::Id(id) => Some(id.to_string()),
            // A former id leads from the page of that name too.
            Alias::Page(_, slug) if all().any(|other| *other == Alias::Id(slug.clone())) => None,
            Alias::Page(topic, slug) => Some(format!("{topic}/{slug}")),
        })
        .collect();
    format!("aliases: [{}]", names.join(", "))
}

impl Comparison<'_> {
    /// A name of an article whose text is nowhere to be found.
    pub(super) fn no_successor(
        &self,
        lost: &Lost<'_>,
        names: &BTreeSet<Alias>,
        nearest: Option<&Arc<Article>>,
        severity: Severity,
        code: &'static str,
        message: String,
    ) -> Problem {
        let before = lost.article;
        let line = alias_line(&[], names);
        let other = match nearest {
            Some(article) => format!(
                "write `{line}` in the article that answers now (the most similar is {})",
                article.path
            ),
            None => format!("write `{line}` in the article that answers now"),
        };
        let staff = self.now.shelf(Audience::Staff).locale(&before.locale);
        let for_staff = staff.and_then(|shelf| shelf.article(&before.id));
        if let Some(article) = for_staff.filter(|article| article.audience == Audience::Staff) {
            let hint = format!("it is for staff now: set `audience: public`, or {other}");
            return article.problem(title(article), severity, code, message).hint(hint);
        }
        let day = self.now.day;
        if let Some(article) = self.now.hidden(&before.id, &before.locale) {
            let hint = if article.status == Status::Draft {
                format!(
                    "it is a draft now: set `status: published`, with `expires_at: {day}` when its time is over; or {other}"
                )
            } else {
                format!("it is shown from another moment on: take `publish_at` out, or {other}")
            };
            return article.problem(title(article), severity, code, message).hint(hint);
        }
        let hint = format!(
            "{other}; or put the file back with `expires_at: {day}`, and readers are told that its time is over"
        );
        Problem::new(&before.path, "", Spot::START, severity, code, message).hint(hint)
    }
}

fn title(article: &Article) -> Spot {
    article.key_spot(FrontMatterKey::Title)
}

/// The sections of an article that its present version does not have.
pub(super) fn anchors(before: &Article, now: &Article, name: &str) -> Vec<Problem> {
    let (old, new) = (anchors_of(before), anchors_of(now));
    // A name that it had once is lost with it.
    let named = before.sections.iter().filter(|section| section.level > 1);
    let named =
        named.flat_map(|s| std::iter::once(&s.anchor).chain(&s.former).map(move |a| (s, a)));
    let lost: Vec<(&Section, &Anchor)> =
        named.filter(|(_, anchor)| !new.contains(*anchor)).collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let source = now.body().source;
    let present: Vec<(&Section, Gist)> = now
        .sections
        .iter()
        .filter(|s| s.level > 1)
        .map(|section| (section, gist(section)))
        .collect();
    let fresh = present.iter().filter(|(section, _)| !old.contains(&section.anchor)).count();
    let is_pair = lost.len() == 1 && fresh == 1;
    let mut taken: HashSet<&Anchor> = HashSet::default();
    let mut problems = Vec::new();
    for (section, anchor) in lost {
        let mine = gist(section);
        let message = format!(
            "`/{}/{}/{}#{}` led to “{}” at `{name}`, and the section is not there now",
            before.locale, before.topic, before.slug, anchor, section.heading
        );
        let most_like = |is_fit: &dyn Fn(&Section) -> bool, least: f64| {
            present
                .iter()
                .filter(|(other, _)| is_fit(other))
                .map(|(other, theirs)| (mine.likeness(theirs), *other))
                .filter(|(likeness, _)| *likeness >= least)
                .max_by(|(a, _), (b, _)| a.total_cmp(b))
                .map(|(_, other)| other)
        };
        // One heading gone and one come is the same one, whatever became of its words.
        let least = if is_pair { 0.0 } else { SAME_TEXT };
        let is_free = |s: &Section| !old.contains(&s.anchor) && !taken.contains(&s.anchor);
        let renamed = most_like(&is_free, least);
        let (spot, hint) = if let Some(renamed) = renamed {
            taken.insert(&renamed.anchor);
            let line = source.lines().nth(renamed.spot.line as usize - 1).unwrap_or_default();
            (renamed.spot, format!("write `{}`", with_anchor(line, anchor.as_str())))
        } else {
            let marks = "#".repeat(usize::from(section.level));
            let line = format!("{marks} {} {{#{anchor}}}", section.heading);
            match most_like(&|_| true, SAME_TEXT) {
                Some(other) => {
                    let own = source.lines().nth(other.spot.line as usize - 1).unwrap_or_default();
                    let hint = format!(
                        "its text seems to stand under “{}” now: write `{}`",
                        other.heading,
                        with_former(own, other.anchor.as_str(), anchor.as_str())
                    );
                    (other.spot, hint)
                }
                None => (title(now), format!("put the section back under `{line}`")),
            }
        };
        problems.push(now.problem(spot, Severity::Error, "lost-anchor", message).hint(hint));
    }
    problems
}

fn gist(section: &Section) -> Gist {
    Gist::of([section.heading.as_str(), section.text.as_str()])
}

/// A heading's line with this anchor: as its own when it has none, else as a former one.
fn with_anchor(line: &str, anchor: &str) -> String {
    match attributes(line) {
        Some((words, attributes)) => format!("{words} {{{attributes} was={anchor}}}"),
        None => format!("{} {{#{anchor}}}", words_of(line)),
    }
}

/// The same for a heading whose own anchor, given or made of its words, readers know.
fn with_former(line: &str, own: &str, anchor: &str) -> String {
    match attributes(line) {
        Some(_) => with_anchor(line, anchor),
        None => format!("{} {{#{own} was={anchor}}}", words_of(line)),
    }
}

/// The words of a heading's line and what stands in its braces.
fn attributes(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let at = line.rfind("{#")?;
    let inner = line[at + 1..].strip_suffix('}')?;
    Some((line[..at].trim_end(), inner.trim_end()))
}

/// `## Limits ##` may be closed; nothing is lost without that.
fn words_of(line: &str) -> &str {
    let words = line.trim_end();
    let open = words.trim_end_matches('#');
    let words = if open.ends_with(' ') && !open.trim().is_empty() { open } else { words };
    words.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_takes_the_old_anchor_and_keeps_the_one_that_it_was_given() {
        assert_eq!(with_anchor("## Limits", "old"), "## Limits {#old}");
        assert_eq!(with_anchor("## Limits {#new}  ", "old"), "## Limits {#new was=old}");
        assert_eq!(with_former("## Limits", "limits", "old"), "## Limits {#limits was=old}");
        assert_eq!(with_anchor("### Limits ###", "old"), "### Limits {#old}");
        assert_eq!(with_anchor("## Room C#", "old"), "## Room C# {#old}");
    }

    #[test]
    fn a_line_of_aliases_keeps_those_that_are_there_and_says_nothing_twice() {
        let id = |text: &str| Alias::Id(text.parse().unwrap());
        let page =
            |topic: &str, slug: &str| Alias::Page(topic.parse().unwrap(), slug.parse().unwrap());
        let wanted = BTreeSet::from([id("fees"), page("payments", "fees"), page("payments", "x")]);
        assert_eq!(
            alias_line(&[page("money", "older")], &wanted),
            "aliases: [money/older, fees, payments/x]"
        );
    }
}
