//! `jeton resource delete URI`

use clap::Args;
use jeton_protocol::ResourceUri;
use serde_json::json;

use crate::command_line::Globals;
use crate::confirm::Confirmation;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Delete a resource that no account uses
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Its URI
    uri: ResourceUri,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Delete {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        self.confirmation.check()?;
        let opened = Opened::open(globals).await?;
        let uri = opened.administrator.find_resource(&self.uri).await?.uri;
        self.confirmation.ask(&format!("Delete the resource {uri} with its scopes?"))?;
        opened.administrator.delete_resource(&uri).await?;
        match self.output.format {
            Format::Json => output::json(&json!({ "deleted": uri })),
            Format::Table => {
                output::say(&format!("The resource {uri} is deleted."));
                Ok(())
            }
        }
    }
}
