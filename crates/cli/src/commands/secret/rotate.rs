//! `jeton secret rotate ID`

use std::time::Duration;

use clap::Args;

use super::terms::TermsArgs;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output;
use crate::secret_output::SecretOutput;
use crate::values;

/// Add a secret and let the one before die after a grace
#[derive(Debug, Args)]
#[command(
    after_help = "With two live secrets it is exit code 4: one rotation must be over before the next begins; `jeton \
    secret finish` ends it.\n\
    The secret is shown once: on a terminal, with --format json, with --for, or into --secret-file.\n\n\
    Example:\n  jeton secret rotate fin --grace 24h --for intercom"
)]
pub(crate) struct Rotate {
    /// The account's client id, TENANT/NAME, or its name where only one account has it
    id: String,
    /// How long the secret before still works; 0s ends it at once
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = values::any_duration)]
    grace: Duration,
    #[command(flatten)]
    terms: TermsArgs,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Rotate {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        let delivery = self.secret_output.prepare(!account.grants.is_empty())?;
        let id = account.client_id.as_str();
        let made = opened.administrator.rotate_secret(id, self.grace, self.terms.terms()).await?;
        delivery.deliver(&made, &opened.config)?;
        let now = opened.administrator.now();
        let before = made.account.active_credentials(now).filter(|secret| secret.id != made.credential.id);
        for secret in before {
            if let Some(end) = secret.expires_at {
                output::say(&format!("The secret before, {}, works until {end}.", secret.title()));
            }
        }
        Ok(())
    }
}
