//! `jeton resource delete URI`

use clap::Args;
use jeton_protocol::ResourceUri;
use serde_json::json;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::Confirmation;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Delete a resource that no account uses
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// URI of the resource
    uri: ResourceUri,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Delete {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        self.confirmation.check()?;
        let context = AdminContext::open(globals).await?;
        let uri = context.administration().find_resource(context.by(), &self.uri).await?.uri;
        self.confirmation.ask(&format!("Delete the resource {uri} and its scopes?"))?;
        context.administration().delete_resource(context.by(), &uri).await?;
        match self.output.format {
            Format::Json => output::json(&json!({ "deleted": uri })),
            Format::Table => {
                output::say(&format!("Deleted the resource {uri}."));
                Ok(())
            }
        }
    }
}
