//! The options that say on which terms a new account is: the same for making one and taking one over.

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_core::admin::{Entitlement, NewAccount};
use jeton_core::model::{AccountName, DEFAULT_TENANT, TenantName};

use crate::values;

/// Whose an account is, and how long and from where it may be used.
#[derive(Debug, Args)]
pub(super) struct TermsArgs {
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
}

impl TermsArgs {
    pub(super) fn account(self, name: AccountName, entitlement: Entitlement) -> NewAccount {
        let Self { tenant, token_ttl, expires_in, allow_cidr, secret_expires_in } = self;
        NewAccount { name, tenant, entitlement, token_ttl, expires_in, allow_cidr, secret_expires_in }
    }
}
