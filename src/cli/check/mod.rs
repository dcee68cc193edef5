//! `spravka check`: every problem in the articles, as a compiler would say it.

mod human;
mod machine;

use clap::Args;

use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::{Audience, Severity};

#[derive(Debug, Args)]
pub(super) struct CheckFlags {
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(
    settings: &Settings,
    flags: &CheckFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    // In memory: a check says what is in the files, whatever was served before.
    let opened = opening::in_memory(settings)?;
    let problems = &opened.edition.problems;
    let count = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let articles = opened.edition.catalog.shelf(Audience::Staff).article_count();
    let folder = settings.articles.to_string_lossy().replace('\\', "/");

    terminal::print(&match format.unwrap_or(Format::Human) {
        Format::Human => human::report(problems, &folder, articles),
        Format::Json => machine::json(problems, &folder, articles),
        Format::Github => machine::github(problems, &folder),
        Format::Sarif => machine::sarif(problems, &folder),
    })?;
    let is_bad = errors > 0 || (flags.strict && warnings > 0);
    Ok(if is_bad { Outcome::Bad } else { Outcome::Good })
}

/// A problem's file as the caller would name it: below the articles folder as that was given.
fn file(folder: &str, problem: &crate::article::Problem) -> String {
    format!("{}/{}", folder.trim_end_matches('/'), problem.path)
}
