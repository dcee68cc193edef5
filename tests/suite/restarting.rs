//! Stopping, starting again, and whatever may have happened to the index folder meanwhile: it is
//! a copy, and readers never pay for its loss with more than a slower start.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::help_center::{HelpCenter, article, article_with};

const WORDS: [&str; 12] = [
    "albatross",
    "bullfinch",
    "cormorant",
    "dunnock",
    "egret",
    "flamingo",
    "goldcrest",
    "hoopoe",
    "ibis",
    "jackdaw",
    "kestrel",
    "lapwing",
];

fn center() -> HelpCenter {
    let center = HelpCenter::new().with("en/birds/_index.md", "---\ntitle: Birds\n---\n");
    for word in WORDS {
        let text =
            format!("How to feed a {word} in winter.\n\n## Nests\n\nWhere the {word} sleeps.");
        center.save(&format!("en/birds/{word}.md"), article(&format!("The {word}"), &text));
        center.save(&format!("ru/birds/{word}.md"), article(&format!("Про {word}"), &text));
    }
    center.save("en/birds/rare.md", article_with("Rare", "audience: staff\n", "The last dodo."));
    center.start()
}

/// What readers get, without what differs by time.
fn answers(center: &HelpCenter) -> Vec<Value> {
    let mut answers = Vec::new();
    for query in WORDS.into_iter().chain(["winter", "feed a bird", "where sleeps", "kestrle"]) {
        for locale in ["en", "ru"] {
            let mut answer = center.get(&crate::help_center::search_target(query, locale)).json();
            for changing in ["took_us", "edition"] {
                answer.as_object_mut().unwrap().remove(changing);
            }
            answers.push(answer);
        }
    }
    answers.push(center.get_as_staff("/api/v1/search?q=dodo&locale=en").json()["hits"].clone());
    answers.push(center.get("/api/v1/suggest?q=kest&locale=en").json());
    answers.push(center.get("/api/v1/articles/kestrel").json());
    answers
}

