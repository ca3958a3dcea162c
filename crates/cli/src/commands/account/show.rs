//! `jeton account show ID`

use clap::Args;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Show an account, without its secrets
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Show {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        super::show(&opened, &account, self.output)
    }
}
