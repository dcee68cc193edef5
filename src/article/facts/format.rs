//! Amounts as each language writes them: `1 000 ₽` and `RUB 1,000`, `24 часа` and `24 hours`.
//!
//! Digits are grouped by the Unicode CLDR. Where a sign of money stands and how units of time are
//! counted is told here for Russian and English; `formats` of `facts.yaml` says it for others, or
//! otherwise.

use std::collections::BTreeMap;

use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use serde_yaml::Value;
use unic_langid::LanguageIdentifier;

use crate::article::Locale;

/// What an amount counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    /// Nothing: `5`.
    None,
    /// `2 %`
    Percent,
    /// `x35`
    Times,
    /// `1000 RUB`: a currency by its code of ISO 4217.
    Money(String),
    /// `24 hours`: a word, as `formats` knows it.
    Named(String),
}

/// Signs of currencies that a language's readers know.
const SIGNS: &[(&str, &str)] = &[
    ("RUB", "₽"),
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("KZT", "₸"),
    ("TRY", "₺"),
    ("UAH", "₴"),
    ("GEL", "₾"),
    ("INR", "₹"),
];

type FormsBuiltIn = &'static [(&'static str, &'static str)];

/// Units of time in the languages built in, by plural category (`zero`, `one`, `two`, `few`,
/// `many`, `other`).
const TIMES: &[(&str, &str, FormsBuiltIn)] = &[
    (
        "second",
        "ru",
        &[
            ("one", "{} секунда"),
            ("few", "{} секунды"),
            ("many", "{} секунд"),
            ("other", "{} секунды"),
        ],
    ),
    (
        "minute",
        "ru",
        &[("one", "{} минута"), ("few", "{} минуты"), ("many", "{} минут"), ("other", "{} минуты")],
    ),
    (
        "hour",
        "ru",
        &[("one", "{} час"), ("few", "{} часа"), ("many", "{} часов"), ("other", "{} часа")],
    ),
    (
        "day",
        "ru",
        &[("one", "{} день"), ("few", "{} дня"), ("many", "{} дней"), ("other", "{} дня")],
    ),
    (
        "week",
        "ru",
        &[
            ("one", "{} неделя"),
            ("few", "{} недели"),
            ("many", "{} недель"),
            ("other", "{} недели"),
        ],
    ),
    (
        "month",
        "ru",
        &[
            ("one", "{} месяц"),
            ("few", "{} месяца"),
            ("many", "{} месяцев"),
            ("other", "{} месяца"),
        ],
    ),
    (
        "year",
        "ru",
        &[("one", "{} год"), ("few", "{} года"), ("many", "{} лет"), ("other", "{} года")],
    ),
    ("second", "en", &[("one", "{} second"), ("other", "{} seconds")]),
    ("minute", "en", &[("one", "{} minute"), ("other", "{} minutes")]),
    ("hour", "en", &[("one", "{} hour"), ("other", "{} hours")]),
    ("day", "en", &[("one", "{} day"), ("other", "{} days")]),
    ("week", "en", &[("one", "{} week"), ("other", "{} weeks")]),
    ("month", "en", &[("one", "{} month"), ("other", "{} months")]),
    ("year", "en", &[("one", "{} year"), ("other", "{} years")]),
];

/// The units of time that are built in.
pub(super) fn times() -> impl Iterator<Item = &'static str> {
    TIMES.iter().filter(|(_, language, _)| *language == "en").map(|(unit, ..)| *unit)
}

/// The genitive of the Russian ones, as «до», «от», «в течение» want it: of one, of many.
const GENITIVE: &[(&str, &str, &str)] = &[
    ("second", "секунды", "секунд"),
    ("minute", "минуты", "минут"),
    ("hour", "часа", "часов"),
    ("day", "дня", "дней"),
    ("week", "недели", "недель"),
    ("month", "месяца", "месяцев"),
    ("year", "года", "лет"),
];

/// In which form an article quotes an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    /// `{{ fact.name }}`
    #[default]
    Usual,
    /// `{{ fact.name.number }}`: the digits alone.
    Number,
    /// `{{ fact.name.genitive }}`: «24 часов», in languages that have it; else as usual.
    Genitive,
}

