//! The articles, opened once for a command: on the index in its folder when that is free, else in
//! memory.

use std::sync::Arc;

use super::settings::Settings;
use super::terminal::Progress;
use crate::live::{Edition, LiveError, Published, Publisher};
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

fn on(settings: &Settings, disk: bool) -> Result<Opened, LiveError> {
    let published = Arc::new(Published::default());
    let mut progress = Progress::new();
    let live = settings.live(disk.then(|| settings.index.clone()));
    let publisher = Publisher::start(live, Arc::clone(&published), &mut |stage, done, total| {
        progress.show(stage, done, total);
    })?;
    progress.finish();
    let edition = published.current().expect("a publisher that has started has published");
    Ok(Opened { edition, publisher })
}
