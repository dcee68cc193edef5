//! The pages' own words, by locale: labels, plural forms, dates.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::article::Locale;

/// The languages that pages speak. Where there are none of a locale's own, English stands in.
static ALL: LazyLock<[(&str, Words); 2]> = LazyLock::new(|| {
    let read = |yaml| serde_yaml::from_str(yaml).expect("a test reads the words that are built in");
    [
        ("en", read(include_str!("../../../templates/words/en.yaml"))),
        ("ru", read(include_str!("../../../templates/words/ru.yaml"))),
    ]
});

/// What languages call themselves.
const LANGUAGES: [(&str, &str); 12] = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("kk", "Қазақша"),
    ("ky", "Кыргызча"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("uz", "Oʻzbekcha"),
];

/// The words of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    plural: Plural,
    months: Vec<String>,
    date: String,
    counts: BTreeMap<String, BTreeMap<String, String>>,
    /// Labels, by name.
    pub(crate) text: BTreeMap<String, String>,
    errors: BTreeMap<String, ErrorWords>,
    /// Labels of the staff console, by name.
    pub(crate) staff: BTreeMap<String, String>,
}

/// How a language counts.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Plural {
    /// One; all else.
    Germanic,
    /// 1, 21; 2 to 4, 22; 5 to 20 and all else.
    Slavic,
}

/// What a page says instead of an answer.
#[derive(Debug, Deserialize)]
pub(crate) struct ErrorWords {
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Words {
    /// The words for a locale.
    pub(crate) fn of(locale: &Locale) -> &'static Self {
        let found = ALL.iter().find(|(language, _)| *language == locale.language());
        &found.unwrap_or(&ALL[0]).1
    }

    /// The languages that pages speak.
    pub(crate) fn languages() -> Vec<Locale> {
        let tags = ALL.iter().map(|(language, _)| language.parse());
        tags.map(|tag| tag.expect("`en` and `ru` are well-formed locales")).collect()
    }

    /// A number of things: `5 статей`.
    pub(crate) fn counted(&self, what: &str, n: usize) -> String {
        let form = self.plural.form(n);
        let forms = self.counts.get(what);
        let text = forms.and_then(|forms| forms.get(form).or_else(|| forms.get("many")));
        text.map_or_else(|| n.to_string(), |text| text.replace("{n}", &n.to_string()))
    }

    /// A day as people write it.
    pub(crate) fn date(&self, at: Timestamp, zone: &TimeZone) -> String {
        let day = at.to_zoned(zone.clone()).date();
        let month = usize::try_from(day.month() - 1).ok().and_then(|at| self.months.get(at));
        self.date
            .replace("{day}", &day.day().to_string())
            .replace("{month}", month.map_or("", String::as_str))
            .replace("{year}", &day.year().to_string())
    }

    /// What to say for a kind of failure.
    pub(crate) fn error(&self, kind: &str) -> Option<&ErrorWords> {
        self.errors.get(kind).or_else(|| self.errors.get("other"))
    }
}

impl Plural {
    fn form(self, n: usize) -> &'static str {
        match (self, n % 10, n % 100) {
            (Self::Germanic, ..) if n == 1 => "one",
            (Self::Slavic, 1, rest) if rest != 11 => "one",
            (Self::Slavic, 2..=4, rest) if !(12..=14).contains(&rest) => "few",
            _ => "many",
        }
    }
}

/// What a locale's language calls itself, else its tag.
pub(crate) fn language_name(locale: &Locale) -> String {
    let found = LANGUAGES.iter().find(|(language, _)| *language == locale.language());
    match found {
        Some((language, name)) if *language == locale.as_str() => (*name).to_owned(),
        Some((_, name)) => format!("{name} ({locale})"),
        None => locale.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(locale: &str) -> &'static Words {
        Words::of(&locale.parse().unwrap())
    }

    #[test]
    fn numbers_take_the_right_form() {
        let russian = [1, 2, 5, 11, 12, 21, 22, 25, 100, 101, 111, 0]
            .map(|n| words("ru").counted("articles", n).split_once(' ').unwrap().1.to_owned());
        assert_eq!(
            russian,
            [
                "статья",
                "статьи",
                "статей",
                "статей",
                "статей",
                "статья",
                "статьи",
                "статей",
                "статей",
                "статья",
                "статей",
                "статей"
            ]
        );
        assert_eq!(words("en").counted("articles", 1), "1 article");
        assert_eq!(words("en").counted("articles", 21), "21 articles");
    }

    #[test]
    fn every_language_has_the_same_words_and_a_stranger_gets_english() {
        let (_, first) = &ALL[0];
        for (language, words) in &*ALL {
            assert!(words.text.keys().eq(first.text.keys()), "{language}");
            assert!(words.errors.keys().eq(first.errors.keys()), "{language}");
            assert!(words.staff.keys().eq(first.staff.keys()), "{language}");
            assert!(words.counts.keys().eq(first.counts.keys()), "{language}");
            assert_eq!(words.months.len(), 12);
            assert!(words.errors.contains_key("other"));
        }
        assert_eq!(words("pt-br").text["search"], "Search");
    }

    #[test]
    fn a_day_is_written_as_people_of_the_site_see_it() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let at = "2026-03-08T22:30:00Z".parse().unwrap();
        assert_eq!(words("ru").date(at, &zone), "9 марта 2026 г.");
        assert_eq!(words("en").date(at, &zone), "9 March 2026");
    }
}
