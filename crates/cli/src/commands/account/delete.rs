//! `jeton account delete ID`

use clap::Args;
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::Confirmation;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Delete an account with its secrets, and revoke its tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Waits up to 2 seconds for every running server to apply the change, and prints which servers have. \
    This cannot be undone; `jeton account disable` can."
)]
pub(crate) struct Delete {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Delete {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        self.confirmation.check()?;
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        let (id, name, tenant) = (&account.client_id, &account.name, &account.tenant);
        self.confirmation.ask(&format!("Delete the account {id} ({name} of {tenant}) permanently?"))?;
        context.administration().delete_account(context.by(), id.as_str()).await?;
        let nodes = Confirmations::of_region(&context).await;
        match self.output.format {
            Format::Json => output::json(&json!({ "deleted": id, "nodes": nodes })),
            Format::Table => {
                output::say(&format!("Deleted the account {id} ({name} of {tenant}). {}", nodes.sentence()));
                Ok(())
            }
        }
    }
}
