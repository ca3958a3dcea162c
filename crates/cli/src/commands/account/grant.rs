//! `jeton account grant ID`

use clap::Args;

use super::entitlement::EntitlementArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Add scopes or introspection rights to an account
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  jeton account grant fin --scope write:me")]
pub(crate) struct Grant {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Grant {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let named = self.entitlement.resources();
        let entitlement = self.entitlement.entitlement()?;
        let context = AdminContext::open(globals).await?;
        let account = context.administration().grant(context.by(), &self.id, &entitlement).await?;
        super::show(&account, self.output)?;
        audience::say_differences(&named, &account);
        Ok(())
    }
}
