//! What an editor changes of how the pages look and speak, and players see at once.

use crate::help_center::{HelpCenter, SITE, article};

/// The picture of one pixel, in PNG; its size is in its first bytes.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend(b"\x08\x02\0\0\0\0\0\0\0");
    png
}

/// The page, once it has a text.
fn said(center: &HelpCenter, target: &str, text: &str) -> String {
    center.until_page_says(target, text);
    center.page(target)
}

#[test]
fn a_new_color_logo_and_foot_are_seen_without_a_restart() {
    let center = HelpCenter::new()
        .with("site.yaml", SITE)
        .with("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .with("en/a/shown.md", article("Shown", "Text."))
        .start();
    assert!(center.page("/en/").contains("/site.css\""));
    assert_eq!(center.get("/logo.svg").status, 404);
    let footer = "footer: {en: {text: Play from 18 on., links: [{title: Help me, url: /a/shown}]}}";
    center.save("site.yaml", format!("{SITE}accent: '#ff0000'\nlogo: logo.svg\n{footer}\n"));
    let page = said(&center, "/en/a/shown", "/site-ff0000.css\"");
    assert!(page.contains("<img src=\"/logo.svg\""), "{page}");
    assert!(page.contains("Play from 18 on.") && page.contains("<a href=\"/a/shown\">Help me</a>"));
    assert_eq!(center.get("/logo.svg").status, 200);
    // A mistake in it takes nothing away.
    center.save("site.yaml", format!("{SITE}accent: red\n"));
    center.until("the mistake is told", || center.errors("site.yaml").len() == 1);
    assert!(center.page("/en/a/shown").contains("/site-ff0000.css\""));
}

#[test]
fn a_further_language_needs_files_alone() {
    let site = SITE.replace("[ru, en]", "[ru, en, pl]");
    let center = HelpCenter::new()
        .with("site.yaml", site)
        .with("pl/a/karta.md", article("Wypłata na kartę", "Tekst."))
        .start();
    assert!(center.page("/pl/").contains("Search"));
    center.save("pl/words.yaml", "text: {search_button: Szukaj}\ncounts:\n  articles: {one: '{n} artykuł', few: '{n} artykuły', many: '{n} artykułów'}\n");
    let page = said(&center, "/pl/", ">Szukaj</button>");
    assert!(page.contains("1 artykuł"), "{page}");
    assert!(page.contains("<html lang=\"pl\""));
    assert!(page.contains(">Polski</a>"));
    center.save("pl/words.yaml", "text: [no words]\n");
    center.until("the mistake is told", || center.errors("pl/words.yaml").len() == 1);
    assert!(center.page("/pl/").contains(">Szukaj</button>"));
}

#[test]
fn a_page_leaves_room_for_its_pictures_before_they_come() {
    let center =
        HelpCenter::new().with("en/a/shown.md", article("Shown", "![A step](step.png)")).start();
    center.save("en/a/step.png", picture(320, 200));
    let page = said(&center, "/en/a/shown", "width=\"320\"");
    assert!(page.contains("<img src=\"/en/a/step.png\" width=\"320\" height=\"200\""), "{page}");
    center.save("en/a/step.png", picture(640, 100));
    center.until_page_says("/en/a/shown", "width=\"640\" height=\"100\"");
}
