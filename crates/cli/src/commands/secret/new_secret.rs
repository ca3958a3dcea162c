//! The options for a new secret, shared by add, rotate and recover.

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_core::admin::SecretTerms;
use jeton_core::model::Restriction;
use jeton_protocol::Scope;

use crate::input::values;
use crate::input::values::Clearable;

/// Label, expiry and restrictions of a new secret.
#[derive(Debug, Clone, Args)]
pub(crate) struct NewSecretArgs {
    /// Label of the new secret
    #[arg(long, value_parser = values::label)]
    label: Option<String>,
    /// Expire the new secret after this time, or "never" [default: never; for rotate: the time that the old secret was
    /// issued for]
    #[arg(
        long,
        visible_alias = "secret-expires-in",
        value_name = "DURATION",
        value_parser = values::duration_or_never
    )]
    expires_in: Option<Clearable<Duration>>,
    /// Limit its tokens to this granted scope; repeatable, or several separated by spaces [default: all granted scopes;
    /// for rotate and recover: as the old secret]
    #[arg(long = "scope", value_name = "NAME", value_parser = values::scope)]
    scopes: Vec<Scope>,
    /// Limit its use to this network, in addition to the account's own limits; repeatable [default: any; for rotate and
    /// recover: as the old secret]
    #[arg(long, value_name = "NET", value_parser = values::network)]
    allow_cidr: Vec<IpNet>,
}

impl NewSecretArgs {
    pub(crate) fn terms(self) -> SecretTerms {
        SecretTerms {
            // An empty label means no label.
            label: self.label.filter(|label| !label.is_empty()),
            expires_in: values::change(self.expires_in),
            restriction: Restriction { scope: values::union(&self.scopes), allow_cidr: self.allow_cidr },
        }
    }
}
