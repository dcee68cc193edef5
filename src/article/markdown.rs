//! One walk over an article's Markdown, which gives its markup, its sections and its links together.
//!
//! Text is escaped and addresses are classified as they are written, so what the walk writes is safe
//! by construction; tags of an author's own go through an allow-list here (`raw_html`) and all of
//! the markup through the sanitizer (`html`) besides.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};

use super::findings::Findings;
use super::html::{HtmlTemplate, hole, write_text, write_value};
use super::links::{Place, place};
use super::plain::{Mark, Plain};
use super::raw_html;
use super::sections::{Heading, Sections};
use super::yaml_scan::shortened;
use super::{Link, Section, SourcePath, Target};

/// Deepest nesting of blocks and tags: the sanitizer's time grows with the square of it.
const MAX_DEPTH: usize = 100;
/// Most markup that one article may become, in bytes: short Markdown can make long tables.
const MAX_HTML: usize = 8 * 1024 * 1024;

/// What there is to know of the file before its Markdown is read.
pub(super) struct Context<'a> {
    pub(super) path: &'a SourcePath,
    pub(super) text: &'a str,
    /// Where the Markdown begins in `text`.
    pub(super) from: usize,
    pub(super) title: &'a str,
    /// The language of the words that the markup adds: `ru`.
    pub(super) language: &'a str,
}

/// What the Markdown says.
pub(super) struct Markdown {
    pub(super) html: HtmlTemplate,
    /// The first is the lead.
    pub(super) sections: Vec<Section>,
    pub(super) links: Vec<Link>,
    /// The first paragraph as plain text; empty when there is none.
    pub(super) first_paragraph: String,
}

/// Reads the Markdown of a file. `None` when it cannot be shown at all.
pub(super) fn read(context: &Context<'_>, findings: &mut Findings<'_>) -> Option<Markdown> {
    let markdown = &context.text[context.from..];
    let mut walk = Walk::new(context, findings, explicit_anchors(markdown));
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        let range = range.start + context.from..range.end + context.from;
        walk.take(event, range.clone());
        if walk.open.len() > MAX_DEPTH {
            let message = format!("blocks and tags are nested more than {MAX_DEPTH} deep");
            walk.findings.error(range, "nesting-too-deep", message, "write it flatter");
            return None;
        }
        if walk.html.len() > MAX_HTML {
            let message = "the text becomes more than 8 MiB of markup";
            walk.findings.error(range, "too-much-markup", message, "divide the article");
            return None;
        }
    }
    Some(walk.finish())
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// The anchors that headings are given by `{#…}`: a heading above must not take one of them.
fn explicit_anchors(markdown: &str) -> HashSet<String> {
    if !markdown.contains('{') {
        return HashSet::new();
    }
    Parser::new_ext(markdown, options())
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { id: Some(id), .. }) => Some(id.into_string()),
            _ => None,
        })
        .collect()
}

