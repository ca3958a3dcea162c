//! `jeton account create NAME`

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_core::admin::NewAccount;
use jeton_core::model::{AccountName, DEFAULT_TENANT, TenantName};

use super::entitlement::EntitlementArgs;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::secret_output::SecretOutput;
use crate::values;

/// Make a service account with its first secret
#[derive(Debug, Args)]
#[command(
    after_help = "The secret is shown once: on a terminal, with --format json, with --for, or into --secret-file.\n\n\
    Examples:\n  jeton account create fin --tenant customer \\\n    \
    --scope read:me --for intercom\n  \
    jeton account create visitor-api \\\n    \
    --introspect https://mcp.example.com/mcp/visitor/shttp \\\n    \
    --secret-file api.secret\n  \
    jeton account create nightly --scope read:me \\\n    \
    --allow-cidr 192.0.2.0/24 --expires-in 90d --format json"
)]
pub(crate) struct Create {
    /// What people call it; unique in its tenant
    name: AccountName,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    /// The customer that owns it
    #[arg(long, value_name = "NAME", default_value = DEFAULT_TENANT)]
    tenant: TenantName,
    /// How long its tokens live, 1s to 24h [default: the resource's]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    token_ttl: Option<Duration>,
    /// When the account ends, counted from now [default: never]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    expires_in: Option<Duration>,
    /// A network that it may call from; may be repeated [default: anywhere]
    #[arg(long, value_name = "NET", value_parser = values::network)]
    allow_cidr: Vec<IpNet>,
    /// When its first secret ends, counted from now [default: never]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    secret_expires_in: Option<Duration>,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Create {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let has_scope = self.entitlement.has_scope();
        let entitlement = self.entitlement.entitlement()?;
        let delivery = self.secret_output.prepare(has_scope)?;
        let opened = Opened::open_or_make(globals).await?;
        let new = NewAccount {
            name: self.name,
            tenant: self.tenant,
            entitlement,
            token_ttl: self.token_ttl,
            expires_in: self.expires_in,
            allow_cidr: self.allow_cidr,
            secret_expires_in: self.secret_expires_in,
        };
        let made = opened.administrator.create_account(new).await?;
        delivery.deliver(&made, &opened.config)
    }
}
