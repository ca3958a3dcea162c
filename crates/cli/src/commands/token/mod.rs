//! `jeton token …`: request, inspect and revoke tokens.

mod inspect;
mod introspect;
mod issue;
mod revoke;
mod simulate;

use clap::Subcommand;
use jeton_core::Unavailable;

use crate::failure::Failure;
use crate::globals::Globals;

/// Request, inspect and revoke tokens
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    Issue(issue::Issue),
    Simulate(simulate::Simulate),
    Inspect(inspect::Inspect),
    Introspect(introspect::Introspect),
    Revoke(revoke::Revoke),
}

impl TokenCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Issue(command) => command.run(globals).await,
            Self::Simulate(command) => command.run(globals).await,
            Self::Inspect(command) => command.run(globals).await,
            Self::Introspect(command) => command.run(globals).await,
            Self::Revoke(command) => Box::pin(command.run(globals)).await,
        }
    }
}

fn unavailable(error: Unavailable) -> Failure {
    match error {
        Unavailable::Store(error) => error.into(),
        other => Failure::StoreUnavailable(other.to_string()),
    }
}
