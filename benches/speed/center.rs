//! One help center on disk, and the programs that work on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::corpus::Corpus;
use crate::options::Options;
use crate::process::{Cores, Machine, Server};
use crate::source::Source;

/// What is the same for every size.
pub(crate) struct Bench {
    pub(crate) options: Options,
    pub(crate) cores: Cores,
    pub(crate) machine: Machine,
    pub(crate) source: Source,
    pub(crate) queries: Vec<String>,
    /// Everything is written below it: outside any repository, or git would be asked for dates.
    pub(crate) folder: PathBuf,
}

/// A help center; its files go when it goes.
pub(crate) struct Center<'a> {
    pub(crate) bench: &'a Bench,
    pub(crate) count: usize,
    /// Of all its articles.
    pub(crate) bytes: u64,
    root: PathBuf,
}

impl<'a> Center<'a> {
    /// Writes its articles.
    pub(crate) fn make(bench: &'a Bench, count: usize) -> Result<Self> {
        let root = bench.folder.join(count.to_string());
        let mut center = Self { bench, count, bytes: 0, root };
        center.bytes = Corpus::write(&bench.source, bench.options.seed, &center.articles(), count)?;
        Ok(center)
    }

    pub(crate) fn articles(&self) -> PathBuf {
        self.root.join("articles")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// Where the floor keeps its own.
    pub(crate) fn floor_index(&self) -> PathBuf {
        self.root.join("floor")
    }

    /// `spravka COMMAND` on these articles and that index.
    fn spravka(&self, command: &str, index: &Path) -> Command {
        let mut spravka = self.bench.cores.command(&self.bench.options.binary, &self.root);
        spravka.arg(command).arg("--articles").arg(self.articles()).arg("--index").arg(index);
        spravka
    }

    /// The command that builds the index and exits.
    pub(crate) fn indexing(&self) -> Command {
        self.spravka("index", &self.index())
    }

    /// Serves, with an index that is there already or is made on the way.
    pub(crate) fn serve(&self) -> Result<Server> {
        self.start("spravka", &self.index(), true)
    }

    /// Serves without keeping answers.
    pub(crate) fn serve_uncached(&self) -> Result<Server> {
        self.start("spravka without answer cache", &self.index(), false)
    }

    /// Serves beside another one: an index belongs to one server alone, so this gets a copy.
    pub(crate) fn serve_beside(&self) -> Result<Server> {
        let copy = self.root.join("index-beside");
        copy_folder(&self.index(), &copy).context("cannot copy the index")?;
        self.start("spravka with answer cache", &copy, true)
    }

    fn start(&self, name: &'static str, index: &Path, keeps_answers: bool) -> Result<Server> {
        let mut command = self.spravka("serve", index);
        command.args(["--listen", "127.0.0.1:0"]);
        if !keeps_answers {
            command.env("SPRAVKA_ANSWER_CACHE", "false");
        }
        Server::start(name, &mut command)
    }

    /// This program again, as one of its floors.
    pub(crate) fn floor(&self, floor: &str) -> Result<Command> {
        let program = std::env::current_exe()?;
        let mut command = self.bench.cores.command(&program, &self.root);
        command.args(["--floor", floor]);
        command.arg("--floor-articles").arg(self.articles());
        command.arg("--floor-index").arg(self.floor_index());
        Ok(command)
    }
}

impl Drop for Center<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The bytes of all files below a folder.
pub(crate) fn bytes_below(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
