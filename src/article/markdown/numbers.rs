//! The numbers that a walk comes by: text arrives in pieces, and a number may stand in several.

use std::ops::Range;

use pulldown_cmark::Event;

use crate::article::findings::Findings;
use crate::article::{Number, Quantity, numbers};

/// Most numbers kept of one article: a table of thousands is no text that is translated by hand.
const MOST: usize = 500;

/// A number, its section and its place in the text that is read.
type Found = (Quantity, usize, Range<usize>);

/// Gathers text until it is complete, and the numbers in it.
#[derive(Default)]
pub(super) struct Numbers {
    text: String,
    /// Where each piece begins, in `text` and in what is read.
    pieces: Vec<(usize, usize)>,
    section: usize,
    found: Vec<Found>,
}

impl Numbers {
    /// The next event of the walk; of a text that readers see, the section that it stands in.
    pub(super) fn take(&mut self, event: &Event<'_>, range: &Range<usize>, section: Option<usize>) {
        match (event, section) {
            (Event::Text(text), Some(section)) => {
                self.pieces.push((self.text.len(), range.start));
                self.text.push_str(text);
                self.section = section;
            }
            _ => self.pause(),
        }
    }

    /// The text ends here: what follows is another line, cell or emphasis.
    fn pause(&mut self) {
        if self.text.is_empty() {
            return;
        }
        if self.text.contains(|c: char| c.is_ascii_digit()) && self.found.len() < MOST {
            for (range, quantity) in numbers(&self.text) {
                let piece = self.pieces.partition_point(|(at, _)| *at <= range.start) - 1;
                let (at, in_file) = self.pieces[piece];
                let start = range.start - at + in_file;
                self.found.push((quantity, self.section, start..start + range.len()));
            }
        }
        self.text.clear();
        self.pieces.clear();
    }

    pub(super) fn finish(mut self, findings: &mut Findings<'_>) -> Vec<Number> {
        self.pause();
        let place = |(quantity, section, range): Found| {
            let section = u16::try_from(section).unwrap_or(u16::MAX);
            Number { quantity, section, spot: findings.spot(range) }
        };
        self.found.into_iter().take(MOST).map(place).collect()
    }
}
