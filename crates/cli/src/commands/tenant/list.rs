//! `jeton tenant list`

use clap::Args;
use jeton_core::admin::view::TenantView;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::output::OutputArgs;

/// List the tenants
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let tenants = context.administrator.store().list_tenants().await?;
        let views: Vec<TenantView> = tenants.iter().map(TenantView::from).collect();
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
