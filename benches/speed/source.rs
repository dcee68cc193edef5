//! Real Russian text to cut from: sentences, titles and questions of people.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::dice::Dice;

/// What articles and queries are cut from.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Where it comes from, for the report.
    pub(crate) origin: String,
    /// Titles as somebody wrote them, without the mark at the end.
    titles: Vec<String>,
    /// Sentences of running text.
    sentences: Vec<String>,
    /// Questions as people type them.
    questions: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    title: String,
    text: String,
}

impl Source {
    /// Reads the relevance collections, or the articles that ship where there are none.
    pub(crate) fn read() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let data = std::env::var_os("EVAL_DATA")
            .map_or_else(|| root.join("../shared/eval"), PathBuf::from);
        let mut source = Self::default();
        if data.join("rutube-ru/corpus.jsonl").is_file() {
            source.collections(&data)?;
            "rutube-ru and xquad-ru, recombined".clone_into(&mut source.origin);
        } else {
            source.articles(&root.join("articles/ru"))?;
            "articles/ru, recombined (no EVAL_DATA)".clone_into(&mut source.origin);
        }
        for list in [&mut source.titles, &mut source.sentences, &mut source.questions] {
            list.sort_unstable();
            list.dedup();
        }
        ensure!(
            source.titles.len() >= 20
                && source.sentences.len() >= 100
                && source.questions.len() >= 20,
            "too little Russian text in {} to make a help center of",
            data.display()
        );
        Ok(source)
    }

    pub(crate) fn title(&self, dice: &mut Dice) -> &str {
        dice.pick::<String>(&self.titles)
    }

    pub(crate) fn sentence(&self, dice: &mut Dice) -> &str {
        dice.pick::<String>(&self.sentences)
    }

    pub(crate) fn question(&self, dice: &mut Dice) -> &str {
        dice.pick::<String>(&self.questions)
    }

    fn collections(&mut self, data: &Path) -> Result<()> {
        for name in ["rutube-ru", "xquad-ru"] {
            for document in json_lines(&data.join(name).join("corpus.jsonl"))? {
                self.add_title(&document.title);
                self.add_running_text(&document.text);
            }
            for question in json_lines(&data.join(name).join("queries.jsonl"))? {
                self.questions.push(plain(&question.text));
            }
        }
        Ok(())
    }

    fn articles(&mut self, folder: &Path) -> Result<()> {
        let entries =
            fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                self.articles(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "md") {
                self.article(&fs::read_to_string(&path)?);
            }
        }
        Ok(())
    }

    fn article(&mut self, text: &str) {
        // What quotes a fact means nothing without `facts.yaml`.
        for line in text.lines().filter(|line| !line.contains("{{")) {
            if let Some(title) = line.strip_prefix("title: ").or_else(|| line.strip_prefix("## ")) {
                let bare = title.split(" {#").next().unwrap_or_default();
                self.add_title(bare);
                self.questions.push(plain(bare));
            } else if let Some(question) = line.strip_prefix("  - ") {
                self.questions.push(plain(question));
            } else if line.starts_with(char::is_alphabetic) && !line.contains(": [") {
                self.add_running_text(&without_links(line));
            }
        }
    }

    fn add_title(&mut self, title: &str) {
        let title = plain(title.trim_end_matches(['?', '.', '!']));
        if title.chars().count() >= 8 {
            self.titles.push(title);
        }
    }

    /// Cuts at the ends of sentences, and keeps what reads as one.
    fn add_running_text(&mut self, text: &str) {
        let mut start = 0;
        let mut marks = text.match_indices(['.', '!', '?']).peekable();
        while let Some((at, mark)) = marks.next() {
            let end = at + mark.len();
            let mut next = text[end..].chars();
            let ends = match (next.next(), next.next()) {
                (None, _) => true,
                (Some(space), Some(letter)) => space.is_whitespace() && letter.is_uppercase(),
                _ => false,
            };
            if ends || marks.peek().is_none() {
                self.add_sentence(&text[start..end]);
                start = end;
            }
        }
    }

    fn add_sentence(&mut self, text: &str) {
        let text = plain(text);
        let letters = text.chars().count();
        let is_link = text.contains("http") || text.contains("www");
        if (30..=200).contains(&letters) && text.starts_with(char::is_alphabetic) && !is_link {
            self.sentences.push(text);
        }
    }
}

fn json_lines(path: &Path) -> Result<Vec<Document>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("in {}", path.display())))
        .collect()
}

/// `text` without anything that Markdown or YAML would take for a mark of theirs.
fn plain(text: &str) -> String {
    let kept: String =
        text.chars().map(|c| if "\\\"'`*_~<>[]{}|#&$^=:".contains(c) { ' ' } else { c }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of links without their addresses.
fn without_links(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        text.push_str(&rest[..at]);
        rest = rest[at..].split_once(')').map_or("", |(_, after)| after);
    }
    text + rest
}
