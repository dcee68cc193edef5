//! How far a word is from what was typed: an edit distance in which the slips that people make are
//! cheap, and those that nobody makes are dear.

use std::sync::LazyLock;

use super::keyboard::are_neighbors;

/// Letters that Russian speakers take for one another, for they sound alike where they are not
/// stressed or where a voiced consonant loses its voice; then those of English.
const ALIKE: [(char, char); 26] = [
    ('а', 'о'),
    ('е', 'и'),
    ('и', 'ы'),
    ('е', 'э'),
    ('е', 'я'),
    ('и', 'я'),
    ('е', 'о'),
    ('и', 'й'),
    ('б', 'п'),
    ('в', 'ф'),
    ('г', 'к'),
    ('д', 'т'),
    ('ж', 'ш'),
    ('з', 'с'),
    ('ш', 'щ'),
    ('с', 'ц'),
    ('ъ', 'ь'),
    ('a', 'e'),
    ('e', 'i'),
    ('i', 'y'),
    ('c', 'k'),
    ('c', 's'),
    ('s', 'z'),
    ('o', 'u'),
    ('a', 'o'),
    ('d', 't'),
];

/// How the word came to be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Typed {
    AsItIs,
    /// In Latin letters: ы, э and the soft sign leave no trace there.
    InLatin,
}

const SUBSTITUTED: f32 = 1.0;
const SOUNDS_ALIKE: f32 = 0.5;
const NEIGHBOR: f32 = 0.65;
const SWAPPED: f32 = 0.7;
const EXTRA: f32 = 0.85;
const MISSING: f32 = 0.85;
const DOUBLED: f32 = 0.45;
const SOFT_SIGN: f32 = 0.35;
/// What Latin letters do not tell.
const UNTOLD: f32 = 0.15;
/// Added to an edit of the first letter, which people get right.
const FIRST: f32 = 0.3;

/// What it takes to turn a word into what was typed.
///
/// The optimal string alignment distance (Boytsov, Indexing methods for approximate dictionary
/// searching, 2011) with weights. A misspelt word is compared with dozens, so what is the same for
/// all of them is found once.
pub(super) struct Slip<'a> {
    typed: &'a [char],
    how: Typed,
    limit: f32,
    /// By letter typed: what it costs that it is not in the word.
    extra: Vec<f32>,
    /// The letters of the word, and what it costs that each was not typed.
    meant: Vec<char>,
    missing: Vec<f32>,
    /// Three rows of the table, each of the costs of the first letters of the word.
    before: Vec<f32>,
    last: Vec<f32>,
    row: Vec<f32>,
}

impl<'a> Slip<'a> {
    /// Compares with what was typed; words farther than `limit` are not it.
    pub(super) fn new(typed: &'a [char], how: Typed, limit: f32) -> Self {
        let extra = (1..=typed.len()).map(|i| extra(typed, i)).collect();
        Self {
            typed,
            how,
            limit,
            extra,
            meant: Vec::new(),
            missing: Vec::new(),
            before: Vec::new(),
            last: Vec::new(),
            row: Vec::new(),
        }
    }

