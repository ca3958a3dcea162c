//! `jeton tenant update NAME --accounts allow|deny`

use clap::{Args, ValueEnum};
use jeton_core::model::TenantName;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::Confirmation;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Allow or deny service accounts for a tenant
#[derive(Debug, Args)]
#[command(
    after_help = "With `deny`, the tokens of the tenant are revoked permanently, so the command asks first. Waits up to 2 seconds for every running \
    server to apply the change, and prints which servers have."
)]
pub(crate) struct Update {
    /// Tenant name
    name: TenantName,
    /// Whether the tenant may have service accounts
    #[arg(long, value_enum)]
    accounts: Accounts,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Accounts {
    /// Allow service accounts
    Allow,
    /// Allow no new accounts, and reject the existing ones
    Deny,
}

impl Update {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let allowed = self.accounts == Accounts::Allow;
        let before = context.administration().find_tenant(context.by(), &self.name).await?;
        if before.accounts_allowed && !allowed {
            let effect = "rejects the requests and revokes the tokens";
            super::confirm(self.confirmation, &context, &self.name, effect).await?;
        }
        let view = context.administration().allow_accounts(context.by(), &self.name, allowed).await?;
        let nodes = Confirmations::of_all_regions(&context).await;
        self.output.show(&nodes.with(&view), &super::fields(&view))?;
        nodes.say(self.output.format);
        Ok(())
    }
}
