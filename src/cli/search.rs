//! `spravka search`: search from the terminal, as players or as staff.

use std::fmt::Write;

use clap::Args;
use owo_colors::OwoColorize;

use super::explain::{explained, understood};
use super::opening::ReaderFlags;
use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::Audience;
use crate::catalog::{article_url, section_url};
use crate::live::{Explained, View};
use crate::search::{DEFAULT_LIMIT, Query, Results, Snippet};

#[derive(Debug, Args)]
pub(super) struct SearchFlags {
    /// What to look for
    #[arg(required = true, num_args = 1..)]
    query: Vec<String>,
    #[command(flatten)]
    reader: ReaderFlags,
    /// Only articles of this topic
    #[arg(long)]
    topic: Option<String>,
    /// Only articles with this tag
    #[arg(long)]
    tag: Option<String>,
    /// How many hits
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    limit: usize,
    /// How many hits to leave out from the first on
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Show every signal of every hit
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(
    settings: &Settings,
    flags: &SearchFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let opened = opening::open(settings)?;
    let view = flags.reader.view(&opened.edition);
    let query = query(flags, view)?;
    let results = view.search(query.clone());
    let text = if format == Some(Format::Json) {
        format!("{:#}\n", crate::web::search_json(view, query))
    } else {
        page(view, &results, flags)
    };
    terminal::print(&text)?;
    opened.publisher.stop();
    Ok(Outcome::Good)
}

fn query(flags: &SearchFlags, view: View<'_>) -> anyhow::Result<Query> {
    let locale = flags.reader.locale(view)?;
    let topic = flags.topic.as_deref().map(str::parse).transpose()?;
    let tag = flags.tag.as_deref().map(str::parse).transpose()?;
    let query = Query::new(&flags.query.join(" "), locale)?;
    Ok(query.page(flags.limit, flags.offset)?.within(topic, tag))
}

fn page(view: View<'_>, results: &Results, flags: &SearchFlags) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    for rewrite in &results.rewrites {
        let kind = rewrite.kind.as_str();
        line(format_args!("{}", format!("{kind}: {} → {}", rewrite.from, rewrite.to).dimmed()));
    }
    if results.hits.is_empty() {
        line(format_args!("Nothing is found for «{}».", results.query.text));
        if results.total > 0 {
            line(format_args!("There are {} articles on the pages before.", results.total));
        }
        return text;
    }
    line(format_args!(
        "{} of {} articles for «{}»",
        results.hits.len(),
        results.total,
        results.query.text
    ));
    if flags.explain
        && let Explained::Shown(_, explanation) =
            view.explain(&results.query, &results.hits[0].article.id)
    {
        line(format_args!("{}", understood(&explanation)));
    }
    for (at, hit) in results.hits.iter().enumerate() {
        let article = &hit.article;
        let rank = results.query.offset + at + 1;
        let staff = if article.audience == Audience::Staff { " [staff only]" } else { "" };
        line(format_args!(""));
        line(format_args!(
            "{rank:>3}. {}{staff}  {}",
            article.title.bold(),
            format!("{:.2}", hit.score).dimmed()
        ));
        line(format_args!("     {}", article_url(article).cyan()));
        for section in &hit.sections {
            let of = &article.sections[section.section];
            if !of.heading.is_empty() {
                line(format_args!("     § {}  {}", of.heading, section_url(article, of).cyan()));
            }
            line(format_args!("       {}", marked(&section.snippet)));
        }
        if flags.explain {
            for signal in view.signals(&results.query, article) {
                line(format_args!("       {}", explained(&signal, article)));
            }
            if let Explained::Shown(_, explanation) = view.explain(&results.query, &article.id) {
                for advice in explanation.advice(&results.query.text, &article.id) {
                    line(format_args!("       → {advice}"));
                }
            }
        }
    }
    text
}

fn marked(snippet: &Snippet) -> String {
    let mut text = String::new();
    let mut from = 0;
    for mark in &snippet.highlights {
        text.push_str(snippet.text.get(from..mark.start).unwrap_or_default());
        let word = snippet.text.get(mark.clone()).unwrap_or_default();
        let _ = write!(text, "{}", word.yellow().bold());
        from = mark.end;
    }
    text.push_str(snippet.text.get(from..).unwrap_or_default());
    text
}
