//! Collections in BEIR's form: documents, questions typed in many ways, and who answers whom.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use serde::Deserialize;

use super::compare::{self, Earlier};
use super::reliability::Reliability;
use super::report::{Confidence, Row, report, report_json};
use crate::article::{Article, Audience, Locale, Slug, SourcePath};
use crate::catalog::{Catalog, Content};
use crate::cli::{Outcome, terminal};
use crate::search::{Index, Indexer, Judgements, Measures, Query, Weights, ranking};

/// The questions as people asked them.
const CLEAN: &str = "clean";
/// The same with nothing repaired: what repair costs where nothing has to be.
const UNREPAIRED: &str = "clean, as typed";
/// Questions that no document answers.
const UNANSWERABLE: &str = "oos.jsonl";

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
    locale: Locale,
    index: Index,
    /// The collection's own id of each article.
    ids: HashMap<String, String>,
    judgements: HashMap<String, Judgements>,
}

/// How one question went.
struct Outcomes {
    measures: BTreeMap<String, Measures>,
    /// How sure the first hit was, and whether it was right.
    confidence: Vec<(f32, bool)>,
}

pub(in crate::cli) fn run(
    folders: &[PathBuf],
    compared: Option<&Path>,
    is_json: bool,
) -> anyhow::Result<Outcome> {
    let earlier = compared.map(Earlier::read).transpose()?;
    let mut rows = Vec::new();
    let mut confidences = Vec::new();
    for folder in folders {
        let name =
            folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let collection = Collection::open(folder)?;
        let mut clean = Vec::new();
        for (kind, file) in question_files(folder)? {
            let questions = entries(&file)?;
            let outcomes = collection.ask(&questions, &Weights::default());
            let row =
                |kind: &str, each| Row { collection: name.clone(), kind: kind.to_owned(), each };
            rows.push(row(&kind, outcomes.measures));
            if kind == CLEAN {
                clean = outcomes.confidence;
                let weights = Weights { repair: false, ..Weights::default() };
                rows.push(row(UNREPAIRED, collection.ask(&questions, &weights).measures));
            }
        }
        let unanswerable = folder.join(UNANSWERABLE);
        if unanswerable.exists() {
            let asked = collection.ask(&entries(&unanswerable)?, &Weights::default());
            let sure = |all: &[(f32, bool)]| all.iter().map(|(c, _)| *c).collect::<Vec<f32>>();
            confidences.push(Confidence {
                collection: name.clone(),
                answerable: sure(&clean),
                unanswerable: sure(&asked.confidence),
                reliability: Reliability::of(clean.into_iter().chain(asked.confidence)),
            });
        }
    }
    let text = match (&earlier, is_json) {
        (_, true) => report_json(&rows, &confidences),
        (None, false) => report(&rows, &confidences),
        (Some(earlier), false) => {
            format!("{}\n{}", report(&rows, &confidences), compare::report(earlier, &rows))
        }
    };
    terminal::print(&text)?;
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
        Ok(Self { locale, index, ids, judgements })
    }

    fn ask(&self, questions: &[Entry], weights: &Weights) -> Outcomes {
        let mut outcomes = Outcomes { measures: BTreeMap::new(), confidence: Vec::new() };
        for question in questions {
            let query = Query::unbounded(&question.text, self.locale.clone());
            let results = self.index.search(Audience::Public, query, weights);
            let found: Vec<&str> = ranking(&results)
                .into_iter()
                .filter_map(|id| self.ids.get(id).map(String::as_str))
                .collect();
            let judgements = self.judgements.get(&question.id);
            let is_right = found
                .first()
                .is_some_and(|first| judgements.is_some_and(|j| j.get(*first) > Some(&0)));
            outcomes.confidence.push((results.evidence.confidence(), is_right));
            if let Some(judgements) = judgements {
                outcomes.measures.insert(question.id.clone(), Measures::of(&found, judgements));
            }
        }
        outcomes
    }
}

/// `queries.jsonl` first, then its variants by name.
fn question_files(folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut files = vec![(CLEAN.to_owned(), folder.join("queries.jsonl"))];
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
