//! A repository as the source: from a push until it is found, and what following a long history takes;
//! and the gate that a change passes before it is pushed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::center::Center;
use crate::corpus::{Corpus, fresh_word};
use crate::dice::Dice;
use crate::figures::{Gate, Pushes};
use crate::http::{Connection, request};
use crate::load::percentile;
use crate::process::{Server, run};
use crate::queries::search_path;

/// Commits of the history, each of one article.
const COMMITS: usize = 5_000;
const COMMITS_QUICK: usize = 200;
/// Golden queries that `eval --base` asks of both sides.
const GOLDEN: usize = 300;
/// Queries asked before memory is looked at.
const ASKED: usize = 1_000;
/// Pushes measured.
const PUSHES: usize = 30;
const PUSHES_QUICK: usize = 5;
/// Commits between what is published and an editor's branch.
const BRANCH: usize = 10;
const SECRET: &str = "a-secret-of-the-bench";
const PAUSE: Duration = Duration::from_micros(300);
const PATIENCE: Duration = Duration::from_mins(1);

/// A bare repository of the help center, and an editor's clone.
struct Repository {
    bare: PathBuf,
    work: PathBuf,
    /// The articles' paths.
    paths: Vec<String>,
    commits: usize,
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Editor", "-c", "user.email=editor@example.com"])
        .args(["-c", "commit.gpgsign=false", "-c", "gc.auto=0"])
        .args(arguments);
    Ok(run("git", &mut command)?.1.trim().to_owned())
}

impl Repository {
    /// All articles in one commit, then one article changed in each.
    fn make(center: &Center<'_>) -> Result<Self> {
        let options = &center.bench.options;
        let root = center.articles().with_file_name("repository");
        fs::create_dir_all(&root)?;
        let (bare, work) = (root.join("bare.git"), root.join("work"));
        git(&root, &["init", "--quiet", "--bare", "--initial-branch=main", "bare.git"])?;
        let mut import = Command::new("git")
            .arg("-C")
            .arg(&bare)
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()?;
        let mut to = std::io::BufWriter::new(import.stdin.take().context("no pipe to git")?);
        let commits = if options.quick { COMMITS_QUICK } else { COMMITS };
        let all: Vec<(String, String)> = Corpus::new(&center.bench.source, options.seed)
            .take(center.count)
            .map(|article| {
                let path = article.path.display().to_string();
                fs::read_to_string(center.articles().join(&path)).map(|text| (path, text))
            })
            .collect::<std::io::Result<_>>()?;
        let site = fs::read(center.articles().join("site.yaml")).unwrap_or_default();
        let head = |to: &mut dyn std::io::Write, number: usize| -> Result<()> {
            let time = 1_700_000_000 + number * 3_600;
            let message = format!("Change {number}");
            write!(
                to,
                "commit refs/heads/main\ncommitter Editor <editor@example.com> {time} +0000\n"
            )?;
            write!(to, "data {}\n{message}\n", message.len())?;
            Ok(())
        };
        let file = |to: &mut dyn std::io::Write, path: &str, bytes: &[u8]| -> Result<()> {
            write!(to, "M 100644 inline articles/{path}\ndata {}\n", bytes.len())?;
            to.write_all(bytes)?;
            writeln!(to)?;
            Ok(())
        };
        head(&mut to, 0)?;
        if !site.is_empty() {
            file(&mut to, "site.yaml", &site)?;
        }
        file(&mut to, "ru/golden.yaml", golden(&all).as_bytes())?;
        for (path, text) in &all {
            file(&mut to, path, text.as_bytes())?;
        }
        let dice = &mut Dice::new(options.seed, u64::MAX - 7);
        for number in 1..commits {
            let (path, text) = &all[number * 7919 % all.len()];
            head(&mut to, number)?;
            file(
                &mut to,
                path,
                format!("{text}\nПравка {number}: {}.\n", fresh_word(dice)).as_bytes(),
            )?;
        }
        to.flush()?;
        drop(to);
        ensure!(import.wait()?.success(), "git fast-import failed");
        git(&root, &["clone", "--quiet", "bare.git", "work"])?;
        let paths = all.into_iter().map(|(path, _)| path).collect();
        Ok(Self { bare, work, paths, commits })
    }

    fn serve(&self, center: &Center<'_>) -> Result<Server> {
        let state = self.work.with_file_name("state");
        let index = self.work.with_file_name("index");
        let bench = center.bench;
        let mut command = bench.cores.command(&bench.options.binary, &bench.folder);
        command.args(["serve", "--listen", "127.0.0.1:0", "--poll-seconds", "3600", "--repo"]);
        command.arg(&self.bare).arg("--state").arg(state).arg("--index").arg(index);
        command.env("SPRAVKA_WEBHOOK_SECRET", SECRET);
        Server::start("spravka following", &mut command)
    }
}

