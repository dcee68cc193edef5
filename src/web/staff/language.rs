//! Two languages: the player's, in which is searched and answered, and the console's own.

use axum::http::{HeaderMap, header};

use crate::article::Locale;
use crate::catalog::Words;
use crate::live::View;
use crate::web::locale::{default_of, preferred};

/// Languages written in Cyrillic letters.
const CYRILLIC: [&str; 10] = ["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn"];

/// The console speaks the agent's own language, whatever the player's is: it must not change with
/// every message. It is the browser's, or the one that was chosen.
pub(super) fn of_console(headers: &HeaderMap, chosen: Option<&str>) -> Locale {
    let mut known = Words::languages();
    let chosen = chosen.and_then(|tag| known.iter().position(|locale| locale.as_str() == tag));
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let liked = || {
        let all: Vec<&Locale> = known.iter().collect();
        let liked = preferred(accept.unwrap_or_default(), &all)?;
        known.iter().position(|locale| locale == liked)
    };
    known.swap_remove(chosen.or_else(liked).unwrap_or(0))
}

/// The player's language: by the letters of what they wrote, unless they are those of another
/// keyboard layout, or of a language written in Latin ones; then the site's default answers better.
pub(super) fn of_message(view: View<'_>, message: &str) -> Locale {
    let by_letters = by_letters(view, message);
    let default = default_of(view);
    let sure = |locale: &Locale| view.answer(message, locale).confidence;
    if by_letters != default && sure(&default) > sure(&by_letters) { default } else { by_letters }
}

/// The language that is written in the letters of a message; the default when there are none.
fn by_letters(view: View<'_>, message: &str) -> Locale {
    let default = default_of(view);
    let is_cyrillic = |c: &char| matches!(c, '\u{400}'..='\u{52f}');
    let cyrillic = message.chars().filter(is_cyrillic).count();
    let other = message.chars().filter(|c| c.is_alphabetic() && !is_cyrillic(c)).count();
    if cyrillic + other == 0 {
        return default;
    }
    // A few names and addresses in Latin letters make no Russian message an English one.
    let wants_cyrillic = cyrillic * 2 >= other;
    let fits = |locale: &Locale| CYRILLIC.contains(&locale.language()) == wants_cyrillic;
    if fits(&default) {
        return default;
    }
    let fitting: Vec<&Locale> =
        view.shelf().locales().map(|shelf| &shelf.locale).filter(|locale| fits(locale)).collect();
    let english = fitting.iter().find(|locale| locale.language() == "en");
    english.or(fitting.first()).map_or(default, |locale| (*locale).clone())
}
