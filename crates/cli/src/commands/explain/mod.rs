//! `jeton explain`: why callers were refused, according to the nodes that refused them.

mod account;
mod latest;
mod node;
mod one;

use clap::builder::RangedU64ValueParser;
use clap::{ArgGroup, Args};
use reqwest::Url;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::configuration;
use crate::print::output::OutputArgs;

/// Explain a refused request by its `error_id`, or list the latest refusals
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("which").required(true).args(["error_id", "account", "recent"]),
    after_help = "Each node keeps its last 10,000 refusals in memory for an hour. For older ones, search its log.\n\
    docs/explain.md lists the reasons.\n\n\
    Examples:\n  jeton explain 4xKq2-1pVb8RtZ0cN\n  \
    jeton explain --account nightly --last 5\n  \
    jeton explain --recent \\\n    \
    --node http://10.0.0.5:8081 --node http://10.0.0.6:8081"
)]
pub(crate) struct Explain {
    /// The `error_id` from the response body
    error_id: Option<String>,
    /// List the latest refusals of this account: client id, TENANT/NAME or name
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// List the latest refusals of all callers
    #[arg(long)]
    recent: bool,
    /// Number of refusals to list, 1 to 1000 [default: 10]
    #[arg(long, value_name = "N", conflicts_with = "error_id", value_parser = RangedU64ValueParser::<u16>::new().range(1..=1_000))]
    last: Option<u16>,
    /// URL of a node's operations listener; repeatable [default: the configured one, on this machine]
    #[arg(long = "node", value_name = "URL")]
    nodes: Vec<Url>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Explain {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let last = self.last.unwrap_or(LAST);
        match (self.error_id, self.account) {
            (Some(error_id), _) => {
                one::ensure_error_id(&error_id)?;
                one::run(&error_id, nodes(self.nodes, globals)?, self.output).await
            }
            (None, Some(account)) => {
                let nodes = nodes(self.nodes, globals)?;
                let reference = account::AccountReference::find(&account, globals).await?;
                let found = latest::ask(&nodes, Some(&reference.client_id), last).await?;
                if found.is_empty() {
                    reference.ensure_known()?;
                }
                latest::show(&found, self.output)
            }
            (None, None) => {
                let found = latest::ask(&nodes(self.nodes, globals)?, None, last).await?;
                latest::show(&found, self.output)
            }
        }
    }
}

fn nodes(named: Vec<Url>, globals: &Globals) -> Result<Vec<Url>, Failure> {
    if named.is_empty() {
        Ok(vec![node::configured(configuration(globals)?.config.listen.operations)?])
    } else {
        Ok(named)
    }
}

const LAST: u16 = 10;
