//! Single values of front matter: read as what they should be, or told as a problem with a place.
//!
//! Which keys there are is told in `front_matter`.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_yaml::Value;

use super::findings::{Findings, shortened};
use super::yaml::suggest;
use super::yaml_scan::{Scalar, bare};
use super::{Slug, Spot};

/// A key with its value and their places in the file.
pub(super) struct Given<'a> {
    pub(super) name: String,
    pub(super) content: &'a Value,
    /// Where the key stands.
    pub(super) key: Range<usize>,
    /// Where the value begins, or the key when it has none.
    pub(super) value: Range<usize>,
    /// Its scalars: positions in the list of all.
    scalars: Range<usize>,
}

/// Reads the values of one header.
pub(super) struct Values<'a, 'f> {
    header: &'a str,
    offset: usize,
    scalars: &'a [Scalar],
    findings: &'a mut Findings<'f>,
}

impl<'a, 'f> Values<'a, 'f> {
    pub(super) fn new(
        header: &'a str,
        offset: usize,
        scalars: &'a [Scalar],
        findings: &'a mut Findings<'f>,
    ) -> Self {
        Self { header, offset, scalars, findings }
    }

    pub(super) fn error(
        &mut self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.findings.error(range, code, message, hint);
    }

    pub(super) fn warning(
        &mut self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.findings.warning(range, code, message, hint);
    }

    pub(super) fn spot(&mut self, range: Range<usize>) -> Spot {
        self.findings.spot(range)
    }

