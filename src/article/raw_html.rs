//! HTML that an author wrote into the Markdown: cut into tags and text, and what of it is allowed.
//!
//! Only names on the list are ever written out, with attributes made anew, so nothing here has to
//! guess how a browser reads broken markup; the sanitizer (`html`) still reads the result with a
//! real HTML parser.

use std::ops::Range;

/// One piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `<name attributes>`; the name is as written.
    Open { name: &'a str, attributes: &'a str },
    /// `</name>`.
    Close { name: &'a str },
    /// Text with its character references.
    Text(&'a str),
}

/// The pieces of a text with their places in it. Comments, declarations, and what begins and never
/// ends are left out.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = (Piece<'_>, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < html.len() {
            let start = at;
            let rest = &html[start..];
            let text = markup_begins(rest);
            if text > 0 {
                at += text;
                return Some((Piece::Text(&rest[..text]), start..at));
            }
            let Some((piece, length)) = markup(rest) else { break };
            at += length;
            if let Some(Piece::Open { name, .. }) = &piece
                && RAW_TEXT.iter().any(|raw| name.eq_ignore_ascii_case(raw))
            {
                at += closing_tag(&html[at..], name);
            }
            if let Some(piece) = piece {
                return Some((piece, start..start + length));
            }
        }
        at = html.len();
        None
    })
}

/// Elements whose content is no markup to a browser.
const RAW_TEXT: &[&str] =
    &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Elements that are left out with all that is in them.
const LEFT_OUT: &[&str] = &[
    "script",
    "style",
    "svg",
    "math",
    "iframe",
    "object",
    "noscript",
    "noembed",
    "noframes",
    "template",
    "title",
    "textarea",
    "xmp",
    "plaintext",
    "head",
    "frameset",
    "audio",
    "video",
    "canvas",
    "applet",
    "select",
    "option",
];

/// Whether an element is left out with all that is in it, and not only its tags.
pub(super) fn is_left_out(name: &str) -> bool {
    LEFT_OUT.iter().any(|left_out| name.eq_ignore_ascii_case(left_out))
}

/// An element that authors may write.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name as it is written out.
    pub(super) name: &'static str,
    /// It has no content and no closing tag.
    pub(super) void: bool,
    /// It begins and ends lines of text.
    pub(super) block: bool,
    /// Open elements that it ends: `<li>` ends the `<li>` before it.
    pub(super) ends: &'static [&'static str],
    /// Attributes besides those of all elements.
    pub(super) attributes: &'static [&'static str],
}

const fn inline(name: &'static str) -> Element {
    Element { name, void: false, block: false, ends: &[], attributes: &[] }
}

const fn block(name: &'static str) -> Element {
    Element { name, void: false, block: true, ends: &[], attributes: &[] }
}

const fn ending(name: &'static str, ends: &'static [&'static str]) -> Element {
    Element { ends, ..block(name) }
}

const CELL: &[&str] = &["colspan", "rowspan"];

const ELEMENTS: &[Element] = &[
    Element { attributes: &["href"], ..inline("a") },
    Element { attributes: &["src", "alt", "width", "height"], void: true, ..inline("img") },
    inline("abbr"),
    inline("b"),
    inline("bdi"),
    block("blockquote"),
    Element { void: true, ..inline("br") },
    block("caption"),
    inline("cite"),
    inline("code"),
    ending("dd", &["dd", "dt"]),
    inline("del"),
    Element { attributes: &["open"], ..block("details") },
    inline("dfn"),
    block("div"),
    block("dl"),
    ending("dt", &["dd", "dt"]),
    inline("em"),
    block("figcaption"),
    block("figure"),
    // The page's own title is the only heading of level 1.
    block("h2"),
    block("h3"),
    block("h4"),
    block("h5"),
    block("h6"),
    Element { void: true, ..block("hr") },
    inline("i"),
    inline("ins"),
    inline("kbd"),
    ending("li", &["li"]),
    inline("mark"),
    Element { attributes: &["start"], ..block("ol") },
    ending("p", &["p"]),
    block("pre"),
    inline("q"),
    inline("s"),
    inline("samp"),
    inline("small"),
    inline("span"),
    inline("strong"),
    inline("sub"),
    block("summary"),
    inline("sup"),
    block("table"),
    block("tbody"),
    Element { attributes: CELL, ..ending("td", &["td", "th"]) },
    block("tfoot"),
    Element { attributes: CELL, ..ending("th", &["td", "th"]) },
    block("thead"),
    ending("tr", &["td", "th", "tr"]),
    inline("u"),
    block("ul"),
    inline("var"),
    Element { void: true, ..inline("wbr") },
];

/// The element of this name, if authors may write it.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    let name = if name.eq_ignore_ascii_case("h1") { "h2" } else { name };
    ELEMENTS.iter().find(|element| element.name.eq_ignore_ascii_case(name))
}

/// The attributes of a tag, values decoded; of two with one name the first counts, as in browsers.
pub(super) fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text;
    // More attributes than any element has are only a way to make work.
    while found.len() < 32 {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let name_end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        if name.is_empty() && after.is_empty() {
            break;
        }
        let after_space = after.trim_start();
        let value;
        if let Some(given) = after_space.strip_prefix('=') {
            let given = given.trim_start();
            let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(quote) = quote {
                let inner = &given[1..];
                let end = inner.find(quote).unwrap_or(inner.len());
                value = &inner[..end];
                rest = inner.get(end + 1..).unwrap_or_default();
            } else {
                let end = given.find(char::is_whitespace).unwrap_or(given.len());
                (value, rest) = given.split_at(end);
            }
        } else {
            value = "";
            rest = after_space;
        }
        let name = name.to_ascii_lowercase();
        if !name.is_empty() && found.iter().all(|(known, _)| *known != name) {
            found.push((name, decoded(value)));
        }
    }
    found
}

