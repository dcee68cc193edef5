//! The driver: a help center in a throw-away folder, served by the real program.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use spravka::web::StaffKeys;
use tempfile::TempDir;

use crate::http::{Answer, Request, encoded, send};

/// How long what is to come may take to come. The promise is one second; the rest is for machines
/// that do much else.
const PATIENCE: Duration = Duration::from_secs(5);
/// The same for what is much at once, without optimization.
const LONG_PATIENCE: Duration = Duration::from_mins(1);
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(15);

/// What every help center begins with.
pub(crate) const SITE: &str = "\
name: {ru: Справка, en: Help}
base_url: https://help.example.com
time_zone: Europe/Moscow
locales: [ru, en]
channels:
  ru:
    - {kind: chat, title: Чат, url: 'https://example.com/chat', hours: 24/7}
  en:
    - {kind: chat, title: Chat, url: 'https://example.com/chat', hours: 24/7}
";

/// What signs a call of the repository's host.
pub(crate) const WEBHOOK_SECRET: &str = "a-secret-of-the-suite";

/// An article as an editor writes it.
pub(crate) fn article(title: &str, text: &str) -> String {
    article_with(title, "", text)
}

/// The same with more lines of front matter, each with its line end.
pub(crate) fn article_with(title: &str, keys: &str, text: &str) -> String {
    format!("---\ntitle: {title}\n{keys}---\n\n{text}\n")
}

/// The folder of the articles that ship with the program.
pub(crate) fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("articles")
}

/// The program, with nothing of the tester's own settings. `SUITE_PROGRAM` names another build to
/// try: the optimized one, or a copy that no other build writes over meanwhile.
pub(crate) fn spravka() -> Command {
    let other = std::env::var_os("SUITE_PROGRAM");
    let mut command = Command::new(other.unwrap_or(env!("CARGO_BIN_EXE_spravka").into()));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SPRAVKA_") {
            command.env_remove(name);
        }
    }
    command.env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

/// A help center, served or not.
pub(crate) struct HelpCenter {
    folder: TempDir,
    articles: PathBuf,
    key: String,
    /// Its hash, given to the server in the environment.
    hash: Option<String>,
    /// The repository that is followed instead of the articles folder.
    repository: Option<PathBuf>,
    /// Where it listens, and more that the server is told.
    listen: &'static str,
    flags: Vec<&'static str>,
    server: Option<Server>,
}

struct Server {
    child: Child,
    address: SocketAddr,
}

/// The ids and titles that a search found, best first.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) ids: Vec<String>,
    pub(crate) titles: Vec<String>,
}

impl Found {
    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id)
    }
}

impl HelpCenter {
    /// One without articles.
    pub(crate) fn new() -> Self {
        Self::empty().with("site.yaml", SITE)
    }

    /// One over the articles that ship.
    pub(crate) fn over_shipped_articles() -> Self {
        let mut center = Self::empty();
        center.articles = shipped();
        center
    }

    fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("spravka-suite-").tempdir().unwrap();
        let articles = folder.path().join("articles");
        fs::create_dir(&articles).unwrap();
        let (key, hash) = StaffKeys::generate();
        let (listen, flags) = ("127.0.0.1:0", Vec::new());
        let (hash, repository) = (Some(hash), None);
        Self { folder, articles, key, hash, repository, listen, flags, server: None }
    }

    /// With one more file.
    pub(crate) fn with(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.save(path, text);
        self
    }

    /// With this key, of which the server is not told.
    pub(crate) fn holding_only(self, key: &str) -> Self {
        let key = key.to_owned();
        // A value that is dropped cannot be taken apart.
        let mut center = self;
        (center.key, center.hash) = (key, None);
        center
    }

    /// Following a repository instead of a folder.
    pub(crate) fn following(mut self, repository: &Path) -> Self {
        self.repository = Some(repository.to_owned());
        self
    }

    /// With one more flag for the server.
    pub(crate) fn told(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// Listening there.
    pub(crate) fn listening_on(mut self, address: &'static str) -> Self {
        self.listen = address;
        self
    }

    /// Served.
    pub(crate) fn start(mut self) -> Self {
        self.serve();
        self
    }

    /// Begins to serve; that it does not is a failure of the test.
    pub(crate) fn serve(&mut self) {
        if let Err(ended) = self.try_serve() {
            panic!("the server ended with {ended} before it served:\n{}", self.log());
        }
    }

    /// Begins to serve, or says how the program ended instead.
    pub(crate) fn try_serve(&mut self) -> Result<(), ExitStatus> {
        assert!(self.server.is_none(), "it is served already");
        let mut command = match &self.repository {
            // Asked for news so seldom that only a call can bring them.
            Some(repository) => {
                self.bare_command(&["serve", "--poll-seconds", "3600", "--repo"], Some(repository))
            }
            None => self.command(&["serve"]),
        };
        let mut child = command
            .args(["--listen", self.listen])
            .args(&self.flags)
            .env("SPRAVKA_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .envs(self.hash.iter().map(|hash| ("SPRAVKA_STAFF_KEYS", hash)))
            .env("SPRAVKA_LOG", "info,spravka=debug")
            // A server that is killed leaves what it would have thrown away.
            .env("TMPDIR", self.folder.path())
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(self.log_file()).unwrap())
            .spawn()
            .unwrap();
        let (sender, receiver) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let address = line.split_once(" at http://").map(|(_, rest)| rest.trim().parse());
                if let Some(Ok(address)) = address {
                    // The test may have ended meanwhile.
                    let _ = sender.send(address);
                }
            }
        });
        if let Ok(address) = receiver.recv_timeout(LONG_PATIENCE) {
            self.server = Some(Server { child, address });
            return Ok(());
        }
        // What neither serves nor ends is ended: the test fails by its status.
        let _ = child.kill();
        Err(child.wait().unwrap())
    }

    /// A command over the same folders.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        // Relative, as people give it and as the default is: the watch must understand that too.
        let articles = self.articles.strip_prefix(self.folder.path()).unwrap_or(&self.articles);
        let mut command = self.bare_command(arguments, None);
        command.arg("--articles").arg(articles);
        command
    }

    /// One that is told of no articles folder.
    pub(crate) fn bare_command(&self, arguments: &[&str], last: Option<&Path>) -> Command {
        let mut command = spravka();
        command.current_dir(self.folder.path()).args(arguments).args(last);
        command.arg("--index").arg(self.index_folder());
        command
    }

    // ---- the files -----------------------------------------------------------------------------

    /// The folder that holds articles and index.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn articles_folder(&self) -> &Path {
        &self.articles
    }

    pub(crate) fn index_folder(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.articles.join(path)
    }

    /// Writes a file in its place, with the folders it needs.
    pub(crate) fn save(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Writes a file beside its place and puts it there at once.
    pub(crate) fn replace(&self, path: &str, text: impl AsRef<[u8]>) {
        let beside = format!("{path}.tmp");
        self.save(&beside, text);
        self.rename(&beside, path);
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path(from), to).unwrap();
    }

    /// Removes a file, or a folder with all that is in it.
    pub(crate) fn remove(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Everything that was logged, over restarts too.
    pub(crate) fn log(&self) -> String {
        match fs::read(self.log_file()) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => panic!("{error}"),
        }
    }

    // ---- asking --------------------------------------------------------------------------------

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.as_ref().expect("it is served").address
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn send(&self, request: &Request<'_>) -> Answer {
        send(self.address(), request).unwrap_or_else(|error| {
            let target = String::from_utf8_lossy(request.target);
            panic!("{} {target}: {error}\n{}", request.method, last_lines(&self.log()))
        })
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[])
    }

    pub(crate) fn get_as_staff(&self, target: &str) -> Answer {
        self.get_with(target, &[("authorization", &format!("Bearer {}", self.key))])
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(&Request { method: "GET", target: target.as_bytes(), headers, body: b"" })
    }

    /// A page that has to be there.
    pub(crate) fn page(&self, target: &str) -> String {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.lossy());
        answer.text().to_owned()
    }

    /// What a player finds.
    pub(crate) fn search(&self, query: &str, locale: &str) -> Found {
        let answer = self.get(&search_target(query, locale));
        assert_eq!(answer.status, 200, "{query}: {}", answer.lossy());
        found(&answer.json())
    }

    pub(crate) fn search_as_staff(&self, query: &str, locale: &str) -> Found {
        let answer = self.get_as_staff(&search_target(query, locale));
        assert_eq!(answer.status, 200, "{query}: {}", answer.lossy());
        found(&answer.json())
    }

    /// The status as staff see it.
    pub(crate) fn status(&self) -> Value {
        self.get_as_staff("/api/v1/status").json()
    }

    pub(crate) fn edition(&self) -> u64 {
        self.status()["edition"].as_u64().unwrap()
    }

    /// The errors in a file: line and code.
    pub(crate) fn errors(&self, path: &str) -> Vec<(u64, String)> {
        let status = self.status();
        let problems = status["problems"].as_array().expect("staff see the problems");
        let of_file = problems.iter().filter(|p| p["path"] == path && p["severity"] == "error");
        of_file
            .map(|p| (p["line"].as_u64().unwrap(), p["code"].as_str().unwrap().to_owned()))
            .collect()
    }

    /// Waits until something is so.
    pub(crate) fn until(&self, what: &str, is_so: impl FnMut() -> bool) {
        self.until_within(PATIENCE, what, is_so);
    }

    /// Waits for what is much at once.
    pub(crate) fn until_long(&self, what: &str, is_so: impl FnMut() -> bool) {
        self.until_within(LONG_PATIENCE, what, is_so);
    }

    /// Waits this long at most.
    pub(crate) fn until_within(
        &self,
        patience: Duration,
        what: &str,
        mut is_so: impl FnMut() -> bool,
    ) {
        let end = Instant::now() + patience;
        while !is_so() {
            let is_late = Instant::now() > end;
            assert!(!is_late, "not within {patience:?}: {what}\n{}", last_lines(&self.log()));
            thread::sleep(LOOK);
        }
    }

    /// Waits until a page has a text.
    pub(crate) fn until_page_says(&self, target: &str, text: &str) {
        self.until(&format!("{target} says {text}"), || {
            let answer = self.get(target);
            answer.status == 200 && answer.text().contains(text)
        });
    }

    /// Waits until nothing is at an address.
    pub(crate) fn until_gone(&self, target: &str) {
        self.until(&format!("{target} is gone"), || self.get(target).status == 404);
    }

    // ---- the process ---------------------------------------------------------------------------

    pub(crate) fn pid(&self) -> u32 {
        self.server.as_ref().expect("it is served").child.id()
    }

    /// Whether the process is still there.
    pub(crate) fn is_alive(&mut self) -> bool {
        let server = self.server.as_mut().expect("it is served");
        server.child.try_wait().unwrap().is_none()
    }

    /// Ends the server as a power cut would.
    pub(crate) fn kill(&mut self) {
        let mut server = self.server.take().expect("it is served");
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    }

    /// Asks the server to stop, as a service manager does.
    pub(crate) fn ask_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Asks the server to stop and waits until it has.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.wait()
    }

    /// Waits until the server, asked to stop, has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut server = self.server.take().expect("it is served");
        let end = Instant::now() + LONG_PATIENCE;
        loop {
            if let Some(status) = server.child.try_wait().unwrap() {
                return status;
            }
            if Instant::now() > end {
                let _ = server.child.kill();
                let _ = server.child.wait();
                panic!("it does not stop:\n{}", last_lines(&self.log()));
            }
            thread::sleep(LOOK);
        }
    }

    /// Stops and serves again, on the same folders.
    pub(crate) fn restart(&mut self) {
        let status = self.stop();
        assert!(status.success(), "{status}\n{}", self.log());
        self.serve();
    }
}

impl Drop for HelpCenter {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself.
            let _ = server.child.kill();
            let _ = server.child.wait();
        }
    }
}

pub(crate) fn search_target(query: &str, locale: &str) -> String {
    format!("/api/v1/search?q={}&locale={locale}&limit=50", encoded(query))
}

fn found(answer: &Value) -> Found {
    let hits = answer["hits"].as_array().expect("hits");
    let each = |key: &str| hits.iter().map(|hit| hit[key].as_str().unwrap().to_owned()).collect();
    Found { ids: each("id"), titles: each("title") }
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> =
        log.lines().filter(|line| !line.contains("\"message\":\"request\"")).collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
