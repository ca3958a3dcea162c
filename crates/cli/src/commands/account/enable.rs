//! `jeton account enable ID`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Enable an account; its old tokens stay revoked
#[derive(Debug, Args)]
pub(crate) struct Enable {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Enable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let account = context.administration().enable_account(context.by(), &self.id).await?;
        super::show(&account, self.output)
    }
}
