//! `jeton resource list`

use clap::Args;
use jeton_core::admin::view::ResourceView;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::output::OutputArgs;

/// List the resources
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let resources = context.administrator.store().list_resources().await?;
        let views: Vec<ResourceView> = resources.iter().map(ResourceView::from).collect();
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
