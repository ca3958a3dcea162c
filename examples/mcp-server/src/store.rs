//! Stores visitor activity in an SQLite file. The migrations add sample visitors.
//!
//! Must not know the caller.

use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool};

use crate::activity::{FeatureUse, FrustrationSignal, PageView, SessionActivity};
use crate::visitor_id::VisitorId;

/// The open database. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens `activity.db` in this folder, and creates both if they are missing.
    ///
    /// # Errors
    /// [`OpenError`], with the path and the reason.
    pub(crate) async fn open(folder: &Path) -> Result<Self, OpenError> {
        let open_error = |reason| OpenError { folder: folder.to_owned(), reason };
        std::fs::create_dir_all(folder).map_err(|error| open_error(Reason::Folder(error)))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("activity.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool =
            SqlitePool::connect_with(options).await.map_err(|error| open_error(Reason::Database(error)))?;
        MIGRATIONS.run(&pool).await.map_err(|error| open_error(Reason::Migration(error)))?;
        Ok(Self { pool })
    }

    /// Reads the recent activity of this visitor. For an unknown visitor, the result is empty and says so.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(crate) async fn session_activity(&self, visitor: &VisitorId) -> Result<SessionActivity, sqlx::Error> {
        let id = visitor.as_str();
        // One transaction, so that the three lists are consistent.
        let mut transaction = self.pool.begin().await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM visitors WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await?;
        if known.is_none() {
            return Ok(SessionActivity::unknown(visitor));
        }
        let pages: Vec<PageView> = sqlx::query_as(RECENT_PAGES).bind(id).fetch_all(&mut *transaction).await?;
        let features: Vec<FeatureUse> =
            sqlx::query_as(FEATURES_USED).bind(id).fetch_all(&mut *transaction).await?;
        let signals: Vec<FrustrationSignal> =
            sqlx::query_as(FRUSTRATION_SIGNALS).bind(id).fetch_all(&mut *transaction).await?;
        Ok(SessionActivity::of(visitor, pages, features, signals))
    }
}

/// The store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the activity store in {}: {reason}", folder.display())]
pub struct OpenError {
    folder: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("cannot create the folder ({0})")]
    Folder(std::io::Error),
    #[error("cannot read activity.db ({0})")]
    Database(sqlx::Error),
    #[error("cannot migrate activity.db ({0})")]
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
    async fn a_sample_visitor_has_pages_features_and_signals_newest_first() {
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
    async fn a_visitor_without_activity_differs_from_an_unknown_visitor() {
        let (quiet, unknown) = (activity("visitor-1004").await, activity("visitor-9999").await);
        assert_eq!(
            (quiet.known, quiet.summary.as_str()),
            (true, "The visitor is known, but no activity is recorded.")
        );
        assert!(!unknown.known && unknown.recent_pages.is_empty());
        assert_eq!(unknown.summary, "No visitor with this id is recorded, so there is no activity to show.");
    }

    #[tokio::test]
    async fn recorded_activity_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        sqlx::query("INSERT INTO visitors VALUES ('visitor-2001')").execute(&store.pool).await.unwrap();
        store.pool.close().await;
        let store = Store::open(folder.path()).await.unwrap();
        let visitor = VisitorId::from_argument(&json!("visitor-2001")).unwrap();
        assert!(store.session_activity(&visitor).await.unwrap().known);
    }

    #[tokio::test]
    async fn a_file_that_is_not_a_database_is_reported_and_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("activity.db");
        std::fs::write(&file, "a shopping list, long enough to be checked ".repeat(9)).unwrap();
        let before = std::fs::read(&file).unwrap();
        let error = Store::open(folder.path()).await.unwrap_err().to_string();
        assert!(error.contains("activity.db") && error.contains("not a database"), "{error}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}
