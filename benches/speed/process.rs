//! The programs under test: started, pinned, watched and ended.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How long a server may take to say where it listens.
const PATIENCE: Duration = Duration::from_mins(3);
/// Clock ticks a second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

/// Which core the server gets and which the load; `None` where they cannot be told apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    /// How many we may use.
    pub(crate) count: usize,
    pub(crate) pinned: Option<(usize, usize)>,
}

impl Cores {
    /// Takes the first two cores we may use, and moves ourselves to the second.
    pub(crate) fn claim() -> Self {
        let allowed = fs::read_to_string("/proc/self/status")
            .ok()
            .and_then(|status| field(&status, "Cpus_allowed_list:").map(core_list))
            .unwrap_or_default();
        let count = allowed.len();
        let [server, load, ..] = allowed[..] else { return Self { count, pinned: None } };
        let moved = Command::new("taskset")
            .args(["-p", "-c", &load.to_string(), &std::process::id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        Self { count, pinned: moved.then_some((server, load)) }
    }

    /// A command for `program`, on the server's core, that knows nothing of our surroundings.
    pub(crate) fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = match self.pinned {
            Some((server, _)) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &server.to_string()]).arg(program);
                command
            }
            None => Command::new(program),
        };
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SPRAVKA_") {
                command.env_remove(name);
            }
        }
        command.current_dir(folder).env("NO_COLOR", "1");
        command
    }
}

/// What else the report should tell of this machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    /// Load averages when we began: other jobs make figures drift.
    pub(crate) load: String,
}

impl Machine {
    pub(crate) fn look() -> Self {
        let unknown = || "unknown".to_owned();
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = processors.lines().find_map(|line| line.strip_prefix("model name"));
        let load = fs::read_to_string("/proc/loadavg").ok();
        let first = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        Self {
            processor: model.map_or_else(unknown, |model| {
                model.trim_start_matches([' ', '\t', ':']).to_owned()
            }),
            load: load.map_or_else(unknown, |text| first(&text)),
        }
    }
}

/// The cores of a list such as `0-3,8`.
fn core_list(list: &str) -> Vec<usize> {
    list.split(',')
        .filter_map(|part| {
            let (start, end) = part.split_once('-').unwrap_or((part, part));
            Some(start.trim().parse().ok()?..=end.trim().parse().ok()?)
        })
        .flatten()
        .collect()
}

/// A server that runs, and ends with its owner.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts `command` and waits until it has said its address.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let (lines, told) = channel();
        follow(child.stdout.take(), lines.clone());
        follow(child.stderr.take(), lines);
        match address_in(name, &told) {
            Ok(address) => Ok(Self { name, address, child }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Time on a core since it was started.
    pub(crate) fn cpu_time(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name, in brackets, may hold anything; fields are counted from behind it.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
        let (user, system) = (fields.next()?, fields.next()?);
        let ticks = user.parse::<f64>().ok()? + system.parse::<f64>().ok()?;
        Some(Duration::from_secs_f64(ticks / TICKS))
    }

    /// Bytes of memory it holds, mapped files included.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let kilobytes = field(&status, "VmRSS:")?.split_whitespace().next()?;
        Some(kilobytes.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// Passes on what a program says; goes on reading when nobody listens, or the program would stop.
fn follow(output: Option<impl Read + Send + 'static>, lines: Sender<String>) {
    let Some(output) = output else { return };
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
}

fn address_in(name: &str, told: &Receiver<String>) -> Result<SocketAddr> {
    let until = Instant::now() + PATIENCE;
    let mut said = String::new();
    loop {
        match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if let Some(address) = address_of(&line) {
                    return Ok(address);
                }
                said.push_str(&line);
                said.push('\n');
            }
            Err(RecvTimeoutError::Timeout) => {
                bail!("{name} did not listen within {PATIENCE:?}:\n{said}")
            }
            Err(RecvTimeoutError::Disconnected) => bail!("{name} ended:\n{said}"),
        }
    }
}

fn address_of(line: &str) -> Option<SocketAddr> {
    let rest = line.split_once("http://")?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// Runs `command` to its end: how long it took, and what it said.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<(Duration, String)> {
    let begun = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {name} ({})", shown(command.get_program())))?;
    let taken = begun.elapsed();
    let (said, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let tail = errors.lines().rev().take(12).collect::<Vec<_>>();
    ensure!(
        output.status.success(),
        "{name}: {}\n{}",
        output.status,
        tail.into_iter().rev().collect::<Vec<_>>().join("\n")
    );
    Ok((taken, said.into_owned()))
}

fn shown(program: &OsStr) -> String {
    program.to_string_lossy().into_owned()
}
