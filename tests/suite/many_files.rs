//! Many files at once: copied folders, checkouts, folders that are suddenly gone.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::help_center::{HelpCenter, article};

fn center_of(count: usize) -> HelpCenter {
    let center = HelpCenter::new().with("en/billing/_index.md", "---\ntitle: Billing\n---\n");
    write_many(&center, "en/billing", count, "Falcon");
    center.start()
}

fn write_many(center: &HelpCenter, topic: &str, count: usize, word: &str) {
    for at in 0..count {
        let text = article(&format!("{word} {at}"), &format!("About the {word} of number {at}."));
        center.save(&format!("{topic}/number-{at}.md"), text);
    }
}

fn count(center: &HelpCenter) -> u64 {
    center.status()["articles"].as_u64().unwrap()
}

#[test]
fn six_hundred_files_written_at_once_are_at_most_three_editions() {
    let center = HelpCenter::new()
        .with("en/billing/_index.md", "---\ntitle: Billing\n---\n")
        .with("en/billing/refunds.md", article("Refunds", "Ask within fourteen days."))
        .start();
    let before = center.edition();
    write_many(&center, "en/archive", 600, "Osprey");
    center.until_long("all are served", || count(&center) == 601);
    assert_eq!(center.get("/api/v1/search?q=osprey&locale=en").json()["total"], 600);
    let grown = center.edition() - before;
    assert!(grown <= 3, "{grown} editions");
}

/// Runs git with nothing of the tester's own settings.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    for setting in ["user.name=Editor", "user.email=editor@example.com", "commit.gpgsign=false"] {
        command.args(["-c", setting]);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn repository(count: usize) -> HelpCenter {
    let center = HelpCenter::new().with("en/billing/_index.md", "---\ntitle: Billing\n---\n");
    write_many(&center, "en/billing", count, "Falcon");
    let folder = center.articles_folder();
    git(folder, &["init", "-q", "-b", "main"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "-m", "first"]);
    git(folder, &["checkout", "-q", "-b", "other"]);
    write_many(&center, "en/billing", count, "Osprey");
    git(folder, &["commit", "-q", "-a", "-m", "second"]);
    git(folder, &["checkout", "-q", "main"]);
    center.start()
}

#[test]
fn a_checkout_of_another_branch_is_at_most_three_editions() {
    let center = repository(300);
    let before = center.edition();
    git(center.articles_folder(), &["checkout", "-q", "other"]);
    let total = |word: &str| {
        let found = center.get(&format!("/api/v1/search?q={word}&locale=en")).json();
        found["total"].as_u64().unwrap()
    };
    center.until_long("the other branch is served", || {
        total("osprey") == 300 && total("falcon") == 0
    });
    let grown = center.edition() - before;
    assert!(grown <= 3, "{grown} editions");
}

/// Asks for as long as something is done, and says the fewest articles that were served meanwhile.
fn fewest_while(center: &HelpCenter, work: impl FnOnce() + Send) -> u64 {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            work();
            // Editions may come a little after the last file; nothing is waited for here.
            thread::sleep(Duration::from_millis(500));
            is_done.store(true, Ordering::Relaxed);
        });
        let mut fewest = count(center);
        while !is_done.load(Ordering::Relaxed) {
            fewest = fewest.min(count(center));
        }
        fewest
    })
}

#[test]
fn no_article_is_away_during_a_checkout() {
    let center = repository(300);
    let folder = center.articles_folder();
    let fewest = fewest_while(&center, || {
        for branch in ["other", "main", "other", "main", "other"] {
            git(folder, &["checkout", "-q", branch]);
        }
    });
    assert_eq!(fewest, 300);
}

#[test]
fn no_article_is_away_while_it_is_deleted_and_created_anew_and_folders_come_and_go() {
    let center = center_of(10);
    let fewest = fewest_while(&center, || {
        for turn in 0..60 {
            fs::create_dir_all(center.path(&format!("en/new-{turn}"))).unwrap();
            center.remove("en/billing/number-7.md");
            // As long as an editor takes; nothing is waited for here.
            thread::sleep(Duration::from_millis(turn % 30));
            center.save("en/billing/number-7.md", article("Seven", &format!("Turn t{turn}x.")));
            thread::sleep(Duration::from_millis(20));
        }
    });
    assert_eq!(fewest, 10);
    center.until_page_says("/en/billing/number-7", "t59x");
}

