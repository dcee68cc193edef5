//! `spravka answer`: answers a message from the terminal, as players or as staff would get it.

use std::fmt::Write;
use std::io::Read;

use anyhow::{Context, bail};
use clap::Args;
use jiff::Timestamp;
use owo_colors::OwoColorize;

use super::opening::ReaderFlags;
use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::{Audience, Locale};
use crate::catalog::section_url;
use crate::live::View;
use crate::search::{Answers, MAX_MESSAGE};

#[derive(Debug, Args)]
pub(super) struct AnswerFlags {
    /// The question or message; - reads it from standard input
    #[arg(required = true, num_args = 1..)]
    text: Vec<String>,
    #[command(flatten)]
    reader: ReaderFlags,
}

pub(super) fn run(
    settings: &Settings,
    flags: &AnswerFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let message = message(flags)?;
    let opened = opening::open(settings)?;
    let view = flags.reader.view(&opened.edition);
    let locale = flags.reader.locale(view)?;
    let text = if format == Some(Format::Json) {
        format!("{:#}\n", crate::web::answer_json(view, &message, &locale, Timestamp::now()))
    } else {
        page(view, &view.answer(&message, &locale), &locale)
    };
    terminal::print(&text)?;
    opened.publisher.stop();
    Ok(Outcome::Good)
}

fn message(flags: &AnswerFlags) -> anyhow::Result<String> {
    let message = if flags.text == ["-"] {
        let mut message = String::new();
        std::io::stdin()
            .read_to_string(&mut message)
            .context("cannot read the message from standard input")?;
        message
    } else {
        flags.text.join(" ")
    };
    if message.len() > MAX_MESSAGE {
        bail!(
            "the message has {} bytes; at most {MAX_MESSAGE} are read: shorten it",
            message.len()
        );
    }
    Ok(message)
}

fn page(view: View<'_>, answers: &Answers, locale: &Locale) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    if answers.answers.is_empty() {
        line(format_args!("No article answers this ({} sure).", percent(answers.confidence)));
    }
    for answer in &answers.answers {
        let article = &answer.hit.article;
        let section = &article.sections[answer.section()];
        let staff = if article.audience == Audience::Staff { " [staff only]" } else { "" };
        line(format_args!("{}", format!("> {}", answer.question).dimmed()));
        let heading = if section.heading.is_empty() {
            article.title.clone()
        } else {
            format!("{} § {}", article.title, section.heading)
        };
        line(format_args!("{}{staff}  {}", heading.bold(), percent(answer.confidence).dimmed()));
        for part in section.text.trim().lines() {
            line(format_args!("  {part}"));
        }
        line(format_args!("  {}\n", section_url(article, section).cyan()));
    }
    if !answers.alternatives.is_empty() {
        line(format_args!("See also:"));
        for hit in &answers.alternatives {
            let url = crate::catalog::article_url(&hit.article);
            line(format_args!("  {}  {}", hit.article.title, url.cyan()));
        }
    }
    let channels = view.handoff(answers, locale);
    if !channels.is_empty() {
        line(format_args!("A human:"));
    }
    for channel in &channels {
        line(format_args!("  {}  {}  {}", channel.title, channel.url, channel.hours.as_str()));
    }
    text
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}
