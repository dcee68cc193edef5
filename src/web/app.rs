//! What every handler holds: the published edition, the settings, the clock and the caches.

use std::hash::RandomState;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::StaffKeys;
use super::api::Webhook;
use super::archive::Archive;
use super::cache::Answers;
use super::failure::Failure;
use super::measures::Measures;
use super::session::Sessions;
use super::throttle::Throttle;
use crate::article::{Audience, Digest, SourcePath};
use crate::catalog::Site;
use crate::live::{Edition, History, Published, View};
use crate::store::Store;

/// Brings the bytes of a file beside the articles: this room reads no files itself.
pub type Assets = Arc<dyn Fn(&SourcePath) -> Option<Vec<u8>> + Send + Sync>;

/// Votes and comments of one visitor in a minute.
const POSTS: u32 = 10;
/// Tries of one visitor to sign in, in a minute.
const SIGN_INS: u32 = 6;

/// Whether an editor looks at what is not published, and is the only one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preview {
    /// Readers ask.
    #[default]
    Off,
    /// Pages load themselves again when a file is saved.
    Following,
    /// The articles are as they were at the start.
    Still,
}

impl Preview {
    /// Whether it is one.
    pub fn is_on(self) -> bool {
        self != Self::Off
    }
}

/// How HTTP is spoken.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What absolute links begin with, instead of the `base_url` of `site.yaml`.
    pub base_url: Option<String>,
    /// What they begin with when nobody says: `http://` and the address listened on. The `Host`
    /// header is never believed.
    pub listen_url: Option<String>,
    /// How long an answer may take.
    pub request_timeout: Duration,
    /// Largest body taken, in bytes.
    pub max_body: usize,
    /// Whether ready answers are kept for who asks the same.
    pub answer_cache: bool,
    /// Sites whose scripts may read the public API: `https://www.example.com`.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How the host of the repository that is followed calls.
    pub webhook: Option<Webhook>,
    /// Whether everybody who asks is an editor at work.
    pub preview: Preview,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            listen_url: None,
            request_timeout: Duration::from_secs(10),
            max_body: 64 * 1024,
            answer_cache: true,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            webhook: None,
            preview: Preview::Off,
        }
    }
}

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The one copy of it.
pub struct Shared {
    pub(crate) published: Arc<Published>,
    /// What visitors did.
    pub(crate) store: Arc<Store>,
    pub(crate) settings: Settings,
    pub(crate) keys: StaffKeys,
    pub(crate) assets: Assets,
    /// What the articles were.
    pub(crate) archive: Archive,
    pub(crate) clock: fn() -> Timestamp,
    pub(crate) answers: Answers,
    pub(crate) measures: Measures,
    /// The edition and minute of which the number is known that follows.
    openings: Mutex<((u64, i64), u64)>,
    /// Makes a number of a visitor's address; another one after each start.
    pub(crate) salt: RandomState,
    /// Votes and comments.
    pub(crate) posts: Throttle,
    /// Tries to sign in.
    pub(crate) sign_ins: Throttle,
    /// Staff who are signed in.
    pub(crate) sessions: Sessions,
    /// Whether what would never end by itself has to end now.
    pub(crate) stopping: watch::Sender<bool>,
    /// Differs between programs and settings that answer the same articles differently.
    build: u64,
}

impl App {
    /// An application over the editions that are published.
    pub fn new(
        published: Arc<Published>,
        store: Arc<Store>,
        settings: Settings,
        keys: StaffKeys,
        assets: Assets,
        history: Option<Arc<History>>,
        clock: fn() -> Timestamp,
    ) -> Self {
        // Whoever previews wants the present state of everything.
        let answers = Answers::new(settings.answer_cache && !settings.preview.is_on());
        let program = format!("{} {:x}", env!("CARGO_PKG_VERSION"), super::pages::version());
        let build = Digest::of(program.as_bytes()).0;
        let measures = Measures::install();
        Self(Arc::new(Shared {
            published,
            store,
            settings,
            keys,
            assets,
            archive: Archive::new(history),
            clock,
            answers,
            measures,
            openings: Mutex::new(((0, i64::MIN), 0)),
            salt: RandomState::new(),
            posts: Throttle::a_minute(POSTS),
            sign_ins: Throttle::a_minute(SIGN_INS),
            sessions: Sessions::new(),
            stopping: watch::Sender::new(false),
            build,
        }))
    }

    /// The edition of the moment: a request takes it once.
    pub(crate) fn edition(&self) -> Result<Arc<Edition>, Failure> {
        self.published.current().ok_or(Failure::NotReady)
    }

    /// Ends what would never end by itself: open streams of events. Called before the server stops.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Who somebody is that shows no key: the public, or in a preview the editor.
    pub(crate) fn anybody(&self) -> Audience {
        if self.settings.preview.is_on() { Audience::Staff } else { Audience::Public }
    }

    /// The moment.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The address that the site is known by, without a slash at its end; empty when nobody says.
    pub(crate) fn public_url<'a>(&'a self, view: View<'a>) -> &'a str {
        let given = self.settings.base_url.as_deref();
        given.unwrap_or(&view.site().base_url).trim_end_matches('/')
    }

    /// The same before anything is read of an edition.
    pub(crate) fn known_as(&self) -> String {
        let edition = self.published.current();
        let view = edition.as_ref().map(|edition| edition.seen_by(Audience::Public));
        let given = || self.settings.base_url.clone().unwrap_or_default();
        view.map_or_else(given, |view| self.public_url(view).to_owned())
    }

    /// What absolute links begin with where a relative one will not do.
    pub(crate) fn absolute_url<'a>(&'a self, view: View<'a>) -> &'a str {
        match self.public_url(view) {
            "" => self.settings.listen_url.as_deref().unwrap_or_default().trim_end_matches('/'),
            known => known,
        }
    }

    /// A number that changes whenever somebody comes or goes who answers people, or when a day
    /// begins on which that is told in other words. Reckoned once a minute.
    pub(crate) fn openings(&self, edition: u64, site: &Site) -> u64 {
        let now = self.now();
        let key = (edition, now.as_second().div_euclid(60));
        let mut known = self.openings.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != key {
            *known = (key, site.presences(now));
        }
        known.1
    }

    /// The `ETag` of everything that depends on the view and the address alone. Weak: the same
    /// answer may come compressed, or with another `took_us`.
    pub(crate) fn etag(&self, view: View<'_>) -> String {
        let openings = self.openings(view.number(), view.site());
        // The address that links begin with, whatever this server listens on besides.
        let address = Digest::of(self.absolute_url(view).as_bytes()).0;
        format!("W/\"{}-{:08x}\"", view.tag(), (self.build ^ openings ^ address) as u32)
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
