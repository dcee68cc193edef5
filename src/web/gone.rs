//! What a reader is told of an article whose time has passed: nothing of what it said, and what to
//! read instead.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::failure::Failure;
use crate::article::Article;
use crate::catalog::article_url;
use crate::live::View;

/// Articles near to it that are named when its author names none.
const NEAREST: usize = 3;

/// What to read instead, as far as this reader may see it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gone {
    /// What its author names.
    pub(crate) replaced_by: Vec<Instead>,
    /// What is found for its title, when they name nothing.
    pub(crate) nearest: Vec<Instead>,
}

/// An article to read instead of one whose time has passed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Instead {
    id: String,
    pub(crate) locale: String,
    pub(crate) title: String,
    pub(crate) url: String,
}

impl Gone {
    /// The failure to find an article that has expired.
    pub(crate) fn failure(view: View<'_>, expired: &Article) -> Failure {
        let named = |articles: Vec<Arc<Article>>| articles.iter().map(Instead::of).collect();
        let replaced_by: Vec<Instead> = named(view.replacements(expired));
        let nearest = if replaced_by.is_empty() {
            named(view.found_for_title_of(expired, NEAREST))
        } else {
            Vec::new()
        };
        Failure::Gone(Arc::new(Self { replaced_by, nearest }))
    }
}

impl Instead {
    fn of(article: &Arc<Article>) -> Self {
        Self {
            id: article.id.to_string(),
            locale: article.locale.to_string(),
            title: article.title.clone(),
            url: article_url(article),
        }
    }
}
