//! The panel below an article: how it looks in results, whether its golden queries find it, how it
//! reads, and what hangs together with it.

use minijinja::{Value, context};

use super::super::search::entry;
use super::super::templates;
use super::golden::golden;
use super::say;
use crate::article::{Article, Locale, Readability, Sentence};
use crate::catalog::{LocaleShelf, Mention, Words, language_name};
use crate::live::View;
use crate::search::Query;
use crate::web::App;

/// A longer sentence is divided: <https://www.gov.uk/guidance/content-design/writing-for-gov-uk> asks
/// for at most so many words.
const LONG_SENTENCE: usize = 25;
/// Search engines cut a longer title.
const LONG_TITLE: usize = 60;
/// Below this score a text is hard for most adults, by Flesch's own table.
const HARD: f64 = 30.0;
const PLAIN: f64 = 50.0;
const EASY: f64 = 70.0;

/// What `preview/panel.html` prints; `None` without a preview. `locale` is that of the page.
pub(in crate::web::pages) fn panel(
    app: &App,
    view: View<'_>,
    locale: &Locale,
    article: &Article,
) -> Option<Value> {
    if !app.settings.preview.is_on() {
        return None;
    }
    let shelf = view.locale(&article.locale)?;
    let words = view.words(locale);
    let reads = Readability::of(article);
    let missing: Vec<&Locale> = view
        .shelf()
        .locales()
        .filter(|other| other.article(&article.id).is_none())
        .map(|other| &other.locale)
        .collect();
    Some(context! {
        say => templates::labels(words.group("preview")),
        searches => searches(view, shelf, words, article),
        golden => golden(view, words, article),
        reads => figures(words, article, &reads),
        advice => advice(words, article, &reads, &missing),
        linked_from => mentions(&shelf.mentions_of(article)),
        links_to => mentions(&shelf.mentioned_in(article)),
    })
}

/// The article as a search for its title, and for its first question, shows it to its readers.
fn searches(view: View<'_>, shelf: &LocaleShelf, words: &Words, article: &Article) -> Vec<Value> {
    let readers = view.narrowed_to(article.audience);
    let search = |name: &str, text: &str| {
        let results = readers.search(Query::unbounded(text, article.locale.clone()));
        let at = results.hits.iter().position(|hit| hit.article.id == article.id);
        context! {
            name => say(words, name),
            text,
            rank => at.map(|at| say(words, "rank").replace("{n}", &(at + 1).to_string())),
            hit => at.map(|at| entry(view, shelf, &results.hits[at])),
        }
    };
    let title = Some(search("by_title", &article.title));
    let question = article.questions.first().map(|text| search("by_question", text));
    title.into_iter().chain(question).collect()
}

fn figures(words: &Words, article: &Article, reads: &Readability) -> Value {
    let minutes = usize::try_from(reads.seconds.div_ceil(60)).unwrap_or(usize::MAX);
    context! {
        words => words.counted("words", reads.words),
        time => words.counted("minutes", minutes),
        average => format!("{:.1}", reads.average()),
        longest => reads.longest.first().map(|longest| {
            let text = say(words, "longest_at").replace("{line}", &longest.line.to_string());
            text.replace("{words}", &words.counted("words", longest.words))
        }),
        score => reads.score.map(|score| {
            let name = match score {
                _ if score < HARD => "very_hard",
                _ if score < PLAIN => "hard",
                _ if score < EASY => "plain",
                _ => "easy",
            };
            format!("{score:.0}: {}", say(words, name))
        }),
        title => words.counted("characters", article.title.chars().count()),
        questions => article.questions.len(),
    }
}

/// What to do about it, in plain sentences.
fn advice(
    words: &Words,
    article: &Article,
    reads: &Readability,
    missing: &[&Locale],
) -> Vec<String> {
    let long = reads.longest.iter().filter(|sentence| sentence.words > LONG_SENTENCE);
    let divide = |sentence: &Sentence| {
        say(words, "divide")
            .replace("{line}", &sentence.line.to_string())
            .replace("{words}", &words.counted("words", sentence.words))
            .replace("{text}", &sentence.text)
    };
    let is_hard = reads.score.is_some_and(|score| score < HARD);
    let hard = is_hard.then(|| say(words, "too_hard").to_owned());
    let length = article.title.chars().count();
    let title = (length > LONG_TITLE).then(|| {
        say(words, "long_title").replace("{characters}", &words.counted("characters", length))
    });
    let questions = article.questions.is_empty().then(|| say(words, "no_questions").to_owned());
    let untranslated = missing.iter().map(|locale| {
        let file = article.path.as_str().split_once('/').map_or("", |(_, rest)| rest);
        say(words, "untranslated")
            .replace("{language}", &language_name(locale))
            .replace("{file}", &format!("{locale}/{file}"))
    });
    long.map(divide).chain(hard).chain(title).chain(questions).chain(untranslated).collect()
}

fn mentions(mentions: &[Mention<'_>]) -> Vec<Value> {
    let entry = |mention: &Mention<'_>| {
        context! {
            place => format!("{}:{}", mention.path, mention.line),
            title => &mention.title,
            url => mention.url.as_deref(),
        }
    };
    mentions.iter().map(entry).collect()
}
