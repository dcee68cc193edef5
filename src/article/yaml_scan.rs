//! A look at YAML before its parser sees it: how deep it nests, whether it uses aliases or a key
//! twice, and where its scalars stand. What the text means is for the parser (`yaml`).
//!
//! The parser's time grows with the square of nesting, and it keeps no places of values, so both
//! are found here, in one pass that follows its tokens.

use std::collections::HashSet;
use std::ops::Range;

use super::findings::shortened;

/// Deepest nesting of lists and maps.
const MAX_DEPTH: usize = 32;

/// One scalar of the text, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scalar {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Whether it is a key of a map.
    pub(super) key: bool,
    /// How many lists and maps it is in.
    pub(super) depth: usize,
}

/// Why the text goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

/// The scalars of a text in order, or the first reason not to parse it.
pub(super) fn scan(text: &str) -> Result<Vec<Scalar>, Fault> {
    if let Some((at, c)) =
        text.char_indices().find(|(_, c)| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'))
    {
        return Err(Fault {
            range: at..at + c.len_utf8(),
            code: "yaml-line-separator",
            message: format!("an invisible line separator (U+{:04X})", u32::from(c)),
            hint: "delete it and break the line with Enter",
        });
    }
    let mut scan = Scan { text, bytes: text.as_bytes(), ..Scan::default() };
    while scan.next()? {}
    Ok(scan.scalars)
}

/// A scalar's own characters, quotes taken off.
pub(super) fn bare(raw: &str) -> &str {
    let quoted = |quote| raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(raw)
}

/// A list or map that is open.
struct Level<'a> {
    column: usize,
    list: bool,
    keys: HashSet<&'a str>,
}

#[derive(Default)]
struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line_start: usize,
    blocks: Vec<Level<'a>>,
    flows: Vec<Level<'a>>,
    scalars: Vec<Scalar>,
}

