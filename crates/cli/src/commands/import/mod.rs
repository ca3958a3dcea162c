//! `jeton import …`: imports all accounts of another server.

mod hydra;
mod message;
mod report;

use clap::Subcommand;

use crate::failure::Failure;
use crate::globals::Globals;

/// Import the clients of another authorization server
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    Hydra(hydra::Hydra),
}

impl ImportCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Hydra(command) => command.run(globals).await,
        }
    }
}
