//! `jeton secret list ID`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// List the secrets of an account (never the secrets themselves)
#[derive(Debug, Args)]
#[command(
    after_help = "LAST 4 is the last four characters of a secret. LAST USED is exact to the minute, and up to 30 seconds \
    late: servers write it at intervals.\n\nExample:\n  jeton secret list fin"
)]
pub(crate) struct List {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        super::print_list(self.output, &account.secrets)
    }
}
