//! Where each setting comes from: flag, environment, file, default, in this order. No other file
//! knows.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Deserialize;

use super::{CommonFlags, LogFormat};
use crate::live::{self, Remote};
use crate::search::Weights;
use crate::web::{self, StaffKeys};

/// The configuration file that is read when none is named.
const DEFAULT_FILE: &str = "spravka.toml";
/// The articles folder when none is named.
const DEFAULT_ARTICLES: &str = "articles";

/// How often a repository is asked for news.
const POLL_SECONDS: u64 = 15;
/// A shorter secret could be guessed.
const SHORT_SECRET: usize = 16;

/// Why the settings are of no use.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file that was named is not there.
    #[error("cannot read the configuration file {file}: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is no TOML, or has a key that means nothing.
    #[error("{file}: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// Where and what.
        message: String,
    },
    /// A value cannot be.
    #[error("{name}: {message}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

/// What `spravka.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSettings {
    articles: Option<PathBuf>,
    index: Option<PathBuf>,
    state: Option<PathBuf>,
    listen: Option<String>,
    base_url: Option<String>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    answer_cache: Option<bool>,
    request_timeout_seconds: Option<u64>,
    #[serde(default)]
    allowed_origins: Vec<String>,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    #[serde(default)]
    staff: StaffSettings,
    #[serde(default)]
    repository: RepositorySettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RepositorySettings {
    url: Option<String>,
    branch: Option<String>,
    path: Option<String>,
    poll_seconds: Option<u64>,
    webhook_secret: Option<String>,
}

/// The flags of `serve` that say which repository to follow.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct RepositoryFlags {
    /// Clone this repository, serve its articles and follow it, instead of a folder
    #[arg(long, value_name = "URL", env = "SPRAVKA_REPO")]
    repo: Option<String>,
    /// The branch to follow [default: main]
    #[arg(long, value_name = "NAME", env = "SPRAVKA_BRANCH")]
    branch: Option<String>,
    /// Where the articles lie in the repository [default: `articles`, when it is there, else its top]
    #[arg(long, value_name = "DIR", env = "SPRAVKA_PATH")]
    path: Option<String>,
    /// Ask the repository for news this often; a webhook asks at once [default: 15]
    #[arg(long, value_name = "SECONDS", env = "SPRAVKA_POLL_SECONDS")]
    poll_seconds: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffSettings {
    /// Hashes, as `spravka key new` prints them.
    #[serde(default)]
    keys: Vec<String>,
}

/// Every setting, resolved.
pub(super) struct Settings {
    pub(super) articles: PathBuf,
    pub(super) index: PathBuf,
    pub(super) state: PathBuf,
    pub(super) listen: String,
    pub(super) log: Option<String>,
    pub(super) log_format: Option<LogFormat>,
    pub(super) web: web::Settings,
    pub(super) keys: StaffKeys,
    repository: RepositorySettings,
    /// Whether a folder of articles was named by a flag or the environment.
    names_articles: bool,
}

impl FileSettings {
    pub(super) fn read(named: Option<&Path>) -> Result<Self, SettingsError> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let file = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(source) => return Err(SettingsError::Unreadable { file, source }),
        };
        toml::from_str(&text).map_err(|error| SettingsError::Malformed {
            file,
            message: error.to_string().trim_end().to_owned(),
        })
    }
}

impl Settings {
    pub(super) fn resolve(flags: CommonFlags, file: FileSettings) -> Result<Self, SettingsError> {
        let base_url = text("SPRAVKA_BASE_URL").or(file.base_url);
        let mut web = web::Settings { base_url, ..web::Settings::default() };
        if let Some(url) = &web.base_url
            && !url.starts_with("https://")
            && !url.starts_with("http://")
        {
            let message = format!("`{url}` is no http(s) address");
            return Err(SettingsError::Value { name: "base_url", message });
        }
        if let Some(on) = boolean("SPRAVKA_ANSWER_CACHE")?.or(file.answer_cache) {
            web.answer_cache = on;
        }
        if let Some(seconds) =
            number("SPRAVKA_REQUEST_TIMEOUT_SECONDS")?.or(file.request_timeout_seconds)
        {
            web.request_timeout = Duration::from_secs(seconds.max(1));
        }
        web.allowed_origins = list("SPRAVKA_ALLOWED_ORIGINS").unwrap_or(file.allowed_origins);
        let proxies = list("SPRAVKA_TRUSTED_PROXIES").unwrap_or(file.trusted_proxies);
        for proxy in proxies {
            let address = proxy.parse().map_err(|_| SettingsError::Value {
                name: "trusted_proxies",
                message: format!("`{proxy}` is no IP address"),
            })?;
            web.trusted_proxies.push(address);
        }
        let keys = list("SPRAVKA_STAFF_KEYS").unwrap_or(file.staff.keys);
        let keys = StaffKeys::parse(&keys).map_err(|error| SettingsError::Value {
            name: "staff.keys",
            message: error.to_string(),
        })?;
        Ok(Self {
            names_articles: flags.articles.is_some(),
            repository: file.repository,
            articles: flags.articles.or(file.articles).unwrap_or_else(|| DEFAULT_ARTICLES.into()),
            index: flags.index.or(file.index).unwrap_or_else(|| "index".into()),
            state: flags.state.or(file.state).unwrap_or_else(|| "state".into()),
            listen: flags.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            log: flags.log.or(file.log),
            log_format: flags.log_format.or(file.log_format),
            web,
            keys,
        })
    }

