//! `jeton region …`: the region that the configuration names.

mod revoke_tokens;

use clap::Subcommand;

use crate::failure::Failure;
use crate::globals::Globals;

/// Manage the region as a whole
#[derive(Debug, Subcommand)]
pub(crate) enum RegionCommand {
    RevokeTokens(revoke_tokens::RevokeTokens),
}

impl RegionCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::RevokeTokens(command) => command.run(globals).await,
        }
    }
}
