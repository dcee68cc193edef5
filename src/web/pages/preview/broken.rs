//! The address of a file that makes no page: what is wrong with it, where readers get a 404.

use axum::response::Response;
use minijinja::context;

use super::super::frame::{Frame, Place};
use super::super::templates;
use crate::article::Locale;
use crate::catalog::address_of;
use crate::live::View;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::freshness::{self, Depends, HTML};
use crate::web::locale::default_of;

/// The problems of the file that an address is of, instead of a failure; the failure itself when there
/// are none, and without a preview.
pub(in crate::web::pages) fn instead_of(
    failure: Failure,
    app: &App,
    view: View<'_>,
    asked: &Asked,
    address: &str,
) -> Result<Response, Failure> {
    let problems = view.problems().filter(|_| app.settings.preview.is_on()).unwrap_or_default();
    let is_here = |path| address_of(path).as_deref() == Some(address);
    let Some(problem) = problems.iter().find(|problem| is_here(&problem.path)) else {
        return Err(failure);
    };
    let first = address.split('/').nth(1).unwrap_or_default();
    let of_path = first.parse::<Locale>().ok().filter(|locale| view.locale(locale).is_some());
    let locale = of_path.unwrap_or_else(|| default_of(view));
    let place = Place {
        locale: &locale,
        title: problem.path.as_str(),
        description: "",
        path: address,
        everywhere: Vec::new(),
    };
    freshness::answer(app, view, asked, Depends::OnMoment, HTML, || {
        templates::page("preview/broken.html", Frame::of(app, view, &place), context! {})
    })
}
