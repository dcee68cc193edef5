//! `/staff/translations`: the translations that are behind their source, those first that most people
//! read; and of each, what its source has said since.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::ToSpan as _;
use minijinja::{Value, context};

use super::{Frame, language, page};
use crate::article::{Article, ArticleId, Locale};
use crate::catalog::{Drift, Words, article_url, language_name};
use crate::live::{Behind, Lag, View};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// Days of which reads are counted.
const DAYS: i64 = 30;
/// Rows shown; the rest is counted.
const ROWS: usize = 200;

/// A translation that is behind, its source, and how often it was read.
type Row<'a> = (&'a Arc<Article>, &'a Arc<Article>, Behind, Option<u64>);

/// `GET /staff/translations`
pub(super) async fn translations(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let ui_given = asked.text("ui")?;
    let ui = language::of_console(&headers, ui_given);
    let words = Words::built_in(&ui);
    let zone = &view.site().time_zone;
    let today = app.now().to_zoned(zone.clone()).date();
    let since = today.saturating_sub((DAYS - 1).days());
    // The list is as true without them: what keeps them may be away.
    let reads = app.store.reads_since(since).await.ok();
    let rows = rows(view, reads.as_ref());
    let row = |(translation, source, behind, reads): &Row<'_>| {
        context! {
            title => &translation.title,
            locale => translation.locale.as_str(),
            language => language_name(&translation.locale),
            url => article_url(translation),
            source => context! {
                title => &source.title,
                locale => source.locale.as_str(),
                url => article_url(source),
            },
            since => behind.since.map(|at| words.date(at, zone)),
            reads => reads.map(|n| words.counted("reads", usize::try_from(n).unwrap_or(usize::MAX))),
            owner => translation.owner.as_deref().or(source.owner.as_deref()),
            changes => format!("/staff/translations/{}?locale={}", translation.id, translation.locale),
        }
    };
    let content = context! {
        ui_given,
        count => rows.len(),
        rows => rows.iter().take(ROWS).map(row).collect::<Vec<_>>(),
        more => rows.len().saturating_sub(ROWS),
        reads_away => reads.is_none(),
        has_history => view.origin().commit.is_some(),
    };
    let frame = Frame {
        title: words.group("staff")["translations_behind"].clone(),
        ui,
        is_signed_in: true,
    };
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        page("staff/translations.html", &frame, content)
    })
}

fn rows<'a>(view: View<'a>, reads: Option<&HashMap<(ArticleId, Locale), u64>>) -> Vec<Row<'a>> {
    let all = view.shelf().locales().flat_map(|shelf| shelf.articles());
    let mut rows: Vec<Row<'a>> = all
        .filter_map(|translation| {
            let (behind, source) = view.behind(translation)?;
            let key = || (translation.id.clone(), translation.locale.clone());
            let count = reads.map(|reads| reads.get(&key()).copied().unwrap_or_default());
            Some((translation, source, behind, count))
        })
        .collect();
    rows.sort_by_key(|(translation, _, behind, reads)| {
        (Reverse(*reads), behind.since.is_none(), behind.since, &translation.path)
    });
    rows
}

/// `GET /staff/translations/{id}`
pub(super) async fn translation(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let ui_given = asked.text("ui")?;
    let ui = language::of_console(&headers, ui_given);
    let words = Words::built_in(&ui);
    let id = id.parse::<ArticleId>().map_err(|_| Failure::NotFound)?;
    let shelf = view.locale(&asked.locale(view)?).ok_or(Failure::NotFound)?;
    let translation = Arc::clone(shelf.article(&id).ok_or(Failure::NotFound)?);
    let path = translation.path.clone();
    let asking = Arc::clone(&edition);
    // Git reads the whole history: nobody else waits for that.
    let lag = tokio::task::spawn_blocking(move || asking.translations.lag(&asking.catalog, &path));
    let (lag, failed) = match lag.await.map_err(Failure::internal)? {
        Ok(lag) => (lag, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let frame = Frame { title: translation.title.clone(), ui, is_signed_in: true };
    let content = context! {
        ui_given,
        failed,
        title => &translation.title,
        locale => translation.locale.as_str(),
        url => article_url(&translation),
        path => translation.path.as_str(),
        lag => lag.as_ref().map(|lag| told(view, words, lag)),
    };
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        page("staff/translation.html", &frame, content)
    })
}

/// What a translation lacks.
fn told(view: View<'_>, words: &Words, lag: &Lag) -> Value {
    let say = words.group("staff");
    let zone = &view.site().time_zone;
    let commits = lag.commits.iter().map(|commit| {
        context! { name => &commit.commit, day => words.date(commit.at, zone), subject => &commit.subject }
    });
    let keys = |drift: &Drift| -> Vec<String> {
        let label = |key: &&str| say.get(&format!("drift_{key}")).cloned();
        drift.keys.iter().filter_map(label).collect()
    };
    let source = article_url(&lag.source);
    let sections = |drift: &Drift| -> Vec<Value> {
        let section = |section: &crate::catalog::DriftedSection| {
            let is_there = section.became != crate::catalog::Became::Gone;
            context! {
                heading => if section.heading.is_empty() { &lag.source.title } else { &section.heading },
                url => is_there.then(|| format!("{source}#{}", section.anchor)),
                became => say.get(&format!("drift_{}", section.became.as_str())),
            }
        };
        drift.sections.iter().map(section).collect()
    };
    context! {
        source => context! {
            title => &lag.source.title,
            locale => lag.source.locale.as_str(),
            path => lag.source.path.as_str(),
            url => &source,
        },
        commits => commits.collect::<Vec<_>>(),
        is_uncommitted => lag.is_uncommitted,
        drift => lag.drift.as_ref().map(|drift| context! {
            keys => keys(drift),
            sections => sections(drift),
            words_added => drift.words_added,
            words_removed => drift.words_removed,
        }),
    }
}
