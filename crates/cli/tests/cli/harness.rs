//! A temporary folder with a configuration, the binary run in it, and servers that stop with the test.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const RESOURCE: &str = "https://mcp.example.com/mcp/visitor/shttp";

/// A temporary folder for one test.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a configuration of two regions.
    pub(crate) fn configured() -> Self {
        let place = Self::empty();
        place.write(
            "jeton.toml",
            "region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"https://app.example.com\"\n[[regions]]\nname = \"eu\"\n\
             issuer = \"https://app.eu.example.com\"\n[listen]\npublic = \"127.0.0.1:0\"\noperations = \"127.0.0.1:0\"\n\
             [shutdown]\nlame_duck = \"0s\"\n",
        );
        place
    }

    /// With a configuration and a resource of the scopes `read:me` and `write:me`.
    pub(crate) fn with_resource() -> Self {
        let place = Self::configured();
        place.run(["resource", "create", RESOURCE, "--scope", "read:me=Read", "--scope", "write:me"]).done();
        place
    }

    /// With a configuration, a resource and the account `nightly`. Also returns its secret.
    pub(crate) fn with_account() -> (Self, String) {
        let place = Self::with_resource();
        let made = place.create_account("nightly", &["--scope", "read:me"]);
        let secret = made["client_secret"].as_str().unwrap().to_owned();
        (place, secret)
    }

    /// Creates an account and returns the output of `--format json`.
    pub(crate) fn create_account(&self, name: &str, rest: &[&str]) -> Value {
        self.run([&["account", "create", name, "--format", "json"], rest].concat()).json()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
    }

    pub(crate) fn write_bytes(&self, name: &str, bytes: &[u8]) {
        fs::write(self.file(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// The binary in this folder, with a clean environment.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(JETON);
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", PATH).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Outcome {
        Outcome::of(self.command(arguments), "")
    }

    pub(crate) fn run_with_input<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &str,
    ) -> Outcome {
        Outcome::of(self.command(arguments), input)
    }

    /// Runs a POSIX shell script in this folder; `jeton` is the binary.
    pub(crate) fn shell(&self, script: &str) -> Outcome {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("jeton() {{ '{JETON}' \"$@\"; }}\n{script}"));
        shell.current_dir(self.path()).env_clear().env("PATH", PATH);
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Outcome::of(shell, "")
    }

    /// Runs a command whose stdout is a pipe without a reader.
    pub(crate) fn run_with_closed_stdout<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Outcome {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = self.command(arguments);
        command.stdout(writer);
        Outcome::of(command, "")
    }

    /// Runs a command at a pseudo terminal (stdin and stdout), with `typed` as its input.
    pub(crate) fn run_at_terminal<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        typed: &str,
    ) -> Outcome {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let theirs = ioctl_tiocgptpeer(&ours, OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        let mut command = self.command(arguments);
        command.stdin(theirs.try_clone().unwrap()).stdout(theirs);
        let mut child = command.spawn().unwrap();
        // `command` holds the other end of the terminal open; without this drop, reading would never end.
        drop(command);
        let mut ours = File::from(ours);
        ours.write_all(typed.as_bytes()).unwrap();
        let mut shown = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = ours.read(&mut buffer) {
            shown.extend_from_slice(&buffer[..count]);
        }
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let code = child.wait().unwrap().code().unwrap();
        Outcome { code, stdout: String::from_utf8(shown).unwrap().replace('\r', ""), stderr }
    }

    /// The JSON of all accounts, for example to check that nothing changed.
    pub(crate) fn accounts(&self) -> Value {
        self.run(["account", "list", "--format", "json"]).json()
    }
}

/// The exit code and output of a command.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn of(mut command: Command, input: &str) -> Self {
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        if let Some(mut stdin) = child.stdin.take() {
            // A command that fails early does not read it.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let outcome = self.done();
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
    }

    /// Checks that the command failed with one error line and an empty stdout. Returns the line without `error: `.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap_or_else(|| panic!("{self:?}"));
        assert!(!line.contains('\n') && !line.contains("panicked") && !line.contains("Error("), "{line}");
        line.strip_prefix("error: ").unwrap_or_else(|| panic!("{line}")).to_owned()
    }
}

