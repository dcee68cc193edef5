//! What an editor does while the help center is being served, and what readers see of it.

use std::fs::{self, File};
use std::io::Write;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::help_center::{HelpCenter, SITE, article, article_with};

const REFUNDS: &str = "/en/billing/refunds";
/// No article: its title has a misspelled key.
const BROKEN: &str = "---\ntittle: Refunds\n---\nhalf of a text\n";

fn center() -> HelpCenter {
    HelpCenter::new()
        .with("en/_index.md", "---\ntitle: Help\n---\n")
        .with("en/billing/_index.md", "---\ntitle: Billing\n---\n")
        .with("en/billing/refunds.md", article("Refunds", "Ask within fourteen days."))
        .with("en/billing/invoices.md", article("Invoices", "Sent on the first of the month."))
        .start()
}

/// The page, the search and nothing of the text before.
fn until_new_text(center: &HelpCenter, text: &str, before: &str) {
    center.until_page_says(REFUNDS, text);
    center.until("the search finds it", || center.search(text, "en").has("refunds"));
    let page = center.page(REFUNDS);
    assert!(!page.contains(before), "{page}");
    assert!(!center.search(before, "en").has("refunds"), "the old text is found");
}

#[test]
fn an_edit_is_read_and_found_without_a_restart() {
    let center = center();
    let edition = center.edition();
    center.save("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    until_new_text(&center, "quartermaster", "fourteen");
    assert!(center.edition() > edition);
}

#[test]
fn a_new_article_is_read_and_found_without_a_restart() {
    let center = center();
    center.save("en/billing/vouchers.md", article("Vouchers", "Bring the wolfsbane."));
    center.until_page_says("/en/billing/vouchers", "wolfsbane");
    assert_eq!(center.search("wolfsbane", "en").titles, ["Vouchers"]);
    assert!(center.page("/en/billing/").contains("Vouchers"));
    assert!(center.get("/sitemap.xml").text().contains("/en/billing/vouchers"));
}

#[test]
fn an_article_in_a_new_folder_is_a_new_topic() {
    let center = center();
    center.save("en/parcels/customs.md", article("Customs", "Pay the tollkeeper."));
    center.save("en/parcels/_index.md", "---\ntitle: Parcels by post\n---\n");
    center.until_page_says("/en/parcels/customs", "tollkeeper");
    center.until_page_says("/en/parcels/", "Parcels by post");
    center.until("it is listed", || {
        let topics = center.get("/api/v1/topics?locale=en").json();
        let topics = topics["topics"].as_array().unwrap().clone();
        topics.iter().any(|topic| topic["slug"] == "parcels" && topic["count"] == 1)
    });
}

#[test]
fn a_deleted_article_is_gone_everywhere() {
    let center = center();
    assert!(center.search("fourteen", "en").has("refunds"));
    center.remove("en/billing/refunds.md");
    center.until_gone(REFUNDS);
    assert_eq!(center.get("/a/refunds").status, 404);
    assert_eq!(center.get("/api/v1/articles/refunds").status, 404);
    assert!(!center.search("fourteen", "en").has("refunds"));
    assert!(!center.get("/sitemap.xml").text().contains("refunds"));
    assert_eq!(center.get("/en/billing/invoices").status, 200);
}

#[test]
fn a_renamed_article_is_at_its_new_address() {
    let center = center();
    center.rename("en/billing/refunds.md", "en/billing/money-back.md");
    center.until_page_says("/en/billing/money-back", "fourteen");
    center.until_gone(REFUNDS);
    assert_eq!(center.search("fourteen", "en").ids, ["money-back"]);
}

#[test]
fn a_renamed_article_with_an_alias_is_found_at_its_old_address_too() {
    let center = center();
    let text = article_with("Refunds", "aliases: [refunds, billing/refunds]\n", "Ask soon.");
    center.save("en/billing/money-back.md", text);
    center.remove("en/billing/refunds.md");
    center.until("the old address leads on", || {
        center.get(REFUNDS).header("location") == "/en/billing/money-back"
    });
    assert_eq!(center.get("/a/refunds").header("location"), "/en/billing/money-back");
}

#[test]
fn a_topic_moved_article_keeps_its_permanent_link() {
    let center = center();
    assert_eq!(center.get("/a/refunds").header("location"), REFUNDS);
    center.rename("en/billing/refunds.md", "en/orders/refunds.md");
    center.until("the permanent link leads to the new address", || {
        center.get("/a/refunds").header("location") == "/en/orders/refunds"
    });
    center.until_gone(REFUNDS);
    assert_eq!(center.search("fourteen", "en").ids, ["refunds"]);
}

#[test]
fn a_broken_article_keeps_its_last_text_until_it_is_mended() {
    let center = center();
    center.save("en/billing/refunds.md", BROKEN);
    center.until("staff are told", || !center.errors("en/billing/refunds.md").is_empty());
    let errors = center.errors("en/billing/refunds.md");
    assert!(errors.iter().any(|(line, code)| *line == 2 && !code.is_empty()), "{errors:?}");
    let page = center.page(REFUNDS);
    assert!(page.contains("fourteen") && !page.contains("half of a text"), "{page}");
    assert!(center.search("fourteen", "en").has("refunds"));
    assert!(center.get("/api/v1/status").json().get("problems").is_none(), "staff alone are told");

    center.save("en/billing/refunds.md", article("Refunds", "Mended by the cooper."));
    until_new_text(&center, "cooper", "fourteen");
    assert_eq!(center.errors("en/billing/refunds.md"), []);
}

#[test]
fn other_articles_go_live_while_one_is_broken() {
    let center = center();
    center.save("en/billing/refunds.md", BROKEN);
    center.save("en/billing/invoices.md", article("Invoices", "Signed by the notary."));
    center.until_page_says("/en/billing/invoices", "notary");
    assert!(center.page(REFUNDS).contains("fourteen"));
}

#[test]
fn an_article_that_is_new_and_broken_is_reported_and_not_served() {
    let center = center();
    center.save("en/billing/vouchers.md", "---\nsummary: no title\n---\ntext\n");
    center.until("staff are told", || !center.errors("en/billing/vouchers.md").is_empty());
    assert_eq!(center.get("/en/billing/vouchers").status, 404);
}

#[test]
fn a_misspelled_visibility_never_makes_an_article_public() {
    let center = center();
    center.save("en/billing/secret.md", article_with("S", "audience: stuff\n", "Word: hyacinth."));
    center.save("en/billing/other.md", article_with("O", "statsu: draft\n", "Word: narcissus."));
    center.until("staff are told", || {
        !center.errors("en/billing/secret.md").is_empty()
            && !center.errors("en/billing/other.md").is_empty()
    });
    for (id, word) in [("secret", "hyacinth"), ("other", "narcissus")] {
        assert_eq!(center.get(&format!("/en/billing/{id}")).status, 404);
        assert!(!center.search(word, "en").has(id));
    }
}

#[test]
fn a_broken_article_survives_a_restart_with_its_last_text() {
    let mut center = center();
    center.save("en/billing/refunds.md", BROKEN);
    center.until("staff are told", || !center.errors("en/billing/refunds.md").is_empty());
    center.restart();
    assert!(center.page(REFUNDS).contains("fourteen"));
    assert!(center.search("fourteen", "en").has("refunds"));
    assert!(!center.errors("en/billing/refunds.md").is_empty());

    center.save("en/billing/refunds.md", article("Refunds", "Mended by the cooper."));
    until_new_text(&center, "cooper", "fourteen");
}

#[test]
fn a_broken_article_survives_a_crash_with_its_last_text() {
    let mut center = center();
    let copy = center.index_folder().join("articles.bin");
    center.until_long("the articles are copied", || copy.exists());
    center.save("en/billing/refunds.md", BROKEN);
    center.until("staff are told", || !center.errors("en/billing/refunds.md").is_empty());
    center.kill();
    center.serve();
    assert!(center.page(REFUNDS).contains("fourteen"));
    assert!(!center.errors("en/billing/refunds.md").is_empty());
}

#[test]
fn a_text_that_was_served_survives_that_its_file_breaks_and_the_server_crashes_at_once() {
    let mut center = center();
    center.save("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    center.until_page_says(REFUNDS, "quartermaster");
    center.save("en/billing/refunds.md", BROKEN);
    center.until("staff are told", || !center.errors("en/billing/refunds.md").is_empty());
    center.kill();
    center.serve();
    assert!(center.page(REFUNDS).contains("quartermaster"));
}

#[test]
fn a_file_written_beside_and_renamed_into_place_is_served() {
    let center = center();
    center.replace("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    until_new_text(&center, "quartermaster", "fourteen");
    assert!(!center.get("/sitemap.xml").text().contains("tmp"));
}

#[test]
fn a_file_deleted_and_created_anew_is_served() {
    let center = center();
    center.remove("en/billing/refunds.md");
    center.save("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    until_new_text(&center, "quartermaster", "fourteen");
}

#[test]
fn a_file_saved_as_vim_does_is_served_and_its_leftovers_are_not() {
    let center = center();
    center.save("en/billing/.refunds.md.swp", "b0VIM 9.0 basilisk");
    center.save("en/billing/4913", "");
    center.remove("en/billing/4913");
    center.rename("en/billing/refunds.md", "en/billing/refunds.md~");
    center.save("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    until_new_text(&center, "quartermaster", "fourteen");
    center.remove("en/billing/refunds.md~");
    center.remove("en/billing/.refunds.md.swp");
    center.save("en/billing/invoices.md", article("Invoices", "Signed by the notary."));
    center.until_page_says("/en/billing/invoices", "notary");
    assert_eq!(center.status()["articles"], 2);
    assert!(center.page(REFUNDS).contains("quartermaster"));
}

#[test]
fn what_editors_leave_behind_is_never_served() {
    let center = center();
    let text = article("Leftover", "Never show the basilisk.");
    for name in [".refunds.md.swp", "refunds.md~", "#refunds.md#", ".#lock.md", "refunds.md.tmp"] {
        center.save(&format!("en/billing/{name}"), &text);
    }
    center.save(".git/hooks/readme.md", &text);
    center.save("en/billing/last.md", article("Last", "Written after the others."));
    center.until_page_says("/en/billing/last", "Written after");
    assert_eq!(center.status()["articles"], 3);
    assert!(!center.search_as_staff("basilisk", "en").titles.contains(&"Leftover".to_owned()));
}

#[test]
fn a_file_written_in_slow_chunks_is_served_whole_in_the_end() {
    let center = center();
    let text = article("Refunds", "First the drummer.\n\n## Later\n\nLast the quartermaster.");
    let mut file = File::create(center.path("en/billing/refunds.md")).unwrap();
    for chunk in text.as_bytes().chunks(7) {
        file.write_all(chunk).unwrap();
        file.flush().unwrap();
        // An editor on a slow line; nothing is waited for here.
        thread::sleep(Duration::from_millis(20));
        assert_eq!(center.get(REFUNDS).status, 200, "it is never away");
    }
    drop(file);
    until_new_text(&center, "quartermaster", "fourteen");
    assert_eq!(center.errors("en/billing/refunds.md"), []);
}

#[test]
fn a_file_emptied_and_then_written_is_never_away() {
    let center = center();
    center.save("en/billing/refunds.md", "");
    center.until("staff are told", || !center.errors("en/billing/refunds.md").is_empty());
    assert!(center.page(REFUNDS).contains("fourteen"));
    center.save("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    until_new_text(&center, "quartermaster", "fourteen");
}

#[test]
fn the_last_of_many_saves_in_a_row_is_served() {
    let center = center();
    for turn in 0..100 {
        center.save("en/billing/refunds.md", article("Refunds", &format!("Turn number t{turn}x.")));
    }
    center.until_page_says(REFUNDS, "t99x");
    center.until("the search agrees", || center.search("t99x", "en").has("refunds"));
}

#[test]
fn a_file_with_an_old_time_is_served() {
    let center = center();
    let path = center.path("en/billing/refunds.md");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    // As long as the text before, and with its time: neither tells that it is another.
    let text = article("Refunds", "Ask within forty-one day.");
    fs::write(&path, text).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    until_new_text(&center, "forty-one", "fourteen");
}

#[test]
fn a_folder_renamed_and_back_has_its_articles_again() {
    let center = center();
    center.rename("en/billing", "en/.away");
    center.until_gone(REFUNDS);
    center.rename("en/.away", "en/billing");
    center.until_page_says(REFUNDS, "fourteen");
    center.save("en/billing/refunds.md", article("Refunds", "Call the quartermaster."));
    until_new_text(&center, "quartermaster", "fourteen");
}

#[test]
fn a_renamed_folder_is_a_renamed_topic() {
    let center = center();
    center.rename("en/billing", "en/money");
    center.until_page_says("/en/money/refunds", "fourteen");
    center.until_gone(REFUNDS);
    center.until("it is in the new topic alone", || {
        let topics = center.get("/api/v1/topics?locale=en").json();
        topics["topics"].as_array().unwrap().iter().all(|topic| topic["slug"] == "money")
    });
}

#[test]
fn articles_appear_and_expire_by_themselves() {
    let center = center();
    let soon = Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let keys = format!("publish_at: {soon}\n");
    center.save("en/billing/later.md", article_with("Later", &keys, "The herald comes."));
    let keys = format!("expires_at: {soon}\n");
    center.save("en/billing/now.md", article_with("Now", &keys, "The herald is here."));
    if Timestamp::now() + jiff::SignedDuration::from_secs(1) < soon {
        assert_eq!(center.get("/en/billing/later").status, 404);
    }
    let end = Duration::from_secs(8);
    center.until_within(end, "it appears", || center.get("/en/billing/later").status == 200);
    center.until_within(end, "it expires", || center.get("/en/billing/now").status == 410);
    assert!(Timestamp::now() >= soon, "not before their time");
    let found = center.search("herald", "en");
    assert!(found.has("later") && !found.has("now"), "{found:?}");
}

#[test]
fn a_broken_site_file_keeps_what_it_said_last() {
    let mut center = center();
    let name = |center: &HelpCenter| center.page("/en/").contains("Help");
    assert!(name(&center));
    center.save("site.yaml", "name: [broken\n");
    center.until("staff are told", || !center.errors("site.yaml").is_empty());
    assert_eq!(center.get("/").header("location"), "/ru/", "the default locale is as it was");
    assert!(center.get("/sitemap.xml").text().contains("https://help.example.com/en/"));

    center.save("site.yaml", SITE.replace("help.example.com", "support.example.org"));
    center.until("the mended file is taken", || {
        center.get("/sitemap.xml").text().contains("https://support.example.org/en/")
    });
    assert_eq!(center.errors("site.yaml"), []);
    assert!(center.is_alive());
}

#[test]
fn a_broken_site_file_keeps_what_it_said_last_over_a_restart() {
    let mut center = center();
    center.save("site.yaml", "name: [broken\n");
    center.until("staff are told", || !center.errors("site.yaml").is_empty());
    center.restart();
    assert!(!center.errors("site.yaml").is_empty());
    assert!(center.get("/sitemap.xml").text().contains("https://help.example.com/en/"));
}

#[test]
fn a_renamed_site_is_called_by_its_new_name() {
    let center = center();
    center.save("site.yaml", SITE.replace("en: Help", "en: Lighthouse"));
    center.until_page_says(REFUNDS, "Lighthouse");
}

#[test]
fn synonyms_take_effect_without_a_restart() {
    let center = center();
    assert!(!center.search("reimbursement", "en").has("refunds"));
    center.save("en/synonyms.yaml", "groups:\n  - [refund, reimbursement]\n");
    center.until("the synonym is known", || center.search("reimbursement", "en").has("refunds"));
}

#[test]
fn a_draft_copy_never_takes_the_place_of_its_article() {
    let mut center = center();
    center.save(
        "en/a-draft/refunds.md",
        article_with("Refunds anew", "status: draft\n", "Not finished, says the falconer."),
    );
    center.save("en/billing/last.md", article("Last", "Written after the other."));
    center.until_page_says("/en/billing/last", "Written after");
    assert!(center.page(REFUNDS).contains("fourteen"));
    center.restart();
    assert!(center.page(REFUNDS).contains("fourteen"));
    assert!(center.search("fourteen", "en").has("refunds"));
}

#[test]
fn a_second_article_of_the_same_id_never_takes_the_place_of_the_first() {
    let mut center = center();
    center.save("en/another/refunds.md", article("Refunds", "The second, says the falconer."));
    center.until("staff are told", || !center.errors("en/another/refunds.md").is_empty());
    assert!(center.page(REFUNDS).contains("fourteen"));
    center.restart();
    assert!(center.page(REFUNDS).contains("fourteen"));
}
