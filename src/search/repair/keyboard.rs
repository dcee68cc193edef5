//! The two keyboards that Russian is typed on: which key makes which letter on the other layout,
//! and which keys stand beside each other.

use std::sync::LazyLock;

/// The letter keys row by row, from the left: ЙЦУКЕН above the QWERTY that shares its keys.
const ROWS: [(&str, &str); 4] = [
    ("ё", "`"),
    ("йцукенгшщзхъ", "qwertyuiop[]"),
    ("фывапролджэ", "asdfghjkl;'"),
    ("ячсмитьбю", "zxcvbnm,."),
];

/// Keys that make a letter with Shift on the one layout and a sign on the other.
const SHIFTED: [(char, char); 8] = [
    ('Ё', '~'),
    ('Х', '{'),
    ('Ъ', '}'),
    ('Ж', ':'),
    ('Э', '"'),
    ('Б', '<'),
    ('Ю', '>'),
    // No letter, but the sign that ends most questions.
    ('?', '&'),
];

/// Signs that are signs on both layouts, on other keys: of ЙЦУКЕН, then of QWERTY.
const SIGNS: [(char, char); 3] = [(',', '?'), ('.', '/'), (';', '$')];

/// Letters of the two alphabets that look alike, Cyrillic first.
const LOOKALIKES: [(char, char); 17] = [
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ѕ', 's'),
    ('о', '0'),
    ('з', '3'),
    ('ь', 'b'),
];

/// One of the two alphabets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Script {
    Cyrillic,
    Latin,
}

impl Script {
    /// Whether all letters of a text are of this alphabet.
    pub(super) fn all_of(text: &str, script: Self) -> bool {
        text.chars().filter_map(Self::of).all(|other| other == script)
    }

    /// The alphabet of a letter.
    pub(super) fn of(c: char) -> Option<Self> {
        match c {
            'a'..='z' | 'A'..='Z' => Some(Self::Latin),
            '\u{400}'..='\u{52F}' => Some(Self::Cyrillic),
            _ => None,
        }
    }
}

/// What the same keys make on ЙЦУКЕН.
pub(super) fn to_cyrillic(typed: char) -> Option<char> {
    let lower = typed.to_lowercase().next().unwrap_or(typed);
    for (cyrillic, latin) in ROWS {
        if let Some(at) = latin.chars().position(|key| key == lower) {
            let letter = cyrillic.chars().nth(at)?;
            return if lower == typed { Some(letter) } else { letter.to_uppercase().next() };
        }
    }
    let pairs = SHIFTED.iter().chain(&SIGNS);
    pairs.clone().find(|(_, latin)| *latin == typed).map(|(cyrillic, _)| *cyrillic)
}

/// What the same keys make on QWERTY.
pub(super) fn to_latin(typed: char) -> Option<char> {
    let lower = typed.to_lowercase().next().unwrap_or(typed);
    if let Some((_, latin)) = SHIFTED.iter().chain(&SIGNS).find(|(key, _)| *key == typed) {
        return Some(*latin);
    }
    ROWS.iter().find_map(|(cyrillic, latin)| {
        let at = cyrillic.chars().position(|key| key == lower)?;
        let letter = latin.chars().nth(at)?;
        if lower == typed { Some(letter) } else { letter.to_uppercase().next() }
    })
}

/// The letter of the other alphabet that looks the same.
pub(super) fn lookalike(letter: char, script: Script) -> Option<char> {
    LOOKALIKES.iter().find_map(|(cyrillic, latin)| match script {
        Script::Cyrillic => (*latin == letter).then_some(*cyrillic),
        Script::Latin => (*cyrillic == letter).then_some(*latin),
    })
}

/// Whether two letters are on keys that touch.
pub(super) fn are_neighbors(a: char, b: char) -> bool {
    let (Some(a), Some(b)) = (place(a), place(b)) else { return false };
    let across = a.1.abs_diff(b.1);
    match a.0.abs_diff(b.0) {
        0 => across <= 2,
        1 => across <= 1,
        _ => false,
    }
}

/// The row of a letter's key, and how far it is from the left, in halves of a key.
fn place(letter: char) -> Option<(u8, u8)> {
    PLACES.get(letter as usize).copied().flatten()
}

/// The places of all letters up to the last Cyrillic one.
static PLACES: LazyLock<[Option<(u8, u8)>; 0x460]> = LazyLock::new(|| {
    let mut places = [None; 0x460];
    for (row, (cyrillic, latin)) in (0u8..).zip(ROWS) {
        for keys in [cyrillic, latin] {
            for (at, key) in (0u8..).zip(keys.chars()) {
                if let Some(place) = places.get_mut(key as usize) {
                    // Each row of keys is shifted by half a key.
                    *place = Some((row, 2 * at + row));
                }
            }
        }
    }
    places
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_keys_make_letters_of_either_layout() {
        let cyrillic =
            |text: &str| -> String { text.chars().map(|c| to_cyrillic(c).unwrap_or(c)).collect() };
        assert_eq!(cyrillic("dsdjl ltytu"), "вывод денег");
        assert_eq!(cyrillic(",jyec"), "бонус");
        assert_eq!(cyrillic("Gjxtve xfn yt hf,jnftn&"), "Почему чат не работает?");
        let latin =
            |text: &str| -> String { text.chars().map(|c| to_latin(c).unwrap_or(c)).collect() };
        assert_eq!(latin("вузщыше"), "deposit");
    }

    #[test]
    fn keys_that_touch_are_neighbors() {
        assert!(are_neighbors('а', 'п') && are_neighbors('а', 'с') && are_neighbors('q', 'w'));
        assert!(!are_neighbors('а', 'з') && !are_neighbors('q', 'p'));
    }
}
