//! The tables: ours beside the floors, what is promised, and how it grows.

use std::fmt::Write as _;
use std::time::Duration;

use crate::center::Bench;
use crate::figures::{Contender, Figures};

const MEGABYTE: f64 = 1_048_576.0;

/// What is promised of one figure.
struct Bar {
    must: f64,
    aim: f64,
    more_is_better: bool,
}

const fn at_least(must: f64, aim: f64) -> Bar {
    Bar { must, aim, more_is_better: true }
}

const fn at_most(must: f64, aim: f64) -> Bar {
    Bar { must, aim, more_is_better: false }
}

impl Bar {
    fn verdict(&self, figure: f64) -> &'static str {
        let reaches = |bar: f64| if self.more_is_better { figure >= bar } else { figure <= bar };
        match (reaches(self.must), reaches(self.aim)) {
            (true, true) => "aim",
            (true, false) => "met",
            _ => "MISSED",
        }
    }

    fn columns(&self, figure: f64) -> String {
        let sign = if self.more_is_better { "≥" } else { "≤" };
        format!(
            "{sign} {} | {sign} {} | {}",
            short(self.must),
            short(self.aim),
            self.verdict(figure)
        )
    }
}

/// The whole report, in Markdown.
pub(crate) fn render(bench: &Bench, all: &[Figures], errors: &[String]) -> String {
    let mut text = String::new();
    facts(&mut text, bench, all);
    if let Some(main) = all.iter().find(|figures| figures.count == bench.options.main_size()) {
        let _ = writeln!(text, "\n## At {} articles\n", thousands(main.count as f64));
        text.push_str("| measure | ours | floor | figure | must | aim | |\n");
        text.push_str("|---|---:|---:|---:|---:|---:|---|\n");
        searches(&mut text, main);
        builds(&mut text, main);
        for figures in all {
            saves(&mut text, figures);
        }
    }
    for figures in all.iter().filter(|figures| !figures.queries.is_empty()) {
        in_process(&mut text, figures);
    }
    for figures in all {
        repository(&mut text, figures);
    }
    text.push_str("\n## How it grows\n\n");
    growth(&mut text, all);
    text.push_str("\n## Load in detail (8 connections)\n\n");
    details(&mut text, all);
    if !errors.is_empty() {
        text.push_str("\n## ERRORS\n\n");
        for error in errors {
            let _ = writeln!(text, "- {error}");
        }
    }
    text
}

fn facts(text: &mut String, bench: &Bench, all: &[Figures]) {
    let pinned = match bench.cores.pinned {
        Some((server, load)) => format!("servers on core {server}, load on core {load}"),
        None => "NOT pinned (no taskset, or one core): all share what there is".to_owned(),
    };
    let sizes: Vec<String> = all
        .iter()
        .map(|figures| {
            format!(
                "{} ({:.1} MB, {:.0} B each)",
                thousands(figures.count as f64),
                figures.bytes as f64 / MEGABYTE,
                figures.bytes as f64 / figures.count as f64
            )
        })
        .collect();
    let _ = write!(
        text,
        "# Speed\n\n- {} cores, {}; {pinned}; load average before: {}\n- seed {}, {} queries, text: {}\n- articles: {}\n",
        bench.cores.count,
        bench.machine.processor,
        bench.machine.load,
        bench.options.seed,
        bench.queries.len(),
        bench.source.origin,
        sizes.join(", "),
    );
}

/// One row: what, ours, the floor, the figure that is judged, and the judgement.
fn row(text: &mut String, what: &str, ours: &str, floor: &str, figure: f64, bar: &Bar) {
    let _ = writeln!(
        text,
        "| {what} | {ours} | {floor} | {} | {} |",
        short(figure),
        bar.columns(figure)
    );
}

fn searches(text: &mut String, figures: &Figures) {
    let Some(search) = &figures.search else { return };
    let rate = |contender: &Contender| format!("{} /s", thousands(contender.per_second));
    let (bare, naive) = (rate(&search.bare), rate(&search.naive));
    let Some(ours) = &search.ours else {
        let _ = writeln!(text, "| floors only | - | bare {bare}, naive {naive} | - | - | - | |");
        return;
    };
    let (fresh, repeated) = (rate(&ours.fresh), rate(&ours.repeated));
    let against = |ours: &Contender, floor: &Contender| ours.per_second / floor.per_second;
    let to_bare = against(&ours.fresh, &search.bare);
    row(text, "/search against bare axum", &fresh, &bare, to_bare, &at_least(0.05, 0.10));
    let asleep = against(&ours.fresh_asleep, &search.bare_asleep);
    let _ = writeln!(
        text,
        "| … by a load that sleeps while it waits | {} | {} | {} | - | - | |",
        rate(&ours.fresh_asleep),
        rate(&search.bare_asleep),
        short(asleep),
    );
    let to_naive = against(&ours.fresh, &search.naive);
    row(text, "/search against axum + tantivy", &fresh, &naive, to_naive, &at_least(3.0, 6.0));
    let kept = against(&ours.repeated, &search.bare);
    row(text, "repeated query against bare", &repeated, &bare, kept, &at_least(0.4, 0.7));
    if let Some(memory) = ours.memory {
        let memory = memory as f64 / MEGABYTE;
        row(text, "memory after the load, MB", &short(memory), "-", memory, &at_most(120.0, 70.0));
    }
}

