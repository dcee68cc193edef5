//! What an address written in an article points to. Whether that exists takes all articles and is
//! for the catalog.

use super::{SourcePath, Target};

/// What becomes of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Inside the help center: the catalog gives the address.
    Inside(Target),
    /// Elsewhere: printed as it is.
    Elsewhere(String),
    /// No address at all.
    Empty,
    /// Of a kind that could run something, or that nobody can read: not printed.
    Refused,
}

/// Schemes that lead out of the help center and run nothing.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Says what an address in the file at `path` points to.
pub(super) fn place(path: &SourcePath, written: &str, image: bool) -> Place {
    // Browsers ignore control characters in addresses, so `java\nscript:` is a scheme too.
    let clean: String = written.chars().filter(|c| !c.is_control()).collect();
    let address = clean.trim();
    if address.is_empty() {
        return Place::Empty;
    }
    if let Some(scheme) = scheme(address) {
        let rest = &address[scheme.len() + 1..];
        let web = scheme.to_ascii_lowercase().starts_with("http");
        let known = SCHEMES.iter().any(|s| scheme.eq_ignore_ascii_case(s));
        let whole = if web { rest.starts_with("//") && rest.len() > 2 } else { !rest.is_empty() };
        return if known && whole { Place::Elsewhere(printable(address)) } else { Place::Refused };
    }
    // `//host`, and what browsers take for it: another host in disguise.
    let slashes = address.bytes().take_while(|b| matches!(b, b'/' | b'\\')).count();
    if slashes > 1 || address.starts_with('\\') {
        return Place::Refused;
    }
    let (before, anchor) = match address.split_once('#') {
        Some((before, anchor)) => (before, Some(decoded(anchor))),
        None => (address, None),
    };
    let file = decoded(before.split('?').next().unwrap_or_default());
    if before.is_empty() {
        return Place::Inside(Target::Here(anchor.unwrap_or_default()));
    }
    if slashes == 1 {
        let id = file.strip_prefix("/a/").and_then(|id| id.trim_end_matches('/').parse().ok());
        return Place::Inside(match id {
            Some(id) => Target::Id { id, anchor },
            None => Target::Address(printable(address)),
        });
    }
    if file.is_empty() {
        return Place::Empty;
    }
    if !image && let Ok(id) = file.parse() {
        return Place::Inside(Target::Id { id, anchor });
    }
    Place::Inside(match path.resolve(&file) {
        None => Target::Outside(address.to_owned()),
        Some(path) if !image && has_extension(&file, "md") => Target::File { path, anchor },
        Some(path) => Target::Asset(path),
    })
}

fn has_extension(file: &str, extension: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case(extension))
}

/// What stands before the first colon, when browsers would take it for a scheme.
fn scheme(address: &str) -> Option<&str> {
    let (before, _) = address.split_once(':')?;
    let is_scheme = before.bytes().enumerate().all(|(at, b)| {
        b.is_ascii_alphabetic()
            || (at > 0 && (b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')))
    });
    (is_scheme && !before.is_empty()).then_some(before)
}

/// An address with the characters encoded that have no place in one.
fn printable(address: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(address.len());
    for c in address.chars() {
        if c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '{' | '}' | '|' | '^') {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(text, "%{byte:02X}");
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// Percent signs decoded; as written when that gives no text, or control characters.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair
            .filter(|pair| first == b'%' && pair.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    match String::from_utf8(bytes) {
        Ok(decoded) if !decoded.chars().any(char::is_control) => decoded,
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_its_shape() {
        let path = SourcePath::new("ru/payments/fees.md");
        for (written, expected) in [
            ("limits.md", "File ru/payments/limits.md"),
            ("../verify/docs.md#photo", "File ru/verify/docs.md #photo"),
            ("./%D0%BA%D0%B0.md", "File ru/payments/ка.md"),
            ("../../../etc/passwd.md", "Outside ../../../etc/passwd.md"),
            ("%2e%2e/%2e%2e/%2e%2e/x.md", "Outside %2e%2e/%2e%2e/%2e%2e/x.md"),
            ("fees", "Id fees"),
            ("fees#limits", "Id fees #limits"),
            ("/a/fees#limits", "Id fees #limits"),
            ("#limits", "Here limits"),
            ("/ru/payments/", "Address /ru/payments/"),
            ("/ru/search?q=a b", "Address /ru/search?q=a%20b"),
            ("form.pdf", "Asset ru/payments/form.pdf"),
            ("pictures/a%20b.png?x", "Asset ru/payments/pictures/a b.png"),
            ("1:2.png", "Asset ru/payments/1:2.png"),
            ("https://example.com/a?b=\"c\"", "https://example.com/a?b=%22c%22"),
            ("mailto:help@example.com", "mailto:help@example.com"),
            ("tel:+7800", "tel:+7800"),
            ("", "nothing"),
            (" ", "nothing"),
            ("?a", "nothing"),
            ("javascript:alert(1)", "refused"),
            ("JaVa\tScript:alert(1)", "refused"),
            ("\u{1}javascript:alert(1)", "refused"),
            ("data:text/html,x", "refused"),
            ("https:example.com", "refused"),
            ("file:///etc/passwd", "refused"),
            ("//evil.example", "refused"),
            ("/\\evil.example", "refused"),
            ("\\\\evil.example", "refused"),
        ] {
            let told = match place(&path, written, false) {
                Place::Empty => "nothing".to_owned(),
                Place::Refused => "refused".to_owned(),
                Place::Elsewhere(address) => address,
                Place::Inside(target) => match target {
                    Target::File { path, anchor: None } => format!("File {path}"),
                    Target::File { path, anchor: Some(anchor) } => format!("File {path} #{anchor}"),
                    Target::Id { id, anchor: None } => format!("Id {id}"),
                    Target::Id { id, anchor: Some(anchor) } => format!("Id {id} #{anchor}"),
                    Target::Address(address) => format!("Address {address}"),
                    Target::Asset(path) => format!("Asset {path}"),
                    Target::Here(anchor) => format!("Here {anchor}"),
                    Target::Outside(address) => format!("Outside {address}"),
                },
            };
            assert_eq!(told, expected, "{written:?}");
        }
    }

    #[test]
    fn an_image_is_never_an_article() {
        let path = SourcePath::new("ru/payments/fees.md");
        let asset = |p: &str| Place::Inside(Target::Asset(SourcePath::new(p)));
        assert_eq!(place(&path, "fees", true), asset("ru/payments/fees"));
        assert_eq!(place(&path, "fees.md", true), asset("ru/payments/fees.md"));
    }

    proptest::proptest! {
        #[test]
        fn only_four_schemes_are_ever_printed(written in "(java|data|vb|http|mailto|[a-z:/#%\\\\ \t.]){1,6}[:/a-z%0-9]{0,9}") {
            if let Place::Elsewhere(address) = place(&SourcePath::new("ru/a/b.md"), &written, false) {
                let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
                assert!(SCHEMES.contains(&scheme.as_str()), "{address}");
            }
        }
    }
}
