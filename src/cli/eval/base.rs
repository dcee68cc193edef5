//! `spravka eval --base REF`: the golden queries of two states of the articles, asked of both.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use super::change::{Change, Entry, Pair, is_as_before};
use super::differences::{Difference, Differences};
use super::golden;
use crate::article::{ArticleId, Audience, FrontMatterKey, Locale, Spot};
use crate::catalog::Place;
use crate::cli::settings::Settings;
use crate::cli::{Format, Outcome, opening, terminal};
use crate::live::{Edition, Explained};
use crate::search::{Expected, GOLDEN_FILE, GoldenQuery, Query, Verdict, judge};

/// The golden queries of one state, by locale and what is typed.
type Queries<'a> = BTreeMap<(&'a Locale, &'a str), &'a GoldenQuery>;

pub(super) fn run(settings: &Settings, name: &str, format: Format) -> anyhow::Result<Outcome> {
    if format == Format::Sarif {
        bail!("eval --base prints human, json or github: SARIF tells of problems in files only");
    }
    let now = opening::in_memory(settings)?;
    let (before, folder) = opening::at_commit(settings, name)?;
    let (old, new) = (by_text(&before.edition.golden), by_text(&now.edition.golden));
    let both: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let sides = Sides { before: &before.edition, now: &now.edition };
    let mut told = Vec::new();
    let mut same = 0;
    for (locale, text) in both {
        let key = (locale, text);
        let pair = sides.ask(locale, old.get(&key).copied(), new.get(&key).copied());
        if pair.change() == Change::Same && !pair.fails() {
            same += 1;
            continue;
        }
        let (path, spot) = sides.place(locale, &pair);
        let reason = sides.reason(locale, &pair);
        told.push(Difference { locale, query: text, pair, path, spot, reason });
    }
    told.sort_by_key(|told: &Difference<'_>| (told.pair.change(), told.locale, told.spot));
    let fails = told.iter().any(|difference| difference.pair.fails());
    let articles = settings.articles.to_string_lossy().replace('\\', "/");
    let differences = Differences { name, commit: folder.commit(), folder: &articles, same, told };
    terminal::print(&match format {
        Format::Json => differences.json(),
        Format::Github => differences.github(),
        _ => differences.human(),
    })?;
    Ok(if fails { Outcome::Bad } else { Outcome::Good })
}

fn by_text(golden: &BTreeMap<Locale, Vec<GoldenQuery>>) -> Queries<'_> {
    golden
        .iter()
        .flat_map(|(locale, queries)| {
            queries.iter().map(move |golden| ((locale, golden.query.as_str()), golden))
        })
        .collect()
}

/// Both editions.
struct Sides<'a> {
    before: &'a Edition,
    now: &'a Edition,
}

impl<'a> Sides<'a> {
    fn ask(
        &self,
        locale: &Locale,
        old: Option<&'a GoldenQuery>,
        new: Option<&'a GoldenQuery>,
    ) -> Pair<'a> {
        let ask = |edition: &Edition, golden: &GoldenQuery| {
            judge(golden, locale, &edition.index, &edition.weights)
        };
        let now = new.map(|golden| Entry { golden, verdict: ask(self.now, golden) });
        let before = old.map(|golden| {
            let verdict = ask(self.before, golden);
            let promise = match &now {
                Some(now) if is_as_before(golden, now.golden) => now.verdict.clone(),
                _ => ask(self.now, &self.renamed(locale, golden)),
            };
            (Entry { golden, verdict }, promise)
        });
        Pair { before, now }
    }

    /// A query of the base with the present ids of what it expects: an article that was renamed, and
    /// says so, is found under its new name.
    fn renamed(&self, locale: &Locale, golden: &GoldenQuery) -> GoldenQuery {
        let mut golden = golden.clone();
        let shelf = self.now.catalog.shelf(Audience::Public).locale(locale);
        if let (Expected::Articles(ids), Some(shelf)) = (&mut golden.expect, shelf) {
            for id in ids {
                if let Some(place) = shelf.by_id_or_alias(id).map(Place::article) {
                    *id = place.id.clone();
                }
            }
        }
        golden
    }

    /// The line to change: the entry; of one that is deleted, the article that it expected.
    fn place(&self, locale: &Locale, pair: &Pair<'_>) -> (String, Spot) {
        let file = format!("{locale}/{GOLDEN_FILE}");
        if let Some(now) = &pair.now {
            return (file, now.golden.spot);
        }
        let shelf = self.now.catalog.shelf(Audience::Staff).locale(locale);
        let golden = pair.before.as_ref().map(|(before, _)| before.golden);
        let article = golden.zip(shelf).and_then(|(golden, shelf)| match &golden.expect {
            Expected::Articles(ids) => ids.iter().find_map(|id| shelf.by_id_or_alias(id)),
            Expected::Nothing => None,
        });
        article.map(Place::article).map_or((file, Spot::START), |article| {
            (article.path.to_string(), article.key_spot(FrontMatterKey::Title))
        })
    }

    /// Why what was expected is not where it was: what is ahead, or why it is not searched at all.
    fn reason(&self, locale: &Locale, pair: &Pair<'_>) -> Option<String> {
        let (golden, verdict): (GoldenQuery, &Verdict) = match (&pair.before, &pair.now) {
            (Some((before, promise)), _) if pair.change() == Change::Lost => {
                (self.renamed(locale, before.golden), promise)
            }
            (_, Some(now))
                if matches!(pair.change(), Change::Missed | Change::Worse) || pair.fails() =>
            {
                (now.golden.clone(), &now.verdict)
            }
            _ => return None,
        };
        let Expected::Articles(ids) = &golden.expect else {
            let confidence = 100.0 * verdict.confidence;
            return Some(format!("something is found, with a confidence of {confidence:.0} %"));
        };
        let query = Query::unbounded(&golden.query, locale.clone());
        if verdict.rank.is_none()
            && let Some(why) = ids.iter().find_map(|id| self.why_not_there(&query, id))
        {
            return Some(why);
        }
        if let (Some(section), Some((id, anchor))) = (&golden.section, verdict.found.first())
            && ids.contains(id)
            && anchor != section
        {
            return Some(format!("the best section of {id} is #{anchor} now, not #{section}"));
        }
        golden::reason(self.now, locale, &golden, verdict)
    }

    /// Why an article cannot be found at all, when it cannot.
    fn why_not_there(&self, query: &Query, id: &ArticleId) -> Option<String> {
        let explained = self.now.seen_by(Audience::Public).explain(query, id);
        if let Explained::Shown(article, _) = &explained {
            let renamed =
                || format!("`{id}` is called `{}` now: write that in `expect`", article.id);
            return (article.id != *id).then(renamed);
        }
        let why = explained.why_not_searched(id, &query.locale)?;
        let is_absent = matches!(explained, Explained::Unknown | Explained::Elsewhere(_));
        let renamed = " If it was renamed, `spravka check --base` prints the line that says so.";
        Some(why + if is_absent { renamed } else { "" })
    }
}
