//! `facts.yaml`: limits, fees and terms in one place, each by a name that articles write as
//! `{{ fact.min_withdrawal }}`.
//!
//! How a value is written in a language is told in `format`, how it comes into a text in `expand`.

mod contradicted;
mod expand;
mod format;

use std::collections::{BTreeMap, BTreeSet};

use icu_decimal::input::Decimal;
use serde_yaml::{Mapping, Value};

use super::findings::{Findings, shortened};
use super::yaml::{Told, read_values, suggest};
use super::yaml_scan::{Scalar, bare};
use super::{Locale, Problem, Severity, SourcePath, Spot};
pub(super) use contradicted::contradictions;
pub(super) use expand::{Expansion, Places, expand};
use format::{Form, Formats, Unit, amount};

/// Longest name of a fact, in characters.
const MAX_NAME: usize = 64;
/// Longest text that a fact may be, in characters.
const MAX_TEXT: usize = 200;
/// Signs that Markdown or HTML would read: a fact is plain text wherever it stands.
const SIGNS: &[char] =
    &['*', '_', '`', '[', ']', '<', '>', '|', '\\', '{', '}', '#', '~', '"', '&', '\n'];

/// What all articles may quote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    facts: BTreeMap<Box<str>, Fact>,
    formats: Formats,
}

/// One fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    said: Said,
    /// Text around an amount, by language: `not less than {}`.
    around: BTreeMap<String, String>,
    /// How articles name it, by language: a number beside such a name has to be this one.
    called: BTreeMap<String, Vec<String>>,
    /// Where its name stands in the file.
    pub spot: Spot,
    /// The line of the file that it begins on.
    line: Box<str>,
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    /// A number and what it counts.
    Amount(Decimal, Unit),
    /// The same words in every language.
    Text(String),
    /// Words of each language.
    Texts(BTreeMap<String, String>),
}

impl Facts {
    /// The file's name in the articles folder.
    pub const FILE: &str = "facts.yaml";

    /// Reads `facts.yaml`. With one mistake in it the whole file is refused, and what it said last
    /// goes on being true: half of the limits would be worse than yesterday's.
    pub fn parse(path: &SourcePath, text: &str) -> Result<Self, Vec<Problem>> {
        let mut findings = Findings::new(path, text);
        let facts = Self::read(text, &mut findings);
        let problems = findings.into_problems();
        let is_good = problems.iter().all(|problem| problem.severity != Severity::Error);
        match facts {
            Some(facts) if is_good => Ok(facts),
            _ => Err(problems),
        }
    }

    /// What can be read of a file with mistakes: where it was never good, its other facts are true all
    /// the same, and one mistake is not told by every article.
    pub fn good_part(path: &SourcePath, text: &str) -> Self {
        Self::read(text, &mut Findings::new(path, text)).unwrap_or_default()
    }

    /// A fact as a language writes it: `1 000 ₽`, `RUB 1,000`. `None` when there is none of this
    /// name, or none in this language.
    ///
    /// An amount may be asked for in a form: `min_withdrawal.number`, `process_time.genitive`.
    pub fn in_words(&self, name: &str, locale: &Locale) -> Option<String> {
        let (name, form) = match name.split_once('.') {
            Some((name, form)) => (name, Form::named(form)?),
            None => (name, Form::default()),
        };
        let fact = self.facts.get(name)?;
        let language = locale.language();
        match &fact.said {
            Said::Text(_) | Said::Texts(_) if form != Form::Usual => None,
            Said::Text(text) => Some(text.clone()),
            Said::Texts(texts) => {
                texts.get(locale.as_str()).or_else(|| texts.get(language)).cloned()
            }
            Said::Amount(number, unit) => {
                let amount = self.formats.write(number, unit, form, locale);
                if form == Form::Number {
                    return Some(amount);
                }
                let around = fact.around.get(locale.as_str()).or_else(|| fact.around.get(language));
                Some(around.map_or(amount.clone(), |around| around.replacen("{}", &amount, 1)))
            }
        }
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.facts.iter().map(|(name, fact)| (&**name, fact))
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.facts.keys().map(|name| &**name)
    }

    /// The fact of a name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name)
    }

    /// The facts that are not the same in both, by name; and whether those that articles call by a
    /// name are.
    pub fn differences<'a>(&'a self, other: &'a Self) -> (BTreeSet<&'a str>, bool) {
        let is_other =
            |name: &&str| self.formats != other.formats || self.said(name) != other.said(name);
        let names = self.names().chain(other.names()).filter(is_other).collect();
        let called = |facts: &'a Self| -> Vec<_> {
            facts.all().filter(|(_, fact)| !fact.called.is_empty()).collect()
        };
        (names, called(self) == called(other))
    }

    fn said(&self, name: &str) -> Option<(&Said, &BTreeMap<String, String>)> {
        self.facts.get(name).map(|fact| (&fact.said, &fact.around))
    }
}

impl Fact {
    /// How articles of a language name it.
    pub fn called(&self, locale: &Locale) -> &[String] {
        let called =
            self.called.get(locale.as_str()).or_else(|| self.called.get(locale.language()));
        called.map_or(&[], Vec::as_slice)
    }

