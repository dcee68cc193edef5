//! Facts in one place: what an editor writes once, every article says, and no article contradicts.

use crate::help_center::{HelpCenter, article};

const SITE: &str = "name: Help\nlocales: [ru, en]\ntime_zone: Europe/Moscow\n";
const FACTS: &str = "min_withdrawal: 1000 RUB\nwager: x35\n";

fn center() -> HelpCenter {
    let ru = "Вывести можно от {{ fact.min_withdrawal }}. Вейджер {{ fact.wager }}.";
    let en = "You can withdraw from {{ fact.min_withdrawal }}. The wager is {{ fact.wager }}.";
    HelpCenter::new()
        .with("site.yaml", SITE)
        .with("facts.yaml", FACTS)
        .with("ru/payments/_index.md", "---\ntitle: Платежи\n---\n")
        .with("en/payments/_index.md", "---\ntitle: Payments\n---\n")
        .with("ru/payments/limits.md", article("Лимиты", ru))
        .with("en/payments/limits.md", article("Limits", en))
        .with("ru/payments/other.md", article("Другое", "Здесь чисел нет."))
        .with("en/payments/other.md", article("Other", "No numbers here."))
}

fn says(center: &HelpCenter, text: &str) -> bool {
    center.page("/ru/payments/limits").replace('\u{a0}', " ").contains(text)
}

#[test]
fn a_changed_fact_changes_every_article_that_quotes_it_live_and_over_a_restart() {
    let mut center = center().start();
    assert!(says(&center, "от 1 000 ₽"));
    assert!(center.page("/en/payments/limits").replace('\u{a0}', " ").contains("from RUB 1,000"));
    assert_eq!(center.search("вывести от 1 000 ₽", "ru").titles.first().unwrap(), "Лимиты");
    let (ru, other) = (center.get("/ru/payments/limits"), center.page("/ru/payments/other"));

    center.save("facts.yaml", FACTS.replace("1000", "2500"));
    center.until("readers see the new limit", || says(&center, "от 2 500 ₽"));
    assert!(center.page("/en/payments/limits").replace('\u{a0}', " ").contains("from RUB 2,500"));
    center.until("it is searched", || {
        let found = center.search("2 500 ₽", "ru");
        found.titles == ["Лимиты"]
    });
    assert_ne!(ru.header("etag"), center.get("/ru/payments/limits").header("etag"));
    assert!(!other.contains("2\u{a0}500"));

    center.stop();
    center.save("facts.yaml", FACTS.replace("1000", "3000"));
    // Copied, as a deployment does it: newer, and not a byte otherwise.
    let text = std::fs::read(center.path("ru/payments/limits.md")).unwrap();
    center.save("ru/payments/limits.md", text);
    center.serve();
    assert!(says(&center, "от 3 000 ₽"), "a change made while nobody looked");
    center.restart();
    assert!(says(&center, "от 3 000 ₽"));
}

#[test]
fn a_mistake_in_the_facts_changes_nothing_that_readers_see() {
    let mut center = center().start();
    for wrong in ["min_withdrawal: 1,000 RUB\nwager: x35\n", "wager: x35\n", "- no\n- facts\n"] {
        center.save("facts.yaml", wrong);
        center.until("it is told", || center.status()["problems_count"].as_u64().unwrap() > 0);
        assert!(says(&center, "от 1 000 ₽. Вейджер x35"), "{wrong}");
        center.restart();
        assert!(says(&center, "от 1 000 ₽. Вейджер x35"), "{wrong}, after a restart");
        center.save("facts.yaml", FACTS);
        center.until("it is mended", || center.status()["problems_count"] == 0);
    }
}

#[test]
fn a_fact_that_is_gone_is_told_where_it_is_quoted_and_one_that_nobody_quotes_where_it_is() {
    let center = center().start();
    center.save("facts.yaml", "min_withdraw: 1000 RUB\nwager: x35\n");
    center.until("all is told", || center.errors("ru/payments/limits.md").len() == 1);
    assert_eq!(center.errors("ru/payments/limits.md"), [(5, "unknown-fact".to_owned())]);
    assert_eq!(center.errors("en/payments/limits.md"), [(5, "unknown-fact".to_owned())]);
    let status = center.status();
    let unused = status["problems"].as_array().unwrap().iter().find(|p| p["path"] == "facts.yaml");
    assert_eq!(
        (&unused.unwrap()["code"], &unused.unwrap()["line"]),
        (&"unused-fact".into(), &1.into())
    );
}

#[test]
fn a_number_that_contradicts_the_translation_is_told_in_both_files_until_it_is_mended() {
    let center = center().start();
    center.save("en/payments/other.md", article("Other", "The wager is x40."));
    center.save("ru/payments/other.md", article("Другое", "Вейджер x35."));
    let told = |path: &str| center.errors(path);
    center.until("it is told", || !told("ru/payments/other.md").is_empty());
    let contradiction = [(5, "contradicts-translation".to_owned())];
    assert_eq!(told("ru/payments/other.md"), contradiction);
    assert_eq!(told("en/payments/other.md"), contradiction);
    center.save("en/payments/other.md", article("Other", "Once more:\n\nthe wager is x40."));
    center.until("the new line is told", || {
        let problems = center.status()["problems"].to_string();
        problems.contains("en/payments/other.md:7")
    });
    center.save("en/payments/other.md", article("Other", "The wager is x35."));
    center.until("it is mended", || told("ru/payments/other.md").is_empty());
    assert_eq!(told("en/payments/other.md"), []);
}

#[test]
fn a_mistake_in_facts_that_were_never_good_is_told_once_and_by_who_quotes_it() {
    let wrong = FACTS.replace("1000 RUB", "1,000 RUB");
    let center = center().with("facts.yaml", wrong);
    let output = center.command(&["check", "--format", "json"]).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = said["problems"].as_array().unwrap();
    let of = |code: &str| problems.iter().filter(|problem| problem["code"] == code).count();
    assert_eq!((of("bad-fact"), of("unknown-fact")), (1, 2), "{said:#}");
    let named = |name: &str| said.to_string().contains(&format!("no fact `{name}`"));
    assert!(named("min_withdrawal") && !named("wager"), "{said:#}");
}
