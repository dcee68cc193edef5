//! tantivy as its own documentation shows it: a title, a body, Russian stems, stored fields.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream,
};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use crate::floors::Hit;

const ANALYZER: &str = "russian";
/// As much as our own indexer may fill before it writes a segment.
const MEMORY: usize = 100_000_000;
const HITS: usize = 10;
const TITLE_BOOST: f32 = 2.0;

/// An index of the articles, and how it is read.
pub(crate) struct FloorIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    title: Field,
    body: Field,
}

/// One article as tantivy gets it.
struct Text {
    id: String,
    title: String,
    body: String,
}

impl FloorIndex {
    /// Builds it with one thread. The time is tantivy's alone: the files were read before.
    pub(crate) fn build(articles: &Path, folder: &Path) -> Result<(Self, Duration)> {
        let mut texts = Vec::new();
        read_texts(articles, &mut texts)?;
        let (schema, fields) = schema();
        fs::create_dir_all(folder)?;

        let begun = Instant::now();
        let index = Index::create_in_dir(folder, schema)?;
        index.tokenizers().register(ANALYZER, analyzer());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY)?;
        for text in texts {
            let mut document = TantivyDocument::new();
            document.add_text(fields.id, text.id);
            document.add_text(fields.title, text.title);
            document.add_text(fields.body, text.body);
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let taken = begun.elapsed();
        Ok((Self::read(index, fields)?, taken))
    }

    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let index = Index::open_in_dir(folder)?;
        index.tokenizers().register(ANALYZER, analyzer());
        Self::read(index, schema().1)
    }

    fn read(index: Index, fields: Fields) -> Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields })
    }

    /// The ten best of any of the words, and nothing told of them: what ranking alone takes.
    pub(crate) fn ranked(&self, text: &str) -> Result<usize> {
        let searcher = self.reader.searcher();
        let query = BooleanQuery::new(self.clauses(text)?);
        let found = searcher.search(&query, &TopDocs::with_limit(HITS).order_by_score())?;
        Ok(found.len())
    }

    /// The ten best of any of the words, each with a snippet.
    pub(crate) fn search(&self, text: &str) -> Result<Vec<Hit>> {
        let searcher = self.reader.searcher();
        let query = BooleanQuery::new(self.clauses(text)?);
        let found = searcher.search(&query, &TopDocs::with_limit(HITS).order_by_score())?;
        let snippets = SnippetGenerator::create(&searcher, &query, self.fields.body)?;
        found
            .into_iter()
            .map(|(score, address)| {
                let document: TantivyDocument = searcher.doc(address)?;
                let text_of = |field| {
                    document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default()
                };
                Ok(Hit {
                    id: text_of(self.fields.id).to_owned(),
                    title: text_of(self.fields.title).to_owned(),
                    snippet_html: snippets.snippet_from_doc(&document).to_html(),
                    score,
                })
            })
            .collect()
    }

    fn clauses(&self, text: &str) -> Result<Vec<(Occur, Box<dyn Query>)>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut analyzer = self.index.tokenizer_for_field(self.fields.body)?;
        let mut tokens = analyzer.token_stream(text);
        while let Some(token) = tokens.next() {
            let of = |field| {
                let term = Term::from_field_text(field, &token.text);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            };
            let title = BoostQuery::new(of(self.fields.title), TITLE_BOOST);
            clauses.push((Occur::Should, Box::new(title)));
            clauses.push((Occur::Should, of(self.fields.body)));
        }
        Ok(clauses)
    }
}

fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(80))
        .filter(LowerCaser)
        .filter(Stemmer::new(Language::Russian))
        .build()
}

fn schema() -> (Schema, Fields) {
    let indexed = TextFieldIndexing::default()
        .set_tokenizer(ANALYZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexed).set_stored();
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let title = schema.add_text_field("title", text.clone());
    let body = schema.add_text_field("body", text);
    (schema.build(), Fields { id, title, body })
}

fn read_texts(folder: &Path, texts: &mut Vec<Text>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            read_texts(&path, texts)?;
            continue;
        }
        let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let is_article = path.extension().is_some_and(|extension| extension == "md");
        let Some(id) = id.filter(|id| is_article && id != "_index") else { continue };
        let text = fs::read_to_string(&path)?;
        let (header, body) = text.rsplit_once("\n---\n").unwrap_or(("", &text));
        let title = header
            .lines()
            .find_map(|line| line.strip_prefix("title: "))
            .unwrap_or_default()
            .trim_matches('"');
        texts.push(Text { id, title: title.to_owned(), body: body.to_owned() });
    }
    Ok(())
}
