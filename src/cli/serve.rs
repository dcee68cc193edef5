//! `spravka serve`: index, serve, follow the articles, and stop without cutting anybody off.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Outcome;
use super::settings::{RepositoryFlags, Settings};
use super::terminal::{self, Progress};
use crate::article::Audience;
use crate::live::{
    self, Checkout, Folder, Following, History, Published, Publisher, Remote, RepositoryFollowing,
};
use crate::store::Store;
use crate::web::{self, App, Preview, Webhook, router};

/// How long requests under way may take when the server stops.
const DRAIN: Duration = Duration::from_secs(10);
/// How often it is written down how many read what.
const COUNTS_WRITTEN: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct ServeFlags {
    /// Serve the articles as they are now, without watching for changes
    #[arg(long, conflicts_with = "repo")]
    no_watch: bool,
    #[command(flatten)]
    repository: RepositoryFlags,
    /// For the editor: show what is not published, too, with problems and advice, and reload open
    /// pages when a file is saved
    ///
    /// Drafts, articles outside their dates and staff-only articles are shown as if they were
    /// published, to everybody who can reach the address. The index and state folders are left alone.
    #[arg(long, conflicts_with = "repo")]
    preview: bool,
}

pub(super) fn run(settings: Settings, flags: &ServeFlags) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    // Both show the folder as it is, whatever the configuration follows.
    let is_of_folder = flags.preview || flags.no_watch;
    let remote = if is_of_folder { None } else { settings.remote(&flags.repository)? };
    let outcome = runtime.block_on(serve(settings, flags, remote));
    // Reading thousands of articles is not waited for when somebody wants the program to end.
    runtime.shutdown_background();
    outcome
}

async fn serve(
    mut settings: Settings,
    flags: &ServeFlags,
    remote: Option<(Remote, Option<String>)>,
) -> anyhow::Result<Outcome> {
    let ServeFlags { no_watch, preview, .. } = *flags;
    let listener = TcpListener::bind(&settings.listen).await.with_context(|| {
        format!("cannot listen on {}: choose another address with --listen", settings.listen)
    })?;
    let address = listener.local_addr()?;
    settings.web.listen_url = Some(format!("http://{address}"));

    let published = Arc::new(Published::default());
    let source = settings.source_folder();
    let calls = RepositoryFollowing::new();
    let folder: Arc<OnceLock<Folder>> = Arc::default();
    let remote = remote.map(|(remote, secret)| {
        settings.web.webhook = secret.map(|secret| Webhook::new(secret, calls.wake()));
        remote
    });
    let stop_fetching = remote.as_ref().map(|remote| Arc::clone(&remote.stop));
    let from = Source::of(remote, calls, source);
    // What is not known of a repository before it is fetched is told then.
    let history = Arc::new(match from {
        Source::Folder => History::of_folder(&settings.articles),
        Source::Repository { .. } => History::default(),
    });
    if matches!(from, Source::Folder) {
        let _ = folder.set(Folder::new(&settings.articles));
    }
    let assets = Arc::clone(&folder);
    // A preview keeps nothing: it must neither disturb the server whose folders these are, nor leave
    // drafts in its index or an editor's tries among the votes.
    let mut live = settings.live((!preview).then(|| settings.index.clone()));
    (live.follows, live.preview) = (!no_watch, preview);
    let folder_for_now = || tempfile::Builder::new().prefix("spravka-preview-").tempdir();
    let thrown_away = preview.then(folder_for_now).transpose();
    let thrown_away =
        thrown_away.context("cannot make a folder for what is tried in the preview")?;
    let state = thrown_away.as_ref().map_or(&*settings.state, |folder| folder.path());
    let store = Arc::new(Store::new(state));
    settings.web.preview = match (preview, no_watch) {
        (false, _) => Preview::Off,
        (true, false) => Preview::Following,
        (true, true) => Preview::Still,
    };
    let app = App::new(
        Arc::clone(&published),
        Arc::clone(&store),
        settings.web,
        settings.keys,
        Arc::new(move |path| assets.get()?.asset(path)),
        Some(Arc::clone(&history)),
        jiff::Timestamp::now,
    );

    // Listening before everything is read: a probe gets "not ready" instead of a refusal.
    let (stop, stopping) = watch::channel(false);
    let mut told = stopping.clone();
    let mut server = tokio::spawn(web::serve(listener, router(app.clone()), async move {
        // Fails only when the sender is gone, and then it is time to stop too.
        let _ = told.wait_for(|stop| *stop).await;
    }));

    keep(&store);

    // One for all of it: between two, a signal would be heard by nobody.
    let mut stop_asked = pin!(asked_to_stop());
    let reading = Arc::clone(&published);
    let mut start = tokio::task::spawn_blocking(move || {
        let mut progress = Progress::new();
        let following = from.start(live, reading, &folder, &history, &mut |stage, done, total| {
            progress.show(stage, done, total);
        });
        progress.finish();
        following
    });
    let following = tokio::select! {
        started = &mut start => started.context("reading the articles failed")??,
        () = &mut stop_asked => {
            if let Some(stop) = stop_fetching {
                // The fetch under way ends with us, and not some time after.
                stop.store(true, Ordering::Relaxed);
                let _ = tokio::time::timeout(Duration::from_secs(1), start).await;
            }
            return Ok(Outcome::Good);
        }
    };
    announce(&published, &format!("http://{address}"))?;
    if preview {
        announce_preview(address, no_watch)?;
    }

    tokio::select! {
        ended = &mut server => ended.context("the server failed")?,
        () = &mut stop_asked => {
            tracing::info!("stopping: requests under way are finished first");
            app.stop();
            stop.send_replace(true);
            tokio::select! {
                ended = &mut server => ended.context("the server failed")?,
                () = tokio::time::sleep(DRAIN) => {
                    tracing::warn!("requests were still under way after {} s", DRAIN.as_secs());
                }
                () = asked_to_stop() => tracing::warn!("stopped at once"),
            }
        }
    }
    // Logged there; a server that stops does not wait for a disk to come back.
    let _ = store.write_reads().await;
    store.close().await;
    tokio::task::spawn_blocking(move || following.stop()).await?;
    Ok(Outcome::Good)
}

