//! The YAML header of an article or an `_index.md`, key by key.
//!
//! An unknown key, a wrong value: each is a problem with its place, and one is enough for the file
//! not to be served. A misspelt `audience` must never publish anything. How single values are read
//! is told in `values`.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_yaml::Value;

use super::findings::{Findings, shortened};
use super::values::{Given, Values};
use super::yaml::{Told, read_values, suggest};
use super::{
    Alias, ArticleId, Audience, Contact, FrontMatterKey, Locale, Spot, Status, Tag, Window,
};

/// Largest header, in bytes.
const MAX_HEADER: usize = 16 * 1024;
/// Longest title, in characters.
const MAX_TITLE: usize = 200;
/// Longest title that result lists and browser tabs show whole.
const GOOD_TITLE: usize = 70;
/// Most other wordings of one question.
const MAX_QUESTIONS: usize = 50;

const ARTICLE_KEYS: &[&str] = &[
    "title",
    "id",
    "summary",
    "questions",
    "tags",
    "audience",
    "status",
    "publish_at",
    "expires_at",
    "replaced_by",
    "updated_at",
    "review_by",
    "owner",
    "aliases",
    "related",
    "weight",
    "contact",
];
const INDEX_KEYS: &[&str] = &["title", "summary", "order", "icon", "contact"];

/// Keys of other systems, and what they are called here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("visibility", "audience"),
    ("access", "audience"),
    ("internal", "audience: staff"),
    ("private", "audience: staff"),
    ("draft", "status: draft"),
    ("published", "status"),
    ("unlisted", "status"),
    ("slug", "id"),
    ("date", "updated_at"),
    ("description", "summary"),
    ("keywords", "tags"),
    ("redirect_from", "aliases"),
    ("author", "owner"),
];

/// Which of the two kinds of file has the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Article,
    Index,
}

impl Kind {
    /// Its keys, in the order in which they are written.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Article => ARTICLE_KEYS,
            Self::Index => INDEX_KEYS,
        }
    }
}

/// What a header says; of an `_index.md` only a part is ever set.
#[derive(Debug)]
pub(super) struct FrontMatter {
    pub(super) title: String,
    pub(super) id: Option<ArticleId>,
    pub(super) summary: Option<String>,
    pub(super) questions: Vec<String>,
    pub(super) tags: Vec<Tag>,
    pub(super) audience: Audience,
    pub(super) status: Status,
    pub(super) window: Window,
    pub(super) replaced_by: Vec<ArticleId>,
    pub(super) updated: Option<Timestamp>,
    pub(super) review_by: Option<Date>,
    pub(super) owner: Option<String>,
    pub(super) aliases: Vec<Alias>,
    pub(super) related: Vec<ArticleId>,
    pub(super) weight: i64,
    pub(super) contact: Option<Contact>,
    pub(super) order: i64,
    pub(super) icon: Option<String>,
    pub(super) keys: Vec<(FrontMatterKey, Spot)>,
}

/// Where a file divides into header and Markdown, in bytes.
pub(super) struct Parts {
    pub(super) header: Range<usize>,
    pub(super) markdown_from: usize,
}

/// Finds the header: it begins with the file, and ends with the next `---` line.
pub(super) fn divide(text: &str, findings: &mut Findings<'_>) -> Option<Parts> {
    let is_mark = |line: &str| line.trim_end() == "---";
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if !is_mark(first) {
        findings.error(
            0..first.trim_end().len(),
            "front-matter-missing",
            "the file does not begin with front matter",
            "begin it with a line `---`, then `title: …`, then another line `---`",
        );
        return None;
    }
    let mut at = first.len();
    for line in lines {
        if is_mark(line) {
            return Some(Parts { header: first.len()..at, markdown_from: at + line.len() });
        }
        at += line.len();
        if at - first.len() > MAX_HEADER {
            findings.error(
                0..3,
                "front-matter-too-large",
                format!("no `---` ends the front matter within {} KiB", MAX_HEADER / 1024),
                "put a line `---` between the front matter and the text",
            );
            return None;
        }
    }
    findings.error(
        0..3,
        "front-matter-open",
        "the front matter has no end",
        "put a line `---` between the front matter and the text",
    );
    None
}

