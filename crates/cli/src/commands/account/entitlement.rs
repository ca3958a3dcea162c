//! The options that say what an account may do: the same for making one, granting and taking away.

use clap::Args;
use jeton_core::admin::Entitlement;
use jeton_protocol::{ResourceUri, Scope};

use crate::values;

/// What an account may do.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true, args = ["scopes", "introspect"])]
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
}

impl From<EntitlementArgs> for Entitlement {
    fn from(args: EntitlementArgs) -> Self {
        Self { resource: args.resource, scope: values::union(&args.scopes), introspects: args.introspect }
    }
}
