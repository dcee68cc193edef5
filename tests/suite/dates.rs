//! Dates: what appears and expires without a restart, what readers are led to afterwards, and the
//! calendar of all that.

use std::process::{Command, Output};
use std::time::Duration;

use base64::Engine as _;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use serde_json::Value;

use crate::help_center::{HelpCenter, article, article_with};

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("en/billing/_index.md", "---\ntitle: Billing\n---\n")
        .with("ru/_index.md", "---\ntitle: Помощь\n---\n")
        .with("ru/billing/_index.md", "---\ntitle: Счета\n---\n")
        .with("en/billing/refunds.md", article("Refunds", "Ask within fourteen days."))
}

const OVER: &str = "expires_at: 2001-01-01\n";

fn said(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// Problems of a file as `code: hint`.
fn problems(center: &HelpCenter, path: &str) -> Vec<String> {
    let (_, out, err) = said(&mut center.command(&["check", "--format", "json"]));
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    let of_file = |problem: &&Value| problem["path"].as_str().unwrap().ends_with(path);
    let all = report["problems"].as_array().unwrap().iter().filter(of_file);
    let all = all.filter(|problem| problem["code"] != "missing-translation");
    all.map(|p| format!("{}: {}", p["code"].as_str().unwrap(), p["hint"].as_str().unwrap()))
        .collect()
}

#[test]
fn on_its_day_an_article_comes_to_every_surface_and_leaves_every_one() {
    let center = center().start();
    let soon = Timestamp::now() + SignedDuration::from_secs(2);
    let until = soon + SignedDuration::from_secs(3);
    let keys = format!("publish_at: {soon}\nexpires_at: {until}\n");
    center.save("en/billing/herald.md", article_with("Herald", &keys, "The herald comes."));
    let surfaces = [
        "/en/billing/",
        "/en/search?q=herald",
        "/en/feed.xml",
        "/sitemap.xml",
        "/llms.txt",
        "/api/v1/search?q=herald&locale=en",
        "/api/v1/suggest?q=hera&locale=en",
        "/api/v1/articles?locale=en",
        "/api/v1/answer?q=when+does+the+herald+come&locale=en",
    ];
    // An answer names what was asked for: what is looked for is the address.
    let shows = |surface: &str| center.get(surface).lossy().contains("billing/herald");
    let patience = Duration::from_secs(12);
    center.until_within(patience, "it appears", || center.get("/en/billing/herald").status == 200);
    assert!(Timestamp::now() >= soon, "not before its time");
    // With the time that a slow machine takes it may have expired meanwhile; then nothing is told.
    let missing: Vec<&str> = surfaces.iter().copied().filter(|surface| !shows(surface)).collect();
    if Timestamp::now() < until {
        assert!(missing.is_empty(), "it is not on {missing:?}");
    }
    center.until_within(patience, "it expires", || center.get("/en/billing/herald").status == 410);
    assert!(Timestamp::now() >= until, "not before its time");
    let left: Vec<&str> = surfaces.iter().copied().filter(|surface| shows(surface)).collect();
    assert!(left.is_empty(), "it is still on {left:?}");
    for gone in ["/en/billing/herald.md", "/a/herald", "/api/v1/articles/herald"] {
        assert_eq!(center.get(gone).status, 410, "{gone}");
    }
}

#[test]
fn who_comes_to_an_expired_article_is_led_to_what_replaces_it() {
    let keys = format!("{OVER}replaced_by: winter\naliases: [billing/older, oldest]\n");
    let center = center()
        .with("en/billing/winter.md", article("Winter rules & <more>", "Now it is winter."))
        .with("en/billing/autumn.md", article_with("Autumn rules", &keys, "It was autumn."))
        .start();
    let addresses = [
        "/en/billing/autumn",
        "/en/billing/autumn/",
        "/en/billing/autumn.md",
        "/en/billing/older",
        "/en/billing/oldest",
        "/a/oldest?locale=en",
    ];
    for address in addresses {
        let answer = center.get(address);
        assert_eq!(answer.status, 410, "{address}");
        let link = "<a href=\"/en/billing/winter\">Winter rules &amp; &lt;more&gt;</a>";
        let page = answer.text();
        assert!(page.contains(link) && page.contains("Read this instead"), "{address}: {page}");
        assert!(!page.contains("Autumn") && !page.contains("was autumn"), "{address}: {page}");
    }
    let short = center.get_with("/a/autumn", &[("accept-language", "en")]);
    assert_eq!(short.status, 410);
    assert!(short.text().contains("Read this instead"), "{}", short.text());
    for id in ["autumn", "oldest"] {
        let answer = center.get(&format!("/api/v1/articles/{id}"));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (410, "application/problem+json")
        );
        let problem = answer.json();
        assert_eq!(problem["type"], "/docs#gone");
        let instead = serde_json::json!([{"id": "winter", "locale": "en",
            "title": "Winter rules & <more>", "url": "/en/billing/winter"}]);
        assert_eq!(problem["replaced_by"], instead);
    }
    // Other problems have no such members.
    let other = center.get("/api/v1/articles/never").json();
    assert!(other.get("replaced_by").is_none() && other.get("nearest").is_none(), "{other}");
}

