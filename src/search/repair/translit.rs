//! Russian in Latin letters: everything that a Latin spelling may stand for, cheapest first.
//!
//! There is no one way to write it: ц is `c`, `ts` or `tz`, я is `ya`, `ia` or `ja`, and `y` is ы,
//! й or и. All readings are followed at once through a lattice, and the letter groups of the
//! articles' own words tell which of them look like words.

/// Readings kept at each letter.
const BEAM: usize = 24;
/// Longest Latin word that is read, in characters.
const MAX_WORD: usize = 40;
/// What three letters in a row cost that no word of the articles has.
const STRANGE: f32 = 0.35;

/// Latin letters and what they stand for, with the cost of each reading in hundredths: what a
/// spelling stands for most often costs nothing.
const READINGS: &[(&str, &[(&str, u8)])] = &[
    ("shch", &[("щ", 0)]),
    ("sch", &[("щ", 0), ("сч", 20)]),
    ("zh", &[("ж", 0)]),
    ("kh", &[("х", 0)]),
    ("ts", &[("ц", 0), ("тс", 15)]),
    ("tz", &[("ц", 0)]),
    ("ch", &[("ч", 0)]),
    ("sh", &[("ш", 0), ("щ", 25)]),
    ("yu", &[("ю", 0)]),
    ("iu", &[("ю", 15), ("иу", 30)]),
    ("ju", &[("ю", 0)]),
    ("ya", &[("я", 0)]),
    ("ia", &[("ия", 0), ("я", 10), ("иа", 25)]),
    ("ja", &[("я", 0)]),
    ("yo", &[("е", 0)]),
    ("jo", &[("е", 5)]),
    ("io", &[("ио", 0), ("е", 20)]),
    ("ye", &[("е", 0), ("ые", 10), ("ье", 20)]),
    ("je", &[("е", 5), ("же", 10)]),
    ("ie", &[("ие", 0), ("е", 20), ("ье", 20)]),
    ("iy", &[("ий", 0), ("ый", 20)]),
    ("ij", &[("ий", 0), ("ый", 20)]),
    ("yj", &[("ый", 0), ("ий", 20)]),
    ("yy", &[("ый", 0)]),
    ("ii", &[("ии", 0), ("ий", 10)]),
    ("yi", &[("ый", 0), ("и", 10)]),
    ("ck", &[("к", 0)]),
    ("ph", &[("ф", 10)]),
    ("ks", &[("кс", 0)]),
    ("oo", &[("оо", 10), ("у", 15)]),
    ("ee", &[("ее", 5), ("и", 15)]),
    ("a", &[("а", 0)]),
    ("b", &[("б", 0)]),
    ("c", &[("ц", 0), ("к", 15), ("с", 20)]),
    ("d", &[("д", 0)]),
    ("e", &[("е", 0), ("э", 15)]),
    ("f", &[("ф", 0)]),
    ("g", &[("г", 0), ("ж", 40)]),
    ("h", &[("х", 0), ("г", 30), ("ч", 50)]),
    ("i", &[("и", 0), ("ы", 20), ("й", 15)]),
    ("j", &[("й", 5), ("ж", 10), ("дж", 20)]),
    ("k", &[("к", 0)]),
    ("l", &[("л", 0)]),
    ("m", &[("м", 0)]),
    ("n", &[("н", 0)]),
    ("o", &[("о", 0)]),
    ("p", &[("п", 0)]),
    ("q", &[("к", 10), ("я", 40)]),
    ("r", &[("р", 0)]),
    ("s", &[("с", 0)]),
    ("t", &[("т", 0)]),
    ("u", &[("у", 0), ("ю", 25)]),
    ("v", &[("в", 0)]),
    ("w", &[("в", 10), ("ш", 10), ("щ", 40)]),
    ("x", &[("х", 5), ("кс", 5)]),
    ("y", &[("ы", 0), ("й", 0), ("и", 15), ("у", 40)]),
    ("z", &[("з", 0), ("ж", 40)]),
    ("'", &[("ь", 0), ("", 10)]),
    ("`", &[("ь", 0)]),
    ("4", &[("ч", 0)]),
    ("6", &[("ш", 0)]),
];

/// A reading of a Latin word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) word: String,
    pub(super) cost: f32,
}

/// The readings of a lower-case Latin word, cheapest first; `is_usual` tells three letters in a
/// row that words have, `^` before the first and `$` after the last.
pub(super) fn readings(latin: &str, is_usual: impl Fn([char; 3]) -> bool) -> Vec<Reading> {
    let length = latin.chars().count();
    if !latin.is_ascii() || length == 0 || length > MAX_WORD {
        return Vec::new();
    }
    let start = Reading { word: String::new(), cost: 0.0 };
    let mut beams: Vec<Vec<Reading>> = vec![Vec::new(); latin.len() + 1];
    beams[0].push(start);
    for at in 0..latin.len() {
        let beam = best(std::mem::take(&mut beams[at]));
        let rest = &latin[at..];
        for (letters, meanings) in READINGS {
            if !rest.starts_with(letters) {
                continue;
            }
            for reading in &beam {
                for (meaning, cost) in *meanings {
                    let word = format!("{}{meaning}", reading.word);
                    let added = strangeness(&word, meaning.chars().count(), &is_usual);
                    let cost = reading.cost + f32::from(*cost) / 100.0 + added;
                    beams[at + letters.len()].push(Reading { word, cost });
                }
            }
        }
    }
    let mut readings = beams.pop().unwrap_or_default();
    for reading in &mut readings {
        let mut last: Vec<char> = reading.word.chars().rev().take(2).collect();
        last.reverse();
        if let [a, b] = last[..]
            && !is_usual([a, b, '$'])
        {
            reading.cost += STRANGE;
        }
    }
    best(readings)
}

/// What the last `added` letters make strange.
fn strangeness(word: &str, added: usize, is_usual: &impl Fn([char; 3]) -> bool) -> f32 {
    let mut letters: Vec<char> = word.chars().rev().take(added + 2).collect();
    if letters.len() < added + 2 {
        letters.push('^');
    }
    letters.reverse();
    let strange = letters.windows(3).filter(|three| !is_usual([three[0], three[1], three[2]]));
    strange.count() as f32 * STRANGE
}

fn best(mut readings: Vec<Reading>) -> Vec<Reading> {
    readings.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.word.cmp(&b.word)));
    let mut kept: Vec<Reading> = Vec::with_capacity(BEAM);
    for reading in readings {
        if kept.len() == BEAM {
            break;
        }
        if !kept.iter().any(|known| known.word == reading.word) {
            kept.push(reading);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reads(latin: &str, russian: &str) -> bool {
        readings(latin, |_| true).iter().any(|reading| reading.word == russian)
    }

    #[test]
    fn every_common_spelling_is_read() {
        for latin in
            ["verifikaciya", "verifikatsiya", "verifikacija", "verifikatsiia", "verifikacia"]
        {
            assert!(reads(latin, "верификация"), "{latin}");
        }
        assert!(reads("vyvod", "вывод") && reads("vivod", "вывод"));
        assert!(
            reads("schet", "счет") && reads("zashchita", "защита") && reads("zaschita", "защита")
        );
        assert!(reads("4to", "что") && reads("xochu", "хочу"));
    }

    proptest! {
        #[test]
        fn any_latin_text_is_read_or_not_at_all(latin in "\\PC{0,60}") {
            for reading in readings(&latin, |_| false) {
                prop_assert!(reading.word.chars().count() <= 2 * latin.chars().count());
                prop_assert!(reading.cost >= 0.0);
            }
        }
    }
}
