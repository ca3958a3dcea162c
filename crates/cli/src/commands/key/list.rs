//! `jeton key list`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// List the keys, oldest first
#[derive(Debug, Args)]
#[command(
    after_help = "A key is first published, then active, then retiring, then removed. Each kind has one active key and \
    one published key, which becomes active next. A server creates its keys when it starts, so the list is empty \
    before the first start."
)]
pub(crate) struct List {
    /// Include removed and revoked keys
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let keys = context.administration().list_keys(context.by()).await?;
        let listed = keys.into_iter().filter(|key| self.all || key.state.is_trusted());
        super::show(&listed.collect::<Vec<_>>(), self.output)
    }
}
