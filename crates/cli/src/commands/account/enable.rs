//! `jeton account enable ID…`

use clap::Args;

use super::several::{AccountsArgs, change_each, list_accounts};
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Enable accounts; their old tokens stay revoked
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  jeton account enable fin customer/nightly")]
pub(crate) struct Enable {
    #[command(flatten)]
    accounts: AccountsArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Enable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let ids = self.accounts.find(&context).await?;
        let (administration, by) = (context.administration(), context.by());
        let enabled =
            change_each(&ids, async |id| administration.enable_account(by, id.as_str()).await).await?;
        match enabled.as_slice() {
            [account] if !self.accounts.are_several() => super::show(account, self.output),
            accounts => list_accounts(self.output, accounts, |account| account),
        }
    }
}
