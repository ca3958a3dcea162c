//! `jeton tenant revoke-tokens NAME`

use clap::Args;
use jeton_core::model::TenantName;
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Revoke all tokens of a tenant's accounts; their secrets still get new ones
#[derive(Debug, Args)]
#[command(
    after_help = "In all regions of the database. Introspection calls them inactive. Waits at most 2 seconds until every running server has applied it, and says which have. \
    An API that checks tokens by itself takes them until they expire.\n\n\
    Example:\n  jeton tenant revoke-tokens customer"
)]
pub(crate) struct RevokeTokens {
    /// Its name
    name: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let tenant = opened.administrator.revoke_tenant_tokens(&self.name).await?;
        let last_expiry = opened.administrator.last_expiry_of_all();
        let nodes = Confirmations::of_all_regions(&opened).await;
        match self.output.format {
            Format::Json => output::json(
                &json!({ "name": tenant.name, "epoch": tenant.epoch, "last_expiry": last_expiry, "nodes": nodes }),
            ),
            Format::Table => {
                output::say(&format!(
                    "All tokens of the tenant {} are revoked: inactive at introspection. {} An API that \
                     checks tokens by itself takes them until they expire, at the latest by {last_expiry}. The \
                     accounts get new ones with their secrets.",
                    tenant.name,
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
