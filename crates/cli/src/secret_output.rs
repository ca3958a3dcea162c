//! The one rule about new secrets (design §5): shown once, only where it is meant to go.
//!
//! On a terminal, with `--format json`, with `--for`, or into `--secret-file`; a plain table into a pipe is refused.
//! All that can be refused is refused before anything is made.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;

use clap::Args;
use jeton_core::admin::NewSecret;
use jeton_server::config::Config;

use crate::failure::Failure;
use crate::handover::{Handover, Program};
use crate::output::{self, Format, OutputArgs, aligned};

/// The options of every command that makes a secret.
#[derive(Debug, Clone, Args)]
pub(crate) struct SecretOutput {
    #[command(flatten)]
    output: OutputArgs,
    /// Print what this program takes, ready to paste
    #[arg(long = "for", value_enum, value_name = "PROGRAM")]
    program: Option<Program>,
    /// Write the secret into this new file (mode 0600) instead of showing it
    #[arg(long, value_name = "PATH", conflicts_with = "program")]
    secret_file: Option<PathBuf>,
}

impl SecretOutput {
    /// Where the secret will go. `may_ask` is whether the account has scopes to ask for.
    ///
    /// # Errors
    /// [`Failure::Usage`] where it cannot go anywhere; then nothing may be made.
    pub(crate) fn prepare(self, may_ask: bool) -> Result<Delivery, Failure> {
        let format = self.output.format;
        if let Some(path) = self.secret_file {
            return Ok(Delivery::File(ReservedFile::create(path)?, format));
        }
        match (self.program, format) {
            (Some(_), Format::Json) => Err(Failure::Usage(
                "--for has a form of its own, so it does not go with --format json; leave one of them out".to_owned(),
            )),
            (Some(program), Format::Table) if program.needs_scope() && !may_ask => Err(Failure::Usage(
                "the account has no scope to ask for, which this form needs; grant one with --scope, or leave --for out"
                    .to_owned(),
            )),
            (Some(program), Format::Table) => Ok(Delivery::Program(program)),
            (None, Format::Json) => Ok(Delivery::Json),
            (None, Format::Table) if output::stdout_is_terminal() => Ok(Delivery::Terminal),
            (None, Format::Table) => Err(Failure::Usage(
                "the secret would go into a pipe or a file as part of a table; nothing was made; say where it goes \
                 with --format json, --for or --secret-file"
                    .to_owned(),
            )),
        }
    }

    /// For a secret that the administrator brought along: there is nothing to hide.
    pub(crate) fn without_secret(self) -> Result<OutputArgs, Failure> {
        if self.program.is_some() || self.secret_file.is_some() {
            return Err(Failure::Usage(
                "a secret that you bring along is not shown again; leave out --for and --secret-file"
                    .to_owned(),
            ));
        }
        Ok(self.output)
    }
}

/// Where a secret goes that is about to be made. Dropped unused, it leaves no file behind.
#[derive(Debug)]
pub(crate) enum Delivery {
    Terminal,
    Json,
    Program(Program),
    File(ReservedFile, Format),
}

impl Delivery {
    /// Hands the secret over.
    ///
    /// # Errors
    /// [`Failure::Failed`] that says how to replace the secret, which nobody will see again.
    pub(crate) fn deliver(self, new: &NewSecret, config: &Config) -> Result<(), Failure> {
        let mut handover = Handover::new(new, config);
        let delivered = match self {
            Self::Terminal => output::write_stdout(&aligned(&handover.fields())).map(|()| {
                output::say("\nThe secret is shown only this once. Keep it where secrets are kept.");
            }),
            Self::Json => write_json(&handover),
            Self::Program(program) => output::write_stdout(&handover.for_program(program)).map(|()| {
                if let Some(caution) = handover.caution(program) {
                    output::say(&caution);
                }
            }),
            Self::File(file, format) => match file.fill(handover.client_secret.take().unwrap_or_default()) {
                Ok(path) => {
                    handover.secret_file = Some(path);
                    return OutputArgs { format }.show(&handover, &handover.fields());
                }
                Err(error) => Err(error),
            },
        };
        delivered.map_err(|error| {
            Failure::Failed(format!(
                "the secret {secret} of {id} was made, but its output failed ({error}); \
                 run `jeton secret revoke {id} {secret}`, then `jeton secret add {id}`",
                secret = handover.secret_id,
                id = handover.client_id,
            ))
        })
    }
}

fn write_json(handover: &Handover<'_>) -> io::Result<()> {
    output::write_stdout(&output::json_document(handover)?)
}

/// A file that was made for a secret, and is removed again unless the secret gets into it.
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
            _ => Failure::Usage(format!("the file {} cannot be made ({error})", path.display())),
        };
        let file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&path).map_err(refused)?;
        // A umask can only take rights away, also the owner's own.
        let made = file.set_permissions(Permissions::from_mode(MODE));
        let reserved = Self { path, file, filled: false };
        made.map_err(|error| {
            Failure::Usage(format!("the file {} cannot be protected ({error})", reserved.path.display()))
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
            // It was made by us a moment ago; where it cannot be removed, it is empty and harmless.
            let _ = fs::remove_file(&self.path);
        }
    }
}

const MODE: u32 = 0o600;
