//! What readers of an article are led to when its time has passed, and what is wrong with that.

use std::sync::Arc;

use jiff::Timestamp;

use super::checks::Checks;
use super::{Catalog, Content};
use crate::article::{Article, ArticleId, Audience, FrontMatterKey, Link, Status};

/// Articles that replace each other in turn are followed so far: enough for years of a yearly one.
const LONGEST_CHAIN: usize = 32;

impl Catalog {
    /// What an audience reads instead of an article whose time has passed: what replaces it, or what
    /// replaces that when its time has passed too.
    pub fn replacements(
        &self,
        article: &Article,
        audience: Audience,
        now: Timestamp,
    ) -> Vec<Arc<Article>> {
        let mut found: Vec<Arc<Article>> = Vec::new();
        let mut seen = vec![&article.id];
        let mut next: Vec<&ArticleId> = article.replaced_by.iter().rev().collect();
        while let Some(id) = next.pop() {
            if seen.contains(&id) || seen.len() > LONGEST_CHAIN {
                continue;
            }
            seen.push(id);
            if let Some(place) = self.shelf(audience).article_in(id, &article.locale) {
                let shown = place.article();
                if found.iter().all(|known| known.id != shown.id) {
                    found.push(Arc::clone(shown));
                }
                continue;
            }
            let expired = |other: &&Arc<Article>| {
                other.status == Status::Published
                    && other.window.until.is_some_and(|until| until <= now)
                    && other.goes_by(id)
            };
            let mut of_id = self.hidden.iter().filter(expired);
            let own = self.hidden.iter().filter(expired).find(|o| o.locale == article.locale);
            if let Some(other) = own.or_else(|| of_id.next()) {
                next.extend(other.replaced_by.iter().rev());
            }
        }
        found
    }
}

impl Checks<'_> {
    /// A replacement that does not exist, or that readers will not see when they are led to it.
    pub(super) fn replacements(&mut self, article: &Article, content: &Content, catalog: &Catalog) {
        // What is published at the moment at which the other expires is no mistake.
        let moment = article.window.until.map_or(self.now, |until| until.max(self.now));
        for id in &article.replaced_by {
            let spot = article.key_spot(FrontMatterKey::ReplacedBy);
            if article.goes_by(id) {
                let message = "the article is said to replace itself".to_owned();
                let hint = "name the article that readers should read instead";
                self.say(article, spot, "unknown-replacement", message, hint);
                continue;
            }
            let known: Vec<&Article> =
                content.articles.iter().map(|a| &**a).filter(|other| other.goes_by(id)).collect();
            let may_see = |other: &Article| {
                article.audience == Audience::Staff || other.audience == Audience::Public
            };
            let is_good = |other: &&Article| {
                let is_over = other.window.until.is_some_and(|until| until <= moment);
                other.status == Status::Published
                    && may_see(other)
                    && (other.window.contains(moment) || (is_over && !other.replaced_by.is_empty()))
            };
            if known.iter().any(is_good) {
                continue;
            }
            let Some(other) = known.first() else {
                let shelf = catalog.staff.locale(&article.locale);
                let near = shelf.and_then(|shelf| self.guess(id.as_str(), shelf));
                let hint = near.map_or_else(
                    || "name the id of the article that readers should read instead".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("`replaced_by` names `{id}`, which does not exist");
                self.say(article, spot, "unknown-replacement", message, &hint);
                continue;
            };
            let (why, hint) = if !may_see(other) {
                ("is for staff only", "name a public article: players are not led to this one")
            } else if other.status == Status::Draft {
                ("is a draft", "set `status: published` in it before this article expires")
            } else if other.window.until.is_some_and(|until| until <= moment) {
                ("has expired by then too", "name what is true then, here or in its `replaced_by`")
            } else {
                (
                    "is not published by then",
                    "make its `publish_at` no later than `expires_at` here",
                )
            };
            let message = format!("`replaced_by` names `{id}`, which {why}");
            self.say(article, spot, "replacement-hidden", message, hint);
        }
    }

    /// A link to what readers do not see now.
    pub(super) fn link_to_hidden(
        &mut self,
        article: &Article,
        link: &Link,
        name: &str,
        hidden: &Article,
        catalog: &Catalog,
    ) {
        let is_over = hidden.window.until.is_some_and(|until| until <= self.now);
        if hidden.status == Status::Draft || !is_over {
            let message = format!(
                "link to {name}, which readers do not see now: a draft, or outside its dates"
            );
            let hint = "publish it, or take the link out";
            self.say(article, link.spot, "link-to-hidden", message, hint);
            return;
        }
        let instead = catalog.replacements(hidden, article.audience, self.now);
        let hint = match instead.first() {
            Some(other) => format!("link to what replaces it: `[text](/a/{})`", other.id),
            None => "take the link out, or link to what is true now".to_owned(),
        };
        let message = format!("link to {name}, which has expired");
        self.say(article, link.spot, "link-to-hidden", message, &hint);
    }
}
