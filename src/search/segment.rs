//! One of tantivy's segments, open for reading, with the articles that its documents are of.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap as HashMap;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::{DocId, InvertedIndexReader, SegmentReader};

use super::Analyzer;
use super::schema::{Fields, TextField};
use super::vocabulary::Block;

/// How long a field is over all its documents.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FieldLengths {
    pub(super) documents: u64,
    pub(super) words: u64,
}

impl FieldLengths {
    pub(super) fn add(&mut self, length: u32) {
        self.documents += u64::from(length > 0);
        self.words += u64::from(length);
    }

    pub(super) fn remove(&mut self, length: u32) {
        self.documents -= u64::from(length > 0);
        self.words -= u64::from(length);
    }
}

/// One of tantivy's segments.
#[derive(Clone)]
pub(super) struct Segment {
    pub(super) id: SegmentId,
    /// By document: the article's position, [`NO_ARTICLE`] for a deleted one.
    pub(super) article_of: Arc<[u32]>,
    deleted: u32,
    pub(super) lengths: [FieldLengths; TextField::ALL.len()],
    /// By document: the section's position in its article.
    pub(super) section_of: Arc<[u16]>,
    pub(super) terms: [Arc<InvertedIndexReader>; TextField::ALL.len()],
    /// By field and document: its length, in the byte that tantivy keeps of it.
    pub(super) norms: [Arc<[u8]>; TextField::ALL.len()],
    pub(super) words: Arc<InvertedIndexReader>,
    block: Arc<OnceLock<Block>>,
}

impl Segment {
    /// Its words and what they are like; read at the first call.
    pub(super) fn block(&self, analyzer: &Analyzer) -> &Block {
        self.block.get_or_init(|| Block::of_segment(&self.words, analyzer))
    }
}

/// Stands for the article of a deleted document.
pub(super) const NO_ARTICLE: u32 = u32::MAX;

/// What a segment's documents are of, by key: it never changes, so it is read once.
#[derive(Clone)]
pub(super) struct SegmentKeys {
    articles: Arc<[u64]>,
    sections: Arc<[u16]>,
    block: Arc<OnceLock<Block>>,
}

impl SegmentKeys {
    pub(super) fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let articles = segment.fast_fields().u64(Fields::ARTICLE)?.first_or_default_col(0);
        let sections = segment.fast_fields().u64(Fields::SECTION)?.first_or_default_col(0);
        Ok(Self {
            articles: (0..segment.max_doc()).map(|doc| articles.get_val(doc)).collect(),
            sections: (0..segment.max_doc()).map(|doc| sections.get_val(doc) as u16).collect(),
            block: Arc::default(),
        })
    }
}

impl Segment {
    pub(super) fn open(
        fields: &Fields,
        reader: &SegmentReader,
        keys: &SegmentKeys,
        by_key: &HashMap<u64, u32>,
    ) -> tantivy::Result<Self> {
        let mut article_of = Vec::with_capacity(keys.articles.len());
        // Sections of an article stand together, so that most look-ups are of the last key.
        let mut last = (0, NO_ARTICLE);
        for (doc, key) in keys.articles.iter().enumerate() {
            if reader.is_deleted(doc as DocId) {
                article_of.push(NO_ARTICLE);
                continue;
            }
            if *key != last.0 {
                last = (*key, by_key.get(key).copied().unwrap_or(NO_ARTICLE));
            }
            article_of.push(last.1);
        }
        let mut terms = Vec::with_capacity(fields.text.len());
        let mut norms = Vec::with_capacity(fields.text.len());
        let mut lengths = [FieldLengths::default(); TextField::ALL.len()];
        for (field, lengths) in fields.text.iter().zip(&mut lengths) {
            let norm = reader.get_fieldnorms_reader(*field)?;
            let ids: Arc<[u8]> =
                (0..article_of.len()).map(|doc| norm.fieldnorm_id(doc as DocId)).collect();
            for (id, article) in ids.iter().zip(&article_of) {
                if *article != NO_ARTICLE {
                    lengths.add(FieldNormReader::id_to_fieldnorm(*id));
                }
            }
            norms.push(ids);
            terms.push(reader.inverted_index(*field)?);
        }
        let wrong = || tantivy::TantivyError::InternalError("a field is missing".to_owned());
        Ok(Self {
            id: reader.segment_id(),
            article_of: article_of.into(),
            deleted: reader.num_deleted_docs(),
            lengths,
            section_of: Arc::clone(&keys.sections),
            terms: terms.try_into().map_err(|_| wrong())?,
            norms: norms.try_into().map_err(|_| wrong())?,
            words: reader.inverted_index(fields.word)?,
            block: Arc::clone(&keys.block),
        })
    }

    /// The segment without what was deleted from it since.
    pub(super) fn since(&self, reader: &SegmentReader) -> Self {
        let mut segment = self.clone();
        if reader.num_deleted_docs() == self.deleted {
            return segment;
        }
        let mut article_of = self.article_of.to_vec();
        for (doc, article) in article_of.iter_mut().enumerate() {
            let doc = doc as DocId;
            if *article != NO_ARTICLE && reader.is_deleted(doc) {
                *article = NO_ARTICLE;
                for (lengths, norm) in segment.lengths.iter_mut().zip(&self.norms) {
                    lengths.remove(FieldNormReader::id_to_fieldnorm(norm[doc as usize]));
                }
            }
        }
        segment.deleted = reader.num_deleted_docs();
        segment.article_of = article_of.into();
        segment
    }
}
