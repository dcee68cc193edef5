//! Where an article can go: locales and topics that there are, listed and completed in a shell.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clap_complete::CompletionCandidate;

use crate::article::{Locale, Parsed, Slug, Source, SourcePath, parse_with};
use crate::cli::settings;
use crate::live::Folder;

/// The locales that have a folder.
pub(super) fn locales(root: &Path) -> Vec<String> {
    let mut names = folders(root);
    names.retain(|name| name.parse::<Locale>().is_ok());
    names
}

/// The topics of a locale.
pub(super) fn topics(root: &Path, locale: &str) -> Vec<String> {
    let mut names = folders(&root.join(locale));
    names.retain(|name| name.parse::<Slug>().is_ok());
    names
}

fn folders(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<String> =
        folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

/// All topics with their titles, and how to call the command.
pub(super) fn list(root: &Path) -> String {
    let mut text = String::new();
    let mut example = None;
    for locale in locales(root) {
        for topic in topics(root, &locale) {
            let title = title(root, &locale, &topic).unwrap_or_default();
            let place = format!("{locale}/{topic}/");
            // Writing to a string never fails.
            let _ = writeln!(text, "  {place:<24} {title}");
            example.get_or_insert(place);
        }
    }
    if text.is_empty() {
        return format!(
            "There are no topics in {} yet. The first article makes the first:\n  \
             mkdir -p {0}/en && spravka new en/payments/refund",
            root.display()
        );
    }
    let example = example.unwrap_or_default();
    format!("The topics:\n{text}\nFor example: spravka new {example}refund --title '…'")
}

fn title(root: &Path, locale: &str, topic: &str) -> Option<String> {
    let path = SourcePath::new(&format!("{locale}/{topic}/_index.md"));
    let bytes = fs::read(root.join(path.as_str())).ok()?;
    match parse_with(&Source { path, bytes, modified: None }, &Folder::new(root).facts()).0 {
        Parsed::Index(page) => Some(page.title),
        _ => None,
    }
}

/// What a shell offers for the place that is being typed.
pub(super) fn complete(typed: &OsStr) -> Vec<CompletionCandidate> {
    let root = settings::articles_while_typing(std::env::args_os());
    let typed = typed.to_string_lossy();
    offers(&root, &typed)
        .into_iter()
        .map(|(place, about)| CompletionCandidate::new(place).help(about.map(Into::into)))
        .collect()
}

/// Locales, then their topics, then articles that other locales have in the topic and this one
/// does not.
fn offers(root: &Path, typed: &str) -> Vec<(String, Option<String>)> {
    let parts: Vec<&str> = typed.split('/').collect();
    let offers: Vec<(String, Option<String>)> = match parts.as_slice() {
        [_] => locales(root).into_iter().map(|locale| (format!("{locale}/"), None)).collect(),
        [locale, _] => topics(root, locale)
            .into_iter()
            .map(|topic| (format!("{locale}/{topic}/"), title(root, locale, &topic)))
            .collect(),
        [locale, topic, _] => untranslated(root, locale, topic)
            .into_iter()
            .map(|(slug, other)| (format!("{locale}/{topic}/{slug}"), Some(other)))
            .collect(),
        _ => Vec::new(),
    };
    offers.into_iter().filter(|(place, _)| place.starts_with(typed)).collect()
}

/// Articles of the topic in other locales that this one lacks, with one that has it.
fn untranslated(root: &Path, locale: &str, topic: &str) -> Vec<(String, String)> {
    let files = |locale: &str| -> Vec<String> {
        let entries = fs::read_dir(root.join(locale).join(topic)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect()
    };
    let own = files(locale);
    let mut missing: Vec<(String, String)> = locales(root)
        .iter()
        .filter(|other| *other != locale)
        .flat_map(|other| files(other).into_iter().map(move |slug| (slug, other.clone())))
        .filter(|(slug, _)| slug.parse::<Slug>().is_ok() && !own.contains(slug))
        .collect();
    missing.sort_unstable();
    missing.dedup_by(|a, b| a.0 == b.0);
    missing
}
