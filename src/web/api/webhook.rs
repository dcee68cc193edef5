//! `POST /api/v1/webhook`: the host of the repository says that something was pushed.

use std::fmt;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::live::Wake;
use crate::web::App;
use crate::web::failure::{Failure, ProblemDocument};

/// Headers with the signature of the body, by HMAC-SHA256: of GitHub (also Gitea and Forgejo), of
/// Gitea's own, and one for any other program.
const SIGNATURES: [&str; 3] = ["x-hub-signature-256", "x-gitea-signature", "x-signature-256"];
/// GitLab sends the secret itself.
const TOKEN: &str = "x-gitlab-token";

/// Who may call for a look at the repository, and what it does.
#[derive(Clone)]
pub struct Webhook {
    secret: String,
    wake: Wake,
}

impl Webhook {
    /// Calls signed with this secret wake who follows the repository.
    pub fn new(secret: String, wake: Wake) -> Self {
        Self { secret, wake }
    }

    fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let given = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(token) = given(TOKEN) {
            // Of hashes, so that their length tells nothing either.
            let (a, b) = (self.sum(token.as_bytes()), self.sum(self.secret.as_bytes()));
            return a.is_some() && a == b;
        }
        let Some(signature) = SIGNATURES.into_iter().find_map(given) else { return false };
        let signature = signature.trim().strip_prefix("sha256=").unwrap_or(signature.trim());
        self.sum(body).is_some_and(|sum| {
            let sum = hex(&sum.0);
            sum.as_bytes().ct_eq(signature.to_ascii_lowercase().as_bytes()).into()
        })
    }

    fn sum(&self, body: &[u8]) -> Option<Sum> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).ok()?;
        mac.update(body);
        Some(Sum(mac.finalize().into_bytes().into()))
    }
}

/// A sum that is compared without telling by time how near a guess was.
struct Sum([u8; 32]);

impl PartialEq for Sum {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook")
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Say that something was pushed: the repository is looked at right away. Takes the webhooks of
/// GitHub, GitLab, Gitea and Forgejo, and any body signed with HMAC-SHA256 in `X-Signature-256`.
#[utoipa::path(
    post,
    path = "/webhook",
    params(
        ("X-Hub-Signature-256" = Option<String>, Header, description = "`sha256=` and the HMAC-SHA256 of the body, as GitHub sends it"),
        ("X-Gitea-Signature" = Option<String>, Header, description = "The same without `sha256=`"),
        ("X-Signature-256" = Option<String>, Header, description = "Either, from any other program"),
        ("X-Gitlab-Token" = Option<String>, Header, description = "What the signatures are made with, itself, as GitLab sends it"),
    ),
    request_body(content = String, description = "Whatever the host sends; it is not read"),
    responses(
        (status = 202, description = "The repository is looked at"),
        (status = 401, description = "Not signed as it is configured", body = ProblemDocument),
        (status = 404, description = "No repository is followed, or nobody may call", body = ProblemDocument),
        (status = 413, description = "The body is larger than 4 MiB", body = ProblemDocument),
    )
)]
pub(crate) async fn webhook(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let webhook = app.settings.webhook.as_ref().ok_or(Failure::NotFound)?;
    if !webhook.is_signed(&headers, &body) {
        return Err(Failure::KeyRefused);
    }
    webhook.wake.call();
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(name.parse().unwrap(), value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn each_host_signs_in_its_own_way_and_no_other_signature_is_taken() {
        let quiet: Arc<dyn Fn() + Send + Sync> = Arc::new(|| ());
        let hook = Webhook::new("It's a Secret to Everybody".to_owned(), Wake::from(quiet));
        // The example of GitHub's documentation.
        let sum = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let body = b"Hello, World!";
        let signed = |name, value: &str| hook.is_signed(&headers(name, value), body);
        assert!(signed("x-hub-signature-256", &format!("sha256={sum}")));
        assert!(signed("x-gitea-signature", sum));
        assert!(signed("x-signature-256", &sum.to_uppercase()));
        assert!(signed("x-gitlab-token", "It's a Secret to Everybody"));
        assert!(!signed("x-gitlab-token", "It's a secret to everybody"));
        assert!(!signed("x-gitlab-token", ""));
        assert!(!signed("x-hub-signature-256", "sha256="));
        assert!(!signed("x-hub-signature-256", &format!("sha1={sum}")));
        assert!(!signed("x-other", sum));
        assert!(!hook.is_signed(&headers("x-gitea-signature", sum), b"Hello, World"));
    }
}
