//! Numbers that prove themselves: cards by Luhn's digit, bank accounts by their remainder.

use std::ops::Range;

/// Digits of a card number.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
/// No number that may stay has so many digits in a row: bets have up to twelve.
const LONG: usize = 13;
/// Most characters between two digits of one number.
const GAP: usize = 3;
/// Characters of an IBAN.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// Digits that stand together.
struct Group {
    range: Range<usize>,
}

/// Card numbers, with whatever between their digits. Each begins and ends with a group of digits.
pub(super) fn cards(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let found_here = (first..groups.len())
            .take_while(|last| *last == first || is_near(text, &groups[last - 1], &groups[*last]))
            .map(|last| groups[first].range.start..groups[last].range.end)
            .take_while(|range| digits(&text[range.clone()]).count() <= *CARD.end())
            .enumerate()
            .filter(|(_, range)| is_card(&text[range.clone()]))
            .last();
        match found_here {
            Some((more, range)) => {
                found.push(range);
                first += more + 1;
            }
            None => first += 1,
        }
    }
    found
}

/// Digits in a row that are too many for anything that may stay.
pub(super) fn long_numbers(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text).into_iter().map(|group| group.range);
    groups.filter(|range| range.len() >= LONG).collect()
}

/// The first part of this text that is an IBAN: the longest whose remainder is right.
pub(super) fn iban(text: &str) -> Option<usize> {
    let mut length = 0;
    let mut best = None;
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
        length += 1;
        let end = at + c.len_utf8();
        // In the middle of a word a remainder is right by chance.
        let is_end = !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
        if is_end && IBAN.contains(&length) && is_iban(&text[..end]) {
            best = Some(end);
        }
    }
    best
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match groups.last_mut() {
            Some(last) if last.range.end == at => last.range.end = at + 1,
            _ => groups.push(Group { range: at..at + 1 }),
        }
    }
    groups
}

fn is_near(text: &str, a: &Group, b: &Group) -> bool {
    let between = &text[a.range.end..b.range.start];
    between.chars().count() <= GAP
        && between.chars().all(|c| !c.is_alphanumeric() && c != super::GONE)
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> {
    text.chars().filter_map(|c| c.to_digit(10))
}

/// Luhn's rule; and a number of zeros alone is nobody's.
fn is_card(text: &str) -> bool {
    if !CARD.contains(&digits(text).count()) || digits(text).all(|digit| digit == 0) {
        return false;
    }
    let sum: u32 = digits(text)
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 13616: the first four to the end, letters as numbers, 1 over when divided by 97.
fn is_iban(text: &str) -> bool {
    let bare: Vec<u32> =
        text.chars().filter(char::is_ascii_alphanumeric).filter_map(|c| c.to_digit(36)).collect();
    let Some((head, tail)) = bare.split_at_checked(4) else { return false };
    let rest = tail.iter().chain(head).fold(0, |rest, &value| {
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + value) % 97
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_proves_itself_with_whatever_between_its_digits() {
        for text in ["4111111111111111", "4111-1111 1111.1111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"] {
            assert!(cards(text).into_iter().eq(std::iter::once(0..text.len())), "{text}");
        }
        assert!(cards("12 4111 1111 1111 1111 9").into_iter().eq(std::iter::once(3..22)));
        assert!(cards("4111 1111 1111 1112").is_empty());
        assert!(cards("0000 0000 0000 0000").is_empty());
    }

    #[test]
    fn an_iban_ends_where_its_remainder_is_right() {
        assert_eq!(iban("GB82 WEST 1234 5698 7654 32 please"), Some(27));
        assert_eq!(iban("GB82 WEST 1234 5698 7654 33"), None);
    }
}
