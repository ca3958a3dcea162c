//! The options for tenant, notes, lifetimes and networks of a new account, shared by create and import.

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_core::admin::{Entitlement, NewAccount};
use jeton_core::model::{AccountName, DEFAULT_TENANT, TenantName};

use super::details::DetailsArgs;
use crate::failure::Failure;
use crate::input::values;
use crate::input::values::Clearable;

/// Tenant, notes, lifetimes and networks of an account.
#[derive(Debug, Args)]
pub(super) struct NewAccountArgs {
    /// Tenant that owns the account
    #[arg(long, value_name = "NAME", default_value = DEFAULT_TENANT)]
    tenant: TenantName,
    /// Token lifetime, 1s to 24h [default: that of the resource]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    token_ttl: Option<Duration>,
    /// Expire the account, not only its secret, after this time [default: never]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    expires_in: Option<Duration>,
    /// Network that the account may call from; repeatable [default: any]
    #[arg(long, value_name = "NET", value_parser = values::network)]
    allow_cidr: Vec<IpNet>,
    /// Expire the first secret after this time, or "never" [default: never]
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_never)]
    secret_expires_in: Option<Clearable<Duration>>,
    #[command(flatten)]
    details: DetailsArgs,
}

impl NewAccountArgs {
    pub(super) fn request(self, name: AccountName, entitlement: Entitlement) -> Result<NewAccount, Failure> {
        let Self { tenant, token_ttl, expires_in, allow_cidr, secret_expires_in, details } = self;
        let secret_expires_in = secret_expires_in.and_then(|Clearable(duration)| duration);
        let details = details.details()?;
        Ok(NewAccount {
            name,
            tenant,
            entitlement,
            token_ttl,
            expires_in,
            allow_cidr,
            secret_expires_in,
            details,
        })
    }
}
