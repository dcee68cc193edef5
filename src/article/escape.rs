//! Text on its way into markup: what would be read as markup is escaped.
//!
//! What may stand in markup at all is for `html`.

use std::fmt::{self, Write};
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::html::HOLE;

/// Text made safe for element content and quoted attribute values.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    // Writing into memory does not fail.
    let _ = escape_into(text, &mut html);
    html
}

/// Text that is escaped where it is printed, with `<mark>` around some of it.
#[derive(Debug, Clone)]
pub struct Marked<'a> {
    text: &'a str,
    /// Whole characters each, in order, apart.
    marks: Vec<Range<usize>>,
}

impl<'a> Marked<'a> {
    /// Ranges of bytes may come in any order, overlap, or reach out of the text: each is cut to whole
    /// characters, and overlapping ones become one mark.
    pub fn new(text: &'a str, marks: &[Range<usize>]) -> Self {
        let whole = |mark: &Range<usize>| {
            text.floor_char_boundary(mark.start.min(text.len()))
                ..text.ceil_char_boundary(mark.end.min(text.len()))
        };
        let mut marks: Vec<Range<usize>> =
            marks.iter().map(whole).filter(|mark| mark.start < mark.end).collect();
        marks.sort_by_key(|mark| (mark.start, mark.end));
        marks.dedup_by(|next, mark| {
            let overlaps = next.start < mark.end;
            if overlaps {
                mark.end = mark.end.max(next.end);
            }
            overlaps
        });
        Self { text, marks }
    }
}

impl fmt::Display for Marked<'_> {
    fn fmt(&self, html: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut at = 0;
        for mark in &self.marks {
            escape_into(&self.text[at..mark.start], html)?;
            html.write_str("<mark>")?;
            escape_into(&self.text[mark.clone()], html)?;
            html.write_str("</mark>")?;
            at = mark.end;
        }
        escape_into(&self.text[at..], html)
    }
}

impl Serialize for Marked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Writes text for element content and quoted attribute values.
pub(super) fn escape_into(text: &str, html: &mut impl Write) -> fmt::Result {
    let is_special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    let mut rest = text;
    loop {
        let (plain, others) = rest.split_at(plain_run(rest.as_bytes(), is_special));
        html.write_str(plain)?;
        let mut others = others.chars();
        let Some(special) = others.next() else { return Ok(()) };
        html.write_str(match special {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = others.as_str();
    }
}

/// How many bytes at the beginning need no escape. They are looked at by the block, for which
/// processors have instructions: most texts have none that does.
#[inline]
pub(crate) fn plain_run(bytes: &[u8], is_special: impl Fn(u8) -> bool) -> usize {
    const BLOCK: usize = 16;
    let is_plain = |block: &[u8; BLOCK]| !block.iter().fold(false, |any, b| any | is_special(*b));
    let (blocks, rest) = bytes.as_chunks();
    let plain = blocks.iter().take_while(|block| is_plain(block)).count();
    if plain == blocks.len() && (rest.is_empty() || bytes.last_chunk().is_some_and(is_plain)) {
        return bytes.len();
    }
    let plain = plain * BLOCK;
    plain + bytes[plain..].iter().take_while(|byte| !is_special(**byte)).count()
}

/// Writes element content as an HTML serializer does, so that sanitizing it again changes nothing.
pub(super) fn write_text(text: &str, html: &mut String) {
    write_escaped(text, html, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\u{a0}' => Some("&nbsp;"),
        HOLE | '\r' => Some(""),
        _ => None,
    });
}

/// Writes the value of a quoted attribute as an HTML serializer does.
pub(super) fn write_value(text: &str, html: &mut String) {
    write_escaped(text, html, |c| match c {
        '&' => Some("&amp;"),
        '"' => Some("&quot;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\u{a0}' => Some("&nbsp;"),
        HOLE | '\r' => Some(""),
        _ => None,
    });
}

fn write_escaped(text: &str, html: &mut String, escape: impl Fn(char) -> Option<&'static str>) {
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if let Some(escaped) = escape(c) {
            html.push_str(&text[from..at]);
            html.push_str(escaped);
            from = at + c.len_utf8();
        }
    }
    html.push_str(&text[from..]);
}
