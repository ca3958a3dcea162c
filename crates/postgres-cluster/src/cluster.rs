//! A server: its start, its databases, and its restarts.

use std::fs::read_to_string;
use std::io::Write as _;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::ClusterError;
use crate::install::{programs, user};

/// Whether an acknowledged commit survives a crash of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It survives, as in production.
    Durable,
    /// It may be lost, because files are not synced. Much faster: for tests that never crash the server.
    Fast,
}

/// A running server. Dropping the value stops it and deletes its files.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    shell: Child,
}

impl Cluster {
    /// Makes a cluster and returns when its server accepts connections.
    ///
    /// # Errors
    /// [`ClusterError`] with what to install, or with the end of the server's log.
    pub fn start(durability: Durability) -> Result<Self, ClusterError> {
        let (programs, user) = (programs()?, user()?);
        // Not in `TMPDIR`: the path of a socket has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("jeton-pg-").tempdir_in("/tmp");
        let folder = folder.map_err(ClusterError::io("cannot create a folder for PostgreSQL"))?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SHELL, "sh"]).arg(folder.path()).args(settings(durability));
        command.env("PATH", format!("{}:/usr/bin:/bin", programs.display())).current_dir("/");
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group))
                .map_err(ClusterError::io("cannot give the folder to the user of PostgreSQL"))?;
            command.uid(user).gid(group);
        }
        let shell = command.stdin(Stdio::piped()).spawn();
        let shell = shell.map_err(ClusterError::io("cannot start PostgreSQL"))?;
        // From here on, the shell deletes the folder.
        let cluster = Self { folder: folder.keep(), programs, shell };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// The URL of a database for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.url_of("jeton", database)
    }

    /// The URL of a database for a user, which may be followed by `:` and a password.
    #[must_use]
    pub fn url_of(&self, user: &str, database: &str) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{user}@{socket}/{database}")
    }

    /// The folder of its socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of PostgreSQL's programs.
    #[must_use]
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Stops the server at once, without a checkpoint, as a crash of the server does. Returns when it has ended.
    ///
    /// # Errors
    /// [`ClusterError::NotStopped`].
    pub fn crash(&mut self) -> Result<(), ClusterError> {
        self.tell("stop")?;
        let ended = self.poll(|folder| !folder.join(PID_FILE).exists());
        if ended { Ok(()) } else { Err(ClusterError::NotStopped) }
    }

    /// Starts the server again, and returns when it accepts connections.
    ///
    /// # Errors
    /// [`ClusterError::NotStarted`] with the end of its log.
    pub fn start_again(&mut self) -> Result<(), ClusterError> {
        self.tell("start")?;
        self.wait_until_ready()
    }

    fn tell(&mut self, command: &str) -> Result<(), ClusterError> {
        let Some(stdin) = &mut self.shell.stdin else { return Err(ClusterError::NotStopped) };
        writeln!(stdin, "{command}").map_err(ClusterError::io("cannot reach the shell of PostgreSQL"))
    }

    fn wait_until_ready(&self) -> Result<(), ClusterError> {
        // The last line of the file is the state of the server.
        let is_ready = |folder: &Path| {
            read_to_string(folder.join(PID_FILE)).is_ok_and(|text| text.trim_end().ends_with("ready"))
        };
        if self.poll(is_ready) {
            return Ok(());
        }
        let log = read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(5).collect();
        Err(ClusterError::NotStarted { log: lines.into_iter().rev().collect::<Vec<_>>().join("; ") })
    }

    fn poll(&self, is_done: impl Fn(&Path) -> bool) -> bool {
        for _ in 0..POLLS {
            if is_done(&self.folder) {
                return true;
            }
            std::thread::sleep(POLL);
        }
        false
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its input tells the shell to stop the server.
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The size of a segment of the log in megabytes, and the settings.
fn settings(durability: Durability) -> [&'static str; 2] {
    match durability {
        Durability::Durable => ["16", DURABLE],
        // A small segment makes a small cluster.
        Durability::Fast => ["1", FAST],
    }
}

const PID_FILE: &str = "data/postmaster.pid";
const POLL: Duration = Duration::from_millis(20);
/// A minute.
const POLLS: u32 = 3_000;

/// After a crash, PostgreSQL syncs all its files. `syncfs` does that at once instead of file by file.
const DURABLE: &str = "recovery_init_sync_method = syncfs
shared_buffers = 128MB
max_wal_size = 4GB";

const FAST: &str = "fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
shared_buffers = 32MB";

/// Makes a cluster in the folder `$1` with segments of `$2` megabytes and the settings `$3`, runs its server, and carries
/// out the commands that it reads. Deletes the folder after the last one. Signals of a terminal are for the program that uses the server.
const SHELL: &str = r#"
trap '' INT TERM HUP
exec >"$1/log" 2>&1
start() { postgres -D "$1/data" -k "$1" & server=$!; }
stop() { kill -QUIT "$server"; wait "$server"; }
if initdb -D "$1/data" -U jeton --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions --wal-segsize="$2"
then
    cat >>"$1/data/postgresql.conf" <<END
listen_addresses = ''
max_connections = 200
jit = off
$3
END
    printf 'local all jeton trust\nlocal all all scram-sha-256\n' >"$1/data/pg_hba.conf"
    start "$1"
fi
while read -r command; do
    case $command in
        stop) stop ;;
        start) start "$1" ;;
    esac
done
stop
rm -rf "$1"
"#;
