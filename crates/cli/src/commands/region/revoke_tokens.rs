//! `jeton region revoke-tokens`

use clap::Args;
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Revoke all tokens of the region; the secrets still get new ones
#[derive(Debug, Args)]
#[command(
    after_help = "Introspection calls them inactive. Waits at most 2 seconds until every running server has applied it, and says which have. \
    An API that checks tokens by itself takes them until they expire.\n\n\
    `jeton restore` does this by itself. Do it after a backup of the database was put in place by other means: what was \
    revoked since the backup is not in it.\n\n\
    Example:\n  jeton region revoke-tokens --region eu"
)]
pub(crate) struct RevokeTokens {
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let epoch = opened.administrator.revoke_region_tokens().await?;
        let (region, last_expiry) =
            (opened.administrator.region(), opened.administrator.last_expiry_of_all());
        let nodes = Confirmations::of_region(&opened).await;
        match self.output.format {
            Format::Json => output::json(
                &json!({ "region": region, "epoch": epoch, "last_expiry": last_expiry, "nodes": nodes }),
            ),
            Format::Table => {
                output::say(&format!(
                    "All tokens of the region {region} are revoked: inactive at introspection. {} An \
                     API that checks tokens by itself takes them until they expire, at the latest by {last_expiry}. \
                     The accounts get new ones with their secrets.",
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
