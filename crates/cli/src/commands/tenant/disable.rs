//! `jeton tenant disable NAME`

use clap::Args;
use jeton_core::model::TenantName;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::Confirmation;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Disable a tenant: reject its accounts and revoke their tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Waits up to 2 seconds for every running server to apply the change, and prints which servers have. \
    If the tenant is enabled again, the old tokens stay revoked."
)]
pub(crate) struct Disable {
    /// Tenant name
    name: TenantName,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Disable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        if context.administration().find_tenant(context.by(), &self.name).await?.enabled {
            let effect = "rejects the requests and revokes the tokens";
            super::confirm(self.confirmation, &context, &self.name, effect).await?;
        }
        let view = context.administration().disable_tenant(context.by(), &self.name).await?;
        let nodes = Confirmations::of_all_regions(&context).await;
        self.output.show(&nodes.with(&view), &super::fields(&view))?;
        nodes.say(self.output.format);
        Ok(())
    }
}