impl Form {
    pub(super) const NAMES: &[&str] = &["number", "genitive"];

    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "number" => Some(Self::Number),
            "genitive" => Some(Self::Genitive),
            _ => None,
        }
    }
}

/// How an editor wants units written: by language, by unit, by plural category.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Formats(BTreeMap<String, BTreeMap<String, Forms>>);

type Forms = BTreeMap<String, String>;

/// Reads an amount: `1000 RUB`, `2.5 %`, `x35`, `24 hours`, `5`. `None` for what is plain text; an
/// error tells how to write what looks like an amount and is none.
pub(super) fn amount(text: &str) -> Result<Option<(Decimal, Unit)>, &'static str> {
    let text = text.trim();
    let times = text.strip_prefix(['x', '×', 'х', 'X']).filter(|rest| starts_with_digit(rest));
    let (digits, unit) = match times {
        Some(rest) => split(rest),
        None => split(text),
    };
    if digits.is_empty() {
        return Ok(None);
    }
    let unit = unit.trim();
    let is_word =
        |unit: &str| !unit.is_empty() && unit.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let is_code = |unit: &str| unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
    let unit = match unit {
        "" if times.is_some() => Unit::Times,
        // More than an amount: «1–3 дня», `10 MB at most`.
        _ if times.is_some() => return Ok(None),
        "" => Unit::None,
        "%" => Unit::Percent,
        code if is_code(code) => Unit::Money(code.to_owned()),
        word if is_word(word) => Unit::Named(word.strip_suffix('s').unwrap_or(word).to_owned()),
        sign => match SIGNS.iter().find(|(_, known)| *known == sign) {
            Some((code, _)) => Unit::Money((*code).to_owned()),
            None => return Ok(None),
        },
    };
    if digits.contains(',') {
        return Err("write it without `,`: `1000.5` for one thousand and a half");
    }
    let plain: String = digits.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    match Decimal::try_from_str(&plain) {
        Ok(number) => Ok(Some((number, unit))),
        Err(_) => Err("write a number, then what it counts: `1000 RUB`, `2.5 %`, `24 hours`"),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The digits at the beginning with what may stand between them, and the rest.
fn split(text: &str) -> (&str, &str) {
    if !starts_with_digit(text) {
        return ("", text);
    }
    let is_inner =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | ' ' | '\u{a0}' | '\u{202f}');
    let end = text.find(|c: char| !is_inner(c)).unwrap_or(text.len());
    let digits = text[..end].trim_end();
    (digits, &text[digits.len()..])
}

