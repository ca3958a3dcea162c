//! `jeton token …`: request, inspect and revoke tokens.

mod inspect;
mod introspect;
mod issue;
mod revoke;
mod simulate;

use clap::Subcommand;
use jeton_protocol::PresentedToken;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::secret_input;
use crate::open::{AdminContext, configuration};

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
            Self::Revoke(command) => command.run(globals).await,
        }
    }
}

/// Reads a token, and opens the administration. In this order: a command without a token must not wait for the database.
async fn token_and_context(globals: &Globals) -> Result<(PresentedToken, AdminContext), Failure> {
    let config = configuration(globals)?.config;
    let token = PresentedToken::new(secret_input::read("token")?.to_string());
    let context = AdminContext::of_existing(config).await?;
    Ok((token, context))
}
