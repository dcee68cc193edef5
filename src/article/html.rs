//! Markup that is safe to print: the only HTML that a page puts out unescaped.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::escape::{Marked, escape, escape_into};

/// Markup that passed the allow-list, or was built here from escaped text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The markup as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The part of an article's markup that is the text of one section: from its heading to the
    /// next one of any level, or, without an anchor, from the beginning to the first heading.
    ///
    /// A heading may stand inside a list or a quotation, so the part is balanced anew.
    #[must_use]
    pub fn section(&self, anchor: Option<&str>) -> Self {
        let from = match anchor {
            None => Some(0),
            Some(anchor) => heading_with(&self.0, anchor),
        };
        let Some(from) = from else { return Self::default() };
        let until = next_heading(&self.0, from).unwrap_or(self.0.len());
        Self(clean(&self.0[from..until]).trim().to_owned())
    }

    /// Text, escaped, with `<mark>` around these byte ranges of it.
    pub fn marked(text: &str, marks: &[Range<usize>]) -> Self {
        Self(Marked::new(text, marks).to_string())
    }
}

impl SafeHtml {
    /// JSON as it may stand in a `script` element: what could end that element is written in
    /// JSON's own escapes, which mean the same.
    pub fn json(value: &serde_json::Value) -> Self {
        let mut html = String::new();
        for c in value.to_string().chars() {
            match c {
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(html, "\\u{:04x}", u32::from(c));
                }
                c => html.push(c),
            }
        }
        Self(html)
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the text after the heading with this anchor begins.
fn heading_with(html: &str, anchor: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(start) = next_heading(html, from) {
        let end = start + html[start..].find('>')? + 1;
        let is_wanted = html[start..end].contains(&format!("id=\"{anchor}\""));
        let close = format!("</h{}>", &html[start + 2..start + 3]);
        let after = html[end..].find(&close).map_or(html.len(), |at| end + at + close.len());
        if is_wanted {
            return Some(after);
        }
        from = after;
    }
    None
}

/// Where the next heading's tag begins.
fn next_heading(html: &str, from: usize) -> Option<usize> {
    let is_heading = |rest: &[u8]| matches!(rest, [b'<', b'h', b'1'..=b'6', b' ' | b'>', ..]);
    (from..html.len()).find(|at| is_heading(&html.as_bytes()[*at..]))
}

/// Sanitized markup with the addresses of its links left open: they are known only when all
/// articles are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HtmlTemplate {
    pub(super) html: String,
    /// Where an address goes (byte offset into `html`) and of which link.
    pub(super) holes: Vec<(u32, u32)>,
}

/// Stands around the number of a link until its hole is cut out. Unicode promises that this is
/// never a character, and text is written without it, so no author can make a hole.
pub(super) const HOLE: char = '\u{fdd0}';

impl HtmlTemplate {
    /// Fills in the addresses: `address(n)` is the one of link `n`, escaped here.
    pub fn fill(&self, mut address: impl FnMut(usize) -> String) -> SafeHtml {
        self.fill_sized(|link| (address(link), None))
    }

    /// The same, with width and height in pixels of what is a picture: a page that knows them does
    /// not jump when the picture comes.
    pub fn fill_sized(
        &self,
        mut address: impl FnMut(usize) -> (String, Option<(u32, u32)>),
    ) -> SafeHtml {
        let mut html = String::with_capacity(self.html.len() + self.holes.len() * 40);
        let mut from = 0;
        for &(at, link) in &self.holes {
            html.push_str(&self.html[from..at as usize]);
            from = at as usize;
            let (address, size) = address(link as usize);
            write_address(&address, size, &self.html[from..], &mut html);
        }
        html.push_str(&self.html[from..]);
        SafeHtml(html)
    }

