//! Under which names a preview answers that only this machine can reach: any site may have a name of
//! its own lead here (DNS rebinding), and its scripts would then read the drafts.

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::web::App;
use crate::web::gate::OwnFace;

/// The answer to a request under a name that is not this machine's.
pub(crate) fn refusal(app: &App, request: &Request) -> Option<Response> {
    let listen = app.settings.listen_url.as_deref().filter(|_| app.settings.preview.is_on())?;
    let address = listen.strip_prefix("http://")?.parse::<SocketAddr>().ok()?;
    if !address.ip().to_canonical().is_loopback() {
        return None;
    }
    let asked = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or("?"));
    let asked = asked.or_else(|| request.uri().authority().map(Authority::as_str))?;
    let given = app.settings.base_url.as_deref().and_then(|url| url.split("://").nth(1));
    let given = given.and_then(|rest| rest.split('/').next());
    if is_local(asked) || given.is_some_and(|given| name_of(given) == name_of(asked)) {
        return None;
    }
    let text = format!(
        "This preview answers at {listen} and as localhost. To reach it by another name, set \
         SPRAVKA_BASE_URL to the address that you use.\n"
    );
    let mut response = (StatusCode::MISDIRECTED_REQUEST, text).into_response();
    response.extensions_mut().insert(OwnFace);
    Some(response)
}

/// Whether nobody else can have this name: an address, or this machine's own name.
fn is_local(host: &str) -> bool {
    let is_address = host.parse::<SocketAddr>().is_ok()
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let name = name_of(host);
    is_address || name == "localhost" || name.ends_with(".localhost")
}

/// A host without its port.
fn name_of(host: &str) -> String {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_anybody_can_have_is_not_this_machines() {
        for host in
            ["127.0.0.1:8080", "[::1]:8080", "[::1]", "localhost", "LocalHost:80", "a.localhost"]
        {
            assert!(is_local(host), "{host}");
        }
        for host in
            ["evil.example", "evil.example:8080", "localhost.evil.example", "notlocalhost", ""]
        {
            assert!(!is_local(host), "{host}");
        }
    }
}
