//! `jeton resource show URI`

use clap::Args;
use jeton_protocol::ResourceUri;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Show a resource
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// URI of the resource
    uri: ResourceUri,
    #[command(flatten)]
    output: OutputArgs,
}

impl Show {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let view = context.administration().find_resource(context.by(), &self.uri).await?;
        self.output.show(&view, &super::fields(&view))?;
        audience::say_difference(&self.uri, &view.uri);
        Ok(())
    }
}
