//! `jeton account disable ID`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Disable an account: reject its requests and revoke its tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Waits up to 2 seconds for every running server to apply the change, and prints which servers have. \
    If the account is enabled again, its old tokens stay revoked."
)]
pub(crate) struct Disable {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Disable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let account = context.administration().disable_account(context.by(), &self.id).await?;
        super::show_confirmed(&context, &account, self.output).await
    }
}
