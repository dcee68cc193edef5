//! `spravka serve`: index, serve, follow the articles, and stop without cutting anybody off.

use std::fmt::Write;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Outcome;
use super::settings::Settings;
use super::terminal::{self, Progress};
use crate::article::Audience;
use crate::live::{Folder, Following, Published, Publisher};
use crate::store::Store;
use crate::web::{self, App, router};

/// How long requests under way may take when the server stops.
const DRAIN: Duration = Duration::from_secs(10);
/// How often it is written down how many read what.
const COUNTS_WRITTEN: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct ServeFlags {
    /// Serve the articles as they are now, without watching for changes
    #[arg(long)]
    no_watch: bool,
}

pub(super) fn run(settings: Settings, flags: &ServeFlags) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let outcome = runtime.block_on(serve(settings, flags.no_watch));
    // Reading thousands of articles is not waited for when somebody wants the program to end.
    runtime.shutdown_background();
    outcome
}

async fn serve(mut settings: Settings, no_watch: bool) -> anyhow::Result<Outcome> {
    let listener = TcpListener::bind(&settings.listen).await.with_context(|| {
        format!("cannot listen on {}: choose another address with --listen", settings.listen)
    })?;
    let address = listener.local_addr()?;
    settings.web.listen_url = Some(format!("http://{address}"));

    let published = Arc::new(Published::default());
    let folder = Folder::new(&settings.articles);
    let mut live = settings.live(Some(settings.index.clone()));
    live.follows = !no_watch;
    let store = Arc::new(Store::new(&settings.state));
    let app = App::new(
        Arc::clone(&published),
        Arc::clone(&store),
        settings.web,
        settings.keys,
        Arc::new(move |path| folder.asset(path)),
        jiff::Timestamp::now,
    );

    // Listening before everything is read: a probe gets "not ready" instead of a refusal.
    let (stop, stopping) = watch::channel(false);
    let mut told = stopping.clone();
    let mut server = tokio::spawn(web::serve(listener, router(app), async move {
        // Fails only when the sender is gone, and then it is time to stop too.
        let _ = told.wait_for(|stop| *stop).await;
    }));

    // Beside the reading. What is wrong with it is logged there; the articles are served all the same.
    let opening = Arc::clone(&store);
    tokio::spawn(async move { opening.prepare().await.is_ok() });
    let counting = Arc::clone(&store);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(COUNTS_WRITTEN).await;
            // What is wrong is logged there, and the counts are kept for the next time.
            let _ = counting.write_reads().await;
        }
    });

    // One for all of it: between two, a signal would be heard by nobody.
    let mut stop_asked = pin!(asked_to_stop());
    let reading = Arc::clone(&published);
    let start = tokio::task::spawn_blocking(move || {
        let mut progress = Progress::new();
        let publisher = Publisher::start(live, reading, &mut |stage, done, total| {
            progress.show(stage, done, total);
        });
        progress.finish();
        publisher
    });
    let mut publisher = tokio::select! {
        started = start => started.context("reading the articles failed")??,
        () = &mut stop_asked => return Ok(Outcome::Good),
    };
    announce(&published, &format!("http://{address}"))?;
    let stop_following: Box<dyn FnOnce() + Send> = if no_watch {
        // Nobody looks again.
        publisher = tokio::task::spawn_blocking(move || {
            publisher.compare_translations().map(|_| publisher)
        })
        .await??;
        Box::new(move || publisher.stop())
    } else {
        let following = Following::start(publisher);
        Box::new(move || following.stop())
    };

    tokio::select! {
        ended = &mut server => ended.context("the server failed")?,
        () = &mut stop_asked => {
            tracing::info!("stopping: requests under way are finished first");
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
    tokio::task::spawn_blocking(stop_following).await?;
    Ok(Outcome::Good)
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
