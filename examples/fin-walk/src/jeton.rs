//! Jeton as an administrator uses it: a running server, and commands in another terminal.
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

/// A server in a temporary folder. Dropping the value stops the server and deletes the folder.
#[derive(Debug)]
pub struct Jeton {
    program: PathBuf,
    folder: TempDir,
    server: Child,
    issuer: String,
}

impl Jeton {
    /// Runs `jeton dev` on a free port and returns when it serves. `program` runs Jeton's commands if its first
    /// argument is `jeton`.
    ///
    /// # Errors
    /// If the server does not start, with its output.
    pub fn start(program: &Path) -> Result<Self, WalkError> {
        let folder = tempfile::tempdir().map_err(WalkError::io("cannot create a folder for Jeton"))?;
        let arguments = ["dev", "--listen", "127.0.0.1:0", "--data-dir"].map(OsStr::new);
        let mut server = command(program, arguments.into_iter().chain([folder.path().as_os_str()]))
            // It prints the secret of a sample account, which is not needed here.
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(WalkError::io("cannot start Jeton"))?;
        let stderr = server.stderr.take().map(BufReader::new);
        // From here on, dropping the value stops the server, also if the start fails.
        let mut jeton = Self { program: program.to_owned(), folder, server, issuer: String::new() };
        jeton.issuer = stderr.map_or_else(|| Ok(String::new()), wait_until_serving)?;
        Ok(jeton)
    }

    /// The issuer URL of the server.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Runs a command on the server's store, and parses the JSON that it prints.
    ///
    /// # Errors
    /// If the command fails, with its output.
    pub fn run<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T, WalkError> {
        let mut output = self.run_once(arguments)?;
        for _ in 0..RETRIES {
            if output.status.code() != Some(DATABASE_UNAVAILABLE) {
                break;
            }
            // The database was busy and nothing was changed, so the command can be repeated.
            output = self.run_once(arguments)?;
        }
        let failed = |output: String| WalkError::Command { command: arguments.join(" "), output };
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
        }
        // The output may contain a secret: the error gives the position of the JSON error, not the output.
        serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
    }

    fn run_once(&self, arguments: &[&str]) -> Result<Output, WalkError> {
        let config = self.folder.path().join("jeton.toml");
        let common = ["--format", "json", "--config"].map(OsStr::new).into_iter().chain([config.as_os_str()]);
        command(&self.program, arguments.iter().map(OsStr::new).chain(common))
            .output()
            .map_err(WalkError::io("cannot run a Jeton command"))
    }

    /// Creates an account and returns when the running server issues tokens to it. A change takes effect within a
    /// second, not at once.
    ///
    /// # Errors
    /// If the command fails or the server keeps refusing, with the output or the last refusal.
    pub async fn create_account(
        &self,
        name: &str,
        resource: &str,
        scope: &str,
    ) -> Result<Account, WalkError> {
        let account: Account =
            self.run(&["account", "create", name, "--resource", resource, "--scope", scope])?;
        let mut answer = account.fetch_token().await?;
        for _ in 0..MAX_POLLS {
            if answer.status().is_success() {
                return Ok(account);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
            answer = account.fetch_token().await?;
        }
        let got = answer.text().await.map_err(WalkError::http(WAITING))?;
        Err(WalkError::Unexpected { action: WAITING, expected: "a token", got })
    }
}

impl Drop for Jeton {
    fn drop(&mut self) {
        // The server may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The part of the output of `jeton account create` that a client needs.
#[derive(Clone, Deserialize)]
#[expect(missing_debug_implementations, reason = "it contains the secret")]
pub struct Account {
    /// The OAuth client id.
    pub client_id: String,
    /// The secret, which is printed only once.
    pub client_secret: String,
    /// The URL of the token endpoint.
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
    // The user's own JETON_CONFIG must not apply here.
    command.arg("jeton").args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// Reads the output until the server prints its URL, and then discards further output.
fn wait_until_serving(mut stderr: BufReader<impl io::Read + Send + 'static>) -> Result<String, WalkError> {
    let mut output = String::new();
    loop {
        let before = output.len();
        let read = stderr.read_line(&mut output).map_err(WalkError::io("cannot read the output of Jeton"))?;
        if read == 0 {
            return Err(WalkError::Command {
                command: "dev".to_owned(),
                output: output.trim_end().to_owned(),
            });
        }
        if let Some(rest) = output[before..].strip_prefix("Serving ") {
            let issuer = rest.split_whitespace().next().unwrap_or_default().to_owned();
            std::thread::spawn(move || io::copy(&mut stderr, &mut io::sink()));
            return Ok(issuer);
        }
    }
}

const DATABASE_UNAVAILABLE: i32 = 7;
const RETRIES: usize = 3;
const WAITING: &str = "waiting until the server knows the new account";
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Several times the second within which a change takes effect.
const MAX_POLLS: usize = 100;
