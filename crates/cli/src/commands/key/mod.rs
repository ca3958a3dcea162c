//! `jeton key …`: the region's signing keys.

mod list;

use clap::Subcommand;

use crate::command_line::Globals;
use crate::failure::Failure;

/// Signing keys of the region
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    List(list::List),
}

impl KeyCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
        }
    }
}
