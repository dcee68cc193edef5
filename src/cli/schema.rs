//! `spravka schema`: what the files of the articles folder may say, as JSON Schema for editors.
//!
//! The schemas are files of their own; those words that only the program knows are put in here.
//! Tests hold each of them against what the parser accepts.

use std::fmt::Write as _;
use std::fs;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::{Format, Outcome, terminal};
use crate::catalog::{Labels, Words};

#[derive(Debug, Args)]
pub(super) struct SchemaFlags {
    /// Which one; without it, the list of them on a terminal, else all of them in one document
    #[arg(value_enum)]
    name: Option<Name>,
    /// Write it into this folder as NAME.json; without a name, all of them
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Which draft of JSON Schema it says it is; the keywords used mean the same in both
    #[arg(long, value_enum, value_name = "DRAFT", default_value = "2020-12")]
    draft: Draft,
}

/// A version of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Draft {
    /// The newest.
    #[value(name = "2020-12")]
    Newest,
    /// What the YAML extension of VS Code and remark read.
    #[value(name = "07")]
    Seventh,
}

impl Draft {
    fn address(self) -> &'static str {
        match self {
            Self::Newest => "https://json-schema.org/draft/2020-12/schema",
            Self::Seventh => "http://json-schema.org/draft-07/schema#",
        }
    }
}

/// A kind of file that editors write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Front matter of an article.
    Article,
    /// Front matter of an _index.md.
    Index,
    /// site.yaml.
    Site,
    /// facts.yaml.
    Facts,
    /// LOCALE/synonyms.yaml.
    Synonyms,
    /// LOCALE/golden.yaml.
    Golden,
    /// LOCALE/words.yaml.
    Words,
}

impl Name {
    fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Index => "index",
            Self::Site => "site",
            Self::Facts => "facts",
            Self::Synonyms => "synonyms",
            Self::Golden => "golden",
            Self::Words => "words",
        }
    }

    /// As its file has it.
    fn written(self) -> &'static str {
        match self {
            Self::Article => include_str!("../../schemas/article.json"),
            Self::Index => include_str!("../../schemas/index.json"),
            Self::Site => include_str!("../../schemas/site.json"),
            Self::Facts => include_str!("../../schemas/facts.json"),
            Self::Synonyms => include_str!("../../schemas/synonyms.json"),
            Self::Golden => include_str!("../../schemas/golden.json"),
            Self::Words => include_str!("../../schemas/words.json"),
        }
    }

    fn schema(self) -> Value {
        let mut schema =
            serde_json::from_str(self.written()).expect("a test reads the schemas built in");
        if self == Self::Words {
            name_words(&mut schema);
        }
        schema
    }

    /// As it is printed: in the order of its file, where that says all.
    fn printed(self, draft: Draft) -> String {
        let text = match self {
            Self::Words => pretty(&self.schema()),
            _ => self.written().to_owned(),
        };
        text.replace(Draft::Newest.address(), draft.address())
    }
}

pub(super) fn run(flags: &SchemaFlags, format: Option<Format>) -> anyhow::Result<Outcome> {
    let names = match flags.name {
        Some(name) => vec![name],
        None => Name::value_variants().to_vec(),
    };
    let mut text = String::new();
    if let Some(folder) = &flags.out {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for name in names {
            let path = folder.join(format!("{}.json", name.as_str()));
            fs::write(&path, name.printed(flags.draft))
                .with_context(|| format!("cannot write {}", path.display()))?;
            // Writing to a string never fails.
            let _ = writeln!(text, "{}", path.display());
        }
    } else if let Some(name) = flags.name {
        text = name.printed(flags.draft);
    } else if format.map_or(!std::io::stdout().is_terminal(), |format| format == Format::Json) {
        let all = names.iter().map(|name| (name.as_str().to_owned(), name.schema())).collect();
        text = pretty(&Value::Object(all)).replace(Draft::Newest.address(), flags.draft.address());
    } else {
        text = list(&names);
    }
    terminal::print(&text)?;
    Ok(Outcome::Good)
}

fn list(names: &[Name]) -> String {
    let mut text = String::new();
    for name in names {
        let schema = name.schema();
        let what = schema["description"].as_str().unwrap_or_default();
        let _ = writeln!(text, "{:<10} {what}", name.as_str());
    }
    text.push_str(
        "\nspravka schema NAME prints one, spravka schema --out DIR writes all of them.\n\
         How an editor takes them is in docs/editors.md.\n",
    );
    text
}

fn pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// Puts each word that a page says into the schema of `words.yaml`, with what is said without it.
fn name_words(schema: &mut Value) {
    let [english, russian] = ["en", "ru"].map(|language| {
        Words::built_in(&language.parse().expect("the languages built in are well formed"))
    });
    for (group, labels) in english.groups() {
        let words = described(labels, russian.group(group));
        let known = &mut schema["properties"][group];
        if known.is_null() {
            *known = json!({
                "description": format!("What one part of the pages says: {group}."),
                "type": "object",
                "default": {},
                "additionalProperties": { "type": "string" },
            });
        }
        known["properties"] = Value::Object(words);
    }
}

fn described(english: &Labels, russian: &Labels) -> Map<String, Value> {
    let word = |(name, text): (&String, &String)| {
        let own = russian.get(name).map(|own| format!(" Russian: «{own}».")).unwrap_or_default();
        let about = format!("English: “{text}”.{own}");
        (name.clone(), json!({ "description": about, "type": "string", "default": text }))
    };
    english.iter().map(word).collect()
}
