//! The repository that is followed, and how it is spoken to: nobody is asked for a password, nothing
//! waits forever, and no secret is ever printed.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::live::git::{git, said};

/// A fetch that takes longer is given up. The first one brings all of the history.
const LONGEST: Duration = Duration::from_mins(10);

/// Where the articles come from.
#[derive(Clone)]
pub struct Remote {
    /// As git takes it: https, ssh, or a path.
    pub url: String,
    /// The branch that is followed.
    pub branch: String,
    /// Where the articles lie in the repository; `None`: in `articles`, else at its top.
    pub path: Option<String>,
    /// For https: sent as a password, and never printed.
    pub token: Option<String>,
    /// How often it is asked for news when nobody calls.
    pub poll: Duration,
}

impl Remote {
    /// The address without what opens it.
    pub fn shown(&self) -> String {
        without_secrets(&self.url)
    }

    /// Brings the branch into a clone, under `reference`. An error is a sentence without secrets.
    pub(super) fn fetch(&self, clone: &Path, reference: &str) -> Result<(), String> {
        let mut command = git(clone);
        // Slow is not dead; silent for half a minute is.
        command.args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"]);
        if std::env::var_os("GIT_SSH_COMMAND").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=15");
        }
        self.open_with_token(&mut command);
        command.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--"]);
        command.arg(&self.url).arg(format!("+refs/heads/{}:{reference}", self.branch));
        run(&mut command, LONGEST).map_err(|reason| self.redacted(&reason))
    }

    /// The token goes through the environment: the list of processes shows arguments to everybody.
    fn open_with_token(&self, command: &mut Command) {
        let Some(token) = &self.token else { return };
        let Some(site) = site_of(&self.url) else { return };
        let secret = STANDARD.encode(format!("x-access-token:{token}"));
        command
            .env("GIT_CONFIG_COUNT", "1")
            // For this site alone, wherever it may redirect to.
            .env("GIT_CONFIG_KEY_0", format!("http.{site}/.extraHeader"))
            .env("GIT_CONFIG_VALUE_0", format!("Authorization: Basic {secret}"));
    }

    fn redacted(&self, text: &str) -> String {
        let mut text = text.replace(&self.url, &self.shown());
        if let Some(token) = self.token.as_deref().filter(|token| !token.is_empty()) {
            text = text.replace(token, "***");
        }
        text.split(' ').map(without_secrets).collect::<Vec<_>>().join(" ")
    }
}

/// `https://example.com` of an address there.
fn site_of(url: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme))?;
    let rest = &url[scheme.len()..];
    let host = rest.split('/').next()?;
    // Who is named in the address is asked for by git itself.
    (!host.contains('@')).then(|| &url[..scheme.len() + host.len()])
}

/// `https://user:secret@host/x` without user and secret.
fn without_secrets(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let host_ends = rest.find('/').unwrap_or(rest.len());
    match rest[..host_ends].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}

/// Runs git to its end, or ends it.
fn run(command: &mut Command, longest: Duration) -> Result<(), String> {
    let told = |error: std::io::Error| format!("the `git` program cannot be run ({error})");
    let mut errors: File = tempfile::tempfile().map_err(told)?;
    let mut child = command
        .stdout(Stdio::null())
        .stderr(errors.try_clone().map_err(told)?)
        .spawn()
        .map_err(|error| format!("the `git` program cannot be run ({error}): install git"))?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        if begun.elapsed() > longest {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("no answer within {} s", longest.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(if begun.elapsed().as_secs() < 2 {
            3
        } else {
            50
        }));
    };
    if status.success() {
        return Ok(());
    }
    let mut text = Vec::new();
    let _ = errors.rewind().and_then(|()| errors.take(64 * 1024).read_to_end(&mut text));
    Err(said(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str) -> Remote {
        Remote {
            url: url.to_owned(),
            branch: "main".to_owned(),
            path: None,
            token: Some("s3cret".to_owned()),
            poll: Duration::from_secs(1),
        }
    }

    #[test]
    fn no_secret_is_in_what_is_told() {
        let remote = remote("https://bot:pass@git.example/help.git");
        assert_eq!(remote.shown(), "https://git.example/help.git");
        let told = remote
            .redacted("unable to access 'https://bot:pass@git.example/help.git/': s3cret is wrong");
        assert!(!told.contains("pass") && !told.contains("s3cret"), "{told}");
    }

    #[test]
    fn a_token_is_for_its_site_alone() {
        assert_eq!(site_of("https://git.example:8443/a/b.git"), Some("https://git.example:8443"));
        assert_eq!(site_of("git@git.example:a/b.git"), None);
        assert_eq!(site_of("/srv/help.git"), None);
    }
}
