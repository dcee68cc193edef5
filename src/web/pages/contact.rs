//! `/{locale}/contact`: how to reach a human, and whether somebody is there now.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::context;

use super::frame::{Frame, Place, in_every_locale};
use super::lists::contact_card;
use super::{shelf_at, templates};
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::reader::Reader;

/// `GET /{locale}/contact`
pub(crate) async fn contact(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
    Path(locale): Path<String>,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let locale = &shelf_at(view, &locale)?.locale;
    let words = view.words(locale);
    freshness::answer(&app, view, &asked, Depends::OnEdition, HTML, || {
        let place = Place {
            locale,
            title: &words.text["contact"],
            description: &words.text["contact_intro"],
            path: &format!("/{locale}/contact"),
            everywhere: in_every_locale(view, |locale| format!("/{locale}/contact")),
        };
        let content = context! { card => contact_card(&app, view, locale, &[], None) };
        templates::page("contact.html", Frame::of(&app, view, &place), content)
    })
}
