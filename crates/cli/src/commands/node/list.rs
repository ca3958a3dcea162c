//! `jeton node list`

use clap::Args;
use jeton_core::Clock as _;
use jeton_core::model::Timestamp;
use jeton_core::store::NodeReport;
use jeton_protocol::RegionName;
use jeton_server::system::SystemClock;
use serde::Serialize;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::store;
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
        let reports = store(globals).await?.list_nodes().await?;
        let now = SystemClock::new().now();
        let views: Vec<NodeView> = reports.into_iter().map(|report| NodeView::new(report, now)).collect();
        self.output.list(&views, &["NODE", "REGION", "VERSION", "POSITION", "LAST REPORT", "LIVE"], |view| {
            vec![
                view.node.clone(),
                view.region.to_string(),
                view.version.clone(),
                view.position.to_string(),
                view.reported_at.to_string(),
                if view.live { "yes" } else { "no" }.to_owned(),
            ]
        })
    }
}

#[derive(Debug, Serialize)]
struct NodeView {
    node: String,
    region: RegionName,
    version: String,
    position: i64,
    reported_at: Timestamp,
    live: bool,
}

impl NodeView {
    fn new(report: NodeReport, now: Timestamp) -> Self {
        let live = report.is_running(now);
        Self {
            node: report.id,
            region: report.region,
            version: report.version,
            position: report.position.0,
            reported_at: report.at,
            live,
        }
    }
}
