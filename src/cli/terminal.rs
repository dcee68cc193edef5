//! What people see: errors, logs and progress, with color only where it is welcome.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use super::LogFormat;
use super::settings::{Settings, SettingsError};
use crate::live::Stage;

/// Writes to standard output, in color only on a terminal that wants it.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Says why a command failed: the error, then what caused it.
pub(super) fn print_error(error: &anyhow::Error) {
    let style = owo_colors::Style::new().red().bold();
    let mut out = anstream::stderr().lock();
    // When standard error is gone, nobody is left to tell.
    let _ = writeln!(out, "{}: {error}", style.style("error"));
    let mut said = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !said.contains(&cause) {
            let _ = writeln!(out, "  because: {cause}");
        }
        said = cause;
    }
}

/// Whether a command ended because its reader had enough (`spravka check | head`).
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Sends log lines to standard error, from a thread of their own while serving: no visitor waits
/// for a log. Keep the guard until the end, or the last lines are lost.
pub(super) fn start_logging(
    settings: &Settings,
    is_serving: bool,
) -> Result<Option<WorkerGuard>, SettingsError> {
    let default = if is_serving { "info" } else { "warn" };
    let filter = settings.log.as_deref().unwrap_or(default);
    // They tell of every commit, every merge and every event.
    let filter = format!("tantivy=warn,notify=error,{filter}");
    let filter = EnvFilter::try_new(&filter).map_err(|error| SettingsError::Value {
        name: "log",
        message: format!("{error}: write error, warn, info or debug"),
    })?;
    let is_terminal = io::stderr().is_terminal();
    let is_json = match settings.log_format {
        Some(format) => format == LogFormat::Json,
        None => is_serving && !is_terminal,
    };
    // Room for a burst of lines: the usual 128,000 take four megabytes before the first is written.
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(8_192).finish(io::stderr());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_target(false)
        .with_ansi(is_terminal && std::env::var_os("NO_COLOR").is_none());
    let started = if is_json {
        builder.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
    } else {
        builder.try_init()
    };
    // A subscriber that is already there (in tests) is as good.
    drop(started);
    Ok(Some(guard))
}

/// A progress bar for a long start; nothing where nobody looks, or when it is quick.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    stage: Option<Stage>,
}

impl Progress {
    /// Fewer files are read before a bar could be seen.
    const FROM: usize = 300;

    pub(super) fn new() -> Self {
        Self { bar: None, stage: None }
    }

    pub(super) fn show(&mut self, stage: Stage, done: usize, total: usize) {
        if total < Self::FROM || !io::stderr().is_terminal() {
            return;
        }
        if self.stage != Some(stage) {
            self.finish();
            let bar = ProgressBar::new(total as u64);
            let template = "{msg:>9} [{bar:40}] {pos}/{len} articles, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(match stage {
                Stage::Reading => "reading",
                Stage::Indexing => "indexing",
            });
            bar.enable_steady_tick(Duration::from_millis(200));
            (self.bar, self.stage) = (Some(bar), Some(stage));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(done as u64);
        }
    }

    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
