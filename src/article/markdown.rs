//! One walk over an article's Markdown, which gives its markup, its sections and its links together.
//!
//! Text is escaped and addresses are classified as they are written, so what the walk writes is safe
//! by construction; tags of an author's own go through an allow-list here (`raw_html`) and all of
//! the markup through the sanitizer (`html`) besides.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

mod links;
mod numbers;
mod parts;
mod raw;

use super::escape::write_text;
use super::findings::Findings;
use super::html::{HtmlTemplate, takes_too_long};
use super::plain::{Mark, Plain};
use super::sections::Sections;
use super::{Link, Number, Section, SourcePath};
use numbers::Numbers;
use parts::{alert, explicit_anchors, former};

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
    pub(super) numbers: Vec<Number>,
}

/// Reads the Markdown of a file. `None` when it cannot be shown at all.
pub(super) fn read(context: &Context<'_>, findings: &mut Findings<'_>) -> Option<Markdown> {
    Some(walk(context, findings)?.finish())
}

fn walk<'a, 'f>(context: &'a Context<'a>, findings: &'a mut Findings<'f>) -> Option<Walk<'a, 'f>> {
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
    walk.close_to(0);
    if takes_too_long(&walk.html) {
        let message = "a paragraph has too many of `&`, `«` and the like";
        let hint = "divide it into paragraphs";
        walk.findings.error(context.from..context.from, "too-much-markup", message, hint);
        return None;
    }
    Some(walk)
}

/// The Markdown that articles are written in.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
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
    former: Vec<String>,
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
    /// A tag of the author's own was written.
    has_own_tags: bool,
    in_code: bool,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    footnotes: HashMap<String, Footnote>,
    title: String,
    numbers: Numbers,
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
            has_own_tags: false,
            in_code: false,
            alignments: Vec::new(),
            cell: 0,
            in_head: false,
            footnotes: HashMap::new(),
            title: title.into_text(),
            numbers: Numbers::default(),
        }
    }

    fn finish(self) -> Markdown {
        let sections = self.sections.finish(self.findings);
        let html = if self.has_own_tags {
            HtmlTemplate::settled(&self.html)
        } else {
            HtmlTemplate::sanitized(&self.html)
        };
        let first_paragraph = self.first_paragraph.unwrap_or_default();
        let numbers = self.numbers.finish(self.findings);
        Markdown { html, sections, links: self.links, first_paragraph, numbers }
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
        let section = self.sections.count() - usize::from(self.heading.is_none());
        let is_read = !self.in_code && self.left_out.is_none();
        self.numbers.take(&event, &range, is_read.then_some(section));
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            // Math is off: its signs arrive as text.
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.say(&text);
            }
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
            Tag::Heading { level, id, attrs, .. } => {
                let former = former(&attrs).map(String::from).collect();
                self.start_heading(level, id.map(String::from), former, range);
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
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
