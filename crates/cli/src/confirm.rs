//! The question before something is gone for good.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;

use crate::escape::visible;
use crate::failure::Failure;

/// The option of every command that deletes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Confirmation {
    /// Delete without asking; needed where nobody can be asked
    #[arg(long)]
    yes: bool,
}

impl Confirmation {
    /// Refuses at once where a question would be needed and nobody is there to answer.
    pub(crate) fn check(self) -> Result<(), Failure> {
        if self.yes || io::stdin().is_terminal() {
            return Ok(());
        }
        Err(Failure::Usage("nobody is at a terminal to confirm; repeat the command with --yes".to_owned()))
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
            (Err(error), _) => Err(Failure::Failed(format!("the answer cannot be read ({error})"))),
        }
    }
}
