//! Questions in people's own words. A player who types in haste is understood and gets the passage
//! that answers, or an honest nothing and a human; support staff paste a whole message; an editor
//! learns why an article is where it is.

mod answers;
mod typing;
mod why;

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::help_center::{HelpCenter, article, article_with};
use crate::http::{Answer, Request, encoded};

/// Words that stand only in what is not for players: in a staff article, in a draft.
const STAFF_WORD: &str = "зубробизон";
const DRAFT_WORD: &str = "хрустальник";
const WALLET: &str = "На кошелёк тоже можно вывести деньги, но не на карту.";

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key} in {value:#}"))
}

/// One text of each in a list.
fn each<'a>(items: &'a [Value], pointer: &str) -> Vec<&'a str> {
    let text = |item: &'a Value| item.pointer(pointer).and_then(Value::as_str);
    items.iter().map(|item| text(item).unwrap_or_else(|| panic!("{pointer}: {item:#}"))).collect()
}

fn assert_has(value: &Value, keys: &str) {
    for key in keys.split(' ') {
        assert!(value.get(key).is_some(), "no {key} in {value:#}");
    }
}

/// The rewrites of a search or an explanation besides synonyms: kind, from, to.
fn repairs(asking: &Value) -> Vec<[&str; 3]> {
    let all = list(asking, "rewrites").iter();
    all.map(|one| ["kind", "from", "to"].map(|key| one[key].as_str().unwrap()))
        .filter(|[kind, ..]| *kind != "synonym")
        .collect()
}

fn good(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.lossy());
    answer.json()
}

impl HelpCenter {
    fn searched(&self, query: &str, locale: &str) -> Value {
        good(&self.get(&format!("/api/v1/search?q={}&locale={locale}", encoded(query))))
    }

    fn answered(&self, message: &str, locale: &str) -> Value {
        good(&self.get(&answer_target(message, locale)))
    }

    fn answered_to_staff(&self, message: &str, locale: &str) -> Value {
        good(&self.get_as_staff(&answer_target(message, locale)))
    }

    fn explained(&self, query: &str, article: &str) -> Value {
        let q = encoded(query);
        good(&self.get_as_staff(&format!("/api/v1/explain?q={q}&article={article}&locale=ru")))
    }

    fn post(&self, content_type: &str, body: &str) -> Answer {
        let headers = [("content-type", content_type)];
        self.send(&Request {
            method: "POST",
            target: b"/api/v1/answer",
            headers: if content_type.is_empty() { &[] } else { &headers },
            body: body.as_bytes(),
        })
    }
}

fn answer_target(message: &str, locale: &str) -> String {
    format!("/api/v1/answer?q={}&locale={locale}", encoded(message))
}

/// A help center small enough to know by heart, with a staff article and a draft.
fn small() -> HelpCenter {
    let steps = "1. Откройте кассу.\n2. Выберите банковскую карту.\n3. Введите сумму.";
    let card = format!(
        "Деньги приходят в тот же день.\n\n## Как вывести деньги на карту? {{#steps}}\n\n{steps}\n\n\
         Комиссии нет.\n\n## Карту закрыли {{#closed}}\n\nНапишите в чат."
    );
    HelpCenter::new()
        .with("ru/payments/card.md", article("Вывод на карту", &card))
        .with("ru/payments/wallet.md", article("Электронный кошелёк", WALLET))
        .with("ru/bonuses/free.md", article("Бонусы", "Бонус дают за первое пополнение счёта."))
        .with(
            "ru/account/door.md",
            article(
                "Вход в аккаунт",
                "<script>alert(1)</script>\n\nНажмите на дверь, чтобы войти.",
            ),
        )
        .with(
            "ru/payments/secret.md",
            article_with(
                "Проверка зубробизон",
                "audience: staff\nquestions: [что такое зубробизон]\n",
                "Когда нужен зубробизон, спросите старшего.",
            ),
        )
        .with(
            "ru/payments/unfinished.md",
            article_with("Новый хрустальник", "status: draft\n", "Всё про хрустальник."),
        )
        .with("en/payments/card.md", article("Withdraw to a card", "Open the cashier."))
        .with(
            "en/payments/secret.md",
            article_with("The zubrobizon check", "audience: staff\n", "Ask for a zubrobizon."),
        )
}

/// How a command ended and what it printed, given this on its standard input.
fn run(command: &mut Command, input: &str) -> (Option<i32>, String) {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).expect("what is printed is UTF-8"))
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
