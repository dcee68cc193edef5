//! Reads markup as strictly as the program should write it, and says what in it could run.

/// Elements that pages and articles are made of.
const ELEMENTS: &str = " html head meta title link body a header form label span input button nav \
    ul ol li main h1 h2 h3 h4 h5 h6 p bdi section mark dl dt dd footer article time div em strong \
    b i u s del ins sub sup code pre kbd samp var q cite abbr small blockquote table caption \
    colgroup col thead tbody tfoot tr th td img br hr wbr details summary figure figcaption \
    dfn data ruby rt rp bdo address aside script svg path circle rect fieldset legend textarea ";
/// What an address may begin with.
const ADDRESSES: [&str; 7] = ["/", "#", "https://", "http://", "mailto:", "tel:", "?"];

/// An opening tag.
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: Vec<(&'a str, &'a str)>,
}

/// Whether there is nothing in a page or a part of one that could run or that a visitor or an
/// author smuggled in: every `<` begins a tag of a known element, attributes are quoted, none is
/// an event's, and addresses are of known kinds.
pub(crate) fn check(html: &str) -> Result<Vec<Tag<'_>>, String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let around = || rest.chars().take(120).collect::<String>();
        if let Some(after) = rest.strip_prefix("<!doctype html>") {
            rest = after;
            continue;
        }
        let (tag, after) =
            one(rest).ok_or_else(|| format!("what is no tag of ours: {}", around()))?;
        if !ELEMENTS.contains(&format!(" {} ", tag.name)) {
            return Err(format!("an element of no list: {}", around()));
        }
        // Of scripts, the pages' own files, and data that nobody runs; what that data says is read
        // as data, up to the end tag that JSON cannot have in it.
        if tag.name == "script" && !rest.starts_with("</") {
            let has = |wanted: &str, value: &str| {
                tag.attributes.iter().any(|(name, v)| *name == wanted && v.starts_with(value))
            };
            let is_data = has("type", "application/ld+json") && tag.attributes.len() == 1;
            let is_own = has("src", "/assets/") && tag.attributes.len() == 1;
            if !is_data && !is_own {
                return Err(format!("a script: {}", around()));
            }
            let end = after.find("</script>").ok_or("a script without an end")?;
            let data = &after[..end];
            if data.contains('<') || (is_own && !data.is_empty()) {
                return Err(format!("markup in a script: {data}"));
            }
            tags.push(tag);
            rest = &after[end..];
            continue;
        }
        for (name, value) in &tag.attributes {
            let address = decoded(value);
            let is_address = matches!(*name, "href" | "src" | "action");
            let is_known = ADDRESSES.iter().any(|known| address.starts_with(known));
            let loads = *name == "src" || *name == "action" || tag.name == "link";
            let is_outside = address.starts_with("//")
                || (loads
                    && !address.starts_with(['/', '#'])
                    && !address.starts_with("https://help.example.com/"));
            if name.starts_with("on") || *name == "style" || *name == "srcdoc" {
                return Err(format!("an attribute that runs: {}", around()));
            }
            if is_address && (!is_known || is_outside) {
                return Err(format!("an address of no known kind: {}", around()));
            }
        }
        tags.push(tag);
        rest = after;
    }
    Ok(tags)
}

/// Whether this is nothing but escaped text and marks.
pub(crate) fn check_marked(html: &str) -> Result<(), String> {
    let plain = html.replace("<mark>", "").replace("</mark>", "");
    let is_balanced = html.matches("<mark>").count() == html.matches("</mark>").count();
    if plain.contains(['<', '>', '"']) || !is_balanced {
        return Err(format!("more than text and marks: {html}"));
    }
    Ok(())
}

/// The tag that text begins with, and what follows.
fn one(text: &str) -> Option<(Tag<'_>, &str)> {
    let rest = &text[1..];
    let (is_end, mut rest) = match rest.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let name = word(rest, |c| c.is_ascii_lowercase() || c.is_ascii_digit())?;
    rest = &rest[name.len()..];
    let mut attributes = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        if let Some(after) = trimmed.strip_prefix('>').or_else(|| trimmed.strip_prefix("/>")) {
            return (!is_end || attributes.is_empty()).then_some((Tag { name, attributes }, after));
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        let key = word(trimmed, |c| c.is_ascii_alphabetic() || c == '-' || c == ':')?;
        rest = &trimmed[key.len()..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"')?;
            (value, rest) = (&quoted[..end], &quoted[end + 1..]);
        }
        attributes.push((key, value));
    }
}

fn word(text: &str, fits: impl Fn(char) -> bool) -> Option<&str> {
    let end = text.find(|c| !fits(c)).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

/// An address as a browser takes it: references decoded, white space and controls dropped.
fn decoded(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let c = match &rest[..end] {
            "&amp" => Some('&'),
            "&quot" => Some('"'),
            "&lt" => Some('<'),
            "&gt" => Some('>'),
            "&colon" => Some(':'),
            "&Tab" | "&NewLine" => Some(' '),
            number => number
                .strip_prefix("&#")
                .and_then(|n| match n.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => n.parse().ok(),
                })
                .and_then(char::from_u32),
        };
        text.push(c.unwrap_or('&'));
        rest = if c.is_some() { &rest[end + 1..] } else { &rest[1..] };
    }
    text.push_str(rest);
    text.retain(|c| !c.is_control() && !c.is_whitespace());
    text.to_lowercase()
}

#[test]
fn what_could_run_is_found() {
    for harmless in [
        "<!doctype html><p class=\"x\">a &lt;b&gt; c</p>",
        "<a href=\"/ru/a\">x</a><br><input disabled>",
        "<img src=\"/a/b.png\" alt=\"javascript:x\">",
        "a > b & c",
    ] {
        assert!(check(harmless).is_ok(), "{harmless}: {:?}", check(harmless));
    }
    for harmful in [
        "<script>",
        "<p onclick=\"x\">",
        "<a href=\"javascript:x\">",
        "<a href=\"jav&#x61;script&colon;x\">",
        "<a href=\"&#9;javascript:x\">",
        "<img src=\"https://evil.example/x.png\">",
        "<a href=\"//evil.example\">",
        "<p x='y'>",
        "<P>",
        "a < b",
        "<p",
        "<!-- x -->",
        "<p style=\"x\">",
        "<a href=javascript:x>",
    ] {
        assert!(check(harmful).is_err(), "{harmful}");
    }
    assert!(check_marked("a <mark>b</mark> &lt;c&gt; &amp; '").is_ok());
    assert!(check_marked("a <mark>b").is_err());
    assert!(check_marked("a <mark x>b</mark>").is_err());
}
