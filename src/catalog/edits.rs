//! The usual save: an article says something else, and everything stays where it was. The next
//! catalog takes over all the rest, so that its time does not grow with the help center.

use std::sync::Arc;

use jiff::Timestamp;

use super::assemble::hash_of;
use super::checks::{BETWEEN_ARTICLES, Checks};
use super::{Catalog, LocaleShelf, numbers};
use crate::article::{Article, Problem, SourcePath, Target};

impl Catalog {
    /// This catalog with new versions of some of its articles, and the problems of these alone;
    /// what [`Catalog::assemble`] would make of all. `problems` are the ones that they had.
    ///
    /// `None` when others may be touched by it, and all have to be assembled: a name, a title or a
    /// date that has changed, an anchor that is no more, a link to nowhere.
    pub fn with_edits(
        &self,
        articles: &[Arc<Article>],
        problems: &[&Problem],
        now: Timestamp,
    ) -> Option<(Self, Vec<Problem>)> {
        let checks = Checks::new(&self.site, now);
        let is_later = self.next_change.is_some_and(|at| at <= now) || checks.today != self.day;
        let is_between = |problem: &&Problem| BETWEEN_ARTICLES.contains(&problem.code.as_str());
        if is_later || problems.iter().any(is_between) {
            return None;
        }
        for article in articles {
            let shelf = self.staff.locale(&article.locale)?;
            if !keeps_its_place(shelf.article(&article.id)?, article) {
                return None;
            }
        }
        let mut catalog = self.clone();
        for (at, staff) in catalog.staff.locales.iter_mut().enumerate() {
            let own: Vec<_> = articles.iter().filter(|a| a.locale == staff.locale).collect();
            if own.is_empty() {
                continue;
            }
            let public = &mut catalog.public.locales[at];
            let are_one = Arc::ptr_eq(staff, public);
            *staff = Arc::new(staff.with(&own));
            *public = if are_one { Arc::clone(staff) } else { Arc::new(public.with(&own)) };
        }
        for shelf in [&mut catalog.public, &mut catalog.staff] {
            shelf.seal(&self.site, &self.words);
        }
        let problems = checks.again(&catalog, articles.iter())?;
        Some((catalog, problems))
    }
}

impl LocaleShelf {
    /// The shelf with these articles in the place of their former versions; those that it does not
    /// hold are not for its audience.
    fn with(&self, articles: &[&Arc<Article>]) -> Self {
        let mut shelf = self.clone();
        for article in articles {
            let Some(at) = shelf.position(&article.id) else { continue };
            let before = hash_of(&shelf.articles[at]);
            shelf.contents = shelf.contents.wrapping_sub(before).wrapping_add(hash_of(article));
            shelf.articles[at] = Arc::clone(article);
        }
        shelf
    }
}

/// Whether nothing has changed that another article, an address or an order depends on.
fn keeps_its_place(old: &Article, new: &Article) -> bool {
    old.path == new.path
        && old.topic == new.topic
        && old.slug == new.slug
        && old.title == new.title
        && old.weight == new.weight
        && old.audience == new.audience
        && old.status == new.status
        && old.window == new.window
        && old.review_by == new.review_by
        && old.aliases == new.aliases
        && old.facts == new.facts
        && numbers::are_same(&old.numbers, &new.numbers)
        && old.sections.iter().map(|s| &s.anchor).eq(new.sections.iter().map(|s| &s.anchor))
        && assets(old).eq(assets(new))
}

