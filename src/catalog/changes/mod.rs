//! What differs between two versions of an article, as its readers see them: by section, word by word.

mod wording;

use std::collections::{HashMap, HashSet};

use super::likeness::Gist;
use crate::article::{Article, Section};

pub use self::wording::{Line, Run};

/// Sections that are so like each other are one that was reworded.
const ALIKE: f64 = 0.5;
/// More sections without a name in common are not compared with each other.
const MOST_COMPARED: usize = 100;

/// What differs between two versions of an article. What became of its sections is known at once; their
/// words are compared for who asks.
#[derive(Debug, Clone)]
pub struct Changes<'a> {
    older: &'a Article,
    newer: &'a Article,
    /// Every section of both, in the order of the newer one; what went stands where it stood.
    pub sections: Vec<SectionChange<'a>>,
}

/// What became of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is what it was, where it was.
    Same,
    /// It is what it was, at another place.
    Moved,
    /// Its heading or its text differs.
    Edited,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// One section in both versions.
#[derive(Debug, Clone)]
pub struct SectionChange<'a> {
    /// What became of it.
    pub fate: Fate,
    old: Option<&'a Section>,
    new: Option<&'a Section>,
}

impl<'a> Changes<'a> {
    /// What `newer` says otherwise than `older`.
    pub fn between(older: &'a Article, newer: &'a Article) -> Self {
        Self { older, newer, sections: sections(&older.sections, &newer.sections) }
    }

    /// The title in both, when it differs.
    pub fn title(&self) -> Option<Line> {
        let (old, new) = (&self.older.title, &self.newer.title);
        (old != new).then(|| wording::line(old, new))
    }

    /// The summary in both, when it differs.
    pub fn summary(&self) -> Option<Line> {
        let (old, new) = (&self.older.summary, &self.newer.summary);
        (old != new).then(|| wording::line(old, new))
    }

    /// Whether readers read the same words.
    pub fn is_empty(&self) -> bool {
        let (older, newer) = (self.older, self.newer);
        let is_same = older.title == newer.title && older.summary == newer.summary;
        is_same && self.touched().next().is_none()
    }

    /// The sections that are not what or where they were.
    pub fn touched(&self) -> impl Iterator<Item = &SectionChange<'a>> {
        self.sections.iter().filter(|section| section.fate != Fate::Same)
    }
}

impl<'a> SectionChange<'a> {
    /// Its present heading, or the one it had; empty for the text before any heading.
    pub fn name(&self) -> &'a str {
        self.new.or(self.old).map_or("", |section| &section.heading)
    }

    /// Its heading in both; without runs for the text before any heading.
    pub fn heading(&self) -> Line {
        let heading = |section: Option<&'a Section>| section.map_or("", |s| s.heading.as_str());
        wording::line(heading(self.old), heading(self.new))
    }

    /// Its text in both: paragraphs, items, rows.
    pub fn lines(&self) -> Vec<Line> {
        let text = |section: Option<&'a Section>| section.map_or("", |s| s.text.as_str());
        wording::lines(text(self.old), text(self.new))
    }

    /// An article that has no text before its first heading has lost or won nothing by that.
    fn says_something(&self) -> bool {
        let says = |s: &&Section| !s.heading.is_empty() || !s.text.is_empty();
        [self.old, self.new].iter().flatten().any(says)
    }
}

fn sections<'a>(older: &'a [Section], newer: &'a [Section]) -> Vec<SectionChange<'a>> {
    let origins = origins(older, newer);
    let stayed = longest_rise(&origins);
    let mut changes: Vec<(Option<usize>, SectionChange<'a>)> = Vec::new();
    for (at, new) in newer.iter().enumerate() {
        let old = origins[at].map(|origin| &older[origin]);
        let fate = match old {
            None => Fate::Added,
            Some(old) if old.heading != new.heading || old.text != new.text => Fate::Edited,
            Some(_) if stayed.contains(&at) => Fate::Same,
            Some(_) => Fate::Moved,
        };
        changes.push((origins[at], SectionChange { fate, old, new: Some(new) }));
    }
    let kept: HashSet<usize> = origins.iter().copied().flatten().collect();
    for (at, old) in older.iter().enumerate().filter(|(at, _)| !kept.contains(at)) {
        let change = SectionChange { fate: Fate::Removed, old: Some(old), new: None };
        let stood = changes.iter().rposition(|(origin, _)| origin.is_some_and(|o| o < at));
        changes.insert(stood.map_or(0, |stood| stood + 1), (Some(at), change));
    }
    let all = changes.into_iter().map(|(_, change)| change);
    all.filter(SectionChange::says_something).collect()
}

/// The older section that each newer one was: of the same name, else of the same heading, else the
/// likest one.
fn origins(older: &[Section], newer: &[Section]) -> Vec<Option<usize>> {
    let mut origins: Vec<Option<usize>> = vec![None; newer.len()];
    let mut taken = vec![false; older.len()];
    let names: [fn(&Section) -> &str; 2] = [|s| s.anchor.as_str(), |s| s.heading.as_str()];
    for name in names {
        let mut free: HashMap<&str, usize> = HashMap::new();
        for (at, old) in older.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            free.entry(name(old)).or_insert(at);
        }
        for (new, origin) in newer.iter().zip(&mut origins).filter(|(_, o)| o.is_none()) {
            if let Some(at) = free.remove(name(new)) {
                taken[at] = true;
                *origin = Some(at);
            }
        }
    }
    let gist = |section: &Section| Gist::of([section.heading.as_str(), section.text.as_str()]);
    let gone = older.iter().enumerate().filter(|(at, _)| !taken[*at]);
    let gone: Vec<(usize, Gist)> =
        gone.take(MOST_COMPARED).map(|(at, old)| (at, gist(old))).collect();
    let come = newer.iter().enumerate().filter(|(at, _)| origins[*at].is_none());
    let come: Vec<(usize, Gist)> =
        come.take(MOST_COMPARED).map(|(at, new)| (at, gist(new))).collect();
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (new, of_new) in &come {
        for (old, of_old) in &gone {
            let likeness = of_new.likeness(of_old);
            if likeness >= ALIKE {
                pairs.push((likeness, *old, *new));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, old, new) in pairs {
        if !taken[old] && origins[new].is_none() {
            taken[old] = true;
            origins[new] = Some(old);
        }
    }
    origins
}

/// The positions of the longest series of origins that only rises: these kept their order, and others
/// were moved between them.
fn longest_rise(origins: &[Option<usize>]) -> HashSet<usize> {
    let origin = |at: usize| origins[at].unwrap_or(usize::MAX);
    // The position that ends the best series of each length, and the one before each position in it.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; origins.len()];
    for at in (0..origins.len()).filter(|at| origins[*at].is_some()) {
        let length = ends.partition_point(|end| origin(*end) < origin(at));
        previous[at] = length.checked_sub(1).map(|last| ends[last]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut rise = HashSet::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        rise.insert(at);
        next = previous[at];
    }
    rise
}

#[cfg(test)]
mod tests;
