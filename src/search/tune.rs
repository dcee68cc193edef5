//! Temporary.
pub(super) fn e(name: &str, default: f32) -> f32 {
    static T: std::sync::OnceLock<rustc_hash::FxHashMap<String, f32>> = std::sync::OnceLock::new();
    let t = T.get_or_init(|| {
        std::env::var("TUNE")
            .unwrap_or_default()
            .split(',')
            .filter_map(|kv| {
                let (k, v) = kv.split_once('=')?;
                Some((k.to_owned(), v.parse().ok()?))
            })
            .collect()
    });
    t.get(name).copied().unwrap_or(default)
}
