//! The repository that is followed, and how it is spoken to: nobody is asked for a password, nothing
//! waits forever, and no secret is ever printed.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::live::git::{git, said};

/// The first fetch brings all of the history; one that takes longer is given up…
const LONGEST_FIRST: Duration = Duration::from_mins(10);
/// …and so is a later one after this long.
const LONGEST: Duration = Duration::from_mins(1);

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
    /// Set when the program ends: a fetch under way is given up.
    pub stop: Arc<AtomicBool>,
}

/// Who is let in, as https asks for it.
struct Password {
    user: String,
    secret: String,
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
        let url = self.let_in(&mut command);
        command.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--"]);
        command.arg(url).arg(format!("+refs/heads/{}:{reference}", self.branch));
        let is_first = !clone.join(reference).exists() && !clone.join("packed-refs").exists();
        let longest = if is_first { LONGEST_FIRST } else { LONGEST };
        run(&mut command, longest, &self.stop).map_err(|reason| self.redacted(&reason))
    }

    /// Passwords go through the environment: the list of processes shows arguments to everybody. The
    /// address to fetch from, without them.
    fn let_in(&self, command: &mut Command) -> String {
        let Some(Password { user, secret }) = self.password() else { return self.url.clone() };
        let url = without_user(&self.url);
        let Some(site) = site_of(&url) else { return self.url.clone() };
        let header = STANDARD.encode(format!("{user}:{secret}"));
        command
            .env("GIT_CONFIG_COUNT", "1")
            // For this site alone, wherever it may redirect to.
            .env("GIT_CONFIG_KEY_0", format!("http.{site}/.extraHeader"))
            .env("GIT_CONFIG_VALUE_0", format!("Authorization: Basic {header}"));
        url
    }

    /// The token, or the password in the address; none for what is no https.
    fn password(&self) -> Option<Password> {
        site_of(&self.url)?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let given = user_of(&self.url).map(|given| given.split_once(':').unwrap_or((given, "")));
        let (user, inner) = given.map_or((String::new(), String::new()), |(user, secret)| {
            (decoded(user), decoded(secret))
        });
        let secret = self.token.clone().unwrap_or(inner);
        let user = if user.is_empty() { "x-access-token".to_owned() } else { user };
        (!secret.is_empty()).then_some(Password { user, secret })
    }

    fn redacted(&self, text: &str) -> String {
        let mut text = text.replace(&self.url, &self.shown());
        if let Some(Password { secret, .. }) = self.password() {
            text = text.replace(&secret, "***");
        }
        text.split(' ').map(without_secrets).collect::<Vec<_>>().join(" ")
    }
}

/// `https://example.com` of an address there, whoever it names.
fn site_of(url: &str) -> Option<String> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme))?;
    let authority = url[scheme.len()..].split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(format!("{scheme}{host}"))
}

/// `user:secret` of an address that has it.
fn user_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rfind('@').map(|at| &authority[..at])
}

/// `https://user:secret@host/x` without user and secret.
fn without_user(url: &str) -> String {
    match (url.split_once("://"), user_of(url)) {
        (Some((scheme, rest)), Some(user)) => format!("{scheme}://{}", &rest[user.len() + 1..]),
        _ => url.to_owned(),
    }
}

/// The same without what follows a `?`, which may be a token too.
fn without_secrets(text: &str) -> String {
    if !text.contains("://") {
        return text.to_owned();
    }
    let url = without_user(text);
    let end = url.find('?').unwrap_or(url.len());
    url[..end].to_owned()
}

/// In a group of its own: it ends with its helpers, and a Ctrl-C is ours to pass on.
fn apart(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Ends a program and what it has started. It may have ended this moment.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
    }
    #[cfg(not(unix))]
    let _ = child.kill();
}

/// Runs git to its end, or ends it, and what it has started.
fn run(command: &mut Command, longest: Duration, stop: &AtomicBool) -> Result<(), String> {
    let told = |error: std::io::Error| format!("the `git` program cannot be run ({error})");
    let mut errors: File = tempfile::tempfile().map_err(told)?;
    apart(command);
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
        let is_stopped = stop.load(Ordering::Relaxed);
        if is_stopped || begun.elapsed() > longest {
            end(&mut child);
            let _ = child.wait();
            let why = if is_stopped {
                "the program ends".to_owned()
            } else {
                format!("no answer within {} s", longest.as_secs())
            };
            return Err(why);
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
            stop: Arc::default(),
        }
    }

    #[test]
    fn no_secret_is_in_what_is_told() {
        let remote = remote("https://bot:pass@git.example/help.git");
        assert_eq!(remote.shown(), "https://git.example/help.git");
        let told = remote
            .redacted("unable to access 'https://bot:pass@git.example/help.git/': s3cret is wrong");
        assert!(!told.contains("pass") && !told.contains("s3cret"), "{told}");
        let asked = Remote { url: "https://git.example/x?private_token=abc".to_owned(), ..remote };
        assert_eq!(asked.shown(), "https://git.example/x");
    }

    #[test]
    fn a_password_is_never_an_argument() {
        let remote = Remote { token: None, ..remote("https://bot:p%40ss@git.example:1/help.git") };
        let mut command = Command::new("git");
        assert_eq!(remote.let_in(&mut command), "https://git.example:1/help.git");
        let header = command.get_envs().find(|(name, _)| *name == "GIT_CONFIG_VALUE_0").unwrap();
        let expected = format!("Authorization: Basic {}", STANDARD.encode("bot:p@ss"));
        assert_eq!(header.1.unwrap().to_str().unwrap(), expected);
        // A token is the password of whoever is named.
        let remote = self::remote("https://oauth2@git.example/help.git");
        assert_eq!(remote.password().unwrap().user, "oauth2");
        assert_eq!(remote.password().unwrap().secret, "s3cret");
    }

    #[test]
    fn a_token_is_for_its_site_alone() {
        let site = |url| site_of(url);
        assert_eq!(site("https://git.example:8443/a/b.git").unwrap(), "https://git.example:8443");
        assert_eq!(site_of("git@git.example:a/b.git"), None);
        assert_eq!(site_of("/srv/help.git"), None);
    }
}
