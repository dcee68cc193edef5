//! The articles that ship, as pages: every link of every page leads somewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Answer, Center};
use crate::live;
use crate::search::Weights;
use crate::web::Settings;

/// What is wrong with a page, and where its links lead.
fn look(address: &str, answer: &Answer, wrong: &mut Vec<String>) -> Vec<String> {
    if answer.status.as_u16() >= 400 {
        wrong.push(format!("{} {address}", answer.status));
    }
    if !answer.header("content-type").starts_with("text/html") {
        return Vec::new();
    }
    let values = |name: &str| -> Vec<String> {
        let parts = answer.text().split(name).skip(1);
        parts.map(|part| part.split('"').next().unwrap().replace("&amp;", "&")).collect()
    };
    let ids = values(" id=\"");
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        wrong.push(format!("{address} uses an id twice"));
    }
    let mut links = values(" href=\"");
    links.extend(values(" src=\""));
    for link in &links {
        if link.strip_prefix('#').is_some_and(|anchor| !ids.iter().any(|id| id == anchor)) {
            wrong.push(format!("{address} has no {link}"));
        }
    }
    links.retain(|link| link.starts_with('/'));
    links.iter().map(|link| link.split('#').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_link_of_the_shipped_articles_leads_somewhere() {
    let center = Center::empty(Settings::default());
    let settings = live::Settings {
        articles: "articles".into(),
        index: None,
        weights: Weights::default(),
        follows: false,
        commit: None,
        repository: None,
        preview: false,
        clock: jiff::Timestamp::now,
    };
    let published = Arc::clone(&center.app.published);
    live::Publisher::start(settings, published, &mut |_, _, _| {}).unwrap();

    for is_staff in [false, true] {
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next: Vec<String> =
            ["/ru/", "/en/", "/docs", "/sitemap.xml"].iter().map(ToString::to_string).collect();
        while let Some(address) = next.pop() {
            if seen.insert(address.clone()) {
                let answer = if is_staff {
                    center.get_as_staff(&address).await
                } else {
                    center.get(&address).await
                };
                next.extend(look(&address, &answer, &mut wrong));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(seen.len() > 100, "{}", seen.len());
    }
}
