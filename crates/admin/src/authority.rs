//! Who carries out an operation, and what that person may reach.

/// Who carries out an operation, and what that person may reach. Every operation takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    actor: String,
    reach: Reach,
}

impl Authority {
    /// The authority of `actor`, which audit records name, within `reach`.
    #[must_use]
    pub fn new(actor: String, reach: Reach) -> Self {
        Self { actor, reach }
    }

    /// The name in audit records.
    #[must_use]
    pub fn actor(&self) -> &str {
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
