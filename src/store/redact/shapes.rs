//! The shapes that personal data has, surest first: what one shape takes, no later one sees.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Mark, numbers};

/// One of them.
pub(super) struct Shape {
    pub(super) mark: Mark,
    how: How,
}

enum How {
    /// What the group `x` takes, or all of it when there is none; and whether that is meant.
    Pattern(Regex, fn(&Captures<'_>) -> bool),
    /// A pattern that begins at the right place, and where in it the number ends.
    Beginning(Regex, fn(&str) -> Option<usize>),
    Numbers(fn(&str) -> Vec<Range<usize>>),
}

impl Shape {
    fn new(mark: Mark, pattern: &str) -> Self {
        Self::when(mark, pattern, |_| true)
    }

    fn when(mark: Mark, pattern: &str, is_meant: fn(&Captures<'_>) -> bool) -> Self {
        Self { mark, how: How::Pattern(compiled(pattern), is_meant) }
    }

    /// Where they are in this text; none lies over another.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        match &self.how {
            How::Pattern(pattern, is_meant) => pattern
                .captures_iter(text)
                .filter(|found| is_meant(found))
                .filter_map(|found| found.name("x").or_else(|| found.get(0)))
                .map(|part| part.range())
                .collect(),
            How::Beginning(pattern, end) => pattern
                .find_iter(text)
                .filter_map(|found| {
                    let length = end(found.as_str())?;
                    Some(found.start()..found.start() + length)
                })
                .collect(),
            How::Numbers(find) => find(text),
        }
    }
}

/// In patterns spaces mean nothing, and letters are large or small.
fn compiled(pattern: &str) -> Regex {
    Regex::new(&format!("(?ix){pattern}")).expect("a test compiles every pattern")
}

/// Words that say something about a password instead of being it.
const ORDINARY: &[&str] = &[
    "not",
    "wrong",
    "incorrect",
    "invalid",
    "valid",
    "correct",
    "lost",
    "forgotten",
    "required",
    "expired",
    "blocked",
    "locked",
    "the",
    "too",
    "being",
    "never",
    "always",
    "accepted",
    "rejected",
    "hacked",
    "stolen",
    "needed",
    "asked",
    "sent",
    "email",
    "google",
    "gmail",
    "telegram",
    "apple",
    "facebook",
    "yandex",
    "steam",
    "what",
    "why",
    "how",
    "where",
    "when",
    "and",
    "changed",
    "reset",
    "weak",
    "same",
    "different",
    "unknown",
    "не",
    "нет",
    "что",
    "как",
    "где",
    "почему",
    "зачем",
    "когда",
    "куда",
    "неверный",
    "неправильный",
    "неверно",
    "важно",
    "забыт",
    "забыла",
    "забыл",
    "сброшен",
    "просит",
    "пишет",
    "или",
    "для",
    "при",
    "чтобы",
];

/// Codes that are nobody's secret.
const OPEN_CODES: &[&str] = &[
    "promo",
    "bonus",
    "error",
    "country",
    "area",
    "zip",
    "post",
    "bar",
    "qr",
    "source",
    "gift",
    "voucher",
    "referral",
    "status",
    "промо",
    "бонус",
    "ошибк",
    "стран",
    "реферал",
    "статус",
];

/// What stands before a password.
const PASSWORD: &str = r"\b(?: pass(?:word|code|phrase|wd)? s? | pwd | pin(?:[\ -]?code)? s? | cv[vc]2? | 2fa | otp
    | парол\w{0,3} | пассворд | пин(?:[\ -]?код\w{0,2})? | (?:код\s+)?(?:цвв|цвц)
    | (?:кодов|секретн|контрольн)\w+\s+(?:слов\w|код\w{0,2}|вопрос\w{0,2}) | secret\s+(?:word|answer|question) )";

/// What stands before the number of a document.
const DOCUMENT: &str = r"\b(?: passport | паспорт\w{0,3} | снилс | инн | ssn | social\s+security | national\s+insurance | nino
    | tax\s+id | tin | driv(?:er'?s?|ing)\s+licen[cs]e | licen[cs]e | id\s+(?:card|no|number) | identity\s+card
    | водительск\w+ | ву | удостоверени\w+ | свидетельств\w+ | (?:вид\s+на\s+жительство|внж) | загран\w* | серия | полис\w{0,2} )";

