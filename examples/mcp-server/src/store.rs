//! Where the activity is kept: an SQLite file of this server's own, with sample visitors from its migrations.
//!
//! Must not know who asks.

use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool};

use crate::activity::{FeatureUse, FrustrationSignal, PageView, SessionActivity};
use crate::visitor_id::VisitorId;

/// The open file; a clone is the same one.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens `activity.db` in this folder, and makes both where they are missing.
    ///
    /// # Errors
    /// [`OpenError`], with the path and the reason.
    pub(crate) async fn open(folder: &Path) -> Result<Self, OpenError> {
        let refused = |reason| OpenError { folder: folder.to_owned(), reason };
        std::fs::create_dir_all(folder).map_err(|error| refused(Reason::Folder(error)))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("activity.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool =
            SqlitePool::connect_with(options).await.map_err(|error| refused(Reason::Database(error)))?;
        MIGRATIONS.run(&pool).await.map_err(|error| refused(Reason::Migration(error)))?;
        Ok(Self { pool })
    }

    /// What this visitor did lately; of one that nobody saw, an empty answer that says so.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub(crate) async fn session_activity(&self, visitor: &VisitorId) -> Result<SessionActivity, sqlx::Error> {
        let id = visitor.as_str();
        // One transaction, so that the three lists are of one moment.
        let mut moment = self.pool.begin().await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM visitors WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *moment)
            .await?;
        if known.is_none() {
            return Ok(SessionActivity::unknown(visitor));
        }
        let pages: Vec<PageView> = sqlx::query_as(RECENT_PAGES).bind(id).fetch_all(&mut *moment).await?;
        let features: Vec<FeatureUse> =
            sqlx::query_as(FEATURES_USED).bind(id).fetch_all(&mut *moment).await?;
        let signals: Vec<FrustrationSignal> =
            sqlx::query_as(FRUSTRATION_SIGNALS).bind(id).fetch_all(&mut *moment).await?;
        Ok(SessionActivity::of(visitor, pages, features, signals))
    }
}

/// The store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the activity in {} cannot be opened: {reason}", folder.display())]
pub struct OpenError {
    folder: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("the folder cannot be made ({0})")]
    Folder(std::io::Error),
    #[error("activity.db is not readable ({0})")]
    Database(sqlx::Error),
    #[error("activity.db is of another version ({0})")]
    Migration(MigrateError),
}

static MIGRATIONS: Migrator = sqlx::migrate!();

const RECENT_PAGES: &str = "SELECT page, viewed_at, seconds FROM page_views WHERE visitor_id = ? \
                            ORDER BY viewed_at DESC LIMIT 10";
const FEATURES_USED: &str = "SELECT feature, COUNT(*) AS times, MAX(used_at) AS last_used_at FROM feature_uses \
                             WHERE visitor_id = ? GROUP BY feature ORDER BY last_used_at DESC LIMIT 20";
const FRUSTRATION_SIGNALS: &str = "SELECT signal, page, detail, occurred_at FROM frustration_signals \
                                   WHERE visitor_id = ? ORDER BY occurred_at DESC LIMIT 20";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn activity(visitor: &str) -> SessionActivity {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("new")).await.unwrap();
        store.session_activity(&VisitorId::from_argument(&json!(visitor)).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_sample_visitor_has_pages_features_and_signals_the_latest_first() {
        let activity = activity("visitor-1001").await;
        assert_eq!(activity.summary, "5 recent pages, 2 features and 3 frustration signals are recorded.");
        assert_eq!(activity.recent_pages[0].page, "Reports: export settings");
        assert!(activity.recent_pages.is_sorted_by(|a, b| a.viewed_at > b.viewed_at));
        let export = FeatureUse {
            feature: "Export a report as CSV".to_owned(),
            times: 3,
            last_used_at: "2026-11-20T09:11:20Z".to_owned(),
        };
        assert_eq!(activity.features_used[0], export);
        assert_eq!(activity.frustration_signals[2].signal, "rage clicks");
    }

    #[tokio::test]
    async fn a_visitor_without_activity_is_told_from_one_that_nobody_saw() {
        let (quiet, unknown) = (activity("visitor-1004").await, activity("visitor-9999").await);
        assert_eq!(
            (quiet.known, quiet.summary.as_str()),
            (true, "The visitor is known, but no activity is recorded.")
        );
        assert!(!unknown.known && unknown.recent_pages.is_empty());
        assert_eq!(
            unknown.summary,
            "No visitor with this id was ever seen, so there is no activity to show."
        );
    }

    #[tokio::test]
    async fn what_was_recorded_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        sqlx::query("INSERT INTO visitors VALUES ('visitor-2001')").execute(&store.pool).await.unwrap();
        store.pool.close().await;
        let store = Store::open(folder.path()).await.unwrap();
        let visitor = VisitorId::from_argument(&json!("visitor-2001")).unwrap();
        assert!(store.session_activity(&visitor).await.unwrap().known);
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("activity.db");
        std::fs::write(&file, "a shopping list, long enough to be looked at ".repeat(9)).unwrap();
        let before = std::fs::read(&file).unwrap();
        let refusal = Store::open(folder.path()).await.unwrap_err().to_string();
        assert!(refusal.contains("activity.db") && refusal.contains("not a database"), "{refusal}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}
