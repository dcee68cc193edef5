//! The editor asks why an article is where it is, or why nobody finds it.

use serde_json::{Value, json};

use super::{DRAFT_WORD, STAFF_WORD, WALLET, assert_has, each, list, parsed, repairs, run, small};
use crate::help_center::{HelpCenter, article_with};
use crate::http::encoded;

#[test]
fn an_explanation_is_for_staff() {
    let center = small().start();
    let target = "/api/v1/explain?q=x&article=card&locale=ru";
    for headers in [&[][..], &[("authorization", "Bearer nothing-like-a-key")]] {
        let refused = center.get_with(target, headers);
        assert_eq!(refused.status, 401, "{}", refused.lossy());
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
    let told = center.get_as_staff(target);
    assert_eq!((told.status, told.header("cache-control")), (200, "no-store"));
    let long = encoded("ы".repeat(257));
    for wrong in ["q=x", "q=x&article=no%20name", "q=x&article=card&locale=xx"] {
        assert_eq!(center.get_as_staff(&format!("/api/v1/explain?{wrong}")).status, 400, "{wrong}");
    }
    let target = format!("/api/v1/explain?q={long}&article=card");
    assert_eq!(center.get_as_staff(&target).status, 400);
}

#[test]
fn an_editor_learns_what_an_article_has_and_what_was_made_of_the_query() {
    let center = HelpCenter::over_shipped_articles().start();
    let told = center.explained("vyvod deneg na kartu", "withdraw-to-card");
    assert_eq!((&told["is_searched"], &told["rank"]), (&json!(true), &json!(1)));
    assert_eq!(told["interpreted"], "вывод денег на карту");
    let repair = ["translit", "vyvod deneg na kartu", "вывод денег на карту"];
    assert_eq!(repairs(&told), [repair]);
    assert!(told["score"].as_f64().unwrap() > 0.0 && told["total"].as_u64().unwrap() > 1);
    assert!(!list(&told, "considered").is_empty(), "{told:#}");
    for reading in list(&told, "considered") {
        assert_has(reading, "part reading way cost");
    }
    for clause in list(&told, "clauses") {
        assert_has(clause, "word telling share is_in_article alternatives");
    }
    assert!(list(&told, "clauses").iter().any(|clause| clause["is_in_article"] == true));
    assert!(!list(&told, "signals").is_empty());
    for signal in list(&told, "signals") {
        assert_has(signal, "word source section score counts");
    }
    assert_eq!(told["first"], Value::Null);
    assert_eq!(told["advice"], json!(["Nothing has to change: it is first."]));

    let typo = center.explained("вирефикация", "verify-identity");
    assert_eq!(repairs(&typo), [["typo", "вирефикация", "верификация"]]);
    assert_eq!(typo["interpreted"], "верификация");
}

#[test]
fn an_editor_learns_the_rank_that_players_see() {
    let center = HelpCenter::over_shipped_articles().start();
    let query = "vyvod deneg na kartu";
    let ids = center.search(query, "ru").ids;
    for (at, id) in ids.iter().take(3).enumerate() {
        assert_eq!(center.explained(query, id)["rank"], at + 1, "{id} of {ids:?}");
    }
}

#[test]
fn an_editor_of_an_outranked_article_learns_what_is_ahead_and_what_to_write() {
    let center = small().start();
    let query = "вывести деньги на карту";
    let told = center.explained(query, "wallet");
    assert_eq!(told["rank"], 2, "{told:#}");
    assert_eq!(told["first"]["id"], "card");
    assert_eq!(told["first"]["title"], "Вывод на карту");
    assert!(told["first"]["score"].as_f64() > told["score"].as_f64());
    let ahead = list(&told["first"], "ahead_by");
    assert!(!ahead.is_empty(), "{told:#}");
    for one in ahead {
        assert_has(one, "word source by");
    }
    let advice = each(list(&told, "advice"), "");
    let add = format!("Add the question «{query}» to `questions:` of `wallet`.");
    assert!(advice.contains(&add.as_str()), "{advice:?}");

    let questions = format!("questions: [{query}]\n");
    let advised = article_with("Электронный кошелёк", &questions, WALLET);
    center.save("ru/payments/wallet.md", advised);
    center.until("the advice helps", || center.explained(query, "wallet")["rank"] == 1);
}

#[test]
fn an_editor_learns_why_an_article_is_not_searched_at_all() {
    let center = small().start();
    let draft = center.explained(DRAFT_WORD, "unfinished");
    assert_eq!((&draft["is_searched"], &draft["rank"]), (&json!(false), &Value::Null));
    let advice = each(list(&draft, "advice"), "").join("\n");
    assert!(advice.contains("draft") && advice.contains("`status: published`"), "{advice}");
    assert!(advice.contains("ru/payments/unfinished.md"), "{advice}");

    let unknown = center.explained("вывод", "nowhere");
    assert_eq!(unknown["is_searched"], false);
    let advice = each(list(&unknown, "advice"), "").join("\n");
    assert!(advice.contains("no article `nowhere`"), "{advice}");

    let secret = center.explained(STAFF_WORD, "secret");
    assert_eq!((&secret["is_searched"], &secret["rank"]), (&json!(true), &json!(1)));
    let filters = each(list(&secret, "filters"), "").join("\n");
    assert!(filters.contains("players never find it"), "{filters}");
}

#[test]
fn an_editor_asks_why_on_a_terminal() {
    let center = small();
    let explain = |query: &str, id: &str, more: &[&str]| {
        let arguments = [&["explain", query, "--article", id], more].concat();
        run(&mut center.command(&arguments), "")
    };
    let (code, said) = explain("хрустальник", "unfinished", &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is a draft") && said.contains("status: published"), "{said}");
    let (code, said) = explain("хрустальник", "unfinished", &["--format", "json"]);
    assert_eq!((code, &parsed(&said)["is_searched"]), (Some(1), &json!(false)));

    let (code, said) = explain("вывести деньги на карту", "wallet", &[]);
    assert_eq!(code, Some(0), "{said}");
    for part in ["`wallet` is 2 of", "What is ahead", "`card`", "Add the question «"] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    let (code, said) = explain("вывести деньги на карту", "wallet", &["--format", "json"]);
    assert_eq!((code, &parsed(&said)["rank"]), (Some(0), &json!(2)));

    let (code, said) = explain(STAFF_WORD, "secret", &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is for staff"), "{said}");
    assert_eq!(explain(STAFF_WORD, "secret", &["--staff"]).0, Some(0));
}
