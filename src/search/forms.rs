//! Words as the articles write them: who does, and which begin alike.

use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::article_set::ArticleSet;
use super::partition::Partition;
use super::postings::{A_WORD, MAX_POSTINGS};
use super::segment::{NO_ARTICLE, Segment};

impl Segment {
    /// Where a word is as it is written. A dictionary that cannot be read counts as empty.
    fn form(&self, word: &str) -> Option<TermInfo> {
        self.words.terms().get(word).ok().flatten()
    }
}

impl Partition {
    /// Whether a word is written so anywhere, perhaps in articles that are gone.
    pub(super) fn is_written(&self, word: &str) -> bool {
        let is_known = self.forms.get(word).is_some();
        is_known || self.segments.iter().any(|segment| segment.form(word).is_some())
    }

    /// The articles that have a word as it is written; remembered like stems, but for words that are
    /// nowhere, which anybody can make up.
    pub(super) fn articles_writing(&self, word: &str) -> Arc<ArticleSet> {
        if let Some(known) = self.forms.get(word) {
            return known;
        }
        let mut articles = Vec::new();
        let mut is_written = false;
        for segment in &self.segments {
            let Some(term) = segment.form(word) else { continue };
            is_written = true;
            let option = IndexRecordOption::Basic;
            let Ok(mut block) = segment.words.read_block_postings_from_terminfo(&term, option)
            else {
                continue;
            };
            while block.block_len() > 0 {
                let known = block.docs().iter().filter_map(|d| segment.article_of.get(*d as usize));
                articles.extend(known.copied().filter(|article| *article != NO_ARTICLE));
                block.advance();
            }
        }
        articles.sort_unstable();
        articles.dedup();
        let size = articles.len() + A_WORD;
        let articles = Arc::new(ArticleSet::of(articles, self.articles.len()));
        if is_written {
            self.forms.keep(word, &articles, size, MAX_POSTINGS);
        }
        articles
    }

    /// Words of the articles that begin like this, with the number of sections that have them.
    pub(super) fn words_from(&self, prefix: &str) -> Vec<(String, u32)> {
        /// More words than this begin alike only after one or two letters.
        const MAX_SCANNED: usize = 5000;
        /// The commonest of each segment that are looked at.
        const KEPT: usize = 64;
        let mut words: Vec<(String, u32)> = Vec::new();
        for segment in &self.segments {
            let Ok(mut stream) = segment.words.terms().range().ge(prefix).into_stream() else {
                continue;
            };
            let mut kept: Vec<(u32, String)> = Vec::with_capacity(KEPT);
            for _ in 0..MAX_SCANNED {
                if !stream.advance() || !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                let count = stream.value().doc_freq;
                let is_full = kept.len() == KEPT;
                if is_full && kept.last().is_some_and(|(least, _)| *least >= count) {
                    continue;
                }
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    kept.truncate(KEPT - 1);
                    let at = kept.partition_point(|(known, _)| *known >= count);
                    kept.insert(at, (count, word.to_owned()));
                }
            }
            for (count, word) in kept {
                match words.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, known)) => *known += count,
                    None => words.push((word, count)),
                }
            }
        }
        words
    }
}
