//! What a new article begins with: the keys that are of use, and headings to answer.

use std::fmt;

use crate::article::{Article, ArticleId, Audience};

/// A new article. It passes every check but for what its author has to say.
pub(super) struct Template<'a> {
    pub(super) is_russian: bool,
    pub(super) title: Option<&'a str>,
    /// The day that is proposed for reading it again.
    pub(super) review_by: String,
    pub(super) original: Option<Original<'a>>,
}

/// The same article in another locale.
pub(super) struct Original<'a> {
    pub(super) article: &'a Article,
    /// The ids that its readers see in the new article's locale.
    pub(super) known: &'a [&'a ArticleId],
}

impl fmt::Display for Template<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("---\n")?;
        self.header(f)?;
        f.write_str("---\n\n")?;
        match &self.original {
            Some(original) => self.translation(f, original),
            None => f.write_str(self.word(RUSSIAN_TEXT, ENGLISH_TEXT)),
        }
    }
}

impl Template<'_> {
    fn word<'w>(&self, russian: &'w str, english: &'w str) -> &'w str {
        if self.is_russian { russian } else { english }
    }

    fn header(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let original = self.original.as_ref().map(|original| original.article);
        if let Some(original) = original {
            let word = self.word("Перевод", "A translation of");
            writeln!(f, "# {word} {}", original.path)?;
        }
        let usual = self.word("Вопрос словами игрока", "The question in the player's words");
        let title = self.title.or(original.map(|original| original.title.as_str()));
        writeln!(f, "title: {}", quoted(title.unwrap_or(usual)))?;
        let summary = self.word(
            "Одно-два предложения для списка результатов.",
            "One or two sentences for result lists.",
        );
        writeln!(f, "summary: {summary}")?;
        let comment = self.word(
            "Как ещё это спрашивают: словами игроков, а не нашими",
            "How else people ask this: in their words, not in ours",
        );
        writeln!(f, "# {comment}")?;
        let question = self.word("как ещё это спрашивают", "another way in which people ask this");
        writeln!(f, "questions:\n  - {question}")?;
        match original {
            Some(original) => writeln!(f, "tags: [{}]", joined(&original.tags))?,
            None => f.write_str("tags: []\n")?,
        }
        if original.is_some_and(|original| original.audience == Audience::Staff) {
            f.write_str("audience: staff\n")?;
        } else {
            let comment = self.word("только для сотрудников", "for staff only");
            writeln!(f, "# audience: staff    # {comment}")?;
        }
        f.write_str("status: draft\n")?;
        self.rest(f, original)
    }

    /// The keys that an article may do without.
    fn rest(&self, f: &mut fmt::Formatter<'_>, original: Option<&Article>) -> fmt::Result {
        let comment = self.word("когда перечитать", "when to read it again");
        writeln!(f, "# review_by: {}    # {comment}", self.review_by)?;
        if let Some(owner) = original.and_then(|original| original.owner.as_ref()) {
            writeln!(f, "owner: {}", quoted(owner))?;
        } else {
            let comment = self.word("кто отвечает за статью", "the team that answers for it");
            writeln!(f, "# owner: payments-team    # {comment}")?;
        }
        let (related, missing) = self.related();
        if !missing.is_empty() {
            let comment = self.word("этих статей здесь ещё нет", "not here yet");
            writeln!(f, "# related: [{}]    # {comment}", joined(&missing))?;
        } else if related.is_empty() {
            let comment = self.word("что прочитать дальше", "what to read next");
            writeln!(f, "# related: [other-article]    # {comment}")?;
        }
        if !related.is_empty() {
            writeln!(f, "related: [{}]", joined(&related))?;
        }
        if let Some(original) = original {
            if original.weight != 0 {
                writeln!(f, "weight: {}", original.weight)?;
            }
            let channel = original.contact.as_ref().and_then(|contact| contact.channel.as_ref());
            if let Some(channel) = channel {
                writeln!(f, "contact:\n  channel: {}", quoted(channel))?;
            }
        }
        Ok(())
    }

    /// What the original names to read next: what this locale has, and what it has not.
    fn related(&self) -> (Vec<&ArticleId>, Vec<&ArticleId>) {
        let Some(original) = &self.original else { return (Vec::new(), Vec::new()) };
        original.article.related.iter().partition(|id| original.known.contains(id))
    }

    /// The sections of the original with their anchors: links to them work in both.
    fn translation(&self, f: &mut fmt::Formatter<'_>, original: &Original<'_>) -> fmt::Result {
        let lead = self.word(
            "Короткий ответ: одно-два предложения.",
            "The short answer: one or two sentences.",
        );
        writeln!(f, "{lead}")?;
        let text = self.word(
            "Переведите заголовок и напишите ответ.",
            "Translate the heading and write the answer.",
        );
        for section in original.article.sections.iter().filter(|section| section.level > 1) {
            let signs = "#".repeat(usize::from(section.level));
            let heading = escaped(&section.heading);
            writeln!(f, "\n{signs} {heading} {{#{}}}\n\n{text}", section.anchor)?;
        }
        Ok(())
    }
}

const RUSSIAN_TEXT: &str = "Короткий ответ: одно-два предложения.\n\n\
    ## Что нужно сделать? {#steps}\n\n1. Первый шаг.\n2. Второй шаг.\n\n\
    ## Сколько это занимает? {#how-long}\n\nОбычный срок и самый долгий.\n\n\
    ## Что делать, если не получилось? {#trouble}\n\nКуда обратиться и что приготовить.\n";
const ENGLISH_TEXT: &str = "The short answer: one or two sentences.\n\n\
    ## What do I do? {#steps}\n\n1. The first step.\n2. The second step.\n\n\
    ## How long does it take? {#how-long}\n\nThe usual time and the longest.\n\n\
    ## What if it does not work? {#trouble}\n\nWhom to ask and what to have ready.\n";

/// A JSON string is a YAML string too, whatever characters it has.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn joined<T: ToString>(names: &[T]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Plain text as Markdown that says the same.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]<>#|~&".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