fn builds(text: &mut String, figures: &Figures) {
    if let Some(build) = &figures.build {
        let rate = |per_second: f64| format!("{} /s", thousands(per_second));
        let (ours, floor) = (rate(build.per_second), rate(build.floor_per_second));
        let bar = at_least(3_000.0, 6_000.0);
        row(text, "articles built a second", &ours, &floor, build.per_second, &bar);
        let size = |bytes: u64| format!("{:.1} MB", bytes as f64 / MEGABYTE);
        let kept = build.kept as f64 / figures.bytes as f64;
        let (ours, floor) = (size(build.kept), size(build.floor_kept));
        row(text, "bytes kept / text", &ours, &floor, kept, &at_most(2.0, 1.0));
    }
    if let Some(start) = figures.start {
        let taken = milliseconds(start);
        row(text, "start to ready, ms", &short(taken), "-", taken, &at_most(500.0, 100.0));
    }
}

fn saves(text: &mut String, figures: &Figures) {
    let count = thousands(figures.count as f64);
    if let Some(saves) = &figures.saves {
        let all = [saves.p50, saves.p99, saves.longest].map(|time| short(milliseconds(time)));
        let (p50, p99) = (milliseconds(saves.p50), milliseconds(saves.p99));
        let what = format!("save → found at {count}, p50 ms");
        row(text, &what, &all[0], "-", p50, &at_most(40.0, 12.0));
        let what = format!("save → found at {count}, p99 ms (longest {})", all[2]);
        row(text, &what, &all[1], "-", p99, &at_most(150.0, 40.0));
    }
    if let Some(burst) = &figures.burst {
        let seconds = burst.since_first_write.as_secs_f64();
        let what = format!("{} files at once → all found at {count}, s", burst.files);
        let ours = format!(
            "{} ({} after the last write)",
            short(seconds),
            short(burst.since_last_write.as_secs_f64())
        );
        row(text, &what, &ours, "-", seconds, &at_most(2.0, 0.7));
        let editions = burst.editions as f64;
        let what = format!("… editions for it at {count}");
        row(text, &what, &short(editions), "-", editions, &at_most(1.0, 1.0));
    }
}

/// Queries inside one process; the first kind is judged.
fn in_process(text: &mut String, figures: &Figures) {
    let _ = writeln!(
        text,
        "\n## A query inside one process, at {} articles\n\n\
         Ours finds, repairs, ranks, counts facets and cuts snippets; plain is tantivy's BM25 over the same \
         words, ranking alone.\n\n\
         | queries | plain p50 µs | ours p50 µs | ours / plain | asked first, p50 µs | p99 µs | longest ms |\n\
         |---|---:|---:|---:|---:|---:|---:|",
        thousands(figures.count as f64)
    );
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    for (at, kind) in figures.queries.iter().enumerate() {
        let ratio = micros(kind.p50) / micros(kind.plain_p50).max(0.1);
        let verdict = match (at, ratio <= 4.0) {
            (0, true) => " (must ≤ 4: met)",
            (0, false) => " (must ≤ 4: MISSED)",
            _ => "",
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {}{verdict} | {} | {} | {} |",
            kind.name,
            short(micros(kind.plain_p50)),
            short(micros(kind.p50)),
            short(ratio),
            short(micros(kind.first_p50)),
            short(micros(kind.p99)),
            short(milliseconds(kind.longest)),
        );
    }
}

fn repository(text: &mut String, figures: &Figures) {
    let Some(pushes) = &figures.pushes else { return };
    let _ = writeln!(
        text,
        "\n## Following a repository of {} articles and {} commits\n",
        thousands(figures.count as f64),
        thousands(pushes.commits as f64)
    );
    text.push_str("| measure | p50 ms | p99 ms |\n|---|---:|---:|\n");
    let spans = [
        ("`git push` until a search finds it", pushes.from_push),
        ("of that, from the webhook's call", pushes.from_call),
    ];
    for (name, (p50, p99)) in spans {
        let (p50, p99) = (short(milliseconds(p50)), short(milliseconds(p99)));
        let _ = writeln!(text, "| {name} | {p50} | {p99} |");
    }
    text.push_str("\n| | |\n|---|---:|\n");
    let seconds = |time: Duration| format!("{} s", short(time.as_secs_f64()));
    let _ = writeln!(
        text,
        "| start from nothing: clone, read, index | {} |",
        seconds(pushes.first_start)
    );
    let _ =
        writeln!(text, "| start with clone and index there | {} |", seconds(pushes.second_start));
    let memories = [
        ("memory after indexing from nothing and the pushes", pushes.memory),
        ("memory after another start and a thousand searches", pushes.memory_again),
    ];
    for (name, memory) in memories {
        let Some(memory) = memory else { continue };
        let _ = writeln!(text, "| {name} | {} MB |", short(memory as f64 / MEGABYTE));
    }
    for gate in &pushes.gate {
        let name = gate.name;
        let _ = writeln!(text, "| `check --base`, {name} | {} |", seconds(gate.check));
        let _ = writeln!(text, "| `eval --base`, {name} | {} |", seconds(gate.eval));
    }
}

