//! The pages' own words, by locale: labels, plural forms, dates, opening hours.
//!
//! Those of Russian and English are built in. An editor changes any of them, or adds those of a
//! further locale, in `LOCALE/words.yaml`; what that file leaves out is taken from its language's
//! own words, else from the English ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;
use unic_langid::LanguageIdentifier;

use super::{Hours, Presence};
use crate::article::{Digest, Locale, Problem, SourcePath, Spot, nearest, read_yaml};

/// The languages built in. Where there are none of a locale's own, English stands in.
static BUILT_IN: LazyLock<[(&str, Words); 2]> = LazyLock::new(|| {
    let read = |language: &str, yaml| {
        let form: Form = serde_yaml::from_str(yaml).expect("a test reads the words built in");
        let language = language.parse().expect("the languages built in are well formed");
        form.over(None, &language)
    };
    [
        ("en", read("en", include_str!("../../templates/words/en.yaml"))),
        ("ru", read("ru", include_str!("../../templates/words/ru.yaml"))),
    ]
});

/// What languages call themselves.
const LANGUAGES: [(&str, &str); 14] = [
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("kk", "Қазақша"),
    ("ky", "Кыргызча"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("uz", "Oʻzbekcha"),
];

/// Words of one purpose, by name.
pub type Labels = BTreeMap<String, String>;

/// The words of one locale.
#[derive(Debug, Clone)]
pub struct Words {
    language: LanguageIdentifier,
    months: Vec<String>,
    weekdays: Vec<String>,
    date: String,
    counts: BTreeMap<String, Labels>,
    errors: BTreeMap<String, ErrorWords>,
    /// The hash of an editor's own file.
    pub digest: Digest,
    /// What pages say everywhere.
    pub text: Labels,
    /// What single parts say: `staff`, `widget` …
    groups: BTreeMap<String, Labels>,
}

/// What a page says instead of an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorWords {
    /// The headline.
    pub title: String,
    /// What to do.
    pub text: String,
}

/// A file of words: all of them, or some.
#[derive(Debug, Default, Deserialize)]
struct Form {
    months: Option<Vec<String>>,
    weekdays: Option<Vec<String>>,
    date: Option<String>,
    #[serde(default)]
    counts: BTreeMap<String, Labels>,
    #[serde(default)]
    errors: BTreeMap<String, ErrorWords>,
    /// More of them: those that sending a vote may meet.
    #[serde(default)]
    feedback_errors: BTreeMap<String, ErrorWords>,
    #[serde(default)]
    text: Labels,
    #[serde(flatten)]
    groups: BTreeMap<String, Labels>,
}

impl Words {
    /// The file of a locale's own words.
    pub const FILE: &str = "words.yaml";

