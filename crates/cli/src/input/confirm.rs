//! The confirmation of a command that deletes something or affects many accounts.
//!
//! Must not know what the commands do: they say it in words.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;

use crate::failure::Failure;
use crate::print::escape::visible;

/// The option of every command that asks for confirmation.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Confirmation {
    /// Do not ask for confirmation; required without a terminal
    #[arg(long)]
    yes: bool,
}

impl Confirmation {
    /// Whether `--yes` was given, so that there is no question to prepare.
    pub(crate) fn is_given(self) -> bool {
        self.yes
    }

    /// Fails early if a question is necessary and stdin is not a terminal.
    pub(crate) fn check(self) -> Result<(), Failure> {
        if self.yes || io::stdin().is_terminal() {
            return Ok(());
        }
        Err(Failure::Usage(NO_TERMINAL.to_owned()))
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
            (Ok(_), _) => Err(Failure::Failed("not confirmed; nothing was changed".to_owned())),
            (Err(error), _) => Err(Failure::Failed(format!("cannot read the answer ({error})"))),
        }
    }

    /// Says what the command does, such as "revokes the tokens of 3 accounts", and asks whether to continue. Without a
    /// terminal it fails, and the error says the same.
    pub(crate) fn ask_to_continue(self, effect: &str) -> Result<(), Failure> {
        if !self.yes && !io::stdin().is_terminal() {
            return Err(Failure::Usage(format!("this {effect}; {NO_TERMINAL}")));
        }
        self.ask(&format!("This {effect}. Continue?"))
    }
}

/// `1 account`, `2 accounts`.
pub(crate) fn count_of_accounts(count: u64) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

const NO_TERMINAL: &str = "stdin is not a terminal, so the command cannot ask for confirmation; add --yes";
