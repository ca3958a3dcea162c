//! `jeton account delete ID`

use clap::Args;
use serde_json::json;

use crate::command_line::Globals;
use crate::confirm::Confirmation;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Delete an account; its secrets are gone and its tokens are dead
#[derive(Debug, Args)]
#[command(
    after_help = "Waits at most 2 seconds until every running server has applied it, and says which have. `jeton account disable` can be taken back, this cannot."
)]
pub(crate) struct Delete {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Delete {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        self.confirmation.check()?;
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        let (id, name, tenant) = (&account.client_id, &account.name, &account.tenant.name);
        self.confirmation.ask(&format!("Delete the account {id} ({name} of {tenant}) for good?"))?;
        opened.administrator.delete_account(id.as_str()).await?;
        let nodes = Confirmations::of_region(&opened).await;
        match self.output.format {
            Format::Json => output::json(&json!({ "deleted": id, "nodes": nodes })),
            Format::Table => {
                output::say(&format!(
                    "The account {id} ({name} of {tenant}) is deleted. {}",
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
