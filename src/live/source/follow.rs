//! A new commit becomes the next edition: the repository is asked now and then, and whenever
//! somebody calls.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::checkout::{Checkout, short};
use super::commit::Commit;
use super::orders::Order;
use crate::live::Publisher;

/// How soon an order is seen.
const LOOK: Duration = Duration::from_millis(500);
/// A repository that is away is asked again this soon, and then twice as late each time.
const RETRY: Duration = Duration::from_secs(2);

/// What the following thread is told.
enum Message {
    Fetch,
    /// The repository was asked: why it could not be, if it could not.
    Fetched(Option<String>),
    Stop,
}

/// Calls for a look at the repository. Cheap to clone; calling never waits.
#[derive(Clone)]
pub struct Wake(Arc<dyn Fn() + Send + Sync>);

impl Wake {
    /// Something new may be there.
    pub fn call(&self) {
        (self.0)();
    }
}

impl From<Arc<dyn Fn() + Send + Sync>> for Wake {
    fn from(call: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self(call)
    }
}

/// A thread that follows a repository; it stops when told to.
pub struct RepositoryFollowing {
    sender: Sender<Message>,
    receiver: Option<Receiver<Message>>,
    thread: Option<JoinHandle<()>>,
}

impl RepositoryFollowing {
    /// Nothing is followed yet, but calls are heard.
    pub fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self { sender, receiver: Some(receiver), thread: None }
    }

    /// Calls for a look.
    pub fn wake(&self) -> Wake {
        let sender = self.sender.clone();
        // Fails only when nobody follows any more.
        Wake(Arc::new(move || drop(sender.send(Message::Fetch))))
    }

    /// Begins to follow: `commit` is what the publisher serves, `wrong` what was wrong at the start.
    #[must_use]
    pub fn start(
        mut self,
        publisher: Publisher,
        checkout: Checkout,
        commit: Commit,
        wrong: Option<String>,
    ) -> Self {
        let Some(receiver) = self.receiver.take() else { return self };
        let follower = Follower {
            next_fetch: Instant::now() + if wrong.is_some() { RETRY } else { checkout.remote.poll },
            retry: RETRY,
            order: Order::read(&checkout.folder),
            away: None,
            sender: self.sender.clone(),
            fetch: None,
            is_called: false,
            publisher,
            checkout,
            commit,
        };
        self.thread = Some(std::thread::spawn(move || follower.run(&receiver, wrong.as_deref())));
        self
    }

    /// Finishes the edition under way, writes down what was read, and ends.
    pub fn stop(self) {
        // Fails only when the thread is gone already.
        let _ = self.sender.send(Message::Stop);
        if self.thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that follows the repository had failed");
        }
    }
}

impl Default for RepositoryFollowing {
    fn default() -> Self {
        Self::new()
    }
}

struct Follower {
    publisher: Publisher,
    checkout: Checkout,
    /// The commit that is served.
    commit: Commit,
    order: Option<Order>,
    /// Why the repository could not be asked the last time.
    away: Option<String>,
    sender: Sender<Message>,
    /// The fetch under way: it may take as long as a silent host lets it, and nothing waits for it.
    fetch: Option<JoinHandle<()>>,
    /// Whether somebody called meanwhile.
    is_called: bool,
    next_fetch: Instant,
    retry: Duration,
}

impl Follower {
    fn run(mut self, receiver: &Receiver<Message>, wrong: Option<&str>) {
        self.checkout.note_served(&self.commit);
        self.note(wrong);
        loop {
            match receiver.recv_timeout(self.time_to_wait()) {
                Ok(Message::Fetch) => self.ask(),
                Ok(Message::Fetched(away)) => self.fetched(away),
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.on_time(),
            }
        }
        self.checkout.remote.stop.store(true, Ordering::Relaxed);
        if let Some(fetch) = self.fetch.take() {
            // It has nothing to say any more.
            let _ = fetch.join();
        }
        self.publisher.stop();
    }

