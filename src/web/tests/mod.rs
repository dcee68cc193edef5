//! The room through its door: a help center in memory, asked without a port.

mod api;
mod feedback;
mod gate;
mod pages;
mod reads;
mod shipped;
mod staff;
mod widget;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::{App, Assets, Settings, StaffKeys, router};
use crate::article::{
    Alias, Anchor, Article, Audience, Body as ArticleBody, Digest, Link, PackedBody, Problem,
    Section, SourcePath, Spot, Status, Target, Window,
};
use crate::catalog::{Catalog, Content, Site};
use crate::live::{Edition, Origin, Published};
use crate::search::{Indexer, Weights};
use crate::store::Store;

const SITE: &str = "
name: {ru: Справка, en: Help}
base_url: https://help.example.com
time_zone: Europe/Moscow
locales: [ru, en]
channels:
  ru:
    - {kind: chat, title: Чат, url: 'https://example.com/chat'}
    - {kind: phone, title: Телефон, url: 'tel:+70000000000', hours: '09:00-21:00', takes: сразу, prepare: [номер счёта]}
  en:
    - {kind: chat, title: Chat, url: 'https://example.com/chat'}
";

/// A help center, its key, and what answers for it.
pub(super) struct Center {
    pub(super) app: App,
    pub(super) key: String,
    /// Where votes are kept.
    pub(super) state: TempDir,
    router: Router,
}

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The ids or slugs in a list of it.
    pub(super) fn each(&self, list: &str, key: &str) -> Vec<String> {
        let json = self.json();
        let items = json[list].as_array().unwrap();
        items.iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
    }
}

impl Center {
    pub(super) fn new() -> Self {
        Self::with(articles(), Settings::default())
    }

    pub(super) fn with(articles: Vec<Article>, settings: Settings) -> Self {
        let center = Self::empty(settings);
        center.publish(1, articles);
        center
    }

    /// Before the first edition.
    pub(super) fn empty(settings: Settings) -> Self {
        let assets = Arc::new(|path: &SourcePath| Some(path.as_str().as_bytes().to_vec()));
        Self::made_of(settings, assets, || "2026-11-23T10:00:00Z".parse().unwrap())
    }

    /// With files and a clock of its own.
    pub(super) fn made_of(settings: Settings, assets: Assets, clock: fn() -> Timestamp) -> Self {
        let (key, hash) = StaffKeys::generate();
        let keys = StaffKeys::parse([hash]).unwrap();
        Self { key, ..Self::locked_by(keys, settings, assets, clock) }
    }

