//! The YAML header: keys in their order, quotes where they are needed, lists of one kind.
//!
//! A key whose value has a comment in it, or takes more than one line, is moved and not written
//! anew. Comments go with the key below them.

use std::ops::Range;

use serde_yaml::Value;

use crate::article::front_matter::Kind;
use crate::article::yaml::read_values;
use crate::article::yaml_scan::Scalar;

/// Longest line that a list is put on, in characters.
const WIDEST: usize = 100;

/// The keys of `contact` in their order.
const CONTACT: [&str; 3] = ["channel", "prepare", "takes"];

/// A key with its value.
struct Entry<'a> {
    name: &'a str,
    value: &'a Value,
    /// The comments above it.
    comments: Range<usize>,
    /// From the key to the last line of its value.
    own: Range<usize>,
    scalars: &'a [Scalar],
}

/// Writes a header anew. One that is written in an unusual way is left as it is.
pub(super) fn tidy(header: &str, kind: Kind) -> String {
    let Ok((Value::Mapping(map), scalars)) = read_values(header) else {
        return header.to_owned();
    };
    let Some((mut entries, tail)) = entries(header, &map, &scalars) else {
        return header.to_owned();
    };
    let place = |name: &str| kind.keys().iter().position(|key| *key == name);
    entries.sort_by_key(|entry| place(entry.name).unwrap_or(usize::MAX));
    let mut text = String::with_capacity(header.len());
    for entry in &entries {
        push_comments(&mut text, &header[entry.comments.clone()]);
        match anew(header, entry) {
            Some(new) => text.push_str(&new),
            None => push_lines(&mut text, &header[entry.own.clone()]),
        }
    }
    push_comments(&mut text, &header[tail]);
    text
}

/// Comments without the empty lines between them.
fn push_comments(text: &mut String, comments: &str) {
    for line in comments.lines().filter(|line| !line.trim().is_empty()) {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// A value as it is written, without spaces at the ends of its lines.
fn push_lines(text: &mut String, lines: &str) {
    for line in lines.trim_end().lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// The keys of the header with what belongs to each, and the comments at its end.
fn entries<'a>(
    header: &'a str,
    map: &'a serde_yaml::Mapping,
    scalars: &'a [Scalar],
) -> Option<(Vec<Entry<'a>>, Range<usize>)> {
    let is_key = |scalar: &Scalar| scalar.key && scalar.depth == 1;
    let keys: Vec<usize> = (0..scalars.len()).filter(|at| is_key(&scalars[*at])).collect();
    let starts_line = |at: usize| at == 0 || header[..at].ends_with('\n');
    let is_usual =
        keys.len() == map.len() && keys.iter().all(|at| starts_line(scalars[*at].range.start));
    let first = scalars[*keys.first()?].range.start;
    if !is_usual || header[..first].lines().any(|line| !is_between(line)) {
        return None;
    }
    let mut entries = Vec::with_capacity(keys.len());
    let mut comments = 0..first;
    for (n, at) in keys.iter().enumerate() {
        let next = keys.get(n + 1).copied().unwrap_or(scalars.len());
        let start = scalars[*at].range.start;
        let end = scalars.get(next).map_or(header.len(), |scalar| scalar.range.start);
        let own = start..start + without_comments_below(&header[start..end]);
        let (name, value) = map.iter().nth(n)?;
        entries.push(Entry {
            name: name.as_str()?,
            value,
            comments: std::mem::replace(&mut comments, own.end..end),
            own,
            scalars: &scalars[at + 1..next],
        });
    }
    Some((entries, comments))
}

/// Whether a line stands between keys and belongs to none.
fn is_between(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// How long a value is without the comments that belong to the key below.
fn without_comments_below(text: &str) -> usize {
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev() {
        if !is_between(line) {
            break;
        }
        end -= line.len();
    }
    end
}

/// A key written anew; `None` for what only its author can.
fn anew(header: &str, entry: &Entry<'_>) -> Option<String> {
    let mut between = String::new();
    let mut at = entry.own.start + raw_key(&header[entry.own.clone()])?;
    for scalar in entry.scalars {
        between.push_str(header.get(at..scalar.range.start)?);
        if header[scalar.range.clone()].contains('\n') {
            return None;
        }
        at = scalar.range.end;
    }
    between.push_str(header.get(at..entry.own.end)?);
    let is_mark = |c: char| c.is_whitespace() || "-:,[]{}".contains(c);
    if !between.chars().all(is_mark) {
        return None;
    }
    let mut raws = entry.scalars.iter().map(|scalar| &header[scalar.range.clone()]);
    let text = written(entry.name, entry.value, between.contains('['), 0, &mut raws)?;
    raws.next().is_none().then_some(text)
}

/// How long the key is, with its quotes.
fn raw_key(text: &str) -> Option<usize> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => Some(text[1..].find(quote)? + 2),
        _ => text.find(':'),
    }
}

/// A key and its value, with so many spaces before it.
fn written<'a>(
    name: &str,
    value: &Value,
    is_on_a_line: bool,
    indent: usize,
    raws: &mut impl Iterator<Item = &'a str>,
) -> Option<String> {
    let space = " ".repeat(indent);
    match value {
        Value::Sequence(items) => {
            let raws: Vec<&str> = items.iter().map_while(|_| raws.next()).collect();
            if raws.len() != items.len() {
                return None;
            }
            let texts = |in_list| -> Option<Vec<String>> {
                items
                    .iter()
                    .zip(&raws)
                    .map(|(item, raw)| scalar(name, item, raw, in_list))
                    .collect()
            };
            let line = format!("{space}{name}: [{}]\n", texts(true)?.join(", "));
            let is_of_words = items
                .iter()
                .all(|item| item.as_str().is_none_or(|text| !text.contains([' ', ','])));
            let fits = line.chars().count() <= WIDEST + 1;
            let is_short = fits && name != "questions" && (is_of_words || is_on_a_line);
            if items.is_empty() || is_short {
                return Some(line);
            }
            let items = texts(false)?;
            let items = items.iter().flat_map(|text| [&space, "  - ", text, "\n"]);
            Some(format!("{space}{name}:\n{}", items.collect::<String>()))
        }
        Value::Mapping(map) => {
            let mut parts = Vec::with_capacity(map.len());
            for (key, value) in map {
                let key = key.as_str()?;
                // Its own key is among the scalars.
                raws.next()?;
                parts.push((key, written(key, value, is_on_a_line, indent + 2, raws)?));
            }
            parts.sort_by_key(|(key, _)| CONTACT.iter().position(|known| known == key));
            let parts: String = parts.into_iter().map(|(_, text)| text).collect();
            (!parts.is_empty()).then(|| format!("{space}{name}:\n{parts}"))
        }
        _ => Some(format!("{space}{name}: {}\n", scalar(name, value, raws.next()?, false)?)),
    }
}

