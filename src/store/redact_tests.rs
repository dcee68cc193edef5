//! What is cut out of a visitor's words, and what stays.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

use super::redact;

#[test]
fn what_names_a_person_is_cut_out_and_the_rest_is_kept() {
    for (text, expected) in [
        ("4111111111111111 declined", "[card] declined"),
        ("не проходит 4111 1111-1111.1111, помогите", "не проходит [card], помогите"),
        ("карта ٤١١١١١١١١١١١١١١١ отклонена", "карта [card] отклонена"),
        ("４１１１ １１１１ １１１１ １１１１", "[card]"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "IBAN [iban]"),
        ("DE89 3704 0044 0532 0130 00 withdrawal", "[iban] withdrawal"),
        ("sort code 12-34-56 account 12345678", "sort code [secret] account [account]"),
        ("account jane.roe+vip@example.org locked", "account [email] locked"),
        ("пишите на иван@почта.рф", "пишите на [email]"),
        ("ivan (at) mail (dot) ru", "[email]"),
        ("мой номер +7 (916) 123-45-67", "мой номер [phone]"),
        ("89161234567 перезвоните", "[phone] перезвоните"),
        ("(555) 010-9999", "[phone]"),
        ("ssn 078-05-1120", "ssn [document]"),
        ("паспорт 45 10 123456 не принят", "паспорт [document] не принят"),
        ("паспорт серия 4510 № 123456", "паспорт серия [document]"),
        ("паспорт серия 45 10 номер 123456", "паспорт серия [document]"),
        ("серия 4510 номер 123456", "серия [document]"),
        (
            "серия паспорта 45 10, номер паспорта 123456",
            "серия паспорта [document], номер паспорта [document]",
        ),
        ("мой телеграм @ivan_petrov, пишите", "мой телеграм [account], пишите"),
        ("живу на ул. Ленина, д. 5, кв. 12", "живу на ул. [address]"),
        ("карта до, срок 12/27", "карта до, срок [card]"),
        ("passport no. 123456789", "passport no. [document]"),
        ("СНИЛС 112-233-445 95", "СНИЛС [document]"),
        ("john smith 12/03/1984", "john smith [date]"),
        ("родился 5 мая 1984", "родился [date]"),
        ("my password is hunter2", "my password is [secret]"),
        ("пароль: йцукен", "пароль: [secret]"),
        ("пин 1234 от карты", "пин [secret] от карты"),
        ("CVV 123", "CVV [secret]"),
        ("код из смс 482913 не подходит", "код из смс [secret] не подходит"),
        ("2FA backup code 83921-44820", "2FA backup code [secret]"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "[wallet]"),
        ("на bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq ушло", "на [wallet] ушло"),
        ("TRX TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC", "TRX [wallet]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "[key]"),
    ] {
        assert_eq!(redact(text), expected, "{text}");
    }
}

#[test]
fn sums_bets_and_ordinary_words_stay() {
    for text in [
        "вывел 150 000 рублей, пришло 120 000",
        "ставка 123456789012 не рассчитана",
        "bet id 98765432101",
        "коэффициент 1.85 на матч 12.03.2026",
        "12/11/2025 18:30 deposit of 1,500.00 USD",
        "забыл пароль, как восстановить?",
        "my password is not accepted",
        "пароль не подходит: что делать",
        "код ошибки 40312",
        "промокод WELCOME2024",
        "promo code 500500",
        "не приходит код подтверждения",
        "нужен ли паспорт для вывода 5000 рублей",
        "лимит 1 000 000 000 000",
        "",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn the_shared_collection_is_cut() {
    let given = std::env::var_os("HOSTILE_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/hostile");
    let folder = given.unwrap_or_else(beside);
    let Ok(text) = std::fs::read_to_string(folder.join("queries.jsonl")) else {
        println!("SKIPPED: no queries.jsonl in {}: set HOSTILE_DATA", folder.display());
        return;
    };
    let items = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let texts = items.filter(|item| item["class"] == "pii");
    let texts: Vec<String> = texts.map(|item| item["q"].as_str().unwrap().to_owned()).collect();
    assert!(!texts.is_empty());
    for text in texts {
        let left = redact(&text);
        let digits = left.chars().filter(char::is_ascii_digit).count();
        assert!(left.contains('[') && digits <= 3, "{text} became {left}");
        assert!(!left.contains('@') && !left.contains("hunter2"), "{text} became {left}");
    }
}

/// Makes things to cut out: the same ones each time.
struct Maker(StdRng);

impl Maker {
    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.0.random_range(0..10))).collect()
    }

    fn letters(&mut self, of: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(*of.choose(&mut self.0).unwrap())).collect()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.0).unwrap()
    }

    fn card(&mut self) -> String {
        let beginning =
            self.one(&["4", "51", "55", "2200", "2204", "34", "37", "6011", "30", "62"]);
        let length = self.0.random_range(13..=19);
        let mut number = beginning.to_owned();
        number.push_str(&self.digits(length - 1 - beginning.len()));
        let sum = |number: &str| -> u32 {
            let doubled = |d: u32| if d > 4 { d * 2 - 9 } else { d * 2 };
            let digits = number.chars().rev().map(|c| c.to_digit(10).unwrap()).enumerate();
            digits.map(|(at, d)| if at % 2 == 0 { doubled(d) } else { d }).sum()
        };
        number.push_str(&((10 - sum(&number) % 10) % 10).to_string());
        let separator = self.one(&["", " ", "-", ".", " - ", "\u{a0}", "_", "/", "\u{200b}", "\n"]);
        let group = *[4, 4, 2, 1, 6].choose(&mut self.0).unwrap();
        let zero = *['0', '0', '0', '٠', '०', '０', '𝟎'].choose(&mut self.0).unwrap();
        let mut written = String::new();
        for (at, digit) in number.chars().enumerate() {
            if at > 0 && at % group == 0 {
                written.push_str(separator);
            }
            written.push(char::from_u32(zero as u32 + digit.to_digit(10).unwrap()).unwrap());
        }
        written
    }

    fn iban(&mut self) -> String {
        let country = self.one(&["DE", "GB", "FR", "KZ", "LV", "ES"]);
        let account = self.digits(18);
        let number = |text: &str| {
            text.chars().fold(0, |rest: u32, c| {
                let value = c.to_digit(36).unwrap();
                (rest * if value < 10 { 10 } else { 100 } + value) % 97
            })
        };
        let check = 98 - number(&format!("{account}{country}00"));
        let whole = format!("{country}{check:02}{account}");
        let separator = self.one(&["", " ", "-"]);
        let parts: Vec<&str> =
            whole.as_bytes().chunks(4).map(|part| std::str::from_utf8(part).unwrap()).collect();
        parts.join(separator)
    }

    fn phone(&mut self) -> String {
        let (a, b, c, d) = (self.digits(3), self.digits(3), self.digits(2), self.digits(2));
        match self.0.random_range(0..6) {
            0 => format!("+7 (9{}) {b}-{c}-{d}", &a[..2]),
            1 => format!("+79{}{b}{c}{d}", &a[..2]),
            2 => format!("89{}{b}{c}{d}", &a[..2]),
            3 => format!("8-9{}-{b}-{c}-{d}", &a[..2]),
            4 => format!("({a}) {b}-{c}{d}"),
            _ => format!("+44 20 7{b} {c}{d}"),
        }
    }

    fn document(&mut self) -> String {
        let (a, b, c) = (self.digits(3), self.digits(2), self.digits(6));
        match self.0.random_range(0..6) {
            0 => format!("паспорт {b}{} {c}", &a[..2]),
            1 => format!("passport {}{c}", self.letters(b"ABCKX", 2)),
            2 => format!("{a}-{b}-{}", &c[..4]),
            3 => format!("СНИЛС {a}-{}-{} {b}", &c[..3], &c[3..]),
            4 => format!("ИНН {c}{a}{a}"),
            _ => format!("водительское удостоверение {b} {} {c}", &a[..2]),
        }
    }

    fn birth(&mut self) -> String {
        let (day, month) = (self.0.random_range(1..29), self.0.random_range(1..13));
        let year = self.0.random_range(1940..2008);
        match self.0.random_range(0..5) {
            0 => format!("{day:02}.{month:02}.{year}"),
            1 => format!("{day}/{month}/{year}"),
            2 => format!("{year}-{month:02}-{day:02}"),
            3 => format!("{day} {} {year}", self.one(&["мая", "июля", "May", "December"])),
            _ => format!("дата рождения {day:02}.{month:02}.{:02}", year % 100),
        }
    }

    fn wallet(&mut self) -> String {
        const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        match self.0.random_range(0..4) {
            0 => format!("0x{}", self.letters(b"0123456789abcdefABCDEF", 40)),
            1 => format!("bc1q{}", self.letters(b"023456789acdefghjklmnpqrstuvwxyz", 38)),
            2 => format!("T{}12", self.letters(BASE58, 31)),
            _ => format!("1{}77", self.letters(BASE58, 31)),
        }
    }

    fn secret(&mut self) -> String {
        let word = self.letters(b"abcdefghkmnpqrst", 6);
        let number = self.digits(4);
        match self.0.random_range(0..7) {
            0 => format!("my password is {word}{number}"),
            1 => format!("пароль: {word}"),
            2 => format!("пароль {word}{number}"),
            3 => format!("пин код {number}"),
            4 => format!("pin is {number}"),
            5 => format!("cvv {}", &number[..3]),
            _ => format!("код из смс {number}{number}"),
        }
    }

    fn key(&mut self) -> String {
        const ALL: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        match self.0.random_range(0..3) {
            0 => format!("spravka_{}", self.letters(ALL, 32)),
            1 => format!(
                "eyJ{}.eyJ{}.{}",
                self.letters(ALL, 20),
                self.letters(ALL, 30),
                self.letters(ALL, 40)
            ),
            _ => format!("Bearer {}12", self.letters(ALL, 30)),
        }
    }

    fn email(&mut self) -> String {
        let name = self.letters(b"abcdefgh.12", 5);
        format!(
            "x{name}y@{}.{}",
            self.letters(b"klmnop", 6),
            self.one(&["com", "ru", "co.uk", "рф"])
        )
    }
}

