//! A server: its start, its databases, and its restarts.

use std::fs::{OpenOptions, read_to_string};
use std::io::Write as _;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Pid;

use crate::ClusterError;
use crate::install::{Programs, unprivileged_user};

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
    shell: Mutex<Child>,
}

impl Cluster {
    /// Makes a cluster and returns when its server accepts connections.
    ///
    /// # Errors
    /// [`ClusterError`] with what to install, or with the end of the server's log.
    pub fn start(durability: Durability) -> Result<Self, ClusterError> {
        // Not in `TMPDIR`: the path of a socket has at most 107 bytes.
        Self::start_in(Path::new(SHORT_PATH), durability)
    }

    /// The same with its files in this folder, which the user of the server must be able to reach.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_in(parent: &Path, durability: Durability) -> Result<Self, ClusterError> {
        let [segment, settings] = settings(durability);
        Self::start_with(parent, Programs::Installed, ["initdb", segment, settings])
    }

    /// The same with the programs in the folder `programs` of `package`, which is copied to where the user of the server
    /// may read it.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_from(package: &Path, programs: &str, durability: Durability) -> Result<Self, ClusterError> {
        let [segment, settings] = settings(durability);
        let programs = Programs::Copied { package, programs };
        Self::start_with(Path::new(SHORT_PATH), programs, ["initdb", segment, settings])
    }

    /// Starts the shell with these arguments after the folder.
    pub(crate) fn start_with(
        parent: &Path,
        programs: Programs<'_>,
        arguments: [&str; 3],
    ) -> Result<Self, ClusterError> {
        let user = unprivileged_user()?;
        let folder = tempfile::Builder::new().prefix("jeton-pg-").tempdir_in(parent);
        let folder = folder.map_err(ClusterError::io("cannot create a folder for PostgreSQL"))?;
        let programs = programs.folder(folder.path())?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SHELL, "sh"]).arg(folder.path()).args(arguments);
        command.env("PATH", format!("{}:/usr/bin:/bin", programs.display())).current_dir("/");
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group))
                .map_err(ClusterError::io("cannot give the folder to the user of PostgreSQL"))?;
            command.uid(user).gid(group);
        }
        let shell = command.stdin(Stdio::piped()).spawn();
        let shell = shell.map_err(ClusterError::io("cannot start PostgreSQL"))?;
        // From here on, the shell deletes the folder.
        let cluster = Self { folder: folder.keep(), programs, shell: Mutex::new(shell) };
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
        format!("postgres://{user}@{}/{database}", self.host())
    }

    /// The server as a host in a URL.
    #[must_use]
    pub fn host(&self) -> String {
        self.folder.display().to_string().replace('/', "%2F")
    }

    /// Its socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
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
    pub fn crash(&self) -> Result<(), ClusterError> {
        self.tell("stop")?;
        let ended = self.poll(|folder| !folder.join(PID_FILE).exists());
        if ended { Ok(()) } else { Err(ClusterError::NotStopped) }
    }

    /// Starts the server again, and returns when it accepts connections.
    ///
    /// # Errors
    /// [`ClusterError::NotStarted`] with the end of its log.
    pub fn start_again(&self) -> Result<(), ClusterError> {
        self.tell("start")?;
        self.wait_until_ready()
    }

    /// Sets a parameter in the configuration, and lets a running server read it. The call does not wait.
    ///
    /// # Errors
    /// [`ClusterError::Io`].
    pub fn set(&self, parameter: &str, value: &str) -> Result<(), ClusterError> {
        self.configure(&format!("{parameter} = '{value}'"))?;
        self.tell("reload")
    }

    /// Adds a line to the configuration. It takes effect when the server reads it.
    pub(crate) fn configure(&self, line: &str) -> Result<(), ClusterError> {
        let file = OpenOptions::new().append(true).open(self.data().join("postgresql.conf"));
        let written = file.and_then(|mut file| writeln!(file, "{line}"));
        written.map_err(ClusterError::io(CONFIGURE))
    }

    /// The folder of its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Whether the server runs. One that cannot write may have ended by itself.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.process().is_some_and(|process| rustix::process::test_kill_process(process).is_ok())
    }

    /// The server's process.
    pub(crate) fn process(&self) -> Option<Pid> {
        let file = read_to_string(self.folder.join(PID_FILE)).ok()?;
        Pid::from_raw(file.lines().next()?.parse().ok()?)
    }

    pub(crate) fn tell(&self, command: &str) -> Result<(), ClusterError> {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stdin) = &mut shell.stdin else { return Err(ClusterError::NotStopped) };
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

    pub(crate) fn poll(&self, is_done: impl Fn(&Path) -> bool) -> bool {
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
        let shell = self.shell.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(shell.stdin.take());
        let _ = shell.wait();
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

/// A folder with a short path.
const SHORT_PATH: &str = "/tmp";
/// What failed if the configuration cannot be written.
pub(crate) const CONFIGURE: &str = "cannot change the configuration of PostgreSQL";
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

/// Makes a cluster in the folder `$1`, runs its server, and carries out the commands that it reads. Deletes the folder
/// after the last one. Signals of a terminal are for the program that uses the server.
///
/// `$2` is `initdb`, with segments of `$3` megabytes and the settings `$4`; or the folder of the primary of which the
/// server becomes a standby.
const SHELL: &str = r#"
trap '' INT TERM HUP
exec >"$1/log" 2>&1
start() { postgres -D "$1/data" -k "$1" & server=$!; }
stop() {
    kill -QUIT "$server"
    # A frozen server ends only when it goes on.
    kill -CONT $(cat "/proc/$server/task/$server/children") "$server"
    wait "$server"
}
make() {
    if [ "$2" != initdb ]; then
        pg_basebackup -D "$1/data" -d "host=$2 user=jeton application_name=standby" -R -c fast -X stream --no-sync
        return
    fi
    initdb -D "$1/data" -U jeton --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions --wal-segsize="$3" || return
    cat >>"$1/data/postgresql.conf" <<END
listen_addresses = ''
max_connections = 200
jit = off
wal_receiver_status_interval = 1
wal_retrieve_retry_interval = 200ms
$4
END
    printf 'local all,replication jeton trust\nlocal all all scram-sha-256\n' >"$1/data/pg_hba.conf"
}
if make "$@"; then start "$1"; fi
while read -r command; do
    case $command in
        stop) stop ;;
        start) start "$1" ;;
        promote) pg_ctl promote -D "$1/data" ;;
        reload) kill -HUP "$server" ;;
    esac
done
stop
rm -rf "$1"
"#;
