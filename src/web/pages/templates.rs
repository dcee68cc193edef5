//! The templates, built in through one table. Everything that they print is escaped, but for
//! `SafeHtml`.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, context,
    escape_formatter,
};

use super::frame::Frame;
use crate::article::{SafeHtml, escape};
use crate::catalog::Labels;
use crate::web::failure::Failure;

const TEMPLATES: [(&str, &str); 34] = [
    ("base.html", include_str!("../../../templates/base.html")),
    ("icons.html", include_str!("../../../templates/icons.html")),
    ("parts.html", include_str!("../../../templates/parts.html")),
    ("front.html", include_str!("../../../templates/front.html")),
    ("topic.html", include_str!("../../../templates/topic.html")),
    ("article.html", include_str!("../../../templates/article.html")),
    ("past/version.html", include_str!("../../../templates/past/version.html")),
    ("past/versions.html", include_str!("../../../templates/past/versions.html")),
    ("past/changes.html", include_str!("../../../templates/past/changes.html")),
    ("search.html", include_str!("../../../templates/search.html")),
    ("vote.html", include_str!("../../../templates/vote.html")),
    ("feedback.html", include_str!("../../../templates/feedback.html")),
    ("contact.html", include_str!("../../../templates/contact.html")),
    ("error.html", include_str!("../../../templates/error.html")),
    ("docs.html", include_str!("../../../templates/docs.html")),
    ("feed.xml", include_str!("../../../templates/feed.xml")),
    ("sitemap.xml", include_str!("../../../templates/sitemap.xml")),
    ("opensearch.xml", include_str!("../../../templates/opensearch.xml")),
    ("preview/banner.html", include_str!("../../../templates/preview/banner.html")),
    ("preview/parts.html", include_str!("../../../templates/preview/parts.html")),
    ("preview/problems.html", include_str!("../../../templates/preview/problems.html")),
    ("preview/list.html", include_str!("../../../templates/preview/list.html")),
    ("preview/broken.html", include_str!("../../../templates/preview/broken.html")),
    ("preview/panel.html", include_str!("../../../templates/preview/panel.html")),
    ("staff/base.html", include_str!("../../../templates/staff/base.html")),
    ("staff/sign_in.html", include_str!("../../../templates/staff/sign_in.html")),
    ("staff/console.html", include_str!("../../../templates/staff/console.html")),
    ("staff/results.html", include_str!("../../../templates/staff/results.html")),
    ("staff/result.html", include_str!("../../../templates/staff/result.html")),
    ("staff/overview.html", include_str!("../../../templates/staff/overview.html")),
    ("staff/explain.html", include_str!("../../../templates/staff/explain.html")),
    ("staff/translations.html", include_str!("../../../templates/staff/translations.html")),
    ("staff/translation.html", include_str!("../../../templates/staff/translation.html")),
    ("staff/article.html", include_str!("../../../templates/staff/article.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(print);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters do not clash"));
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).expect("a test reads the templates that are built in");
    }
    environment
});

/// Prints a value as every other part of the program escapes text: minijinja's own way escapes `/`
/// too, which makes addresses long and hard to read.
fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&escape(text))?),
        _ => escape_formatter(out, state, value),
    }
}

/// Fills in a template.
pub(crate) fn render(name: &str, values: Value) -> Result<Vec<u8>, Failure> {
    let template = ENVIRONMENT.get_template(name).map_err(Failure::internal)?;
    template.render(values).map(String::into_bytes).map_err(Failure::internal)
}

/// Fills in the template of a page.
pub(in crate::web) fn page(name: &str, frame: Frame, content: Value) -> Result<Vec<u8>, Failure> {
    let words = labels(&frame.words().text);
    let feedback_words = labels(frame.words().group("feedback"));
    render(name, context! { page => frame.into_value(), words, feedback_words, ..content })
}

/// Words for a template, by name.
pub(in crate::web) fn labels(labels: &Labels) -> Value {
    Value::from_pairs(labels.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

/// Markup for a template to print as it is: the only way to do so.
pub(crate) fn markup(html: SafeHtml) -> Value {
    Value::from_safe_string(html.into_string())
}

/// The hash of all templates: pages of another program are other pages.
pub(super) fn fingerprint() -> impl Iterator<Item = &'static [u8]> {
    TEMPLATES.iter().map(|(_, text)| text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_and_none_switches_escaping_off() {
        for (name, text) in TEMPLATES {
            assert!(ENVIRONMENT.get_template(name).is_ok(), "{name}");
            for word in ["|safe", "| safe", "autoescape", "style=", "onclick"] {
                assert!(!text.contains(word), "{name} has {word}");
            }
        }
    }

    #[test]
    fn text_is_escaped_and_safe_markup_is_not() {
        let marked = SafeHtml::marked("<b>", &[0..3, 3..3]);
        let values = context! { text => "<b>\"'&", html => markup(marked) };
        let rendered = ENVIRONMENT.render_str("{{ text }} {{ html }}", values).unwrap();
        assert_eq!(rendered, "&lt;b&gt;&quot;&#39;&amp; <mark>&lt;b&gt;</mark>");
    }
}