fn growth(text: &mut String, all: &[Figures]) {
    text.push_str(
        "| articles | search /s | of bare | of naive | repeated, of bare | empty % | built /s | of tantivy \
         | start ms | memory MB | kept / text | tantivy's | save p50 / p99 ms |\n\
         |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for figures in all {
        let search = figures.search.as_ref();
        let ours = search.and_then(|search| search.ours.as_ref());
        let build = figures.build.as_ref();
        let ratio = |pick: fn(&crate::figures::Search, &crate::figures::Ours) -> f64| {
            search.zip(ours).map(|(search, ours)| pick(search, ours))
        };
        let bytes = figures.bytes as f64;
        let cells = [
            Some(figures.count as f64),
            ours.map(|ours| ours.fresh.per_second),
            ratio(|search, ours| ours.fresh.per_second / search.bare.per_second),
            ratio(|search, ours| ours.fresh.per_second / search.naive.per_second),
            ratio(|search, ours| ours.repeated.per_second / search.bare.per_second),
            ours.map(|ours| ours.empty),
            build.map(|build| build.per_second),
            build.map(|build| build.per_second / build.floor_per_second),
            figures.start.map(milliseconds),
            ours.and_then(|ours| ours.memory).map(|memory| memory as f64 / MEGABYTE),
            build.map(|build| build.kept as f64 / bytes),
            build.map(|build| build.floor_kept as f64 / bytes),
        ];
        let cells = cells.map(|cell| cell.map_or_else(|| "-".to_owned(), short)).join(" | ");
        let saves = figures.saves.as_ref().map_or_else(
            || "-".to_owned(),
            |saves| {
                format!("{} / {}", short(milliseconds(saves.p50)), short(milliseconds(saves.p99)))
            },
        );
        let _ = writeln!(text, "| {cells} | {saves} |");
    }
}

/// Below this share of a core, something else than the floor itself held it back.
const HELD_BACK: f64 = 0.85;

fn details(text: &mut String, all: &[Figures]) {
    text.push_str("| articles | server | requests /s | p50 ms | p99 ms | busy | requests / CPU s | body B |\n");
    text.push_str("|---:|---|---:|---:|---:|---:|---:|---:|\n");
    let mut held_back = false;
    for figures in all {
        let Some(search) = &figures.search else { continue };
        held_back |= search.bare.busy.is_some_and(|busy| busy < HELD_BACK);
        let mut line = |name: &str, contender: &Contender, body: usize| {
            let busy =
                contender.busy.map_or_else(|| "-".into(), |busy| format!("{:.0} %", 100.0 * busy));
            let each = contender
                .busy
                .map_or_else(|| "-".into(), |busy| thousands(contender.per_second / busy));
            let _ = writeln!(
                text,
                "| {} | {name} | {} | {} | {} | {busy} | {each} | {body} |",
                thousands(figures.count as f64),
                thousands(contender.per_second),
                short(milliseconds(contender.p50)),
                short(milliseconds(contender.p99)),
            );
        };
        line("bare", &search.bare, search.body);
        line("bare, load asleep", &search.bare_asleep, search.body);
        line("naive", &search.naive, search.naive_body);
        if let Some(ours) = &search.ours {
            line("ours", &ours.fresh, search.body);
            line("ours, load asleep", &ours.fresh_asleep, search.body);
            line("ours, repeated", &ours.repeated, search.body);
        }
    }
    text.push_str(
        "\nThe load keeps looking for answers, but for the lines that say `asleep`: a core that rests has to be \
         woken by whoever sends to it, which on a virtual machine can cost more than the answer.\n",
    );
    if held_back {
        text.push_str(
            "\nNOTE: bare was not busy all the time: the load, or another job on this machine, was the limit, \
             and ratios to bare look better than they are.\n",
        );
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Three digits that count, no more.
fn short(figure: f64) -> String {
    match figure.abs() {
        small if small < 1.0 && small > 0.0 => format!("{figure:.3}"),
        ones if ones.fract() == 0.0 && ones < 1_000.0 => format!("{figure:.0}"),
        ones if ones < 10.0 => format!("{figure:.2}"),
        tens if tens < 100.0 => format!("{figure:.1}"),
        _ => thousands(figure),
    }
}

/// A whole number with its thousands apart.
fn thousands(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
