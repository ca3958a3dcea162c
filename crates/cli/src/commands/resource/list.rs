//! `jeton resource list`

use clap::Args;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// List the resources
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let views = context.administration().list_resources(context.by()).await?;
        self.output.list(
            &views,
            &["URI", "NAME", "SCOPES", "FORMAT", "ALGORITHM", "TOKEN LIFETIME"],
            |view| {
                let scopes: Vec<&str> = view.scopes.iter().map(|scope| scope.name.as_str()).collect();
                vec![
                    view.uri.to_string(),
                    view.name.clone().unwrap_or_default(),
                    scopes.join(" "),
                    view.token_format.as_str().to_owned(),
                    view.algorithm.to_string(),
                    super::lifetime(view.token_ttl),
                ]
            },
        )
    }
}
