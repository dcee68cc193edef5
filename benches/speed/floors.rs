//! The floors, each a small program of its own: what HTTP costs alone, and what a search API costs
//! that somebody writes in an afternoon.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::floor_index::FloorIndex;

/// axum and a body that is always the same: the ceiling of any HTTP API on this core.
pub(crate) fn serve_bare(body_size: usize) -> Result<()> {
    const AROUND: usize = "{\"body\":\"\"}".len();
    let filling = "a".repeat(body_size.saturating_sub(AROUND));
    let body = Bytes::from(format!("{{\"body\":\"{filling}\"}}"));
    let answer = async move || ([(header::CONTENT_TYPE, "application/json")], body.clone());
    serve(Router::new().route("/api/v1/search", get(answer)))
}

/// axum and tantivy: BM25 over titles and bodies, with tantivy's own snippets.
pub(crate) fn serve_naive(articles: &Path, folder: &Path) -> Result<()> {
    let index = if folder.join("meta.json").is_file() {
        FloorIndex::open(folder)?
    } else {
        FloorIndex::build(articles, folder)?.0
    };
    serve(Router::new().route("/api/v1/search", get(search)).with_state(Arc::new(index)))
}

#[derive(Deserialize)]
struct Question {
    q: String,
}

#[derive(Serialize)]
struct Answer {
    total: usize,
    hits: Vec<Hit>,
}

#[derive(Serialize)]
pub(crate) struct Hit {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) snippet_html: String,
    pub(crate) score: f32,
}

async fn search(State(index): State<Arc<FloorIndex>>, Query(asked): Query<Question>) -> Response {
    // Inline: a hand-over to the blocking pool would cost it a third of its speed.
    match index.search(&asked.q) {
        Ok(hits) => axum::Json(Answer { total: hits.len(), hits }).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Serves until the bench lets go of our standard input.
#[expect(clippy::print_stdout, reason = "the bench reads the address there")]
fn serve(router: Router) -> Result<()> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = tokio::net::TcpListener::bind(here).await?;
        println!("listening on http://{}", listener.local_addr()?);
        axum::serve(listener, router).await?;
        Ok(())
    })
}