impl Formats {
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let map = |value: &Value| match value {
            Value::Mapping(map) => Ok(map.clone()),
            _ => Err("`formats` has to be a map of languages, each a map of units".to_owned()),
        };
        let mut formats = BTreeMap::new();
        for (language, units) in &map(value)? {
            let language = language.as_str().filter(|name| name.parse::<Locale>().is_ok());
            let language = language.ok_or("`formats` has to be by language: `ru`")?;
            let mut by_unit = BTreeMap::new();
            for (unit, forms) in &map(units)? {
                let unit = unit.as_str().ok_or("a unit has to be a word: `RUB`, `hour`")?;
                let forms: Forms = match forms {
                    Value::String(form) => [("other".to_owned(), form.clone())].into(),
                    forms => map(forms)?
                        .iter()
                        .filter_map(|(k, v)| Some((k.as_str()?.to_owned(), v.as_str()?.to_owned())))
                        .collect(),
                };
                for form in forms.values() {
                    let is_plain = !form.replacen("{}", "", 1).contains(super::SIGNS);
                    if form.matches("{}").count() != 1 || !is_plain {
                        return Err(format!(
                            "the format `{form}` of `{unit}` has to be plain text with `{{}}` once, where the number goes"
                        ));
                    }
                }
                if !forms.contains_key("other") {
                    return Err(format!("the forms of `{unit}` lack `other`"));
                }
                by_unit.insert(unit.to_owned(), forms);
            }
            formats.insert(language.to_owned(), by_unit);
        }
        Ok(Self(formats))
    }

    /// The units that it has forms of.
    pub(super) fn units(&self) -> impl Iterator<Item = &str> {
        self.0
            .values()
            .flat_map(|units| units.keys())
            .map(|unit| unit.strip_suffix('s').unwrap_or(unit))
    }

    /// An amount as a language writes it.
    pub(super) fn write(
        &self,
        number: &Decimal,
        unit: &Unit,
        form: Form,
        locale: &Locale,
    ) -> String {
        let digits = digits(number, locale);
        let language = locale.language();
        let name = match unit {
            _ if form == Form::Number => return digits,
            Unit::None => return digits,
            Unit::Percent => "percent",
            Unit::Times => "times",
            Unit::Money(code) => code,
            Unit::Named(name) => name,
        };
        let own = self.0.get(locale.as_str()).or_else(|| self.0.get(language));
        let own = own.and_then(|units| units.get(name).or_else(|| units.get(&format!("{name}s"))));
        if let Some(forms) = own {
            let wanted = category(number, locale);
            let case = |name: &str| match form {
                Form::Genitive => forms.get(&format!("{name}_genitive")),
                _ => None,
            };
            let form = case(wanted)
                .or_else(|| case("other"))
                .or_else(|| forms.get(wanted))
                .or_else(|| forms.get("other"));
            return form.map_or(digits.clone(), |form| form.replacen("{}", &digits, 1));
        }
        match unit {
            Unit::None => digits,
            Unit::Percent if language == "en" => format!("{digits}%"),
            Unit::Percent => format!("{digits}\u{a0}%"),
            Unit::Times => format!("x{digits}"),
            Unit::Money(code) => money(&digits, code, language),
            Unit::Named(name) => {
                let known = TIMES.iter().find(|(unit, l, _)| unit == name && *l == language);
                let forms = known.map_or([].as_slice(), |(.., forms)| *forms);
                let wanted = category(number, locale);
                let genitive = GENITIVE.iter().find(|(unit, ..)| unit == name);
                if let Some((_, one, many)) = genitive
                    && (form, language) == (Form::Genitive, "ru")
                {
                    // Of a fraction too: «1,5 часа».
                    let is_one = matches!(wanted, "one" | "other");
                    return format!("{digits}\u{a0}{}", if is_one { one } else { many });
                }
                let form = forms.iter().find(|(c, _)| *c == wanted).or(forms.last());
                match form {
                    Some((_, form)) => form.replacen("{}", &digits, 1).replacen(' ', "\u{a0}", 1),
                    None => format!("{digits}\u{a0}{name}"),
                }
            }
        }
    }
}

/// `1 000 ₽`, `RUB 1,000`, `$1,000`: as the CLDR has it for these languages.
fn money(digits: &str, code: &str, language: &str) -> String {
    let sign = SIGNS.iter().find(|(known, _)| *known == code).map_or(code, |(_, sign)| *sign);
    match (language, code) {
        ("en", "USD" | "EUR" | "GBP" | "INR") | ("tr", "TRY") => format!("{sign}{digits}"),
        ("en", _) => format!("{code}\u{a0}{digits}"),
        _ => format!("{digits}\u{a0}{sign}"),
    }
}

/// The digits, grouped.
fn digits(number: &Decimal, locale: &Locale) -> String {
    let formatter = locale.as_str().parse::<icu_locale_core::Locale>().ok().and_then(|locale| {
        DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default()).ok()
    });
    formatter.map_or_else(|| number.to_string(), |formatter| formatter.format(number).to_string())
}

/// The plural category of a number in a language.
fn category(number: &Decimal, locale: &Locale) -> &'static str {
    let rules = locale
        .as_str()
        .parse::<LanguageIdentifier>()
        .ok()
        .and_then(|language| PluralRules::create(language, PluralRuleType::CARDINAL).ok());
    let category = rules.and_then(|rules| rules.select(number.to_string().as_str()).ok());
    match category.unwrap_or(PluralCategory::OTHER) {
        PluralCategory::ZERO => "zero",
        PluralCategory::ONE => "one",
        PluralCategory::TWO => "two",
        PluralCategory::FEW => "few",
        PluralCategory::MANY => "many",
        PluralCategory::OTHER => "other",
    }
}