    /// The words built in for a locale.
    pub fn built_in(locale: &Locale) -> &'static Self {
        let found = BUILT_IN.iter().find(|(language, _)| *language == locale.language());
        &found.unwrap_or(&BUILT_IN[0]).1
    }

    /// The languages built in.
    pub fn languages() -> Vec<Locale> {
        BUILT_IN.iter().filter_map(|(language, _)| language.parse().ok()).collect()
    }

    /// Why a file of words cannot be read at all.
    pub fn unreadable(path: &SourcePath, text: &str) -> Option<Problem> {
        let form = match read_yaml::<Form>(path, text) {
            Ok(form) => form,
            Err(problem) => return Some(problem),
        };
        let wrong = |what: &str, expected| {
            let message = format!("`{what}` has to list {expected}");
            Some(Problem::error(path, text, spot_of(text, what), "bad-words", message))
        };
        if form.months.is_some_and(|months| months.len() != 12) {
            return wrong("months", "12 months");
        }
        if form.weekdays.is_some_and(|days| days.len() != 7) {
            return wrong("weekdays", "7 days, Monday first");
        }
        None
    }

    /// A locale's words with what an editor's file says of them, and what is odd about that file.
    pub fn parse(path: &SourcePath, text: &str, locale: &Locale) -> (Self, Vec<Problem>) {
        let base = Self::built_in(locale);
        let Ok(form) = read_yaml::<Form>(path, text) else { return (base.clone(), Vec::new()) };
        let mut problems = Vec::new();
        for (group, labels) in form.labels() {
            let known = base.labels(group);
            for name in labels.keys() {
                if known.is_some_and(|known| known.contains_key(name)) {
                    continue;
                }
                let names = known.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
                let hint = match nearest(name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "leave it out".to_owned(),
                };
                let message = format!("no page says `{group}.{name}`");
                let problem =
                    Problem::warning(path, text, spot_of(text, name), "unknown-word", message);
                problems.push(problem.hint(hint));
            }
        }
        let is_foreign = !BUILT_IN.iter().any(|(language, _)| *language == locale.language());
        if is_foreign && let Some(problem) = form.missing(base, path, text) {
            problems.push(problem);
        }
        let language = locale.as_str().parse().unwrap_or_else(|_| base.language.clone());
        let digest = Digest::of(text.as_bytes());
        (Self { digest, ..form.over(Some(base), &language) }, problems)
    }

    /// What one part says.
    pub fn group(&self, name: &str) -> &Labels {
        static NONE: Labels = Labels::new();
        self.labels(name).unwrap_or(&NONE)
    }

    /// All words by their part.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Labels)> {
        let groups = self.groups.iter().map(|(group, labels)| (group.as_str(), labels));
        std::iter::once((TEXT, &self.text)).chain(groups)
    }

    fn labels(&self, group: &str) -> Option<&Labels> {
        if group == TEXT { Some(&self.text) } else { self.groups.get(group) }
    }

    /// A number of things: `5 статей`.
    pub fn counted(&self, what: &str, n: usize) -> String {
        let rules = PluralRules::create(self.language.clone(), PluralRuleType::CARDINAL).ok();
        let category = rules.and_then(|rules| rules.select(n).ok());
        let form = category.as_ref().map_or("other", name_of);
        let forms = self.counts.get(what);
        let text = forms.and_then(|forms| {
            let near = || forms.get("many").or_else(|| forms.values().next_back());
            forms.get(form).or_else(|| forms.get("other")).or_else(near)
        });
        text.map_or_else(|| n.to_string(), |text| text.replace("{n}", &n.to_string()))
    }

    /// A day as people write it.
    pub fn date(&self, at: Timestamp, zone: &TimeZone) -> String {
        self.day(at.to_zoned(zone.clone()).date())
    }

    /// A day as people write it.
    pub fn day(&self, day: Date) -> String {
        let month = usize::try_from(day.month() - 1).ok().and_then(|at| self.months.get(at));
        self.date
            .replace("{day}", &day.day().to_string())
            .replace("{month}", month.map_or("", String::as_str))
            .replace("{year}", &day.year().to_string())
    }

    /// What to say for a kind of failure.
    pub fn error(&self, kind: &str) -> Option<&ErrorWords> {
        self.errors.get(kind).or_else(|| self.errors.get("other"))
    }

    /// Opening hours as people write them: `пн–пт 09:00–18:00`.
    pub fn hours(&self, hours: &Hours) -> String {
        if hours.spans().is_empty() {
            return self.text["always"].clone();
        }
        let spans = hours.spans().iter().map(|span| {
            let times = format!("{}–{}", clock(span.from), clock(span.until));
            if span.is_daily() {
                return times;
            }
            let (first, last) = (self.weekday(span.first), self.weekday(span.last));
            if first == last {
                format!("{first} {times}")
            } else {
                format!("{first}–{last} {times}")
            }
        });
        spans.collect::<Vec<_>>().join("; ")
    }

    /// Whether somebody is there, in a few words, as of this local time: `до 21:00`.
    pub fn presence(&self, presence: Presence, now: DateTime) -> String {
        match presence {
            Presence::Always => self.text["open_always"].clone(),
            Presence::OpenUntil(end) => self.moment("open_until", end, now),
            Presence::ClosedUntil(beginning) => self.moment("closed_until", beginning, now),
        }
    }

    fn moment(&self, label: &str, at: DateTime, now: DateTime) -> String {
        let tomorrow = now.date().tomorrow();
        let day = if at.date() == now.date() {
            String::new()
        } else if tomorrow.is_ok_and(|tomorrow| tomorrow == at.date()) {
            format!("{} ", self.text["tomorrow"])
        } else {
            format!("{} ", self.weekday(at.date().weekday()))
        };
        self.text[label].replace("{day}", &day).replace("{time}", &clock(at.time()))
    }

    fn weekday(&self, day: Weekday) -> &str {
        let at = usize::try_from(day.to_monday_zero_offset()).unwrap_or(0);
        self.weekdays.get(at).map_or("", String::as_str)
    }
}

/// The group of words that pages say everywhere.
const TEXT: &str = "text";

impl Form {
    /// All labels by group.
    fn labels(&self) -> impl Iterator<Item = (&str, &Labels)> {
        let groups = self.groups.iter().map(|(name, labels)| (name.as_str(), labels));
        std::iter::once((TEXT, &self.text)).chain(groups)
    }

    /// The words that English has and this file does not.
    fn missing(&self, base: &Words, path: &SourcePath, text: &str) -> Option<Problem> {
        let own = |group: &str| match group {
            TEXT => Some(&self.text),
            group => self.groups.get(group),
        };
        let missing: Vec<String> = base
            .groups()
            .flat_map(|(group, labels)| labels.keys().map(move |name| (group, name)))
            .filter(|(group, name)| own(group).is_none_or(|own| !own.contains_key(*name)))
            .map(|(group, name)| format!("{group}.{name}"))
            .collect();
        let first = missing.first()?;
        let message = format!("{} words are missing and shown in English", missing.len());
        let problem = Problem::warning(path, text, Spot::START, "missing-words", message);
        Some(problem.hint(format!("translate `{first}` and the rest of them")))
    }

