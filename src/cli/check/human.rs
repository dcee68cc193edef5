//! Problems for people: the source line, a caret under what is wrong, and what to do.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::file;
use crate::article::{Problem, Severity};

pub(super) fn report(problems: &[Problem], folder: &str, articles: usize) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for problem in problems {
        text.push_str(&one(problem, folder, &renderer));
        text.push_str("\n\n");
    }
    let count = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    // Writing to a string never fails.
    let _ = if problems.is_empty() {
        writeln!(text, "{articles} articles, no problems")
    } else {
        writeln!(
            text,
            "{articles} articles: {}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        )
    };
    text
}

fn counted(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    }
}

fn one(problem: &Problem, folder: &str, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let path = file(folder, problem);
    let title = level.primary_title(printable(&problem.message)).id(problem.code.clone());
    let line = printable(&problem.excerpt);
    let mut group = if line.trim().is_empty() {
        let origin = Origin::path(path).line(problem.spot.line as usize);
        title.element(origin.char_column(problem.spot.column as usize))
    } else {
        let annotation = AnnotationKind::Primary.span(span(&line, problem));
        let snippet = Snippet::source(line).line_start(problem.spot.line as usize).path(path);
        title.element(snippet.annotation(annotation))
    };
    if !problem.hint.is_empty() {
        group = group.element(Level::HELP.message(printable(&problem.hint)));
    }
    renderer.render(&[group])
}

/// Where the problem stands in its line, in bytes; an excerpt may be cut before it.
fn span(line: &str, problem: &Problem) -> std::ops::Range<usize> {
    let byte = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
    let from = problem.spot.column.saturating_sub(1) as usize;
    byte(from)..byte(from + problem.spot.length as usize)
}

/// One character for one: a terminal must not obey what stands in a file.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{SourcePath, Spot};

    #[test]
    fn a_problem_shows_its_line_and_what_to_do() {
        let text = "---\ntittle: Как вывести деньги\n---\n";
        let spot = Spot { line: 2, column: 1, length: 6 };
        let path = SourcePath::new("ru/payments/withdraw.md");
        let problem = Problem::error(&path, text, spot, "unknown-key", "unknown key `tittle`")
            .hint("did you mean `title`?");
        let report = anstream::adapter::strip_str(&report(&[problem], "articles", 1)).to_string();
        insta::assert_snapshot!(report, @r"
        error[unknown-key]: unknown key `tittle`
         --> articles/ru/payments/withdraw.md:2:1
          |
        2 | tittle: Как вывести деньги
          | ^^^^^^
          |
          = help: did you mean `title`?

        1 articles: 1 error, 0 warnings
        ");
    }
}
