//! Where the words of an article stand, so that a snippet never analyzes text again.

use crate::article::Article;

use super::Analyzer;

/// A word's place and term, in eight bytes: a large help center has millions of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Byte offset (24 bits: an article is at most 1 MiB) and length (8 bits, longer ones cut).
    place: u32,
    /// See [`term_hash`].
    pub(super) term: u32,
}

impl Token {
    fn new(range: std::ops::Range<usize>, stem: &str) -> Self {
        Self {
            place: ((range.start as u32) << 8) | range.len().min(0xff) as u32,
            term: term_hash(stem),
        }
    }

    pub(super) fn start(self) -> usize {
        (self.place >> 8) as usize
    }

    pub(super) fn end(self) -> usize {
        self.start() + (self.place & 0xff) as usize
    }
}

/// A stem as a number. Two stems rarely share one, and all that suffers is a highlight.
pub(super) fn term_hash(stem: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(stem.as_bytes()) as u32
}

/// The tokens of a text by itself.
pub(super) fn tokens_of(text: &str, analyzer: &Analyzer) -> Vec<Token> {
    let mut tokens = Vec::new();
    analyzer.each_word(text, |range, forms| tokens.push(Token::new(range, &forms.stem)));
    tokens
}

/// All words of an article.
#[derive(Debug, Clone)]
pub(super) struct ArticleWords {
    tokens: Box<[Token]>,
    /// Where each part ends: the title, each question, then heading and text of each section.
    ends: Box<[u32]>,
    questions: usize,
}

impl ArticleWords {
    pub(super) fn of(article: &Article, analyzer: &Analyzer) -> Self {
        let mut tokens = Vec::new();
        let mut ends = Vec::with_capacity(1 + article.questions.len() + 2 * article.sections.len());
        let mut add = |text: &str| {
            analyzer.each_word(text, |range, forms| {
                tokens.push(Token::new(range, &forms.stem));
            });
            ends.push(tokens.len() as u32);
        };
        add(&article.title);
        for question in &article.questions {
            add(question);
        }
        for section in &article.sections {
            add(&section.heading);
            add(&section.text);
        }
        Self { tokens: tokens.into(), ends: ends.into(), questions: article.questions.len() }
    }

    fn part(&self, at: usize) -> &[Token] {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.tokens[from..self.ends[at] as usize]
    }

    /// Everything.
    pub(super) fn all(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn title(&self) -> &[Token] {
        self.part(0)
    }

    pub(super) fn questions(&self) -> impl Iterator<Item = &[Token]> {
        (0..self.questions).map(|at| self.part(1 + at))
    }

    /// How many sections it has.
    pub(super) fn sections(&self) -> usize {
        (self.ends.len() - 1 - self.questions) / 2
    }

    pub(super) fn heading(&self, section: usize) -> &[Token] {
        self.part(1 + self.questions + 2 * section)
    }

    pub(super) fn text(&self, section: usize) -> &[Token] {
        self.part(2 + self.questions + 2 * section)
    }
}
