//! The golden queries of an edition, asked of it, and what stands before the article expected.

use super::View;
use crate::article::{Article, ArticleId, Audience, Locale};
use crate::search::{Ahead, Expected, GoldenQuery, Query, Verdict, judge, what_is_ahead};

impl<'a> View<'a> {
    /// What a locale's articles must be found by: for staff only, since it may name hidden ones.
    pub fn golden(self, locale: &Locale) -> &'a [GoldenQuery] {
        let golden = (self.audience() == Audience::Staff).then(|| self.edition.golden.get(locale));
        golden.flatten().map_or(&[], Vec::as_slice)
    }

    /// Asks a golden query as a player would.
    pub fn judge(self, golden: &GoldenQuery, locale: &Locale) -> Verdict {
        judge(golden, locale, &self.edition.index, &self.edition.weights)
    }

    /// The article that came first in the place of the one expected, and what it has more.
    pub fn beaten_by(
        self,
        golden: &GoldenQuery,
        locale: &Locale,
        verdict: &Verdict,
    ) -> Option<(&'a Article, Vec<Ahead>)> {
        let Expected::Articles(ids) = &golden.expect else { return None };
        let (first, _) = verdict.found.first()?;
        if golden.message || ids.contains(first) {
            return None;
        }
        let of = |id: &ArticleId| self.locale(locale).and_then(|shelf| shelf.article(id));
        let (first, wanted) = (of(first)?, of(ids.first()?)?);
        let query = Query::unbounded(&golden.query, locale.clone());
        let ahead = what_is_ahead(&self.signals(&query, first), &self.signals(&query, wanted));
        Some((first, ahead))
    }
}
