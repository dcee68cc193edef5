//! Markup that is safe to print: the only HTML that a page puts out unescaped.

use std::fmt;

use serde::{Deserialize, Serialize};

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
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Sanitized markup with the addresses of its links left open: they are known only when all
/// articles are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HtmlTemplate {
    pub(super) html: String,
    /// Where an address goes (byte offset into `html`) and of which link.
    pub(super) holes: Vec<(u32, u32)>,
}

impl HtmlTemplate {
    /// Fills in the addresses: `address(n)` is the one of link `n`, escaped here.
    pub fn fill(&self, mut address: impl FnMut(usize) -> String) -> SafeHtml {
        let mut html = String::with_capacity(self.html.len() + self.holes.len() * 40);
        let mut from = 0;
        for &(at, link) in &self.holes {
            html.push_str(&self.html[from..at as usize]);
            escape_into(&address(link as usize), &mut html);
            from = at as usize;
        }
        html.push_str(&self.html[from..]);
        SafeHtml(html)
    }
}

/// Text made safe for element content and quoted attribute values.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    escape_into(text, &mut html);
    html
}

fn escape_into(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}
