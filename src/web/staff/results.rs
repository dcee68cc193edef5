//! What is found for a word or a message: the article named, the answers, further articles; each with
//! what may be copied of it, or with the public article to copy instead.

use std::sync::Arc;

use minijinja::{Value, context};

use super::copies::Copies;
use super::named::Named;
use crate::article::{Article, Audience, Locale, Section};
use crate::catalog::{Words, section_url};
use crate::live::{Edition, View};
use crate::search::{Answer, Answers, Hit, MAX_QUERY_CHARS, Query};
use crate::store::Remark;
use crate::web::App;
use crate::web::pages::{encoded, markup, text_of};

/// Articles shown below the answers.
const FURTHER: usize = 8;
/// From here on an answer is called sure, and likely.
const SURE: f32 = 0.8;
const LIKELY: f32 = 0.6;

/// What a search at the console is made with.
pub(super) struct Desk<'a> {
    pub(super) app: &'a App,
    pub(super) edition: &'a Edition,
    /// As staff see it.
    pub(super) view: View<'a>,
    /// In the console's language.
    pub(super) words: &'a Words,
    /// The player's.
    pub(super) locale: &'a Locale,
}

/// Something found, before it is shown.
struct Entry<'a> {
    article: &'a Arc<Article>,
    section: usize,
    /// What it was found for.
    question: &'a str,
    confidence: Option<f32>,
    /// The text that is shown of it.
    shown: Value,
}

impl Desk<'_> {
    /// Everything found for a message, as the template takes it.
    pub(super) fn found(&self, message: &str, named: Option<&Named>) -> Value {
        let answers = self.view.answer(message, self.locale);
        let is_short = message.chars().count() <= MAX_QUERY_CHARS;
        let results =
            is_short.then(|| self.view.search(Query::unbounded(message, self.locale.clone())));
        let mut seen: Vec<&Article> = Vec::new();
        let first: Vec<Value> = named
            .into_iter()
            .map(|named| {
                seen.push(&named.article);
                self.shown(&Entry {
                    article: &named.article,
                    section: named.section,
                    question: "",
                    confidence: None,
                    shown: self.passage(&named.article, named.section),
                })
            })
            .collect();
        let mut answered = Vec::new();
        for answer in &answers.answers {
            seen.push(&answer.hit.article);
            answered.push(self.shown(&self.answer_entry(answer)));
        }
        let further = results.iter().flat_map(|results| &results.hits).chain(&answers.alternatives);
        let mut others = Vec::new();
        for hit in further {
            let is_new = seen.iter().all(|known| known.id != hit.article.id);
            if is_new && others.len() < FURTHER {
                seen.push(&hit.article);
                others.push(self.shown(&hit_entry(hit, message)));
            }
        }
        let counts = [("answers", answered.len()), ("articles", first.len() + others.len())];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> =
            counts.map(|(what, count)| self.words.counted(what, count)).collect();
        let summary = counts.join(", ");
        let is_empty = first.is_empty() && answered.is_empty() && others.is_empty();
        context! {
            summary => if is_empty { self.words.group("staff")["nothing"].clone() } else { summary },
            is_empty,
            named => first,
            answers => answered,
            others,
        }
    }

    fn answer_entry<'b>(&self, answer: &'b Answer) -> Entry<'b> {
        let section = answer.section();
        Entry {
            article: &answer.hit.article,
            section,
            question: &answer.question,
            confidence: Some(answer.confidence),
            shown: self.passage(&answer.hit.article, section),
        }
    }

    /// A section's markup, its links leading where staff may go.
    fn passage(&self, article: &Article, section: usize) -> Value {
        let anchor = article.sections[section].anchor.as_str();
        let (html, _) = text_of(self.view, article);
        markup(html.section((anchor != Section::LEAD).then_some(anchor)))
    }

    fn shown(&self, entry: &Entry<'_>) -> Value {
        let Entry { article, section, question, .. } = entry;
        let public = self.edition.seen_by(Audience::Public);
        let copies = Copies::of(self.app, public, article, *section);
        let offer = if copies.is_none() { self.offer(public, entry) } else { None };
        // It stands in an address, and addresses are written down by browsers and proxies.
        let asked: String = question.chars().take(MAX_QUERY_CHARS).collect();
        let asked = Remark::query(asked.trim()).ok().flatten();
        let asked = asked.as_ref().map_or("", Remark::as_str);
        let topic = self.view.locale(&article.locale).and_then(|shelf| shelf.topic(&article.topic));
        let heading = &article.sections[*section].heading;
        let explain = format!(
            "/staff/explain?q={}&article={}&locale={}",
            encoded(asked),
            article.id,
            article.locale
        );
        context! {
            question => *question,
            id => article.id.as_str(),
            locale => article.locale.as_str(),
            title => &article.title,
            heading,
            topic => topic.map(|topic| topic.title.as_str()),
            url => section_url(article, &article.sections[*section]),
            is_staff => article.audience == Audience::Staff,
            confidence => entry.confidence.map(|sure| self.confidence(sure)),
            shown => &entry.shown,
            copies => copies.map(Copies::into_value),
            offer,
            explain,
            facts => format!("/staff/article/{}?locale={}", article.id, article.locale),
        }
    }

    /// How sure an answer is, in a word and in percent.
    fn confidence(&self, sure: f32) -> Value {
        let name = if sure >= SURE {
            "sure"
        } else if sure >= LIKELY {
            "likely"
        } else {
            "unsure"
        };
        let percent = (sure * 100.0).round() as u32;
        context! { name, word => &self.words.group("staff")[name], percent }
    }

    /// What a player may have instead of something for staff: what the public finds for the same.
    fn offer(&self, public: View<'_>, entry: &Entry<'_>) -> Option<Value> {
        let question =
            if entry.question.is_empty() { &entry.article.title } else { entry.question };
        let locale = &entry.article.locale;
        let (article, section) = nearest(&public.answer(question, locale)).or_else(|| {
            let results = public.search(Query::unbounded(question, locale.clone()));
            // What merely has a word of it is nothing to send instead, but of the same topic it may be.
            let mut near = results.hits.iter();
            near.find(|hit| hit.article.topic == entry.article.topic).map(place_of)
        })?;
        let copies = Copies::of(self.app, public, &article, section)?;
        Some(context! {
            title => &article.title,
            heading => &article.sections[section].heading,
            locale => article.locale.as_str(),
            url => section_url(&article, &article.sections[section]),
            copies => copies.into_value(),
        })
    }
}

fn hit_entry<'a>(hit: &'a Hit, message: &'a str) -> Entry<'a> {
    Entry {
        article: &hit.article,
        section: hit.sections[0].section,
        question: message,
        confidence: None,
        shown: markup(hit.snippet().html()),
    }
}

/// The section that answers.
fn nearest(answers: &Answers) -> Option<(Arc<Article>, usize)> {
    let sure = answers.answers.first()?;
    Some((Arc::clone(&sure.hit.article), sure.section()))
}

fn place_of(hit: &Hit) -> (Arc<Article>, usize) {
    (Arc::clone(&hit.article), hit.sections[0].section)
}
