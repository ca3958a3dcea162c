//! `jeton account disable ID`

use clap::Args;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Disable an account: it is refused and its tokens are dead
#[derive(Debug, Args)]
#[command(
    after_help = "Waits at most 2 seconds until every running server has applied it, and says which have. To enable it again does not revive its tokens."
)]
pub(crate) struct Disable {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Disable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.disable_account(&self.id).await?;
        super::show_confirmed(&opened, &account, self.output).await
    }
}
