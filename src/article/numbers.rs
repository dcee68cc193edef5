//! The numbers of a text: what each counts, and where it stands, so that two texts can be held
//! against each other whatever language they are in.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Spot;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Counted {
    /// Things, or nothing that the text says beside it.
    Things,
    /// Money, of whatever currency.
    Money,
    /// Hundredths.
    Percent,
    /// How many times: `x35`.
    Times,
    /// Time up to weeks, in minutes: `24 hours` and `1 day` are the same.
    Minutes,
    /// Longer time, in months.
    Months,
    /// A time of day, in minutes from midnight.
    Clock,
}

/// A number as a text has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// What it counts.
    pub counted: Counted,
    /// Ten-thousandths.
    pub value: i64,
}

/// A number of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// How much of what.
    pub quantity: Quantity,
    /// The section that it stands in, counted from the lead.
    pub section: u16,
    /// Where it stands in the file.
    pub spot: Spot,
}

/// One whole.
const ONE: i64 = 10_000;
/// Numbers of more digits are names: a phone number, a card.
const MAX_DIGITS: usize = 9;

/// Words that a number counts, by their beginnings, longest first where one begins another.
const TIME_WORDS: &[(&str, Counted, i64)] = &[
    ("минут", Counted::Minutes, 1),
    ("мин", Counted::Minutes, 1),
    ("час", Counted::Minutes, 60),
    ("день", Counted::Minutes, 1440),
    ("дня", Counted::Minutes, 1440),
    ("дней", Counted::Minutes, 1440),
    ("дням", Counted::Minutes, 1440),
    ("дн", Counted::Minutes, 1440),
    ("сут", Counted::Minutes, 1440),
    ("недел", Counted::Minutes, 10_080),
    ("месяц", Counted::Months, 1),
    ("год", Counted::Months, 12),
    ("лет", Counted::Months, 12),
    ("minute", Counted::Minutes, 1),
    ("min", Counted::Minutes, 1),
    ("hour", Counted::Minutes, 60),
    ("day", Counted::Minutes, 1440),
    ("week", Counted::Minutes, 10_080),
    ("month", Counted::Months, 1),
    ("year", Counted::Months, 12),
];
const MONEY_WORDS: &[&str] =
    &["руб", "rub", "usd", "eur", "kzt", "usdt", "тенге", "dollar", "euro", "доллар", "евро"];
const MONEY_SIGNS: &[char] = &['₽', '$', '€', '£', '₸', '₺', '₴'];
const TIMES_SIGNS: &[char] = &['x', 'X', '×', 'х', 'Х'];

/// The numbers of a text, with their places in it.
pub fn numbers(text: &str) -> Vec<(Range<usize>, Quantity)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(|c: char| c.is_ascii_digit()) {
        let start = from + at;
        if let Some(end) = end_of_name(text, start) {
            from = end;
            continue;
        }
        let end = end_of_digits(text, start);
        from = end;
        if let Some((end, quantity)) = read(text, start, end) {
            // A sign between two numbers is the first one's.
            let taken = found.last().map_or(0, |(range, _): &(Range<usize>, _)| range.end);
            let start = beginning(text, start, quantity.counted).max(taken);
            found.push((start..end, quantity));
            from = end.max(from);
        }
    }
    share_units(text, &mut found);
    found
}

/// «7 или 30 дней», `RUB 500 to 1,000`: what one number counts, the one joined to it counts too.
fn share_units(text: &str, found: &mut [(Range<usize>, Quantity)]) {
    const JOINTS: &[&str] =
        &["или", "и", "до", "or", "and", "to", "–", "—", "-", ",", "…", "либо", "or up to"];
    let joined = |a: &Range<usize>, b: &Range<usize>| {
        let between = text.get(a.end..b.start).unwrap_or_default();
        JOINTS.contains(&between.trim())
    };
    for at in (1..found.len()).rev() {
        let (before, after) = (found[at - 1].clone(), found[at].clone());
        if !joined(&before.0, &after.0) {
            continue;
        }
        if before.1.counted == Counted::Things && after.1.counted != Counted::Clock {
            // How many of the smallest unit one is: `1440` of a day.
            let digits = &text[after.0.clone()];
            let digits = digits.trim_start_matches(|c: char| !c.is_ascii_digit());
            let one = value(&digits[..end_of_digits(digits, 0)]).filter(|one| *one != 0);
            let scale = one.map_or(1, |one| (after.1.value / one).max(1));
            if let Some(value) = before.1.value.checked_mul(scale) {
                found[at - 1].1 = Quantity { counted: after.1.counted, value };
            }
        }
    }
    for at in 1..found.len() {
        let is_open = found[at].1.counted == Counted::Things;
        if is_open
            && found[at - 1].1.counted == Counted::Money
            && joined(&found[at - 1].0, &found[at].0)
        {
            found[at].1.counted = Counted::Money;
        }
    }
}

