//! The options for what an account may do, shared by create, import, grant and ungrant.

use clap::Args;
use jeton_core::admin::Entitlement;
use jeton_protocol::{ResourceUri, Scope};

use crate::failure::Failure;
use crate::input::values;

/// What an account may do.
#[derive(Debug, Clone, Args)]
pub(super) struct EntitlementArgs {
    /// Scope that the account may request; repeatable, or several separated by spaces
    #[arg(long = "scope", value_name = "NAME", value_parser = values::scope)]
    scopes: Vec<Scope>,
    /// Resource of the scopes [default: the only resource that declares all of them]
    #[arg(long, value_name = "URI", requires = "scopes")]
    resource: Option<ResourceUri>,
    /// Resource whose tokens the account may introspect, for an API that checks tokens; repeatable
    #[arg(long, value_name = "URI")]
    introspect: Vec<ResourceUri>,
}

impl EntitlementArgs {
    /// Whether the options name a scope.
    pub(super) fn has_scope(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// The named resources, as they were spelled.
    pub(super) fn resources(&self) -> Vec<ResourceUri> {
        self.resource.iter().chain(&self.introspect).cloned().collect()
    }

    /// # Errors
    /// [`Failure::Usage`] if the options name neither a scope nor a resource to introspect.
    pub(super) fn entitlement(self) -> Result<Entitlement, Failure> {
        if self.scopes.is_empty() && self.introspect.is_empty() {
            return Err(Failure::Usage("name at least one --scope NAME or one --introspect URI".to_owned()));
        }
        let scope = values::union(&self.scopes);
        Ok(Entitlement { resource: self.resource, scope, introspects: self.introspect })
    }
}