/// Reads a header. `None` when anything in it is wrong: the problems say what.
pub(super) fn read(
    text: &str,
    header: Range<usize>,
    kind: Kind,
    locale: &Locale,
    findings: &mut Findings<'_>,
) -> Option<FrontMatter> {
    let offset = header.start;
    let errors = findings.errors();
    let (value, scalars) = match read_values(&text[header.clone()]) {
        Ok(read) => read,
        Err(Told { range, code, message, hint }) => {
            let range = range.start + offset..range.end + offset;
            findings.error(range, code, message, hint);
            return None;
        }
    };
    let map = match value {
        Value::Mapping(map) => map,
        Value::Null => serde_yaml::Mapping::new(),
        _ => {
            findings.error(
                header,
                "front-matter-not-a-map",
                "the front matter is not a list of keys and values",
                "write it as lines of `key: value`",
            );
            return None;
        }
    };
    let mut values = Values::new(&text[header.clone()], offset, &scalars, findings);
    let mut front = Draft::new(locale);
    for (key, value) in &map {
        let Some(key) = key.as_str() else {
            values.wrong_key(&format!("{key:?}"), "a key is a word");
            continue;
        };
        if kind.keys().contains(&key) {
            let given = values.given(key, value);
            front.take(key, &given, &mut values);
        } else {
            values.unknown(key, &hint_for(key, kind));
        }
    }
    front.check_window(&mut values);
    if !map.contains_key("title") {
        values.missing("title", "add `title: …`: the question or task, in the reader's words");
    }
    (findings.errors() == errors).then_some(front.done)
}

fn hint_for(key: &str, kind: Kind) -> String {
    let (known, other, place) = match kind {
        Kind::Article => (ARTICLE_KEYS, INDEX_KEYS, "an `_index.md`"),
        Kind::Index => (INDEX_KEYS, ARTICLE_KEYS, "an article"),
    };
    if other.contains(&key) {
        return format!("`{key}` belongs in {place}");
    }
    let here = |word: &str| known.contains(&word.split(':').next().unwrap_or_default());
    match ELSEWHERE.iter().find(|(theirs, ours)| key.eq_ignore_ascii_case(theirs) && here(ours)) {
        Some((_, ours)) => format!("did you mean `{ours}`?"),
        None => suggest(key, known),
    }
}

/// A header while it is read.
struct Draft<'a> {
    done: FrontMatter,
    locale: &'a Locale,
    expires: Option<Range<usize>>,
    replaced: Option<Range<usize>>,
}

impl<'a> Draft<'a> {
    fn new(locale: &'a Locale) -> Self {
        let done = FrontMatter {
            title: String::new(),
            id: None,
            summary: None,
            questions: Vec::new(),
            tags: Vec::new(),
            audience: Audience::Public,
            status: Status::Published,
            window: Window::default(),
            replaced_by: Vec::new(),
            updated: None,
            review_by: None,
            owner: None,
            aliases: Vec::new(),
            related: Vec::new(),
            weight: 0,
            contact: None,
            order: 0,
            icon: None,
            keys: Vec::new(),
        };
        Self { done, locale, expires: None, replaced: None }
    }

    fn take(&mut self, key: &str, given: &Given<'_>, values: &mut Values<'_, '_>) {
        let done = &mut self.done;
        if let Some(name) = checked_later(key) {
            done.keys.push((name, values.spot(given.key.clone())));
        }
        match key {
            "title" => done.title = title(given, values).unwrap_or_default(),
            "id" => done.id = values.slug(given),
            "summary" => done.summary = values.text(given),
            "questions" => done.questions = questions(given, values),
            "tags" => done.tags = values.slugs(given),
            "audience" => {
                let words = [("public", Audience::Public), ("staff", Audience::Staff)];
                // What is not understood is for staff; the error keeps the file back in any case.
                done.audience = values.one_of(given, &words).unwrap_or(Audience::Staff);
            }
            "status" => {
                let words = [("published", Status::Published), ("draft", Status::Draft)];
                done.status = values.one_of(given, &words).unwrap_or(Status::Draft);
            }
            "publish_at" => done.window.from = values.moment(given),
            "expires_at" => {
                done.window.until = values.moment(given);
                self.expires = Some(given.value.clone());
            }
            "replaced_by" => {
                done.replaced_by = values.slug_or_slugs(given);
                self.replaced = Some(given.key.clone());
            }
            "updated_at" => done.updated = values.moment(given),
            "review_by" => done.review_by = values.date(given),
            "owner" => done.owner = values.text(given),
            "aliases" => done.aliases = aliases(given, self.locale, values),
            "related" => done.related = values.slugs(given),
            "weight" => done.weight = values.integer(given).unwrap_or_default(),
            "order" => done.order = values.integer(given).unwrap_or_default(),
            "icon" => done.icon = values.slug(given).map(|slug| slug.to_string()),
            "contact" => done.contact = contact(given, values),
            _ => unreachable!("only known keys are taken"),
        }
    }

