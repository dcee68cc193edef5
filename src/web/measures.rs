//! What is counted about requests, and how Prometheus reads it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::article::Audience;
use crate::live::Edition;

/// Upper bounds of the histograms, in seconds: from a cached answer to a time-out.
const BUCKETS: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// After so many requests the histograms' raw values are summed up, or they would pile up in
/// memory where nobody reads `/metrics`.
const TIDY_EVERY: u64 = 8192;

/// The recorder of this process: there can be one, however many applications there are.
static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let builder = || {
        // Only an empty list of bounds is refused.
        PrometheusBuilder::new().set_buckets(&BUCKETS).unwrap_or_default()
    };
    let handle =
        builder().install_recorder().unwrap_or_else(|_| builder().build_recorder().handle());
    describe_counter!("spravka_http_requests_total", "Requests answered.");
    describe_histogram!("spravka_http_request_duration_seconds", "Time to answer a request.");
    describe_histogram!(
        "spravka_reload_seconds",
        "Time to assemble, index and publish an edition once its files are read."
    );
    describe_gauge!("spravka_edition", "Number of the edition being served.");
    describe_gauge!("spravka_articles", "Public articles being served, by locale.");
    describe_gauge!("spravka_problems", "Problems in the article files.");
    handle
});

/// Requests of one kind.
type Label = (&'static str, Box<str>, u16);
/// Their count and their durations, by status.
type ByStatus = HashMap<u16, (Counter, Histogram)>;

/// The counters of requests, found without asking the recorder each time.
#[derive(Default)]
pub(crate) struct Measures {
    requests: RwLock<HashMap<&'static str, HashMap<Box<str>, ByStatus>>>,
    seen: AtomicU64,
}

impl Measures {
    /// Counters over the recorder of this process, which is begun with the first of them.
    pub(crate) fn install() -> Self {
        LazyLock::force(&RECORDER);
        Self::default()
    }

    /// Notes one request.
    pub(crate) fn note(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = method_name(method);
        let known = {
            let requests = self.requests.read().unwrap_or_else(PoisonError::into_inner);
            let found = requests.get(method).and_then(|routes| routes.get(route)?.get(&status));
            found.cloned()
        };
        let (count, duration) = known.unwrap_or_else(|| self.begin((method, route.into(), status)));
        count.increment(1);
        duration.record(took.as_secs_f64());
        if self.seen.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            RECORDER.run_upkeep();
        }
    }

    fn begin(&self, (method, route, status): Label) -> (Counter, Histogram) {
        let (route_label, status_label) = (route.to_string(), status.to_string());
        let count = counter!(
            "spravka_http_requests_total",
            "method" => method, "route" => route_label.clone(), "status" => status_label
        );
        let duration =
            metrics::histogram!("spravka_http_request_duration_seconds", "route" => route_label);
        let mut requests = self.requests.write().unwrap_or_else(PoisonError::into_inner);
        let routes = requests.entry(method).or_default();
        routes.entry(route).or_default().entry(status).or_insert((count, duration)).clone()
    }

    /// All measures as text, those of the present edition set for it.
    pub(crate) fn render(edition: Option<&Edition>) -> String {
        if let Some(edition) = edition {
            let view = edition.seen_by(Audience::Public);
            metrics::gauge!("spravka_edition").set(view.number() as f64);
            metrics::gauge!("spravka_problems").set(view.problem_count() as f64);
            for shelf in view.shelf().locales() {
                let locale = shelf.locale.to_string();
                let count = shelf.articles().len() as f64;
                metrics::gauge!("spravka_articles", "locale" => locale).set(count);
            }
        }
        RECORDER.render()
    }
}

/// Methods are the client's to invent: what is none of these is one.
fn method_name(method: &str) -> &'static str {
    ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}
