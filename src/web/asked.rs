//! The parameters of a request: decoded strictly, each at most once, typed on demand.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::App;
use super::failure::Failure;
use crate::article::{Locale, Slug};
use crate::live::{Revision, View};
use crate::search::Reading;

/// What a request asks for besides its path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pairs: Vec<(String, String)>,
    /// `If-None-Match`: what the asker already has.
    pub(crate) known_tags: Option<String>,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        Self::of(parts.uri.query(), &parts.headers)
    }
}

impl Asked {
    fn of(query: Option<&str>, headers: &HeaderMap) -> Result<Self, Failure> {
        let pairs = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                decoded(name).zip(decoded(value))
            })
            .collect::<Option<_>>()
            .ok_or(Failure::BadRequest)?;
        Ok(Self { pairs, known_tags: known_tags(headers) })
    }

    /// What a form or a JSON object in a body asks for, besides the address.
    pub(crate) fn with_body(mut self, headers: &HeaderMap, body: &[u8]) -> Result<Self, Failure> {
        match media_type(headers).as_str() {
            "application/json" => {
                let object: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_slice(body).map_err(|_| Failure::BadRequest)?;
                for (name, value) in object {
                    let value = match value {
                        serde_json::Value::Null => continue,
                        serde_json::Value::String(text) => text,
                        other @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                            other.to_string()
                        }
                        _ => {
                            let message = format!("`{}` is not a text", shortened(&name));
                            return Err(Failure::Parameter(message));
                        }
                    };
                    self.pairs.push((name, value));
                }
            }
            "application/x-www-form-urlencoded" => {
                let text = std::str::from_utf8(body).map_err(|_| Failure::BadRequest)?;
                self.pairs.extend(Self::of(Some(text), headers)?.pairs);
            }
            "" if body.is_empty() => {}
            _ => return Err(Failure::WrongType),
        }
        Ok(self)
    }

    /// A parameter as it was given; an empty one counts as not given.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let mut values = self.pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            return Err(Failure::Parameter(format!("`{name}` is given twice: give it once")));
        }
        Ok(value.map(String::as_str).filter(|value| !value.is_empty()))
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Failure> {
        self.parsed(name, |text| {
            text.parse().map_err(|_| format!("`{}` is not a whole number", shortened(text)))
        })
    }

    /// A whole number within these bounds, or this one when none is given.
    pub(crate) fn number_within(
        &self,
        name: &str,
        default: usize,
        bounds: RangeInclusive<usize>,
    ) -> Result<usize, Failure> {
        let number = self.number(name)?.unwrap_or(default);
        if bounds.contains(&number) {
            return Ok(number);
        }
        let (least, most) = bounds.into_inner();
        Err(Failure::Parameter(format!("`{name}` {number} is out of range: use {least} to {most}")))
    }

    /// How the text of a query is to be read.
    pub(crate) fn reading(&self) -> Result<Reading, Failure> {
        let reading = self.parsed("as_typed", |text| match text {
            "true" | "1" => Ok(Reading::AsTyped),
            "false" | "0" => Ok(Reading::Mended),
            other => Err(format!("`{}` is neither true nor false", shortened(other))),
        });
        Ok(reading?.unwrap_or_default())
    }

    /// The name of a topic, a tag or an article.
    pub(crate) fn name(&self, name: &str) -> Result<Option<Slug>, Failure> {
        self.parsed(name, Slug::from_str)
    }

    /// The commit that names a version.
    pub(crate) fn revision(&self) -> Result<Option<Revision>, Failure> {
        self.parsed("revision", Revision::from_str)
    }

    /// The locale asked for, else the site's default.
    pub(crate) fn locale(&self, view: View<'_>) -> Result<Locale, Failure> {
        match self.given_locale(view)? {
            Some(locale) => Ok(locale),
            None => Ok(super::locale::default_of(view)),
        }
    }

    /// The locale asked for: one that the site has.
    pub(crate) fn given_locale(&self, view: View<'_>) -> Result<Option<Locale>, Failure> {
        self.text("locale")?.map(|text| locale_named(view, text)).transpose()
    }

    fn parsed<T, E: Display>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        parse(text).map(Some).map_err(|error| Failure::Parameter(format!("`{name}`: {error}")))
    }
}

/// The locale of this name: one that the site has.
pub(crate) fn locale_named(view: View<'_>, text: &str) -> Result<Locale, Failure> {
    let known = text.parse::<Locale>().ok().filter(|locale| view.locale(locale).is_some());
    known.ok_or_else(|| {
        let names: Vec<String> =
            view.shelf().locales().map(|shelf| format!("`{}`", shelf.locale)).collect();
        Failure::Parameter(format!(
            "`locale` `{}` is not one of this site's: use {}",
            shortened(text),
            names.join(" or ")
        ))
    })
}

/// The type of a body, without parameters, in lower case; empty when none is told.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let told = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let bare = told.unwrap_or_default().split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

/// Enough of a text to know it again.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The value of `If-None-Match`; several headers are one list.
fn known_tags(headers: &HeaderMap) -> Option<String> {
    let values: Vec<&str> = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// Percent-encoding undone, `+` as a space. `None` when the outcome is not UTF-8; a `%` without two
/// digits behind it stands for itself, as browsers have it.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, behind @ ..]) => {
                let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
                match digit(*high).zip(digit(*low)) {
                    Some((high, low)) => {
                        bytes.push(high * 16 + low);
                        rest = behind;
                    }
                    None => bytes.push(b'%'),
                }
            }
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Asked, Failure> {
        Asked::of(Some(query), &HeaderMap::new())
    }

    #[test]
    fn parameters_are_decoded_and_unknown_ones_do_not_matter() {
        let asked = asked("q=%D0%B2%D1%8B%D0%B2+od&&x=1&x=2&flag&p=100%").unwrap();
        assert_eq!(asked.text("q").unwrap(), Some("выв od"));
        assert_eq!(asked.text("flag").unwrap(), None);
        assert_eq!(asked.text("p").unwrap(), Some("100%"));
        assert_eq!(asked.text("y").unwrap(), None);
    }

    #[test]
    fn twice_the_same_is_refused_and_so_is_what_is_not_utf_8() {
        assert!(matches!(asked("q=a&q=a").unwrap().text("q"), Err(Failure::Parameter(_))));
        assert!(matches!(asked("q=%FF"), Err(Failure::BadRequest)));
        assert!(matches!(asked("other=%C3%28"), Err(Failure::BadRequest)));
    }

    #[test]
    fn numbers_have_bounds() {
        let asked = asked("a=7&b=-1&c=99999999999999999999&d=").unwrap();
        assert_eq!(asked.number_within("a", 1, 1..=7).unwrap(), 7);
        assert_eq!(asked.number_within("d", 3, 1..=7).unwrap(), 3);
        assert!(asked.number_within("a", 1, 1..=6).is_err());
        assert!(asked.number("b").is_err());
        assert!(asked.number("c").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_query_string_panics(query in ".{0,60}") {
            let _ = asked(&query).map(|asked| asked.number("q").is_ok());
        }
    }
}
