//! Jeton as an administrator meets it: a server that runs, and commands in another terminal.
//!
//! Must not know what the tokens are for.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::WalkError;

/// A server in a folder of its own; both end with the value.
#[derive(Debug)]
pub struct Jeton {
    program: PathBuf,
    folder: TempDir,
    server: Child,
    issuer: String,
}

impl Jeton {
    /// Runs `jeton dev` on any free port and returns when it serves. `program` is one that carries Jeton's commands behind
    /// the word `jeton`.
    ///
    /// # Errors
    /// With what the server said, if it does not start.
    pub fn start(program: &Path) -> Result<Self, WalkError> {
        let folder = tempfile::tempdir().map_err(WalkError::machine("a folder for Jeton cannot be made"))?;
        let arguments = ["dev", "--listen", "127.0.0.1:0", "--data-dir"].map(OsStr::new);
        let mut server = command(program, arguments.into_iter().chain([folder.path().as_os_str()]))
            // It prints the secret of a sample account, which nobody here needs.
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(WalkError::machine("Jeton cannot be started"))?;
        let stderr = server.stderr.take().map(BufReader::new);
        // From here on the server ends with the value, also if the start fails.
        let mut jeton = Self { program: program.to_owned(), folder, server, issuer: String::new() };
        jeton.issuer = stderr.map_or_else(|| Ok(String::new()), until_it_serves)?;
        Ok(jeton)
    }

    /// Its issuer's URL.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Runs a command on the server's store, and reads the JSON that it prints.
    ///
    /// # Errors
    /// With what the command said, if it fails.
    pub fn run<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T, WalkError> {
        let mut output = self.run_once(arguments)?;
        for _ in 0..TRIES {
            if output.status.code() != Some(DATABASE_UNAVAILABLE) {
                break;
            }
            // The machine is busy: nothing was done, and the same command may be given again.
            output = self.run_once(arguments)?;
        }
        let failed = |said: String| WalkError::Command { command: arguments.join(" "), said };
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
        }
        // What was printed may hold a secret: the error says where it is unreadable, not what it is.
        serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
    }

    fn run_once(&self, arguments: &[&str]) -> Result<Output, WalkError> {
        let config = self.folder.path().join("jeton.toml");
        let common = ["--format", "json", "--config"].map(OsStr::new).into_iter().chain([config.as_os_str()]);
        command(&self.program, arguments.iter().map(OsStr::new).chain(common))
            .output()
            .map_err(WalkError::machine("a command of Jeton's cannot be run"))
    }

    /// Makes an account and returns when the running server gives it tokens. What a command changed is in force within a
    /// second, not at once.
    ///
    /// # Errors
    /// With what the command said, or with the server's last refusal.
    pub async fn create_account(
        &self,
        name: &str,
        resource: &str,
        scope: &str,
    ) -> Result<Account, WalkError> {
        let account: Account =
            self.run(&["account", "create", name, "--resource", resource, "--scope", scope])?;
        let mut answer = account.fetch_token().await?;
        for _ in 0..PATIENCE {
            if answer.status().is_success() {
                return Ok(account);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
            answer = account.fetch_token().await?;
        }
        let got = answer.text().await.map_err(WalkError::http(WAITING))?;
        Err(WalkError::Unexpected { doing: WAITING, expected: "a token", got })
    }
}

impl Drop for Jeton {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What `jeton account create` prints, as far as a client needs it.
#[derive(Clone, Deserialize)]
#[expect(missing_debug_implementations, reason = "it holds the secret")]
pub struct Account {
    /// The OAuth client id.
    pub client_id: String,
    /// The secret, shown this once.
    pub client_secret: String,
    /// Where tokens are fetched.
    pub token_endpoint: String,
}

impl Account {
    async fn fetch_token(&self) -> Result<reqwest::Response, WalkError> {
        let http = crate::fin::http()?;
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
        ];
        http.post(&self.token_endpoint).form(&fields).send().await.map_err(WalkError::http(WAITING))
    }
}

fn command<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Command {
    let mut command = Command::new(program);
    // An administrator's own JETON_CONFIG is not meant here.
    command.arg("jeton").args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// Reads until it says where it serves, and lets it talk on unheard.
fn until_it_serves(mut stderr: BufReader<impl io::Read + Send + 'static>) -> Result<String, WalkError> {
    let mut said = String::new();
    loop {
        let before = said.len();
        let read = stderr.read_line(&mut said).map_err(WalkError::machine("Jeton cannot be heard"))?;
        if read == 0 {
            return Err(WalkError::Command { command: "dev".to_owned(), said: said.trim_end().to_owned() });
        }
        if let Some(rest) = said[before..].strip_prefix("Serving ") {
            let issuer = rest.split_whitespace().next().unwrap_or_default().to_owned();
            std::thread::spawn(move || io::copy(&mut stderr, &mut io::sink()));
            return Ok(issuer);
        }
    }
}

const DATABASE_UNAVAILABLE: i32 = 7;
const TRIES: usize = 3;
const WAITING: &str = "waiting for the new account to be known";
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// Looks to wait: several times the second that Jeton promises.
const PATIENCE: usize = 100;
