//! From a file's bytes to what it says, with every problem of that one file.

use super::facts::{Expansion, contradictions, expand};
use super::findings::Findings;
use super::front_matter::{self, FrontMatter, Kind};
use super::markdown::{self, Context, Markdown};
use super::plain::beginning;
use super::text::Body;
use super::{
    Article, Digest, Facts, IndexPage, Locale, PackedBody, Problem, Section, Slug, Source,
    SourcePath, TopicId,
};

/// Largest file, in bytes.
const MAX_FILE: usize = 1024 * 1024;
/// Longest summary that is made of the first paragraph, in characters.
const SUMMARY: usize = 200;

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub enum Parsed {
    /// An article.
    Article(Box<Article>),
    /// The `_index.md` of a topic or of a locale.
    Index(Box<IndexPage>),
    /// Nothing that could be served: the problems say why.
    Nothing,
}

/// Parses a Markdown file of the articles folder.
///
/// With [`Parsed::Nothing`] there is at least one error, and the file's last good version should
/// stay. Errors beside an article are of single links or anchors: it is served without them.
pub fn parse(source: &Source) -> (Parsed, Vec<Problem>) {
    parse_with(source, &Facts::default())
}

/// The same, where articles may quote facts.
pub fn parse_with(source: &Source, facts: &Facts) -> (Parsed, Vec<Problem>) {
    let text = match text_of(source) {
        Ok(text) => text,
        Err(problems) => return (Parsed::Nothing, problems),
    };
    let mut findings = Findings::new(&source.path, text);
    let parsed = read(source, text, facts, &mut findings).unwrap_or(Parsed::Nothing);
    (parsed, findings.into_problems())
}

/// The file as text, when it is one.
fn text_of(source: &Source) -> Result<&str, Vec<Problem>> {
    let path = &source.path;
    let bytes = source.bytes.as_slice();
    if bytes.len() > MAX_FILE {
        let message = format!("the file has {} KiB, at most 1024 are read", bytes.len() / 1024);
        let mut findings = Findings::new(path, "");
        findings.error(0..0, "file-too-large", message, "divide the article");
        return Err(findings.into_problems());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let all = String::from_utf8_lossy(bytes);
        let mut findings = Findings::new(path, &all);
        let message = "the file is not UTF-8 text";
        findings.error(good.len()..good.len() + 1, "not-utf8", message, "save it as UTF-8");
        findings.into_problems()
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_bad(*c)) {
        let message = format!("the control character U+{:04X}", u32::from(c));
        let mut findings = Findings::new(path, text);
        findings.error(at..at + c.len_utf8(), "control-character", message, "delete it");
        return Err(findings.into_problems());
    }
    Ok(text)
}

/// What the path says of the file.
enum Named {
    Article { topic: TopicId, slug: Slug },
    Index { topic: Option<TopicId> },
}

fn read(source: &Source, file: &str, facts: &Facts, findings: &mut Findings<'_>) -> Option<Parsed> {
    let path = &source.path;
    let named = named(path, findings);
    let kind = match &named {
        Some((_, Named::Index { .. })) => Kind::Index,
        None if path.file_name() == "_index.md" => Kind::Index,
        _ => Kind::Article,
    };
    let unnamed: Locale = "en".parse().expect("`en` is a locale");
    let locale = named.as_ref().map_or(&unnamed, |(locale, _)| locale);
    let errors = findings.errors();
    let expansion = expand(file, facts, locale, findings);
    let quotes_nothing_unknown = findings.errors() == errors;
    if let Some(expansion) = &expansion {
        findings.expanded(expansion.places());
    }
    let text = expansion.as_ref().map_or(file, |expansion| &expansion.text);
    // The header of a file that lies in a wrong place is read too: its author sees all problems at
    // once.
    let parts = front_matter::divide(text, findings)?;
    let front = front_matter::read(text, parts.header, kind, locale, findings);
    let (locale, named) = named?;
    let front = front?;
    let context = Context {
        path,
        text,
        from: parts.markdown_from,
        title: &front.title,
        language: locale.language(),
    };
    let markdown = markdown::read(&context, findings)?;
    if !quotes_nothing_unknown {
        return None;
    }
    let digest = digest(source, expansion.as_ref());
    let used = expansion.as_ref().map_or_else(Box::default, |e| e.used.clone().into_boxed_slice());
    match named {
        Named::Index { topic } => {
            let mut page = index_page(path, locale, topic, front, markdown, digest);
            page.facts = used;
            Some(Parsed::Index(Box::new(page)))
        }
        Named::Article { topic, slug } => {
            if markdown.sections.iter().all(|s| s.text.is_empty() && s.heading.is_empty()) {
                let end = text.trim_end().len();
                let hint = "write the answer under the front matter";
                findings.error(end..end, "empty-article", "the article has no text", hint);
                return None;
            }
            let summary = front.summary.unwrap_or_else(|| summary(&markdown));
            let Markdown { html, sections, links, numbers, .. } = markdown;
            contradictions(facts, &locale, &sections, &numbers, findings);
            let mut article = Box::new(Article {
                path: path.clone(),
                id: front.id.unwrap_or_else(|| slug.clone()),
                locale,
                topic,
                slug,
                title: front.title,
                summary,
                questions: front.questions,
                tags: front.tags,
                audience: front.audience,
                status: front.status,
                window: front.window,
                replaced_by: front.replaced_by,
                updated: front.updated.or(source.modified),
                has_own_date: front.updated.is_some(),
                review_by: front.review_by,
                owner: front.owner,
                aliases: front.aliases,
                related: front.related,
                weight: front.weight,
                contact: front.contact,
                sections,
                links,
                numbers: numbers.into_boxed_slice(),
                body: PackedBody::default(),
                keys: front.keys,
                facts: used,
                digest,
            });
            let markdown_from = parts.markdown_from;
            let (source, expanded) = (file.to_owned(), expansion.map(|expansion| expansion.text));
            article.pack(&Body { source, expanded, markdown_from, html });
            Some(Parsed::Article(article))
        }
    }
}

