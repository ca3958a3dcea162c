//! Inspecting a database reports what opening it would find, and changes nothing.

use jeton_core::store::{InspectedStore, KeyStore as _, OpenError};
use jeton_store_sqlite::{SqliteStore, migrate};
use sqlx::raw_sql;

use crate::samples::TestFolder;

async fn inspect(folder: &TestFolder) -> Result<InspectedStore, OpenError> {
    SqliteStore::inspect(&folder.url(), &"us".parse().unwrap()).await
}

#[tokio::test]
async fn a_missing_database_is_new_and_is_not_created() {
    let folder = TestFolder::new();
    let InspectedStore::New { place, folder: new_folder } = inspect(&folder).await.unwrap() else { panic!() };
    assert_eq!(place, folder.database().display().to_string());
    assert_eq!(new_folder.as_deref(), folder.database().parent());
    assert_eq!(folder.files(), [""; 0]);
    std::fs::write(folder.database(), "").unwrap();
    assert!(matches!(inspect(&folder).await, Ok(InspectedStore::New { .. })));
    assert!(folder.bytes().is_empty());
}

#[tokio::test]
async fn a_database_of_an_earlier_version_is_outdated_and_is_not_migrated() {
    let folder = TestFolder::new();
    migrate(&folder.url(), None).await.unwrap();
    let mut connection = folder.connect().await;
    raw_sql("DELETE FROM _sqlx_migrations WHERE version >= 10; PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);
    let before = folder.bytes();
    let InspectedStore::Outdated { place, master_key_check } = inspect(&folder).await.unwrap() else {
        panic!()
    };
    assert_eq!(place, folder.database().display().to_string());
    assert_eq!(master_key_check, None);
    assert_eq!(folder.bytes(), before);
}

#[tokio::test]
async fn the_keys_of_a_current_database_are_read_while_it_is_open_and_after_it_is_closed() {
    let folder = TestFolder::new();
    let open = folder.open().await;
    open.claim_master_key(b"ours").await.unwrap();
    let check = async || match inspect(&folder).await.unwrap() {
        InspectedStore::Current { master_key_check, keys } => (master_key_check, keys.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(check().await, (Some(b"ours".to_vec()), 0));
    open.close().await;
    let before = folder.bytes();
    assert_eq!(check().await, (Some(b"ours".to_vec()), 0));
    assert_eq!(folder.bytes(), before);
    let eu = SqliteStore::inspect(&folder.url(), &"eu".parse().unwrap()).await.unwrap();
    assert!(matches!(eu, InspectedStore::Current { master_key_check: None, .. }));
    assert_eq!(folder.bytes(), before);
}

#[tokio::test]
async fn inspecting_returns_the_same_errors_as_opening() {
    let folder = TestFolder::new();
    std::fs::write(folder.database(), "Dear Sir or Madam").unwrap();
    assert!(matches!(inspect(&folder).await, Err(OpenError::Foreign { .. })));
    std::fs::remove_file(folder.database()).unwrap();
    let mut connection = folder.connect().await;
    raw_sql("CREATE TABLE theirs (x)").execute(&mut connection).await.unwrap();
    drop(connection);
    assert!(matches!(inspect(&folder).await, Err(OpenError::Foreign { .. })));
    for url in ["sqlite::memory:", "sqlite:a.db?mode=ro", "postgres://db/jeton"] {
        let refused = SqliteStore::inspect(url, &"us".parse().unwrap()).await;
        assert!(matches!(refused, Err(OpenError::BadUrl { .. })), "{url}");
    }
}
