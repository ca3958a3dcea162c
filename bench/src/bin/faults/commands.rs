//! Jeton's commands, as an administrator runs them.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

/// The program that has Jeton's commands.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    file: PathBuf,
    /// Arguments before those of the command.
    before: &'static [&'static str],
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[error("`jeton {command}` failed with exit code {code}: {output}")]
pub(crate) struct CommandFailure {
    /// The first words of the command.
    command: String,
    /// Its exit code; -1 if a signal ended it or it took too long.
    pub(crate) code: i32,
    /// What it wrote to stderr.
    output: String,
}

impl Program {
    /// The program `jeton`.
    pub(crate) fn jeton(file: PathBuf) -> Self {
        Self { file, before: &[] }
    }

    /// This program, which has the commands too.
    pub(crate) fn this() -> std::io::Result<Self> {
        Ok(Self { file: std::env::current_exe()?, before: &["jeton"] })
    }

    /// A command. It ends with the returned value.
    pub(crate) fn command(&self, config: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.file);
        // The user's own JETON_CONFIG must not apply here.
        command.args(self.before).args(arguments).arg("--config").arg(config).env_clear();
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs a command, and parses the JSON that it prints. A command that succeeds is acknowledged.
    pub(crate) async fn run(&self, config: &Path, arguments: &[&str]) -> Result<Value, CommandFailure> {
        let failed = |code: i32, output: String| CommandFailure {
            command: arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "),
            code,
            output,
        };
        let all = [arguments, &["--format", "json"]].concat();
        let output = match timeout(LONGEST, self.command(config, &all).output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return Err(failed(-1, error.to_string())),
            Err(_) => return Err(failed(-1, format!("no end after {LONGEST:?}"))),
        };
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
            return Err(failed(output.status.code().unwrap_or(-1), text));
        }
        // The output may contain a secret: the error gives the position of the JSON error, not the output.
        serde_json::from_slice(&output.stdout).map_err(|error| failed(0, error.to_string()))
    }
}

const LONGEST: Duration = Duration::from_mins(1);
