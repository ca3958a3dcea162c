//! `jeton account create NAME`

use clap::Args;
use jeton_core::model::AccountName;

use super::entitlement::EntitlementArgs;
use super::new_account::NewAccountArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::secret_output::SecretOutput;

/// Create a service account with its first secret
#[derive(Debug, Args)]
#[command(
    after_help = "The secret is output only once: at a terminal, or with --format json, --for or --secret-file.\n\n\
    Examples:\n  jeton account create fin --tenant customer \\\n    \
    --scope read:me --for intercom\n  \
    jeton account create visitor-api \\\n    \
    --introspect https://mcp.example.com/mcp/visitor/shttp \\\n    \
    --secret-file api.secret\n  \
    jeton account create nightly --scope read:me \\\n    \
    --allow-cidr 192.0.2.0/24 --expires-in 90d --format json"
)]
pub(crate) struct Create {
    /// Account name, unique in its tenant
    #[arg(value_parser = values::new_name::<AccountName>)]
    name: AccountName,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    #[command(flatten)]
    options: NewAccountArgs,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Create {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (has_scope, named) = (self.entitlement.has_scope(), self.entitlement.resources());
        let entitlement = self.entitlement.entitlement()?;
        let new = self.options.request(self.name, entitlement)?;
        let delivery = self.secret_output.prepare(has_scope)?;
        let context = AdminContext::open_or_create(globals).await?;
        let made = context.administration().create_account(context.by(), new).await?;
        delivery.deliver(&made, &context.config)?;
        audience::say_differences(&named, &made.account);
        Ok(())
    }
}