    fn check_window(&self, values: &mut Values<'_, '_>) {
        if let Some(range) = self.replaced.clone()
            && self.done.window.until.is_none()
        {
            let message = "nobody is led to `replaced_by` while the article does not expire";
            let hint = "add `expires_at`, or take `replaced_by` out";
            values.warning(range, "replaced-without-end", message, hint);
        }
        let Window { from: Some(from), until: Some(until) } = self.done.window else { return };
        if from >= until {
            values.error(
                self.expires.clone().unwrap_or_default(),
                "window-empty",
                "the article expires before it is published",
                "make `expires_at` later than `publish_at`",
            );
        }
    }
}

fn checked_later(key: &str) -> Option<FrontMatterKey> {
    Some(match key {
        "title" => FrontMatterKey::Title,
        "id" => FrontMatterKey::Id,
        "aliases" => FrontMatterKey::Aliases,
        "related" => FrontMatterKey::Related,
        "replaced_by" => FrontMatterKey::ReplacedBy,
        "review_by" => FrontMatterKey::ReviewBy,
        "contact" => FrontMatterKey::Contact,
        _ => return None,
    })
}

fn title(given: &Given<'_>, values: &mut Values<'_, '_>) -> Option<String> {
    let title = values.text(given)?;
    let length = title.chars().count();
    if length > MAX_TITLE {
        let message = format!("the title has {length} characters, at most {MAX_TITLE} are allowed");
        values.error(given.value.clone(), "bad-value", message, "keep details for the text");
        return None;
    }
    if length > GOOD_TITLE {
        let message = format!(
            "the title has {length} characters: above {GOOD_TITLE} it is cut in result lists"
        );
        values.warning(given.value.clone(), "title-too-long", message, "");
    }
    Some(title)
}

fn questions(given: &Given<'_>, values: &mut Values<'_, '_>) -> Vec<String> {
    let questions = values.texts(given);
    if questions.len() > MAX_QUESTIONS {
        let message = format!("{} questions, at most {MAX_QUESTIONS} are allowed", questions.len());
        values.error(given.key.clone(), "bad-value", message, "keep those that differ most");
    }
    questions
}

fn aliases(given: &Given<'_>, locale: &Locale, values: &mut Values<'_, '_>) -> Vec<Alias> {
    let mut aliases = Vec::new();
    for (text, range) in values.placed_texts(given) {
        match alias(&text, locale) {
            Ok(alias) => aliases.push(alias),
            Err(hint) => {
                let message = format!("`{}` is not a former address", shortened(&text));
                values.error(range, "bad-value", message, hint);
            }
        }
    }
    aliases
}

fn alias(text: &str, locale: &Locale) -> Result<Alias, String> {
    const SHAPES: &str = "write `topic/slug`, `/LOCALE/topic/slug`, or an id";
    let slug = |part: &str| part.parse().map_err(|_| SHAPES.replace("LOCALE", locale.as_str()));
    let absolute = text.starts_with('/');
    let parts: Vec<&str> = text.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["a", id] if absolute => Ok(Alias::Id(slug(id)?)),
        [id] if !absolute => Ok(Alias::Id(slug(id)?)),
        [topic, page] if !absolute => Ok(Alias::Page(slug(topic)?, slug(page)?)),
        [own, topic, page] if *own == locale.as_str() => Ok(Alias::Page(slug(topic)?, slug(page)?)),
        [other, _, _] if other.parse::<Locale>().is_ok() => Err(format!(
            "this article is in `{locale}`: only addresses below `/{locale}/` lead to it"
        )),
        _ => Err(SHAPES.replace("LOCALE", locale.as_str())),
    }
}

fn contact(given: &Given<'_>, values: &mut Values<'_, '_>) -> Option<Contact> {
    const KEYS: &[&str] = &["channel", "prepare", "takes"];
    let Value::Mapping(map) = given.content else {
        values.wrong_type(given, "a map with `channel`, `prepare` and `takes`");
        return None;
    };
    let mut contact = Contact::default();
    for (key, value) in map {
        let name = key.as_str().unwrap_or_default();
        let inner = values.inner(given, name, value);
        match name {
            "channel" => contact.channel = values.text(&inner),
            "prepare" => contact.prepare = values.texts(&inner),
            "takes" => contact.takes = values.text(&inner),
            _ => values.unknown_at(inner.key, name, &suggest(name, KEYS)),
        }
    }
    Some(contact)
}

#[cfg(test)]
#[path = "front_matter_tests.rs"]
mod tests;