    /// The languages in which it has words of its own.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = match &self.said {
            Said::Texts(texts) => Some(texts),
            _ => None,
        };
        texts.into_iter().flatten().map(|(language, text)| (language.as_str(), text.as_str()))
    }

    /// A problem with it.
    pub fn problem(&self, severity: Severity, code: &'static str, message: String) -> Problem {
        let path = SourcePath::new(Facts::FILE);
        let mut problem = Problem::new(&path, "", self.spot, severity, code, message);
        self.line.as_ref().clone_into(&mut problem.excerpt);
        problem
    }
}

/// Reads the file, key by key.
struct Reader<'a, 'f> {
    text: &'a str,
    scalars: &'a [Scalar],
    findings: &'a mut Findings<'f>,
    /// Words that a number may count.
    units: Vec<String>,
}

impl Facts {
    fn read(text: &str, findings: &mut Findings<'_>) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self::default());
        }
        let (value, scalars) = match read_values(text) {
            Ok(read) => read,
            Err(Told { range, code, message, hint }) => {
                findings.error(range, code, message, hint);
                return None;
            }
        };
        let map = match value {
            Value::Mapping(map) => map,
            // Comments alone.
            Value::Null => Mapping::new(),
            _ => {
                let hint = "write `name: value` lines: `min_withdrawal: 1000 RUB`";
                findings.error(0..0, "wrong-type", "the file has to be a map of facts", hint);
                return None;
            }
        };
        let units = format::times().map(str::to_owned).collect();
        let mut reader = Reader { text, scalars: &scalars, findings, units };
        let mut facts = Self::default();
        if let Some(formats) = map.get("formats") {
            facts.formats = reader.formats(formats);
            reader.units.extend(facts.formats.units().map(str::to_owned));
        }
        for (key, value) in &map {
            let Some(name) = key.as_str().filter(|name| *name != "formats") else { continue };
            let own = reader.scalars_of(name);
            if !is_name(name) {
                let message = format!("`{}` is no name of a fact", shortened(name));
                let hint = "use small letters a-z, digits and `_`: `min_withdrawal`";
                reader.error(&own, "bad-fact", &message, hint);
            } else if let Some(fact) = reader.fact(value, &own) {
                facts.facts.insert(name.into(), fact);
            }
        }
        Some(facts)
    }
}

