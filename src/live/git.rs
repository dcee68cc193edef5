//! The `git` program, asked about the repository that a folder lies in.

use std::io::{self, BufRead, Read};
use std::path::Path;
use std::process::{Command, Stdio};

/// A question to git that writes nothing: arguments follow, and no shell reads them.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.quotePath=false"])
        // Programs that a repository names for itself are not run for a look at it.
        .args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false"])
        .stdin(Stdio::null())
        // Reading must not write to somebody's repository.
        .env("GIT_OPTIONAL_LOCKS", "0")
        // Nobody is there to answer.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    // Git tells its hooks where the repository is by a path that `-C` makes wrong.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

/// The first line of what git says is wrong.
pub(super) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("git gives no reason");
    line.trim_start_matches("fatal: ").chars().filter(|c| !c.is_control()).collect()
}

/// One answer of `cat-file --batch`: `HASH blob SIZE`, that many bytes, a line end. Of a file that is
/// longer than `most` the beginning is kept.
pub(super) fn next_file(answers: &mut impl BufRead, most: u64) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let size = size.ok_or_else(|| {
        let message = format!("a file is missing from the repository: {}", head.trim_end());
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    let kept = size.min(most);
    let mut bytes = Vec::new();
    answers.take(kept).read_to_end(&mut bytes)?;
    let skipped = io::copy(&mut answers.take(size - kept), &mut io::sink())?;
    if bytes.len() as u64 + skipped != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    answers.read_exact(&mut [0])?;
    Ok(bytes)
}
