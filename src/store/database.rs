//! The `SQLite` file: opened when first needed, and again after it failed; one writer; what is told to
//! be kept is on the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlSafeStr as _, Sqlite, SqlitePool, Transaction};
use tokio::sync::Mutex;

use super::feedback::{
    ArticleVotes, Comment, Feedback, Reason, Remark, Tally, Ticket, VersionVotes, Vote,
};
use super::reads::Counted;
use crate::article::{ArticleId, Digest};

/// The file in the state folder.
const FILE: &str = "spravka.db";
/// Changes of the tables, in their order; those made are never edited.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "feedback", include_str!("../../migrations/0001_feedback.sql")),
    (2, "reads", include_str!("../../migrations/0002_reads.sql")),
];
/// How long a database that another process has locked is waited for.
const LOCKED: Duration = Duration::from_secs(3);
/// How long anything may take: shorter than a request may.
const PATIENCE: Duration = Duration::from_secs(5);
/// A vote may be changed by its sender for so long.
const CHANGEABLE: SignedDuration = SignedDuration::from_hours(1);
/// Visitors' own words are kept for so long; what they voted is kept.
const WORDS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Comments shown of an article.
const COMMENTS: i64 = 50;

/// What visitors did. It never fails to be there: what fails is asking it.
pub struct Store {
    folder: PathBuf,
    /// The one connection, when it is open.
    pool: Mutex<Option<SqlitePool>>,
    /// Whether the last thing asked failed: it is logged once, and once when it is over.
    is_troubled: AtomicBool,
    /// Reads that are not written down yet.
    pub(super) counted: Counted,
}

/// Why something could not be kept, or be looked up.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder is not there and cannot be made.
    #[error("cannot make the state folder {folder}: {source}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
    /// Another process holds the database, or all of it takes too long.
    #[error("the database is locked by another process, or too slow")]
    Busy,
    /// The database refuses.
    #[error("the database fails: {0}")]
    Database(sqlx::Error),
    /// Its tables are not ours: a later program has changed them, or it is another's.
    #[error("the tables of the database cannot be brought up to date: {0}")]
    Migration(#[from] MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_BUSY and SQLITE_LOCKED, with whatever more is told in the higher bits.
        let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
        match (&error, code.map(|code| code & 0xff)) {
            (sqlx::Error::PoolTimedOut, _) | (_, Some(5 | 6)) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

impl Store {
    /// A store in this folder. Nothing is opened yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let (pool, is_troubled) = (Mutex::new(None), AtomicBool::new(false));
        Self { folder: folder.into(), pool, is_troubled, counted: Counted::default() }
    }

    /// A store in this folder, opened.
    pub async fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let store = Self::new(folder);
        store.prepare().await?;
        Ok(store)
    }

    /// Opens it now, so that what is wrong is logged at the start.
    pub async fn prepare(&self) -> Result<(), StoreError> {
        self.bounded(async |pool| {
            let mut changes = pool.begin_with("BEGIN IMMEDIATE").await?;
            forget_words(&mut changes, Timestamp::now()).await?;
            changes.commit().await
        })
        .await
    }

    /// Keeps a vote. It is on the disk when this is over. The ticket lets its sender change it.
    pub async fn add_feedback(&self, feedback: &Feedback) -> Result<Ticket, StoreError> {
        self.bounded(async |pool| write(pool, feedback).await).await
    }

    /// The votes on an article.
    pub async fn votes(&self, article: &ArticleId) -> Result<ArticleVotes, StoreError> {
        self.bounded(async |pool| read(pool, article).await).await
    }

    /// Writes everything into the one file and lets it go.
    pub async fn close(&self) {
        if let Some(pool) = self.pool.lock().await.take() {
            pool.close().await;
        }
    }

    /// Asks the database, within bounds. After a failure it is opened anew for the next one.
    pub(super) async fn bounded<T>(
        &self,
        ask: impl AsyncFnOnce(&SqlitePool) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let asked = async {
            let pool = self.pool().await?;
            ask(&pool).await.map_err(StoreError::from)
        };
        let outcome = tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Err(StoreError::Busy));
        match &outcome {
            Ok(_) => {
                if self.is_troubled.swap(false, Ordering::Relaxed) {
                    tracing::info!(folder = %self.folder.display(), "votes are kept again");
                }
            }
            Err(error) => {
                if !self.is_troubled.swap(true, Ordering::Relaxed) {
                    let folder = self.folder.display();
                    tracing::error!(%folder, %error, "votes cannot be kept; it is tried again with each");
                }
                if !matches!(error, StoreError::Busy) {
                    *self.pool.lock().await = None;
                }
            }
        }
        outcome
    }

    async fn pool(&self) -> Result<SqlitePool, StoreError> {
        let mut opened = self.pool.lock().await;
        // A file that was removed could be written to for good, and nobody would find it again.
        if let Some(pool) = opened.as_ref().filter(|_| self.folder.join(FILE).exists()) {
            return Ok(pool.clone());
        }
        let pool = connect(&self.folder).await?;
        *opened = Some(pool.clone());
        Ok(pool)
    }
}

