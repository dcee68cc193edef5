//! `/{locale}/contact`: how to reach a human, and whether somebody is there now.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{Frame, Place, in_every_locale};
use super::lists::channel_entry;
use super::words::Words;
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
    let (words, now) = (Words::of(locale), app.now());
    freshness::answer(&app, view, &asked, Depends::OnMoment, HTML, || {
        let place = Place {
            locale,
            title: &words.text["contact"],
            description: &words.text["contact_intro"],
            path: &format!("/{locale}/contact"),
            everywhere: in_every_locale(view, |locale| format!("/{locale}/contact")),
        };
        let channels = view
            .site()
            .channels(locale)
            .iter()
            .map(|channel| channel_entry(channel, Some(view.site().is_open(channel, now))));
        let content = context! { channels => channels.collect::<Value>() };
        templates::page("contact.html", words, Frame::of(&app, view, &place), content)
    })
}
