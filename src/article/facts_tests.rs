//! What an editor writes into `facts.yaml`, and what articles make of it.

use proptest::prelude::*;

use super::*;
use crate::article::{Parsed, Source, parse_with};

const FACTS: &str = "\
# Money
min_withdrawal: 1000 RUB
fee: 2.50 %
wager: x35
tries: 3
odds: 1.80
process_time: 24 hours
card_time: {ru: до 3 рабочих дней, en: up to 3 business days}
max_stake:
  value: 500 RUB
  format: {ru: \"не больше {}\", en: \"no more than {}\"}
  called: {ru: [максимальная ставка], en: maximum stake}
channel: SMS
";

fn read(text: &str) -> Facts {
    Facts::parse(&SourcePath::new(Facts::FILE), text).unwrap()
}

fn wrong(text: &str) -> String {
    told(&Facts::parse(&SourcePath::new(Facts::FILE), text).unwrap_err())
}

fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n").replace('\u{a0}', " ")
}

fn locale(name: &str) -> Locale {
    name.parse().unwrap()
}

#[test]
fn an_amount_is_written_as_each_language_writes_it() {
    let facts = read(FACTS);
    let words = |name: &str| {
        let says = |language: &str| facts.in_words(name, &locale(language)).unwrap();
        format!("{} | {} | {}", says("ru"), says("en"), says("de")).replace('\u{a0}', "~")
    };
    assert_eq!(words("min_withdrawal"), "1~000~₽ | RUB~1,000 | 1.000~₽");
    assert_eq!(words("fee"), "2,50~% | 2.50% | 2,50~%");
    assert_eq!(words("wager"), "x35 | x35 | x35");
    assert_eq!(words("tries"), "3 | 3 | 3");
    assert_eq!(words("odds"), "1,80 | 1.80 | 1,80");
    assert_eq!(words("process_time"), "24~часа | 24~hours | 24~hour");
    assert_eq!(words("channel"), "SMS | SMS | SMS");
    assert_eq!(facts.in_words("card_time", &locale("ru")).unwrap(), "до 3 рабочих дней");
    assert_eq!(facts.in_words("card_time", &locale("de")), None);
    assert_eq!(facts.in_words("max_stake", &locale("en")).unwrap(), "no more than RUB\u{a0}500");
}

