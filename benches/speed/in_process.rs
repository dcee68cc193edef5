//! One query inside one process: ours, repair included, beside a plain stemmed BM25 query of the
//! same words; and how long a query can take at worst.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use spravka::article::{Audience, Locale};
use spravka::live::{Published, Publisher, Settings};
use spravka::search::{Query, Weights};

use crate::center::Center;
use crate::dice::Dice;
use crate::floor_index::FloorIndex;

/// Queries of each kind.
const QUERIES: usize = 400;
/// Times each is asked; the first round warms what is kept between queries.
const ROUNDS: usize = 5;

/// How one kind of query went.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Ours: half of the queries take less, 99 % do, and all do.
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) longest: Duration,
    /// The same for a query that was never asked before.
    pub(crate) first_p50: Duration,
    /// Half of the plain ones take less.
    pub(crate) plain_p50: Duration,
}

pub(crate) fn measure(center: &Center<'_>) -> Result<Vec<Kind>> {
    let published = Arc::new(Published::default());
    let settings = Settings {
        articles: center.articles(),
        index: None,
        weights: Weights::default(),
        follows: false,
        commit: None,
        repository: None,
        preview: false,
        clock: jiff::Timestamp::now,
    };
    let publisher = Publisher::start(settings, Arc::clone(&published), &mut |_, _, _| {})?;
    let edition = published.current().context("nothing was published")?;
    edition.index.warm();
    let view = edition.seen_by(Audience::Public);
    let locale: Locale = "ru".parse()?;
    // Another measure may have made it already.
    let floor = if center.floor_index().join("meta.json").exists() {
        FloorIndex::open(&center.floor_index())?
    } else {
        FloorIndex::build(&center.articles(), &center.floor_index())?.0
    };

    let mut kinds = Vec::new();
    for (name, queries) in kinds_of(&center.bench.queries, center.bench.options.seed) {
        let (mut ours, mut first, mut plain) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            for text in &queries {
                let begun = Instant::now();
                let query = Query::new(text, locale.clone())?;
                std::hint::black_box(view.search(query));
                let taken = begun.elapsed();
                if round == 0 {
                    first.push(taken);
                } else {
                    ours.push(taken);
                }
                let begun = Instant::now();
                std::hint::black_box(floor.ranked(text)?);
                plain.push(begun.elapsed());
            }
        }
        for times in [&mut ours, &mut first, &mut plain] {
            times.sort_unstable();
        }
        let at = |times: &[Duration], share: f64| times[(times.len() as f64 * share) as usize];
        kinds.push(Kind {
            name,
            p50: at(&ours, 0.5),
            p99: at(&ours, 0.99),
            longest: ours.last().copied().unwrap_or_default().max(first[first.len() - 1]),
            first_p50: at(&first, 0.5),
            plain_p50: at(&plain, 0.5),
        });
    }
    publisher.stop();
    Ok(kinds)
}

/// The mix as it is, damaged in the ways that people damage it, and what only an attacker types.
fn kinds_of(mix: &[String], seed: u64) -> Vec<(&'static str, Vec<String>)> {
    let mix: Vec<String> = mix.iter().take(QUERIES).cloned().collect();
    let of = |damage: &mut dyn FnMut(&str) -> String| -> Vec<String> {
        let damaged = mix.iter().map(|text| damage(text));
        damaged.map(|text| text.chars().take(256).collect()).collect()
    };
    let dice = &mut Dice::new(seed, 7);
    let typos = of(&mut |text| words(text, &mut |word| slip(dice, word)));
    let dice = &mut Dice::new(seed, 8);
    let near = of(&mut |text| {
        let text = words(text, &mut |word| {
            let once = slip(dice, word);
            slip(dice, &once)
        });
        // Again and again up to the longest query there is.
        text.chars().chain([' ']).cycle().take(256).collect()
    });
    let dice = &mut Dice::new(seed, 9);
    let nonsense = of(&mut |_| letters(dice, "абвгдежзиклмнопрстуфхцчшыюя"));
    let dice = &mut Dice::new(seed, 10);
    let latin = of(&mut |_| letters(dice, "abcdefghijklmnopqrstuvwxyz;'[],."));
    vec![
        ("the mix", mix.clone()),
        ("a slip in each word", typos),
        ("on the other layout", of(&mut |text| keyed(text, LAYOUT))),
        ("in Latin letters", of(&mut |text| keyed(text, LATIN))),
        ("256 characters of slips", near),
        ("256 characters of nonsense", nonsense),
        ("256 characters of Latin nonsense", latin),
    ]
}

fn words(text: &str, change: &mut dyn FnMut(&str) -> String) -> String {
    text.split(' ').map(change).collect::<Vec<_>>().join(" ")
}

/// A letter swapped with its neighbor, dropped, or doubled.
fn slip(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 {
        return word.to_owned();
    }
    let at = dice.between(1, letters.len() - 2);
    match dice.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

fn letters(dice: &mut Dice, alphabet: &str) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let mut text = String::new();
    for _ in 0..256 {
        let letter = if dice.below(8) == 0 { ' ' } else { *dice.pick(&alphabet) };
        text.push(letter);
    }
    text
}

/// Russian letters and what is typed for them.
type Keys = &'static [(char, &'static str)];

fn keyed(text: &str, keys: Keys) -> String {
    let mut typed = String::new();
    for letter in text.to_lowercase().chars() {
        match keys.iter().find(|(of, _)| *of == letter) {
            Some((_, key)) => typed.push_str(key),
            None => typed.push(letter),
        }
    }
    typed
}

const LAYOUT: Keys = &[
    ('й', "q"),
    ('ц', "w"),
    ('у', "e"),
    ('к', "r"),
    ('е', "t"),
    ('н', "y"),
    ('г', "u"),
    ('ш', "i"),
    ('щ', "o"),
    ('з', "p"),
    ('х', "["),
    ('ъ', "]"),
    ('ф', "a"),
    ('ы', "s"),
    ('в', "d"),
    ('а', "f"),
    ('п', "g"),
    ('р', "h"),
    ('о', "j"),
    ('л', "k"),
    ('д', "l"),
    ('ж', ";"),
    ('э', "'"),
    ('я', "z"),
    ('ч', "x"),
    ('с', "c"),
    ('м', "v"),
    ('и', "b"),
    ('т', "n"),
    ('ь', "m"),
    ('б', ","),
    ('ю', "."),
];

const LATIN: Keys = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "h"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
];
