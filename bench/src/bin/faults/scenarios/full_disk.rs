//! The disk of the database is full. Needs root, for a small file system in memory.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jeton_bench::Error;
use jeton_postgres_cluster::{Cluster, Durability};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::store_faults::finish;
use super::{AMPLE, CALM, World, say};
use crate::database::{Database, blocking};
use crate::findings::Findings;
use crate::judge::Fault;
use crate::load::{Load, Rates};
use crate::sample::{Kind, Outcome};
use crate::site::{Plan, Site};

/// `None` if this process may not mount a file system.
pub(super) async fn run(world: &World<'_>) -> Result<Option<Findings>, Error> {
    let Some(disk) = SmallDisk::mount()? else {
        say("full disk: skipped, because only root may mount a file system")?;
        return Ok(None);
    };
    let mut findings = Findings::new("full disk");
    let folder = tempfile::tempdir_in(world.folder.path())?;
    let cluster = blocking(|| Cluster::start_in(disk.path(), Durability::Durable))?;
    let database = Database::fill(cluster, folder.path(), world.options.cold).await?;
    database.copy("jeton")?;
    let url = database.cluster.url("jeton");
    let site = Site::start(&Plan {
        program: &world.program,
        folder: folder.path(),
        name: "full-disk",
        urls: [&url; 3],
        stale: "5m",
        accounts: &database.accounts,
    })
    .await?;
    let load = Load::start(&site, Rates { revoking_clients: 8 })?;
    sleep(CALM).await;
    let from = Instant::now();
    disk.fill()?;
    let is_refused = until_a_write_is_refused(&load, from).await;
    findings.require(is_refused, || "a full disk refused no write".to_owned());
    sleep(CALM * 2).await;
    disk.clear()?;
    // A server that could not write its log has ended.
    if !database.cluster.is_running() {
        findings.note("PostgreSQL had ended, and was started again".to_owned());
        blocking(|| database.cluster.start_again())?;
    }
    let to = Instant::now();
    finish(&site, load, Fault::of_database(from, to), world.options, &mut findings).await?;
    drop((site, database, disk));
    Ok(Some(findings))
}

/// Small writes fit into the files for a while.
async fn until_a_write_is_refused(load: &Load, since: Instant) -> bool {
    while since.elapsed() < AMPLE {
        let is_refused = load.samples().any(|sample| {
            sample.kind == Kind::Revocation && sample.sent > since && sample.outcome == Outcome::Unavailable
        });
        if is_refused {
            return true;
        }
        sleep(CALM / 10).await;
    }
    false
}

/// A small file system in memory, until it is dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None` if this process is not root.
    fn mount() -> Result<Option<Self>, Error> {
        // The path of a socket must be short, and the user of the server must reach it.
        let folder = tempfile::Builder::new().prefix("jeton-disk-").tempdir_in("/tmp")?;
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.path()).stderr(Stdio::null());
        Ok(if mount.status()?.success() { Some(Self(folder)) } else { None })
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// Fills the disk to its last byte.
    fn fill(&self) -> Result<(), Error> {
        let mut file = std::fs::File::create(self.filler())?;
        match std::io::copy(&mut std::io::repeat(0), &mut file) {
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => Err("the disk has no end".into()),
        }
    }

    fn clear(&self) -> Result<(), Error> {
        Ok(std::fs::remove_file(self.filler())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that was killed may still be ending.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// Enough for two databases and the log of PostgreSQL.
const SIZE: &str = "size=160m,mode=755";
