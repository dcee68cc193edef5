//! The `git` program, asked about the repository that a folder lies in.

use std::path::Path;
use std::process::{Command, Stdio};

/// A question to git that writes nothing: arguments follow, and no shell reads them.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.quotePath=false"])
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
