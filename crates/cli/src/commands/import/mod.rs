//! `jeton import …`: moving whole sets of accounts from other servers.

mod hydra;

use clap::Subcommand;

use crate::command_line::Globals;
use crate::failure::Failure;

/// Move the clients of another authorization server here
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
