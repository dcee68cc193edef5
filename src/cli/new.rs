//! `spravka new`: a new article from a template.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use anyhow::{Context, bail};
use clap::Args;

use super::settings::Settings;
use super::{Outcome, terminal};
use crate::article::{Locale, Slug};

#[derive(Debug, Args)]
pub(super) struct NewFlags {
    /// Where the article goes, below the articles folder: `ru/payments/withdraw-to-card`
    #[arg(value_name = "LOCALE/TOPIC/SLUG")]
    place: String,
    /// Its title
    #[arg(long)]
    title: Option<String>,
}

pub(super) fn run(settings: &Settings, flags: &NewFlags) -> anyhow::Result<Outcome> {
    let place = flags.place.trim_end_matches(".md");
    let parts: Vec<&str> = place.split('/').collect();
    let [locale, topic, slug] = parts.as_slice() else {
        bail!("`{place}` is not LOCALE/TOPIC/SLUG: write for example ru/payments/withdraw-to-card");
    };
    let (locale, topic, slug): (Locale, Slug, Slug) =
        (locale.parse()?, topic.parse()?, slug.parse()?);
    let folder = settings.articles.join(locale.as_str()).join(topic.as_str());
    if !settings.articles.join(locale.as_str()).is_dir() {
        bail!("there is no folder for the locale `{locale}` in {}", settings.articles.display());
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(format!("{slug}.md"));
    let mut file =
        fs::File::options().write(true).create_new(true).open(&path).with_context(|| {
            format!("cannot begin {}: choose another slug, or edit it", path.display())
        })?;
    file.write_all(template(&locale, flags.title.as_deref()).as_bytes())?;

    let mut text = format!(
        "{} is begun as a draft: write it, then set `status: published`.\n",
        path.display()
    );
    if !folder.join("_index.md").exists() {
        // Writing to a string never fails.
        let _ = writeln!(text, "The topic `{topic}` is new: give it an _index.md with a title.");
    }
    terminal::print(&text)?;
    Ok(Outcome::Good)
}

/// A draft that passes every check but for what its author has to say.
fn template(locale: &Locale, title: Option<&str>) -> String {
    let is_russian = locale.language() == "ru";
    let title = title.unwrap_or(if is_russian {
        "Вопрос словами игрока"
    } else {
        "The question in the player's words"
    });
    // A JSON string is a YAML string too, whatever characters it has.
    let title = serde_json::to_string(title).unwrap_or_default();
    if is_russian {
        format!(
            "---\ntitle: {title}\nsummary: Одно-два предложения для списка результатов.\n\
             questions:\n  - как ещё это спрашивают\ntags: []\nstatus: draft\n---\n\n\
             Короткий ответ: одно-два предложения.\n\n\
             ## Что сделать? {{#steps}}\n\n1. Первый шаг.\n2. Второй шаг.\n\n\
             ## Что делать, если не получилось? {{#trouble}}\n\nКуда обратиться и что приготовить.\n"
        )
    } else {
        format!(
            "---\ntitle: {title}\nsummary: One or two sentences for result lists.\n\
             questions:\n  - another way in which people ask this\ntags: []\nstatus: draft\n---\n\n\
             The short answer: one or two sentences.\n\n\
             ## What do I do? {{#steps}}\n\n1. The first step.\n2. The second step.\n\n\
             ## What if it does not work? {{#trouble}}\n\nWhom to ask and what to have ready.\n"
        )
    }
}
