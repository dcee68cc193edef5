//! Plain text as a reader sees it, gathered while markup is walked: white space single inside a
//! line, one line a block.

/// What stands between the text so far and the next word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Cell,
    Line,
}

/// Text that grows.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    text: String,
    gap: Gap,
}

/// A place in a [`Plain`] to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark(usize, Gap);

impl Default for Plain {
    fn default() -> Self {
        Self { text: String::new(), gap: Gap::None }
    }
}

impl Plain {
    /// Adds running text.
    pub(super) fn add(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.widen(Gap::Space);
        }
        let mut first = true;
        for word in text.split_whitespace() {
            if !first {
                self.widen(Gap::Space);
            }
            first = false;
            if !self.text.is_empty() {
                match self.gap {
                    Gap::None => {}
                    Gap::Space => self.text.push(' '),
                    Gap::Cell => self.text.push_str(" · "),
                    Gap::Line => self.text.push('\n'),
                }
            }
            self.gap = Gap::None;
            self.text.push_str(word);
        }
        if !first && text.ends_with(char::is_whitespace) {
            self.widen(Gap::Space);
        }
    }

    /// Adds text whose line breaks are its author's: code.
    pub(super) fn add_lines(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            self.add(line);
            if line.ends_with('\n') {
                self.line();
            }
        }
    }

    /// The next word is apart from the last one.
    pub(super) fn space(&mut self) {
        self.widen(Gap::Space);
    }

    /// The next word is in the next cell of the same row.
    pub(super) fn cell(&mut self) {
        self.widen(Gap::Cell);
    }

    /// The next word begins a line.
    pub(super) fn line(&mut self) {
        self.widen(Gap::Line);
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.text.len(), self.gap)
    }

    /// Forgets what came after a mark.
    pub(super) fn go_back(&mut self, mark: Mark) {
        self.text.truncate(mark.0);
        self.gap = mark.1;
    }

    /// What came after a mark.
    pub(super) fn since(&self, mark: Mark) -> &str {
        self.text.get(mark.0..).unwrap_or_default().trim()
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// The beginning of a text, cut between words with `…` when it is longer than so many characters.
pub(super) fn beginning(text: &str, longest: usize) -> String {
    let text = text.replace('\n', " ");
    let Some((end, _)) = text.char_indices().nth(longest) else { return text };
    let cut = text[..end].rfind(' ').filter(|at| *at > 0).unwrap_or(end);
    let kept = text[..cut].trim_end_matches(|c: char| c.is_whitespace() || ",;:—–-(«".contains(c));
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_one_space_apart_and_blocks_one_line() {
        let mut plain = Plain::default();
        plain.add("  Деньги ");
        plain.add("\u{a0}пришли\n");
        plain.add("сегодня");
        plain.add("!");
        plain.line();
        plain.add(" a ");
        plain.cell();
        plain.add("b");
        plain.line();
        plain.line();
        plain.add_lines("one  two\n\n\tthree\n");
        assert_eq!(plain.into_text(), "Деньги пришли сегодня!\na · b\none two\nthree");
    }

    #[test]
    fn a_beginning_ends_between_words() {
        assert_eq!(beginning("коротко", 20), "коротко");
        assert_eq!(beginning("один, два, три", 11), "один, два…");
        assert_eq!(beginning("длинноеслово", 5), "длинн…");
    }
}
