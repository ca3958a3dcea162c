//! `jeton tenant show NAME`

use clap::Args;
use jeton_core::model::TenantName;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Show a tenant and how many accounts it has
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Tenant name
    name: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl Show {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let summary = context.administration().summarize_tenant(context.by(), &self.name).await?;
        let mut fields = super::fields(&summary.tenant);
        fields.push(("Number of accounts", super::count(&summary)));
        self.output.show(&summary, &fields)
    }
}
