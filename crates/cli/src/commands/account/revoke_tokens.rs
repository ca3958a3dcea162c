//! `jeton account revoke-tokens ID`

use clap::Args;
use jeton_admin::view::RevokedTokens;
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke all tokens of an account; its secrets can still obtain new ones
#[derive(Debug, Args)]
#[command(
    after_help = "Introspection reports the tokens as inactive. Waits up to 2 seconds for every running server to apply \
    the change, and prints which servers have. APIs that check tokens by themselves accept them until they expire.\n\n\
    Example:\n  jeton account revoke-tokens nightly-export"
)]
pub(crate) struct RevokeTokens {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let RevokedTokens { subject: account, last_expiry } =
            context.administration().revoke_account_tokens(context.by(), &self.id).await?;
        let (id, name, tenant) = (&account.client_id, &account.name, &account.tenant);
        let nodes = Confirmations::of_region(&context).await;
        match self.output.format {
            Format::Json => output::json(
                &json!({ "client_id": id, "epoch": account.epoch, "last_expiry": last_expiry, "nodes": nodes }),
            ),
            Format::Table => {
                output::say(&format!(
                    "Revoked all tokens of the account {id} ({name} of {tenant}): introspection reports them as \
                     inactive. {} APIs that check tokens by themselves accept them until they expire, with the current \
                     token lifetimes by {last_expiry}. The account can obtain new tokens with its secrets.",
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
