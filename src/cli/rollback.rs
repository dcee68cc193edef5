//! `spravka rollback`: an earlier commit is served until told otherwise.

use std::fmt::Write as _;

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;

use super::settings::Settings;
use super::{Format, Outcome, terminal};
use crate::live::{Earlier, Order, Served};

#[derive(Debug, Args)]
pub(super) struct RollbackFlags {
    /// The commit to serve: a hash, or what git knows it by [default: the one that changed the
    /// articles before the one served]
    commit: Option<String>,
    /// Serve the head of the branch again, also when it was rewritten
    #[arg(long, conflicts_with = "commit")]
    resume: bool,
    /// Print what is served and what was, and change nothing
    #[arg(long, conflicts_with_all = ["commit", "resume"])]
    list: bool,
}

/// Commits that `--list` prints.
const LISTED: usize = 15;

pub(super) fn run(
    settings: &Settings,
    flags: &RollbackFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    let folder = settings.source_folder();
    let served = Served::open(&folder).with_context(|| {
        format!(
            "no repository is served from {}: begin with `spravka serve --repo URL`, or name its state folder with --state",
            folder.display()
        )
    })?;
    if flags.list {
        return list(&served, format);
    }
    if flags.resume {
        served.give(&Order::Follow).context("the order cannot be written down")?;
        terminal::print(
            "The head of the branch is served again. A running server takes it over within a second.\n",
        )?;
        return Ok(Outcome::Good);
    }
    let commit = match &flags.commit {
        Some(name) => served.commit(name).with_context(|| {
            format!("git knows no commit `{name}` in the clone: see `spravka rollback --list`")
        })?,
        None => served.commits(2).into_iter().nth(1).context(
            "there is no commit before the one that is served: name one, see `spravka rollback --list`",
        )?,
    };
    if !served.has_articles(&commit) {
        bail!("the commit {} has no articles: see `spravka rollback --list`", short(&commit));
    }
    served.give(&Order::Serve(commit.hash.clone())).context("the order cannot be written down")?;
    terminal::print(&format!(
        "From now on {} is served: {} ({}).\nA running server takes it over within a second. The branch is followed again with `spravka rollback --resume`.\n",
        short(&commit),
        commit.subject,
        commit.at.strftime("%Y-%m-%d %H:%M UTC")
    ))?;
    Ok(Outcome::Good)
}

#[derive(Serialize)]
struct Listed {
    /// The commit that is served whatever comes; null when the branch is followed.
    pinned: Option<String>,
    /// The one that is served, then those before it that changed the articles.
    commits: Vec<Commit>,
}

#[derive(Serialize)]
struct Commit {
    hash: String,
    at: jiff::Timestamp,
    subject: String,
}

fn list(served: &Served, format: Option<Format>) -> anyhow::Result<Outcome> {
    let commits = served.commits(LISTED);
    let pinned = match served.order() {
        Some(Order::Serve(hash)) => Some(hash),
        _ => None,
    };
    if format == Some(Format::Json) {
        let commits = commits
            .into_iter()
            .map(|past| Commit { hash: past.hash, at: past.at, subject: past.subject })
            .collect();
        let mut text = serde_json::to_string_pretty(&Listed { pinned, commits })?;
        text.push('\n');
        terminal::print(&text)?;
        return Ok(Outcome::Good);
    }
    let mut text = String::new();
    for (at, past) in commits.iter().enumerate() {
        let mark = if at == 0 { "*" } else { " " };
        let date = past.at.strftime("%Y-%m-%d %H:%M");
        // Writing to a string never fails.
        let _ = writeln!(text, "{mark} {}  {date}  {}", short(past), past.subject);
    }
    text.push_str(match pinned {
        Some(_) => "* is served until `spravka rollback --resume`\n",
        None => "* is served, and the branch is followed\n",
    });
    terminal::print(&text)?;
    Ok(Outcome::Good)
}

fn short(past: &Earlier) -> &str {
    past.hash.get(..10).unwrap_or(&past.hash)
}
