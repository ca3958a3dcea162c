//! The confirmation question before a permanent deletion.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;

use crate::failure::Failure;
use crate::print::escape::visible;

/// The option of every command that deletes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Confirmation {
    /// Delete without asking for confirmation; required without a terminal
    #[arg(long)]
    yes: bool,
}

impl Confirmation {
    /// Fails early if a question is necessary and stdin is not a terminal.
    pub(crate) fn check(self) -> Result<(), Failure> {
        if self.yes || io::stdin().is_terminal() {
            return Ok(());
        }
        Err(Failure::Usage(
            "stdin is not a terminal, so the deletion cannot be confirmed; add --yes".to_owned(),
        ))
    }

    /// Asks, unless `--yes` was given.
    pub(crate) fn ask(self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let mut stderr = io::stderr().lock();
        let asked = write!(stderr, "{} [y/N] ", visible(question)).and_then(|()| stderr.flush());
        let mut answer = String::new();
        let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
        match (read, answer.trim().to_ascii_lowercase().as_str()) {
            (Ok(_), "y" | "yes") => Ok(()),
            (Ok(_), _) => Err(Failure::Failed("not confirmed; nothing was deleted".to_owned())),
            (Err(error), _) => Err(Failure::Failed(format!("cannot read the answer ({error})"))),
        }
    }
}
