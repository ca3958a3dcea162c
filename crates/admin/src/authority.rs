//! Who carries out an operation, and what that person may reach.

use crate::value::Actor;

/// Who carries out an operation, and what that person may reach. Every operation takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    actor: Actor,
    reach: Reach,
}

impl Authority {
    /// The authority of `actor`, which audit records name, within `reach`.
    #[must_use]
    pub fn new(actor: Actor, reach: Reach) -> Self {
        Self { actor, reach }
    }

    /// Who carries out the operation.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What the actor may reach.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }
}

/// What an authority may reach. Today there is one: everything of the region, and what the regions share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach(());

impl Reach {
    /// Everything of the region, and the tenants and resources that the regions share.
    #[must_use]
    pub fn region() -> Self {
        Self(())
    }
}
