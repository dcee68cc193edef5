//! An article's text cut at its headings, each section with an anchor of its own.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::findings::Findings;
use super::plain::Plain;
use super::{Anchor, Section, Slug, Spot};

/// A heading with the places that its problems point to.
pub(super) struct Heading {
    /// 1 to 6, as written.
    pub(super) level: u8,
    /// The anchor in `{#…}`.
    pub(super) explicit: Option<String>,
    /// Former ones: `{was=…}`.
    pub(super) former: Vec<String>,
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// Sections while the article is walked.
pub(super) struct Sections {
    done: Vec<Section>,
    /// Where the last heading stands, for problems.
    range: Range<usize>,
    /// The text of the last of `done`.
    pub(super) text: Plain,
    anchors: Anchors,
    /// The level of the last heading as written.
    level: u8,
}

impl Sections {
    /// The lead alone; `reserved` are all anchors that the author gives.
    pub(super) fn new(reserved: HashSet<String>) -> Self {
        let lead = Section {
            anchor: lead_anchor(),
            former: Box::default(),
            level: 1,
            heading: String::new(),
            text: String::new(),
            spot: Spot::START,
        };
        Self {
            done: vec![lead],
            range: 0..0,
            text: Plain::default(),
            anchors: Anchors { reserved, ..Anchors::default() },
            level: 1,
        }
    }

    /// Begins the section under a heading; its level in the page is that of its section.
    pub(super) fn begin(&mut self, heading: Heading, findings: &mut Findings<'_>) -> &Section {
        let Heading { level, explicit, former, text, range } = heading;
        if level == 1 {
            findings.warning(
                range.clone(),
                "heading-level-1",
                "a heading of level 1 besides the title",
                "begin it with `##`",
            );
        } else if level > self.level + 1 {
            findings.warning(
                range.clone(),
                "heading-level-skipped",
                format!("a heading of level {level} under one of level {}", self.level),
                format!("begin it with `{}`", "#".repeat(usize::from(self.level) + 1)),
            );
        }
        self.level = level.max(2);
        let shown = level.max(2);
        self.end(Some(shown), findings);
        let anchor = match explicit {
            Some(explicit) => self.anchors.explicit(&explicit, &text, &range, findings),
            None => self.anchors.of(&text),
        };
        let former = self.anchors.former(&former, &range, findings);
        self.done.push(Section {
            anchor,
            former,
            level: shown,
            heading: text,
            text: String::new(),
            spot: findings.spot(range.clone()),
        });
        self.range = range;
        self.done.last().expect("a section was put there this moment")
    }

    /// How many have begun, the lead counted.
    pub(super) fn count(&self) -> usize {
        self.done.len()
    }

    /// Ends the last section; `next` is the level of the heading that follows.
    fn end(&mut self, next: Option<u8>, findings: &mut Findings<'_>) {
        let text = std::mem::take(&mut self.text).into_text();
        let Some(last) = self.done.last_mut() else { return };
        let has_parts = next.is_some_and(|next| next > last.level);
        if last.level > 1 && text.is_empty() && !has_parts {
            let range = self.range.clone();
            let message = format!("nothing stands under “{}”", last.heading);
            findings.warning(range, "empty-section", message, "write its text, or remove it");
        }
        last.text = text;
    }

    pub(super) fn finish(mut self, findings: &mut Findings<'_>) -> Vec<Section> {
        self.end(None, findings);
        self.done
    }
}

fn lead_anchor() -> Anchor {
    Section::LEAD.parse().expect("`top` is a slug")
}

/// Anchors given out, no two the same.
#[derive(Default)]
struct Anchors {
    /// Those that the author gives somewhere in the article.
    reserved: HashSet<String>,
    used: HashSet<Slug>,
    /// The number tried next for a heading that was there before: a thousand headings alike must
    /// not each try all numbers.
    next: HashMap<Slug, usize>,
}

impl Anchors {
    fn explicit(
        &mut self,
        explicit: &str,
        text: &str,
        range: &Range<usize>,
        findings: &mut Findings<'_>,
    ) -> Anchor {
        match explicit.parse::<Slug>() {
            Ok(anchor) if anchor.as_str() == Section::LEAD => {
                let message = "the anchor `top` is the page's own";
                findings.error(range.clone(), "bad-anchor", message, "choose another one");
                self.of(text)
            }
            Ok(anchor) if self.used.contains(&anchor) => {
                let message = format!("the anchor `{anchor}` is given twice");
                findings.error(range.clone(), "duplicate-anchor", message, "choose another one");
                self.of(anchor.as_str())
            }
            Ok(anchor) => {
                self.used.insert(anchor.clone());
                anchor
            }
            Err(_) => {
                let message = format!("`{explicit}` cannot be an anchor");
                let hint = match Slug::from_text(explicit) {
                    Some(near) => format!("write `{{#{near}}}`"),
                    None => "use a-z, 0-9 and single hyphens between words".to_owned(),
                };
                findings.error(range.clone(), "bad-anchor", message, hint);
                self.of(text)
            }
        }
    }

    /// Former anchors: each leads to one section alone.
    fn former(
        &mut self,
        names: &[String],
        range: &Range<usize>,
        findings: &mut Findings<'_>,
    ) -> Box<[Anchor]> {
        let mut former = Vec::new();
        for name in names {
            match name.parse::<Slug>() {
                Ok(anchor)
                    if anchor.as_str() != Section::LEAD && self.used.insert(anchor.clone()) =>
                {
                    former.push(anchor);
                }
                Ok(_) => {
                    let message = format!("the former anchor `{name}` leads elsewhere already");
                    let hint = "take it out of one of the two headings";
                    findings.error(range.clone(), "duplicate-anchor", message, hint);
                }
                Err(_) => {
                    let message = format!("`{name}` cannot be an anchor");
                    let hint = "use a-z, 0-9 and single hyphens between words";
                    findings.error(range.clone(), "bad-anchor", message, hint);
                }
            }
        }
        former.into_boxed_slice()
    }

    fn of(&mut self, text: &str) -> Anchor {
        let base = Slug::from_text(text)
            .unwrap_or_else(|| "section".parse().expect("`section` is a slug"));
        let is_free = |used: &HashSet<Slug>, reserved: &HashSet<String>, anchor: &Slug| {
            anchor.as_str() != Section::LEAD
                && !reserved.contains(anchor.as_str())
                && !used.contains(anchor)
        };
        let mut anchor = base.clone();
        if !is_free(&self.used, &self.reserved, &anchor) {
            let number = self.next.entry(base.clone()).or_insert(2);
            loop {
                anchor = base.numbered(*number);
                *number += 1;
                if is_free(&self.used, &self.reserved, &anchor) {
                    break;
                }
            }
        }
        self.used.insert(anchor.clone());
        anchor
    }
}
