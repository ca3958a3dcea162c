//! `jeton account revoke-tokens ID`

use clap::Args;
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Revoke all tokens of an account; its secrets still get new ones
#[derive(Debug, Args)]
#[command(
    after_help = "Introspection calls them inactive. Waits at most 2 seconds until every running server has applied it, and says which have. \
    An API that checks tokens by itself takes them until they expire.\n\n\
    Example:\n  jeton account revoke-tokens nightly-export"
)]
pub(crate) struct RevokeTokens {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let administrator = &opened.administrator;
        let account = administrator.revoke_account_tokens(&self.id).await?;
        let last_expiry = administrator.last_expiry(&account, opened.config.tokens.default_ttl).await?;
        let (id, name, tenant) = (&account.client_id, &account.name, &account.tenant.name);
        let nodes = Confirmations::of_region(&opened).await;
        match self.output.format {
            Format::Json => output::json(
                &json!({ "client_id": id, "epoch": account.epoch, "last_expiry": last_expiry, "nodes": nodes }),
            ),
            Format::Table => {
                output::say(&format!(
                    "All tokens of the account {id} ({name} of {tenant}) are revoked: inactive at introspection. {} \
                     An API that checks tokens by itself takes them until they expire, with the \
                     lifetimes as they are now by {last_expiry}. The account gets new ones with its secrets.",
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
