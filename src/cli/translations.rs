//! `spravka translations`: which translations lack what their source has said since.

use std::fmt::Write;

use anyhow::bail;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::annotation::Annotation;
use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::{Audience, Locale, Spot};
use crate::catalog::{Became, Drift};
use crate::live::{Folder, Lag, Standing};

#[derive(Debug, Args)]
pub(super) struct TranslationsFlags {
    /// Only translations into this locale
    locale: Option<String>,
    /// Fail when a translation is behind
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(
    settings: &Settings,
    flags: &TranslationsFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let opened = opening::in_memory(settings)?;
    let catalog = &opened.edition.catalog;
    let locales: Vec<&Locale> =
        catalog.shelf(Audience::Staff).locales().map(|shelf| &shelf.locale).collect();
    let (source, others) = match locales.split_first() {
        Some((source, others)) if !others.is_empty() => (*source, others),
        _ => bail!("the articles are in one language: there is nothing to translate"),
    };
    let locale = flags.locale.as_deref().map(|name| -> anyhow::Result<Locale> {
        let locale: Locale = name.parse()?;
        if !others.contains(&&locale) {
            let names: Vec<&str> = others.iter().map(|locale| locale.as_str()).collect();
            bail!(
                "`{locale}` is no locale to translate into from `{source}`: use {}",
                names.join(" or ")
            );
        }
        Ok(locale)
    });
    let locale = locale.transpose()?;
    let standing = Standing::of(&Folder::new(&settings.articles), catalog, locale.as_ref())?;
    let zone = &catalog.site.time_zone;
    let folder = settings.articles.to_string_lossy().replace('\\', "/");
    let folder = folder.trim_end_matches('/');
    terminal::print(&match format {
        Some(Format::Json) => format!("{:#}\n", document(&standing, source, folder)),
        Some(Format::Github) => github(&standing, folder, zone),
        _ => page(&standing, folder, zone),
    })?;
    let is_bad = flags.strict && !standing.behind.is_empty();
    Ok(if is_bad { Outcome::Bad } else { Outcome::Good })
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).date().to_string()
}

fn since(lag: &Lag, zone: &TimeZone) -> String {
    match lag.since() {
        Some(at) => format!("behind since {}", day(at, zone)),
        None => "behind what is not committed yet".to_owned(),
    }
}

fn words(lag: &Lag) -> String {
    match &lag.drift {
        Some(drift) => format!("+{} −{} words", drift.words_added, drift.words_removed),
        None => "it cannot be compared: the source was another file then".to_owned(),
    }
}

/// What a translator has to look at: `title; #limits; new: #how-long`.
fn places(drift: &Drift) -> String {
    let keys = drift.keys.iter().map(|key| (*key).to_owned());
    let sections = drift.sections.iter().map(|section| {
        let name = match section.heading.as_str() {
            "" => format!("#{}", section.anchor),
            heading => format!("{heading} (#{})", section.anchor),
        };
        match section.became {
            Became::Changed => name,
            Became::New => format!("new: {name}"),
            Became::Gone => format!("gone: {name}"),
        }
    });
    keys.chain(sections).collect::<Vec<_>>().join("; ")
}

fn page(standing: &Standing, folder: &str, zone: &TimeZone) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    for lag in &standing.behind {
        let translation = &lag.translation;
        line(format_args!("{}", format!("{folder}/{}", translation.path).bold()));
        line(format_args!("  {}  {}", translation.title, words(lag).dimmed()));
        line(format_args!("  {}: {folder}/{}", since(lag, zone).yellow(), lag.source.path));
        if let Some(drift) = &lag.drift {
            line(format_args!("  look at: {}", places(drift)));
        }
        for commit in &lag.commits {
            let (name, day) = (commit.commit.cyan(), day(commit.at, zone));
            line(format_args!("    {name} {day}  {}", commit.subject));
        }
        if lag.is_uncommitted {
            line(format_args!("    not committed"));
        }
        line(format_args!(""));
    }
    if !standing.missing.is_empty() {
        line(format_args!("{}", "Not translated at all".bold()));
        for (source, locale) in &standing.missing {
            line(format_args!("  {locale}  {folder}/{}  {}", source.path, source.title));
        }
        line(format_args!(""));
    }
    let in_step: usize = standing.in_step.values().sum();
    let (behind, missing) = (standing.behind.len(), standing.missing.len());
    line(format_args!("{behind} behind, {missing} missing, {in_step} in step"));
    text
}

fn github(standing: &Standing, folder: &str, zone: &TimeZone) -> String {
    let mut lines = String::new();
    let mut add = |level, file: String, title: &str, message: String| {
        let place = Some((file.as_str(), Spot::START));
        // Writing to a string never fails.
        let _ = writeln!(lines, "{}", Annotation { level, place, title, message: &message });
    };
    for lag in &standing.behind {
        let look = lag.drift.as_ref().map_or_else(String::new, |d| format!(": {}", places(d)));
        let message = format!("{}, {}{look}", since(lag, zone), words(lag));
        add("warning", format!("{folder}/{}", lag.translation.path), "translation-behind", message);
    }
    for (source, locale) in &standing.missing {
        let message = format!("`{}` is not translated into `{locale}`", source.id);
        add("notice", format!("{folder}/{}", source.path), "missing-translation", message);
    }
    lines
}

fn document(standing: &Standing, source: &Locale, folder: &str) -> Value {
    let behind = standing.behind.iter().map(|lag| {
        let commits = lag.commits.iter().map(
            |commit| json!({ "commit": commit.commit, "at": commit.at, "subject": commit.subject }),
        );
        let drift = lag.drift.as_ref().map(|drift| {
            let sections = drift.sections.iter().map(|section| {
                json!({
                    "anchor": section.anchor.as_str(),
                    "heading": section.heading,
                    "became": section.became.as_str(),
                })
            });
            json!({
                "keys": drift.keys,
                "sections": sections.collect::<Vec<_>>(),
                "words_added": drift.words_added,
                "words_removed": drift.words_removed,
            })
        });
        json!({
            "id": lag.translation.id.as_str(),
            "locale": lag.translation.locale.as_str(),
            "title": lag.translation.title,
            "file": format!("{folder}/{}", lag.translation.path),
            "source": format!("{folder}/{}", lag.source.path),
            "since": lag.since(),
            "is_uncommitted": lag.is_uncommitted,
            "commits": commits.collect::<Vec<_>>(),
            "changes": drift,
        })
    });
    let missing = standing.missing.iter().map(|(article, locale)| {
        json!({
            "id": article.id.as_str(),
            "locale": locale.as_str(),
            "title": article.title,
            "source": format!("{folder}/{}", article.path),
        })
    });
    let in_step: serde_json::Map<String, Value> =
        standing.in_step.iter().map(|(locale, n)| (locale.to_string(), (*n).into())).collect();
    json!({
        "source_locale": source.as_str(),
        "behind": behind.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
        "in_step": in_step,
    })
}
