//! What counts as lost, and what does not.

use std::sync::Arc;

use jiff::Timestamp;

use super::Comparison;
use crate::article::{Parsed, Problem, Source, SourcePath, parse};
use crate::catalog::{Catalog, Content};

const LEAD: &str = "Откройте кассу, выберите карту и введите сумму, которую хотите вывести.";
const WAIT: &str = "Обычно деньги приходят за два часа, в выходные дольше, до пяти дней.";

fn catalog(files: &[(&str, String)]) -> Catalog {
    let mut content = Content::default();
    for (path, text) in files {
        let source = Source {
            path: SourcePath::new(path),
            bytes: text.clone().into_bytes(),
            modified: None,
        };
        let (parsed, problems) = parse(&source);
        assert!(
            problems.iter().all(|p| p.severity != crate::article::Severity::Error),
            "{problems:?}"
        );
        if let Parsed::Article(article) = parsed {
            content.articles.push(Arc::new(*article));
        }
    }
    Catalog::assemble(&content, now(), None).0
}

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn file(keys: &str, heading: &str) -> String {
    format!("---\ntitle: Как вывести деньги?\n{keys}---\n{LEAD}\n\n{heading}\n\n{WAIT}\n")
}

fn lost(before: &[(&str, String)], after: &[(&str, String)]) -> Vec<Problem> {
    let (before, now_) = (catalog(before), catalog(after));
    let comparison =
        Comparison { before: &before, now: &now_, problems: &[], name: "main", at: now() };
    comparison.lost()
}

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|p| format!("{}:{} {}: {}", p.path, p.spot.line, p.code, p.hint)).collect()
}

const OLD: &str = "ru/pay/withdraw.md";

#[test]
fn nothing_changed_is_nothing_lost() {
    let files = [(OLD, file("", "## Сколько ждать?"))];
    assert!(lost(&files, &files).is_empty());
}

#[test]
fn a_renamed_article_needs_one_line_of_aliases() {
    let before = [(OLD, file("", "## Сколько ждать?"))];
    let renamed = "ru/pay/cash-out.md";
    let problems = lost(&before, &[(renamed, file("", "## Сколько ждать?"))]);
    let hint = "add this line below the title: `aliases: [withdraw]`";
    assert_eq!(
        said(&problems),
        [format!("{renamed}:2 lost-address: {hint}"), format!("{renamed}:2 lost-id: {hint}"),]
    );
    let mended = file("aliases: [withdraw]\n", "## Сколько ждать?");
    assert!(lost(&before, &[(renamed, mended)]).is_empty());
}

#[test]
fn an_article_that_keeps_its_id_loses_its_address_alone() {
    let before = [(OLD, file("aliases: [money/older]\n", "## Сколько ждать?"))];
    let moved = "ru/money/cash-out.md";
    let now = file("id: withdraw\naliases: [money/older]\n", "## Сколько ждать?");
    let problems = lost(&before, &[(moved, now)]);
    let hint = "make it `aliases: [money/older, pay/withdraw]`";
    assert_eq!(said(&problems), [format!("{moved}:4 lost-address: {hint}")]);
}

#[test]
fn a_reworded_heading_keeps_its_anchor_when_it_is_written_down() {
    let before = [(OLD, file("", "## Сколько ждать?"))];
    let problems = lost(&before, &[(OLD, file("", "## Когда придут деньги?"))]);
    let heading = "## Когда придут деньги? {#skolko-zhdat}";
    assert_eq!(said(&problems), [format!("{OLD}:6 lost-anchor: write `{heading}`")]);
    assert!(lost(&before, &[(OLD, file("", heading))]).is_empty());
}

#[test]
fn a_section_that_is_gone_is_told_with_its_heading() {
    let before = [(OLD, file("", "## Сколько ждать?"))];
    let now = format!("---\ntitle: Как вывести деньги?\n---\n{LEAD}\n");
    let problems = lost(&before, &[(OLD, now)]);
    let hint = "put the section back under `## Сколько ждать? {#skolko-zhdat}`";
    assert_eq!(said(&problems), [format!("{OLD}:2 lost-anchor: {hint}")]);
}

