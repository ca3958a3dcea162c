//! `jeton tenant enable NAME`

use clap::Args;
use jeton_core::admin::view::TenantView;
use jeton_core::model::TenantName;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Enable a tenant; tokens from before it was disabled stay dead
#[derive(Debug, Args)]
pub(crate) struct Enable {
    /// Its name
    name: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl Enable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let view = TenantView::from(&opened.administrator.enable_tenant(&self.name).await?);
        self.output.show(&view, &super::fields(&view))
    }
}
