//! Two versions of an article, compared as their reader would.

use super::*;
use crate::article::{Parsed, Source, SourcePath, parse};

fn article(title: &str, body: &str) -> Article {
    let source = Source {
        path: SourcePath::new("ru/payments/withdraw.md"),
        bytes: format!("---\ntitle: {title}\n---\n\n{body}\n").into_bytes(),
        modified: None,
    };
    match parse(&source) {
        (Parsed::Article(article), _) => *article,
        (_, problems) => panic!("{problems:?}"),
    }
}

fn two(older: &str, newer: &str) -> (Article, Article) {
    (article("Вывод", older), article("Вывод", newer))
}

/// `Лимит [-50 000-]{+75 000+} ₽`
fn told(line: &Line) -> String {
    let tell = |run: &Run| match run {
        Run::Same(text) => text.clone(),
        Run::Removed(text) => format!("[-{text}-]"),
        Run::Added(text) => format!("{{+{text}+}}"),
    };
    line.iter().map(tell).collect()
}

fn fates<'a>(changes: &Changes<'a>) -> Vec<(Fate, &'a str)> {
    changes.sections.iter().map(|section| (section.fate, section.name())).collect()
}

#[test]
fn a_changed_sum_is_told_whole_and_nothing_else() {
    let (older, newer) =
        two("Лимит 50 000 ₽ в день, без комиссии.", "Лимит 75 000 ₽ в день, без комиссии.");
    let changes = Changes::between(&older, &newer);
    let lines: Vec<String> = changes.sections[0].lines().iter().map(told).collect();
    assert_eq!(lines, ["Лимит [-50 000-]{+75 000+} ₽ в день, без комиссии."]);
    assert_eq!(fates(&changes), [(Fate::Edited, "")]);
    assert!(!changes.is_empty());
}

#[test]
fn words_next_to_each_other_are_told_as_one_change() {
    let (older, newer) =
        two("Перевод занимает два рабочих дня.", "Перевод занимает не более недели.");
    let changes = Changes::between(&older, &newer);
    let line = told(&changes.sections[0].lines()[0]);
    assert_eq!(line, "Перевод занимает [-два рабочих дня-]{+не более недели+}.");
}

#[test]
fn lines_of_a_list_come_and_go_beside_those_that_stay() {
    let (older, newer) = two(
        "- паспорт гражданина\n- номер счёта в банке\n- справка",
        "- паспорт гражданина\n- номер карты или счёта в банке\n- справка\n- фотография",
    );
    let changes = Changes::between(&older, &newer);
    let lines: Vec<String> = changes.sections[0].lines().iter().map(told).collect();
    assert_eq!(
        lines,
        ["паспорт гражданина", "номер {+карты или +}счёта в банке", "справка", "{+фотография+}"]
    );
}

#[test]
fn sections_are_known_again_by_name_heading_and_likeness() {
    let older = "Начало.\n\n## Сроки {#terms}\n\nДва часа.\n\n## Комиссия\n\nНет.\n\n## Документы и фото\n\nНужен \
                 паспорт и фото с ним в руках при хорошем свете.\n\n## Устаревшее\n\nБольше не так.";
    let newer = "Начало.\n\n## Комиссия\n\nНет.\n\n## Когда придут деньги? {#terms}\n\nДва часа.\n\n## Что \
                 прислать\n\nНужен паспорт и фото с ним в руках при хорошем свете.\n\n## Лимиты\n\nСто.";
    let (older, newer) = two(older, newer);
    let changes = Changes::between(&older, &newer);
    assert_eq!(
        fates(&changes),
        [
            (Fate::Same, ""),
            (Fate::Moved, "Комиссия"),
            (Fate::Edited, "Когда придут деньги?"),
            (Fate::Edited, "Что прислать"),
            (Fate::Removed, "Устаревшее"),
            (Fate::Added, "Лимиты"),
        ]
    );
    assert_eq!(told(&changes.sections[2].heading()), "[-Сроки-]{+Когда придут деньги?+}");
    assert_eq!(changes.touched().count(), 5);
}

#[test]
fn the_title_is_compared_and_what_readers_do_not_see_is_not() {
    let older = article("Вывод на карту", "Текст.");
    let newer = article("Вывод на счёт", "Текст.");
    let changes = Changes::between(&older, &newer);
    assert_eq!(told(&changes.title().unwrap()), "Вывод на [-карту-]{+счёт+}");
    assert_eq!(changes.summary(), None);
    let owned = article("Вывод на карту\nowner: payments\nweight: 3", "Текст.");
    assert!(Changes::between(&older, &owned).is_empty());
}

#[test]
fn texts_of_any_size_are_compared_in_time() {
    let numbered = |word: &str, between: &str| {
        (0..20_000).map(|n| n.to_string()).collect::<Vec<_>>().join(&format!("{between}{word}"))
    };
    let (older, newer) = two(&numbered("раз", "\n\n"), &numbered("два", "\n\n"));
    let changes = Changes::between(&older, &newer);
    assert!(changes.sections[0].lines().len() > 30_000);
    let (older, newer) = two(&numbered("раз", " "), &numbered("два", " "));
    let changes = Changes::between(&older, &newer);
    assert_eq!(changes.sections[0].lines().len(), 2);
}

proptest::proptest! {
    #[test]
    fn both_texts_can_be_read_from_what_is_told(old in "[а-я0-9 ,.\n]{0,60}", new in "[а-я0-9 ,.\n]{0,60}") {
        let lines = super::wording::lines(&old, &new);
        let of = |is_wanted: fn(&Run) -> bool| {
            let lines = lines.iter().filter(|line| line.iter().any(is_wanted));
            let text = |line: &Line| {
                line.iter().filter(|run| is_wanted(run)).map(|run| match run {
                    Run::Same(text) | Run::Removed(text) | Run::Added(text) => text.as_str(),
                }).collect::<String>()
            };
            lines.map(text).collect::<Vec<_>>()
        };
        let whole = |text: &str| text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(of(|run| !matches!(run, Run::Added(_))), whole(&old));
        assert_eq!(of(|run| !matches!(run, Run::Removed(_))), whole(&new));
    }
}
