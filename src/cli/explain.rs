//! `spravka explain`: why an article is where it is for a query, or why it is not found.

use std::fmt::Write;

use anyhow::Context;
use clap::Args;
use owo_colors::OwoColorize;

use super::opening::ReaderFlags;
use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::{Article, ArticleId};
use crate::live::Explained;
use crate::search::{Explanation, Query, Signal};

#[derive(Debug, Args)]
pub(super) struct ExplainFlags {
    /// What was searched for
    #[arg(required = true, num_args = 1..)]
    query: Vec<String>,
    /// The article to explain, by id
    #[arg(long, value_name = "ID")]
    article: String,
    #[command(flatten)]
    reader: ReaderFlags,
}

pub(super) fn run(
    settings: &Settings,
    flags: &ExplainFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let id: ArticleId = flags.article.parse().context("--article takes the id of an article")?;
    let opened = opening::open(settings)?;
    let view = flags.reader.view(&opened.edition);
    let locale = flags.reader.locale(view)?;
    let query = Query::new(&flags.query.join(" "), locale)?;
    let explained = view.explain(&query, &id);
    let text = if format == Some(Format::Json) {
        format!("{:#}\n", crate::web::explain_json(&explained, &query, &id))
    } else {
        match &explained {
            Explained::Shown(article, explanation) => page(&query, article, explanation),
            other => other.why_not_searched(&id, &query.locale).unwrap_or_default() + "\n",
        }
    };
    terminal::print(&text)?;
    opened.publisher.stop();
    Ok(if matches!(explained, Explained::Shown(..)) { Outcome::Good } else { Outcome::Bad })
}

fn page(query: &Query, article: &Article, explanation: &Explanation) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    let standing = match explanation.rank {
        Some(rank) => format!(
            "`{}` is {rank} of {} for «{}», with a score of {:.2}.",
            article.id, explanation.total, query.text, explanation.score
        ),
        None => format!(
            "`{}` is not among the {} articles that match «{}».",
            article.id, explanation.total, query.text
        ),
    };
    line(format_args!("{}", standing.bold()));
    if explanation.is_nothing {
        line(format_args!("No hit is shown at all: no article has enough of what is asked."));
    }
    line(format_args!("The first hit is right with {:.0} %.", explanation.confidence * 100.0));
    if explanation.interpreted != query.text {
        line(format_args!("Searched: «{}»", explanation.interpreted));
    }
    for rewrite in &explanation.rewrites {
        line(format_args!("  {}: {} → {}", rewrite.kind.as_str(), rewrite.from, rewrite.to));
    }
    line(format_args!("{}", understood(explanation)));
    if !explanation.signals.is_empty() {
        line(format_args!("\n{}", "What the article has".bold()));
        for signal in &explanation.signals {
            line(format_args!("  {}", explained(signal, article)));
        }
    }
    if let Some((first, title, score)) = &explanation.first {
        line(format_args!("\n{}", "What is ahead".bold()));
        line(format_args!("  `{first}` «{title}» with a score of {score:.2}, by"));
        for ahead in &explanation.ahead {
            line(format_args!("  {ahead}"));
        }
    }
    line(format_args!("\n{}", "What to do".bold()));
    for advice in explanation.advice(&query.text, &article.id) {
        line(format_args!("  {advice}"));
    }
    text
}

/// What was thought of a query, and what its words are worth.
pub(super) fn understood(explanation: &Explanation) -> String {
    let mut text = String::new();
    // Writing to a string never fails.
    let mut line = |args: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{args}");
    };
    if !explanation.considered.is_empty() {
        line(format_args!("{}", "Readings (the cheapest is taken)".bold()));
        for considered in &explanation.considered {
            line(format_args!(
                "  {:>5.2}  {} → {}  {}",
                considered.cost,
                considered.part,
                considered.reading,
                considered.way.dimmed()
            ));
        }
    }
    line(format_args!("\n{}", "Words (what each tells, and its share)".bold()));
    for word in &explanation.words {
        let has = match (word.telling > 0.0, word.is_in_article) {
            (false, _) => "no article has it",
            (true, true) => "the article has it",
            (true, false) => "the article does not have it",
        };
        line(format_args!(
            "  {:>5.2} {:>4.0} %  «{}»  {}",
            word.telling,
            word.share * 100.0,
            word.word,
            has.dimmed()
        ));
        for (kind, other, weight) in &word.alternatives {
            line(format_args!("               {kind}: {other} × {weight:.2}"));
        }
    }
    text
}

/// One signal in words.
pub(super) fn explained(signal: &Signal, article: &Article) -> String {
    let place = match signal.section {
        Some(at) if at > 0 => {
            let section = &article.sections[at];
            format!("{} of #{}", signal.source, section.anchor)
        }
        Some(_) => format!("{} of the beginning", signal.source),
        None => signal.source.to_owned(),
    };
    let through = match &signal.through {
        Some(through) => format!(" by {through}"),
        None => String::new(),
    };
    let counts =
        if signal.counts { "" } else { "  (not counted: another section or form is better)" };
    format!("{:>7.3}  «{}»{through} in {place}{counts}", signal.score, signal.word)
}
