//! `jeton tenant create NAME`

use clap::Args;
use jeton_core::model::TenantName;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Create a tenant
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Tenant name, which is also its id
    #[arg(value_parser = values::new_name::<TenantName>)]
    name: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl Create {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open_or_create(globals).await?;
        let view = context.administration().create_tenant(context.by(), self.name).await?;
        self.output.show(&view, &super::fields(&view))
    }
}