/// What of a thing must not be left: its letters and digits after the words that announce it.
fn heart(thing: &str) -> String {
    let last = thing.rsplit([' ', '\u{a0}', '\n', '-', '.', '/', '_', '\u{200b}']).next().unwrap();
    let bare: String =
        thing.chars().filter(|c| c.is_numeric() || c.is_ascii_alphabetic()).collect();
    let is_grouped =
        last.chars().count() < 6 && thing.chars().filter(|c| c.is_numeric()).count() > 5;
    if is_grouped { bare.chars().filter(|c| c.is_numeric()).collect() } else { last.to_owned() }
}

#[test]
fn of_ten_thousand_made_ones_nothing_is_left() {
    let mut maker = Maker(StdRng::seed_from_u64(7));
    let carriers = [
        ("", ""),
        ("здравствуйте, ", " не проходит, помогите"),
        ("hello, I sent ", " and it was declined"),
        ("(", ")"),
        ("мои данные: ", ", жду 3 дня вывод 5000 рублей"),
    ];
    let kinds: [fn(&mut Maker) -> String; 9] = [
        Maker::card,
        Maker::iban,
        Maker::phone,
        Maker::document,
        Maker::birth,
        Maker::wallet,
        Maker::secret,
        Maker::key,
        Maker::email,
    ];
    let mut left = Vec::new();
    for at in 0..10_000 {
        let thing = kinds[at % kinds.len()](&mut maker);
        let (before, after) = carriers.choose(&mut maker.0).unwrap();
        let text = format!("{before}{thing}{after}");
        let clean = redact(&text);
        let bare: String = clean.chars().filter(|c| c.is_alphanumeric()).collect();
        let heart = heart(&thing);
        let is_left = clean.contains(&thing) || clean.contains(&heart) || bare.contains(&heart);
        if is_left || !clean.contains('[') {
            left.push(format!("{text} -> {clean}"));
        }
        assert_eq!(redact(&clean), clean, "of {text}");
    }
    assert!(
        left.is_empty(),
        "{} left, of them:\n{}",
        left.len(),
        left[..left.len().min(20)].join("\n")
    );
}

