//! `jeton audit …`: who changed what.

mod changes;
mod export;
mod list;
mod record;
mod verify;

use clap::Subcommand;

use crate::failure::Failure;
use crate::globals::Globals;

/// Read and verify the audit log of all administrative changes
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    List(list::List),
    Verify(verify::Verify),
    Export(export::Export),
}

impl AuditCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
            Self::Verify(command) => command.run(globals).await,
            Self::Export(command) => command.run(globals).await,
        }
    }
}