#[test]
fn what_replaces_is_followed_to_what_is_true_now_and_circles_end() {
    let over = |by: &str| format!("{OVER}replaced_by: {by}\n");
    let center = center()
        .with("en/billing/y1.md", article_with("First", &over("[y2, round]"), "One."))
        .with("en/billing/y2.md", article_with("Second", &over("refunds"), "Two."))
        .with("en/billing/round.md", article_with("Round", &over("[y1]"), "Three."))
        .start();
    let ids = |id: &str| {
        let problem = center.get(&format!("/api/v1/articles/{id}")).json();
        let all = problem["replaced_by"].as_array().unwrap().clone();
        all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("y1"), ["refunds"]);
    assert_eq!(ids("round"), ["refunds"]);
}

#[test]
fn without_a_replacement_the_nearest_articles_are_named() {
    let center =
        center().with("en/billing/old.md", article_with("Refunds in 2000", OVER, "Old.")).start();
    let page = center.get("/en/billing/old");
    assert_eq!(page.status, 410);
    assert!(page.text().contains("<a href=\"/en/billing/refunds\">Refunds</a>"), "{}", page.text());
    assert!(page.text().contains("Perhaps one of these helps"), "{}", page.text());
    let problem = center.get("/api/v1/articles/old").json();
    assert_eq!(problem["nearest"][0]["id"], "refunds", "{problem}");
    assert_eq!(problem["replaced_by"], serde_json::json!([]));
}

#[test]
fn a_replacement_for_staff_is_named_to_staff_alone() {
    let keys = format!("{OVER}replaced_by: [secret, soon, refunds]\n");
    let center = center()
        .with("en/billing/secret.md", article_with("Zubrobizon", "audience: staff\n", "Text."))
        .with("en/billing/soon.md", article_with("Hrustalnik", "publish_at: 2099-01-01\n", "T."))
        .with("en/billing/old.md", article_with("Old", &keys, "Old."))
        .start();
    for address in ["/en/billing/old", "/api/v1/articles/old"] {
        let public = center.get(address).lossy();
        assert!(public.contains("/en/billing/refunds"), "{public}");
        assert!(!public.contains("Zubro") && !public.contains("Hrust"), "{public}");
        let staff = center.get_as_staff(address);
        assert_eq!(staff.header("cache-control"), "no-store");
        assert!(staff.lossy().contains("Zubro") && !staff.lossy().contains("Hrust"), "{address}");
    }
}

#[test]
fn an_article_that_expired_in_one_language_does_not_come_back_in_another() {
    let center = center()
        .with("ru/billing/bonus.md", article_with("Бонус", OVER, "Старый бонус."))
        .with("en/billing/bonus.md", article("Bonus", "A forgotten translation."))
        .start();
    assert_eq!(center.get("/ru/billing/bonus").status, 410);
    assert_eq!(center.get("/en/billing/bonus").status, 200);
}

