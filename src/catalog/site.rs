//! `site.yaml`: what all articles share.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::BuildHasher as _;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustc_hash::FxBuildHasher;
use serde::Deserialize;

use super::{Channel, Hours, Presence};
use crate::article::{Digest, Locale, Problem, SourcePath, Spot, TopicId, read_yaml};

/// The help center's name, one for all locales or one for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteName {
    default: String,
    by_locale: BTreeMap<Locale, String>,
}

/// A color as `#rrggbb` has it: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

/// What stands at the foot of every page: age and licence notices, help with gambling, complaints.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// A sentence or two.
    #[serde(default)]
    pub text: String,
    /// Links, in their order.
    #[serde(default)]
    pub links: Vec<FooterLink>,
}

/// A link at the foot of every page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FooterLink {
    /// What it is called.
    pub title: String,
    /// Where it leads: `https`, `mailto`, `tel`, or a path of this site.
    pub url: String,
}

/// The kind of a channel for people in distress…
const HELPLINE: &str = "helpline";
/// …which comes first for questions of this topic, unless the site says otherwise.
const HARM: &str = "limits";

/// What all articles share.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// What it is called.
    pub name: SiteName,
    /// The address that absolute links begin with, without a slash at its end.
    pub base_url: String,
    /// The time zone of opening hours.
    pub time_zone: TimeZone,
    /// The locales served; the first is the default. Empty: every locale folder there is.
    pub locales: Vec<Locale>,
    /// The color of links and buttons.
    pub accent: Option<Color>,
    /// A picture beside the articles that stands before the name.
    pub logo: Option<SourcePath>,
    /// The hash of the file.
    pub digest: Digest,
    footers: BTreeMap<Locale, Footer>,
    channels: BTreeMap<Locale, Vec<Channel>>,
}

impl Site {
    /// The file's place below the articles folder.
    pub const FILE: &str = "site.yaml";

    /// Reads `site.yaml`.
    pub fn parse(path: &SourcePath, text: &str) -> Result<Self, Vec<Problem>> {
        let form: Form = read_yaml(path, text).map_err(|problem| vec![problem])?;
        form.check(path, text)
    }

    /// The locale of visitors who ask for none.
    pub fn default_locale(&self) -> Option<&Locale> {
        self.locales.first()
    }

    /// The name in a locale.
    pub fn name(&self, locale: &Locale) -> &str {
        self.name.by_locale.get(locale).unwrap_or(&self.name.default)
    }

    /// Ways to reach a human in a locale, in the order to show.
    pub fn channels(&self, locale: &Locale) -> &[Channel] {
        self.channels
            .get(locale)
            .or_else(|| self.default_locale().and_then(|locale| self.channels.get(locale)))
            .map_or(&[], Vec::as_slice)
    }

    /// What stands at the foot of every page in a locale.
    pub fn footer(&self, locale: &Locale) -> Option<&Footer> {
        self.footers.get(locale)
    }

    /// Whether somebody answers on this channel, and until when that stays so.
    pub fn presence(&self, channel: &Channel, now: Timestamp) -> Presence {
        channel.hours.presence(now.to_zoned(self.time_zone.clone()).datetime())
    }

    /// A hash of who is there: it changes when that is told in other words.
    pub fn presences(&self, now: Timestamp) -> u64 {
        let now = now.to_zoned(self.time_zone.clone()).datetime();
        let channels = self.channels.values().flatten();
        let presences: Vec<Presence> =
            channels.map(|channel| channel.hours.presence(now)).collect();
        let is_constant = presences.iter().all(|presence| *presence == Presence::Always);
        let day = (!is_constant).then(|| now.date());
        FxBuildHasher.hash_one((presences, day))
    }

    /// Whether somebody answers on this channel at this moment.
    pub fn is_open(&self, channel: &Channel, now: Timestamp) -> bool {
        channel.hours.open_at(now.to_zoned(self.time_zone.clone()).datetime())
    }
}