    /// What it takes to turn `meant` into what was typed, if no more than the limit.
    pub(super) fn distance(&mut self, meant: &str) -> Option<f32> {
        let Self { typed, how, limit, extra, missing: missed, before, last, row, .. } = self;
        let (how, limit) = (*how, *limit);
        self.meant.clear();
        self.meant.extend(meant.chars());
        let meant = self.meant.as_slice();
        let (n, m) = (typed.len(), meant.len());
        // The cheapest edit that changes the length costs this much.
        if n.abs_diff(m) as f32 * UNTOLD > limit {
            return None;
        }
        missed.clear();
        missed.extend((1..=m).map(|j| missing(meant, j, how)));
        last.clear();
        last.push(0.0);
        for j in 1..=m {
            last.push(last[j - 1] + missed[j - 1]);
        }
        for i in 1..=n {
            let letter = typed[i - 1];
            row.clear();
            row.push(last[0] + extra[i - 1]);
            let mut least = row[0];
            for j in 1..=m {
                let kept = last[j - 1] + substituted(letter, meant[j - 1], j == 1, how);
                let mut cost = kept.min(last[j] + extra[i - 1]).min(row[j - 1] + missed[j - 1]);
                let is_swap =
                    i > 1 && j > 1 && letter == meant[j - 2] && typed[i - 2] == meant[j - 1];
                if is_swap && letter != typed[i - 2] {
                    let first = if j == 2 { FIRST / 2.0 } else { 0.0 };
                    cost = cost.min(before[j - 2] + SWAPPED + first);
                }
                least = least.min(cost);
                row.push(cost);
            }
            if least > limit {
                return None;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        (last[m] <= limit).then_some(last[m])
    }
}

fn substituted(typed: char, meant: char, is_first: bool, how: Typed) -> f32 {
    if typed == meant {
        return 0.0;
    }
    let pair = if typed < meant { (typed, meant) } else { (meant, typed) };
    if how == Typed::InLatin && matches!(pair, ('и' | 'й', 'ы') | ('е', 'э') | ('и', 'й')) {
        return UNTOLD;
    }
    let cost = match (letter_number(typed), letter_number(meant)) {
        (Some(typed), Some(meant)) => COSTS[typed][meant],
        _ => cost_of(pair),
    };
    cost + if is_first { FIRST } else { 0.0 }
}

/// The cost of one letter for another.
fn cost_of(pair: (char, char)) -> f32 {
    if ALIKE.contains(&pair) {
        SOUNDS_ALIKE
    } else if are_neighbors(pair.0, pair.1) {
        NEIGHBOR
    } else {
        SUBSTITUTED
    }
}

/// Letters of the two alphabets: the usual case, which is asked for a million times a second.
const LETTERS: usize = 32 + 26;

fn letter_number(letter: char) -> Option<usize> {
    match letter {
        'а'..='я' => Some(letter as usize - 'а' as usize),
        'a'..='z' => Some(32 + letter as usize - 'a' as usize),
        _ => None,
    }
}

static COSTS: LazyLock<[[f32; LETTERS]; LETTERS]> = LazyLock::new(|| {
    let mut costs = [[0.0; LETTERS]; LETTERS];
    let letters = || ('а'..='я').chain('a'..='z');
    for (row, a) in costs.iter_mut().zip(letters()) {
        for (cost, b) in row.iter_mut().zip(letters()) {
            *cost = cost_of((a.min(b), a.max(b)));
        }
    }
    costs
});

/// The `i`th letter typed is not in the word.
fn extra(typed: &[char], i: usize) -> f32 {
    let letter = typed[i - 1];
    let beside = |at: Option<usize>| at.and_then(|at| typed.get(at)).copied();
    let (left, right) = (beside(i.checked_sub(2)), beside(Some(i)));
    if left == Some(letter) || right == Some(letter) {
        return DOUBLED;
    }
    let slipped = [left, right].into_iter().flatten().any(|other| are_neighbors(letter, other));
    let first = if i == 1 { FIRST } else { 0.0 };
    first
        + if matches!(letter, 'ь' | 'ъ') {
            SOFT_SIGN
        } else if slipped {
            NEIGHBOR
        } else {
            EXTRA
        }
}

/// The `j`th letter of the word was not typed.
fn missing(meant: &[char], j: usize, how: Typed) -> f32 {
    let letter = meant[j - 1];
    if matches!(letter, 'ь' | 'ъ') {
        return if how == Typed::InLatin { UNTOLD } else { SOFT_SIGN };
    }
    if j > 1 && meant[j - 2] == letter {
        return DOUBLED;
    }
    MISSING + if j == 1 { FIRST } else { 0.0 }
}

/// How far a word of so many letters may be from another and still be it.
pub(super) fn limit(letters: usize) -> f32 {
    match letters {
        0..=2 => 0.0,
        3 => 0.5,
        4 => 0.9,
        5..=6 => 1.4,
        7..=8 => 1.9,
        _ => 2.4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(typed: &str, meant: &str) -> Option<f32> {
        let typed: Vec<char> = typed.chars().collect();
        Slip::new(&typed, Typed::AsItIs, limit(typed.len())).distance(meant)
    }

    #[test]
    fn slips_that_people_make_are_near() {
        for (typed, meant) in [
            ("вирификация", "верификация"),
            ("пополненние", "пополнение"),
            ("дпеозит", "депозит"),
            ("бонуз", "бонус"),
            ("денги", "деньги"),
            ("выыод", "вывод"),
            ("регстрация", "регистрация"),
            ("withdrwal", "withdrawal"),
        ] {
            assert!(of(typed, meant).is_some_and(|d| d < 0.9), "{typed}: {:?}", of(typed, meant));
        }
    }

    #[test]
    fn another_word_is_far() {
        assert_eq!(of("бонус", "фокус"), None);
        assert_eq!(of("карта", "марка"), None);
    }

    proptest! {
        #[test]
        fn a_word_is_no_distance_from_itself(word in "[а-яa-z]{0,20}") {
            prop_assert_eq!(of(&word, &word), Some(0.0));
        }
    }
}
