//! Ways to reach a human, and when somebody is there.

use std::str::FromStr;

use jiff::civil::{DateTime, Time, Weekday};
use jiff::{ToSpan as _, Unit};

use crate::article::{Contact, TopicId};

/// One way to reach a human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// `chat`, `email`, `phone`, `form`, `helpline`.
    pub kind: String,
    /// What it is called on the page.
    pub title: String,
    /// Where it opens.
    pub url: String,
    /// When somebody is there.
    pub hours: Hours,
    /// What to have ready.
    pub prepare: Vec<String>,
    /// How long it takes, in words.
    pub takes: Option<String>,
    /// Topics whose questions this channel comes first for.
    pub first_for: Vec<TopicId>,
}

/// All channels, in the order in which somebody should try them who asks about these topics: those
/// that come first for one of the topics, then the one that an article names, with its own advice,
/// then the rest.
pub fn in_order_for(
    channels: &[Channel],
    topics: &[TopicId],
    contact: Option<&Contact>,
) -> Vec<Channel> {
    let mut ordered = channels.to_vec();
    if let Some(contact) = contact
        && let Some(kind) = &contact.channel
        && let Some(at) = ordered.iter().position(|channel| channel.kind == *kind)
    {
        let mut named = ordered.remove(at);
        if !contact.prepare.is_empty() {
            named.prepare.clone_from(&contact.prepare);
        }
        named.takes = contact.takes.clone().or(named.takes);
        ordered.insert(0, named);
    }
    ordered.sort_by_key(|channel| !channel.first_for.iter().any(|topic| topics.contains(topic)));
    ordered
}

/// Opening hours: `24/7`, `09:00-21:00`, `mon-fri 09:00-18:00; sat 10:00-16:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    text: String,
    spans: Vec<Span>,
}

/// Whether somebody is there, and until when that stays so, in the site's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Around the clock.
    Always,
    /// Somebody is there until then.
    OpenUntil(DateTime),
    /// Nobody is there before then.
    ClosedUntil(DateTime),
}

/// From a time to a time on some weekdays; an end at or before its beginning is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first weekday.
    pub first: Weekday,
    /// The last one; before the first: over the end of a week.
    pub last: Weekday,
    /// When it begins.
    pub from: Time,
    /// When it ends.
    pub until: Time,
}

/// Why a text is no opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` are no opening hours: write `24/7`, `09:00-21:00` or `mon-fri 09:00-18:00; sat 10:00-16:00`"
)]
pub struct InvalidHours(String);

impl Hours {
    /// Around the clock.
    pub fn always() -> Self {
        Self { text: "24/7".to_owned(), spans: Vec::new() }
    }

    /// The hours as they were written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The times of each week; none: around the clock.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether somebody is there at this local time, and until when that stays so.
    pub fn presence(&self, now: DateTime) -> Presence {
        let mut at = now;
        while let Some(end) = self.end_of_span(at) {
            at = end;
            if now.until((Unit::Day, at)).is_ok_and(|passed| passed.get_days() > 7) {
                return Presence::Always;
            }
        }
        match self.next_beginning(now) {
            _ if at > now => Presence::OpenUntil(at),
            Some(then) if !self.spans.is_empty() => Presence::ClosedUntil(then),
            _ => Presence::Always,
        }
    }

    /// When a span ends that covers this time; the one that lasts longest.
    fn end_of_span(&self, at: DateTime) -> Option<DateTime> {
        let covering = self.spans.iter().filter(|span| span.covers(at));
        covering.filter_map(|span| span.end_after(at)).max()
    }

    /// The next time at which a span begins.
    fn next_beginning(&self, now: DateTime) -> Option<DateTime> {
        let days = now.date().series(1.day()).take(8);
        let beginnings = days.flat_map(|day| {
            let spans = self.spans.iter().filter(move |span| span.on(day.weekday()));
            spans.map(move |span| day.to_datetime(span.from))
        });
        beginnings.filter(|beginning| *beginning > now).min()
    }

    /// Whether somebody is there at this local time.
    pub fn open_at(&self, now: DateTime) -> bool {
        self.spans.is_empty() || self.spans.iter().any(|span| span.covers(now))
    }
}

impl Span {
    fn covers(self, now: DateTime) -> bool {
        let (today, time) = (now.date().weekday(), now.time());
        if self.from < self.until {
            self.on(today) && self.from <= time && time < self.until
        } else {
            (self.on(today) && self.from <= time)
                || (self.on(today.previous()) && time < self.until)
        }
    }

