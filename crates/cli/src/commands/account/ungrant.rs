//! `jeton account ungrant ID`

use clap::Args;

use super::entitlement::EntitlementArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Remove scopes or introspection rights from an account, and revoke its tokens
#[derive(Debug, Args)]
#[command(
    after_help = "The account can obtain new tokens with the remaining scopes at once. Waits up to 2 seconds for every \
    running server to apply the change, and prints which servers have.\n\n\
    Example:\n  jeton account ungrant fin --scope write:me"
)]
pub(crate) struct Ungrant {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Ungrant {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let entitlement = self.entitlement.entitlement()?;
        let context = AdminContext::open(globals).await?;
        let account = context.administration().ungrant(context.by(), &self.id, &entitlement).await?;
        super::show_confirmed(&context, &account, self.output).await
    }
}
