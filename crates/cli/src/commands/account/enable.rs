//! `jeton account enable ID`

use clap::Args;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Enable an account; tokens from before it was disabled stay dead
#[derive(Debug, Args)]
pub(crate) struct Enable {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Enable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.enable_account(&self.id).await?;
        super::show(&opened, &account, self.output)
    }
}
