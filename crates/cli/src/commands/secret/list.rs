//! `jeton secret list ID`

use clap::Args;
use jeton_core::admin::view::SecretView;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// List the secrets of an account, without the secrets
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The account's client id, or its name where only one has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let (account, now) = (opened.administrator.find_account(&self.id).await?, opened.administrator.now());
        let views: Vec<SecretView> =
            account.credentials.iter().map(|secret| SecretView::new(secret, now)).collect();
        self.output.list(
            &views,
            &["SECRET ID", "LABEL", "STATE", "KIND", "ENDS IN", "CREATED", "EXPIRES"],
            |view| {
                vec![
                    view.secret_id.to_string(),
                    view.label.clone().unwrap_or_default(),
                    view.state.as_str().to_owned(),
                    view.kind.to_owned(),
                    view.last_four.clone(),
                    view.created_at.to_string(),
                    super::expiry(view),
                ]
            },
        )
    }
}
