//! `spravka fmt`: one form for all articles, and not a word said otherwise.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};
use similar::TextDiff;

use super::settings::Settings;
use super::{Format, Outcome, terminal};
use crate::article::{Facts, Formatted, Problem, Source, SourcePath, format};
use crate::live::Folder;

/// Most lines of a file's difference that are shown.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct FmtFlags {
    /// Articles or folders of articles; `-` formats standard input [default: all articles]
    paths: Vec<PathBuf>,
    /// Write nothing; list the files that would change, and end with 1 when there are any
    #[arg(long)]
    check: bool,
    /// With `-`: which file it is, for what depends on that
    #[arg(long, value_name = "LOCALE/TOPIC/NAME.md", default_value = "en/topic/article.md")]
    stdin_path: String,
}

/// What became of the files.
#[derive(Default)]
struct Done {
    looked_at: usize,
    changed: Vec<(SourcePath, String)>,
    /// Files that stay as they are, and why.
    left_alone: Vec<(SourcePath, String)>,
}

pub(super) fn run(
    settings: &Settings,
    flags: &FmtFlags,
    format: Option<Format>,
) -> anyhow::Result<Outcome> {
    if flags.paths.iter().any(|path| path == Path::new("-")) {
        if flags.paths.len() > 1 {
            bail!("`-` stands for standard input: name no files beside it");
        }
        return standard_input(flags, &Folder::new(&settings.articles).facts());
    }
    let folder = Folder::new(&settings.articles);
    let facts = folder.facts();
    let mut done = Done::default();
    for path in chosen(&folder, &flags.paths)? {
        one(&folder, path, &facts, flags.check, &mut done)?;
    }
    let text = match format {
        Some(Format::Json) => format!("{:#}\n", done.json(settings)),
        _ => done.report(settings, flags.check),
    };
    terminal::print(&text)?;
    let is_bad = !done.left_alone.is_empty() || (flags.check && !done.changed.is_empty());
    Ok(if is_bad { Outcome::Bad } else { Outcome::Good })
}

/// The articles that are meant by these paths.
fn chosen(folder: &Folder, paths: &[PathBuf]) -> anyhow::Result<Vec<SourcePath>> {
    let all = folder
        .articles()
        .with_context(|| format!("cannot read the articles folder {}", folder.root().display()))?;
    if paths.is_empty() {
        return Ok(all);
    }
    // As the disk knows them: `..` and links on the way to the folder are no other places.
    let root = fs::canonicalize(folder.root())?;
    let mut chosen = Vec::new();
    for path in paths {
        let meant = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let before = chosen.len();
        chosen.extend(all.iter().filter(|article| root.join(article.as_str()).starts_with(&meant)));
        if chosen.len() == before {
            bail!(
                "there is no article at {}: name Markdown files or folders below {}",
                path.display(),
                folder.root().display()
            );
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen.into_iter().cloned().collect())
}

fn one(
    folder: &Folder,
    path: SourcePath,
    facts: &Facts,
    check: bool,
    done: &mut Done,
) -> anyhow::Result<()> {
    let file = folder.file(&path);
    let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let source = Source { path, bytes, modified: None };
    done.looked_at += 1;
    match format(&source, facts) {
        Formatted::Same => {}
        Formatted::Changed(new) => {
            let old = String::from_utf8_lossy(&source.bytes);
            let difference = difference(&old, &new);
            if !check {
                write(&file, &new).with_context(|| format!("cannot write {}", file.display()))?;
            }
            done.changed.push((source.path, difference));
        }
        Formatted::Broken(problems) => done.left_alone.push((source.path, errors(&problems))),
        Formatted::Unsafe => {
            done.left_alone.push((source.path, UNSAFE.to_owned()));
        }
    }
    Ok(())
}

/// Why a file that formatting would damage stays as it is.
const UNSAFE: &str = "in the usual form it would say something else to readers";

/// The first errors of a file, in a line.
fn errors(problems: &[Problem]) -> String {
    const MOST: usize = 3;
    let told = problems.iter().take(MOST);
    let mut told: Vec<String> = told
        .map(|problem| {
            format!("line {}: {} ({})", problem.spot.line, problem.message, problem.code)
        })
        .collect();
    if problems.len() > MOST {
        told.push(format!("{} more errors", problems.len() - MOST));
    }
    told.join("; ")
}

/// Puts a new file in the place of the old one, all of it or nothing, with the same permissions.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    // Whoever follows the folder overlooks hidden files.
    let mut new = tempfile::Builder::new().prefix(".fmt-").tempfile_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(fs::metadata(file)?.permissions())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// The lines that differ, the first of them.
fn difference(old: &str, new: &str) -> String {
    let difference = TextDiff::from_lines(old, new);
    let lines = difference.unified_diff().context_radius(1).to_string();
    let all: Vec<&str> = lines.lines().collect();
    let mut text = String::new();
    for line in all.iter().take(SHOWN) {
        // Writing to a string never fails.
        let _ = writeln!(text, "    {}", line.trim_end_matches('\r'));
    }
    if all.len() > SHOWN {
        let _ = writeln!(text, "    … {} more lines", all.len() - SHOWN);
    }
    text
}

fn standard_input(flags: &FmtFlags, facts: &Facts) -> anyhow::Result<Outcome> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    let path = SourcePath::new(&flags.stdin_path);
    let source = Source { path, bytes, modified: None };
    let (text, problem) = match format(&source, facts) {
        Formatted::Same => (None, None),
        Formatted::Changed(new) => (Some(new), None),
        Formatted::Broken(problems) => (None, Some(errors(&problems))),
        Formatted::Unsafe => (None, Some(UNSAFE.to_owned())),
    };
    if !flags.check {
        // An editor that takes what it gets loses nothing when the file is left alone.
        let text = text.as_ref().map_or(source.bytes.as_slice(), String::as_bytes);
        io::stdout().lock().write_all(text)?;
    }
    if let Some(problem) = &problem {
        writeln!(anstream::stderr().lock(), "standard input is left as it is: {problem}")?;
    }
    let is_bad = problem.is_some() || (flags.check && text.is_some());
    Ok(if is_bad { Outcome::Bad } else { Outcome::Good })
}

impl Done {
    fn report(&self, settings: &Settings, check: bool) -> String {
        let mut text = String::new();
        for (path, difference) in &self.changed {
            let name = settings.articles.join(path.as_str());
            let _ = writeln!(text, "{}", name.display());
            if check {
                text.push_str(difference);
            }
        }
        for (path, why) in &self.left_alone {
            let name = settings.articles.join(path.as_str());
            let _ = writeln!(text, "{}: left as it is: {why}", name.display());
        }
        let (changed, verb) = (self.changed.len(), if check { "would change" } else { "changed" });
        let _ = write!(text, "{} files: {changed} {verb}", self.looked_at);
        if !self.left_alone.is_empty() {
            let _ = write!(text, ", {} left as they are", self.left_alone.len());
        }
        text.push('\n');
        if check && changed > 0 {
            text.push_str("Bring them into form with `spravka fmt`.\n");
        }
        text
    }

    fn json(&self, settings: &Settings) -> Value {
        let name = |path: &SourcePath| {
            settings.articles.join(path.as_str()).to_string_lossy().replace('\\', "/")
        };
        let changed: Vec<String> = self.changed.iter().map(|(path, _)| name(path)).collect();
        let left: Vec<Value> = self
            .left_alone
            .iter()
            .map(|(path, why)| json!({ "path": name(path), "reason": why }))
            .collect();
        json!({ "files": self.looked_at, "changed": changed, "left_alone": left })
    }
}
