//! Everything that may lie in an articles folder, tried from the shared collection: the server
//! lives, what is hidden stays so, and no page runs anything.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use crate::help_center::{HelpCenter, article};
use crate::hostile_data::{Item, filled, items, token};
use crate::http::encoded;
use crate::markup;

/// How long a hundred megabytes of tricks may take without optimization.
const PATIENCE: Duration = Duration::from_mins(3);

/// The paths of all pages that search engines are told of.
fn listed(center: &HelpCenter) -> BTreeSet<String> {
    let map = center.page("/sitemap.xml");
    let addresses = map.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next());
    let paths = addresses.map(|a| a.replace("&amp;", "&"));
    paths.map(|a| a.strip_prefix("https://help.example.com").unwrap().to_owned()).collect()
}

/// Every page, as players and as staff see it.
fn check_every_page(center: &HelpCenter) -> Vec<String> {
    let mut wrong = Vec::new();
    let folder = center.folder().to_string_lossy().into_owned();
    let others = ["/en/search?q=hostile", "/en/search?q=body+with", "/en/contact", "/nowhere"];
    for path in listed(center).into_iter().chain(others.map(ToOwned::to_owned)) {
        for answer in [center.get(&path), center.get_as_staff(&path)] {
            let said = answer.lossy();
            if answer.status >= 500 || said.contains(&folder) {
                wrong.push(format!("{path}: {} {said}", answer.status));
            }
            if let Err(harm) = markup::check(&String::from_utf8_lossy(&answer.body)) {
                wrong.push(format!("{path}: {harm}"));
            }
        }
    }
    let programs = [
        "/sitemap.xml",
        "/en/feed.xml",
        "/llms.txt",
        "/api/v1/articles?limit=200&locale=en",
        "/api/v1/topics",
        "/api/v1/status",
        "/metrics",
        "/api/v1/search?q=hostile&locale=en",
    ];
    for path in programs {
        for answer in [center.get(path), center.get_as_staff(path)] {
            if answer.status != 200 || answer.lossy().contains(&folder) {
                wrong.push(format!("{path}: {} {}", answer.status, answer.lossy()));
            }
        }
    }
    wrong
}

/// Whether the word is found by the public: it itself, not one that is like it.
fn finds(center: &HelpCenter, word: &str) -> bool {
    let search = center.get(&format!("/api/v1/search?q={word}&locale=en"));
    let suggest = center.get(&format!("/api/v1/suggest?q={word}&locale=en"));
    search.json()["hits"].to_string().contains(word) || suggest.text().contains(word)
}

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("en/good/_index.md", "---\ntitle: Good\n---\n")
        .with("en/good/good.md", article("A good one", "It stays all the time."))
        .start()
}

/// Waits until everything that was written is read.
fn settle(center: &HelpCenter) {
    center.save("en/good/last.md", article("The last one", "Written after all others."));
    center.until_within(PATIENCE, "all is read", || center.get("/en/good/last").status == 200);
    let seen = std::cell::Cell::new(0);
    center.until_within(PATIENCE, "editions come to rest", || {
        let edition = center.edition();
        seen.replace(edition) == edition
    });
}

fn verdict(center: &HelpCenter, item: &Item, path: &str, word: &str) -> Option<String> {
    let is_found = finds(center, word);
    let has_error = || !center.errors(path).is_empty();
    let wrong = match item.expect.as_str() {
        "ok" if !is_found => format!("is not found: {:?}", center.errors(path)),
        "reject" if is_found => "is served".to_owned(),
        "reject" if !has_error() => "is not reported".to_owned(),
        "hidden" if is_found => "is found".to_owned(),
        "ignore" if is_found => "is no article, and found".to_owned(),
        _ => return None,
    };
    Some(format!("{} {path}: {wrong}", item.id))
}

#[test]
fn hostile_files_do_no_harm() {
    let Some(items) = items("files.jsonl") else { return };
    let mut center = center();
    for (at, item) in items.iter().enumerate() {
        let (slug, title) = (format!("hostile-{at}"), format!("Hostile {at}"));
        let places =
            [("{TITLE}", &*title), ("{TOKEN}", &*token(at)), ("{SLUG}", &*slug), ("{FM}", "")];
        center.save(&format!("en/h/{slug}.md"), filled(&item.bytes, &places));
    }
    settle(&center);
    assert!(center.page("/en/good/good").contains("It stays"));
    let mut wrong: Vec<String> = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| {
            verdict(&center, item, &format!("en/h/hostile-{at}.md"), &token(at))
        })
        .collect();
    wrong.extend(check_every_page(&center));
    assert!(center.is_alive() && !center.log().contains("panicked"), "{}", center.log());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[cfg(unix)]
