//! The options that say what a new secret is: the same for adding and rotating.

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_core::admin::SecretTerms;
use jeton_core::model::Restriction;
use jeton_protocol::Scope;

use crate::values;

/// What a new secret is to be.
#[derive(Debug, Clone, Args)]
pub(crate) struct TermsArgs {
    /// What people call the secret
    #[arg(long, value_parser = values::label)]
    label: Option<String>,
    /// When the new secret ends, counted from now [default: never]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    expires_in: Option<Duration>,
    /// A scope that its tokens may have, of those granted to the account; may be repeated, or hold several separated by
    /// spaces [default: all that are granted; with rotate and recover: as the secret before]
    #[arg(long = "scope", value_name = "NAME", value_parser = values::scope)]
    scopes: Vec<Scope>,
    /// A network that it may be used from, within those of the account; may be repeated [default: anywhere; with rotate and
    /// recover: as the secret before]
    #[arg(long, value_name = "NET", value_parser = values::network)]
    allow_cidr: Vec<IpNet>,
}

impl TermsArgs {
    pub(crate) fn terms(self) -> SecretTerms {
        SecretTerms {
            // An empty label is none.
            label: self.label.filter(|label| !label.is_empty()),
            expires_in: self.expires_in,
            restriction: Restriction { scope: values::union(&self.scopes), allow_cidr: self.allow_cidr },
        }
    }
}
