//! What stands around every page: its head, the search box, the languages, the foot.

use jiff::civil::DateTime;
use minijinja::{Value, context};

use super::built_in::{icon_url, script_url, stylesheet_url};
use super::{preview, templates};
use crate::article::{Audience, Locale, SafeHtml};
use crate::catalog::{Footer, Site, Words, language_name};
use crate::live::View;
use crate::web::App;

/// Languages written from right to left.
const RIGHT_TO_LEFT: [&str; 5] = ["ar", "fa", "he", "ur", "yi"];

/// The values of `base.html`.
pub(in crate::web) struct Frame {
    locale: String,
    /// The help center's name; empty when there is none to show yet.
    site: String,
    title: String,
    description: String,
    /// The kind of page in the words of Open Graph.
    kind: &'static str,
    canonical: String,
    /// The same page in other locales, for search engines.
    alternates: Vec<Value>,
    /// What it is about in the words of schema.org, for search engines.
    data: Vec<Value>,
    is_indexed: bool,
    /// Whether staff are reading: they see that they are, and the way to the console.
    is_for_staff: bool,
    stylesheet: String,
    icon: &'static str,
    logo: Option<String>,
    footer: Option<Value>,
    /// What stands in the search box.
    query: String,
    /// The ways to other locales, for people.
    languages: Vec<Value>,
    words: Words,
    /// What a preview says above the page.
    preview: Option<Value>,
}

/// What a page is called and where it stands.
pub(in crate::web) struct Place<'a> {
    pub(in crate::web) locale: &'a Locale,
    pub(in crate::web) title: &'a str,
    pub(in crate::web) description: &'a str,
    /// Its path.
    pub(in crate::web) path: &'a str,
    /// Its path in every locale that has it, its own included.
    pub(in crate::web) everywhere: Vec<(&'a Locale, String)>,
}

impl Frame {
    /// The frame of a page that search engines may list.
    pub(in crate::web) fn of(app: &App, view: View<'_>, place: &Place<'_>) -> Self {
        let base = app.public_url(view);
        let site = view.site();
        let elsewhere = |locale: &Locale| {
            let same = place.everywhere.iter().find(|(known, _)| **known == *locale);
            same.map_or_else(|| format!("/{locale}/"), |(_, path)| path.clone())
        };
        let alternates = place.everywhere.iter().map(|(locale, path)| {
            context! { locale => locale.as_str(), url => format!("{base}{path}") }
        });
        let languages = view.shelf().locales().map(|shelf| {
            context! {
                locale => shelf.locale.as_str(),
                name => language_name(&shelf.locale),
                url => elsewhere(&shelf.locale),
                is_current => shelf.locale == *place.locale,
            }
        });
        let frame = Self {
            site: site.name(place.locale).to_owned(),
            description: place.description.to_owned(),
            canonical: format!("{base}{}", place.path),
            // One page alone is no alternative to itself.
            alternates: alternates.filter(|_| place.everywhere.len() > 1).collect(),
            is_indexed: true,
            is_for_staff: view.audience() == Audience::Staff && !app.settings.preview.is_on(),
            stylesheet: stylesheet_url(site.accent),
            logo: logo_of(view, site),
            footer: site.footer(place.locale).map(footer),
            languages: languages.collect(),
            words: view.words(place.locale).clone(),
            preview: preview::banner(app, view, place),
            ..Self::bare(place.locale, place.title)
        };
        if frame.preview.is_some() { frame.unlisted() } else { frame }
    }

    /// A page of its own, with no help center around it.
    pub(in crate::web) fn bare(locale: &Locale, title: &str) -> Self {
        Self {
            locale: locale.to_string(),
            site: String::new(),
            title: title.to_owned(),
            description: String::new(),
            kind: "website",
            canonical: String::new(),
            alternates: Vec::new(),
            data: Vec::new(),
            is_indexed: false,
            is_for_staff: false,
            stylesheet: stylesheet_url(None),
            icon: icon_url(),
            logo: None,
            footer: None,
            query: String::new(),
            languages: Vec::new(),
            words: Words::built_in(locale).clone(),
            preview: None,
        }
    }

