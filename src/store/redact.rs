//! Cuts out of a visitor's words what names or endangers a person: card and phone numbers, e-mail
//! addresses, documents, dates of birth, wallets, passwords, keys. Prices, sums and numbers of bets
//! stay. Pure, and done before anything is written.

mod numbers;
mod shapes;

use std::borrow::Cow;
use std::ops::Range;

use shapes::SHAPES;

/// What is told of something that was cut out: its kind and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Account,
    Address,
    Card,
    Date,
    Document,
    Email,
    Iban,
    Key,
    Number,
    Phone,
    Secret,
    Wallet,
}

impl Mark {
    const ALL: [Self; 12] = [
        Self::Account,
        Self::Address,
        Self::Card,
        Self::Date,
        Self::Document,
        Self::Email,
        Self::Iban,
        Self::Key,
        Self::Number,
        Self::Phone,
        Self::Secret,
        Self::Wallet,
    ];

    const fn text(self) -> &'static str {
        match self {
            Self::Account => "[account]",
            Self::Address => "[address]",
            Self::Card => "[card]",
            Self::Date => "[date]",
            Self::Document => "[document]",
            Self::Email => "[email]",
            Self::Iban => "[iban]",
            Self::Key => "[key]",
            Self::Number => "[number]",
            Self::Phone => "[phone]",
            Self::Secret => "[secret]",
            Self::Wallet => "[wallet]",
        }
    }
}

/// Stands in the shadow for what is cut out already: no shape has it, and none reaches across it.
const GONE: char = '\u{1}';

/// The text without personal data: `card 4111 1111 1111 1111` becomes `card [card]`.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let mut shadow = Shadow::of(text);
    let mut cuts: Vec<(Range<usize>, Mark)> = Vec::new();
    // What is cut out may uncover another: until nothing more is found, so that a text that went
    // through once stays as it is.
    loop {
        let found = cuts.len();
        for shape in &*SHAPES {
            for range in shape.find(&shadow.text) {
                let range = shadow.cut(range);
                cuts.push((range, shape.mark));
            }
        }
        if cuts.len() == found {
            break;
        }
    }
    if cuts.is_empty() {
        return Cow::Borrowed(text);
    }
    cuts.sort_by_key(|(range, _)| range.start);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for (range, mark) in cuts {
        written.push_str(&text[at..range.start]);
        written.push_str(mark.text());
        at = range.end;
    }
    written.push_str(&text[at..]);
    Cow::Owned(written)
}

/// The text as shapes read it: digits of every script as ASCII, full-width forms as usual ones, all
/// spaces and dashes alike. Each of its bytes knows where it stands in the text.
struct Shadow {
    text: String,
    /// Where in the text the character stands that each byte is of; and the text's end.
    places: Vec<usize>,
}

impl Shadow {
    fn of(text: &str) -> Self {
        let mut shadow = Self { text: String::with_capacity(text.len()), places: Vec::new() };
        for (at, c) in text.char_indices() {
            shadow.text.push(plain(c));
            shadow.places.resize(shadow.text.len(), at);
        }
        shadow.places.push(text.len());
        // What was cut out before is not looked at again.
        for mark in Mark::ALL {
            while let Some(at) = shadow.text.find(mark.text()) {
                shadow.cut(at..at + mark.text().len());
            }
        }
        shadow
    }

    /// Takes a part out, and says where it stands in the text.
    fn cut(&mut self, range: Range<usize>) -> Range<usize> {
        let gone: String = std::iter::repeat_n(GONE, range.len()).collect();
        self.text.replace_range(range.clone(), &gone);
        self.places[range.start]..self.places[range.end]
    }
}

/// A character as shapes read it.
fn plain(c: char) -> char {
    match c {
        ' '..='~' => c,
        // Invisible ones between digits are separators like any other.
        _ if c.is_whitespace() || c.is_control() => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ff01}'..='\u{ff5e}' => ascii(c).unwrap_or(c),
        _ if c.is_numeric() => ascii(c).filter(char::is_ascii_digit).unwrap_or(c),
        // Mathematical letters are Latin ones in another coat.
        '\u{1d400}'..='\u{1d7ff}' => ascii(c).unwrap_or(c),
        _ => c,
    }
}

/// The one ASCII character that stands for it.
fn ascii(c: char) -> Option<char> {
    let mut chars = any_ascii::any_ascii_char(c).chars();
    chars.next().filter(|_| chars.next().is_none())
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
