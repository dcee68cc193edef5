//! How often articles are read: counted in memory, and written down together, by article, language and
//! day. Nothing of who reads is counted or kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::ToSpan as _;
use jiff::civil::Date;
use sqlx::SqlitePool;

use super::database::{Store, StoreError, name};
use crate::article::{ArticleId, Locale};

/// Days are kept for so long: a year can be compared with the one before.
const KEPT_DAYS: i64 = 800;

/// An article as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Read {
    /// By its present id.
    pub article: ArticleId,
    /// In the language in which it was read.
    pub locale: Locale,
    /// On the day where the site is.
    pub day: Date,
}

/// Reads that are not written down yet.
#[derive(Default)]
pub(super) struct Counted(Mutex<HashMap<Read, u64>>);

impl Counted {
    fn add(&self, read: Read, count: u64) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.entry(read).or_default() += count;
    }

    fn take(&self) -> HashMap<Read, u64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// Counts that an article was read. Nothing waits for a disk here.
    pub fn count_read(&self, read: Read) {
        self.counted.add(read, 1);
    }

    /// Writes down what was counted since the last time. What cannot be written is counted on.
    pub async fn write_reads(&self) -> Result<(), StoreError> {
        let counted = self.counted.take();
        if counted.is_empty() {
            return Ok(());
        }
        let outcome = self.bounded(async |pool| write(pool, &counted).await).await;
        if outcome.is_err() {
            for (read, count) in counted {
                self.counted.add(read, count);
            }
        }
        outcome
    }

    /// How often each article was read since a day, that day included.
    pub async fn reads_since(
        &self,
        day: Date,
    ) -> Result<HashMap<(ArticleId, Locale), u64>, StoreError> {
        self.write_reads().await?;
        self.bounded(async |pool| read(pool, day).await).await
    }
}

async fn write(pool: &SqlitePool, counted: &HashMap<Read, u64>) -> Result<(), sqlx::Error> {
    let mut changes = pool.begin_with("BEGIN IMMEDIATE").await?;
    for (read, count) in counted {
        sqlx::query(
            "INSERT INTO reads (article, locale, day, count) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )
        .bind(read.article.as_str())
        .bind(read.locale.as_str())
        .bind(read.day.to_string())
        .bind(i64::try_from(*count).unwrap_or(i64::MAX))
        .execute(&mut *changes)
        .await?;
    }
    if let Some(today) = counted.keys().map(|read| read.day).max() {
        sqlx::query("DELETE FROM reads WHERE day < ?")
            .bind(today.saturating_sub(KEPT_DAYS.days()).to_string())
            .execute(&mut *changes)
            .await?;
    }
    changes.commit().await
}

async fn read(
    pool: &SqlitePool,
    day: Date,
) -> Result<HashMap<(ArticleId, Locale), u64>, sqlx::Error> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT article, locale, sum(count) FROM reads WHERE day >= ? GROUP BY article, locale",
    )
    .bind(day.to_string())
    .fetch_all(pool)
    .await?;
    let counts = rows.into_iter().map(|(article, locale, count)| {
        Ok(((name(&article)?, name(&locale)?), count.unsigned_abs()))
    });
    counts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(article: &str, day: &str) -> Read {
        let locale = "ru".parse().unwrap();
        Read { article: article.parse().unwrap(), locale, day: day.parse().unwrap() }
    }

    fn key(article: &str) -> (ArticleId, Locale) {
        (article.parse().unwrap(), "ru".parse().unwrap())
    }

    #[tokio::test]
    async fn reads_add_up_over_days_and_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        for day in ["2026-11-01", "2026-11-22", "2026-11-23", "2026-11-23"] {
            store.count_read(one("fees", day));
        }
        store.write_reads().await.unwrap();
        store.count_read(one("fees", "2026-11-23"));
        store.count_read(one("cards", "2026-11-23"));
        store.write_reads().await.unwrap();
        store.close().await;
        let store = Store::new(folder.path());
        store.count_read(one("cards", "2026-11-23"));
        let reads = store.reads_since("2026-11-22".parse().unwrap()).await.unwrap();
        assert_eq!(reads, HashMap::from([(key("fees"), 4), (key("cards"), 2)]));
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        std::fs::write(&state, "a file where the folder should be").unwrap();
        let store = Store::new(&state);
        store.count_read(one("fees", "2026-11-23"));
        assert!(store.write_reads().await.is_err());
        std::fs::remove_file(&state).unwrap();
        let reads = store.reads_since("2026-11-23".parse().unwrap()).await.unwrap();
        assert_eq!(reads, HashMap::from([(key("fees"), 1)]));
    }

    #[tokio::test]
    async fn old_days_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        store.count_read(one("fees", "2020-01-01"));
        store.write_reads().await.unwrap();
        store.count_read(one("fees", "2026-11-23"));
        let reads = store.reads_since("2000-01-01".parse().unwrap()).await.unwrap();
        assert_eq!(reads, HashMap::from([(key("fees"), 1)]));
    }
}
