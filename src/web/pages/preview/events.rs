//! `/_preview/events`: tells open pages of every edition that is published, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::web::App;

/// A browser that lost its stream asks for another one after this long.
const RETRY: Duration = Duration::from_secs(1);
/// Something is sent at least this often, so that a stream that nobody reads any more ends.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Names the edition that a page or an event is of: no two have one, over restarts neither.
pub(super) fn name_of(made_at: Timestamp) -> String {
    format!("{:x}", made_at.as_nanosecond())
}

/// What one stream has told, and what it waits for.
struct Listener {
    app: App,
    editions: watch::Receiver<()>,
    stopping: watch::Receiver<bool>,
    told: Option<String>,
}

/// `GET /_preview/events`: the present edition's name at once, and each that follows.
pub(super) async fn events(State(app): State<App>) -> impl IntoResponse {
    let editions = app.published.follow();
    let stopping = app.stopping.subscribe();
    let listener = Listener { app, editions, stopping, told: None };
    let events = stream::unfold(listener, |mut listener| async {
        let name = listener.next().await?;
        let event = Event::default().event("edition").data(name).retry(RETRY);
        Some((Ok::<_, Infallible>(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

impl Listener {
    /// The name of the next edition; `None` when the server stops.
    async fn next(&mut self) -> Option<String> {
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            let edition = self.app.published.current();
            let name = edition.map(|edition| name_of(edition.indexed_at));
            if name.is_some() && name != self.told {
                self.told.clone_from(&name);
                return name;
            }
            tokio::select! {
                changed = self.editions.changed() => changed.ok()?,
                stopped = self.stopping.changed() => stopped.ok()?,
            }
        }
    }
}
