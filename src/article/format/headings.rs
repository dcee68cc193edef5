//! Headings: `## Words {#anchor}`, and no other way of writing them.

use super::blocks::{Kind, blocks};
use super::edits::Edits;

/// Writes each heading of the page with signs before it and none behind.
pub(super) fn tidy(text: &str) -> String {
    let mut edits = Edits::default();
    for block in blocks(text) {
        let Kind::Heading(level) = block.kind else { continue };
        if let Some(new) = heading(&text[block.range.clone()], usize::from(level)) {
            edits.replace(text, block.range, new);
        }
    }
    edits.apply(text)
}

fn heading(written: &str, level: usize) -> Option<String> {
    let signs = "#".repeat(level);
    let line = written.trim_start_matches(' ');
    let content = if let Some(rest) = line.strip_prefix(&signs) {
        if line.contains('\n') {
            return None;
        }
        without_closing_signs(rest.trim_matches([' ', '\t']))?
    } else {
        let (content, underline) = line.split_once('\n')?;
        let content = content.trim();
        if underline.contains('\n') || content.ends_with('#') {
            return None;
        }
        content
    };
    Some(if content.is_empty() { signs } else { format!("{signs} {content}") })
}

/// `None` where it cannot be told what closes and what is said.
fn without_closing_signs(content: &str) -> Option<&str> {
    if !content.ends_with('#') {
        return Some(content);
    }
    let before = content.trim_end_matches('#');
    let words = before.trim_end_matches([' ', '\t']);
    if before.is_empty() {
        return Some("");
    }
    let is_closing = words.len() < before.len();
    let is_plain = !content.contains('{') && !words.ends_with(['#', '\\']);
    match (is_closing, is_plain) {
        (true, true) => Some(words),
        // `C#` ends with a sign that is part of a word.
        (false, _) => Some(content),
        (true, false) => None,
    }
}