    fn over(self, base: Option<&Words>, language: &LanguageIdentifier) -> Words {
        let mut words = base.cloned().unwrap_or_else(|| Words {
            language: language.clone(),
            months: Vec::new(),
            weekdays: Vec::new(),
            date: String::new(),
            counts: BTreeMap::new(),
            errors: BTreeMap::new(),
            digest: Digest(0),
            text: Labels::new(),
            groups: BTreeMap::new(),
        });
        words.language = language.clone();
        words.months = self.months.unwrap_or(words.months);
        words.weekdays = self.weekdays.unwrap_or(words.weekdays);
        words.date = self.date.unwrap_or(words.date);
        words.counts.extend(self.counts);
        words.errors.extend(self.errors);
        words.errors.extend(self.feedback_errors);
        words.text.extend(self.text);
        for (group, labels) in self.groups {
            words.groups.entry(group).or_default().extend(labels);
        }
        words
    }
}

/// Where a file says this name.
fn spot_of(text: &str, name: &str) -> Spot {
    let place = text.match_indices(name).find(|(at, _)| text[at + name.len()..].starts_with(':'));
    place.map_or(Spot::START, |(at, _)| Spot::at(text, at..at + name.len()))
}

/// The category's name in the files of words, and in Unicode's tables.
fn name_of(category: &PluralCategory) -> &'static str {
    match category {
        PluralCategory::ZERO => "zero",
        PluralCategory::ONE => "one",
        PluralCategory::TWO => "two",
        PluralCategory::FEW => "few",
        PluralCategory::MANY => "many",
        PluralCategory::OTHER => "other",
    }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// What a locale's language calls itself, else its tag.
pub fn language_name(locale: &Locale) -> String {
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
        Words::built_in(&locale.parse().unwrap())
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
        let (_, first) = &BUILT_IN[0];
        for (language, words) in &*BUILT_IN {
            assert!(words.text.keys().eq(first.text.keys()), "{language}");
            assert!(words.errors.keys().eq(first.errors.keys()), "{language}");
            assert!(words.counts.keys().eq(first.counts.keys()), "{language}");
            assert!(words.groups.keys().eq(first.groups.keys()), "{language}");
            for (group, labels) in &words.groups {
                assert!(labels.keys().eq(first.group(group).keys()), "{language} {group}");
            }
            assert_eq!((words.months.len(), words.weekdays.len()), (12, 7));
            assert!(words.errors.contains_key("other"));
        }
        assert_eq!(words("pt-br").text["search"], "Search");
    }

    #[test]
    fn an_editor_changes_a_word_and_adds_a_language_by_a_file_alone() {
        let path = SourcePath::new("pl/words.yaml");
        let text = "text: {search: Szukaj, serach_label: Pytanie}\ncounts:\n  articles: {one: '{n} artykuł', \
                    few: '{n} artykuły', many: '{n} artykułów'}\n";
        assert!(Words::unreadable(&path, text).is_none());
        let (polish, problems) = Words::parse(&path, text, &"pl".parse().unwrap());
        assert_eq!(polish.text["search"], "Szukaj");
        assert_eq!(polish.text["contact"], words("en").text["contact"]);
        let counted = [1, 2, 5, 22].map(|n| polish.counted("articles", n));
        assert_eq!(counted, ["1 artykuł", "2 artykuły", "5 artykułów", "22 artykuły"]);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("pl/words.yaml:1:24"), "{}", told[0]);
        assert!(problems[0].hint.contains("search_label"), "{}", problems[0].hint);
        assert!(told[1].contains("are missing and shown in English"), "{}", told[1]);
        let wrong = Words::unreadable(&path, "weekdays: [pon]\n").unwrap();
        assert!(wrong.to_string().contains("7 days"), "{wrong}");
    }

    #[test]
    fn hours_are_written_as_people_write_them() {
        let hours = |text: &str| words("ru").hours(&text.parse().unwrap());
        assert_eq!(hours("24/7"), "круглосуточно");
        assert_eq!(hours("09:00-21:00"), "09:00–21:00");
        assert_eq!(
            hours("mon-fri 09:00-18:00; sat 10:00-16:00"),
            "пн–пт 09:00–18:00; сб 10:00–16:00"
        );
        let now: DateTime = "2026-11-23T10:00".parse().unwrap();
        let told = |text: &str, at: &str| {
            let hours: Hours = text.parse().unwrap();
            let at: DateTime = at.parse().unwrap();
            words("ru").presence(hours.presence(at), at)
        };
        assert_eq!(told("09:00-21:00", "2026-11-23T10:00"), "Сейчас на связи, до 21:00");
        assert_eq!(
            told("09:00-21:00", "2026-11-23T22:00"),
            "Сейчас никого нет, ответят завтра с 09:00"
        );
        assert_eq!(words("en").presence(Presence::Always, now), "Open now, around the clock");
    }

    #[test]
    fn a_day_is_written_as_people_of_the_site_see_it() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let at = "2026-03-08T22:30:00Z".parse().unwrap();
        assert_eq!(words("ru").date(at, &zone), "9 марта 2026 г.");
        assert_eq!(words("en").date(at, &zone), "9 March 2026");
    }
}
