//! Searches over HTTP: ours, with and without kept answers, beside the two floors.

use std::rc::Rc;

use anyhow::{Context, Result, ensure};

use crate::center::Center;
use crate::figures::{Contender, Ours, Search};
use crate::http::{Connection, request};
use crate::load::{Waiting, slice};
use crate::process::Server;
use crate::queries::search_path;

/// How many queries are repeated where answers are kept.
const REPEATED: usize = 64;
/// What an answer of ours holds in bytes, where nobody can be asked.
const USUAL_BODY: usize = 3_500;

/// The servers take turns, A B C D and back, so that whatever else the machine does hits all alike.
pub(crate) fn measure(center: &Center<'_>, with_ours: bool) -> Result<Search> {
    let options = &center.bench.options;
    let mix: Rc<[Vec<u8>]> =
        center.bench.queries.iter().map(|query| request(&search_path(query))).collect();
    let again: Rc<[Vec<u8>]> = mix[..REPEATED].into();
    let ours = if with_ours {
        let fresh = center.serve_uncached()?;
        let repeated = center.serve_beside()?;
        let sampled = sample(&fresh, &mix)?;
        sample(&repeated, &again)?;
        Some((fresh, repeated, sampled))
    } else {
        None
    };
    let body = ours.as_ref().map_or(USUAL_BODY, |(_, _, sampled)| sampled.body);
    let mut command = center.floor("bare")?;
    let bare = Server::start("bare", command.args(["--body-size", &body.to_string()]))?;
    let naive = Server::start("naive", &mut center.floor("naive")?)?;
    let bare_body = sample(&bare, &mix[..1])?.body;
    ensure!(bare_body == body, "bare answers with {bare_body} bytes instead of {body}");
    let naive_body = sample(&naive, &mix)?.body;

    let mut turns = vec![
        Turn::new(&bare, &mix, Waiting::Awake),
        Turn::new(&naive, &mix, Waiting::Awake),
        Turn::new(&bare, &mix, Waiting::Asleep),
    ];
    if let Some((fresh, repeated, _)) = &ours {
        turns.push(Turn::new(fresh, &mix, Waiting::Awake));
        turns.push(Turn::new(repeated, &again, Waiting::Awake));
        turns.push(Turn::new(fresh, &mix, Waiting::Asleep));
    }
    for _ in 0..2 * options.rounds() {
        for turn in &mut turns {
            let span = options.slice(center.count);
            let slice = slice(turn.server, turn.requests, &mut turn.next, span, turn.waiting)?;
            turn.slices.push(slice);
        }
        turns.reverse();
    }
    let result = |server: &Server, waiting: Waiting| {
        let is_it = |turn: &&Turn<'_>| std::ptr::eq(turn.server, server) && turn.waiting == waiting;
        let turn = turns.iter().find(is_it);
        turn.map(|turn| Contender::of(&turn.slices)).context("a server had no turn")
    };
    Ok(Search {
        bare: result(&bare, Waiting::Awake)?,
        bare_asleep: result(&bare, Waiting::Asleep)?,
        naive: result(&naive, Waiting::Awake)?,
        body,
        naive_body,
        ours: match &ours {
            Some((fresh, repeated, sampled)) => Some(Ours {
                fresh: result(fresh, Waiting::Awake)?,
                fresh_asleep: result(fresh, Waiting::Asleep)?,
                repeated: result(repeated, Waiting::Awake)?,
                empty: sampled.empty,
                memory: fresh.memory(),
            }),
            None => None,
        },
    })
}

struct Turn<'a> {
    server: &'a Server,
    requests: &'a Rc<[Vec<u8>]>,
    waiting: Waiting,
    next: usize,
    slices: Vec<crate::load::Slice>,
}

impl<'a> Turn<'a> {
    fn new(server: &'a Server, requests: &'a Rc<[Vec<u8>]>, waiting: Waiting) -> Self {
        Self { server, requests, waiting, next: 0, slices: Vec::new() }
    }
}

struct Sampled {
    /// The size in the middle.
    body: usize,
    /// Answers without a hit, in percent.
    empty: f64,
}

/// Asks each request once, one after another: the server is warm then, too.
fn sample(server: &Server, requests: &[Vec<u8>]) -> Result<Sampled> {
    const EMPTY: &[u8] = b"\"hits\":[]";
    let mut connection = Connection::open(server.address)?;
    let (mut sizes, mut empty) = (Vec::with_capacity(requests.len()), 0_usize);
    for request in requests {
        let answer = connection.exchange(request).with_context(|| server.name)?;
        let line = || String::from_utf8_lossy(request).lines().next().unwrap_or("").to_owned();
        ensure!(
            answer.status == 200,
            "{}: status {} for {}: {}",
            server.name,
            answer.status,
            line(),
            String::from_utf8_lossy(answer.body)
        );
        sizes.push(answer.body.len());
        empty += usize::from(answer.body.windows(EMPTY.len()).any(|window| window == EMPTY));
    }
    sizes.sort_unstable();
    let body = sizes.get(sizes.len() / 2).copied().context("nothing to ask")?;
    Ok(Sampled { body, empty: 100.0 * empty as f64 / sizes.len() as f64 })
}
