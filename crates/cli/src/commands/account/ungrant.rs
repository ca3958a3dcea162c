//! `jeton account ungrant ID`

use clap::Args;

use super::entitlement::EntitlementArgs;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Let an account do less; all its tokens are dead
#[derive(Debug, Args)]
#[command(
    after_help = "The account gets new tokens at once, with what is left. Waits at most 2 seconds until every running server has applied it, and says which have.\n\n\
    Example:\n  jeton account ungrant fin --scope write:me"
)]
pub(crate) struct Ungrant {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Ungrant {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let entitlement = self.entitlement.entitlement()?;
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.ungrant(&self.id, &entitlement).await?;
        super::show_confirmed(&opened, &account, self.output).await
    }
}