    /// A key of the header itself.
    pub(super) fn given<'v>(&self, name: &str, content: &'v Value) -> Given<'v> {
        self.find(0..self.scalars.len(), 1, name, content)
    }

    /// A key of the map that another key holds.
    pub(super) fn inner<'v>(&self, outer: &Given<'_>, name: &str, content: &'v Value) -> Given<'v> {
        self.find(outer.scalars.clone(), 2, name, content)
    }

    fn find<'v>(
        &self,
        among: Range<usize>,
        depth: usize,
        name: &str,
        content: &'v Value,
    ) -> Given<'v> {
        let is_key = |s: &Scalar| s.key && s.depth == depth;
        let is_it = |s: &Scalar| is_key(s) && bare(&self.header[s.range.clone()]) == name;
        let scalars = &self.scalars[among.clone()];
        let found = scalars.iter().position(is_it);
        let own = found.map_or(among.start..among.start, |at| {
            let next = scalars[at + 1..].iter().position(is_key);
            among.start + at + 1..next.map_or(among.end, |next| among.start + at + 1 + next)
        });
        let key = found.map_or(0..0, |at| scalars[at].range.clone());
        let value = self.scalars[own.clone()].first().map_or(key.clone(), |s| s.range.clone());
        Given {
            name: name.to_owned(),
            content,
            key: self.in_file(&key),
            value: self.in_file(&value),
            scalars: own,
        }
    }

    fn in_file(&self, range: &Range<usize>) -> Range<usize> {
        range.start + self.offset..range.end + self.offset
    }

    /// The place of the `n`-th scalar of a value.
    fn item(&self, given: &Given<'_>, n: usize) -> Range<usize> {
        self.scalars[given.scalars.clone()]
            .get(n)
            .map_or(given.value.clone(), |s| self.in_file(&s.range))
    }

    pub(super) fn unknown(&mut self, key: &str, hint: &str) {
        let range = self.given(key, &Value::Null).key;
        self.unknown_at(range, key, hint);
    }

    pub(super) fn unknown_at(&mut self, range: Range<usize>, key: &str, hint: &str) {
        self.error(range, "unknown-key", format!("unknown key `{}`", shortened(key)), hint);
    }

    pub(super) fn wrong_key(&mut self, key: &str, hint: &str) {
        let range = self.offset..self.offset + 1;
        self.unknown_at(range, key, hint);
    }

    pub(super) fn missing(&mut self, key: &str, hint: &str) {
        let message = format!("the key `{key}` is missing");
        self.error(0..3, "missing-key", message, hint);
    }

    pub(super) fn wrong_type(&mut self, given: &Given<'_>, expected: &str) {
        let message =
            format!("`{}` should be {expected}, and is {}", given.name, kind(given.content));
        let hint = match given.content {
            Value::Null => format!("write a value, or remove the line `{}:`", given.name),
            Value::String(text) if expected.starts_with("a list") => {
                format!("write `{}: [{}]`", given.name, shortened(text))
            }
            _ => String::new(),
        };
        self.error(given.value.clone(), "wrong-type", message, hint);
    }

    /// A text: any scalar, as it is written. White space is made single.
    pub(super) fn text(&mut self, given: &Given<'_>) -> Option<String> {
        let written = self.item(given, 0);
        let Some(text) = self.scalar(given.content, &written) else {
            self.wrong_type(given, "text");
            return None;
        };
        self.checked_text(&given.name, &text, given.value.clone())
    }

    fn scalar(&self, content: &Value, written: &Range<usize>) -> Option<String> {
        match content {
            Value::String(text) => Some(text.clone()),
            // `title: 007` means what is written, not the number 7.
            Value::Number(_) | Value::Bool(_) => {
                let range = written.start - self.offset..written.end - self.offset;
                self.header.get(range).map(str::to_owned)
            }
            _ => None,
        }
    }

    fn checked_text(&mut self, name: &str, text: &str, range: Range<usize>) -> Option<String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            self.error(range, "empty-value", format!("`{name}` is empty"), "");
            return None;
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            let message = format!("`{name}` has the control character U+{:04X}", u32::from(c));
            self.error(range, "control-character", message, "delete it");
            return None;
        }
        Some(text)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, given: &Given<'_>) -> Vec<String> {
        self.placed_texts(given).into_iter().map(|(text, _)| text).collect()
    }

    /// A list of texts and where each stands.
    pub(super) fn placed_texts(&mut self, given: &Given<'_>) -> Vec<(String, Range<usize>)> {
        let Value::Sequence(items) = given.content else {
            self.wrong_type(given, "a list");
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            let range = self.item(given, n);
            if let Some(text) = self.scalar(item, &range) {
                let text = self.checked_text(&given.name, &text, range.clone());
                texts.extend(text.map(|text| (text, range)));
            } else {
                let name = &given.name;
                let message = format!("an item of `{name}` should be text, and is {}", kind(item));
                let hint = match item {
                    Value::Mapping(_) => "put quotes around a text that contains a colon",
                    _ => "",
                };
                self.error(range, "wrong-type", message, hint);
            }
        }
        texts
    }

    /// A slug.
    pub(super) fn slug(&mut self, given: &Given<'_>) -> Option<Slug> {
        let text = self.text(given)?;
        self.checked_slug(&given.name, &text, given.value.clone())
    }

    /// A list of slugs.
    pub(super) fn slugs(&mut self, given: &Given<'_>) -> Vec<Slug> {
        self.placed_texts(given)
            .into_iter()
            .filter_map(|(text, range)| self.checked_slug(&given.name, &text, range))
            .collect()
    }

    /// One slug, or a list of them.
    pub(super) fn slug_or_slugs(&mut self, given: &Given<'_>) -> Vec<Slug> {
        match given.content {
            Value::Sequence(_) => self.slugs(given),
            _ => self.slug(given).into_iter().collect(),
        }
    }

    fn checked_slug(&mut self, name: &str, text: &str, range: Range<usize>) -> Option<Slug> {
        if let Ok(slug) = text.parse() {
            return Some(slug);
        }
        let hint = match Slug::from_text(text) {
            Some(near) => format!("write `{near}`"),
            None => "use a-z, 0-9 and single hyphens between words".to_owned(),
        };
        let message = format!("`{name}`: `{}` is not a slug", shortened(text));
        self.error(range, "bad-slug", message, hint);
        None
    }

    /// One of a few words.
    pub(super) fn one_of<T: Copy>(&mut self, given: &Given<'_>, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(given)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` cannot be `{}`", given.name, shortened(&text));
        self.error(given.value.clone(), "bad-value", message, suggest(&text, &known));
        None
    }

    /// A whole number.
    pub(super) fn integer(&mut self, given: &Given<'_>) -> Option<i64> {
        if let Some(number) = given.content.as_i64() {
            return Some(number);
        }
        self.wrong_type(given, "a whole number");
        None
    }

    /// A day.
    pub(super) fn date(&mut self, given: &Given<'_>) -> Option<Date> {
        let text = self.text(given)?;
        let date = day(&text);
        if date.is_none() {
            let message = format!("`{}`: `{}` is not a date", given.name, shortened(&text));
            self.error(given.value.clone(), "bad-date", message, "write it like 2026-01-31");
        }
        date
    }

    /// A moment; a day alone means its first moment, UTC.
    pub(super) fn moment(&mut self, given: &Given<'_>) -> Option<Timestamp> {
        let text = self.text(given)?;
        let midnight = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        let moment = day(&text).and_then(midnight).or_else(|| text.parse().ok());
        if moment.is_none() {
            let message = format!("`{}`: `{}` is not a date or time", given.name, shortened(&text));
            let hint = if format!("{text}Z").parse::<Timestamp>().is_ok() {
                "say of which time zone: add `Z` or an offset like `+03:00`"
            } else {
                "write it like 2026-01-31 or 2026-01-31T09:00:00+03:00"
            };
            self.error(given.value.clone(), "bad-date", message, hint);
        }
        moment
    }
}

/// A date as `2026-01-31` and in no other way.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    shaped.then(|| text.parse().ok()).flatten()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a map",
        Value::Tagged(_) => "a YAML tag",
    }
}