fn index_page(
    path: &SourcePath,
    locale: Locale,
    topic: Option<TopicId>,
    front: FrontMatter,
    markdown: Markdown,
    digest: Digest,
) -> IndexPage {
    IndexPage {
        path: path.clone(),
        locale,
        topic,
        title: front.title,
        summary: front.summary.unwrap_or_else(|| summary(&markdown)),
        order: front.order,
        icon: front.icon,
        contact: front.contact,
        links: markdown.links,
        html: markdown.html,
        facts: Box::default(),
        digest,
    }
}

/// Names what the file says where it lies, with what its facts say.
fn digest(source: &Source, expansion: Option<&Expansion>) -> Digest {
    let path = source.path.as_str();
    let expanded = expansion.map_or("", |expansion| expansion.text.as_str());
    let mut hashed = Vec::with_capacity(path.len() + 1 + source.bytes.len() + expanded.len());
    hashed.extend_from_slice(path.as_bytes());
    hashed.push(0);
    hashed.extend_from_slice(&source.bytes);
    hashed.extend_from_slice(expanded.as_bytes());
    Digest::of(&hashed)
}

/// The first paragraph, else the first text there is.
fn summary(markdown: &Markdown) -> String {
    let texts = markdown.sections.iter().map(|section: &Section| section.text.as_str());
    let first =
        [markdown.first_paragraph.as_str()].into_iter().chain(texts).find(|text| !text.is_empty());
    beginning(first.unwrap_or_default(), SUMMARY)
}

fn named(path: &SourcePath, findings: &mut Findings<'_>) -> Option<(Locale, Named)> {
    let parts: Vec<&str> = path.as_str().split('/').collect();
    let (folder, topic) = match parts.as_slice() {
        [locale, "_index.md"] => (*locale, None),
        [locale, topic, _] => (*locale, Some(*topic)),
        _ => {
            let message = format!("`{path}` is not where an article or a topic lies");
            let hint = "articles are LOCALE/TOPIC/NAME.md, topics LOCALE/TOPIC/_index.md";
            findings.error(0..0, "misplaced-file", message, hint);
            return None;
        }
    };
    let locale = folder.parse::<Locale>().map_err(|error| {
        findings.error(0..0, "unknown-locale", error.to_string(), "rename the folder");
    });
    let topic = topic.map(|topic| {
        topic.parse::<Slug>().map_err(|error| {
            let hint = Slug::from_text(topic).map(|near| format!("rename the folder to `{near}`"));
            findings.error(0..0, "bad-topic", error.to_string(), hint.unwrap_or_default());
        })
    });
    let named = match topic {
        None => Named::Index { topic: None },
        Some(topic) if path.file_name() == "_index.md" => Named::Index { topic: Some(topic.ok()?) },
        Some(topic) => {
            let slug = slug(path, findings);
            Named::Article { topic: topic.ok()?, slug: slug? }
        }
    };
    Some((locale.ok()?, named))
}

fn slug(path: &SourcePath, findings: &mut Findings<'_>) -> Option<Slug> {
    let stem = path.stem();
    if let Ok(slug) = stem.parse() {
        return Some(slug);
    }
    let Some(slug) = Slug::from_text(stem) else {
        let message = format!("no address can be made of the file name `{stem}`");
        findings.error(0..0, "file-name", message, "rename it with the letters a-z");
        return None;
    };
    let message = format!("the file name `{stem}` is served as `{slug}`");
    findings.warning(0..0, "file-name", message, format!("rename it to `{slug}.md`"));
    Some(slug)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
pub(super) mod tests;
