//! `jeton secret revoke ID SECRET_ID`

use clap::Args;
use jeton_core::admin::view::SecretView;
use jeton_core::model::CredentialId;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Take a secret back: it gets no more tokens
#[derive(Debug, Args)]
#[command(
    after_help = "In force on every running server within a second. Tokens that are out live on until they expire; \
    `jeton account disable` kills them.\n\nExample:\n  jeton secret revoke fin sec_4bJ0pXkQ2vR"
)]
pub(crate) struct Revoke {
    /// The account's client id, or its name where only one has it
    id: String,
    /// The secret's id; `jeton secret list ID` shows them
    secret_id: CredentialId,
    #[command(flatten)]
    output: OutputArgs,
}

impl Revoke {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.revoke_secret(&self.id, &self.secret_id).await?;
        let Some(secret) = account.credential(&self.secret_id) else { return Ok(()) };
        let view = SecretView::new(secret, opened.administrator.now());
        self.output.show(&view, &super::fields(&view))
    }
}
