//! `spravka calendar`: what will happen to articles by itself, and what is due for a review.

use std::fmt::Write;

use anyhow::bail;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::{Article, ArticleId, Audience};
use crate::catalog::{Calendar, Entry, Happening};
use crate::web;

#[derive(Debug, Args)]
pub(super) struct CalendarFlags {
    /// How many days ahead
    #[arg(long, value_name = "N", default_value_t = 90)]
    days: u16,
    /// Only articles that this team answers for
    #[arg(long, value_name = "TEAM")]
    owner: Option<String>,
}

pub(super) fn run(
    settings: &Settings,
    flags: &CalendarFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    // In memory: it tells what the files say, whatever is served.
    let opened = opening::in_memory(settings)?;
    let catalog = &opened.edition.catalog;
    let owner = flags.owner.as_deref();
    if let Some(owner) = owner {
        let owners = catalog.owners();
        if !owners.iter().any(|known| known.to_lowercase() == owner.to_lowercase()) {
            let known = match owners.as_slice() {
                [] => "no article names one: write `owner: TEAM` in its front matter".to_owned(),
                owners => format!("owners are {}", owners.join(", ")),
            };
            bail!("no article has the owner `{owner}`: {known}");
        }
    }
    let now = Timestamp::now();
    let calendar = catalog.calendar(now, flags.days, owner);
    let zone = &catalog.site.time_zone;
    terminal::print(&match format {
        Some(Format::Json) => format!("{:#}\n", document(&calendar, zone)),
        Some(Format::Ics) => {
            let view = opened.edition.seen_by(Audience::Staff);
            web::calendar_ics(view, settings.web.base_url.as_deref(), &calendar, now)
        }
        _ => page(&calendar, flags, zone),
    })?;
    Ok(Outcome::Good)
}

fn page(calendar: &Calendar, flags: &CalendarFlags, zone: &TimeZone) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    if !calendar.overdue.is_empty() {
        line(format_args!("{}", format!("Overdue: {}", calendar.overdue.len()).red().bold()));
        for entry in &calendar.overdue {
            line(format_args!("  {}  {}", entry.day, one(entry)));
            line(format_args!("              {}", files(entry).dimmed()));
        }
        line(format_args!(""));
    }
    let days = flags.days;
    if calendar.coming.is_empty() {
        let whose = flags.owner.as_deref().map_or_else(String::new, |owner| format!(" of {owner}"));
        line(format_args!(
            "Nothing to come until {} ({days} days): no article{whose} appears, expires or is due for a review.",
            calendar.until
        ));
        return text;
    }
    let name = zone.iana_name().unwrap_or("the site's own zone");
    let until = calendar.until;
    line(format_args!("The next {days} days, until {until} (times are those of {name})"));
    let mut day = None;
    for entry in &calendar.coming {
        if day != Some(entry.day) {
            day = Some(entry.day);
            let today = if entry.day == calendar.today { ", today" } else { "" };
            let title = format!("{} {}{today}", entry.day.strftime("%a"), entry.day);
            line(format_args!("\n{}", title.bold()));
        }
        let time = entry.at.map(|at| at.to_zoned(zone.clone()).strftime("%H:%M").to_string());
        line(format_args!("  {:<5}  {}", time.as_deref().unwrap_or(""), one(entry)));
        line(format_args!("         {}", files(entry).dimmed()));
    }
    text
}

fn one(entry: &Entry) -> String {
    let article = entry.article();
    let what = match entry.what {
        Happening::Publish => "appears   ",
        Happening::Expire => "expires   ",
        Happening::Review => "review due",
    };
    let draft = if entry.is_draft() { "  [still a draft: nobody will see it]" } else { "" };
    let staff = if article.audience == Audience::Staff { "  [staff only]" } else { "" };
    let (id, locales) = (&article.id, entry.locales());
    format!("{what}  {id} ({locales})  {}{staff}{draft}", article.title)
}

fn files(entry: &Entry) -> String {
    let mut parts: Vec<String> = entry.articles.iter().map(|a| a.path.to_string()).collect();
    if !entry.owners().is_empty() {
        parts.push(format!("owner: {}", entry.owners().join(", ")));
    }
    let replaced_by = &entry.article().replaced_by;
    if entry.what == Happening::Expire && !replaced_by.is_empty() {
        let ids: Vec<&str> = replaced_by.iter().map(ArticleId::as_str).collect();
        parts.push(format!("replaced by: {}", ids.join(", ")));
    }
    parts.join("  ")
}

fn document(calendar: &Calendar, zone: &TimeZone) -> Value {
    let all = |entries: &[Entry]| entries.iter().map(event).collect::<Vec<_>>();
    json!({
        "today": calendar.today,
        "until": calendar.until,
        "time_zone": zone.iana_name(),
        "overdue": all(&calendar.overdue),
        "coming": all(&calendar.coming),
    })
}

fn event(entry: &Entry) -> Value {
    let article = |article: &std::sync::Arc<Article>| {
        json!({
            "locale": article.locale.as_str(),
            "title": article.title,
            "file": article.path.as_str(),
            "owner": article.owner,
            "audience": article.audience.as_str(),
        })
    };
    let replaced_by: Vec<&str> =
        entry.article().replaced_by.iter().map(ArticleId::as_str).collect();
    json!({
        "day": entry.day,
        "at": entry.at,
        "what": entry.what.as_str(),
        "id": entry.article().id.as_str(),
        "is_draft": entry.is_draft(),
        "replaced_by": replaced_by,
        "articles": entry.articles.iter().map(article).collect::<Vec<_>>(),
    })
}