impl<'a> Reader<'a, '_> {
    /// The scalars of a key of the file itself: the key, then what is under it.
    fn scalars_of(&self, name: &str) -> Vec<&'a Scalar> {
        let is_key = |scalar: &&Scalar| scalar.key && scalar.depth == 1;
        let is_it =
            |scalar: &Scalar| is_key(&scalar) && bare(&self.text[scalar.range.clone()]) == name;
        let Some(at) = self.scalars.iter().position(is_it) else { return Vec::new() };
        let inner = self.scalars[at + 1..].iter().take_while(|scalar| !is_key(scalar));
        std::iter::once(&self.scalars[at]).chain(inner).collect()
    }

    fn error(&mut self, own: &[&Scalar], code: &'static str, message: &str, hint: &str) {
        let range = own.first().map_or(0..0, |scalar| scalar.range.clone());
        self.findings.error(range, code, message, hint);
    }

    fn fact(&mut self, value: &Value, own: &[&'a Scalar]) -> Option<Fact> {
        let range = own.first().map_or(0..0, |key| key.range.clone());
        let spot = self.findings.spot(range.clone());
        let line_start = self.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let mut fact = Fact {
            said: Said::Text(String::new()),
            around: BTreeMap::new(),
            called: BTreeMap::new(),
            spot,
            line: line.into(),
        };
        let Value::Mapping(map) = value else {
            fact.said = self.said(value, own.get(1).copied(), own)?;
            return Some(fact);
        };
        if !map.contains_key("value") {
            fact.said = Said::Texts(self.texts(map, own)?);
            return Some(fact);
        }
        for (key, value) in map {
            match key.as_str().unwrap_or_default() {
                "value" => {
                    let under =
                        |s: &&&Scalar| s.key && bare(&self.text[s.range.clone()]) == "value";
                    let at = own.iter().position(|scalar| under(&scalar))?;
                    fact.said = match value {
                        Value::Mapping(texts) => Said::Texts(self.texts(texts, own)?),
                        _ => self.said(value, own.get(at + 1).copied(), own)?,
                    };
                }
                "format" => {
                    let Value::Mapping(texts) = value else {
                        let hint = "write `format: {ru: \"не меньше {}\", en: \"at least {}\"}`";
                        self.error(own, "bad-fact", "`format` has to be a map of languages", hint);
                        return None;
                    };
                    fact.around = self.around(texts, own)?;
                }
                "called" => fact.called = self.called(value, own)?,
                other => {
                    let message = format!("unknown key `{}`", shortened(other));
                    let hint = suggest(other, &["value", "format", "called"]);
                    self.error(own, "unknown-key", &message, &hint);
                    return None;
                }
            }
        }
        Some(fact)
    }

    /// A single value, read from the file's own letters: YAML would make 1.8 of 1.80.
    fn said(&mut self, value: &Value, scalar: Option<&Scalar>, own: &[&Scalar]) -> Option<Said> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) => bare(&self.text[scalar?.range.clone()]).to_owned(),
            _ => {
                let hint = "write an amount (`1000 RUB`, `2 %`, `x35`, `24 hours`), a text, or a text for each language";
                self.error(own, "bad-fact", "a fact has to have a value", hint);
                return None;
            }
        };
        match amount(&text) {
            Ok(Some((_, Unit::Named(unit)))) if !self.units.contains(&unit) => {
                let message = format!("`{unit}` is no unit that a language could write");
                let known: Vec<&str> = self.units.iter().map(String::as_str).collect();
                let hint = format!("{}, or add it to `formats`", suggest(&unit, &known));
                self.error(own, "bad-fact", &message, &hint);
                None
            }
            // In quotes: a year, a version, the digits as they stand.
            Ok(Some((_, Unit::None))) if value.is_string() => {
                self.plain(&text, own).map(Said::Text)
            }
            Ok(Some((number, unit))) => Some(Said::Amount(number, unit)),
            Ok(None) => self.plain(&text, own).map(Said::Text),
            Err(hint) => {
                let message = format!("`{}` is no amount", shortened(&text));
                self.error(own, "bad-fact", &message, hint);
                None
            }
        }
    }

    fn plain(&mut self, text: &str, own: &[&Scalar]) -> Option<String> {
        let text = text.trim();
        if let Some(sign) = text.chars().find(|c| SIGNS.contains(c) || c.is_control()) {
            let message = format!("a fact is plain text: it cannot hold `{}`", sign.escape_debug());
            self.error(own, "bad-fact", &message, "write the sign in the article, around the fact");
            return None;
        }
        if text.is_empty() || text.chars().count() > MAX_TEXT {
            let message = format!("a fact has to have 1 to {MAX_TEXT} characters");
            self.error(own, "bad-fact", &message, "keep long texts in an article");
            return None;
        }
        Some(text.to_owned())
    }

    fn texts(&mut self, map: &Mapping, own: &[&Scalar]) -> Option<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        for (key, value) in map {
            let language = self.language(key, own)?;
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => String::new(),
            };
            texts.insert(language, self.plain(&text, own)?);
        }
        Some(texts)
    }

    fn around(&mut self, map: &Mapping, own: &[&Scalar]) -> Option<BTreeMap<String, String>> {
        let mut around = BTreeMap::new();
        for (key, value) in map {
            let language = self.language(key, own)?;
            let text = value.as_str().unwrap_or_default();
            if text.matches("{}").count() != 1 {
                let message =
                    format!("the format `{}` has no place for the amount", shortened(text));
                self.error(own, "bad-fact", &message, "write `{}` once, where the amount goes");
                return None;
            }
            self.plain(&text.replacen("{}", "0", 1), own)?;
            around.insert(language, text.to_owned());
        }
        Some(around)
    }

    fn called(&mut self, value: &Value, own: &[&Scalar]) -> Option<BTreeMap<String, Vec<String>>> {
        let hint = "write `called: {ru: минимальный вывод, en: minimum withdrawal}`";
        let Value::Mapping(map) = value else {
            self.error(own, "bad-fact", "`called` has to be a map of languages", hint);
            return None;
        };
        let mut called = BTreeMap::new();
        for (key, value) in map {
            let language = self.language(key, own)?;
            let names: Option<Vec<String>> = match value {
                Value::String(name) => Some(vec![name.clone()]),
                Value::Sequence(names) => {
                    names.iter().map(|name| name.as_str().map(str::to_owned)).collect()
                }
                _ => None,
            };
            let is_empty = |name: &String| !name.contains(char::is_alphabetic);
            let Some(names) = names.filter(|names| !names.iter().any(is_empty)) else {
                self.error(own, "bad-fact", "a name that articles use has to be text", hint);
                return None;
            };
            called.insert(language, names);
        }
        Some(called)
    }

    fn language(&mut self, key: &Value, own: &[&Scalar]) -> Option<String> {
        let name = key.as_str().unwrap_or_default();
        if name.parse::<Locale>().is_ok() {
            return Some(name.to_owned());
        }
        let message = format!("`{}` is no language", shortened(name));
        let hint = "a fact is an amount, a text, a text for each language (`ru: …`), or `value` with `format` and `called`";
        self.error(own, "bad-fact", &message, hint);
        None
    }

    fn formats(&mut self, value: &Value) -> Formats {
        let own = self.scalars_of("formats");
        Formats::read(value).unwrap_or_else(|message| {
            let hint = "write `formats: {ru: {RUB: \"{} руб.\"}}`, or plural forms: `{day: {one: \"{} день\", other: \"{} дня\"}}`";
            self.error(&own, "bad-fact", &message, hint);
            Formats::default()
        })
    }
}

/// Whether a name can stand in a text: `min_withdrawal`.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(fits)
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
