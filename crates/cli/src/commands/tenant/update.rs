//! `jeton tenant update NAME --accounts allow|deny`

use clap::{Args, ValueEnum};
use jeton_core::admin::view::TenantView;
use jeton_core::model::TenantName;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Let a tenant have service accounts, or bar it from having them
#[derive(Debug, Args)]
#[command(
    after_help = "To bar a tenant kills its tokens for good. Waits at most 2 seconds until every running server has applied it, and says which have."
)]
pub(crate) struct Update {
    /// Its name
    name: TenantName,
    /// Whether it may have service accounts
    #[arg(long, value_enum)]
    accounts: Accounts,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Accounts {
    /// It may have them
    Allow,
    /// It may have none, and those it has are refused
    Deny,
}

impl Update {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let allowed = self.accounts == Accounts::Allow;
        let view = TenantView::from(&opened.administrator.allow_accounts(&self.name, allowed).await?);
        let nodes = Confirmations::of_all_regions(&opened).await;
        self.output.show(&nodes.with(&view), &super::fields(&view))?;
        nodes.say(self.output.format);
        Ok(())
    }
}