#[test]
fn hostile_file_names_do_no_harm() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let Some(items) = items("names.jsonl") else { return };
    let mut center = center();
    fs::create_dir_all(center.path("en/h")).unwrap();
    let mut written = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let file = center.path("en/h").join(OsStr::from_bytes(&item.bytes));
        let text = article(&format!("Named {at}"), &format!("Body with {} inside.", token(at)));
        // Some are no names at all on this system.
        if fs::write(file, text).is_ok() {
            written.push((at, item));
        }
    }
    assert!(written.len() > 15);
    settle(&center);
    let mut wrong: Vec<String> = written
        .iter()
        .filter_map(|(at, item)| {
            let path = format!("en/h/{}", String::from_utf8_lossy(&item.bytes));
            verdict(&center, item, &path, &token(*at))
        })
        .collect();
    for (_, item) in &written {
        let answer = center.get(&format!("/en/h/{}", encoded(&item.bytes)));
        if answer.status >= 500 {
            wrong.push(format!("{}: {}", item.id, answer.status));
        }
    }
    wrong.extend(check_every_page(&center));
    assert!(center.is_alive() && !center.log().contains("panicked"), "{}", center.log());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hostile_markup_in_articles_runs_nothing() {
    let Some(items) = items("xss.jsonl") else { return };
    let mut center = center();
    for (at, chunk) in items.chunks(40).enumerate() {
        let mut text = String::new();
        for item in chunk {
            let markup = String::from_utf8_lossy(&item.bytes);
            // Writing to a string never fails.
            let _ = write!(text, "{markup}\n\n[x]({markup})\n\n## {markup}\n\n- {markup}\n\n");
        }
        let title = String::from_utf8_lossy(&chunk[0].bytes).into_owned();
        let title = serde_json::to_string(&title.replace('\n', " ")).unwrap();
        let keys = format!("summary: {title}\nquestions: [{title}]\n");
        let header = format!("---\ntitle: {title}\n{keys}---\n\n");
        center.save(&format!("en/h/hostile-{at}.md"), header + &text);
    }
    settle(&center);
    let served = listed(&center).len();
    assert!(served > items.len() / 40, "{served} pages");
    let wrong = check_every_page(&center);
    assert!(center.is_alive() && !center.log().contains("panicked"), "{}", center.log());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    use std::os::unix::fs::symlink;

    let mut center = center();
    let outside = center.folder().join("outside.md");
    fs::write(&outside, article("Outside", "Never to be read: basilisk.")).unwrap();
    fs::create_dir_all(center.path("en/h/folder.md")).unwrap();
    symlink(&outside, center.path("en/h/link.md")).unwrap();
    symlink("/dev/zero", center.path("en/h/zero.md")).unwrap();
    symlink("/etc/passwd", center.path("en/h/passwd.png")).unwrap();
    symlink(center.folder(), center.path("en/h/up")).unwrap();
    symlink("loop.md", center.path("en/h/loop.md")).unwrap();
    symlink("nowhere", center.path("en/h/dangling.md")).unwrap();
    let pipe = center.path("en/h/pipe.md");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(center.path("en/h/socket.md")).unwrap();
    center.save("en/h/shown.md", article("Shown", "![x](passwd.png)"));
    settle(&center);
    assert!(center.page("/en/good/good").contains("It stays"));
    for name in ["link", "zero", "loop", "dangling", "pipe", "socket", "folder", "passwd.png"] {
        assert_eq!(center.get(&format!("/en/h/{name}")).status, 404, "{name}");
    }
    assert!(!finds(&center, "basilisk"));
    center.restart();
    assert!(center.page("/en/good/good").contains("It stays"));
    assert!(!finds(&center, "basilisk"));
    for name in ["link.md", "pipe.md", "folder.md"] {
        assert!(!center.errors(&format!("en/h/{name}")).is_empty(), "{name} is reported");
    }
}
