//! HTML that an author wrote: tags on the list are written anew and balanced, others are left out.

use std::fmt::Write as _;
use std::ops::Range;

use super::{LeftOut, MAX_DEPTH, Open, Walk};
use crate::article::escape::write_text;
use crate::article::findings::shortened;
use crate::article::raw_html;

impl Walk<'_, '_> {
    /// Takes HTML of the author's own; `places` says where its parts stand in the file.
    pub(super) fn raw(&mut self, html: &str, places: &[(usize, usize)]) {
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

    pub(super) fn raw_open(&mut self, name: &str, attributes: &str, range: Range<usize>) {
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
        self.has_own_tags = true;
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

    pub(super) fn raw_close(&mut self, name: &str) {
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
    pub(super) fn end_left_out(&mut self) {
        let Some(left_out) = self.left_out.take() else { return };
        self.html.truncate(left_out.html);
        self.text().go_back(left_out.text);
        self.links.truncate(left_out.links);
        self.open.truncate(left_out.open);
    }
}