/// Golden queries: titles, spread evenly.
fn golden(all: &[(String, String)]) -> String {
    let stride = (all.len() / GOLDEN).max(1);
    let entries = all.iter().step_by(stride).filter_map(|(path, text)| {
        let title = text.lines().find_map(|line| line.strip_prefix("title: "))?;
        let id = path.rsplit('/').next()?.strip_suffix(".md")?;
        let query: String = title.trim_matches(['"', '\'']).chars().take(80).collect();
        Some(format!("- query: {}\n  expect: {id}\n  within: 10\n", serde_json::json!(query)))
    });
    entries.collect()
}

/// What the host of the repository sends after a push.
fn call() -> Vec<u8> {
    format!("POST /api/v1/webhook HTTP/1.1\r\nhost: localhost\r\nx-gitlab-token: {SECRET}\r\ncontent-length: 2\r\n\r\n{{}}").into_bytes()
}

/// Pushes one change after another, each called and waited for.
pub(crate) fn pushes(center: &Center<'_>) -> Result<Pushes> {
    let repository = Repository::make(center)?;
    let begun = Instant::now();
    let server = repository.serve(center)?;
    let first_start = begun.elapsed();
    let mut connection = Connection::open(server.address)?;
    let dice = &mut Dice::new(center.bench.options.seed, u64::MAX - 9);
    let count = if center.bench.options.quick { PUSHES_QUICK } else { PUSHES };
    let (mut from_push, mut from_call) = (Vec::new(), Vec::new());
    for number in 0..count {
        let path = &repository.paths[number * 104_729 % repository.paths.len()];
        let file = repository.work.join("articles").join(path);
        let word = fresh_word(dice);
        let text = fs::read_to_string(&file)?;
        fs::write(&file, format!("{text}\nЕщё одно название: {word}.\n"))?;
        git(&repository.work, &["commit", "--quiet", "--all", "--message", "One more name"])?;
        let begun = Instant::now();
        git(&repository.work, &["push", "--quiet", "origin", "main"])?;
        let called = Instant::now();
        let status = connection.exchange(&call())?.status;
        ensure!(status == 202, "the call was answered with {status}");
        loop {
            let answer = connection.exchange(&request(&search_path(&word)))?;
            let answer: serde_json::Value = serde_json::from_slice(answer.body)?;
            if answer["hits"].as_array().is_some_and(|hits| !hits.is_empty()) {
                break;
            }
            ensure!(called.elapsed() < PATIENCE, "{word} is not found");
            thread::sleep(PAUSE);
        }
        from_push.push(begun.elapsed());
        from_call.push(called.elapsed());
    }
    from_push.sort_unstable();
    from_call.sort_unstable();
    let memory = server.memory();
    drop(server);
    let begun = Instant::now();
    let again = repository.serve(center)?;
    let second_start = begun.elapsed();
    let mut connection = Connection::open(again.address)?;
    for query in center.bench.queries.iter().take(ASKED) {
        connection.exchange(&request(&search_path(query)))?;
    }
    let memory_again = again.memory();
    drop(again);
    let gate = gate(center, &repository)?;
    fs::remove_dir_all(repository.bare.with_file_name(""))?;
    Ok(Pushes {
        commits: repository.commits,
        from_push: (percentile(&from_push, 50.0), percentile(&from_push, 99.0)),
        from_call: (percentile(&from_call, 50.0), percentile(&from_call, 99.0)),
        first_start,
        second_start,
        memory,
        memory_again,
        gate,
    })
}

/// What an editor waits for before a merge: on this help center, and on the articles that ship.
fn gate(center: &Center<'_>, repository: &Repository) -> Result<Vec<Gate>> {
    let shipped = center.articles().with_file_name("shipped");
    let articles = shipped.join("articles");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("articles"), &articles)?;
    git(&shipped, &["init", "--quiet", "--initial-branch=main"])?;
    git(&shipped, &["add", "--all"])?;
    git(&shipped, &["commit", "--quiet", "--message", "Articles"])?;
    let changed = articles.join("ru/payments/withdraw-to-card.md");
    let text = fs::read_to_string(&changed)?;
    fs::write(&changed, format!("{text}\nЕщё одно предложение.\n"))?;
    git(&shipped, &["commit", "--quiet", "--all", "--message", "One sentence"])?;
    let base = format!("HEAD~{BRANCH}");
    let mut gates = Vec::new();
    for (name, folder, base) in [
        ("the articles that ship", &shipped, "HEAD~1"),
        ("this help center", &repository.work, &base),
    ] {
        let time = |command: &str| -> Result<Duration> {
            let mut best = Duration::MAX;
            for _ in 0..3 {
                let bench = center.bench;
                let mut spravka = bench.cores.command(&bench.options.binary, folder);
                spravka.args([command, "--base", base, "--articles"]).arg(folder.join("articles"));
                spravka.arg("--index").arg(folder.join("index"));
                let begun = Instant::now();
                // What it says of the articles is not what is measured: 0 and 1 are both answers.
                let output = spravka.output()?;
                ensure!(
                    output.status.code().is_some_and(|code| code < 2),
                    "{command} --base: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                best = best.min(begun.elapsed());
            }
            Ok(best)
        };
        gates.push(Gate { name, check: time("check")?, eval: time("eval")? });
    }
    Ok(gates)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
