//! `jeton account recover ID`

use clap::Args;

use crate::command_line::Globals;
use crate::commands::secret::TermsArgs;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output;
use crate::secret_output::SecretOutput;

/// Make a new secret for an account that has no live one, as after `jeton panic`
#[derive(Debug, Args)]
#[command(
    after_help = "With a live secret it is exit code 4, and so it is with an account that is disabled, expired or barred. \
    Tokens from before are dead and stay so.\n\
    The secret is shown once: on a terminal, with --format json, with --for, or into --secret-file.\n\n\
    Example:\n  jeton account recover fin --for intercom"
)]
pub(crate) struct Recover {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    terms: TermsArgs,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Recover {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        let delivery = self.secret_output.prepare(!account.grants.is_empty())?;
        let id = account.client_id.as_str();
        let made = opened.administrator.recover_account(id, self.terms.terms()).await?;
        delivery.deliver(&made, &opened.config)?;
        output::say(&format!(
            "Tokens of {id} from before are dead and stay so; the new secret gets new ones."
        ));
        Ok(())
    }
}