#[test]
fn a_deleted_article_is_told_unless_its_time_is_over() {
    let other =
        ("ru/limits/set.md", "---\ntitle: Лимиты\n---\nПоставьте лимит в профиле.\n".to_owned());
    let before = [(OLD, file("", "## Сколько ждать?")), other.clone()];
    let problems = lost(&before, std::slice::from_ref(&other));
    let codes: Vec<&str> = problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(codes, ["lost-address", "lost-id"]);
    assert!(problems.iter().all(|p| p.path.as_str() == OLD), "{problems:?}");
    assert!(problems[0].hint.contains("`aliases: [withdraw]`"), "{}", problems[0].hint);
    assert!(problems[0].hint.contains("expires_at: 2026-11-20"), "{}", problems[0].hint);

    let retired = file("expires_at: 2026-11-20\n", "## Сколько ждать?");
    assert!(lost(&before, &[(OLD, retired), other]).is_empty());
}

#[test]
fn an_article_hidden_from_its_readers_is_told() {
    let before = [(OLD, file("", "## Сколько ждать?"))];
    for (keys, word) in [
        ("status: draft\n", "it is a draft now"),
        ("audience: staff\n", "it is for staff now"),
        ("publish_at: 2027-01-01\n", "take `publish_at` out"),
    ] {
        let problems = lost(&before, &[(OLD, file(keys, "## Сколько ждать?"))]);
        assert!(!problems.is_empty(), "{keys}");
        assert!(problems.iter().all(|p| p.hint.contains(word)), "{problems:?}");
    }
}

#[test]
fn a_withdrawn_translation_is_a_warning() {
    let english =
        ("en/pay/withdraw.md", "---\ntitle: Withdraw\n---\nOpen the cashier.\n".to_owned());
    let before = [(OLD, file("", "## Сколько ждать?")), english.clone()];
    let rest = ("ru/limits/set.md", "---\ntitle: Лимиты\n---\nПоставьте лимит.\n".to_owned());
    let problems = lost(&before, &[english, rest]);
    assert!(!problems.is_empty());
    for problem in &problems {
        assert_eq!(problem.severity, crate::article::Severity::Warning, "{problem}");
        assert!(problem.message.contains("`en` only"), "{problem}");
    }
}

#[test]
fn a_renamed_translation_is_an_error_though_another_language_has_the_old_name() {
    let english =
        ("en/pay/withdraw.md", "---\ntitle: Withdraw\n---\nOpen the cashier.\n".to_owned());
    let before = [(OLD, file("", "## Сколько ждать?")), english.clone()];
    let renamed = ("ru/pay/cash-out.md", file("id: withdraw\n", "## Сколько ждать?"));
    // The same id leads from the old address by itself.
    assert!(lost(&before, &[renamed, english.clone()]).is_empty());
    let problems = lost(&before, &[("ru/pay/cash-out.md", before[0].1.clone()), english]);
    assert!(!problems.is_empty());
    for problem in &problems {
        assert_eq!(problem.severity, crate::article::Severity::Error, "{problem}");
    }
}

#[test]
fn a_section_put_into_another_leaves_it_its_anchor() {
    let fees = "## Есть ли комиссия? {#fees}\n\nКомиссии за вывод у нас нет никогда.";
    let text = |rest: &str| format!("{}\n{rest}\n", file("", "## Сколько ждать? {#wait}"));
    let before = [(OLD, text(fees))];
    let merged = text("Комиссии за вывод у нас нет никогда.");
    let problems = lost(&before, &[(OLD, merged.clone())]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let problem = &problems[0];
    assert_eq!((problem.code.as_str(), problem.spot.line), ("lost-anchor", 6));
    let line = "## Сколько ждать? {#wait was=fees}";
    assert!(problem.hint.contains(&format!("`{line}`")), "{}", problem.hint);
    // Mended as it says; and the former name is kept from then on.
    let mended = merged.replace("## Сколько ждать? {#wait}", line);
    assert!(lost(&before, &[(OLD, mended.clone())]).is_empty());
    let problems = lost(&[(OLD, mended)], &[(OLD, merged)]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].message.contains("#fees"), "{problems:?}");
}

#[test]
fn a_former_address_is_forever_too() {
    let with = |keys: &str| [(OLD, file(keys, "## Сколько ждать?"))];
    let problems = lost(&with("aliases: [money/older, oldest]\n"), &with(""));
    let hint = "add this line below the title: `aliases: [oldest, money/older]`";
    assert_eq!(
        said(&problems),
        [format!("{OLD}:2 lost-address: {hint}"), format!("{OLD}:2 lost-id: {hint}"),]
    );
}

#[test]
fn what_staff_alone_had_is_told_too() {
    let before = [(OLD, file("audience: staff\n", "## Сколько ждать?"))];
    let problems = lost(&before, &[("ru/pay/cash-out.md", before[0].1.clone())]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|p| p.hint.contains("aliases: [withdraw]")), "{problems:?}");
}
