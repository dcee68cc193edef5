//! The copy of what was read, written for the next start on a thread of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::dates::CommitDates;
use super::library::FileState;
use super::snapshot;
use crate::article::SourcePath;

/// What was read, as it is to be written down.
pub(super) struct Copy {
    pub(super) dates: CommitDates,
    pub(super) files: BTreeMap<SourcePath, FileState>,
}

/// Writes the copy for the next start, on a thread of its own.
pub(super) struct Saver {
    sender: mpsc::Sender<Copy>,
    thread: thread::JoinHandle<()>,
}

impl Saver {
    /// Saves of a busy editor are put together for this long: a copy of everything is work, and
    /// what a crash loses of it is parsed again at the next start.
    pub(super) const PAUSE: Duration = Duration::from_secs(30);

    pub(super) fn start(folder: PathBuf) -> Self {
        let (sender, receiver) = mpsc::channel::<Copy>();
        let thread = thread::spawn(move || {
            for copy in receiver {
                if let Err(error) = snapshot::write(&folder, &copy.dates, &copy.files) {
                    tracing::warn!(%error, "the copy of the articles cannot be written: the next start parses them anew");
                }
            }
        });
        Self { sender, thread }
    }

    pub(super) fn save(&self, copy: Copy) {
        // Fails only when the thread is gone, and then there is nothing to lose by it.
        let _ = self.sender.send(copy);
    }

    pub(super) fn finish(self) {
        drop(self.sender);
        if self.thread.join().is_err() {
            tracing::warn!("the copy of the articles could not be finished");
        }
    }
}
