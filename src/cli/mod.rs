//! Commands and wiring: arguments and settings in, exit status out. What commands do is done in
//! the other rooms.

mod annotation;
mod answer;
mod calendar;
mod check;
mod eval;
mod explain;
mod fmt;
mod index;
mod key;
mod new;
mod opening;
mod reference;
mod rollback;
mod schema;
mod search;
mod serve;
mod settings;
mod terminal;
mod translations;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use settings::SettingsError;
use settings::{FileSettings, Settings};

/// A searchable knowledge base and FAQ engine: Markdown in, answers out.
#[derive(Debug, Parser)]
#[command(name = "spravka", version, about, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit status: 0 good, 1 problems found or a quality bar missed, 2 wrong usage or configuration.\n\
    A flag wins over the environment (shown as [env: …]), the environment over spravka.toml. Settings without a flag (base_url, staff keys, …) are in docs/running.md."
)]
struct Cli {
    #[command(flatten)]
    common: CommonFlags,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
struct CommonFlags {
    /// The configuration file [default: spravka.toml when present]
    #[arg(long, global = true, value_name = "FILE", env = "SPRAVKA_CONFIG")]
    config: Option<PathBuf>,
    /// The articles folder [default: articles]
    #[arg(long, global = true, value_name = "DIR", env = "SPRAVKA_ARTICLES")]
    articles: Option<PathBuf>,
    /// The index folder; it can always be deleted and is built anew [default: index]
    #[arg(long, global = true, value_name = "DIR", env = "SPRAVKA_INDEX")]
    index: Option<PathBuf>,
    /// The state folder: what visitors did, worth a backup; only serve opens it [default: state]
    #[arg(long, global = true, value_name = "DIR", env = "SPRAVKA_STATE")]
    state: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDR", env = "SPRAVKA_LISTEN")]
    listen: Option<String>,
    /// How to print [default: human]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// What to log: error, warn, info, debug, or a filter by module [default: info for serve, else warn]
    #[arg(long, global = true, value_name = "FILTER", env = "SPRAVKA_LOG")]
    log: Option<String>,
    /// How to log: text, json [default: text on a terminal, else json]
    #[arg(long, global = true, value_enum, value_name = "FORMAT", env = "SPRAVKA_LOG_FORMAT")]
    log_format: Option<LogFormat>,
}

/// How a command prints its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// Annotations of GitHub Actions (`check`, `eval --base`, `translations`).
    Github,
    /// SARIF 2.1.0, for code-scanning services (`check`).
    Sarif,
    /// iCalendar, for calendar programs (`calendar`).
    Ics,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Index and serve; watches the articles and reloads while running
    Serve(serve::ServeFlags),
    /// Build the index and exit
    Index,
    /// Search from the terminal
    Search(search::SearchFlags),
    /// Show why an article is where it is for a query, or why it is not found
    Explain(explain::ExplainFlags),
    /// Answer a question or a whole message from the terminal
    Answer(answer::AnswerFlags),
    /// Print every problem in the articles; for pre-commit hooks and CI
    Check(check::CheckFlags),
    /// Measure search quality: golden queries, or collections with judgements
    Eval(eval::EvalFlags),
    /// Serve an earlier commit of the repository that `serve --repo` follows, until told otherwise
    Rollback(rollback::RollbackFlags),
    /// Show what appears, expires and is due for a review, day by day
    Calendar(calendar::CalendarFlags),
    /// Show which translations lack what their source has said since
    Translations(translations::TranslationsFlags),
    /// Begin a new article from a template, or from its translation
    New(new::NewFlags),
    /// Bring articles into one form: the order of the header, spaces, lists, tables
    Fmt(fmt::FmtFlags),
    /// Print what the files may say, as JSON Schema: completion and checks while you type
    Schema(schema::SchemaFlags),
    /// Manage staff keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Print the OpenAPI document of the HTTP API
    Openapi,
    /// Print a completion script for a shell; it completes topics too
    Completions(reference::CompletionFlags),
    /// Print the manual page, or write one for each command
    Man(reference::ManFlags),
}

/// How a command ended when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    /// Problems found, or a bar missed.
    Bad,
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    reference::answer_shell();
    let cli = Cli::parse();
    match perform(cli) {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::from(1),
        Err(error) if terminal::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::print_error(&error);
            ExitCode::from(2)
        }
    }
}

fn perform(cli: Cli) -> anyhow::Result<Outcome> {
    let file = FileSettings::read(cli.common.config.as_deref())?;
    let format = cli.common.format;
    let settings = Settings::resolve(cli.common, file)?;
    let logging = terminal::start_logging(&settings, matches!(cli.command, Command::Serve(_)))?;
    let outcome = match cli.command {
        Command::Serve(flags) => serve::run(settings, &flags),
        Command::Index => index::run(&settings),
        Command::Search(flags) => search::run(&settings, &flags, format),
        Command::Explain(flags) => explain::run(&settings, &flags, format),
        Command::Answer(flags) => answer::run(&settings, &flags, format),
        Command::Check(flags) => check::run(&settings, &flags, format),
        Command::Eval(flags) => eval::run(&settings, &flags, format),
        Command::Rollback(flags) => rollback::run(&settings, &flags, format),
        Command::Calendar(flags) => calendar::run(&settings, &flags, format),
        Command::Translations(flags) => translations::run(&settings, &flags, format),
        Command::New(flags) => new::run(&settings, &flags),
        Command::Fmt(flags) => fmt::run(&settings, &flags, format),
        Command::Schema(flags) => schema::run(&flags, format),
        Command::Key(command) => key::run(&command, format),
        Command::Openapi => reference::openapi(),
        Command::Completions(flags) => reference::completions(&flags),
        Command::Man(flags) => reference::man(&flags),
    };
    drop(logging);
    outcome
}
