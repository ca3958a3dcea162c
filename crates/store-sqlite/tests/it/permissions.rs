//! The modes of the database files and folders.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jeton_core::store::{AccountStore as _, Migrate};
use jeton_store_sqlite::SqliteStore;
use rustix::fs::Mode;

use crate::samples::{TestFolder, account, audit_entry};

/// A single test for all umasks, because the umask applies to the whole process.
#[tokio::test]
async fn files_are_0600_and_new_folders_0700_whatever_the_umask() {
    for umask in [0o000, 0o022, 0o077] {
        let folder = TestFolder::new();
        let place = folder.database().with_file_name("new").join("deep");
        let url = format!("sqlite:{}/jeton.db", place.display());
        let before = rustix::process::umask(Mode::from_raw_mode(umask));
        let store = SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap();
        store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
        rustix::process::umask(before);
        for file in ["jeton.db", "jeton.db-wal", "jeton.db-shm"] {
            assert_eq!(mode(&place.join(file)), 0o600, "{file} under umask {umask:03o}");
        }
        assert_eq!(mode(&place), 0o700, "under umask {umask:03o}");
        assert_eq!(mode(place.parent().unwrap()), 0o700, "under umask {umask:03o}");
    }
}

#[tokio::test]
async fn an_existing_file_keeps_its_mode() {
    let folder = TestFolder::new();
    fs::write(folder.database(), "").unwrap();
    fs::set_permissions(folder.database(), Permissions::from_mode(0o640)).unwrap();
    folder.open().await;
    assert_eq!(mode(&folder.database()), 0o640);
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}