    /// With these staff keys, of which it knows none itself.
    pub(super) fn locked_by(
        keys: StaffKeys,
        settings: Settings,
        assets: Assets,
        clock: fn() -> Timestamp,
    ) -> Self {
        let state = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::new(state.path()));
        let app = App::new(Arc::default(), store, settings, keys, assets, None, clock);
        Self { router: router(app.clone()), app, key: String::new(), state }
    }

    pub(super) fn publish(&self, number: u64, articles: Vec<Article>) {
        publish(&self.app.published, number, articles);
    }

    pub(super) async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn get_as_staff(&self, address: &str) -> Answer {
        self.get_with(address, "authorization", &format!("Bearer {}", self.key)).await
    }

    pub(super) async fn get_with(&self, address: &str, name: &str, value: &str) -> Answer {
        self.get_with_all(address, &[(name, value)]).await
    }

    pub(super) async fn get_with_all(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn send(&self, method: Method, address: &str) -> Answer {
        let request = Request::builder().method(method).uri(address);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

fn publish(published: &Published, number: u64, mut articles: Vec<Article>) {
    articles.sort_by(|a, b| a.path.cmp(&b.path));
    let site = Site::parse(&SourcePath::new(Site::FILE), SITE).unwrap();
    let assets = ["ru/payments/card.png", "ru/payments/form.xyz", "ru/payments/secret.png"];
    let content = Content {
        facts: Arc::default(),
        site: Arc::new(site),
        articles: articles.into_iter().map(Arc::new).collect(),
        pages: Vec::new(),
        assets: assets.iter().map(|path| (SourcePath::new(path), None)).collect(),
        words: std::collections::BTreeMap::new(),
        ..Content::default()
    };
    let now = "2026-11-23T10:00:00Z".parse().unwrap();
    let (catalog, _) = Catalog::assemble(&content, now, None);
    let index = Indexer::in_memory().sync(&catalog, &HashMap::new(), &mut |_, _| {}).unwrap();
    let path = SourcePath::new("ru/payments/secret-limits.md");
    let problem = Problem::warning(&path, "x", Spot::START, "stale", "is stale").hint("look at it");
    published.publish(Edition {
        number,
        catalog,
        index,
        problems: vec![problem],
        indexed_at: now,
        origin: Origin { watching: "none".to_owned(), ..Origin::default() },
        weights: Weights::default(),
        synonyms_digest: Digest(0),
        golden: Arc::default(),
        quarantined: std::collections::BTreeSet::new(),
        translations: Arc::default(),
    });
}

/// An article with a lead and sections of these headings and texts.
pub(super) fn article(path: &str, title: &str, sections: &[(&str, &str)]) -> Article {
    let parts: Vec<&str> = path.split('/').collect();
    let slug = parts[2].strip_suffix(".md").unwrap();
    let sections: Vec<Section> = sections
        .iter()
        .map(|(heading, text)| {
            let anchor = if heading.is_empty() {
                Section::LEAD.parse().unwrap()
            } else {
                Anchor::from_text(heading).unwrap()
            };
            let level = if heading.is_empty() { 1 } else { 2 };
            let (heading, text) = ((*heading).to_owned(), (*text).to_owned());
            Section { anchor, former: Box::default(), level, heading, text, spot: Spot::START }
        })
        .collect();
    let html: String = sections
        .iter()
        .map(|s| match s.level {
            1 => format!("<p>{}</p>", s.text),
            _ => format!("<h2 id=\"{}\">{}</h2><p>{}</p>", s.anchor, s.heading, s.text),
        })
        .collect();
    let source = format!("---\ntitle: {title}\n---\n{}\n", sections[0].text);
    let body = ArticleBody {
        markdown_from: source.len() - sections[0].text.len() - 1,
        source,
        expanded: None,
        html: serde_json::from_value(json!({"html": html, "holes": []})).unwrap(),
    };
    let mut article = Article {
        path: SourcePath::new(path),
        id: slug.parse().unwrap(),
        locale: parts[0].parse().unwrap(),
        topic: parts[1].parse().unwrap(),
        slug: slug.parse().unwrap(),
        title: title.to_owned(),
        summary: sections[0].text.clone(),
        questions: Vec::new(),
        tags: Vec::new(),
        audience: Audience::Public,
        status: Status::Published,
        window: Window::default(),
        replaced_by: Vec::new(),
        updated: Some("2026-10-01T12:00:00Z".parse().unwrap()),
        has_own_date: true,
        review_by: None,
        owner: None,
        aliases: Vec::new(),
        related: Vec::new(),
        weight: 0,
        contact: None,
        numbers: Box::default(),
        facts: Box::default(),
        digest: Digest::of(format!("{path}{title}{sections:?}").as_bytes()),
        sections,
        links: Vec::new(),
        body: PackedBody::default(),
        keys: Vec::new(),
    };
    article.pack(&body);
    article
}

/// A title that tries everything a page could get wrong.
pub(super) const HOSTILE: &str = "<script>alert(1)</script> \"'&amp; {{ 41353*7 }} ]]>";
/// A word that stands in staff articles only.
pub(super) const SECRET: &str = "зубробизон";

/// Two topics, two locales, and one article that only staff may see.
pub(super) fn articles() -> Vec<Article> {
    let mut card = article(
        "ru/payments/withdraw-to-card.md",
        "Как вывести деньги на карту",
        &[
            ("", "Откройте кассу и выберите вывод на карту."),
            ("Сколько идёт вывод", "Обычно вывод идёт два часа."),
            ("Какие нужны документы", "Нужен паспорт."),
            ("Можно ли на другую карту", "Другая карта должна быть вашей."),
        ],
    );
    card.tags = vec!["withdrawal".parse().unwrap(), "card".parse().unwrap()];
    let body = card.body();
    card.questions = vec!["как снять выигрыш".to_owned()];
    card.pack(&body);
    card.aliases = vec![
        Alias::Id("cash-out-to-card".parse().unwrap()),
        Alias::Page("money".parse().unwrap(), "card".parse().unwrap()),
    ];
    card.weight = 10;
    card.links = vec![asset("ru/payments/card.png"), asset("ru/payments/form.xyz")];
    card.related = vec!["secret-limits".parse().unwrap(), "fees".parse().unwrap()];

    let fees =
        article("ru/payments/fees.md", "Комиссии", &[("", "Первые пять выводов бесплатны.")]);
    let hostile = article("ru/account/hostile.md", HOSTILE, &[("", "Вывод &lt;b&gt; и паспорт.")]);

    let mut secret = article(
        "ru/payments/secret-limits.md",
        "Тайные лимиты: зубробизон",
        &[("", "Вывод зубробизон без паспорта."), ("Зубробизон", "Никому не говорить.")],
    );
    secret.audience = Audience::Staff;
    secret.tags = vec!["zubr".parse().unwrap()];
    secret.aliases = vec![Alias::Id("old-secret".parse().unwrap())];
    secret.links = vec![asset("ru/payments/secret.png")];
    let mut hidden_topic =
        article("ru/antifraud/rules.md", "Правила: зубробизон", &[("", "Зубробизон.")]);
    hidden_topic.audience = Audience::Staff;

    let english = article(
        "en/payments/withdraw-to-card.md",
        "How to withdraw to a card",
        &[("", "Open the cashier and choose withdrawal.")],
    );
    vec![card, fees, hostile, secret, hidden_topic, english]
}

fn asset(path: &str) -> Link {
    Link { target: Target::Asset(SourcePath::new(path)), image: true, spot: Spot::START }
}
