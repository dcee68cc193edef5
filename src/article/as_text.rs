//! Markup as text to paste into a chat: steps keep their numbers, table rows their lines, and links
//! their addresses. For searching, a section's own text serves; this is for people.

use std::fmt::Write as _;

use super::SafeHtml;

impl SafeHtml {
    /// This markup as plain text; `whole` makes an address one that works elsewhere.
    pub fn to_text(&self, whole: impl Fn(&str) -> String) -> String {
        let mut writer = Writer::default();
        let mut rest = self.as_str();
        while let Some(at) = rest.find('<') {
            writer.text(&rest[..at]);
            // Sanitized markup has no `>` but at the end of a tag: others are escaped.
            let Some(end) = rest[at..].find('>').map(|end| at + end) else { break };
            writer.tag(&rest[at + 1..end], &whole);
            rest = &rest[end + 1..];
        }
        writer.text(rest);
        writer.finish()
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The lists that are open, with the number of the next step where it has one.
    lists: Vec<Option<usize>>,
    /// The addresses of the links that are open.
    links: Vec<Option<String>>,
    /// Cells of the present row.
    cells: usize,
}

impl Writer {
    fn text(&mut self, escaped: &str) {
        for c in unescaped(escaped).chars() {
            let is_space = c.is_whitespace() && c != '\u{a0}';
            if !is_space {
                self.out.push(c);
            } else if !self.out.ends_with([' ', '\n']) && !self.out.is_empty() {
                self.out.push(' ');
            }
        }
    }

    fn tag(&mut self, tag: &str, whole: &impl Fn(&str) -> String) {
        let name = tag.split([' ', '\n', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        match (tag.starts_with('/'), name) {
            (false, "ol") => {
                self.line();
                self.lists.push(Some(1));
            }
            (false, "ul") => {
                self.line();
                self.lists.push(None);
            }
            (true, "ol" | "ul") => {
                self.lists.pop();
                self.line();
            }
            (false, "li") => {
                self.line();
                self.out.push_str(&"  ".repeat(self.lists.len().saturating_sub(1)));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        // Writing to a string never fails.
                        let _ = write!(self.out, "{number}. ");
                        *number += 1;
                    }
                    _ => self.out.push_str("• "),
                }
            }
            (false, "a") => self.links.push(attribute(tag, "href").map(|to| whole(&to))),
            (true, "a") => {
                if let Some(Some(to)) = self.links.pop() {
                    let _ = write!(self.out, " ({to})");
                }
            }
            (false, "tr") => {
                self.line();
                self.cells = 0;
            }
            (false, "td" | "th") => {
                if self.cells > 0 {
                    self.out.push_str(" · ");
                }
                self.cells += 1;
            }
            (false, "img") => self.text(&attribute(tag, "alt").unwrap_or_default()),
            // A paragraph inside a step stands on the line of its number.
            (_, "br" | "p" | "div" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "pre")
                if !self.out.ends_with(". ") && !self.out.ends_with("• ") =>
            {
                self.line();
            }
            (_, "blockquote" | "hr") => self.line(),
            _ => {}
        }
    }

    fn line(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn finish(self) -> String {
        self.out.trim().to_owned()
    }
}

/// The value of an attribute, unescaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[from..];
    Some(unescaped(&value[..value.find('"')?]))
}

/// What [`super::escape`] and the serializer escape, undone.
fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&#39;", "'").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::article::{Parsed, SafeHtml, Source, SourcePath, parse};

    fn html_of(markdown: &str) -> SafeHtml {
        let text = format!("---\ntitle: T\n---\n{markdown}\n");
        let path = SourcePath::new("en/a/b.md");
        let source = Source { path, bytes: text.into_bytes(), modified: None };
        match parse(&source).0 {
            Parsed::Article(article) => article.body().html.fill(|_| "/en/x".to_owned()),
            other => panic!("{other:?}"),
        }
    }

    fn text_of(markdown: &str) -> String {
        html_of(markdown).to_text(|address| format!("https://help.example.com{address}"))
    }

    #[test]
    fn steps_keep_their_numbers_and_links_their_addresses() {
        let text = text_of(
            "Do this:\n\n1. Open **Cashier**.\n2. See [fees](c.md) & more.\n   - really\n\nDone < soon.",
        );
        let expected = "Do this:\n1. Open Cashier.\n2. See fees (https://help.example.com/en/x) & more.\n  • really\nDone < soon.";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_table_is_a_line_a_row() {
        let text = text_of("| Way | Time |\n|---|---|\n| Card | 2 days |\n| Wallet | 1 hour |");
        assert_eq!(text, "Way · Time\nCard · 2 days\nWallet · 1 hour");
    }

    proptest! {
        #[test]
        fn no_article_makes_it_panic(markdown in "[a-z<>&\"|*\\[\\]()#\\n 1.-]{0,120}") {
            // An article of nothing is refused: a word makes it one.
            let text = text_of(&format!("{markdown}\n\nEnd"));
            prop_assert!(text.contains("End"), "{text}");
        }
    }
}
