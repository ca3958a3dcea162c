//! The one rule about new secrets: a secret is shown once, and only at its intended destination.
//!
//! That is a terminal, `--format json`, `--for`, or `--secret-file`; a plain table into a pipe is refused. Every
//! refusal comes before the secret is created.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;

use clap::Args;
use jeton_admin::view::IssuedSecret;
use jeton_server::config::Config;

use crate::failure::Failure;
use crate::print::handover::{ConnectionDetails, Program};
use crate::print::output;
use crate::print::output::{Format, OutputArgs, aligned};

/// The options of every command that creates a secret.
#[derive(Debug, Clone, Args)]
pub(crate) struct SecretOutput {
    #[command(flatten)]
    output: OutputArgs,
    /// Print the settings for this program, ready to paste
    #[arg(long = "for", value_enum, value_name = "PROGRAM")]
    program: Option<Program>,
    /// Write the secret to this new file (mode 0600) instead of printing it
    #[arg(long, value_name = "PATH", conflicts_with = "program")]
    secret_file: Option<PathBuf>,
}

impl SecretOutput {
    /// The destination of the secret. `may_ask` is whether the account has scopes to request.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is no safe destination; then the caller must not create the secret.
    pub(crate) fn prepare(self, may_ask: bool) -> Result<Delivery, Failure> {
        let format = self.output.format;
        if let Some(path) = self.secret_file {
            return Ok(Delivery::File(ReservedFile::create(path)?, format));
        }
        match (self.program, format) {
            (Some(_), Format::Json) => Err(Failure::Usage(
                "--for and --format json exclude each other; omit one of them".to_owned(),
            )),
            (Some(program), Format::Table) if program.needs_scope() && !may_ask => Err(Failure::Usage(
                "the account has no scope to request, which this program needs; grant one with --scope, or omit --for"
                    .to_owned(),
            )),
            (Some(program), Format::Table) => Ok(Delivery::Program(program)),
            (None, Format::Json) => Ok(Delivery::Json),
            (None, Format::Table) if output::stdout_is_terminal() => Ok(Delivery::Terminal),
            (None, Format::Table) => Err(Failure::Usage(
                "stdout is not a terminal, so the secret would be part of a table in a pipe or file; nothing was \
                 created; choose an output with --format json, --for or --secret-file"
                    .to_owned(),
            )),
        }
    }

    /// The output options for an imported secret, which is never shown.
    pub(crate) fn without_secret(self) -> Result<OutputArgs, Failure> {
        if self.program.is_some() || self.secret_file.is_some() {
            return Err(Failure::Usage(
                "an imported secret is not printed; omit --for and --secret-file".to_owned(),
            ));
        }
        Ok(self.output)
    }
}

/// The destination of a secret that is about to be created. If it is dropped unused, it leaves no file behind.
#[derive(Debug)]
pub(crate) enum Delivery {
    Terminal,
    Json,
    Program(Program),
    File(ReservedFile, Format),
}

impl Delivery {
    /// Writes the secret to its destination.
    ///
    /// # Errors
    /// [`Failure::Failed`] that says how to replace the secret, which cannot be shown again.
    pub(crate) fn deliver(self, new: &IssuedSecret, config: &Config) -> Result<(), Failure> {
        let mut details = ConnectionDetails::new(new, config);
        let delivered = match self {
            Self::Terminal => output::write_stdout(&aligned(&details.fields())).map(|()| {
                output::say("\nThe secret is shown only once. Store it in a safe place now.");
            }),
            Self::Json => write_json(&details),
            Self::Program(program) => output::write_stdout(&details.for_program(program)).map(|()| {
                if let Some(caution) = details.caution(program) {
                    output::say(&caution);
                }
            }),
            Self::File(file, format) => match file.fill(details.client_secret.take().unwrap_or_default()) {
                Ok(path) => {
                    details.secret_file = Some(path);
                    return OutputArgs { format }.show(&details, &details.fields());
                }
                Err(error) => Err(error),
            },
        };
        delivered.map_err(|error| {
            Failure::Failed(format!(
                "the secret {secret} of {id} was created, but its output failed ({error}); \
                 run `jeton secret revoke {id} {secret}`, then `jeton secret add {id}`",
                secret = details.secret_id,
                id = details.client_id,
            ))
        })
    }
}

fn write_json(details: &ConnectionDetails<'_>) -> io::Result<()> {
    output::write_stdout(&output::json_document(details)?)
}

/// An empty file for a secret; removed on drop unless the secret was written to it.
#[derive(Debug)]
pub(crate) struct ReservedFile {
    path: PathBuf,
    file: File,
    filled: bool,
}

impl ReservedFile {
    fn create(path: PathBuf) -> Result<Self, Failure> {
        let refused = |error: io::Error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::Usage(format!(
                "the file {} exists and is never overwritten; choose another name for --secret-file",
                path.display()
            )),
            _ => Failure::Usage(format!("cannot create the file {} ({error})", path.display())),
        };
        let file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&path).map_err(refused)?;
        // A umask can remove rights, also those of the owner.
        let made = file.set_permissions(Permissions::from_mode(MODE));
        let reserved = Self { path, file, filled: false };
        made.map_err(|error| {
            Failure::Usage(format!("cannot set the mode of the file {} ({error})", reserved.path.display()))
        })?;
        Ok(reserved)
    }

    fn fill(mut self, secret: &str) -> io::Result<PathBuf> {
        self.file.write_all(secret.as_bytes())?;
        self.file.write_all(b"\n")?;
        self.file.sync_all()?;
        self.filled = true;
        Ok(self.path.clone())
    }
}

impl Drop for ReservedFile {
    fn drop(&mut self) {
        if !self.filled {
            // This process created it. If it cannot be removed, it is empty and harmless.
            let _ = fs::remove_file(&self.path);
        }
    }
}

const MODE: u32 = 0o600;
