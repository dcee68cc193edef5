//! Who is reading: everybody, or staff by their key.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::App;
use super::failure::Failure;
use crate::article::Audience;

/// The reader of this request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    /// What they may see.
    pub(crate) audience: Audience,
}

impl FromRequestParts<App> for Reader {
    type Rejection = Failure;

    /// No key: the public. A key that opens nothing is refused and not taken for none, so that a
    /// mistake shows at once; why it opens nothing is not told.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut values = parts.headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(Self { audience: Audience::Public }) };
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
