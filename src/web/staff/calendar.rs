//! `/staff/calendar.ics`: what will happen to articles, for calendar programs. They can send a name and
//! a password and nothing else, so a staff key is taken as that too; never in the address.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use minijinja::{Value, context};

use super::guard::DOOR;
use super::overview::civil_day;
use crate::article::{Audience, Locale};
use crate::catalog::{Calendar, Entry, Words};
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::icalendar::{self, About};
use crate::web::locale::default_of;
use crate::web::reader::Reader;

/// The calendar's address.
pub(super) const ADDRESS: &str = "/staff/calendar.ics";
/// How far ahead it tells when nobody says.
const DAYS: usize = 90;
/// And how far at most.
const MOST_DAYS: usize = 730;
/// How far ahead the console shows it.
const SHOWN_DAYS: u16 = 14;

/// Staff: by their session, or by a key as a bearer's token or as a password of any user.
pub(super) struct Subscriber;

impl FromRequestParts<App> for Subscriber {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        if let Some(password) = password(&parts.headers) {
            return if app.keys.holds(&password) { Ok(Self) } else { Err(challenge()) };
        }
        // A browser that was asked for a password would send it to the whole console from then on,
        // which takes none: people are led to the door instead.
        let is_browser = parts.headers.contains_key(HeaderName::from_static("sec-fetch-mode"));
        match Reader::from_request_parts(parts, app).await {
            Ok(Reader { audience: Audience::Staff }) => Ok(Self),
            Ok(_) if is_browser => Err(Redirect::to(DOOR).into_response()),
            Ok(_) | Err(_) => Err(challenge()),
        }
    }
}

/// The password of HTTP Basic, when that is what is sent.
fn password(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, coded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.trim().to_owned())
}

fn challenge() -> Response {
    let mut response = Failure::KeyRefused.into_response();
    let basic = HeaderValue::from_static("Basic realm=\"Spravka\", charset=\"UTF-8\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `GET /staff/calendar.ics`
pub(super) async fn calendar(
    _: Subscriber,
    State(app): State<App>,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(Audience::Staff);
    let days = asked.number_within("days", DAYS, 1..=MOST_DAYS)?;
    let days = u16::try_from(days).unwrap_or(u16::MAX);
    let calendar = view.calendar(app.now(), days, asked.text("owner")?).ok_or(Failure::NotFound)?;
    // A calendar program says nothing of its user's language.
    let default = default_of(view);
    let ui: Locale = asked.text("ui")?.and_then(|tag| tag.parse().ok()).unwrap_or(default);
    let about = About {
        site: view.site().name(&ui),
        base_url: app.absolute_url(view),
        words: Words::built_in(&ui),
        now: app.now(),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"spravka.ics\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, icalendar::write(&calendar, &about)).into_response())
}

/// What the console shows of it.
pub(super) fn shown(app: &App, view: View<'_>, words: &Words) -> Value {
    let calendar = view.calendar(app.now(), SHOWN_DAYS, None);
    let coming = calendar.map(|calendar| calendar.coming).unwrap_or_default();
    let zone = &view.site().time_zone;
    let row = |entry: &Entry| {
        let article = entry.article();
        let time = entry.at.map(|at| at.to_zoned(zone.clone()).strftime("%H:%M").to_string());
        // What nobody is shown yet has no page to lead to.
        let is_shown =
            view.locale(&article.locale).is_some_and(|s| s.article(&article.id).is_some());
        let facts = format!("/staff/article/{}?locale={}", article.id, article.locale);
        context! {
            title => &article.title,
            locale => article.locale.as_str(),
            locales => entry.locales(),
            facts => is_shown.then_some(facts),
            is_staff => article.audience == Audience::Staff,
            is_draft => entry.is_draft(),
            what => words.group("staff").get(&format!("calendar_{}", entry.what.as_str())),
            day => civil_day(words, entry.day, zone),
            time,
            owner => entry.owners().join(", "),
        }
    };
    context! {
        address => ADDRESS,
        link => format!("{}{ADDRESS}", app.absolute_url(view)),
        rows => coming.iter().map(row).collect::<Vec<_>>(),
    }
}

/// The calendar as a file, for the command line.
pub fn calendar_ics(
    view: View<'_>,
    base_url: Option<&str>,
    calendar: &Calendar,
    now: Timestamp,
) -> String {
    let ui = default_of(view);
    let base_url = base_url.unwrap_or(&view.site().base_url).trim_end_matches('/');
    let words = Words::built_in(&ui);
    icalendar::write(calendar, &About { site: view.site().name(&ui), base_url, words, now })
}
