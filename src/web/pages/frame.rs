//! What stands around every page: its head, the search box, the languages.

use minijinja::{Value, context};

use super::built_in::{icon_url, stylesheet_url};
use super::words::language_name;
use crate::article::Locale;
use crate::live::View;
use crate::web::App;

/// The values of `base.html`.
pub(super) struct Frame {
    locale: String,
    /// The help center's name; empty when there is none to show yet.
    site: String,
    title: String,
    description: String,
    canonical: String,
    /// The same page in other locales, for search engines.
    alternates: Vec<Value>,
    is_indexed: bool,
    stylesheet: &'static str,
    icon: &'static str,
    /// What stands in the search box.
    query: String,
    /// The ways to other locales, for people.
    languages: Vec<Value>,
}

/// What a page is called and where it stands.
pub(super) struct Place<'a> {
    pub(super) locale: &'a Locale,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    /// Its path.
    pub(super) path: &'a str,
    /// Its path in every locale that has it, its own included.
    pub(super) everywhere: Vec<(&'a Locale, String)>,
}

impl Frame {
    /// The frame of a page that search engines may list.
    pub(super) fn of(app: &App, view: View<'_>, place: &Place<'_>) -> Self {
        let base = app.public_url(view);
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
        Self {
            site: view.site().name(place.locale).to_owned(),
            description: place.description.to_owned(),
            canonical: format!("{base}{}", place.path),
            // One page alone is no alternative to itself.
            alternates: alternates.filter(|_| place.everywhere.len() > 1).collect(),
            is_indexed: true,
            languages: languages.collect(),
            ..Self::bare(place.locale, place.title)
        }
    }

    /// A page of its own, with no help center around it.
    pub(super) fn bare(locale: &Locale, title: &str) -> Self {
        Self {
            locale: locale.to_string(),
            site: String::new(),
            title: title.to_owned(),
            description: String::new(),
            canonical: String::new(),
            alternates: Vec::new(),
            is_indexed: false,
            stylesheet: stylesheet_url(),
            icon: icon_url(),
            query: String::new(),
            languages: Vec::new(),
        }
    }

    /// As the template takes it.
    pub(super) fn into_value(self) -> Value {
        context! {
            locale => self.locale,
            site => self.site,
            title => self.title,
            description => self.description,
            canonical => self.canonical,
            alternates => self.alternates,
            is_indexed => self.is_indexed,
            stylesheet => self.stylesheet,
            icon => self.icon,
            query => self.query,
            languages => self.languages,
        }
    }

    /// The same, not for search engines: it has no address of its own to list.
    #[must_use]
    pub(super) fn unlisted(self) -> Self {
        Self { is_indexed: false, canonical: String::new(), alternates: Vec::new(), ..self }
    }

    /// The same, with this text in the search box.
    #[must_use]
    pub(super) fn asking(self, query: &str) -> Self {
        Self { query: query.to_owned(), ..self }
    }
}

/// A path below every locale: of pages that all of them have.
pub(super) fn in_every_locale(
    view: View<'_>,
    path: impl Fn(&Locale) -> String,
) -> Vec<(&Locale, String)> {
    view.shelf().locales().map(|shelf| (&shelf.locale, path(&shelf.locale))).collect()
}