/// Where the first tag, comment or declaration begins.
fn markup_begins(text: &str) -> usize {
    text.match_indices('<')
        .map(|(at, _)| at)
        .find(|at| {
            let next = text.as_bytes().get(at + 1);
            next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
        })
        .unwrap_or(text.len())
}

/// The markup that a text begins with and its length. `None` when it has no end: then it reaches to
/// the end of the text, and looking on would cost a look through the text for each sign.
fn markup(text: &str) -> Option<(Option<Piece<'_>>, usize)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| (None, end + "<!---->".len()));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return text.find('>').map(|end| (None, end + 1));
    }
    let closing = text.starts_with("</");
    let from = if closing { 2 } else { 1 };
    let name_length = text[from..]
        .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))
        .unwrap_or(text.len() - from);
    let name = &text[from..from + name_length];
    let end = tag_end(text, from + name_length)?;
    let piece = if closing {
        Piece::Close { name }
    } else {
        Piece::Open { name, attributes: &text[from + name_length..end] }
    };
    Some((Some(piece), end + 1))
}

/// The `>` that ends a tag: one outside quoted values.
fn tag_end(text: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            // A quote opens a value only behind `=`; elsewhere it is part of a name.
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

/// Where the closing tag of a raw-text element begins, else the end of the text.
fn closing_tag(text: &str, name: &str) -> usize {
    text.match_indices("</")
        .map(|(at, _)| at)
        .find(|at| {
            text.get(at + 2..at + 2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
        })
        .unwrap_or(text.len())
}

/// Text with its character references replaced; those that are not known stay as they are.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((c, length)) = reference(rest) {
            decoded.push(c);
            rest = &rest[length..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    decoded
}

/// The character reference that a text begins with: the character and the reference's length.
fn reference(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 12;
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let hexadecimal = matches!(bytes.get(2), Some(b'x' | b'X'));
        let from = if hexadecimal { 3 } else { 2 };
        let radix = if hexadecimal { 16 } else { 10 };
        let digits = bytes[from..]
            .iter()
            .take(LONGEST)
            .take_while(|b| char::from(**b).is_digit(radix))
            .count();
        let number = u32::from_str_radix(&text[from..from + digits], radix).ok()?;
        // Browsers take references without `;` too, so they count here.
        let length = from + digits + usize::from(bytes.get(from + digits) == Some(&b';'));
        let c = char::from_u32(number).filter(|c| *c != '\0').unwrap_or('\u{fffd}');
        return Some((c, length));
    }
    let end = bytes.iter().take(LONGEST).position(|b| *b == b';')?;
    let c = match &text[1..end] {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "colon" => ':',
        "Tab" => '\t',
        "NewLine" => '\n',
        "laquo" => '«',
        "raquo" => '»',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "bull" => '•',
        "middot" => '·',
        "times" => '×',
        "rarr" => '→',
        "larr" => '←',
        "deg" => '°',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "euro" => '€',
        "shy" => '\u{ad}',
        _ => return None,
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(html: &str) -> String {
        pieces(html)
            .map(|(piece, range)| {
                assert!(html.get(range).is_some());
                match piece {
                    Piece::Open { name, attributes: text } => {
                        format!("<{name} {:?}>", attributes(text))
                    }
                    Piece::Close { name } => format!("</{name}>"),
                    Piece::Text(text) => text.to_owned(),
                }
            })
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn raw_html_is_cut_into_tags_and_text() {
        for (html, expected) in [
            ("a <b>c</b> d", "a |<b []>|c|</b>| d"),
            ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
            ("<a href='x>y' TITLE=z/>", r#"<a [("href", "x>y"), ("title", "z/")]>"#),
            ("<a href=x href=y>", r#"<a [("href", "x")]>"#),
            ("<a/href=\"java&#115;cript&colon;x\">", r#"<a [("href", "javascript:x")]>"#),
            ("x<!-- <b> -->y", "x|y"),
            ("x<!doctype html>y<?php ?>z", "x|y|z"),
            ("<script>if (a<b) '</b>'</script>x", "<script []>|</script>|x"),
            ("<STYLE>a</style x>b", "<STYLE []>|</style>|b"),
            ("x<!-- never closed", "x"),
            ("x<b never closed", "x"),
            ("<", "<"),
            ("я<ж", "я<ж"),
        ] {
            assert_eq!(shape(html), expected, "{html}");
        }
    }

    #[test]
    fn markup_that_never_ends_costs_one_look() {
        for unit in ["<![CDATA[", "<b ", "<!--", "</", "<a href='", "<script>", "&#", "&"] {
            let html = unit.repeat(100_000);
            let _ = pieces(&html).count();
            let _ = decoded(&html);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut(html in "[<>/!?='\"&#;a-cx \u{e9}-]{0,60}") {
            for (piece, range) in pieces(&html) {
                assert!(html.get(range).is_some());
                if let Piece::Open { attributes: text, .. } = piece {
                    let _ = attributes(text);
                }
            }
        }
    }
}
