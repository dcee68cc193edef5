//! The console of support staff, below `/staff/`: one lock in front of every address, one field for
//! anything, and what an editor looks after. Without staff keys none of it is there.

mod article;
mod calendar;
mod console;
mod copies;
mod explain;
mod guard;
mod language;
mod named;
mod overview;
mod results;
mod sign_in;
mod translations;

pub use calendar::calendar_ics;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use minijinja::{Value, context};

use super::App;
use super::failure::Failure;
use super::pages::{icon_url, render, script_url, staff_script_url, staff_stylesheet_url};
use crate::article::Locale;
use crate::catalog::{Words, language_name};

/// Its addresses, each behind a lock.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/staff", any(guard::with_slash))
        .route("/staff/", get(console::console).post(console::console_posted))
        .route("/staff/results", get(console::results).post(console::results_posted))
        .route("/staff/explain", get(explain::explain))
        .route("/staff/article/{id}", get(article::article))
        .route("/staff/translations", get(translations::translations))
        .route("/staff/translations/{id}", get(translations::translation))
        .route("/staff/sign-in", post(sign_in::sign_in))
        .route("/staff/sign-out", post(sign_in::sign_out))
        .route("/staff/{*rest}", any(guard::nothing))
        .layer(from_fn_with_state(app.clone(), guard::guard))
        // Behind the lock that calendar programs can open.
        .route(calendar::ADDRESS, get(calendar::calendar))
}

/// What stands around a page of the console.
#[derive(Debug, Clone)]
struct Frame {
    /// The console's own language.
    ui: Locale,
    title: String,
    is_signed_in: bool,
}

/// Fills in a page, or a part of one, of the console.
fn page(name: &str, frame: &Frame, content: Value) -> Result<Vec<u8>, Failure> {
    let words = Words::built_in(&frame.ui);
    let pairs = |(name, text): (&'_ String, &'_ String)| (name.clone(), text.clone());
    let languages = Words::languages();
    let languages = languages.iter().map(|language| {
        context! {
            tag => language.as_str(),
            name => language_name(language),
            is_current => language.language() == frame.ui.language(),
        }
    });
    let around = context! {
        locale => frame.ui.as_str(),
        title => &frame.title,
        is_signed_in => frame.is_signed_in,
        stylesheet => staff_stylesheet_url(),
        script => script_url(),
        staff_script => staff_script_url(),
        icon => icon_url(),
        languages => languages.collect::<Value>(),
    };
    let say = Value::from_pairs(words.group("staff").iter().map(pairs));
    let words = Value::from_pairs(words.text.iter().map(pairs));
    render(name, context! { page => around, say, words, ..content })
}
