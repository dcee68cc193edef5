//! Collections in BEIR's form: documents, questions, and who answers whom.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::article::{Article, Audience, Locale, Slug, SourcePath};
use crate::catalog::{Catalog, Content};
use crate::cli::{Outcome, terminal};
use crate::search::{Index, Indexer, Judgements, Measures, Query, Weights, ranking};

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default)]
    lang: Option<String>,
}

/// A collection, indexed.
struct Collection {
    name: String,
    locale: Locale,
    index: Index,
    /// The collection's own id of each article.
    ids: HashMap<String, String>,
    judgements: HashMap<String, Judgements>,
}

/// How one file of questions went.
struct Row {
    collection: String,
    kind: String,
    measures: Measures,
}

pub(in crate::cli) fn run(folders: &[PathBuf], is_json: bool) -> anyhow::Result<Outcome> {
    let mut rows = Vec::new();
    for folder in folders {
        let name =
            folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let collection = Collection::open(folder)?;
        for (kind, file) in question_files(folder)? {
            let measures = collection.measure(&entries(&file)?);
            rows.push(Row { collection: name.clone(), kind, measures });
        }
    }
    terminal::print(&if is_json { report_json(&rows) } else { report(&rows) })?;
    Ok(Outcome::Good)
}

impl Collection {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let documents = entries(&folder.join("corpus.jsonl"))?;
        let locale = documents.first().and_then(|document| document.lang.as_deref());
        let locale: Locale = locale.unwrap_or("en").parse()?;
        let mut ids = HashMap::new();
        let mut content = Content::default();
        for (at, document) in documents.into_iter().enumerate() {
            let id = Slug::from_text(&format!("d{at}")).context("a numbered id is a slug")?;
            ids.insert(id.to_string(), document.id);
            let path = SourcePath::new(&format!("{locale}/all/{id}.md"));
            let article = Article::plain(path, &locale, id, &document.title, &document.text);
            content.articles.push(Arc::new(article));
        }
        let (catalog, _) = Catalog::assemble(&content, Timestamp::UNIX_EPOCH, None);
        let index = Indexer::in_memory().sync(&catalog, &HashMap::new(), &mut |_, _| {})?;
        let judgements = judgements(&folder.join("qrels.tsv"))?;
        let name = folder.display().to_string();
        Ok(Self { name, locale, index, ids, judgements })
    }

    fn measure(&self, questions: &[Entry]) -> Measures {
        let weights = Weights::default();
        let each: Vec<Measures> = questions
            .iter()
            .filter_map(|question| {
                let none = Judgements::default();
                let judgements = self.judgements.get(&question.id).unwrap_or(&none);
                let query = Query::unbounded(&question.text, self.locale.clone());
                let results = self.index.search(Audience::Public, query, &weights);
                let found: Vec<&str> = ranking(&results)
                    .into_iter()
                    .filter_map(|id| self.ids.get(id).map(String::as_str))
                    .collect();
                if let Ok(file) = std::env::var("DUMP") {
                    use std::io::Write as _;
                    let mut f = fs::File::options().append(true).create(true).open(file).ok()?;
                    let e = results.evidence;
                    let good = found.first().is_some_and(|id| judgements.contains_key(*id));
                    let _ = writeln!(
                        f,
                        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                        self.name,
                        question.id,
                        u8::from(good),
                        e.score,
                        e.coverage,
                        e.margin,
                        e.title,
                        e.asked
                    );
                }
                Some(Measures::of(&found, judgements))
            })
            .collect();
        Measures::mean(&each)
    }
}

/// `queries.jsonl` first, then its variants by name.
fn question_files(folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut files = vec![("clean".to_owned(), folder.join("queries.jsonl"))];
    if folder.join("oos.jsonl").exists() {
        files.push(("oos".to_owned(), folder.join("oos.jsonl")));
    }
    let mut others = Vec::new();
    let listed =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in listed.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = name.strip_prefix("queries.").and_then(|rest| rest.strip_suffix(".jsonl"));
        if let Some(kind) = kind.filter(|kind| !kind.is_empty()) {
            others.push((kind.to_owned(), entry.path()));
        }
    }
    others.sort();
    files.extend(others);
    Ok(files)
}

fn entries(file: &Path) -> anyhow::Result<Vec<Entry>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line).with_context(|| {
                format!("{}:{}: not a document or question", file.display(), at + 1)
            })
        })
        .collect()
}

fn judgements(file: &Path) -> anyhow::Result<HashMap<String, Judgements>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut all: HashMap<String, Judgements> = HashMap::new();
    for (at, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [question, document, score] = fields.as_slice() else {
            anyhow::bail!("{}:{}: not three fields", file.display(), at + 1);
        };
        let score = score
            .trim()
            .parse()
            .with_context(|| format!("{}:{}: not a score", file.display(), at + 1))?;
        all.entry((*question).to_owned()).or_default().insert((*document).to_owned(), score);
    }
    Ok(all)
}

fn report(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<16} {:<9} {:>8} {:>10} {:>9} {:>8} {:>10}\n",
        "collection", "kind", "nDCG@10", "Success@1", "Recall@5", "MRR@10", "questions"
    );
    for Row { collection, kind, measures } in rows {
        // Writing to a string never fails.
        let _ = writeln!(
            text,
            "{collection:<16} {kind:<9} {:>8.3} {:>10.3} {:>9.3} {:>8.3} {:>10}",
            measures.ndcg_10,
            measures.success_1,
            measures.recall_5,
            measures.mrr_10,
            measures.questions
        );
    }
    text
}

fn report_json(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "collection": row.collection,
                "kind": row.kind,
                "ndcg@10": row.measures.ndcg_10,
                "success@1": row.measures.success_1,
                "recall@5": row.measures.recall_5,
                "mrr@10": row.measures.mrr_10,
                "questions": row.measures.questions,
            })
        })
        .collect();
    format!("{:#}\n", json!(rows))
}
