//! A power cut loses no acknowledged write. The power cut is simulated: the database is on its own file system, which
//! is shut down without flushing, as in the kernel's tests of file systems.
//!
//! Requires root, loop mounts, `mkfs.ext4` and `python3` (no command exists for the ioctl that shuts a file system
//! down).

use std::path::PathBuf;
use std::process::Command;

use jeton_core::model::{Actor, Revocation, Timestamp, TokenId};
use jeton_core::store::{Action, AuditEntry, Migrate, RevocationNumber, RevocationStore as _, Subject};
use sqlx::raw_sql;
use tempfile::TempDir;

use crate::SqliteStore;

#[tokio::test]
async fn a_power_cut_loses_no_acknowledged_write() {
    for cut in 0..CUTS {
        let acknowledged = 3 + cut;
        assert_eq!(
            count_stored_after_power_cut(acknowledged, "PRAGMA synchronous = FULL").await,
            acknowledged
        );
    }
}

/// Proves that the simulated power cut loses unflushed data. Otherwise the test above could not fail.
#[tokio::test]
async fn with_synchronous_normal_a_power_cut_loses_acknowledged_writes() {
    for cut in 0..CUTS {
        let acknowledged = 3 + cut;
        assert!(
            count_stored_after_power_cut(acknowledged, "PRAGMA synchronous = NORMAL").await < acknowledged
        );
    }
}

/// Makes `acknowledged` writes, cuts the power, and returns how many of them are stored afterwards.
async fn count_stored_after_power_cut(acknowledged: usize, synchronous: &'static str) -> usize {
    let disk = Disk::new();
    let mounted = disk.mount();
    let store = disk.open().await;
    raw_sql(synchronous).execute(&store.connections.writes).await.unwrap();
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
        actor: Actor::Cli("root".to_owned()),
        action: Action::RevokeToken,
        tenant: None,
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
        std::fs::create_dir(disk.mount_point()).unwrap();
        disk
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("disk.img")
    }

    fn mount_point(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn mount(&self) -> Mounted {
        run(Command::new("mount").args(["-o", "loop"]).arg(self.image()).arg(self.mount_point()));
        Mounted { mount_point: self.mount_point() }
    }

    async fn open(&self) -> SqliteStore {
        let url = format!("sqlite:{}/jeton.db", self.mount_point().display());
        SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap()
    }
}

/// A file system that is unmounted on drop, even if the test fails.
struct Mounted {
    mount_point: PathBuf,
}

impl Mounted {
    /// From now on, no data reaches the disk, not even earlier writes that were not flushed.
    fn cut_power(&self) {
        // FS_IOC_GOINGDOWN with FS_GOING_FLAGS_NOLOGFLUSH.
        let script = "import fcntl, os, struct, sys\n\
                      fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";
        run(Command::new("python3").args(["-c", script]).arg(&self.mount_point));
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // A failing test leaves files open, so without `--lazy` the mount would stay.
        run(Command::new("umount").arg("--lazy").arg(&self.mount_point));
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} does not start ({error}); {REQUIREMENTS}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}); {REQUIREMENTS}", stderr.trim());
}

const REQUIREMENTS: &str = "this test requires root, loop mounts, mkfs.ext4 and python3";
const CUTS: usize = 5;