fn assert_no_panic(center: &HelpCenter) {
    let log = center.log();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn a_restart_without_changes_goes_on_with_the_same_edition_and_parses_nothing() {
    let mut center = center();
    let (edition, before) = (center.edition(), answers(&center));
    for _ in 0..2 {
        center.restart();
        assert_eq!(center.edition(), edition);
        assert_eq!(answers(&center), before);
        let log = center.log();
        let read = log.lines().rfind(|line| line.contains("the articles are read")).unwrap();
        assert!(read.contains("\"changed\":false"), "{read}");
    }
}

#[test]
fn what_changed_while_the_server_was_down_is_served_and_the_edition_grows() {
    let mut center = center();
    let edition = center.edition();
    assert!(center.stop().success());
    center.save("en/birds/ibis.md", article("The ibis", "Now it reads a telegram."));
    center.remove("en/birds/egret.md");
    center.serve();
    assert!(center.page("/en/birds/ibis").contains("telegram"));
    assert!(center.search("telegram", "en").has("ibis"));
    assert_eq!(center.get("/api/v1/articles/egret?locale=en").status, 404);
    assert!(!center.search("egret", "en").has("egret"));
    assert!(center.edition() > edition);
}

#[test]
fn the_edition_grows_over_a_crash_too() {
    let mut center = center();
    center.save("en/birds/ibis.md", article("The ibis", "Now it reads a telegram."));
    center.until_page_says("/en/birds/ibis", "telegram");
    let edition = center.edition();
    center.kill();
    center.serve();
    assert!(center.edition() >= edition);
    center.save("en/birds/ibis.md", article("The ibis", "Now it writes a letter."));
    center.until_page_says("/en/birds/ibis", "letter");
    assert!(center.edition() > edition);
}

#[test]
fn after_any_crash_every_article_has_its_newest_text() {
    let mut center = center();
    for turn in 0..8_u64 {
        for word in WORDS {
            let text = format!("Turn number t{turn}x of the {word}.");
            center.save(&format!("en/birds/{word}.md"), article(&format!("The {word}"), &text));
        }
        // Each time at another moment of the work that the saves have made.
        thread::sleep(Duration::from_millis(turn * 15));
        center.kill();
        center.serve();
        for word in WORDS {
            let page = center.page(&format!("/en/birds/{word}"));
            assert!(page.contains(&format!("t{turn}x")), "turn {turn}, {word}");
        }
        let found = center.search(&format!("t{turn}x"), "en");
        assert_eq!(found.ids.len(), WORDS.len(), "turn {turn}: {found:?}");
    }
    assert_no_panic(&center);
}

#[test]
fn without_its_index_folder_the_server_starts_and_answers_as_before() {
    let mut center = center();
    let before = answers(&center);
    center.stop();
    fs::remove_dir_all(center.index_folder()).unwrap();
    center.serve();
    assert_eq!(answers(&center), before);
    assert_no_panic(&center);
}

#[test]
fn when_the_index_folder_is_deleted_while_serving_answers_go_on() {
    let mut center = center();
    let before = answers(&center);
    fs::remove_dir_all(center.index_folder()).unwrap();
    assert_eq!(answers(&center), before);
    center.save("en/birds/ibis.md", article("The ibis", "Now it reads a telegram."));
    center.until_page_says("/en/birds/ibis", "telegram");
    center.until("it is found", || center.search("telegram", "en").has("ibis"));
    assert!(center.is_alive());
    assert_no_panic(&center);
}

/// All files of the index folder, by their path in it.
fn files_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Damages each file of the index by itself; the server starts and answers as before each time.
fn assert_survives(damage: impl Fn(&[u8]) -> Vec<u8>) {
    let mut center = center();
    let before = answers(&center);
    assert!(center.stop().success());
    let folder = center.index_folder();
    let whole = files_of(&folder);
    assert!(whole.len() > 5, "{whole:?}");
    let mut wrong = Vec::new();
    for (path, bytes) in whole.iter().filter(|(_, bytes)| !bytes.is_empty()) {
        fs::write(path, damage(bytes)).unwrap();
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        if let Err(ended) = center.try_serve() {
            wrong.push(format!("{name}: it does not start: {ended}"));
        } else {
            if answers(&center) != before {
                wrong.push(format!("{name}: other answers"));
            }
            center.stop();
        }
        fs::remove_dir_all(&folder).unwrap();
        for (path, bytes) in &whole {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    assert!(wrong.is_empty(), "of {} files:\n{}\n{}", whole.len(), wrong.join("\n"), center.log());
    assert_no_panic(&center);
}

#[test]
fn the_server_survives_that_any_file_of_its_index_is_cut() {
    assert_survives(|bytes| bytes[..bytes.len() / 2].to_vec());
}

#[test]
fn the_server_survives_that_any_file_of_its_index_is_empty() {
    assert_survives(|_| Vec::new());
}

#[test]
fn the_server_survives_that_any_file_of_its_index_has_a_bit_flipped() {
    assert_survives(|bytes| {
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0b0001_0000;
        bytes
    });
}

#[test]
fn the_server_survives_that_any_file_of_its_index_is_zeroed() {
    assert_survives(|bytes| vec![0; bytes.len()]);
}

#[test]
fn the_server_survives_that_any_file_of_its_index_is_another() {
    assert_survives(|bytes| {
        b"{\"garbage\": [\xff".iter().copied().cycle().take(bytes.len().max(3)).collect()
    });
}

#[test]
fn a_second_server_on_the_same_index_is_refused_in_plain_words() {
    let mut center = center();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["index"][..]] {
        let output = center.command(command).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
        assert!(said.contains("error: ") && said.lines().count() < 6, "{command:?}: {said}");
        assert!(!said.contains("panicked") && !said.contains("LockBusy"), "{command:?}: {said}");
    }
    assert!(center.is_alive());
    assert!(center.search("ibis", "en").has("ibis"));
}

#[test]
fn a_search_from_the_terminal_works_beside_a_server() {
    let center = center();
    let output = center.command(&["search", "--locale", "en", "ibis"]).output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("/en/birds/ibis"));
}

#[test]
fn a_server_told_to_stop_finishes_the_answer_under_way() {
    const SIZE: usize = 12 << 20;
    let mut center = HelpCenter::new()
        .with("en/birds/ibis.md", article("The ibis", "![Its nest](nest.png)"))
        .with("en/birds/nest.png", vec![7; SIZE])
        .start();
    let mut stream = TcpStream::connect(center.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
        .write_all(b"GET /en/birds/nest.png HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut first = vec![0; 1024];
    stream.read_exact(&mut first).unwrap();
    assert!(first.starts_with(b"HTTP/1.1 200"));

    center.ask_to_stop();
    center.until("it says that it stops", || center.log().contains("stopping"));
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    let all = [first, rest].concat();
    let head = all.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(all.len() - head, SIZE);
    assert_eq!(center.wait().code(), Some(0));
}

#[test]
fn a_server_told_to_stop_does_not_wait_for_idle_connections() {
    let mut center = center();
    let _idle = TcpStream::connect(center.address()).unwrap();
    assert_eq!(center.stop().code(), Some(0));
    let log = center.log();
    assert!(!log.contains("still under way"), "{log}");
}