#[test]
fn check_says_when_readers_would_be_led_nowhere() {
    let center = center()
        .with("en/billing/secret.md", article_with("Secret", "audience: staff\n", "Text."))
        .with("en/billing/draft.md", article_with("Draft", "status: draft\n", "Text."))
        .with("en/billing/spring.md", article_with("Spring", "publish_at: 2099-03-01\n", "Text."));
    for (keys, expected) in [
        (format!("{OVER}replaced_by: refunds\n"), ""),
        (format!("{OVER}replaced_by: [refunds]\n"), ""),
        // Published when the other expires.
        ("expires_at: 2099-03-01\nreplaced_by: spring\n".to_owned(), ""),
        (
            "expires_at: 2099-02-01\nreplaced_by: spring\n".to_owned(),
            "replacement-hidden: make its `publish_at`",
        ),
        (format!("{OVER}replaced_by: refund\n"), "unknown-replacement: did you mean `refunds`?"),
        (format!("{OVER}replaced_by: old\n"), "unknown-replacement: name the article"),
        (format!("{OVER}replaced_by: secret\n"), "replacement-hidden: name a public article"),
        (format!("{OVER}replaced_by: draft\n"), "replacement-hidden: set `status: published`"),
        (format!("{OVER}audience: staff\nreplaced_by: secret\n"), ""),
        ("replaced_by: refunds\n".to_owned(), "replaced-without-end: add `expires_at`"),
        // It is not asked for.
        (OVER.to_owned(), ""),
    ] {
        center.save("en/billing/old.md", article_with("Old", &keys, "Old."));
        let told = problems(&center, "old.md").join("\n");
        assert!(
            if expected.is_empty() { told.is_empty() } else { told.contains(expected) },
            "{keys}: {told}"
        );
    }
}

#[test]
fn what_has_expired_or_is_still_to_come_is_not_nagged_about() {
    let old = format!("{OVER}review_by: 2000-01-01\n");
    let center = center()
        .with("en/billing/old.md", article_with("Old", &old, "Old."))
        .with("en/billing/soon.md", article_with("Soon", "publish_at: 2099-01-01\n", "Text."))
        .with("ru/billing/soon.md", article_with("Скоро", "publish_at: 2099-01-01\n", "Текст."))
        .with("ru/billing/refunds.md", article("Возврат", "Две недели."));
    let (_, out, _) = said(&mut center.command(&["check"]));
    assert!(out.contains("no problems"), "{out}");
}

#[test]
fn a_link_to_what_has_expired_is_told_with_what_replaces_it() {
    let links =
        "See [one](old.md), [two](/a/old), [three](/a/older) and [four](/en/billing/old#top).";
    let keys = format!("{OVER}replaced_by: refunds\naliases: [older]\n");
    let center = center()
        .with("en/billing/linking.md", article("Linking", links))
        .with("en/billing/old.md", article_with("Old", &keys, "Old."));
    let told = problems(&center, "linking.md");
    let expected = "link-to-hidden: link to what replaces it: `[text](/a/refunds)`";
    assert_eq!(told, [expected; 4]);
}

// ---- the calendar ----------------------------------------------------------------------------

/// A day so many days from now, where the sites of these tests are.
fn day(days: i64) -> String {
    let today = Zoned::now().in_tz("Europe/Moscow").unwrap().date();
    (today + days.days()).to_string()
}

fn busy() -> HelpCenter {
    let review = format!("owner: Payments\nreview_by: {}\n", day(-3));
    let soon = format!("owner: Bonuses\npublish_at: {}T12:00:00Z\n", day(5));
    let center = center()
        .with("en/billing/late.md", article_with("Late", &review, "Text."))
        .with("ru/billing/late.md", article_with("Поздно", &review, "Текст."))
        .with("ru/billing/soon.md", article_with("Скоро, очень; скоро", &soon, "Текст."));
    let end = format!("expires_at: {}T20:00:00Z\nreplaced_by: refunds\n", day(20));
    center.save("en/billing/ending.md", article_with("Ending", &end, "Text."));
    center
}

#[test]
fn the_calendar_tells_day_by_day_what_will_happen() {
    let center = busy();
    let (code, out, err) = said(&mut center.command(&["calendar"]));
    assert_eq!(code, Some(0), "{err}");
    let place = |text: &str| out.find(text).unwrap_or_else(|| panic!("no {text:?} in:\n{out}"));
    assert!(place("Overdue: 1") < place("late (ru, en)"));
    assert!(place("ru/billing/late.md  en/billing/late.md  owner: Payments") < place(&day(5)));
    assert!(place("15:00  appears     soon (ru)") < place(&day(20)));
    assert!(place("replaced by: refunds") > place("expires     ending (en)"), "{out}");

    let (_, out, _) = said(&mut center.command(&["calendar", "--days", "10", "--format", "json"]));
    let calendar: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(calendar["overdue"][0]["articles"].as_array().unwrap().len(), 2, "{out}");
    assert_eq!(calendar["coming"].as_array().unwrap().len(), 1, "{out}");
    assert_eq!(calendar["coming"][0]["articles"][0]["file"], "ru/billing/soon.md");
}

