//! The fields of the index, and the version that says when an old index is of no use.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};

use super::tokens;

/// Raised by hand when documents change their meaning without changing the schema.
const FORMAT: u64 = 1;

/// A field that holds terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    /// The article's title; on its first section only.
    Title,
    /// The author's other wordings; on the first section only.
    Questions,
    /// Tags and the topic's name; on the first section only.
    Tags,
    /// The section's own heading.
    Heading,
    /// The section's text.
    Text,
}

impl TextField {
    pub(super) const ALL: [Self; 5] =
        [Self::Title, Self::Questions, Self::Tags, Self::Heading, Self::Text];

    /// Whether it speaks for the whole article rather than for one section.
    pub(super) fn is_of_article(self) -> bool {
        matches!(self, Self::Title | Self::Questions | Self::Tags)
    }

    /// The word for it in an explanation.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Questions => "questions",
            Self::Tags => "tags",
            Self::Heading => "heading",
            Self::Text => "text",
        }
    }
}

/// One document is one section of one article.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) text: [Field; TextField::ALL.len()],
    /// Every word of the document as it is written: the dictionary for prefixes and spelling.
    pub(super) word: Field,
    /// The article's key: see [`key_of`].
    pub(super) article: Field,
    /// The section's position in its article.
    pub(super) section: Field,
    /// The article's digest; on its first section only.
    pub(super) digest: Field,
}

impl Fields {
    pub(super) const ARTICLE: &str = "article";
    pub(super) const SECTION: &str = "section";
    pub(super) const DIGEST: &str = "digest";

    pub(super) fn new() -> Self {
        // Positions are not kept, for the words of every section are in
        // memory anyway (snippets need them) and tell what is near to what.
        let terms = |tokenizer, option| {
            let indexing = TextFieldIndexing::default();
            TextOptions::default()
                .set_indexing_options(indexing.set_tokenizer(tokenizer).set_index_option(option))
        };
        let mut schema = Schema::builder();
        let text = TextField::ALL.map(|field| {
            schema.add_text_field(field.name(), terms(tokens::STEMS, IndexRecordOption::WithFreqs))
        });
        let word = schema.add_text_field("word", terms(tokens::WORDS, IndexRecordOption::Basic));
        let article = schema.add_u64_field(Self::ARTICLE, INDEXED | FAST);
        let section = schema.add_u64_field(Self::SECTION, FAST);
        let digest = schema.add_u64_field(Self::DIGEST, FAST);
        Self { schema: schema.build(), text, word, article, section, digest }
    }

    /// Names what an index on disk was made with: another name, another index.
    pub(super) fn version(&self) -> String {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        hash.update(&FORMAT.to_le_bytes());
        hash.update(&super::analysis::fingerprint().to_le_bytes());
        hash.update(tantivy::version_string().as_bytes());
        hash.update(serde_json::to_string(&self.schema).unwrap_or_default().as_bytes());
        format!("v{FORMAT}-{:08x}", hash.digest() as u32)
    }
}

/// An article's key inside one partition: the hash of its id.
pub(super) fn key_of(id: &crate::article::ArticleId) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_str().as_bytes())
}
