//! `jeton tenant revoke-tokens NAME`

use clap::Args;
use jeton_core::model::TenantName;
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Revoke all tokens of a tenant's accounts; their secrets still get new ones
#[derive(Debug, Args)]
#[command(
    after_help = "In all regions of the database. Introspection calls them inactive within a second, on every \
    running server. An API that checks tokens by itself takes them until they expire.\n\n\
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
        match self.output.format {
            Format::Json => output::json(
                &json!({ "name": tenant.name, "epoch": tenant.epoch, "last_expiry": last_expiry }),
            ),
            Format::Table => {
                output::say(&format!(
                    "All tokens of the tenant {} are revoked: inactive at introspection within a second. An API that \
                     checks tokens by itself takes them until they expire, at the latest by {last_expiry}. The \
                     accounts get new ones with their secrets.",
                    tenant.name
                ));
                Ok(())
            }
        }
    }
}