#[test]
fn a_team_may_ask_for_its_own_and_a_team_that_is_none_is_told_which_there_are() {
    let center = busy();
    let (_, out, _) = said(&mut center.command(&["calendar", "--owner", "bonuses"]));
    assert!(out.contains("soon (ru)") && !out.contains("late"), "{out}");
    let (code, _, err) = said(&mut center.command(&["calendar", "--owner", "Bonus"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("Bonuses, Payments"), "{err}");
}

#[test]
fn an_empty_calendar_says_so() {
    let (code, out, _) = said(&mut center().command(&["calendar", "--days", "30"]));
    assert_eq!(code, Some(0));
    assert!(out.contains("no article appears, expires or is due for a review"), "{out}");
}

#[test]
fn calendar_programs_subscribe_with_the_key_as_their_password() {
    let center = busy().start();
    let basic = |user: &str, password: &str| {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        center.get_with("/staff/calendar.ics", &[("authorization", &format!("Basic {pair}"))])
    };
    let answer = basic("anybody", center.key());
    assert_eq!(answer.status, 200, "{}", answer.lossy());
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(center.get_as_staff("/staff/calendar.ics").status, 200);

    let in_address = format!("/staff/calendar.ics?key={}", center.key());
    let refused = [
        center.get("/staff/calendar.ics"),
        basic("x", "wrong"),
        basic(center.key(), ""),
        center.get(&in_address),
    ];
    for answer in refused {
        assert_eq!(answer.status, 401, "{}", answer.lossy());
        assert!(answer.header("www-authenticate").starts_with("Basic "), "{}", answer.lossy());
        assert!(!answer.lossy().contains("BEGIN:VCALENDAR") && !answer.lossy().contains("Скоро"));
    }
    // A browser is led to the form: a password that it knows would shut it out of the console.
    let browser = center.get_with("/staff/calendar.ics", &[("sec-fetch-mode", "navigate")]);
    assert_eq!((browser.status, browser.header("location")), (303, "/staff/"));
    // And nothing else of the console takes a password.
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("x:{}", center.key()));
    let console = center.get_with("/staff/", &[("authorization", &format!("Basic {pair}"))]);
    assert_eq!(console.status, 401);
}

#[test]
fn the_calendar_is_what_the_standard_says() {
    let center = busy().start();
    let text = center.get_as_staff("/staff/calendar.ics").text().to_owned();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"), "{text}");
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    let unfolded = text.replace("\r\n ", "");
    let lines: Vec<&str> = unfolded.split("\r\n").collect();
    let has = |line: &str| assert!(lines.contains(&line), "no {line:?} in:\n{unfolded}");
    has(&format!("DTSTART;VALUE=DATE:{}", day(-3).replace('-', "")));
    has("UID:review.late.ru@help.example.com");
    has(&format!("DTSTART:{}T120000Z", day(5).replace('-', "")));
    has("SUMMARY:Публикуется: Скоро\\, очень\\; скоро (ru)");
    has("DESCRIPTION:ru/billing/soon.md\\nКто отвечает: Bonuses");
    has("URL:https://help.example.com/a/ending?locale=en");
    has("X-WR-CALNAME:Справка: Календарь статей");
    assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 3);
    assert_eq!(lines.iter().filter(|line| line.starts_with("DTSTAMP:")).count(), 3);
    let own = center.get_as_staff("/staff/calendar.ics?owner=Payments&days=1").text().to_owned();
    assert_eq!(own.matches("BEGIN:VEVENT").count(), 1, "{own}");

    let (_, file, _) = said(&mut center.command(&["calendar", "--format", "ics"]));
    let undated = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("DTSTAMP")).map(str::to_owned).collect()
    };
    assert_eq!(undated(&file), undated(&text), "the command writes the same");
}

#[test]
fn the_console_shows_the_next_two_weeks_and_where_to_subscribe() {
    let center = busy().start();
    let page = center.get_as_staff("/staff/?ui=en");
    let page = page.text();
    assert!(page.contains("In the next 14 days"), "{page}");
    assert!(page.contains("Скоро, очень; скоро") && page.contains("Appears"), "{page}");
    assert!(page.contains("href=\"/staff/calendar.ics\""), "{page}");
    let card = page.split("id=\"_calendar\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(!card.contains("Ending"), "it is 20 days away: {card}");
}
