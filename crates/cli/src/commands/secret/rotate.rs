//! `jeton secret rotate ID`

use std::time::Duration;

use clap::Args;
use jeton_admin::request::{IfInUse, SecretRotation};

use super::new_secret::NewSecretArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::secret_output::SecretOutput;

/// Add a new secret and expire the old one after a grace period
#[derive(Debug, Args)]
#[command(
    after_help = "Fails with exit code 4 if the account has two active secrets: finish the current rotation first, for \
    example with `jeton secret finish`.\n\
    The new secret has the lifetime and the restrictions of the old one, unless you set others. Tokens issued with the \
    old secret stay valid until they expire.\n\
    A secret that was used within the last 10 minutes is in use: --grace 0s fails with exit code 4 then, unless you \
    add --force.\n\
    The secret is output only once: at a terminal, or with --format json, --for or --secret-file.\n\n\
    Example:\n  jeton secret rotate fin --grace 24h --for intercom"
)]
pub(crate) struct Rotate {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    /// Expire the old secret after this time; 0s expires it at once
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = values::any_duration)]
    grace: Duration,
    /// Expire the old secret at once even if it was used within the last 10 minutes; its clients can no longer obtain
    /// tokens
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    options: NewSecretArgs,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Rotate {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        let delivery = self.secret_output.prepare(!account.grants.is_empty())?;
        let id = account.client_id.as_str();
        let if_in_use = if self.force { IfInUse::Revoke } else { IfInUse::Refuse };
        let rotation = SecretRotation { grace: self.grace, if_in_use, terms: self.options.terms() };
        let made = context.administration().rotate_secret(context.by(), id, rotation).await?;
        delivery.deliver(&made, &context.config)?;
        if let Some(end) = made.secret.expires_at {
            output::say(&format!("The new secret expires at {end}."));
        }
        let before = made.account.active_secrets().filter(|old| old.secret_id != made.secret.secret_id);
        for secret in before {
            if let Some(end) = secret.expires_at {
                output::say(&format!("The old secret {} works until {end}.", secret.title()));
            }
        }
        Ok(())
    }
}
