//! The player types into the search box: in haste, in Latin letters, on the wrong keyboard.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{DRAFT_WORD, STAFF_WORD, good, repairs, small};
use crate::help_center::HelpCenter;
use crate::http::encoded;

/// Ways to misspell the word of the staff article: typo, layout, Latin letters, run together.
const MISSPELT: [&str; 5] =
    ["зубробизн", "pe,hj,bpjy", "zubrobizon", "проверкаЗубробизон", "зубробизом"];

#[test]
fn a_player_who_types_on_the_wrong_keyboard_in_latin_letters_or_in_haste_is_understood() {
    let center = HelpCenter::over_shipped_articles().start();
    for (typed, meant, repair, suggested) in [
        ("dthbabrfwbz", "верификация", ["layout", "dthbabrfwbz", "верификация"], false),
        (
            "vyvod deneg na kartu",
            "вывод денег на карту",
            ["translit", "vyvod deneg na kartu", "вывод денег на карту"],
            false,
        ),
        ("вирефикация", "верификация", ["typo", "вирефикация", "верификация"], true),
        ("невыводит деньги", "не выводит деньги", ["typo", "невыводит", "не выводит"], true),
    ] {
        let answer = center.searched(typed, "ru");
        assert_eq!(answer["query"]["text"], typed);
        assert_eq!(answer["query"]["interpreted"], meant);
        assert_eq!(repairs(&answer["query"]), [repair], "{typed}");
        let expected = if suggested { json!(meant) } else { Value::Null };
        assert_eq!(answer["did_you_mean"], expected, "{typed}");
        // A repair counts a little less than what was typed well, so the order may differ.
        let [mut found, mut wanted] = [typed, meant].map(|query| center.search(query, "ru").ids);
        found.sort();
        wanted.sort();
        assert!(!found.is_empty(), "{typed}");
        assert_eq!(found, wanted, "{typed} finds what {meant} finds");
    }
}

#[test]
fn what_is_typed_well_is_searched_as_it_is() {
    let center = HelpCenter::over_shipped_articles().start();
    for (query, locale) in [
        ("вывод на карту", "ru"),
        ("Почему не приходит код из SMS?", "ru"),
        ("how do I withdraw to my card", "en"),
        ("playstation", "en"),
        ("", "ru"),
    ] {
        let answer = center.searched(query, locale);
        assert_eq!(answer["query"]["interpreted"], query);
        assert!(repairs(&answer["query"]).is_empty(), "{:#}", answer["query"]);
        assert_eq!(answer["did_you_mean"], Value::Null, "{query}");
    }
}

#[test]
fn no_word_of_a_staff_article_or_a_draft_is_told_to_a_player() {
    let center = small().start();
    let drafts = ["хрустальнк", "[hecnfkmybr", "hrustalnik", "хрустальник"];
    for typed in MISSPELT.iter().chain(&drafts).chain(&[STAFF_WORD, DRAFT_WORD]) {
        let search = center.searched(typed, "ru");
        assert_eq!(search["query"]["interpreted"], *typed);
        assert!(repairs(&search["query"]).is_empty(), "{:#}", search["query"]);
        assert_eq!((&search["did_you_mean"], &search["total"]), (&Value::Null, &json!(0)));
        let said = center.answered(&format!("Здравствуйте! Что такое {typed}?"), "ru");
        assert_eq!(said["answers"], json!([]), "{typed}");
        let prefix: String = typed.chars().take(6).collect();
        let target = format!("/api/v1/suggest?q={}&locale=ru", encoded(prefix));
        for told in [search, said, good(&center.get(&target))] {
            let told = told.to_string().replace(typed, "");
            assert!(!told.contains(STAFF_WORD) && !told.contains(DRAFT_WORD), "{typed}: {told}");
        }
    }
    let english = center.searched("zubrobzon", "en");
    assert_eq!(english["query"]["interpreted"], "zubrobzon");
    assert_eq!(english["did_you_mean"], Value::Null);
}

#[test]
fn staff_are_corrected_to_the_words_of_their_own_articles_and_not_to_those_of_drafts() {
    let center = small().start();
    let search = |query: &str| {
        good(&center.get_as_staff(&format!("/api/v1/search?q={}&locale=ru", encoded(query))))
    };
    for (typed, kind) in
        [("зубробизн", "typo"), ("pe,hj,bpjy", "layout"), ("zubrobizon", "translit")]
    {
        let answer = search(typed);
        assert_eq!(answer["query"]["interpreted"], STAFF_WORD, "{typed}");
        assert_eq!(repairs(&answer["query"]), [[kind, typed, STAFF_WORD]]);
        assert_eq!(answer["hits"][0]["id"], "secret", "{typed}");
    }
    assert_eq!(search("зубробизн")["did_you_mean"], STAFF_WORD);
    assert_eq!(search("хрустальнк")["query"]["interpreted"], "хрустальнк");
    let target = format!("/api/v1/suggest?q={}&locale=ru", encoded("зуброб"));
    assert!(good(&center.get_as_staff(&target)).to_string().contains(STAFF_WORD));
}

#[test]
fn the_longest_nonsense_is_answered_soon() {
    let center = HelpCenter::over_shipped_articles().start();
    let long = |word: &str| word.chars().cycle().take(256).collect::<String>();
    for query in [
        long("щъыьэфюжц"),
        long("qxzjkvwp"),
        long("верефекацыя выводд карточько пополнинее "),
        long("vereficatsyja vivvod kartochkko "),
        long("dthbabrfwbzdsdjlltytu"),
        long("невыводитденьгинакарту"),
        long("ab "),
        long("я и "),
        long("a1б2-"),
    ] {
        for (endpoint, locale) in
            [("search", "ru"), ("search", "en"), ("suggest", "ru"), ("answer", "ru")]
        {
            let begun = Instant::now();
            let target = format!("/api/v1/{endpoint}?q={}&locale={locale}", encoded(&query));
            let answer = center.get(&target);
            assert_eq!(answer.status, 200, "{query}: {}", answer.lossy());
            assert!(begun.elapsed() < Duration::from_secs(5), "{endpoint}: {query}");
        }
    }
}

#[test]
fn what_is_being_typed_is_completed_by_texts_that_go_on_with_it() {
    let center = HelpCenter::over_shipped_articles().start();
    let texts = |typed: &str| -> Vec<String> {
        let target = format!("/api/v1/suggest?locale=ru&limit=6&q={}", encoded(typed));
        let answer = center.get(&target).json();
        let list = answer["suggestions"].as_array().unwrap();
        list.iter().map(|one| one["text"].as_str().unwrap().to_lowercase()).collect()
    };
    let going_on = texts("не при");
    assert!(
        going_on.len() > 3 && going_on.iter().all(|text| text.contains("не при")),
        "{going_on:?}"
    );
    // Of one word, half of it, the article about it comes first.
    assert_eq!(texts("выв")[0], "как вывести деньги на карту");
}
