//! Which locale a visitor gets who names none: what their browser prefers of what there is.

use crate::article::Locale;
use crate::live::View;

/// The locale of visitors who ask for none. A site without any article has none; English is
/// as good as another to say that nothing is found.
pub(crate) fn default_of(view: View<'_>) -> Locale {
    view.default_locale()
        .cloned()
        .unwrap_or_else(|| "en".parse().expect("`en` is a well-formed locale"))
}

/// The first of a browser's preferred languages that is among these, by `Accept-Language`.
///
/// A preference for `pt` is met by `pt-br`, and one for `pt-br` by `pt`; of equally wanted ones
/// the first named is taken.
pub(crate) fn preferred<'a>(accept: &str, known: &[&'a Locale]) -> Option<&'a Locale> {
    let mut wanted: Vec<(f32, String)> = accept.split(',').take(32).filter_map(one).collect();
    wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    wanted.iter().find_map(|(_, tag)| {
        let language = tag.split('-').next().unwrap_or(tag);
        let exact = known.iter().find(|locale| locale.as_str() == tag);
        let near = || known.iter().find(|locale| locale.as_str() == language);
        let nearer = || known.iter().find(|locale| locale.language() == language);
        let any = || known.first().filter(|_| tag == "*");
        exact.or_else(near).or_else(nearer).or_else(any).copied()
    })
}

/// `en-GB;q=0.8`; what is wanted not at all, or cannot be read, is left out.
fn one(item: &str) -> Option<(f32, String)> {
    let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
    let quality = match parameters.trim().strip_prefix("q=") {
        Some(text) => text.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))?,
        None => 1.0,
    };
    let tag = tag.trim().to_ascii_lowercase();
    (quality > 0.0 && !tag.is_empty()).then_some((quality, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_locale_that_there_is_is_taken() {
        let known: Vec<Locale> =
            ["ru", "en", "pt-br"].iter().map(|name| name.parse().unwrap()).collect();
        let known: Vec<&Locale> = known.iter().collect();
        for (accept, expected) in [
            ("en", Some("en")),
            ("en-GB,en;q=0.9", Some("en")),
            ("de, ru;q=0.3, en;q=0.7", Some("en")),
            ("RU-ru", Some("ru")),
            ("pt", Some("pt-br")),
            ("en;q=0, ru;q=0.1", Some("ru")),
            ("de, *;q=0.5", Some("ru")),
            ("de", None),
            ("", None),
            (";;;,q=1,en;q=nan", None),
        ] {
            let found = preferred(accept, &known).map(Locale::as_str);
            assert_eq!(found, expected, "{accept}");
        }
    }
}
