//! Headings, footnotes, table cells and alerts: the parts of an article with marks of their own.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, HeadingLevel, Parser, Tag};

use super::{Footnote, Open, OpenHeading, Walk, options};
use crate::article::plain::Plain;
use crate::article::sections::Heading;

impl Walk<'_, '_> {
    pub(super) fn start_heading(
        &mut self,
        level: HeadingLevel,
        explicit: Option<String>,
        former: Vec<String>,
        range: Range<usize>,
    ) {
        self.heading = Some(OpenHeading {
            level: level as u8,
            explicit,
            former,
            range,
            html: self.html.len(),
            links: self.links.len(),
            text: Plain::default(),
        });
        self.open.push(Open::Block(""));
    }

    pub(super) fn end_heading(&mut self) {
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
        let OpenHeading { level, explicit, former, range, .. } = heading;
        let heading = Heading { level, explicit, former, text, range };
        let section = self.sections.begin(heading, self.findings);
        let level = section.level;
        let _ = write!(self.html, "<h{level} id=\"{}\">", section.anchor);
        for former in &section.former {
            let _ = write!(self.html, "<a id=\"{former}\"></a>");
        }
        self.html.push_str(&content);
        let _ = writeln!(self.html, "</h{level}>");
    }

    pub(super) fn start_cell(&mut self) {
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

    pub(super) fn footnote(&mut self, label: &str) -> &mut Footnote {
        let number = self.footnotes.len() + 1;
        self.footnotes
            .entry(label.to_owned())
            .or_insert_with(|| Footnote { number, ..Footnote::default() })
    }

    /// Ids of footnotes have a colon, which no anchor has: the two are never the same.
    pub(super) fn footnote_mark(&mut self, label: &str) {
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

    pub(super) fn start_footnote(&mut self, label: &str) {
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
}

/// The class of an alert and its title.
pub(super) fn alert(kind: BlockQuoteKind, language: &str) -> (&'static str, &'static str) {
    let (class, english, russian) = match kind {
        BlockQuoteKind::Note => ("note", "Note", "Примечание"),
        BlockQuoteKind::Tip => ("tip", "Tip", "Совет"),
        BlockQuoteKind::Important => ("important", "Important", "Важно"),
        BlockQuoteKind::Warning => ("warning", "Warning", "Внимание"),
        BlockQuoteKind::Caution => ("caution", "Caution", "Осторожно"),
    };
    (class, if language == "ru" { russian } else { english })
}

/// The anchors that headings are given by `{#…}`: a heading above must not take one of them.
pub(super) fn explicit_anchors(markdown: &str) -> HashSet<String> {
    if !markdown.contains('{') {
        return HashSet::new();
    }
    Parser::new_ext(markdown, options())
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { id, attrs, .. }) => {
                let former: Vec<String> = former(&attrs).map(String::from).collect();
                Some(id.map(String::from).into_iter().chain(former))
            }
            _ => None,
        })
        .flatten()
        .collect()
}

/// The former anchors of a heading: `{was=…}`.
pub(super) fn former<'a>(
    attributes: &'a [(CowStr<'a>, Option<CowStr<'a>>)],
) -> impl Iterator<Item = &'a str> {
    attributes.iter().filter(|(key, _)| key.as_ref() == "was").filter_map(|(_, v)| v.as_deref())
}