/// Opens the store beside the reading, and writes to it now and then. What is wrong with it is logged
/// there; the articles are served all the same.
fn keep(store: &Arc<Store>) {
    let opening = Arc::clone(store);
    tokio::spawn(async move { opening.prepare().await.is_ok() });
    let counting = Arc::clone(store);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(COUNTS_WRITTEN).await;
            // What is wrong is logged there, and the counts are kept for the next time.
            let _ = counting.write_reads().await;
        }
    });
}

/// Where the articles come from.
enum Source {
    Folder,
    Repository { remote: Remote, calls: RepositoryFollowing, folder: PathBuf },
}

/// Who keeps the edition current.
enum Keeper {
    /// Nobody: what is served stays as it is.
    Nobody(Box<Publisher>),
    Watch(Following),
    Repository(RepositoryFollowing),
}

impl Source {
    fn of(remote: Option<Remote>, calls: RepositoryFollowing, folder: PathBuf) -> Self {
        match remote {
            Some(remote) => Self::Repository { remote, calls, folder },
            None => Self::Folder,
        }
    }

    /// Reads everything, publishes the first edition, and goes on as it is asked to.
    fn start(
        self,
        mut live: live::Settings,
        published: Arc<Published>,
        folder: &OnceLock<Folder>,
        history: &History,
        progress: live::OnProgress<'_>,
    ) -> anyhow::Result<Keeper> {
        let follows = live.follows;
        let (remote, calls, place) = match self {
            Self::Folder => {
                let mut publisher = Publisher::start(live, published, progress)?;
                if follows {
                    return Ok(Keeper::Watch(Following::start(publisher)));
                }
                // Nobody looks again.
                publisher.compare_translations()?;
                return Ok(Keeper::Nobody(Box::new(publisher)));
            }
            Self::Repository { remote, calls, folder } => (remote, calls, folder),
        };
        tracing::info!(
            repository = remote.shown(),
            branch = remote.branch,
            "the repository is fetched"
        );
        let (checkout, commit, wrong) = Checkout::open(remote, &place)?;
        live.articles = checkout.articles();
        live.commit = Some(commit.clone());
        live.repository = Some(checkout.followed());
        // Set once: nobody else does.
        let _ = folder.set(Folder::new(&live.articles));
        history.is_of_repository(checkout.clone_folder(), checkout.prefix());
        let publisher = Publisher::start(live, published, progress)?;
        Ok(Keeper::Repository(calls.start(publisher, checkout, commit, wrong)))
    }
}

impl Keeper {
    /// Finishes what is under way and writes down what was read.
    fn stop(self) {
        match self {
            Self::Nobody(publisher) => publisher.stop(),
            Self::Watch(following) => following.stop(),
            Self::Repository(following) => following.stop(),
        }
    }
}

fn announce(published: &Published, address: &str) -> anyhow::Result<()> {
    let Some(edition) = published.current() else { return Ok(()) };
    let shelf = edition.catalog.shelf(Audience::Staff);
    let locales: Vec<&str> = shelf.locales().map(|locale| locale.locale.as_str()).collect();
    let mut text = format!(
        "Spravka serves {} articles ({}) at {address}\n",
        shelf.article_count(),
        locales.join(", ")
    );
    if shelf.article_count() == 0 {
        text.push_str(
            "There are no articles yet: begin one with `spravka new ru/payments/first`.\n",
        );
    }
    if !edition.problems.is_empty() {
        let count = edition.problems.len();
        // Writing to a string never fails.
        let _ = writeln!(text, "{count} problems in the articles: see `spravka check`");
    }
    terminal::print(&text)
}

/// Says what a preview shows, and to whom.
fn announce_preview(address: SocketAddr, no_watch: bool) -> anyhow::Result<()> {
    let mut text =
        "Preview: drafts, articles outside their dates and staff-only articles are shown too\n"
            .to_owned();
    if no_watch {
        text.push_str("Saved files are not followed (--no-watch): pages do not reload\n");
    }
    if !address.ip().to_canonical().is_loopback() {
        let warning = format!(
            "everybody who can reach {address} sees drafts and staff-only articles: to keep them to this machine, listen on 127.0.0.1 (--listen)"
        );
        tracing::warn!("{warning}");
        text.push_str("WARNING: ");
        text.push_str(&warning);
        text.push('\n');
    }
    terminal::print(&text)
}

/// Ends when somebody presses Ctrl-C or the system says to stop.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the signal ends the program by itself.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
