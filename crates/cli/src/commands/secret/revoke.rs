//! `jeton secret revoke ID SECRET_ID`

use clap::Args;
use jeton_core::admin::IfInUse;
use jeton_core::admin::view::SecretView;
use jeton_core::model::CredentialId;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::OutputArgs;

/// Take a secret back: it gets no more tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Waits at most 2 seconds until every running server has applied it, and says which have. Tokens that are out live on until they expire; \
    `jeton panic` kills them too.\nA secret that was used within the last 10 minutes is in use: without --force it \
    stays, with exit code 4.\n\nExample:\n  jeton secret revoke fin sec_4bJ0pXkQ2vR"
)]
pub(crate) struct Revoke {
    /// The account's client id, TENANT/NAME, or its name where only one account has it
    id: String,
    /// The secret's id; `jeton secret list ID` shows them
    secret_id: CredentialId,
    #[command(flatten)]
    force: ForceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The option of the commands that take secrets back.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct ForceArgs {
    /// Also a secret that was used within the last 10 minutes: whoever uses it gets no token any more
    #[arg(long)]
    force: bool,
}

impl ForceArgs {
    pub(super) fn if_in_use(self) -> IfInUse {
        if self.force { IfInUse::Revoke } else { IfInUse::Refuse }
    }
}

impl Revoke {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let if_in_use = self.force.if_in_use();
        let account = opened.administrator.revoke_secret(&self.id, &self.secret_id, if_in_use).await?;
        let Some(secret) = account.credential(&self.secret_id) else { return Ok(()) };
        let view = SecretView::new(secret, opened.administrator.now());
        let nodes = Confirmations::of_region(&opened).await;
        self.output.show(&nodes.with(&view), &super::fields(&view))?;
        nodes.say(self.output.format);
        Ok(())
    }
}
