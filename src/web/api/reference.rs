//! `/openapi.json`, and `/docs`: the same as a page that needs no outside host.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use minijinja::{Value as Shown, context};
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::article::Audience;
use crate::web::App;
use crate::web::failure::{Failure, KINDS};
use crate::web::freshness::HTML;
use crate::web::pages::{icon_url, render, stylesheet_url};
use crate::web::router::json_of;

/// The routes of the document and its page. The document is written once.
pub(crate) fn reference(document: &OpenApi) -> Router<App> {
    let json = Bytes::from(json_of(document));
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    let document = json.clone();
    Router::new()
        .route("/openapi.json", get(move || async move { (headers, json) }))
        .route("/docs", get(move |State(app): State<App>| async move { page(&app, &document) }))
}

fn page(app: &App, document: &[u8]) -> Result<Response, Failure> {
    let document: Value = serde_json::from_slice(document).map_err(Failure::internal)?;
    let edition = app.published.current();
    let known = edition.as_ref().map(|e| app.absolute_url(e.seen_by(Audience::Public)).to_owned());
    let base = known.or_else(|| app.settings.base_url.clone()).unwrap_or_default();
    let endpoints: Shown = each(&document["paths"])
        .flat_map(|(path, methods)| {
            each(methods).map(|(method, about)| endpoint(&base, path, method, about))
        })
        .collect();
    let kinds = KINDS.iter().map(|kind| {
        context! {
            status => kind.status.as_u16(),
            name => kind.name,
            title => kind.title,
            advice => kind.advice,
        }
    });
    let kinds: Shown = kinds.collect();
    let html = render(
        "docs.html",
        context! {
            title => text(&document["info"]["title"]),
            description => text(&document["info"]["description"]),
            stylesheet => stylesheet_url(None),
            icon => icon_url(),
            endpoints,
            kinds,
        },
    )?;
    let headers = [(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, html).into_response())
}

fn each(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// Where an endpoint stands on the page; a path may take several methods.
fn anchor(path: &str, method: &str) -> String {
    let name = path.trim_start_matches("/api/v1/").replace(['/', '{', '}'], "-");
    if method == "get" { name } else { format!("{name}-{method}") }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn endpoint(base: &str, path: &str, method: &str, about: &Value) -> Shown {
    let parameters = about["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let answers = each(&about["responses"])
        .map(|(status, answer)| context! { status, description => text(&answer["description"]) });
    context! {
        anchor => anchor(path, method),
        method => method.to_uppercase(),
        path,
        summary => text(&about["summary"]),
        parameters => parameters.iter().map(parameter_entry).collect::<Shown>(),
        example => example(base, path, parameters),
        answers => answers.collect::<Shown>(),
    }
}

fn parameter_entry(parameter: &Value) -> Shown {
    let schema = &parameter["schema"];
    let limit = |name: &str, words: &str| {
        let value = &schema[name];
        (!value.is_null()).then(|| format!("{words} {value}"))
    };
    let limits = [
        limit("minimum", "from"),
        limit("maximum", "to"),
        limit("maxLength", "characters up to"),
        limit("default", "default"),
    ];
    let kind = match &schema["type"] {
        Value::Array(types) => types.first().map(text).unwrap_or_default(),
        one => text(one),
    };
    context! {
        name => text(&parameter["name"]),
        kind,
        limits => limits.into_iter().flatten().collect::<Vec<_>>().join(", "),
        description => text(&parameter["description"]),
    }
}

/// A call that can be copied: the parameters that have an example.
fn example(base: &str, path: &str, parameters: &[Value]) -> String {
    let given = parameters.iter().filter_map(|parameter| {
        let example =
            parameter["example"].as_str().or_else(|| parameter["schema"]["example"].as_str());
        Some(format!(" --data-urlencode '{}={}'", text(&parameter["name"]), example?))
    });
    let path = path.replace("{id}", "withdraw-to-card");
    let given: String = given.collect();
    let get = if given.is_empty() { "" } else { " --get" };
    format!("curl{get} '{base}{path}'{given}")
}
