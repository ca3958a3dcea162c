//! `jeton tenant list`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// List the tenants
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let views = context.administration().list_tenants(context.by()).await?;
        self.output.list(&views, &["NAME", "STATE", "ACCOUNTS", "CREATED"], |view| {
            vec![
                view.name.to_string(),
                super::state(view).to_owned(),
                super::accounts(view).to_owned(),
                view.created_at.to_string(),
            ]
        })
    }
}
