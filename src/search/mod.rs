//! From a query to ranked hits: analysis, index, plan, ranking, snippets, facets, suggestions, and
//! the measure of how good they are.
//!
//! The index holds terms and ids only; titles, addresses and texts come from the articles of the
//! same edition. Who may search what is decided by the caller's `Audience`: words of staff-only
//! articles live in a partition of their own.

mod analysis;
mod answer;
mod article_set;
mod confidence;
mod explain;
mod facets;
mod forms;
mod grams;
mod index;
mod matches;
mod message;
mod partition;
mod plan;
mod postings;
mod quality;
mod query;
mod ranking;
mod remembered;
mod repair;
mod requests;
mod rerank;
mod results;
mod retrieve;
mod schema;
mod scoring;
mod sections;
mod segment;
mod sentences;
mod signals;
mod snippet;
mod storage;
mod suggest;
mod synonyms;
mod tokens;
mod vocabulary;
mod words;

pub use analysis::{Analyzer, Word};
pub use answer::{Answer, Answers, MAX_MESSAGE};
pub use confidence::Evidence;
pub use explain::{Ahead, Explanation, WordNote, what_is_ahead};
pub use facets::Facets;
pub use index::{Index, IndexError, Indexer, Progress};
pub use plan::{Rewrite, RewriteKind};
pub use quality::{
    Expected, GOLDEN_FILE, GoldenQuery, Judgements, Measures, Verdict, judge, ranking,
};
pub use query::{
    DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, MAX_QUERY_CHARS, Query, QueryError, Reading,
};
pub use ranking::Weights;
pub use repair::Considered;
pub use results::{Hit, Results, SectionHit};
pub use signals::Signal;
pub use snippet::Snippet;
pub use suggest::{Suggestion, SuggestionKind};
pub use synonyms::Synonyms;

use index::LocaleIndex;
