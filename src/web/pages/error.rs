//! A failure as people read it: in their language, with the search box and the topics at hand.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use minijinja::{Value, context};

use super::frame::{Frame, Place};
use super::lists::{contact_card, topics_of};
use super::templates;
use crate::article::Locale;
use crate::catalog::Words;
use crate::live::View;
use crate::search::MAX_QUERY_CHARS;
use crate::web::App;
use crate::web::asked::decoded;
use crate::web::failure::{Failure, Missing};
use crate::web::freshness::HTML;
use crate::web::gate::Head;
use crate::web::gone::Instead;
use crate::web::locale::{default_of, preferred};

/// A failure and the request that met it.
pub(crate) struct PageError<'a> {
    pub(crate) app: &'a App,
    pub(crate) head: &'a Head,
    pub(crate) failure: &'a Failure,
}

impl IntoResponse for PageError<'_> {
    fn into_response(self) -> Response {
        let status = self.failure.kind().status;
        match self.write() {
            Ok(page) => (status, [(header::CONTENT_TYPE, HTML)], page).into_response(),
            Err(error) => {
                tracing::error!(request_id = self.head.request_id, %error, "an error page failed");
                (status, self.failure.to_string()).into_response()
            }
        }
    }
}

impl PageError<'_> {
    /// What anybody may see is all that an error page knows.
    fn write(&self) -> Result<Vec<u8>, Failure> {
        let edition = self.app.published.current();
        let view = edition.as_ref().map(|edition| edition.seen_by(self.app.anybody()));
        let locale = self.locale(view);
        let built_in = Words::built_in(&locale);
        let words = view.map_or(built_in, |view| view.words(&locale));
        let kind = self.failure.kind();
        let said = words.error(kind.name);
        let title = said.map_or(kind.title, |said| &said.title);
        let frame = match view {
            Some(view) => {
                let place = Place {
                    locale: &locale,
                    title,
                    description: "",
                    path: "",
                    everywhere: Vec::new(),
                };
                Frame::of(self.app, view, &place).unlisted().asking(&self.asked())
            }
            None => Frame::bare(&locale, title),
        };
        let request_id = kind.status.is_server_error().then_some(self.head.request_id.as_str());
        let detail = self.detail(view, words);
        let content = context! {
            text => detail.as_deref().unwrap_or(said.map_or("", |said| &said.text)),
            instead => self.instead(&locale),
            // Shown when the mistake is ours, to be told to us.
            request_id,
            topics => view.and_then(|view| Some(topics_of(view, view.locale(&locale)?))),
            card => view.map(|view| contact_card(self.app, view, &locale, &[], None)),
        };
        templates::page("error.html", frame, content)
    }

    /// What is known of this very failure and no other of its kind.
    fn detail(&self, view: Option<View<'_>>, words: &Words) -> Option<String> {
        match self.failure {
            Failure::NoVersion(Missing::Before(since)) => {
                let day = words.date(*since, &view?.site().time_zone);
                Some(words.group("past").get("none_before")?.replace("{date}", &day))
            }
            Failure::NoVersion(missing @ Missing::History(_)) => Some(missing.to_string()),
            _ => None,
        }
    }

    /// What to read instead of what is gone.
    fn instead(&self, locale: &Locale) -> Option<Value> {
        let Failure::Gone(gone) = self.failure else { return None };
        let is_named = !gone.replaced_by.is_empty();
        let articles = if is_named { &gone.replaced_by } else { &gone.nearest };
        let entry = |article: &Instead| {
            let foreign = (article.locale != locale.as_str()).then_some(&article.locale);
            context! { url => &article.url, title => &article.title, foreign }
        };
        let articles = articles.iter().map(entry).collect::<Vec<_>>();
        (!articles.is_empty()).then(|| context! { is_named, articles })
    }

    /// What was searched for, as far as it can be: nobody types it twice.
    fn asked(&self) -> String {
        let pairs = self.head.uri.query().unwrap_or_default().split('&');
        let text = pairs.filter_map(|pair| pair.strip_prefix("q=")).find_map(decoded);
        text.unwrap_or_default().chars().take(MAX_QUERY_CHARS).collect()
    }

    /// The locale of the address, else the visitor's.
    fn locale(&self, view: Option<View<'_>>) -> Locale {
        let first = self.head.uri.path().split('/').nth(1).unwrap_or_default();
        let of_path = first.parse::<Locale>().ok();
        // A permanent link names its locale behind the `?`.
        let pairs = self.head.uri.query().unwrap_or_default().split('&');
        let mut tags = pairs.filter_map(|pair| pair.strip_prefix("locale="));
        let of_path = tags.next().filter(|_| first == "a").map_or(of_path, |tag| tag.parse().ok());
        let accept = self.head.accept_language.as_ref().and_then(|value| value.to_str().ok());
        let accept = accept.unwrap_or_default();
        match view {
            Some(view) => {
                let known: Vec<&Locale> =
                    view.shelf().locales().map(|shelf| &shelf.locale).collect();
                of_path
                    .filter(|locale| known.contains(&locale))
                    .or_else(|| preferred(accept, &known).cloned())
                    .unwrap_or_else(|| default_of(view))
            }
            None => of_path.unwrap_or_else(|| "en".parse().expect("`en` is well formed")),
        }
    }
}
