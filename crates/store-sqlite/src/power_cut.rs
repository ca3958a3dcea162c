//! A power cut loses nothing that was acknowledged. It is made real: the database is on a file system of its own, which
//! is told to forget what it has not flushed, as the kernel's own tests of file systems do.
//!
//! Takes root, loop mounts, `mkfs.ext4` and `python3` (the call that shuts a file system down has no command).

use std::path::PathBuf;
use std::process::Command;

use jeton_core::model::{Revocation, Timestamp, TokenId};
use jeton_core::store::{Action, AuditEntry, Migrate, RevocationNumber, RevocationStore as _, Subject};
use sqlx::raw_sql;
use tempfile::TempDir;

use crate::SqliteStore;

#[tokio::test]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    for cut in 0..CUTS {
        let acknowledged = 3 + cut;
        assert_eq!(kept_after_a_cut(acknowledged, "PRAGMA synchronous = FULL").await, acknowledged);
    }
}

/// The test before would be worth nothing if the cut were none.
#[tokio::test]
async fn with_less_care_the_same_cut_loses_what_was_acknowledged() {
    for cut in 0..CUTS {
        let acknowledged = 3 + cut;
        assert!(kept_after_a_cut(acknowledged, "PRAGMA synchronous = NORMAL").await < acknowledged);
    }
}

/// How many of so many acknowledged writes are there after the power was cut.
async fn kept_after_a_cut(acknowledged: usize, care: &'static str) -> usize {
    let disk = Disk::new();
    let mounted = disk.mount();
    let store = disk.open().await;
    raw_sql(care).execute(&store.connections.writes).await.unwrap();
    for number in 0..acknowledged {
        revoke(&store, u8::try_from(number).unwrap()).await;
    }
    mounted.cut_power();
    store.close().await;
    drop(store);
    drop(mounted);

    let _mounted = disk.mount();
    let store = disk.open().await;
    let kept = store.list_revocations(RevocationNumber::default(), 100).await.unwrap().tokens.len();
    store.close().await;
    kept
}

async fn revoke(store: &SqliteStore, number: u8) {
    let revocation = Revocation {
        token: TokenId::from_bytes([number; 16]),
        client_id: "sa_us_0000000000000000000000".parse().unwrap(),
        audience: None,
        expires_at: Timestamp::from_unix(3_600),
        revoked_at: Timestamp::from_unix(0),
    };
    let audit = AuditEntry {
        at: Timestamp::from_unix(0),
        actor: "root".to_owned(),
        action: Action::RevokeToken,
        subject: Subject::Token(revocation.token),
        before: None,
        after: None,
    };
    store.add_revocation(&revocation, &audit).await.unwrap();
}

/// An ext4 file system in a file.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new() -> Self {
        let disk = Self { folder: tempfile::tempdir().unwrap() };
        let image = std::fs::File::create(disk.image()).unwrap();
        image.set_len(32 << 20).unwrap();
        run(Command::new("mkfs.ext4").arg("-q").arg(disk.image()));
        std::fs::create_dir(disk.place()).unwrap();
        disk
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("disk.img")
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn mount(&self) -> Mounted {
        run(Command::new("mount").args(["-o", "loop"]).arg(self.image()).arg(self.place()));
        Mounted { place: self.place() }
    }

    async fn open(&self) -> SqliteStore {
        let url = format!("sqlite:{}/jeton.db", self.place().display());
        SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap()
    }
}

/// A file system that is unmounted at the end, however the test ends.
struct Mounted {
    place: PathBuf,
}

impl Mounted {
    /// From now on nothing reaches the disk, not even what was written before and not flushed.
    fn cut_power(&self) {
        // FS_IOC_GOINGDOWN with FS_GOING_FLAGS_NOLOGFLUSH.
        let script = "import fcntl, os, struct, sys\n\
                      fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";
        run(Command::new("python3").args(["-c", script]).arg(&self.place));
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // A test that fails leaves files open; without `--lazy` the mount would stay.
        run(Command::new("umount").arg("--lazy").arg(&self.place));
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output =
        command.output().unwrap_or_else(|error| panic!("{command:?} does not start ({error}); {NEEDS}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}); {NEEDS}", said.trim());
}

const NEEDS: &str = "this test takes root, loop mounts, mkfs.ext4 and python3";
const CUTS: usize = 5;
