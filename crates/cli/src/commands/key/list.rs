//! `jeton key list`

use clap::Args;
use jeton_core::admin::view::KeyView;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// List the keys, oldest first
#[derive(Debug, Args)]
#[command(
    after_help = "A key is published, then active, then retiring, then removed. Of each kind one is active and one is \
    published, which takes over next. A server makes the keys it needs when it starts, so that before the first start \
    there are none."
)]
pub(crate) struct List {
    /// Also those that were removed or revoked
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let keys = opened.administrator.store().list_keys().await?;
        let listed = keys.iter().filter(|key| self.all || key.state.is_trusted());
        super::show(&listed.map(KeyView::from).collect::<Vec<_>>(), self.output)
    }
}