    /// The same, for a text whose links may lead nowhere any more: of a link that has no address its
    /// words stay, and of a picture its description.
    pub fn fill_known(
        &self,
        mut address: impl FnMut(usize) -> Option<(String, Option<(u32, u32)>)>,
    ) -> SafeHtml {
        let mut tags = tags(&self.html);
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for &(at, link) in &self.holes {
            let at = at as usize;
            if let Some((address, size)) = address(link as usize) {
                let mut filling = String::new();
                write_address(&address, size, &self.html[at..], &mut filling);
                edits.push((at..at, filling));
                continue;
            }
            let Some(tag) = tags.find(|tag| tag.end > at) else { break };
            let opening = &self.html[tag.clone()];
            if opening.starts_with("<img") {
                let alt = opening.split_once(" alt=\"").and_then(|(_, rest)| rest.split_once('"'));
                edits.push((tag, alt.map_or("", |(alt, _)| alt).replace('<', "&lt;")));
            } else {
                if let Some(close) = self.html[tag.end..].find(LINK_END) {
                    let close = tag.end + close;
                    edits.push((close..close + LINK_END.len(), String::new()));
                }
                edits.push((tag, String::new()));
            }
        }
        edits.sort_by_key(|(place, _)| place.start);
        let (mut html, mut from) = (String::with_capacity(self.html.len()), 0);
        for (place, text) in edits {
            html.push_str(&self.html[from..place.start]);
            html.push_str(&text);
            from = place.end;
        }
        html.push_str(&self.html[from..]);
        SafeHtml(html)
    }

    /// Markup as the walk over an article wrote it, with holes as [`hole`] writes them: read by a
    /// real HTML parser, kept to the allow-list, and balanced.
    ///
    /// Text in it was escaped by [`write_text`] and [`write_value`] and its tags are all from lists
    /// of our own, so this should change nothing that was well formed: it is the second lock on the
    /// door, and takes two thirds of the time that an article takes.
    pub(super) fn sanitized(html: &str) -> Self {
        Self::cut(&clean(html))
    }

    /// The same, for markup with tags of an author's own: what a parser makes of tags that do not
    /// fit into each other, like a heading in a row of a table in a heading, it may read otherwise
    /// the next time, as a browser does. So it is read until it stays as it is, or `MOST` times.
    pub(super) fn settled(html: &str) -> Self {
        // Three readings were enough for all that was tried.
        const MOST: usize = 8;
        let mut html = clean(html);
        for _ in 1..MOST {
            let again = clean(&html);
            if again == html {
                break;
            }
            html = again;
        }
        Self::cut(&html)
    }

    /// Text without any markup of its own, as one paragraph.
    pub(super) fn of_text(text: &str) -> Self {
        Self { html: format!("<p>{}</p>\n", escape(text)), holes: Vec::new() }
    }

    /// Cuts out the holes.
    pub(super) fn cut(html: &str) -> Self {
        let mut template = Self { html: String::with_capacity(html.len()), holes: Vec::new() };
        let mut rest = html;
        while let Some((before, after)) = rest.split_once(HOLE) {
            template.html.push_str(before);
            let Some((number, behind)) = after.split_once(HOLE) else { break };
            if let Ok(link) = number.parse() {
                template.holes.push((template.html.len() as u32, link));
            }
            rest = behind;
        }
        template.html.push_str(rest);
        template
    }
}

/// Writes an address, and the size of a picture unless its tag says one; `rest` is what follows.
fn write_address(address: &str, size: Option<(u32, u32)>, rest: &str, html: &mut String) {
    // Writing into memory does not fail.
    let _ = escape_into(address, html);
    let rest = rest.split('>').next().unwrap_or_default();
    // The quotation mark that closes the address stands in the markup already.
    if let Some((width, height)) = size
        && !rest.contains(" width=")
        && !rest.contains(" height=")
    {
        // Writing to a string never fails.
        let _ = write!(html, "\" width=\"{width}\" height=\"{height}");
    }
}

/// Ends the words of a link: links do not stand in links.
const LINK_END: &str = "</a>";

/// Where the tags of sanitized markup stand: `<` is escaped outside of them, and values are quoted.
fn tags(html: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + html.get(from..)?.find('<')?;
        let mut is_quoted = false;
        let end = html[start..].find(|c| {
            is_quoted ^= c == '"';
            c == '>' && !is_quoted
        });
        from = end.map_or(html.len(), |end| start + end + 1);
        Some(start..from)
    })
}