    /// The words that it speaks.
    pub(in crate::web) fn words(&self) -> &Words {
        &self.words
    }

    /// As the template takes it.
    pub(in crate::web) fn into_value(self) -> Value {
        context! {
            direction => direction_of(&self.locale),
            locale => self.locale,
            site => self.site,
            title => self.title,
            description => self.description,
            kind => self.kind,
            canonical => self.canonical,
            alternates => self.alternates,
            data => self.data,
            is_indexed => self.is_indexed,
            is_for_staff => self.is_for_staff,
            stylesheet => self.stylesheet,
            script => script_url(),
            icon => self.icon,
            logo => self.logo,
            footer => self.footer,
            query => self.query,
            languages => self.languages,
            preview => self.preview,
        }
    }

    /// The same, not for search engines: it has no address of its own to list.
    #[must_use]
    pub(in crate::web) fn unlisted(self) -> Self {
        Self {
            is_indexed: false,
            canonical: String::new(),
            alternates: Vec::new(),
            data: Vec::new(),
            ..self
        }
    }

    /// The same, not for search engines, which it sends to the page of the present.
    #[must_use]
    pub(in crate::web) fn of_the_past(self) -> Self {
        Self { is_indexed: false, alternates: Vec::new(), data: Vec::new(), ..self }
    }

    /// The same, with this text in the search box.
    #[must_use]
    pub(in crate::web) fn asking(self, query: &str) -> Self {
        Self { query: query.to_owned(), ..self }
    }

    /// The same, its alternatives only in locales that have the page in their own language.
    #[must_use]
    pub(in crate::web) fn listed_in(mut self, has: impl Fn(&str) -> bool) -> Self {
        let locale_of = |other: &Value| other.get_attr("locale").map(|locale| locale.to_string());
        self.alternates.retain(|other| locale_of(other).is_ok_and(|locale| has(&locale)));
        if self.alternates.len() < 2 {
            self.alternates.clear();
        }
        self
    }

    /// The same, of an article and not of the site, or the reverse.
    #[must_use]
    pub(in crate::web) fn of_kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// The same, with what it is about in the words of schema.org.
    #[must_use]
    pub(in crate::web) fn about(self, data: &[serde_json::Value]) -> Self {
        if self.preview.is_some() {
            return self;
        }
        Self {
            data: data.iter().map(|item| templates::markup(SafeHtml::json(item))).collect(),
            ..self
        }
    }
}

/// Which way the text of a locale runs, as the attribute `dir` has it.
pub(in crate::web) fn direction_of(locale: &str) -> &'static str {
    let language = locale.split('-').next().unwrap_or_default();
    if RIGHT_TO_LEFT.contains(&language) { "rtl" } else { "ltr" }
}

fn logo_of(view: View<'_>, site: &Site) -> Option<String> {
    let logo = site.logo.as_ref()?;
    view.shelf().locales().any(|shelf| shelf.has_asset(logo)).then(|| format!("/{logo}"))
}

fn footer(footer: &Footer) -> Value {
    let links = footer.links.iter().map(|link| context! { title => &link.title, url => &link.url });
    context! { text => &footer.text, links => links.collect::<Value>() }
}

/// The site's own time of this moment.
pub(in crate::web) fn local(app: &App, site: &Site) -> DateTime {
    app.now().to_zoned(site.time_zone.clone()).datetime()
}

/// A path below every locale: of pages that all of them have.
pub(in crate::web) fn in_every_locale(
    view: View<'_>,
    path: impl Fn(&Locale) -> String,
) -> Vec<(&Locale, String)> {
    view.shelf().locales().map(|shelf| (&shelf.locale, path(&shelf.locale))).collect()
}