/// Where a number begins with the sign before it: `x35`, `RUB 1,000`.
fn beginning(text: &str, start: usize, counted: Counted) -> usize {
    let before = text[..start].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let sign = |is_it: &dyn Fn(char) -> bool| {
        before.chars().next_back().filter(|c| is_it(*c)).map(|c| before.len() - c.len_utf8())
    };
    match counted {
        Counted::Times if before.len() == start => {
            sign(&|c| TIMES_SIGNS.contains(&c)).unwrap_or(start)
        }
        Counted::Money => {
            let word = last_word(before).filter(|word| is_money(word));
            let word = word.map(|word| before.len() - word.len());
            word.or_else(|| sign(&|c| MONEY_SIGNS.contains(&c))).unwrap_or(start)
        }
        _ => start,
    }
}

fn is_money(word: &str) -> bool {
    let word = word.to_lowercase();
    MONEY_WORDS.iter().any(|known| word.starts_with(known)) || word == "р"
}

/// Where a phone number, a card or the like ends that begins here: more digits than a number has.
fn end_of_name(text: &str, start: usize) -> Option<usize> {
    let is_inner = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '-' | '(' | ')');
    let length = text[start..].find(|c| !is_inner(c)).unwrap_or(text.len() - start);
    let name = text[start..start + length].trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    (digits > MAX_DIGITS).then_some(start + name.len())
}

/// Where the digits that begin here end, with what groups and divides them.
fn end_of_digits(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut chars = text[start..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_inner = match c {
            '0'..='9' => true,
            // `1 000`: three digits have to follow, and no fourth.
            ' ' | '\u{a0}' | '\u{202f}' => {
                let rest = &text[start + at + c.len_utf8()..];
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let before =
                    text[start..start + at].bytes().rev().take_while(u8::is_ascii_digit).count();
                digits == 3 && before <= 3
            }
            '.' | ',' | ':' => chars.peek().is_some_and(|(_, next)| next.is_ascii_digit()),
            _ => false,
        };
        if !is_inner {
            break;
        }
        end = start + at + c.len_utf8();
    }
    end
}

/// The number of these digits, and where it ends with the words that belong to it; `None` for a
/// name that holds digits.
fn read(text: &str, start: usize, end: usize) -> Option<(usize, Quantity)> {
    let before = text[..start].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let glued = text[..start].chars().next_back();
    let is_times = glued.is_some_and(|c| TIMES_SIGNS.contains(&c))
        && !text[..start].chars().rev().nth(1).is_some_and(char::is_alphanumeric);
    let is_name = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '#' | '@' | '+');
    if !is_times && glued.is_some_and(is_name) {
        return None;
    }
    // `TRC-20` is a name, `1-3` a range.
    if glued == Some('-') && text[..start - 1].ends_with(char::is_alphabetic) {
        return None;
    }
    let after = &text[end..];
    let next = after.chars().next();
    if next.is_some_and(|c| TIMES_SIGNS.contains(&c))
        && !after.chars().nth(1).is_some_and(char::is_alphanumeric)
    {
        let value = value(&text[start..end])?;
        return Some((
            end + next.map_or(0, char::len_utf8),
            Quantity { counted: Counted::Times, value },
        ));
    }
    if next.is_some_and(|c| c.is_alphabetic() || c == '_') {
        return None;
    }
    let digits = &text[start..end];
    if digits.contains(':') {
        return clock(digits, after)
            .map(|(more, value)| (end + more, Quantity { counted: Counted::Clock, value }));
    }
    let mut value = value(digits)?;
    if is_times {
        return Some((end, Quantity { counted: Counted::Times, value }));
    }
    let mut end = end;
    let mut words = words_after(&text[end..]);
    if let Some((factor, length)) = words.first().and_then(|(word, to)| Some((factor(word)?, *to)))
    {
        value = value.checked_mul(factor)?;
        words.remove(0);
        for (_, to) in &mut words {
            *to -= length;
        }
        // The stop of «тыс.» is none of a sentence.
        let stop = text[end + length..].starts_with(". ");
        end += length + usize::from(stop);
        if stop {
            words = words_after(&text[end..]);
        }
    }
    let rest = text[end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let space = text.len() - end - rest.len();
    if rest.starts_with('%') {
        return Some((end + space + 1, Quantity { counted: Counted::Percent, value }));
    }
    let is_sign = |c: char| MONEY_SIGNS.contains(&c);
    if let Some(sign) = rest.chars().next().filter(|c| is_sign(*c)) {
        return Some((end + space + sign.len_utf8(), Quantity { counted: Counted::Money, value }));
    }
    if before.ends_with(is_sign) || last_word(before).is_some_and(is_money) {
        return Some((end, Quantity { counted: Counted::Money, value }));
    }
    if let Some((_, to)) = words.first().filter(|(word, _)| is_money(word)) {
        return Some((end + to, Quantity { counted: Counted::Money, value }));
    }
    // `3 рабочих дня`: a word may stand between.
    for (word, to) in words.iter().take(2) {
        let word = word.to_lowercase();
        let known = TIME_WORDS.iter().find(|(beginning, ..)| word.starts_with(beginning));
        if let Some((_, counted, unit)) = known {
            let value = value.checked_mul(*unit)?;
            return Some((end + to, Quantity { counted: *counted, value }));
        }
    }
    Some((end, Quantity { counted: Counted::Things, value }))
}

