//! A closed loop: eight connections, each asking again as soon as it has its answer.
//!
//! All eight live on one thread: with a thread for each, switching between them cost more than
//! what the bare floor does for a request, and the load was the limit instead of the floor.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::sleep;

use crate::http::{PATIENCE, head_of};
use crate::process::Server;

const CONNECTIONS: usize = 8;

/// What the load does while no answer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// It keeps looking, so that its core never rests. Whoever sends to a resting core pays for
    /// waking it, tens of microseconds on a virtual machine: no work of the server, and none that a
    /// reader on another machine would cause. A floor that keeps the load busy never pays it.
    Awake,
    /// It rests until there is something to read, as most programs do.
    Asleep,
}

/// Unmeasured, at the head of each slice.
const WARM_UP: Duration = Duration::from_millis(300);

/// Where a slice is.
#[derive(Debug, Clone, Copy)]
enum Phase {
    WarmingUp,
    Measuring,
    Over,
}

/// What one slice of load showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Share of the slice in which the server was on a core: far below 1, the load was the limit.
    pub(crate) busy: Option<f64>,
}

/// Asks `server` for `span`, going on in `requests` from where the last slice of it stopped.
pub(crate) fn slice(
    server: &Server,
    requests: &Rc<[Vec<u8>]>,
    next: &mut usize,
    span: Duration,
    waiting: Waiting,
) -> Result<Slice> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (outcome, taken, busy) = LocalSet::new()
        .block_on(&runtime, load(server, requests, *next, span, waiting))
        .with_context(|| format!("load on {}", server.name))?;
    *next = (*next + outcome.iter().map(|(asked, _)| asked).max().unwrap_or(&0)) % requests.len();
    let mut latencies: Vec<Duration> = outcome.into_iter().flat_map(|(_, times)| times).collect();
    ensure!(!latencies.is_empty(), "{} answered nothing in {span:?}", server.name);
    latencies.sort_unstable();
    Ok(Slice {
        per_second: latencies.len() as f64 / taken.as_secs_f64(),
        p50: percentile(&latencies, 50.0),
        p99: percentile(&latencies, 99.0),
        busy: busy.map(|busy| busy.as_secs_f64() / taken.as_secs_f64()),
    })
}

/// What a connection did: how often it asked, and how long it waited where that was measured.
type Asked = (usize, Vec<Duration>);

/// Runs the connections and the clock; also how long it measured, and the server's time on a core.
async fn load(
    server: &Server,
    requests: &Rc<[Vec<u8>]>,
    next: usize,
    span: Duration,
    waiting: Waiting,
) -> Result<(Vec<Asked>, Duration, Option<Duration>)> {
    let phase = Rc::new(Cell::new(Phase::WarmingUp));
    let workers: Vec<_> = (0..CONNECTIONS)
        .map(|worker| {
            // Evenly spread over the queries, so that no two ask the same at one time.
            let start = next + worker * requests.len() / CONNECTIONS;
            let asking = ask(server.address, Rc::clone(requests), start, Rc::clone(&phase));
            tokio::task::spawn_local(asking)
        })
        .collect();
    let spinning = (waiting == Waiting::Awake).then(|| tokio::task::spawn_local(spin()));
    sleep(WARM_UP).await;
    let (begun, before) = (Instant::now(), server.cpu_time());
    phase.set(Phase::Measuring);
    sleep(span).await;
    phase.set(Phase::Over);
    let (taken, after) = (begun.elapsed(), server.cpu_time());
    let mut outcome = Vec::with_capacity(CONNECTIONS);
    for worker in workers {
        // A server that stops answering must fail the bench, not hang it.
        outcome.push(tokio::time::timeout(PATIENCE, worker).await.context("no answer")???);
    }
    if let Some(spinning) = spinning {
        spinning.abort();
    }
    let busy = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Ok((outcome, taken, busy))
}

/// Always has something to do; what the connections wait for is looked at in between.
async fn spin() {
    loop {
        tokio::task::yield_now().await;
    }
}

/// One connection's requests.
async fn ask(
    address: SocketAddr,
    requests: Rc<[Vec<u8>]>,
    start: usize,
    phase: Rc<Cell<Phase>>,
) -> Result<Asked> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut times = Vec::with_capacity(64 * 1024);
    let mut asked = 0;
    loop {
        let request = &requests[(start + asked) % requests.len()];
        let begun = Instant::now();
        let status = exchange(&stream, request, &mut buffer).await?;
        if status != 200 {
            let line = String::from_utf8_lossy(request);
            bail!("status {status} for {}", line.lines().next().unwrap_or_default());
        }
        asked += 1;
        match phase.get() {
            Phase::WarmingUp => {}
            Phase::Measuring => times.push(begun.elapsed()),
            Phase::Over => return Ok((asked, times)),
        }
    }
}

/// Sends a request and reads the whole of its answer; the status.
async fn exchange(stream: &TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<u16> {
    let mut sent = 0;
    while sent < request.len() {
        stream.writable().await?;
        match stream.try_write(&request[sent..]) {
            Ok(written) => sent += written,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error).context("cannot send"),
        }
    }
    let mut filled = 0;
    let mut head = None;
    loop {
        stream.readable().await?;
        match stream.try_read(&mut buffer[filled..]) {
            Ok(0) => bail!("the server closed the connection"),
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error).context("no answer"),
        }
        if head.is_none() {
            head = head_of(&buffer[..filled])?;
        }
        if let Some((status, body)) = &head {
            if filled >= body.end {
                return Ok(*status);
            }
            if body.end > buffer.len() {
                buffer.resize(body.end, 0);
            }
        }
    }
}

/// The nearest-rank percentile of sorted values.
pub(crate) fn percentile(sorted: &[Duration], percent: f64) -> Duration {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or_default()
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(figures[middle - 1], figures[middle]),
        _ => figures[middle],
    }
}
