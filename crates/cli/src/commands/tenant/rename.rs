//! `jeton tenant rename OLD NEW`

use clap::Args;
use jeton_core::model::TenantName;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Rename a tenant; its accounts keep their ids, secrets and tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Applies to all regions of the database. Waits up to 2 seconds for every running server to apply the \
    change, and prints which servers have.\n\
    Tokens issued before have the old name in the claim `tenant` until they expire. A new tenant can get the old name \
    25 hours later. The tenant `default` cannot be renamed.\n\n\
    Example:\n  jeton tenant rename acme 'ACME Inc.'"
)]
pub(crate) struct Rename {
    /// Tenant name
    #[arg(value_name = "OLD")]
    name: TenantName,
    /// New name
    #[arg(value_name = "NEW", value_parser = values::new_name::<TenantName>)]
    new: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl Rename {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let view = context.administration().rename_tenant(context.by(), &self.name, &self.new).await?;
        let nodes = Confirmations::of_all_regions(&context).await;
        self.output.show(&nodes.with(&view), &super::fields(&view))?;
        if self.output.format == Format::Table {
            output::say(&format!(
                "Tokens issued before have the old name {} until they expire. {}",
                self.name,
                nodes.sentence()
            ));
        }
        Ok(())
    }
}