/// Markup kept to the allow-list, without byte order marks at its beginning, of which the parser
/// would drop one at each reading.
fn clean(html: &str) -> String {
    let html = ALLOWED.clean(html).to_string();
    if html.starts_with('\u{feff}') {
        return html.trim_start_matches('\u{feff}').to_owned();
    }
    html
}

/// Whether the sanitizer would take seconds over this markup.
///
/// Its serializer (html5ever 0.40) looks from each `&` and each sign like `«` to the end of the
/// piece of text that it is in, so a hundred thousand of them in one paragraph cost a minute of work.
pub(super) fn takes_too_long(html: &str) -> bool {
    const MOST: usize = 20_000_000_000;
    let slow = |piece: &[u8]| {
        let looks = piece.iter().filter(|b| matches!(b, b'&' | 0xC2)).count();
        looks.saturating_mul(piece.len())
    };
    let pieces = html.as_bytes().split(|b| matches!(b, b'<' | b'>'));
    pieces.map(slow).fold(0, usize::saturating_add) > MOST
}

/// The hole for the address of a link.
pub(super) fn hole(link: usize) -> String {
    format!("{HOLE}{link}{HOLE}")
}

/// The allow-list. Ids and classes are open here because the writer makes all of them: of an
/// author's own tags (`raw_html`) it never writes any.
static ALLOWED: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let set = |words: &[&'static str]| words.iter().copied().collect::<HashSet<_>>();
    let headings = ["h2", "h3", "h4", "h5", "h6"];
    let cell = ["colspan", "rowspan"];

    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::new();
    attributes.insert("a", set(&["href", "id", "rel"]));
    attributes.insert("img", set(&["src", "alt", "width", "height"]));
    attributes.insert("div", set(&["id"]));
    attributes.insert("details", set(&["open"]));
    attributes.insert("ol", set(&["start"]));
    attributes.insert("td", set(&cell));
    attributes.insert("th", set(&cell));
    for heading in headings {
        attributes.insert(heading, set(&["id"]));
    }

    let alignments = ["align-left", "align-center", "align-right"];
    let mut classes: HashMap<&str, HashSet<&str>> = HashMap::new();
    classes.insert(
        "div",
        set(&[
            "alert",
            "alert-note",
            "alert-tip",
            "alert-important",
            "alert-warning",
            "alert-caution",
            "table-scroll",
            "footnote",
        ]),
    );
    classes.insert("p", set(&["alert-title"]));
    classes.insert("sup", set(&["footnote-mark"]));
    classes.insert("td", set(&alignments));
    classes.insert("th", set(&alignments));

    let mut builder = ammonia::Builder::empty();
    builder
        .tags(set(&[
            "a",
            "abbr",
            "b",
            "bdi",
            "blockquote",
            "br",
            "caption",
            "cite",
            "code",
            "dd",
            "del",
            "details",
            "dfn",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "q",
            "s",
            "samp",
            "small",
            "span",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
            "var",
            "wbr",
        ]))
        .clean_content_tags(set(&["script", "style"]))
        .generic_attributes(set(&["lang", "dir", "title"]))
        .tag_attributes(attributes)
        .allowed_classes(classes)
        .url_schemes(set(&["http", "https", "mailto", "tel"]))
        .link_rel(None);
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "a list with one mark")]
    fn marks_stand_around_whole_characters_and_everything_is_escaped() {
        for (text, marks, expected) in [
            ("<b> & \"c\"", vec![], "&lt;b&gt; &amp; &quot;c&quot;"),
            ("вывод", vec![0..4], "<mark>вы</mark>вод"),
            ("вывод", vec![1..3], "<mark>вы</mark>вод"),
            ("abc", vec![1..2, 0..1], "<mark>a</mark><mark>b</mark>c"),
            ("abc", vec![0..2, 1..9], "<mark>abc</mark>"),
            ("abc", vec![7..9, 2..2], "abc"),
            ("a<b", vec![1..2], "a<mark>&lt;</mark>b"),
        ] {
            assert_eq!(SafeHtml::marked(text, &marks).as_str(), expected, "{text} {marks:?}");
        }
    }

    #[test]
    fn json_cannot_end_the_element_that_it_stands_in() {
        let value = serde_json::json!({"a": "</script><!--&"});
        let html = SafeHtml::json(&value).into_string();
        assert!(!html.contains(['<', '>', '&']), "{html}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&html).unwrap(), value);
    }

    #[test]
    fn a_section_is_cut_out_of_its_article() {
        let html = SafeHtml(
            "<p>Начало</p><h2 id=\"steps\">Шаги</h2><ol><li>Раз</li></ol><h3 id=\"x\">Ещё</h3><p>Два</p>"
                .to_owned(),
        );
        assert_eq!(html.section(None).as_str(), "<p>Начало</p>");
        assert_eq!(html.section(Some("steps")).as_str(), "<ol><li>Раз</li></ol>");
        assert_eq!(html.section(Some("x")).as_str(), "<p>Два</p>");
        assert_eq!(html.section(Some("none")).as_str(), "");
    }

    #[test]
    fn a_hole_is_filled_with_an_escaped_address() {
        let template = HtmlTemplate::cut(&format!("<a href=\"{}\">x</a>", hole(3)));
        assert_eq!(template.html, "<a href=\"\">x</a>");
        let html = template.fill(|link| format!("/{link}?a&b\""));
        assert_eq!(html.as_str(), "<a href=\"/3?a&amp;b&quot;\">x</a>");
    }

    #[test]
    fn of_a_link_to_nowhere_the_words_stay_and_of_a_picture_its_description() {
        let template = HtmlTemplate::cut(&format!(
            "<p><a href=\"{}\">Лимиты</a> <a href=\"{}\"><b>и</b> <img alt=\"a<b> d\" src=\"{}\"></a> <img src=\"{}\"></p>",
            hole(0),
            hole(1),
            hole(2),
            hole(3)
        ));
        let address = |known: &'static [usize]| {
            move |link| known.contains(&link).then(|| (format!("/{link}"), None))
        };
        assert_eq!(template.fill_known(address(&[0, 1, 2, 3])), template.fill(|n| format!("/{n}")));
        assert_eq!(
            template.fill_known(address(&[0])).as_str(),
            "<p><a href=\"/0\">Лимиты</a> <b>и</b> a&lt;b> d </p>"
        );
        assert_eq!(
            template.fill_known(address(&[2])).as_str(),
            "<p>Лимиты <b>и</b> <img alt=\"a<b> d\" src=\"/2\"> </p>"
        );
    }

    #[test]
    fn a_picture_says_how_large_it_is_unless_its_author_does() {
        let template = HtmlTemplate::cut(&format!("<img src=\"{}\" alt=\"x\">", hole(0)));
        let html = template.fill_sized(|_| ("/a.png".to_owned(), Some((320, 200))));
        assert_eq!(html.as_str(), "<img src=\"/a.png\" width=\"320\" height=\"200\" alt=\"x\">");
        let own = HtmlTemplate::cut(&format!("<img src=\"{}\" width=\"9\">", hole(0)));
        let html = own.fill_sized(|_| ("/a.png".to_owned(), Some((320, 200))));
        assert_eq!(html.as_str(), "<img src=\"/a.png\" width=\"9\">");
    }

    #[test]
    fn holes_and_the_writers_own_marks_pass_the_sanitizer() {
        let html = format!(
            "<h2 id=\"a\">A</h2><div class=\"table-scroll\"><table><thead><tr><th \
             class=\"align-right\">x</th></tr></thead></table></div><a href=\"{}\">b</a><a \
             href=\"https://x.example/\" rel=\"noopener noreferrer\">c</a><img src=\"{}\" alt=\"\">",
            hole(0),
            hole(1)
        );
        assert_eq!(HtmlTemplate::sanitized(&html), HtmlTemplate::cut(&html));
        assert_eq!(HtmlTemplate::sanitized(&html).holes.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn marking_never_panics(text in "\\PC{0,20}", marks in proptest::collection::vec((0usize..30, 0usize..30), 0..5)) {
            let marks: Vec<Range<usize>> = marks.into_iter().map(|(a, b)| a..b).collect();
            let html = SafeHtml::marked(&text, &marks).into_string();
            assert_eq!(html.replace("<mark>", "").replace("</mark>", ""), escape(&text));
        }
    }
}
