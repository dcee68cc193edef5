//! Problems for programs: JSON of our own, annotations of GitHub Actions, and SARIF 2.1.0.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use super::file;
use crate::article::{Problem, Severity};
use crate::cli::annotation::Annotation;

pub(super) fn json(problems: &[Problem], folder: &str, articles: usize) -> String {
    let items: Vec<Value> = problems
        .iter()
        .map(|problem| {
            json!({
                "path": file(folder, problem),
                "line": problem.spot.line,
                "column": problem.spot.column,
                "length": problem.spot.length,
                "severity": problem.severity.as_str(),
                "code": problem.code,
                "message": problem.message,
                "hint": problem.hint,
                "excerpt": problem.excerpt,
            })
        })
        .collect();
    let count = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let report = json!({
        "articles": articles,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "problems": items,
    });
    format!("{report:#}\n")
}

pub(super) fn github(problems: &[Problem], folder: &str) -> String {
    let mut lines = String::new();
    for problem in problems {
        let message = if problem.hint.is_empty() {
            problem.message.clone()
        } else {
            format!("{}: {}", problem.message, problem.hint)
        };
        let annotation = Annotation {
            level: problem.severity.as_str(),
            place: Some((&file(folder, problem), problem.spot)),
            title: &problem.code,
            message: &message,
        };
        // Writing to a string never fails.
        let _ = writeln!(lines, "{annotation}");
    }
    lines
}

pub(super) fn sarif(problems: &[Problem], folder: &str) -> String {
    let codes: BTreeSet<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
    let rules: Vec<Value> = codes.iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let text = if problem.hint.is_empty() {
                problem.message.clone()
            } else {
                format!("{}; {}", problem.message, problem.hint)
            };
            json!({
                "ruleId": problem.code,
                "level": match problem.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                "message": { "text": text },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": file(folder, problem) },
                        "region": {
                            "startLine": problem.spot.line,
                            "startColumn": problem.spot.column,
                            "endColumn": problem.spot.column + problem.spot.length,
                        },
                    },
                }],
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "spravka",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{SourcePath, Spot};

    fn problem() -> Problem {
        let path = SourcePath::new("ru/a/b,c.md");
        Problem::error(&path, "", Spot::START, "broken-link", "link to\nnowhere: 100%")
    }

    #[test]
    fn a_message_cannot_begin_a_command_of_its_own() {
        insta::assert_snapshot!(
            github(&[problem()], "articles"),
            @"::error file=articles/ru/a/b%2Cc.md,line=1,col=1,title=broken-link::link to%0Anowhere: 100%25"
        );
    }

    #[test]
    fn sarif_names_every_rule_once() {
        let log: Value = serde_json::from_str(&sarif(&[problem(), problem()], "articles")).unwrap();
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
    }
}