impl Outcome {
    /// As [`Self::refused`], for a command that prints messages before the error line.
    #[track_caller]
    pub(crate) fn refused_after_messages(mut self, code: i32) -> String {
        let last = self.stderr.trim_end().rfind('\n').map_or(0, |end| end + 1);
        self.stderr.drain(..last);
        self.refused(code)
    }
}

/// A server that is killed when the test ends, also by a panic.
pub(crate) struct Server {
    child: Child,
    startup_log: String,
    heard: Arc<CapturedLog>,
    listener: Option<JoinHandle<()>>,
    printed: PathBuf,
}

impl Server {
    /// Returns when the server has logged where it serves.
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        Self::of(place, place.command(arguments))
    }

    pub(crate) fn of(place: &Place, mut command: Command) -> Self {
        let printed = place.file("printed");
        let mut child = command.stdout(File::create(&printed).unwrap()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let heard = Arc::new(CapturedLog::default());
        let mut server = Self { child, startup_log: String::new(), heard, listener: None, printed };
        while !server.startup_log.contains("Serving ") {
            assert_ne!(
                stderr.read_line(&mut server.startup_log).unwrap(),
                0,
                "it ended: {}",
                server.startup_log
            );
        }
        let heard = Arc::clone(&server.heard);
        server.listener = Some(std::thread::spawn(move || {
            let mut line = String::new();
            // Stops at a log line that is not text; the tests of the log itself do not use this thread.
            while stderr.read_line(&mut line).is_ok_and(|read| read > 0) {
                heard.text.lock().unwrap().push_str(&std::mem::take(&mut line));
                heard.more.notify_all();
            }
        }));
        server
    }

    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(&self.printed).unwrap()
    }

    /// The URL of its public listener.
    pub(crate) fn public_url(&self) -> String {
        let (_, address) = self.startup_log.split_once("Serving the region us on ").unwrap();
        format!("http://{}", address.split_whitespace().next().unwrap().trim_end_matches([',', '.', ':']))
    }

    /// The URL of its operations listener.
    pub(crate) fn operations_url(&self) -> String {
        let (_, address) = self.startup_log.split_once("probes and metrics on ").unwrap();
        format!("http://{}", address.split_whitespace().next().unwrap().trim_end_matches('.'))
    }

    /// Its log until it served.
    pub(crate) fn startup_log(&self) -> &str {
        &self.startup_log
    }

    /// Waits for the next log line with `part` in it after the start; only a failing test waits long.
    pub(crate) fn wait_for_log(&self, part: &str) -> String {
        let line = |text: &str| text.lines().find(|line| line.contains(part)).map(str::to_owned);
        let text = self.heard.text.lock().unwrap();
        let waited = self.heard.more.wait_timeout_while(text, AMPLE, |text| line(text).is_none());
        let (mut text, _) = waited.unwrap();
        let found = line(&text).unwrap_or_else(|| panic!("{part:?} was not logged: {text}"));
        let end = text.find(&found).unwrap() + found.len();
        self.heard.passed.lock().unwrap().push_str(&text[..end]);
        text.drain(..end);
        found
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops its process with SIGSTOP, so that it hangs.
    pub(crate) fn pause(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::STOP).unwrap();
    }

    /// Sends SIGTERM.
    pub(crate) fn ask_to_stop(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Sends SIGTERM and waits. Returns the exit code and the whole log.
    pub(crate) fn stop(mut self) -> (i32, String) {
        self.ask_to_stop();
        self.ended()
    }

    /// Waits for it to end. Returns the exit code and the whole log.
    pub(crate) fn ended(&mut self) -> (i32, String) {
        let status = self.child.wait().unwrap();
        self.listener.take().unwrap().join().unwrap();
        let code = status.code().unwrap_or_else(|| panic!("a signal ended it: {status}"));
        let (passed, rest) = (self.heard.passed.lock().unwrap(), self.heard.text.lock().unwrap());
        (code, format!("{}{passed}{rest}", self.startup_log))
    }
}

/// The log of a server after its start.
#[derive(Default)]
struct CapturedLog {
    text: Mutex<String>,
    more: Condvar,
    /// The part that a test has already read.
    passed: Mutex<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) const JETON: &str = env!("CARGO_BIN_EXE_jeton");

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

const AMPLE: Duration = Duration::from_mins(1);
