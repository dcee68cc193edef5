//! Just enough HTTP/1.1 to ask a server without the asking costing much.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// Longer than any honest answer takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, borrowed from the connection's buffer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// A request for `path`, in the bytes that go over the wire.
pub(crate) fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\r\n")
        .into_bytes()
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 256 * 1024] })
    }

    /// Sends one request and waits for the whole of its answer.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).context("cannot send")?;
        let mut filled = 0;
        let (status, body) = loop {
            let read = self.stream.read(&mut self.buffer[filled..]).context("no answer")?;
            ensure!(read > 0, "the server closed the connection");
            filled += read;
            if let Some(head) = head_of(&self.buffer[..filled])? {
                break head;
            }
        };
        let end = body.end;
        if end > self.buffer.len() {
            self.buffer.resize(end, 0);
        }
        if filled < end {
            self.stream.read_exact(&mut self.buffer[filled..end]).context("half an answer")?;
        }
        Ok(Answer { status, body: &self.buffer[body] })
    }

    /// The JSON that a path answers with.
    pub(crate) fn json(&mut self, path: &str) -> Result<serde_json::Value> {
        let answer = self.exchange(&request(path))?;
        let text = String::from_utf8_lossy(answer.body);
        ensure!(answer.status == 200, "{path}: status {}: {text}", answer.status);
        serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))
    }
}

/// Status and place of the body, as soon as the whole head has arrived.
pub(crate) fn head_of(bytes: &[u8]) -> Result<Option<(u16, std::ops::Range<usize>)>> {
    const END: &[u8] = b"\r\n\r\n";
    const LENGTH: &[u8] = b"content-length:";
    let Some(end) = bytes.windows(END.len()).position(|window| window == END) else {
        return Ok(None);
    };
    let head = &bytes[..end];
    let status = head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    let status = status.and_then(|digits| digits.parse().ok()).context("not an HTTP answer")?;
    let length = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.len() > LENGTH.len() && line[..LENGTH.len()].eq_ignore_ascii_case(LENGTH))
        .and_then(|line| std::str::from_utf8(&line[LENGTH.len()..]).ok());
    let Some(length) = length else {
        bail!("an answer (status {status}) without content-length: it cannot be measured fairly");
    };
    let start = end + END.len();
    Ok(Some((status, start..start + length.trim().parse::<usize>()?)))
}