    fn time_to_wait(&self) -> Duration {
        let now = Instant::now();
        let mut wait = LOOK.min(self.next_fetch.saturating_duration_since(now));
        if let Some(due) = self.publisher.copy_due() {
            wait = wait.min(due.saturating_duration_since(now));
        }
        if let Some(at) = self.publisher.next_change() {
            let until = Duration::try_from(at.duration_since(self.publisher.now()));
            wait = wait.min(until.unwrap_or_default() + Duration::from_millis(1));
        }
        wait
    }

    fn on_time(&mut self) {
        if self.publisher.copy_due().is_some_and(|due| due <= Instant::now()) {
            self.publisher.save();
        }
        if self.publisher.next_change().is_some_and(|at| at <= self.publisher.now())
            && let Err(error) = self.publisher.publish(&mut |_, _, _| {})
        {
            tracing::error!(%error, "the next edition could not be made: the last one goes on being served");
        }
        let order = Order::read(&self.checkout.folder);
        if order != self.order {
            self.order.clone_from(&order);
            match order {
                // To follow again, what the branch is now has to be known.
                Some(Order::Follow) => self.ask(),
                _ => self.take_over(),
            }
        } else if self.next_fetch <= Instant::now() {
            self.ask();
        }
    }

    /// Asks the repository for news, beside everything else.
    fn ask(&mut self) {
        // Also while one is under way: a time that is over would not be waited for again.
        self.next_fetch = Instant::now() + self.checkout.remote.poll;
        if self.fetch.is_some() {
            // What was pushed since it began may not be in it.
            self.is_called = true;
            return;
        }
        let fetching = self.checkout.fetching();
        let sender = self.sender.clone();
        self.fetch = Some(std::thread::spawn(move || {
            // Fails only when nobody follows any more.
            let _ = sender.send(Message::Fetched(fetching.run().err()));
        }));
    }

    fn fetched(&mut self, away: Option<String>) {
        if let Some(fetch) = self.fetch.take() {
            // It has said all that it had to say.
            let _ = fetch.join();
        }
        let outcome = if away.is_some() { "failed" } else { "good" };
        metrics::counter!("spravka_fetches_total", "outcome" => outcome).increment(1);
        let poll = self.checkout.remote.poll;
        if away.is_some() {
            self.next_fetch = Instant::now() + self.retry;
            self.retry = (self.retry * 2).min(poll.max(RETRY));
        } else {
            self.retry = RETRY;
        }
        self.away = away;
        self.take_over();
        if std::mem::take(&mut self.is_called) {
            self.ask();
        }
    }

    /// Serves the commit that should be served.
    fn take_over(&mut self) {
        let (commit, wrong) = self.checkout.choose(self.away.clone());
        let next = commit.filter(|next| next.hash != self.commit.hash);
        let Some(next) = next else {
            self.checkout.note_served(&self.commit);
            self.order = Order::read(&self.checkout.folder);
            self.note(wrong.as_deref());
            return;
        };
        let changed = self.checkout.changed(&self.commit, &next);
        if let Err(error) = self.checkout.check_out(&next) {
            let wrong = format!("{error}: {} is served on", short(&self.commit.hash));
            self.note(Some(&wrong));
            return;
        }
        let is_pinned = self.checkout.is_pinned();
        self.publisher.set_source(wrong.as_deref(), is_pinned);
        if let Err(error) = self.publisher.take_commit(&next, changed.as_ref()) {
            let wrong = format!("the edition of {} could not be made: {error}", short(&next.hash));
            tracing::error!("{wrong}");
            self.note(Some(&wrong));
            return;
        }
        self.checkout.note_served(&next);
        self.order = Order::read(&self.checkout.folder);
        tracing::info!(
            commit = next.hash,
            files = changed.map(|files| files.len()),
            "a commit is served"
        );
        self.commit = next;
    }

    /// Notes what is wrong with following, and tells readers of the status.
    fn note(&mut self, wrong: Option<&str>) {
        let is_pinned = self.checkout.is_pinned();
        if self.publisher.set_source(wrong, is_pinned)
            && let Err(error) = self.publisher.publish(&mut |_, _, _| {})
        {
            tracing::error!(%error, "the next edition could not be made: the last one goes on being served");
        }
    }
}