const PHONE: &str = r"\b(?: phone | tel | telephone | mobile | cell | whats\s?app | viber | call\s+me | тел | телефон\w{0,2} | моб
    | мобильн\w+ | сотов\w+ | ват?с+ап\w{0,2} | вотсап\w{0,2} | вайбер\w{0,2} | позвоните | перезвоните | звоните )\b";

const BORN: &str = r"\b(?: born | birth\w* | b\.?day | dob | d\.o\.b\.? | родил\w{0,3} | рожд\w+ | д\.?\s?р\.? | г\.?\s?р\.? )";

const MONTH: &str = r"(?: jan\w* | feb\w* | mar(?:ch)? | apr\w* | may | june? | july? | aug\w* | sep\w* | oct\w* | nov\w* | dec\w*
    | янв\w* | фев\w* | мар(?:та?)? | апр\w* | мая | июн\w* | июл\w* | авг\w* | сен\w* | окт\w* | ноя\w* | дек\w* )\.?";

/// Years that a player may be born in; later ones are of bets and payments.
const YEAR: &str = r"(?: 19\d\d | 200\d | 201[0-2] )";

fn is_told(found: &Captures<'_>) -> bool {
    let told = found.name("x").map_or("", |part| part.as_str());
    let bare = told.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    !bare.is_empty() && !ORDINARY.contains(&bare.as_str())
}

fn is_secret_code(found: &Captures<'_>) -> bool {
    let all = found.get(0).map_or("", |part| part.as_str()).to_lowercase();
    !OPEN_CODES.iter().any(|open| all.contains(open))
}

/// Letters and digits mixed, as nobody writes words.
fn is_mixed(found: &Captures<'_>) -> bool {
    let all = found.get(0).map_or("", |part| part.as_str());
    let digits = all.bytes().filter(u8::is_ascii_digit).count();
    digits >= 2 && digits < all.len()
}

fn has_many_digits(found: &Captures<'_>) -> bool {
    let told = found.name("x").map_or("", |part| part.as_str());
    told.bytes().filter(u8::is_ascii_digit).count() >= 5
}

