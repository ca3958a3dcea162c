//! `jeton node list`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::ReadingContext;
use crate::print::output::OutputArgs;

/// List the servers of all regions that report to the database
#[derive(Debug, Args)]
#[command(
    after_help = "A server reports every 10 seconds, and within a second after it has applied a change. It is live if \
    it reported within the last 30 seconds. A killed server stays in the list for a day. The command reads the \
    database and does not connect to the servers."
)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = ReadingContext::open(globals).await?;
        let views = context.reading().list_nodes(context.by()).await?;
        self.output.list(
            &views,
            &["NODE", "REGION", "VERSION", "POSITION", "SHARED", "LAST REPORT", "LIVE"],
            |view| {
                vec![
                    view.node.clone(),
                    view.region.to_string(),
                    view.version.clone(),
                    view.position.0.to_string(),
                    view.shared_position.0.to_string(),
                    view.reported_at.to_string(),
                    if view.live { "yes" } else { "no" }.to_owned(),
                ]
            },
        )
    }
}
