//! The staff console, tried from outside: signed in with a key, left for good, and ended by a restart.

use crate::help_center::{HelpCenter, article, article_with};
use crate::http::{Answer, Request, encoded};

const OURS: (&str, &str) = ("origin", "http://help.test");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn center() -> HelpCenter {
    HelpCenter::new()
        .with(
            "en/billing/refunds.md",
            article("Refunds", "Ask for a refund soon.\n\n## How long\n\nFive days."),
        )
        .with(
            "en/billing/rules.md",
            article_with("Zubrobizon rules", "audience: staff\n", "Zubrobizon refunds."),
        )
        .start()
}

fn post(center: &HelpCenter, target: &str, cookie: &str, form: &str) -> Answer {
    let headers = [OURS, FORM, ("cookie", cookie)];
    let target = target.as_bytes();
    center.send(&Request { method: "POST", target, headers: &headers, body: form.as_bytes() })
}

fn sign_in(center: &HelpCenter) -> String {
    let answer = post(center, "/staff/sign-in", "a=b", &format!("key={}", center.key()));
    assert_eq!(answer.status, 303, "{}", answer.lossy());
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn an_agent_signs_in_asks_and_leaves_for_good() {
    let mut center = center();
    assert!(!center.page("/staff/").contains("ubrobizon"));
    let cookie = sign_in(&center);
    let message = format!("q={}", encoded("Hello! How long does a refund take?"));
    let answers = post(&center, "/staff/results", &cookie, &message);
    let link = "https://help.example.com/a/refunds?locale=en#";
    assert!(answers.text().contains(link), "{}", answers.lossy());
    assert!(center.get_with("/en/billing/rules", &[("cookie", &cookie)]).status == 200);
    assert_eq!(center.get("/en/billing/rules").status, 404);
    post(&center, "/staff/sign-out", &cookie, "");
    assert_eq!(center.get_with("/en/billing/rules", &[("cookie", &cookie)]).status, 404);

    let cookie = sign_in(&center);
    center.restart();
    assert_eq!(center.get_with("/en/billing/rules", &[("cookie", &cookie)]).status, 404);
    let log = center.log();
    assert!(log.contains("staff signed in") && log.contains("staff signed out"));
    assert!(!log.contains(center.key()) && !log.contains(cookie.split('=').nth(1).unwrap()));
}

#[test]
fn without_keys_there_is_no_console() {
    let center = HelpCenter::new()
        .holding_only("spravka_none")
        .with("en/a/x.md", article("X", "Text."))
        .start();
    for address in ["/staff/", "/staff/results", "/staff/explain", "/staff/anything"] {
        assert_eq!(center.get(address).status, 404, "{address}");
    }
}
