//! Links and images as they are written: an address inside the help center becomes a hole.

use std::ops::Range;

use super::{Open, OpenImage, Walk};
use crate::article::escape::{write_text, write_value};
use crate::article::findings::shortened;
use crate::article::html::hole;
use crate::article::links::{Place, place};
use crate::article::plain::Plain;
use crate::article::{Link, Target};

impl Walk<'_, '_> {
    pub(super) fn start_link(&mut self, address: &str, title: &str, range: Range<usize>) {
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
    pub(super) fn address(
        &mut self,
        written: &str,
        range: Range<usize>,
    ) -> Option<(String, &'static str)> {
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

    pub(super) fn refuse(&mut self, written: &str, range: Range<usize>) {
        let message = format!("`{}` is not an address that may be linked", shortened(written));
        let hint = "link to https://, mailto:, tel:, or to a file of the help center";
        self.findings.error(range, "link-scheme", message, hint);
    }

    /// Notes a link to resolve; answers its hole.
    pub(super) fn link(&mut self, target: Target, image: bool, range: Range<usize>) -> String {
        if let Target::Outside(written) = &target {
            let message = format!("`{}` leads out of the articles folder", shortened(written));
            let hint = "link to a file below the articles folder";
            self.findings.error(range.clone(), "link-outside", message, hint);
        }
        let spot = self.findings.spot(range);
        self.links.push(Link { target, image, spot });
        hole(self.links.len() - 1)
    }

    pub(super) fn end_image(&mut self, image: OpenImage) {
        let OpenImage { address, title, range, alt, .. } = image;
        let alt = alt.into_text().replace('\n', " ");
        if self.left_out.is_some() {
            return;
        }
        self.image(&address, &[("alt", &alt), ("title", &title)], range);
    }

    /// Writes an image, its description always among the attributes.
    pub(super) fn image(
        &mut self,
        address: &str,
        attributes: &[(&str, &str)],
        range: Range<usize>,
    ) {
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

    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        write_value(value, &mut self.html);
        self.html.push('"');
    }
}
