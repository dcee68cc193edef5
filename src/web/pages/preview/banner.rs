//! What stands above every page of a preview, and the mark of an article that readers do not see.

use minijinja::{Value, context};

use super::super::frame::Place;
use super::super::templates;
use super::events::name_of;
use super::problems::problem_entry;
use super::say;
use crate::article::{Article, Problem, Severity, Standing};
use crate::catalog::address_of;
use crate::live::View;
use crate::web::App;
use crate::web::app::Preview;

/// What `preview/banner.html` and `preview/problems.html` print above a page; `None` without a
/// preview.
pub(in crate::web::pages) fn banner(app: &App, view: View<'_>, place: &Place<'_>) -> Option<Value> {
    if !app.settings.preview.is_on() {
        return None;
    }
    let words = view.words(place.locale);
    let is_own = |problem: &&Problem| address_of(&problem.path).as_deref() == Some(place.path);
    let (own, others): (Vec<&Problem>, Vec<&Problem>) =
        view.problems().unwrap_or_default().iter().partition(is_own);
    Some(context! {
        say => templates::labels(words.group("preview")),
        edition => name_of(view.indexed_at()),
        follows => app.settings.preview == Preview::Following,
        problems => own.iter().map(|problem| problem_entry(problem)).collect::<Vec<_>>(),
        has_errors => own.iter().any(|problem| problem.severity == Severity::Error),
        is_last_good => own.iter().any(|problem| view.is_quarantined(&problem.path)),
        elsewhere => (!others.is_empty()).then(|| words.counted("problems", others.len())),
        list => format!("/_preview/problems?locale={}", place.locale),
    })
}

/// Why readers do not see an article, in a word or two; `None` of one that they see.
pub(in crate::web::pages) fn mark_of(view: View<'_>, article: &Article) -> Option<String> {
    let words = view.words(&article.locale);
    let dated = |name: &str, at| {
        say(words, name).replace("{date}", &words.date(at, &view.site().time_zone))
    };
    match view.standing(article) {
        Standing::Shown => None,
        Standing::Draft => Some(say(words, "draft").to_owned()),
        Standing::NotYet(from) => Some(dated("from", from)),
        Standing::Expired(until) => Some(dated("expired", until)),
    }
}
