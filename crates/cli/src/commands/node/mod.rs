//! `jeton node …`: the servers that use the database.

mod list;

use clap::Subcommand;

use crate::failure::Failure;
use crate::globals::Globals;

/// Show the servers that use the database
#[derive(Debug, Subcommand)]
pub(crate) enum NodeCommand {
    List(list::List),
}

impl NodeCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
        }
    }
}
