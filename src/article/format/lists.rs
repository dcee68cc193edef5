//! Lists: `-` and `1.` as marks with one space behind them, numbers in their order.
//!
//! A mark that takes another width moves the lines below it that belong to its item. Where one of
//! them stands further left than its item says, the width stays.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::edits::{Edits, line_start, trimmed};
use crate::article::markdown::options;

/// A list, and the items that it has itself.
struct List {
    first: Option<u64>,
    items: Vec<Range<usize>>,
    /// Whether a list of the same kind stands right before it, which has the usual mark.
    is_second: bool,
}

/// Gives each item its mark.
pub(super) fn tidy(text: &str) -> String {
    let mut edits = Edits::default();
    // How far each line moves to the right, by where it begins.
    let mut moved: Vec<(usize, isize)> = Vec::new();
    for list in lists(text) {
        let numbers: Vec<Option<u64>> =
            list.items.iter().map(|item| number(&text[item.clone()])).collect();
        // Where items begin in different columns, one space less would make a part of a neighbor.
        let column = |item: &Range<usize>| item.start - line_start(text, item.start);
        let is_even = list.items.windows(2).all(|pair| column(&pair[0]) == column(&pair[1]));
        let is_counted = numbers.len() < 2 || numbers[0] != numbers[1];
        for (at, item) in list.items.iter().enumerate() {
            let mark = match list.first {
                None => if list.is_second { "*" } else { "-" }.to_owned(),
                Some(first) => {
                    let number = first + if is_counted { at as u64 } else { 0 };
                    format!("{number}{}", if list.is_second { ")" } else { "." })
                }
            };
            remark(text, item, (&mark, is_even), &mut edits, &mut moved);
        }
    }
    moved.sort_unstable();
    for same in moved.chunk_by(|a, b| a.0 == b.0) {
        let start = same[0].0;
        let by: isize = same.iter().map(|(_, by)| by).sum();
        let spaces = text[start..].len() - text[start..].trim_start_matches(' ').len();
        let new = spaces.saturating_add_signed(by);
        edits.replace(text, start..start + spaces, " ".repeat(new));
    }
    edits.apply(text)
}

/// Lists that are in nothing but lists: in a quotation, lines begin with its own marks.
fn lists(text: &str) -> Vec<List> {
    let mut done = Vec::new();
    let mut open: Vec<List> = Vec::new();
    // Of each level, the list that ended there last, while nothing else came.
    let mut last: Vec<Option<(bool, bool)>> = vec![None];
    let mut other = 0_usize;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => other += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                other = other.saturating_sub(1);
                last.last_mut().map(Option::take);
            }
            _ if other > 0 => {}
            Event::Start(Tag::List(first)) => {
                let before = last.last().copied().flatten();
                let is_second = before == Some((first.is_some(), false));
                open.push(List { first, items: Vec::new(), is_second });
                last.push(None);
            }
            Event::Start(Tag::Item) => {
                if let Some(list) = open.last_mut() {
                    let range = trimmed(text, &range);
                    let space = text[range.clone()].len()
                        - text[range.clone()].trim_start_matches(' ').len();
                    list.items.push(range.start + space..range.end);
                }
                last.push(None);
            }
            Event::End(TagEnd::Item) => {
                last.pop();
            }
            Event::End(TagEnd::List(_)) => {
                last.pop();
                if let (Some(list), Some(last)) = (open.pop(), last.last_mut()) {
                    *last = Some((list.first.is_some(), list.is_second));
                    done.push(list);
                }
            }
            Event::End(_) => {}
            _ => {
                last.last_mut().map(Option::take);
            }
        }
    }
    done
}

fn number(item: &str) -> Option<u64> {
    let digits = item.find(|c: char| !c.is_ascii_digit())?;
    item[..digits].parse().ok()
}

/// Notes what gives an item this mark, and one space behind it if that may be.
fn remark(
    text: &str,
    item: &Range<usize>,
    (mark, may_move): (&str, bool),
    edits: &mut Edits,
    moved: &mut Vec<(usize, isize)>,
) {
    let written = &text[item.clone()];
    let digits = written.len() - written.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let old = digits + 1;
    let is_mark = |c: u8| if digits > 0 { b".)".contains(&c) } else { b"-*+".contains(&c) };
    let Some(behind) = written.get(old..) else { return };
    if !is_mark(written.as_bytes()[digits]) {
        return;
    }
    let spaces = behind.len() - behind.trim_start_matches(' ').len();
    let first = behind.split('\n').next().unwrap_or_default().trim();
    let is_usual = may_move && (1..=4).contains(&spaces) && !first.is_empty();
    let new_spaces = if is_usual { 1 } else { spaces };
    let by = (mark.len() + new_spaces).cast_signed() - (old + spaces).cast_signed();
    if by == 0 {
        edits.replace(text, item.start..item.start + old + spaces, {
            format!("{mark}{}", " ".repeat(new_spaces))
        });
        return;
    }
    let start = line_start(text, item.start);
    let content = item.start - start + old + spaces;
    let is_first = text[start..item.start].trim().is_empty();
    match lines_below(text, start, item.end, content).filter(|_| is_usual && is_first) {
        Some(lines) => {
            moved.extend(lines.into_iter().map(|line| (line, by)));
            edits.replace(text, item.start..item.start + old + spaces, format!("{mark} "));
        }
        None if mark.len() == old => edits.replace(text, item.start..item.start + old, mark),
        None => {}
    }
}

/// Where the lines of an item begin that stand below its first; `None` when one of them begins
/// left of the item's content.
fn lines_below(text: &str, start: usize, end: usize, content: usize) -> Option<Vec<usize>> {
    let mut lines = Vec::new();
    let mut at = start;
    for line in text[start..end].split_inclusive('\n') {
        let from = at;
        at += line.len();
        if from == start || line.trim().is_empty() {
            continue;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent < content || line[indent..].starts_with('\t') {
            return None;
        }
        lines.push(from);
    }
    Some(lines)
}