impl Default for Site {
    /// A help center without a `site.yaml`.
    fn default() -> Self {
        Self {
            name: SiteName { default: "Help".to_owned(), by_locale: BTreeMap::new() },
            base_url: String::new(),
            time_zone: TimeZone::UTC,
            locales: Vec::new(),
            accent: None,
            logo: None,
            digest: Digest(0),
            footers: BTreeMap::new(),
            channels: BTreeMap::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    name: Option<NameForm>,
    #[serde(default)]
    base_url: Option<String>,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    locales: Vec<String>,
    #[serde(default)]
    accent: Option<String>,
    #[serde(default)]
    logo: Option<String>,
    #[serde(default)]
    footer: BTreeMap<String, Footer>,
    #[serde(default)]
    channels: BTreeMap<String, Vec<ChannelForm>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NameForm {
    One(String),
    Each(BTreeMap<String, String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelForm {
    kind: String,
    title: String,
    url: String,
    #[serde(default)]
    hours: Option<String>,
    #[serde(default)]
    prepare: Vec<String>,
    #[serde(default)]
    takes: Option<String>,
    #[serde(default)]
    first_for: Option<Vec<String>>,
}

impl Form {
    fn check(self, path: &SourcePath, text: &str) -> Result<Site, Vec<Problem>> {
        let mut found = Found { path, text, problems: Vec::new() };
        let mut site = Site { digest: Digest::of(text.as_bytes()), ..Site::default() };
        found.locales(&self.locales, &mut site);
        found.name(self.name, &mut site);
        found.place(self.base_url, self.time_zone, &mut site);
        found.look(self.accent, self.logo, &mut site);
        for (locale, footer) in self.footer {
            let Some(locale) = found.locale(&locale) else { continue };
            for link in &footer.links {
                if !is_channel_address(&link.url) {
                    let message = format!(
                        "`{}` is no address for a link: use https, mailto, tel or a path of this site",
                        link.url
                    );
                    found.wrong(&link.url, "bad-url", message);
                }
            }
            site.footers.insert(locale, footer);
        }
        for (locale, channels) in self.channels {
            let Some(locale) = found.locale(&locale) else { continue };
            let list = site.channels.entry(locale).or_default();
            list.extend(channels.into_iter().filter_map(|form| found.channel(form)));
        }
        if found.problems.is_empty() { Ok(site) } else { Err(found.problems) }
    }
}

/// What is found wrong in the file.
struct Found<'a> {
    path: &'a SourcePath,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn wrong(&mut self, value: &str, code: &'static str, message: String) {
        let spot = self
            .text
            .find(value)
            .filter(|_| !value.is_empty())
            .map_or(Spot::START, |at| Spot::at(self.text, at..at + value.len()));
        self.problems.push(Problem::error(self.path, self.text, spot, code, message));
    }

    fn locale(&mut self, name: &str) -> Option<Locale> {
        match name.parse::<Locale>() {
            Ok(locale) => Some(locale),
            Err(error) => {
                self.wrong(name, "bad-locale", error.to_string());
                None
            }
        }
    }

    fn locales(&mut self, names: &[String], site: &mut Site) {
        for name in names {
            match self.locale(name) {
                Some(locale) if site.locales.contains(&locale) => {
                    self.wrong(
                        name,
                        "duplicate-locale",
                        format!("locale `{name}` is listed twice"),
                    );
                }
                Some(locale) => site.locales.push(locale),
                None => {}
            }
        }
    }

    fn name(&mut self, name: Option<NameForm>, site: &mut Site) {
        match name {
            Some(NameForm::One(name)) => site.name.default = name,
            Some(NameForm::Each(names)) => {
                for (locale, name) in names {
                    if let Some(locale) = self.locale(&locale) {
                        site.name.by_locale.insert(locale, name);
                    }
                }
                if let Some(name) = site.locales.first().and_then(|l| site.name.by_locale.get(l)) {
                    site.name.default.clone_from(name);
                }
            }
            None => {}
        }
    }

    /// Where the site is, on the web and on earth.
    fn place(&mut self, base_url: Option<String>, time_zone: Option<String>, site: &mut Site) {
        if let Some(url) = base_url {
            let url = url.trim_end_matches('/');
            if is_web_address(url) {
                url.clone_into(&mut site.base_url);
            } else {
                self.wrong(url, "bad-url", format!("base_url `{url}` is not an http(s) address"));
            }
        }
        if let Some(name) = time_zone {
            match TimeZone::get(&name) {
                Ok(zone) => site.time_zone = zone,
                Err(_) => self.wrong(
                    &name,
                    "bad-time-zone",
                    format!("`{name}` is not a time zone: write one like `Europe/Moscow`"),
                ),
            }
        }
    }

    /// How the pages look.
    fn look(&mut self, accent: Option<String>, logo: Option<String>, site: &mut Site) {
        if let Some(text) = accent {
            match text.parse() {
                Ok(color) => site.accent = Some(color),
                Err(InvalidColor) => self.wrong(
                    &text,
                    "bad-color",
                    format!("accent `{text}` is not a color: write one like `\"#0b6b61\"`"),
                ),
            }
        }
        if let Some(name) = logo {
            let is_picture = [".svg", ".png", ".webp", ".avif", ".jpg"]
                .iter()
                .any(|ending| name.to_ascii_lowercase().ends_with(ending));
            if is_picture && !name.starts_with(['/', '.']) && !name.contains([':', '\\']) {
                site.logo = Some(SourcePath::new(&name));
            } else {
                let message = format!(
                    "logo `{name}` is not a picture beside the articles: write its path in the articles folder, like `logo.svg`"
                );
                self.wrong(&name, "bad-logo", message);
            }
        }
    }

    fn channel(&mut self, form: ChannelForm) -> Option<Channel> {
        let first_for = form.first_for.unwrap_or_else(|| match form.kind.as_str() {
            HELPLINE => vec![HARM.to_owned()],
            _ => Vec::new(),
        });
        let mut topics = Vec::with_capacity(first_for.len());
        for topic in first_for {
            match topic.parse::<TopicId>() {
                Ok(topic) => topics.push(topic),
                Err(error) => self.wrong(&topic, "bad-topic", format!("`first_for`: {error}")),
            }
        }
        let hours = match form.hours.as_deref().unwrap_or("24/7").parse::<Hours>() {
            Ok(hours) => hours,
            Err(error) => {
                self.wrong(form.hours.as_deref().unwrap_or(""), "bad-hours", error.to_string());
                return None;
            }
        };
        if !is_channel_address(&form.url) {
            let message = format!(
                "`{}` is no address for a channel: use https, mailto, tel or a path of this site",
                form.url
            );
            self.wrong(&form.url, "bad-url", message);
            return None;
        }
        Some(Channel {
            kind: form.kind,
            title: form.title,
            url: form.url,
            hours,
            prepare: form.prepare,
            takes: form.takes,
            first_for: topics,
        })
    }
}

/// Why a text is no color.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a color: write `#rrggbb`")]
pub struct InvalidColor;

impl FromStr for Color {
    type Err = InvalidColor;

    /// `#rrggbb` or `#rgb`.
    fn from_str(text: &str) -> Result<Self, InvalidColor> {
        let digits: Option<Vec<u8>> = text
            .strip_prefix('#')
            .ok_or(InvalidColor)?
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits.as_deref() {
            Some([red, green, blue]) => Ok(Self([red * 17, green * 17, blue * 17])),
            Some(digits) if digits.len() == 6 => {
                Ok(Self([0, 2, 4].map(|at| digits[at] * 16 + digits[at + 1])))
            }
            _ => Err(InvalidColor),
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.chars().any(|c| c.is_whitespace() || c.is_control() || c == '"')
    })
}

fn is_channel_address(url: &str) -> bool {
    let is_plain = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    let is_local = url.starts_with('/') && !url[1..].starts_with(['/', '\\']);
    let is_scheme = ["mailto:", "tel:"].iter().any(|scheme| url.starts_with(scheme));
    is_plain && (is_local || is_scheme || is_web_address(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Site, Vec<String>> {
        Site::parse(&SourcePath::new(Site::FILE), text)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_site_has_a_name_for_each_locale() {
        let site = parse("name: {ru: Справка, en: Help}\nlocales: [ru, en]\n").unwrap();
        assert_eq!(site.name(&"en".parse().unwrap()), "Help");
        assert_eq!(site.name(&"kk".parse().unwrap()), "Справка");
    }

    #[test]
    fn every_wrong_value_is_named_with_its_line() {
        let problems = parse(
            "base_url: help.example.com\ntime_zone: Moscow\nlocales: [ru, RU]\n\
             channels:\n  ru:\n    - {kind: chat, title: Чат, url: 'javascript:alert(1)'}\n",
        )
        .unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:#?}");
        assert!(problems[0].starts_with("site.yaml:3:"), "{}", problems[0]);
    }
}
