//! `jeton store …`: the store as a whole.

mod copy;
mod location;
mod unfence;

use clap::Subcommand;

use crate::failure::Failure;
use crate::globals::Globals;

/// Copy the database into another one, for example from SQLite to PostgreSQL
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    Copy(copy::Copy),
    Unfence(unfence::Unfence),
}

impl StoreCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Copy(command) => Box::pin(command.run(globals)).await,
            Self::Unfence(command) => Box::pin(command.run(globals)).await,
        }
    }
}
