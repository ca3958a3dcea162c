//! `jeton tenant enable NAME`

use clap::Args;
use jeton_core::model::TenantName;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Enable a tenant; old tokens of its accounts stay revoked
#[derive(Debug, Args)]
pub(crate) struct Enable {
    /// Tenant name
    name: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl Enable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let view = context.administration().enable_tenant(context.by(), &self.name).await?;
        self.output.show(&view, &super::fields(&view))
    }
}
