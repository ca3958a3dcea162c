//! The options that say what an account may do: the same for making one, granting and taking away.

use clap::Args;
use jeton_core::admin::Entitlement;
use jeton_protocol::{ResourceUri, Scope};

use crate::failure::Failure;
use crate::values;

/// What an account may do.
#[derive(Debug, Clone, Args)]
pub(super) struct EntitlementArgs {
    /// A scope that it may ask for; may be repeated, or hold several separated by spaces
    #[arg(long = "scope", value_name = "NAME", value_parser = values::scope)]
    scopes: Vec<Scope>,
    /// Whose scopes these are [default: the only resource that has them all]
    #[arg(long, value_name = "URI", requires = "scopes")]
    resource: Option<ResourceUri>,
    /// A resource whose tokens it may introspect: for the API that checks them; may be repeated
    #[arg(long, value_name = "URI")]
    introspect: Vec<ResourceUri>,
}

impl EntitlementArgs {
    /// Whether there is anything to ask tokens for.
    pub(super) fn has_scope(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// The resources that were named, as they were spelled.
    pub(super) fn resources(&self) -> Vec<ResourceUri> {
        self.resource.iter().chain(&self.introspect).cloned().collect()
    }

    /// At least something, or nothing would be done.
    pub(super) fn entitlement(self) -> Result<Entitlement, Failure> {
        if self.scopes.is_empty() && self.introspect.is_empty() {
            return Err(Failure::Usage("name at least one --scope NAME or one --introspect URI".to_owned()));
        }
        let scope = values::union(&self.scopes);
        Ok(Entitlement { resource: self.resource, scope, introspects: self.introspect })
    }
}
