//! Jeton's commands, as an administrator runs them on the machine of a node.

use std::path::Path;
use std::process::Stdio;

use serde::de::DeserializeOwned;
use tokio::process::Command;

use crate::WalkError;

/// A command of `program`, which runs Jeton's commands if its first argument is `jeton`. It ends with the returned value.
pub(crate) fn command(program: &Path, config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    // The user's own JETON_CONFIG must not apply here.
    command.arg("jeton").args(arguments).arg("--config").arg(config).env_clear();
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a command, and parses the JSON that it prints.
///
/// # Errors
/// If the command fails, with its output.
pub(crate) async fn run<T: DeserializeOwned>(
    program: &Path,
    config: &Path,
    arguments: &[&str],
) -> Result<T, WalkError> {
    let all = [arguments, &["--format", "json"]].concat();
    let output = command(program, config, &all).output().await;
    let output = output.map_err(WalkError::io("cannot run a Jeton command"))?;
    let failed = |output: String| WalkError::Command { command: arguments.join(" "), output };
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
    }
    // The output may contain a secret: the error gives the position of the JSON error, not the output.
    serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
}
