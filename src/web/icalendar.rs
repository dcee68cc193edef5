//! A calendar as calendar programs read it: iCalendar, RFC 5545.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::article::ArticleId;
use crate::catalog::{Calendar, Entry, Happening, Words, article_url, permalink};

/// Longest line, in bytes, without its end.
const LONGEST: usize = 75;

/// What a calendar is called and where its entries lead.
pub(crate) struct About<'a> {
    /// The help center's name.
    pub(crate) site: &'a str,
    /// What addresses begin with; empty when nobody says.
    pub(crate) base_url: &'a str,
    pub(crate) words: &'a Words,
    /// When it was asked for.
    pub(crate) now: Timestamp,
}

/// The whole calendar, what is overdue on the day when it was due.
pub(crate) fn write(calendar: &Calendar, about: &About<'_>) -> String {
    let say = about.words.group("staff");
    let name = text(&format!("{}: {}", about.site, say["calendar"]));
    let mut lines = Lines(String::new());
    lines.add("BEGIN:VCALENDAR");
    lines.add("VERSION:2.0");
    lines.add("PRODID:-//Spravka//Calendar//EN");
    lines.add("CALSCALE:GREGORIAN");
    // The name's own property is younger than most programs.
    lines.add(&format!("NAME:{name}"));
    lines.add(&format!("X-WR-CALNAME:{name}"));
    lines.add("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    if calendar.overdue.is_empty() && calendar.coming.is_empty() {
        // A calendar has to hold something.
        lines.add("BEGIN:VTIMEZONE");
        lines.add("TZID:Etc/UTC");
        lines.add("BEGIN:STANDARD");
        lines.add("DTSTART:19700101T000000");
        lines.add("TZOFFSETFROM:+0000");
        lines.add("TZOFFSETTO:+0000");
        lines.add("END:STANDARD");
        lines.add("END:VTIMEZONE");
    }
    for entry in calendar.overdue.iter().chain(&calendar.coming) {
        event(&mut lines, entry, entry.day < calendar.today, about);
    }
    lines.add("END:VCALENDAR");
    lines.0
}

fn event(lines: &mut Lines, entry: &Entry, is_late: bool, about: &About<'_>) {
    let say = about.words.group("staff");
    let article = entry.article();
    let what = &say[&format!("calendar_{}", entry.what.as_str())];
    let mut summary = format!("{what}: {} ({})", article.title, entry.locales());
    if is_late {
        summary = format!("{}! {summary}", say["late"]);
    }
    if entry.is_draft() {
        summary = format!("{summary}, {}", say["calendar_draft"]);
    }
    let mut told: Vec<String> = entry.articles.iter().map(|a| a.path.to_string()).collect();
    if !entry.owners().is_empty() {
        told.push(format!("{}: {}", say["owner"], entry.owners().join(", ")));
    }
    if entry.what == Happening::Expire && !article.replaced_by.is_empty() {
        let ids: Vec<&str> = article.replaced_by.iter().map(ArticleId::as_str).collect();
        told.push(format!("{}: {}", say["calendar_replaced_by"], ids.join(", ")));
    }
    lines.add("BEGIN:VEVENT");
    // Without the day: an entry that moves to another day is the same entry.
    let host = host_of(about.base_url);
    let (what, id, locale) = (entry.what.as_str(), &article.id, &article.locale);
    lines.add(&format!("UID:{what}.{id}.{locale}@{host}"));
    lines.add(&format!("DTSTAMP:{}", moment(about.now)));
    match entry.at {
        Some(at) => lines.add(&format!("DTSTART:{}", moment(at))),
        None => lines.add(&format!("DTSTART;VALUE=DATE:{}", day(entry.day))),
    }
    lines.add(&format!("SUMMARY:{}", text(&summary)));
    lines.add(&format!("DESCRIPTION:{}", text(&told.join("\n"))));
    if !about.base_url.is_empty() {
        // Before it is published there is no page of it that anybody could open.
        let path = match entry.what {
            Happening::Publish => article_url(article),
            _ => format!("{}?locale={locale}", permalink(id)),
        };
        lines.add(&format!("URL:{}{path}", about.base_url));
    }
    // Nobody is busy by it.
    lines.add("TRANSP:TRANSPARENT");
    lines.add("END:VEVENT");
}

/// `https://help.example.com/x` → `help.example.com`.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() { "spravka" } else { host }
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn day(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// A value of the type TEXT.
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Content lines: folded, and each with the end that the standard wants.
struct Lines(String);

impl Lines {
    fn add(&mut self, line: &str) {
        let mut room = LONGEST;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                // The space counts.
                room = LONGEST - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(line: &str) -> String {
        let mut lines = Lines(String::new());
        lines.add(line);
        lines.0
    }

    proptest! {
        #[test]
        fn a_folded_line_is_the_same_line_and_no_part_of_it_is_too_long(line in "[^\\p{Cc}]{0,200}") {
            let folded = folded(&line);
            prop_assert!(folded.split("\r\n").all(|part| part.len() <= LONGEST));
            prop_assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
        }

        #[test]
        fn no_text_can_begin_a_line_of_its_own(value in any::<String>()) {
            let text = text(&value);
            prop_assert!(!text.contains(['\r', '\n']));
            prop_assert!(!text.replace("\\\\", "").replace("\\;", "").replace("\\,", "").contains([';', ',']));
        }
    }

    #[test]
    fn a_line_of_exactly_75_bytes_is_not_folded() {
        assert_eq!(folded(&"a".repeat(75)), format!("{}\r\n", "a".repeat(75)));
        assert_eq!(folded(&"a".repeat(76)), format!("{}\r\n a\r\n", "a".repeat(75)));
        // 37 letters of two bytes, and half of one more.
        assert_eq!(folded(&"я".repeat(38)), format!("{}\r\n я\r\n", "я".repeat(37)));
    }

    #[test]
    fn an_entry_is_named_by_the_host_of_the_site() {
        assert_eq!(host_of("https://help.example.com/de"), "help.example.com");
        assert_eq!(host_of(""), "spravka");
    }
}