#[test]
fn a_fact_stands_in_the_form_that_the_sentence_wants() {
    let facts = read(&format!("{FACTS}hour: 1 hours\nhalf: 1.5 hours\n"));
    let says = |name: &str, language: &str| {
        facts.in_words(name, &locale(language)).map(|text| text.replace('\u{a0}', "~"))
    };
    assert_eq!(says("process_time.genitive", "ru").unwrap(), "24~часов");
    assert_eq!(says("hour.genitive", "ru").unwrap(), "1~часа");
    assert_eq!(says("half.genitive", "ru").unwrap(), "1,5~часа");
    assert_eq!(says("process_time.genitive", "en").unwrap(), "24~hours");
    assert_eq!(says("min_withdrawal.genitive", "ru").unwrap(), "1~000~₽");
    assert_eq!(says("min_withdrawal.number", "en").unwrap(), "1,000");
    assert_eq!(says("max_stake.number", "ru").unwrap(), "500");
    assert_eq!(says("card_time.number", "ru"), None);
    let (_, problems) = article(
        "---\ntitle: А\n---\n{{ fact.fee.numbr }}, {{ fact.card_time.number }}, {{ fact.fee.a.b }}.\n",
        &facts,
    );
    insta::assert_snapshot!(told(&problems), @r"
    ru/a/b.md:4:1: error[unknown-fact]: there is no form `numbr` of a fact (did you mean `number`?)
    ru/a/b.md:4:23: error[unknown-fact]: fact `card_time` is a text (facts.yaml:8): it has no `number` (write `{{ fact.card_time }}`)
    ru/a/b.md:4:52: error[bad-fact-name]: `{{ fact.fee.a.b }}` names no fact (write `{{ fact.name }}` on one line; `\{{` for the signs themselves)
    ");
}

#[test]
fn an_editor_says_how_a_unit_is_written() {
    let facts = read(
        "price: 1500 KZT\nrounds: 21 rounds\nformats:\n  ru:\n    KZT: \"{} тенге\"\n    round: {one: \"{} раунд\", few: \"{} раунда\", other: \"{} раундов\"}\n",
    );
    let says = |name| facts.in_words(name, &locale("ru")).unwrap();
    assert_eq!((says("price"), says("rounds")), ("1\u{a0}500 тенге".into(), "21 раунд".into()));
}

#[test]
fn each_mistake_is_named_with_its_line_and_what_to_do() {
    let text = "Min: 5\na: 1,000 RUB\nb: '**3** days'\nc: {value: 5, formt: x}\nd:\ne: {value: 5, format: {ru: никогда}}\nf: {russian words: x}\ng: 5 hourz\n";
    insta::assert_snapshot!(wrong(text), @r"
    facts.yaml:1:1: error[bad-fact]: `Min` is no name of a fact (use small letters a-z, digits and `_`: `min_withdrawal`)
    facts.yaml:2:1: error[bad-fact]: `1,000 RUB` is no amount (write it without `,`: `1000.5` for one thousand and a half)
    facts.yaml:3:1: error[bad-fact]: a fact is plain text: it cannot hold `*` (write the sign in the article, around the fact)
    facts.yaml:4:1: error[unknown-key]: unknown key `formt` (did you mean `format`?)
    facts.yaml:5:1: error[bad-fact]: a fact has to have a value (write an amount (`1000 RUB`, `2 %`, `x35`, `24 hours`), a text, or a text for each language)
    facts.yaml:6:1: error[bad-fact]: the format `никогда` has no place for the amount (write `{}` once, where the amount goes)
    facts.yaml:7:1: error[bad-fact]: `russian words` is no language (a fact is an amount, a text, a text for each language (`ru: …`), or `value` with `format` and `called`)
    facts.yaml:8:1: error[bad-fact]: `hourz` is no unit that a language could write (did you mean `hour`?, or add it to `formats`)
    ");
}

fn article(text: &str, facts: &Facts) -> (Parsed, Vec<Problem>) {
    let source = Source {
        path: SourcePath::new("ru/a/b.md"),
        bytes: text.as_bytes().to_vec(),
        modified: None,
    };
    parse_with(&source, facts)
}

#[test]
fn an_article_says_the_fact_and_not_its_name() {
    let text = "---\ntitle: От {{ fact.min_withdrawal }}\nquestions: [\"меньше {{fact.min_withdrawal}}\"]\n---\nВывод от **{{ fact.min_withdrawal }}**, не \\{{ fact.x }} и не {{ 2*2 }}.\n\n| а | б |\n|---|---|\n| {{ fact.wager }} | `{{ fact.fee }}` |\n";
    let (Parsed::Article(article), problems) = article(text, &read(FACTS)) else { panic!() };
    assert_eq!(problems, []);
    assert_eq!(article.title, "От 1 000 ₽");
    assert_eq!(article.questions, ["меньше 1 000 ₽"]);
    assert_eq!(
        article.sections[0].text,
        "Вывод от 1 000 ₽, не {{ fact.x }} и не {{ 2*2 }}.\nа · б\nx35 · 2,50 %"
    );
    assert_eq!(&*article.facts, ["fee", "min_withdrawal", "wager"].map(Into::into));
    assert!(article.body().markdown().starts_with("Вывод от **1\u{a0}000"));
    assert!(article.body().source.contains("{{ fact.min_withdrawal }}"));
}

#[test]
fn an_article_that_names_no_fact_of_ours_is_not_served_and_says_why() {
    let text = "---\ntitle: Вывод\n---\nОт {{ fact.min_withdrawl }}, {{ facts.fee }}, {{ fact.card time }}.\n\nА [это](нет.md) — не там.\n";
    let (parsed, problems) = article(text, &read(FACTS));
    assert!(matches!(parsed, Parsed::Nothing));
    insta::assert_snapshot!(told(&problems), @r"
    ru/a/b.md:4:4: error[unknown-fact]: there is no fact `min_withdrawl` (did you mean `min_withdrawal` (facts.yaml:2)?)
    ru/a/b.md:4:30: error[bad-fact-name]: `{{ facts.fee }}` names no fact (write `{{ fact.name }}` on one line; `\{{` for the signs themselves)
    ru/a/b.md:4:47: error[bad-fact-name]: `{{ fact.card time }}` names no fact (write `{{ fact.name }}` on one line; `\{{` for the signs themselves)
    ");
}

#[test]
fn problems_after_a_fact_point_to_the_place_in_the_file() {
    let text = "---\ntitle: Вывод\n---\nОт {{ fact.min_withdrawal }} и ![](x.png) до {{ fact.wager }}, ![](y.png).\n";
    let (_, problems) = article(text, &read(FACTS));
    let line = text.lines().nth(3).unwrap();
    for problem in problems {
        let at = line.char_indices().nth(problem.spot.column as usize - 1).unwrap().0;
        assert!(line[at..].starts_with("![]("), "{problem}: {}", &line[at..]);
        assert_eq!(problem.excerpt, line);
    }
}

#[test]
fn the_same_file_with_other_facts_is_another_article() {
    let text = "---\ntitle: Вывод\n---\nОт {{ fact.min_withdrawal }}.\n";
    let digest = |facts: &str| match article(text, &read(facts)).0 {
        Parsed::Article(article) => article.digest,
        other => panic!("{other:?}"),
    };
    assert_ne!(digest("min_withdrawal: 1 RUB"), digest("min_withdrawal: 2 RUB"));
}

#[test]
fn a_number_beside_the_name_of_a_fact_has_to_be_the_facts() {
    let told = |text: &str| {
        let (_, problems) = article(&format!("---\ntitle: Отыгрыш\n---\n{text}\n"), &read(FACTS));
        told(&problems)
    };
    for good in [
        "Максимальная ставка — 500 ₽.",
        "Максимальной ставкой не будет {{ fact.max_stake }}.",
        "Максимальная ставка растёт. Депозит — 300 ₽.",
        "Ставка до 700 ₽.",
        "Максимальная ставка: 14 дней подряд.",
    ] {
        assert_eq!(told(good), "", "{good}");
    }
    insta::assert_snapshot!(
        told("Депозит 300 ₽. При отыгрыше от 100 ₽ максимальная ставка 600 ₽."),
        @"ru/a/b.md:4:58: error[contradicts-fact]: “максимальная ставка” is `не больше 500 ₽` by the fact `max_stake` (facts.yaml:9) (write `{{ fact.max_stake }}`, or mend the fact)"
    );
    assert!(
        told("| Что | Сколько |\n|---|---|\n| Максимальные ставки | 1 000 ₽ |")
            .contains(":6:25: error[contradicts-fact]")
    );
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "(\\{|\\}| |fact|\\.|[a-c_]|\\\\|я|\\n){0,30}", facts in "([a-c]|:| |[0-9]|%|RUB|\\n|\\{|\\}|x){0,30}") {
        let facts = Facts::parse(&SourcePath::new(Facts::FILE), &facts).unwrap_or_default();
        let path = SourcePath::new("ru/a/b.md");
        let mut findings = Findings::new(&path, &text);
        if let Some(expansion) = expand(&text, &facts, &locale("ru"), &mut findings) {
            let places = expansion.places();
            for at in 0..=expansion.text.len() {
                let back = places.in_file(at..at);
                prop_assert!(back.start <= back.end && back.end <= text.len());
            }
        }
    }
}