    /// When it ends that covers this time.
    fn end_after(self, at: DateTime) -> Option<DateTime> {
        let ends_today = self.from < self.until || at.time() < self.until;
        let day = if ends_today { at.date() } else { at.date().tomorrow().ok()? };
        Some(day.to_datetime(self.until))
    }

    /// Whether it is on every day of a week.
    pub fn is_daily(self) -> bool {
        self.first.until(self.last) == 6
    }

    fn on(self, day: Weekday) -> bool {
        self.first.until(day) <= self.first.until(self.last)
    }
}

impl FromStr for Hours {
    type Err = InvalidHours;

    fn from_str(text: &str) -> Result<Self, InvalidHours> {
        let text = text.trim();
        if text == "24/7" {
            return Ok(Self::always());
        }
        let spans = text
            .split(';')
            .map(|part| span(part.trim()))
            .collect::<Option<Vec<Span>>>()
            .ok_or_else(|| InvalidHours(text.chars().take(60).collect()))?;
        Ok(Self { text: text.to_owned(), spans })
    }
}

fn span(text: &str) -> Option<Span> {
    let (days, times) = text.rsplit_once(' ').unwrap_or(("", text));
    let (from, until) = times.split_once('-')?;
    let (first, last) = match days.trim() {
        "" => (Weekday::Monday, Weekday::Sunday),
        days => {
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            (weekday(first)?, weekday(last)?)
        }
    };
    Some(Span { first, last, from: time(from)?, until: time(until)? })
}

/// `21:00`; `24:00` is midnight.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    Time::new(if hour == 24 && minute == 0 { 0 } else { hour }, minute, 0, 0).ok()
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.trim().to_lowercase().as_str() {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(hours: &str, now: &str) -> bool {
        hours.parse::<Hours>().unwrap().open_at(now.parse().unwrap())
    }

    #[test]
    fn a_phone_is_open_in_its_hours_only() {
        assert!(open("09:00-21:00", "2026-11-23T09:00"));
        assert!(!open("09:00-21:00", "2026-11-23T21:00"));
        assert!(open("24/7", "2026-11-22T03:00"));
    }

    #[test]
    fn weekdays_and_nights_are_understood() {
        // 2026-11-21 is a Saturday.
        assert!(!open("mon-fri 09:00-18:00", "2026-11-21T10:00"));
        assert!(open("mon-fri 09:00-18:00; sat 10:00-16:00", "2026-11-21T10:00"));
        assert!(open("fri-sat 20:00-02:00", "2026-11-22T01:30"));
        assert!(!open("fri-sat 20:00-02:00", "2026-11-22T20:30"));
        assert!(open("sat-mon 10:00-24:00", "2026-11-22T23:59"));
    }

    #[test]
    fn it_is_told_until_when_somebody_is_there() {
        let at =
            |hours: &str, now: &str| hours.parse::<Hours>().unwrap().presence(now.parse().unwrap());
        let open = |then: &str| Presence::OpenUntil(then.parse().unwrap());
        let closed = |then: &str| Presence::ClosedUntil(then.parse().unwrap());
        assert_eq!(at("24/7", "2026-11-23T10:00"), Presence::Always);
        assert_eq!(at("09:00-21:00", "2026-11-23T10:00"), open("2026-11-23T21:00"));
        assert_eq!(at("09:00-21:00", "2026-11-23T21:00"), closed("2026-11-24T09:00"));
        assert_eq!(at("09:00-21:00", "2026-11-23T08:59"), closed("2026-11-23T09:00"));
        // A Saturday night, and a Sunday.
        let week = "mon-fri 09:00-18:00; sat 20:00-02:00";
        assert_eq!(at(week, "2026-11-21T23:00"), open("2026-11-22T02:00"));
        assert_eq!(at(week, "2026-11-22T01:00"), open("2026-11-22T02:00"));
        assert_eq!(at(week, "2026-11-22T02:00"), closed("2026-11-23T09:00"));
        // What ends at midnight and goes on is one time.
        let on = "mon 09:00-24:00; tue 00:00-12:00";
        assert_eq!(at(on, "2026-11-23T10:00"), open("2026-11-24T12:00"));
        assert_eq!(at("00:00-24:00", "2026-11-23T10:00"), Presence::Always);
    }

    #[test]
    fn nonsense_is_refused_with_examples() {
        assert!("always".parse::<Hours>().unwrap_err().to_string().contains("24/7"));
        assert!("25:00-26:00".parse::<Hours>().is_err());
    }
}