async fn connect(folder: &Path) -> Result<SqlitePool, StoreError> {
    make(folder).map_err(|source| {
        let folder = folder.display().to_string();
        StoreError::Folder { folder, source }
    })?;
    let options = SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Whoever was told that a vote is kept finds it after a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(LOCKED)
        // What is forgotten is overwritten.
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(LOCKED)
        .connect_with(options)
        .await?;
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.into()).run(&pool).await?;
    Ok(pool)
}

/// Makes the folder, for the owner's eyes alone.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

async fn write(pool: &SqlitePool, feedback: &Feedback) -> Result<Ticket, sqlx::Error> {
    let (helpful, reason) = match feedback.vote {
        Vote::Helpful => (true, None),
        Vote::NotHelpful(reason) => (false, reason.map(Reason::as_str)),
    };
    let comment = feedback.comment.as_ref().map(Remark::as_str);
    // The lock for writing is taken first: two that read and then write could only fail.
    let mut changes = pool.begin_with("BEGIN IMMEDIATE").await?;
    forget_words(&mut changes, feedback.at).await?;
    if let Some(ticket) = feedback.replaces {
        let changed = sqlx::query(
            "UPDATE feedback SET helpful = ?, reason = ?, comment = ? \
             WHERE ticket = ? AND article = ? AND locale = ? AND at >= ?",
        )
        .bind(helpful)
        .bind(reason)
        .bind(comment)
        .bind(ticket.0.cast_signed())
        .bind(feedback.article.as_str())
        .bind(feedback.locale.as_str())
        .bind((feedback.at - CHANGEABLE).as_millisecond())
        .execute(&mut *changes)
        .await?;
        if changed.rows_affected() == 1 {
            changes.commit().await?;
            return Ok(ticket);
        }
    }
    let ticket = Ticket::new();
    sqlx::query(
        "INSERT INTO feedback (ticket, at, article, locale, digest, helpful, reason, comment, query) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(ticket.0.cast_signed())
    .bind(feedback.at.as_millisecond())
    .bind(feedback.article.as_str())
    .bind(feedback.locale.as_str())
    .bind(feedback.digest.0.cast_signed())
    .bind(helpful)
    .bind(reason)
    .bind(comment)
    .bind(feedback.query.as_ref().map(Remark::as_str))
    .execute(&mut *changes)
    .await?;
    changes.commit().await?;
    Ok(ticket)
}

/// Removes visitors' own words that have been kept long enough.
async fn forget_words(
    changes: &mut Transaction<'_, Sqlite>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE feedback SET comment = NULL, query = NULL \
         WHERE at < ? AND (comment IS NOT NULL OR query IS NOT NULL)",
    )
    .bind((now - WORDS_KEPT).as_millisecond())
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// A row of what was said.
type Said = (i64, String, i64, bool, Option<String>, Option<String>, Option<String>);

async fn read(pool: &SqlitePool, article: &ArticleId) -> Result<ArticleVotes, sqlx::Error> {
    let counted: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT locale, digest, sum(helpful), sum(1 - helpful) FROM feedback \
         WHERE article = ? GROUP BY locale, digest ORDER BY locale, max(at) DESC",
    )
    .bind(article.as_str())
    .fetch_all(pool)
    .await?;
    let said: Vec<Said> = sqlx::query_as(
        // So many of each locale: one language must not push out another.
        "SELECT at, locale, digest, helpful, reason, comment, query FROM ( \
           SELECT *, row_number() OVER (PARTITION BY locale ORDER BY at DESC, id DESC) AS place \
           FROM feedback WHERE article = ? AND (reason IS NOT NULL OR comment IS NOT NULL)) \
         WHERE place <= ? ORDER BY at DESC, id DESC",
    )
    .bind(article.as_str())
    .bind(COMMENTS)
    .fetch_all(pool)
    .await?;
    let versions = counted.into_iter().map(|(locale, digest, helpful, not_helpful)| {
        Ok(VersionVotes {
            locale: name(&locale)?,
            digest: Digest(digest.cast_unsigned()),
            tally: Tally {
                helpful: helpful.unsigned_abs(),
                not_helpful: not_helpful.unsigned_abs(),
            },
        })
    });
    let versions = versions.collect::<Result<_, sqlx::Error>>()?;
    let comments = said.into_iter().map(comment).collect::<Result<_, _>>()?;
    Ok(ArticleVotes { versions, comments })
}

fn comment(row: Said) -> Result<Comment, sqlx::Error> {
    let (at, locale, digest, helpful, reason, text, query) = row;
    let reason = reason.as_deref().map(name).transpose()?;
    Ok(Comment {
        at: Timestamp::from_millisecond(at).map_err(unreadable)?,
        locale: name(&locale)?,
        digest: Digest(digest.cast_unsigned()),
        vote: if helpful { Vote::Helpful } else { Vote::NotHelpful(reason) },
        text: text.map(Remark::kept),
        query: query.map(Remark::kept),
    })
}

pub(super) fn name<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    text: &str,
) -> Result<T, sqlx::Error> {
    text.parse().map_err(unreadable)
}

/// What is in the database and was not written by us.
fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

#[cfg(test)]
#[path = "database_tests.rs"]
mod tests;
