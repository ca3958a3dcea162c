//! `jeton token …`: getting tokens and looking at them.

mod inspect;
mod introspect;
mod issue;
mod simulate;

use clap::Subcommand;
use jeton_core::Unavailable;

use crate::command_line::Globals;
use crate::failure::Failure;

/// Get tokens, and look at them
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    Issue(issue::Issue),
    Simulate(simulate::Simulate),
    Inspect(inspect::Inspect),
    Introspect(introspect::Introspect),
}

impl TokenCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Issue(command) => command.run(globals).await,
            Self::Simulate(command) => command.run(globals).await,
            Self::Inspect(command) => command.run(globals).await,
            Self::Introspect(command) => command.run(globals).await,
        }
    }
}

fn unavailable(error: Unavailable) -> Failure {
    match error {
        Unavailable::Store(error) => error.into(),
        other => Failure::StoreUnavailable(other.to_string()),
    }
}
