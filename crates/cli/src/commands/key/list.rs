//! `jeton key list`

use clap::Args;
use jeton_core::admin::view::KeyView;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// List the signing keys
#[derive(Debug, Args)]
#[command(
    after_help = "A server makes the keys it needs when it starts, so that before the first start there are none."
)]
pub(crate) struct List {
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let keys = opened.administrator.store().list_signing_keys().await?;
        let views: Vec<KeyView> = keys.iter().map(KeyView::from).collect();
        self.output.list(&views, &["KID", "ALG", "STATE", "CREATED"], |view| {
            vec![
                view.kid.to_string(),
                view.algorithm.to_string(),
                view.state.as_str().to_owned(),
                view.created_at.to_string(),
            ]
        })
    }
}
