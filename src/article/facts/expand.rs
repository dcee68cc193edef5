//! Facts put into a text in the place of their names, with a way back from the places of the new
//! text to those of the file.

use std::ops::Range;

use super::Facts;
use super::format::Form;
use crate::article::Locale;
use crate::article::findings::Findings;
use crate::article::yaml::suggest;

/// `{{ fact.NAME }}` in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::article) struct Placeholder<'a> {
    /// All of it.
    pub(in crate::article) range: Range<usize>,
    /// `None` for what was meant to be one and is not.
    pub(in crate::article) name: Option<&'a str>,
}

/// The placeholders of a text, in order. `\{{` is text.
pub(in crate::article) fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find("{{")?;
            from = start + 2;
            let inner = text[from..].trim_start_matches([' ', '\t', '\u{a0}']);
            let Some(rest) = inner.strip_prefix("fact") else { continue };
            if text[..start].ends_with('\\')
                || rest.starts_with(|c: char| c.is_alphanumeric() && c != 's')
            {
                continue;
            }
            let line = rest.lines().next().unwrap_or_default();
            let closing = line.find("}}");
            let end = text.len() - rest.len() + closing.map_or(line.len(), |at| at + 2);
            let name = closing.and_then(|at| line[..at].strip_prefix('.')).map(str::trim);
            from = end;
            return Some(Placeholder {
                range: start..end,
                name: name
                    .filter(|n| n.split('.').count() <= 2 && n.split('.').all(super::is_name)),
            });
        }
    })
}

/// A text with its facts in place.
#[derive(Debug, Default)]
pub(in crate::article) struct Expansion {
    pub(in crate::article) text: String,
    /// The facts that it quotes, each once, sorted.
    pub(in crate::article) used: Vec<Box<str>>,
    map: Places,
}

/// The way back: where each value stands in the new text, and its placeholder in the file.
#[derive(Debug, Default, Clone)]
pub(in crate::article) struct Places(Vec<(Range<usize>, Range<usize>)>);

impl Places {
    /// The range of the file that a range of the new text was made of.
    pub(in crate::article) fn in_file(&self, range: Range<usize>) -> Range<usize> {
        let back = |at: usize, is_end: bool| {
            let before = self.0.partition_point(|(new, _)| new.end <= at);
            if let Some((new, old)) = self.0.get(before)
                && new.start <= at
                && (new.start < at || !is_end)
            {
                return if is_end { old.end } else { old.start };
            }
            match before.checked_sub(1).and_then(|last| self.0.get(last)) {
                Some((new, old)) => at - new.end + old.end,
                None => at,
            }
        };
        if self.0.is_empty() {
            return range;
        }
        let start = back(range.start, false);
        start..back(range.end, true).max(start)
    }
}

impl Expansion {
    pub(in crate::article) fn places(&self) -> Places {
        self.map.clone()
    }
}

/// Puts the facts in place. `None` when the text names none; a name that is not known is told, and
/// stays as it is.
pub(in crate::article) fn expand(
    text: &str,
    facts: &Facts,
    locale: &Locale,
    findings: &mut Findings<'_>,
) -> Option<Expansion> {
    let mut expansion = Expansion::default();
    let mut from = 0;
    for Placeholder { range, name } in placeholders(text) {
        let Some(name) = name else {
            let message = format!("`{}` names no fact", &text[range.clone()]);
            let hint = "write `{{ fact.name }}` on one line; `\\{{` for the signs themselves";
            findings.error(range, "bad-fact-name", message, hint);
            continue;
        };
        let Some(value) = facts.in_words(name, locale) else {
            unknown(name, range, facts, locale, findings);
            continue;
        };
        expansion.text.push_str(&text[from..range.start]);
        let start = expansion.text.len();
        expansion.text.push_str(&value);
        from = range.end;
        expansion.map.0.push((start..expansion.text.len(), range));
        expansion.used.push(base(name).into());
    }
    if expansion.used.is_empty() {
        return None;
    }
    expansion.text.push_str(&text[from..]);
    expansion.used.sort_unstable();
    expansion.used.dedup();
    Some(expansion)
}

/// The fact's own name, without the form that it is asked for in.
fn base(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn unknown(
    name: &str,
    range: Range<usize>,
    facts: &Facts,
    locale: &Locale,
    findings: &mut Findings<'_>,
) {
    let (name, form) = (base(name), name.split_once('.').map(|(_, form)| form));
    if let Some((fact, form)) = facts.get(name).zip(form) {
        let at = format!("{}:{}", Facts::FILE, fact.spot.line);
        let (message, hint) = if Form::named(form).is_some() {
            let message = format!("fact `{name}` is a text ({at}): it has no `{form}`");
            (message, format!("write `{{{{ fact.{name} }}}}`"))
        } else {
            let message = format!("there is no form `{form}` of a fact");
            (message, suggest(form, Form::NAMES))
        };
        findings.error(range, "unknown-fact", message, hint);
        return;
    }
    if let Some(fact) = facts.get(name) {
        let message = format!("fact `{name}` says nothing in `{locale}`");
        let hint = format!("add `{locale}: …` to it at {}:{}", Facts::FILE, fact.spot.line);
        findings.error(range, "unknown-fact", message, hint);
        return;
    }
    let names: Vec<&str> = facts.names().collect();
    let near = crate::article::nearest(name, names.iter().copied());
    let hint = match near.and_then(|near| Some((near, facts.get(near)?))) {
        Some((near, fact)) => {
            format!("did you mean `{near}` ({}:{})?", Facts::FILE, fact.spot.line)
        }
        None if names.is_empty() => format!("add `{name}: …` to {}", Facts::FILE),
        None if names.len() <= 12 => {
            format!("add `{name}: …` to {}; {}", Facts::FILE, suggest(name, &names))
        }
        None => format!("add `{name}: …` to {}", Facts::FILE),
    };
    findings.error(range, "unknown-fact", format!("there is no fact `{name}`"), hint);
}
