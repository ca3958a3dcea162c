//! `jeton tenant revoke-tokens NAME`

use clap::Args;
use jeton_admin::view::RevokedTokens;
use jeton_core::model::TenantName;
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::Confirmation;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke all tokens of a tenant's accounts; their secrets can still obtain new ones
#[derive(Debug, Args)]
#[command(
    after_help = "Applies to all regions of the database. Introspection reports the tokens as inactive. Waits up to 2 \
    seconds for every running server to apply the change, and prints which servers have. APIs that check tokens by \
    themselves accept them until they expire.\n\n\
    Example:\n  jeton tenant revoke-tokens customer --yes"
)]
pub(crate) struct RevokeTokens {
    /// Tenant name
    name: TenantName,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        context.administration().find_tenant(context.by(), &self.name).await?;
        super::confirm(self.confirmation, &context, &self.name, "revokes all tokens").await?;
        let RevokedTokens { subject: tenant, last_expiry } =
            context.administration().revoke_tenant_tokens(context.by(), &self.name).await?;
        let nodes = Confirmations::of_all_regions(&context).await;
        match self.output.format {
            Format::Json => output::json(
                &json!({ "name": tenant.name, "epoch": tenant.epoch, "last_expiry": last_expiry, "nodes": nodes }),
            ),
            Format::Table => {
                output::say(&format!(
                    "Revoked all tokens of the tenant {}: introspection reports them as inactive. {} APIs that check \
                     tokens by themselves accept them until they expire, at the latest by {last_expiry}. The accounts \
                     can obtain new tokens with their secrets.",
                    tenant.name,
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
