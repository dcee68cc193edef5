//! `spravka index`: build the index and exit.

use std::time::Instant;

use super::settings::Settings;
use super::{Outcome, opening, terminal};
use crate::article::{Audience, Severity};

pub(super) fn run(settings: &Settings) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let opened = opening::on_disk(settings)?;
    let edition = &opened.edition;
    let shelf = edition.catalog.shelf(Audience::Staff);
    let errors = edition.problems.iter().filter(|p| p.severity == Severity::Error).count();
    let (articles, sections) = (shelf.article_count(), shelf.section_count());
    let number = edition.number;
    opened.publisher.stop();
    terminal::print(&format!(
        "{articles} articles, {sections} sections indexed in {:.2} s (edition {number})\n",
        started.elapsed().as_secs_f64()
    ))?;
    if errors > 0 {
        terminal::print(&format!("{errors} errors in the articles: see `spravka check`\n"))?;
        return Ok(Outcome::Bad);
    }
    Ok(Outcome::Good)
}