pub(super) static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let password_told = format!(
        r#"{PASSWORD}\b (?:\s+[\w'-]+){{0,4}}? \s* (?: \b(?:is|was|are|это|был|такой)\b | [:=] | \s-\s ) \s*
           ["'«“(]* (?P<x> [^\s\x01"'»”]{{3,}} )"#
    );
    let password_digits = format!(
        r#"{PASSWORD}\b (?:\s+[^\W\d]+){{0,3}}? [\s:=№\#"'«-]+ (?P<x> [^\s\x01]{{0,40}} \d [^\s\x01]{{0,40}} )"#
    );
    let document = format!(
        r"{DOCUMENT}\b (?:[\s.,:]+[^\W\d]+){{0,3}}? [\s.,:№\#-]* (?P<x> [a-zа-я]{{0,3}}[\ -]? \d (?: [\ №\#n/-]{{0,3}} [a-z\d] ){{4,20}} )"
    );
    let phone = format!(
        r"{PHONE} (?:\s+[^\W\d]+){{0,2}}? [\s:.,№+-]* (?P<x> \(?\d (?:[\ ().-]{{0,3}}\d){{5,14}} )"
    );
    let born = format!(
        r"{BORN} (?:\s+[^\W\d]+){{0,2}}? [\s:.,-]* (?P<x> \d{{1,4}} \s?[./\ -]\s? (?: \d{{1,2}} | {MONTH} ) \s?[./\ ,-]\s? \d{{2,4}} )"
    );
    vec![
        // Keys and tokens
        Shape::new(Mark::Key, r"\b eyJ[\w-]{4,} (?: \.[\w-]+ ){1,4}"),
        Shape::new(Mark::Key, r"\b bearer \s+ [^\s\x01]{8,}"),
        Shape::new(
            Mark::Key,
            r"\b (?: spravka | [spr]k_(?:live|test) | gh[pousr] | github_pat | xox[abprs] | glpat )[_-] [\w-]{10,}",
        ),
        Shape::new(Mark::Key, r"\b (?: AKIA | ASIA | AIza )[\w-]{12,}"),
        Shape::new(Mark::Key, r"\b [0-9a-f]{8} (?: -[0-9a-f]{4} ){3} -[0-9a-f]{12} \b"),
        Shape::new(Mark::Key, r"\b \d{8,10} : [\w-]{35}"),
        Shape::new(
            Mark::Secret,
            r"\b (?: seed | recovery | secret | mnemonic | сид | мнемо\w* )[\ -]? (?: phrase | words | фраз\w* )? [\s:=-]* (?P<x> (?: [a-z]{3,8} [\s,]+ ){11,23} [a-z]{3,8} ) \b",
        ),
        // Wallets
        Shape::new(Mark::Wallet, r"\b 0x[0-9a-f]{16,}"),
        Shape::new(Mark::Wallet, r"\b (?: bc1 | tb1 | ltc1 | addr1 )[a-z0-9]{20,100}"),
        Shape::when(
            Mark::Wallet,
            r"(?-i) \b (?: [13LMDT] | [EU]Q | r )[1-9A-HJ-NP-Za-km-z_-]{24,46} \b",
            is_mixed,
        ),
        // Letters with an address
        Shape::new(
            Mark::Email,
            r"[^\s@<>()\[\]:;,\x01]+ \s?@\s? [^\s@<>()\[\]:;,/?\x01]+ \. [^\W\d_][\w-]+",
        ),
        Shape::new(
            Mark::Email,
            r"[\w.+-]+ \s* (?: [(\[]\s*at\s*[)\]] | \bсобака\b | [(\[]собака[)\]] ) \s* [\w-]+ \s* (?: \. | [(\[]\s*dot\s*[)\]] | \bdot\b | \bточка\b ) \s* \w{2,}",
        ),
        // Passwords
        Shape::when(Mark::Secret, &password_digits, is_told),
        Shape::when(Mark::Secret, &password_told, is_told),
        Shape::when(Mark::Secret, r"\b парол\w{0,3} \s+ (?P<x> [a-z][!-~]{4,} )", is_told),
        Shape::when(
            Mark::Secret,
            r"(?:[\w-]+\s+)? [\w-]* (?: code s? | код\w{0,2} | смс | sms ) \b (?:\s+[^\W\d]+){0,2}? [\s:=№-]+ (?:is\s+|это\s+)? (?P<x> \d{2,6}(?:[\ -]\d{2,6}){1,4} | \d{4,10} ) \b",
            is_secret_code,
        ),
        // Accounts and cards
        Shape {
            mark: Mark::Iban,
            how: How::Beginning(
                compiled(r"\b [a-z]{2}\d{2} (?: [\ .-]{0,2}[a-z0-9] ){11,60}"),
                numbers::iban,
            ),
        },
        Shape::new(
            Mark::Iban,
            r"\b iban \W* (?P<x> [a-z]{2}\d{2} (?: [\ .-]?[a-z0-9]{2,4} ){3,8} )",
        ),
        Shape { mark: Mark::Card, how: How::Numbers(numbers::cards) },
        // A mistyped one is half a secret still.
        Shape::new(Mark::Card, r"\b \d{4} [\ .-] \d{4} [\ .-] \d{4} [\ .-] \d{1,7} \b"),
        Shape::new(
            Mark::Card,
            r"\b (?: card | карт[аеуы] ) (?:\s+[^\W\d]+){0,2}? [\s:№\#]+ (?P<x> \d{4} (?: [\ *x.-]{1,12} \d{2,4} ){1,3} ) \b",
        ),
        Shape { mark: Mark::Number, how: How::Numbers(numbers::long_numbers) },
        Shape::new(
            Mark::Account,
            r"\b (?: account | acct | a/c | р/?с | расч\w+\s+сч\w+ | номер\w?\s+сч\w+ | лиц\w+\s+сч\w+ | routing | бик | bik | sort\s+code ) \b
              (?: \W{0,3} (?: no | number | номер | is | № | \# ) ){0,2} [\s:.\#№]{0,3} (?P<x> \d (?: [\ -]?\d ){5,33} ) \b",
        ),
        // Documents
        Shape::when(Mark::Document, &document, has_many_digits),
        Shape::new(
            Mark::Document,
            r"\b сери\w{1,2} (?:\s+паспорт\w{0,3})? [\s:.,№-]* (?P<x> \d{2}\s?\d{2} (?: [\s,.;:-]* (?:номер|№|n|no) (?:\s+паспорт\w{0,3})? [\s:.№-]* \d{6} )? ) \b",
        ),
        Shape::new(
            Mark::Document,
            r"\b (?: номер\w?\s+паспорт\w{0,3} | паспорт\w{0,3}\s+номер ) [\s:.№-]* (?P<x> \d{6} ) \b",
        ),
        Shape::new(Mark::Document, r"\b \d{3}-\d{3}-\d{3}[\ -]\d{2} \b"),
        Shape::new(Mark::Document, r"\b \d{3}[\ -]\d{2}[\ -]\d{4} \b"),
        Shape::new(Mark::Document, r"\b \d{2}\s?\d{2} \s?[\ №\#]\s? \d{6} \b"),
        Shape::new(
            Mark::Document,
            r"\b [a-ceghj-prstw-z]{2} \ ?\d{2} \ ?\d{2} \ ?\d{2} \ ?[a-d] \b",
        ),
        // Phones
        Shape::new(Mark::Phone, r"\+ \s? \d (?: [\ ().-]{0,3}\d ){7,14}"),
        Shape::new(Mark::Phone, r"\b 00 [1-9] (?: [\ ().-]{0,2}\d ){8,14} \b"),
        Shape::new(Mark::Phone, r"\b [78]9\d{9} \b"),
        Shape::new(
            Mark::Phone,
            r"\b [78] [\ (.-]{1,3} \d{3} [\ ).-]{0,3} \d{3} [\ .-]{0,2} \d{2} [\ .-]{0,2} \d{2} \b",
        ),
        Shape::new(Mark::Phone, r"\( \d{2,5} \) [\ .-]? \d{2,4} (?: [\ .-]?\d{2,4} ){1,2} \b"),
        Shape::new(Mark::Phone, r"\b \d{3} [.\ -] \d{3} [.\ -] \d{2} [.\ -]? \d{2} \b"),
        Shape::new(Mark::Phone, r"\b 0[1-9]\d{1,3} [\ -] \d{3,4} [\ -] \d{3,4} \b"),
        Shape::new(Mark::Phone, &phone),
        // Names in messengers
        Shape::new(Mark::Account, r"(?: ^ | [\s(,:] ) (?P<x> @ [a-z]\w{3,31} ) \b"),
        Shape::new(
            Mark::Account,
            r"\b (?: t\.me | vk\.com | wa\.me | instagram\.com )/ [\w.+]{3,64}",
        ),
        // Homes
        Shape::new(
            Mark::Address,
            r"\b (?: ул\. | улиц\w{1,2} | пр-?т\.? | проспект\w? | переул\w{2,3} | пер\. | шоссе | бульвар\w? | наб\. ) \s* (?P<x> [\w.\ -]{2,40}? [\s,]+ (?:д\.?|дом)? \s* \d{1,4}\w? (?: [\s,]+ (?: к\.? | корп\w*\.? | стр\.? ) \s* \d{1,3} )? (?: [\s,]+ (?: кв\.? | квартир\w ) \s* \d{1,5} )? ) \b",
        ),
        // When a card ends
        Shape::new(
            Mark::Card,
            r"\b (?: срок\w{0,2} (?:\s+действия)? | exp\w* (?:\s+date)? | valid (?:\s+(?:thru|until|to))? | действ\w+\s+до ) [\s:.,-]* (?P<x> (?:0[1-9]|1[0-2]) \s? [/.-] \s? (?:20)?[2-4]\d ) \b",
        ),
        // Dates of birth
        Shape::new(Mark::Date, &born),
        Shape::new(
            Mark::Date,
            &format!(r"\b \d{{1,2}} \s?[./\ -]\s? \d{{1,2}} \s?[./\ -]\s? {YEAR} \b"),
        ),
        Shape::new(Mark::Date, &format!(r"\b {YEAR} [./-] \d{{1,2}} [./-] \d{{1,2}} \b")),
        Shape::new(
            Mark::Date,
            &format!(r"\b \d{{1,2}} (?:st|nd|rd|th|-?го|-?е)? \s+ {MONTH} ,? \s+ {YEAR} \b"),
        ),
        Shape::new(
            Mark::Date,
            &format!(r"\b {MONTH} \s+ \d{{1,2}} (?:st|nd|rd|th)? ,? \s+ {YEAR} \b"),
        ),
        Shape::new(Mark::Date, r"\b \d{1,2} [./-] \d{1,2} [./-] [4-9]\d \b"),
        // Whatever else nobody types as a word
        Shape::when(Mark::Key, r"\b [a-z0-9_+/=]{24,} ", is_mixed),
    ]
});
