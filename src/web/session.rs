//! Staff who are signed in: a random id in a cookie, known here by its hash, for as long as it is
//! used and its key is configured. A restart ends them all.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use moka::sync::Cache;
use rand::distr::{Alphanumeric, SampleString as _};
use sha2::{Digest as _, Sha256};

use super::StaffKeys;
use super::keys::KeyHash;

/// Where nobody can listen, browsers take the name only from this very host.
const GUARDED_NAME: &str = "__Host-spravka_session";
const NAME: &str = "spravka_session";
/// Random characters of an id: 256 bits.
const ID_LENGTH: usize = 43;
/// An agent's day ends a session that nobody uses.
const IDLE: Duration = Duration::from_hours(12);
/// And a week ends each.
const LONGEST: Duration = Duration::from_hours(7 * 24);
/// Sessions kept; beyond it the least used ones end.
const MOST: u64 = 10_000;
/// Cookies of our name that are looked at: a browser sends two at most.
const LOOKED_AT: usize = 4;

/// Who is signed in: by the hash of the session's id the hash of the key that opened it.
pub(crate) struct Sessions(Cache<[u8; 32], KeyHash>);

/// Whether others on the line could read a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// TLS, here or at a proxy.
    Encrypted,
    /// Plain HTTP, as on one's own machine.
    Plain,
}

impl Sessions {
    /// Nobody yet.
    pub(crate) fn new() -> Self {
        Self::lasting(IDLE, LONGEST)
    }

    fn lasting(idle: Duration, longest: Duration) -> Self {
        let cache = Cache::builder().max_capacity(MOST).time_to_idle(idle).time_to_live(longest);
        Self(cache.build())
    }

    /// Signs in whoever holds this key; gives the new session's id.
    pub(crate) fn begin(&self, key: KeyHash) -> String {
        let id = Alphanumeric.sample_string(&mut rand::rng(), ID_LENGTH);
        self.0.insert(hash_of(&id), key);
        id
    }

    /// Whether the request's cookie names a session whose key still opens.
    pub(crate) fn opens(&self, keys: &StaffKeys, headers: &HeaderMap) -> bool {
        let mut opened = ids(headers).filter_map(|id| self.0.get(&hash_of(id)));
        opened.any(|key| keys.knows(key))
    }

    /// Ends the session that the request's cookie names.
    pub(crate) fn end(&self, headers: &HeaderMap) {
        for id in ids(headers) {
            self.0.invalidate(&hash_of(id));
        }
    }
}

/// Whether a request carries something that may be a session's cookie: what is answered to it is
/// neither kept nor taken from what was kept.
pub(crate) fn is_carried(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter();
    cookies.into_iter().any(|line| {
        line.as_bytes().windows(NAME.len()).any(|part| part.eq_ignore_ascii_case(NAME.as_bytes()))
    })
}

/// The header that gives a browser its session. No `Max-Age`: it ends with the browser too.
pub(crate) fn given(id: &str, line: Line) -> HeaderValue {
    let cookie = match line {
        Line::Encrypted => {
            format!("{GUARDED_NAME}={id}; Path=/; HttpOnly; SameSite=Strict; Secure")
        }
        Line::Plain => format!("{NAME}={id}; Path=/; HttpOnly; SameSite=Strict"),
    };
    HeaderValue::try_from(cookie).expect("letters and digits make a header")
}

/// The headers that take it away, under both names.
pub(crate) fn taken() -> [(HeaderName, HeaderValue); 2] {
    let guarded = "__Host-spravka_session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0";
    let plain = "spravka_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";
    [guarded, plain].map(|cookie| (header::SET_COOKIE, HeaderValue::from_static(cookie)))
}

/// What the request's cookies of our names hold.
fn ids(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| [GUARDED_NAME, NAME].contains(&name.trim()))
        .map(|(_, id)| id.trim())
        .take(LOOKED_AT)
}

fn hash_of(id: &str) -> [u8; 32] {
    Sha256::digest(id.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (StaffKeys, KeyHash) {
        let (key, hash) = StaffKeys::generate();
        let keys = StaffKeys::parse([hash]).unwrap();
        let hash = keys.holder(&key).unwrap();
        (keys, hash)
    }

    fn carrying(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())])
    }

    #[test]
    fn a_session_lasts_until_it_is_ended() {
        let (keys, hash) = keys();
        let sessions = Sessions::new();
        let id = sessions.begin(hash);
        for name in [NAME, GUARDED_NAME] {
            assert!(sessions.opens(&keys, &carrying(&format!("a=b; {name}={id}"))));
        }
        for wrong in ["", "spravka_session=", "spravka_session=x", "other=1"] {
            assert!(!sessions.opens(&keys, &carrying(wrong)), "{wrong}");
        }
        assert!(!sessions.opens(&keys, &carrying(&format!("x{NAME}={id}"))));
        sessions.end(&carrying(&format!("{NAME}={id}")));
        assert!(!sessions.opens(&keys, &carrying(&format!("{NAME}={id}"))));
    }

    #[test]
    fn a_session_ends_with_its_key() {
        let (keys, hash) = keys();
        let sessions = Sessions::new();
        let cookie = carrying(&format!("{NAME}={}", sessions.begin(hash)));
        assert!(sessions.opens(&keys, &cookie));
        assert!(!sessions.opens(&self::keys().0, &cookie));
        assert!(!sessions.opens(&StaffKeys::default(), &cookie));
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it_and_at_last_in_any_case() {
        let (keys, hash) = keys();
        let (short, long) = (Duration::from_millis(40), Duration::from_mins(1));
        for sessions in [Sessions::lasting(short, long), Sessions::lasting(long, short)] {
            let cookie = carrying(&format!("{NAME}={}", sessions.begin(hash)));
            std::thread::sleep(short * 2);
            assert!(!sessions.opens(&keys, &cookie));
        }
    }

    #[test]
    fn whatever_may_be_a_session_counts_as_one_for_what_is_kept() {
        for cookie in ["spravka_session=1", "a=1;__Host-spravka_session=", "SPRAVKA_SESSION=x"] {
            assert!(is_carried(&carrying(cookie)), "{cookie}");
        }
        assert!(!is_carried(&carrying("theme=dark; session=1")));
    }
}
