//! The analyzer as tantivy wants it: one tokenizer for stems, one for words as they are written.

use std::sync::Arc;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::Analyzer;

/// The names that the schema's fields know the tokenizers by.
pub(super) const STEMS: &str = "stems";
pub(super) const WORDS: &str = "words";

/// Makes an index analyze as its locale does; needed at every opening.
pub(super) fn register(index: &tantivy::Index, analyzer: &Arc<Analyzer>) {
    for (name, form) in [(STEMS, Form::Stem), (WORDS, Form::Exact)] {
        let tokenizer = Terms { analyzer: Arc::clone(analyzer), form };
        index.tokenizers().register(name, TextAnalyzer::builder(tokenizer).build());
    }
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Stem,
    Exact,
}

#[derive(Clone)]
struct Terms {
    analyzer: Arc<Analyzer>,
    form: Form,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let mut terms = Vec::with_capacity(text.len() / 10 + 1);
        self.analyzer.each_word(text, |_, forms| {
            terms.push(Arc::clone(match self.form {
                Form::Stem => &forms.stem,
                Form::Exact => &forms.exact,
            }));
        });
        Stream { terms: terms.into_iter(), token: Token::default() }
    }
}

struct Stream {
    terms: std::vec::IntoIter<Arc<str>>,
    token: Token,
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(&term);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
