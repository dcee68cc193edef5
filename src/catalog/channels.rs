//! Ways to reach a human, and when somebody is there.

use std::str::FromStr;

use jiff::civil::{DateTime, Time, Weekday};

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

/// From a time to a time on some weekdays; an end at or before its beginning is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: Weekday,
    last: Weekday,
    from: Time,
    until: Time,
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
    fn nonsense_is_refused_with_examples() {
        assert!("always".parse::<Hours>().unwrap_err().to_string().contains("24/7"));
        assert!("25:00-26:00".parse::<Hours>().is_err());
    }
}
