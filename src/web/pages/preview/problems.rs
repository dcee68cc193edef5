//! `/_preview/problems`: what is wrong with the files, each problem with its line, and how one is shown.

use axum::extract::State;
use axum::response::Response;
use minijinja::{Value, context};

use super::super::frame::{Frame, Place};
use super::super::templates;
use super::say;
use crate::article::{Problem, Severity};
use crate::catalog::address_of;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// Problems on the page; `spravka check` has all.
const MOST: usize = 200;

/// `GET /_preview/problems`
pub(super) async fn list(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let locale = asked.locale(view)?;
    let words = view.words(&locale);
    let place = Place {
        locale: &locale,
        title: say(words, "list_title"),
        description: "",
        path: "/_preview/problems",
        everywhere: Vec::new(),
    };
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        let mut problems: Vec<&Problem> = view.problems().unwrap_or_default().iter().collect();
        problems.sort_by_key(|problem| problem.severity);
        let content = context! {
            count => words.counted("problems", problems.len()),
            problems => problems.iter().take(MOST).map(|p| problem_entry(p)).collect::<Vec<_>>(),
            more => problems.len().saturating_sub(MOST),
        };
        templates::page("preview/list.html", Frame::of(&app, view, &place), content)
    })
}

/// A problem with its line of the file, cut where the marked part begins and ends.
pub(super) fn problem_entry(problem: &Problem) -> Value {
    let Problem { path, spot, excerpt, .. } = problem;
    let line: Vec<char> = excerpt.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let from = (spot.column.saturating_sub(1) as usize).min(line.len());
    let until = (from + spot.length as usize).min(line.len());
    let text = |part: &[char]| part.iter().collect::<String>();
    let gutter = format!("{} | ", spot.line);
    let caret = " ".repeat(gutter.len() + from) + &"^".repeat((until - from).max(1));
    context! {
        place => format!("{path}:{}:{}", spot.line, spot.column),
        url => address_of(path),
        is_error => problem.severity == Severity::Error,
        code => &problem.code,
        message => &problem.message,
        hint => &problem.hint,
        source => (!excerpt.trim().is_empty()).then(|| context! {
            gutter,
            before => text(&line[..from]),
            marked => text(&line[from..until]),
            after => text(&line[until..]),
            caret,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{SourcePath, Spot};

    fn source(line: &str, column: u32, length: u32) -> [String; 4] {
        let path = SourcePath::new("ru/pay/card.md");
        let text = format!("---\n{line}\n");
        let spot = Spot { line: 2, column, length };
        let problem = Problem::error(&path, &text, spot, "unknown-key", "unknown key");
        let source = problem_entry(&problem).get_attr("source").unwrap();
        ["before", "marked", "after", "caret"]
            .map(|name| source.get_attr(name).unwrap().as_str().unwrap().to_owned())
    }

    #[test]
    fn the_caret_stands_under_what_is_wrong() {
        let [before, marked, after, caret] = source("tittle: Вывод", 1, 6);
        assert_eq!((before.as_str(), marked.as_str(), after.as_str()), ("", "tittle", ": Вывод"));
        assert_eq!(caret, "    ^^^^^^");
        let [before, marked, _, caret] = source("тег: а\tб", 8, 1);
        assert_eq!((before.as_str(), marked.as_str()), ("тег: а ", "б"));
        assert_eq!(caret, "           ^");
    }

    #[test]
    fn a_spot_beyond_its_line_is_at_its_end() {
        let [before, marked, after, caret] = source("короче", 900, 30);
        assert_eq!((before.as_str(), marked.as_str(), after.as_str()), ("короче", "", ""));
        assert_eq!(caret, "          ^");
    }
}
