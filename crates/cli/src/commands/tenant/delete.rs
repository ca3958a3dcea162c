//! `jeton tenant delete NAME`

use clap::Args;
use jeton_core::model::TenantName;
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::Confirmation;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Delete a tenant that has no accounts
#[derive(Debug, Args)]
#[command(
    after_help = "Fails with exit code 4 if the tenant has accounts in any region of the database. The tenant \
    `default` cannot be deleted."
)]
pub(crate) struct Delete {
    /// Tenant name
    name: TenantName,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Delete {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        self.confirmation.check()?;
        let context = AdminContext::open(globals).await?;
        let name = context.administration().find_tenant(context.by(), &self.name).await?.name;
        self.confirmation.ask(&format!("Delete the tenant {name}?"))?;
        context.administration().delete_tenant(context.by(), &name).await?;
        let nodes = Confirmations::of_all_regions(&context).await;
        match self.output.format {
            Format::Json => output::json(&json!({ "deleted": name, "nodes": nodes })),
            Format::Table => {
                output::say(&format!("Deleted the tenant {name}. {}", nodes.sentence()));
                Ok(())
            }
        }
    }
}
