//! A saved file becomes the next edition: the folder is watched, changes are gathered until they
//! are complete, and whatever the watch may miss is found by looking again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Publisher;
use super::read::kind_of;
use crate::article::SourcePath;

/// A lone save is complete when nothing follows for this long.
const QUIET: Duration = Duration::from_millis(4);
/// Files that come together (a checkout, a copied folder) have longer pauses between them.
const QUIET_MANY: Duration = Duration::from_millis(60);
/// A file that is gone may be one that an editor is about to write anew.
const QUIET_GONE: Duration = Duration::from_millis(120);
/// Changes without end are published at least this often.
const LONGEST: Duration = Duration::from_secs(3);
/// From how many files on changes count as a batch.
const MANY: usize = 4;
/// From how many files on looking at the whole folder is quicker.
const ALL: usize = 500;
/// How often the whole folder is looked at, for what a watch can miss.
const RESCAN: Duration = Duration::from_mins(1);
/// How often it is looked at when it cannot be watched.
const POLL: Duration = Duration::from_secs(2);
/// After a failure it is tried again this soon.
const RETRY: Duration = Duration::from_secs(1);

/// What the following thread is told.
enum Message {
    Changed(Event),
    /// The watch lost track.
    Lost(String),
    Stop,
}

/// A thread that follows the articles; it stops when told to.
pub struct Following {
    sender: Sender<Message>,
    thread: std::thread::JoinHandle<()>,
}

impl Following {
    /// Begins to follow.
    pub fn start(publisher: Publisher) -> Self {
        let (sender, receiver) = mpsc::channel();
        let events = sender.clone();
        let thread = std::thread::spawn(move || Follower::new(publisher, events).run(&receiver));
        Self { sender, thread }
    }

    /// Finishes the edition under way, writes down what was read, and ends.
    pub fn stop(self) {
        // Fails only when the thread is gone already.
        let _ = self.sender.send(Message::Stop);
        if self.thread.join().is_err() {
            tracing::error!("the thread that follows the articles had failed");
        }
    }
}

/// Changes gathered until they are complete.
#[derive(Default)]
struct Batch {
    files: BTreeSet<SourcePath>,
    /// The whole folder is to be looked at.
    everything: bool,
    /// A folder is new: files may have come into it before it was watched.
    new_folder: bool,
    gone: bool,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.everything
    }

    fn quiet(&self) -> Duration {
        if self.gone {
            QUIET_GONE
        } else if self.everything || self.files.len() >= MANY {
            QUIET_MANY
        } else {
            QUIET
        }
    }
}

/// What tells a folder from another that takes its place under the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FolderId {
    path: PathBuf,
    inode: u64,
}

impl FolderId {
    fn of(folder: &Path) -> Option<Self> {
        let path = folder.canonicalize().ok()?;
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&path.metadata().ok()?);
        #[cfg(not(unix))]
        let inode = 0;
        Some(Self { path, inode })
    }
}

struct Follower {
    publisher: Publisher,
    events: Sender<Message>,
    watcher: Option<RecommendedWatcher>,
    /// What the watched path led to: another folder in its place has to be watched anew.
    watched: Option<FolderId>,
    next_look: Instant,
}

impl Follower {
    fn new(publisher: Publisher, events: Sender<Message>) -> Self {
        let next_look = Instant::now() + RESCAN;
        Self { publisher, events, watcher: None, watched: None, next_look }
    }

