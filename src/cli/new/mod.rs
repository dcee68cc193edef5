//! `spravka new`: a new article from a template, or from its translation.

mod places;
mod template;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use clap_complete::ArgValueCompleter;

use super::settings::Settings;
use super::{Outcome, terminal};
use crate::article::{
    Article, ArticleId, Audience, Facts, Formatted, Locale, Parsed, Slug, Source, SourcePath,
    Status, TopicId, format, nearest, parse_with,
};
use crate::live::Folder;
use template::{Original, Template};

#[derive(Debug, Args)]
pub(super) struct NewFlags {
    /// Where the article goes, below the articles folder: `ru/payments/withdraw-to-card`
    #[arg(value_name = "LOCALE/TOPIC/SLUG", add = ArgValueCompleter::new(places::complete))]
    place: Option<String>,
    /// Its title
    #[arg(long)]
    title: Option<String>,
    /// Begin the topic too, even when its name is like that of another
    #[arg(long)]
    new_topic: bool,
}

/// Where an article goes.
struct Place {
    locale: Locale,
    topic: TopicId,
    slug: Slug,
}

pub(super) fn run(settings: &Settings, flags: &NewFlags) -> anyhow::Result<Outcome> {
    let root = settings.articles.as_path();
    let Some(place) = &flags.place else {
        bail!("say where the article goes: LOCALE/TOPIC/SLUG\n\n{}", places::list(root));
    };
    let place = Place::read(place, root, flags.new_topic)?;
    let folder = Folder::new(root);
    let path = SourcePath::new(&format!("{}/{}/{}.md", place.locale, place.topic, place.slug));
    let shown = root.join(path.as_str());
    if shown.exists() {
        bail!("{} is there already: choose another slug, or edit it", shown.display());
    }
    let articles = articles(&folder)?;
    let namesakes = articles.iter().filter(|article| article.id == place.slug);
    let (own, others): (Vec<_>, Vec<_>) = namesakes.partition(|a| a.locale == place.locale);
    if let Some(own) = own.first() {
        bail!(
            "the id `{}` is that of {}: choose another slug",
            place.slug,
            root.join(own.path.as_str()).display()
        );
    }
    let original = others.iter().min_by_key(|other| other.topic != place.topic);
    let is_for_staff = original.is_some_and(|article| article.audience == Audience::Staff);
    let is_seen = |article: &Article| {
        article.locale == place.locale
            && article.status == Status::Published
            && (article.audience == Audience::Public || is_for_staff)
    };
    let known: Vec<&ArticleId> =
        articles.iter().filter(|article| is_seen(article)).map(|article| &article.id).collect();
    let text = Template {
        is_russian: place.locale.language() == "ru",
        title: flags.title.as_deref(),
        review_by: next_year(),
        original: original.map(|article| Original { article, known: &known }),
    };
    let text = in_form(&path, text.to_string());
    write(&shown, &text)?;
    let from = original.map_or(String::new(), |article| {
        format!(", with the sections of {}", root.join(article.path.as_str()).display())
    });
    let mut said = format!(
        "{} is begun as a draft{from}: write it, then set `status: published`.\n",
        shown.display()
    );
    if !shown.with_file_name("_index.md").exists() {
        // Writing to a string never fails.
        let _ = writeln!(
            said,
            "The topic `{}` is new: give it an _index.md with a title.",
            place.topic
        );
    }
    terminal::print(&said)?;
    Ok(Outcome::Good)
}

impl Place {
    /// Reads the place; what does not exist is told with what was likely meant.
    fn read(text: &str, root: &Path, new_topic: bool) -> anyhow::Result<Self> {
        let text = text.trim_end_matches(".md");
        let parts: Vec<&str> = text.split('/').collect();
        let [locale, topic, slug] = parts.as_slice() else {
            bail!(
                "`{text}` is not LOCALE/TOPIC/SLUG: write for example ru/payments/withdraw-to-card\n\n{}",
                places::list(root)
            );
        };
        let (locale, topic, slug): (Locale, Slug, Slug) =
            (locale.parse()?, topic.parse()?, slug.parse()?);
        if !root.join(locale.as_str()).is_dir() {
            let known = places::locales(root);
            bail!(
                "there is no folder for the locale `{locale}` in {}: there are {}",
                root.display(),
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            );
        }
        let topics = places::topics(root, locale.as_str());
        let is_known = topics.iter().any(|known| known == topic.as_str());
        if !is_known
            && !new_topic
            && let Some(near) = nearest(topic.as_str(), topics.iter().map(String::as_str))
        {
            bail!(
                "there is no topic `{topic}` in `{locale}`: did you mean `{locale}/{near}/{slug}`? \
                 To begin a new topic, add --new-topic"
            );
        }
        Ok(Self { locale, topic, slug })
    }
}

/// All articles that can be read.
fn articles(folder: &Folder) -> anyhow::Result<Vec<Article>> {
    let paths = folder
        .articles()
        .with_context(|| format!("cannot read the articles folder {}", folder.root().display()))?;
    let facts = folder.facts();
    let read = |path: SourcePath| {
        let bytes = fs::read(folder.file(&path)).ok()?;
        match parse_with(&Source { path, bytes, modified: None }, &facts).0 {
            Parsed::Article(article) => Some(*article),
            _ => None,
        }
    };
    Ok(paths.into_iter().filter_map(read).collect())
}

/// The day on which an article that is written today should be read again.
fn next_year() -> String {
    let today = jiff::Zoned::now().date();
    let next = today.saturating_add(jiff::Span::new().years(1));
    next.to_string()
}

/// The text in the form that `spravka fmt` gives.
fn in_form(path: &SourcePath, text: String) -> String {
    let source = Source { path: path.clone(), bytes: text.clone().into_bytes(), modified: None };
    match format(&source, &Facts::default()) {
        Formatted::Changed(new) => new,
        _ => text,
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut file = fs::File::options()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(|| format!("cannot begin {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    Ok(())
}
