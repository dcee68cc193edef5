//! What a page is about, in the words of schema.org, for search engines.

use serde_json::{Value, json};

use crate::article::{Article, Section};
use crate::catalog::{LocaleShelf, article_url, topic_url};
use crate::live::View;
use crate::web::App;

/// A page of questions has at least so many.
const QUESTIONS: usize = 2;

/// Of an article: where it stands, and what it is. Questions and answers only where each part of
/// it is one.
pub(super) fn of_article(
    app: &App,
    view: View<'_>,
    shelf: &LocaleShelf,
    article: &Article,
) -> Vec<Value> {
    let base = app.absolute_url(view);
    let url = format!("{base}{}", article_url(article));
    let mut steps =
        vec![(view.site().name(&shelf.locale).to_owned(), format!("/{}/", shelf.locale))];
    if let Some(topic) = shelf.topic(&article.topic) {
        steps.push((topic.title.clone(), topic_url(&shelf.locale, &topic.slug)));
    }
    steps.push((article.title.clone(), article_url(article)));
    let mut item = json!({
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.locale.as_str(),
        "mainEntityOfPage": url,
        "publisher": { "@type": "Organization", "name": view.site().name(&shelf.locale) },
    });
    if let Some(updated) = article.updated {
        item["dateModified"] = json!(updated.to_string());
    }
    let questions = questions(article);
    let answers = (!questions.is_empty()).then(|| {
        let entities = questions.iter().map(|section| {
            json!({
                "@type": "Question",
                "name": section.heading,
                "acceptedAnswer": { "@type": "Answer", "text": section.text.trim() },
            })
        });
        json!({
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "inLanguage": article.locale.as_str(),
            "mainEntity": entities.collect::<Vec<_>>(),
        })
    });
    [breadcrumbs(base, &steps), item].into_iter().chain(answers).collect()
}

/// The way down to a page: names and paths, the page itself last.
pub(super) fn breadcrumbs(base: &str, steps: &[(String, String)]) -> Value {
    let items = steps.iter().enumerate().map(|(at, (name, path))| {
        json!({
            "@type": "ListItem",
            "position": at + 1,
            "name": name,
            "item": format!("{base}{path}"),
        })
    });
    json!({
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": items.collect::<Vec<_>>(),
    })
}

/// The sections of an article, when each heading below the title is a question with an answer.
fn questions(article: &Article) -> Vec<&Section> {
    let headed = article.sections.iter().filter(|section| section.level == 2);
    let headed: Vec<&Section> = headed.collect();
    let is_question = |section: &&Section| {
        section.heading.ends_with(['?', '？', '؟']) && !section.text.trim().is_empty()
    };
    if headed.len() >= QUESTIONS && headed.iter().all(is_question) { headed } else { Vec::new() }
}
