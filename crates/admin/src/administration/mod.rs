//! The operations of administrators as one trait, by subject.
//!
//! Says what can be asked; who carries it out (the store itself today, a server over HTTP later) decides how. It must not
//! know which.

mod accounts;
mod audit;
mod imports;
mod keys;
mod nodes;
mod resources;
mod secrets;
mod tenants;
mod tokens;

pub use accounts::AccountAdministration;
pub use audit::AuditReading;
pub use imports::ImportAdministration;
pub use keys::KeyAdministration;
pub use nodes::{NodeConfirmations, NodeReading};
pub use resources::ResourceAdministration;
pub use secrets::SecretAdministration;
pub use tenants::TenantAdministration;
pub use tokens::TokenAdministration;

/// Everything that administrators of a region can do.
pub trait Administration:
    AccountAdministration
    + ImportAdministration
    + SecretAdministration
    + ResourceAdministration
    + TenantAdministration
    + KeyAdministration
    + TokenAdministration
    + NodeConfirmations
    + Reading
{
}

impl<A> Administration for A where
    A: AccountAdministration
        + ImportAdministration
        + SecretAdministration
        + ResourceAdministration
        + TenantAdministration
        + KeyAdministration
        + TokenAdministration
        + NodeConfirmations
        + Reading
{
}

/// What can be read without any key of the region.
pub trait Reading: AuditReading + NodeReading {}

impl<R: AuditReading + NodeReading> Reading for R {}
