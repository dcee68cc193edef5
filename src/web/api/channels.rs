//! `GET /api/v1/channels`: how to reach a human, and whether somebody is there now.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::article::Locale;
use crate::catalog::Channel;
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::{Failure, ProblemDocument};
use crate::web::freshness::{self, Depends};
use crate::web::reader::Reader;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChannelsParams {
    /// The locale: one of the site's, else its default.
    #[param(value_type = Option<String>, example = "ru")]
    locale: Locale,
}

impl ChannelsParams {
    fn of(asked: &Asked, view: View<'_>) -> Result<Self, Failure> {
        Ok(Self { locale: asked.locale(view)? })
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ChannelsResponse {
    channels: Vec<ChannelItem>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ChannelItem {
    /// `chat`, `email`, `phone`, `form` or `helpline`.
    kind: String,
    title: String,
    url: String,
    /// `24/7`, or days and times in the site's time zone.
    hours: String,
    open_now: bool,
    /// What to have ready.
    prepare: Vec<String>,
    /// How long it takes, in words.
    takes: Option<String>,
}

/// List the contact channels, in their order.
#[utoipa::path(
    get,
    path = "/channels",
    params(ChannelsParams),
    responses(
        (status = 200, description = "The channels", body = ChannelsResponse),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument),
        (status = 401, description = "The key is refused", body = ProblemDocument),
    ),
    security((), ("staff_key" = []))
)]
pub(crate) async fn channels(
    State(app): State<App>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Failure> {
    let edition = app.edition()?;
    let view = edition.seen_by(reader.audience);
    let ChannelsParams { locale } = ChannelsParams::of(&asked, view)?;
    let now = app.now();
    freshness::json(&app, view, &asked, Depends::OnMoment, || {
        let channels = view.site().channels(&locale).iter();
        ChannelsResponse {
            channels: channels.map(|channel| ChannelItem::of(view, channel, now)).collect(),
        }
    })
}

impl ChannelItem {
    pub(crate) fn of(view: View<'_>, channel: &Channel, now: Timestamp) -> Self {
        Self {
            kind: channel.kind.clone(),
            title: channel.title.clone(),
            url: channel.url.clone(),
            hours: channel.hours.as_str().to_owned(),
            open_now: view.site().is_open(channel, now),
            prepare: channel.prepare.clone(),
            takes: channel.takes.clone(),
        }
    }
}