impl Scan<'_> {
    /// Takes one token; `false` at the end.
    fn next(&mut self) -> Result<bool, Fault> {
        self.skip_space();
        let Some(byte) = self.peek(0) else { return Ok(false) };
        let column = self.at - self.line_start;
        let indicator = self.is_blank(self.at + 1);
        if self.flows.is_empty() {
            let marker =
                self.text[self.at..].starts_with("---") || self.text[self.at..].starts_with("...");
            match byte {
                b'-' | b'.' if column == 0 && marker && self.is_blank(self.at + 3) => {
                    self.blocks.clear();
                    self.at += 3;
                    return Ok(true);
                }
                b'%' if column == 0 => {
                    self.skip_line();
                    return Ok(true);
                }
                b'-' | b'?' if indicator => {
                    self.enter(column, byte == b'-')?;
                    self.at += 1;
                    return Ok(true);
                }
                b':' if indicator => {
                    self.at += 1;
                    return Ok(true);
                }
                b'|' | b'>' => {
                    self.block_scalar();
                    return Ok(true);
                }
                _ => {}
            }
        }
        match byte {
            b'[' | b'{' => {
                self.flows.push(Level { column, list: byte == b'[', keys: HashSet::new() });
                self.at += 1;
                self.check_depth(self.at - 1)?;
            }
            b']' | b'}' => {
                self.flows.pop();
                self.at += 1;
            }
            b',' | b':' if !self.flows.is_empty() => self.at += 1,
            b'"' | b'\'' => self.quoted(byte, column)?,
            b'&' | b'*' => return Err(self.alias(byte)),
            b'!' => {
                let tag = self.text[self.at..]
                    .find(|c: char| {
                        c.is_ascii_whitespace() || (self.in_flow() && ",[]{}".contains(c))
                    })
                    .unwrap_or(self.text.len() - self.at);
                self.at += tag;
            }
            _ => self.plain(column)?,
        }
        Ok(true)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn in_flow(&self) -> bool {
        !self.flows.is_empty()
    }

    fn is_blank(&self, at: usize) -> bool {
        self.bytes.get(at).is_none_or(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn is_flow_mark(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|b| matches!(b, b',' | b'[' | b']' | b'{' | b'}'))
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|b| !matches!(b, b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'#' => self.skip_line(),
                b'\n' | b'\r' => {
                    self.at += 1;
                    self.line_start = self.at;
                }
                b' ' | b'\t' => self.at += 1,
                _ => return,
            }
        }
    }

    fn check_depth(&self, at: usize) -> Result<(), Fault> {
        if self.blocks.len() + self.flows.len() <= MAX_DEPTH {
            return Ok(());
        }
        Err(Fault {
            range: at..at + 1,
            code: "yaml-too-deep",
            message: format!("lists and maps nested more than {MAX_DEPTH} deep"),
            hint: "write it flatter",
        })
    }

    /// Leaves the blocks that end before a token in this column, and opens one there if need be.
    fn enter(&mut self, column: usize, list: bool) -> Result<(), Fault> {
        // The items of a list may stand in the column of the key that holds it.
        while self
            .blocks
            .last()
            .is_some_and(|b| b.column > column || (b.column == column && b.list && !list))
        {
            self.blocks.pop();
        }
        if self.blocks.last().is_none_or(|b| b.column < column || b.list != list) {
            self.blocks.push(Level { column, list, keys: HashSet::new() });
        }
        self.check_depth(self.at)
    }

    fn alias(&self, byte: u8) -> Fault {
        let length = self.text[self.at..]
            .find(|c: char| c.is_whitespace() || ",[]{}".contains(c))
            .unwrap_or(self.text.len() - self.at);
        let range = self.at..self.at + length;
        let written = &self.text[range.clone()];
        let what = if byte == b'&' { "anchors" } else { "aliases" };
        Fault {
            message: format!("YAML {what} (`{}`) are not used here", shortened(written)),
            range,
            code: "yaml-alias",
            hint: "write the value out, or put quotes around it if the sign is part of the text",
        }
    }

    fn block_scalar(&mut self) {
        let start = self.at;
        let parent = self.blocks.last().map_or(0, |b| b.column + 1);
        let digit = |b: Option<u8>| b.filter(u8::is_ascii_digit).map(|b| usize::from(b - b'0'));
        let mut indent = digit(self.peek(1))
            .or_else(|| digit(self.peek(2)))
            .map(|given| (parent + given).saturating_sub(1).max(1));
        self.skip_line();
        loop {
            // Each round begins at the end of a line and takes the next line when it belongs here.
            let mut line = self.at;
            if self.bytes.get(line) == Some(&b'\r') && self.bytes.get(line + 1) == Some(&b'\n') {
                line += 1;
            }
            line += 1;
            if line >= self.bytes.len() {
                self.at = self.bytes.len();
                break;
            }
            let spaces = self.bytes[line..].iter().take_while(|b| **b == b' ').count();
            let empty = self.bytes.get(line + spaces).is_none_or(|b| matches!(b, b'\n' | b'\r'));
            if !empty && spaces < *indent.get_or_insert(spaces.max(parent).max(1)) {
                break;
            }
            self.at = line + spaces;
            self.line_start = line;
            self.skip_line();
        }
        self.scalars.push(Scalar { range: start..self.at, key: false, depth: self.depth() });
    }

    fn depth(&self) -> usize {
        self.blocks.len() + self.flows.len()
    }

    fn quoted(&mut self, quote: u8, column: usize) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let mut line_start = self.line_start;
        let mut closed = false;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' if quote == b'"' => self.at += 1,
                b'\n' | b'\r' => line_start = self.at,
                _ if byte != quote => {}
                b'\'' if self.peek(0) == Some(b'\'') => self.at += 1,
                _ => {
                    closed = true;
                    break;
                }
            }
        }
        if !closed {
            return Err(Fault {
                range: start..start + 1,
                code: "yaml-syntax",
                message: "the quote is never closed".to_owned(),
                hint: "put the same quote at the end of the value",
            });
        }
        self.at = self.text.ceil_char_boundary(self.at.min(self.bytes.len()));
        self.line_start = line_start;
        let end = self.at;
        let mut colon = end;
        while matches!(self.bytes.get(colon), Some(b' ' | b'\t')) {
            colon += 1;
        }
        let key =
            self.bytes.get(colon) == Some(&b':') && (self.in_flow() || self.is_blank(colon + 1));
        self.scalar(start..end, key.then_some(colon), column)
    }

    fn plain(&mut self, column: usize) -> Result<(), Fault> {
        let start = self.at;
        let parent = self.blocks.last().map(|b| b.column);
        let mut end = start;
        let mut first_line = true;
        loop {
            while let Some(byte) = self.peek(0).filter(|b| !matches!(b, b'\n' | b'\r')) {
                let flow_end = self.in_flow() && self.is_flow_mark(self.at);
                let ends_key = byte == b':'
                    && (self.is_blank(self.at + 1)
                        || (self.in_flow() && self.is_flow_mark(self.at + 1)));
                let comment = byte == b'#' && self.at > start && self.is_blank(self.at - 1);
                if flow_end || ends_key || comment {
                    let key = ends_key && (first_line || self.in_flow());
                    return self.scalar(start..end, key.then_some(self.at), column);
                }
                self.at += 1;
                if !matches!(byte, b' ' | b'\t') {
                    end = self.at;
                }
            }
            // The text goes on in the next line when that one is indented deeper than its key.
            let before = (self.at, self.line_start);
            let mut next = self.at;
            while let Some(byte) = self.bytes.get(next) {
                match byte {
                    b'\n' | b'\r' => {
                        next += 1;
                        self.line_start = next;
                    }
                    b' ' | b'\t' => next += 1,
                    _ => break,
                }
            }
            let indent = next - self.line_start;
            let marker = indent == 0
                && (self.text[next..].starts_with("---") || self.text[next..].starts_with("..."));
            let goes_on = next < self.bytes.len()
                && self.bytes[next] != b'#'
                && !marker
                && (self.in_flow() || parent.is_none_or(|parent| indent > parent));
            if !goes_on {
                (self.at, self.line_start) = before;
                return self.scalar(start..end, None, column);
            }
            self.at = next;
            first_line = false;
        }
    }

    /// Notes a scalar; with a colon behind it, it is a key.
    fn scalar(
        &mut self,
        range: Range<usize>,
        colon: Option<usize>,
        column: usize,
    ) -> Result<(), Fault> {
        if let Some(colon) = colon {
            if !self.in_flow() {
                self.enter(column, false)?;
            }
            let name = bare(&self.text[range.clone()]);
            let level = self.flows.last_mut().or(self.blocks.last_mut());
            let new = level.is_none_or(|level| level.keys.insert(name));
            if !new {
                return Err(Fault {
                    message: format!("the key `{}` is given twice", shortened(name)),
                    range,
                    code: "duplicate-key",
                    hint: "keep one of them",
                });
            }
            self.at = colon + 1;
        } else if range.is_empty() {
            // A sign that begins no token: the parser will say so; here it must not stop the walk.
            self.at = self.at.max(range.start + 1);
            self.at = self.text.ceil_char_boundary(self.at);
        }
        self.scalars.push(Scalar { range, key: colon.is_some(), depth: self.depth() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys end with a colon, values are indented by their depth.
    fn shape(text: &str) -> String {
        match scan(text) {
            Err(fault) => format!("{} at {:?}", fault.code, &text[fault.range]),
            Ok(scalars) => scalars
                .iter()
                .map(|s| {
                    let mark = if s.key { ":" } else { "" };
                    format!("{}{}{mark}", s.depth, &text[s.range.clone()])
                })
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    #[test]
    fn scalars_are_found_where_they_stand() {
        for (text, expected) in [
            ("a: b\nc: d", "1a: 1b 1c: 1d"),
            ("a:\n- b\n- c\nd: e", "1a: 2b 2c 1d: 1e"),
            ("a: [b, 'c, d', {e: f}]", "1a: 2b 2'c, d' 3e: 3f"),
            ("a: one\n  two *three\nb: c", "1a: 1one\n  two *three 1b: 1c"),
            ("a: |\n  *x: y\n  [[[\nb: c", "1a: 1|\n  *x: y\n  [[[ 1b: 1c"),
            ("a: >-\n\n  x\n\nb: c", "1a: 1>-\n\n  x\n 1b: 1c"),
            ("\"a\" : 'it''s' # [", "1\"a\": 1'it''s'"),
            ("a: http://x#y:z # c", "1a: 1http://x#y:z"),
            ("- - a\n  - b\n- c: d", "2a 2b 2c: 2d"),
            ("a: !!binary x", "1a: 1x"),
            ("a:\n  b: 1\n  c: 2\nd: 3", "1a: 2b: 21 2c: 22 1d: 13"),
            ("a: вопрос: ответ", "1a: 2вопрос: 2ответ"),
        ] {
            assert_eq!(shape(text), expected, "{text:?}");
        }
    }

    #[test]
    fn aliases_and_anchors_are_refused_where_they_are_nodes() {
        for (text, expected) in [
            ("a: &x b", "yaml-alias at \"&x\""),
            ("a: *x", "yaml-alias at \"*x\""),
            ("a: [b, *x]", "yaml-alias at \"*x\""),
            ("a: '*x'", "1a: 1'*x'"),
            ("a: b & c * d", "1a: 1b & c * d"),
        ] {
            assert_eq!(shape(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_same_key_twice_in_one_map_is_refused() {
        for (text, expected) in [
            ("a: 1\nb: 2\na: 3", "duplicate-key at \"a\""),
            ("a: 1\n\"a\": 3", "duplicate-key at \"\\\"a\\\"\""),
            ("x: {a: 1, a: 2}", "duplicate-key at \"a\""),
            ("- a: 1\n- a: 2", "2a: 21 2a: 22"),
            ("x:\n  a: 1\ny:\n  a: 2", "1x: 2a: 21 1y: 2a: 22"),
        ] {
            if expected.starts_with("duplicate") {
                assert_eq!(shape(text), expected, "{text:?}");
            } else {
                assert!(scan(text).is_ok(), "{text:?}");
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused_in_every_way_of_writing_it() {
        for unit in ["[", "{a: ", "- ", "? ", "[ # ]\n", "[\"]\", ", "- [ "] {
            let text = format!("x:\n {}", unit.repeat(10_000));
            assert!(shape(&text).starts_with("yaml-too-deep"), "{unit:?}: {}", shape(&text).len());
        }
        let flat = format!("x: [{}]", "[a], ".repeat(10_000));
        assert!(scan(&flat).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_through(text in "[-a-c:\\[\\]{}&*!|>'\"#, \n\r\té%?]{0,60}") {
            let _ = scan(&text);
        }
    }
}
