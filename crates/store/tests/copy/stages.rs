//! A new database is prepared in a hidden file. No file of the user is taken for one.

use std::path::Path;

use jeton_core::model::{Actor, Timestamp};
use jeton_core::store::{BackupError, CopyMonitor, RestoreOptions, Restored};

use crate::place::{Place, assert_same, copy, fill, postgres, rows, source};

async fn restore(url: &str, file: &Path) -> Result<Restored, BackupError> {
    let options = RestoreOptions {
        force: true,
        keep_tokens: false,
        at: Timestamp::from_unix(2_000_000_000),
        actor: Actor::Cli("root".to_owned()),
    };
    jeton_store::restore(url, file, &options, &CopyMonitor::new(|_| {})).await
}

fn file(url: &str) -> &Path {
    Path::new(url.strip_prefix("sqlite:").unwrap())
}

/// Undoes the last migration.
fn make_earlier(file: &Path) {
    let database = rusqlite::Connection::open(file).unwrap();
    database
        .execute_batch("DROP TABLE store_fence; DELETE FROM _sqlx_migrations WHERE version >= 15")
        .unwrap();
}

#[tokio::test]
async fn files_with_names_like_that_of_the_target_stay() {
    let place = Place::new();
    let (from, to) = (place.sqlite("from"), place.sqlite("to"));
    fill(&from).await;
    let theirs =
        ["to.db.copy", "to.db.restore", "from.db.restore"].map(|name| place.folder.path().join(name));
    for path in &theirs {
        std::fs::write(path, "a letter").unwrap();
    }
    copy(&from, &to).await.unwrap();
    source(&from).await.unfence().await.unwrap();
    restore(&to, file(&from)).await.unwrap();
    make_earlier(file(&from));
    restore(&postgres(), file(&from)).await.unwrap();
    for path in &theirs {
        assert_eq!(std::fs::read_to_string(path).unwrap(), "a letter");
    }
}

#[tokio::test]
async fn a_source_with_a_reserved_name_is_refused_and_stays() {
    let place = Place::new();
    for (name, is_restored) in [(".to.db.copying", false), (".to.db.restoring", true)] {
        let path = place.folder.path().join(name);
        let (from, to) = (format!("sqlite:{}", path.display()), place.sqlite("to"));
        fill(&from).await;
        let before = rows(&from).await;
        let error = if is_restored {
            restore(&to, &path).await.unwrap_err()
        } else {
            copy(&from, &to).await.unwrap_err()
        };
        assert!(
            matches!(&error, BackupError::Conflict(text) if text.contains("rename the source")),
            "{error}"
        );
        assert_same(&rows(&from).await, &before);
        assert!(!file(&to).exists());
    }
}

#[tokio::test]
async fn what_a_killed_process_left_is_replaced() {
    let place = Place::new();
    let (from, to) = (place.sqlite("from"), place.sqlite("to"));
    fill(&from).await;
    let left = [".to.db.copying", ".to.db.copying-journal", ".to.db.restoring", ".from.db.migrating"];
    let left = left.map(|name| place.folder.path().join(name));
    for path in &left {
        std::fs::write(path, "half of a database").unwrap();
    }
    copy(&from, &to).await.unwrap();
    assert_same(&rows(&to).await, &rows(&from).await);
    source(&from).await.unfence().await.unwrap();
    restore(&to, file(&from)).await.unwrap();
    make_earlier(file(&from));
    assert_eq!(restore(&postgres(), file(&from)).await.unwrap().applied, ["0015_store_fence"]);
    for path in &left {
        assert!(!path.exists(), "{}", path.display());
    }
}
