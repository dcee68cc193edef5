//! Two texts compared line by line, and lines that differ word by word.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::catalog::likeness::Gist;

/// Texts of more lines are shown one after the other: comparing takes the product of both.
const MOST_LINES: usize = 1500;
/// The same for the words of a line.
const MOST_WORDS: usize = 3000;
/// So many lines are searched for the one that a line was.
const MOST_TRIED: usize = 40;
/// Lines less like each other than that are two.
const ALIKE: f64 = 0.3;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// In both versions.
    Same(String),
    /// In the older one alone.
    Removed(String),
    /// In the newer one alone.
    Added(String),
}

/// A paragraph, an item of a list or a row of a table, in parts.
pub type Line = Vec<Run>;

/// A text of one line in both versions.
pub(super) fn line(old: &str, new: &str) -> Line {
    if old == new {
        return run(Run::Same, new);
    }
    let (olds, news) = (words(old), words(new));
    if olds.is_empty() || news.is_empty() || olds.len().max(news.len()) > MOST_WORDS {
        return [run(Run::Removed, old), run(Run::Added, new)].concat();
    }
    let mut line = Line::new();
    for (tag, old, new) in calm(&olds, capture_diff_slices(Algorithm::Myers, &olds, &news)) {
        let (old, new) = (olds[old].concat(), news[new].concat());
        if tag == DiffTag::Equal {
            line.extend(run(Run::Same, &new));
        } else {
            line.extend(run(Run::Removed, &old));
            line.extend(run(Run::Added, &new));
        }
    }
    line
}

/// A text of several lines in both versions.
pub(super) fn lines(old: &str, new: &str) -> Vec<Line> {
    let (olds, news): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let each = |kind: fn(String) -> Run, lines: &[&str]| -> Vec<Line> {
        lines.iter().map(|line| run(kind, line)).collect()
    };
    if old == new {
        return each(Run::Same, &news);
    }
    if olds.len().max(news.len()) > MOST_LINES {
        return [each(Run::Removed, &olds), each(Run::Added, &news)].concat();
    }
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &olds, &news) {
        let (olds, news) = (&olds[op.old_range()], &news[op.new_range()]);
        match op.tag() {
            DiffTag::Equal => found.extend(each(Run::Same, news)),
            DiffTag::Delete => found.extend(each(Run::Removed, olds)),
            DiffTag::Insert => found.extend(each(Run::Added, news)),
            DiffTag::Replace => found.extend(replaced(olds, news)),
        }
    }
    found
}

/// Lines in the place of others: each new one beside the next old one that it was, if there is one.
fn replaced(olds: &[&str], news: &[&str]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = olds;
    for new in news {
        let gist = Gist::of([*new]);
        let is_like = |old: &&&str| gist.likeness(&Gist::of([**old])) >= ALIKE;
        let tried = rest.iter().take(MOST_TRIED);
        let Some(at) = tried.map(|old| is_like(&old)).position(|is_like| is_like) else {
            lines.push(run(Run::Added, new));
            continue;
        };
        lines.extend(rest[..at].iter().map(|old| run(Run::Removed, old)));
        lines.push(line(rest[at], new));
        rest = &rest[at + 1..];
    }
    lines.extend(rest.iter().map(|old| run(Run::Removed, old)));
    lines
}

fn run(kind: fn(String) -> Run, text: &str) -> Line {
    if text.is_empty() { Line::new() } else { vec![kind(text.to_owned())] }
}

/// A text as words and what stands between them. `50 000` is one word, and `+7` is.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut from = 0;
    let bounds: Vec<&str> = text.split_word_bounds().collect();
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mut at = 0;
    while at < bounds.len() {
        let mut end = at + 1;
        if is_number(bounds[at]) {
            // A group of three digits behind one space goes on with the number.
            while let [space, group, ..] = &bounds[end..]
                && matches!(*space, " " | "\u{a0}" | "\u{202f}")
                && group.len() == 3
                && group.bytes().all(|b| b.is_ascii_digit())
            {
                end += 2;
            }
        }
        let length: usize = bounds[at..end].iter().map(|word| word.len()).sum();
        words.push(&text[from..from + length]);
        from += length;
        at = end;
    }
    words
}

type Step = (DiffTag, std::ops::Range<usize>, std::ops::Range<usize>);

/// The steps from one text to the other, those put together between which nothing but a space or a
/// sign stayed: a sentence in shreds is hard to read.
fn calm(olds: &[&str], ops: Vec<DiffOp>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(ops.len());
    for op in ops {
        let (tag, old, new) = (op.tag(), op.old_range(), op.new_range());
        let is_word = |word: &&str| word.contains(char::is_alphanumeric);
        let is_change = tag != DiffTag::Equal;
        // [.., change, shred] and another change: all three are one.
        let is_shred =
            |step: &Step| step.0 == DiffTag::Equal && !olds[step.1.clone()].iter().any(is_word);
        if is_change
            && let [.., (before, ..), shred] = steps.as_slice()
            && *before != DiffTag::Equal
            && is_shred(shred)
        {
            steps.pop();
        }
        match steps.last_mut() {
            Some((last, last_old, last_new)) if is_change && *last != DiffTag::Equal => {
                *last = DiffTag::Replace;
                last_old.end = old.end;
                last_new.end = new.end;
            }
            _ => steps.push((tag, old, new)),
        }
    }
    steps
}