    fn run(mut self, receiver: &Receiver<Message>) {
        self.watch();
        // What was saved between the first reading and the beginning of the watch.
        self.look();
        loop {
            if self.publisher.copy_due().is_some_and(|due| due <= Instant::now()) {
                self.publisher.save();
            }
            let mut batch = Batch::default();
            match receiver.recv_timeout(self.time_to_wait()) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.gather(message, &mut batch),
                Err(RecvTimeoutError::Timeout) => {
                    self.on_time();
                    continue;
                }
            }
            let until = Instant::now() + LONGEST;
            let mut stopped = false;
            while !batch.is_empty() && Instant::now() < until {
                match receiver.recv_timeout(batch.quiet()) {
                    Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => {
                        stopped = true;
                        break;
                    }
                    Ok(message) => self.gather(message, &mut batch),
                    Err(RecvTimeoutError::Timeout) => break,
                }
            }
            if !batch.is_empty() {
                self.apply(&batch);
            }
            if stopped {
                break;
            }
        }
        self.watcher = None;
        self.publisher.stop();
    }

    /// Begins to watch the folder. One that cannot be watched is looked at every two seconds.
    fn watch(&mut self) {
        let events = self.events.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let message = match event {
                Ok(event) if event.need_rescan() => {
                    Message::Lost("too many changes at once".into())
                }
                // Reading a file is an event too, and our own would never end.
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
                Ok(event) => Message::Changed(event),
                Err(error) => Message::Lost(error.to_string()),
            };
            // Fails only when the follower has ended.
            let _ = events.send(message);
        });
        let root = self.publisher.library.folder.root().to_owned();
        let watching = watcher.and_then(|mut watcher| {
            watcher.watch(&root, RecursiveMode::Recursive)?;
            // A link is switched in the folder that it lies in.
            let is_link = root.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
            if let Some(parent) = root.parent().filter(|_| is_link) {
                let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                watcher.watch(parent, RecursiveMode::NonRecursive)?;
            }
            Ok(watcher)
        });
        match watching {
            Ok(watcher) => {
                self.watcher = Some(watcher);
                self.watched = FolderId::of(&root);
                "notify".clone_into(&mut self.publisher.origin.watching);
            }
            Err(error) => {
                if self.publisher.origin.watching != "polling" {
                    tracing::warn!(%error, "the articles folder cannot be watched: it is looked at every two seconds instead");
                }
                self.watcher = None;
                "polling".clone_into(&mut self.publisher.origin.watching);
            }
        }
    }

    fn time_to_wait(&self) -> Duration {
        let wake = self.publisher.copy_due().map_or(self.next_look, |due| due.min(self.next_look));
        let look = wake.saturating_duration_since(Instant::now());
        let now = self.publisher.now();
        let change = self.publisher.next_change().map(|at| {
            Duration::try_from(at.duration_since(now)).unwrap_or_default()
                + Duration::from_millis(1)
        });
        change.map_or(look, |change| change.min(look))
    }

    fn on_time(&mut self) {
        if self.publisher.next_change().is_some_and(|at| at <= self.publisher.now())
            && let Err(error) = self.publisher.publish(&mut |_, _, _| {})
        {
            self.failed(&error.to_string());
        }
        if self.next_look <= Instant::now() {
            if self.watcher.is_none() {
                self.watch();
            }
            self.look();
        }
    }

    fn gather(&mut self, message: Message, batch: &mut Batch) {
        let event = match message {
            Message::Changed(event) => event,
            Message::Lost(reason) => {
                tracing::warn!(
                    reason,
                    "the watch lost track of changes: the whole folder is looked at"
                );
                batch.everything = true;
                return;
            }
            Message::Stop => return,
        };
        for path in &event.paths {
            self.gather_path(path, batch);
        }
    }

    fn gather_path(&self, path: &Path, batch: &mut Batch) {
        let folder = &self.publisher.library.folder;
        let exists = path.symlink_metadata();
        let Some(source) = folder.source_path(path) else {
            if path.file_name() != folder.root().file_name() {
                // A neighbor of a link to the folder.
                return;
            }
            // The folder itself, moved or gone.
            batch.everything = true;
            batch.gone |= exists.is_err();
            return;
        };
        match exists {
            Ok(metadata) if metadata.is_dir() => {
                (batch.everything, batch.new_folder) = (true, true);
            }
            Ok(_) if kind_of(&source).is_some() => {
                batch.files.insert(source);
            }
            Ok(_) => {}
            Err(_) if self.publisher.library.files.contains_key(&source) => {
                batch.files.insert(source);
                batch.gone = true;
            }
            // A file that came and went, or a folder of which everything is gone.
            Err(_) => {
                let prefix = SourcePath::new(&format!("{source}/"));
                let mut below = self.publisher.library.files.range(&prefix..);
                let had_files = below
                    .next()
                    .is_some_and(|(known, _)| known.as_str().starts_with(prefix.as_str()));
                batch.everything |= had_files;
                batch.gone |= had_files;
            }
        }
    }

    fn apply(&mut self, batch: &Batch) {
        if batch.everything || batch.files.len() > ALL {
            self.look();
        } else {
            match self.publisher.refresh(&batch.files) {
                Ok(_) => {
                    self.publisher_held();
                    // A checkout names its commit after it has written the files.
                    if self.publisher.library.dates.head.is_some() {
                        self.next_look = self.next_look.min(Instant::now() + RETRY);
                    }
                }
                Err(error) => self.failed(&error.to_string()),
            }
        }
        if batch.new_folder {
            self.next_look = self.next_look.min(Instant::now() + Duration::from_millis(250));
        }
    }

    /// Looks at the whole folder.
    fn look(&mut self) {
        let leads_to = FolderId::of(self.publisher.library.folder.root());
        if self.watcher.is_some() && leads_to.is_some() && leads_to != self.watched {
            self.watch();
        }
        let soon = match self.publisher.rescan() {
            Ok(_) if self.publisher.origin.degraded.is_some() => {
                // The folder may be another one when it is back: it has to be watched anew.
                self.watcher = None;
                RETRY
            }
            Ok(_) if self.watcher.is_none() => POLL,
            Ok(_) => RESCAN,
            Err(error) => {
                self.failed(&error.to_string());
                RETRY
            }
        };
        self.next_look = Instant::now() + soon;
    }

    /// When the folder is half empty, it is looked at again soon.
    fn publisher_held(&mut self) {
        if self.publisher.library.is_held() {
            self.next_look = Instant::now() + RETRY;
        }
    }

    fn failed(&mut self, error: &str) {
        tracing::error!(
            error,
            "the next edition could not be made: the last one goes on being served"
        );
        self.next_look = Instant::now() + RETRY;
    }
}
