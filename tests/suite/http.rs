//! A small HTTP/1.1 client: one connection a request, and nothing done to what is sent, so that
//! tests can send what no proper client would.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long an answer may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer, whole.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text; what is not UTF-8 fails the test.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.lossy()))
    }

    /// The first header of this name, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Headers and body, for messages and for looking through everything that was said.
    pub(crate) fn lossy(&self) -> String {
        let headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        format!("{}\n\n{}", headers.join("\n"), String::from_utf8_lossy(&self.body))
    }
}

/// A request; the target is sent as it is.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a [u8],
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// Sends a request on a connection of its own and reads the whole answer.
pub(crate) fn send(to: SocketAddr, request: &Request<'_>) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&to, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // A server that refuses early may close before everything is written: it has answered then.
    let written = stream.write_all(&head_and_body(request));
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(_) if !bytes.is_empty() => {}
        Err(error) => return Err(written.err().unwrap_or(error)),
    }
    parse(&bytes, request.method == "HEAD").ok_or_else(|| {
        let said = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        io::Error::other(format!("no whole answer: {said:?}"))
    })
}

fn head_and_body(request: &Request<'_>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256 + request.body.len());
    bytes.extend_from_slice(request.method.as_bytes());
    bytes.push(b' ');
    bytes.extend_from_slice(request.target);
    bytes.extend_from_slice(b" HTTP/1.1\r\nhost: help.test\r\nconnection: close\r\n");
    for (name, value) in request.headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !request.body.is_empty() {
        bytes.extend_from_slice(format!("content-length: {}\r\n", request.body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(request.body);
    bytes
}

/// `None` for anything that is not one whole answer.
fn parse(bytes: &[u8], is_head: bool) -> Option<Answer> {
    let split = find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..split]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[split + 4..];
    let mut answer = Answer { status, headers, body: Vec::new() };
    if is_head || status == 304 {
        return rest.is_empty().then_some(answer);
    }
    answer.body = if answer.header("transfer-encoding").contains("chunked") {
        unchunked(rest)?
    } else {
        match answer.header("content-length").parse::<usize>() {
            Ok(length) if length != rest.len() => return None,
            _ => rest.to_vec(),
        }
    };
    Some(answer)
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = find(rest, b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Text as the value of a query parameter or one part of a path.
pub(crate) fn encoded(text: impl AsRef<[u8]>) -> String {
    let one = |&byte: &u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.as_ref().iter().map(one).collect()
}

#[test]
fn chunks_are_put_together_and_half_an_answer_is_none() {
    let whole =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
    assert_eq!(parse(whole, false).unwrap().body, b"abcd");
    assert!(parse(&whole[..whole.len() - 8], false).is_none());
    assert!(parse(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false).is_none());
}