#[test]
fn of_what_players_search_for_hardly_anything_is_cut() {
    let mut queries = Vec::new();
    for locale in ["ru", "en"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("articles/{locale}/golden.yaml"));
        let text = std::fs::read_to_string(path).unwrap();
        let list: Vec<serde_json::Value> = serde_yaml::from_str(&text).unwrap();
        queries.extend(list.iter().map(|one| one["query"].as_str().unwrap().to_owned()));
    }
    assert!(queries.len() > 500, "{}", queries.len());
    let cut: Vec<String> = queries
        .iter()
        .filter(|query| redact(query) != query.as_str())
        .map(|query| format!("{query} -> {}", redact(query)))
        .collect();
    assert!(cut.len() * 100 <= queries.len(), "{} cut:\n{}", cut.len(), cut.join("\n"));
}

proptest! {
    #[test]
    fn nothing_panics_and_twice_is_the_same_as_once(text in "\\PC{0,200}") {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.as_str());
    }

    #[test]
    fn twice_is_the_same_as_once_for_what_is_nearly_personal(
        text in "([0-9]{1,6}|[ .@:()+-]|код |пароль |is |card |[a-f0-9]{8}|\\[card\\]|[^a-z]|DE89|паспорт ){0,40}"
    ) {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.as_str());
    }
}
