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

/// What differs between two versions of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The title, when it differs.
    pub title: Option<Line>,
    /// The summary, when it differs.
    pub summary: Option<Line>,
    /// Every section of both, in the order of the newer one; what went stands where it stood.
    pub sections: Vec<SectionChange>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionChange {
    /// What became of it.
    pub fate: Fate,
    /// Its present name, or the one it had; empty for the text before any heading.
    pub name: String,
    /// Its heading; without runs for the text before any heading.
    pub heading: Line,
    /// Its text: paragraphs, items, rows.
    pub lines: Vec<Line>,
}

impl Changes {
    /// What `newer` says otherwise than `older`.
    pub fn between(older: &Article, newer: &Article) -> Self {
        let line = |old: &str, new: &str| (old != new).then(|| wording::line(old, new));
        Self {
            title: line(&older.title, &newer.title),
            summary: line(&older.summary, &newer.summary),
            sections: sections(&older.sections, &newer.sections),
        }
    }

    /// Whether readers read the same words.
    pub fn is_empty(&self) -> bool {
        let is_same = |section: &SectionChange| section.fate == Fate::Same;
        self.title.is_none() && self.summary.is_none() && self.sections.iter().all(is_same)
    }

    /// The sections that are not what or where they were.
    pub fn touched(&self) -> impl Iterator<Item = &SectionChange> {
        self.sections.iter().filter(|section| section.fate != Fate::Same)
    }
}

fn sections(older: &[Section], newer: &[Section]) -> Vec<SectionChange> {
    let origins = origins(older, newer);
    let stayed = longest_rise(&origins);
    let mut changes: Vec<(Option<usize>, SectionChange)> = Vec::new();
    for (at, new) in newer.iter().enumerate() {
        let old = origins[at].map(|origin| &older[origin]);
        let fate = match old {
            None => Fate::Added,
            Some(old) if old.heading != new.heading || old.text != new.text => Fate::Edited,
            Some(_) if stayed.contains(&at) => Fate::Same,
            Some(_) => Fate::Moved,
        };
        let text = |section: Option<&Section>| section.map_or("", |s| s.text.as_str()).to_owned();
        let change = SectionChange {
            fate,
            name: new.heading.clone(),
            heading: wording::line(old.map_or("", |old| &old.heading), &new.heading),
            lines: wording::lines(&text(old), &new.text),
        };
        changes.push((origins[at], change));
    }
    // An article that has no text before its first heading has lost or won nothing by that.
    changes.retain(|(_, change)| !change.heading.is_empty() || !change.lines.is_empty());
    let kept: HashSet<usize> = origins.iter().copied().flatten().collect();
    for (at, old) in older.iter().enumerate().filter(|(at, _)| !kept.contains(at)) {
        if old.heading.is_empty() && old.text.is_empty() {
            continue;
        }
        let change = SectionChange {
            fate: Fate::Removed,
            name: old.heading.clone(),
            heading: wording::line(&old.heading, ""),
            lines: wording::lines(&old.text, ""),
        };
        let stood = changes.iter().rposition(|(origin, _)| origin.is_some_and(|o| o < at));
        changes.insert(stood.map_or(0, |stood| stood + 1), (Some(at), change));
    }
    changes.into_iter().map(|(_, change)| change).collect()
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
