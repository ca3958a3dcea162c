//! `jeton tenant disable NAME`

use clap::Args;
use jeton_core::admin::view::TenantView;
use jeton_core::model::TenantName;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Disable a tenant: its accounts are refused and its tokens are dead
#[derive(Debug, Args)]
#[command(
    after_help = "Waits at most 2 seconds until every running server has applied it, and says which have. To enable it again does not revive its tokens."
)]
pub(crate) struct Disable {
    /// Its name
    name: TenantName,
    #[command(flatten)]
    output: OutputArgs,
}

impl Disable {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let view = TenantView::from(&opened.administrator.disable_tenant(&self.name).await?);
        let nodes = Confirmations::of_all_regions(&opened).await;
        self.output.show(&nodes.with(&view), &super::fields(&view))?;
        nodes.say(self.output.format);
        Ok(())
    }
}