    /// The repository to follow, if any, and the secret that calls for a look at it.
    pub(super) fn remote(
        &self,
        flags: &RepositoryFlags,
    ) -> Result<Option<(Remote, Option<String>)>, SettingsError> {
        let RepositoryFlags { repo, branch, path, poll_seconds } = flags.clone();
        let file = &self.repository;
        let Some(url) = repo.or_else(|| file.url.clone()) else {
            let given = [("--branch", branch.is_some()), ("--path", path.is_some())];
            return match given.into_iter().find(|(_, is_given)| *is_given) {
                Some((name, _)) => {
                    let message = "says where in a repository; name it with --repo".to_owned();
                    Err(SettingsError::Value { name, message })
                }
                None => Ok(None),
            };
        };
        if self.names_articles {
            tracing::warn!(
                "the articles come from the repository: the folder of --articles is not read (--path names theirs in it)"
            );
        }
        let poll = poll_seconds.or(file.poll_seconds).unwrap_or(POLL_SECONDS);
        let remote = Remote {
            url,
            branch: branch.or_else(|| file.branch.clone()).unwrap_or_else(|| "main".to_owned()),
            path: path.or_else(|| file.path.clone()),
            token: text("SPRAVKA_REPO_TOKEN"),
            poll: Duration::from_secs(poll.max(1)),
            stop: std::sync::Arc::default(),
        };
        let secret = text("SPRAVKA_WEBHOOK_SECRET").or_else(|| file.webhook_secret.clone());
        if secret.as_ref().is_some_and(|secret| secret.len() < SHORT_SECRET) {
            tracing::warn!(
                "the secret of the webhook is short enough to be guessed: `openssl rand -hex 32` prints a good one"
            );
        }
        Ok(Some((remote, secret)))
    }

    /// Where the clone of the repository lies.
    pub(super) fn source_folder(&self) -> PathBuf {
        self.state.join("source")
    }

    /// What the `live` room needs, with an index on disk or none.
    pub(super) fn live(&self, index: Option<PathBuf>) -> live::Settings {
        live::Settings {
            articles: self.articles.clone(),
            index,
            weights: Weights::default(),
            follows: false,
            commit: None,
            repository: None,
            preview: false,
            clock: jiff::Timestamp::now,
        }
    }
}

/// The articles folder, as far as it can be told from a command that is still being typed: nothing
/// of it is certain, and nobody is told of mistakes.
pub(super) fn articles_while_typing(words: impl Iterator<Item = OsString>) -> PathBuf {
    let words: Vec<OsString> = words.collect();
    let joined = words.iter().find_map(|word| word.to_str()?.strip_prefix("--articles="));
    let apart = words.iter().position(|word| word == "--articles").and_then(|at| words.get(at + 1));
    let config = text("SPRAVKA_CONFIG").map(PathBuf::from);
    let file = || FileSettings::read(config.as_deref()).ok()?.articles;
    joined
        .map(PathBuf::from)
        .or_else(|| apart.map(PathBuf::from))
        .or_else(|| text("SPRAVKA_ARTICLES").map(PathBuf::from))
        .or_else(file)
        .unwrap_or_else(|| DEFAULT_ARTICLES.into())
}

fn text(name: &'static str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn list(name: &'static str) -> Option<Vec<String>> {
    text(name).map(|value| value.split(',').map(|part| part.trim().to_owned()).collect())
}

fn boolean(name: &'static str) -> Result<Option<bool>, SettingsError> {
    text(name)
        .map(|value| match value.trim() {
            "true" | "1" | "on" | "yes" => Ok(true),
            "false" | "0" | "off" | "no" => Ok(false),
            other => {
                let message = format!("`{other}` is neither true nor false");
                Err(SettingsError::Value { name, message })
            }
        })
        .transpose()
}

fn number(name: &'static str) -> Result<Option<u64>, SettingsError> {
    text(name)
        .map(|value| {
            value.trim().parse().map_err(|_| SettingsError::Value {
                name,
                message: format!("`{value}` is no whole number"),
            })
        })
        .transpose()
}