/// The files that it shows.
fn assets(article: &Article) -> impl Iterator<Item = &SourcePath> {
    article.links.iter().filter_map(|link| match &link.target {
        Target::Asset(path) => Some(path),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::{Audience, IndexPage, Locale, Parsed, Source, parse};
    use crate::catalog::{Content, Shown, Site};

    const NOW: &str = "2026-11-23T12:00:00Z";

    /// Files of two locales, three of them for staff or hidden, with every kind of link.
    const FILES: [(&str, &str, &str); 8] = [
        ("ru/pay/card.md", "title: Карта\nrelated: [fees]", "См. [комиссии](fees.md#limits)."),
        ("ru/pay/fees.md", "title: Комиссии", "Первая.\n\n## Лимиты {#limits}\n\n[Карта](card.md)"),
        ("ru/pay/twin.md", "title: Карта", "Вторая. [Нет](/a/gone)"),
        ("ru/pay/rules.md", "title: Правила\naudience: staff", "[Комиссии](/a/fees)"),
        ("ru/pay/draft.md", "title: Черновик\nstatus: draft", "Рано."),
        ("ru/lost/old.md", "title: Старое\naliases: [older]\nreview_by: 2026-01-01", "Давно."),
        ("ru/lost/late.md", "title: Позже\npublish_at: 2026-12-01T00:00:00Z", "Ещё рано."),
        ("en/pay/card.md", "title: Card\ncontact: {channel: chat}", "See [fees](/a/fees)."),
    ];

    /// What an editor may do to an article.
    const EDITS: [(&str, &str); 15] = [
        ("", "Ещё слово."),
        ("", "## Новый раздел {#new}\n\nТекст."),
        ("", "[Ссылка](fees.md)"),
        ("", "[Ссылка](fees.md#new)"),
        ("", "[В никуда](nowhere.md)"),
        ("", "![Снимок](step.png)"),
        ("summary: Коротко.", ""),
        ("tags: [money]", ""),
        ("weight: 7", ""),
        ("review_by: 2025-05-05", ""),
        ("aliases: [former]", ""),
        ("related: [rules]", ""),
        ("id: fees", ""),
        ("audience: staff", ""),
        ("expires_at: 2027-01-01\nreplaced_by: [fees, rules, nothing]", ""),
    ];

    fn article(file: usize, edits: &[usize]) -> Arc<Article> {
        let (path, header, text) = FILES[file];
        let (mut header, mut text) = (header.to_owned(), text.to_owned());
        for edit in edits {
            let (key, more) = EDITS[*edit];
            let name = key.split(':').next().unwrap_or_default();
            if !key.is_empty() && !header.contains(name) {
                header = format!("{header}\n{key}");
            }
            text = format!("{text}\n\n{more}");
        }
        let bytes = format!("---\n{header}\n---\n{text}\n").into_bytes();
        let source = Source { path: SourcePath::new(path), bytes, modified: None };
        match parse(&source) {
            (Parsed::Article(article), _) => Arc::from(article),
            (_, problems) => panic!("{problems:?}"),
        }
    }

    fn page(path: &str) -> Arc<IndexPage> {
        let bytes = b"---\ntitle: Pay\n---\nText.\n".to_vec();
        let source = Source { path: SourcePath::new(path), bytes, modified: None };
        match parse(&source).0 {
            Parsed::Index(page) => Arc::from(page),
            other => panic!("{other:?}"),
        }
    }

    fn content(edits: &[Vec<usize>]) -> Content {
        let site = "locales: [ru, en]\nchannels:\n  en:\n    - {kind: email, title: Mail, url: 'mailto:a@b.example'}\n";
        Content {
            site: Arc::new(Site::parse(&SourcePath::new(Site::FILE), site).unwrap()),
            articles: edits.iter().enumerate().map(|(at, edits)| article(at, edits)).collect(),
            pages: vec![page("ru/pay/_index.md"), page("en/pay/_index.md")],
            assets: [(SourcePath::new("ru/pay/step.png"), None)].into(),
            words: std::collections::BTreeMap::new(),
            facts: Arc::default(),
            shown: Shown::Published,
        }
    }

    fn seen(catalog: &Catalog) -> Vec<(Audience, u64, Vec<Arc<Article>>)> {
        [Audience::Public, Audience::Staff]
            .map(|audience| {
                let shelf = catalog.shelf(audience);
                let articles = shelf.locales().flat_map(|locale| locale.articles()).cloned();
                (audience, shelf.fingerprint().0, articles.collect())
            })
            .into()
    }

    fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
        problems.sort();
        problems
    }

    proptest! {
        #[test]
        fn an_edit_gives_what_assembling_everything_would(
            before in proptest::collection::vec(proptest::collection::vec(0..EDITS.len(), 0..2), FILES.len()),
            edited in proptest::collection::vec((0..FILES.len(), 0..EDITS.len()), 1..3),
            shown in prop_oneof![Just(Shown::Published), Just(Shown::Everything)],
        ) {
            let now: Timestamp = NOW.parse().unwrap();
            let (old, problems) = Catalog::assemble(&Content { shown, ..content(&before) }, now, None);
            let mut after = before.clone();
            for (file, edit) in &edited {
                after[*file].push(*edit);
            }
            let next = Content { shown, ..content(&after) };
            let (whole, all) = Catalog::assemble(&next, now, Some(&old));

            let is_edited = |path: &SourcePath| edited.iter().any(|(at, _)| FILES[*at].0 == path.as_str());
            let articles: Vec<_> =
                next.articles.iter().filter(|article| is_edited(&article.path)).cloned().collect();
            let (theirs, others): (Vec<&Problem>, Vec<&Problem>) =
                problems.iter().partition(|problem| is_edited(&problem.path));
            if let Some((catalog, found)) = old.with_edits(&articles, &theirs, now) {
                prop_assert_eq!(seen(&catalog), seen(&whole));
                let told = others.into_iter().cloned().chain(found).collect();
                prop_assert_eq!(sorted(told), sorted(all));
            }
        }
    }

    #[test]
    fn a_preview_shows_drafts_and_what_is_out_of_its_time_to_the_audience_that_will_see_it() {
        let now: Timestamp = NOW.parse().unwrap();
        let files = content(&vec![Vec::new(); FILES.len()]);
        let shown = |shown| {
            let (catalog, _) = Catalog::assemble(&Content { shown, ..files.clone() }, now, None);
            [Audience::Public, Audience::Staff].map(|audience| {
                let shelf = catalog.shelf(audience);
                let id = |name: &str| shelf.translations(&name.parse().unwrap()).count() == 1;
                ["draft", "late", "rules"].map(id)
            })
        };
        assert_eq!(shown(Shown::Published), [[false, false, false], [false, false, true]]);
        assert_eq!(shown(Shown::Everything), [[true, true, false], [true, true, true]]);
    }

    #[test]
    fn the_usual_save_does_not_assemble_everything() {
        let now: Timestamp = NOW.parse().unwrap();
        let (catalog, _) = Catalog::assemble(&content(&vec![Vec::new(); FILES.len()]), now, None);
        let ru: Locale = "ru".parse().unwrap();
        for (file, edit, is_usual) in
            [(1, 0, true), (1, 2, true), (1, 6, true), (1, 1, false), (1, 8, false)]
        {
            let next = article(file, &[edit]);
            let done = catalog.with_edits(&[Arc::clone(&next)], &[], now);
            assert_eq!(done.is_some(), is_usual, "{:?}", EDITS[edit]);
            if let Some((catalog, _)) = done {
                let shelf = catalog.shelf(Audience::Public).locale(&ru).unwrap();
                assert!(Arc::ptr_eq(shelf.article(&next.id).unwrap(), &next));
            }
        }
        assert!(catalog.with_edits(&[], &[], "2026-12-01T00:00:00Z".parse().unwrap()).is_none());
    }
}