fn scalar(name: &str, value: &Value, raw: &str, in_list: bool) -> Option<String> {
    match value {
        Value::String(text) if name.ends_with("_at") => Some(text_of(&moment(text), raw, in_list)),
        Value::String(text) => Some(text_of(text, raw, in_list)),
        // `007` stays as it is written.
        Value::Number(_) | Value::Bool(_) => Some(raw.to_owned()),
        _ => None,
    }
}

/// A time with the letters that the standard has.
fn moment(text: &str) -> String {
    let mut text = text.to_owned();
    if text.is_ascii() && matches!(text.as_bytes().get(10), Some(b' ' | b't')) {
        text.replace_range(10..11, "T");
    }
    match text.strip_suffix('z') {
        Some(rest) if rest.len() > 10 => format!("{rest}Z"),
        _ => text,
    }
}

/// A text with quotes when it would be read as something else without.
fn text_of(text: &str, raw: &str, in_list: bool) -> String {
    let is_quoted = raw.starts_with(['"', '\'']);
    if !(is_quoted && other_in_old_yaml(text)) && is_plain(text, in_list) {
        return text.to_owned();
    }
    if !text.contains(['"', '\\']) && !text.chars().any(char::is_control) {
        return format!("\"{text}\"");
    }
    if is_quoted { raw.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Whether the parser reads a text without quotes as this text.
fn is_plain(text: &str, in_list: bool) -> bool {
    let yaml = if in_list { format!("k: [{text}]\n") } else { format!("k: {text}\n") };
    let Ok((value, scalars)) = read_values(&yaml) else { return false };
    let read = if in_list { &value["k"][0] } else { &value["k"] };
    scalars.len() == 2 && yaml[scalars[1].range.clone()] == *text && read.as_str() == Some(text)
}

/// Whether other programs, which read YAML 1.1, take it for something else without its quotes.
fn other_in_old_yaml(text: &str) -> bool {
    let word = ["y", "n", "yes", "no", "on", "off"].iter().any(|w| text.eq_ignore_ascii_case(w));
    word || text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '_' | '.' | '+'))
}
