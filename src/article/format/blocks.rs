//! The blocks of a page and the space between them; code in fences of one kind.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::edits::{Edits, line_start, trimmed};
use crate::article::markdown::options;

/// What a block of the page itself is, as far as its form goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Heading(u8),
    Fence,
    Table,
    Footnote,
    Other,
}

/// A block of the page itself: not in a list, a quotation or a footnote.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// From the beginning of its first line to the last character that counts.
    pub(super) range: Range<usize>,
}

/// The blocks of the page in their order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let kind = match &event {
            Event::Start(Tag::Heading { level, .. }) => Kind::Heading(*level as u8),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => Kind::Fence,
            Event::Start(Tag::Table(_)) => Kind::Table,
            Event::Start(Tag::FootnoteDefinition(_)) => Kind::Footnote,
            _ => Kind::Other,
        };
        let begins = depth == 0 && matches!(event, Event::Start(_) | Event::Rule);
        if begins {
            let range = line_start(text, range.start)..range.end;
            let mut range = trimmed(text, &range);
            if matches!(event, Event::Start(Tag::HtmlBlock | Tag::CodeBlock(_))) {
                range.end += text[range.end..].find('\n').unwrap_or(text.len() - range.end);
            }
            blocks.push(Block { kind, range });
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    blocks
}

/// Where text stands whose every space counts: code, and HTML of the author's own.
pub(super) fn verbatim(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, options()).into_offset_iter();
    events
        .filter_map(|(event, range)| match event {
            // The spaces at the end of its last line belong to it, whatever the parser says.
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                let rest = text[range.end..].find('\n').unwrap_or(text.len() - range.end);
                let is_at_end = text[..range.end].ends_with('\n');
                Some(range.start..range.end + if is_at_end { 0 } else { rest + 1 })
            }
            Event::Code(_) | Event::InlineHtml(_) => Some(range),
            _ => None,
        })
        .collect()
}

/// One blank line between blocks, and nowhere more than one.
pub(super) fn tidy_gaps(text: &str) -> String {
    let mut edits = Edits::default();
    let all = blocks(text);
    for pair in all.windows(2) {
        let [before, after] = pair else { continue };
        let gap = before.range.end..after.range.start;
        let Some(between) = text.get(gap.clone()).filter(|between| between.trim().is_empty())
        else {
            continue;
        };
        let are_notes = before.kind == Kind::Footnote && after.kind == Kind::Footnote;
        let is_close = between.matches('\n').count() < 2;
        edits.replace(text, gap, if are_notes && is_close { "\n" } else { "\n\n" });
    }
    let text = edits.apply(text);

    // Inside of lists, and around definitions of links, which are no blocks.
    let kept = verbatim(&text);
    let mut edits = Edits::default();
    let mut from = 0;
    while let Some(found) = text[from..].find("\n\n\n") {
        let start = from + found + 2;
        let end = start + text[start..].len() - text[start..].trim_start_matches('\n').len();
        if !kept.iter().any(|range| range.start < end && start < range.end) {
            edits.replace(&text, start..end, "");
        }
        from = end;
    }
    edits.apply(&text)
}

/// Code between lines of backquotes, as many as it takes.
pub(super) fn tidy_fences(text: &str) -> String {
    let mut edits = Edits::default();
    for block in blocks(text).iter().filter(|block| block.kind == Kind::Fence) {
        if let Some(new) = fenced(&text[block.range.clone()]) {
            edits.replace(text, block.range.clone(), new);
        }
    }
    edits.apply(text)
}

/// Whether the text ends in code that no fence closes: then its last empty lines are code too.
pub(super) fn ends_open(text: &str) -> bool {
    let last = blocks(text).pop().filter(|block| block.kind == Kind::Fence);
    last.is_some_and(|block| fenced(&text[block.range]).is_none())
}

fn fenced(block: &str) -> Option<String> {
    let (opening, rest) = block.split_once('\n')?;
    let (code, closing) = rest.rsplit_once('\n').unwrap_or(("", rest));
    let closing = closing.trim_end_matches([' ', '\t']);
    let mark = opening.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = opening.trim_start_matches(mark);
    let length = opening.len() - info.len();
    let closes = closing.len() >= length && closing.chars().all(|c| c == mark);
    if !closes || info.contains('`') {
        return None;
    }
    let inside = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((inside + 1).max(3));
    let code = if rest.contains('\n') { format!("{code}\n") } else { String::new() };
    Some(format!("{fence}{}\n{code}{fence}", info.trim()))
}
