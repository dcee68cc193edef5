//! How good the ranking is, over golden queries and over collections with judgements.
