//! Who is reading: everybody, or staff by their key or their session; in a preview, an editor.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::App;
use super::failure::Failure;
use super::sent_from::SentFrom;
use crate::article::Audience;

/// The reader of this request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    /// What they may see.
    pub(crate) audience: Audience,
}

impl FromRequestParts<App> for Reader {
    type Rejection = Failure;

    /// No key: whoever is signed in, else the public. A key that opens nothing is refused and not taken for none, so that a
    /// mistake shows at once; why it opens nothing is not told.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut values = parts.headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else {
            return Ok(Self { audience: by_session(parts, app) });
        };
        let text = value.to_str().unwrap_or_default();
        let (scheme, key) = text.split_once(' ').unwrap_or_default();
        let is_good = app.keys.holds(key.trim()) & scheme.eq_ignore_ascii_case("bearer");
        if is_good && values.next().is_none() {
            Ok(Self { audience: Audience::Staff })
        } else {
            Err(Failure::KeyRefused)
        }
    }
}

/// Browsers send cookies by themselves, so one that opens nothing is no mistake of anybody: it counts
/// for none. What does more than read has to come from a page of this site.
fn by_session(parts: &Parts, app: &App) -> Audience {
    let only_reads = parts.method == Method::GET || parts.method == Method::HEAD;
    let may = only_reads || SentFrom::of(parts, app) == SentFrom::ThisSite;
    if may && app.sessions.opens(&app.keys, &parts.headers) {
        Audience::Staff
    } else {
        app.anybody()
    }
}
