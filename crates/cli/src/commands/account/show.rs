//! `jeton account show ID`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Show an account (never the secrets themselves)
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Show {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        super::show(&account, self.output)
    }
}
