//! The articles, opened once for a command: on the index in its folder when that is free, else in
//! memory.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;

use super::settings::Settings;
use super::terminal::Progress;
use crate::article::{Audience, Locale};
use crate::live::{self, CommitFolder, Edition, LiveError, Published, Publisher, View};
use crate::search::IndexError;

/// Everything read, and the edition made of it.
pub(super) struct Opened {
    pub(super) edition: Arc<Edition>,
    pub(super) publisher: Publisher,
}

/// Opens on the index folder. A server that holds it keeps it, and is not disturbed.
pub(super) fn open(settings: &Settings) -> anyhow::Result<Opened> {
    match on(settings, true) {
        Err(LiveError::Index(IndexError::InUse)) => Ok(on(settings, false)?),
        other => Ok(other?),
    }
}

/// Opens in memory, and leaves the index folder alone.
pub(super) fn in_memory(settings: &Settings) -> anyhow::Result<Opened> {
    Ok(on(settings, false)?)
}

/// Opens on the index folder or not at all.
pub(super) fn on_disk(settings: &Settings) -> anyhow::Result<Opened> {
    Ok(on(settings, true)?)
}

/// The articles as they stood at a commit, beside those of the folder. Their files go with the
/// last of what is returned.
pub(super) fn at_commit(settings: &Settings, name: &str) -> anyhow::Result<(Opened, CommitFolder)> {
    let folder = CommitFolder::of(&settings.articles, name)?;
    let mut live = settings.live(None);
    folder.path().clone_into(&mut live.articles);
    Ok((start(live)?, folder))
}

fn on(settings: &Settings, disk: bool) -> Result<Opened, LiveError> {
    start(settings.live(disk.then(|| settings.index.clone())))
}

fn start(live: live::Settings) -> Result<Opened, LiveError> {
    let published = Arc::new(Published::default());
    let mut progress = Progress::new();
    let publisher = Publisher::start(live, Arc::clone(&published), &mut |stage, done, total| {
        progress.show(stage, done, total);
    })?;
    progress.finish();
    let edition = published.current().expect("a publisher that has started has published");
    Ok(Opened { edition, publisher })
}

/// For whom a command asks.
#[derive(Debug, Args)]
pub(super) struct ReaderFlags {
    /// The locale to search [default: the site's first]
    #[arg(long)]
    locale: Option<String>,
    /// Search what staff may see
    #[arg(long)]
    staff: bool,
}

impl ReaderFlags {
    /// The edition as they see it.
    pub(super) fn view<'a>(&self, edition: &'a Edition) -> View<'a> {
        edition.seen_by(if self.staff { Audience::Staff } else { Audience::Public })
    }

    /// The locale named, else the site's default; one that has articles.
    pub(super) fn locale(&self, view: View<'_>) -> anyhow::Result<Locale> {
        let locale: Locale = match &self.locale {
            Some(locale) => locale.parse()?,
            None => view.default_locale().context("there are no articles to search")?.clone(),
        };
        if view.locale(&locale).is_none() {
            let known: Vec<&str> = view.shelf().locales().map(|l| l.locale.as_str()).collect();
            bail!("there are no articles in `{locale}`: the locales are {}", known.join(", "));
        }
        Ok(locale)
    }
}
