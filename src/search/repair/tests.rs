//! What players type, and what they mean by it, against a small help center.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Repaired, considered, repair};
use crate::article::{Article, Audience, Locale, SourcePath};
use crate::catalog::{Catalog, Content};
use crate::search::plan::RewriteKind;
use crate::search::{Index, Indexer};

const RUSSIAN: &[(&str, &str)] = &[
    (
        "Как вывести деньги на карту",
        "Вывод денег на карту занимает два часа. Если вывод не приходит, напишите в чат.",
    ),
    (
        "Как пройти верификацию",
        "Верификация аккаунта: загрузите паспорт. Почему не выводит деньги без верификации?",
    ),
    (
        "Как зарегистрироваться",
        "Зарегистрироваться можно по номеру телефона. Что нужно: телефон и почта. До ставки пройдите проверку.",
    ),
    (
        "Пополнение счёта",
        "Пополнить счёт можно картой Visa. Бонус за пополнение. Не удалось пополнить? Проверьте лимит.",
    ),
];

const ENGLISH: &[(&str, &str)] = &[
    ("How to withdraw money", "A withdrawal takes two hours. Log in and open the cashier."),
    (
        "Where are my free spins",
        "Free spins come within a day. Deposit to get a bonus. Freespins are spins.",
    ),
];

fn index(locale: &str, texts: &[(&str, &str)]) -> (Index, Locale) {
    let locale: Locale = locale.parse().unwrap();
    let mut content = Content::default();
    for (at, (title, text)) in texts.iter().enumerate() {
        let id: crate::article::ArticleId = format!("a{at}").parse().unwrap();
        let path = SourcePath::new(&format!("{locale}/all/{id}.md"));
        content.articles.push(Arc::new(Article::plain(path, &locale, id, title, text)));
    }
    let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
    let index = Indexer::in_memory().sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap();
    (index, locale)
}

fn repaired(locale: &str, texts: &[(&str, &str)], query: &str) -> Repaired {
    let (index, locale) = index(locale, texts);
    let scope = index.scope(&locale, Audience::Public).unwrap();
    repair(query, scope.vocabulary())
}

fn read(query: &str) -> String {
    repaired("ru", RUSSIAN, query).text
}

fn kinds(query: &str) -> Vec<RewriteKind> {
    repaired("ru", RUSSIAN, query).rewrites.iter().map(|rewrite| rewrite.kind).collect()
}

#[test]
fn what_the_articles_know_is_never_changed() {
    for query in ["вывод денег", "Visa", "верификации", "карта 504", ""] {
        assert_eq!(read(query), query);
        assert!(kinds(query).is_empty());
    }
}

#[test]
fn a_name_that_is_like_nothing_stays() {
    assert_eq!(read("холодильник"), "холодильник");
    assert_eq!(read("playstation"), "playstation");
}

#[test]
fn the_other_keyboard_layout_is_read() {
    assert_eq!(read("dsdjl ltytu"), "вывод денег");
    assert_eq!(read(",jyec"), "бонус");
    assert_eq!(read("gjxtve yt ghb[jlbn"), "почему не приходит");
    assert_eq!(kinds("dsdjl ltytu"), [RewriteKind::Layout]);
    assert_eq!(read("вывод ltytu"), "вывод денег");
    // A name that the articles have in Latin letters.
    assert_eq!(read("мшыф"), "visa");
}

#[test]
fn russian_in_latin_letters_is_read_however_it_is_spelt() {
    for query in ["verifikaciya", "verifikatsiya", "verifikacija", "verifikacia"] {
        assert_eq!(read(query), "верификация", "{query}");
        assert_eq!(kinds(query), [RewriteKind::Translit], "{query}");
    }
    assert_eq!(read("vyvod deneg na kartu"), "вывод денег на карту");
    assert_eq!(read("vivod deneg"), "вывод денег");
}

#[test]
fn slips_of_the_finger_are_put_right() {
    assert_eq!(read("вирификация"), "верификация");
    assert_eq!(read("пополнинее счета"), "пополнение счета");
    assert_eq!(kinds("вирификация"), [RewriteKind::Typo]);
}

#[test]
fn words_run_together_or_apart_are_put_right() {
    assert_eq!(read("невыводит деньги"), "не выводит деньги");
    assert_eq!(read("за регистрироваться"), "зарегистрироваться");
    // The articles have both parts too, but never side by side.
    let texts = [RUSSIAN, &[("Бонус за отыгрыш", "Где регистрироваться, решать вам.")]].concat();
    assert_eq!(repaired("ru", &texts, "за регистрироваться").text, "зарегистрироваться");
    assert_eq!(repaired("en", ENGLISH, "wherearemyfreespins").text, "where are my free spins");
    // «до ставка» is no Russian: this is another word.
    assert_eq!(read("доставка"), "доставка");
}

#[test]
fn look_alike_letters_are_read_as_what_they_look_like() {
    // With a Latin a and o.
    assert_eq!(read("кaртa"), "карта");
    // With a Cyrillic а.
    assert_eq!(read("visа"), "visa");
}

#[test]
fn an_english_word_typed_on_the_russian_layout_is_read() {
    assert_eq!(repaired("en", ENGLISH, "вузщыше").text, "deposit");
}

#[test]
fn an_editor_can_see_what_was_thought_of() {
    let (index, locale) = index("ru", RUSSIAN);
    let scope = index.scope(&locale, Audience::Public).unwrap();
    let ways: Vec<&str> =
        considered("dsdjl", scope.vocabulary()).iter().map(|one| one.way).collect();
    assert!(ways.contains(&"other layout") && ways.contains(&"as typed"), "{ways:?}");
}

#[test]
fn a_letter_is_no_digit_of_another_alphabet() {
    let (index, locale) = index("ru", RUSSIAN);
    let scope = index.scope(&locale, Audience::Public).unwrap();
    let once = repair("з;C", scope.vocabulary());
    let twice = repair(&once.text, scope.vocabulary());
    assert_eq!(once.text, twice.text);
    assert!(!once.text.contains('3'), "{}", once.text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_typed_is_repaired_and_comes_to_rest_and_stays_within_bounds(
        query in "([а-яa-zA-ZА-ЯёЁ0-9;'\\[\\],.&?!-]{1,12} ){0,8}",
        locale in prop::sample::select(vec!["ru", "en"]),
    ) {
        let texts = if locale == "ru" { RUSSIAN } else { ENGLISH };
        let (index, locale) = index(locale, texts);
        let scope = index.scope(&locale, Audience::Public).unwrap();
        let query = query.trim();
        let once = repair(query, scope.vocabulary());
        let twice = repair(&once.text, scope.vocabulary());
        // Of thousands of heaps of signs and letters, one takes a second step; none a third.
        let thrice = repair(&twice.text, scope.vocabulary());
        prop_assert_eq!(&twice.text, &thrice.text);
        prop_assert!(once.text.chars().count() <= 2 * query.chars().count());
        for meant in &once.words {
            prop_assert!(once.text.get(meant.word.range.clone()).is_some());
        }
    }

    #[test]
    fn no_text_at_all_makes_it_panic(query in "\\PC{0,256}") {
        repaired("ru", &RUSSIAN[..1], &query);
    }
}
