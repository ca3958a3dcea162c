//! `jeton tenant list`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// List the tenants
#[derive(Debug, Args)]
#[command(
    after_help = "ACCOUNTS is whether the tenant may have accounts. COUNT is how many it has in the region, without \
    deleted ones."
)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let views = context.administration().list_tenants(context.by()).await?;
        self.output.list(&views, &["NAME", "STATE", "ACCOUNTS", "COUNT", "CREATED"], |view| {
            let tenant = &view.tenant;
            vec![
                tenant.name.to_string(),
                super::state(tenant).to_owned(),
                super::accounts(tenant).to_owned(),
                super::count(view),
                tenant.created_at.to_string(),
            ]
        })
    }
}
