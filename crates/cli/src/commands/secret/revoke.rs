//! `jeton secret revoke ID SECRET_ID`

use clap::Args;
use jeton_core::admin::IfInUse;
use jeton_core::model::CredentialId;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Revoke a secret so it can no longer obtain tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Waits up to 2 seconds for every running server to apply the change, and prints which servers have. \
    Issued tokens stay valid until they expire; `jeton panic` revokes them too.\nA secret that was used within the last \
    10 minutes is in use. Revoking it fails with exit code 4 unless you add --force.\n\nExample:\n  jeton secret revoke \
    fin sec_4bJ0pXkQ2vR"
)]
pub(crate) struct Revoke {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    /// Secret id; `jeton secret list ID` shows the ids
    #[arg(value_parser = values::secret_id)]
    secret_id: CredentialId,
    #[command(flatten)]
    force: ForceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The option of the commands that revoke secrets.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct ForceArgs {
    /// Revoke even a secret that was used within the last 10 minutes; its clients can no longer obtain tokens
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
        let context = AdminContext::open(globals).await?;
        let if_in_use = self.force.if_in_use();
        let account = context
            .administration()
            .revoke_secret(context.by(), &self.id, &self.secret_id, if_in_use)
            .await?;
        let Some(view) = account.secret(&self.secret_id) else { return Ok(()) };
        let nodes = Confirmations::of_region(&context).await;
        self.output.show(&nodes.with(view), &super::fields(view))?;
        nodes.say(self.output.format);
        Ok(())
    }
}
