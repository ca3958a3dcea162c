//! `jeton account disable ID…`

use clap::Args;

use super::several::{AccountsArgs, change_each, list_accounts};
use crate::commands::confirmations::{Confirmations, WithNodes};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Disable accounts: reject their requests and revoke their tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Waits up to 2 seconds for every running server to apply the change, and prints which servers have. \
    If an account is enabled again, its old tokens stay revoked.\n\n\
    Example:\n  jeton account disable fin customer/nightly"
)]
pub(crate) struct Disable {
    #[command(flatten)]
    accounts: AccountsArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Disable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let ids = self.accounts.find(&context).await?;
        let (administration, by) = (context.administration(), context.by());
        let disabled =
            change_each(&ids, async |id| administration.disable_account(by, id.as_str()).await).await?;
        match disabled.as_slice() {
            [account] if !self.accounts.are_several() => {
                super::show_confirmed(&context, account, self.output).await
            }
            accounts => {
                let nodes = Confirmations::of_region(&context).await;
                let views: Vec<_> = accounts.iter().map(|account| nodes.with(account)).collect();
                list_accounts(self.output, &views, WithNodes::view)?;
                nodes.say(self.output.format);
                Ok(())
            }
        }
    }
}