/// A number with a unit by its name in English, as facts have it: `24` and `hour`, `1000` and `₽`.
pub(super) fn amount_of(number: &str, unit: &str) -> Option<Quantity> {
    let text = if unit == "x" { format!("x{number}") } else { format!("{number} {unit}") };
    numbers(&text).pop().map(|(_, quantity)| quantity)
}

/// The value of digits with their signs: `1 000`, `1,000`, `2,5`, `2.5`.
fn value(digits: &str) -> Option<i64> {
    let marks: Vec<char> = digits.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let last = digits.rfind(['.', ',']);
    let after_last = last.map_or(0, |at| digits.len() - at - 1);
    // A mark before three digits groups them, unless it is the only one of a number below one.
    let is_fraction = match marks.as_slice() {
        [] => false,
        [_] => after_last != 3 || digits.starts_with('0'),
        [.., before, last] => before != last,
    };
    let (whole, fraction) = match last.filter(|_| is_fraction) {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, ""),
    };
    let only_digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let whole: i64 = only_digits(whole).parse().ok()?;
    let mut fraction = only_digits(fraction);
    fraction.truncate(4);
    let fraction: i64 = format!("{fraction:0<4}").parse().ok()?;
    whole.checked_mul(ONE)?.checked_add(fraction)
}

/// Minutes from midnight, and how much of what follows belongs to it: `10:00 pm`.
fn clock(digits: &str, after: &str) -> Option<(usize, i64)> {
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 24 || minutes > 59 {
        return None;
    }
    let words = words_after(after);
    let half = words.first().map(|(word, to)| (word.to_lowercase(), *to));
    let (more, hours) = match half.as_ref().map(|(word, to)| (word.as_str(), *to)) {
        Some(("pm" | "p", to)) => (to, hours % 12 + 12),
        Some(("am" | "a", to)) => (to, hours % 12),
        _ => (0, hours),
    };
    Some((more, (hours * 60 + minutes) * ONE))
}

fn factor(word: &str) -> Option<i64> {
    let word = word.to_lowercase();
    if word.starts_with("тыс") || word == "thousand" {
        return Some(1_000);
    }
    (word == "млн" || word.starts_with("миллион") || word.starts_with("million"))
        .then_some(1_000_000)
}

/// The next three words of the same clause, and where each ends.
fn words_after(text: &str) -> Vec<(&str, usize)> {
    let mut words = Vec::new();
    let mut at = 0;
    while words.len() < 3 {
        let rest = text[at..].trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']);
        let start = text.len() - rest.len();
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        if length == 0 {
            break;
        }
        at = start + length;
        words.push((&text[start..at], at));
    }
    words
}

fn last_word(text: &str) -> Option<&str> {
    let start = text
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    Some(&text[start..]).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> String {
        let all = numbers(text).into_iter().map(|(range, quantity)| {
            let value = quantity.value as f64 / ONE as f64;
            format!("{value} {:?} ({})", quantity.counted, &text[range])
        });
        all.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_number_means_the_same_in_both_languages() {
        for (ru, en) in [
            ("от 1 000 ₽ до 150\u{a0}000 ₽", "from RUB 1,000 to RUB 150,000"),
            ("комиссия 2 % и 2,5 %", "a fee of 2% and 2.5%"),
            ("вейджер x35 (×35)", "wager 35x (x35)"),
            ("24 часа, до 3 рабочих дней", "1 day, up to 3 business days"),
            ("через 2 недели", "in 14 days"),
            ("в 12:00 и 22:30", "at 12:00 pm and 10:30 p.m."),
            ("3 млн рублей", "RUB 3,000,000"),
            ("5 тыс. руб.", "RUB 5 thousand"),
            ("коэффициент 1,80", "odds 1.80"),
            ("3 месяца", "3 months"),
            ("код живёт 10 минут", "the code lives for 10 minutes"),
            ("24 часа, 7 или 30 дней", "24 hours, 7 days, or 30 days"),
            ("от 500 до 1 000 ₽", "from RUB 500 to 1,000"),
            ("5–7 %", "5–7%"),
        ] {
            let values = |text| numbers(text).into_iter().map(|(_, q)| q).collect::<Vec<_>>();
            assert_eq!(values(ru), values(en), "{ru}: {} / {en}: {}", told(ru), told(en));
            assert!(!values(ru).is_empty());
        }
    }

    #[test]
    fn names_that_hold_digits_are_no_numbers() {
        assert_eq!(told("TRC-20, 2FA, MP3, 8 800 555 35 35 00, №5, a_5"), "5 Things (5)");
        assert_eq!(
            told("18+ и 24/7, 1–3 дня"),
            "18 Things (18); 24 Things (24); 1440 Minutes (1); 4320 Minutes (3 дня)"
        );
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "([0-9]|[ .,:xх×%₽$-]|тыс|дня| am|\u{a0}|я|a){0,30}") {
            let mut last = 0;
            for (range, _) in numbers(&text) {
                prop_assert!(range.start >= last && text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