#[test]
fn what_was_saved_while_the_watch_lost_track_is_served() {
    let center = center_of(50);
    let signal = |name: &str| {
        let told = Command::new("kill").args([name, &center.pid().to_string()]).status().unwrap();
        assert!(told.success());
    };
    signal("-STOP");
    // More than the kernel keeps for who does not listen.
    for turn in 0..200 {
        write_many(&center, "en/billing", 50, &format!("Turn t{turn}x"));
    }
    signal("-CONT");
    center.until_long("the last texts are served", || {
        (0..50).all(|at| center.page(&format!("/en/billing/number-{at}")).contains("t199x"))
    });
    center.save("en/billing/number-7.md", article("Seven", "Now about the heron."));
    center.until_page_says("/en/billing/number-7", "heron");
}

#[test]
fn the_status_names_the_commit_that_is_served_after_a_checkout() {
    let center = repository(30);
    let commit = || center.status()["source"]["commit"].as_str().unwrap_or_default().to_owned();
    let before = commit();
    assert_eq!(before.len(), 40, "{before}");
    git(center.articles_folder(), &["checkout", "-q", "other"]);
    center.until_page_says("/en/billing/number-7", "Osprey");
    center.until("the status names the other commit", || commit() != before);
}

#[test]
fn the_articles_folder_may_go_and_come_back() {
    let center = center_of(30);
    let (folder, away) = (center.articles_folder(), center.folder().join("away"));
    let degraded = || center.status()["source"]["degraded"].is_string();
    assert!(!degraded());
    fs::rename(folder, &away).unwrap();
    center.until("the status says so", degraded);
    assert_eq!(count(&center), 30);
    assert!(center.page("/en/billing/number-7").contains("Falcon"));
    assert!(center.search("falcon", "en").has("number-7"));

    fs::rename(&away, folder).unwrap();
    center.until("all is well again", || !degraded());
    center.save("en/billing/number-7.md", article("Seven", "Now about the heron."));
    center.until_page_says("/en/billing/number-7", "heron");
}

#[test]
fn a_folder_replaced_by_another_is_followed() {
    let center = center_of(30);
    let (folder, other) = (center.articles_folder(), center.folder().join("other"));
    fs::create_dir_all(other.join("en/billing")).unwrap();
    for entry in fs::read_dir(folder.join("en/billing")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), other.join("en/billing").join(entry.file_name())).unwrap();
    }
    fs::copy(folder.join("site.yaml"), other.join("site.yaml")).unwrap();
    fs::write(other.join("en/billing/number-3.md"), article("Three", "About the plover.")).unwrap();
    fs::rename(folder, center.folder().join("old")).unwrap();
    fs::rename(&other, folder).unwrap();
    center.until_page_says("/en/billing/number-3", "plover");
    center.save("en/billing/number-7.md", article("Seven", "Now about the heron."));
    center.until_page_says("/en/billing/number-7", "heron");
}

#[test]
fn when_more_than_half_is_gone_at_once_it_is_not_believed() {
    let center = center_of(40);
    for at in 0..30 {
        center.remove(&format!("en/billing/number-{at}.md"));
    }
    center.until("the status says so", || center.status()["source"]["degraded"].is_string());
    assert_eq!(count(&center), 40);
    assert!(center.page("/en/billing/number-7").contains("Falcon"));

    write_many(&center, "en/billing", 30, "Falcon");
    center.until("all is well again", || center.status()["source"]["degraded"].is_null());
    assert_eq!(count(&center), 40);
}

#[test]
fn what_is_gone_for_half_a_minute_is_gone() {
    let center = center_of(40);
    center.remove("en/billing");
    center.until("the status says so", || center.status()["source"]["degraded"].is_string());
    assert_eq!(count(&center), 40);
    center.until_within(Duration::from_secs(50), "it is believed", || count(&center) == 0);
    assert_eq!(center.get("/en/billing/number-7").status, 404);
    center.until("nothing is wrong any more", || center.status()["source"]["degraded"].is_null());
}

#[test]
fn less_than_half_is_believed_at_once() {
    let center = center_of(40);
    for at in 0..15 {
        center.remove(&format!("en/billing/number-{at}.md"));
    }
    center.until("they are gone", || count(&center) == 25);
    assert!(center.status()["source"]["degraded"].is_null());
}