/// Something open, and what is written when it ends.
enum Open {
    /// Of the Markdown.
    Block(&'static str),
    /// A tag of the author's own.
    Tag(&'static str),
}

/// An element of the author's own that is left out, from its opening tag on.
struct LeftOut {
    name: String,
    /// How many elements of the same name are open in it.
    nested: usize,
    /// How much was open, written, said and linked before it.
    open: usize,
    html: usize,
    text: Mark,
    links: usize,
}

/// A heading while its words are gathered.
struct OpenHeading {
    level: u8,
    explicit: Option<String>,
    range: Range<usize>,
    /// Where its markup begins.
    html: usize,
    links: usize,
    text: Plain,
}

/// An image while its description is gathered.
struct OpenImage {
    address: String,
    title: String,
    range: Range<usize>,
    alt: Plain,
    /// Images in the description of this one.
    nested: usize,
}

#[derive(Default)]
struct Footnote {
    number: usize,
    marks: usize,
    defined: bool,
}

struct Walk<'a, 'f> {
    context: &'a Context<'a>,
    findings: &'a mut Findings<'f>,
    html: String,
    open: Vec<Open>,
    sections: Sections,
    links: Vec<Link>,
    first_paragraph: Option<String>,
    paragraph: Option<Mark>,
    heading: Option<OpenHeading>,
    image: Option<OpenImage>,
    left_out: Option<LeftOut>,
    /// A block of raw HTML, and where its pieces stand in the file.
    raw_block: Option<(String, Vec<(usize, usize)>)>,
    /// Whether any tag of the author's own was written.
    has_raw_html: bool,
    in_code: bool,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    footnotes: HashMap<String, Footnote>,
    title: String,
}

impl<'a, 'f> Walk<'a, 'f> {
    fn new(
        context: &'a Context<'a>,
        findings: &'a mut Findings<'f>,
        anchors: HashSet<String>,
    ) -> Self {
        let mut title = Plain::default();
        title.add(context.title);
        Self {
            context,
            findings,
            html: String::with_capacity((context.text.len() - context.from) * 5 / 4 + 256),
            open: Vec::new(),
            sections: Sections::new(anchors),
            links: Vec::new(),
            first_paragraph: None,
            paragraph: None,
            heading: None,
            image: None,
            left_out: None,
            raw_block: None,
            has_raw_html: false,
            in_code: false,
            alignments: Vec::new(),
            cell: 0,
            in_head: false,
            footnotes: HashMap::new(),
            title: title.into_text(),
        }
    }

    fn finish(mut self) -> Markdown {
        self.close_to(0);
        let sections = self.sections.finish(self.findings);
        let html = if self.has_raw_html {
            HtmlTemplate::sanitized(&self.html)
        } else {
            HtmlTemplate::from_writer(&self.html)
        };
        let first_paragraph = self.first_paragraph.unwrap_or_default();
        Markdown { html, sections, links: self.links, first_paragraph }
    }

    /// The text that is being said: of the section, or of a heading or image.
    fn text(&mut self) -> &mut Plain {
        match (&mut self.image, &mut self.heading) {
            (Some(image), _) => &mut image.alt,
            (None, Some(heading)) => &mut heading.text,
            (None, None) => &mut self.sections.text,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.say(&text),
            Event::Code(code) => {
                self.write("<code>");
                self.say(&code);
                self.write("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => match &mut self.raw_block {
                Some((block, places)) => {
                    places.push((block.len(), range.start));
                    block.push_str(&html);
                }
                None => self.raw(&html, &[(0, range.start)]),
            },
            Event::SoftBreak => {
                self.text().space();
                self.write("\n");
            }
            Event::HardBreak => {
                self.text().line();
                self.write("<br>\n");
            }
            Event::Rule => {
                self.text().line();
                self.write("<hr>\n");
            }
            Event::TaskListMarker(done) => self.write(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(label) => self.footnote_mark(&label),
            // Math is off: its signs arrive as text.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.say(&text),
        }
    }

    /// Markup outside of an image's description, which is plain text.
    fn write(&mut self, html: &str) {
        if self.image.is_none() {
            self.html.push_str(html);
        }
    }

    fn say(&mut self, text: &str) {
        if self.in_code {
            self.text().add_lines(text);
        } else {
            self.text().add(text);
        }
        if self.image.is_none() {
            write_text(text, &mut self.html);
        }
    }

    /// Opens a block: it begins a line of text.
    fn block(&mut self, opening: &str, closing: &'static str) {
        self.text().line();
        self.inline(opening, closing);
    }

    fn inline(&mut self, opening: &str, closing: &'static str) {
        self.write(opening);
        self.open.push(Open::Block(closing));
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                if self.first_paragraph.is_none() && self.open.is_empty() {
                    self.paragraph = Some(self.sections.text.mark());
                }
                self.block("<p>", "</p>\n");
            }
            Tag::Heading { level, id, .. } => {
                self.start_heading(level, id.map(String::from), range)
            }
            Tag::BlockQuote(kind) => match kind {
                None => self.block("<blockquote>\n", "</blockquote>\n"),
                Some(kind) => {
                    let (class, word) = alert(kind, self.context.language);
                    let opening = format!(
                        "<div class=\"alert alert-{class}\">\n<p class=\"alert-title\">{word}</p>\n"
                    );
                    self.block(&opening, "</div>\n");
                }
            },
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                self.in_code = true;
                self.block("<pre><code>", "</code></pre>\n");
            }
            Tag::HtmlBlock => {
                self.raw_block = Some((String::new(), Vec::new()));
                self.block("", "");
            }
            Tag::List(None) => self.block("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.block("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => {
                self.block(&format!("<ol start=\"{first}\">\n"), "</ol>\n");
            }
            Tag::Item => self.block("<li>", "</li>\n"),
            Tag::FootnoteDefinition(label) => self.start_footnote(&label),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                // The element that scrolls can be reached by keyboard once the design names it.
                self.block("<div class=\"table-scroll\"><table>", "</tbody></table></div>\n");
            }
            Tag::TableHead => {
                self.cell = 0;
                self.in_head = true;
                self.block("<thead><tr>", "</tr></thead><tbody>\n");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.block("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.inline("<em>", "</em>"),
            Tag::Strong => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.inline("<del>", "</del>"),
            Tag::Link { dest_url, title, link_type, .. } => {
                let address = match link_type {
                    pulldown_cmark::LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                if self.image.is_some() {
                    self.open.push(Open::Block(""));
                } else {
                    self.start_link(&address, &title, range);
                }
            }
            Tag::Image { dest_url, title, .. } => {
                match &mut self.image {
                    Some(image) => image.nested += 1,
                    None => {
                        self.image = Some(OpenImage {
                            address: dest_url.into_string(),
                            title: title.into_string(),
                            range,
                            alt: Plain::default(),
                            nested: 0,
                        });
                    }
                }
                self.open.push(Open::Block(""));
            }
            // Not among the options: they arrive as text.
            Tag::MetadataBlock(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript => self.inline("", ""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if tag == TagEnd::HtmlBlock
            && let Some((html, places)) = self.raw_block.take()
        {
            // A block of HTML may open what a later one closes: it is itself no container.
            self.open.pop();
            self.raw(&html, &places);
            self.end_left_out();
            self.text().line();
            return;
        }
        if tag == TagEnd::Image {
            self.close_block();
            match &mut self.image {
                Some(image) if image.nested > 0 => image.nested -= 1,
                _ => {
                    if let Some(image) = self.image.take() {
                        self.end_image(image);
                    }
                }
            }
            return;
        }
        self.close_block();
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Paragraph => {
                if let Some(mark) = self.paragraph.take() {
                    let text = self.sections.text.since(mark);
                    self.first_paragraph = Some(text.to_owned()).filter(|text| !text.is_empty());
                }
                self.text().line();
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.text().line();
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.text().line();
            }
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::TableRow => self.text().line(),
            _ => {}
        }
    }

    /// Closes the last block of the Markdown and every tag of the author's own left open in it.
    fn close_block(&mut self) {
        let last = self.open.iter().rposition(|open| matches!(open, Open::Block(_)));
        self.close_to(last.unwrap_or(0));
    }

    fn close_to(&mut self, height: usize) {
        if self.left_out.as_ref().is_some_and(|left_out| left_out.open > height) {
            self.end_left_out();
        }
        while self.open.len() > height {
            match self.open.pop() {
                Some(Open::Block(closing)) => self.write(closing),
                Some(Open::Tag(name)) => {
                    let closing = format!("</{name}>");
                    self.write(&closing);
                }
                None => break,
            }
        }
    }

    fn start_heading(
        &mut self,
        level: HeadingLevel,
        explicit: Option<String>,
        range: Range<usize>,
    ) {
        self.heading = Some(OpenHeading {
            level: level as u8,
            explicit,
            range,
            html: self.html.len(),
            links: self.links.len(),
            text: Plain::default(),
        });
        self.open.push(Open::Block(""));
    }

    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        let text = heading.text.into_text().replace('\n', " ");
        let content = self.html.split_off(heading.html);
        if heading.level == 1 && text == self.title {
            // The page prints its title itself.
            self.links.truncate(heading.links);
            return;
        }
        if text.is_empty() {
            let hint = "write its words, or remove the `#` signs";
            self.findings.warning(heading.range, "empty-heading", "a heading without words", hint);
            self.html.push_str(&content);
            return;
        }
        let OpenHeading { level, explicit, range, .. } = heading;
        let (anchor, level) =
            self.sections.begin(Heading { level, explicit, text, range }, self.findings);
        let _ = write!(self.html, "<h{level} id=\"{anchor}\">");
        self.html.push_str(&content);
        let _ = writeln!(self.html, "</h{level}>");
    }

    fn start_cell(&mut self) {
        if self.cell > 0 {
            self.text().cell();
        }
        let class = match self.alignments.get(self.cell) {
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::None) | None => "",
        };
        self.cell += 1;
        if self.in_head {
            self.inline(&format!("<th{class}>"), "</th>");
        } else {
            self.inline(&format!("<td{class}>"), "</td>");
        }
    }

    fn footnote(&mut self, label: &str) -> &mut Footnote {
        let number = self.footnotes.len() + 1;
        self.footnotes
            .entry(label.to_owned())
            .or_insert_with(|| Footnote { number, ..Footnote::default() })
    }

    /// Ids of footnotes have a colon, which no anchor has: the two are never the same.
    fn footnote_mark(&mut self, label: &str) {
        if self.image.is_some() {
            return;
        }
        let footnote = self.footnote(label);
        footnote.marks += 1;
        let (number, mark) = (footnote.number, footnote.marks);
        let again = if mark > 1 { format!("-{mark}") } else { String::new() };
        let _ = write!(
            self.html,
            "<sup class=\"footnote-mark\"><a href=\"#fn:{number}\" \
             id=\"fnref:{number}{again}\">{number}</a></sup>"
        );
    }

    fn start_footnote(&mut self, label: &str) {
        let footnote = self.footnote(label);
        let number = footnote.number;
        let id = if std::mem::replace(&mut footnote.defined, true) {
            String::new()
        } else {
            format!(" id=\"fn:{number}\"")
        };
        let opening =
            format!("<div class=\"footnote\"{id}><sup class=\"footnote-mark\">{number}</sup>\n");
        self.block(&opening, "</div>\n");
    }

    fn start_link(&mut self, address: &str, title: &str, range: Range<usize>) {
        let Some((address, rel)) = self.address(address, range) else {
            self.open.push(Open::Block(""));
            return;
        };
        self.html.push_str("<a href=\"");
        self.html.push_str(&address);
        self.html.push('"');
        if !title.is_empty() {
            self.html.push_str(" title=\"");
            write_value(title, &mut self.html);
            self.html.push('"');
        }
        self.html.push_str(rel);
        self.html.push('>');
        self.open.push(Open::Block("</a>"));
    }

    /// An address ready to be printed and the `rel` of its link. `None` when it leads nowhere.
    fn address(&mut self, written: &str, range: Range<usize>) -> Option<(String, &'static str)> {
        match place(self.context.path, written, false) {
            Place::Inside(target) => Some((self.link(target, false, range), "")),
            Place::Elsewhere(address) => {
                let mut html = String::with_capacity(address.len());
                write_value(&address, &mut html);
                let web = address.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("http"));
                Some((html, if web { " rel=\"noopener noreferrer\"" } else { "" }))
            }
            Place::Empty => {
                let hint = "write where it leads, or remove the brackets";
                self.findings.warning(range, "link-empty", "a link that leads nowhere", hint);
                None
            }
            Place::Refused => {
                self.refuse(written, range);
                None
            }
        }
    }

    fn refuse(&mut self, written: &str, range: Range<usize>) {
        let message = format!("`{}` is not an address that may be linked", shortened(written));
        let hint = "link to https://, mailto:, tel:, or to a file of the help center";
        self.findings.error(range, "link-scheme", message, hint);
    }

    /// Notes a link to resolve; answers its hole.
    fn link(&mut self, target: Target, image: bool, range: Range<usize>) -> String {
        if let Target::Outside(written) = &target {
            let message = format!("`{}` leads out of the articles folder", shortened(written));
            let hint = "link to a file below the articles folder";
            self.findings.error(range.clone(), "link-outside", message, hint);
        }
        let spot = self.findings.spot(range);
        self.links.push(Link { target, image, spot });
        hole(self.links.len() - 1)
    }

    fn end_image(&mut self, image: OpenImage) {
        let OpenImage { address, title, range, alt, .. } = image;
        let alt = alt.into_text().replace('\n', " ");
        if self.left_out.is_some() {
            return;
        }
        self.image(&address, &[("alt", &alt), ("title", &title)], range);
    }

    /// Writes an image, its description always among the attributes.
    fn image(&mut self, address: &str, attributes: &[(&str, &str)], range: Range<usize>) {
        let given = attributes.iter().find(|(name, _)| *name == "alt").map_or("", |(_, alt)| alt);
        let mut alt = Plain::default();
        alt.add(given);
        let alt = alt.into_text();
        self.text().add(&alt);
        if alt.is_empty() {
            let hint = "say in the brackets what it shows: `![the form with the amount](form.png)`";
            self.findings.warning(
                range.clone(),
                "image-without-alt",
                "an image without a description",
                hint,
            );
        }
        let source = match place(self.context.path, address, true) {
            Place::Inside(target) => self.link(target, true, range),
            Place::Elsewhere(_) => {
                let hint = "keep it beside the article";
                let message = format!(
                    "the image `{}` is of another host and is not shown",
                    shortened(address)
                );
                self.findings.warning(range, "image-external", message, hint);
                write_text(&alt, &mut self.html);
                return;
            }
            Place::Empty => {
                self.findings.warning(range, "link-empty", "an image without an address", "");
                write_text(&alt, &mut self.html);
                return;
            }
            Place::Refused => {
                self.refuse(address, range);
                write_text(&alt, &mut self.html);
                return;
            }
        };
        self.html.push_str("<img src=\"");
        self.html.push_str(&source);
        self.html.push_str("\" alt=\"");
        write_value(&alt, &mut self.html);
        self.html.push('"');
        for (name, value) in
            attributes.iter().filter(|(name, value)| *name != "alt" && !value.is_empty())
        {
            self.attribute(name, value);
        }
        self.html.push('>');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        write_value(value, &mut self.html);
        self.html.push('"');
    }
}

/// Raw HTML.
impl Walk<'_, '_> {
    /// Takes HTML of the author's own; `places` says where its parts stand in the file.
    fn raw(&mut self, html: &str, places: &[(usize, usize)]) {
        if self.image.is_some() {
            return;
        }
        let in_file = |range: Range<usize>| {
            let part = places.partition_point(|(at, _)| *at <= range.start).saturating_sub(1);
            let (at, start) = places.get(part).copied().unwrap_or_default();
            start + range.start.saturating_sub(at)..start + range.end.saturating_sub(at)
        };
        for (piece, range) in raw_html::pieces(html) {
            if self.open.len() > MAX_DEPTH {
                return;
            }
            match piece {
                raw_html::Piece::Text(text) => {
                    let text = raw_html::decoded(text);
                    self.text().add(&text);
                    write_text(&text, &mut self.html);
                }
                raw_html::Piece::Open { name, attributes } => {
                    self.raw_open(name, attributes, in_file(range));
                }
                raw_html::Piece::Close { name } => self.raw_close(name),
            }
        }
    }

    fn raw_open(&mut self, name: &str, attributes: &str, range: Range<usize>) {
        self.has_raw_html = true;
        if let Some(left_out) = &mut self.left_out {
            left_out.nested += usize::from(left_out.name.eq_ignore_ascii_case(name));
            return;
        }
        let Some(element) = raw_html::element(name) else {
            let message =
                format!("`<{}>` is not allowed in an article and is left out", shortened(name));
            self.findings.warning(range, "html-not-allowed", message, "write it in Markdown");
            if raw_html::is_left_out(name) && !attributes.ends_with('/') {
                self.left_out = Some(LeftOut {
                    name: name.to_owned(),
                    nested: 0,
                    open: self.open.len(),
                    html: self.html.len(),
                    text: self.text().mark(),
                    links: self.links.len(),
                });
            }
            return;
        };
        while let Some(Open::Tag(last)) = self.open.last()
            && element.ends.contains(last)
        {
            self.close_to(self.open.len() - 1);
        }
        match element.name {
            "br" | "hr" => self.text().line(),
            "td" | "th" => self.text().cell(),
            _ if element.block => self.text().line(),
            _ => {}
        }
        let given = raw_html::attributes(attributes);
        let value = |name: &str| given.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let kept: Vec<(&str, &str)> = ["title", "lang", "dir"]
            .iter()
            .chain(element.attributes)
            .filter(|name| !matches!(**name, "href" | "src"))
            .filter_map(|name| Some((*name, value(name)?)))
            .collect();
        if element.name == "img" {
            self.image(value("src").unwrap_or_default(), &kept, range);
            return;
        }
        let address = match value("href").filter(|_| element.name == "a") {
            Some(href) => self.address(href, range),
            None => None,
        };
        let _ = write!(self.html, "<{}", element.name);
        if let Some((address, rel)) = address {
            let _ = write!(self.html, " href=\"{address}\"{rel}");
        }
        for (name, value) in kept {
            self.attribute(name, value);
        }
        self.html.push('>');
        if !element.void {
            self.open.push(Open::Tag(element.name));
        }
    }

    fn raw_close(&mut self, name: &str) {
        if let Some(left_out) = &mut self.left_out {
            if !left_out.name.eq_ignore_ascii_case(name) || left_out.open != self.open.len() {
                return;
            }
            if left_out.nested > 0 {
                left_out.nested -= 1;
            } else {
                self.end_left_out();
            }
            return;
        }
        let Some(element) = raw_html::element(name) else { return };
        let height = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, open)| matches!(open, Open::Tag(_)))
            .find(|(_, open)| matches!(open, Open::Tag(tag) if *tag == element.name))
            .map(|(height, _)| height);
        if let Some(height) = height {
            self.close_to(height);
            if element.block && !matches!(element.name, "td" | "th") {
                self.text().line();
            }
        }
    }

    /// Forgets what was walked since an element that is left out was opened.
    fn end_left_out(&mut self) {
        let Some(left_out) = self.left_out.take() else { return };
        self.html.truncate(left_out.html);
        self.text().go_back(left_out.text);
        self.links.truncate(left_out.links);
        self.open.truncate(left_out.open);
    }
}

/// The class of an alert and its title.
fn alert(kind: BlockQuoteKind, language: &str) -> (&'static str, &'static str) {
    let (class, english, russian) = match kind {
        BlockQuoteKind::Note => ("note", "Note", "Примечание"),
        BlockQuoteKind::Tip => ("tip", "Tip", "Совет"),
        BlockQuoteKind::Important => ("important", "Important", "Важно"),
        BlockQuoteKind::Warning => ("warning", "Warning", "Внимание"),
        BlockQuoteKind::Caution => ("caution", "Caution", "Осторожно"),
    };
    (class, if language == "ru" { russian } else { english })
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
