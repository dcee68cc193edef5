//! Who is at the other end, as far as a limit needs to know: a number that is the same for the same
//! address while the program runs, and from which the address cannot be had again.

use std::hash::BuildHasher as _;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::App;
use super::failure::Failure;

/// The address that a connection comes from. The server puts it beside each request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// A visitor, told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Visitor(u64);

impl FromRequestParts<App> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let address = peer.map(|peer| behind(peer, &parts.headers, &app.settings.trusted_proxies));
        Ok(Self(app.salt.hash_one(address.map(network))))
    }
}

/// The address that the nearest proxy which is not ours saw: the right-most one that is not trusted.
/// What stands left of it anybody can write.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in hops.iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        address = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    address
}

/// One household has 2^64 addresses of the sixth version: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_forwarded_address_is_believed_of_a_trusted_proxy_alone() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.2".parse().unwrap());
        let trusted = [ip("127.0.0.1"), ip("10.0.0.2")];
        assert_eq!(behind(ip("127.0.0.1"), &headers, &trusted), ip("203.0.113.9"));
        assert_eq!(behind(ip("198.51.100.7"), &headers, &trusted), ip("198.51.100.7"));
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(behind(ip("127.0.0.1"), &headers, &trusted), ip("127.0.0.1"));
    }

    #[test]
    fn one_household_is_one_visitor() {
        assert_eq!(network(ip("2001:db8::1")), network(ip("2001:db8::ffff:1")));
        assert_ne!(network(ip("2001:db8::1")), network(ip("2001:db8:0:1::1")));
        assert_eq!(network(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
