//! `spravka check`: every problem in the articles, as a compiler would say it.

mod human;
mod machine;

use clap::Args;

use super::settings::Settings;
use super::{Format, Outcome, opening, terminal};
use crate::article::{Audience, Problem, Severity};
use crate::catalog::Comparison;
use crate::live::Edition;

#[derive(Debug, Args)]
pub(super) struct CheckFlags {
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Say too what readers had at this commit and would lose: addresses, ids, sections, a translation in step
    #[arg(long, value_name = "REF")]
    base: Option<String>,
}

pub(super) fn run(
    settings: &Settings,
    flags: &CheckFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    // In memory: a check says what is in the files, whatever was served before.
    let opened = opening::in_memory(settings)?;
    let mut problems = opened.edition.problems.clone();
    if let Some(base) = &flags.base {
        problems.extend(lost(settings, base, &opened.edition)?);
        problems.sort();
    }
    let problems = problems.as_slice();
    let count = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let articles = opened.edition.catalog.shelf(Audience::Staff).article_count();
    let folder = settings.articles.to_string_lossy().replace('\\', "/");

    terminal::print(&match format.unwrap_or(Format::Human) {
        Format::Human | Format::Ics => human::report(problems, &folder, articles),
        Format::Json => machine::json(problems, &folder, articles),
        Format::Github => machine::github(problems, &folder),
        Format::Sarif => machine::sarif(problems, &folder),
    })?;
    let is_bad = errors > 0 || (flags.strict && warnings > 0);
    Ok(if is_bad { Outcome::Bad } else { Outcome::Good })
}

/// What readers had at a commit and would lose with the articles as they are.
fn lost(settings: &Settings, base: &str, now: &Edition) -> anyhow::Result<Vec<Problem>> {
    let (before, _folder) = opening::at_commit(settings, base)?;
    let comparison = Comparison {
        before: &before.edition.catalog,
        now: &now.catalog,
        problems: &now.problems,
        name: base,
        at: now.indexed_at,
    };
    let mut problems = comparison.lost();
    problems.extend(comparison.left_behind());
    Ok(problems)
}

/// A problem's file as the caller would name it: below the articles folder as that was given.
fn file(folder: &str, problem: &Problem) -> String {
    format!("{}/{}", folder.trim_end_matches('/'), problem.path)
}
